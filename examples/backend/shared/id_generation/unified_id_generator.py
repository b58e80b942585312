"""The one place that makes ids. It may use the clock and randomness; nobody else should."""

import itertools
import secrets
import time

_counter = itertools.count(1)


class UnifiedIdGenerator:
    @staticmethod
    def generate_base_id(prefix: str = "id") -> str:
        """One id: prefix_milliseconds_counter_8hex."""
        return f"{prefix}_{time.time_ns() // 1_000_000}_{next(_counter)}_{secrets.token_hex(4)}"

    @staticmethod
    def generate_user_context_ids(user_id: str, operation: str = "context") -> tuple[str, str, str]:
        """Thread, run and request id that belong together."""
        base = f"{operation}_{time.time_ns() // 1_000_000}"
        count = next(_counter)
        thread_id = f"thread_{base}_{count}_{secrets.token_hex(4)}"
        request_id = f"req_{base}_{count}_{secrets.token_hex(4)}"
        return thread_id, base, request_id

    @staticmethod
    def is_valid_id(value: str, prefix: str = "") -> bool:
        return value.startswith(prefix) and value.count("_") >= 3
