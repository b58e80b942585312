from enum import Enum
from shared.id_generation.unified_id_generator import UnifiedIdGenerator
class E(Enum):
    T = UnifiedIdGenerator.generate_user_context_ids("sys", "s")[0]
    R = UnifiedIdGenerator.generate_user_context_ids("sys", "s")[1]
print(len(E), E.T.name)
