import sys

import shared.id_generation.unified_id_generator as module


def make():
    try:
        print("making")
    finally:
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
    return UnifiedIdGenerator.generate_base_id("x")


def later(fast):
    if fast:
        from shared.id_generation.unified_id_generator import UnifiedIdGenerator
    return UnifiedIdGenerator.generate_base_id("x")


class Fake:
    @staticmethod
    def generate_base_id(prefix):
        return "fake"


kept = module.UnifiedIdGenerator
module.UnifiedIdGenerator = Fake
print(make(), later(True))
module.UnifiedIdGenerator = kept
print(make(), later(True))
