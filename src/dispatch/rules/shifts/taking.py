"""Whether somebody may take a cover, and the override that it becomes.

The law: one taker. The shift is the holder's until then, so it is taken as a whole, and only while they still have all
of it: a cover of a shift that was edited since asks for something that is no more.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence, Override, OverrideKind, Shift, is_away
from dispatch.rules.roster.on_call import shifts
from dispatch.rules.roster.qualified import not_covering_all
from dispatch.rules.roster.rest import Rests
from dispatch.rules.schedule.differing import Differing
from dispatch.rules.shifts.cover import Cover, CoverState
from dispatch.rules.shifts.wanting import may_still_be_out, theirs


class NotTaken(StrEnum):
    """Why somebody does not get it."""

    YOURS_ALREADY = "yours already"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    OVER = "over"
    CHANGED = "changed"  # the holder has not all of it any more
    OWN = "own"
    ANOTHER_ASKED = "another was asked"
    NOT_THEIRS = "not for them"  # a specialist's, and they are none; or a coordinator's
    NOT_QUALIFIED = "not qualified"  # their training ends before the shift does
    RESTING = "resting"
    AWAY = "away"
    ON_CALL = "on call"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class NoCover:
    """`rotation` is the one that has them on call then, or whose people they are none of. `until` is when their rest
    after a call-out at night ends. `has` is the id of whoever has the shift of a cover that was taken."""

    why: NotTaken
    rotation: str = ""
    until: datetime | None = None
    has: str = ""


def still_theirs(roster: Roster, cover: Cover, now: datetime) -> list[Shift]:
    """What its holder still has of it, by its beginning."""
    wanted = cover.wanted
    if roster.person(wanted.holder) is None:
        return []
    return theirs(roster, wanted.holder, max(wanted.starts_at, now), wanted.ends_at, wanted.rotation)


def is_standing(roster: Roster, cover: Cover, now: datetime) -> bool:
    """Whether the holder still has all that is left of it."""
    starts_at, found = max(cover.wanted.starts_at, now), still_theirs(roster, cover, now)
    return [(one.starts_at, one.ends_at) for one in found] == [(starts_at, cover.wanted.ends_at)]


def who_has(roster: Roster, cover: Cover, now: datetime) -> str | None:
    """The id of whoever has all that is left of a cover, first of all its taker: a shift that somebody took may have
    gone on to another. None where several share it, or where it is over."""
    wanted = cover.wanted
    rotation = roster.rotation(wanted.rotation)
    starts_at = max(wanted.starts_at, now)
    if rotation is None or wanted.ends_at <= starts_at:
        return None
    found = shifts(roster, rotation, starts_at, wanted.ends_at)
    whole = [one.person for one in found if (one.starts_at, one.ends_at) == (starts_at, wanted.ends_at)]
    if cover.taker in whole:
        return cover.taker
    return whole[0] if len(whole) == 1 else None


def what_became(cover: Cover, roster: Roster, now: datetime) -> NotTaken | None:
    """Why nobody can take it any more; None if somebody can."""
    match cover.state:
        case CoverState.TAKEN:
            return NotTaken.TAKEN
        case CoverState.WITHDRAWN:
            return NotTaken.WITHDRAWN
    if cover.wanted.ends_at <= now:
        return NotTaken.OVER
    return None if cover.is_open and is_standing(roster, cover, now) else NotTaken.CHANGED


def given_back(
    taken: Iterable[Cover], differences: Sequence[Differing], roster: Roster, now: datetime
) -> Iterator[Cover]:
    """Those of the covers that were `taken` whose holder has the shift again, whichever change did so: an undo, the end
    of the exception, an import, the leaving of whoever took it. Where its taker has left, a part of it is enough: the
    others have the rest."""
    for cover in taken:
        wanted = cover.wanted
        gained = (
            one.rotation == wanted.rotation
            and wanted.holder in one.gained
            and wanted.touches(one.starts_at, one.ends_at)
            for one in differences
        )
        if any(gained) and (has_left(roster, cover) or is_standing(roster, cover, now)):
            yield cover


def has_left(roster: Roster, cover: Cover) -> bool:
    """Whether its taker is in the roster no more."""
    return cover.taker is not None and roster.person(cover.taker) is None


def is_for(roster: Roster, rotation: str, person: Person) -> bool:
    """Whether shifts of this rotation are a coordinator's or a specialist's, and they are one."""
    return person.is_coordinator if roster.takes_alarms(rotation) else person.is_specialist


def refused(
    cover: Cover,
    taker: Person,
    roster: Roster,
    absences: Iterable[Absence],
    rests: Rests,
    now: datetime,
    *,
    is_busy: bool,
    by_another: bool = False,
) -> NoCover | None:
    """Why this person cannot take it. `by_another`: a coordinator gives it to them, who may give what one other person
    was asked, who knows that they will be back, and who has read that they rest, or that they cover nothing. Whoever
    `is_busy` with a call-out takes nothing that begins soon."""
    wanted = cover.wanted
    if cover.state is CoverState.TAKEN:
        return _of_taken(cover, taker, roster, now)
    if (became := what_became(cover, roster, now)) is not None:
        return NoCover(became)
    if taker.id == wanted.holder:
        return NoCover(NotTaken.OWN)
    if not is_for(roster, wanted.rotation, taker):
        return NoCover(NotTaken.NOT_THEIRS, wanted.rotation)
    if wanted.only not in (None, taker.id) and not by_another:
        return NoCover(NotTaken.ANOTHER_ASKED)
    starts_at = max(wanted.starts_at, now)
    if is_away(taker.id, absences, starts_at, wanted.ends_at) and not by_another:
        return NoCover(NotTaken.AWAY)
    if not_covering_all(roster, wanted.rotation, taker, wanted.ends_at) and not by_another:
        return NoCover(NotTaken.NOT_QUALIFIED)
    if (until := rests.from_night(taker.id, starts_at)) is not None and not by_another:
        return NoCover(NotTaken.RESTING, until=until)
    if has := theirs(roster, taker.id, starts_at, wanted.ends_at):
        return NoCover(NotTaken.ON_CALL, has[0].rotation)
    return NoCover(NotTaken.BUSY) if is_busy and may_still_be_out(starts_at, now) else None


def _of_taken(cover: Cover, taker: Person, roster: Roster, now: datetime) -> NoCover:
    """It stays taken, whoever the schedule gives the shift since."""
    if cover.wanted.ends_at <= now:
        return NoCover(NotTaken.OVER)
    has = who_has(roster, cover, now)
    if has is None:
        return NoCover(NotTaken.CHANGED)
    return NoCover(NotTaken.YOURS_ALREADY) if has == taker.id else NoCover(NotTaken.TAKEN, has=has)


def override_of(cover: Cover, taker: str) -> Override:
    wanted = cover.wanted
    return Override(wanted.rotation, OverrideKind.REPLACE, wanted.starts_at, wanted.ends_at, taker, wanted.holder)
