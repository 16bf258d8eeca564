"""Whom a coordinator could send, in which order, and what paging them brings."""

from dataclasses import replace

import pytest

from dispatch.rules.commands.candidates import CandidateRank, candidates, next_in_step
from dispatch.rules.facts.callout import AssignmentRole, CallOut
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel
from tests.rules.situations import (
    ANA,
    BEN,
    CLEO,
    CORA,
    NIGHT,
    assigned,
    callout,
    minutes,
    page,
    roster,
    situation,
    taken,
)


def known(about: CallOut) -> dict[str, str]:
    return {one.person.id: one.known for one in candidates(situation(about), NIGHT)}


@pytest.mark.parametrize(
    ("about", "rank", "words"),
    [
        (callout(), CandidateRank.FREE, "free"),
        (callout(pages=(page("cleo", purpose=Purpose.STAND_DOWN),)), CandidateRank.FREE, "free"),
        (callout(pages=(page("cleo"),)), CandidateRank.BEING_PAGED, "being paged, 1 page so far"),
        (callout(pages=(page("cleo", PageState.WAITING),)), CandidateRank.BEING_PAGED, "being paged, 0 pages so far"),
        (callout(pages=(page("cleo", PageState.FAILED),)), CandidateRank.NO_ANSWER, "no answer to 1 page"),
        (callout(step=2, pages=(page("cleo", PageState.DELIVERED),)), CandidateRank.NO_ANSWER, "no answer to 1 page"),
        (
            callout(step=2, pages=(page("cleo", channel=Channel.VOICE),)),
            CandidateRank.BEING_PAGED,
            "being paged, 1 page so far",
        ),
        (callout(passed_over=frozenset({"cleo"})), CandidateRank.PASSED_OVER, "had it and did not move"),
        (callout(out=frozenset({"cleo"})), CandidateRank.OUT, "out on another call-out"),
        (callout(declined=frozenset({"cleo"}), out=frozenset({"cleo"})), CandidateRank.DECLINED, "declined"),
    ],
)
def test_what_is_known_of_somebody(about: CallOut, rank: CandidateRank, words: str) -> None:
    one = next(one for one in candidates(situation(about), NIGHT) if one.person == CLEO)
    assert (one.rank, one.known, one.doubtful) == (rank, words, rank >= CandidateRank.PASSED_OVER)


def test_the_likeliest_stands_first() -> None:
    """Free before tried before declined, on call before the others; whoever has it is not in the list, nor is anybody
    who is no specialist."""
    assert list(known(callout())) == ["ana", "ben", "cleo"]
    assert known(callout())["ana"] == "on call, free"
    assert list(known(callout(declined=frozenset({"ana"}), pages=(page("ben", PageState.FAILED),)))) == [
        *("cleo", "ben", "ana")
    ]
    assert list(known(taken())) == ["ben", "cleo"]


def test_whoever_is_away_comes_after_the_others() -> None:
    """Somebody who is on call all the same says so; nobody is left out, since a person decides."""
    about = replace(situation(callout()), away=frozenset({"ana", "ben"}))
    found = {one.person.id: one for one in candidates(about, NIGHT)}
    assert [*found] == ["cleo", "ana", "ben"]
    assert found["ana"].known == "on call, has said that they are away"
    assert (found["ben"].rank, found["ben"].doubtful) == (CandidateRank.AWAY, True)


def test_whoever_offered_to_come_may_be_asked() -> None:
    assert "ben" in known(taken(assigned("ben", AssignmentRole.OFFERED)))


def test_what_a_page_brings() -> None:
    """Their plan as it can be carried out; where some of it waits, its next part now."""

    def brings(about: CallOut, *, opted_out: bool = False) -> str:
        people = roster(replace(CLEO, opted_out=opted_out), CORA)
        (one,) = candidates(situation(about, people), NIGHT)
        return one.brings

    assert brings(callout()) == "text now, call after 1 min"
    assert brings(callout(), opted_out=True) == "call now, call after 3 min"
    waits = page("cleo", PageState.WAITING, channel=Channel.VOICE, due_at=NIGHT + minutes(1))
    assert brings(callout(pages=(waits,))) == "the call that waits goes out now"


def test_who_is_next_in_turn() -> None:
    """The step after this one, past those that page nobody; then everyone, with whoever declined when all have."""
    assert next_in_step(situation(callout()), NIGHT) == [BEN]
    assert next_in_step(situation(callout(declined=frozenset({"ben"}))), NIGHT) == [ANA, CLEO]
    assert next_in_step(situation(callout(step=5)), NIGHT) == [ANA, BEN, CLEO]
    assert next_in_step(situation(callout(), roster(CORA)), NIGHT) == []
