"""The one place where ids of the order service are made."""

import itertools
import secrets


class OrderIds:
    """Ids that say which process made them, and as which of its ids."""

    _process = secrets.token_hex(6)
    _counter = itertools.count()

    @classmethod
    def new(cls, prefix: str) -> str:
        return f"{prefix}_{cls._process}_{next(cls._counter)}"
