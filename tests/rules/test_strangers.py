"""What follows from a text whose sender is not in the roster."""

import pytest

from dispatch.rules import strangers
from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.facts import Purpose
from dispatch.rules.replies.reading import read
from dispatch.rules.strangers import MOST_ALARMS
from dispatch.rules.wording import alarms, texts
from tests.rules.situations import NIGHT, OFFICER, only

STRANGER = "+15625559999"


def test_a_stranger_is_read_by_a_person_and_answered() -> None:
    """Coordinators read it with the end of the number, and the sender hears that nobody here knows them."""
    alarm, answer = strangers.react(STRANGER, "who is this?", [], 0, NIGHT)
    assert alarm == AlarmCoordinators(alarms.unknown_sender("9999", "who is this?"))
    assert isinstance(answer, SendPage)
    assert (answer.purpose, answer.to, answer.text) == (Purpose.ANSWER, STRANGER, texts.you_are_unknown())


def test_an_officer_is_read_by_a_person_and_not_turned_away() -> None:
    """Coordinators see which call-out it is about; an officer is not told that nobody knows them."""
    assert strangers.react(OFFICER, "hurry", ["K7Q", "M2R"], 0, NIGHT) == [
        AlarmCoordinators(alarms.unknown_sender("0177", "M2R officer: hurry"))
    ]


@pytest.mark.parametrize(("text", "cries"), [("help me", True), ("where are you", False)])
def test_who_cries_for_help(text: str, cries: bool) -> None:
    """One word of danger is enough."""
    assert strangers.cries_for_help(read(text)) is cries


@pytest.mark.parametrize(("sender", "heard"), [("anonymous", 0), ("12345", 0), (STRANGER, 1)])
def test_who_cannot_be_answered_or_was_is_not(sender: str, heard: int) -> None:
    """No number, a short code, or somebody who was answered within the hour: only coordinators hear of it."""
    assert not only(SendPage, strangers.react(sender, "hello", [], heard, NIGHT))
    assert only(AlarmCoordinators, strangers.react(sender, "hello", [], heard, NIGHT))


def test_a_number_that_texts_without_end_is_only_kept() -> None:
    """After so many texts within an hour coordinators are left in peace; an officer's texts always reach them."""
    assert strangers.react(STRANGER, "again", [], MOST_ALARMS - 1, NIGHT)
    assert strangers.react(STRANGER, "again", [], MOST_ALARMS, NIGHT) == []
    assert strangers.react(OFFICER, "again", ["K7Q"], MOST_ALARMS, NIGHT)
