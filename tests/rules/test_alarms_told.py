"""The alarms of one run of decisions: each is told after those before it."""

from collections.abc import Iterable
from dataclasses import replace

from dispatch.rules.alarms.alarm_kinds import over_when
from dispatch.rules.alarms.told import AlarmRouter
from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.people import Channel
from tests.rules.situations import CORA, NIGHT, roster

CHAIN = AlarmCoordinators("nobody answers", kind=AlarmKind.CHAIN_ENDED)
OPEN = Alarm("a1", AlarmKind.CHAIN_ENDED, "nobody answers", NIGHT, "c1")


def sounder(known: Iterable[Alarm] = ()) -> AlarmRouter:
    return AlarmRouter(roster(CORA), known, NIGHT, calls=())


def test_what_is_decided_together_rings_once() -> None:
    """The second alarm of a run is texted only: its call would find the line busy."""
    run = sounder()
    first, second = run.tell(CHAIN, "c1"), run.tell(AlarmCoordinators("late", kind=AlarmKind.TARGET_MISSED), "c1")
    assert [page.channel for page in first.pages] == [Channel.SMS, Channel.VOICE]
    assert [page.channel for page in second.pages] == [Channel.SMS]


def test_what_a_run_opens_it_knows() -> None:
    """The same alarm twice in a run opens once, and both times its pages name it."""
    run = sounder()
    first, second = run.tell(CHAIN, "c1"), run.tell(CHAIN, "c1")
    assert first.opened == Alarm("new1", CHAIN.kind, CHAIN.text, NIGHT, "c1")
    assert (second.again, second.opened) == (first.opened, None)
    assert {page.alarm for told in (first, second) for page in told.pages} == {"new1"}


def test_an_open_alarm_is_told_again() -> None:
    """An alarm that repeats an open one is that one: a key on its call takes what is open."""
    told = sounder([OPEN]).tell(CHAIN, "c1")
    assert (told.again, told.opened) == (OPEN, None)
    assert {page.alarm for page in told.pages} == {"a1"}


def test_what_a_move_ends_is_told_no_more() -> None:
    """Once somebody has the call-out, an alarm that nobody answers is another one; what goes on stays known."""
    late = replace(OPEN, id="a2", kind=AlarmKind.LATE_ARRIVAL, person="ana")
    run = sounder([OPEN, late])
    run.end(over_when(Status.ACKNOWLEDGED))
    assert run.tell(CHAIN, "c1").again is None
    assert run.tell(AlarmCoordinators("late", kind=AlarmKind.LATE_ARRIVAL, person="ana"), "c1").again == late


def test_news_names_no_alarm() -> None:
    """What is only to be read opens nothing that anybody could have."""
    told = sounder().tell(AlarmCoordinators("Ana wrote"), "c1")
    assert (told.again, told.opened, [page.alarm for page in told.pages]) == (None, None, [None])
