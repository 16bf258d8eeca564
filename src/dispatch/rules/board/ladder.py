"""Whom a call-out would page if it came in now. The law: the resolver that pages also answers this, so what a screen
promises is what would happen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.rules.callout.escalation import is_of_policy, people_in_step
from dispatch.rules.delivery.dialling import nowhere
from dispatch.rules.delivery.paging import contact_plan
from dispatch.rules.facts.callout import CallOut, Details, Status
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.roster import Policy, Roster
from dispatch.rules.facts.situation import UNKNOWN, Nearby, Paging, Situation, Timings, not_written_yet
from dispatch.rules.nearer import paged_first

Where = Callable[[CallOut, datetime], Nearby]
"""Who is how far from a call-out's meeting place, were they asked at that moment."""


@dataclass(frozen=True, slots=True)
class Rung:
    """This long `after` the call-out came in, these `people` are paged. `everyone` marks the round after the last step.
    `empty` counts the steps before it that are skipped, because nobody in them is on call or free. `later` are the ids
    of those who are paged a minute after the others, who are much nearer."""

    after: timedelta
    people: tuple[Person, ...]
    everyone: bool = False
    empty: int = 0
    later: frozenset[str] = frozenset()

    @property
    def promised(self) -> list[tuple[str, str]]:
        """Who is paged, each with how."""
        return [(person.name, reached_by(person)) for person in self.people]


def ladder(
    roster: Roster,
    policy: Policy,
    out: frozenset[str],
    resting: Mapping[str, datetime],
    now: datetime,
    where: Where | None = None,
) -> list[Rung]:
    """Every step as it would run if nobody answered, up to the first round. `out` are the people out on other
    call-outs, `resting` says until when others rest; `where` is None where the meeting place is unknown."""
    nobody: frozenset[str] = frozenset()
    callout = CallOut(
        *("", "", "", Status.PAGING, now, now, policy, ""),
        declined=nobody,
        limited=(),
        passed_over=nobody,
        assignments=(),
        pages=(),
        nearer=(),
        out=out,
        same_as=None,
    )
    # Nothing is sent.
    situation = Situation(
        **not_written_yet(callout, Details("")).each(),
        roster=roster,
        timings=Timings(),
        contact_phone=None,
        our_numbers=frozenset(),
        dials=nowhere,
        paging=Paging(),
        resting=resting,
        away=nobody,
    )
    rungs: list[Rung] = []
    after, empty = timedelta(), 0
    for step in range(1, len(policy.steps) + 2):
        at, wait = now + after, timedelta(seconds=policy.wait_seconds(step))
        near = where(callout, at) if where is not None and policy.asks_where else UNKNOWN
        there = replace(situation, nearby=near)
        people = people_in_step(there, step, at)
        if not people and is_of_policy(policy, step):
            empty += 1
            continue
        if not rungs:
            people += paged_first.beside_first_step(there, people, at)
        later = paged_first.later(there, people, wait)
        rungs.append(Rung(after, tuple(people), everyone=not is_of_policy(policy, step), empty=empty, later=later))
        after, empty = after + wait, 0
    return rungs


@dataclass(frozen=True, slots=True)
class Ladder:
    """Whom the call-outs of these `agencies`, by code, would page."""

    agencies: tuple[str, ...]
    rungs: tuple[Rung, ...]


def ladders(
    roster: Roster,
    out: frozenset[str],
    resting: Mapping[str, datetime],
    now: datetime,
    where: Where | None = None,
) -> list[Ladder]:
    """One ladder for each policy that an agency's call-outs follow, in the roster's order."""
    agencies: dict[Policy, list[str]] = {}
    for agency in roster.callers:
        agencies.setdefault(roster.policy_of(agency, now), []).append(agency.code)
    return [
        Ladder(tuple(codes), tuple(ladder(roster, policy, out, resting, now, where)))
        for policy, codes in agencies.items()
    ]


def reached_by(person: Person) -> str:
    """How a person is reached in the first minutes, such as "text, and a call after 1 min"."""
    plan = contact_plan(person)
    first, calls = plan[0], [step for step in plan if step.channel is Channel.VOICE]
    if first.channel is Channel.VOICE:
        return "call"
    if not calls:
        return "text"
    wait = calls[0].after_seconds - first.after_seconds
    return f"text, and a call {f'after {_span(wait)}' if wait else 'at once'}"


def _span(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
