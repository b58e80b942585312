"""The one place where ids of the service are made."""

import secrets


class Ids:
    """Ids say what they are for: `report_5b0f...`."""

    @staticmethod
    def new(kind: str) -> str:
        return f"{kind}_{secrets.token_hex(8)}"

    @staticmethod
    def for_request(user: str, operation: str) -> tuple[str, str]:
        """A trace id and a request id that belong together: both end alike."""
        end = f"{operation}_{secrets.token_hex(8)}"
        trace_id, request_id = f"trace_{end}", f"req_{end}"
        return trace_id, request_id
