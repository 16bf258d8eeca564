"""Nobody is called twice at once about the same trouble."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.rules.alarms.told import Sounder
from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.delivery.busy_lines import without_second_calls
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel
from tests.rules.situations import CORA, NIGHT, page, roster

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
    """Each is an alarm of its own, with words of its own, and all of them are texted."""
    first = Alarm("a1", AlarmKind.SOMEBODY_HURT, "she bleeds", NIGHT, "c1")
    run = Sounder(roster(CORA), [first], NIGHT, lambda: "a2", calls=[_rung(PageState.SENT, text="…", alarm="a1")])
    told = run.tell(AlarmCoordinators("she bleeds a lot", kind=AlarmKind.SOMEBODY_HURT), "c1")
    assert told.opened is not None
    assert [page.channel for page in told.pages] == [Channel.SMS]


def test_a_call_for_an_alarm_that_somebody_has_keeps_no_other_from_ringing() -> None:
    """It is hung up as soon as the carrier takes it, so that nothing would ring for the new cry."""
    had = Alarm("a1", AlarmKind.DANGER, "danger", NIGHT, "c1", owner="cora", owned_at=NIGHT, acted_at=NIGHT)
    run = Sounder(roster(CORA), [had], NIGHT, lambda: "a2", calls=[_rung(PageState.SENDING, alarm="a1")])
    told = run.tell(AlarmCoordinators("danger", kind=AlarmKind.DANGER, even_if_owned=True), "c1")
    assert [page.channel for page in told.pages] == [Channel.SMS, Channel.VOICE]
