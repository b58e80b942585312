"""Functions that ids are made from by hand: clocks, randomness, counters."""

from __future__ import annotations

import re

from ssot_lint.analysis.semantics.known_functions import EVENT_LOOP

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


# What gives a text where `uuid4` gives an object, of functions that projects ban.
GIVING_TEXT = frozenset({
    "cuid2.cuid_wrapper", "django.utils.crypto.get_random_string", "nanoid.generate",
    "nanoid.non_secure_generate", "secrets.token_hex", "secrets.token_urlsafe", "shortuuid.random",
    "shortuuid.uuid",
})  # fmt: skip

BUILTIN_SOURCES = frozenset({"id", "hash"})


SOURCE_NAMES = frozenset(name.rpartition(".")[2] for name in SOURCES) | {"next"}


# Words of which code that reads a source holds one.
SOURCE_TRIGGERS = SOURCE_NAMES | {"id(", "hash(", "count", "seq", "+="}


# The last word of what counts.
COUNTER = re.compile(r"(^|_)(counter|count|seq|sequence)$")

# What makes something new, going by its name.
_MAKING_WORDS = "generate|create|make|new|next|mint|issue|build"
MAKING = re.compile(rf"({_MAKING_WORDS})(_|$)")
# What makes an id, going by its name: `generate_id`, `new_run_ids`.
MAKING_ID = re.compile(rf"({_MAKING_WORDS})_(\w+_)?ids?$")

# What takes ids apart, going by its name.
READING = re.compile(r"_*(parse|extract|decode|split|unpack)_")

# Packages whose whole content makes ids.
ID_MODULES = frozenset({"cuid", "cuid2", "ksuid", "nanoid", "shortuuid", "ulid", "uuid"})

# Modules that tests replace as a whole, or functions of: what makes banned ids, or hand-built ones.
BANNED_MODULES = frozenset({"uuid"})
MODULES = BANNED_MODULES | {"time", "random", "datetime"}
