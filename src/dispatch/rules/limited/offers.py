"""Whoever goes only if nobody else does: who has offered, and who of them is called in when.

The law: an offer ends its giver's pages and nobody else's, and nobody takes it for a yes. The best one is called in
after the last step, or as soon as waiting longer would make it come too late. Paging goes on until they say yes; their
silence changes nothing, and after a no the next is called in.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.decisions import DeadlineKind, Decision, Note, NoteKind, SendPage, SetDeadline
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.callout import Assignment, CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer.look_out import IN_TIME
from dispatch.rules.wording import texts
from dispatch.rules.wording.languages import in_language


def offers(callout: CallOut) -> list[Assignment]:
    """Everybody who could come, and on whom nobody counts: whoever would be there soonest first, whoever has said no
    time last."""
    return sorted((one for one in callout.assignments if one.role.is_offer), key=_rank)


def _rank(one: Assignment) -> tuple[timedelta, datetime, str]:
    needed = needs(one)
    return timedelta.max if needed is None else needed, one.acknowledged_at, one.person


def needs(one: Assignment) -> timedelta | None:
    """From being called in to being there: what they said when they offered. None where they said no time, or answered
    late by a clock that had been set back."""
    if one.eta_at is None or one.eta_at < one.acknowledged_at:
        return None
    return one.eta_at - one.acknowledged_at


def waits_until(callout: CallOut, one: Assignment) -> datetime | None:
    """The last moment at which calling them in still brings them in time; None where it is not known."""
    needed = needs(one)
    return callout.respond_by - IN_TIME - needed if needed is not None else None


def look(situation: Situation, step: int, now: datetime, *, begins: bool = False) -> list[Decision]:
    """There is a new offer in this `step`, or one fewer, or the step `begins`: the best is called in now, or once it
    can wait no longer. One who could not make it anyway is called in after the last step.

    Whoever was called in and may still answer is given the time of a step, unless somebody better offers.
    """
    callout, best = situation.callout, _next(situation, step)
    if best is None or (not begins and _is_somebody_better_asked(callout, best)):
        return []
    if step > len(callout.policy.steps):
        return call_in(situation, best, now, step)
    until, needed = waits_until(callout, best), needs(best)
    if until is None or needed is None:
        return []
    if now < until:
        return [SetDeadline(DeadlineKind.LAST_MOMENT, until)]
    return call_in(situation, best, now, step) if now + needed <= callout.respond_by else []


def at_last_moment(situation: Situation, now: datetime) -> list[Decision]:
    """The best offer can wait no longer, unless somebody has the call-out by now."""
    callout = situation.callout
    best = _next(situation, callout.step)
    until = waits_until(callout, best) if best is not None else None
    if best is None or until is None:
        return []
    return call_in(situation, best, now, callout.step) if until <= now else look(situation, callout.step, now)


def after_no(situation: Situation, person: str, now: datetime) -> list[Decision]:
    """Somebody withdraws, or no page reached them: where they were called in, the next is called in at once."""
    callout = situation.callout
    mine = callout.assignment_of(person)
    left = tuple(one for one in callout.assignments if one.person != person)
    without = replace(situation, callout=replace(callout, assignments=left))
    following = _next(without, callout.step)
    if mine is not None and following is not None and _was_called_in(callout, mine):
        return call_in(without, following, now, callout.step)
    return look(without, callout.step, now)


def call_in(situation: Situation, one: Assignment, now: datetime, step: int) -> list[Decision]:
    """They are texted and rung at once: they have said that they come if it must be."""
    person = situation.roster.person(one.person)
    assert person is not None, "nobody who has left the roster is called in"
    note = Note(NoteKind.CALLED_IN, f"nobody has it yet, so {person.name}, who had offered, is called in", person.id)
    return [note, *pages_in(situation.callout, person, now, step)]


def pages_in(callout: CallOut, person: Person, now: datetime, step: int) -> list[SendPage]:
    """A text and a call; only a call to whoever has opted out of texts."""
    page = replace(text_to(person, Purpose.CALL_IN, texts.called_in(callout.agency, callout.code), now), step=step)
    if page.channel is Channel.VOICE:
        return [page]
    several = in_language(texts.called_in(callout.agency, callout.code, several=True), person.texts_in)
    return [replace(page, text_if_others=several), replace(page, channel=Channel.VOICE)]


def renewed(situation: Situation, now: datetime) -> list[Assignment]:
    """Whoever had the call-out lets it go. Who had been called in before has read since that they may sleep: from now
    on they wait as if they had just said it."""
    callout, roster = situation.callout, situation.roster
    called_in = (one for one in offers(callout) if one.role.is_limited and _was_called_in(callout, one))
    return [
        replace(one, acknowledged_at=now, eta_at=now + needed if (needed := needs(one)) is not None else None)
        for one in called_in
        if roster.person(one.person) is not None
    ]


def _next(situation: Situation, step: int) -> Assignment | None:
    """The best of those who go only if nobody else does, and whom nobody has called in since they said so. Whoever is
    out on another call-out comes last, and not before this `step` pages others who are out."""
    callout, roster = situation.callout, situation.roster
    if callout.status is not Status.PAGING:
        return None
    limited = (one for one in offers(callout) if one.role.is_limited and roster.person(one.person) is not None)
    waiting = [one for one in limited if not _was_called_in(callout, one)]
    best = min(waiting, key=lambda one: _turn(callout, one), default=None)
    return best if best is None or best.person not in callout.out or _pages_who_is_out(situation, step) else None


def _turn(callout: CallOut, one: Assignment) -> tuple[bool, tuple[timedelta, datetime, str]]:
    return one.person in callout.out, _rank(one)


def _pages_who_is_out(situation: Situation, step: int) -> bool:
    """In the second round, or in the first where nobody else is left (`rules/callout/escalation.py`)."""
    callout, first_round = situation.callout, len(situation.callout.policy.steps) + 1
    everyone = {person.id for person in situation.roster.with_role(Role.SPECIALIST)}
    return step > first_round or (step == first_round and everyone <= callout.out | callout.declined)


def _was_called_in(callout: CallOut, one: Assignment) -> bool:
    """Since they said so, whatever became of it; what was taken back before it left has asked nobody."""
    theirs = (page for page in callout.pages if page.person == one.person and page.purpose.calls_in)
    return any(
        at >= one.acknowledged_at if (at := page.tried_at or page.due_at) is not None else page.state.has_failed
        for page in theirs
    )


def _is_somebody_better_asked(callout: CallOut, best: Assignment) -> bool:
    asked = (one for one in offers(callout) if one.role.is_limited and callout.is_called_in(one.person))
    return any(_turn(callout, one) < _turn(callout, best) for one in asked)


# ---- as people read them -------------------------------------------------------------------------------------------


def in_words(callout: CallOut, one: Assignment) -> str:
    """Such as "only if nobody else, needs 20 min, called in"."""
    needed = needs(one)
    said = ["only if nobody else" if one.role.is_limited else "could come too"]
    said += [f"needs {needed // timedelta(minutes=1)} min"] if needed is not None else []
    said += ["called in"] if callout.is_called_in(one.person) else []
    return ", ".join(said)


def shown(callout: CallOut, roster: Roster) -> str:
    """Whoever could come, the soonest first, for every view, a wall display too: it is what they said themselves. ""
    where there is nobody, or somebody is there."""
    if callout.arrived_at is not None or not callout.is_open:
        return ""
    found = [f"{roster.first_name_of(one.person)}: {in_words(callout, one)}" for one in offers(callout)]
    return f"{'; '.join(found)}." if found else ""
