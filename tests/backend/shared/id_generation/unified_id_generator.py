"""The generator that the fixtures are checked against: its methods have all shapes."""

import functools
import itertools
import secrets
import time
from typing import Any

from somewhere import traced

_numbers = itertools.count(1)


def _end() -> str:
    return f"{int(time.time() * 1000)}_{next(_numbers)}_{secrets.token_hex(4)}"


class UnifiedIdGenerator:
    ALPHABET = "0123456789abcdef"

    __slots__ = ("counter",)

    def __init__(self) -> None:
        self.counter = 0
        self.started_at = print

    class Parts:
        """What an id is made of."""

    @staticmethod
    def generate_base_id(
        prefix: str = "id", include_random: bool = True, random_length: int = 8
    ) -> str:
        return f"{prefix}_{_end()}" if include_random else f"{prefix}_{next(_numbers)}"

    @staticmethod
    def generate_user_context_ids(
        user_id: str, operation: str = "context"
    ) -> tuple[str, str, str]:
        thread_id = f"thread_{operation}_{_end()}"
        run_id = f"run_{operation}_{_end()}"
        request_id = f"req_{operation}_{_end()}"
        return thread_id, run_id, request_id

    @staticmethod
    def generate_message_id(message_type: str, user_id: str, thread_id: str | None = None) -> str: ...

    @staticmethod
    def generate_session_id(user_id: str, /, *, kind: str = "web", length: int = 8) -> str: ...

    @staticmethod
    def generate_batch_ids(prefix: str, count: int) -> list[str]: ...

    @staticmethod
    def generate_tagged_id(prefix: str, *tags: str) -> str: ...

    @staticmethod
    def generate_labelled_id(prefix: str, **labels: str) -> str: ...

    @traced("ids")
    @staticmethod
    def generate_traced_id(prefix: str) -> str: ...

    @classmethod
    @functools.lru_cache
    def count_of(cls, prefix: str) -> int: ...

    def next_id(self, prefix: str) -> str: ...

    @property
    def latest(self) -> Any: ...

    @staticmethod
    def is_valid_id(id_string: str, expected_prefix: str | None = None) -> bool:
        *words, moment, number, unique = id_string.split("_")
        if expected_prefix is not None and not id_string.startswith(f"{expected_prefix}_"):
            return False
        return bool(words) and moment.isdigit() and number.isdigit() and len(unique) == 8

    @staticmethod
    def is_known(id_string: str, expected_prefix: str | None = None) -> bool:
        return UnifiedIdGenerator.is_valid_id(id_string, expected_prefix)

    make = generate_base_id
    describe: Any = None


UnifiedIdGenerator.added_later = staticmethod(lambda prefix: prefix)
