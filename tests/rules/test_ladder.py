"""What a screen promises of a call-out that has not come in is what would happen if it did."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.board.ladder import Ladder, Rung, ladder, ladders, reached_by
from dispatch.rules.callout import escalation
from dispatch.rules.decisions import DeadlineKind
from dispatch.rules.facts.people import Channel, ContactStep, Person
from dispatch.rules.facts.roster import Agency, AgencyKind, Policy, PolicyStep, Target, TargetKind
from tests.rules.situations import (
    ANA,
    BEN,
    CLEO,
    EVERYONE,
    NIGHT,
    POLICY,
    PRIMARY,
    ROSTER,
    callout,
    due,
    pages_to,
    situation,
    written,
)

NOBODY = Target(TargetKind.PERSON, "gone")


def test_each_step_is_said_with_its_minute() -> None:
    assert ladder(ROSTER, POLICY, frozenset(), {}, NIGHT) == [
        Rung(timedelta(), (ANA,)),
        Rung(timedelta(minutes=5), (BEN,)),
        Rung(timedelta(minutes=9), (ANA, BEN, CLEO), everyone=True),
    ]


def test_whoever_takes_over_meanwhile_is_the_one_who_is_paged() -> None:
    """A hand-off within the ladder: the step is resolved for its own minute."""
    local = time(2, 17)  # three minutes from NIGHT
    rotations = (ROSTER.rotations[0], replace(ROSTER.rotations[1], members=("ben", "cleo"), handoff=local))
    roster = replace(ROSTER, rotations=rotations)
    before = escalation.people_in_step(situation(people=roster), 2, NIGHT)
    assert ladder(roster, POLICY, frozenset(), {}, NIGHT)[1].people != tuple(before)


def test_a_step_without_anybody_is_passed_over_at_once() -> None:
    """Nobody waits for it, and the board says that it is empty."""
    policy = Policy("p", (PolicyStep((NOBODY,), 300), PolicyStep((PRIMARY,), 60)))
    assert ladder(ROSTER, policy, frozenset(), {}, NIGHT) == [
        Rung(timedelta(), (ANA,), empty=1),
        Rung(timedelta(minutes=1), (ANA, BEN, CLEO), everyone=True),
    ]


_targets = st.sampled_from([PRIMARY, Target(TargetKind.ROTATION, "backup"), EVERYONE, NOBODY])
_steps = st.lists(
    st.builds(PolicyStep, st.lists(_targets, min_size=1, max_size=2).map(tuple), st.integers(60, 600)), max_size=4
)


@given(_steps, st.frozensets(st.sampled_from(["ana", "ben", "cleo"])))
def test_the_ladder_is_what_paging_does(steps: list[PolicyStep], out: frozenset[str]) -> None:
    """Turn after turn, asked of the rule that pages, with nobody answering."""
    policy = Policy("p", tuple(steps))
    about = callout(policy=policy, out=out, step=0)
    step, after, played = 1, timedelta(), []
    while True:
        decisions = escalation.begin_step(situation(about), step, NIGHT + after)
        step = written(decisions)["step"]
        played.append((after, tuple(pages_to(decisions))))
        if step > len(steps):
            break
        after += due(decisions, NIGHT + after)[DeadlineKind.ESCALATE]
        step += 1
    promised = [(rung.after, tuple(who.id for who in rung.people)) for rung in ladder(ROSTER, policy, out, {}, NIGHT)]
    assert promised == played


def test_agencies_that_are_alike_share_one_ladder() -> None:
    """A partner calls nobody out."""
    other = Policy("other", (PolicyStep((EVERYONE,), 60),))
    agencies = (
        Agency("LBPD", "Long Beach"),
        Agency("LAPD", "Los Angeles", policy="other"),
        Agency("LASD", "Sheriff"),
        Agency("DCFS", "Children", AgencyKind.PARTNER),
    )
    roster = replace(ROSTER, agencies=agencies, policies=(POLICY, other))
    assert [one.agencies for one in ladders(roster, frozenset(), {}, NIGHT)] == [("LBPD", "LASD"), ("LAPD",)]
    assert ladders(replace(roster, agencies=()), frozenset(), {}, NIGHT) == []
    first: Ladder = ladders(roster, frozenset(), {}, NIGHT)[0]
    assert first.rungs == tuple(ladder(roster, POLICY, frozenset(), {}, NIGHT))


@pytest.mark.parametrize(
    ("plan", "opted_out", "words"),
    [
        (((Channel.SMS, 0), (Channel.VOICE, 60)), False, "text, and a call after 1 min"),
        (((Channel.SMS, 0), (Channel.VOICE, 90)), False, "text, and a call after 90 s"),
        (((Channel.SMS, 0), (Channel.VOICE, 0)), False, "text, and a call at once"),
        (((Channel.SMS, 0),), False, "text"),
        (((Channel.SMS, 0),), True, "call"),
        (((Channel.VOICE, 0), (Channel.SMS, 60)), False, "call"),
    ],
)
def test_how_somebody_is_reached_is_their_own_plan(
    plan: tuple[tuple[Channel, int], ...], opted_out: bool, words: str
) -> None:
    steps = tuple(ContactStep(channel, after) for channel, after in plan)
    person = Person("x", "Xan", "+15625550199", contact_plan=steps, opted_out=opted_out)
    assert reached_by(person) == words
    assert Rung(timedelta(), (person,)).promised == [("Xan", words)]
