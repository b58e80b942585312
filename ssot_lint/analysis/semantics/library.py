"""Functions that rules know by their names: clocks, randomness, what ends a scope."""

from __future__ import annotations

import re

# What gives the event loop, whose type has a name but no import of its own.
EVENT_LOOP = "asyncio.AbstractEventLoop"
LOOP_GETTERS = frozenset({"asyncio.get_event_loop", "asyncio.get_running_loop"})
# Functions behind which a scope does not go on.
EXITS = frozenset({"sys.exit", "os._exit", "os.abort", "pytest.fail", "pytest.skip"})
EXIT_WORDS = frozenset(part for name in EXITS for part in name.split("."))

CLOCKS = frozenset(
    {
        *(f"time.{name}" for name in ("time", "monotonic", "perf_counter", "strftime")),
        *(f"time.{name}_ns" for name in ("time", "monotonic", "perf_counter")),
        *(f"datetime.datetime.{name}" for name in ("now", "utcnow", "today")),
        "django.utils.timezone.now",
        f"{EVENT_LOOP}.time",
    }
)
# Functions whose result a hand-built id is made of.
SOURCES = CLOCKS | frozenset(
    {
        "os.urandom",
        *(f"random.{name}" for name in ("random", "randint", "randrange", "randbytes")),
        *(f"random.{name}" for name in ("choice", "choices", "sample", "getrandbits", "uniform")),
        *(f"secrets.{name}" for name in ("token_hex", "token_urlsafe", "token_bytes")),
        *(f"secrets.{name}" for name in ("choice", "randbelow", "randbits")),
    }
)
BUILTIN_SOURCES = frozenset({"id", "hash"})
SOURCE_NAMES = frozenset(name.rpartition(".")[2] for name in SOURCES) | {"next"}
_LOOP_WORDS = frozenset(part for name in LOOP_GETTERS for part in name.split("."))
# Words that decide what those names stand for, where one of them is bound anew.
SOURCE_WORDS = (
    SOURCE_NAMES
    | BUILTIN_SOURCES
    | _LOOP_WORDS
    | {"datetime", "os", "secrets", "itertools", "timezone", "count"}
)
# Words of which code that reads a source holds one.
SOURCE_TRIGGERS = SOURCE_NAMES | {"id(", "hash(", "count", "seq", "+="}
# The last word of what counts.
COUNTER = re.compile(r"(^|_)(counter|count|seq|sequence)$")

# Methods that look something up by a key, with a default behind it.
LOOKUPS = frozenset({"get", "pop", "setdefault"})
# Parameters that take what makes a field's value, or the value.
FACTORIES = frozenset({"default_factory", "default", "factory", "insert_default"})
# Methods by which code takes strings apart or makes others of them.
GROUPS = frozenset({"group", "groups"})
SURGERY = frozenset({
    "replace", "split", "rsplit", "partition", "rpartition", "removeprefix", "removesuffix",
    "lstrip", "rstrip", "strip", "translate", "join", "format", "sub", *GROUPS,
})  # fmt: skip

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
