"""Invoices, and what is paid of them."""

import uuid
from dataclasses import dataclass, field

from billing import ids


@dataclass
class Invoice:
    order_id: str
    cents: int
    invoice_id: str = field(default_factory=ids.invoice_id)


def bill(orders: dict[str, int]) -> list[Invoice]:
    batch_id = str(uuid.uuid4())
    print(f"{batch_id}: {len(orders)} invoices")
    return [Invoice(order_id, cents) for order_id, cents in orders.items()]


def correct(invoice: Invoice, cents: int) -> Invoice:
    return Invoice(invoice.order_id, cents, invoice_id=f"inv_{uuid.uuid4().hex}")


def pay(invoice: Invoice) -> dict[str, str]:
    payment_id = f"pay_{uuid.uuid4().hex[:12]}"
    return {"payment_id": payment_id, "invoice_id": invoice.invoice_id}
