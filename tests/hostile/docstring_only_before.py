"""A docstring; with `import uuid` and more.

>>> uuid.uuid4()
"""
from uuid import uuid4
def start():
    '''Returns "a" id; '''; run_id = str(uuid4())
    return run_id
print(start(), len(__doc__), start.__doc__)
# fixes: OST101
# keeps-unused-imports
