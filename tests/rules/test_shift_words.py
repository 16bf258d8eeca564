"""What people text about their shifts."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.shift_words import (
    AWAY,
    SHIFT,
    SHIFT_WORDS,
    START,
    SWAP,
    YESES,
    ShiftSaid,
    ShiftWord,
    asks_off,
    is_about_shifts_alone,
    mentions_shifts,
    needs_a_person,
    no_phone_sends,
    shift_said,
)
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.reader.words import WORDS, being_hurt, courtesy, crying, of_alarms, refusing
from dispatch.rules.replies import guesses
from dispatch.rules.replies.matrix import Position
from tests.each import each

SUNDAY = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)  # 12:00 in Los Angeles
_BEHIND = (
    *("", " 4", " #4", " OFF", " OFF 4", " FRI", " FRI-SUN", " 12/24-1/2", " FRI 18-24", " 31 FEB", " 5/6", " TONIGHT"),
)


# ---- the law of the words ------------------------------------------------------------------------------------------


@each(word=sorted({word for one in (*SHIFT_WORDS.values(), SWAP, AWAY, START, SHIFT) for word in one}))
def test_no_word_is_one_that_a_call_out_could_mean(word: str) -> None:
    """Whoever is paged is asked back, whatever of these they write, in whatever form."""
    for behind in _BEHIND:
        politely = (f"{word}{behind}, please", *(f"{yes} {word}{behind}" for yes in YESES if behind in (" 4", " #4")))
        for text in (word + behind, (word + behind).lower(), f"{word.title()}{behind}.", *politely):
            assert read(text).word is Word.UNCLEAR, text


@each(
    position=list(Position),
    text=[
        *("cubro 4", "CUBRO 2!!", "cover 1", "cambio off 1", "who"),
        *("cambio 12/4 18-24", "cambio vie 18-24", "fuera off", "fuera vie-dom", "fuera 12/24-1/2", "noches"),
        *("AWAY OFF", "AWAY 12/24-1/2", "SWAP FRI 18-24", "swap tonight", "yes cover 4", "TURNO"),
    ],
)
def test_what_is_about_shifts_alone_is_no_doubtful_answer_to_a_call_out(text: str, position: Position) -> None:
    """A Y to "not going?", would do what nobody meant. So would a call that
    asks whether they go."""
    reply = read(text)
    assert guesses.guess_from(reply, position, SUNDAY) is None
    assert not guesses.cries(reply, position)
    assert not guesses.wants_a_call(reply, position)


def test_what_may_be_about_tonight_is_said_back_all_the_same() -> None:
    for text in ("cubro", "cover", "fuera", "away tonight", "FUERA HOY", "from work 20", "away from her"):
        assert shift_said(read(text)) is not None
        assert not is_about_shifts_alone(read(text)), text


def test_nothing_that_a_call_out_means_is_about_shifts() -> None:
    """Read the other way round: every phrase of the reader's tables, alone and with a number behind it."""
    tables = (
        *WORDS.values(),
        *(crying.DANGER, being_hurt.HURT, being_hurt.IDIOMS, courtesy.COURTESY, courtesy.GOOD_NIGHT),
        *(refusing.NEGATIONS, of_alarms.HAS_IT, of_alarms.GOES),
    )
    phrases = {phrase for senses in tables for sense in senses for phrase in sense}
    assert len(phrases) > 500
    for phrase in phrases:
        assert shift_said(read(phrase)) is None, phrase
        assert shift_said(read(f"{phrase} 4")) is None, phrase


@given(text=st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    found = shift_said(read(text))
    if found is not None and found.word is ShiftWord.VIEW:
        asks_off(found, [SUNDAY.date()])
    is_about_shifts_alone(read(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("who?", ShiftSaid(ShiftWord.WHO)),
        ("¿Quién está de guardia?", ShiftSaid(ShiftWord.WHO)),
        ("Mis noches", ShiftSaid(ShiftWord.NIGHTS)),
        ("nights pls", ShiftSaid(ShiftWord.NIGHTS)),
        ("quién, por favor", ShiftSaid(ShiftWord.WHO)),
        ("cover #4 please", ShiftSaid(ShiftWord.COVER, 4)),
        ("Cubro el 12", ShiftSaid(ShiftWord.COVER, 12)),
        ("COVER", ShiftSaid(ShiftWord.COVER)),
        ("ok cover 1", ShiftSaid(ShiftWord.COVER, 1)),
        ("I can cover 2", ShiftSaid(ShiftWord.COVER, 2)),
        ("sí, cubro el 3", ShiftSaid(ShiftWord.COVER, 3)),
        ("SWAP FRI 18-24", ShiftSaid(ShiftWord.VIEW, rest=("SWAP", "FRI", "18", "-", "24"))),
        ("Fuera, vie.", ShiftSaid(ShiftWord.VIEW, rest=("FUERA", "VIE"))),
        ("yes swap fri", ShiftSaid(ShiftWord.VIEW, rest=("SWAP", "FRI"))),
        ("From Long Beach", ShiftSaid(ShiftWord.VIEW, rest=("FROM", "LONG", "BEACH"))),
        ("¿turno?", ShiftSaid(ShiftWord.VIEW, rest=("TURNO",))),
        ("cover 4 5", ShiftSaid(ShiftWord.VIEW, rest=("COVER", "4", "5"))),
        ("COVER 4 \U0001f44d", ShiftSaid(ShiftWord.VIEW, rest=("COVER", "4"))),
    ],
)
def test_what_is_asked(text: str, found: ShiftSaid) -> None:
    assert shift_said(read(text)) == found


@each(
    text=[
        *("cover me", "who is the officer", "K7Q COVER 4", "yes cover", "no cover 2", "COVER OFF"),
        *('"COVER 4"', "buenas noches", "nights are cold", "I'm away from the scene", "not away", "5 min away", ""),
        *("I'm off", "I'm off to bed", "estoy fuera de la casa"),
        *("his phone is off", "get away from him", "I'm not away"),
    ]
)
def test_what_says_more_is_about_something_else(text: str) -> None:
    assert shift_said(read(text)) is None


@each(
    text=[
        *("I'm away next week", "I need friday off"),
        *("can I have sunday off?", "I'll be away mon-fri", "I'm off friday"),
        *("estoy fuera la próxima semana", "necesito el viernes libre", "gonna be away 12/24-1/2", "next week off"),
    ]
)
def test_whoever_says_in_a_sentence_that_they_are_away(text: str) -> None:
    """To a page it may mean no, so it stays doubtful there."""
    said = shift_said(read(text))
    assert said is not None
    assert not said.begins
    assert not is_about_shifts_alone(read(text))


def test_a_phone_that_answers_by_itself_says_nothing_but_that_somebody_is_away() -> None:
    assert all(map(no_phone_sends, map(read, ("SWAP FRI", "TURNO", "nights", "COVER 4"))))
    assert not any(
        map(no_phone_sends, map(read, ("Away", "AWAY 12/24-1/2", "On vacation", "I'm away next week", "fuera vie")))
    )


def test_a_number_that_no_database_holds_is_none() -> None:
    assert shift_said(read("COVER 99999999999999999999")) == ShiftSaid(ShiftWord.COVER)


@each(
    text=[
        *("I need somebody for my SHIFT on Friday", "no puedo con mi turno", "can I swap?", "sign me up for saturday"),
        *("SIGN UP", "anótame para el sábado", "SLOTS", "when am I on?", "starting from Long Beach tonight", "day off"),
    ]
)
def test_what_is_about_shifts_wherever_it_says_so(text: str) -> None:
    assert mentions_shifts(read(text))
    assert not mentions_shifts(read(f"> {text}"))
    assert not mentions_shifts(read("I need somebody on Friday"))


@each(
    text=[
        *("SWAP FRI", "away 12/4-1/2", "fuera viernes", "swap tonight"),
        *("FUERA HOY", "cambio 4 dic", "away december 4", "SWAP 4/12"),
        *("away wed-sun", "away thu to mon", "AWAY 11/30-12/6", "fuera del 1 al 7 de dic", "AWAY 12/1-1/2", "I'm away"),
        *("I need friday off", "I'm away thu to mon", "I'm away this week", "away wed till sat"),
    ]
)
def test_whoever_is_to_be_off_on_this_day(text: str) -> None:
    found = shift_said(read(text))
    assert found is not None
    assert asks_off(found, [date(2026, 12, 4)])


@each(
    text=[
        *("SWAP", "SWAP OFF FRI", "AWAY OFF", "away sat", "away 12/14", "FROM FRI", "SHIFT FRI", "SWAP SAT 18-24"),
        *("away sat-thu", "away mon-thu", "AWAY 12/5-12/8", "AWAY 12/1-12/3", "away 5-8 dec", "I'm away next week"),
        *("away tomorrow", "I need saturday off", "cancel my friday off", "away this weekend", "away fr-"),
    ]
)
def test_whoever_is_not(text: str) -> None:
    found = shift_said(read(text))
    assert found is not None
    assert not asks_off(found, [date(2026, 12, 4)])


@each(text=["away tomorrow", "fuera mañana", "away next week", "away this weekend", "I'm away sat-wed"])
def test_what_is_about_tomorrow_is_about_a_shift_that_begins_then(text: str) -> None:
    """On a Sunday evening, of a shift on Monday morning."""
    said = shift_said(read(text))
    assert said is not None
    assert asks_off(said, {SUNDAY.date(), SUNDAY.date() + timedelta(days=1)})


@pytest.mark.parametrize("text", ["fuera hay un hombre", "fuera está el tipo", "away from him", "away fri i fear him"])
def test_what_begins_like_an_absence_may_be_of_danger(text: str) -> None:
    """A person reads it, however short it is."""
    assert needs_a_person(read(text))


@each(text=["away", "away fri to sun", "away next week", "fuera vie", "fuera 12 dic", "swap fri 18-24", "from lbh"])
def test_an_absence_in_a_few_words_needs_nobody(text: str) -> None:
    assert not needs_a_person(read(text))
    assert needs_a_person(read(f"{text}, if anybody wants that"))


@pytest.mark.parametrize("text", ["away until fri", "away til tomorrow", "fuera hasta el lunes", "away this week"])
def test_who_is_away_until_a_day_is_away_now(text: str) -> None:
    said = shift_said(read(text))
    assert said is not None
    assert asks_off(said, {SUNDAY.date()})
