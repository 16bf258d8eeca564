"""What is sent about no call-out: a test page, an answer to a stray text, an alarm about a number or the service."""

from dispatch.actions.desk import Desk
from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.paging import alarm_pages
from dispatch.store import decided
from dispatch.store.decided import NewPage
from dispatch.store.transaction import Transaction


def send_stray(tx: Transaction, desk: Desk, *messages: SendPage) -> None:
    """Send what belongs to no call-out: a test page, an answer to a stray text, an alarm about a number."""
    decided.write_strays(tx, [NewPage(desk.new_id(), None, message, desk.now) for message in messages])


def alarm_stray(tx: Transaction, desk: Desk, text: str, *, rings: bool = False) -> None:
    """Alarm the coordinators of what belongs to no call-out: a number, the rotation, the service itself."""
    send_stray(tx, desk, *alarm_pages(desk.roster(tx), AlarmCoordinators(text, rings), desk.now))
