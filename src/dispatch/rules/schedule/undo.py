"""What a change touched, its opposite, and what an import would undo.

The law: an undo gives who was on call before for the whole span that the change touched, or it is refused with what has
happened there since. So whoever undoes yesterday's mistake undoes nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, Rotation
from dispatch.rules.roster.edited import with_keys
from dispatch.rules.schedule.edits import EditRefused, ImportRoster, RosterItem, RosterPart, listing, name_of, things


@dataclass(frozen=True, slots=True)
class Touched:
    """One thing of the roster, as its file listed it before and after a change; None where it did not.

    `followers` are the names of those before which it stood; among overrides, of those that could overrule it. A
    rotation `before` says from when it held, and what held until then, since it may have waited for its hand-off.
    """

    part: RosterPart
    name: str
    before: RosterItem | None
    after: RosterItem | None
    followers: tuple[str, ...] = ()

    @property
    def became(self) -> str:
        return "added" if self.before is None else "removed" if self.after is None else "changed"


@dataclass(frozen=True, slots=True)
class Reordered:
    """The keys of the overrides that a change left, in their order before and after it; a later one has the last
    word."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterChange:
    """A change that was made: the roster's `version` is the one that it led to.

    `told` are the ids of the people who were sent a text about it. Once it `is_forgotten`, only the names of what it
    touched are left.
    """

    version: int
    at: datetime
    by: Actor
    source: Source
    edit: str
    touched: tuple[Touched, ...]
    reordered: Reordered | None = None
    told: tuple[str, ...] = ()
    undoes: int | None = None
    undone_by: int | None = None
    is_forgotten: bool = False


class CannotBeUndone(EditRefused):
    """later changes touched the same; the message names them"""


def refuse_number(change: RosterChange) -> None:
    """A number is somebody's once they have shown it, or somebody has vouched for it: no undo puts back one that they
    may have lost. That of a file that was imported does, as the file did. Raises `CannotBeUndone`."""
    if change.edit == ImportRoster.log:
        return
    for one in change.touched:
        was, now = one.before, one.after
        if isinstance(was, Person) and isinstance(now, Person) and was.phone != now.phone:
            raise CannotBeUndone(
                f"version {change.version} changed the number of {now.name}, which no undo changes back: ask for"
                " another under People, where whoever has the phone verifies it"
            )


# ---- what a change touches -----------------------------------------------------------------------------------------


def touched(before: Roster, after: Roster) -> tuple[Touched, ...]:
    """What the files of the two rosters list otherwise."""
    return tuple(one for part in RosterPart for one in _touched(part, before, after))


def _touched(part: RosterPart, before: Roster, after: Roster) -> Iterator[Touched]:
    old, new = things(before, part), things(after, part)
    if old == new:
        return
    olds, news = ({name_of(thing): thing for thing in listed} for listed in (old, new))
    following = dict(zip(olds, list(olds)[1:], strict=False))
    for name, was in olds.items():
        if name not in news:
            beside = _overruling(before, was) if isinstance(was, Override) else (following.get(name),)
            followers = tuple(one for one in beside if one is not None)
            yield Touched(part, name, _with_its_wait(was, before), None, followers)
        elif not is_same(was, news[name]):
            yield Touched(part, name, _with_its_wait(was, before), news[name])
    for name, thing in news.items():
        if name not in olds:
            yield Touched(part, name, None, thing)


def _with_its_wait(was: RosterItem, before: Roster) -> RosterItem:
    if not isinstance(was, Rotation):
        return was
    one = next(one for one in before.rotations if one.name == was.name)
    return replace(was, holds_from=one.holds_from, earlier=one.earlier[-1:])


def is_same(one: RosterItem | None, other: RosterItem | None) -> bool:
    """Whether both are listed alike. That somebody texted STOP changes the roster, but nobody edited it."""
    if isinstance(one, Person) and isinstance(other, Person):
        return replace(one, opted_out=False) == replace(other, opted_out=False)
    if isinstance(one, Rotation) and isinstance(other, Rotation):
        return one.as_listed == other.as_listed
    return one == other


def _overruling(roster: Roster, override: Override) -> tuple[str, ...]:
    """The keys of the overrides listed after this one that share a moment with it."""
    listed = [one for one in roster.overrides if one.rotation == override.rotation and one.ended_at is None]
    place = next(number for number, one in enumerate(listed) if one.key == override.key)
    return tuple(one.key for one in listed[place + 1 :] if one.touches(override.starts_at, override.ends_at))


def reordered(before: Roster, after: Roster) -> Reordered | None:
    """None when the overrides that both list stand in the same order."""
    olds, news = ([one.key for one in with_keys(roster.listed_overrides)] for roster in (before, after))
    common = set(olds) & set(news)
    was, now = (tuple(key for key in keys if key in common) for keys in (olds, news))
    return Reordered(was, now) if was != now else None


@dataclass(frozen=True, slots=True)
class RosterChanges:
    """What differs between two rosters. `is_same`: nothing does. If it is not set and nothing is `touched`, only the
    order differs."""

    is_same: bool
    touched: tuple[Touched, ...]

    def named(self) -> dict[RosterPart, dict[str, list[str]]]:
        """Of each part that differs, the names of what was added, changed and removed."""
        found: dict[RosterPart, dict[str, list[str]]] = {one.part: {} for one in self.touched}
        for one in sorted(self.touched, key=lambda one: one.became):
            found[one.part].setdefault(one.became, []).append(one.name)
        return found

    def __str__(self) -> str:
        """In numbers only: no name and no phone number gets into the audit trail."""
        if self.is_same:
            return "nothing changed"
        counted = {
            part: [f"{len(names)} {became}" for became, names in of.items()] for part, of in self.named().items()
        }
        return "; ".join(f"{part}: {', '.join(said)}" for part, said in counted.items()) or "only the order changed"


# ---- the opposite --------------------------------------------------------------------------------------------------


def opposite(change: RosterChange, since: Sequence[RosterChange], roster: Roster) -> Roster:
    """What the roster lists once `change` is undone; `since` are all changes after it, oldest first. Raises
    `CannotBeUndone`."""
    standing = {one.version for one in in_force([change, *since])}
    if change.version not in standing:
        raise CannotBeUndone(f"version {change.version} was undone by version {_undoer(change, since)}")
    if change.is_forgotten:
        raise CannotBeUndone(f"version {change.version} is so old that what it changed is forgotten")
    later = [one for one in since if one.version in standing and _meet(change, one)]
    if later:
        raise CannotBeUndone(
            f"version {change.version} cannot be undone, since the same was changed later: "
            + "; ".join(f"version {one.version} by {one.by}" for one in later)
        )
    now = listed(roster)
    for one in change.touched:
        if not is_same(now.get((one.part, one.name)), one.after):
            raise CannotBeUndone(f"{one.part} {one.name}: is no longer as version {change.version} left it")
    return _in_order(_restored(change, roster), change.reordered)


def in_force(changes: Iterable[RosterChange]) -> list[RosterChange]:
    """Without those that were undone, and without the undoing; whoever undoes an undo makes the first count again. The
    undo of an earlier change, which is not among them, counts."""
    latest_first = sorted(changes, key=lambda one: one.version, reverse=True)
    known, gone = {one.version for one in latest_first}, set[int]()
    for change in latest_first:
        if change.undoes is not None and change.undoes in known and change.version not in gone:
            gone |= {change.version, change.undoes}
    return [change for change in reversed(latest_first) if change.version not in gone]


def _undoer(change: RosterChange, since: Sequence[RosterChange]) -> int | None:
    return next((one.version for one in reversed(since) if one.undoes == change.version), change.undone_by)


def listed(roster: Roster) -> dict[tuple[RosterPart, str], RosterItem]:
    """Everything that the roster's file lists, by its part and name."""
    return {(part, name_of(thing)): thing for part in RosterPart for thing in things(roster, part)}


def _restored(change: RosterChange, roster: Roster) -> Roster:
    for part in RosterPart:
        if mine := [one for one in change.touched if one.part is part]:
            roster = listing(roster, part, _restored_part(mine, things(roster, part)))
    return roster


def _restored_part(mine: Sequence[Touched], now: Sequence[RosterItem]) -> tuple[RosterItem, ...]:
    came = {one.name for one in mine if one.before is None}
    was = {one.name: one.before for one in mine if one.before is not None and one.after is not None}
    stays = [thing for thing in now if name_of(thing) not in came]
    found = [_with_their_stop(was.get(name_of(thing), thing), thing) for thing in stays]
    for one in reversed(mine):  # so that whatever a thing stood before is there when it comes back
        if one.before is not None and one.after is None:
            names = {name_of(thing): place for place, thing in enumerate(found)}
            found.insert(min([names[name] for name in one.followers if name in names], default=len(found)), one.before)
    return tuple(found)


def _with_their_stop(before: RosterItem, now: RosterItem) -> RosterItem:
    """The carrier does not forget a STOP because the roster does."""
    if isinstance(before, Person) and isinstance(now, Person):
        return replace(before, opted_out=now.opted_out)
    return before


def _in_order(roster: Roster, moved: Reordered | None) -> Roster:
    if moved is None:
        return roster
    rank = {key: number for number, key in enumerate(moved.before)}
    ordered = iter(sorted((one for one in roster.listed_overrides if one.key in rank), key=lambda one: rank[one.key]))
    return replace(
        roster, overrides=tuple(next(ordered) if one.key in rank else one for one in roster.listed_overrides)
    )


# ---- whether two changes meet --------------------------------------------------------------------------------------

_ALWAYS = (datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC))


def _meet(one: RosterChange, other: RosterChange) -> bool:
    """Whether both touch the same thing, or can both change who is on call at one moment."""
    names = {(it.part, it.name) for it in one.touched}
    if any((it.part, it.name) in names for it in other.touched):
        return True
    if one.reordered or other.reordered or other.is_forgotten:
        return bool(_scopes(one) or one.reordered) and bool(_scopes(other) or other.reordered or other.is_forgotten)
    theirs = _scopes(other)
    return any(
        rotation == where and starts < ends_ and begins < ends
        for rotation, starts, ends in _scopes(one)
        for where, begins, ends_ in theirs
    )


def _scopes(change: RosterChange) -> list[tuple[str, datetime, datetime]]:
    """The rotations and spans in which it can change who is on call."""
    found = []
    for one in change.touched:
        for thing in (one.before, one.after):
            if isinstance(thing, Override):
                found.append((thing.rotation, thing.starts_at, thing.ends_at))
            if isinstance(thing, Rotation):
                found.append((thing.name, *_ALWAYS))
    return found


# ---- what an import would undo -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WouldUndo:
    """A change after the version that a file was exported from, and what of it the file says otherwise, by part and
    name."""

    change: RosterChange
    names: tuple[tuple[RosterPart, str], ...]


def would_undo(since: Iterable[RosterChange], now: Roster, file: Roster) -> list[WouldUndo]:
    """What an import of `file` would undo or write over of the changes `since` its version."""
    found, here, there = [], listed(now), listed(file)
    for change in in_force(since):
        names = tuple(
            (one.part, one.name)
            for one in change.touched
            if not is_same(here.get((one.part, one.name)), there.get((one.part, one.name)))
        )
        if names:
            found.append(WouldUndo(change, names))
    return found
