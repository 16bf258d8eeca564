"""What we touch inside uvicorn, aiohttp and SQLAlchemy beyond what they promise, each named once.

pyproject.toml holds aiohttp and SQLAlchemy below their next minor version; of uvicorn only the simulated carrier needs
more than it promises. Whoever raises a bound, or a lock, finds here what to look at: a test that fails says in a
sentence what has gone and which of our code needs it.
"""

import inspect
from collections.abc import Iterable

import aiohttp
import pytest
import sqlalchemy as sa
import uvicorn
from aiohttp.client_proto import ResponseHandler
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BindParameter
from sqlalchemy.types import TypeEngine
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

_CARRIER = "the server of the simulated carrier, which drops connections as an outage does"
_SENDS = "the HTTP session, which asks whether a page may still be sent just before it is written"
_STATEMENTS = "the store's statements, which run on the driver's own cursor"

_TAKEN: list[tuple[str, type, str, str]] = [
    # uvicorn: what is overridden, or called in its place
    (_CARRIER, HttpToolsProtocol, "on_message_begin", "self"),
    (_CARRIER, uvicorn.Config, "load", "self"),
    (_CARRIER, uvicorn.Server, "startup", "self, sockets"),
    # aiohttp: the body is written by a task of its own, and the headers wait for it
    (_SENDS, aiohttp.ClientRequest, "write_bytes", "self, writer, conn, content_length"),
    (_SENDS, ResponseHandler, "set_exception", "self, exc, exc_cause"),
    # SQLAlchemy: what becomes of an error, and what converts a value
    (_STATEMENTS, Dialect, "is_disconnect", "self, e, connection, cursor"),
    (_STATEMENTS, Connection, "invalidate", "self, exception"),
    (
        _STATEMENTS,
        DBAPIError,
        "instance",
        "statement, params, orig, dbapi_base_err, hide_parameters, connection_invalidated, dialect, ismulti",
    ),
    (_STATEMENTS, Connection, "get_execution_options", "self"),
    (_STATEMENTS, TypeEngine, "dialect_impl", "self, dialect"),
    (_STATEMENTS, TypeEngine, "bind_processor", "self, dialect"),
    (_STATEMENTS, TypeEngine, "result_processor", "self, dialect, coltype"),
    (_STATEMENTS, asyncpg.AsyncAdapt_asyncpg_cursor, "execute", "self, operation, parameters"),
    (_STATEMENTS, asyncpg.AsyncAdapt_asyncpg_cursor, "executemany", "self, operation, seq_of_parameters"),
    (_STATEMENTS, asyncpg.AsyncAdapt_asyncpg_cursor, "fetchall", "self"),
]


@pytest.mark.parametrize(
    ("whose", "of", "name", "parameters"), _TAKEN, ids=[f"{of.__name__}.{name}" for _, of, name, _ in _TAKEN]
)
def test_a_method_takes_what_it_took(whose: str, of: type, name: str, parameters: str) -> None:
    _are_there(of, [name], whose)
    takes = ", ".join(inspect.signature(getattr(of, name)).parameters)
    where = f"{of.__module__}.{of.__qualname__}.{name}"
    assert takes == parameters, f"{where} takes ({takes}) now, not ({parameters}): look through {whose}"


def _are_there(of: object, names: Iterable[str], whose: str) -> None:
    kind = of if isinstance(of, type) else type(of)
    for name in names:
        assert hasattr(of, name), f"{kind.__module__}.{kind.__qualname__}.{name} has gone: look through {whose}"


async def test_a_connection_of_uvicorn_keeps_what_it_kept() -> None:
    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        raise AssertionError("nobody asks")

    config = uvicorn.Config(answer, lifespan="off", log_config=None, ws="none")
    _are_there(HttpToolsProtocol(config, ServerState(), {}), ("transport", "scope"), _CARRIER)
    _are_there(config, ("loaded_app", "lifespan_class"), _CARRIER)
    _are_there(uvicorn.Server(config), ("server_state", "should_exit"), _CARRIER)
    _are_there(ServerState(), ("connections", "tasks"), _CARRIER)
    for name in ("servers", "lifespan"):
        begun = inspect.getsource(uvicorn.Server.startup)
        assert f"self.{name}" in begun, f"uvicorn.Server.{name} has gone: look through {_CARRIER}"


def test_a_connection_of_aiohttp_has_its_protocol() -> None:
    _are_there(aiohttp.connector.Connection, ("protocol",), _SENDS)
    parameters = inspect.signature(aiohttp.ClientSession).parameters
    assert "request_class" in parameters, f"aiohttp.ClientSession takes no request_class: look through {_SENDS}"
    assert inspect.iscoroutinefunction(aiohttp.ClientRequest.write_bytes), f"it is awaited: look through {_SENDS}"


@pytest.mark.parametrize(
    "dialect",
    [sqlite.dialect(), asyncpg.dialect()],  # type: ignore[no-untyped-call]
    ids=["sqlite", "asyncpg"],
)
def test_a_statement_of_sqlalchemy_says_where_each_parameter_goes(dialect: Dialect) -> None:
    """Parameters come in order of their places, by their names in `binds`, and constants with their values."""
    number = sa.column("number", sa.Integer)
    meant = sa.select(number).where(number > sa.bindparam("least"), number < 9).select_from(sa.table("some", number))
    compiled = meant.compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    _are_there(compiled, ("positiontup", "binds", "string"), _STATEMENTS)
    assert compiled.positiontup is not None, f"{dialect.name} knows parameters by name: look through {_STATEMENTS}"
    binds = [compiled.binds[name] for name in compiled.positiontup]
    _are_there(BindParameter, ("effective_value",), _STATEMENTS)
    _are_there(binds[0], ("key", "type", "required", "expanding", "literal_execute"), _STATEMENTS)
    assert [bind.required for bind in binds] == [True, False], f"`required` means another thing: {_STATEMENTS}"
    assert (binds[0].key, binds[1].effective_value) == ("least", 9)
    assert [(column.name, column.type) for column in meant.exported_columns] == [("number", number.type)]


def test_an_engine_of_sqlalchemy_knows_its_driver() -> None:
    engine = sa.create_engine("sqlite://", hide_parameters=True, execution_options={"ours": {}})
    _are_there(engine, ("hide_parameters", "dialect"), _STATEMENTS)
    _are_there(engine.dialect, ("loaded_dbapi", "name"), _STATEMENTS)
    assert isinstance(engine, Engine)
    with engine.connect() as tx:
        ours = tx.get_execution_options()["ours"]
        assert ours is engine.get_execution_options()["ours"], f"an option is a copy: look through {_STATEMENTS}"
    engine.dispose()
    _are_there(asyncpg.AsyncAdapt_asyncpg_cursor, ("rowcount", "description", "close"), _STATEMENTS)
