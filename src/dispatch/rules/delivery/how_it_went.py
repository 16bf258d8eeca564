"""What became of a page, in a few words for coordinators. The law: one word for one thing, on every screen. Nobody has
*arrived* but a specialist."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from dispatch.rules.facts.pages import Page, PageState
from dispatch.rules.facts.people import Channel
from dispatch.rules.wording.times import local_time


def how_it_went(
    channel: Channel, state: PageState, due_at: datetime | None, failure: str | None, *, refused: bool = False
) -> str:
    """Such as "rings" or "reached nobody: busy". `due_at` is when a waiting page is due; `refused`: it was tried,
    and has certainly not been sent so far."""
    call = channel is Channel.VOICE
    match state:
        case PageState.WAITING if refused:
            return "not sent so far"
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


_P = TypeVar("_P", bound=Page)
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def most_telling(pages: Sequence[_P]) -> list[_P]:
    """Of one person's pages those that say how it stands: the newest call, and the newest text where that says more,
    since no call has gone out yet or the text reached nobody. What was taken back says something only alone."""
    told = [page for page in pages if page.state is not PageState.WITHDRAWN] or list(pages[:1])
    calls = [page for page in told if page.channel is Channel.VOICE]
    texts = [page for page in told if page.channel is not Channel.VOICE]
    if not calls or not texts:
        return [max(told, key=_heard)]
    call, text = max(calls, key=_heard), max(texts, key=_heard)
    if call.state is PageState.WAITING:
        return [text, call]
    return [call, text] if text.state.has_failed else [call]


def _heard(page: Page) -> tuple[bool, float]:
    """By when it was sent; before those that were, whatever waits, and what is due first before what is due later."""
    if page.state is PageState.WAITING and page.due_at is not None:
        return False, -page.due_at.timestamp()
    return True, (page.tried_at or _NEVER).timestamp()


def last_test(channel: Channel, state: PageState, failure: str | None) -> str:
    """Of a test page, which is due as soon as it is written."""
    return "waits to be sent" if state is PageState.WAITING else how_it_went(channel, state, None, failure)
