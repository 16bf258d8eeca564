"""What becomes of whatever was sent to a number that is its person's no longer.

The law: whoever is paged is paged on at the number that they have now, and nobody who found the old phone is told, or
decides, anything. What has not left goes to the new number. What may have left, and is still waited for, goes there
once more: what asks somebody to come, what rings, and the newest link to what they still have.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from dispatch.rules.access.texted_secrets import has_link
from dispatch.rules.callout.moves import is_wanted
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import Page, PageState
from dispatch.rules.facts.people import Channel


@dataclass(frozen=True, slots=True)
class SentToThem:
    """A page to somebody, with the `callout` that it is about, if it is about one; `is_open` says that its alarm is not
    over, if it tells of one."""

    page: Page
    callout: CallOut | None
    is_open: bool


@dataclass(frozen=True, slots=True)
class FollowedPages:
    """`moved` has not left, and goes to the new number instead. `again` may have: it is withdrawn, and said once more
    there, now."""

    moved: tuple[Page, ...]
    again: tuple[Page, ...]


_MAY_HAVE_LEFT = frozenset({PageState.WAITING, PageState.SENDING, PageState.UNKNOWN})


def follow(sent: Iterable[SentToThem]) -> FollowedPages:
    """`sent` is what went, or is to go, to the old number, the newest first."""
    moved, again, said = list[Page](), list[Page](), set[object]()
    for one in sent:
        page, shows = one.page, has_link(one.page.text)
        about = one.callout.id if one.callout else None
        key = (about, page.alarm) if shows else (about, page.alarm, page.purpose, page.channel)
        if page.state is PageState.WAITING and page.tried_at is None:
            moved.append(page)
            said |= {key} if shows else set()  # another waits for minutes
        elif key not in said and _is_waited_for(one):
            again.append(page)
            said.add(key)
    return FollowedPages(tuple(moved), tuple(again))


def _is_waited_for(one: SentToThem) -> bool:
    page, callout = one.page, one.callout
    if page.state is PageState.WITHDRAWN or not is_wanted(page.purpose, callout) or not one.is_open:
        return False
    if page.state in _MAY_HAVE_LEFT or (page.state is PageState.SENT and page.channel is Channel.VOICE):
        return True
    if has_link(page.text):
        return page.alarm is not None or _shows_place(page, callout)
    if page.purpose.pages:  # whether it came to their phone or failed there
        return callout is not None and not _has_answered(callout, page)
    return page.wants_answer and page.channel is Channel.SMS


def _shows_place(page: Page, callout: CallOut | None) -> bool:
    if callout is None or page.person is None:
        return False
    return callout.is_on_it(page.person) or (callout.is_shared and not _has_answered(callout, page))


def _has_answered(callout: CallOut, page: Page) -> bool:
    person = str(page.person)
    declined = person in callout.declined and not callout.is_asked_again(person)
    return declined or callout.assignment_of(person) is not None
