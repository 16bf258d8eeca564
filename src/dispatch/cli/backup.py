"""`dispatch backup` and `dispatch restore`."""

import asyncio
import shlex
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from dispatch.app import wall_clock
from dispatch.cli.complaints import Complaint
from dispatch.cli.deployment import read_settings, run
from dispatch.rules.wording.times import local_iso
from dispatch.settings import Settings
from dispatch.store import backup, schema
from dispatch.store.backup import Contents
from dispatch.store.engine import database_url
from dispatch.store.engine.database import Database

_CODES_SHOWN = 20
_URL = "{url}"  # stands for the database's address


def back_up(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to put the copy; only you can read it.")],
    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False,
) -> None:
    """Copy the whole database into FILE, while the service runs."""
    settings = read_settings()
    if not database_url.is_sqlite(settings.database_url):
        typer.echo(_must_go(settings))
    database = _database_file(settings, "pg_dump", "--format=custom", f"--file={file}", _URL)
    contents = backup.back_up(database, file, force=force)
    typer.echo(f"{file}: {contents}")
    typer.echo(_must_go(settings))


def _must_go(settings: Settings) -> str:
    """By when a copy that is made now must be deleted: it keeps what the database forgets."""
    gone = local_iso(wall_clock() + timedelta(days=settings.keep_backups_days))[: len("2026-01-05")]
    return (
        f"Delete the copy, and every copy of it, by {gone}: details of call-outs are forgotten "
        f"{settings.keep_details_days} days after the end, and live in a backup for {settings.keep_backups_days} more."
    )


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `dispatch backup` wrote.")],
) -> None:
    """Replace the database with the copy in FILE. The service must not be running."""
    settings = read_settings()
    options = ("--clean", "--if-exists", "--no-owner", "--single-transaction")
    database = _database_file(settings, "pg_restore", *options, f"--dbname={_URL}", str(file))
    contents, kept = run(_restore(settings, file, database))
    typer.echo(f"{database}: {contents}")
    if kept is not None:
        typer.echo(f"What was there before is in {kept.name}, beside it.")
    if contents.open_codes:
        typer.echo(f"{_listed(contents.open_codes)}: the service pages for these as soon as it starts.")


async def _restore(settings: Settings, file: Path, database: Path) -> tuple[Contents, Path | None]:
    def check_version(contents: Contents) -> None:
        if contents.version not in schema.versions():
            age = "an older" if schema.is_older(contents.version) else "a newer"
            raise Complaint(f"{file} is from {age} dispatch, with tables of version {contents.version}")

    # Opened only for its lock: it reads and writes nothing before its first transaction.
    service = Database(settings.database_url, alone=True)
    await service.open()
    try:
        return await asyncio.to_thread(backup.restore, file, database, check_version)
    finally:
        await service.close()


def _database_file(settings: Settings, *command: str) -> Path:
    """The file of an SQLite database. For PostgreSQL this ends our command and names `command`, which does the work."""
    if database_url.is_sqlite(settings.database_url):
        file = database_url.sqlite_file(settings.database_url)
        if file is None:
            raise Complaint("a database in memory cannot be copied")
        return file
    # The password is left out, to keep it out of the shell's history. PostgreSQL's tools ask for it, or find it in
    # ~/.pgpass or PGPASSWORD.
    plain = database_url.for_postgresql_tools(settings.database_url)
    line = shlex.join(word.replace(_URL, plain) for word in command)
    typer.echo(f"dispatch: PostgreSQL has its own: {line}", err=True)
    raise typer.Exit(2)


def _listed(codes: tuple[str, ...]) -> str:
    more = len(codes) - _CODES_SHOWN
    return ", ".join(codes[:_CODES_SHOWN]) + (f" and {more} more" if more > 0 else "")
