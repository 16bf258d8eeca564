"""What a text most likely means, where no table knows: it is said back, and it never acts."""

import pytest

from dispatch.rules.decisions import AlarmCoordinators, MarkDeclined, SendPage
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.replies import officers
from dispatch.rules.replies.answering import answer
from dispatch.rules.replies.matrix import ASKS_BACK, Position, meaning
from dispatch.rules.replies.reader.gist import Gist, gist_weights, likeliest, shares_of
from dispatch.rules.replies.reader.read_text import read
from dispatch.rules.replies.reader.vocabulary import Word
from tests.rules.replies.natural import acts_of
from tests.rules.replies.natural.fresh import NOW, STANDS, Became, FreshLine
from tests.rules.replies.natural.fresh.judging import became
from tests.rules.situations import ANA, NIGHT, callout, only, situation
from tools import train_guesses

_UNSEEN = 0.9
"""What is understood, or asked back with the right guess, of texts that no guess was trained on."""
_OF_SPECIALISTS = {
    "paged": Position.PAGED,
    "has_it": Position.HAS_IT,
    "under_way": Position.UNDER_WAY,
    "there": Position.THERE,
    "left": Position.LEFT,
    "passed_over": Position.PASSED_OVER,
}


def unseen() -> list[FreshLine]:
    found = []
    for position in train_guesses.POSITIONS:
        file = train_guesses.TEXTS / "unseen" / f"{position}.tsv"
        pairs = (line.split("\t", 1) for line in file.read_text("utf-8").splitlines())
        found += [FreshLine(position, meant, text) for meant, text in pairs]
    return found


@pytest.mark.costs(6)
def test_the_weights_are_of_our_texts() -> None:
    """Whoever adds a text, or a phrase to a table, runs `python -m tools.train_guesses`."""
    assert not train_guesses.is_stale()


def test_no_text_that_judges_is_learned_from() -> None:
    """Otherwise they would say nothing of what a new text meets."""
    learned = {one.text for one in train_guesses.examples()}
    judging = {line.text for line in unseen()}
    assert len(judging - learned) >= 0.95 * len(judging), sorted(judging & learned)


def test_texts_that_nobody_trained_on_are_understood() -> None:
    """As meant, or asked back with the right guess; and nothing happens that was not meant."""
    found = [(became(line), line.position, line.meant, line.text) for line in unseen()]
    assert not [one for one in found if one[0] is Became.NEVER]
    missed = [one for one in found if not one[0].is_right]
    assert len(missed) <= (1 - _UNSEEN) * len(found), missed


def test_a_guess_never_acts() -> None:
    """Whatever the rules ask back from somebody changes nothing, however sure the guess is. It may ring."""
    for line in unseen():
        if line.position not in STANDS:
            continue
        about, now = STANDS[line.position][0], NOW[line.position]
        reply = read(line.text)
        mine = about.assignment_of("ana")
        meant = meaning(reply, _OF_SPECIALISTS[line.position], now, arrived_at=mine.arrived_at if mine else None)
        if meant.effect in ASKS_BACK:
            assert acts_of(answer(situation(about), ANA, reply, now)) <= {"danger"}, line.text


def test_a_danger_word_rings_whatever_the_gist() -> None:
    """The tables hear it first, and no guess is asked before."""
    for text in ("SOS but all is fine, I'm home, thanks", "not safe. leaving now, done here, going home"):
        for about in (callout(), *STANDS["there"], *STANDS["left"]):
            kinds = {one.kind for one in only(AlarmCoordinators, answer(situation(about), ANA, read(text), NIGHT))}
            assert AlarmKind.DANGER in kinds


def test_a_cry_in_words_that_no_table_has_rings() -> None:
    """It is not understood, and looks like a cry."""
    text = "two men are surrounding my car"
    assert read(text).word is Word.UNCLEAR
    kinds = {one.kind for one in only(AlarmCoordinators, answer(situation(callout()), ANA, read(text), NIGHT))}
    assert AlarmKind.DANGER in kinds


@pytest.mark.parametrize(
    "text", ["Do not disturb is on", "Sorry, I can't talk right now.", "Can't say no to a kid. Going."]
)
def test_a_not_that_refuses_nothing_is_asked_back(text: str) -> None:
    """It had been a refusal, and the next was paged."""
    decisions = answer(situation(callout()), ANA, read(text), NIGHT)
    assert not only(MarkDeclined, decisions)
    assert only(SendPage, decisions)


def test_an_officer_who_asks_is_not_told_that_it_is_off() -> None:
    """A question that looks like the end of it is a question."""
    assert not officers.calls_off("can parents be present")


def test_all_that_may_be_meant_adds_up() -> None:
    """Shares are of what somebody in this position may mean, and of nothing else."""
    for position in train_guesses.POSITIONS:
        shares = shares_of("", position)
        assert sum(shares.values()) == pytest.approx(1)
        assert likeliest("", position).gist in shares
    assert Gist.CANCEL not in shares_of("cancel", "paged")
    assert set(gist_weights().said_by) == set(train_guesses.POSITIONS)
