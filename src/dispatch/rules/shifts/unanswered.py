"""What follows from a test at the start of a shift: a call after ten minutes, and somebody beside them after thirty.

The law: **silence adds somebody and takes nobody off call.** What the carrier has not brought to a phone is no silence,
and nobody is tested who is paged, out or resting.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.delivery.page_life import was_put_through
from dispatch.rules.facts.pages import PageState

CALLS_AFTER = timedelta(minutes=10)
SILENT_AFTER = timedelta(minutes=30)
AGAIN_AFTER = timedelta(minutes=10)
"""How long the carrier's trouble is waited for before it is looked again."""


class TestStage(StrEnum):
    """How far a test has come."""

    __test__ = False  # pytest takes it for one of its own

    TEXTED = "texted"
    RUNG = "rung"
    SILENT = "silent"  # somebody was added, or coordinators were alarmed alone


class TestEnd(StrEnum):
    """How it ended."""

    __test__ = False

    ANSWERED = "answered"
    REFUSED = "refused"  # they wrote that they cannot; whoever came in beside them stays
    NEEDED = "needed"  # they are paged, out or resting
    SHIFT_OVER = "shift_over"


@dataclass(frozen=True, slots=True)
class ShiftTest:
    """A test that goes on. `override` is the key of the one that added `backup` to their rotation."""

    id: str
    rotation: str
    person: str
    starts_at: datetime
    ends_at: datetime
    asked_at: datetime
    stage: TestStage
    due_at: datetime
    backup: str | None = None
    override: str | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """What became of one page of a test. `left_at`: when the carrier had it; None where that is unknown."""

    state: PageState
    failure: str | None = None
    left_at: datetime | None = None

    @property
    def was_answered(self) -> bool:
        return self.state is PageState.DONE

    @property
    def came_to_a_phone(self) -> bool:
        """Whether a phone had it: it rang, or the text arrived."""
        rang = self.state.has_failed and self.failure is not None and was_put_through(self.failure)
        return rang or self.state is PageState.DELIVERED

    def was_kept(self, now: datetime) -> bool:
        """Whether a phone had it, long enough for its owner to look: it may have left late. What left far ahead of
        `now` left by a clock that was set back since."""
        late = self.left_at is not None and -AGAIN_AFTER < now - self.left_at < CALLS_AFTER
        return self.came_to_a_phone and not late


def is_unanswered(test: ShiftTest, now: datetime) -> bool:
    """Whether a test that goes on is past the time for its answer, whatever the carrier has brought to their phone."""
    return now >= test.asked_at + SILENT_AFTER


def found_nobody(pages: Collection[tuple[datetime, PageState]]) -> bool:
    """Whether the newest test found nobody: its call may have rung in vain before its text was answered. `pages` are
    somebody's newest on each channel: when each was made, and what became of it."""
    newest = max((at for at, _ in pages), default=None)
    of_it = [state for at, state in pages if newest is not None and newest - at <= SILENT_AFTER]
    return any(state.has_failed for state in of_it) and PageState.DONE not in of_it


class AfterTest(StrEnum):
    WAIT = "wait"
    CALL = "call"
    LOOK_AGAIN = "look_again"
    BRING_IN = "bring_in"
    ENDS_ANSWERED = "ends_answered"
    ENDS_NEEDED = "ends_needed"
    ENDS_OVER = "ends_over"


def what_next(
    test: ShiftTest, reached: Sequence[Reached], now: datetime, *, holds: bool, answered: bool, needed: bool
) -> AfterTest:
    """`reached` are its text and its call; `needed` says that they are paged, out or resting. `holds`: the shift is
    still theirs. Where somebody has taken it from them, their answer lets nobody go: there might be nobody left."""
    if now >= test.ends_at or not holds:
        return AfterTest.ENDS_OVER
    if answered:
        return AfterTest.ENDS_ANSWERED
    if test.stage is TestStage.SILENT:
        return AfterTest.WAIT
    if needed:
        return AfterTest.ENDS_NEEDED
    if now < test.due_at:
        return AfterTest.WAIT
    if test.stage is TestStage.TEXTED:
        return AfterTest.CALL
    return AfterTest.BRING_IN if any(one.was_kept(now) for one in reached) else AfterTest.LOOK_AGAIN
