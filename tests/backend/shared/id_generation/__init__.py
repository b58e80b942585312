from .unified_id_generator import UnifiedIdGenerator

__all__ = ["UnifiedIdGenerator"]
