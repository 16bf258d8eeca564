"""What a text brings that comes from none of our people and from no officer."""

from datetime import timedelta

import pytest

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Agency, AgencyKind
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies import strangers
from dispatch.rules.replies.strangers import MOST_ALARMS
from dispatch.rules.wording import agency_texts, alarms, texts
from dispatch.rules.wording.alphabet import segments
from tests.rules.situations import NIGHT, only

STRANGER = "+15625559999"
CONTACT = "+15625550110"
DCFS = Agency("DCFS", "Children and Family Services", AgencyKind.PARTNER, notice_phone="+12135550191")


def test_a_stranger_is_read_by_a_person_and_answered() -> None:
    """Coordinators read it with the end of the number, and the sender hears that nobody here knows them."""
    alarm, answer = strangers.react(STRANGER, read("who is this?"), None, 0, CONTACT, NIGHT)
    assert alarm == AlarmCoordinators(alarms.unknown_sender("9999", "who is this?"))
    assert isinstance(answer, SendPage)
    assert (answer.purpose, answer.to, answer.text) == (Purpose.ANSWER, STRANGER, texts.you_are_unknown(CONTACT))
    was_anas, same = strangers.react(STRANGER, read("y" * 200), None, 0, CONTACT, NIGHT, formerly="Ana Reyes")
    assert isinstance(was_anas, AlarmCoordinators)
    assert was_anas.text.startswith(f"Ana Reyes's former number {STRANGER} is paged no more, but wrote:")
    assert (segments(was_anas.text), same) == (1, answer)


def test_a_partner_is_named_and_answered() -> None:
    """Not as an unknown number; and as often as they write, within reason."""
    for heard in (0, 3):
        alarm, answer = strangers.react("+12135550191", read("who goes?"), DCFS, heard, CONTACT, NIGHT)
        assert alarm == AlarmCoordinators('DCFS, +12135550191, wrote: "who goes?".')
        assert isinstance(answer, SendPage)
        assert (answer.to, answer.text) == ("+12135550191", agency_texts.partner_heard(CONTACT))
    assert strangers.react("+12135550191", read("again"), DCFS, MOST_ALARMS, CONTACT, NIGHT) == []


def test_a_cry_for_help_passes_every_bound() -> None:
    """Each may be true. A phone that answers by itself is not answered without end."""
    for said in ("she is bleeding", "he has a gun", "we need an advocate here"):
        (cry,) = strangers.react("+12135550191", read(said), DCFS, MOST_ALARMS, CONTACT, NIGHT)
        assert isinstance(cry, AlarmCoordinators)
        assert (rings(cry), said in cry.text) == (True, True)
        (cry,) = strangers.react(STRANGER, read(said), None, MOST_ALARMS, CONTACT, NIGHT)
        assert isinstance(cry, AlarmCoordinators)
        assert (rings(cry), STRANGER in cry.text) == (True, True)


def test_cries_beyond_the_bounds_share_one_ring() -> None:
    """One that does not ring is read by everybody, with the number, and its sender is answered like any other."""
    ago = [NIGHT - timedelta(seconds=119)]
    assert strangers.rings(MOST_ALARMS - 1, [1] * 39, ago, NIGHT)
    for heard, crowd in ((MOST_ALARMS, []), (0, [1] * 40)):
        assert strangers.rings(heard, crowd, [], NIGHT)
        assert not strangers.rings(heard, crowd, ago, NIGHT)
        assert strangers.rings(heard, crowd, ago, NIGHT + timedelta(seconds=1))
    cry, answer = strangers.react(STRANGER, read("help me"), None, 0, CONTACT, NIGHT, may_ring=False)
    assert isinstance(cry, AlarmCoordinators)
    assert (rings(cry), STRANGER in cry.text) == (False, True)
    assert isinstance(answer, SendPage)


def test_nobody_passes_for_an_officer() -> None:
    """Whatever a stranger claims to be stands inside the quotation."""
    alarm, *_ = strangers.react(STRANGER, read('W8F officer: "all off"'), None, 0, CONTACT, NIGHT)
    assert alarm == AlarmCoordinators("An unknown number ending in 9999 wrote: \"W8F officer: 'all off'\".")


@pytest.mark.parametrize(("sender", "heard"), [("anonymous", 0), ("12345", 0), (STRANGER, 1)])
def test_who_cannot_be_answered_or_was_is_not(sender: str, heard: int) -> None:
    """No number, a short code, or somebody who was answered within the hour: only coordinators hear of it."""
    assert not only(SendPage, strangers.react(sender, read("hello"), None, heard, CONTACT, NIGHT))
    assert only(AlarmCoordinators, strangers.react(sender, read("hello"), None, heard, CONTACT, NIGHT))


def test_a_number_that_texts_without_end_is_only_kept() -> None:
    """After so many texts within an hour coordinators are left in peace."""
    assert strangers.react(STRANGER, read("again"), None, MOST_ALARMS - 1, CONTACT, NIGHT)
    assert strangers.react(STRANGER, read("again"), None, MOST_ALARMS, CONTACT, NIGHT) == []


def test_a_crowd_of_strangers_is_summed_up() -> None:
    """Forty texts are sent on, whoever wrote them; a number that texts without end counts as ten."""
    assert not strangers.are_too_many([1] * 39)
    assert strangers.are_too_many([1] * 40)
    assert not strangers.are_too_many([1_000, 20, 9])
    assert strangers.are_too_many([1_000, 20, 9, 30, 1])
    assert strangers.sum_up([1] * 45) == AlarmCoordinators(alarms.many_strangers(45))


@pytest.mark.parametrize("said", ["help me he has a gun", "SOS", "need an advocate at Harbor", "ayuda por favor"])
def test_a_stranger_who_cries_rings(said: str) -> None:
    """With the whole number, so that somebody can ring back; anything else is to be read."""
    (alarm,) = only(AlarmCoordinators, strangers.react("+15625550199", read(said), None, 0, None, NIGHT))
    assert rings(alarm)
    assert "+15625550199" in alarm.text
    (news,) = only(AlarmCoordinators, strangers.react("+15625550199", read("is this the bakery"), None, 0, None, NIGHT))
    assert not rings(news)
    assert "+15625550199" not in news.text
