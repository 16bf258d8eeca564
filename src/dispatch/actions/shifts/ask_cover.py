"""A cover is asked for, goes on being asked for in waves, and ends without a taker.

The law: until somebody has taken it the shift is its holder's: nothing here changes the roster.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from dispatch.actions.apply_standalone import apply_standalone, end_alarms, send_standalone
from dispatch.actions.context import Context
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.actors import SERVICE, Actor, AuditEvent, Source
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import TakeCover
from dispatch.rules.facts.schedule import Absence, Shift
from dispatch.rules.roster.local_clock import next_time
from dispatch.rules.roster.rest import Rests
from dispatch.rules.schedule.shift_texts import AGAIN, MORNING, ShiftText, is_quiet, pages
from dispatch.rules.shifts import cover_texts, wanting
from dispatch.rules.shifts.cover import Cover, CoverState
from dispatch.rules.shifts.taking import NotTaken, still_theirs, what_became
from dispatch.rules.shifts.waves import wave
from dispatch.rules.wording.languages import Words
from dispatch.store.access import audit
from dispatch.store.alarms import alarms
from dispatch.store.schedule import occupied
from dispatch.store.shifts import absences, asked_covers
from dispatch.store.transaction import Transaction


def ask_for_cover(
    tx: Transaction,
    context: Context,
    found: Iterable[Shift],
    by: Actor,
    source: Source,
    *,
    absence: str | None = None,
    only: str | None = None,
) -> list[Cover]:
    """Ask for cover of these shifts, or of those that are not asked for yet. Returns the new ones."""
    found = list(found)
    holders = {shift.person for shift in found}
    asked_covers.lock_holders(tx, holders)
    changed = _lapse_changed(tx, context, holders)
    wanted = wanting.wanted(found, asked_covers.open_covers(tx), context.now, absence=absence, only=only)
    new = [asked_covers.ask_for(tx, one, context.now) for one in wanted]
    if new:
        numbers = ", ".join(str(one.number) for one in new)
        detail = f"{numbers}, of {new[0].wanted.holder}"
        audit.write(tx, context.now, by, source, AuditEvent.ASKED_COVER, detail=detail)
        _go_on(tx, context, new)
    _ask_for_the_rest(tx, context, changed)  # after that: of what is asked for by now nobody need hear
    return new


def _lapse_changed(tx: Transaction, context: Context, holders: set[str]) -> list[Cover]:
    """What they asked for before an edit is no more, and must not stand in the way of asking again."""
    roster, now = context.roster(tx), context.now
    found = [one for one in asked_covers.open_covers(tx) if one.wanted.holder in holders]
    return _lapsed(tx, context, [(one, why) for one in found if (why := what_became(one, roster, now)) is not None])


def _lapsed(tx: Transaction, context: Context, found: Sequence[tuple[Cover, NotTaken]]) -> list[Cover]:
    """End these, and tell those who were asked; of a shift that is over nobody need hear. Returns those whose holder
    has not all of it any more."""
    roster, changed = context.roster(tx), list[Cover]()
    for cover, why in found:
        asked_covers.end(tx, cover.number, CoverState.LAPSED, context.now)
        if why is NotTaken.CHANGED:
            left = still_theirs(roster, cover, context.now)
            words = cover_texts.has_changed if left else cover_texts.no_longer_wanted
            tell_asked(tx, context, cover, words(cover, roster))
            changed.append(cover)
    return changed


def _ask_for_the_rest(tx: Transaction, context: Context, changed: Sequence[Cover]) -> None:
    """A shift is its holder's until somebody has taken it, and so is each part of it. Whoever is away then needs the
    rest covered all the same; whoever asked for the whole decides about the rest, and is told of it."""
    roster, now = context.roster(tx), context.now
    standing = absences.standing(tx, now) if changed else []
    for cover in changed:
        left = still_theirs(roster, cover, now)
        for away in standing:
            if left and away.person == cover.wanted.holder:
                found = wanting.still_wanted(cover.wanted, away, roster, now)
                ask_for_cover(tx, context, found, SERVICE, Source.CLOCK, absence=away.id)
        asked = asked_covers.open_covers(tx)
        kept = [one for one in left if not wanting.asked_already(one, asked)]
        if kept:
            tell_holder(tx, context, cover, cover_texts.still_yours(cover, kept, roster, now))
        end_cover_alarms(tx, context, cover, cover_texts.alarm_over_changed(cover))


def go_on_asking(tx: Transaction, context: Context) -> int:
    """Do what is due about covers: the next wave, an alarm, an end. Returns for how many."""
    due = asked_covers.due(tx, context.now)
    if due:
        _go_on(tx, context, due)
    return len(due)


def withdraw_covers(
    tx: Transaction, context: Context, holder: str, numbers: Collection[int] | None, by: Actor, source: Source
) -> list[Cover]:
    """Ask no longer for the holder's covers of these numbers, or for any of theirs. Returns those that were open."""
    found = [
        one
        for one in asked_covers.open_covers(tx)
        if one.wanted.holder == holder
        and (numbers is None or one.number in numbers)
        and _withdrawn(tx, context, one.number)
    ]
    if found:
        listed = ", ".join(str(one.number) for one in found)
        audit.write(tx, context.now, by, source, AuditEvent.WITHDREW_COVER, detail=f"{listed}, of {holder}")
        # Once for all of them: what still waits for somebody keeps the alarm, whichever of them was the last.
        end_cover_alarms(tx, context, found[-1], cover_texts.alarm_over_kept(found[-1], context.roster(tx)))
    return found


def _withdrawn(tx: Transaction, context: Context, number: int) -> bool:
    cover = asked_covers.find(tx, number, lock=True)
    if cover is None or not cover.is_open:  # somebody has just taken it
        return False
    asked_covers.end(tx, number, CoverState.WITHDRAWN, context.now)
    tell_asked(tx, context, cover, cover_texts.no_longer_wanted(cover, context.roster(tx)))
    return True


# ---- what is due ---------------------------------------------------------------------------------------------------


def _go_on(tx: Transaction, context: Context, due: Sequence[Cover]) -> None:
    roster, now = context.roster(tx), context.now
    together = defaultdict[str, list[Cover]](list)
    became = {cover.number: what_became(cover, roster, now) for cover in due}
    changed = _lapsed(tx, context, [(cover, why) for cover in due if (why := became[cover.number]) is not None])
    for cover in due:
        if became[cover.number] is not None:
            continue
        tonight = wanting.is_for_tonight(cover.wanted.starts_at, now)
        if cover.wanted.warn_at is not None and cover.wanted.warn_at <= now:
            cover = _warned(tx, context, cover, may_be_told=tonight or not is_quiet(now))
        if cover.wanted.ask_at is not None and cover.wanted.ask_at <= now:
            only, next_ask = cover.wanted.only, wanting.next_ask(cover.wanted.starts_at, now)
            if (tonight and only) or not (tonight or is_quiet(now)):  # whoever was named is asked at any hour
                together[cover.wanted.absence or f"cover {cover.number}"].append(cover)
                if only and only not in cover.asked and occupied.is_busy(tx, only):
                    next_ask = now + AGAIN  # nobody else is asked, and for tonight no wave comes after this one
            cover = _with(cover, ask_at=next_ask)
        asked_covers.put_off(tx, cover.number, cover.wanted.ask_at, cover.wanted.warn_at)
    if together:
        known = absences.standing(tx, now), occupied.busy_people(tx), context.rests(tx)
        for group in together.values():
            _ask_wave(tx, context, group, *known)
    _ask_for_the_rest(tx, context, changed)


def _with(cover: Cover, **moments: object) -> Cover:
    return replace(cover, wanted=replace(cover.wanted, **moments))  # type: ignore[arg-type]


def _warned(tx: Transaction, context: Context, cover: Cover, *, may_be_told: bool) -> Cover:
    """At an hour that is nobody's it waits for the morning: a node was down in the evening."""
    if not may_be_told:
        return _with(cover, warn_at=next_time(MORNING, context.now))
    said = cover_texts.nobody_took(cover, context.roster(tx))
    apply_standalone(tx, context, [AlarmCoordinators(said, kind=AlarmKind.COVER_WANTED, person=cover.wanted.holder)])
    return _with(cover, warn_at=wanting.next_warning(cover.wanted.starts_at, context.now))


def _ask_wave(
    tx: Transaction,
    context: Context,
    group: Sequence[Cover],
    away: Sequence[Absence],
    busy: frozenset[str],
    rests: Rests,
) -> None:
    roster = context.roster(tx)
    for ask in wave(roster, group, away, busy, rests, context.now):
        asked_covers.asked(tx, [(cover.number, ask.person.id) for cover in ask.covers], context.now)
        urgent = any(wanting.is_for_tonight(one.wanted.starts_at, context.now) for one in ask.covers)
        numbers = tuple(cover.number for cover in ask.covers)
        told = [ShiftText(ask.person, cover_texts.ask(ask.covers, roster), urgent, TakeCover(numbers))]
        send_standalone(tx, context, *pages(told, context.now))


# ---- what others hear ----------------------------------------------------------------------------------------------


def tell_asked(tx: Transaction, context: Context, cover: Cover, words: Words, but: str | None = None) -> None:
    """All who were asked, `but` whoever knows. Whoever is being paged, or sleeps, hears it later."""
    roster = context.roster(tx)
    told = [
        ShiftText(person, words, wanting.is_for_tonight(cover.wanted.starts_at, context.now))
        for person in roster.people
        if person.id in cover.asked and person.id != but and not person.opted_out
    ]
    send_standalone(tx, context, *pages(told, context.now))


def tell_holder(tx: Transaction, context: Context, cover: Cover, words: Words) -> None:
    """By night only about that night."""
    holder = context.roster(tx).person(cover.wanted.holder)
    if holder is not None and not holder.opted_out:
        urgent = wanting.is_for_tonight(cover.wanted.starts_at, context.now)
        send_standalone(tx, context, *pages([ShiftText(holder, words, urgent)], context.now))


def end_cover_alarms(tx: Transaction, context: Context, cover: Cover, words: Words) -> None:
    """Its alarms are over, unless another shift of the same holder still waits for somebody."""
    holder = cover.wanted.holder
    if any(one.wanted.holder == holder for one in asked_covers.open_covers(tx)):
        return
    known = alarms.standalone_of_kind(tx, AlarmKind.COVER_WANTED, context.now)
    end_alarms(tx, context, [one for one in known if one.person == holder], lambda _: words)
