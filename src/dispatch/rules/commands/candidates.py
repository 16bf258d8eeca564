"""Whom a coordinator could send: everybody, in the order in which one would ask, with what is known of each.

The law: nobody is left out. A person who declined may have changed their mind, and a person decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from dispatch.rules.callout import escalation
from dispatch.rules.delivery.paging import contact_plan
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer import could_come
from dispatch.rules.roster.on_call import resolve
from dispatch.rules.roster.rest import still
from dispatch.rules.wording.names import counted_text
from dispatch.rules.wording.times import local_time


class CandidateRank(IntEnum):
    """How likely one would ask somebody, the likeliest first."""

    FREE = 0
    OFFERED = 1
    NO_ANSWER = 2
    BEING_PAGED = 3
    RESTS = 4
    AWAY = 5
    PASSED_OVER = 6
    OUT = 7
    DECLINED = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A specialist. `known` says in words how they stand, `brings` what paging them does, such as "text now, call after
    1 min". `doubtful` is somebody about whom one should think twice."""

    person: Person
    rank: CandidateRank
    known: str
    brings: str
    on_call: bool = False

    @property
    def doubtful(self) -> bool:
        return self.rank >= CandidateRank.RESTS


def candidates(situation: Situation, now: datetime) -> list[Candidate]:
    """Every specialist who is not on the call-out, the likeliest first; those on call before the others."""
    callout = situation.callout
    on_call = _on_call(situation, now)
    found = [
        _candidate(situation, person, now, on_call=person in on_call)
        for person in situation.roster.with_role(Role.SPECIALIST)
        if not callout.is_on_it(person.id)
    ]
    return sorted(found, key=lambda one: (one.rank, not one.on_call))


def next_in_step(situation: Situation, now: datetime) -> Sequence[Person]:
    """Whom the next step or round pages."""
    step = escalation.step_that_begins(situation, situation.callout.step + 1, now)
    return escalation.people_in_step(situation, step, now)


def _on_call(situation: Situation, now: datetime) -> list[Person]:
    steps = situation.callout.policy.steps
    return [person for step in steps for target in step.targets for person in resolve(situation.roster, target, now)]


def _candidate(situation: Situation, person: Person, now: datetime, *, on_call: bool) -> Candidate:
    callout = situation.callout
    asked = [page for page in callout.pages if page.person == person.id and page.purpose is Purpose.PAGE]
    rank, known = _known(situation, person, asked, now)
    return Candidate(person, rank, f"on call, {known}" if on_call else known, _brings(callout, person), on_call)


def _known(situation: Situation, person: Person, asked: Sequence[Page], now: datetime) -> tuple[CandidateRank, str]:
    callout = situation.callout
    if (said := callout.limited_of(person.id)) is not None:
        return CandidateRank.OFFERED, could_come.of_decline(said).in_words
    if person.id in callout.declined:
        return CandidateRank.DECLINED, "declined"
    if person.id in callout.out:
        return CandidateRank.OUT, "out on another call-out"
    if person.id in callout.passed_over:
        known = "turned back" if person.id in callout.turned_back else "had it and did not move"
        return CandidateRank.PASSED_OVER, known
    paged = sum(page.went_out for page in asked)
    if any(_may_bring_an_answer(callout, page) for page in asked):
        return CandidateRank.BEING_PAGED, f"being paged, {counted_text(paged, 'page')} so far"
    if paged:
        return CandidateRank.NO_ANSWER, f"no answer to {counted_text(paged, 'page')}"
    if person.id in situation.away:
        return CandidateRank.AWAY, "has said that they are away"
    if (rests_until := still(situation.resting, person.id, now)) is not None:
        return CandidateRank.RESTS, f"rests until {local_time(rests_until)} after last night's call-out"
    return CandidateRank.FREE, "free"


def _may_bring_an_answer(callout: CallOut, page: Page) -> bool:
    """Whether the page is still to come, rings, or belongs to the current step or round: a text may be answered any
    time."""
    if page.state is PageState.WAITING:
        return True
    return page.state.is_under_way and (page.channel is Channel.VOICE or page.step == callout.step)


def _brings(callout: CallOut, person: Person) -> str:
    """What paging them does: a page that waits for them goes out now, otherwise their contact plan begins."""
    waiting = escalation.waiting_for(callout, person.id)
    if waiting:
        return f"the {_WHAT[waiting[0].channel]} that waits goes out now"
    return ", ".join(_step(step.channel, step.after_seconds) for step in contact_plan(person)[:2])


_WHAT = {Channel.SMS: "text", Channel.VOICE: "call", Channel.WEBHOOK: "notice"}


def _step(channel: Channel, after_seconds: int) -> str:
    return f"{_WHAT[channel]} {'now' if after_seconds < 60 else f'after {after_seconds // 60} min'}"
