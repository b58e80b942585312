"""What customers ask for."""

import logging
import uuid

from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from shop.models import Customer, Order
from shop.shipping import send_parcel

log = logging.getLogger(__name__)


@require_POST
def place_order(request: HttpRequest) -> JsonResponse:
    customer = get_object_or_404(Customer, customer_id=request.POST["customer_id"])
    order = Order.objects.create(customer=customer)
    payment_id = f"pay_{uuid.uuid4().hex}"
    parcel = send_parcel(order)
    log.info("payment %s for order %s", payment_id, order.order_id)
    return JsonResponse(
        {"order_id": order.order_id, "payment_id": payment_id, "parcel_id": parcel.parcel_id}
    )


def show_order(request: HttpRequest, order_id: str) -> JsonResponse:
    order = get_object_or_404(Order, order_id=order_id)
    return JsonResponse({"order_id": order.order_id, "email": order.customer.email})
