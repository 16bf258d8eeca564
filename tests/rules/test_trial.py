"""Test pages, and what became of them."""

from dataclasses import replace

import pytest

from dispatch.rules.delivery.test_pages import PageTestOutcome, SentTestPage, is_withdrawn, outcome, pages_to
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from tests.rules.situations import ANA, NIGHT, page

SMS, VOICE = Channel.SMS, Channel.VOICE


@pytest.mark.parametrize(("opted_out", "channels"), [(False, [SMS, VOICE]), (True, [VOICE])])
def test_a_test_page_tries_every_channel(opted_out: bool, channels: list[Channel]) -> None:
    """A text and a call at once; whoever takes no texts is only rung."""
    sent = pages_to(replace(ANA, opted_out=opted_out), NIGHT)
    assert [(page.channel, page.purpose, page.to, page.due_at) for page in sent] == [
        (channel, Purpose.TEST, ANA.phone, NIGHT) for channel in channels
    ]


@pytest.mark.parametrize(
    ("state", "tries", "expected"),
    [
        (PageState.WAITING, 0, PageTestOutcome.UNTOUCHED),
        (PageState.WAITING, 1, PageTestOutcome.UNDECIDED),
        (PageState.SENDING, 1, PageTestOutcome.UNDECIDED),
        (PageState.UNKNOWN, 1, PageTestOutcome.UNDECIDED),
        (PageState.SENT, 1, PageTestOutcome.TAKEN),
        (PageState.DELIVERED, 1, PageTestOutcome.DELIVERED),
        (PageState.DONE, 1, PageTestOutcome.ANSWERED),
        (PageState.FAILED, 1, PageTestOutcome.FAILED),
        (PageState.WITHDRAWN, 0, PageTestOutcome.UNDECIDED),
    ],
)
def test_what_became_of_a_test_page(state: PageState, tries: int, expected: PageTestOutcome) -> None:
    """A page that no service took has not failed, and one that is tried again is not lost yet."""
    assert outcome(SentTestPage("p1", SMS, state, tries, None)) is expected


def test_how_long_anybody_waits() -> None:
    """Until the carrier has taken it or it has failed: what nobody took may still be taken."""
    went_out = {PageTestOutcome.TAKEN, PageTestOutcome.DELIVERED, PageTestOutcome.ANSWERED}
    assert {one for one in PageTestOutcome if one.went_out} == went_out
    assert {one for one in PageTestOutcome if one.is_known} == went_out | {PageTestOutcome.FAILED}


def test_only_what_lies_there_is_taken_back() -> None:
    """A service that has just taken it may be sending it."""
    assert [state for state in PageState if is_withdrawn(page("ana", state))] == [PageState.WAITING]
