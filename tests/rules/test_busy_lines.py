"""Nobody is called twice at once about the same trouble."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch.rules.alarms.told import AlarmRouter
from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.delivery.busy_lines import (
    TALKS_AT_MOST,
    WAITS_AT_MOST,
    AtTheLine,
    Breaks,
    Holds,
    IsTold,
    Leaves,
    OnTheHotline,
    at_the_line,
    leaving,
    told,
    waits_out_a_talk,
    without_second_calls,
)
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel, ContactStep, Person
from tests.rules.situations import ANA, CORA, NIGHT, page, roster

_TEXT = SendPage(Purpose.ALARM, Channel.SMS, CORA.phone, "danger", NIGHT, person=CORA.id)
_CALL = SendPage(Purpose.ALARM, Channel.VOICE, CORA.phone, "danger", NIGHT, person=CORA.id)


def _rung(state: PageState, **facts: Any) -> Page:
    usual: dict[str, Any] = {"purpose": Purpose.ALARM, "channel": Channel.VOICE, "to": CORA.phone, "text": "danger"}
    return page(CORA.id, state, **(usual | facts))


@pytest.mark.parametrize(
    ("before", "calls"),
    [
        (_rung(PageState.WAITING), False),
        (_rung(PageState.WAITING, due_at=NIGHT + timedelta(minutes=5)), True),  # it is placed when it is too late
        (_rung(PageState.SENDING), False),
        (_rung(PageState.UNKNOWN), False),
        (_rung(PageState.SENT), False),
        (_rung(PageState.SENT, tried_at=NIGHT - timedelta(minutes=1)), True),  # no word of its end has reached us
        (_rung(PageState.SENT, tried_at=NIGHT + timedelta(minutes=1)), True),  # by a clock that was set back since
        (_rung(PageState.SENT, tried_at=NIGHT + timedelta(seconds=1)), False),  # by a node whose clock is ahead
        *((_rung(state), True) for state in (PageState.FAILED, PageState.DONE, PageState.WITHDRAWN)),
        (_rung(PageState.DELIVERED), True),
        (_rung(PageState.SENT, text="something else"), True),
        (_rung(PageState.SENT, text="something else", alarm="a1"), False),
        (_rung(PageState.SENT, to="+15625550199"), True),
        (_rung(PageState.SENT, channel=Channel.SMS), True),
    ],
)
def test_a_second_call_is_left_out_while_the_first_rings(before: Page, calls: bool) -> None:
    """Of the same words, or of an alarm of the same kind; anything else is another call."""
    assert without_second_calls([_TEXT, _CALL], [before], NIGHT, of={"a1"}) == [_TEXT, *([_CALL] if calls else [])]


def test_whoever_is_not_texted_hears_whatever_is_new() -> None:
    """To whoever has opted out, the call is the text: only the very same words are left out."""
    rings = [_rung(PageState.SENT, text="something else", alarm="a1")]
    assert without_second_calls([_CALL], rings, NIGHT, of={"a1"}) == [_CALL]
    assert without_second_calls([_CALL], [_rung(PageState.SENT, alarm="a1")], NIGHT, of={"a1"}) == []


def test_somebody_hurt_in_other_words_rings_once() -> None:
    """All of them are texted, and one alarm has them: it rings until somebody has it."""
    first = Alarm("a1", AlarmKind.SOMEBODY_HURT, "she bleeds", NIGHT, "c1")
    run = AlarmRouter(roster(CORA), [first], NIGHT, calls=[_rung(PageState.SENT, text="…", alarm="a1")])
    told = run.tell(AlarmCoordinators("she bleeds a lot", kind=AlarmKind.SOMEBODY_HURT, said_at=NIGHT), "c1")
    assert told.opened is None
    assert [page.channel for page in told.pages] == [Channel.SMS]


def test_a_call_for_an_alarm_that_somebody_has_keeps_no_other_from_ringing() -> None:
    """It is hung up as soon as the carrier takes it, so that nothing would ring for the new cry."""
    had = Alarm("a1", AlarmKind.DANGER, "danger", NIGHT, "c1", owner="cora", owned_at=NIGHT, acted_at=NIGHT)
    run = AlarmRouter(roster(CORA), [had], NIGHT, calls=[_rung(PageState.SENDING, alarm="a1")])
    told = run.tell(AlarmCoordinators("danger", kind=AlarmKind.DANGER, said_at=NIGHT), "c1")
    assert [page.channel for page in told.pages] == [Channel.SMS, Channel.VOICE]


# ---- one phone rings once at a time --------------------------------------------------------------------------------

_LEAVES = _rung(PageState.WAITING, id="p2", text="the chain has ended")


def _at_the_line(leaves: Page, *calls: Page, held_since: datetime | None = None, person: Person = CORA) -> AtTheLine:
    return at_the_line(leaves, person, calls, NIGHT, held_since)


def test_a_free_line_is_rung_at_once() -> None:
    """What is over is in nobody's way, nor is a call of which we have heard nothing for too long."""
    over = [_rung(state, tried_at=NIGHT) for state in (PageState.FAILED, PageState.DONE, PageState.WITHDRAWN)]
    over.append(_rung(PageState.UNKNOWN, tried_at=NIGHT))  # it may never have been placed
    stale = _rung(PageState.SENT, tried_at=NIGHT - timedelta(minutes=1))
    forgotten = _rung(PageState.DELIVERED, tried_at=NIGHT - TALKS_AT_MOST)
    assert _at_the_line(_LEAVES, *over, stale, forgotten) == Leaves()


def test_a_call_waits_for_the_one_that_goes_on_for_a_minute_at_most() -> None:
    """Whether that rings or somebody talks."""
    talks = _rung(PageState.DELIVERED, tried_at=NIGHT - timedelta(minutes=5))
    rings = _rung(PageState.SENT, purpose=Purpose.REMINDER, tried_at=NIGHT - timedelta(seconds=1))
    for busy in (talks, rings):
        assert _at_the_line(_LEAVES, busy) == Holds(NIGHT + WAITS_AT_MOST, NIGHT)
        since = NIGHT - timedelta(seconds=59)
        assert _at_the_line(_LEAVES, busy, held_since=since) == Holds(NIGHT + timedelta(seconds=1), since)
        assert _at_the_line(_LEAVES, busy, held_since=NIGHT - WAITS_AT_MOST) == Leaves()


def test_a_call_waits_until_one_that_is_over_is_hung_up() -> None:
    """It rings until then, and would be in the way. It tells nobody of anything any more."""
    hung_up = _rung(PageState.WITHDRAWN, tried_at=NIGHT - timedelta(seconds=5), due_at=NIGHT)
    assert _at_the_line(_LEAVES, hung_up) == Holds(NIGHT + WAITS_AT_MOST, NIGHT)
    assert _at_the_line(replace(_LEAVES, breaks_in=True), hung_up) == Holds(NIGHT + WAITS_AT_MOST, NIGHT)
    assert _at_the_line(_LEAVES, replace(hung_up, tried_at=NIGHT - timedelta(minutes=1))) == Leaves()


def test_a_page_ends_the_call_of_a_test_and_a_test_ends_nothing() -> None:
    """The call of a test only rings: once somebody has picked up, a page waits as for any other call."""
    page, test = replace(_LEAVES, purpose=Purpose.PAGE), replace(_LEAVES, purpose=Purpose.TEST)
    rings = _rung(PageState.SENT, purpose=Purpose.TEST, tried_at=NIGHT - timedelta(seconds=1))
    assert isinstance(_at_the_line(page, rings), Breaks)
    assert isinstance(_at_the_line(test, rings), Holds)
    assert isinstance(_at_the_line(page, replace(rings, state=PageState.DELIVERED)), Holds)
    assert isinstance(_at_the_line(test, replace(rings, purpose=Purpose.PAGE)), Holds)


def test_for_a_call_that_begins_when_the_minute_is_over_it_waits_one_more() -> None:
    """Two that had waited for the same call do not ring together; none waits longer than two minutes."""
    rings = _rung(PageState.SENDING, purpose=Purpose.REMINDER, tried_at=NIGHT - timedelta(seconds=20))
    since = NIGHT - timedelta(seconds=80)
    assert _at_the_line(_LEAVES, rings, held_since=since) == Holds(NIGHT + timedelta(seconds=40), since)
    assert _at_the_line(_LEAVES, rings, held_since=NIGHT - 2 * WAITS_AT_MOST) == Leaves()


def test_a_wait_that_could_not_end_begins_again() -> None:
    """The carrier or we were away: whatever rings now began after it."""
    rings = _rung(PageState.SENDING, purpose=Purpose.REMINDER, tried_at=NIGHT)
    assert _at_the_line(_LEAVES, rings, held_since=NIGHT - timedelta(minutes=10)) == Holds(NIGHT + WAITS_AT_MOST, NIGHT)


def test_an_officer_on_the_hotline_is_rung_once_they_have_hung_up() -> None:
    """Or have not been heard for a minute: the news that they hung up may have been lost."""
    long = NIGHT - timedelta(minutes=14)

    def leaves(ago: int) -> AtTheLine:
        hotline = OnTheHotline(about_it=NIGHT - timedelta(seconds=ago))
        return at_the_line(_LEAVES, None, [], NIGHT, long, hotline=hotline)

    assert leaves(20) == Holds(NIGHT + timedelta(seconds=40), NIGHT), "they hear the news on hold"
    assert leaves(60) == Leaves()


def test_an_officer_who_calls_about_something_else_is_waited_for_a_minute() -> None:
    """They hear none of this news there. At a desk, a colleague may hold all night."""

    def leaves(ago: int, held_since: datetime | None = None, page: Page = _LEAVES) -> AtTheLine:
        hotline = OnTheHotline(about_another=NIGHT - timedelta(seconds=ago))
        return at_the_line(page, None, [], NIGHT, held_since, hotline=hotline)

    assert leaves(20) == Holds(NIGHT + WAITS_AT_MOST, NIGHT)
    since = NIGHT - timedelta(seconds=50)
    assert leaves(20, since) == Holds(NIGHT + timedelta(seconds=10), since)
    assert leaves(20, NIGHT - WAITS_AT_MOST) == leaves(60) == Leaves()
    joins = replace(_LEAVES, purpose=Purpose.JOIN)
    assert leaves(20, page=joins) == Leaves(), "whoever asks for them waits no longer than that minute"


def test_a_call_that_nobody_tries_again_waits_for_the_end_of_a_talk() -> None:
    """However long that lasts: the line is busy until then. It leaves as soon as the line is free, if we hear so."""
    for held_since in (None, NIGHT - timedelta(minutes=2), NIGHT - timedelta(minutes=20)):
        held = at_the_line(_LEAVES, ANA, [], NIGHT, held_since, talks=True)
        assert held == Holds(NIGHT + WAITS_AT_MOST, NIGHT), "two that leave together afterwards do not ring together"
    for purpose in (Purpose.STAND_DOWN, Purpose.OFFICER):
        assert waits_out_a_talk(replace(_LEAVES, purpose=purpose))
    assert not waits_out_a_talk(replace(_LEAVES, purpose=Purpose.PAGE)), "another channel, or person, is tried"


def test_what_asks_the_same_is_told_by_the_call_that_rings() -> None:
    """Where a text has the words as well: whoever takes none, or has none in their plan, is rung for each."""
    rings = _rung(PageState.SENT, tried_at=NIGHT)
    assert _at_the_line(_LEAVES, rings) == IsTold()
    assert isinstance(_at_the_line(_LEAVES, rings, person=replace(CORA, opted_out=True)), Holds)
    ringing = page("ana", PageState.SENT, channel=Channel.VOICE, tried_at=NIGHT, to=ANA.phone)
    waits = page("ana", PageState.WAITING, channel=Channel.VOICE, to=ANA.phone)
    assert _at_the_line(waits, ringing, person=ANA) == IsTold()
    assert told(ringing, ANA, [waits, replace(waits, id="p2", tried_at=NIGHT)]) == [waits.id]  # the carrier may have p2
    assert _at_the_line(waits, leaving(replace(waits, id="p2"), NIGHT), person=ANA) == IsTold()  # in the same round
    by_voice = replace(ANA, contact_plan=(ContactStep(Channel.VOICE, 0),))
    assert isinstance(_at_the_line(waits, ringing, person=by_voice), Holds)
    assert isinstance(at_the_line(replace(waits, person=None), None, [ringing], NIGHT, None), Holds)


def test_danger_ends_a_call_that_only_rings() -> None:
    """Not one that was answered, one that tells of danger, or one that the carrier may not have yet."""
    danger = replace(_LEAVES, breaks_in=True)
    rings = _rung(PageState.SENT, tried_at=NIGHT)
    assert _at_the_line(danger, rings) == Breaks(("p1",), NIGHT + timedelta(seconds=1))
    for busy in (
        replace(rings, breaks_in=True),
        replace(rings, state=PageState.DELIVERED),
        replace(rings, state=PageState.SENDING),
    ):
        assert _at_the_line(danger, busy) == Holds(NIGHT + WAITS_AT_MOST, NIGHT)
