"""The roster's rows. It is read at every decision and rarely changed, so a process keeps it and compares versions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

import sqlalchemy as sa

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Agency, Area, Drive, Policy, Roster
from dispatch.rules.facts.schedule import Override, Rotation
from dispatch.store import tables as t
from dispatch.store.roster import starts
from dispatch.store.transaction import Transaction
from dispatch.store.types import adapter

Versions = TypeVar("Versions", Rotation, Policy)
_Thing = TypeVar("_Thing")

_VERSION = sa.select(t.roster_version.c.version)


class Rosters:
    """Gives the roster as it is in the database, reading it again only when somebody has changed it."""

    def __init__(self) -> None:
        self._version = -1
        self._roster = Roster()

    def current(self, tx: Transaction, version: int | None = None) -> Roster:
        """`version` is the roster's version in this transaction, if it is already known."""
        if version is None:
            version = tx.scalar(_VERSION) or 0
        if version != self._version:
            self._roster, self._version = read_roster(tx), version
        return self._roster


def read_roster(tx: Transaction) -> Roster:
    rotations, policies = _with_earlier(tx, t.rotation, Rotation), _with_earlier(tx, t.policy, Policy)
    people = ({**row, "opted_out": row["opted_out_at"] is not None} for row in _ranked(tx, t.person))
    return Roster(
        people=tuple(fact_from(Person, row) for row in people),
        rotations=tuple(one for one in rotations if one.ended_at is None),
        former_rotations=tuple(one for one in rotations if one.ended_at is not None),
        overrides=tuple(fact_from(Override, row) for row in _ranked(tx, t.override)),
        policies=tuple(one for one in policies if one.ended_at is None),
        former_policies=tuple(one for one in policies if one.ended_at is not None),
        agencies=tuple(fact_from(Agency, row) for row in _ranked(tx, t.agency)),
        areas=tuple(fact_from(Area, row) for row in _ranked(tx, t.area)),
        drives=tuple(fact_from(Drive, row) for row in _ranked(tx, t.drive)),
        starts=starts.read_starts(tx),
    )


def _ranked(tx: Transaction, table: sa.Table) -> Iterator[dict[str, Any]]:
    return (dict(row) for row in tx.execute(sa.select(table).order_by(table.c.rank)).mappings())


_Rows = dict[tuple[object, ...], dict[str, Any]]
"""The rows of a table by their keys."""

# A row of these that has held is never deleted. Of the others a changed one is written again, for two people may
# exchange their phones, which no two rows may share at any moment.
_KEPT = (t.rotation, t.override, t.policy)


@dataclass(frozen=True, slots=True)
class RosterWrites:
    """The rows that make one roster into another, of each table those that differ. Worked out before the roster is
    locked: thousands of overrides take longer than anybody should wait who is taking a call-out."""

    before: Mapping[sa.Table, _Rows]
    after: Mapping[sa.Table, _Rows]


def writes(before: Roster, after: Roster) -> RosterWrites:
    """What makes `before` into `after`."""
    old, new = _rows(before, after), _rows(after, before)
    gone = {table: {key: row for key, row in rows.items() if new[table].get(key) != row} for table, rows in old.items()}
    come = {table: {key: row for key, row in rows.items() if old[table].get(key) != row} for table, rows in new.items()}
    return RosterWrites(gone, come)


def write(tx: Transaction, wanted: RosterWrites, now: datetime) -> None:
    """Write what differs, and make every process read the roster again. The database has what it was worked out from.

    Whether a phone that is known has opted out, its own STOP or START decides: the carrier has not forgotten.
    """
    opted_out = dict(tx.execute(sa.select(t.person.c.phone, t.person.c.opted_out_at)).all())
    for table, come in wanted.after.items():
        gone = wanted.before[table]
        if table in _KEPT:
            stand = _standing(tx, table, come)
            _change(tx, table, [row for key, row in come.items() if key in stand])
            _insert(tx, table, [row for key, row in come.items() if key not in stand])
            continue
        _delete(tx, table, gone | come)
        if table is t.person:
            stops = {
                key: opted_out[phone] if (phone := row["phone"]) in opted_out else row["opted_out_at"] and now
                for key, row in come.items()
            }
            come = {key: row | {"opted_out_at": stops[key]} for key, row in come.items()}
        _insert(tx, table, list(come.values()))
    touch_roster(tx)


def replace_roster(tx: Transaction, roster: Roster, now: datetime) -> None:
    """Replace the whole roster. Of rotations, overrides and policies no row is deleted: `roster` holds their past."""
    write(tx, writes(read_roster(tx), roster), now)


def _rows(roster: Roster, other: Roster) -> dict[sa.Table, _Rows]:
    """The rows of `roster`, but for what stands in the same place of `other` and is the same."""
    rotations, their_rotations = (one.rotations + one.former_rotations for one in (roster, other))
    policies, their_policies = (one.policies + one.former_policies for one in (roster, other))
    found = {
        t.person: [_person_row(row) for row in _rows_of(roster.people, other.people)],
        t.agency: list(_rows_of(roster.agencies, other.agencies)),
        t.rotation: list(_rows_of_versions(_unlike(rotations, their_rotations))),
        t.override: list(_rows_of(roster.overrides, other.overrides)),
        t.policy: list(_rows_of_versions(_unlike(policies, their_policies))),
        t.area: list(_rows_of(roster.areas, other.areas)),
        t.drive: list(_rows_of(roster.drives, other.drives)),
    }
    return {table: {_key(table, row): row for row in rows} for table, rows in found.items()}


def _unlike(ours: Sequence[_Thing], theirs: Sequence[_Thing]) -> Iterator[tuple[int, _Thing]]:
    for rank, one in enumerate(ours):
        other = theirs[rank] if rank < len(theirs) else None
        if one is not other and one != other:
            yield rank, one


def _key(table: sa.Table, row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(row[column.name] for column in table.primary_key.columns)


def _standing(tx: Transaction, table: sa.Table, keys: Iterable[tuple[object, ...]]) -> set[tuple[object, ...]]:
    name, *others = table.primary_key.columns
    names = sorted({str(key[0]) for key in keys})
    query = sa.select(name, *others).where(name.in_(names))
    return {tuple(row) for row in tx.execute(query)} if names else set()


def _change(tx: Transaction, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        now = {column.name: sa.bindparam(f"now_{column.name}", type_=column.type) for column in table.c}
        same = [column == now.pop(column.name) for column in table.primary_key.columns]
        given = [{f"now_{name}": value for name, value in row.items()} for row in rows]
        tx.execute(sa.update(table).where(*same).values(now), given)


def _delete(tx: Transaction, table: sa.Table, keys: Iterable[tuple[object, ...]]) -> None:
    columns = list(table.primary_key.columns)
    if given := [{f"its_{column.name}": word for column, word in zip(columns, key, strict=True)} for key in keys]:
        same = (column == sa.bindparam(f"its_{column.name}", type_=column.type) for column in columns)
        tx.execute(sa.delete(table).where(*same), given)


def _rows_of(ours: Sequence[_Thing], theirs: Sequence[_Thing]) -> Iterator[dict[str, Any]]:
    return (adapter(type(one)).dump_python(one) | {"rank": rank} for rank, one in _unlike(ours, theirs))


def _person_row(row: dict[str, Any]) -> dict[str, Any]:
    """The moment of a STOP is known when it is written. Roles have an order, so that the same are the same row."""
    opted_out = row.pop("opted_out")
    return row | {"opted_out_at": opted_out or None, "roles": sorted(row["roles"])}


def _rows_of_versions(ranked: Iterable[tuple[int, Rotation | Policy]]) -> Iterator[dict[str, Any]]:
    for rank, one in ranked:
        for version in one.versions:
            yield {
                "name": version.name,
                "version": version.version,
                "rank": rank,
                "definition": definition_of(version),
                "holds_from": version.holds_from,
                "ended_at": version.ended_at,
            }


def _with_earlier(tx: Transaction, table: sa.Table, kind: type[Versions]) -> list[Versions]:
    """Each by its latest version."""
    rows = tx.execute(sa.select(table).order_by(table.c.rank, table.c.name, table.c.version)).mappings().all()
    found: list[Versions] = []
    for _, versions in groupby(rows, key=itemgetter("name")):
        held: list[Versions] = [
            replace(
                fact_from(kind, row["definition"]),
                version=row["version"],
                holds_from=row["holds_from"],
                ended_at=row["ended_at"],
            )
            for row in versions
        ]
        found.append(replace(held[-1], earlier=tuple(held[:-1])))
    return found


_LOCK_TO_REPLACE = sa.select(t.roster_version.c.version).with_for_update()
_LOCK_TO_USE = sa.select(t.roster_version.c.version).with_for_update(read=True)


def lock_to_replace(tx: Transaction) -> int:
    """The roster's version. Nobody is given a call-out until this transaction ends: whoever asks next whether people
    are on one hears of everybody who is."""
    return int(tx.scalar(_LOCK_TO_REPLACE) or 0)


def version(tx: Transaction) -> int:
    """The roster's version; every change of it has a higher one."""
    return int(tx.scalar(_VERSION) or 0)


_IS_IN_IT = sa.select(t.person.c.id).where(t.person.c.id == sa.bindparam("person_id"))


def holds(tx: Transaction, person_id: str) -> bool:
    """Whether the roster has this person by now."""
    return tx.execute(_IS_IN_IT, {"person_id": person_id}).first() is not None


def lock_to_use(tx: Transaction) -> int:
    """Nobody changes the roster before this transaction is over; what is read of it from now on is the newest. Returns
    its version."""
    return int(tx.scalar(_LOCK_TO_USE) or 0)


def touch_roster(tx: Transaction) -> None:
    """Make every process read the roster again."""
    changed = tx.execute(sa.update(t.roster_version).values(version=t.roster_version.c.version + 1))
    if not changed.rowcount:
        tx.execute(sa.insert(t.roster_version).values(id=1, version=1))


def set_opted_out(tx: Transaction, person_id: str, at: datetime | None) -> None:
    tx.execute(sa.update(t.person).where(t.person.c.id == person_id).values(opted_out_at=at))
    touch_roster(tx)


def _insert(tx: Transaction, table: sa.Table, rows: list[dict[str, Any]]) -> None:
    if rows:
        tx.execute(sa.insert(table), rows)


# ---- rows and facts ------------------------------------------------------------------------------------------------


def fact_from(kind: type[_Thing], row: Mapping[str, Any]) -> _Thing:
    """The fact that a row, or its definition, says; its columns are called as the fact's fields are."""
    fact: _Thing = adapter(kind).validate_python(row)
    return fact


def definition_of(one: Rotation | Policy) -> dict[str, Any]:
    """What a version says, as JSON; since when it holds stands in columns of its own."""
    found: dict[str, Any] = adapter(type(one)).dump_python(one, mode="json", exclude=_COLUMNS)
    return found


_COLUMNS = {"version", "holds_from", "ended_at", "earlier"}
