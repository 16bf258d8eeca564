"""Whoever comes first is named, wherever somebody reads who comes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules.alarms.all_clear import all_clear
from dispatch.rules.callout import assignment, moves, reminders, response_clock, telling
from dispatch.rules.callout.assignment import depart, new_eta
from dispatch.rules.commands import deciding
from dispatch.rules.commands.commands import Coordinator, Verify
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, SendPage, TextOfficer, WriteEta
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind, HeardAlarm
from dispatch.rules.facts.callout import AssignmentRole, Details, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.nearer import late_yes
from dispatch.rules.replies import officer_view
from dispatch.rules.replies.answering import cry_for_help
from dispatch.rules.replies.officer_view import OfficerShown
from dispatch.rules.wording import agency_texts
from tests.rules.situations import (
    ANA,
    BEN,
    CORA,
    NIGHT,
    OFFICER,
    ROSTER,
    assigned,
    minutes,
    only,
    page,
    situation,
    taken,
)

PARTNER = AssignmentRole.PARTNER


def test_the_all_clear_names_whoever_comes_first() -> None:
    """Not Ana, who leaves now and is there after Ben."""
    ben = assigned("ben", PARTNER, en_route_at=NIGHT, eta_at=NIGHT + minutes(25))
    about = taken(ben, eta_at=NIGHT + minutes(70))
    run = depart(situation(about), ANA, None, NIGHT + minutes(1))
    heard = [HeardAlarm("a1", "cora")]
    (told,) = all_clear(about, run, only(SendPage, run), ["a1"], heard, ROSTER, None, NIGHT + minutes(1))
    assert told.text.startswith("K7Q: Ben is on the way, there 02:39")


def test_a_late_heir_is_named_in_the_warning() -> None:
    """Not whoever has just let it go."""
    ben = assigned("ben", PARTNER, eta_at=NIGHT + minutes(80))
    found = assignment.refuse(situation(taken(ben, eta_at=NIGHT + minutes(70))), ANA, NIGHT + minutes(1))
    (warning,) = [one for one in only(AlarmCoordinators, found) if one.kind is AlarmKind.TARGET_WARNING]
    assert "Please call Ben" in warning.text


def test_coordinators_are_warned_of_whoever_comes_first_by_now() -> None:
    """Ana will be later than Ben, who will be late himself."""
    ben = assigned("ben", PARTNER, eta_at=NIGHT + minutes(65))
    about = taken(ben, eta_at=NIGHT + minutes(50))
    found = new_eta(situation(about), ANA, NIGHT + minutes(90), NIGHT + minutes(1))
    (warning,) = [one for one in only(AlarmCoordinators, found) if one.kind is AlarmKind.TARGET_WARNING]
    assert "ETA 03:19" in warning.text
    assert "Please call Ben" in warning.text


def test_whoever_may_turn_back_reads_one_text() -> None:
    """That Ben, who was asked along, goes with her waits, and is taken back once Ana reads that he is much nearer."""
    about = replace(taken(eta_at=NIGHT + minutes(70)), nearer=(page("ben", purpose=Purpose.ASK_ALONG),))
    found = depart(situation(about), BEN, NIGHT + minutes(25), NIGHT)
    (along,) = [one for one in only(SendPage, found) if one.person == "ana"]
    assert along.due_at > NIGHT
    drives = taken(assigned("ben", PARTNER, en_route_at=NIGHT, eta_at=NIGHT + minutes(25)), eta_at=NIGHT + minutes(70))
    after = late_yes.look(situation(replace(drives, nearer=about.nearer)), [], NIGHT)
    assert [one.purpose for one in only(SendPage, after) if one.person == "ana"] == [Purpose.TURN_BACK]
    assert Status.ACKNOWLEDGED is drives.status


# ---- a time that has passed ----------------------------------------------------------------------------------------

_DUE = NIGHT + minutes(25)
_PASSED = NIGHT + minutes(30)


def _officer_hears(found: list[Decision]) -> list[str]:
    return [str(one.text) for one in only(TextOfficer, found)]


def test_whoever_joins_after_a_time_has_passed_comes_first() -> None:
    """Ana said 02:39 and has not come. Ben joins by OMW 20: the officer hears of him, and her time is taken back."""
    asked = replace(taken(eta_at=_DUE, en_route_at=NIGHT), nearer=(page("ben", purpose=Purpose.ASK_ALONG),))
    found = depart(situation(asked), BEN, _PASSED + minutes(20), _PASSED)
    assert WriteEta("ana", None) in found
    assert _officer_hears(found) == ["K7Q: Ben is coming, ETA 03:04."]
    silent = depart(situation(asked), BEN, None, _PASSED)
    assert not only(WriteEta, silent), "while nobody says another it stands, and says how late she is"
    early = depart(situation(asked), BEN, _PASSED + minutes(20), _PASSED - timedelta(seconds=1))
    assert not only(WriteEta, early), "five minutes are hers"


def test_once_a_time_has_passed_whoever_goes_along_comes_first() -> None:
    """Ben was there before, with a later time: the officer hears of him when Ana is asked where she is."""
    ben = assigned("ben", PARTNER, eta_at=NIGHT + minutes(40))
    found = reminders.remind_arrival(situation(taken(ben, eta_at=_DUE)), ANA, 1, _PASSED)
    assert WriteEta("ana", None) in found
    assert len(_officer_hears(found)) == 1
    alone = reminders.remind_arrival(situation(taken(eta_at=_DUE)), ANA, 1, _PASSED)
    assert not only(WriteEta, alone)
    (asks,) = _officer_hears(alone)
    assert asks.startswith("K7Q: Ana was due at 02:39; we are asking where they are.")
    unknown = situation(replace(taken(eta_at=_DUE), trust=Trust.UNLISTED))
    assert not only(TextOfficer, reminders.remind_arrival(unknown, ANA, 1, _PASSED)), "they have read no time"


def test_a_new_time_is_compared_with_those_that_count() -> None:
    """Ben's has passed, so that Ana comes first, and will be late."""
    ben = assigned("ben", PARTNER, eta_at=_DUE)
    found = new_eta(situation(taken(ben, eta_at=NIGHT + minutes(50))), ANA, NIGHT + minutes(80), _PASSED)
    assert WriteEta("ben", None) in found
    (warning,) = [one for one in only(AlarmCoordinators, found) if one.kind is AlarmKind.TARGET_WARNING]
    assert "Please call Ana" in warning.text


def test_an_heir_whose_time_has_passed_has_said_none() -> None:
    """The officer does not read of it again."""
    ben = assigned("ben", PARTNER, eta_at=_DUE, en_route_at=NIGHT)
    found = assignment.refuse(situation(taken(ben, eta_at=NIGHT + minutes(70))), ANA, _PASSED)
    (told,) = _officer_hears(found)
    assert "02:39" not in told


def test_neither_a_new_officer_nor_one_who_is_verified_reads_a_time_that_has_passed() -> None:
    """Ana said 02:39 and has not come."""
    late, said = taken(eta_at=_DUE, en_route_at=NIGHT), Details(OFFICER)
    found = moves.change_details(situation(late), said, {"officer_phone": "+15625550178"}, _PASSED)
    assert _officer_hears(found)[-1] == "K7Q: Ana is coming. We will tell you the ETA."
    about = situation(replace(late, trust=Trust.WITHHELD))
    verified = deciding.decide(about, Verify(), Coordinator("cora", "Cora", CORA), _PASSED)
    assert _officer_hears(verified) == ["K7Q: Ana is coming. We will tell you the ETA."]


# ---- whoever was there has left ------------------------------------------------------------------------------------

_LEFT = {"arrived_at": NIGHT + minutes(16), "cleared_at": NIGHT + minutes(106)}


def test_whoever_has_left_is_not_who_comes() -> None:
    """Ana was there and has left; Ben and Cleo drive still. Nobody reads that she is with the child."""
    ben = assigned("ben", PARTNER, en_route_at=NIGHT + minutes(96), eta_at=NIGHT + minutes(121))
    cleo = assigned("cleo", PARTNER, eta_at=NIGHT + minutes(130))
    about = situation(taken(cleo, ben, status=Status.ON_SCENE, **_LEFT))
    assert about.comes_first == (ben, "Ben")
    assert telling.how_it_stands(about, NIGHT) == "Ben is coming, ETA 04:15."
    assert officer_view.shown(about, NIGHT) == OfficerShown("Ben is coming, ETA 04:15.", agency_texts.WE_TELL_CHANGES)
    (cry,) = only(AlarmCoordinators, cry_for_help(about, "the officer", OFFICER, None, NIGHT + minutes(107)))
    assert "Ben is coming, ETA 04:15." in cry.text


def test_whoever_has_it_comes_before_others_who_are_yet_to_come() -> None:
    """Cleo was there and has left; Ben has said an earlier time than Ana, who has it."""
    cleo = assigned("cleo", PARTNER, **_LEFT)
    ben = assigned("ben", PARTNER, eta_at=NIGHT + minutes(110))
    assert situation(taken(cleo, ben, eta_at=NIGHT + minutes(120))).comes_first[1] == "Ana"


def test_once_nobody_is_awaited_whoever_had_it_stands_there() -> None:
    """Both have left."""
    ben = assigned("ben", PARTNER, **_LEFT)
    about = situation(taken(ben, status=Status.CLEARED, **_LEFT))
    assert about.comes_first[1] == "Ana"
    (cry,) = only(AlarmCoordinators, cry_for_help(about, "the officer", OFFICER, None, NIGHT + minutes(107)))
    assert "Ana" not in cry.text


# ---- the target ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eta", "reason"),
    [(minutes(25), "ETA 02:39 has passed"), (minutes(38), None), (minutes(50), None)],
)
def test_a_time_that_has_passed_warns_of_the_target(eta: timedelta, reason: str | None) -> None:
    """Nobody is due in time by it."""
    found = response_clock.warn(situation(taken(eta_at=NIGHT + eta)), NIGHT + minutes(40))
    said = [one.text for one in only(Note, found) if one.kind is NoteKind.TARGET_WARNING]
    assert said == ([f"20 minutes left: {reason}"] if reason is not None else [])
