"""Who is asked when no word comes, and what follows when the question is not answered."""

from dataclasses import replace

import pytest

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.callout import reminders
from dispatch.rules.decisions import (
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    MarkDeclined,
    ReleaseSpecialist,
    SendPage,
    SetDeadline,
    TextOfficer,
)
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.situation import Timings
from tests.rules.situations import (
    ANA,
    BEN,
    CORA,
    NIGHT,
    alarm,
    assigned,
    callout,
    due,
    has_written,
    minutes,
    moves,
    only,
    pages_to,
    roster,
    situation,
    taken,
)

NOW = NIGHT + minutes(10)
PARTNER = AssignmentRole.PARTNER


def test_not_moving_is_asked_about_by_text_first() -> None:
    """The first time it is a text, and coordinators sleep."""
    decisions = reminders.remind_en_route(situation(taken()), ANA, 1, NOW)
    assert [(page.channel, page.with_link) for page in only(SendPage, decisions)] == [(Channel.SMS, True)]
    assert not only(AlarmCoordinators, decisions)
    assert only(SetDeadline, decisions) == [
        SetDeadline(DeadlineKind.REMIND_EN_ROUTE, NOW + minutes(5), "ana", attempt=2)
    ]


@pytest.mark.parametrize(("opted_out", "channels"), [(False, [Channel.SMS, Channel.VOICE]), (True, [Channel.VOICE])])
def test_still_not_moving_rings_and_alarms(opted_out: bool, channels: list[Channel]) -> None:
    """From the second time on the phone rings as well, once, and coordinators are alarmed."""
    decisions = reminders.remind_en_route(situation(taken()), replace(ANA, opted_out=opted_out), 2, NOW)
    assert [page.channel for page in only(SendPage, decisions)] == channels
    assert only(SendPage, decisions)[0].with_link
    assert "Ana took it and has not said OMW" in only(AlarmCoordinators, decisions)[0].text
    assert only(SetDeadline, decisions)[0].attempt == 3


def test_who_neither_moves_nor_answers_has_it_no_longer() -> None:
    """A yes said in sleep must not keep the others from a child: paging goes on, and may page the sleeper too."""
    decisions = reminders.remind_en_route(situation(taken(eta_at=NOW + minutes(30))), ANA, 3, NOW)
    assert ReleaseSpecialist("ana") in decisions
    assert not only(MarkDeclined, decisions)
    assert moves(decisions) == [Status.PAGING]
    assert pages_to(decisions) == ["ben"]
    assert pages_to(decisions, Purpose.REMINDER) == ["ana"]
    assert "cannot reach" in only(TextOfficer, decisions)[0].text
    (alarm,) = only(AlarmCoordinators, decisions)
    assert "Ana took it, did not leave and does not answer" in alarm.text
    assert rings(alarm)
    assert due(decisions, NOW) == {DeadlineKind.ESCALATE: minutes(4), DeadlineKind.OFFICER_WAITING: minutes(8)}


@pytest.mark.parametrize("attempt", [3, 4])
def test_whoever_writes_is_not_silent(attempt: int) -> None:
    """They keep it for one more interval, are asked again, and coordinators are rung to ask them."""
    decisions = reminders.remind_en_route(has_written(situation(taken())), ANA, attempt, NOW)
    assert not only(ReleaseSpecialist, decisions)
    (alarm,) = only(AlarmCoordinators, decisions)
    assert "Ana answers us, but has not said OMW" in alarm.text
    assert rings(alarm)
    assert only(SetDeadline, decisions) == [
        SetDeadline(DeadlineKind.REMIND_EN_ROUTE, NOW + minutes(5), "ana", attempt + 1)
    ]


def test_how_old_a_text_may_be() -> None:
    """As old as the first reminder, and then as the last."""
    assert [reminders.heard_within(Timings(), attempt) for attempt in (3, 4)] == [minutes(10), minutes(5)]


def test_a_partner_on_the_way_has_it_when_nothing_is_heard() -> None:
    """Somebody is driving there already, so nobody else is woken."""
    about = taken(assigned("ben", PARTNER, en_route_at=NIGHT))
    decisions = reminders.remind_en_route(situation(about), ANA, 3, NOW)
    assert only(AssignSpecialist, decisions) == [AssignSpecialist("ben", AssignmentRole.PRIMARY, None)]
    assert not pages_to(decisions)


def test_a_partner_who_does_not_move_keeps_nobody_away() -> None:
    """Somebody else has it, so they are only asked again."""
    about = callout(Status.ACKNOWLEDGED, assigned("ana"), assigned("ben", PARTNER))
    decisions = reminders.remind_en_route(situation(about), BEN, 3, NOW)
    assert not only(ReleaseSpecialist, decisions)
    assert only(SetDeadline, decisions)[0].attempt == 4


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_passed_eta_is_asked_about(attempt: int) -> None:
    """The specialist is asked each time; once they have written, coordinators hear from the second time on."""
    decisions = reminders.remind_arrival(has_written(situation(taken())), ANA, attempt, NOW)
    assert pages_to(decisions, Purpose.REMINDER) == ["ana"]
    assert only(SendPage, decisions)[0].with_link
    assert len(only(AlarmCoordinators, decisions)) == attempt - 1
    assert only(SetDeadline, decisions) == [
        SetDeadline(DeadlineKind.REMIND_ARRIVAL, NOW + minutes(10), "ana", attempt + 1)
    ]


@pytest.mark.parametrize("attempt", [1, 2])
def test_whoever_is_not_there_and_silent_rings(attempt: int) -> None:
    """Until a coordinator has it; others are asked along, and the officer hears it once."""
    late = taken(eta_at=NOW - minutes(5))
    silent = alarm(AlarmKind.DRIVER_SILENT, person="ana")
    decisions = reminders.remind_arrival(situation(late, alarms=[silent][: attempt - 1]), ANA, attempt, NOW)
    assert [one.kind for one in only(AlarmCoordinators, decisions)] == [AlarmKind.DRIVER_SILENT]
    assert len(only(TextOfficer, decisions)) == 2 - attempt
    assert SetDeadline(DeadlineKind.NEARER, NOW) in decisions
    had = replace(silent, owner="cora", owned_at=NOW, acted_at=NOW)
    assert not only(AlarmCoordinators, reminders.remind_arrival(situation(late, alarms=[had]), ANA, 2, NOW))
    there = replace(late, arrived_at=NOW)
    decisions = reminders.remind_arrival(situation(there), ANA, attempt, NOW)
    assert not [one for one in only(AlarmCoordinators, decisions) if one.kind is AlarmKind.DRIVER_SILENT]


@pytest.mark.parametrize("attempt", [1, 2])
def test_hours_on_scene_are_asked_about(attempt: int) -> None:
    """Everybody who is there is asked, and from the second time on coordinators are alarmed for each."""
    about = taken(
        assigned("ben", PARTNER, arrived_at=NIGHT, cleared_at=NIGHT),
        assigned("cleo", PARTNER, arrived_at=NIGHT),
        status=Status.ON_SCENE,
        arrived_at=NIGHT,
    )
    decisions = reminders.check_on_scene(situation(about), attempt, NOW)
    assert pages_to(decisions, Purpose.REMINDER) == ["ana", "cleo"]
    assert len(only(AlarmCoordinators, decisions)) == 2 * (attempt - 1)
    assert due(decisions, NOW) == {DeadlineKind.CHECK_ON_SCENE: minutes(240)}


def test_nobody_is_asked_who_is_not_there_yet() -> None:
    """Ben has left and Ana still drives: that nobody was asked is no line of the timeline."""
    ben = assigned("ben", PARTNER, arrived_at=NIGHT, cleared_at=NIGHT)
    decisions = reminders.check_on_scene(situation(taken(ben, status=Status.ON_SCENE)), 1, NOW)
    assert due(decisions, NOW) == {DeadlineKind.CHECK_ON_SCENE: minutes(240)}
    assert len(decisions) == 1


def test_whoever_is_there_and_left_the_roster_alarms_at_once() -> None:
    """They cannot be asked, so coordinators must look at once, not at the second time."""
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT)
    decisions = reminders.check_on_scene(situation(there, roster(CORA)), 1, NOW)
    assert not only(SendPage, decisions)
    assert "the specialist has been on scene" in only(AlarmCoordinators, decisions)[0].text


@pytest.mark.parametrize("attempt", [1, 2])
def test_the_way_home_is_asked_about(attempt: int) -> None:
    """Whoever has left and is not home is asked each time; coordinators hear from the second time on."""
    left = taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT)
    decisions = reminders.check_home(situation(left), ANA, attempt, NOW)
    assert pages_to(decisions, Purpose.REMINDER) == ["ana"]
    assert len(only(AlarmCoordinators, decisions)) == attempt - 1
    assert only(SetDeadline, decisions)[0].attempt == attempt + 1


def test_nobody_is_reminded_of_what_they_have_done() -> None:
    """Whoever is moving, there, home or off the call-out is not asked."""
    home = taken(status=Status.CLEARED, en_route_at=NIGHT, arrived_at=NIGHT, cleared_at=NIGHT, home_at=NIGHT)
    for about in (situation(home), situation(callout())):
        assert reminders.remind_en_route(about, ANA, 2, NOW) == []
        assert reminders.remind_arrival(about, ANA, 2, NOW) == []
        assert reminders.check_home(about, ANA, 2, NOW) == []
    arrived = taken(status=Status.ON_SCENE, arrived_at=NIGHT)
    assert reminders.remind_en_route(situation(arrived), ANA, 1, NOW) == []


def test_whoever_is_late_was_last_asked_so_long_ago() -> None:
    """No word since is silence: since the time that they said, and then since the reminder before."""
    asked = [due(reminders.remind_arrival(situation(taken()), ANA, attempt, NOW), NOW) for attempt in (1, 2)]
    assert [reminders.silent_for(Timings(), attempt) for attempt in (2, 3)] == [
        one[DeadlineKind.REMIND_ARRIVAL] for one in asked
    ]
    assert reminders.silent_for(Timings(), 1) == Timings().span("arrival_grace")


def test_texts_are_read_as_far_back_as_any_question_counts_them() -> None:
    timings = Timings()
    back = reminders.looks_back(timings)
    assert all(back >= timings.span(name) for name in ("arrival_grace", "arrival_repeat"))
