"""The plan for an area: who would be paged, by when they would be there, and who could make it at all."""

from dataclasses import replace
from datetime import timedelta

from dispatch.rules.board.area_plan import AreaPlan, area_plan
from dispatch.rules.board.ladder import ladders
from dispatch.rules.callout import escalation
from dispatch.rules.decisions import DeadlineKind, SendPage
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.nearer.nearby import nearby
from tests.each import each
from tests.rules.situations import callout, due, only, situation, written
from tests.rules.test_reach import FAR, HERE, HOUR, NIGHT, ROSTER

NOBODY: frozenset[str] = frozenset()


def _plan(area: Area = HERE, roster: Roster = ROSTER, out: frozenset[str] = NOBODY) -> AreaPlan:
    return area_plan(roster, area, (), out, {}, HOUR, NIGHT)


def _minutes(plan: AreaPlan) -> list[list[tuple[str, int | None]]]:
    return [
        [(way.person.id, None if way.there is None else way.there // timedelta(minutes=1)) for way in step.ways]
        for step in plan.ladders[0].steps
    ]


def test_each_step_says_by_when_they_would_be_there() -> None:
    """From the call on: whoever is asked five minutes later is there five minutes later."""
    assert _minutes(_plan()) == [[("ana", 15)], [("ben", 20)], [("ana", 25), ("ben", 25), ("cleo", 100)]]
    assert _plan().ladders[0].late is None


def test_the_ladder_is_the_one_that_pages() -> None:
    for out in (NOBODY, frozenset({"ana"}), frozenset({"ana", "ben", "cleo"})):
        plan = _plan(out=out)
        (ladder,) = ladders(ROSTER, out, {}, NIGHT)
        assert tuple(step.rung for step in plan.ladders[0].steps) == ladder.rungs
        assert plan.ladders[0].agencies == ladder.agencies


def _where(**policy: object) -> Roster:
    return replace(ROSTER, policies=(replace(ROSTER.policies[0], **policy),))  # type: ignore[arg-type]


def test_the_nearest_who_are_paged_beside_a_far_first_step_stand_in_it() -> None:
    """Ana would need ninety minutes, so Cleo is paged at once as well: nothing is red."""
    plan = _plan(FAR, _where(far_minutes=45))
    assert _minutes(plan)[0] == [("ana", 90), ("cleo", 15)]
    assert _minutes(plan)[1] == [("ben", 95)]
    assert plan.ladders[0].late is None
    assert _minutes(_plan(HERE, _where(far_minutes=45)))[0] == [("ana", 15)]


def test_whoever_is_paged_a_minute_later_is_there_a_minute_later() -> None:
    """In the round that pages everybody Cleo, who is much nearer, is paged first."""
    everyone = _plan(FAR, _where(nearest_first=True)).ladders[0].steps[-1]
    assert [(way.person.id, way.later) for way in everyone.ways] == [("ana", True), ("ben", True), ("cleo", False)]
    assert [way.there and way.there // timedelta(minutes=1) for way in everyone.ways] == [101, 101, 25]


@each(area=[HERE, FAR], policy=[{"far_minutes": 45}, {"nearest_first": True}, {"far_minutes": 14}])
def test_the_plan_for_an_area_is_what_paging_does(area: Area, policy: dict[str, object]) -> None:
    """Step after step, asked of the rule that pages: who, and when their first page leaves."""
    roster, paged, after, step = _where(**policy), [], timedelta(), 0
    about = callout(policy=roster.policies[0], step=0)
    while step <= len(about.policy.steps):
        now = NIGHT + after
        there = replace(situation(about, roster), nearby=nearby(roster, about, area, (), 0, now))
        found = escalation.begin_step(there, step + 1, now)
        step = written(found)["step"]
        about = replace(about, step=step)
        first: dict[str | None, timedelta] = {}
        for one in only(SendPage, found):
            first.setdefault(one.person, one.due_at - NIGHT)
        paged.append([*first.items()])
        after = due(found, NIGHT)[DeadlineKind.ESCALATE]
    promised = [
        [(way.person.id, one.rung.after + timedelta(minutes=way.later)) for way in one.ways]
        for one in _plan(area, roster).ladders[0].steps
    ]
    assert promised == paged


def test_who_could_make_it_stands_the_nearest_first() -> None:
    """From everybody who is free, on call or not; then those who could not, and at the end whose way is unknown."""
    plan = _plan(FAR)
    assert [way.person.id for way in plan.within] == ["cleo"]
    assert [way.person.id for way in plan.beyond] == ["ana", "ben"]
    unknown = replace(ROSTER, people=(replace(ROSTER.people[0], area_night=None), *ROSTER.people[1:]))
    assert [way.person.id for way in _plan(FAR, unknown).beyond] == ["ben", "ana"]
    assert [way.person.id for way in _plan(FAR, out=frozenset({"cleo"})).within] == []


def test_whoever_rests_is_marked() -> None:
    """In the list of who could make it; a rest that is over by their step is none."""
    rests = {"ana": NIGHT + HOUR, "ben": NIGHT}
    plan = area_plan(ROSTER, HERE, (), NOBODY, rests, HOUR, NIGHT)
    assert {way.person.id: way.rests_until for way in plan.within} == {"ana": NIGHT + HOUR, "ben": None}


def test_whoever_is_away_is_marked_and_paged_beside_nobody() -> None:
    """Cleo is near, and would be paged with a first step that is far."""
    away = frozenset({"cleo"})
    plan = area_plan(_where(far_minutes=45), FAR, (), NOBODY, {}, HOUR, NIGHT, away=away)
    assert [way.person.id for way in plan.ladders[0].steps[0].ways] == ["ana"]
    assert [(way.person.id, way.away) for way in plan.within] == [("cleo", True)]


def test_nobody_on_call_in_time_is_said() -> None:
    """After how many minutes the first of them would be there. An unknown way is neither near nor far."""
    assert _plan(FAR).ladders[0].late == 90
    unknown = replace(ROSTER, people=(replace(ROSTER.people[0], area_night=None), *ROSTER.people[1:]))
    assert _plan(FAR, unknown).ladders[0].late is None


def test_the_first_of_a_step() -> None:
    everyone = _plan(FAR).ladders[0].steps[-1]
    assert everyone.first is not None
    assert everyone.first.person.id == "cleo"
    assert _plan(FAR, replace(ROSTER, people=())).ladders[0].steps[-1].first is None


def test_the_target_itself_is_in_time() -> None:
    """There at 60 minutes is within the hour."""
    slow = replace(ROSTER, people=(replace(ROSTER.people[0], turnout_minutes=55), *ROSTER.people[1:]))
    way = _plan(roster=slow).ladders[0].steps[0].ways[0]
    assert (way.there, way.in_time) == (HOUR, True)
