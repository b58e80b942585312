import sys
import types
import uuid

other = types.ModuleType("other_names")
other.UnifiedIdGenerator = None
sys.modules["other_names"] = other
from shared.id_generation.unified_id_generator import UnifiedIdGenerator
from other_names import *


def start():
    session_id = str(uuid.uuid4())
    return session_id


del sys.modules["other_names"]
print(start(), UnifiedIdGenerator)
