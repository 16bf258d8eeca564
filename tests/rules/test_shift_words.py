"""What people text about their shifts, and the days that they mean."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.covers.cover_texts import misread
from dispatch.rules.covers.days_said import Days, DaysWrong, Misread, days_said
from dispatch.rules.covers.words import (
    DAY_NAMES,
    MONTHS,
    SHIFT_WORDS,
    YESES,
    ShiftSaid,
    ShiftWord,
    is_about_shifts_alone,
    shift_said,
)
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.replies import guesses
from dispatch.rules.replies.matrix import Position
from dispatch.rules.replies.reader.read_text import read
from dispatch.rules.replies.reader.start_said import start_said
from dispatch.rules.replies.reader.vocabulary import Word
from dispatch.rules.replies.reader.words import WORDS, being_hurt, courtesy, crying, of_alarms, refusing

SUNDAY = datetime(2026, 11, 29, 20, 0, tzinfo=UTC)  # 12:00 in Los Angeles
FRIDAY_NIGHT = datetime(2026, 12, 5, 7, 0, tzinfo=UTC)  # 23:00
SATURDAY_3_AM = datetime(2026, 12, 5, 11, 0, tzinfo=UTC)
_BEHIND = (
    "",
    " 4",
    " #4",
    " OFF",
    " OFF 4",
    " FRI",
    " FRI-SUN",
    " 12/24-1/2",
    " FRI 18-24",
    " 31 FEB",
    " 5/6",
    " TONIGHT",
)


def said(text: str, now: datetime = SUNDAY, *, hours: bool = False) -> Days | Misread:
    found = shift_said(text)
    assert found is not None, text
    return days_said(found.rest, now, is_spanish=found.is_spanish, hours=hours)


# ---- the law of the words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", [word for one in SHIFT_WORDS.values() for word in one])
def test_no_word_is_one_that_a_call_out_could_mean(word: str) -> None:
    """Whoever is paged is asked back, whatever of these they write, in whatever form."""
    for behind in _BEHIND:
        politely = (f"{word}{behind}, please", *(f"{yes} {word}{behind}" for yes in YESES if behind in (" 4", " #4")))
        for text in (word + behind, (word + behind).lower(), f"{word.title()}{behind}.", *politely):
            assert read(text).word is Word.UNCLEAR, text
            assert start_said(text) is None


@pytest.mark.parametrize("position", list(Position))
@pytest.mark.parametrize(
    "text",
    [
        *("cubro 4", "CUBRO 2!!", "cover 1", "cambio off 1", "who"),
        *("cambio 12/4 18-24", "cambio vie 18-24", "fuera off", "fuera vie-dom", "fuera 12/24-1/2", "noches"),
        *("AWAY OFF", "AWAY 12/24-1/2", "SWAP FRI 18-24", "swap tonight", "yes cover 4"),
    ],
)
def test_what_is_about_shifts_alone_is_no_doubtful_answer_to_a_call_out(text: str, position: Position) -> None:
    """A Y to "not going?", would do what nobody meant. So would a call that
    asks whether they go."""
    reply = replace(read(text), of_shifts=is_about_shifts_alone(text))
    assert guesses.of(reply, position, SUNDAY) is None
    assert not guesses.cries(reply, position)
    assert not guesses.wants_a_call(reply, position)


def test_what_may_be_about_tonight_is_said_back_all_the_same() -> None:
    for text in ("cubro", "cover", "fuera", "away tonight", "FUERA HOY"):
        assert shift_said(text) is not None
        assert not is_about_shifts_alone(text), text


def test_nothing_that_a_call_out_means_is_about_shifts() -> None:
    """Read the other way round: every phrase of the reader's tables, alone and with a number behind it."""
    tables = (
        *WORDS.values(),
        *(crying.DANGER, being_hurt.HURT, being_hurt.IDIOMS, courtesy.COURTESY, courtesy.GOOD_NIGHT),
        *(refusing.NEGATIONS, of_alarms.HAS_IT, of_alarms.GOES, of_alarms.WHO_HAS_IT),
    )
    phrases = {phrase for senses in tables for sense in senses for phrase in sense}
    assert len(phrases) > 500
    for phrase in phrases:
        assert shift_said(phrase) is None, phrase
        assert shift_said(f"{phrase} 4") is None, phrase


@given(text=st.text(max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    found = shift_said(text)
    if found is not None:
        days_said(found.rest, SUNDAY, is_spanish=found.is_spanish, hours=True)


_TOKEN = st.sampled_from([*DAY_NAMES, *MONTHS, "-", "TO", "AL", "/", ":", "AM", "PM", "TODAY", "TONIGHT", "#", "AWAY"])


@given(tokens=st.lists(_TOKEN | st.integers(0, 99999).map(str), max_size=9), spanish=st.booleans(), hours=st.booleans())
def test_any_days_can_be_read(tokens: list[str], spanish: bool, hours: bool) -> None:
    """And what is read never ends before it begins, nor is over."""
    found = days_said(tokens, SUNDAY, is_spanish=spanish, hours=hours)
    if isinstance(found, Days):
        assert found.first <= found.last
        assert found.last >= date(2026, 11, 29)
        begins, ends = found.edges(time(18), LOCAL)
        assert begins < ends


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("who?", ShiftSaid(ShiftWord.WHO, is_spanish=False)),
        ("¿Quién está de guardia?", ShiftSaid(ShiftWord.WHO, is_spanish=True)),
        ("Mis noches", ShiftSaid(ShiftWord.NIGHTS, is_spanish=True)),
        ("cover #4 please", ShiftSaid(ShiftWord.COVER, False, ("#", "4"), 4)),
        ("Cubro el 12", ShiftSaid(ShiftWord.COVER, True, ("12",), 12)),
        ("swap off 3", ShiftSaid(ShiftWord.SWAP, False, ("3",), 3, off=True)),
        ("SWAP 3 off", ShiftSaid(ShiftWord.SWAP, False, ("3",), 3, off=True)),
        ("SWAP OFF 3 4", ShiftSaid(ShiftWord.SWAP, False, ("3", "4"), off=True)),
        ("SWAP OFF FRI", ShiftSaid(ShiftWord.SWAP, False, ("FRI",), off=True)),
        ("SWAP FRI CANCEL", ShiftSaid(ShiftWord.SWAP, False, ("FRI",), off=True)),
        ("AWAY OFF", ShiftSaid(ShiftWord.AWAY, False, (), off=True)),
        ("AWAY FRI OFF", ShiftSaid(ShiftWord.AWAY, False, ("FRI", "OFF"), off=True)),
        ("COVER", ShiftSaid(ShiftWord.COVER, False)),
        ("nights pls", ShiftSaid(ShiftWord.NIGHTS, is_spanish=False)),
        ("quién, por favor", ShiftSaid(ShiftWord.WHO, is_spanish=True)),
        ("ok cover 1", ShiftSaid(ShiftWord.COVER, False, ("1",), 1)),
        ("I can cover 2", ShiftSaid(ShiftWord.COVER, False, ("2",), 2)),
        ("sí, cubro el 3", ShiftSaid(ShiftWord.COVER, True, ("3",), 3)),
    ],
)
def test_what_is_asked(text: str, found: ShiftSaid) -> None:
    assert shift_said(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *(
            "cover me",
            "cover 4 min",
            "cover 4 5",
            "who is the officer",
            "away from my phone",
            "swap cars",
            "K7Q COVER 4",
            "yes cover",
            "yes cover off 4",
            "ok away FRI",
            "I can cover 2 5",
            "no cover 2",
        ),
        *(
            '"COVER 4"',
            "buenas noches",
            "nights are cold",
            "I am away FRI",
            "COVER OFF",
            "AWAY FRI " * 20,
            "COVER 4 \U0001f44d",
        ),
    ],
)
def test_what_says_more_is_about_something_else(text: str) -> None:
    assert shift_said(text) is None


def test_a_number_that_no_database_holds_is_none() -> None:
    found = shift_said("COVER 99999999999999999999")
    assert found is not None
    assert found.number is None


# ---- days ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("AWAY FRI-SUN", (2026, 12, 4), (2026, 12, 6)),
        ("away fri to mon", (2026, 12, 4), (2026, 12, 7)),
        ("AWAY FRI-FRI", (2026, 12, 4), (2026, 12, 11)),
        ("AWAY SUN", (2026, 11, 29), (2026, 11, 29)),
        ("AWAY 12/24-1/2", (2026, 12, 24), (2027, 1, 2)),
        ("AWAY 12/24/2026 - 1/2/27", (2026, 12, 24), (2027, 1, 2)),
        ("AWAY DEC 24-26", (2026, 12, 24), (2026, 12, 26)),
        ("AWAY 24-26 DEC", (2026, 12, 24), (2026, 12, 26)),
        ("AWAY DECEMBER 24 2026", (2026, 12, 24), (2026, 12, 24)),
        ("AWAY 11/27-12/3", (2026, 11, 27), (2026, 12, 3)),
        ("AWAY 2/1", (2027, 2, 1), (2027, 2, 1)),
        ("AWAY TODAY", (2026, 11, 29), (2026, 11, 29)),
        ("AWAY TOMORROW-FRI", (2026, 11, 30), (2026, 12, 4)),
        ("FUERA VIE-DOM", (2026, 12, 4), (2026, 12, 6)),
        ("fuera mié a vie", (2026, 12, 2), (2026, 12, 4)),
        ("FUERA 24 de diciembre al 2 de enero", (2026, 12, 24), (2027, 1, 2)),
        ("FUERA 24/12-2 ENE", (2026, 12, 24), (2027, 1, 2)),
        ("FUERA MAR", (2026, 12, 1), (2026, 12, 1)),
        ("FUERA MAR-JUE", (2026, 12, 1), (2026, 12, 3)),
        ("FUERA 3 MAR", (2027, 3, 3), (2027, 3, 3)),
        ("FUERA MAR 3 2027", (2027, 3, 3), (2027, 3, 3)),
        ("FUERA MARZO 3-5", (2027, 3, 3), (2027, 3, 5)),
        ("AWAY MAR 3", (2027, 3, 3), (2027, 3, 3)),
        ("FUERA MAÑANA", (2026, 11, 30), (2026, 11, 30)),
    ],
)
def test_days(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    assert said(text) == Days(date(*first), date(*last))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("AWAY", DaysWrong.NONE),
        ("AWAY 31 FEB", DaysWrong.NO_SUCH_DAY),
        ("AWAY 2/30/2027", DaysWrong.NO_SUCH_DAY),
        ("AWAY FEB 29", DaysWrong.NO_SUCH_DAY),
        ("AWAY DEC-JAN", DaysWrong.MONTHS),
        ("AWAY MAR", DaysWrong.MONTHS),
        ("AWAY 11/20", DaysWrong.OVER),
        ("AWAY 12/4/2026-12/1/2026", DaysWrong.BACKWARDS),
        ("FUERA 5/6", DaysWrong.TWO_READINGS),
        ("FUERA MAR 1", DaysWrong.MARTES_OR_MARCH),  # Tuesday the first
        ("CAMBIO MAR 18-24", DaysWrong.MARTES_OR_MARCH),
        ("CAMBIO MAR 18", DaysWrong.MARTES_OR_MARCH),
        *(
            (f"AWAY {text}", DaysWrong.UNREAD)
            for text in (
                "FRI SAT SUN",
                "FRI OFF",
                "OFF FRI SAT",
                "OFF 4",
                "12",
                "FRI -",
                "- FRI",
                "12/",
                "99999/1",
                ":",
            )
        ),
    ],
)
def test_what_is_no_day(text: str, why: DaysWrong) -> None:
    found = said(text)
    assert isinstance(found, Misread)
    assert found.why is why


NEW_YEAR_1_AM = datetime(2027, 1, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize("now", [NEW_YEAR_1_AM, datetime(2027, 1, 3, 20, 0, tzinfo=UTC)])
def test_a_span_that_began_last_year_has_begun(now: datetime) -> None:
    assert said("AWAY 12/28-1/4", now) == Days(date(2026, 12, 28), date(2027, 1, 4))
    assert said("AWAY 10/1", now) == Days(date(2027, 10, 1), date(2027, 10, 1))
    over = said("AWAY 12/30", now)
    assert isinstance(over, Misread)
    assert over.why is DaysWrong.OVER


def test_the_row_that_runs_may_be_last_years() -> None:
    assert said("SWAP 12/31", NEW_YEAR_1_AM) == Days(date(2026, 12, 31), date(2026, 12, 31))


def test_a_leap_day_is_the_next_one() -> None:
    assert said("AWAY FEB 29", datetime(2027, 11, 1, tzinfo=UTC)) == Days(date(2028, 2, 29), date(2028, 2, 29))


@pytest.mark.parametrize("now", [FRIDAY_NIGHT, SATURDAY_3_AM])
def test_friday_on_friday_night_may_be_two_days(now: datetime) -> None:
    """Until 6:00 the night is Friday's. Any other day is one, and so is tonight."""
    assert said("AWAY FRI", now) == Misread(DaysWrong.TONIGHT_OR_NEXT, day=date(2026, 12, 11))
    assert said("AWAY TONIGHT", now) == Days(date(2026, 12, 4), date(2026, 12, 4))
    assert isinstance(said("AWAY SUN", now), Days)


@pytest.mark.parametrize(
    ("text", "tonight", "next_week"),
    [
        ("AWAY FRI-SUN", "AWAY TONIGHT-SUN", "AWAY 12/11-SUN"),
        ("AWAY fri to sun", "AWAY TONIGHT TO SUN", "AWAY 12/11 TO SUN"),
        ("FUERA VIE AL DOM", "FUERA ESTA NOCHE AL DOM", "FUERA 11 DIC AL DOM"),
        ("SWAP FRI 22:30-6", "SWAP TONIGHT 22:30-6", "SWAP 12/11 22:30-6"),
        ("SWAP OFF FRI", "SWAP OFF TONIGHT", "SWAP OFF 12/11"),
    ],
)
def test_either_answer_keeps_what_stood_behind_friday(text: str, tonight: str, next_week: str) -> None:
    """Or whoever is away until Sunday is away for a night, and a swap of some hours is one of the whole shift."""
    asked, hours = shift_said(text), text.startswith("SWAP")
    assert asked is not None
    wrong = said(text, FRIDAY_NIGHT, hours=hours)
    assert isinstance(wrong, Misread)
    words = misread(asked.word, wrong, off=asked.off)
    back = words.spanish if asked.is_spanish else words
    assert f"{tonight} o" in back
    assert f"{next_week}." in back
    this, following = (said(one, FRIDAY_NIGHT, hours=hours) for one in (tonight, next_week))
    assert isinstance(this, Days)
    assert isinstance(following, Days)
    assert (this.first, following.first) == (date(2026, 12, 4), date(2026, 12, 11))
    assert this.last - this.first == following.last - following.first
    assert this.hours == following.hours


@pytest.mark.parametrize("text", ["AWAY 1/1/2027-12/31/9999", "AWAY JAN 1 0001 - FRI", "SWAP DEC 31 9999"])
def test_a_year_beyond_the_calendar_is_no_day(text: str) -> None:
    assert said(text) == Misread(DaysWrong.NO_SUCH_DAY)


def test_friday_on_friday_noon_is_today() -> None:
    assert said("SWAP FRI", datetime(2026, 12, 4, 20, tzinfo=UTC)) == Days(date(2026, 12, 4), date(2026, 12, 4))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("SWAP FRI 18-24", (1080, 1440)),
        ("SWAP FRI 18:30-21", (1110, 1260)),
        ("SWAP FRI 22-6", (1320, 1800)),
        ("SWAP FRI 6-10 PM", (1080, 1320)),
        ("SWAP FRI 10pm-6am", (1320, 1800)),
        ("SWAP 12/4 12 PM TO 6 PM", (720, 1080)),
        ("CAMBIO VIE 18 a 24", (1080, 1440)),
        ("SWAP FRI 0-6", (1440, 1800)),
        ("SWAP FRI 24-6", (1440, 1800)),
        ("SWAP FRI 12-6 am", (1440, 1800)),
        ("SWAP FRI 5-9", (1740, 1980)),
        ("SWAP FRI 6-9", (360, 540)),
        ("SWAP FRI 10-6 pm", (600, 1080)),
        ("SWAP FRI 10-6 am", (1320, 1800)),
        ("SWAP FRI 12-6 pm", (720, 1080)),
    ],
)
def test_hours(text: str, hours: tuple[int, int]) -> None:
    assert said(text, hours=True) == Days(date(2026, 12, 4), date(2026, 12, 4), hours)


FRIDAY_8_PM = datetime(2026, 12, 5, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize("now", [FRIDAY_8_PM, FRIDAY_NIGHT, SATURDAY_3_AM - timedelta(hours=2)])
def test_hours_after_midnight_are_of_the_night_that_begins_on_that_day(now: datetime) -> None:
    """And are ahead of whoever says so in the evening, or at 1:00."""
    found = said("SWAP TONIGHT 2-6", now, hours=True)
    assert isinstance(found, Days)
    assert found.bounds() == (datetime(2026, 12, 5, 10, tzinfo=UTC), datetime(2026, 12, 5, 14, tzinfo=UTC))


def test_hours_of_the_morning_after_the_next_midnight_may_be_two() -> None:
    """Today and tomorrow go by the clock, so that their hours before 6:00 may be those of either night. So may
    Saturday's, for whoever is awake at 3:00."""
    for text, now in (
        ("TOMORROW 2-6", FRIDAY_8_PM),
        *((one, SATURDAY_3_AM) for one in ("TODAY 2-6", "TOMORROW 2-6", "SAT 2-6", "12/5 2-6")),
    ):
        assert said(f"SWAP {text}", now, hours=True) == Misread(DaysWrong.UNREAD)
    assert isinstance(said("SWAP TODAY 2-6", FRIDAY_8_PM, hours=True), Days)
    assert isinstance(said("SWAP TOMORROW 18-24", FRIDAY_8_PM, hours=True), Days)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("CAMBIO MARTES 18-24", (1080, 1440)),
        ("CAMBIO MAR 18:00-24:00", (1080, 1440)),
        ("CAMBIO MAR 6-10 PM", (1080, 1320)),
    ],
)
def test_tuesday_in_spanish_has_hours_like_any_other_day(text: str, hours: tuple[int, int]) -> None:
    assert said(text, hours=True) == Days(date(2026, 12, 1), date(2026, 12, 1), hours)


def test_mar_before_hours_may_be_march() -> None:
    """The 18th to the 24th of March is a week of shifts."""
    found = said("CAMBIO MAR 18-24", hours=True)
    assert isinstance(found, Misread)
    assert found.why is DaysWrong.MARTES_OR_MARCH


@pytest.mark.parametrize(
    "text", ["FRI 25-26", "FRI 18", "FRI 18-", "FRI 18:60-20", "FRI 24:30-25", "FRI 13 PM-15", "FRI 18-24 6"]
)
def test_what_are_no_hours(text: str) -> None:
    assert said(f"SWAP {text}", hours=True) == Misread(DaysWrong.UNREAD)


def test_a_night_of_25_hours_and_one_of_23() -> None:
    """A day runs from 6:00 to 6:00 on the clock, whatever the clocks do at two."""
    longer, shorter = Days(date(2026, 10, 31), date(2026, 10, 31)), Days(date(2027, 3, 13), date(2027, 3, 13))
    for days, hours in ((longer, 25), (shorter, 23)):
        begins, ends = days.bounds()
        assert ends - begins == timedelta(hours=hours)
    begins, ends = Days(date(2027, 3, 14), date(2027, 3, 14), (2 * 60, 4 * 60)).edges(time(9), LOCAL)
    assert ends - begins == timedelta(hours=1)
