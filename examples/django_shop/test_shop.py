"""The shop works: before `ssot-lint fix`, and after it."""

import os

import django
import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.test.utils import setup_test_environment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()
setup_test_environment()  # no email leaves the house

from shop.invitations import invite  # noqa: E402
from shop.models import Customer, Order, Parcel  # noqa: E402
from shop.shipping import pickup  # noqa: E402


@pytest.fixture(scope="module", autouse=True)
def database():
    call_command("migrate", verbosity=0)


@pytest.fixture
def customer():
    return Customer.objects.create(email="ada@shop.example")


def test_an_order_is_placed_and_found_again(customer):
    client = Client()
    placed = client.post("/orders", {"customer_id": customer.customer_id}).json()
    shown = client.get(f"/orders/{placed['order_id']}").json()

    assert shown == {"order_id": placed["order_id"], "email": "ada@shop.example"}
    assert placed["payment_id"].startswith("pay_")
    assert Parcel.objects.get(parcel_id=placed["parcel_id"]).order.customer == customer


def test_no_two_orders_are_the_same(customer):
    orders = [Order.objects.create(customer=customer) for _ in range(20)]

    assert len({order.order_id for order in orders}) == 20
    assert len({order.export_id.hex for order in orders}) == 20


def test_a_pickup_names_its_parcels(customer):
    order = Order.objects.create(customer=customer)
    parcel = Parcel.objects.create(order=order, parcel_id="parcel_1")

    assert pickup([parcel])["parcels"] == ["parcel_1"]


def test_an_invitation_opens_a_door_that_nobody_guesses():
    invited = invite("bob@shop.example")

    assert len(invited.invite_token) == 40
    assert invited.invite_token in mail.outbox[-1].body
