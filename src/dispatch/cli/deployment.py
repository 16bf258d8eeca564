"""This deployment, as its settings describe it. Commands open its database while a service may be running on it."""

import asyncio
import contextlib
import importlib.metadata
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from typing import Any, Concatenate, ParamSpec, TypeVar

from dispatch import logs
from dispatch.actions.context import Context
from dispatch.actions.runner import Runner
from dispatch.app import wall_clock
from dispatch.cli.complaints import Complaint, first_line, wants_details
from dispatch.rules.facts.roster import Roster
from dispatch.settings import Settings, load_settings
from dispatch.store.engine import database_url
from dispatch.store.engine.database import Database
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable
from dispatch.store.open_database import open_up_to_date
from dispatch.store.schema import UnknownVersion
from dispatch.store.transaction import Transaction

P = ParamSpec("P")
T = TypeVar("T")


def version() -> str:
    try:
        return importlib.metadata.version("dispatch")
    except importlib.metadata.PackageNotFoundError:
        return "(not installed)"


def read_settings(**given: object) -> Settings:
    """The settings; a `given` value that is not None overrides the environment. Raises `BadSettings` and
    `Complaint`."""
    settings = load_settings(**{name: value for name, value in given.items() if value is not None})
    if not database_url.is_address(settings.database_url):  # not quoted, since there may be a password in it
        raise Complaint("DISPATCH_DATABASE_URL: is not the address of a database")
    return settings


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a command's work. Library logs stay silent: they are not the command's answer."""
    logs.configure("DEBUG" if wants_details() else "CRITICAL")
    return asyncio.run(work)


@asynccontextmanager
async def open_runner(settings: Settings, *, creates: bool = False) -> AsyncIterator[Runner]:
    """A runner on the configured database, while a service may be running on it.

    Only with `creates` is a missing SQLite file made: a command run in another folder than the service's would make a
    new, empty one, and report that all is quiet. Raises `Complaint`.

    This does not use `Service.open`: on SQLite that would take over the pages a running service is sending.
    """
    if not creates:
        _check_is_there(settings.database_url)
    database = Database(settings.database_url)
    try:
        with database_trouble(settings.database_url):
            await open_up_to_date(database)
        yield Runner(
            database,
            now=wall_clock,
            chance=random.SystemRandom(),
            timings=settings.timings,
            public_url=settings.public_url,
            dials=settings.dials,
            contact_phone=settings.contact_phone,
            our_numbers=settings.our_numbers,
            allowed_hosts=settings.listed_allowed_hosts(),
        )
    finally:
        await database.close()


def _check_is_there(url: str) -> None:
    file = database_url.sqlite_file(url) if database_url.is_sqlite(url) else None
    if file is not None and file.parent.exists() and not file.exists():  # without a folder none could be made either
        raise Complaint(
            f"there is no database at {file.absolute()}; go to the folder that the service runs in, or set "
            "DISPATCH_DATABASE_URL. A new one is made by `dispatch roster import` and `dispatch serve`"
        )


@contextlib.contextmanager
def database_trouble(url: str) -> Iterator[None]:
    """Say which database cannot be opened, and why."""
    named = database_url.shown(url)
    try:
        yield
    except UnknownVersion as error:
        raise Complaint(f"{named} is not a database of this version of dispatch: {first_line(error)}") from error
    except (OSError, DatabaseFault, DatabaseUnreachable) as error:
        raise Complaint(f"cannot open the database {named}: {first_line(error)}") from error


def run_with(work: Callable[[Runner], Awaitable[T]]) -> T:
    """Run a command's work with a runner on the configured database. Raises as `act` does."""

    async def opened() -> T:
        async with open_runner(read_settings()) as runner:
            return await work(runner)

    return run(opened())


def act(action: Callable[Concatenate[Transaction, Context, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run one action on the configured database. Raises what it raises, `BadSettings` and `Complaint`."""
    return run_with(lambda runner: runner.act(action, *args, **kwargs))


def ask(question: Callable[Concatenate[Transaction, Context, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
    """As `act`, for what only reads."""
    return run_with(lambda runner: runner.ask(question, *args, **kwargs))


def roster_of(tx: Transaction, context: Context) -> Roster:
    return context.roster(tx)
