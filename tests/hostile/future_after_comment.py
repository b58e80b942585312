# A comment.
"""What it is."""
# Another.
from __future__ import annotations
import uuid
def start(given: Missing = None) -> str:
    """Doc."""
    run_id = str(uuid.uuid4()); return run_id
print(start(), __doc__)
# fixes: OST101
