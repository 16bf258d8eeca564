"""Who is paged next, and when a step ends before its time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.callout import escalation
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    HurryPage,
    MarkDeclined,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
    WithdrawPages,
    WriteCallOut,
)
from dispatch.rules.delivery.sending import Progress
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.roster import Policy, PolicyStep, Target, TargetKind
from dispatch.rules.reader.vocabulary import Word
from tests.rules.situations import (
    ANA,
    BACKUP,
    BEN,
    CLEO,
    EVERYONE,
    NIGHT,
    POLICY,
    PRIMARY,
    Night,
    assigned,
    callout,
    minutes,
    only,
    page,
    pages_to,
    roster,
    situation,
    written,
)

NOW = NIGHT + minutes(2)
NOBODY = Target(TargetKind.ROTATION, "no such rotation")

# ---- a turn begins -------------------------------------------------------------------------------------------------


def test_a_step_pages_whoever_is_in_it() -> None:
    """The step's people are paged according to their contact plans, and the step ends after its time."""
    decisions = escalation.begin_step(situation(), 1, NOW)
    assert [page.due_at - NOW for page in only(SendPage, decisions)] == [
        timedelta(seconds=s) for s in (0, 60, 150, 240)
    ]
    assert pages_to(decisions) == ["ana"]
    assert WriteCallOut({"step": 1}) in decisions
    assert only(SetDeadline, decisions) == [SetDeadline(DeadlineKind.ESCALATE, NOW + minutes(5))]
    assert Note(NoteKind.PAGING, "step 1: paging Ana Reyes") in decisions
    assert not only(AlarmCoordinators, decisions)


def test_a_step_without_anybody_is_passed_over_at_once() -> None:
    """Nobody loses five minutes to an empty step; it is noted, and coordinators are alarmed."""
    policy = Policy("default", (PolicyStep((NOBODY,), 300), PolicyStep((BACKUP,), 240)))
    decisions = escalation.begin_step(situation(callout(policy=policy)), 1, NOW)
    assert pages_to(decisions) == ["ben"]
    assert WriteCallOut({"step": 2}) in decisions
    (alarm,) = only(AlarmCoordinators, decisions)
    assert "there is nobody to page in step 1" in alarm.text
    assert not rings(alarm)
    assert only(SetDeadline, decisions)[0].due_at == NOW + minutes(4)


def test_after_the_last_step_everyone_is_paged() -> None:
    """A round rings the coordinators, pages every specialist, and ends after the policy's time for a round."""
    decisions = escalation.begin_step(situation(), 4, NOW)
    assert pages_to(decisions) == ["ana", "ben", "cleo"]
    (alarm,) = only(AlarmCoordinators, decisions)
    assert "round 2" in alarm.text
    assert rings(alarm)
    assert alarm.paged == {"ana", "ben", "cleo"}
    assert only(SetDeadline, decisions)[0].due_at == NOW + minutes(5)


def test_empty_steps_lead_to_everyone() -> None:
    """When no step yields anybody the first round begins at once."""
    policy = Policy("default", (PolicyStep((NOBODY,), 300),) * 2)
    decisions = escalation.begin_step(situation(callout(policy=policy)), 1, NOW)
    assert written(decisions) == {"step": 3}
    assert pages_to(decisions) == ["ana", "ben", "cleo"]
    assert len(only(AlarmCoordinators, decisions)) == 3


def test_a_round_with_nobody_still_ends() -> None:
    """With no specialist at all the round is noted as empty, and the next one comes."""
    decisions = escalation.begin_step(situation(people=roster()), 3, NOW)
    assert Note(NoteKind.ROUND, "round 1 of paging everyone: there is nobody") in decisions
    assert not only(SendPage, decisions)
    assert only(SetDeadline, decisions)


def test_whoever_is_known_to_be_awake_is_paged_too() -> None:
    """`also` comes first, and nobody is paged twice in one turn."""
    assert pages_to(escalation.begin_step(situation(), 1, NOW, also=[BEN])) == ["ben", "ana"]
    assert len(only(SendPage, escalation.begin_step(situation(), 1, NOW, also=[ANA]))) == 4


# ---- whom a turn pages ---------------------------------------------------------------------------------------------


def test_whoever_declined_is_left_out() -> None:
    """Of a step's targets each person is paged once, except whoever declined; a step may then yield nobody."""
    policy = Policy("default", (PolicyStep((PRIMARY, EVERYONE, PRIMARY), 300),))
    about = callout(policy=policy, declined=frozenset({"ben"}))
    assert escalation.people_in_step(situation(about), 1, NOW) == [ANA, CLEO]
    assert escalation.people_in_step(situation(callout(declined=frozenset({"ana"}))), 1, NOW) == []


def test_when_everybody_declined_everybody_is_asked_again() -> None:
    """A round leaves out those who declined until nobody is left; then it leaves out nobody: a child is waiting."""
    some = callout(declined=frozenset({"ana", "ben"}))
    assert escalation.people_in_step(situation(some), 3, NOW) == [CLEO]
    everybody = callout(declined=frozenset({"ana", "ben", "cleo"}))
    assert escalation.people_in_step(situation(everybody), 3, NOW) == [ANA, BEN, CLEO]


@pytest.mark.parametrize(("step", "is_of_policy"), [(1, True), (2, True), (3, False)])
def test_turns_up_to_the_last_step_are_steps(step: int, is_of_policy: bool) -> None:
    """Turns count from 1; a policy without steps has rounds only."""
    assert escalation.is_of_policy(POLICY, step) is is_of_policy
    assert not escalation.is_of_policy(Policy("everyone", ()), step)


# ---- a turn ends ---------------------------------------------------------------------------------------------------


def test_when_its_time_is_up_the_next_turn_begins() -> None:
    """Whoever was paged may still answer; nobody's pages are taken back."""
    decisions = escalation.end_step(situation(), NOW)
    assert WriteCallOut({"step": 2}) in decisions
    assert not only(WithdrawPages, decisions)


def test_nothing_ends_once_somebody_has_it() -> None:
    """A turn's end that comes after the acknowledgement pages nobody, and neither does a page that fails."""
    taken = situation(callout(Status.ACKNOWLEDGED, assigned("ana")))
    assert escalation.end_step(taken, NOW) == []
    assert escalation.fail_forward(taken, page("ana", PageState.FAILED), NOW) == []


def test_a_failed_page_hurries_the_next_one() -> None:
    """Of the pages that wait for the same person, the one due first goes out now."""
    failed = page("ana", PageState.FAILED)
    later = page("ana", PageState.WAITING, id="p2", due_at=NIGHT + minutes(4))
    next_one = page("ana", PageState.WAITING, id="p3", due_at=NIGHT + minutes(1))
    other = page("ben", PageState.WAITING, id="p4", due_at=NIGHT)
    reminder = page("ana", PageState.WAITING, id="p5", purpose=Purpose.REMINDER)
    about = callout(pages=(failed, later, next_one, other, reminder))
    assert escalation.fail_forward(situation(about), failed, NOW) == [HurryPage("p3")]


def test_what_asked_nobody_to_take_it_may_fail() -> None:
    """A reminder or an alarm that reached nobody ends no turn."""
    failed = page("ana", PageState.FAILED, purpose=Purpose.CONFIRMATION)
    assert escalation.fail_forward(situation(callout(pages=(failed,))), failed, NOW) == []


def call(state: PageState, **facts: Any) -> Page:
    return page("ana", state, id="p2", channel=Channel.VOICE, **facts)


@pytest.mark.parametrize(
    ("others", "ends"),
    [
        ((), True),
        ((page("ana", PageState.DELIVERED, id="p2"),), True),  # every call failed: a text alone wakes nobody
        ((call(PageState.FAILED),), True),
        ((call(PageState.SENT),), False),  # it rings
        ((call(PageState.DELIVERED),), False),  # they listen
        ((call(PageState.SENDING),), False),
        ((call(PageState.UNKNOWN),), False),
        ((page("ben", PageState.SENT, id="p2"),), False),  # somebody else in this turn may answer
        ((page("ben", PageState.FAILED, id="p2"),), True),
        ((page("ben", PageState.SENT, id="p2", step=2),), True),  # another turn's pages say nothing about this one
        ((call(PageState.SENT, step=2),), True),
    ],
)
def test_a_turn_ends_when_nobody_in_it_can_answer(others: tuple[Page, ...], ends: bool) -> None:
    """When every way to everybody in it has failed the next turn begins now; while one may succeed it does not."""
    failed = page("ana", PageState.FAILED)
    decisions = escalation.fail_forward(situation(callout(pages=(failed, *others))), failed, NOW)
    assert (WriteCallOut({"step": 2}) in decisions) is ends
    assert (Note(NoteKind.STEP_ENDED_EARLY, "nobody in step 1 can be reached") in decisions) is ends


def test_a_round_keeps_its_time() -> None:
    """When everyone is paged there is no next person: dead phones must not make the rounds spin."""
    failed = page("ana", PageState.FAILED, step=3)
    assert escalation.fail_forward(situation(callout(step=3, pages=(failed,))), failed, NOW) == []


# ---- declines ------------------------------------------------------------------------------------------------------


def test_a_decline_pages_the_next_now() -> None:
    """Their pages are taken back and, since nobody else is in the turn, the next turn begins."""
    decisions = escalation.decline(situation(callout(pages=(page("ana"),))), ANA, NOW)
    assert decisions[:3] == [
        MarkDeclined("ana"),
        WithdrawPages("ana"),
        Note(NoteKind.DECLINED, "Ana Reyes declined", "ana"),
    ]
    assert WriteCallOut({"step": 2}) in decisions
    assert pages_to(decisions) == ["ben"]


def test_a_decline_while_another_may_answer_waits() -> None:
    """The turn goes on as long as somebody else in it may answer."""
    about = callout(pages=(page("ana"), page("ben", id="p2")))
    assert len(escalation.decline(situation(about), ANA, NOW)) == 3


def test_a_decline_of_what_is_taken_pages_nobody() -> None:
    """The decline is kept in case whoever has it lets go."""
    taken = callout(Status.EN_ROUTE, assigned("ben"), pages=(page("ana"),))
    assert len(escalation.decline(situation(taken), ANA, NOW)) == 3


# ---- who is out on another call-out --------------------------------------------------------------------------------


def out(*people: str, **facts: Any) -> CallOut:
    """A call-out that comes in while these people are out on another."""
    return callout(step=0, out=frozenset(people), **facts)


def notes(decisions: Sequence[Decision], kind: NoteKind) -> list[str | None]:
    """About whom there is a line of this kind."""
    return [note.person for note in only(Note, decisions) if note.kind is kind]


def test_who_is_out_is_passed_over() -> None:
    """The backup is paged in their place at once: a line says so, and nobody is alarmed for it."""
    decisions = escalation.begin_step(situation(out("ana")), 1, NOW)
    assert pages_to(decisions) == ["ben"]
    assert WriteCallOut({"step": 2}) in decisions
    assert notes(decisions, NoteKind.OUT) == ["ana"]
    assert not only(AlarmCoordinators, decisions)


def test_who_is_out_is_passed_over_beside_others_of_the_step() -> None:
    """The others of the step are paged, and the step has its time."""
    policy = Policy("both", (PolicyStep((PRIMARY, BACKUP), 300),))
    decisions = escalation.begin_step(situation(out("ana", policy=policy)), 1, NOW)
    assert (pages_to(decisions), notes(decisions, NoteKind.OUT)) == (["ben"], ["ana"])
    assert WriteCallOut({"step": 1}) in decisions


def test_a_step_of_nobody_is_an_alarm_all_the_same() -> None:
    """That the roster has a hole is worth an alarm, whoever is out."""
    policy = Policy("holes", (PolicyStep((NOBODY,), 300), PolicyStep((PRIMARY,), 300)))
    decisions = escalation.begin_step(situation(out("ana", policy=policy)), 1, NOW)
    assert notes(decisions, NoteKind.NOBODY_ON_SHIFT) == [None]
    assert notes(decisions, NoteKind.OUT) == ["ana"]


def test_the_first_round_still_passes_over() -> None:
    """Everyone else first; after a whole round without an answer those who are out are asked as well."""
    first = escalation.begin_step(situation(out("ana")), 3, NOW)
    assert (pages_to(first), notes(first, NoteKind.OUT)) == (["ben", "cleo"], ["ana"])
    second = escalation.begin_step(situation(out("ana")), 4, NOW)
    assert (pages_to(second), notes(second, NoteKind.OUT)) == (["ana", "ben", "cleo"], [])
    last = {page.person: "you are the last we can ask" in page.text for page in only(SendPage, second)}
    assert last == {"ana": True, "ben": False, "cleo": False}


def test_everybody_out_is_asked_at_once() -> None:
    """With nobody else left the first round pages whoever is out, and tells them."""
    decisions = escalation.begin_step(situation(out("ana", "ben", "cleo")), 1, NOW)
    assert pages_to(decisions) == ["ana", "ben", "cleo"]
    assert all("you are the last we can ask" in page.text for page in only(SendPage, decisions))
    assert notes(decisions, NoteKind.OUT) == ["ana", "ben"]  # in their steps


def test_the_last_are_paged_when_the_others_cannot() -> None:
    """In the first round the last of the others declines: whoever is out is paged now, not when the round is over."""
    about = replace(out("ana", pages=(page("cleo", step=3),), declined=frozenset({"ben"})), step=3)
    decisions = escalation.decline(situation(about), CLEO, NOW)
    assert pages_to(decisions) == ["ana"]
    assert "step" not in written(decisions)
    paged = (page("cleo", step=3), page("ana", PageState.FAILED, id="p2", step=3))
    assert len(escalation.decline(situation(replace(about, pages=paged)), CLEO, NOW)) == 3  # once is enough


def test_who_offered_is_not_told_that_they_are_the_last() -> None:
    """They are awake and said that they could come, so they are asked like anybody, in a step too."""
    decisions = escalation.begin_step(situation(out("cleo")), 1, NOW, also=[CLEO])
    assert pages_to(decisions) == ["cleo", "ana"]
    assert not [page for page in only(SendPage, decisions) if "the last" in page.text]
    in_round = escalation.begin_step(situation(out("cleo")), 3, NOW, also=[CLEO])
    assert pages_to(in_round) == ["cleo", "ana", "ben"]
    assert not notes(in_round, NoteKind.OUT)


@pytest.mark.parametrize(("step", "last"), [(1, False), (2, False), (3, True)])
def test_only_a_round_asks_the_last(step: int, last: bool) -> None:
    """Whoever took another call-out while this one paged them was asked like anybody."""
    assert escalation.is_last(out("ana"), page("ana", step=step), ANA) is last
    assert not escalation.is_last(out("ben"), page("ana", step=step), ANA)


# ---- what always holds ---------------------------------------------------------------------------------------------


@given(
    declined=st.sets(st.sampled_from(("ana", "ben", "cleo"))),
    people=st.sets(st.sampled_from((ANA, BEN, CLEO))),
    step=st.integers(1, 6),
)
def test_every_turn_has_an_end_and_counts_up(declined: set[str], people: set[Person], step: int) -> None:
    """Whoever is left and whoever declined, the turn's end lies ahead, and the turn's number never goes back."""
    known = roster(*(person for person in (ANA, BEN, CLEO) if person in people))
    decisions = escalation.begin_step(situation(callout(declined=frozenset(declined)), known), step, NOW)
    assert written(decisions)["step"] >= step
    assert [deadline.kind for deadline in only(SetDeadline, decisions)] == [DeadlineKind.ESCALATE]
    assert only(SetDeadline, decisions)[0].due_at > NOW
    paged = set(pages_to(decisions))
    left = {person.id for person in known.people} - declined
    assert paged <= left if left else paged == {person.id for person in known.people}


@given(
    declined=st.sets(st.sampled_from(("ana", "ben", "cleo"))),
    away=st.sets(st.sampled_from(("ana", "ben", "cleo"))),
    step=st.integers(1, 6),
)
def test_nobody_is_left_unpaged_because_all_are_out(declined: set[str], away: set[str], step: int) -> None:
    """Whoever is out and whoever declined, a turn pages somebody, and in a step nobody who is out."""
    about = replace(out(*away), declined=frozenset(declined))
    decisions = escalation.begin_step(situation(about), step, NOW)
    paged, begun = set(pages_to(decisions)), written(decisions)["step"]
    assert paged
    free = {"ana", "ben", "cleo"} - declined - away
    if begun <= len(POLICY.steps) + 1 and free:
        assert paged <= free
    passed_over = [*notes(decisions, NoteKind.OUT)]
    assert set(passed_over) <= away


@given(
    st.sets(st.sampled_from(("ana", "ben", "cleo")), min_size=1),
    st.lists(st.sampled_from((None, *Progress)), min_size=1, max_size=6),
    st.lists(st.sampled_from(("ana", "ben", "cleo")), max_size=3),
)
def test_somebody_is_asked_whoever_is_out(away: set[str], news: list[Progress | None], noes: list[str]) -> None:
    """Whatever the carrier says and whoever says no, all are asked in the end, and rounds keep their time."""
    night = Night(callout=out(*away))
    night.opens()
    for who in noes:
        night.replies(who, Word.NO)
    for word in news:
        night.every_page_fails()
        assert night.callout.step <= len(POLICY.steps) + 1 + (night.now - NIGHT) / minutes(4)
        night.passes(minutes(5), pages=word)
    night.passes(minutes(15))
    assert {one.person for one in night.pages.values() if one.purpose is Purpose.PAGE} >= away - night.callout.declined


@given(st.lists(st.sampled_from((None, *Progress)), min_size=1, max_size=6))
@pytest.mark.costs(2)
def test_rounds_are_not_spun_by_dead_phones(news: list[Progress | None]) -> None:
    """Whatever the carrier says about the pages, however fast, a round lasts as long as the policy says."""
    night = Night()
    night.opens()
    for word in news:
        night.every_page_fails()
        assert night.callout.step <= len(POLICY.steps) + 1 + (night.now - NIGHT) / minutes(5)
        night.passes(minutes(5), pages=word)


@given(st.permutations(("ana", "ben", "cleo")))
def test_decliners_are_asked_again_when_nobody_is_left(order: list[str]) -> None:
    """Each no leaves fewer to page; after the last, the next round pages all of them again."""
    night = Night()
    night.opens()
    for who in order:
        night.replies(who, Word.NO)
    before = set(night.pages)
    step = night.callout.step
    while night.callout.step == step:
        night.meets_next_deadline()
    fresh = [page for name, page in night.pages.items() if name not in before and page.purpose is Purpose.PAGE]
    assert {page.person for page in fresh} == {"ana", "ben", "cleo"}
