"""Fixes of generated programs: the shapes that rules know, put together at random.

Each program is fixed, held against `fix_checks`, and run before and after with a fake generator.
"""

from __future__ import annotations

import sys
import textwrap
import types
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ssot_lint.analysis.source.text import decode
from ssot_lint.config.settings import Settings
from tests.helpers.fix_checks import Linter, check_fix

MODULE = "shared.id_generation.unified_id_generator"

# How a program says `uuid4` and the generator: U and G stand for them in what follows.
UUID_IMPORTS = {
    "import uuid": "uuid.uuid4",
    "import uuid as u": "u.uuid4",
    "from uuid import uuid4": "uuid4",
    "from uuid import UUID, uuid4 as fresh": "fresh",
    "import json, uuid": "uuid.uuid4",
    "from uuid import (\n    NAMESPACE_DNS,  # kept\n    uuid4,\n)": "uuid4",
}
GENERATOR_IMPORTS = {
    "": "UnifiedIdGenerator",
    f"from {MODULE} import UnifiedIdGenerator": "UnifiedIdGenerator",
    f"from {MODULE} import UnifiedIdGenerator as Ids": "Ids",
    f"import {MODULE} as generation": "generation.UnifiedIdGenerator",
}
HEADERS = (
    "",
    '"""What it does."""\n',
    "#!/usr/bin/env python3\n# Copyright.\n",
    '"""What it does."""\n\nfrom __future__ import annotations\n\n',
    "from __future__ import annotations; import os\n",
    "# A comment.\n\nimport os\n\n",
)

# Statements of a function that has user_id, request_id, thread_id and data.
MAKES_IDS = (
    "run_id = str(U())",
    "run_id = U().hex",
    "run_id: str = str(U())  # the run",
    'conn_id = f"conn_{U().hex[:8]}"',
    "conn_id = f'conn_{data[\"name\"]}_{U()}'",
    'conn_id = "conn_" + str(U())[:8]',
    'session_id = data.get("session_id", str(U()))',
    "request_id = request_id or str(U())",
    "request_id = request_id if request_id else U().hex[:12]",
    'trace = {"trace_id": str(U()), "user": user_id}',
    'trace_ids = [f"trace_{U()}" for _ in range(2)]',
    "self_check_id = (  # why\n    str(U())\n)",
    "order_id = str(  # what for\n    U()\n)",
    "make = lambda: str(U())",
    "item_id, other = str(U()), 1",
    "token = str(U())",
    "raw_id = U()",
    "batch_id = str(U()); count = 1",
    "short_id = str(U())\nhead = short_id[:8]",
    'log = f"made {U()} for {user_id}"',
)
SHAPES = (
    'suffix = U().hex[:8]\nclient_id = f"client_{suffix}"',
    'base = str(U())\njob_id = base\ntask_id = f"task_{base[:8]}"  # cut',
    'thread_id = f"thread_{U()}"\n# The run.\nrun_id = str(U())',
    'context = dict(user_id=user_id, thread_id=f"ws_thread_{U()}", run_id=str(U()))',
    "context = dict(\n    user_id=user_id,\n    run_id=str(U()),  # run\n    request_id=U().hex\n)",
    "if not request_id:\n    request_id = str(U())\n\n# The thread.\n"
    'if thread_id is None:\n    thread_id = f"thread_{U()}"  # new',
    "if data:\n    import uuid as own\n    run_id = str(own.uuid4())\n"
    "else:\n    import uuid as own\n    run_id = own.uuid4().hex",
)
NEUTRAL = (
    "total = 1  # a comment",
    "# Only a comment.\ncount = len(data)",
    'text = """two\nlines"""',
    "for number in range(2):\n    count = number",
    "",
)
GUARDED = """\
if not request_id:
    # The request.
    _, _, new_request_id = G.generate_user_context_ids(user_id, "session")
    request_id = new_request_id

# The thread.
if thread_id is None:
    thread_id, _, _ = G.generate_user_context_ids(user_id, "session")
"""
EMERGENCY = """\
try:
    check(data)
    thread_id, run_id, request_id = G.generate_user_context_ids(user_id, "ws")
except Exception as error:
    # By hand.
    suffix = str(U())[:8]
    thread_id = f"ws_thread_{suffix}"
    run_id = f"ws_run_{suffix}"
    request_id = f"ws_req_{suffix}"
"""
DOUBLED = """\
thread_id, _, _ = G.generate_user_context_ids(user_id, "x")
_, run_id, _ = G.generate_user_context_ids(user_id, "x")
"""
HELPERS = {"suffix", "base", "new_request_id", "log"}


@dataclass(frozen=True)
class Program:
    source: str
    knows_generator: bool


def wrapped(body: str, wrapper: str) -> str:
    return wrapper + textwrap.indent(body, "    ") if wrapper else body


@st.composite
def bodies(draw: st.DrawFn, knows_generator: bool) -> str:
    parts = draw(st.lists(st.sampled_from(MAKES_IDS + NEUTRAL), max_size=3))
    special: list[str] = [*SHAPES]
    if knows_generator:
        special += [GUARDED, EMERGENCY, DOUBLED]
    parts.insert(
        draw(st.integers(0, len(parts))),
        draw(st.sampled_from(special) | st.sampled_from(MAKES_IDS)),
    )
    wrappers = st.sampled_from(["", "", "if data:\n", "for _ in range(1):\n", "try:\n"])
    lines: list[str] = []
    for part in parts:
        wrapper = draw(wrappers) if part.strip() and not part.startswith("#") else ""
        lines.append(wrapped(part, wrapper) if part else "")
        if wrapper == "try:\n":
            lines.append("finally:\n    done = True")
    lines.append("return snapshot()")  # not `locals()`, which keeps fixes from removing names
    return "\n".join(lines)


@st.composite
def programs(draw: st.DrawFn) -> Program:
    uuid_import, new_uuid = draw(st.sampled_from(sorted(UUID_IMPORTS.items())))
    generator_import, generator = draw(st.sampled_from(sorted(GENERATOR_IMPORTS.items())))
    knows = bool(generator_import)
    local = draw(st.booleans())
    top = [draw(st.sampled_from(HEADERS))]
    inside = ""
    for statement in (uuid_import, generator_import):
        if statement and local and draw(st.booleans()):
            inside += statement + "\n"
        elif statement:
            top.append(statement + "\n")
    parts: list[str] = []
    for index in range(draw(st.integers(1, 2))):
        body = inside + draw(bodies(knows))
        header = f"def function_{index}(user_id, data, request_id=None, thread_id=None):\n"
        if draw(st.booleans()):
            parts.append(header + textwrap.indent(body, "    "))
        else:
            header = header.replace("(user_id", "(self, user_id")
            method = textwrap.indent(header + textwrap.indent(body, "    "), "    ")
            parts.append(f"class Holder{index}:\n    kind = 1\n\n{method}")
    if not inside and draw(st.booleans()):
        parts.append("module_run_id = str(U())")
    text = "".join(top) + "\n\n" + "\n\n\n".join(parts)
    if draw(st.booleans()):
        text += "\n"
    text = text.replace("U()", f"{new_uuid}()").replace("G.gen", f"{generator}.gen")
    if draw(st.booleans()):
        text = text.replace("\n", "\r\n")
    return Program(text, knows)


# Running them


@dataclass
class Fake:
    """A generator that counts."""

    contexts: int = 0
    ids: int = 0
    prefixes: list[str] = field(default_factory=list)

    def generate_user_context_ids(self, user_id: str, operation: str) -> tuple[str, str, str]:
        assert isinstance(user_id, str)
        self.contexts += 1
        number = f"{operation}_{self.contexts}"
        return f"thread_{number}", f"run_{number}", f"req_{number}"

    def generate_base_id(self, prefix: str) -> str:
        assert prefix
        assert not prefix.endswith("_")
        self.ids += 1
        self.prefixes.append(prefix)
        return f"{prefix}_{self.ids}"


@contextmanager
def generator(fake: Fake) -> Iterator[None]:
    names = ["shared", "shared.id_generation", MODULE]
    modules = {name: types.ModuleType(name) for name in names}
    modules[MODULE].UnifiedIdGenerator = fake  # type: ignore[attr-defined]
    modules["shared.id_generation"].unified_id_generator = modules[MODULE]  # type: ignore[attr-defined]
    modules["shared"].id_generation = modules["shared.id_generation"]  # type: ignore[attr-defined]
    before = {name: sys.modules.get(name) for name in names}
    sys.modules.update(modules)
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module


def run(text: str) -> dict[str, Any]:
    """What each function returns, as kinds of values, or which exception it raises."""
    fake = Fake()
    outcome: dict[str, Any] = {}
    with generator(fake):
        space: dict[str, Any] = {
            "check": lambda data: data["check"],
            "snapshot": lambda: dict(sys._getframe(1).f_locals),
        }
        exec(compile(text, "program.py", "exec", dont_inherit=True), space)
        functions = {n: v for n, v in space.items() if n.startswith("function_")}
        for name, holder in list(space.items()):
            if name.startswith("Holder"):
                inner = next(n for n in vars(holder) if n.startswith("function_"))
                functions[inner] = getattr(holder(), inner)
        for name, function in sorted(functions.items()):
            for data in ({"name": "n", "check": 1}, {"name": "n"}):
                for given_ids in ({}, {"request_id": "req_1"}, {"thread_id": "thread_1"}):
                    contexts = fake.contexts
                    try:
                        result = function("user", dict(data), **given_ids)
                    except Exception as error:
                        result = {"error": type(error).__name__}
                    key = f"{name} {len(data)} {sorted(given_ids)}"
                    outcome[key] = {
                        n: kind(v)
                        for n, v in result.items()
                        if not callable(v) and not isinstance(v, types.ModuleType)
                    }
                    assert fake.contexts - contexts <= 2, "the context call is made again"
    return outcome


def kind(value: object) -> object:
    """What sort of value it is: containers by what they hold."""
    if isinstance(value, dict):
        return {key: kind(item) for key, item in value.items()}
    if isinstance(value, list):
        return [kind(item) for item in value]
    return type(value).__name__


@settings(
    max_examples=40,
    suppress_health_check=list(HealthCheck),
)
@given(programs())
def test_fixed_programs_do_what_they_did(program: Program) -> None:
    source = program.source.encode()
    before = run(program.source)
    linter = Linter(Settings())
    for unsafe in (False, True):
        result = check_fix(source, "app/program.py", linter, unsafe=unsafe)
        after = run(decode(result.source or source))
        for name, values in before.items():
            for variable, was in values.items():
                now = after[name].get(variable)
                if variable == "_" or (variable in HELPERS and now is None):
                    continue
                assert now == was or (unsafe and was == uuid.UUID.__name__ and now == "str")
