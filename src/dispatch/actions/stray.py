"""The only interpreter of decisions that concern no call-out: a number, the rotation, the service itself."""

from collections.abc import Iterable
from typing import assert_never

from dispatch.actions.desk import Desk
from dispatch.rules.decisions import AlarmCoordinators, EndTest, OptIn, OptOut, SendPage, StrayDecision
from dispatch.rules.paging import alarm_pages
from dispatch.store import decided, pages
from dispatch.store import roster as roster_store
from dispatch.store.decided import NewPage
from dispatch.store.transaction import Transaction


def apply_stray(tx: Transaction, desk: Desk, decisions: Iterable[StrayDecision]) -> None:
    """Write decisions that concern no call-out."""
    for decision in decisions:
        match decision:
            case SendPage():
                send_stray(tx, desk, decision)
            case AlarmCoordinators():
                send_stray(tx, desk, *alarm_pages(desk.roster(tx), decision, desk.now))
            case OptOut(person):
                roster_store.set_opted_out(tx, person, desk.now)
            case OptIn(person):
                roster_store.set_opted_out(tx, person, None)
            case EndTest(page):
                pages.done(tx, page, desk.now)
            case _:
                assert_never(decision)


def send_stray(tx: Transaction, desk: Desk, *messages: SendPage) -> None:
    """Send what belongs to no call-out: a test page, an answer to a stray text, an alarm."""
    decided.write_strays(tx, [NewPage(desk.new_id(), None, message, desk.now) for message in messages])
