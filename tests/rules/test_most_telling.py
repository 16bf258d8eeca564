"""Which of a person's pages a coordinator reads in the one line that they have."""

from dataclasses import replace

from dispatch.rules.delivery.how_it_went import most_telling
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel
from tests.rules.situations import NIGHT, minutes

_TEXT = Page("t", Purpose.PAGE, Channel.SMS, "+15625550101", PageState.DELIVERED, None, "ana", 1, tried_at=NIGHT)
_CALL = replace(_TEXT, id="c", channel=Channel.VOICE, state=PageState.SENT, tried_at=NIGHT + minutes(1))
_WAITS = replace(_CALL, id="w", state=PageState.WAITING, due_at=NIGHT + minutes(3), tried_at=None)
_BACK = replace(_CALL, id="b", state=PageState.WITHDRAWN)


def _ids(*pages: Page) -> str:
    return "".join(page.id for page in most_telling(pages))


def test_a_call_says_more_than_a_text_that_arrived() -> None:
    """The newest of them, whatever still waits."""
    older = replace(_CALL, id="o", state=PageState.FAILED, tried_at=NIGHT)
    assert _ids(_TEXT, older, _CALL, _WAITS) == "c"


def test_a_text_that_reached_nobody_is_said_beside_the_call() -> None:
    assert _ids(replace(_TEXT, state=PageState.FAILED), _CALL) == "ct"


def test_before_any_call_went_out_the_text_says_it_and_the_next_call_is_named() -> None:
    later = replace(_WAITS, id="l", due_at=NIGHT + minutes(9))
    assert _ids(_TEXT, later, _WAITS) == "tw"


def test_what_was_taken_back_says_something_only_alone() -> None:
    assert _ids(_TEXT, _BACK) == "t"
    assert _ids(_BACK) == "b"
