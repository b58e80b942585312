"""The command line: the commands, which are imported when they are asked for, and the exit."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import IO

import click

from ssot_lint import __version__
from ssot_lint.model.errors import UserError, internal_error, printable

EXIT_CLEAN, EXIT_ERROR = 0, 2
# What a process, a file or a pipe more would have been.
_TOO_FEW = frozenset({errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM})

# What a shell asks by: click's name for it.
_COMPLETION = "_SSOT_LINT_COMPLETE"

_COMMANDS = ("baseline", "check", "clean", "fix", "init", "merge", "report", "rule", "server")


class _Commands(click.Group):
    """Each command is a module of its name. Importing all would make `--version` slow."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(
            import_module(f"ssot_lint.cli.commands.{cmd_name}"), cmd_name
        )
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            raise click.UsageError(f"No such command '{name}'; {_meant_by_command(name)}", ctx)
        return super().resolve_command(ctx, args)


def _closest(word: str, words: Sequence[str]) -> str | None:
    from difflib import get_close_matches  # nobody else needs it

    return next(iter(get_close_matches(word, words, n=1)), None)


def _meant_by_command(name: str) -> str:
    """What may have been meant by a command that there is none of."""
    close = _closest(name.lower(), _COMMANDS)
    if close is not None:
        return f"did you mean `ssot-lint {close}`?"
    if os.path.exists(name):
        return f"did you mean `ssot-lint check {name}`?"
    return f"there are {', '.join(_COMMANDS)}"


def _meant_by_option(error: click.NoSuchOption) -> str:
    """What may have been meant by an option that a command does not have; empty if unknown."""
    option, context = error.option_name, error.ctx
    name = option.lstrip("-")
    if name in _COMMANDS:
        return f"; did you mean the command `ssot-lint {name}`?"
    others = ((name, cli.get_command(click.Context(cli), name)) for name in _COMMANDS)
    owners = [f"`ssot-lint {name}`" for name, one in others if one and option in _options_of(one)]
    if owners:
        return f"; it is an option of {', '.join(owners)}"
    own = context.command if context is not None else cli
    close = _closest(option, _options_of(own))
    return f"; did you mean `{close}`?" if close is not None else ""


def _options_of(command: click.Command) -> list[str]:
    options = (one for one in command.params if isinstance(one, click.Option))
    return [name for one in options for name in (*one.opts, *one.secondary_opts)]


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="ssot-lint", message="%(prog)s %(version)s")
def cli() -> None:
    """Finds ids that are made without going through the one id generator of a backend."""


def main(args: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 clean, 1 findings, 2 bad input or a file not analysed."""
    for stream in (sys.stdout, sys.stderr):
        # What an encoding lacks, or a file's name that is none, must not end a run.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        code = _run(args)
    except OSError:  # not even the error can be told
        code = EXIT_ERROR
    # Nobody hears of what cannot be written, so the exit code has to say it.
    are_written = [_is_written(stream) for stream in (sys.stdout, sys.stderr)]
    sys.exit(code if all(are_written) else EXIT_ERROR)


def _run(args: Sequence[str] | None) -> int:
    """Run the command line, and tell what went wrong; the exit code."""
    if _COMPLETION in os.environ:
        from ssot_lint.cli.completion import prepare_shells  # only shells need it

        prepare_shells()
    try:
        return cli.main(args, prog_name="ssot-lint", standalone_mode=False) or EXIT_CLEAN
    except click.UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # not known to click before 8.2
            click.echo(error.format_message())
            return EXIT_ERROR
        command = error.ctx.command_path if error.ctx is not None else "ssot-lint"
        return _failed(f"{_told(error)} (see `{command} --help`)")
    except (UserError, click.ClickException) as error:
        told = error.format_message() if isinstance(error, click.ClickException) else str(error)
        return _failed(told)
    except click.Abort:
        return _failed("interrupted")
    except SystemExit as end:  # click's own: a shell has its answer, or our reader has gone
        return EXIT_ERROR if end.code else EXIT_CLEAN
    except OSError as error:
        return _failed(_reason(error))
    except Exception as error:
        return _failed(f"{internal_error(error)}; please report it")


def _told(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"No such option '{error.option_name}'{_meant_by_option(error)}"
    return error.format_message()


def _is_written(stream: IO[str] | None) -> bool:
    """Whether all that was printed has been written. What has not is given up."""
    if stream is None:
        return True
    try:
        stream.flush()
    except (OSError, ValueError):
        # The disk is full, or the stream is closed. Python would try again at exit, and complain.
        with contextlib.suppress(AttributeError, OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return False
    return True


def _reason(error: OSError) -> str:
    """What an error means that the place where it came up said nothing about."""
    if error.filename:
        return f"{error.filename}: {error.strerror}"
    if error.errno in _TOO_FEW:
        return f"{error.strerror}; use fewer processes (-j), or raise the limit (ulimit)"
    if error.errno == errno.ENOENT:  # of all that has no name, only the current folder is looked up
        return "the current folder is gone; go to another one"
    return f"cannot write the output: {error.strerror}"


def _failed(message: str) -> int:
    click.echo(f"ssot-lint: error: {printable(message)}", err=True)
    return EXIT_ERROR
