"""The roster's rows. It is read at every decision and rarely changed, so a process keeps it and compares versions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from dispatch.rules.facts.people import (
    DEFAULT_TURNOUT_MINUTES,
    Channel,
    ContactStep,
    Language,
    Person,
    Role,
)
from dispatch.rules.facts.roster import Agency, AgencyKind, Policy, PolicyStep, Roster, Station, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, RotationUnit
from dispatch.store import tables as t
from dispatch.store.roster import areas, starts
from dispatch.store.roster.areas import StationAreas
from dispatch.store.transaction import Transaction

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
    people = tx.execute(sa.select(t.person).order_by(t.person.c.rank)).mappings()
    rotations = _with_earlier(_versions(tx, t.rotation), _rotation)
    overrides = tx.execute(sa.select(t.override).order_by(t.override.c.rank)).mappings()
    policies = _with_earlier(_versions(tx, t.policy), policy_from)
    agencies = tx.execute(sa.select(t.agency).order_by(t.agency.c.rank)).mappings()
    stations = areas.read_station_areas(tx)
    return Roster(
        people=tuple(_person(row) for row in people),
        rotations=tuple(one for one in rotations if one.ended_at is None),
        former_rotations=tuple(one for one in rotations if one.ended_at is not None),
        overrides=tuple(_override(row) for row in overrides),
        policies=tuple(one for one in policies if one.ended_at is None),
        former_policies=tuple(one for one in policies if one.ended_at is not None),
        agencies=tuple(_agency(row, stations) for row in agencies),
        areas=areas.read_areas(tx),
        drives=areas.read_drives(tx),
        starts=starts.read_starts(tx),
    )


def _versions(tx: Transaction, table: sa.Table) -> Sequence[RowMapping]:
    return tx.execute(sa.select(table).order_by(table.c.rank, table.c.name, table.c.version)).mappings().all()


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
        t.person: [_person_row(person, rank) for rank, person in _unlike(roster.people, other.people)],
        t.agency: [_agency_row(agency, rank) for rank, agency in _unlike(roster.agencies, other.agencies)],
        t.rotation: list(_rows_of_versions(_unlike(rotations, their_rotations), _rotation_definition)),
        t.override: [_override_row(override, rank) for rank, override in _unlike(roster.overrides, other.overrides)],
        t.policy: list(_rows_of_versions(_unlike(policies, their_policies), policy_definition)),
        **areas.rows(roster),
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


def _rows_of_versions(
    ranked: Iterable[tuple[int, Versions]], definition: Callable[[Versions], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    for rank, one in ranked:
        for version in one.versions:
            yield {
                "name": version.name,
                "version": version.version,
                "rank": rank,
                "definition": definition(version),
                "holds_from": version.holds_from,
                "ended_at": version.ended_at,
            }


def _with_earlier(rows: Iterable[RowMapping], made: Callable[[str, Any], Versions]) -> list[Versions]:
    """Each by its latest version, from rows by rank and version."""
    found: list[Versions] = []
    for _, versions in groupby(rows, key=itemgetter("name")):
        held: list[Versions] = [
            replace(
                made(row["name"], row["definition"]),
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
    """Whether the roster has this person, who stays in it until this transaction ends."""
    lock_to_use(tx)
    return tx.execute(_IS_IN_IT, {"person_id": person_id}).first() is not None


def lock_to_use(tx: Transaction) -> None:
    """Nobody changes the roster before this transaction is over; what is read of it from now on is the newest."""
    tx.execute(_LOCK_TO_USE).all()


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


def _person(row: RowMapping) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        phone=row["phone"],
        roles=frozenset(Role(role) for role in row["roles"]),
        languages=tuple(row["languages"]),
        contact_plan=tuple(ContactStep(Channel(channel), after) for channel, after in row["contact_plan"]),
        opted_out=row["opted_out_at"] is not None,
        texts_in=Language(row["texts_in"] or Language.ENGLISH),
        sign_in=row["sign_in"],
        area_night=row["area_night"],
        area_day=row["area_day"],
        turnout_minutes=row["turnout_minutes"] if row["turnout_minutes"] is not None else DEFAULT_TURNOUT_MINUTES,
        qualified_until=row["qualified_until"],
    )


def _agency(row: RowMapping, areas_of: StationAreas) -> Agency:
    return Agency(
        code=row["code"],
        name=row["name"],
        kind=AgencyKind(row["kind"]),
        policy=row["policy"],
        notice_phone=row["notice_phone"],
        webhook_url=row["webhook_url"],
        listed_numbers=tuple(row["listed_numbers"] or ()),
        stations=tuple(
            Station(name, address, phone, areas_of.get((row["code"], rank, name)))
            for rank, (name, address, phone) in enumerate(row["stations"] or ())
        ),
        pin=row["pin"],
    )


def _person_row(person: Person, rank: int) -> dict[str, Any]:
    return {
        "id": person.id,
        "rank": rank,
        "name": person.name,
        "phone": person.phone,
        "roles": sorted(person.roles),
        "languages": list(person.languages),
        "contact_plan": [[step.channel, step.after_seconds] for step in person.contact_plan],
        "texts_in": person.texts_in,
        "sign_in": person.sign_in,
        "area_night": person.area_night,
        "area_day": person.area_day,
        "turnout_minutes": person.turnout_minutes,
        "qualified_until": person.qualified_until,
        "opted_out_at": person.opted_out or None,  # the moment is known when it is written
    }


def _agency_row(agency: Agency, rank: int) -> dict[str, Any]:
    return {
        "code": agency.code,
        "rank": rank,
        "name": agency.name,
        "kind": agency.kind,
        "policy": agency.policy,
        "notice_phone": agency.notice_phone,
        "webhook_url": agency.webhook_url,
        "listed_numbers": list(agency.listed_numbers),
        "stations": [[station.name, station.address, station.phone] for station in agency.stations],
        "pin": agency.pin,
    }


def _override_row(override: Override, rank: int) -> dict[str, Any]:
    return {
        "key": override.key,
        "version": override.version,
        "rank": rank,
        "rotation": override.rotation,
        "kind": override.kind,
        "starts_at": override.starts_at,
        "ends_at": override.ends_at,
        "person": override.person,
        "replaces": override.replaces,
        "holds_from": override.holds_from,
        "ended_at": override.ended_at,
    }


def _override(row: RowMapping) -> Override:
    return Override(
        rotation=row["rotation"],
        kind=OverrideKind(row["kind"]),
        starts_at=row["starts_at"],
        ends_at=row["ends_at"],
        person=row["person"],
        replaces=row["replaces"],
        key=row["key"],
        version=row["version"],
        holds_from=row["holds_from"],
        ended_at=row["ended_at"],
    )


def _rotation(name: str, definition: Mapping[str, Any]) -> Rotation:
    return Rotation(
        name=name,
        members=tuple(definition["members"]),
        unit=RotationUnit(definition["unit"]),
        length=definition["length"],
        handoff=time.fromisoformat(definition["handoff"]),
        starts_on=date.fromisoformat(definition["starts_on"]),
        timezone=definition["timezone"],
        weekday=definition["weekday"],
        pauses=tuple(Pause(*map(datetime.fromisoformat, pause)) for pause in definition.get("pauses", ())),
        takes_alarms=definition.get("takes_alarms", False),
    )


def _rotation_definition(rotation: Rotation) -> dict[str, Any]:
    return {
        "members": list(rotation.members),
        "unit": rotation.unit,
        "length": rotation.length,
        "handoff": rotation.handoff.isoformat(),
        "starts_on": rotation.starts_on.isoformat(),
        "timezone": rotation.timezone,
        "weekday": rotation.weekday,
        "pauses": [[pause.starts_at.isoformat(), pause.ends_at.isoformat()] for pause in rotation.pauses],
        "takes_alarms": rotation.takes_alarms,
    }


def policy_from(name: str, definition: Mapping[str, Any]) -> Policy:
    return Policy(
        name=name,
        steps=tuple(
            PolicyStep(
                tuple(Target(TargetKind(kind), target) for kind, target in step["targets"]),
                step["wait_seconds"],
            )
            for step in definition["steps"]
        ),
        round_wait_seconds=definition["round_wait_seconds"],
        ask_more=definition.get("ask_more", 2),
        nearest_first=definition.get("nearest_first", False),
        far_minutes=definition.get("far_minutes", 0),
    )


def policy_definition(policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "steps": [
            {"targets": [[target.kind, target.name] for target in step.targets], "wait_seconds": step.wait_seconds}
            for step in policy.steps
        ],
        "round_wait_seconds": policy.round_wait_seconds,
        "ask_more": policy.ask_more,
        "nearest_first": policy.nearest_first,
        "far_minutes": policy.far_minutes,
    }
