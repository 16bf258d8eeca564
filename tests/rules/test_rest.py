"""Rest after a call-out at night: who rests until when, and whom paging passes over because of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.callout import assignment, escalation
from dispatch.rules.commands.candidates import CandidateRank, candidates
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, SendPage, SetDeadline, WriteCallOut
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Policy, PolicyStep
from dispatch.rules.facts.situation import Nearby, Situation, Timings
from dispatch.rules.nearer import paged_first
from dispatch.rules.roster.rest import Outing, resting, rests_until, sentence, still
from tests.rules.situations import (
    ANA,
    BACKUP,
    BEN,
    CLEO,
    NIGHT,
    POLICY,
    PRIMARY,
    assigned,
    callout,
    minutes,
    only,
    page,
    situation,
    written,
)

HOURS = timedelta(hours=1)
TEN = 10 * HOURS
LOCAL_NOON = datetime.fromisoformat("2026-08-01T12:00:00-07:00")


def at(clock: str, days: int = 0) -> datetime:
    return datetime.fromisoformat(f"2026-08-0{1 + days}T{clock}:00-07:00")


# ---- who rests -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "rests"),
    [
        (at("02:14"), at("04:10"), at("14:10")),
        (at("21:00"), at("22:00"), at("08:00", 1)),
        (at("21:00"), at("21:59"), None),
        (at("05:59"), at("09:00"), at("19:00")),
        (at("06:00"), at("09:00"), None),
        (at("12:00"), at("12:00", 1), at("22:00", 1)),  # a night lay in between
    ],
)
def test_a_call_out_that_touched_the_night(since: datetime, until: datetime, rests: datetime | None) -> None:
    """From 22:00 to 6:00 on the local clock; ten hours count from its end."""
    assert rests_until(since, until, TEN) == rests
    assert rests_until(since, until, timedelta()) is None


def test_the_last_of_several_counts_and_a_coordinator_overrules() -> None:
    """What is overruled is the rest that was, and none that begins later."""
    first, second = Outing("ana", at("00:00"), at("01:00")), Outing("ana", at("03:00"), at("04:00"))
    by_day = Outing("ben", at("09:00"), at("10:00"))
    assert resting([second, first, by_day], TEN) == {"ana": at("14:00")}
    overruled = [replace(one, overruled_until=at("11:00")) for one in (first, second)]
    assert resting(overruled, TEN) == {"ana": at("14:00")}
    assert resting([replace(second, overruled_until=at("14:00"))], TEN) == {}
    assert still({"ana": at("14:00")}, "ana", at("13:59")) == at("14:00")
    assert still({"ana": at("14:00")}, "ana", at("14:00")) is still({}, "ana", at("13:00")) is None


def test_they_hear_it_with_the_answer_to_home() -> None:
    """Until when, and what it means; after a call-out by day nothing of the kind. Said again, it is the same moment."""
    home, rest = NIGHT + minutes(120), "Rest until"
    there = assigned("ana", en_route_at=NIGHT, arrived_at=NIGHT, cleared_at=NIGHT + minutes(60))
    answer = only(SendPage, assignment.come_home(situation(callout(Status.CLEARED, there)), ANA, home))[-1].text
    assert rest in answer
    assert "you are not paged unless nobody else answers" in answer
    known = situation(callout(Status.CLEARED, replace(there, home_at=home), assigned("ben")))
    assert only(SendPage, assignment.come_home(known, ANA, home + minutes(30)))[-1].text == answer
    by_day = replace(there, acknowledged_at=LOCAL_NOON, en_route_at=None, arrived_at=LOCAL_NOON)
    about = situation(callout(Status.CLEARED, by_day))
    assert rest not in only(SendPage, assignment.come_home(about, ANA, LOCAL_NOON + HOURS))[-1].text
    off = replace(situation(callout(Status.CLEARED, there)), timings=Timings(rest=0))
    assert rest not in only(SendPage, assignment.come_home(off, ANA, home))[-1].text


# ---- whom paging passes over ---------------------------------------------------------------------------------------


UNTIL = NIGHT + TEN


def rests(*people: str, about: CallOut | None = None, until: datetime = UNTIL) -> Situation:
    known = situation(about if about is not None else callout(step=0))
    return replace(known, resting=dict.fromkeys(people, until))


def paged(decisions: list[Decision]) -> list[str | None]:
    return list(dict.fromkeys(one.person for one in only(SendPage, decisions) if one.purpose is Purpose.PAGE))


def said(decisions: list[Decision]) -> list[str]:
    return [note.text for note in only(Note, decisions) if note.kind is NoteKind.RESTS]


def test_the_next_step_follows_at_once() -> None:
    """Ana rests: Ben is paged in the same moment, a line says why, and nobody is alarmed for it."""
    decisions = escalation.begin_step(rests("ana"), 1, NIGHT)
    assert paged(decisions) == ["ben"]
    assert WriteCallOut({"step": 2}) in decisions
    assert said(decisions) == [sentence("Ana", UNTIL, ["Ben"])]
    assert not only(AlarmCoordinators, decisions)
    assert only(SendPage, decisions)[0].due_at == NIGHT


def test_beside_others_of_the_step() -> None:
    """Whoever does not rest has the step to themselves."""
    both = callout(step=0, policy=Policy("both", (PolicyStep((PRIMARY, BACKUP), 300),)))
    decisions = escalation.begin_step(rests("ana", about=both), 1, NIGHT)
    assert (paged(decisions), len(said(decisions))) == (["ben"], 1)
    assert WriteCallOut({"step": 1}) in decisions


def test_once_it_is_over_nothing_is_passed_over() -> None:
    """To the second."""
    assert paged(escalation.begin_step(rests("ana", until=NIGHT), 1, NIGHT)) == ["ana"]


def test_whoever_rests_is_paged_when_no_later_step_has_anybody_else() -> None:
    """Both rest, or the other is out, or has declined: Ana is paged in her own step, and no time is lost."""
    assert paged(escalation.begin_step(rests("ana", "ben"), 1, NIGHT)) == ["ana"]
    gone = frozenset({"ben"})
    for about in (callout(step=0, out=gone), callout(step=0, declined=gone)):
        decisions = escalation.begin_step(rests("ana", about=about), 1, NIGHT)
        assert (paged(decisions), said(decisions)) == (["ana"], [])


def test_a_round_passes_over_nobody() -> None:
    """After all steps everyone is asked, whoever rests."""
    decisions = escalation.begin_step(rests("ana", "cleo"), 3, NIGHT)
    assert (paged(decisions), said(decisions)) == (["ana", "ben", "cleo"], [])


def test_out_says_more_than_rest() -> None:
    """Home from one call-out, and out on another."""
    decisions = escalation.begin_step(rests("ana", about=callout(step=0, out=frozenset({"ana"}))), 1, NIGHT)
    assert [note.kind for note in only(Note, decisions)] == [NoteKind.OUT, NoteKind.PAGING]


def test_who_is_awake_and_said_that_they_could_come_is_asked() -> None:
    """Whoever offered, or turned back on the way, is known to be awake, and is not passed over; no line says so."""
    decisions = escalation.begin_step(rests("ana"), 1, NIGHT, also=[ANA])
    assert paged(decisions) == ["ana", "ben"]
    assert said(decisions) == []
    assert not only(AlarmCoordinators, decisions)


def test_nobody_who_rests_is_paged_beside_a_first_step_that_is_far_away() -> None:
    """The nearest are woken with it, and Cleo has earned her sleep."""
    far = callout(step=0, policy=replace(POLICY, far_minutes=30))
    near = Nearby(ready={"ana": 60, "ben": 25, "cleo": 20})
    assert paged_first.beside_first_step(replace(rests("cleo", about=far), nearby=near), [ANA], NIGHT) == [BEN]


def test_nobody_who_is_away_is_paged_beside_a_first_step_that_is_far_away() -> None:
    far = callout(step=0, policy=replace(POLICY, far_minutes=30))
    near = Nearby(ready={"ana": 60, "ben": 25, "cleo": 20}, away=frozenset({"cleo"}))
    assert paged_first.beside_first_step(replace(rests(about=far), nearby=near), [ANA], NIGHT) == [BEN]


def test_candidates_say_it() -> None:
    """A coordinator sees it where they choose, thinks twice, and may page her all the same."""
    found = {one.person.id: one for one in candidates(rests("ana"), NIGHT)}
    assert (found["ana"].rank, found["ana"].doubtful) == (CandidateRank.RESTS, True)
    assert "rests until" in found["ana"].known
    assert found[CLEO.id].rank is CandidateRank.FREE
    tried = candidates(rests("ana", about=callout(pages=(page("ana"),))), NIGHT)
    assert {one.person.id: one.rank for one in tried}["ana"] is not CandidateRank.RESTS


# ---- what always holds ---------------------------------------------------------------------------------------------

_PEOPLE = st.sets(st.sampled_from(("ana", "ben", "cleo")))
_REST = st.dictionaries(st.sampled_from(("ana", "ben", "cleo")), st.integers(-5, 600).map(minutes))


def begun(rest: Mapping[str, datetime], about: CallOut, step: int) -> list[Decision]:
    return escalation.begin_step(replace(situation(about), resting=rest), step, NIGHT)


@given(declined=_PEOPLE, away=_PEOPLE, step=st.integers(1, 6), over=st.sets(st.sampled_from(("ana", "ben"))))
def test_with_nobody_resting_every_decision_is_what_it_was(
    declined: set[str], away: set[str], step: int, over: set[str]
) -> None:
    """A rest that is over changes nothing, and nor does the rest of somebody whom no step means."""
    about = replace(callout(step=0), declined=frozenset(declined), out=frozenset(away))
    without = begun({}, about, step)
    assert begun(dict.fromkeys(over, NIGHT), about, step) == without
    assert begun({"cleo": UNTIL}, about, step) == without


@given(declined=_PEOPLE, away=_PEOPLE, step=st.integers(1, 6), rest=_REST)
def test_no_call_out_waits_because_of_rest(
    declined: set[str], away: set[str], step: int, rest: dict[str, timedelta]
) -> None:
    """Whoever rests, somebody is paged in the same moment as without, a step or a round begins that has its time, and
    nobody is paged in a step who rests while somebody else of the steps could be."""
    about = replace(callout(step=0), declined=frozenset(declined), out=frozenset(away))
    until = {person: NIGHT + span for person, span in rest.items()}
    with_rest, without = begun(until, about, step), begun({}, about, step)
    first = [min((one.due_at for one in only(SendPage, found)), default=None) for found in (with_rest, without)]
    assert first[0] == first[1] == NIGHT
    assert only(SetDeadline, with_rest)[0].due_at > NIGHT
    number = written(with_rest)["step"]
    asleep = {person for person, ends in until.items() if ends > NIGHT}
    if number > len(POLICY.steps):
        assert paged(with_rest) == paged(begun({}, about, number))
        return
    free = {"ana", "ben"} - declined - away if step == 1 else {"ben"} - declined - away
    if free - asleep:
        assert not asleep & set(paged(with_rest))
    if not free:
        assert number > len(POLICY.steps)
