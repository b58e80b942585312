"""What the generator offers: methods, what they take and give, and whether its source proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property


class MethodKind(str, Enum):
    """How a method is bound when it is called."""

    STATIC = "static"
    CLASS = "class"
    INSTANCE = "instance"
    UNKNOWN = "unknown"
    """A decorator decides, or it is no function at all."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter, without `self` and `cls`."""

    name: str
    required: bool = True
    by_position: bool = True
    by_keyword: bool = True
    default: str = ""
    """The code of the default."""
    annotation: str = ""
    texts: tuple[str, ...] | None = None
    """The texts that its annotation lets in; None where any text may be handed over."""

    def refusal(self, text: str | None) -> str:
        """Why a text cannot be handed over, behind the method's name; None is any text."""
        if self.texts is None or text in self.texts:
            return ""
        shown = f"takes `{self.name}: {self.annotation}`"
        return f"{shown}, which is no text" if not self.texts else f"{shown} alone"


@dataclass(frozen=True, slots=True)
class Takes:
    """What a method takes. `more` and `any_keyword` are for `*args` and `**kwargs`."""

    parameters: tuple[Parameter, ...]
    more: bool = False
    any_keyword: bool = False
    rest: tuple[Parameter, ...] = ()
    """`*args` and `**kwargs`, where their annotations do not let any text in."""


@dataclass(frozen=True, slots=True)
class Method:
    """An attribute of the class that can be called. `takes` is None where anything goes."""

    name: str
    binding: MethodKind = MethodKind.UNKNOWN
    takes: Takes | None = None
    is_async: bool = False
    result: str = ""
    """Why what it gives may be no `str`, or no tuple of them for the context method."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a call hands over: how many arguments by position, and keywords.

    `has_more` is set by `*args` and `**kwargs`: how much they hold is not known.
    """

    positional: int = 0
    keywords: tuple[str, ...] = ()
    has_more: bool = False
    meant: tuple[str, ...] = ()
    """For new code: the parameters that the arguments by position are meant for, in order."""
    texts: tuple[str | None, ...] = ()
    """For new code: the arguments, those by keyword last, as far as they are constant texts."""
    makes_ids: bool = False
    """For new code: whether the result must be a text, or a tuple of texts."""

    def handing(self, *texts: str | None) -> Shape:
        """The same, with what is handed over; None for what is not known."""
        return replace(self, texts=texts)


@dataclass(frozen=True, slots=True)
class KindMethod:
    """A method that makes the ids of one kind: `order_id()`, `new_session_id(user_id)`."""

    name: str
    prefix: str
    """What its ids begin with, with the separator."""
    parameters: tuple[str, ...] = ()
    """What it must be handed: names of users, which its ids do not carry."""

    @property
    def shape(self) -> Shape:
        """How fixes call it."""
        count = len(self.parameters)
        return Shape(count, meant=self.parameters, texts=(None,) * count, makes_ids=True)


# What fixes hand over: `generate_base_id("run")`, `generate_user_context_ids(user, "chat")`.
ONE_PREFIX = Shape(positional=1, meant=("prefix",), makes_ids=True)
USER = Shape(positional=1, meant=("user_id",), makes_ids=True)
USER_AND_OPERATION = Shape(positional=2, meant=("user_id", "operation"), makes_ids=True)


@dataclass(frozen=True)
class GeneratorApi:
    """What the generator offers. Frozen and picklable."""

    name: str
    """The name of the class, the module or the instance."""
    methods: tuple[Method, ...]
    origin: str | None
    """The file it was read from, relative to the root; None for the built-in table."""
    remark: str = ""
    """Why the built-in table is used, or why the source does not show everything."""
    is_open: bool = False
    """Whether the class may have methods that are not listed."""
    is_nothing: bool = False
    """Whether the settings name what is not there, or what has no methods."""
    owner: str = ""
    """The dotted name of what the methods are read of, where the source tells it."""
    is_module: bool = False
    """Whether that is a module, so that the methods are functions that can be imported."""
    sources: tuple[str, ...] = ()
    """The files with its methods, relative to the root: that of the class or module, of bases, and
    of what it passes on."""
    function: str = ""
    """The method that the settings name as the generator itself, if they do."""
    is_covered: bool = False
    """Whether the package around its module has another thing by the module's name."""
    context_ids: tuple[str, ...] = ()
    """The ids that the context method returns, in order; empty where nothing says so."""
    context_remark: str = ""
    """Why no fix may unpack what the context method returns."""
    needs: frozenset[str] = frozenset()
    """The modules of the project that cannot import the generator's when they are imported.

    `acme.*` are all of a package.
    """
    is_tangled: bool = False
    """Whether what it imports is imported in circles: who imports it first may find less."""
    unproven: str = ""
    """Why no fix may be made at all: what the settings name is not in sight."""
    warning: str = ""
    """What to tell about that, and about methods that no fix can call: one line."""
    folders: tuple[str, ...] = ("", "src/")
    """The folders, relative to the root, that names of modules begin in."""
    is_apart: bool = False
    """Whether only what lies in these folders is sure to find the generator."""
    hidden_by: str = ""
    """The name of the installed package that holds it: one of the project would hide that."""
    refusals: tuple[tuple[str, str], ...] = ()
    """By kind of id: why the first validator may refuse those that the generator makes."""
    kinds: tuple[KindMethod, ...] = ()
    """The methods that make ids of one kind alone, and need nothing but the user for it."""
    widths_beside_prefix: tuple[int, ...] = ()
    """How long the ids of the id method are beside their prefix, with a counter of one digit, of
    two, up to ten; empty where that is not known."""

    substitutes: tuple[tuple[str, GeneratorApi], ...] = ()
    """What settings tell to use in its place for some bans, by their dotted names."""

    @cached_property
    def own_files(self) -> frozenset[str]:
        """The files, relative to the root, that hold it, or what is used in its place."""
        inner = (one.own_files for _, one in self.substitutes)
        own = (self.origin, *self.sources)
        return frozenset(filter(None, own)).union(*inner)

    def is_needed(self, module: str) -> bool:
        """Whether a module is imported by what has the generator, and so must not import that."""
        parts = module.split(".")
        packages = (".".join(parts[:end]) for end in range(1, len(parts)))
        return module in self.needs or any(f"{one}.*" in self.needs for one in packages)

    def method(self, name: str) -> Method | None:
        """The method of that name."""
        return next((method for method in self.methods if method.name == name), None)

    def shape_of_one(self, name: str) -> Shape:
        """How a method is called for one id: with a prefix, or with nothing where it takes none."""
        method = self.method(name)
        takes = method.takes if method is not None else None
        if takes is None or takes.more or any(p.by_position for p in takes.parameters):
            return ONE_PREFIX
        return Shape(makes_ids=True)

    def shape_of_context(self, name: str) -> Shape:
        """How a method is called for ids of one context: with a user, and an operation where it
        takes one.
        """
        method = self.method(name)
        takes = method.takes if method is not None else None
        if takes is None or takes.more or sum(p.by_position for p in takes.parameters) > 1:
            return USER_AND_OPERATION
        return USER

    def is_unknown(self, name: str) -> bool:
        """Whether the class is sure to have nothing of that name."""
        return self.method(name) is None and not self.is_open and not hasattr(type, name)

    def lacks(self, name: str) -> bool:
        """Whether nobody can be told to call a method: it is sure not to be there."""
        return self.is_nothing or self.is_unknown(name)

    def nearest(self, name: str) -> str | None:
        """The method whose name is most like the given one."""
        names = [method.name for method in self.methods if not method.name.startswith("_")]
        return most_like(name, names)

    def mismatch(self, name: str, shape: Shape, *, on_class: bool = True) -> str | None:
        """Why a call of a method fails, as the end of a sentence that begins with its name.

        `on_class` tells `Class.method()` from a call on an instance. None when it may succeed.
        """
        method = self.method(name)
        if method is None or method.takes is None:
            return None
        positional = shape.positional
        if method.binding is MethodKind.INSTANCE and on_class:
            if positional == 0 and not shape.has_more:
                return "is an instance method, called on the class"
            positional = max(positional - 1, 0)
        return _mismatch(method.takes, replace(shape, positional=positional))

    def obstacle(self, name: str, shape: Shape) -> str | None:
        """Why new code cannot call a method on the class like that; None when it can."""
        method = self.method(name)
        if method is None:
            return f"the generator's source has no `{name}`"
        if method.is_async:
            return f"`{name}` is a coroutine"
        if method.binding is MethodKind.INSTANCE:
            return f"`{name}` is an instance method"
        if method.binding is MethodKind.UNKNOWN or (
            method.takes is None and self.origin is not None
        ):
            return f"`{name}` is decorated in a way no fix knows"
        problem = self.mismatch(name, shape)
        if problem is not None:
            return f"the generator's `{name}` {problem}"
        taken = [p.name for p in method.takes.parameters] if method.takes is not None else []
        for index, meant in enumerate(shape.meant):
            if meant in taken and taken.index(meant) != index:
                return f"the generator's `{name}` takes `{meant}` at another place"
        problem = _refused(method.takes, shape) if method.takes is not None else ""
        problem = problem or (method.result if shape.makes_ids else "")
        return f"the generator's `{name}` {problem}" if problem else None

    def refusal(self, kind: str) -> str:
        """Why a validator may refuse ids of that kind; empty where it is sure to accept them."""
        return dict(self.refusals).get(kind, "the generator's source is not known")


def most_like(name: str, known: Sequence[str]) -> str | None:
    """The name that a misspelt one may be meant for."""
    import difflib  # only for mistakes

    return next(iter(difflib.get_close_matches(name, known, 1, 0.6)), None)


def _mismatch(takes: Takes, shape: Shape) -> str | None:
    by_position = [p for p in takes.parameters if p.by_position]
    if shape.positional > len(by_position) and not takes.more:
        allowed = f"{len(by_position)} argument{'s' if len(by_position) != 1 else ''}"
        return f"takes {allowed} by position, not {shape.positional}"
    filled = {p.name for p in by_position[: shape.positional]}
    by_keyword = {p.name for p in takes.parameters if p.by_keyword}
    for keyword in shape.keywords:
        if keyword not in by_keyword and not takes.any_keyword:
            near = most_like(keyword, sorted(by_keyword))
            hint = f" (`{near}`?)" if near is not None else ""
            return f"takes no argument `{keyword}`{hint}"
        if keyword in filled and keyword in by_keyword:
            return f"is given `{keyword}` twice"
        filled.add(keyword)
    missing = [p.name for p in takes.parameters if p.required and p.name not in filled]
    if missing and not shape.has_more:
        return "lacks " + ", ".join(f"`{name}`" for name in missing)
    return None


def _refused(takes: Takes, shape: Shape) -> str:
    """Why a parameter does not take the text that is handed over; empty when all do."""
    texts = [*shape.texts, *[None] * (shape.positional + len(shape.keywords) - len(shape.texts))]
    by_position = [p for p in takes.parameters if p.by_position]
    by_name = {p.name: p for p in takes.parameters if p.by_keyword}
    rest = next(iter(takes.rest), None)
    handed: list[tuple[Parameter | None, str | None]] = []
    for index, text in enumerate(texts[: shape.positional]):
        handed.append((by_position[index] if index < len(by_position) else rest, text))
    for keyword, text in zip(shape.keywords, texts[shape.positional :], strict=False):
        handed.append((by_name.get(keyword, rest), text))
    refusals = (parameter.refusal(text) for parameter, text in handed if parameter is not None)
    return next(filter(None, refusals), "")


# Functions
