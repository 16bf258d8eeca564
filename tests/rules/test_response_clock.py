"""The response clock: who hears when before the target is missed, and how response times are summed up."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import floor
from random import Random
from statistics import median, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.alarms import alarm_kinds
from dispatch.rules.board.next_moves import next_moves
from dispatch.rules.callout import response_clock, telling
from dispatch.rules.callout.response_clock import Summary, Tally, is_late, rolling_p90
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Note,
    NoteKind,
    SetDeadline,
    TellAgency,
    TextOfficer,
    WriteCallOut,
)
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.situation import Timings
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.replies import officer_view
from dispatch.rules.wording import agency_texts
from tests.response_times import Response, summarise, tenths
from tests.rules.situations import NIGHT, Night, assigned, callout, minutes, only, situation, taken

# ---- while it runs -------------------------------------------------------------------------------------------------


def test_the_clock_has_three_deadlines() -> None:
    """The officer hears after 8 minutes, coordinators 20 minutes before the target and when it is missed."""
    assert response_clock.start(situation(), NIGHT) == [
        SetDeadline(DeadlineKind.OFFICER_WAITING, NIGHT + minutes(8)),
        SetDeadline(DeadlineKind.WARN_TARGET, NIGHT + minutes(40)),
        SetDeadline(DeadlineKind.TARGET_MISSED, NIGHT + minutes(60)),
    ]


def test_a_target_shorter_than_the_warning_warns_at_once() -> None:
    """No deadline lies in the past."""
    short = callout(respond_by=NIGHT + minutes(15))
    assert SetDeadline(DeadlineKind.WARN_TARGET, NIGHT) in response_clock.start(situation(short), NIGHT)


def test_the_officer_hears_that_nobody_has_it() -> None:
    """As long as paging goes on the officer is told the truth, and told again."""
    now = NIGHT + timedelta(minutes=8, seconds=59)
    for attempt in (1, 2):
        decisions = response_clock.tell_officer_nobody_yet(situation(), attempt, now)
        assert "after 8 minutes" in only(TextOfficer, decisions)[0].text
        again = SetDeadline(DeadlineKind.OFFICER_WAITING, now + minutes(8), attempt=attempt + 1)
        assert only(SetDeadline, decisions) == [again]
    taken = callout(Status.ACKNOWLEDGED, assigned("ana"))
    assert response_clock.tell_officer_nobody_yet(situation(taken), 1, now) == []


def test_nobody_says_that_nobody_has_answered_once_somebody_had_it() -> None:
    """Ana took it and has let it go: the officer was told that she comes, and coordinators that she cannot."""
    night = Night()
    night.opens()
    night.replies("ana", Word.TAKE, 20)
    night.passes(minutes(2))
    night.replies("ana", Word.NO)
    night.passes(minutes(50))
    assert any("after 10 minutes nobody has it yet" in text for text in night.told_officer)
    assert any("round 1" in text for text in night.alarms)
    assert any("left to the target, and nobody has it" in text for text in night.alarms)
    about = night.situation
    shown = officer_view.shown(about, night.now)
    assert shown.stands == agency_texts.ALL_ARE_CALLED
    due = next_moves(about, [SetDeadline(DeadlineKind.OFFICER_WAITING, night.now)])
    stands = telling.how_it_stands(about, night.now)
    said = [*night.told_officer, *night.alarms, shown.stands, stands, *(one.words for one in due)]
    assert not [text for text in said if "has answered" in text or "has taken it" in text]


def test_an_officer_without_a_number_was_not_told() -> None:
    """The timeline once said so all the same, beside the line that they gave none. That line comes once: it filled the
    timeline every eight minutes. The agency's program hears each time, and the clock goes on."""
    unknown = situation(callout(officer_phone=""))
    for attempt in (1, 2, 3):
        decisions = response_clock.tell_officer_nobody_yet(unknown, attempt, NIGHT + minutes(8))
        assert len(only(TextOfficer, decisions)) == (attempt == 1), "whoever sends it says that there is no number"
        assert not only(Note, decisions)
        assert only(TellAgency, decisions)
        assert only(SetDeadline, decisions)


@pytest.mark.parametrize(
    ("eta_at", "reason"),
    [(None, "no ETA"), (NIGHT + minutes(60), None), (NIGHT + minutes(61), "ETA 03:15")],
)
def test_a_warning_when_somebody_has_it(eta_at: datetime | None, reason: str | None) -> None:
    """Coordinators hear of an ETA that is missing or too late, and nothing when it is just in time."""
    taken = callout(Status.ACKNOWLEDGED, assigned("ana", eta_at=eta_at))
    decisions = response_clock.warn(situation(taken), NIGHT + minutes(40))
    assert only(Note, decisions) == (
        [] if reason is None else [Note(NoteKind.TARGET_WARNING, f"20 minutes left: {reason}")]
    )
    assert len(only(AlarmCoordinators, decisions)) == (reason is not None)


def test_a_warning_when_nobody_has_it() -> None:
    """A minute that has begun counts as left, and a warning that comes too late says that none are left."""
    assert response_clock.warn(situation(), NIGHT + timedelta(minutes=40, seconds=1))[1] == Note(
        NoteKind.TARGET_WARNING, "20 minutes left: nobody has it"
    )
    assert response_clock.warn(situation(), NIGHT + minutes(70))[1] == Note(
        NoteKind.TARGET_WARNING, "0 minutes left: nobody has it"
    )


def test_nobody_is_warned_once_somebody_is_there() -> None:
    """The clock has stopped."""
    there = situation(callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT)))
    assert response_clock.warn(there, NIGHT) == []
    assert response_clock.warn_if_eta_is_late(there, NIGHT + minutes(90), NIGHT) == []
    assert response_clock.miss(there, NIGHT + minutes(60)) == []


@pytest.mark.parametrize(
    ("eta_at", "now", "warned"),
    [
        (NIGHT + minutes(61), NIGHT, True),
        (NIGHT + minutes(60), NIGHT, False),
        (None, NIGHT, False),
        (NIGHT + minutes(90), NIGHT + minutes(60), False),  # it is missed already, and coordinators know
    ],
)
def test_an_eta_beyond_the_target_warns_now(eta_at: datetime | None, now: datetime, warned: bool) -> None:
    """Once, when the ETA is given, and only while the target is not yet missed."""
    decisions = response_clock.warn_if_eta_is_late(situation(), eta_at, now)
    assert len(only(AlarmCoordinators, decisions)) == warned


def test_past_the_target_it_counts_as_missed_at_once() -> None:
    """The call-out is marked while it is still open, and coordinators are rung and told how long it has been."""
    decisions = response_clock.miss(situation(), NIGHT + minutes(60))
    assert decisions[0] == WriteCallOut({"missed": True})
    (alarm,) = only(AlarmCoordinators, decisions)
    assert "After 60 minutes" in alarm.text
    assert alarm_kinds.rings(alarm)
    assert Note(NoteKind.TARGET_MISSED, "nobody on scene after 60 minutes") in decisions


@pytest.mark.parametrize(("step", "rings"), [(1, True), (2, True), (3, False)])
def test_a_miss_rings_unless_a_round_does(step: int, rings: bool) -> None:
    """While everybody is paged the coordinators' phones ring each round anyway; the policy has two steps."""
    (alarm,) = only(AlarmCoordinators, response_clock.miss(situation(callout(step=step)), NIGHT + minutes(60)))
    assert alarm_kinds.rings(alarm) is rings


def test_a_miss_rings_where_rounds_do_not() -> None:
    """Somebody has the alarm of the rounds, so these ring nobody else."""
    had = Alarm("a1", AlarmKind.CHAIN_ENDED, "as told", NIGHT, "c1", "K7Q", owner="cora", acted_at=NIGHT)
    about = situation(callout(step=3), alarms=[had])
    (alarm,) = only(AlarmCoordinators, response_clock.miss(about, NIGHT + minutes(60)))
    assert alarm_kinds.rings(alarm)


@given(st.integers(0, 7200), st.integers(1, 7200))
def test_no_deadline_of_the_clock_lies_in_the_past(late: int, target: int) -> None:
    """However short the target and however late the start, nothing is due before now."""
    now = NIGHT + timedelta(seconds=late)
    about = callout(received_at=now, respond_by=now + timedelta(seconds=target))
    assert all(deadline.due_at >= now for deadline in only(SetDeadline, response_clock.start(situation(about), now)))


# ---- summing up ----------------------------------------------------------------------------------------------------


def _summary(responses: Sequence[Response]) -> Summary:
    """As the database counts: open call-outs that nobody has reached are counted apart from the rest."""
    waiting = [response for response in responses if response.seconds is None and response.is_open]
    known = [response for response in responses if response not in waiting]
    return Tally(
        len(known),
        sum(response.past_target for response in known),
        [tenths(response.seconds) for response in known if response.seconds is not None],
        len(waiting),
        sum(response.past_target for response in waiting),
    ).summary()


def test_an_empty_period() -> None:
    """Without a call-out there are no times, and nothing is missed."""
    assert _summary([]) == Summary(0, 0, 0, 0, None, None, None)


def test_a_month_summed_up() -> None:
    """Times are of those who arrived; open past the target, or ended past it with nobody there, is a miss."""
    arrived = [Response(60.0 * number, number > 60) for number in (10, 20, 30, 40, 75)]
    nobody = [Response(None, True, is_open=True), Response(None, True), Response(None, False, is_open=True)]
    summary = _summary([*arrived, *nobody])
    assert summary == Summary(
        n=8, within_target=4, missed=3, open_past_target=1, median_minutes=30.0, p90_minutes=61.0, worst_minutes=75.0
    )


def test_one_response_is_every_percentile() -> None:
    """With a single arrival, median, 90th percentile and worst are all that one."""
    summary = _summary([Response(90.0, False)])
    assert (summary.median_minutes, summary.p90_minutes, summary.worst_minutes) == (1.5, 1.5, 1.5)


_SECONDS = st.integers(0, 4 * 3600).map(float)
_ARRIVED = st.builds(Response, _SECONDS, st.booleans())
_NOT_ARRIVED = st.sampled_from((Response(None, True), Response(None, True, True), Response(None, False, True)))
_RESPONSES = st.lists(_ARRIVED | _NOT_ARRIVED, max_size=40)


@given(_RESPONSES)
def test_counts_match_a_plain_count(responses: list[Response]) -> None:
    """Each call-out is within the target, missed, or still open in time; open past the target is a kind of miss."""
    summary = _summary(responses)
    within = missed = waiting = open_past = 0
    for response in responses:
        if response.past_target:
            missed += 1
            open_past += response.is_open
        elif response.seconds is None:
            waiting += 1
        else:
            within += 1
    assert (summary.n, summary.within_target, summary.missed) == (len(responses), within, missed)
    assert summary.open_past_target == open_past
    assert summary.within_target + summary.missed + waiting == summary.n


@given(_RESPONSES)
def test_a_summary_of_counts(responses: list[Response]) -> None:
    """A summary from counts equals the plain summary, which looks at each call-out."""
    assert _summary(responses) == summarise(responses)


@given(st.lists(_SECONDS, min_size=2, max_size=60))
def test_percentiles_match_the_standard_library(seconds: list[float]) -> None:
    """Median and 90th percentile are the inclusive ones of `statistics`, over times rounded to the tenth shown."""
    summary = _summary([Response(span, False) for span in seconds])
    shown = [floor(span / 6 + 0.5) / 10 for span in seconds]
    assert summary.median_minutes == pytest.approx(median(shown), abs=0.0501)
    assert summary.p90_minutes == pytest.approx(quantiles(shown, n=10, method="inclusive")[-1], abs=0.0501)
    assert summary.worst_minutes == max(shown)


@given(st.lists(_SECONDS, min_size=2, max_size=60))
def test_to_count_in_tenths_costs_less_than_one(seconds: list[float]) -> None:
    """Compared with times to the microsecond, no figure is off by more than the tenth of a minute it is shown in."""
    summary = _summary([Response(span, False) for span in seconds])
    ninetieth = quantiles(seconds, n=10, method="inclusive")[-1]
    assert summary.median_minutes == pytest.approx(median(seconds) / 60, abs=0.1001)
    assert summary.p90_minutes == pytest.approx(ninetieth / 60, abs=0.1001)
    assert summary.worst_minutes == pytest.approx(max(seconds) / 60, abs=0.0501)


@given(_RESPONSES, st.randoms(use_true_random=False))
def test_the_order_of_call_outs_does_not_matter(responses: list[Response], chance: Random) -> None:
    """A report says the same whatever order the database gives."""
    shuffled = sorted(responses, key=lambda _: chance.random())
    assert _summary(shuffled) == _summary(responses)


def test_an_arrival_at_the_target_is_in_time() -> None:
    """Only a later one is late."""
    by = callout().respond_by
    assert [is_late(callout(), at) for at in (by, by + timedelta(seconds=1))] == [False, True]


def test_the_promise_is_an_hour_unless_a_deployment_sets_another() -> None:
    """It counts from the moment at which the call-out came in."""
    assert response_clock.respond_by(NIGHT, Timings()) == NIGHT + minutes(60)
    assert response_clock.respond_by(NIGHT, Timings(target=2700)) == NIGHT + minutes(45)


def test_the_minutes_that_are_left() -> None:
    """Rounded down, so that nobody reads one more than there is; none once somebody is there, or it is over."""
    assert response_clock.minutes_left(callout(), NIGHT + minutes(1.5)) == 58
    assert response_clock.minutes_left(callout(), NIGHT + minutes(60.5)) == -1
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT)
    assert response_clock.minutes_left(there, NIGHT) is None
    assert response_clock.minutes_left(callout(Status.CANCELLED), NIGHT) is None


def test_the_90th_percentile_rolls() -> None:
    """Of the last ones only, and not before there are enough."""
    assert rolling_p90([100, 200, 300, 400, 0, 0], last=3, least=3) == [None, None, 28.0, 38.0, 38.0, 32.0]
    assert rolling_p90([], last=3, least=3) == []
