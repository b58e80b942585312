"""The rows of the table: what is compared with what, on which folder, with which target."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.ast_script import python_files
from benchmarks.environment import HERE, Environment
from benchmarks.measure import Command, Quantity, run
from benchmarks.shapes import SHAPES as SHAPE_MAKERS
from benchmarks.trees import Trees

MB = 1e6
_DONE = frozenset({0})
# What a file may say of ids that others make.
_FACT = b"def _short(row):\n    return row['run_id'][:8]"

# How many files a commit has.
NAMED = 20

# Where the plugin keeps results of files that lie in no project: in the current folder.
_OWN_CACHE = ".ssot_lint_cache"

_VIOLATION = "import uuid\n\n\ndef make():\n    run_id = str(uuid.uuid4())\n    return run_id\n"
# Of five lines each.
_FUNCTIONS = 400

# ast-grep does not follow imports, so both ways of writing the call are named.
_AST_GREP_RULE = """
id: no-uuid4
language: python
rule: {any: [{pattern: uuid.uuid4($$$)}, {pattern: uuid4($$$)}]}
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One comparison. `ours` and `peer` are names of commands of the row's group."""

    name: str
    what: str
    ours: str
    peer: str | None
    target: float | None = None
    """The ratio that should not be passed; without a peer, the amount."""
    quantity: Quantity = "seconds"
    slow: bool = False
    """Left out with --quick."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What commands are made of."""

    environment: Environment
    trees: Trees

    @property
    def cwd(self) -> Path:
        """A folder without settings of any tool, nor above it."""
        return self.trees.work

    def cache(self, name: str) -> Path:
        """Where a command keeps what it knows from its last run."""
        return self.trees.work / "caches" / name

    def ours(
        self, name: str, *paths: Path, command: str = "check", cold: bool = True, options: str = ""
    ) -> Command:
        """A run of ours at its defaults. Broken files are no failure."""
        cache = self.cache(name if cold else "ssot-lint warm")
        program = (self.environment.ours("ssot-lint"), command, *options.split())
        settings = ("--isolated", "--ignore", "OST900", "--cache-dir", str(cache))
        argv = (*program, *settings, *map(str, paths))
        return Command(name, argv, self.cwd, _forgotten(cache) if cold else _nothing)

    def ruff(self, name: str, path: Path, *, cold: bool = True) -> Command:
        """ruff with the ban of uuid4 only."""
        cache = self.cache(name)
        ban = 'lint.flake8-tidy-imports.banned-api."uuid.uuid4".msg = "bypasses the generator"'
        settings = ("--isolated", "--select", "TID251", "--config", ban, "--cache-dir", str(cache))
        argv = (self.environment.peer("ruff"), "check", "--quiet", *settings, str(path))
        return Command(name, argv, self.cwd, _forgotten(cache) if cold else _nothing)

    def python(self, name: str, *args: str) -> Command:
        """The interpreter that ours runs on."""
        return Command(name, (self.environment.ours("python"), *args), self.cwd, exits=_DONE)


@dataclass(frozen=True, slots=True)
class Group:
    """Commands that are run side by side, and the rows that compare them."""

    rows: tuple[Row, ...]
    commands: Callable[[Stage], list[Command]]
    times: int = 1
    """How many rounds stand for one: short commands need more of them."""


def _nothing() -> None:
    pass


def _forgotten(cache: Path) -> Callable[[], None]:
    return lambda: shutil.rmtree(cache, ignore_errors=True)


def _whole(stage: Stage) -> list[Command]:
    source = stage.trees.source
    return [
        stage.ours("cold", source),
        stage.ruff("ruff cold", source),
        stage.python("ast script", str(HERE / "ast_script.py"), str(source)),
        stage.ours("fix --diff", source, command="fix", options="--diff"),
    ]


def _again(stage: Stage) -> list[Command]:
    """Runs behind a run that found the same, or all but one file the same."""
    copy = stage.trees.copy
    warm, ruff = stage.ours("warm", copy, cold=False), stage.ruff("ruff warm", copy, cold=False)

    def changed(path: Path, added: bytes = b"# changed") -> Callable[[], None]:
        def change() -> None:
            run(warm)
            path.write_bytes(path.read_bytes() + b"\n" + added + b"\n")

        return change

    def settled(command: Command) -> Callable[[], None]:
        # The first run fills the cache, the second looks again at files that were just written.
        def settle() -> None:
            run(command)
            run(command)

        return settle

    def after(name: str, before: Callable[[], object]) -> Command:
        return Command(name, warm.argv, warm.cwd, before)

    def touched() -> None:
        run(warm)
        now = time.time()
        for path in python_files(copy):
            os.utime(path, (now, now))

    named = stage.ours("named", *stage.trees.spread(NAMED), cold=False)

    def rewritten() -> None:
        run(warm)
        for path in stage.trees.spread(NAMED):
            path.write_bytes(path.read_bytes() + b"\n# changed\n")

    return [
        after("warm", settled(warm)),
        after("restored", touched),
        Command("named", named.argv, named.cwd, rewritten),
        stage.python("import click", "-c", "import click"),
        Command("ruff warm", ruff.argv, ruff.cwd, settled(ruff)),
        after("one changed", changed(stage.trees.median_file())),
        after("one changed, uuid", changed(stage.trees.median_file(b"uuid"))),
        after("one changed, facts", changed(stage.trees.median_file(), _FACT)),
    ]


def _facts(stage: Stage) -> list[Command]:
    """Facts and their index alone, of the folder and of copies of the sample."""
    script = str(HERE / "facts_script.py")
    return [
        stage.python("facts", script, str(stage.trees.source)),
        stage.python("ast script", str(HERE / "ast_script.py"), str(stage.trees.source)),
        *(
            stage.python(f"facts {count}x", script, str(stage.trees.grown(count)))
            for count in SIZES
        ),
    ]


def _flake8(stage: Stage) -> list[Command]:
    args = ("--isolated", str(stage.trees.sample))
    ours = (stage.environment.ours("flake8"), *args)
    first = Command("flake8 with ours", ours, stage.cwd, _forgotten(stage.cwd / _OWN_CACHE))
    return [
        first,
        Command("flake8 with ours again", ours, stage.cwd, lambda: run(first)),
        Command("flake8", (stage.environment.peer("flake8"), *args), stage.cwd),
    ]


def _start(stage: Stage) -> list[Command]:
    return [
        Command("--version", (stage.environment.ours("ssot-lint"), "--version"), stage.cwd),
        stage.python("import click", "-c", "import click"),
        stage.ours("clean file", stage.trees.clean_file),
    ]


def _sampled(stage: Stage) -> list[Command]:
    sample, peer = stage.trees.sample, stage.environment.peer
    # Fixit finds rules of a project below the folder of its settings only.
    shutil.copy(HERE / "fixit_rule.py", stage.cwd)
    settings = '[tool.fixit]\nroot = true\nenable = [".fixit_rule"]\ndisable = ["fixit.rules"]\n'
    (stage.cwd / "fixit.toml").write_text(settings)
    quiet = ("--quiet", "--metrics=off", "--disable-version-check", "--no-git-ignore")
    semgrep = ("scan", *quiet, "--lang=python", "--pattern=uuid.uuid4(...)", str(sample))
    ast_grep = ("scan", f"--inline-rules={_AST_GREP_RULE}", str(sample))
    return [
        stage.ours("sample", sample),
        Command("fixit", (peer("fixit"), "--quiet", "lint", str(sample)), stage.cwd),
        Command("semgrep", (peer("semgrep"), *semgrep), stage.cwd),
        Command("ast-grep", (peer("ast-grep"), *ast_grep), stage.cwd),
    ]


def _server(stage: Stage) -> list[Command]:
    """The language server, from an editor's side."""
    script, project = str(HERE / "server_script.py"), stage.trees.shapes
    small, long = project / "small.py", project / "long.py"
    small.write_text(_VIOLATION)
    functions = (f"def f{n}(x):\n    y = x + {n}\n    return y\n\n\n" for n in range(_FUNCTIONS))
    long.write_text("".join([*functions, _VIOLATION]))

    def server(name: str, what: str, *paths: Path) -> Command:
        command = stage.python(name, script, what, *map(str, paths))
        return replace(command, cwd=project, tells=True)

    return [
        server("begun", "begun", small),
        server("first", "first", small),
        server("edited", "edited", long),
        stage.python("import pygls", "-c", "import pygls.lsp.server"),
    ]


GROUPS = (
    Group(
        (
            Row("cold", "first check of the folder : ruff TID251", "cold", "ruff cold", 6),
            Row("cold-ast", "first check : an ast-walking script", "cold", "ast script", 0.3),
            Row("fix-diff", "`fix --diff` : first check", "fix --diff", "cold", 1.5),
            Row("memory", "biggest process of the first check", "cold", None, 200 * MB, "peak"),
        ),
        _whole,
    ),
    Group(
        (
            Row("warm", "second check : ruff's second", "warm", "ruff warm", 1),
            Row(
                "restored",
                "other times, same contents, as of a cache that CI restores : second check",
                "restored",
                "warm",
                1.5,
            ),
            Row(
                "named",
                f"{NAMED} changed files by name : `import click`",
                "named",
                "import click",
                6,
            ),
            Row("changed", "one file changed : second check", "one changed", "warm", 1.2),
            Row(
                "changed-uuid",
                "one file that holds `uuid` changed : second check",
                "one changed, uuid",
                "warm",
                1.2,
            ),
            Row(
                "changed-facts",
                "one file that says something new of ids : second check",
                "one changed, facts",
                "warm",
                2,
            ),
        ),
        _again,
    ),
    Group(
        (
            Row("facts", "facts of all files : an ast-walking script", "facts", "ast script", 0.3),
            Row(
                "facts-2x",
                "facts of two copies : one",
                "facts 2x",
                "facts 1x",
                2.1,
            ),
            Row("facts-4x", "facts of four copies : one", "facts 4x", "facts 1x", 4.2),
        ),
        _facts,
    ),
    Group(
        (
            Row(
                "flake8",
                "with our plugin : alone, sample, first time",
                "flake8 with ours",
                "flake8",
                1.05,
                "cpu",
            ),
            Row(
                "flake8-again",
                "with our plugin : alone, sample, from then on",
                "flake8 with ours again",
                "flake8",
                1.05,
                "cpu",
            ),
        ),
        _flake8,
    ),
    Group(
        (
            Row("version", "`--version` : `import click`", "--version", "import click", 1.5),
            Row("clean-file", "one clean file : `import click`", "clean file", "import click", 2.5),
        ),
        _start,
        times=5,
    ),
    Group(
        (
            Row(
                "server-start",
                "language server, first findings : its imports",
                "begun",
                "import pygls",
                2,
            ),
            Row("server-first", "findings of a file that is opened", "first", None, 0.4),
            Row("server-edit", "findings behind an edit in 2,000 lines", "edited", None, 0.3),
        ),
        _server,
    ),
    Group(
        (
            Row("fixit", "sample : Fixit with one rule", "sample", "fixit", slow=True),
            Row("semgrep", "sample : semgrep with one pattern", "sample", "semgrep", slow=True),
            Row("ast-grep", "sample : ast-grep with one pattern", "sample", "ast-grep"),
        ),
        _sampled,
    ),
)

GROWTH = "growth"
GROWTH_TARGET = 0.1
SIZES = (1, 2, 4)
SHAPES = "shapes"
LINES = (800, 1_600, 3_200)
LONGEST_TARGET = 10.0
"""Seconds of processor time that the longest program of a shape may take."""
DOUBLED_TARGET = 2.4
"""How many times as long as half of it."""
NAMES = (*(row.name for group in GROUPS for row in group.rows), GROWTH, SHAPES)


def growing(stage: Stage) -> list[Command]:
    """First checks of one, two and four copies of the sample."""
    return [stage.ours(f"{count}x", *stage.trees.growing[:count]) for count in SIZES]


def shaped(stage: Stage, name: str) -> list[Command]:
    """Checks of one shape at each size, and the fix of the longest, which writes nothing."""
    project = stage.trees.shapes
    commands = []
    for lines in LINES:
        path = project / f"{name}_{lines}.py"
        path.write_text(SHAPE_MAKERS[name](lines))
        options = "-j 1 --no-cache --select OST"
        check = stage.ours(str(lines), path, options=options)
        commands.append(replace(check, cwd=project))
    fix = stage.ours("fix", path, command="fix", options=f"--diff --unsafe-fixes {options}")
    return [*commands, replace(fix, cwd=project)]
