"""Parcels and their labels."""

import random
import time

from django.utils.crypto import get_random_string

from shop.models import Order, Parcel


def send_parcel(order: Order) -> Parcel:
    parcel_id = get_random_string(20)
    return Parcel.objects.create(
        order=order,
        parcel_id=parcel_id,
        label_id=get_random_string(12),
    )


def pickup(parcels: list[Parcel]) -> dict[str, object]:
    pickup_id = f"pickup_{int(time.time())}_{random.randint(1000, 9999)}"
    return {"pickup_id": pickup_id, "parcels": [parcel.parcel_id for parcel in parcels]}
