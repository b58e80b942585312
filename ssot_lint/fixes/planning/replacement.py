"""Through a uuid becomes an id: what to put in its place, and whether that is safe."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import libcst as cst

from ssot_lint.analysis.dataflow import strings
from ssot_lint.analysis.dataflow.declared_types import declares_field
from ssot_lint.analysis.semantics.known_functions import FACTORIES
from ssot_lint.analysis.syntax import parsing
from ssot_lint.analysis.syntax.libcst_nodes import (
    ACTING,
    code_of,
    is_sum,
    last_name,
    plain_text,
    walk,
)
from ssot_lint.analysis.syntax.parsing import FUNCTIONS
from ssot_lint.fixes.file_context import FileContext
from ssot_lint.fixes.planning.prefixes import Split, split
from ssot_lint.fixes.planning.templates import Part, Template, Text, template_of
from ssot_lint.fixes.refusal import Refusal
from ssot_lint.fixes.safety.evidence import EvidenceOfForm
from ssot_lint.fixes.safety.forms import Evidence, Form
from ssot_lint.fixes.safety.hazards import (
    has_fixed_form,
    is_delicate,
    secret_in,
    words_of,
)
from ssot_lint.fixes.safety.strays import Strays
from ssot_lint.fixes.safety.surroundings import Surroundings
from ssot_lint.ids.bindings import Binder, Binding
from ssot_lint.ids.kinds import kind_from, kind_of, names_an_id, snake_case, with_required_prefix
from ssot_lint.ids.makers import READING
from ssot_lint.ids.strings.derived import whole_string
from ssot_lint.ids.strings.hand_built import BuiltIds
from ssot_lint.ids.uses.other_makers import makes_past
from ssot_lint.model.findings import NewId

# Names that say nothing about what the value is for.
_SAYING_NOTHING = frozenset({
    "uuid", "uid", "guid", "suffix", "part", "random", "unique", "hex", "val", "value", "tmp",
    "temp", "result", "string", "text", "data", "key", "name", "digest", "base", "id", "ids",
    "x", "u", "s", "identifier",
})  # fmt: skip
_NAMED = (*FUNCTIONS, ast.ClassDef)
NO_NAME = Refusal("nothing here says what kind of id it is")
_AGAIN = Refusal("it may be made again, and then be the same")
_CHANGED = Refusal("the id gets another form")
IN_TEXT = Refusal("it is part of a text that is no id, or put together in a way no fix knows")
# The generator's ids have `_` behind their prefix.
_OTHER_SEPARATORS = ("-", ":", ".", "/")
_ID_PREFIX = re.compile(r"[A-Za-z]\w*", re.ASCII)


@dataclass(frozen=True)
class Site:
    """One expression that a call of the generator replaces."""

    node: cst.BaseExpression
    prefix: str
    """The code of the string that the generator is handed."""
    head: str
    """The literal text in front of the uuid that the prefix was taken from; may be empty."""
    wrap: tuple[str, str]
    """What goes before and behind the call."""
    doubt: Refusal | None
    """Why the replacement may change what the program means."""
    binding: Binding
    kind: str | None
    """The kind of context id that the value is."""
    place: cst.CSTNode
    """The node that `Names.place` knows about."""
    room: int | None = None
    """How many characters there may be where it goes; None where nothing says so."""

    @property
    def constant_prefix(self) -> str | None:
        """The prefix as text, where it is a constant one."""
        return _constant(self.prefix)

    @property
    def new_id(self) -> NewId:
        """What the call makes."""
        names = [snake_case(name) for name in (self.binding.name, self.binding.by_key) if name]
        name = next((one for one in names if names_an_id(one)), names[0] if names else "")
        constant = self.constant_prefix
        return NewId(name, self.prefix if constant is None else constant, constant is not None)

    def code(self, call: str) -> str:
        """The new code of the node, which makes its id by a call."""
        before, after = self.wrap
        return f"{before}{call}{after}"


@dataclass(frozen=True)
class _Value:
    """An expression whose value is a uuid or a piece of its text."""

    node: cst.BaseExpression
    is_text: bool
    taken: str = ""
    """What was taken of the uuid, as code."""
    changed: bool = False


class Sites:
    """Finds the sites of one file."""

    def __init__(self, file: FileContext) -> None:
        self._file = file
        self._semantics = file.semantics
        self._ids = file.ids
        self._binder = Binder(file.ids)

    def of(
        self,
        start: cst.BaseExpression,
        place: cst.CSTNode,
        *,
        is_text: bool = False,
        taken: str = "",
        also: Iterable[cst.CSTNode] = (),
    ) -> Site | Refusal:
        """The site of a banned call, or of a variable that holds what one gave.

        `also` are other expressions that hold the same. A reason when there is no fix.
        """
        value = self.value_of(start, is_text=is_text, taken=taken)
        if isinstance(value, Refusal):
            return value
        template = self._template(value.node)
        if isinstance(template, Refusal):
            return template
        cut: Split | None = None
        if template is not None:
            cut = self._split(template, {start, *also})
            if cut is None:
                return IN_TEXT
        node = template.whole if template is not None else value.node
        binding = self._binding(node)
        if binding.opposed is not None:
            return Refusal(binding.opposed)
        return self._judged(node, value, template, cut, binding, place)

    def of_hand_built(self, node: cst.BaseExpression) -> Site | Refusal:
        """The site of an id that is put together from clocks, randomness and the like."""
        built, twin = self._ids.once(BuiltIds), self._twin(node)
        if built.piece_of_generated(twin) is not None:
            return Refusal("what is left of the id that the generator made, a person has to say")
        if built.is_secret(twin):
            return Refusal("made with `secrets`, it may have to be hard to guess")
        template = template_of(node)
        cut: Split | None = None
        if template is not None:
            random = [
                piece.node
                for piece in template.pieces
                if isinstance(piece, Part) and self._is_built_random(piece.node)
            ]
            cut = split(template, random, self._is_built_random, are_numbers=True)
        if (template is None or cut is None) and not built.is_random(twin):
            return IN_TEXT
        if template is not None and cut is None:
            return IN_TEXT
        binding = self._binding(node)
        if binding.opposed is not None:
            return Refusal(binding.opposed)
        site = self._judged(node, _Value(node, is_text=True), template, cut, binding, node)
        if isinstance(site, Site) and site.doubt is None:
            if built.may_come_again(twin):
                return replace(site, doubt=_AGAIN)
            if built.is_hash(twin):
                return replace(site, doubt=Refusal("it is a hash"))
        return site

    def of_id_call(self, call: cst.Call) -> Site | None:
        """The site of a call of the id method that makes a context id; None for other calls."""
        settings = self._ids.settings
        if self._file.generator_method(call) != settings.id_method:
            return None
        value = self.value_of(call, is_text=True)
        if isinstance(value, Refusal):
            return None
        whole = whole_string(self._twin(value.node), self._ids)
        binding = self._binder.of(whole)
        name = self._telling_name(binding)
        kind = kind_of(name, settings.context_ids)
        if kind is None or binding.plural or binding.deferred or binding.opposed is not None:
            return None
        prefix, head = self._prefix_of(call)
        if any(isinstance(n, ACTING) for arg in call.args for n in walk(arg)):
            return None
        node = self._semantics.node_map.node_of(whole)
        assert isinstance(node, cst.BaseExpression)
        return Site(
            node=node,
            prefix=code_of(prefix) if prefix is not None else "",
            head=head.text if head is not None else "",
            wrap=("", ""),
            doubt=None,
            binding=binding,
            kind=kind,
            place=call,
        )

    def doubt_of_made(self, site: Site) -> Refusal | None:
        """Why an id that a call of the id method makes may not come from another call instead.

        Asked only where it is to come from one: many ids stay what they are.
        """
        settings, binding, kind = self._ids.settings, site.binding, str(site.kind)
        names = (binding.name, binding.by_key)
        plain_prefixes = {
            kind.removesuffix("_id"),
            dict(settings.kind_prefixes).get(kind.removesuffix("_id"), kind),
            dict(settings.id_prefixes).get(kind, kind).rstrip("_-.:/"),
        }
        evidence = self._evidence(self._twin(site.node), binding)
        fixed = has_fixed_form(names, "", "")
        depends_on_form = (
            (Refusal(fixed) if fixed is not None else None)
            or self._taken_apart(names)
            or evidence.obstacle
            or evidence.doubt
        )
        assert isinstance(site.place, cst.Call)
        _, head = self._prefix_of(site.place)
        is_plain = (
            site.node is site.place
            and len(site.place.args) == 1
            and head is not None
            and head.exact
            and head.text in plain_prefixes
        )
        return depends_on_form or (None if is_plain else _CHANGED)

    def _prefix_of(self, call: cst.Call) -> tuple[cst.BaseExpression | None, strings.Head | None]:
        """The first argument of a call, and the text that it begins with, as far as known."""
        prefix = next((a.value for a in call.args if a.keyword is None and not a.star), None)
        return prefix, strings.literal_head(self._twin(prefix)) if prefix is not None else None

    def of_reference(self, node: cst.BaseExpression) -> Site | Refusal:
        """The site of a banned function that is handed on as default of a field."""
        arg = self._semantics.parent(node)
        call = self._semantics.parent(arg) if arg is not None else None
        if not (
            isinstance(arg, cst.Arg)
            and arg.keyword is not None
            and arg.keyword.value in FACTORIES
            and isinstance(call, cst.Call)
            and declares_field(last_name(call.func) or "")
        ):
            return Refusal("nothing in sight says what becomes of it")
        value = _Value(node, is_text=False)
        return self._judged(node, value, None, None, self._binding(node), node)

    def _twin(self, node: cst.CSTNode) -> ast.expr:
        """What an expression is in the file's `ast`."""
        twin = self._semantics.node_map.twin(node)
        assert isinstance(twin, ast.expr)
        return twin

    def _binding(self, node: cst.BaseExpression) -> Binding:
        return self._binder.of(self._twin(node))

    def _is_built_random(self, node: cst.CSTNode) -> bool:
        return self._ids.once(BuiltIds).is_random(self._twin(node))

    # The value

    def value_of(
        self, start: cst.BaseExpression, *, is_text: bool, taken: str = ""
    ) -> _Value | Refusal:
        """The largest expression around `start` that is nothing but the uuid or its text."""
        value = _Value(start, is_text, taken)
        while True:
            wider = self._wider(value)
            if wider is None or isinstance(wider, Refusal):
                return wider or value
            value = wider

    def _wider(self, value: _Value) -> _Value | Refusal | None:
        parent = self._semantics.parent(value.node)
        match parent:
            case cst.Arg(keyword=None, star=""):
                call = self._semantics.parent(parent)
                if isinstance(call, cst.Call) and self._is_str(call):
                    return replace(value, node=call, is_text=True)
            case cst.Attribute() if parent.value is value.node:
                return self._attribute(parent, value)
            case cst.Subscript() if parent.value is value.node:
                if not value.is_text:
                    return Refusal("a UUID object is needed")
                if len(parent.slice) == 1 and isinstance(parent.slice[0].slice, cst.Slice):
                    piece = code_of(parent)[len(code_of(parent.value)) :]
                    return replace(value, node=parent, taken=value.taken + piece)
                return Refusal("it is taken apart")
        return None

    def _is_str(self, call: cst.Call) -> bool:
        func = call.func
        return (
            isinstance(func, cst.Name)
            and func.value == "str"
            and len(call.args) == 1
            and self._semantics.names.is_builtin(func)
        )

    def _attribute(self, node: cst.Attribute, value: _Value) -> _Value | Refusal | None:
        name = node.attr.value
        if not value.is_text:
            if name == "hex":
                return replace(value, node=node, is_text=True, taken=".hex")
            return Refusal(f"a UUID object is needed: its `{name}` is used")
        call = self._semantics.parent(node)
        if not isinstance(call, cst.Call) or call.func is not node:
            return None
        texts = [plain_text(arg.value) for arg in call.args]
        if name == "replace" and texts == ["-", ""]:
            return replace(value, node=call, taken=value.taken or ".hex")
        if name == "lower" and not texts:
            return replace(value, node=call)
        if name == "upper" and not texts:
            return replace(value, node=call, changed=True)
        if name == "split" and texts == ["-"]:
            first = self._semantics.parent(call)
            if isinstance(first, cst.Subscript) and first.value is call:
                return replace(value, node=first, taken="[:8]")
        return Refusal(f"its form is used: `.{name}()`")

    # The string around it

    def _template(self, node: cst.BaseExpression) -> Template | Refusal | None:
        parent = self._semantics.parent(node)
        if isinstance(parent, cst.FormattedStringExpression):
            if node is not parent.expression:
                return IN_TEXT
            text = self._semantics.parent(parent)
            if not isinstance(text, cst.FormattedString):
                return IN_TEXT
            outer = self._semantics.parent(text)
            if isinstance(outer, cst.ConcatenatedString):
                return IN_TEXT
            if is_sum(outer):
                return self._sum_around(text) or IN_TEXT
            return template_of(text)
        if is_sum(parent):
            return self._sum_around(node) or IN_TEXT
        if isinstance(parent, cst.BinaryOperation) and isinstance(parent.operator, cst.Modulo):
            return self._filled(parent, parent.left, node) if parent.right is node else IN_TEXT
        if isinstance(parent, cst.Arg):
            call = self._semantics.parent(parent)
            if isinstance(call, cst.Call) and isinstance(call.func, cst.Attribute):
                text = call.func.value
                if call.func.attr.value == "format" and isinstance(text, cst.BaseString):
                    return self._filled(call, text, node) if len(call.args) == 1 else IN_TEXT
                if call.func.attr.value == "join":
                    return IN_TEXT
        return None

    def _filled(
        self, whole: cst.BaseExpression, text: cst.BaseExpression, node: cst.BaseExpression
    ) -> Template | Refusal:
        """The template of `"run_%s" % value` and `"run_{}".format(value)`."""
        if not isinstance(text, cst.SimpleString) or text.prefix or "\\" in text.raw_value:
            return IN_TEXT
        pieces: list[Part | Text] = []
        for piece in strings.pieces_of(self._twin(whole)) or ():
            if isinstance(piece, strings.Text):
                pieces.append(Text(piece.value))
            elif piece.plain and piece.node is self._twin(node):
                pieces.append(Part(node))
            else:
                return IN_TEXT
        texts = "".join(piece.code for piece in pieces if isinstance(piece, Text))
        if len(pieces) - sum(isinstance(piece, Text) for piece in pieces) != 1:
            return IN_TEXT
        if any(sign in texts for sign in "%{}"):
            return IN_TEXT
        return Template(whole, tuple(pieces), "f" + text.quote, text.quote)

    def _sum_around(self, node: cst.CSTNode) -> Template | None:
        top = node
        parent = self._semantics.parent(top)
        while parent is not None and is_sum(parent):
            top, parent = parent, self._semantics.parent(parent)
        return template_of(top) if isinstance(top, cst.BinaryOperation) else None

    def _split(self, template: Template, holding: set[cst.CSTNode]) -> Split | None:
        random = [
            piece.node
            for piece in template.pieces
            if isinstance(piece, Part) and self._is_random(piece.node, holding)
        ]
        built = self._ids.once(BuiltIds)
        return split(template, random, lambda part: built.is_time(self._twin(part)))

    def is_uuid(self, node: cst.BaseExpression) -> bool:
        """Whether the expression is a uuid, or its text, or a piece of that."""
        return self._is_random(node, set())

    def _is_random(self, node: cst.BaseExpression, holding: set[cst.CSTNode]) -> bool:
        """Whether the expression is a uuid, or its text, or a piece of that."""
        core: cst.BaseExpression = node
        while core not in holding:
            match core:
                case cst.Subscript() | cst.Attribute():
                    core = core.value
                case cst.Call(func=cst.Name("str"), args=[only]):
                    core = only.value
                case cst.Call(func=cst.Attribute(value=text, attr=cst.Name("replace" | "lower"))):
                    core = text
                case cst.Call():
                    return self._file.makes_past(core)
                case _:
                    return False
        return True

    # The judgement

    def _judged(
        self,
        node: cst.BaseExpression,
        value: _Value,
        template: Template | None,
        cut: Split | None,
        binding: Binding,
        place: cst.CSTNode,
    ) -> Site | Refusal:
        names = (binding.name, binding.by_key)
        head = cut.head if cut is not None else ""
        secret = secret_in((*names, head.strip("_-") or None))
        if secret is not None:
            return Refusal(f"`{secret}` is a secret; use `secrets.token_urlsafe()`")
        name = self._telling_name(binding)
        prefix = self._prefix(template, cut, binding, name, node)
        widths = self._widths(prefix, cut)
        evidence = self._evidence(self._twin(node), binding, widths)
        reason = has_fixed_form(names, head, value.taken)
        if reason is not None:
            return Refusal(reason)
        refusal = evidence.obstacle or self._taken_apart(names)
        if refusal is not None:
            return refusal
        front = _text_in_front(template)
        if front.endswith(_OTHER_SEPARATORS):
            sought = self._sought_at(front, node)
            if sought is not None:
                return Refusal(f"this file looks for `{front}`", row=sought)
        if prefix is None:
            return NO_NAME
        doubt = self._doubt(node, value, cut, name, evidence)
        if doubt is None and not (value.is_text or template is not None):
            doubt = Refusal("it becomes a text, and was an object")
        if doubt is None and not prefix.is_sure:
            doubt = Refusal("what its prefix is to be is a guess")
        wrap = ("", "")
        if cut is not None and cut.tail and template is not None:
            if prefix.quotes in cut.tail + template.end or "\\" in cut.tail:
                return IN_TEXT
            wrap = (f"{template.start}{{", f"}}{cut.tail}{template.end}")
        kinds = self._ids.settings.context_ids
        return Site(
            node=node,
            prefix=prefix.code,
            head=head,
            wrap=wrap,
            doubt=doubt,
            binding=binding,
            kind=kind_of(name, kinds) if not binding.plural and not (cut and cut.tail) else None,
            place=place,
            room=evidence.room,
        )

    def _doubt(
        self,
        node: cst.BaseExpression,
        value: _Value,
        cut: Split | None,
        name: str | None,
        evidence: Evidence,
    ) -> Refusal | None:
        """Why a text that the generator makes may mean something else than this one."""
        if name is None or not names_an_id(name):
            return Refusal("nothing says that it is an id")
        if evidence.doubt is not None:
            return evidence.doubt
        if is_delicate(name):
            return Refusal(f"it is called `{name}`")
        if value.changed:
            return Refusal("its letters are changed")
        if cut is not None and cut.tail:
            return Refusal("text stands behind it")
        twin = self._twin(node)
        is_built = not any(makes_past(self._ids, part) for part in parsing.walk(twin))
        around = self._file.once(Surroundings).doubt(twin, is_built=is_built)
        return around or self._ids.once(Strays).doubt(name)

    def _telling_name(self, binding: Binding) -> str | None:
        """The name, in snake case, that says what the id is for."""
        candidates = [snake_case(name) for name in (binding.name, binding.by_key) if name]
        named = [name for name in candidates if names_an_id(name)]
        return next(iter(named or candidates), None)

    def _prefix(
        self,
        template: Template | None,
        cut: Split | None,
        binding: Binding,
        name: str | None,
        node: cst.BaseExpression,
    ) -> _Prefix | None:
        quote = self._quote(node, template, cut)
        if quote is None:
            return None
        if template is not None and cut is not None and cut.prefix is not None:
            prefix = _Prefix(cut.prefix, True, template.end)
            if cut.tail:
                prefix = _requoted(prefix, template, quote)
            return self._required(prefix, name, cut)
        if name is None:
            return None
        kind, sure = self._kind(name, binding)
        if kind is None or not _ID_PREFIX.fullmatch(kind):
            return None
        kind = dict(self._ids.settings.kind_prefixes).get(kind, kind)
        required = self._required_prefix(name)
        if required is not None:
            kind = with_required_prefix(kind, required)
        return _Prefix(f"{quote}{kind}{quote}", sure, quote)

    def _kind(self, name: str, binding: Binding) -> tuple[str | None, bool]:
        """What the name stands for, and whether that is sure."""
        kind = kind_from(name)
        if (kind and kind in _SAYING_NOTHING) or words_of(name) <= _SAYING_NOTHING - {"id", "ids"}:
            return None, False
        if kind:
            return kind, True
        return self._owner(binding)

    def _owner(self, binding: Binding) -> tuple[str | None, bool]:
        """For `id`: the class whose id it is, in snake case."""
        statement, syntax = binding.statement, self._ids.semantics.syntax
        target = binding.target
        if isinstance(statement, ast.Call):
            called = parsing.last_name(statement.func)
            if called[:1].isupper():
                return snake_case(called), True
            if called != "cls":
                return None, False
        elif isinstance(target, ast.Attribute):
            owner = parsing.last_name(target.value)
            if owner not in ("self", "cls"):
                return (snake_case(owner), False) if owner else (None, False)
        elif not isinstance(target, ast.Name | None) and not self._is_keyword_of_init(target):
            return None, False
        if binding.by_key is not None and binding.name is None:
            statement = binding.calls[-1] if self._is_keyword_of_init(binding.calls[-1]) else None
        if statement is None or isinstance(statement, ast.arg):
            return None, False
        owner_class = next(syntax.around(statement, ast.ClassDef), None)
        if owner_class is None:
            return None, False
        if isinstance(target, ast.Name) and syntax.scope_of(statement) is not owner_class:
            return None, False
        return snake_case(owner_class.name), True

    def _is_keyword_of_init(self, node: ast.AST) -> bool:
        """Whether it is an item of what a constructor is handed as `**kwargs`."""
        match node:
            case ast.Subscript(value=ast.Name(id=name)):
                pass
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                pass
            case _:
                return False
        function = self._ids.semantics.syntax.function_of(node)
        rest = function.args.kwarg if function is not None else None
        return (
            function is not None
            and function.name == "__init__"
            and (rest is not None and rest.arg == name)
        )

    def _required_prefix(self, name: str | None) -> str | None:
        prefixes = dict(self._ids.settings.id_prefixes)
        kind = kind_of(name, tuple(prefixes))
        return prefixes[kind] if kind is not None else None

    def _required(self, prefix: _Prefix, name: str | None, cut: Split) -> _Prefix:
        """The prefix of a string, with what ids of its kind must begin with in front."""
        required = self._required_prefix(name)
        if required is None:
            return prefix
        if not cut.head:
            code = prefix.code.replace(prefix.quotes, prefix.quotes + required, 1)
            return _Prefix(code, True, prefix.quotes)
        moved = with_required_prefix(cut.head, required)
        if moved == cut.head:
            return prefix
        code = prefix.code.replace(cut.head, moved, 1)
        return _Prefix(code, self._ids.looks_for(cut.head) is None, prefix.quotes)

    def _quote(
        self, node: cst.BaseExpression, template: Template | None, cut: Split | None
    ) -> str | None:
        """A quote that is free inside the f-strings around the node."""
        used = set()
        if template is not None and cut is not None and cut.tail:
            used.add(template.end[0])
        used.update(outer.end[0] for outer in self._semantics.around(node, cst.FormattedString))
        preferred = template.end[0] if template is not None else '"'
        return next((q for q in (preferred, '"', "'") if q not in used), None)

    def _sought_at(self, head: str, node: cst.BaseExpression) -> int | None:
        """The row where the file looks for texts that begin so, or writes it with no id behind it.

        `node` is the id that begins with it itself.
        """
        sought = self._ids.looks_for(head)
        if sought is not None:
            return sought
        alone = re.compile(rf"[\"'^]{re.escape(head)}(?!\{{|%s)")
        text, own = self._semantics.text, self._twin(node)
        rows = [text.row_at(match.start()) for match in alone.finditer(text.text)]
        if len(rows) <= len(alone.findall(code_of(node))):
            return None
        inside = range(own.lineno, (own.end_lineno or own.lineno) + 1)
        return next((row for row in rows if row not in inside), rows[-1])

    # What happens to it later

    def _widths(self, prefix: _Prefix | None, cut: Split | None) -> tuple[int, ...]:
        """How long the new ids will be, by the digits of the generator's counter."""
        text = _constant(prefix.code) if prefix is not None else None
        if text is None or (cut is not None and cut.tail):
            return ()
        return tuple(len(text) + width for width in self._ids.api.widths_beside_prefix)

    def _evidence(self, node: ast.expr, binding: Binding, widths: tuple[int, ...] = ()) -> Evidence:
        """What speaks against another form of the id."""
        if not self._file.plans_fixes:
            return Evidence()
        name = self._telling_name(binding)
        kind = kind_from(name) if name is not None else None
        form = Form(self._required_prefix(name), kind, widths)
        return self._file.once(EvidenceOfForm).about(node, form)

    def _taken_apart(self, names: Sequence[str | None]) -> Refusal | None:
        """Why the form of such ids matters to a function of this file that reads it."""
        kinds = {kind_from(snake_case(name)) for name in names if name} - {""}
        signatures = self._semantics.model.signatures
        for function in signatures:
            if (
                READING.match(function)
                and any(words_of(kind) <= words_of(function) for kind in kinds)
                and any(names_an_id(snake_case(name)) for name, _ in signatures.of(function) or ())
            ):
                says = f"`{function}` takes such ids apart"
                return Refusal(says, signatures.definition(function))
        return None


@dataclass(frozen=True)
class _Prefix:
    code: str
    is_sure: bool
    quotes: str


def _constant(code: str) -> str | None:
    """The text that code stands for, where it is a constant one."""
    try:
        text = ast.literal_eval(code)
    except (SyntaxError, ValueError):
        return None
    return text if isinstance(text, str) else None


def _requoted(prefix: _Prefix, template: Template, quote: str) -> _Prefix:
    """The prefix for use inside the f-string that it was taken from."""
    inner = prefix.code.removeprefix(template.start).removeprefix(template.end)
    inner = inner.removesuffix(template.end)
    start = ("f" if prefix.code.startswith(template.start) else "") + quote
    return _Prefix(f"{start}{inner}{quote}", prefix.is_sure, quote)


def _text_in_front(template: Template | None) -> str:
    """The text that an id begins with, as written."""
    first = template.pieces[0] if template is not None and template.pieces else None
    return first.code if isinstance(first, Text) else ""
