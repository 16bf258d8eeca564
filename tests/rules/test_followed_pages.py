"""What becomes of what was sent to a number that is its person's no longer."""

from dataclasses import replace
from itertools import product

import pytest

from dispatch.rules.facts.callout import CallOut, Decline, Status
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.people.followed_pages import SentToThem, follow
from tests.rules.situations import ANA, NIGHT, assigned, callout, minutes

PLACE = "You have it. https://dispatch.example/r/[link]"


def _page(
    purpose: Purpose = Purpose.PAGE,
    state: PageState = PageState.DELIVERED,
    channel: Channel = Channel.SMS,
    text: str = "LBPD call-out",
    id_: str = "p",
) -> Page:
    tried = None if state is PageState.WAITING else NIGHT
    return Page(id_, purpose, channel, ANA.phone, state, None, ANA.id, text=text, tried_at=tried)


def _sent(page: Page, about: CallOut | None = None, *, is_open: bool = True) -> SentToThem:
    return SentToThem(page, about, is_open)


@pytest.mark.parametrize(("purpose", "channel"), [*product(Purpose, (Channel.SMS, Channel.VOICE))])
def test_nothing_that_waits_or_rings_stays_with_the_old_phone(purpose: Purpose, channel: Channel) -> None:
    """Whatever it is for: what has not left goes elsewhere, what may have and what rings is said once more."""
    for state in (PageState.WAITING, PageState.SENDING, PageState.UNKNOWN, PageState.SENT):
        page = _page(purpose, state, channel)
        followed = follow([_sent(page)])
        if state is PageState.WAITING:
            assert followed.moved == (page,)
            assert follow([_sent(replace(page, tried_at=NIGHT))]).again != ()
        elif state is not PageState.SENT or channel is Channel.VOICE:
            assert followed.again == (page,)


@pytest.mark.parametrize("state", PageState)
def test_whoever_is_asked_to_come_is_asked_again_unless_they_have_answered(state: PageState) -> None:
    """Whether the page came to the old phone, or failed there."""
    page = replace(_page(state=state), tried_at=NIGHT)
    assert follow([_sent(page, callout())]).again == ((page,) if state is not PageState.WITHDRAWN else ())
    assert follow([_sent(page, callout(Status.EN_ROUTE))]).again == ()
    if state in {PageState.DELIVERED, PageState.FAILED}:
        assert follow([_sent(page, callout(declined=frozenset({ANA.id})))]).again == ()


def test_the_newest_of_each_is_said_again() -> None:
    """Of three texts and a call that ask the same, and of one that waits for its minute, which goes there by itself."""
    newest, older, call = (_page(id_=id_) for id_ in ("3", "2", "1"))
    call = replace(call, channel=Channel.VOICE, state=PageState.FAILED)
    waits = _page(state=PageState.WAITING, id_="4")
    followed = follow([_sent(one, callout()) for one in (waits, newest, older, call)])
    assert (followed.moved, followed.again) == ((waits,), (newest, call))


def test_a_link_follows_whoever_may_still_open_it() -> None:
    """The newest one to a meeting place, and to an alarm that goes on; none that waits already is said twice."""
    place = _page(Purpose.CONFIRMATION, text=PLACE)
    going = callout(Status.EN_ROUTE, assigned(ANA.id))
    assert follow([_sent(place, going)]).again == (place,)
    assert follow([_sent(place, callout(Status.EN_ROUTE))]).again == ()
    waits = replace(place, id="w", state=PageState.WAITING, tried_at=None)
    assert follow([_sent(waits, going), _sent(place, going)]).again == ()
    alarm = replace(_page(Purpose.ALARM, text="ALARM https://dispatch.example/a/[link]"), alarm="alarm")
    assert follow([_sent(alarm)]).again == (alarm,)
    assert follow([_sent(alarm, is_open=False)]).again == ()
    own = _page(Purpose.ANSWER, text="https://dispatch.example/me/[link]")
    assert follow([_sent(own)]).again == ()
    shared = _page(text=PLACE)
    assert follow([_sent(shared, callout(sharing=3))]).again == (shared,)
    assert follow([_sent(shared, callout(sharing=3, declined=frozenset({ANA.id})))]).again == ()


def test_what_was_read_or_answered_is_not_said_again() -> None:
    """A delivered reminder; but whoever is asked along is asked again, unless they have answered. So is
    whoever is paged after "only if nobody else"."""
    going = callout(Status.EN_ROUTE)
    assert follow([_sent(_page(Purpose.REMINDER), going)]).again == ()
    asked = _page(Purpose.ASK_ALONG)
    assert follow([_sent(asked, going)]).again == (asked,)
    assert follow([_sent(replace(asked, state=PageState.FAILED), going)]).again == ()
    paged = replace(_page(Purpose.PAGE), tried_at=NIGHT)
    again = callout(
        declined=frozenset({"ana"}), limited=(Decline("ana", NIGHT - minutes(5), limited=True),), pages=(paged,)
    )
    assert follow([_sent(paged, again)]).again == (paged,)
    assert follow([_sent(paged, replace(again, limited=()))]).again == ()
