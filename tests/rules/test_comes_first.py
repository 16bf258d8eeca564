"""Whoever comes first is named, wherever somebody reads who comes."""

from dataclasses import replace

from dispatch.rules.alarms.all_clear import all_clear
from dispatch.rules.callout import assignment
from dispatch.rules.callout.assignment import depart, new_eta
from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.facts.alarms import AlarmKind, HeardAlarm
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.nearer import late_yes
from tests.rules.situations import ANA, BEN, NIGHT, ROSTER, assigned, minutes, only, page, situation, taken

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
