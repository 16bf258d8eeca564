"""What became of a page, in a few words for coordinators. The law: one word for one thing, on every screen. Nobody has
*arrived* but a specialist."""

from datetime import datetime

from dispatch.rules.facts.pages import PageState
from dispatch.rules.facts.people import Channel
from dispatch.rules.wording.times import local_time


def how_it_went(channel: Channel, state: PageState, due_at: datetime | None, failure: str | None) -> str:
    """Such as "rings" or "reached nobody: busy". `due_at` is when a waiting page is due."""
    call = channel is Channel.VOICE
    match state:
        case PageState.WAITING:
            assert due_at is not None, "a page that waits is due at some moment"
            return f"waits until {local_time(due_at)}"
        case PageState.SENDING:
            return "being sent"
        case PageState.UNKNOWN:
            return "perhaps sent"
        case PageState.SENT:
            return "rings" if call else "sent"
        case PageState.DELIVERED:
            return "picked up" if call else "delivered"
        case PageState.DONE:
            return "answered"
        case PageState.WITHDRAWN:
            return "not needed any more"
        case _:
            return f"reached nobody: {failure}"
