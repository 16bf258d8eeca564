"""A number that is to be verified: what proves it, what refuses it, and how often anybody may try."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.people import Language, Person
from dispatch.rules.facts.roster import Agency, Roster
from dispatch.rules.people import new_number, number_texts, quarter
from dispatch.rules.people.new_number import MOST_TRIES, NewNumber, NumberEnd, NumberRefused
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.strangers import MOST_ALARMS, from_unverified
from dispatch.rules.wording.alphabet import BESIDE_LINK, segments

NOW = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)
ANA, BEN = Person("ana", "Ana Reyes", "+15625550101", opted_out=True), Person("ben", "Ben Okafor", "+15625550102")
ROSTER = Roster(people=(ANA, BEN), agencies=(Agency("LBPD", "Police", listed_numbers=("+15625550160",)),))
NEW = "+15625550143"
ASKED = NewNumber("n1", "ana", NEW, False, None, NOW, "cora", NOW + new_number.LIVES)


def typed(number: NewNumber, code: str, at: datetime = NOW) -> NewNumber:
    return new_number.code_typed(number, code, at)


def test_both_proofs_make_a_mobile_and_the_call_alone_a_landline() -> None:
    """In either order."""
    sent = new_number.code_sent(ASKED, "004711", NOW)
    code = typed(sent, "004 711")
    assert (code.code_at, code.is_proven, code.texts_left) == (NOW, False, 0)
    assert replace(code, key_at=NOW).is_proven
    assert not replace(sent, key_at=NOW).is_proven
    assert replace(ASKED, is_landline=True, key_at=NOW).is_proven
    assert replace(ASKED, is_landline=True).texts_left == 0
    assert new_number.new_code(lambda below: below // 1000) == "001000"
    with pytest.raises(NumberRefused, match="typed already"):
        new_number.code_sent(code, "1", NOW)
    with pytest.raises(NumberRefused, match="answered already"):
        new_number.rung(replace(sent, key_at=NOW), NOW)


def test_a_newer_code_and_time_end_an_older_one() -> None:
    """Wrong tries are counted over all codes, so another code gives no more of them."""
    first = new_number.code_sent(ASKED, "111111", NOW)
    second = new_number.code_sent(typed(first, "222222"), "333333", NOW)
    assert (second.tries, typed(second, "111111").tries) == (1, 2)
    with pytest.raises(NumberRefused, match="ten minutes"):
        typed(second, "333333", NOW + new_number.CODE_LIVES)
    with pytest.raises(NumberRefused, match="ten minutes"):
        typed(ASKED, "111111")


def test_guessing_is_over_soon() -> None:
    """After the last wrong code nothing is taken any more, and no code is kept."""
    number = new_number.code_sent(ASKED, "111111", NOW)
    for _ in range(MOST_TRIES):
        number = typed(number, "222222")
    assert (number.ending, number.code_hash, number.is_open(NOW)) == (NumberEnd.WRONG_CODES, None, False)
    with pytest.raises(NumberRefused, match="begin again"):
        typed(number, "111111")
    with pytest.raises(NumberRefused, match="begin again"):
        new_number.rung(number, NOW)


def test_texts_and_calls_are_counted() -> None:
    """Three of each; and a day after it was asked for nothing is sent."""
    number = ASKED
    for code in ("1", "2", "3"):
        number = new_number.rung(new_number.code_sent(number, code, NOW), NOW)
    with pytest.raises(NumberRefused, match="as we may"):
        new_number.code_sent(number, "4", NOW)
    with pytest.raises(NumberRefused, match="as we may"):
        new_number.rung(number, NOW)
    with pytest.raises(NumberRefused, match="begin again"):
        new_number.rung(ASKED, NOW + new_number.LIVES)


@pytest.mark.parametrize(
    ("phone", "why"),
    [
        (ANA.phone, "their number already"),
        (BEN.phone, "Ben Okafor's number"),
        ("+15625550100", "our own"),
        ("+15625550160", "a number of LBPD"),
        ("+442079460000", "DISPATCH_DIAL_REGIONS"),
    ],
)
def test_a_number_of_another_is_refused(phone: str, why: str) -> None:
    """With the reason, so that whoever typed it knows what to do."""
    with pytest.raises(NumberRefused, match=why):
        new_number.refuse(ROSTER, "ana", phone, frozenset({"+15625550100"}), lambda one: one.startswith("+1"))
    new_number.refuse(ROSTER, "ana", NEW, frozenset(), lambda _: True)


def test_a_stop_belongs_to_the_old_phone() -> None:
    """The carrier takes texts for the new one."""
    listed = ASKED.listed(ROSTER)
    assert listed is not None
    assert (listed.phone, listed.opted_out, listed.name) == (NEW, False, "Ana Reyes")
    assert replace(ASKED, person="zoe").listed(ROSTER) is None


def test_choices_are_a_newcomers_for_an_hour() -> None:
    """Once the number is verified, and not before."""
    newcomer = replace(ASKED, newcomer=ANA)
    verified = new_number.over(newcomer, NumberEnd.VERIFIED, NOW)
    assert verified.may_choose(NOW)
    assert not verified.may_choose(NOW + timedelta(hours=1))
    assert not newcomer.may_choose(NOW)
    assert not new_number.over(ASKED, NumberEnd.VERIFIED, NOW).may_choose(NOW)


def test_a_text_from_an_unverified_number_is_answered_and_read() -> None:
    """It takes nothing; a cry for help rings; and it cannot go on for ever."""
    alarm, answer = from_unverified(BEN, NEW, read("1 25"), 0, None, NOW)
    assert isinstance(alarm, AlarmCoordinators)
    assert (alarm.kind, "1 25" in alarm.text, "Ben Okafor" in alarm.text) == (AlarmKind.NEWS, True, True)
    assert isinstance(answer, SendPage)
    assert (answer.to, answer.person, "nothing was taken" in answer.text) == (NEW, None, True)
    cry, spanish = from_unverified(replace(BEN, texts_in=Language.SPANISH), NEW, read("SOS"), 1, None, NOW)
    assert isinstance(cry, AlarmCoordinators)
    assert cry.kind is AlarmKind.STRANGER_CRIES
    assert isinstance(spanish, SendPage)
    assert "no tomamos nada" in spanish.text
    assert from_unverified(BEN, NEW, read("1"), MOST_ALARMS, None, NOW) == []
    (cry,) = from_unverified(BEN, NEW, read("she is bleeding"), MOST_ALARMS, None, NOW)
    assert isinstance(cry, AlarmCoordinators)
    assert cry.kind is AlarmKind.STRANGER_CRIES
    (quiet,) = from_unverified(BEN, NEW, read("she is bleeding"), MOST_ALARMS, None, NOW, may_ring=False)
    assert isinstance(quiet, AlarmCoordinators)
    assert quiet.kind is AlarmKind.NEWS


def test_each_text_is_one_segment() -> None:
    """Those that a link follows leave it its place, in both languages."""
    long, contact = "Maximiliana-Bartholomea", "+15625550106"
    for words in (number_texts.link(long), number_texts.to_sign_in(long)):
        assert max(len(words), len(words.spanish)) <= BESIDE_LINK
    whole = (number_texts.code("123456"), number_texts.welcome(long), number_texts.not_verified(contact))
    for words in (
        *whole,
        number_texts.changes("0143", contact),
        number_texts.changed("0143", contact),
        number_texts.calendar_ended(),
    ):
        assert (segments(words), len(words.spanish) <= 160, words.endswith("...")) == (1, True, False)


def test_a_quarter_has_its_days() -> None:
    """The nights that begin in it, whatever day it is."""
    for moment, first, following in (
        (NOW, "2026-10-01", "2027-01-01"),
        (datetime(2026, 1, 1, 7, 59, tzinfo=UTC), "2025-10-01", "2026-01-01"),
        (datetime(2026, 2, 3, tzinfo=UTC), "2026-01-01", "2026-04-01"),
        (datetime(2026, 7, 1, 12, tzinfo=UTC), "2026-07-01", "2026-10-01"),
    ):
        assert tuple(map(str, quarter.bounds(moment))) == (first, following)
