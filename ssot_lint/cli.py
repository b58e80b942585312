"""The command line: the commands, which are imported when they are asked for, and the exit."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from ssot_lint import __version__
from ssot_lint.errors import UserError, internal_error, printable

EXIT_CLEAN, EXIT_ERROR = 0, 2
# What a process, a file or a pipe more would have been.
_TOO_FEW = frozenset({errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM})

_COMMANDS = ("baseline", "check", "clean", "fix", "init", "merge", "report", "rule")


class _Commands(click.Group):
    """Each command is a module of its name. Importing all would make `--version` slow."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"ssot_lint.commands.{cmd_name}"), cmd_name)
        return command


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
        sys.exit(cli.main(args, prog_name="ssot-lint", standalone_mode=False) or EXIT_CLEAN)
    except click.UsageError as error:
        if type(error).__name__ == "NoArgsIsHelpError":  # not known to click before 8.2
            click.echo(error.format_message())
            sys.exit(EXIT_ERROR)
        command = error.ctx.command_path if error.ctx is not None else "ssot-lint"
        _fail(f"{error.format_message()} (see `{command} --help`)")
    except (UserError, click.ClickException) as error:
        _fail(error.format_message() if isinstance(error, click.ClickException) else str(error))
    except click.Abort:
        _fail("interrupted")
    except OSError as error:
        # The reader of our output has gone, or the disk is full. Python would complain again
        # when it flushes at exit.
        with contextlib.suppress(AttributeError, OSError):  # it may be closed, or no file
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            sys.exit(EXIT_ERROR)
        _fail(_reason(error))
    except Exception as error:
        _fail(f"{internal_error(error)}; please report it")


def _reason(error: OSError) -> str:
    """What an error means that the place where it came up said nothing about."""
    if error.filename:
        return f"{error.filename}: {error.strerror}"
    if error.errno in _TOO_FEW:
        return f"{error.strerror}; use fewer processes (-j), or raise the limit (ulimit)"
    if error.errno == errno.ENOENT:  # of all that has no name, only the current folder is looked up
        return "the current folder is gone; go to another one"
    return f"cannot write the output: {error.strerror}"


def _fail(message: str) -> None:
    click.echo(f"ssot-lint: error: {printable(message)}", err=True)
    sys.exit(EXIT_ERROR)
