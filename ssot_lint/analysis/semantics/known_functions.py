"""Functions that decide how code runs: what ends a scope, lists its names, changes containers."""

from __future__ import annotations

# What gives the event loop, whose type has a name but no import of its own.
EVENT_LOOP = "asyncio.AbstractEventLoop"
LOOP_GETTERS = frozenset({"asyncio.get_event_loop", "asyncio.get_running_loop"})
# Functions behind which a scope does not go on.
EXITS = frozenset({"sys.exit", "os._exit", "os.abort", "pytest.fail", "pytest.skip"})
# Parameters that take what makes a field's value, or the value.
FACTORIES = frozenset({"default_factory", "default", "factory", "insert_default"})

# Methods after which a container that was empty may hold something, or the other way round.
MUTATORS = frozenset({
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popitem",
    "popleft", "remove", "setdefault", "update",
})  # fmt: skip

# The last word of what a `with` enters that hands on every error which is raised inside, as its
# documentation says; others may swallow some, as `suppress` does.
PASSING_MANAGERS = frozenset({
    "begin", "client", "closing", "condition", "connect", "connection", "cursor", "directory",
    "executor", "file", "lock", "mutex", "nullcontext", "open", "pool", "semaphore", "session",
    "span", "timeout", "transaction", "urlopen",
})  # fmt: skip
# Functions that decide where modules are found, or which environment these see at import.
PREPARING = frozenset({"addsitedir", "load_dotenv", "putenv", "setenv"})
# Functions that list the names of the scope they are called in, and those that run a text as code.
LISTING_NAMES = frozenset({"dir", "locals", "vars"})
RUNNING_TEXT = frozenset({"eval", "exec"})
