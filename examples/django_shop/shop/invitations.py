"""Invitations by email."""

import uuid

from django.core.mail import send_mail

from shop.models import Customer


def invite(email: str) -> Customer:
    customer = Customer.objects.create(email=email)
    unsubscribe_token = uuid.uuid4().hex
    send_mail(
        "Welcome to the shop",
        f"https://shop.example/join?token={customer.invite_token}\n"
        f"https://shop.example/stop?token={unsubscribe_token}\n",
        "shop@shop.example",
        [email],
    )
    return customer
