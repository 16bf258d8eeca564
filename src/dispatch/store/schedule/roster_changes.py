"""The log of the roster: every change of it, by the version that it led to."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from pydantic import ValidationError

from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.schedule.edits import PART_OF, RosterItem, RosterPart
from dispatch.rules.schedule.undo import Reordered, RosterChange, Touched
from dispatch.store import tables as t
from dispatch.store.roster.roster import fact_from
from dispatch.store.transaction import Row, Transaction
from dispatch.store.types import adapter

_KIND_OF = {part: kind for kind, part in PART_OF.items()}
_ORDER = "order"  # beside the parts: the order of overrides, which is no thing of its own


_change = t.roster_change.c
_INSERT = sa.insert(t.roster_change)
_SINCE = sa.select(t.roster_change).where(_change.version > sa.bindparam("version")).order_by(_change.version)
_LATEST = sa.select(t.roster_change).order_by(_change.version.desc()).limit(sa.bindparam("most"))
_BEFORE = (
    sa.select(t.roster_change)
    .where(_change.version < sa.bindparam("version"))
    .order_by(_change.version.desc())
    .limit(sa.bindparam("most"))
)
_KNOWN = (
    sa.select(_change.touched, _change.told, _change.actor_id)
    .order_by(_change.version.desc())
    .limit(sa.bindparam("most"))
)
_FIND = sa.select(t.roster_change).where(_change.version == sa.bindparam("which"))
_UNDONE = (
    sa.update(t.roster_change)
    .where(_change.version == sa.bindparam("which"))
    .values(undone_by=sa.bindparam("by_version"))
)


def keep(tx: Transaction, change: RosterChange) -> None:
    """Write down a change, and on the one that it undoes that it did."""
    moved = change.reordered
    tx.execute(
        _INSERT,
        {
            "version": change.version,
            "at": change.at,
            "actor_kind": change.by.kind,
            "actor_id": change.by.id,
            "source": change.source,
            "edit": change.edit,
            "touched": [[one.part, one.name, *one.followers] for one in change.touched] + ([[_ORDER]] if moved else []),
            "before": [_written(one.before) for one in change.touched] + ([list(moved.before)] if moved else []),
            "after": [_written(one.after) for one in change.touched] + ([list(moved.after)] if moved else []),
            "told": list(change.told),
            "undoes": change.undoes,
            "undone_by": None,
        },
    )
    if change.undoes is not None:
        tx.execute(_UNDONE, {"which": change.undoes, "by_version": change.version})


def since(tx: Transaction, version: int) -> list[RosterChange]:
    """The changes after this version, oldest first."""
    return [_read(row) for row in tx.execute(_SINCE, {"version": version}).mappings()]


def latest(tx: Transaction, most: int) -> list[RosterChange]:
    """The newest first."""
    return [_read(row) for row in tx.execute(_LATEST, {"most": most}).mappings()]


def before(tx: Transaction, version: int, most: int) -> list[RosterChange]:
    """Those before this version, the newest first."""
    return [_read(row) for row in tx.execute(_BEFORE, {"version": version, "most": most}).mappings()]


def find(tx: Transaction, version: int) -> RosterChange | None:
    row = tx.execute(_FIND, {"which": version}).mappings().first()
    return _read(row) if row else None


_LOOKED_BACK = 2000  # changes: more than a deployment makes in the year that a cover may lie ahead


def last_held(tx: Transaction, phone: str) -> str | None:
    """The name of whoever had this number until one of the last changes of the roster, as far as what it said is still
    kept."""
    newest = sa.select(sa.func.max(_change.version)).scalar_subquery()
    lately = _change.version > newest - _LOOKED_BACK
    said = sa.cast(_change.before, sa.Text).contains(f'"{phone}"', autoescape=True)
    lists = tx.execute(sa.select(_change.before).where(lately, said).order_by(_change.version.desc())).scalars()
    people = (one for things in lists for one in things if isinstance(one, dict) and one.get("phone") == phone)
    return next((str(one["name"]) for one in people), None)


def names_ever(tx: Transaction, part: RosterPart) -> set[str]:
    """The names of whatever of this part was ever in the roster; they outlive what is forgotten of a change."""
    return {
        names[0] for touched in tx.execute(sa.select(_change.touched)).scalars() for of, *names in touched if of == part
    }


def known_to(tx: Transaction, overrides: Collection[str]) -> dict[str, set[str]]:
    """Who has heard of these overrides, by their keys: whoever made a change of one, or was texted about it."""
    found = defaultdict[str, set[str]](set)
    for row in tx.execute(_KNOWN, {"most": _LOOKED_BACK}).mappings():
        for part, *names in row["touched"]:
            if part == RosterPart.OVERRIDES and names[0] in overrides:
                found[names[0]].update(one for one in (*row["told"], row["actor_id"]) if one is not None)
    return dict(found)


def _written(thing: RosterItem | None) -> Any:
    return None if thing is None else adapter(type(thing)).dump_python(thing, mode="json")


def _read(row: Row) -> RosterChange:
    """One whose contents fit no part of today's roster is as good as forgotten: it cannot be undone."""
    named: Sequence[Sequence[str]] = row["touched"]
    is_forgotten = row["before"] is None
    nothing = [None] * len(named)
    contents = list(zip(named, row["before"] or nothing, row["after"] or nothing, strict=True))
    touched = []
    for (part, *names), before, after in contents:
        if part == _ORDER:
            continue
        known = RosterPart(part)
        try:
            was, now = (None if one is None else fact_from(_KIND_OF[known], one) for one in (before, after))
        except ValidationError:
            was, now, is_forgotten = None, None, True
        touched.append(Touched(known, names[0], was, now, tuple(names[1:])))
    orders = [
        Reordered(tuple(before), tuple(after)) for (part, *_), before, after in contents if part == _ORDER and before
    ]
    return RosterChange(
        version=row["version"],
        at=row["at"],
        by=Actor(ActorKind(row["actor_kind"]), row["actor_id"]),
        source=Source(row["source"]),
        edit=row["edit"],
        touched=tuple(touched),
        reordered=next(iter(orders), None),
        told=tuple(row["told"]),
        undoes=row["undoes"],
        undone_by=row["undone_by"],
        is_forgotten=is_forgotten,
    )


def forget(tx: Transaction, before: datetime) -> None:
    """What they say of people and agencies; that they were made, by whom, and of what, stays."""
    old = sa.and_(_change.at < before, sa.or_(_change.before.is_not(None), _change.after.is_not(None)))
    tx.execute(sa.update(t.roster_change).where(old).values(before=sa.null(), after=sa.null()))
