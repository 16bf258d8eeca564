"""What a word does from where its sender stands: the table of the contract, cell by cell."""

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.rules.facts.callout import Assignment, AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.replies.matrix import ASKS_BACK, MATRIX, Deed, Meaning, Position, meaning, position_of
from dispatch.rules.replies.reading import read
from dispatch.rules.replies.vocabulary import Word
from tests.rules.situations import NIGHT, assigned, callout, minutes, page

D, P = Deed, Position
OFFERED, PARTNER = AssignmentRole.OFFERED, AssignmentRole.PARTNER


# ---- where somebody stands -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        (callout(), P.PAGED),
        (callout(declined=frozenset({"ben"})), P.PAGED),
        (callout(declined=frozenset({"ana"})), P.DECLINED),
        (callout(declined=frozenset({"ana"}), pages=(page("ana"),)), P.DECLINED),
        (callout(declined=frozenset({"ana"}), pages=(page("ana", PageState.WITHDRAWN),)), P.DECLINED),
        (callout(declined=frozenset({"ana"}), pages=(page("ben", PageState.WAITING),)), P.DECLINED),
        (
            callout(declined=frozenset({"ana"}), pages=(page("ana", PageState.WAITING, purpose=Purpose.ANSWER),)),
            P.DECLINED,
        ),
        (callout(declined=frozenset({"ana"}), pages=(page("ana", PageState.WAITING, turn=4),)), P.PAGED),
        (callout(Status.EN_ROUTE, assigned("ben"), declined=frozenset({"ana"})), P.STOOD_DOWN),
        (callout(Status.ACKNOWLEDGED, assigned("ben")), P.STOOD_DOWN),
        (callout(Status.ACKNOWLEDGED, assigned("ben"), assigned("ana", OFFERED)), P.OFFERED),
        (callout(Status.PAGING, assigned("ana", OFFERED)), P.PAGED),
        (callout(passed_over=frozenset({"ana"})), P.PASSED_OVER),
        (callout(Status.EN_ROUTE, assigned("ben"), passed_over=frozenset({"ana"})), P.PASSED_OVER),
        (
            callout(Status.EN_ROUTE, assigned("ben"), assigned("ana", OFFERED), passed_over=frozenset({"ana"})),
            P.OFFERED,
        ),
        (callout(Status.ACKNOWLEDGED, assigned("ana")), P.HAS_IT),
        (callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT)), P.UNDER_WAY),
        (callout(Status.EN_ROUTE, assigned("ben"), assigned("ana", PARTNER, en_route_at=NIGHT)), P.UNDER_WAY),
        (callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT)), P.THERE),
        (callout(Status.CLEARED, assigned("ana", arrived_at=NIGHT, cleared_at=NIGHT)), P.LEFT),
        (callout(Status.CLEARED, assigned("ana", arrived_at=NIGHT, cleared_at=NIGHT, home_at=NIGHT)), P.LEFT),
    ],
)
def test_where_somebody_stands(about: CallOut, expected: Position) -> None:
    """A position follows from the call-out and what stands stamped."""
    assert position_of(about, "ana") is expected


def test_every_stamp_moves_on() -> None:
    """From has it to left the positions are in the order of the stamps."""
    whole = Assignment("ana", AssignmentRole.PRIMARY, NIGHT, None, NIGHT, NIGHT, None, NIGHT)
    assert position_of(callout(Status.CLEARED, whole), "ana") is P.LEFT


# ---- the table, as it was agreed -----------------------------------------------------------------------------------

AGREED = {
    # paged, offered, passed over, has it, under way, there; one English and one Spanish way to say it
    ("yes", "sí"): (D.TAKE, D.OFFER_STANDS, D.TAKE_OR_OFFER, D.HEAR_WITH_ETA, D.HEAR_WITH_ETA, D.HEAR),
    ("ok", "vale"): (D.TAKE, D.OFFER_STANDS, D.TAKE_OR_OFFER, D.HEAR_WITH_ETA, D.HEAR_WITH_ETA, D.HEAR),
    ("1 25", "sí, en 25 minutos"): (D.TAKE, D.OFFER_STANDS, D.TAKE_OR_OFFER, D.HEAR_WITH_ETA, D.HEAR_WITH_ETA, D.HEAR),
    ("omw", "en camino"): (D.TAKE_AND_LEAVE, D.JOIN, D.TAKE_OR_JOIN, D.LEAVE, D.HEAR_WITH_ETA, D.HEAR),
    ("omw 25", "voy, 25"): (D.TAKE_AND_LEAVE, D.JOIN, D.TAKE_OR_JOIN, D.LEAVE, D.HEAR_WITH_ETA, D.HEAR),
    ("20", "20 minutos"): (D.TAKE, D.NOTE_ETA, D.TAKE_OR_OFFER, D.CHANGE_ETA, D.CHANGE_ETA, D.ASK),
    ("eta 20", "llego en 20"): (D.TAKE, D.NOTE_ETA, D.TAKE_OR_OFFER, D.CHANGE_ETA, D.CHANGE_ETA, D.ASK),
    ("at 2:45", "a las 2:45"): (D.TAKE, D.NOTE_ETA, D.TAKE_OR_OFFER, D.CHANGE_ETA, D.CHANGE_ETA, D.ASK),
    ("at 7:45", "a las 7:45"): (D.ASK,) * 6,
    ("22", "11"): (D.ASK, D.NOTE_ETA, D.ASK, D.CHANGE_ETA, D.CHANGE_ETA, D.ASK),
    ("2", "2 gracias"): (D.DECLINE, D.WITHDRAW, D.DECLINE, D.LET_GO, D.ASK_NO_OR_ETA, D.ASK),
    ("2-3 min", "2 o 3 minutos"): (D.ASK, D.ASK, D.ASK, D.CHANGE_ETA, D.CHANGE_ETA, D.ASK),
    ("2:45", "2:45 gracias"): (D.ASK, D.ASK, D.ASK, D.CHANGE_ETA, D.CHANGE_ETA, D.ASK),
    ("2:00", "2, 25"): (D.ASK,) * 6,
    ("ok 2", "sí, 2"): (D.ASK,) * 6,
    ("can't tonight", "no puedo"): (D.DECLINE, D.WITHDRAW, D.DECLINE, D.LET_GO, D.LET_GO, D.ASK),
    ("no, just now", "no, ahorita"): (D.DECLINE, D.WITHDRAW, D.DECLINE, D.ASK, D.ASK, D.ASK),
    ("can't right now", "no puedo ahorita"): (D.DECLINE, D.WITHDRAW, D.DECLINE, D.LET_GO, D.LET_GO, D.ASK),
    ("no, 25 min", "no, voy"): (D.ASK,) * 6,
    ("here", "llegué"): (D.SAY_HOW_TO_TAKE_IT, D.ASK_PARTNER, D.ARRIVE_IF_TO_BE_HAD, D.ARRIVE, D.ARRIVE, D.HEAR),
    ("i'm here", "aquí estoy"): (
        *(D.SAY_HOW_TO_TAKE_IT, D.ASK_ARE_YOU_THERE, D.ASK_ARE_YOU_THERE, D.ASK_ARE_YOU_THERE),
        *(D.ARRIVE, D.HEAR),
    ),
    ("all clear", "todo listo"): (
        *(D.SAY_HOW_TO_TAKE_IT, D.ASK_PARTNER, D.ASK, D.ASK, D.ASK_WERE_YOU_THERE),
        D.ASK_HAVE_YOU_LEFT,
    ),
    ("omw in 10", "salgo en 10"): (
        *(D.TAKE, D.OFFER_STANDS, D.TAKE_OR_OFFER, D.HEAR_AND_ASK_ETA, D.HEAR_AND_ASK_ETA, D.HEAR),
    ),
    ("leaving at 7", "salgo a las 7"): (D.ASK,) * 6,
    ("10-97", "10-23 gracias"): (D.ASK,) * 6,
    ("3am?!", "a las 3 de la mañana"): (D.ASK,) * 6,
    ("done", "listo"): (D.NOTHING, D.NOTHING, D.ASK, D.ASK, D.ASK_WERE_YOU_THERE, D.CLEAR),
    ("home", "en casa"): (D.NOTHING, D.NOTHING, D.ASK, D.ASK, D.ASK_WERE_YOU_THERE, D.COME_HOME),
    ("call", "llamar"): (D.NOTHING, D.NOTHING, D.NOTHING, D.CONNECT, D.CONNECT, D.CONNECT),
    ("help", "opciones"): (*(D.EXPLAIN,) * 5, D.EXPLAIN_AND_TELL),
    ("help!", "opciones!"): (*(D.EXPLAIN,) * 4, D.ALARM, D.ALARM),
    ("plz help", "choqué"): (D.ALARM,) * 6,
    ("not safe", "ayuda"): (D.ALARM,) * 6,
    ("hmm", "pues"): (D.ASK,) * 6,
}
COLUMNS = (P.PAGED, P.OFFERED, P.PASSED_OVER, P.HAS_IT, P.UNDER_WAY, P.THERE)


@pytest.mark.parametrize("texts", AGREED, ids=lambda texts: texts[0])
@pytest.mark.parametrize("language", [0, 1], ids=["english", "spanish"])
def test_the_table_that_was_agreed(texts: tuple[str, str], language: int) -> None:
    """Each word does from each position what the contract says, in both languages."""
    deeds = tuple(meaning(read(texts[language]), position, NIGHT).deed for position in COLUMNS)
    assert deeds == AGREED[texts]


def test_the_table_is_whole() -> None:
    """Every word has a cell for every position."""
    assert set(MATRIX) == set(Word)
    assert all(set(row) == set(Position) for row in MATRIX.values())


def test_whoever_was_stood_down_only_offers() -> None:
    """A late answer takes nothing from whoever has it, and moves nobody: going along is a second word."""
    moving = {D.TAKE, D.TAKE_AND_LEAVE, D.JOIN, D.LEAVE, D.ARRIVE, D.CLEAR, D.COME_HOME}
    assert not moving & {row[P.STOOD_DOWN] for row in MATRIX.values()}
    assert MATRIX[Word.TAKE][P.STOOD_DOWN] is D.OFFER


@pytest.mark.parametrize("word", [Word.TAKE_AND_TWO, Word.NO_AND_MORE, Word.TEN_CODE, Word.UNCLEAR])
def test_what_is_doubtful_is_asked_back_from_everywhere(word: Word) -> None:
    """There is no position in which a doubtful text changes anything."""
    assert set(MATRIX[word].values()) <= ASKS_BACK


@pytest.mark.parametrize("text", ["ok thanks", "👍", "k", "vale gracias", "ok, entendido", "sorry, ok"])
def test_politeness_takes_nothing_back(text: str) -> None:
    """Behind a no, and behind "Ben has it", an "ok" is an answer to us and takes nothing."""
    assert meaning(read(text), P.DECLINED, NIGHT).deed is D.SAY_HOW_TO_TAKE_IT
    assert meaning(read(text), P.STOOD_DOWN, NIGHT).deed is D.NOTHING
    assert meaning(read(text), P.PAGED, NIGHT).deed is D.TAKE


@pytest.mark.parametrize("text", ["1", "yes", "sí", "ok 25", "K7Q ok", "i can", "lo tomo"])
def test_whoever_declined_may_still_take_it(text: str) -> None:
    """With a word that is more than an "ok"."""
    assert meaning(read(text), P.DECLINED, NIGHT).deed is D.TAKE


def test_whoever_declined_is_as_good_as_paged() -> None:
    """In everything but an "ok"."""
    assert [word for word, row in MATRIX.items() if row[P.DECLINED] is not row[P.PAGED]] == [Word.OK]


# ---- when it is, and what cannot wait ------------------------------------------------------------------------------


def test_a_take_stands_even_when_its_eta_does_not() -> None:
    """Only the ETA is asked for, and nobody hears of the one that was said."""
    for text in ("yes 1", "1 400", "1:45", "yes 7:45", "omw 1"):
        meant = meaning(read(text), P.PAGED, NIGHT)
        assert meant.deed in {D.TAKE, D.TAKE_AND_LEAVE}
        assert (meant.eta_at, meant.asks_eta) == (None, True)
    assert meaning(read("yes"), P.PAGED, NIGHT) == Meaning(D.TAKE, None, asks_eta=False, cannot_wait=False)
    assert meaning(read("1 25"), P.PAGED, NIGHT) == Meaning(D.TAKE, NIGHT + minutes(25), False, False)


def test_the_later_end_counts() -> None:
    """From somebody on the way "2-3 min" is in three minutes, and 2:45 the time on the wall."""
    assert meaning(read("2-3 min"), P.UNDER_WAY, NIGHT).eta_at == NIGHT + minutes(3)
    assert meaning(read("2:45"), P.UNDER_WAY, NIGHT).eta_at == NIGHT + minutes(31)
    assert meaning(read("2-3 min"), P.PAGED, NIGHT).eta_at is None
    in_new_york = datetime(2026, 11, 24, 7, 14, tzinfo=UTC)
    assert meaning(read("2:45"), P.UNDER_WAY, in_new_york, "America/New_York").eta_at == in_new_york + timedelta(
        minutes=31
    )


@pytest.mark.parametrize(
    "text",
    [
        "2",
        "no, 25 min",
        "done",
        "home",
        "not here yet",
        "here in 5",
        "no he llegado",
        "2 25",
        "ok 2",
        "10-97",
        "all clear",
    ],
)
def test_what_may_have_been_a_release_or_an_arrival_cannot_wait(text: str) -> None:
    """Asked back from somebody on the way it must be cleared up within minutes; from somebody paged it need not."""
    assert meaning(read(text), P.UNDER_WAY, NIGHT).cannot_wait
    assert not meaning(read(text), P.PAGED, NIGHT).cannot_wait


@pytest.mark.parametrize(
    "text", ["I can at 6 am", "ok 7am", "puedo a las 7 de la mañana", "yes at 14:30", "sí a las 8 am"]
)
def test_a_yes_for_the_morning_takes_nothing_now(text: str) -> None:
    """A time that can be only one, and is hours away."""
    for position in (P.PAGED, P.DECLINED, P.STOOD_DOWN, P.PASSED_OVER):
        assert meaning(read(text), position, NIGHT).deed is D.ASK


@pytest.mark.parametrize("text", ["yes 2 am", "yes 5 am", "1 at 7", "sí, a las 2 de la mañana", "yes 3 am"])
def test_a_yes_for_now(text: str) -> None:
    """A time just past, one soon, and one that may be either half of the day, leave the yes as it is."""
    assert meaning(read(text), P.PAGED, NIGHT).deed is D.TAKE


@pytest.mark.parametrize("position", [P.THERE, P.LEFT])
@pytest.mark.parametrize("text", ["no", "no.", "nope", "no, help is not here", "no, ahorita", "no estamos bien"])
def test_a_no_to_is_all_well_cannot_wait(text: str, position: Position) -> None:
    """Nor to "are you safe at home?"; what else is unclear there can."""
    assert meaning(read(text), position, NIGHT).cannot_wait
    assert not meaning(read("hmm"), position, NIGHT).cannot_wait
    assert not meaning(read("25"), position, NIGHT).cannot_wait


@pytest.mark.parametrize("text", ["no, ahorita", "no, just now", "ahora no"])
def test_a_not_yet_cannot_wait(text: str) -> None:
    """From somebody who has it or is under way it may still be a release."""
    for position in (P.HAS_IT, P.UNDER_WAY):
        meant = meaning(read(text), position, NIGHT)
        assert (meant.deed, meant.cannot_wait) == (D.ASK, True)


@pytest.mark.parametrize("text", ["hmm", "flat tyre", "22", "no", "here", "omw now?", "Liked “HERE”"])
def test_what_can_wait(text: str) -> None:
    """What acts, and what mentions neither a release nor an arrival, needs nobody rung."""
    assert not meaning(read(text), P.UNDER_WAY, NIGHT).cannot_wait


@pytest.mark.parametrize("text", ["omw in 10", "voy en 10", "leaving at 2:30", "in 10 omw", "salgo a las 2:30"])
def test_when_somebody_leaves_is_no_eta(text: str) -> None:
    """Ten minutes to the door or to the child: it takes it, and the ETA is asked for."""
    assert meaning(read(text), P.PAGED, NIGHT) == Meaning(D.TAKE, None, asks_eta=True, cannot_wait=False)
    assert meaning(read(text), P.HAS_IT, NIGHT) == Meaning(D.HEAR_AND_ASK_ETA, None, True, False)


@pytest.mark.parametrize("text", ["omw, 10 min", "omw 10", "omw there in 10", "omw eta 10", "voy, llego en 10"])
def test_on_the_way_with_an_eta(text: str) -> None:
    """What can only be the arrival stays one."""
    assert meaning(read(text), P.PAGED, NIGHT) == Meaning(D.TAKE_AND_LEAVE, NIGHT + minutes(10), False, False)
