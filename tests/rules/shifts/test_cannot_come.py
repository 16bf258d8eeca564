"""Who says that they cannot take their shift, and what follows."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import Purpose, SentText
from dispatch.rules.facts.schedule import Shift
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.shift_words import may_refuse_a_shift, refuses_a_shift
from dispatch.rules.shifts import cannot_come
from tests.each import each
from tests.rules.situations import ANA, BEN, NIGHT, ROSTER, alarm, minutes, only

_SHIFT = Shift("primary", "ana", NIGHT, NIGHT + minutes(600))


def says(text: str, *, tested: bool = False, asked: bool = False, shift: datetime | None = None) -> bool:
    reply, moments = read(text), () if shift is None else (shift,)
    return may_refuse_a_shift(reply) and refuses_a_shift(reply, tested=tested, asked=asked, moments=moments)


@each(text=["sick", "I have the flu", "tengo fiebre", "can't work my shift", "need cover tonight"])
def test_what_can_be_about_nothing_else_counts_whatever_is_asked(text: str) -> None:
    assert all(says(text, tested=tested, asked=asked) for tested in (True, False) for asked in (True, False))


@each(
    text=[
        *("can someone cover me tonight", "take me off tonight", "im out tonight", "not on tonight", "puking"),
        *("i swapped with maria", "maria is taking my shift", "alguien me puede cubrir?", "stomach bug", "ando mala"),
        *("cover me", "somebody take my shift", "cubre mi turno hoy por favor", "Ben is covering me", "im off tonight"),
        *("cover my shift", "tengo gripa", "me enfermé", "unwell", "I'm in the ER", "estoy en urgencias"),
        *("tested positive", "i am at the hospital with my dad", "me siento muy mal"),
    ]
)
def test_cover_that_is_asked_for_counts_whatever_is_asked(text: str) -> None:
    """In the words of a reader who had not seen the tables, as below."""
    assert all(says(text, tested=tested, asked=asked) for tested in (True, False) for asked in (True, False))


@each(text=["swap mon", "away mon", "swap tue", "fuera mar"])
def test_a_wish_for_the_day_of_their_shift_says_so(text: str) -> None:
    """It is 02:14 on Tuesday, in the night of Monday. For another day it is a wish alone."""
    assert says(text, shift=NIGHT, asked=True)
    assert not says(text)
    assert not says("swap thu", shift=NIGHT)


@each(text=["not available", "can't do tonight", "no estoy disponible", "no puedo hoy", "kid is sick, can't come"])
def test_whoever_is_tested_refuses_whatever_else_is_asked(text: str) -> None:
    """A cover that is asked for meanwhile makes no thanks of it."""
    assert says(text, tested=True, asked=True)


def test_a_no_with_its_reason_answers_what_is_asked() -> None:
    assert says("no my kid is sick", tested=True)
    assert not says("no my kid is sick", asked=True)


@pytest.mark.parametrize("text", ["not available", "can't do tonight", "no puedo", "not tonight", "no disponible"])
def test_a_refusal_counts_where_nothing_else_is_asked(text: str) -> None:
    assert says(text)
    assert not says(text, asked=True)


@each(
    text=[
        *("out of town", "im in vegas", "drunk", "i have been drinking"),
        *("not avail", "my mom died", "family emergency"),
        *("my mom passed away", "falleció mi abuelita", "se murió mi abuelita", "boarding a flight now", "on a plane"),
        *("my phone will be off tonight", "had a few drinks", "surgery today"),
        *("hoy no me toca", "le toca a Ben hoy", "no tengo con quién dejar a los niños"),
        *("car in the shop", "my car broke down", "someone else please", "find someone else", "busquen a otra persona"),
    ]
)
def test_a_reason_counts_where_nothing_else_is_asked(text: str) -> None:
    """It may be why they cannot take a call-out, or tell of somebody else."""
    assert says(text)
    assert not says(text, asked=True)


@pytest.mark.parametrize("text", ["no", "2", "nope"])
def test_a_bare_no_answers_a_test_alone(text: str) -> None:
    assert says(text, tested=True)
    assert not says(text)
    assert not says(text, tested=True, asked=True)


@each(
    text=[
        *("i was sick yesterday but good now", "thats sick", "sick of these tests lol", "sick kid but i'm available"),
        *("kid is sick at scene", "la niña tiene fiebre", "covid test negative im good"),
    ]
)
def test_who_is_well(text: str) -> None:
    assert not any(says(text, tested=tested, asked=asked) for tested in (True, False) for asked in (True, False))


@each(text=["I'll be there", "I\u2019ll take it", "ill be up all night", "ok ill do it", "Ill take friday", "yes I'll"])
def test_i_will_is_not_ill(text: str) -> None:
    assert not any(says(text, tested=tested, asked=asked) for tested in (True, False) for asked in (True, False))


@pytest.mark.parametrize("text", ["ill", "I'm ill", "im feeling ill", "really ill tonight", "sorry, I am very ill"])
def test_who_is_ill_says_so(text: str) -> None:
    assert all(says(text, tested=tested, asked=asked) for tested in (True, False) for asked in (True, False))


@each(
    text=[
        *("cant do tonight can you find anyone?", "I can't tonight, who can take it?", "who is on? im sick"),
        *("no puedo hoy, quién puede cubrir?", "estoy enferma, a quién aviso?", "I'm sick, who do I tell?"),
        *("am I on tonight? cause im in vegas", "I'm not sick, my kid is, can't do tonight"),
        *("not sick but cant make it tonight", "no longer sick but I still can't drive"),
    ]
)
def test_a_refusal_counts_whatever_else_they_ask_or_are(text: str) -> None:
    """It was thanked as an answer to the test, or nobody read it."""
    assert says(text, tested=True)
    assert says(text)


@each(text=["Ben sick?", "is Ben sick? I'm here", "is this a test? yes I'm here", "not sick, I can go", "who is this?"])
def test_what_only_asks_refuses_nothing(text: str) -> None:
    assert not says(text, tested=True)


@pytest.mark.parametrize("text", ["kid is sick, can't make it", "can't work my shift but i'm available tomorrow"])
def test_who_is_well_may_not_come_all_the_same(text: str) -> None:
    assert says(text)


def test_whoever_is_away_then_cannot_come() -> None:
    """On the day that the shift is of. To what was just asked, "I'm away" is a no to that."""
    for asked in (False, True):
        sentence, word = (read(f"{said} 11/24") for said in ("I'm away", "AWAY"))
        assert refuses_a_shift(sentence, tested=False, asked=asked, moments=[NIGHT]) is not asked
        assert refuses_a_shift(word, tested=False, asked=asked, moments=[NIGHT])


@pytest.mark.parametrize("text", ["not sure", "no idea who is on", "no signal but im back", "no se oye", "can't hear"])
def test_what_only_sounds_like_a_no_refuses_nothing(text: str) -> None:
    assert not says(text)


@each(
    text=[
        *("not sick any more", "is Ben sick?", "no estoy enferma", "no problem", "SOS I'm sick", "K7Q no", "help", "1"),
        "ok",
    ]
)
def test_what_says_something_else(text: str) -> None:
    assert not says(text, tested=True)


@pytest.mark.parametrize(("after", "just"), [(9, True), (10, False)])
def test_a_no_may_cross_the_end_of_a_call_out(after: int, just: bool) -> None:
    newest = SentText(Purpose.STAND_DOWN, "c1", None, NIGHT, NIGHT)
    assert cannot_come.is_just_asked(newest, NIGHT + minutes(after)) is just


@pytest.mark.parametrize(
    ("now", "backup", "contact", "said"),
    [
        (NIGHT, BEN, "+15625550100", "(primary, now). Ben is told."),
        (NIGHT - minutes(60), None, None, "(primary, from Tue 24 Nov 02:14). Call"),
    ],
)
def test_all_who_must_know_read_it(now: Any, backup: Any, contact: str | None, said: str) -> None:
    """And the coordinators are rung; where nobody is paged after them, nobody is told."""
    follows = cannot_come.told(ANA, _SHIFT, "America/Los_Angeles", backup, "sick", contact, now)
    (alarm,) = only(AlarmCoordinators, follows)
    assert (alarm.kind, alarm.person) == (AlarmKind.SHIFT_REFUSED, "ana")
    assert said in alarm.text
    told = {page.person: page.text for page in only(SendPage, follows)}
    assert set(told) == {"ana", *(["ben"] if backup else [])}
    assert "You are still on call" in told["ana"]
    assert ("from Tue 24 Nov 02:14" in told["ana"]) == (now < _SHIFT.starts_at)
    long = cannot_come.told(replace(ANA, name="Maximiliano-Alexander de la Cruz"), _SHIFT, "UTC", BEN, "", contact, now)
    assert only(AlarmCoordinators, long)


@pytest.mark.parametrize(("person", "minutes_on", "over"), [("ana", 0, False), ("ana", 900, False), ("cleo", 0, True)])
def test_it_is_over_once_it_is_no_shift_of_theirs(person: str, minutes_on: int, over: bool) -> None:
    """Ana's has no end, and Cleo has none any more. Another alarm about her says nothing of a shift."""
    refused = alarm(AlarmKind.SHIFT_REFUSED, person=person)
    assert cannot_come.has_none_left(refused, ROSTER, NIGHT + minutes(minutes_on)) is over
    assert not cannot_come.has_none_left(alarm(AlarmKind.DANGER, person=person), ROSTER, NIGHT)
