"""The roster's rows. It is read at every decision and rarely changed, so a process keeps it and compares versions."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import RowMapping

from dispatch.rules.facts.people import DEFAULT_TURNOUT_MINUTES, Channel, ContactStep, Language, Person, Role
from dispatch.rules.facts.roster import Agency, AgencyKind, Policy, PolicyStep, Roster, Station, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, RotationUnit
from dispatch.store import tables as t
from dispatch.store.engine.statement import Statement
from dispatch.store.newer import is_known
from dispatch.store.roster import areas, starts
from dispatch.store.roster.areas import StationAreas
from dispatch.store.transaction import Transaction

Versions = TypeVar("Versions", Rotation, Policy)

_VERSION = Statement(sa.select(t.roster_version.c.version))


class Rosters:
    """Gives the roster as it is in the database, reading it again only when somebody has changed it."""

    def __init__(self) -> None:
        self._version = -1
        self._roster = Roster()

    def current(self, tx: Transaction, version: int | None = None) -> Roster:
        """`version` is the roster's version in this transaction, if it is already known."""
        if version is None:
            version = _VERSION.scalar(tx) or 0
        if version != self._version:
            self._roster, self._version = read_roster(tx), version
        return self._roster


def read_roster(tx: Transaction) -> Roster:
    people = tx.execute(sa.select(t.person).order_by(t.person.c.rank)).mappings()
    rotations = _with_earlier(
        [row for row in _versions(tx, t.rotation) if is_known(RotationUnit, row["definition"]["unit"])], _rotation
    )
    overrides = tx.execute(sa.select(t.override).order_by(t.override.c.rank)).mappings()
    policies = _with_earlier(_versions(tx, t.policy), policy_from)
    agencies = tx.execute(sa.select(t.agency).order_by(t.agency.c.rank)).mappings()
    stations = areas.read_station_areas(tx)
    return Roster(
        people=tuple(_person(row) for row in people),
        rotations=tuple(one for one in rotations if one.ended_at is None),
        former_rotations=tuple(one for one in rotations if one.ended_at is not None),
        overrides=tuple(_override(row) for row in overrides if is_known(OverrideKind, row["kind"])),
        policies=tuple(one for one in policies if one.ended_at is None),
        former_policies=tuple(one for one in policies if one.ended_at is not None),
        agencies=tuple(_agency(row, stations) for row in agencies),
        areas=areas.read_areas(tx),
        drives=areas.read_drives(tx),
        starts=starts.read_starts(tx),
    )


def _versions(tx: Transaction, table: sa.Table) -> Sequence[RowMapping]:
    return tx.execute(sa.select(table).order_by(table.c.rank, table.c.name, table.c.version)).mappings().all()


def replace_roster(tx: Transaction, roster: Roster, now: datetime) -> None:
    """Replace the whole roster. Of rotations, overrides and policies no row is deleted: `roster` holds their past.

    Whoever has opted out stays opted out: the carrier has not forgotten.
    """
    opted_out = dict(tx.execute(sa.select(t.person.c.phone, t.person.c.opted_out_at)).all())
    for table in (t.person, t.agency, *areas.TABLES):
        tx.execute(sa.delete(table))
    _insert(tx, t.person, [
        {
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
            "opted_out_at": opted_out.get(person.phone) or (now if person.opted_out else None),
        }
        for rank, person in enumerate(roster.people)
    ])  # fmt: skip
    rotations, policies = roster.rotations + roster.former_rotations, roster.policies + roster.former_policies
    _add_and_change(tx, t.rotation, _rows_of_versions(rotations, _rotation_definition))
    _add_and_change(tx, t.override, (_override_row(one, rank) for rank, one in enumerate(roster.overrides)))
    _add_and_change(tx, t.policy, _rows_of_versions(policies, policy_definition))
    _insert(tx, t.agency, [
        {
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
        for rank, agency in enumerate(roster.agencies)
    ])  # fmt: skip
    areas.insert(tx, roster)
    touch_roster(tx)


def _add_and_change(tx: Transaction, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    """Only what differs: a roster with thousands of overrides is imported for the sake of one."""
    keys = table.primary_key.columns.keys()

    def named(row: Mapping[str, Any]) -> tuple[object, ...]:
        return tuple(row[key] for key in keys)

    stands = {named(row): row for row in map(dict, tx.execute(sa.select(table)).mappings())}
    rows = [row for row in rows if stands.get(named(row)) != row]
    _insert(tx, table, [row for row in rows if named(row) not in stands])
    if changed := [{f"now_{name}": value for name, value in row.items()} for row in rows if named(row) in stands]:
        now = {column.name: sa.bindparam(f"now_{column.name}", type_=column.type) for column in table.c}
        same = (table.c[key] == now.pop(key) for key in keys)
        tx.execute(sa.update(table).where(*same).values(now), changed)


def _rows_of_versions(
    ones: Iterable[Versions], definition: Callable[[Versions], dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    for rank, one in enumerate(ones):
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


_LOCK_TO_REPLACE = Statement(sa.select(t.roster_version.c.version).with_for_update())
_LOCK_TO_USE = Statement(sa.select(t.roster_version.c.version).with_for_update(read=True))


def lock_to_replace(tx: Transaction) -> None:
    """Nobody is given a call-out until this transaction ends: whoever asks next whether people are on one hears of
    everybody who is."""
    _LOCK_TO_REPLACE.rows(tx)


_IS_IN_IT = Statement(sa.select(t.person.c.id).where(t.person.c.id == sa.bindparam("person_id")))


def holds(tx: Transaction, person_id: str) -> bool:
    """Whether the roster has this person, who stays in it until this transaction ends."""
    _LOCK_TO_USE.rows(tx)
    return _IS_IN_IT.first(tx, person_id=person_id) is not None


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


# What a newer release has written into the roster must not keep this one from paging those whom it knows: what is
# unknown here is left out. None was written by an older release.
_LANGUAGES = {str(language): language for language in Language}


def _person(row: RowMapping) -> Person:
    return Person(
        id=row["id"],
        name=row["name"],
        phone=row["phone"],
        roles=frozenset(Role(role) for role in row["roles"] if is_known(Role, role)),
        languages=tuple(row["languages"]),
        contact_plan=tuple(
            ContactStep(Channel(channel), after) for channel, after in row["contact_plan"] if is_known(Channel, channel)
        ),
        opted_out=row["opted_out_at"] is not None,
        texts_in=_LANGUAGES.get(row["texts_in"], Language.ENGLISH),
        sign_in=row["sign_in"],
        area_night=row["area_night"],
        area_day=row["area_day"],
        turnout_minutes=row["turnout_minutes"] if row["turnout_minutes"] is not None else DEFAULT_TURNOUT_MINUTES,
    )


def _agency(row: RowMapping, areas_of: StationAreas) -> Agency:
    return Agency(
        code=row["code"],
        name=row["name"],
        kind=AgencyKind(row["kind"]) if is_known(AgencyKind, row["kind"]) else AgencyKind.CALLER,
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
    }


def policy_from(name: str, definition: Mapping[str, Any]) -> Policy:
    return Policy(
        name=name,
        steps=tuple(
            PolicyStep(
                tuple(
                    Target(TargetKind(kind), target) for kind, target in step["targets"] if is_known(TargetKind, kind)
                ),
                step["wait_seconds"],
            )
            for step in definition["steps"]
        ),
        round_wait_seconds=definition["round_wait_seconds"],
    )


def policy_definition(policy: Policy) -> dict[str, Any]:
    return {
        "name": policy.name,
        "steps": [
            {"targets": [[target.kind, target.name] for target in step.targets], "wait_seconds": step.wait_seconds}
            for step in policy.steps
        ],
        "round_wait_seconds": policy.round_wait_seconds,
    }
