"""On PostgreSQL a statement of ours has one plan, made without its values: it must find its index all the same.

A partial index is lost that way where what it holds is compared with a parameter (`role = $1`) instead of a constant.
"""

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.sql.compiler import SQLCompiler

import dispatch.store
from dispatch.store.callout import records
from dispatch.store.delivery import pages
from dispatch.store.engine.database import Database

NIGHT = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)
_FEW_ROWS = {"roster_version", "node", "figures_release"}  # one, one for each process, one for each publication
# Indexes that may be read whole, each by the statements that want all it holds.
_MAY_READ_WHOLE: dict[str, set[str]] = {
    # what is open: call-outs, alarms, whoever is on their way
    "open_callouts._CALLOUTS": {"uq_callout_open_code"},
    "open_callouts._COUNT": {"uq_callout_open_code"},
    "open_callouts._DUE": {"uq_callout_open_code"},
    "open_callouts._OF_SHOWN": {"uq_callout_open_code", "ix_alarm_open"},
    "open_callouts._RESTS": {"uq_callout_open_code"},
    "involvements._INVOLVEMENTS": {"uq_callout_open_code"},
    **{f"occupied.{name}": {"uq_callout_open_code"} for name in ("_IS_BUSY", "_ALL_PAGING", "_PAGING_THEM")},
    **{f"occupied.{name}": {"uq_callout_open_code"} for name in ("_WITH", "_CODES")},
    "occupied._BUSY": {"uq_callout_open_code", "ix_assignment_person"},
    "open_callouts._ALARMS": {"ix_alarm_open", "uq_callout_open_code"},
    "asked_covers._OPEN": {"uq_cover_open"},
    "asked_covers._DUE": {"uq_cover_open"},
    "keys._WORKING": {"api_key"},  # known by heart: each key that works is wanted
    "silent_calls._NEWEST_UNTAKEN": {"ix_callout_sharing"},  # holds nothing but what it asks for
    "alarms._ALL_OPEN": {"ix_alarm_open"},
    "alarms._OF_CALL": {"ix_alarm_open"},
    "alarms._OF_CALLER": {"ix_alarm_call"},
    "others._SAID_THE_SAME": {"uq_callout_open_code"},
    "callouts._WAITING": {"uq_callout_open_code"},  # counts what is open, once a late yes
    "alarms._OTHERS_FREE": {"ix_alarm_open"},
    "alarms._PROMISED_TO_UNLISTED": {"ix_alarm_open"},
    "hotline_calls._LEFT": {"ix_alarm_call"},
    "shift_test_rows._TESTED": {"ix_shift_test_going_on"},
    "arrivals._ON_POSTGRESQL": {"ix_assignment_person"},
    **{f"own_rows.{name}": {"ix_assignment_person"} for name in ("_LOCK", "_LOCK_IF_FREE", "_LOOK")},
    "others._OUT_NOW": {"ix_assignment_person"},
    # what asks somebody to come, whichever agency it is for; when anything is due next
    "due_pages._ASKS": {"ix_page_asks"},
    "backlog._WAITING": {"ix_page_asks"},
    "due_pages._NEXT_DUE": {"ix_page_due_at"},
    # in a young database only: once the rows are counted, each is found from its call-out
    "inbound_texts._BOUND_BY_NUMBER": {"uq_callout_open_code", "ix_inbound_text_from"},
}
# Keys that only choose among the few rows that another key of the statement, or an index of what is open, has found.
_REFINED_BY: dict[str, set[str]] = {
    "alarms._OF_CALL": {"call_id"},
    "pages._TO_THEM": {"number"},
    "alarms._ONE_STANDALONE": {"alarm_id"},
    "alarms._STANDALONE_OF_KIND": {"of_kind"},
    "alarms._TOLD_OF_CALL": {"kind", "words"},
    "alarms._TOLD_OF_CALLOUT": {"kind", "words"},
    "coordinator_words._TO": {"whose"},
    "deadlines._DROP_OF": {"whose"},
    "deadlines._MEET": {"callout_id"},
    "inbound_texts._FROM_OFFICER": {"callout"},
    "involvements._INVOLVEMENTS": {"person"},  # of those who are on one call-out
    "links._CHOOSE": {"of_kind"},
    "links._FIND": {"of_kind"},
    "links._LOCK": {"of_kind"},
    "links._USE": {"of_kind"},
    "pages._RINGS_TO_JOIN": {"number"},
    "pages._SAID_LATER": {"number"},
    "pages._TOLD_LATER": {"number"},
    "pages._TOLD": {"now"},
    "phone_calls._OVER_OF": {"whose"},
    "phone_calls._TALKS": {"number"},  # of those who speak about one call-out
    "others._SAID_THE_SAME": {"agency", "phone", "place"},
    "timeline._SINCE": {"kind"},
}
# Of the first, all is open; of the others a LIMIT takes the first.
_SCANNED_ON_SQLITE = {
    *("uq_callout_open_code", "ix_alarm_open", "ix_callout_sharing", "uq_cover_open", "ix_shift_test_going_on"),
    *("ix_audit_who", "ix_callout_received_at", "ix_hotline_call_called_at", "sqlite_autoindex_roster_change_1"),
}


# Beginnings of statements, at the top of a file: none is run as it stands there.
_NEVER_RUN = {
    *("audit_trail._LINES", "links._END", "alarms.WHOLE_ALARM", "alarms._TOLD_LATELY", "backlog._first"),
    *("open_callouts._SHOWN", "involvements._LATELY", "records.RECORD", "coordinator_words._SELECT"),
    *("asked_covers._LOCK_HOLDERS", "absences._ENDED", "claims._CLAIM", "claims._WORDED", "due_pages._WHOLE"),
    *("trust_of_call._OF_CALLOUT", "hotline_calls.SELECT", "phone_calls._SELECT", "phone_calls._CALL"),
    *("callout_times._RESPONSE", "pages._FACT", "pages._RECORD", "phone_calls._END", "asked_covers._BY_END"),
}


def _short(name: str) -> str:
    """A statement's name here, of several in a table that of the table."""
    return ".".join(name.partition("[")[0].split(".")[-2:])


class _Sql(NamedTuple):
    """A statement as a database reads it, and the names of its parameters in the order of their places: None for a
    value that is part of the statement."""

    text: str
    parameters: list[str | None]


def _written(one: sa.Executable, dialect: Dialect) -> _Sql:
    compiled = one.compile(dialect=dialect)  # type: ignore[attr-defined]  # every statement that we write has it
    assert isinstance(compiled, SQLCompiler)
    two = ("a", "b")
    given = {bind.key: two if bind.expanding else None for bind in compiled.binds.values() if bind.required}
    written = compiled.construct_expanded_state(given)
    of = {name: key for key, names in written.parameter_expansion.items() for name in names}
    names = [of.get(name, name) for name in written.positiontup or ()]
    return _Sql(written.statement, [name if compiled.binds[name].required else None for name in names])


class _TakesDown(list[sa.Executable]):
    """In place of a transaction: keeps what is asked, and finds nothing."""

    def execute(self, one: sa.Executable) -> Self:
        self.append(one)
        return self

    def mappings(self) -> Self:
        return self

    def all(self) -> list[object]:
        return []


def _made_by(*functions: Callable[[Any], object]) -> dict[str, sa.Executable]:
    """The statements that these functions make when they are called."""
    made = _TakesDown()
    for function in functions:
        function(made)
    return {f"pages.made[{number}]": one for number, one in enumerate(made)}


_TAKEN_BACK = _made_by(
    *(lambda tx, person=person: pages.withdraw(tx, "id", person, NIGHT) for person in (None, "ana")),
    *(lambda tx, person=person: pages.call_off(tx, "id", person, NIGHT) for person in (None, "ana")),
    *(lambda tx, person=person: pages.withdraw_stand_downs(tx, "id", NIGHT, person) for person in (None, "ana")),
    lambda tx: pages.withdraw_news(tx, "id", NIGHT),
    lambda tx: pages.end_asks(tx, "id", "ana", NIGHT),
    lambda tx: pages.end_calls(tx, "id", NIGHT),
    lambda tx: pages.take_back(tx, "id", NIGHT),
    lambda tx: pages.stop_ringing(tx, "id", "ana", NIGHT, NIGHT),
)


def _statements() -> dict[str, sa.Executable]:
    """Every statement at the top of a file of the store, also one of several in a table of them, by the file and its
    name there, an agency's list, and what takes pages back. One whose name ends in `_ON_SQLITE` is left out."""
    files = [
        importlib.import_module(file.name) for file in pkgutil.walk_packages(dispatch.store.__path__, "dispatch.store.")
    ]
    named = {f"{file.__name__}.{name}": one for file in files for name, one in vars(file).items()}
    several = {f"{name}[{key}]": one for name, of in named.items() if isinstance(of, dict) for key, one in of.items()}
    of_agency = records._listed(
        frozenset({"agency"}), only_open=False, only_cancelled=False, searched=False, counts=False
    )
    return {
        name: one
        for name, one in {**named, **several, **_TAKEN_BACK, "records.of_agency": of_agency}.items()
        if isinstance(one, sa.Select | sa.CompoundSelect | sa.Update | sa.Delete)
        and not name.endswith("_ON_SQLITE")
        and _short(name) not in _NEVER_RUN
    }


def _read_whole(plan: Sequence[str], first_columns: Mapping[str, str]) -> set[str]:
    """The tables and indexes of which a plan reads every row: a table by itself, an index without a condition for its
    first column. One of which a LIMIT takes the first may be read so."""
    whole = {match[1] for line in plan if (match := re.search(r"Seq Scan on (\w+)", line))} - _FEW_ROWS
    for place, line in enumerate(plan):
        if not (match := _BY_INDEX.search(line)):
            continue
        takes_the_first = "Limit" in plan[place - 1] or (
            plan[0].startswith("Limit") and not any(_READS_ALL_FIRST.search(above) for above in plan[:place])
        )
        below = plan[place + 1] if place + 1 < len(plan) else ""
        searched = "Index Cond" in below and first_columns[match[1]] in below
        if not searched and not takes_the_first:
            whole.add(match[1])
    return whole


_BY_INDEX = re.compile(r"Index (?:(?:Only )?Scan (?:Backward )?using|Scan on) (\w+)")
_READS_ALL_FIRST = re.compile(r"(?<!Incremental )Sort  |Hash|Materialize|Aggregate")


def _only_filtered_by(plan: Sequence[str], sql: _Sql) -> set[str]:
    """The keys for which a plan looks at rows that it has read already, instead of finding the rows by them."""
    filters = " ".join(line for line in plan if "Filter:" in line)
    keys = [(number, name) for number, name in enumerate(sql.parameters, 1) if name is not None]
    return {name for number, name in keys if re.search(rf"(?<![<>])= \(?\${number}\b", filters)}


async def test_postgresql_runs_one_plan_for_a_statement(postgres_url: str) -> None:
    """A node's connections tell it to; a report is planned for its own span."""
    database = Database(postgres_url)
    await database.open()

    def told(tx: Connection) -> list[object]:
        return [tx.exec_driver_sql(f"SHOW {name}").scalar() for name in ("plan_cache_mode", "enable_seqscan", "jit")]

    try:
        for connection in (database.write, database.read):
            assert await connection(told) == ["force_generic_plan", "off", "off"]
        assert await database.report(told) == ["force_custom_plan", "on", "off"]
    finally:
        await database.close()


async def test_every_statement_is_found_by_its_keys(postgres_url: str) -> None:
    """In a young database as well, where a plan is made before there is anything to count, and kept. No table is read
    through, no index is read whole but those of what is open, and rows are found by the keys that a statement names."""
    statements = _statements()
    assert len(statements) > 60
    read_whole: dict[str, set[str]] = {}
    only_filtered_by: dict[str, set[str]] = {}

    def look(tx: Connection) -> None:
        indexes = "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid, 1, true) FROM pg_index"
        first_columns = {row[0]: row[1] for row in tx.exec_driver_sql(indexes)}
        for name, one in statements.items():
            sql = _written(one, tx.dialect)
            tx.exec_driver_sql(f"PREPARE asked AS {sql.text}")
            values = ", ".join(["NULL"] * len(sql.parameters))
            plan = tx.exec_driver_sql(f"EXPLAIN EXECUTE asked{f'({values})' if values else ''}").scalars().all()
            tx.exec_driver_sql("DEALLOCATE asked")
            if found := _read_whole(plan, first_columns) - _MAY_READ_WHOLE.get(_short(name), set()):
                read_whole[name] = found
            if keys := _only_filtered_by(plan, sql) - _REFINED_BY.get(_short(name), set()):
                only_filtered_by[name] = keys

    database = Database(postgres_url)
    await database.open()
    try:
        await database.write(look)
    finally:
        await database.close()
    assert read_whole == {}
    assert only_filtered_by == {}


async def test_sqlite_finds_every_statement_by_an_index(sqlite_url: str) -> None:
    """It scans no table, no index but those of what is open, and whatever is asked for an agency it finds by it. Of
    somebody it reads the pages of a call-out, or those since some moment: not all that they ever got."""
    scanned: dict[str, set[str]] = {}
    not_by_agency: set[str] = set()
    all_they_got: set[str] = set()
    database = Database(sqlite_url)
    await database.open()

    def look(tx: Connection) -> None:
        driver: Any = tx.connection.driver_connection
        for name, one in _statements().items():
            sql = _written(one, tx.dialect)
            if name.endswith("_ON_POSTGRESQL") or "ANY (" in sql.text:
                continue
            asked = driver.execute(f"EXPLAIN QUERY PLAN {sql.text}", [None] * len(sql.parameters))
            steps = [step[3] for step in asked]
            through = {match[1] for step in steps if (match := _SCAN.match(step))} - _FEW_ROWS
            if found := through - _SCANNED_ON_SQLITE - _MAY_READ_WHOLE.get(_short(name), set()):
                scanned[name] = found
            if "agency" in sql.parameters and not any("agency=?" in step for step in steps):
                not_by_agency.add(name)
            if any(step.endswith("ix_page_person (person=?)") for step in steps):
                all_they_got.add(name)

    try:
        await database.read(look)
    finally:
        await database.close()
    assert scanned == {}
    assert not_by_agency == set()
    assert all_they_got == set()


_SCAN = re.compile(r"SCAN (?!CONSTANT|anon_|agency$|doer$)(?:\w+ USING (?:COVERING )?INDEX )?(\w+)")
