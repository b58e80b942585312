"""What a maker gives need not be a text."""

import random
import uuid
from typing import List, NewType, Optional

RunId = NewType("RunId", str)


class IdManager:
    @staticmethod
    async def new_awaited_id() -> str:
        return str(random.random())  # expect: OST104

    @staticmethod
    def new_ids() -> List[str]:
        return list("ab")

    @staticmethod
    def new_pair():
        return "a", "b"

    @staticmethod
    def new_uuid() -> uuid.UUID:
        return uuid.UUID(int=1)

    @staticmethod
    def new_one_by_one():
        yield "a"

    @staticmethod
    def new_typed() -> RunId:
        return RunId("run_" + str(random.random()))  # expect: OST104

    @staticmethod
    def new_optional() -> Optional[str]:
        return "run_" + str(random.random())
