"""The one place where ids of the event library are made."""

import secrets


class _EventIds:
    def make(self, prefix: str) -> str:
        return f"{prefix}_{secrets.token_hex(8)}"


event_ids = _EventIds()
