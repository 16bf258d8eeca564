"""Who is on the phone about a call-out, and what a key or a hang-up makes of it, as rows."""

from typing import assert_never

from dispatch.actions.desk import Desk
from dispatch.rules.bridge import Join, Leave, LegStep, Wait, WaitOn, is_left_alone
from dispatch.rules.facts.bridge import Leg, LegState
from dispatch.store import phone_calls
from dispatch.store.phone_calls import About
from dispatch.store.transaction import Transaction


def take(tx: Transaction, desk: Desk, id_: str, person: str | None, step: LegStep, about: About) -> None:
    """What becomes of the phone `id_`, which is `person`'s, or the officer's. What it is about is locked."""
    now = desk.now
    match step:
        case Wait(party):
            phone_calls.put(tx, Leg(id_, party, LegState.WAITS, now, now, person), about)
        case WaitOn():
            phone_calls.seen(tx, id_, now)
        case Join(party, conference, others):
            phone_calls.put(tx, Leg(id_, party, LegState.JOINED, now, now, person, conference), about)
            phone_calls.joined(tx, others, conference, now)
        case Leave():
            phone_calls.over(tx, id_, now)
        case _:
            assert_never(step)


def waits_in_vain(tx: Transaction, desk: Desk, id_: str) -> bool:
    """Whether the phone `id_`, in a conference that has not begun, is to be led out of it. Changes nothing."""
    about = phone_calls.about(tx, id_)
    return about is None or is_left_alone(phone_calls.bridge(tx, about, desk.now), id_, desk.now)
