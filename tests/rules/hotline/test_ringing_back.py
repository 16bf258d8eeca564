"""One of our own people phones the number that paged them: when their phone rings, and as what."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.hotline import RingsBack
from dispatch.rules.facts.pages import PageState, Purpose, Subject
from dispatch.rules.facts.people import Channel, Language
from dispatch.rules.hotline.ringing_back import ring, rings_as, rings_back, waits_to_ring
from dispatch.rules.replies.conversation import Involvement
from dispatch.rules.wording import spoken
from dispatch.rules.wording.languages import in_language
from tests.each import each
from tests.rules.situations import ANA, NIGHT, alarm, minutes, page


def _about(status: Status, **facts: Any) -> Involvement:
    return Involvement("c1", "K7Q", status, **({"assigned": False, "ended_at": None} | facts))


_PAGED, _TAKEN = _about(Status.PAGING), _about(Status.EN_ROUTE)
_HAS_IT, _OFFERS = replace(_TAKEN, assigned=True), replace(_TAKEN, assigned=True, offered=True)


@pytest.mark.parametrize(
    ("not_before", "called_at", "rings"),
    [
        (None, NIGHT, RingsBack.NOW),
        (NIGHT, NIGHT, RingsBack.NOW),
        (NIGHT + minutes(1), NIGHT, RingsBack.SOON),
        (NIGHT + minutes(2), NIGHT - minutes(1), RingsBack.NOT),  # rung back since this call came in
    ],
)
def test_a_phone_is_rung_back_once_in_two_minutes(
    not_before: datetime | None, called_at: datetime, rings: RingsBack
) -> None:
    assert rings_back(not_before, called_at, NIGHT) is rings


@pytest.mark.parametrize(
    ("called", "about", "rings"),
    [
        (Purpose.PAGE, _PAGED, Purpose.PAGE),
        (Purpose.PAGE, replace(_PAGED, declined=True), None),
        (Purpose.PAGE, _TAKEN, None),  # somebody else has it
        (Purpose.PAGE, _HAS_IT, Purpose.CONFIRMATION),
        (Purpose.PAGE, _OFFERS, None),
        (Purpose.QUESTION, _HAS_IT, Purpose.QUESTION),
        (Purpose.REMINDER, _HAS_IT, Purpose.REMINDER),
        (Purpose.REMINDER, _TAKEN, Purpose.REMINDER),  # it asked them to come as well
        (Purpose.REMINDER, _PAGED, None),
        (Purpose.ASK_ALONG, replace(_TAKEN, asked=True), Purpose.ASK_ALONG),
        (Purpose.ASK_ALONG, _TAKEN, None),
        (Purpose.STAND_DOWN, _TAKEN, None),
    ],
)
def test_what_is_open_decides_as_what_it_rings(called: Purpose, about: Involvement, rings: Purpose | None) -> None:
    """Nothing rings that is over, or that they have declined; whoever has the call-out hears its menu."""
    assert rings_as(page("ana", purpose=called), about, None, NIGHT) is rings
    assert rings_as(page("ana", purpose=called), None, None, NIGHT) is None
    assert rings_as(page("ana", purpose=called, subject=Subject.RUNG_BACK), about, None, NIGHT) is None


@pytest.mark.parametrize(
    ("known", "rings"), [(alarm(), True), (alarm(owner="ana"), True), (alarm(owner="cora"), False), (None, False)]
)
def test_an_alarm_rings_unless_somebody_else_has_it(known: Alarm | None, rings: bool) -> None:
    assert rings_as(page("ana", purpose=Purpose.ALARM), None, known, NIGHT) is (Purpose.ALARM if rings else None)


@each(state=PageState)
def test_a_test_that_is_over_rings_no_more(state: PageState) -> None:
    test = page("ana", state, purpose=Purpose.TEST)
    assert rings_as(test, None, None, NIGHT) is (Purpose.TEST if state.is_under_way else None)


def test_a_call_that_waits_is_the_one_that_rings() -> None:
    """No second one a minute later."""
    waits = page("ana", PageState.WAITING, channel=Channel.VOICE)
    assert waits_to_ring(waits)
    assert not waits_to_ring(replace(waits, channel=Channel.SMS))
    assert not waits_to_ring(replace(waits, state=PageState.SENT))


@each(language=Language)
def test_it_rings_the_number_of_the_roster_with_what_they_missed(language: Language) -> None:
    """The page's own words; whoever has the call-out hears which one it is about, in their language."""
    ana = replace(ANA, phone="+15625550190", texts_in=language)
    missed = page("ana", to=ANA.phone, text="K7Q: https://dispatch.example/r/x")
    rung = ring(missed, Purpose.PAGE, "K7Q", ana, NIGHT)
    assert (rung.to, rung.channel, rung.text) == (ana.phone, Channel.VOICE, spoken.aloud(missed.text))
    assert rung.subject is Subject.RUNG_BACK
    assert ring(missed, Purpose.CONFIRMATION, "K7Q", ana, NIGHT).text == in_language(spoken.about("K7Q"), language)
