"""Who is paged next, and when.

The rule: a policy has steps 1 to n. A step pages its targets and lasts for its `wait_seconds`; then the next begins.
After step n come rounds without end. Each pages every specialist, begins with an alarm to the coordinators, and lasts
for `round_wait_seconds`. `CallOut.step` counts both: 1 to n are the steps, n + 1 is the first round.

What departs from the rule:

- A step ends at once when nobody in it can answer any more: each has declined, or none of their pages is still under
  way and one has failed; a text that arrived is no sign of life (ADR 9). A round keeps its time, since after everyone
  there is nobody to go on to.
- A step that yields nobody is skipped, with an alarm unless everybody in it is out on another call-out or rests.
- Whoever declined is not paged again, until every specialist has declined: then all are asked again.
- Whoever goes only if nobody else does counts as one who declined until the steps are over. Each round asks them again,
  first, by text and call at once.
- Whoever is out on another call-out is left out while others can be paged. They are paged, and told that they are the
  last, when nobody else can be, or when a whole round of the others has brought no answer: nobody is ever left unpaged
  because everybody is out.
- Whoever rests after a call-out at night (`rules/roster/rest.py`) is left out of a step while this or a later step has
  somebody who is neither out nor resting. In a round nobody is left out because of rest, and no step begins later.
- Where the policy says so, those of a step who are much nearer are paged a minute before the others, and the nearest
  are paged with a first step that is far away (`rules/nearer/paged_first.py`).
- When a call-out is let go and no partner takes it over, the next step begins, not the first (`assignment`).

The law: while nobody has a call-out, it is in a step or a round, and its deadline `ESCALATE` says when that ends. There
is no last round.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from dispatch.rules.alarms import watch
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    HurryPage,
    MarkDeclined,
    Note,
    NoteKind,
    SetDeadline,
    WithdrawPages,
    WriteCallOut,
)
from dispatch.rules.delivery.paging import pages_for
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import CallOut, Decline, Status
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel, Person, Role
from dispatch.rules.facts.roster import Policy
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer import paged_first
from dispatch.rules.roster import rest
from dispatch.rules.roster.on_call import resolve
from dispatch.rules.wording import alarms


def begin_step(situation: Situation, step: int, now: datetime, *, also: Sequence[Person] = ()) -> list[Decision]:
    """Begin `step`, or the round of that number: page its people, and `also`, who are known to be awake.

    A step that yields nobody is skipped, with an alarm unless everybody in it is out or rests.
    """
    policy = situation.callout.policy
    decisions: list[Decision] = []
    asked, (step, in_step) = step, _first_with_anybody(situation, step, now)
    beside = paged_first.beside_first_step(situation, in_step, now)
    people = list(dict.fromkeys([*also, *in_step, *beside]))
    awake = {person.id for person in also}
    for empty in range(asked, step):
        left_out = _left_out(situation, empty, people, now)
        decisions += [note for note in left_out if note.person not in awake]
        decisions += () if left_out else _nobody_on_shift(situation, empty)
    paged = {person.id for person in people}
    decisions += [
        note for note in _left_out(situation, step, people, now) if note.person not in paged and note not in decisions
    ]
    last = [person for person in in_step if person.id in situation.callout.out and person not in also]
    names = _names(people)
    if is_of_policy(policy, step):
        decisions.append(Note(NoteKind.PAGING, f"step {step}: paging {names}"))
    else:
        round_number = step - len(policy.steps)
        decisions.append(
            AlarmCoordinators(
                alarms.chain_ended(situation.callout.code, round_number, situation.callout.officer_phone),
                kind=AlarmKind.CHAIN_ENDED,
                paged=frozenset(person.id for person in people),
            )
        )
        decisions.append(Note(NoteKind.ROUND, f"round {round_number} of paging everyone: {names or 'there is nobody'}"))
    if paged_first.where(situation).broken:
        decisions.append(watch.warn_of_mistake(situation.callout.code))
    wait = timedelta(seconds=policy.wait_seconds(step))
    at_once = {person.id for person in also} | {one.person for one in situation.callout.limited}
    later = paged_first.later(situation, [*in_step, *beside], wait) - at_once
    starts = {person: now + paged_first.AHEAD if person.id in later else now for person in people}
    return [
        *decisions,
        WriteCallOut({"step": step}),
        *(
            page
            for person in people
            for page in pages_for(situation, person, step, starts[person], last=person in last)
        ),
        SetDeadline(DeadlineKind.ESCALATE, now + wait),
    ]


def step_that_begins(situation: Situation, step: int, now: datetime) -> int:
    """The step or round that begins where `step` would: a step that pages nobody is skipped."""
    begins, _ = _first_with_anybody(situation, step, now)
    return begins


def _first_with_anybody(situation: Situation, step: int, now: datetime) -> tuple[int, list[Person]]:
    """The first step from `step` on that pages somebody, and whom; otherwise a round, even one that pages nobody."""
    while not (people := people_in_step(situation, step, now)) and is_of_policy(situation.callout.policy, step):
        step += 1
    return step, people


def asked_in_step(callout: CallOut) -> list[str]:
    """The ids of those whom the current step or round pages, each once, in the order in which they were paged."""
    asked = (page for page in callout.pages if page.step == callout.step and page.purpose is Purpose.PAGE)
    return list(dict.fromkeys(page.person for page in asked if page.person is not None))


def is_asked(callout: CallOut) -> bool:
    """Whether a page of the current step or round has left, as far as is known."""
    return any(page.purpose.pages and page.step == callout.step and page.went_out for page in callout.pages)


def is_of_policy(policy: Policy, step: int) -> bool:
    """Whether this number is a step; any higher one is a round."""
    return step <= len(policy.steps)


def people_in_step(situation: Situation, step: int, now: datetime) -> list[Person]:
    """Whom this step or round pages: its people, without those who are out on another call-out, or rest, while others
    are left.

    The second round pages those who are out as well: by then the others have had a whole round to answer.
    """
    callout = situation.callout
    meant = _meant_by_step(situation, step, now)
    free = [person for person in meant if person.id not in callout.out]
    if is_of_policy(callout.policy, step):
        return _rested_first(situation, step, free, now)
    is_first_round = step == len(callout.policy.steps) + 1
    return free if free and is_first_round else meant


def _rested_first(situation: Situation, step: int, free: list[Person], now: datetime) -> list[Person]:
    """Of those of a step who are `free`, whoever does not rest; all of them where no later step has anybody else."""
    if not any(_rests(situation, person, now) for person in free):
        return free
    out = situation.callout.out
    later = range(step, len(situation.callout.policy.steps) + 1)
    others = (one for each in later for one in _meant_by_step(situation, each, now))
    if any(one.id not in out and not _rests(situation, one, now) for one in others):
        return [person for person in free if not _rests(situation, person, now)]
    return free


def _rests(situation: Situation, person: Person, now: datetime) -> bool:
    return rest.still(situation.resting, person.id, now) is not None


def this_step_and_next(situation: Situation, now: datetime) -> list[Person]:
    """Everybody whom this step or round pages, or paged when somebody took it, and then those of the next."""
    step = situation.callout.step
    following = step_that_begins(situation, step + 1, now)
    people = [*people_in_step(situation, step, now), *people_in_step(situation, following, now)]
    return list(dict.fromkeys(people))


def _meant_by_step(situation: Situation, step: int, now: datetime) -> list[Person]:
    """The people of this step or round as the roster has them at `now`, without those who declined.

    When every specialist has declined, a round asks all of them again: a child is waiting. Whoever goes only if nobody
    else does comes first in every round, a coordinator too whom a step has paged.
    """
    callout, declined = situation.callout, situation.callout.declined
    policy = callout.policy
    if not is_of_policy(policy, step):
        everyone = situation.roster.with_role(Role.SPECIALIST)
        left = any(person.id not in declined for person in everyone)
        waiting = [person for one in callout.limited if (person := situation.roster.person(one.person))]
        asked = (person for person in everyone if not left or person.id not in callout.refused)
        return list(dict.fromkeys([*waiting, *asked]))
    found = [person for target in policy.steps[step - 1].targets for person in resolve(situation.roster, target, now)]
    return [person for person in dict.fromkeys(found) if person.id not in declined]


def is_last(callout: CallOut, page: Page, person: Person) -> bool:
    """Whether a page asks somebody who is out on another call-out because nobody else is left. Only rounds do that."""
    return person.id in callout.out and not is_of_policy(callout.policy, page.step)


def _left_out(situation: Situation, step: int, instead: Sequence[Person], now: datetime) -> list[Note]:
    """A timeline line for each person whom this step or round leaves out because they are out on another call-out, or
    rest. `instead` are those who are paged."""
    if not situation.callout.out and not situation.resting:
        return []
    paged = people_in_step(situation, step, now)
    return [
        _why_left_out(situation, person, instead, now)
        for person in _meant_by_step(situation, step, now)
        if person not in paged
    ]


def _why_left_out(situation: Situation, person: Person, instead: Sequence[Person], now: datetime) -> Note:
    until = rest.still(situation.resting, person.id, now)
    if person.id in situation.callout.out or until is None:
        return Note(NoteKind.OUT, f"{person.name} is out on another call-out, and others are left", person.id)
    names = [one.first_name for one in instead]
    return Note(NoteKind.RESTS, rest.sentence(person.first_name, until, names), person.id)


def _nobody_on_shift(situation: Situation, step: int) -> list[Decision]:
    return [
        Note(NoteKind.NOBODY_ON_SHIFT, f"there is nobody to page in step {step}"),
        AlarmCoordinators(alarms.nobody_on_shift(situation.callout.code, step), kind=AlarmKind.NOBODY_ON_SHIFT),
    ]


def end_step(situation: Situation, now: datetime) -> list[Decision]:
    """The step or round has had its time: the next people are paged. Whoever was paged before may still answer."""
    if situation.callout.status is not Status.PAGING:
        return []
    return begin_step(situation, situation.callout.step + 1, now)


def fail_forward(situation: Situation, failed: Page, now: datetime) -> list[Decision]:
    """A page reached nobody: that person's next page goes out now. If none is left, and nobody else in the step can
    answer, the next step begins now."""
    callout = situation.callout
    if callout.status is not Status.PAGING or failed.purpose is not Purpose.PAGE:
        return []
    waiting = waiting_for(callout, failed.person) if failed.person is not None else []
    if waiting:
        return [HurryPage(waiting[0].page)]
    return end_if_hopeless(situation, now)


class Waiting(NamedTuple):
    """A page that has not left yet."""

    due_at: datetime
    page: str
    channel: Channel


def waiting_for(callout: CallOut, person: str) -> list[Waiting]:
    """What is still to come of a person's contact plan, the next page first."""
    waiting = [page for page in callout.pages if page.person == person and page.will_ask]
    return sorted(Waiting(due_of(page), page.id, page.channel) for page in waiting)


def decline(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    """Somebody who does not have the call-out says no: they are not paged again while others can be."""
    return say_no(situation, Decline(person.id, now), Note(NoteKind.DECLINED, f"{person.name} declined", person.id))


def say_no(situation: Situation, no: Decline, note: Note) -> list[Decision]:
    """This no is kept, and nothing that waits for its sender leaves; the step ends where nobody else can answer."""
    callout = situation.callout
    told: list[Decision] = [MarkDeclined(no.person, no.limited, no.minutes), WithdrawPages(no.person), note]
    if callout.status is not Status.PAGING:
        return told
    limited = tuple(one for one in callout.limited if one.person != no.person)
    after = replace(
        callout,
        declined=callout.declined | {no.person},
        limited=(*limited, no) if no.limited else limited,
    )
    return [*told, *end_if_hopeless(replace(situation, callout=after), no.at, but=no.person)]


def end_if_hopeless(situation: Situation, now: datetime, *, but: str | None = None) -> list[Decision]:
    """The step ends now if nobody in it can answer any more; `but` has just answered."""
    callout = situation.callout
    paged = asked_in_step(callout)
    if any(_may_answer(callout, person_id) for person_id in paged if person_id != but):
        return []
    # A round keeps its time: after everyone there is nobody to go on to, and dead phones would make rounds follow each
    # other as fast as the phones fail.
    if not is_of_policy(callout.policy, callout.step):
        return _page_the_last(situation, set(paged), now)
    return [Note(NoteKind.STEP_ENDED_EARLY, f"nobody in step {callout.step} can be reached"), *end_step(situation, now)]


def _page_the_last(situation: Situation, paged: set[str], now: datetime) -> list[Decision]:
    """Nobody whom this round has `paged` can answer any more, so those whom it left out are paged now: the people who
    are out on another call-out."""
    callout = situation.callout
    left = callout.out - callout.refused - paged
    last = [person for person in situation.roster.with_role(Role.SPECIALIST) if person.id in left]
    if not last:
        return []
    return [
        Note(NoteKind.PAGING, f"nobody else is left: paging {_names(last)}"),
        *(page for person in last for page in pages_for(situation, person, callout.step, now, last=True)),
    ]


def _names(people: Sequence[Person]) -> str:
    return ", ".join(person.name for person in people)


def _may_answer(callout: CallOut, person: str) -> bool:
    """Whether this step or round may still bring an answer from a person: a page is under way, or none has failed."""
    if person in callout.declined and not callout.is_asked_again(person):
        return False
    pages = [page for page in callout.pages if page.person == person and page.step == callout.step]
    to_come = any(page.state in _MAY_STILL_LEAVE or _rings(page) for page in pages)
    return to_come or not any(page.state is PageState.FAILED for page in pages)


_MAY_STILL_LEAVE = frozenset({PageState.WAITING, PageState.SENDING, PageState.UNKNOWN})


def _rings(page: Page) -> bool:
    return page.channel is Channel.VOICE and page.state in {PageState.SENT, PageState.DELIVERED}


def due_of(page: Page) -> datetime:
    assert page.due_at is not None, "a waiting page always has a due_at"
    return page.due_at
