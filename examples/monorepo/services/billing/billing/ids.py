"""The one place where ids of the billing service are made: a function for each kind."""

import secrets


def new_id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(8)}"


def invoice_id() -> str:
    return new_id("inv")


def payment_id() -> str:
    return new_id("pay")
