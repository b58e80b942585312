"""Small programs with random control flow round ids, and the calls that show what they do.

`program(seed)` is always the same. Each holds one to three functions that make ids, read, log,
guard and hand them on between branches, loops, handlers, nested functions and rebound names;
every kind of statement is a shape, and `SHAPES` names them all.
"""

from __future__ import annotations

import random
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

CLASS = "UnifiedIdGenerator"
MODULE = "shared.id_generation.unified_id_generator"
CONTEXT_IDS = ("thread_id", "run_id", "request_id")
OTHER_IDS = ("session_id", "conn_id", "trace_id")
_PREFIXES = {"request_id": "req"}
_DEEPEST = 2


@dataclass(frozen=True)
class Call:
    """A call that the driver makes: a function of the module or a method of a class of it."""

    function: str
    owner: str | None
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Program:
    source: str
    calls: tuple[Call, ...]
    shapes: frozenset[str]


@dataclass
class _File:
    """What all functions of a program share."""

    chance: random.Random
    uuid4: str = "uuid.uuid4"
    generator: str | None = None
    """How the functions call the generator, where the module imports it for sure."""
    shapes: set[str] = field(default_factory=set)


def program(seed: int) -> Program:
    """The program of that number."""
    file = _File(random.Random(seed))
    top = _uuid_import(file) + _generator_import(file)
    functions = [_Function(file, index) for index in range(file.chance.choice((1, 1, 1, 2)))]
    texts = [function.text() for function in functions]
    middle = _module_code(file, functions[0])
    head = _header(file)
    parts = [head + "".join(top), *texts[:1], *middle, *texts[1:]]
    calls = tuple(call for function in functions for call in function.calls())
    return Program("\n\n".join(parts) + "\n", calls, frozenset(file.shapes))


def _header(file: _File) -> str:
    texts = (
        "",
        "",
        '"""Ids; and more."""\n\n',
        "from __future__ import annotations\n\n",
        "# Ids.\n",
    )
    return file.chance.choice(texts) + _HELPERS


_HELPERS = """\
import contextlib
import typing

DATA = {"k": "v"}


def work(fails):
    log("work")
    if fails:
        raise KeyError("work")


async def pause(value):
    log("pause", value)


"""

# Imports

_UUID_IMPORTS: Mapping[str, tuple[str, str]] = {
    "import uuid": ("import uuid\n", "uuid.uuid4"),
    "import uuid as": ("import uuid as u\n", "u.uuid4"),
    "from uuid import": ("from uuid import uuid4\n", "uuid4"),
    "from uuid import as": ("from uuid import UUID, uuid4 as fresh\n", "fresh"),
    "uuid guarded": ("try:\n    import uuid\nexcept ImportError:\n    uuid = None\n", "uuid.uuid4"),
    "uuid in branch": (
        "if DATA:\n    import uuid\nelse:\n    import random as uuid\n",
        "uuid.uuid4",
    ),
}
_FROM = f"from {MODULE} import {CLASS}"
_GENERATOR_IMPORTS: Mapping[str, tuple[str, str | None]] = {
    "generator": (f"{_FROM}\n", CLASS),
    "generator as": (f"{_FROM} as Ids\n", "Ids"),
    "generator by module": (f"import {MODULE} as generation\n", f"generation.{CLASS}"),
    "generator by package": (f"from shared.id_generation import {CLASS}\n", CLASS),
    "generator for types": (f"if typing.TYPE_CHECKING:\n    {_FROM}\n", None),
    "generator optional": (f"try:\n    {_FROM}\nexcept ImportError:\n    {CLASS} = None\n", CLASS),
    "generator of main": (f'if __name__ == "__main__":\n    {_FROM}\n', None),
    "generator never": (f"if not DATA:\n    {_FROM}\n", None),
    "generator deleted": (
        f"{_FROM}\nFIRST = {CLASS}.generate_base_id('first')\ndel {CLASS}\n",
        None,
    ),
    "generator shadowed": (f"{CLASS} = None\n", None),
}


def _uuid_import(file: _File) -> list[str]:
    names = list(_UUID_IMPORTS)
    shape = file.chance.choices(names, [6, 2, 4, 2, 1, 1])[0]
    file.shapes.add(shape)
    text, file.uuid4 = _UUID_IMPORTS[shape]
    return [text]


def _generator_import(file: _File) -> list[str]:
    if file.chance.random() < 0.3:
        return []
    names = list(_GENERATOR_IMPORTS)
    shape = file.chance.choices(names, [14, 4, 3, 3, 2, 2, 1, 1, 1, 1])[0]
    file.shapes.add(shape)
    text, file.generator = _GENERATOR_IMPORTS[shape]
    return [text]


def _module_code(file: _File, function: _Function) -> list[str]:
    """What the module does between its functions: calls, ids, imports that come late."""
    texts = []
    if file.chance.random() < 0.15:
        file.shapes.add("id of module")
        texts.append(f"MODULE_RUN_ID = str({file.uuid4}())\nlog(MODULE_RUN_ID)\n")
    can_call = function.kind == "plain" and not function.imports_late
    if can_call and file.chance.random() < 0.25:
        file.shapes.add("call of module")
        first = function.calls()[0]
        named = ", ".join(f"{name}={value!r}" for name, value in first.arguments.items())
        owner = f"{first.owner}()." if first.owner else ""
        call = f"log({owner}{first.function}({named}))"
        body = textwrap.indent(call, "    ")
        texts.append(
            f"try:\n{body}\nexcept (KeyError, ValueError, UnboundLocalError):\n    log()\n"
        )
        if file.generator is None and file.chance.random() < 0.4:
            file.shapes.add("generator later")
            texts.append(f"{_FROM}\nlog({CLASS}.generate_base_id('late'))\n")
    return texts


# Functions

_USERS: Mapping[str, tuple[str | None, tuple[Any, ...]]] = {
    "user text": ("user_id: str", ("u1",)),
    "user optional": ("user_id: str | None", ("u1", None, "")),
    "user default none": ("user_id: str | None = None", ("u1", None, "")),
    "user default text": ("user_id: str = 'u0'", ("u1",)),
    "user untyped": ("user_id", ("u1",)),
    "no user": (None, ()),
}
_DEFAULT = object()


class _Function:
    """One function, written statement by statement."""

    def __init__(self, file: _File, index: int) -> None:
        self.file = file
        self.chance = file.chance
        self.name = f"handle_{index}"
        self.owner = f"Holder{index}" if self.chance.random() < 0.25 else None
        self.kind = self.chance.choices(("plain", "generator", "async"), [8, 1, 1])[0]
        user = self.chance.choices(list(_USERS), [8, 4, 2, 1, 2, 1])[0]
        self.shape(user)
        self.shape(f"function {self.kind}")
        self.user, self.user_values = _USERS[user]
        given = self.chance.randint(0, 2)
        self.given = tuple(self.chance.sample(CONTEXT_IDS, given))
        self.bound: list[str] = [*self.given]
        self.maybe: list[str] = []
        self.generator = file.generator
        self.depth = 0
        self.in_loop = False
        self.helpers = 0
        # Such an import makes calls above it fail, and the fix mends these: no handler hides that.
        self.imports_late = self.chance.random() < 0.1

    def shape(self, name: str) -> None:
        self.file.shapes.add(name)

    # The whole of it

    def text(self) -> str:
        lines = self._start()
        for _ in range(self.chance.randint(2, 4)):
            lines += self.statement()
        lines += self._end()
        if self.kind == "generator":
            lines.append("yield 'end'")
        body = textwrap.indent("\n".join(lines), "    ")
        head = self._decorator() + self._def(body)
        if self.owner is None:
            return head
        self.shape("method")
        return f"class {self.owner}:\n    kind = 1\n\n{textwrap.indent(head, '    ')}"

    def _def(self, body: str) -> str:
        word = "async def" if self.kind == "async" else "def"
        owner = ["self"] if self.owner else []
        user = [self.user] if self.user and "=" not in self.user else []
        late = [self.user] if self.user and "=" in self.user else []
        ids = [f"{name}=None" for name in self.given]
        parameters = [*owner, *user, "a", "b", *late, *ids]
        if self.chance.random() < 0.05:
            self.shape("id as default")
            parameters.append(f"batch_id=str({self.file.uuid4}())")
        return f"{word} {self.name}({', '.join(parameters)}):\n{body}\n"

    def _decorator(self) -> str:
        if self.kind != "plain" or self.chance.random() > 0.06:
            return ""
        self.shape("decorator")
        make = f"str({self.file.uuid4}())"
        return f"@(lambda trace_id: lambda function: log(trace_id) or function)({make})\n"

    def _start(self) -> list[str]:
        lines = []
        if self.chance.random() < 0.5:
            lines.append("log('start')")
        if self.chance.random() < 0.1:
            self.shape("uuid imported inside")
            lines.append("import uuid as inner")
        if self.chance.random() < 0.1:
            self.shape("generator imported inside")
            lines.append(_FROM)
            self.generator = CLASS
        for name in CONTEXT_IDS:
            if name not in self.bound and self.chance.random() < 0.2:
                self.shape("none first")
                lines.append(f"{name} = None")
                self.bound.append(name)
        return lines

    def _end(self) -> list[str]:
        names = [*self.bound, *(["user_id"] if self.user else [])]
        shown = "{" + ", ".join(f'"{name}": {name}' for name in dict.fromkeys(names)) + "}"
        return [f"log(end={shown})"] + ([] if self.kind == "generator" else [f"return {shown}"])

    def calls(self) -> tuple[Call, ...]:
        """A few ways to call it, always the same."""
        values: dict[str, tuple[Any, ...]] = {"a": (False, True), "b": (False, True)}
        if self.user:
            values = {"user_id": self.user_values, **values}
        for name in self.given:
            values[name] = (_DEFAULT, f"{name}_given", "")
        chance = random.Random(self.name)
        seen: dict[str, Call] = {}
        for _ in range(14):
            chosen = {name: chance.choice(options) for name, options in values.items()}
            arguments = {name: value for name, value in chosen.items() if value is not _DEFAULT}
            seen.setdefault(str(arguments), Call(self.name, self.owner, arguments))
        return tuple(seen.values())

    # Expressions

    def prefix(self, name: str) -> str:
        return _PREFIXES.get(name, name.removesuffix("_id"))

    def new(self, name: str) -> str:
        """An expression that makes an id."""
        make, prefix = f"{self.file.uuid4}()", self.prefix(name)
        ways = {
            "str": f"str({make})",
            "hex": f"{make}.hex",
            "cut": f"str({make})[:8]",
            "f-string": f'f"{prefix}_{{{make}}}"',
            "f-string cut": f'f"{prefix}_{{{make}.hex[:8]}}"',
            "f-string quotes": f"f\"{prefix}_{{DATA['k']}}_{{{make}.hex[:8]}}\"",
            "f-string triple": f'f"""{prefix}_{{DATA["k"]}}_{{{make}}}"""',
            "sum": f'"{prefix}_" + str({make})',
        }
        weights = [8, 2, 1, 2, 2, 1, 1, 1]
        if self.generator:
            ways["single call"] = f'{self.generator}.generate_base_id("{prefix}")'
            weights.append(12)
        way = self.chance.choices(list(ways), weights)[0]
        self.shape(way)
        return ways[way]

    def target(self) -> str:
        return self.chance.choice(CONTEXT_IDS if self.chance.random() < 0.8 else OTHER_IDS)

    def read(self) -> str | None:
        """A name that is bound; now and then one that only may be."""
        names = self.maybe if self.maybe and self.chance.random() < 0.1 else self.bound
        return self.chance.choice(names) if names else None

    def condition(self) -> str:
        options = ["a", "b", "not a", "a and not b", "a or b"]
        if self.user:
            options += ["user_id", "not user_id", "user_id is None"]
        name = self.read()
        if name:
            options += [name, f"not {name}", f"{name} is None"]
        return self.chance.choice(options)

    def bind(self, name: str) -> None:
        names = self.maybe if self.depth else self.bound
        if name not in names:
            names.append(name)

    # Statements

    def statement(self) -> list[str]:
        """One statement, or a few that belong together."""
        kinds = _SIMPLE if self.depth >= _DEEPEST else _SIMPLE | _COMPOUND
        for _ in range(20):
            kind = self.chance.choices(list(kinds), [weight for weight, _ in kinds.values()])[0]
            lines = kinds[kind][1](self)
            if lines:
                self.shape(kind)
                return lines
        return ["log('nothing')"]

    def block(self, *, loop: bool | None = None) -> str:
        """An indented suite; what it binds is bound for certain only inside it."""
        before, maybe, was_loop = list(self.bound), len(self.maybe), self.in_loop
        self.depth += 1
        self.in_loop = was_loop if loop is None else loop
        lines: list[str] = []
        for _ in range(self.chance.choice((1, 1, 2))):
            lines += self.statement()
            self.bound += [name for name in self.maybe[maybe:] if name not in self.bound]
        self.depth -= 1
        self.in_loop = was_loop
        self.bound = before
        return textwrap.indent("\n".join(lines), "    ")

    def helper(self, stem: str) -> str:
        self.helpers += 1
        return f"{stem}_{self.helpers}"


_Writer = Callable[[_Function], list[str]]


def _assign(f: _Function) -> list[str]:
    name = f.target()
    value = f.new(name)
    f.bind(name)
    return [f"{name} = {value}"]


def _annotated(f: _Function) -> list[str]:
    name = f.target()
    if name in f.given or f.depth:
        return []
    value = f.new(name)
    f.bind(name)
    return [f"{name}: str = {value}"]


def _neighbours(f: _Function) -> list[str]:
    names = f.chance.sample(CONTEXT_IDS, f.chance.randint(2, 3))
    lines = [f"{name} = {f.new(name)}" for name in names]
    for name in names:
        f.bind(name)
    return lines


def _or_new(f: _Function) -> list[str]:
    name = f.read()
    return [f"{name} = {name} or {f.new(name)}"] if name else []


def _guarded(f: _Function) -> list[str]:
    name = f.read()
    if not name:
        return []
    test = f.chance.choice((f"not {name}", f"{name} is None"))
    return [f"if {test}:", f"    {name} = {f.new(name)}"]


def _guarded_on_one_line(f: _Function) -> list[str]:
    name = f.read()
    return [f"if not {name}: {name} = {f.new(name)}"] if name else []


def _semicolons(f: _Function) -> list[str]:
    name = f.target()
    value = f.new(name)
    f.bind(name)
    return [f"{name} = {value}; log({name}={name})"]


def _conditional(f: _Function) -> list[str]:
    name = f.read()
    if not name:
        return []
    return [f"{name} = {name} if {f.condition()} else {f.new(name)}"]


def _dict_of_ids(f: _Function) -> list[str]:
    names = f.chance.sample(CONTEXT_IDS, f.chance.randint(1, 3))
    items = [(name, f.new(name)) for name in names]
    items += [(name, name) for name in f.bound if name not in names][:2]
    f.chance.shuffle(items)
    if f.chance.random() < 0.5:
        value = f"dict({', '.join(f'{name}={item}' for name, item in items)})"
    else:
        value = "{" + ", ".join(f'"{name}": {item}' for name, item in items) + "}"
    helper = f.helper("context")
    return [f"{helper} = {value}", f"log({helper})"]


def _previous(f: _Function) -> list[str]:
    """A statement that makes one id and still reads what the next one replaces."""
    name = f.read()
    if not name or name not in CONTEXT_IDS:
        return []
    other = f.chance.choice([other for other in CONTEXT_IDS if other != name])
    helper = f.helper("before")
    ways = [
        f'{helper} = {{"{other}": {f.new(other)}, "previous": {name}}}',
        f"{other}, {helper} = {f.new(other)}, {name}",
        f'{helper} = {{"{other}": {f.new(other)}, "text": f"after {{{name}}}"}}',
    ]
    first = f.chance.choice(ways)
    return [first, f"{name} = {f.new(name)}", f"log({helper}, {name})"]


def _subscripts(f: _Function) -> list[str]:
    store = f.helper("store")
    lines = [f"{store} = {{}}"]
    for name in f.chance.sample(CONTEXT_IDS, f.chance.randint(1, 3)):
        lines.append(f'{store}["{name}"] = {f.new(name)}')
        if f.chance.random() < 0.4:
            lines.append(f"log({store})")
    return [*lines, f"log({store})"]


def _setdefault(f: _Function) -> list[str]:
    store, name = f.helper("store"), f.target()
    return [f'{store} = {{}}\n{store}.setdefault("{name}", {f.new(name)})', f"log({store})"]


def _attribute(f: _Function) -> list[str]:
    if not f.owner:
        return []
    names = f.chance.sample(CONTEXT_IDS, f.chance.randint(1, 2))
    return [*(f"self.{name} = {f.new(name)}" for name in names), f"log(self.{names[0]})"]


def _log(f: _Function) -> list[str]:
    name = f.read()
    return [f"log({name}={name})"] if name else ["log('here')"]


def _log_new(f: _Function) -> list[str]:
    name = f.target()
    return [f"log({name}={f.new(name)}, b=b)"]


def _work(f: _Function) -> list[str]:
    return [f"work({f.chance.choice(('a', 'b', 'a and b'))})"]


def _shared_suffix(f: _Function) -> list[str]:
    suffix = f.helper("suffix")
    names = f.chance.sample(CONTEXT_IDS + OTHER_IDS, 2)
    lines = [f"{suffix} = {f.file.uuid4}().hex[:8]"]
    lines += [f'{name} = f"{f.prefix(name)}_{{{suffix}}}"' for name in names]
    for name in names:
        f.bind(name)
    return lines


def _text_with_id(f: _Function) -> list[str]:
    name = f.read()
    return [f'log(f"of {{{name}}} and {{b}}")'] if name else []


def _copy(f: _Function) -> list[str]:
    name = f.read()
    return [f"{f.helper('kept')} = {name}"] if name else []


def _delete(f: _Function) -> list[str]:
    names = [name for name in f.bound if name not in f.given]
    if not names or f.depth:
        return []
    name = f.chance.choice(names)
    f.bound.remove(name)
    return [f"del {name}"]


def _rebind_user(f: _Function) -> list[str]:
    if not f.user:
        return []
    ways = [
        "user_id = user_id or 'u3'",
        "user_id = f'{user_id}x'",
        "for user_id in ('u4', 'u5'):\n    log(user_id)",
        "if (user_id := 'u6' if a else user_id):\n    log(user_id)",
        "user_id = 'u7'",
    ]
    if "None" in f.user:
        ways += ["if b:\n    user_id = None", "if (user_id := None if b else user_id):\n    log(1)"]
    return [f.chance.choice(ways)]


def _user_by_handler(f: _Function) -> list[str]:
    if not f.user or f.depth:
        return []
    return ["try:\n    work(a)\nexcept KeyError as user_id:\n    log(user_id)"]


def _user_checked(f: _Function) -> list[str]:
    if not f.user:
        return []
    ends = "return 'nobody'" if f.kind != "generator" else "return"
    last = f.chance.choice((ends, "raise ValueError('nobody')"))
    return [f"if not user_id:\n    log('nobody')\n    {last}"]


def _return(f: _Function) -> list[str]:
    name = f.read() or "b"
    value = "" if f.kind == "generator" else f" {name}"
    return [f"if {f.condition()}:\n    return{value}"]


def _yield(f: _Function) -> list[str]:
    if f.kind != "generator":
        return []
    return [f"yield {f.read() or 'a'}"]


def _await(f: _Function) -> list[str]:
    if f.kind != "async":
        return []
    return [f"await pause({f.read() or 'a'})"]


def _jump(f: _Function) -> list[str]:
    if not f.in_loop:
        return []
    return [f"if {f.condition()}:\n    {f.chance.choice(('break', 'continue'))}"]


def _context_call(f: _Function) -> list[str]:
    if not f.generator or not f.user:
        return []
    names = [name if f.chance.random() < 0.6 else "_" for name in CONTEXT_IDS]
    for name in names:
        if name != "_":
            f.bind(name)
    operation = f.chance.choice(("chat", "chat", "job"))
    call = f'{f.generator}.generate_user_context_ids(user_id, "{operation}")'
    return [f"{', '.join(names)} = {call}"]


def _guarded_context_calls(f: _Function) -> list[str]:
    names = [name for name in CONTEXT_IDS if name in f.bound]
    if not f.generator or not f.user or not names:
        return []
    f.chance.shuffle(names)
    lines = []
    for name in names[:2]:
        new = f"generated_{name}" if f.chance.random() < 0.4 else name
        targets = ", ".join(new if name == other else "_" for other in CONTEXT_IDS)
        call = f'{f.generator}.generate_user_context_ids(user_id, "session")'
        lines += [f"if not {name}:", f"    {targets} = {call}"]
        lines += [f"    {name} = {new}"] if new != name else []
        lines += ["log('between')"] if f.chance.random() < 0.15 else []
    return lines


def _emergency(f: _Function) -> list[str]:
    if not f.generator or not f.user or "None" in f.user:
        return []
    call = f'{f.generator}.generate_user_context_ids(user_id, "ws")'
    make = f"str({f.file.uuid4}())"
    lines = ["try:", f"    {', '.join(CONTEXT_IDS)} = {call}", "    work(b)", "except KeyError:"]
    lines += [f'    {name} = f"{f.prefix(name)}_{{{make}}}"' for name in CONTEXT_IDS]
    for name in CONTEXT_IDS:
        f.bind(name)
    return lines


def _nested(f: _Function) -> list[str]:
    name, inner, target = f.read(), f.helper("inner"), f.target()
    shown = name or "b"
    lines = [f"def {inner}():", f"    log({shown})"]
    if f.chance.random() < 0.6:
        lines += [f"    return {f.new(target)}"]
    else:
        own = f"own_{target}"
        lines += [f"    {own} = {f.new(target)}", f"    return {own}"]
    more = f.statement() if f.chance.random() < 0.5 else []
    return [*lines, *more, f"log({inner}())"]


def _nonlocal(f: _Function) -> list[str]:
    name = f.read()
    if not name or name in f.maybe or f.in_loop:
        return []
    inner = f.helper("renew")
    body = f"    nonlocal {name}\n    {name} = {f.new(name)}"
    return [f"def {inner}():\n{body}", *f.statement(), f"{inner}()", f"log({name})"]


def _nonlocal_user(f: _Function) -> list[str]:
    if not f.user:
        return []
    inner = f.helper("switch")
    value = f.chance.choice(("None", "'u8'")) if "None" in f.user else "'u8'"
    return [f"def {inner}():\n    nonlocal user_id\n    user_id = {value}", f"{inner}()"]


def _global(f: _Function) -> list[str]:
    inner, name = f.helper("store"), f.helper("LAST")
    body = f"    global {name}_run_id\n    {name}_run_id = {f.new('run_id')}"
    return [f"def {inner}():\n{body}\n{inner}()", f"log({name}_run_id)"]


def _lambda(f: _Function) -> list[str]:
    name, inner = f.target(), f.helper("make")
    return [f"{inner} = lambda: {f.new(name)}", f"log({inner}(), {inner}())"]


def _late_lambda(f: _Function) -> list[str]:
    name = f.read()
    if not name:
        return []
    inner = f.helper("late")
    return [f"{inner} = lambda: {name}", *f.statement(), f"log({inner}())"]


def _comprehension(f: _Function) -> list[str]:
    name = f.target()
    make = f.new(name)
    ways = [
        f"log([{make} for _ in range(2)])",
        f"log({{index: {make} for index in range(2)}})",
        f"{name}s = [{make} for index in range(2) if index or a]\nlog({name}s)",
        f"log([user_id for user_id in ('x', None)], [{make} for user_id in (None, 1)])",
    ]
    return [f.chance.choice(ways)]


def _walrus(f: _Function) -> list[str]:
    name = f.target()
    line = f"if ({name} := {f.new(name)}) and {f.condition()}:"
    f.bind(name)
    return [line, f.block()]


def _local_generator(f: _Function) -> list[str]:
    """The import makes the name local to the whole function, above it, too."""
    if f.generator not in (None, CLASS) or not f.imports_late:
        return []
    name = f.target()
    own = f.helper("local")
    lines = [f"if {f.condition()}:", f"    {_FROM}"]
    lines += [f'    {own} = {CLASS}.generate_base_id("{f.prefix(name)}")', f"    log({own})"]
    return lines


def _local_uuid(f: _Function) -> list[str]:
    name = f.target()
    f.bind(name)
    return ["import uuid as local_uuid", f"{name} = str(local_uuid.uuid4())"]


def _if(f: _Function) -> list[str]:
    lines = [f"if {f.condition()}:", f.block()]
    if f.chance.random() < 0.3:
        lines += [f"elif {f.condition()}:", f.block()]
    if f.chance.random() < 0.4:
        lines += ["else:", f.block()]
    return lines


def _for(f: _Function) -> list[str]:
    lines = [f"for {f.helper('index')} in range({f.chance.choice('0122')}):", f.block(loop=True)]
    if f.chance.random() < 0.3:
        lines += ["else:", f.block()]
    return lines


def _while(f: _Function) -> list[str]:
    left = f.helper("left")
    lines = [f"{left} = 2", f"while {left}:", f"    {left} -= 1", f.block(loop=True)]
    if f.chance.random() < 0.3:
        lines += ["else:", f.block()]
    return lines


def _try(f: _Function) -> list[str]:
    body = f.block()
    if f.chance.random() < 0.7:
        call = f"    work({f.chance.choice('ab')})"
        body = f"{body}\n{call}" if f.chance.random() < 0.6 else f"{call}\n{body}"
    lines = ["try:", body]
    caught = f.chance.random() < 0.8
    if caught:
        errors = ("KeyError",) if f.imports_late else ("KeyError", "Exception", "ValueError")
        error = f.chance.choice(errors)
        lines += [f"except {error}:", f.block()]
    if caught and f.chance.random() < 0.3:
        lines += ["else:", f.block()]
    if not caught or f.chance.random() < 0.3:
        lines += ["finally:", f.block()]
    return lines


def _with(f: _Function) -> list[str]:
    manager = f.chance.choice(("contextlib.suppress(KeyError)", "contextlib.nullcontext()"))
    return [f"with {manager}:", f.block(), "    work(a)"]


def _with_id(f: _Function) -> list[str]:
    name = f.target()
    line = f"with contextlib.nullcontext({f.new(name)}) as {name}:"
    f.bind(name)
    return [line, f.block()]


def _match(f: _Function) -> list[str]:
    cases = [("case (True, _):", f.block()), (f"case _ if {f.condition()}:", f.block())]
    lines = ["match (a, b):"]
    for head, body in cases:
        lines += [f"    {head}", textwrap.indent(body, "    ")]
    return lines


_SIMPLE: dict[str, tuple[int, _Writer]] = {
    "assign": (10, _assign),
    "annotated": (2, _annotated),
    "neighbours": (8, _neighbours),
    "or new": (6, _or_new),
    "guarded": (7, _guarded),
    "guarded on one line": (1, _guarded_on_one_line),
    "semicolons": (2, _semicolons),
    "conditional": (2, _conditional),
    "dict of ids": (7, _dict_of_ids),
    "previous value": (4, _previous),
    "subscripts": (3, _subscripts),
    "setdefault": (1, _setdefault),
    "attribute": (4, _attribute),
    "log": (6, _log),
    "log new": (2, _log_new),
    "work": (3, _work),
    "shared suffix": (2, _shared_suffix),
    "text with id": (1, _text_with_id),
    "copy": (1, _copy),
    "delete": (1, _delete),
    "rebind user": (2, _rebind_user),
    "user by handler": (1, _user_by_handler),
    "user checked": (2, _user_checked),
    "return": (3, _return),
    "yield": (4, _yield),
    "await": (4, _await),
    "jump": (4, _jump),
    "context call": (9, _context_call),
    "guarded context calls": (9, _guarded_context_calls),
    "emergency": (2, _emergency),
    "local uuid": (1, _local_uuid),
    "local generator": (8, _local_generator),
    "lambda": (1, _lambda),
    "comprehension": (2, _comprehension),
    "global": (1, _global),
    "nonlocal user": (1, _nonlocal_user),
}
_COMPOUND: dict[str, tuple[int, _Writer]] = {
    "if": (6, _if),
    "for": (3, _for),
    "while": (1, _while),
    "try": (5, _try),
    "with": (2, _with),
    "with id": (1, _with_id),
    "match": (1, _match),
    "walrus": (2, _walrus),
    "nested": (2, _nested),
    "nonlocal": (1, _nonlocal),
    "late lambda": (1, _late_lambda),
}
SHAPES = frozenset(
    {
        *_SIMPLE, *_COMPOUND, *_UUID_IMPORTS, *_GENERATOR_IMPORTS, *_USERS,
        "function plain", "function generator", "function async", "method", "decorator",
        "id as default", "none first", "uuid imported inside", "generator imported inside",
        "id of module", "call of module", "generator later",
        "str", "hex", "cut", "f-string", "f-string cut", "f-string quotes", "f-string triple",
        "sum", "single call",
    }
)  # fmt: skip
