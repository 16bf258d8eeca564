"""People who swap shifts by text, take slots and go away while call-outs run and nodes die, and the laws of that.

What people text changes the roster only where somebody has taken a cover, or a slot for themselves; each cover has one
taker, and a slot no more than are wanted; and nothing of it leaves at night but about that night.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from dispatch.actions.context import Context
from dispatch.rehearsal.events import SwapShift
from dispatch.rehearsal.law import Violated
from dispatch.rehearsal.ledger import Ledger
from dispatch.rehearsal.stage import RehearsalStage
from dispatch.rules.covers.cover import CoverState
from dispatch.rules.covers.wanting import theirs
from dispatch.rules.facts.actors import AuditEvent, Source
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Roster, Target, TargetKind
from dispatch.rules.facts.schedule import Override, OverrideKind, Rotation, RotationUnit, Shift, SlotTerms
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.schedule.edits import RosterPart
from dispatch.rules.schedule.shift_texts import is_quiet
from dispatch.rules.schedule.undo import RosterChange
from dispatch.store import tables as t
from dispatch.store.covers import asked_covers
from dispatch.store.schedule import occupied, roster_changes
from dispatch.store.transaction import Transaction

_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN", "TODAY", "TONIGHT", "TOMORROW")
_SAYS = (
    *("SWAP {mine}",) * 6,
    *("SWAP {mine} 18-24", "CAMBIO MAÑANA", "SWAP {day}", "AWAY {mine}", "AWAY {day}-SUN", "AWAY TODAY-{day}"),
    *("COVER {open}",) * 8,
    *("SLOTS", "HUECOS", "SLOT OFF", "SLOT OFF {slot}", "HUECO OFF {slot}"),
    *("SLOT {slot}", "HUECO {slot}") * 4,
    *("AWAY {day}", "FUERA VIE-DOM", "SWAP OFF", "AWAY OFF", "AWAY", "AWAY 31 FEB", "CUBRO {open}", "COVER"),
    *("WHO", "NIGHTS", "noches", "quién"),
)
_MOSTLY = 4
"""Of so many texts all but one are of somebody whom no call-out pages or has: whoever is busy is asked back."""
_SLOTS, _WANTED = "volunteers", 1
_MOVED = "slots taken or given back"
_SAID = (
    f"SELECT count(*) FROM audit u WHERE u.did IN ('{AuditEvent.TOOK_SLOT}', '{AuditEvent.GAVE_SLOT_BACK}')"  # noqa: S608  # our own words
    f" AND u.source IN ('{Source.SMS}', '{Source.LINK}') AND u.id > $1"
)
_NEWEST_LINE = "SELECT coalesce(max(id), 0) FROM audit"
_DAY = timedelta(days=1)


@dataclass(slots=True)
class Swappers:
    stage: RehearsalStage
    ledger: Ledger
    _looked_until: int = field(default=0)
    """The roster's version up to which its changes were looked at."""
    _audited_before: int = field(default=0)
    """The newest line of the audit from before, which lets nobody empty it between two rehearsals."""

    async def begin(self) -> None:
        ((self._audited_before,),) = await self.stage.books.told(_NEWEST_LINE)

    async def said(self, act: SwapShift) -> tuple[str, str]:
        """Who texts what: of a day on which they are on call, of a cover that is open, of a slot that is ahead."""
        self.ledger.counts["texts about shifts"] += 1
        known = await self.stage.act(_known) or _Known([], {}, [], [])
        pick, who, text = act.pick, act.who, act.text
        if known.idle and pick % _MOSTLY:
            who = known.idle[pick % len(known.idle)]
        for what, those in (
            ("{mine}", known.days.get(who, ())),
            ("{open}", [number for number, holder in known.covers if holder != who]),
            ("{slot}", known.slots),
        ):
            text = text.replace(what, str(those[pick % len(those)]) if those else "4")
        return who, text

    async def check(self) -> None:
        """Raises `Violated`."""
        taken = await self._taken()
        await self._changed_only_by_takers(taken)
        await self._nobody_is_told_at_night()

    async def _taken(self) -> set[int]:
        cover = t.cover.c
        found = await self.stage.books.rows(sa.select(cover.number, cover.state, cover.taker, cover.version))
        for number, state, taker, version in found:
            if (state == CoverState.TAKEN) != (taker is not None and version is not None):
                raise Violated("a cover that is taken has one taker, and one change of the roster", None, f"{number}")
        versions = [version for *_, version in found if version is not None]
        if len(versions) != len(set(versions)):
            raise Violated("a change of the roster is one cover's", None, f"{sorted(versions)}")
        self.ledger.counts["covers asked for"] = len(found)
        self.ledger.counts["covers taken"] = len(versions)
        return set(versions)

    async def _changed_only_by_takers(self, taken: set[int]) -> None:
        changes = await self.stage.act(_changes, self._looked_until)
        for change in changes or ():
            self._looked_until = change.version
            if change.source not in (Source.SMS, Source.LINK) or change.version in taken:
                continue
            if _is_own_slot(change):
                self.ledger.counts[_MOVED] += 1
            elif not _is_open_again(change, changes or ()):
                about = f"version {change.version}"
                raise Violated("a swap or an absence alone takes nobody off call", None, about)
        ((said,),) = await self.stage.books.told(_SAID, self._audited_before)
        if changes is not None and said != self.ledger.counts[_MOVED]:
            raise Violated("the audit has each slot that somebody took or gave back", None, f"{said} lines")

    async def _nobody_is_told_at_night(self) -> None:
        page = t.page.c
        query = sa.select(page.id, page.tried_at).where(
            page.purpose == Purpose.SCHEDULE, page.tried_at.is_not(None), page.callout.is_(None)
        )
        for page_id, tried_at in await self.stage.books.rows(query):
            if is_quiet(tried_at):
                raise Violated("nobody is told of a shift at night but of that night", None, f"page {page_id}")


@dataclass(frozen=True, slots=True)
class _Known:
    """Whom no call-out pages or has; the days on which each is on call; the covers that are open, each with its holder;
    and the numbers of slots that are not over."""

    idle: list[str]
    days: dict[str, list[str]]
    covers: list[tuple[int, str]]
    slots: list[int]


def _known(tx: Transaction, context: Context) -> _Known:
    roster, now, busy = context.roster(tx), context.now, occupied.busy_people(tx)
    people = [one.id for one in roster.people if one.is_specialist]
    slot = t.slot_number.c
    slots = tx.execute(sa.select(slot.number).where(slot.begins > now - _DAY).order_by(slot.number)).scalars()
    return _Known(
        [one for one in people if one not in busy],
        {one: [_weekday(shift) for shift in theirs(roster, one, now, now + 6 * _DAY)] for one in people},
        [(one.number, one.wanted.holder) for one in asked_covers.open_covers(tx)],
        list(slots),
    )


def _weekday(shift: Shift) -> str:
    return f"{shift.starts_at.astimezone(ZoneInfo(LOCAL)):%a}".upper()


def _changes(tx: Transaction, context: Context, looked_until: int) -> list[RosterChange]:
    """What has changed since. Raises `Violated` if a slot has more than are wanted once somebody has taken it."""
    found = roster_changes.since(tx, looked_until)
    roster = context.roster(tx)
    for place, change in enumerate(found):
        later = {one.rotation for after in found[place + 1 :] for one in _overrides(after)}
        for one in _overrides(change) if _is_own_slot(change) else ():
            if one.rotation in later or change.touched[0].after is None:
                continue  # others may have been put on since, or off
            rotation = next(rotation for rotation in roster.rotations if rotation.name == one.rotation)
            having = on_call(roster, rotation, max(one.begins, context.now))
            if len(having) > _WANTED:
                raise Violated("a slot has no more than are wanted", None, f"{one.key}: {', '.join(having)}")
    return found


def _is_open_again(change: RosterChange, since: Iterable[RosterChange]) -> bool:
    """Whether whoever took a cover has left the roster since, so that it is asked for anew and has forgotten them."""
    later = (one for one in since if one.version > change.version)
    left = (one for each in later for one in each.touched if one.part is RosterPart.PEOPLE and one.after is None)
    return any(one.name == change.by.id for one in left)


def _overrides(change: RosterChange) -> list[Override]:
    touched = (one.after or one.before for one in change.touched)
    return [one for one in touched if isinstance(one, Override)]


def _is_own_slot(change: RosterChange) -> bool:
    """Whether somebody has taken a slot for themselves, or given their own back, and done nothing else."""
    touched = [one.after or one.before for one in change.touched]
    return [(one.rotation, one.kind, one.person) if isinstance(one, Override) else None for one in touched] == [
        (_SLOTS, OverrideKind.ADD, change.by.id)
    ]


def with_slots(roster: Roster) -> Roster:
    """A town whose specialists take slots as well, of a rotation that is paged beside the last one."""
    people = tuple(one.id for one in roster.people if one.is_specialist)
    terms = SlotTerms(_WANTED, month_quota=6, weekend_quota=2)
    rotation = Rotation(_SLOTS, people, RotationUnit.DAYS, 1, time(18), date(2026, 10, 1), slots=terms)
    *policies, last = roster.policies
    *steps, step = last.steps
    wider = replace(step, targets=(*step.targets, Target(TargetKind.ROTATION, _SLOTS)))
    policy = replace(last, steps=(*steps, wider))
    return replace(roster, rotations=(*roster.rotations, rotation), policies=(*policies, policy))


def swaps(chance: Random, roster: Roster, how_many: int, length: float) -> Iterator[tuple[float, SwapShift]]:
    """When, who and what."""
    people = [one.id for one in roster.people if one.is_specialist]
    for _ in range(how_many if people else 0):
        text = chance.choice(_SAYS).replace("{day}", chance.choice(_DAYS))
        yield chance.uniform(0, length), SwapShift(chance.choice(people), text, chance.randrange(1 << 20))
