"""The end of a story: nothing goes wrong any more, everybody answers, and every call-out must end well."""

from datetime import timedelta
from itertools import product

import sqlalchemy as sa

from demo.town import OUR_NUMBER
from dispatch.rules.alarms.owners import RINGS_ON
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.store import tables as t
from dispatch.store.callout.others import OFFERS
from rehearsal import law
from rehearsal.acting import Actors
from rehearsal.law import Violated
from rehearsal.ledger import Ledger
from rehearsal.meant import Meant
from rehearsal.stage import RehearsalStage

_STEP = timedelta(seconds=20)
_COMES_BACK = timedelta(minutes=8)  # by then whatever was down is up again and has caught up
_AFTERWARDS = timedelta(hours=7)
_HOMEWARD = (("omw", Meant.LEAVE), ("here", Meant.ARRIVED), ("done", Meant.DONE), ("home", Meant.HOME))


async def finale(stage: RehearsalStage, ledger: Ledger, actors: Actors) -> None:
    """Bring every call-out to its end. Raises `Violated` when one cannot be."""
    await stage.carrier_back()
    await stage.until(stage.now + _COMES_BACK)
    for node in stage.nodes:
        if not node.up:
            await node.begin()
    await actors.callers.dismiss_missed()
    await _everybody_answers(stage, ledger)
    await _everybody_goes(stage, ledger)
    await _somebody_owns_each_cry(stage)
    await stage.until(stage.now + _AFTERWARDS)
    await law.check_all(stage.books)
    await ledger.check_marks(everything=True)
    await ledger.check_promises()
    await actors.callers.check_decided()
    await ledger.check_opt_outs()
    await actors.swappers.check()
    await _nothing_is_left(stage)


async def _everybody_answers(stage: RehearsalStage, ledger: Ledger) -> None:
    """Everybody who is paged from now on answers, so each call-out is taken within two rounds."""
    waits = [sum(step.wait_seconds for step in policy.steps) for policy in stage.roster.policies]
    rounds = [policy.round_wait_seconds for policy in stage.roster.policies]
    began, end = stage.now, stage.now + timedelta(seconds=max(waits, default=0) + 2 * max(rounds, default=300))
    answered: set[str] = set()
    while stage.now < end:
        pages = (
            sa.select(
                *(t.page.c.id, t.page.c.channel, t.page.c.to, t.page.c.person, t.page.c.sid),
                *(t.callout.c.id, t.callout.c.code),
            )
            .join(t.callout, t.callout.c.id == t.page.c.callout)
            .where(t.page.c.purpose == Purpose.PAGE, t.page.c.tried_at >= began, t.callout.c.status == Status.PAGING)
            .where(t.page.c.state.in_([PageState.SENT, PageState.DELIVERED]))
            .order_by(t.page.c.id)
        )
        found = [row for row in await stage.books.rows(pages) if row[0] not in answered]
        for page, channel, number, person, sid, callout, code in found:
            phone = stage.carrier.phone(number)
            # What rings first may be about another call-out: they mean the one that they hear of.
            if channel == Channel.VOICE and (phone.ringing is None or phone.ringing.sid != sid):
                continue
            answered.add(page)
            ledger.meanings.say(person, callout, Meant.GO, stage.now)
            if channel == Channel.SMS:
                await phone.reply(f"{code} 1", to=OUR_NUMBER)
            else:
                await phone.answer()
                await stage.until(stage.now + timedelta(seconds=1))
                if phone.connected is not None:
                    await phone.press("1")
                if phone.connected is not None:
                    await phone.hang_up()
            await stage.settle()
        await stage.until(stage.now + _STEP)
    waiting = await stage.books.rows(sa.select(t.callout.c.id).where(t.callout.c.status == Status.PAGING))
    for (callout,) in waiting:
        raise Violated("when everybody answers, each call-out is taken within two rounds", callout)


async def _everybody_goes(stage: RehearsalStage, ledger: Ledger) -> None:
    """They arrive, finish and come home, so each call-out is closed."""
    on_it = (
        sa.select(t.person.c.id, t.person.c.phone, t.callout.c.id, t.callout.c.code)
        .select_from(t.assignment)
        .join(t.callout, t.callout.c.id == t.assignment.c.callout)
        .join(t.person, t.person.c.id == t.assignment.c.person)
        .where(t.callout.c.open, t.assignment.c.released_at.is_(None))
        .where(t.assignment.c.role.not_in(OFFERS))
        .order_by(t.assignment.c.id)
    )
    for word, meant in _HOMEWARD:
        for person, number, callout, code in await stage.books.rows(on_it):
            ledger.meanings.say(person, callout, meant, stage.now)
            await stage.carrier.phone(number).reply(f"{code} {word}", to=OUR_NUMBER)
            await stage.settle()
        await stage.until(stage.now + timedelta(minutes=2))
    for (callout,) in await stage.books.rows(sa.select(t.callout.c.id).where(t.callout.c.open)):
        raise Violated("when everybody comes home, each call-out is closed", callout)


async def _somebody_owns_each_cry(stage: RehearsalStage) -> None:
    """A coordinator has each cry for help that still rings: it rings until somebody has it."""
    numbers = [person.phone for person in stage.roster.people if person.is_coordinator]
    cries = (
        sa.select(t.callout.c.code)
        .join(t.alarm, t.alarm.c.callout == t.callout.c.id)
        .where(t.alarm.c.kind == AlarmKind.DANGER, t.alarm.c.ended_at.is_(None), t.alarm.c.owner.is_(None))
        .distinct()
    )
    for number, (code,) in product(numbers, await stage.books.rows(cries)):
        await stage.carrier.phone(number).reply(f"{code} OK", to=OUR_NUMBER)
        await stage.settle()
    for (code,) in await stage.books.rows(cries):
        raise Violated("when a coordinator says that they have it, a cry for help is theirs", None, code)


async def _nothing_is_left(stage: RehearsalStage) -> None:
    """No page is due any more, but for what people are told of their shifts in the morning, and the calls about what
    rings until somebody has it: a shift that somebody cannot take."""
    what = (t.page.c.purpose, t.page.c.channel, t.page.c.person, t.page.c.due_at)
    rings_on = sa.select(t.alarm.c.id).where(
        t.alarm.c.callout.is_(None), t.alarm.c.kind.in_(RINGS_ON), t.alarm.c.ended_at.is_(None)
    )
    due = sa.select(t.page.c.callout, t.page.c.id, t.page.c.state, *what).where(
        t.page.c.due_at.is_not(None),
        t.page.c.purpose != Purpose.SCHEDULE,
        t.page.c.alarm.is_(None) | t.page.c.alarm.not_in(rings_on),
    )
    for callout, page, state, purpose, channel, person, due_at in await stage.books.rows(due):
        which = f"{purpose} by {channel} to {person}, {page}, is {state} and due at {due_at:%H:%M:%S}"
        raise Violated("at the end nothing is left to do", callout, which)
