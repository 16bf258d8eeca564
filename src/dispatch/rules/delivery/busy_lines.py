"""Whose phone already rings, or is about to, with what a second call would say.

The law: a second call would find the line busy, so nobody is called twice at once about the same trouble. The texts go
out all the same. Whoever cries for help two hundred times is heard each time, and rings each phone once in a while.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.pages import Page, PageState
from dispatch.rules.facts.people import Channel

_RINGS_FOR = timedelta(minutes=1)
"""How long a call can ring. After that, the carrier's news of it may have been lost on its way to us."""


def without_second_calls(
    pages: Iterable[SendPage], calls: Collection[Page], now: datetime, *, of: Collection[str] = ()
) -> list[SendPage]:
    """What is left of `pages` without second calls beside the `calls` under way, which go on until they are picked up
    or ring out.

    `of` are the ids of the alarms about the same trouble. Beside a call for one of them, a call in other words is left
    out too, if those words also come as a text. Whoever has opted out of texts hears each call whose words are new.
    """
    pages = list(pages)
    texted = {page.to for page in pages if page.channel is Channel.SMS}
    return [page for page in pages if not any(_is_second(page, call, now, of, texted) for call in calls)]


def _is_second(page: SendPage, call: Page, now: datetime, of: Collection[str], texted: Collection[str]) -> bool:
    same_line = page.channel is call.channel is Channel.VOICE and page.to == call.to
    same_words = page.text == call.text or (call.alarm in of and page.to in texted)
    return same_line and same_words and _rings(call, now)


_UNDER_WAY = frozenset({PageState.SENDING, PageState.UNKNOWN, PageState.SENT})


def _rings(call: Page, now: datetime) -> bool:
    """Whether the call waits to be placed, is being placed, or rings."""
    if call.state is PageState.WAITING:
        return call.due_at is not None and call.due_at <= now
    return call.state in _UNDER_WAY and (call.tried_at is None or now - call.tried_at < _RINGS_FOR)
