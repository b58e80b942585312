"""The one place where ids of the shop are made."""

import secrets


def new_id(prefix: str) -> str:
    """`order_5b0f...`: what the id is for, and 64 random bits."""
    return f"{prefix}_{secrets.token_hex(8)}"
