"""What became of a page, in a few words."""

import pytest

from dispatch.rules.delivery.how_it_went import how_it_went, last_test
from dispatch.rules.facts.pages import PageState
from dispatch.rules.facts.people import Channel
from tests.rules.situations import NIGHT


@pytest.mark.parametrize(
    ("state", "of_a_text", "of_a_call"),
    [
        (PageState.WAITING, "waits until 02:14", "waits until 02:14"),
        (PageState.SENDING, "being sent", "being sent"),
        (PageState.UNKNOWN, "perhaps sent", "perhaps sent"),
        (PageState.SENT, "sent", "rings"),
        (PageState.DELIVERED, "delivered", "picked up"),
        (PageState.DONE, "answered", "answered"),
        (PageState.WITHDRAWN, "not needed any more", "not needed any more"),
        (PageState.FAILED, "reached nobody: busy", "reached nobody: busy"),
    ],
)
def test_every_state_has_its_words(state: PageState, of_a_text: str, of_a_call: str) -> None:
    """A coordinator who reads it knows whether to ring somebody."""
    assert how_it_went(Channel.SMS, state, NIGHT, "busy") == of_a_text
    assert how_it_went(Channel.VOICE, state, NIGHT, "busy") == of_a_call


def test_what_was_tried_in_vain_is_not_said_to_wait_for_a_moment() -> None:
    """Its moment has passed: the carrier did not take it."""
    for channel in (Channel.SMS, Channel.VOICE):
        assert how_it_went(channel, PageState.WAITING, NIGHT, None, refused=True) == "not sent so far"
        assert last_test(channel, PageState.WAITING, None) == "waits to be sent"  # it is due as soon as it is written
        assert last_test(channel, PageState.FAILED, "busy") == "reached nobody: busy"
