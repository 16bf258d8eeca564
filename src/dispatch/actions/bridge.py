"""Who is on the phone about a call-out, and what a key or a hang-up makes of it, as rows."""

from typing import assert_never

from dispatch.actions.context import Context
from dispatch.rules.facts.phone_calls import Bridge, Leg, LegState
from dispatch.rules.phone.bridge import (
    CHECKED_AFTER,
    GIVEN_UP_AFTER,
    GoIn,
    Join,
    Leave,
    LegStep,
    Wait,
    WaitOn,
    is_left_alone,
    rung_in_vain,
    stays_alone,
)
from dispatch.store.callout import callouts
from dispatch.store.delivery import pages
from dispatch.store.phone import phone_calls
from dispatch.store.phone.phone_calls import CallIsAbout, OnThePhone
from dispatch.store.transaction import Transaction


def take(tx: Transaction, context: Context, id_: str, person: str | None, step: LegStep, about: CallIsAbout) -> None:
    """What becomes of the phone `id_`: `person`'s, or the officer's. The caller has locked what it is about."""
    now = context.now
    if person is not None and about.callout is not None and isinstance(step, Wait | Join):
        phone_calls.over_of(tx, about.callout, person, now, but=id_)  # they have hung up the other one, or soon will
    match step:
        case Wait(party):
            phone_calls.put(tx, Leg(id_, party, LegState.WAITS, now, now, person), about)
        case WaitOn() | GoIn():
            phone_calls.seen(tx, id_, now)
        case Join(party, conference, others):
            phone_calls.put(tx, Leg(id_, party, LegState.JOINED, now, now, person, conference), about)
            phone_calls.joined(tx, others, conference, now)
        case Leave():
            phone_calls.over(tx, id_, now)
        case _:
            assert_never(step)
    if isinstance(step, Join | Leave):
        let_off(tx, context, about)


def let_off(tx: Transaction, context: Context, about: CallIsAbout) -> None:
    """Somebody may wait for the officer no longer: a phone of theirs that we ring for nobody is rung no more. The
    caller has locked what it is about."""
    for id_ in rung_in_vain(phone_calls.bridge(tx, about, context.now), context.now):
        if pages.take_back(tx, id_, context.now):
            phone_calls.over(tx, id_, context.now)


def in_the_menu(tx: Transaction, context: Context, known: Bridge, id_: str) -> Bridge:
    """Whoever presses a key in a menu is in no conference: the bridge without their phone `id_`."""
    if known.leg(id_) is None:
        return known
    phone_calls.over(tx, id_, context.now)
    return known.without(id_)


def ever_with(tx: Transaction, known: Bridge, id_: str) -> int:
    """How many have been in the conference of the phone `id_`, itself included; 0 when it is in none."""
    mine = known.leg(id_)
    return phone_calls.ever_in(tx, mine.conference if mine is not None else None)


def waits_in_vain(tx: Transaction, context: Context, id_: str) -> bool:
    """Whether the phone `id_`, in a conference that has not begun, must be taken out of it. Changes nothing."""
    context.let_sleep()
    about = phone_calls.about(tx, id_)
    return about is None or is_left_alone(phone_calls.bridge(tx, about, context.now), id_, context.now)


# ---- whoever is on the phone for a while ---------------------------------------------------------------------------


def to_check(tx: Transaction, context: Context) -> list[OnThePhone]:
    """The phones to ask the carrier about now. Changes nothing."""
    return phone_calls.longer_than(tx, context.now - CHECKED_AFTER)


def is_given_up(phone: OnThePhone, context: Context) -> bool:
    """Whether it is given up: the carrier cannot be asked, and too much time has passed."""
    return phone.carrier_id is None and context.now - phone.since > GIVEN_UP_AFTER


def lock_what_it_is_about(tx: Transaction, id_: str) -> CallIsAbout | None:
    """What the bridge is about that this phone is in, if it is in one. The call-out is locked, before any page: nobody
    is to begin to wait for the officer while their phone is let off."""
    about = phone_calls.about(tx, id_)
    if about is not None and about.callout is not None:
        callouts.lock_only(tx, about.callout)
    return about


def gone(tx: Transaction, context: Context, id_: str) -> None:
    """The call of this phone is over, as the carrier says, unasked or asked."""
    about = lock_what_it_is_about(tx, id_)
    phone_calls.over(tx, id_, context.now)
    if about is not None:
        let_off(tx, context, about)


def stays(tx: Transaction, context: Context, id_: str) -> bool:
    """Whether this phone must be taken out of a conference in which it is alone. Changes nothing."""
    about = phone_calls.about(tx, id_)
    return about is not None and stays_alone(phone_calls.bridge(tx, about, context.now), id_, context.now)
