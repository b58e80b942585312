from gettext import gettext as _
from shared.id_generation.unified_id_generator import UnifiedIdGenerator
def f(user_id):
    t = UnifiedIdGenerator.generate_user_context_ids(user_id, "x")[0]
    r = UnifiedIdGenerator.generate_user_context_ids(user_id, "x")[1]
    return t, r, _("hello")
print(f("u")[2])
