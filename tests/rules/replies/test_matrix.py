"""What a word does from where its sender stands: the table of the contract, cell by cell."""

import pytest

from dispatch.rules.facts.callout import Assignment, AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.replies.matrix import ASKS_BACK, MATRIX, CellMeaning, Effect, Position, meaning, position_of
from tests.each import each
from tests.rules.situations import NIGHT, assigned, callout, minutes, page

E, P = Effect, Position
OFFERED, PARTNER = AssignmentRole.OFFERED, AssignmentRole.PARTNER


def asked_along(state: PageState = PageState.SENT) -> Page:
    return page("ana", state, purpose=Purpose.ASK_ALONG)


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
        (callout(declined=frozenset({"ana"}), pages=(page("ana", PageState.WAITING, step=4),)), P.PAGED),
        (callout(Status.EN_ROUTE, assigned("ben"), declined=frozenset({"ana"})), P.STOOD_DOWN),
        (callout(Status.ACKNOWLEDGED, assigned("ben")), P.STOOD_DOWN),
        (callout(Status.ACKNOWLEDGED, assigned("ben"), assigned("ana", OFFERED)), P.OFFERED),
        (callout(Status.PAGING, assigned("ana", OFFERED)), P.PAGED),
        (callout(Status.ACKNOWLEDGED, assigned("ben"), nearer=(asked_along(),)), P.ASKED_ALONG),
        (callout(Status.EN_ROUTE, assigned("ben"), assigned("ana", OFFERED), nearer=(asked_along(),)), P.ASKED_ALONG),
        (callout(Status.ACKNOWLEDGED, assigned("ben"), nearer=(asked_along(PageState.DONE),)), P.STOOD_DOWN),
        (callout(Status.ACKNOWLEDGED, assigned("ben"), nearer=(asked_along(PageState.FAILED),)), P.STOOD_DOWN),
        (callout(Status.ON_SCENE, assigned("ben", arrived_at=NIGHT), nearer=(asked_along(),)), P.STOOD_DOWN),
        (callout(Status.PAGING, nearer=(asked_along(),)), P.PAGED),
        (callout(Status.ACKNOWLEDGED, assigned("ben"), assigned("ana", PARTNER), nearer=(asked_along(),)), P.HAS_IT),
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
    ("yes", "sí"): (E.TAKE, E.OFFER_STANDS, E.TAKE_OR_OFFER, E.HEAR_WITH_ETA, E.HEAR_WITH_ETA, E.HEAR),
    ("ok", "vale"): (E.TAKE, E.OFFER_STANDS, E.TAKE_OR_OFFER, E.HEAR_WITH_ETA, E.HEAR_WITH_ETA, E.HEAR),
    ("1 25", "sí, en 25 minutos"): (E.TAKE, E.OFFER_STANDS, E.TAKE_OR_OFFER, E.HEAR_WITH_ETA, E.HEAR_WITH_ETA, E.HEAR),
    ("omw", "en camino"): (E.TAKE_AND_LEAVE, E.JOIN, E.TAKE_OR_JOIN, E.LEAVE, E.HEAR_WITH_ETA, E.HEAR),
    ("omw 25", "voy, 25"): (E.TAKE_AND_LEAVE, E.JOIN, E.TAKE_OR_JOIN, E.LEAVE, E.HEAR_WITH_ETA, E.HEAR),
    ("20", "20 minutos"): (E.TAKE, E.NOTE_ETA, E.TAKE_OR_OFFER, E.CHANGE_ETA, E.CHANGE_ETA, E.ASK),
    ("eta 20", "llego en 20"): (E.TAKE, E.NOTE_ETA, E.TAKE_OR_OFFER, E.CHANGE_ETA, E.CHANGE_ETA, E.ASK),
    ("at 2:45", "a las 2:45"): (E.TAKE, E.NOTE_ETA, E.TAKE_OR_OFFER, E.CHANGE_ETA, E.CHANGE_ETA, E.ASK),
    ("at 7:45", "a las 7:45"): (E.ASK,) * 6,
    ("22", "11"): (E.ASK, E.NOTE_ETA, E.ASK, E.CHANGE_ETA, E.CHANGE_ETA, E.ASK),
    ("2", "2 gracias"): (E.DECLINE, E.WITHDRAW, E.DECLINE, E.LET_GO, E.ASK_NO_OR_ETA, E.ASK),
    ("2-3 min", "2 o 3 minutos"): (E.ASK, E.ASK, E.ASK, E.CHANGE_ETA, E.CHANGE_ETA, E.ASK),
    ("2:45", "2:45 gracias"): (E.ASK, E.ASK, E.ASK, E.CHANGE_ETA, E.CHANGE_ETA, E.ASK),
    ("2:00", "2, 25"): (E.ASK,) * 6,
    ("ok 2", "sí, 2"): (E.ASK,) * 6,
    ("can't tonight", "no puedo"): (E.DECLINE, E.WITHDRAW, E.DECLINE, E.LET_GO, E.LET_GO, E.ASK),
    ("no, just now", "no, ahorita"): (E.DECLINE, E.WITHDRAW, E.DECLINE, E.ASK, E.ASK, E.ASK),
    ("can't right now", "no puedo ahorita"): (E.DECLINE, E.WITHDRAW, E.DECLINE, E.LET_GO, E.LET_GO, E.ASK),
    ("no, 25 min", "no, voy"): (E.ASK,) * 6,
    ("here", "llegué"): (E.SAY_HOW_TO_TAKE_IT, E.ASK_PARTNER, E.ARRIVE_IF_TO_BE_HAD, E.ARRIVE, E.ARRIVE, E.HEAR),
    ("i'm here", "aquí estoy"): (
        *(E.SAY_HOW_TO_TAKE_IT, E.ASK_ARE_YOU_THERE, E.ASK_ARE_YOU_THERE, E.ASK_ARE_YOU_THERE),
        *(E.ARRIVE, E.HEAR),
    ),
    ("all clear", "todo listo"): (
        *(E.SAY_HOW_TO_TAKE_IT, E.ASK_PARTNER, E.ASK, E.ASK, E.ASK_WERE_YOU_THERE),
        E.ASK_HAVE_YOU_LEFT,
    ),
    ("omw in 10", "salgo en 10"): (
        *(E.TAKE, E.OFFER_STANDS, E.TAKE_OR_OFFER, E.HEAR_AND_ASK_ETA, E.HEAR_AND_ASK_ETA, E.HEAR),
    ),
    ("leaving at 7", "salgo a las 7"): (E.ASK,) * 6,
    ("10-97", "10-23 gracias"): (E.ASK,) * 6,
    ("3am?!", "a las 3 de la mañana"): (E.ASK,) * 6,
    ("done", "listo"): (E.NOTHING, E.NOTHING, E.ASK, E.ASK, E.ASK_WERE_YOU_THERE, E.CLEAR),
    ("home", "en casa"): (E.NOTHING, E.NOTHING, E.ASK, E.ASK, E.ASK_WERE_YOU_THERE, E.COME_HOME),
    ("call", "llamar"): (E.NOTHING, E.NOTHING, E.NOTHING, E.CONNECT, E.CONNECT, E.CONNECT),
    ("help", "opciones"): (*(E.EXPLAIN,) * 3, *(E.EXPLAIN_AND_RING,) * 3),
    ("help!", "opciones!"): (*(E.EXPLAIN,) * 3, E.EXPLAIN_AND_RING, E.ALARM, E.ALARM),
    ("plz help", "choqué"): (E.ALARM,) * 6,
    ("not safe", "ayuda"): (E.ALARM,) * 6,
    ("hmm", "pues"): (E.ASK,) * 6,
}
COLUMNS = (P.PAGED, P.OFFERED, P.PASSED_OVER, P.HAS_IT, P.UNDER_WAY, P.THERE)


@each(texts=AGREED, language=[0, 1])
def test_the_table_that_was_agreed(texts: tuple[str, str], language: int) -> None:
    """Each word does from each position what the contract says, in both languages."""
    effects = tuple(meaning(read(texts[language]), position, NIGHT).effect for position in COLUMNS)
    assert effects == AGREED[texts]


def test_the_table_is_whole() -> None:
    """Every word has a cell for every position."""
    assert set(MATRIX) == set(Word)
    assert all(set(row) == set(Position) for row in MATRIX.values())


def test_whoever_was_stood_down_only_offers() -> None:
    """A late answer takes nothing from whoever has it, and moves nobody: going along is a second word."""
    moving = {E.TAKE, E.TAKE_AND_LEAVE, E.JOIN, E.LEAVE, E.ARRIVE, E.CLEAR, E.COME_HOME}
    assert not moving & {row[P.STOOD_DOWN] for row in MATRIX.values()}
    assert MATRIX[Word.TAKE][P.STOOD_DOWN] is E.OFFER


@pytest.mark.parametrize("word", [Word.TAKE_AND_TWO, Word.NO_AND_MORE, Word.TEN_CODE, Word.UNCLEAR])
def test_what_is_doubtful_is_asked_back_from_everywhere(word: Word) -> None:
    """There is no position in which a doubtful text changes anything."""
    assert set(MATRIX[word].values()) <= ASKS_BACK


@pytest.mark.parametrize("text", ["ok thanks", "👍", "k", "vale gracias", "ok, entendido", "sorry, ok"])
def test_politeness_takes_nothing_back(text: str) -> None:
    """Behind a no, and behind "Ben has it", an "ok" is an answer to us and takes nothing."""
    assert meaning(read(text), P.DECLINED, NIGHT).effect is E.SAY_HOW_TO_TAKE_IT
    assert meaning(read(text), P.STOOD_DOWN, NIGHT).effect is E.NOTHING
    assert meaning(read(text), P.PAGED, NIGHT).effect is E.TAKE


@pytest.mark.parametrize("text", ["1", "yes", "sí", "ok 25", "K7Q ok", "i can", "lo tomo"])
def test_whoever_declined_may_still_take_it(text: str) -> None:
    """With a word that is more than an "ok"."""
    assert meaning(read(text), P.DECLINED, NIGHT).effect is E.TAKE


def test_whoever_declined_is_as_good_as_paged() -> None:
    """In everything but an "ok"."""
    assert [word for word, row in MATRIX.items() if row[P.DECLINED] is not row[P.PAGED]] == [Word.OK]


# ---- when it is, and what cannot wait ------------------------------------------------------------------------------


def test_a_take_stands_even_when_its_eta_does_not() -> None:
    """Only the ETA is asked for, and nobody hears of the one that was said."""
    for text in ("yes 1", "1 400", "1:45", "yes 7:45", "omw 1"):
        meant = meaning(read(text), P.PAGED, NIGHT)
        assert meant.effect in {E.TAKE, E.TAKE_AND_LEAVE}
        assert (meant.eta_at, meant.asks_eta) == (None, True)
    assert meaning(read("yes"), P.PAGED, NIGHT) == CellMeaning(E.TAKE, None, asks_eta=False, cannot_wait=False)
    assert meaning(read("1 25"), P.PAGED, NIGHT) == CellMeaning(E.TAKE, NIGHT + minutes(25), False, False)


def test_the_later_end_counts() -> None:
    """From somebody on the way "2-3 min" is in three minutes, and 2:45 the time on the wall."""
    assert meaning(read("2-3 min"), P.UNDER_WAY, NIGHT).eta_at == NIGHT + minutes(3)
    assert meaning(read("2:45"), P.UNDER_WAY, NIGHT).eta_at == NIGHT + minutes(31)
    assert meaning(read("2-3 min"), P.PAGED, NIGHT).eta_at is None


@each(
    text=[
        *("2", "no, 25 min", "done", "home", "not here yet", "nobody here", "flat tire", "still here", "no he llegado"),
        *("2 25", "ok 2", "10-97", "all clear"),
    ]
)
def test_what_may_have_been_a_release_or_an_arrival_cannot_wait(text: str) -> None:
    """Asked back from somebody on the way it must be cleared up within minutes; from somebody paged it need not."""
    assert meaning(read(text), P.UNDER_WAY, NIGHT).cannot_wait
    assert not meaning(read(text), P.PAGED, NIGHT).cannot_wait


@each(text=["I can at 6 am", "ok 7am", "puedo a las 7 de la mañana", "yes at 14:30", "sí a las 8 am"])
def test_a_yes_for_the_morning_takes_nothing_now(text: str) -> None:
    """A time that can be only one, and is hours away."""
    for position in (P.PAGED, P.DECLINED, P.STOOD_DOWN, P.PASSED_OVER):
        assert meaning(read(text), position, NIGHT).effect is E.ASK


@pytest.mark.parametrize("text", ["yes 2 am", "yes 5 am", "1 at 7", "sí, a las 2 de la mañana", "yes 3 am"])
def test_a_yes_for_now(text: str) -> None:
    """A time just past, one soon, and one that may be either half of the day, leave the yes as it is."""
    assert meaning(read(text), P.PAGED, NIGHT).effect is E.TAKE


@each(position=[P.THERE, P.LEFT], text=["no", "no.", "nope", "no, help is not here", "no, ahorita", "no estamos bien"])
def test_a_no_to_is_all_well_cannot_wait(text: str, position: Position) -> None:
    """Nor to "are you safe at home?"; nor can what else is unclear, on the way home or at the scene."""
    assert meaning(read(text), position, NIGHT).cannot_wait
    assert meaning(read("hmm"), position, NIGHT).cannot_wait
    assert meaning(read("25"), position, NIGHT).cannot_wait


@pytest.mark.parametrize("text", ["no, ahorita", "no, just now", "ahora no"])
def test_a_not_yet_cannot_wait(text: str) -> None:
    """From somebody who has it or is under way it may still be a release."""
    for position in (P.HAS_IT, P.UNDER_WAY):
        meant = meaning(read(text), position, NIGHT)
        assert (meant.effect, meant.cannot_wait) == (E.ASK, True)


@pytest.mark.parametrize("text", ["here in 5", "22", "no", "here", "Liked “HERE”", "Reacted 👍 to “DONE”"])
def test_what_can_wait(text: str) -> None:
    """What acts needs nobody rung, nor does a phone that sends back what we wrote."""
    assert not meaning(read(text), P.UNDER_WAY, NIGHT).cannot_wait


@pytest.mark.parametrize("text", ["hmm", "omw now?", "he said “get in”", "un momento", "stuck in traffic"])
def test_whatever_is_unclear_cannot_wait(text: str) -> None:
    """From whoever has it, is under way or is there: sixteen cries of thirty-six were in words that no table had."""
    for position in (P.HAS_IT, P.UNDER_WAY, P.THERE):
        assert meaning(read(text), position, NIGHT).cannot_wait
    assert not meaning(read(text), P.PAGED, NIGHT).cannot_wait


@pytest.mark.parametrize("text", ["omw in 10", "voy en 10", "leaving at 2:30", "in 10 omw", "salgo a las 2:30"])
def test_when_somebody_leaves_is_no_eta(text: str) -> None:
    """Ten minutes to the door or to the child: it takes it, and the ETA is asked for."""
    assert meaning(read(text), P.PAGED, NIGHT) == CellMeaning(E.TAKE, None, asks_eta=True, cannot_wait=False)
    assert meaning(read(text), P.HAS_IT, NIGHT) == CellMeaning(E.HEAR_AND_ASK_ETA, None, True, False)


@pytest.mark.parametrize("text", ["omw, 10 min", "omw 10", "omw there in 10", "omw eta 10", "voy, llego en 10"])
def test_on_the_way_with_an_eta(text: str) -> None:
    """What can only be the arrival stays one."""
    assert meaning(read(text), P.PAGED, NIGHT) == CellMeaning(E.TAKE_AND_LEAVE, NIGHT + minutes(10), False, False)
