"""Whatever goes wrong becomes one clear line on standard error and a non-zero exit, never a traceback."""

import os
import re
import sys
import traceback
from typing import Any, NoReturn

import typer
from typer.core import TyperGroup

from dispatch.logs import mask_phones
from dispatch.store.engine.database_errors import DatabaseFault

_ERRNO = re.compile(r"^\[Errno \d+\] ")


class Complaint(Exception):
    """what was asked for cannot be done; the message says why, in one line"""


class Commands(TyperGroup):
    """The root of all commands. It turns every error of a command into one line."""

    def main(self, *args: Any, **options: Any) -> NoReturn:
        try:
            code = super().main(*args, **{**options, "standalone_mode": False})
        except Exception as error:
            code = _complain(error)
        sys.exit(code if isinstance(code, int) else 0)


def wants_details() -> bool:
    return os.environ.get("DISPATCH_LOG_LEVEL", "").upper() == "DEBUG"


def _complain(error: Exception) -> int:
    """Say what went wrong; returns the exit code."""
    if wants_details():
        traceback.print_exception(error)
    message = getattr(error, "format_message", None)
    if message is None:
        typer.echo(f"dispatch: {line_for(error)}", err=True)
        return 1
    # The command was called wrongly. When it was called without any arguments, the message is the whole help text.
    command = getattr(getattr(error, "ctx", None), "command_path", "dispatch")
    text = str(message()).removesuffix(".")
    typer.echo(text if "\n" in text else f"{command}: {text} (see `{command} --help`)", err=True)
    return int(getattr(error, "exit_code", 2))


def line_for(error: Exception) -> str:
    """What `error` tells the person who gave the command."""
    if type(error).__module__.startswith("dispatch."):
        if isinstance(error, DatabaseFault):
            return f"the database: {first_line(error)}"
        # Our own messages are written for people. All are one line, except that a file may have many mistakes.
        if type(error).__name__ == "BadRoster":
            return f"nothing was imported:\n{error}"
        if type(error).__name__ == "BadSettings" and len(lines := wrong_settings(error)) > 1:
            return "\n".join([f"{len(lines)} settings are wrong:", *lines])
        return first_line(error)
    # A rehearsal reads the database without going through the service, so it meets the libraries' own errors.
    if type(error).__module__.startswith(("sqlalchemy.", "asyncpg.")):
        return f"the database: {first_line(error)}"
    if isinstance(error, OSError):
        reason = (error.strerror or str(error) or type(error).__name__).lower()
        return f"{error.filename}: {reason}" if error.filename else reason
    return f"unexpected {type(error).__name__}: {first_line(error)} (DISPATCH_LOG_LEVEL=DEBUG shows where)"


def wrong_settings(error: Exception) -> list[str]:
    """Each mistake that a `BadSettings` names, a line each."""
    return mask_phones(str(error)).splitlines()


def first_line(error: BaseException) -> str:
    """The first line of a library's error: a database error goes on with the statement and its values."""
    error = getattr(error, "orig", None) or error
    said = _ERRNO.sub("", next(iter(str(error).splitlines()), ""))
    return mask_phones(said or type(error).__name__)
