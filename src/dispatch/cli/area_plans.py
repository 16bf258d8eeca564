"""How `dispatch who --area` tells the plan for an area."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from dispatch.rules.board.area_plan import AreaPlan, PlannedLadder, PlannedStep, Way
from dispatch.rules.wording.times import local_time, utc_iso

_MINUTE = timedelta(minutes=1)


def plan_lines(plan: AreaPlan) -> Iterator[str]:
    yield f"If a call came in from {plan.area.name} ({plan.area.code}) then:"
    for ladder in plan.ladders:
        indent = "  "
        if len(plan.ladders) > 1:
            yield f"  {', '.join(ladder.agencies)}"
            indent = "    "
        for step in ladder.steps:
            yield f"{indent}{_asked(step):<8}  {_whom(step, plan)}"
        if ladder.late is not None:
            target = plan.target // _MINUTE
            yield f"{indent}NOBODY ON CALL could be there within {target} min: the first after about {ladder.late} min"
    yield f"Could be there within {plan.target // _MINUTE} min, were they asked at once:"
    for way in plan.within:
        yield _could(way)
    if not plan.within:
        yield "  nobody whose way is known"
    if plan.beyond:
        yield "Not in time, or nobody knows:"
    for way in plan.beyond:
        yield _could(way)


def _could(way: Way) -> str:
    rests = f", rests until {local_time(way.rests_until)}" if way.rests_until is not None else ""
    away = ", has said that they are away" if way.away else ""
    reachable = f", {way.reachable.known}" if way.reachable is not None else ""
    return f"  {way.person.name}  {way.estimate.reason}{rests}{away}{reachable}"


def _asked(step: PlannedStep) -> str:
    after = step.rung.after
    minutes, seconds = divmod(int(after.total_seconds()), 60)
    return f"{minutes}:{seconds:02}" if after else "at once"


def _whom(step: PlannedStep, plan: AreaPlan) -> str:
    if step.rung.everyone:
        return f"everyone, {_there(step.first, plan, 'the first ')}"
    later = {True: "a minute later, ", False: ""}
    return "; ".join(f"{way.person.name}, {later[way.later]}{_there(way, plan)}" for way in step.ways)


def _there(way: Way | None, plan: AreaPlan, who: str = "") -> str:
    if way is None or way.there is None:
        return f"{who}there nobody knows when"
    late = "" if way.in_time else " (too late)"
    return f"{who}there after about {way.there // _MINUTE} min, by {local_time(plan.at + way.there)}{late}"


def as_json_plan(plan: AreaPlan) -> dict[str, Any]:
    return {
        "area": plan.area.code,
        "target_minutes": plan.target // _MINUTE,
        "ladders": [_ladder(ladder) for ladder in plan.ladders],
        "within": [_way(way) for way in plan.within],
        "beyond": [_way(way) for way in plan.beyond],
    }


def _ladder(ladder: PlannedLadder) -> dict[str, Any]:
    steps = [
        {
            "after_seconds": int(step.rung.after.total_seconds()),
            "everyone": step.rung.everyone,
            "people": [_way(way) for way in step.ways],
        }
        for step in ladder.steps
    ]
    return {"agencies": list(ladder.agencies), "steps": steps, "too_late_minutes": ladder.late}


def _way(way: Way) -> dict[str, Any]:
    there = None if way.there is None else way.there // _MINUTE
    known, heard = way.reachable, way.reachable.heard if way.reachable is not None else None
    return {
        "person": way.person.id,
        "there_after_minutes": there,
        "in_time": way.in_time if there is not None else None,
        "rests_until": utc_iso(way.rests_until) if way.rests_until is not None else None,
        "away": way.away,
        "reachable_tonight": known.tonight if known is not None else None,
        "answered_at": utc_iso(heard.at) if heard is not None else None,
        "answered_by": heard.by if heard is not None else None,
        "tests_missed": [utc_iso(at) for at in known.missed] if known is not None else [],
    }
