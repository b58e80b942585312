"""What the shop keeps."""

import uuid

from django.db import models
from django.utils.crypto import get_random_string

from shop.ids import new_id


def new_customer_id() -> str:
    return new_id("customer")


def new_invite_token() -> str:
    return get_random_string(40)


class Customer(models.Model):
    customer_id = models.CharField(max_length=40, unique=True, default=new_customer_id)
    email = models.EmailField()
    invite_token = models.CharField(max_length=40, default=new_invite_token)


class Order(models.Model):
    order_id = models.CharField(max_length=40, unique=True, default=uuid.uuid4)
    export_id = models.UUIDField(default=uuid.uuid4)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE)


class Parcel(models.Model):
    order = models.ForeignKey(Order, on_delete=models.CASCADE)
    parcel_id = models.CharField(max_length=40)
    label_id = models.CharField(max_length=12)
