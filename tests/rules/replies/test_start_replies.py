"""`FROM LBH`: read only where nothing else can be meant, and never as an answer to a page."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.people import Language
from dispatch.rules.facts.roster import Area, Roster, StartsFrom
from dispatch.rules.replies.conversation import Involvement
from dispatch.rules.replies.matrix import ASKS_BACK, MATRIX, Effect, Position, meaning
from dispatch.rules.replies.reader.read_text import read
from dispatch.rules.replies.reader.start_said import start_said
from dispatch.rules.replies.reader.vocabulary import Word
from dispatch.rules.replies.start_replies import StartHeard, hear_start
from dispatch.rules.wording.alphabet import segments
from tests.rules.test_starting import ANA, HANDOFF, NIGHT, ROSTER


def _paged(code: str = "K7Q") -> Involvement:
    return Involvement(code, code, Status.PAGING, assigned=False, ended_at=None)


def _has(code: str = "K7Q", *, over: bool = False) -> Involvement:
    ended = NIGHT - timedelta(minutes=5) if over else None
    return Involvement(code, code, Status.CLOSED if over else Status.EN_ROUTE, assigned=True, ended_at=ended)


def _hear(text: str, *involved: Involvement, roster: Roster = ROSTER, spanish: bool = False) -> StartHeard | None:
    person = replace(ANA, texts_in=Language.SPANISH if spanish else Language.ENGLISH)
    return hear_start(person, read(text), involved, roster, NIGHT)


SAID = (
    *("FROM LBH", "from lbh", "From Long Beach.", "from: long-beach", "FROM LONGBEACH", "tonight from LBH"),
    *("from LBH please", "From LBH tonight, thanks", "hi, from long beach", "FROM LBH 🙂"),
    *("DESDE LBH", "desde long beach", "Hoy desde LBH", "esta noche desde LBH, por favor", "désde LBH gracias"),
)


@pytest.mark.parametrize("text", SAID)
@pytest.mark.parametrize("involved", [(), (_paged(),), (_has(),), (_has(over=True),), (_has("X4T"), _paged())])
def test_an_area_by_its_code_or_name_is_where_they_start_from(text: str, involved: tuple[Involvement, ...]) -> None:
    """In both languages, whatever they are in the middle of."""
    heard = _hear(text, *involved)
    assert heard is not None
    assert heard.start == StartsFrom("ana", "LBH", NIGHT, HANDOFF)
    assert "Long Beach (LBH)" in heard.answer.text


OTHERWISE = (
    *("from LBH 25", "FROM LBH omw", "omw from LBH", "1 from LBH", "from LBH 1", "yes from LBH", "no, from LBH"),
    *("not from LBH", "from LBH?", "K7Q from LBH", "from LBH K7Q", "Liked “FROM LBH”", '"FROM LBH"', "> FROM LBH"),
    *("FROM LBH 👍", "from LBH ✅", "FROM LBH help me", "from LBH not safe", "coming from LBH", "1", "2", "NO", "OMW"),
    *("salgo desde LBH", "desde LBH voy", "desde luego", "fromLBH", "frommage", "FROM LBH OR CPT", "LBH", ""),
)


@pytest.mark.parametrize("text", OTHERWISE)
@pytest.mark.parametrize("involved", [_paged(), _has()])
def test_whatever_may_answer_a_page_is_read_as_ever(text: str, involved: Involvement) -> None:
    """A number, a code, a sign, a quotation, a question, a word beside it: where they start from stays as it is."""
    assert _hear(text, involved) is None


@pytest.mark.parametrize("text", OTHERWISE)
def test_no_such_text_moves_anybody(text: str) -> None:
    """Nor from somebody whom nothing waits for."""
    heard = _hear(text)
    assert heard is None or heard.start is None


@pytest.mark.parametrize("text", ["from work", "FROM HOME", "desde la oficina", "FROM LBX"])
def test_an_unknown_area_is_asked_back_like_anything_else_from_whoever_is_awaited(text: str) -> None:
    """It may mean that they come: coordinators read it, and the page says how to answer."""
    assert _hear(text, _paged()) is None
    assert _hear(text, _has()) is None
    assert set(MATRIX[Word.UNCLEAR].values()) <= ASKS_BACK


def test_from_anybody_else_an_unknown_area_is_answered_with_the_nearest() -> None:
    """And coordinators need not read it."""
    heard = _hear("FROM LBX")
    assert heard is not None
    assert (heard.start, heard.is_unknown) == (None, True)
    assert heard.answer.text == "No area is called LBX; nothing changed. Nearest: LBH (Long Beach)."
    nowhere = _hear("from qqqqzz", _has(over=True))
    assert nowhere is not None
    assert nowhere.answer.text.endswith("A coordinator can tell you the areas.")


@pytest.mark.parametrize("text", ["FROM", "from?", "Desde", "from, please", "¿desde?"])
def test_from_alone_asks(text: str) -> None:
    """Where they start from now, and until when if that is for a while."""
    heard = _hear(text)
    assert heard is not None
    assert heard.start is None
    assert heard.answer.text == "You set out from Long Beach (LBH) now. FROM and another area changes it."
    starts = (StartsFrom("ana", "CPT", NIGHT, HANDOFF),)
    said = _hear(text, roster=Roster(ROSTER.people, areas=ROSTER.areas, starts=starts))
    assert said is not None
    assert "Compton (CPT) until Tue 24 Nov 09:00" in said.answer.text


def test_whoever_has_no_area_hears_how_to_name_one() -> None:
    nobody = replace(ANA, area_night=None)
    heard = hear_start(nobody, read("FROM"), (), ROSTER, NIGHT)
    assert heard is not None
    assert "We do not know where you set out from now" in heard.answer.text


def test_a_page_still_waits_and_the_answer_says_so() -> None:
    """With its code where a reply could be about two; not to whoever has it already."""
    one, two, has = _hear("FROM LBH", _paged()), _hear("FROM LBH", _has("X4T"), _paged()), _hear("FROM LBH", _has())
    assert one is not None
    assert two is not None
    assert has is not None
    assert one.answer.text.endswith("Your page still waits: reply 1 or 2.")
    assert two.answer.text.endswith("Your page still waits: reply K7Q 1 or K7Q 2.")
    assert "waits" not in has.answer.text
    spanish = _hear("DESDE LBH", _paged(), spanish=True)
    assert spanish is not None
    assert spanish.answer.text == (
        "Anotado: sale desde Long Beach (LBH) hasta el mar 24 a las 09:00. El llamado aun espera: responda 1 o 2."
    )


def test_no_page_waits_for_whoever_said_no() -> None:
    said_no = _hear("FROM LBH", replace(_paged(), declined=True))
    assert said_no is not None
    assert "waits" not in said_no.answer.text


def test_every_answer_is_one_text() -> None:
    """With the longest names and codes that a roster may have."""
    areas = tuple(Area(f"ABCDEFG{n}", f"Rancho Santa Margarita y las Flores {n}", 33.0, -118.0) for n in range(4))
    roster = Roster(ROSTER.people, areas=areas, rotations=ROSTER.rotations)
    for text in ("FROM ABCDEFG1", "FROM", "FROM ABCDEFGH"):
        for spanish in (False, True):
            involved = (_paged("K7Q4X"), _has("X4T")) if "1" in text else ()
            heard = _hear(text, *involved, roster=roster, spanish=spanish)
            assert heard is not None
            assert segments(heard.answer.text) == 1
            assert "..." not in heard.answer.text.replace("Rancho Santa Margarit...", "").replace("Rancho Sant...", "")


def test_a_roster_without_areas_hears_nothing() -> None:
    """FROM is then as any other word."""
    assert _hear("FROM LBH", roster=Roster(ROSTER.people)) is None


def test_400_characters_are_no_area() -> None:
    assert start_said("FROM " + "LBH " * 100) is None
    assert start_said("FROM " + "A" * 395) == "A" * 395
    assert _hear("FROM " + "A" * 395, _paged()) is None
    heard = _hear("FROM " + "A" * 395)
    assert heard is not None
    assert segments(heard.answer.text) == 1


@pytest.mark.parametrize("position", Position)
def test_the_matrix_says_the_same_of_every_position(position: Position) -> None:
    """It starts them from there, and is asked back from nowhere."""
    assert MATRIX[Word.FROM][position] is Effect.START_THERE
    assert Effect.START_THERE not in ASKS_BACK


def test_the_reader_of_answers_knows_no_such_word() -> None:
    """So nothing but a whole FROM can be taken for it: by itself the text is asked back."""
    for text in SAID:
        assert read(text).word is Word.UNCLEAR
        assert meaning(read(text), Position.UNDER_WAY, NIGHT).effect in ASKS_BACK
