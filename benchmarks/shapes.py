"""Programs of one shape at any size: what takes more than its share of time when files grow."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

Shape: TypeAlias = Callable[[int], str]
"""Makes a program of about so many lines."""

SHAPES: dict[str, Shape] = {}
"""By name, which is that of the function with dashes."""

UUID = "import uuid\n"
CLASS = "UnifiedIdGenerator"
GENERATOR = f"from shared.id_generation.unified_id_generator import {CLASS}\n"
BOTH = UUID + GENERATOR
_UUID4 = "str(uuid.uuid4())"
_CONTEXT = f"    thread_id, run_id, _ = {CLASS}.generate_user_context_ids(user_id)\n"


def shape(make: Shape) -> Shape:
    """Enter a function into the table."""
    SHAPES[make.__name__.strip("_").replace("_", "-")] = make
    return make


def _lines(head: str, lines: Iterable[str], tail: str = "") -> str:
    return head + "\n".join(lines) + "\n" + tail


# Branches


@shape
def elif_ids(n: int) -> str:
    """A chain of `elif`, each arm of which makes the id."""
    arms = (f'    elif kind == "k{i}":\n        run_id = {_UUID4}' for i in range(n // 2))
    head = f'{UUID}\n\ndef f(kind):\n    if kind == "k":\n        run_id = {_UUID4}\n'
    return _lines(head, arms, "    return run_id\n")


@shape
def elif_uses(n: int) -> str:
    """An id that each arm of a chain uses."""
    arms = (f'    elif kind == "k{i}":\n        start{i}(run_id)' for i in range(n // 2))
    head = f"{UUID}\n\ndef f(kind):\n    run_id = {_UUID4}\n    if not kind:\n        pass\n"
    return _lines(head, arms)


@shape
def elif_names(n: int) -> str:
    """A chain whose arms make ids of names of their own."""
    arms = (f"    elif kind == {i}:\n        job_{i}_id = {_UUID4}" for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef f(kind):\n    if not kind:\n        pass\n", arms)


@shape
def elif_generated(n: int) -> str:
    """A chain whose arms ask the generator for a thread and its run."""
    arms = (
        f"    elif kind == {i}:\n"
        f'        thread_id = {CLASS}.generate_base_id("thread")\n'
        f'        run_id = {CLASS}.generate_base_id("run")\n'
        f"        start(user_id, thread_id, run_id)"
        for i in range(n // 4)
    )
    return _lines(f"{GENERATOR}\n\ndef f(kind, user_id):\n    if not kind:\n        pass\n", arms)


@shape
def elif_returns(n: int) -> str:
    """A chain whose arms return ids."""
    arms = (f'    elif kind == "k{i}":\n        return {_UUID4}' for i in range(n // 2))
    head = f"{UUID}\n\ndef make_run_id(kind):\n    if not kind:\n        pass\n"
    return _lines(head, arms, "    return None\n")


@shape
def elif_module(n: int) -> str:
    """A chain on the level of the module."""
    arms = (f'elif kind == "k{i}":\n    run_id = {_UUID4}' for i in range(n // 2))
    return _lines(f"{UUID}from app import kind\n\nif not kind:\n    pass\n", arms)


@shape
def match_cases(n: int) -> str:
    """The cases of one `match`."""
    arms = (f'        case "k{i}":\n            run_id = {_UUID4}' for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef f(kind):\n    match kind:\n", arms, "    return run_id\n")


@shape
def ifs(n: int) -> str:
    """One `if` behind the other, for one id."""
    arms = (f"    if kind == {i}:\n        run_id = {_UUID4}" for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef f(kind, run_id):\n", arms, "    return run_id\n")


@shape
def if_else(n: int) -> str:
    """Branches on both sides, and a use behind each."""
    arms = (
        f"    if kind == {i}:\n        run_id = {_UUID4}\n    else:\n"
        f'        run_id = "run_" + str(uuid.uuid4())\n    start(run_id)'
        for i in range(n // 5)
    )
    return _lines(f"{UUID}\n\ndef f(kind):\n", arms)


# Names


@shape
def id_used(n: int) -> str:
    """One id that is used again and again."""
    uses = (f"    start{i}(run_id)" for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n", uses)


@shape
def id_used_as_keyword(n: int) -> str:
    """One id that is handed on by keyword."""
    uses = (f"    start(run_id=run_id, number={i})" for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n", uses)


@shape
def id_used_in_module(n: int) -> str:
    """One id of the module that is used again and again."""
    uses = (f"start{i}(run_id)" for i in range(n))
    return _lines(f"{UUID}\nrun_id = {_UUID4}\n", uses)


@shape
def id_used_in_functions(n: int) -> str:
    """One id of the module that functions use."""
    uses = (f"\n\ndef f{i}():\n    return start(run_id)" for i in range(n // 4))
    return _lines(f"{UUID}\nRUN_ID = run_id = {_UUID4}\n", uses)


@shape
def id_made_again(n: int) -> str:
    """One name that holds one new id after the other."""
    uses = (f"    run_id = {_UUID4}\n    start{i}(run_id)" for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef f():\n", uses)


@shape
def id_made_again_in_module(n: int) -> str:
    """One name of the module that holds one new id after the other."""
    uses = (f"run_id = {_UUID4}\nstart{i}(run_id)" for i in range(n // 2))
    return _lines(f"{UUID}\n", uses)


@shape
def id_made_only(n: int) -> str:
    """Ids that are made and not used."""
    return _lines(f"{UUID}\n\ndef f():\n", (f"    run_id = {_UUID4}" for _ in range(n)))


@shape
def ids_of_many_names(n: int) -> str:
    """Ids of as many names."""
    uses = (f"    job_{i}_id = {_UUID4}\n    start(job_{i}_id)" for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef f():\n", uses)


@shape
def ids_of_module_names(n: int) -> str:
    """Ids of as many names of the module."""
    uses = (f"job_{i}_id = {_UUID4}\nstart(job_{i}_id)" for i in range(n // 2))
    return _lines(f"{UUID}\n", uses)


@shape
def id_handed_from_name_to_name(n: int) -> str:
    """An id that goes from name to name."""
    uses = (f"    run_{i + 1}_id = run_{i}_id" for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n    run_0_id = {_UUID4}\n", uses)


@shape
def id_cut_at_the_end(n: int) -> str:
    """An id whose way is long, and whose end cuts it."""
    uses = (f"    start{i}(run_id)" for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n", uses, "    return run_id[:8]\n")


@shape
def id_compared(n: int) -> str:
    """An id that is compared and logged."""
    uses = (f"    if run_id == other{i}:\n        print(run_id, {i})" for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n", uses)


@shape
def attributes(n: int) -> str:
    """Ids of attributes of one object."""
    uses = (f"        self.job_{i}_id = {_UUID4}" for i in range(n))
    return _lines(f"{UUID}\n\nclass A:\n    def __init__(self):\n", uses)


@shape
def one_attribute(n: int) -> str:
    """One attribute that methods set and read."""
    uses = (
        f"    def m{i}(self):\n        self.run_id = {_UUID4}\n        return start(self.run_id)\n"
        for i in range(n // 4)
    )
    return _lines(f"{UUID}\n\nclass A:\n", uses)


@shape
def augmented(n: int) -> str:
    """A text to which ids are added."""
    uses = (f"    run_id += {_UUID4}" for _ in range(n))
    return _lines(f'{UUID}\n\ndef f():\n    run_id = ""\n', uses, "    return run_id\n")


@shape
def deleted(n: int) -> str:
    """Ids that are deleted and made again."""
    uses = (f"    run_id = {_UUID4}\n    start(run_id)\n    del run_id" for _ in range(n // 3))
    return _lines(f"{UUID}\n\ndef f():\n", uses)


@shape
def unpacked(n: int) -> str:
    """Ids made two at a time."""
    uses = (
        f"    run_id, request_id = {_UUID4}, {_UUID4}\n    start(run_id)" for _ in range(n // 2)
    )
    return _lines(f"{UUID}\n\ndef f():\n", uses)


@shape
def walrus(n: int) -> str:
    """Ids made inside of conditions."""
    uses = (f"    if run_id := {_UUID4}:\n        start{i}(run_id)" for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef f():\n", uses)


@shape
def chained_assignments(n: int) -> str:
    """Two names for each id."""
    uses = (f"    run_id = job_id = {_UUID4}\n    start(job_id)" for _ in range(n // 2))
    return _lines(f"{UUID}\n\ndef f():\n", uses)


@shape
def globals_(n: int) -> str:
    """Functions that set one name of the module."""
    uses = (f"\n\ndef f{i}():\n    global run_id\n    run_id = {_UUID4}" for i in range(n // 5))
    return _lines(f"{UUID}\nrun_id = None\n", uses)


@shape
def nonlocals(n: int) -> str:
    """Functions that set one name of the function around."""
    uses = (
        f"\n    def g{i}():\n        nonlocal run_id\n        run_id = {_UUID4}"
        for i in range(n // 4)
    )
    return _lines(f"{UUID}\n\ndef f():\n    run_id = None\n", uses, "    return run_id\n")


# Displays


@shape
def repeated_keys(n: int) -> str:
    """One dict that has one key again and again."""
    return _lines(f"{UUID}\nx = {{\n", (f'    "run_id": {_UUID4},' for _ in range(n)), "}\n")


@shape
def many_keys(n: int) -> str:
    """One dict of as many keys."""
    items = (f'    "job_{i}_id": {_UUID4},' for i in range(n))
    return _lines(f"{UUID}\nx = {{\n", items, "}\n")


@shape
def keys_in_function(n: int) -> str:
    """A dict whose values name one id."""
    items = (f'        "run_{i}_id": run_id,' for i in range(n))
    head = f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n    return {{\n"
    return _lines(head, items, "    }\n")


@shape
def keys_set(n: int) -> str:
    """A dict that gets one key after the other."""
    items = (f'    x["run_id"] = {_UUID4}\n    start(x["run_id"])' for _ in range(n // 2))
    return _lines(f"{UUID}\n\ndef f(x):\n", items)


@shape
def dicts_in_list(n: int) -> str:
    """A list of dicts."""
    items = (f'    {{"run_id": {_UUID4}, "number": {i}}},' for i in range(n))
    return _lines(f"{UUID}\nx = [\n", items, "]\n")


@shape
def ids_in_list(n: int) -> str:
    """A list of ids."""
    return _lines(f"{UUID}\nrun_ids = [\n", (f"    {_UUID4}," for _ in range(n)), "]\n")


@shape
def nested_dicts(n: int) -> str:
    """Dicts that hold literals of threads."""
    items = (f'    "k{i}": {{"thread_id": "default_{i}", "run_id": {_UUID4}}},' for i in range(n))
    return _lines(f"{UUID}\nx = {{\n", items, "}\n")


@shape
def keyword_arguments(n: int) -> str:
    """One call with as many arguments."""
    items = (f"    job_{i}_id={_UUID4}," for i in range(n))
    return _lines(f"{UUID}\nx = f(\n", items, ")\n")


# Errors


@shape
def fallbacks(n: int) -> str:
    """`try` blocks that fall back to uuid, one behind the other."""
    blocks = (
        f'    try:\n        run_id = {CLASS}.generate_base_id("run")\n'
        f"    except Exception:\n        run_id = {_UUID4}"
        for _ in range(n // 4)
    )
    return _lines(f"{BOTH}\n\ndef f():\n", blocks, "    return run_id\n")


@shape
def fallbacks_used(n: int) -> str:
    """`try` blocks with fallbacks whose ids are used behind them."""
    blocks = (
        f'    try:\n        run_id = {CLASS}.generate_base_id("run")\n'
        f"    except Exception:\n        run_id = {_UUID4}\n    start{i}(run_id)"
        for i in range(n // 5)
    )
    return _lines(f"{BOTH}\n\ndef f():\n", blocks)


@shape
def fallbacks_of_names(n: int) -> str:
    """`try` blocks with fallbacks for as many names."""
    blocks = (
        f'    try:\n        job_{i}_id = {CLASS}.generate_base_id("job")\n'
        f"    except Exception:\n        job_{i}_id = {_UUID4}\n    start(job_{i}_id)"
        for i in range(n // 5)
    )
    return _lines(f"{BOTH}\n\ndef f():\n", blocks)


@shape
def fallbacks_of_functions(n: int) -> str:
    """Functions with a fallback each."""
    blocks = (
        f'\n\ndef f{i}():\n    try:\n        return {CLASS}.generate_base_id("run")\n'
        f"    except Exception:\n        return {_UUID4}"
        for i in range(n // 7)
    )
    return _lines(BOTH, blocks)


@shape
def fallbacks_without_generator(n: int) -> str:
    """`try` blocks that make an id and fall back to a name."""
    blocks = (
        f"    try:\n        run_id = {_UUID4}\n    except Exception:\n        run_id = fallback"
        for _ in range(n // 4)
    )
    return _lines(f"{UUID}\n\ndef f(fallback):\n", blocks, "    return run_id\n")


@shape
def fallbacks_to_none(n: int) -> str:
    """`try` blocks whose handlers go on, with calls before the id."""
    blocks = (
        f"    try:\n        load({i})\n        run_id = {_UUID4}\n        start(run_id)\n"
        f"    except ValueError:\n        print({i})"
        for i in range(n // 6)
    )
    return _lines(f"{UUID}\n\ndef f():\n    run_id = None\n", blocks, "    return run_id\n")


@shape
def finally_blocks(n: int) -> str:
    """`try` blocks with a `finally`."""
    blocks = (
        f"    try:\n        run_id = {_UUID4}\n    finally:\n        stop(run_id)"
        for _ in range(n // 4)
    )
    return _lines(f"{UUID}\n\ndef f(run_id):\n", blocks)


@shape
def handlers(n: int) -> str:
    """One `try` with as many handlers."""
    blocks = (f"    except E{i}:\n        run_id = {_UUID4}" for i in range(n // 2))
    head = f'{BOTH}\n\ndef f():\n    try:\n        run_id = {CLASS}.generate_base_id("run")\n'
    return _lines(head, blocks, "    return run_id\n")


@shape
def body_of_try(n: int) -> str:
    """One `try` with as many ids."""
    blocks = (f"        run_id = {_UUID4}\n        start{i}(run_id)" for i in range(n // 2))
    tail = f"    except Exception:\n        run_id = {_UUID4}\n    return run_id\n"
    return _lines(f"{UUID}\n\ndef f():\n    try:\n", blocks, tail)


@shape
def raises(n: int) -> str:
    """Checks that end the function, between ids."""
    blocks = (
        f"    if not load({i}):\n        raise ValueError\n    run_id = {_UUID4}"
        for i in range(n // 3)
    )
    return _lines(f"{UUID}\n\ndef f():\n", blocks, "    return run_id\n")


@shape
def returns(n: int) -> str:
    """Returns between ids."""
    blocks = (f"    if load({i}):\n        return {_UUID4}\n    start{i}()" for i in range(n // 3))
    return _lines(f"{UUID}\n\ndef make_run_id():\n", blocks)


@shape
def nested_tries(n: int) -> str:
    """Blocks inside of blocks, twelve deep, again and again."""
    out = []
    for _ in range(n // 48):
        for depth in range(12):
            pad = "    " * (depth + 1)
            out += [f"{pad}try:", f"{pad}    run_id = {_UUID4}"]
        for depth in reversed(range(12)):
            pad = "    " * (depth + 1)
            out += [f"{pad}except Exception:", f"{pad}    run_id = {_UUID4}"]
    return _lines(f"{UUID}\n\ndef f():\n", out, "    return run_id\n")


# Guards


@shape
def guards(n: int) -> str:
    """An id that is made where there is none, again and again."""
    blocks = (f"    if not run_id:\n        run_id = {_UUID4}" for _ in range(n // 2))
    return _lines(f"{UUID}\n\ndef f(run_id):\n", blocks, "    return run_id\n")


@shape
def guards_used(n: int) -> str:
    """Guards, and a use behind each."""
    blocks = (
        f"    if run_id is None:\n        run_id = {_UUID4}\n    start{i}(run_id)"
        for i in range(n // 3)
    )
    return _lines(f"{UUID}\n\ndef f(run_id):\n", blocks)


@shape
def guards_of_names(n: int) -> str:
    """Guards of as many names."""
    blocks = (
        f"    job_{i}_id = load({i})\n    if not job_{i}_id:\n        job_{i}_id = {_UUID4}"
        for i in range(n // 3)
    )
    return _lines(f"{UUID}\n\ndef f():\n", blocks)


@shape
def guards_in_functions(n: int) -> str:
    """A function for each guard."""
    blocks = (
        f"\n\ndef f{i}(run_id=None):\n    if run_id is None:\n        run_id = {_UUID4}\n"
        f"    return start(run_id)"
        for i in range(n // 6)
    )
    return _lines(UUID, blocks)


@shape
def guards_by_or(n: int) -> str:
    """Ids that are made where the left side has none."""
    blocks = (f"    run_id = run_id or {_UUID4}\n    start{i}(run_id)" for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef f(run_id):\n", blocks)


@shape
def guards_by_get(n: int) -> str:
    """Ids as the default of a look-up."""
    blocks = (
        f'    run_id = x.get("run_id", {_UUID4})\n    start{i}(run_id)' for i in range(n // 2)
    )
    return _lines(f"{UUID}\n\ndef f(x):\n", blocks)


@shape
def guards_of_contexts(n: int) -> str:
    """Guards of the ids that belong together."""
    blocks = (
        f"    if not thread_id:\n        thread_id = {_UUID4}\n"
        f"    if not run_id:\n        run_id = {_UUID4}\n    start{i}(user_id, thread_id, run_id)"
        for i in range(n // 5)
    )
    return _lines(f"{UUID}\n\ndef f(user_id, thread_id, run_id):\n", blocks)


# Conditions


@shape
def conditions(n: int) -> str:
    """Ids made on one side of a conditional expression."""
    blocks = (
        f"    run_id = {_UUID4} if kind == {i} else run_id\n    start(run_id)"
        for i in range(n // 2)
    )
    return _lines(f"{UUID}\n\ndef f(kind, run_id):\n", blocks)


@shape
def chain_of_or(n: int) -> str:
    """One `or` of as many parts."""
    parts = (f"        or find{i}(kind)" for i in range(n))
    head = f"{UUID}\n\ndef f(kind):\n    run_id = (\n        kind\n"
    return _lines(head, parts, f"        or {_UUID4}\n    )\n    return run_id\n")


@shape
def chain_of_ids(n: int) -> str:
    """One `or` of as many ids."""
    parts = (f"        or {_UUID4}" for _ in range(n))
    head = f"{UUID}\n\ndef f(kind):\n    run_id = (\n        kind\n"
    return _lines(head, parts, "    )\n    return run_id\n")


@shape
def condition_of_and(n: int) -> str:
    """One condition of as many parts, over an id."""
    parts = (f"        and run_id != other{i}" for i in range(n))
    head = f"{UUID}\n\ndef f(kind):\n    run_id = {_UUID4}\n    if (\n        kind\n"
    return _lines(head, parts, "    ):\n        start(run_id)\n")


@shape
def chains_of_conditions(n: int) -> str:
    """Conditional expressions inside of each other, fifty deep, again and again."""
    out = []
    for i in range(n // 52):
        out.append("    run_id = (")
        out += [f"        {_UUID4} if kind == {i * 50 + j} else" for j in range(50)]
        out.append("        None\n    )")
    return _lines(f"{UUID}\n\ndef f(kind):\n", out, "    return run_id\n")


@shape
def asserts(n: int) -> str:
    """Asserts between the making of an id and its use."""
    parts = (f"    assert check{i}(run_id), run_id" for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n", parts)


# Lines


@shape
def one_line(n: int) -> str:
    """As many statements on one line."""
    return f"{UUID}\n" + "; ".join(f"run_id = {_UUID4}" for _ in range(n)) + "\n"


@shape
def one_line_in_function(n: int) -> str:
    """As many statements on one line of a function."""
    uses = "; ".join(f"start{i}(run_id)" for i in range(n))
    return f"{UUID}\n\ndef f():\n    run_id = {_UUID4}; {uses}\n"


@shape
def one_line_of_names(n: int) -> str:
    """As many statements with names of their own on one line."""
    return f"{UUID}\n" + "; ".join(f"job_{i}_id = {_UUID4}" for i in range(n)) + "\n"


@shape
def one_line_of_calls(n: int) -> str:
    """As many calls in one call on one line."""
    return (
        f"{UUID}\nrun_ids = f("
        + ", ".join(f"run_id={_UUID4}" if not i else f"r{i}_id={_UUID4}" for i in range(n))
        + ")\n"
    )


@shape
def one_line_list(n: int) -> str:
    """A list on one line."""
    return f"{UUID}\nrun_ids = [" + ", ".join([_UUID4] * n) + "]\n"


@shape
def lines_of_statements(n: int) -> str:
    """Two statements on each line."""
    parts = (f"    run_id = {_UUID4}; start{i}(run_id)" for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n", parts)


# Functions


@shape
def decorators(n: int) -> str:
    """As many decorators of one function."""
    parts = (f"@route(run_id={_UUID4}, number={i})" for i in range(n))
    return _lines(f"{UUID}\n\n", parts, f"def f():\n    run_id = {_UUID4}\n    return run_id\n")


@shape
def plain_decorators(n: int) -> str:
    """As many decorators that hold no id."""
    parts = (f"@route({i})" for i in range(n))
    return _lines(f"{UUID}\n\n", parts, f"def f():\n    run_id = {_UUID4}\n    return run_id\n")


@shape
def decorated_functions(n: int) -> str:
    """Functions under decorators."""
    parts = (
        f'\n\n@app.get("/{i}")\n@checked\ndef f{i}():\n    run_id = {_UUID4}\n    return run_id'
        for i in range(n // 7)
    )
    return _lines(f"{UUID}from app import app, checked\n", parts)


@shape
def functions_of_one_name(n: int) -> str:
    """Functions of one name."""
    parts = (f"\n\ndef f():\n    run_id = {_UUID4}\n    return run_id" for _ in range(n // 5))
    return _lines(UUID, parts)


@shape
def functions_of_one_name_called(n: int) -> str:
    """Functions of one name that take an id, and their calls."""
    parts = (f"\n\ndef f(run_id):\n    return g(run_id)\n\n\nf({_UUID4})" for _ in range(n // 7))
    return _lines(UUID, parts)


@shape
def methods_of_one_name(n: int) -> str:
    """Methods of one name in one class."""
    parts = (
        f"    def f(self):\n        run_id = {_UUID4}\n        return run_id\n"
        for _ in range(n // 4)
    )
    return _lines(f"{UUID}\n\nclass A:\n", parts)


@shape
def methods_of_classes(n: int) -> str:
    """Classes with methods of the same names."""
    parts = (
        f"\n\nclass A{i}:\n    def make(self):\n        self.run_id = {_UUID4}\n\n"
        f"    def use(self):\n        return start(self.run_id)"
        for i in range(n // 8)
    )
    return _lines(UUID, parts)


@shape
def classes_of_one_name(n: int) -> str:
    """Classes of one name."""
    parts = (f"\n\nclass A:\n    run_id = {_UUID4}" for _ in range(n // 4))
    return _lines(UUID, parts)


@shape
def makers(n: int) -> str:
    """Functions that return ids, and their calls."""
    parts = (
        f"\n\ndef make_run_id_{i}():\n    return {_UUID4}\n\n\nRUN_{i}_ID = make_run_id_{i}()"
        for i in range(n // 7)
    )
    return _lines(UUID, parts)


@shape
def maker_called(n: int) -> str:
    """One function that returns ids, and its calls."""
    parts = (f"    run_id = make_run_id()\n    start{i}(run_id)" for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef make_run_id():\n    return {_UUID4}\n\n\ndef f():\n", parts)


@shape
def function_handed_ids(n: int) -> str:
    """One function of the file that is called with ids."""
    parts = (f"    use({_UUID4}, {i})" for i in range(n))
    head = f"{UUID}\n\ndef use(run_id, number):\n    print(run_id, number)\n\n\ndef f():\n"
    return _lines(head, parts)


@shape
def functions_in_a_chain(n: int) -> str:
    """Functions that hand an id on to the next."""
    parts = (f"\n\ndef f{i}(run_id):\n    return f{i + 1}(run_id)" for i in range(n // 4))
    return _lines(f"{UUID}\n\ndef f():\n    return f0({_UUID4})\n", parts)


@shape
def nested_functions(n: int) -> str:
    """Functions inside of one function."""
    parts = (f"    def g{i}():\n        return start(run_id)\n" for i in range(n // 3))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n\n", parts, "    return run_id\n")


@shape
def lambdas(n: int) -> str:
    """Lambdas that make ids."""
    parts = (f"    x.append(lambda: {_UUID4})" for _ in range(n))
    return _lines(f"{UUID}\n\ndef f(x):\n", parts)


@shape
def lambdas_of_one_id(n: int) -> str:
    """Lambdas that use one id."""
    parts = (f"    x.append(lambda: start{i}(run_id))" for i in range(n))
    return _lines(f"{UUID}\n\ndef f(x):\n    run_id = {_UUID4}\n", parts)


@shape
def defaults(n: int) -> str:
    """One function with as many parameters, their defaults being ids."""
    parts = (f"    job_{i}_id={_UUID4}," for i in range(n))
    return _lines(f"{UUID}\n\ndef f(\n", parts, "):\n    pass\n")


@shape
def fields_of_dataclass(n: int) -> str:
    """Fields whose default makes an id."""
    parts = (f"    job_{i}_id: str = field(default_factory=lambda: {_UUID4})" for i in range(n))
    head = f"{UUID}from dataclasses import dataclass, field\n\n\n@dataclass\nclass A:\n"
    return _lines(head, parts)


@shape
def references(n: int) -> str:
    """`uuid.uuid4` handed on without a call."""
    parts = (f"    job_{i}_id = Column(UUID, default=uuid.uuid4)" for i in range(n))
    return _lines(f"{UUID}from db import UUID, Column\n\n\nclass A:\n", parts)


# Loops and blocks


@shape
def loops(n: int) -> str:
    """Loops that make ids, one behind the other."""
    parts = (
        f"    for x in load({i}):\n        run_id = {_UUID4}\n        start(run_id, x)"
        for i in range(n // 3)
    )
    return _lines(f"{UUID}\n\ndef f():\n", parts)


@shape
def body_of_loop(n: int) -> str:
    """One loop with as many ids."""
    parts = (
        f"        run_id = {_UUID4}\n        if start{i}(run_id):\n            continue"
        for i in range(n // 3)
    )
    return _lines(f"{UUID}\n\ndef f(xs):\n    for x in xs:\n", parts)


@shape
def breaks(n: int) -> str:
    """A loop that `break` leaves in as many places."""
    parts = (
        f"        if x == {i}:\n            run_id = {_UUID4}\n            break"
        for i in range(n // 3)
    )
    return _lines(f"{UUID}\n\ndef f(xs):\n    for x in xs:\n", parts, "    return run_id\n")


@shape
def whiles(n: int) -> str:
    """Loops with conditions on the id."""
    parts = (
        f"    while not run_id:\n        run_id = {_UUID4}\n    start{i}(run_id)"
        for i in range(n // 3)
    )
    return _lines(f"{UUID}\n\ndef f(run_id):\n", parts)


@shape
def withs(n: int) -> str:
    """Managers round the ids."""
    parts = (
        f"    with opened({i}) as x:\n        run_id = {_UUID4}\n        x.start(run_id)"
        for i in range(n // 3)
    )
    return _lines(f"{UUID}\n\ndef f():\n", parts, "    return run_id\n")


@shape
def comprehensions(n: int) -> str:
    """Comprehensions that make ids."""
    parts = (
        f"    run_ids = [{_UUID4} for _ in range({i})]\n    start(run_ids)" for i in range(n // 2)
    )
    return _lines(f"{UUID}\n\ndef f():\n", parts)


@shape
def comprehensions_of_one_id(n: int) -> str:
    """Comprehensions that use one id."""
    parts = (f"    start([(run_id, x) for x in range({i})])" for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n", parts)


@shape
def awaits(n: int) -> str:
    """Awaits between ids."""
    parts = (f"    run_id = {_UUID4}\n    await start{i}(run_id)" for i in range(n // 2))
    return _lines(f"{UUID}\n\nasync def f():\n", parts)


# Texts


@shape
def fstrings(n: int) -> str:
    """Ids inside of f-strings."""
    parts = (f'    run_id = f"run_{{uuid.uuid4()}}"\n    start{i}(run_id)' for i in range(n // 2))
    return _lines(f"{UUID}\n\ndef f():\n", parts)


@shape
def fstrings_of_one_id(n: int) -> str:
    """f-strings that name one id."""
    parts = (f'    print(f"{i}: {{run_id}}")' for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n", parts)


@shape
def one_fstring(n: int) -> str:
    """One f-string of as many ids."""
    parts = ('        f"{uuid.uuid4()}_"' for _ in range(n))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = (\n", parts, "    )\n    return run_id\n")


@shape
def concatenations(n: int) -> str:
    """Ids put together with `+`."""
    parts = (
        f'    run_id = "run_" + str(uuid.uuid4())\n    start{i}(run_id)' for i in range(n // 2)
    )
    return _lines(f"{UUID}\n\ndef f():\n", parts)


@shape
def one_concatenation(n: int) -> str:
    """Texts put together by chains of fifty `+`."""
    out = []
    for _ in range(n // 52):
        out.append('    run_id = (\n        "run"')
        out += ['        + "_" + str(uuid.uuid4())' for _ in range(50)]
        out.append("    )")
    return _lines(f"{UUID}\n\ndef f():\n", out, "    return run_id\n")


@shape
def cut_ids(n: int) -> str:
    """Ids that are cut."""
    parts = (
        f'    run_id = f"run_{{uuid.uuid4().hex[:8]}}"\n    start{i}(run_id)' for i in range(n // 2)
    )
    return _lines(f"{UUID}\n\ndef f():\n", parts)


@shape
def from_clock(n: int) -> str:
    """Ids put together by hand from the clock."""
    parts = (
        f'    run_id = f"run_{{int(time.time())}}"\n    start{i}(run_id)' for i in range(n // 2)
    )
    return _lines("import time\n\n\ndef f():\n", parts)


@shape
def comments(n: int) -> str:
    """Ids behind which a comment suppresses them, and one without."""
    parts = (f"    run_id = {_UUID4}  # noqa: OST101 - {i}" for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n", parts, f"    run_id = {_UUID4}\n")


@shape
def unused_comments(n: int) -> str:
    """Comments that suppress nothing."""
    parts = (f"    x = {i}  # noqa: OST101" for i in range(n))
    return _lines(f"{UUID}\n\ndef f():\n    run_id = {_UUID4}\n", parts)


# Imports


@shape
def imports_in_functions(n: int) -> str:
    """An import in each function."""
    parts = (
        f"\n\ndef f{i}():\n    import uuid\n\n    run_id = {_UUID4}\n    return run_id"
        for i in range(n // 7)
    )
    return _lines('"""Ids."""\n', parts)


@shape
def imports_again(n: int) -> str:
    """One import again and again."""
    parts = (f"    import uuid\n    run_id = {_UUID4}" for _ in range(n // 2))
    return _lines("def f():\n", parts, "    return run_id\n")


@shape
def imports_of_others(n: int) -> str:
    """Imports above an id."""
    parts = (f"import m{i}" for i in range(n))
    return _lines("", parts, f"{UUID}\nrun_id = {_UUID4}\n")


@shape
def imports_of_module(n: int) -> str:
    """Imports of the module between ids."""
    parts = (f"import uuid as u{i}\nrun_{i}_id = str(u{i}.uuid4())" for i in range(n // 2))
    return _lines("", parts)


@shape
def generator_imports(n: int) -> str:
    """An import of the generator in each function, behind its use in some."""
    parts = (
        f'\n\ndef f{i}():\n    run_id = {CLASS}.generate_base_id("run")\n    {GENERATOR.strip()}\n'
        f'    return run_id, {CLASS}.generate_base_id("run")'
        for i in range(n // 6)
    )
    return _lines(GENERATOR, parts)


# The generator


@shape
def piecemeal(n: int) -> str:
    """Sets of ids from separate calls, in one function."""
    parts = (
        f'    thread_id = {CLASS}.generate_base_id("thread")\n'
        f'    run_id = {CLASS}.generate_base_id("run")\n'
        f'    request_id = {CLASS}.generate_base_id("req")\n'
        f"    start{i}(user_id, thread_id, run_id, request_id)"
        for i in range(n // 4)
    )
    return _lines(f"{GENERATOR}\n\ndef f(user_id):\n", parts)


@shape
def piecemeal_functions(n: int) -> str:
    """Sets of ids from separate calls, a function for each."""
    parts = (
        f"\n\ndef f{i}(user_id):\n"
        f'    thread_id = {CLASS}.generate_base_id("thread")\n'
        f'    run_id = {CLASS}.generate_base_id("run")\n'
        f"    start(user_id, thread_id, run_id)"
        for i in range(n // 6)
    )
    return _lines(GENERATOR, parts)


@shape
def contexts(n: int) -> str:
    """Contexts made again for the same user."""
    parts = (
        f"    thread_id, run_id, request_id = {CLASS}.generate_user_context_ids(\n"
        f'        user_id, "chat"\n    )\n'
        f"    start{i}(user_id, thread_id, run_id, request_id)"
        for i in range(n // 4)
    )
    return _lines(f"{GENERATOR}\n\ndef f(user_id):\n", parts)


@shape
def contexts_in_parts(n: int) -> str:
    """Contexts of which each call keeps one id."""
    parts = (
        f"    thread_id, _, _ = {CLASS}.generate_user_context_ids(user_id)\n"
        f"    _, run_id, _ = {CLASS}.generate_user_context_ids(user_id)\n"
        f"    start{i}(user_id, thread_id, run_id)"
        for i in range(n // 3)
    )
    return _lines(f"{GENERATOR}\n\ndef f(user_id):\n", parts)


@shape
def contexts_in_functions(n: int) -> str:
    """Functions that ask for two contexts each."""
    parts = (
        f"\n\ndef f{i}(user_id):\n"
        f"    thread_id, _, _ = {CLASS}.generate_user_context_ids(user_id)\n"
        f"    _, run_id, _ = {CLASS}.generate_user_context_ids(user_id)\n"
        f"    start(user_id, thread_id, run_id)"
        for i in range(n // 6)
    )
    return _lines(GENERATOR, parts)


@shape
def contexts_in_branches(n: int) -> str:
    """Contexts in branches, and one behind them."""
    parts = (
        f"    if kind == {i}:\n"
        f"        thread_id, run_id, _ = {CLASS}.generate_user_context_ids(user_id)\n"
        f"        start(user_id, thread_id, run_id)"
        for i in range(n // 3)
    )
    return _lines(f"{GENERATOR}\n\ndef f(kind, user_id):\n", parts, _CONTEXT)


@shape
def contexts_of_users(n: int) -> str:
    """Contexts of as many users, two of them for one."""
    parts = (
        f"    thread_id, run_id, _ = {CLASS}.generate_user_context_ids(user{i})\n"
        f"    start(user{i}, thread_id, run_id)"
        for i in range(n // 2)
    )
    users = ", ".join(f"user{i}" for i in range(n // 2))
    return _lines(f"{GENERATOR}\n\ndef f({users}, user_id):\n", parts, _CONTEXT * 2)


@shape
def unknown_calls(n: int) -> str:
    """Calls of a method that the generator does not have."""
    parts = (f"    run_id = {CLASS}.generate_run({i})\n    start(run_id)" for i in range(n // 2))
    return _lines(f"{GENERATOR}\n\ndef f():\n", parts)


@shape
def threads(n: int) -> str:
    """Literals that become thread ids."""
    parts = (f'    thread_id = "default_{i}"\n    start(thread_id)' for i in range(n // 2))
    return _lines("def f():\n", parts)


@shape
def threads_by_keyword(n: int) -> str:
    """Literals that are handed on as thread ids."""
    return _lines("def f():\n", (f'    start(thread_id="default_{i}")' for i in range(n)))


@shape
def threads_of_uuid(n: int) -> str:
    """Threads of uuids with literals in front."""
    parts = (
        f'    thread_id = f"ws_{{uuid.uuid4()}}"\n    start{i}(thread_id)' for i in range(n // 2)
    )
    return _lines(f"{UUID}\n\ndef f():\n", parts)


@shape
def doubled(n: int) -> str:
    """Prefixes in front of an id that has them."""
    parts = (f'    save(run_id=f"run_{{run_id}}", number={i})' for i in range(n))
    head = f'{GENERATOR}\n\ndef f():\n    run_id = {CLASS}.generate_base_id("run")\n'
    return _lines(head, parts)


@shape
def doubled_made(n: int) -> str:
    """Prefixes in front of ids that are made there."""
    parts = (
        f"    run_id = f\"run_{{{CLASS}.generate_base_id('run')}}\"\n    start{i}(run_id)"
        for i in range(n // 2)
    )
    return _lines(f"{GENERATOR}\n\ndef f():\n", parts)


@shape
def truncated(n: int) -> str:
    """Cuts of one id of the generator."""
    parts = (f"    start{i}(run_id[:8])" for i in range(n))
    head = f'{GENERATOR}\n\ndef f():\n    run_id = {CLASS}.generate_base_id("run")\n'
    return _lines(head, parts)


@shape
def truncated_made(n: int) -> str:
    """Ids of the generator that are cut where they are made."""
    parts = (
        f'    run_id = {CLASS}.generate_base_id("run")\n    start{i}(run_id[:8])'
        for i in range(n // 2)
    )
    return _lines(f"{GENERATOR}\n\ndef f():\n", parts)


@shape
def derived(n: int) -> str:
    """Thread ids that are put together from another id."""
    parts = (
        f'    thread_id = f"thread_{{run_id}}"\n    start{i}(thread_id)' for i in range(n // 2)
    )
    return _lines("def f(run_id):\n", parts)


@shape
def look_ups(n: int) -> str:
    """Methods of a repository that look threads up."""
    parts = (
        f"    async def get_{i}(self, db, thread_id):\n"
        f"        return await db.execute(select(T).where(T.id == thread_id))\n"
        for i in range(n // 3)
    )
    return _lines("from db import T, select\n\n\nclass ThreadRepository:\n", parts)


@shape
def look_ups_in_one(n: int) -> str:
    """One method that looks one thread up again and again."""
    parts = (f"        await db.execute(select(T).where(T.id == thread_id, {i}))" for i in range(n))
    head = "from db import T, select\n\n\nclass ThreadRepository:\n"
    head += "    async def get(self, db, thread_id):\n"
    return _lines(head, parts)


@shape
def mixed(n: int) -> str:
    """Functions as real code has them."""
    parts = (
        f"\n\nclass Service{i}:\n"
        f"    def __init__(self, user_id, run_id=None):\n"
        f"        self.user_id = user_id\n"
        f"        self.run_id = run_id or {_UUID4}\n\n"
        f"    def start(self, kind):\n"
        f"        session_id = {_UUID4}\n"
        f"        try:\n"
        f'            trace_id = {CLASS}.generate_base_id("trace")\n'
        f"        except Exception:\n"
        f"            trace_id = {_UUID4}\n"
        f"        if kind:\n"
        f"            log(session_id, trace_id)\n"
        f'        return {{"session_id": session_id, "thread_id": f"ws_{{trace_id}}"}}'
        for i in range(n // 17)
    )
    return _lines(BOTH, parts)
