"""What follows for others when somebody is asked along: who turns back, who lets go, the board, the phone."""

from dataclasses import replace
from datetime import datetime

import pytest

from dispatch.rules.board import next_moves, rank
from dispatch.rules.board.standing import standing
from dispatch.rules.callout import assignment, escalation
from dispatch.rules.commands.candidates import candidates
from dispatch.rules.decisions import (
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    EndAsks,
    MarkDeclined,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
    TextOfficer,
)
from dispatch.rules.delivery.paging import stand_down_everybody
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import GoAlong, Page, PageState, Purpose
from dispatch.rules.facts.people import Channel, DayPart, Person
from dispatch.rules.facts.phone_calls import NOBODY_ON_THE_PHONE, PagedCall, PagedStage
from dispatch.rules.facts.roster import Area, Drive
from dispatch.rules.facts.situation import Nearby
from dispatch.rules.nearer import asked_sentence
from dispatch.rules.nearer.estimate import MeasuredDrive
from dispatch.rules.nearer.nearby import nearby
from dispatch.rules.phone import paged_call
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.conversation import Involvement, choose
from dispatch.rules.wording import spoken
from tests.rules.situations import (
    ANA,
    BEN,
    CLEO,
    CORA,
    NIGHT,
    POLICY,
    ROSTER,
    assigned,
    callout,
    minutes,
    only,
    page,
    pages_to,
    situation,
    taken,
)

PARTNER = AssignmentRole.PARTNER


def asked(person: str, state: PageState = PageState.SENT) -> Page:
    return page(person, state, purpose=Purpose.ASK_ALONG, id=f"n-{person}")


def told() -> Page:
    """Ana has read that she may turn back."""
    return page("ana", purpose=Purpose.TURN_BACK, id="n-ana")


def _ben_drives(**facts: object) -> CallOut:
    ben = assigned("ben", PARTNER, en_route_at=NIGHT, eta_at=NIGHT + minutes(25))
    return replace(taken(ben, eta_at=NIGHT + minutes(70)), **facts)  # type: ignore[arg-type]


# ---- turning back --------------------------------------------------------------------------------------------------


def test_whoever_turns_back_has_not_declined() -> None:
    """The nearer one has it, and the officer knows of them already."""
    found = assignment.refuse(situation(_ben_drives(nearer=(told(),))), ANA, NIGHT)
    assert not only(MarkDeclined, found)
    assert not only(TextOfficer, found)
    assert [one.person for one in only(AssignSpecialist, found)] == ["ben"]
    assert [one.kind for one in only(AlarmCoordinators, found)] == [AlarmKind.NEWS]


def test_whoever_was_not_told_lets_it_go() -> None:
    """A no without that text is a no."""
    found = assignment.refuse(situation(_ben_drives()), ANA, NIGHT)
    assert [one.person for one in only(MarkDeclined, found)] == ["ana"]


def test_whoever_may_turn_back_hears_that_the_nearer_one_does_not_go() -> None:
    """At once; and coordinators that the target is lost again. Ana is rung if the text does not arrive."""
    about = _ben_drives(nearer=(told(),))
    found = assignment.refuse(situation(about), BEN, NIGHT + minutes(5))
    (hears,) = [one for one in only(SendPage, found) if one.person == "ana"]
    assert hears.text == "K7Q: Ben is not coming after all, so please go on. You still have it."
    assert hears.purpose is Purpose.REMINDER
    (warning,) = [one for one in only(AlarmCoordinators, found) if one.kind is AlarmKind.TARGET_WARNING]
    assert "ETA 03:24" in warning.text
    cleo = assigned("cleo", PARTNER, en_route_at=NIGHT)
    others = (_ben_drives(), replace(about, assignments=(*about.assignments, cleo)))
    for other in others:  # nobody was told, or Cleo drives as well
        after = assignment.refuse(situation(other), BEN, NIGHT + minutes(5))
        assert not [one for one in only(SendPage, after) if one.person == "ana"]


def test_a_nearer_one_who_does_not_go_is_warned_of_once_the_warning_has_passed() -> None:
    """It was spared for Ben, and comes once; Ana has said no time."""
    about = replace(_ben_drives(), assignments=(assigned("ana"), _ben_drives().assignments[1]))
    for late, reasons in ((minutes(20), []), (minutes(50), ["10 minutes left: no ETA"]), (minutes(61), [])):
        found = assignment.refuse(situation(about), BEN, NIGHT + late)
        assert [one.text for one in only(Note, found) if one.kind is NoteKind.TARGET_WARNING] == reasons


def test_when_the_nearer_one_lets_go_the_former_is_paged_first() -> None:
    """And whoever is just being asked along is paged with the next step."""
    about = replace(
        callout(Status.EN_ROUTE, assigned("ben", en_route_at=NIGHT)),
        passed_over=frozenset({"ana"}),
        nearer=(told(), asked("cleo")),
    )
    found = assignment.refuse(situation(about), BEN, NIGHT)
    assert pages_to(found) == ["ana", "cleo"]
    assert only(EndAsks, found) == [EndAsks("cleo")]


@pytest.mark.parametrize(
    "lost",
    [
        page("ana", PageState.WAITING, purpose=Purpose.TURN_BACK),
        page("ana", PageState.WITHDRAWN, purpose=Purpose.TURN_BACK, tried_at=None),
        page("ana", PageState.FAILED, purpose=Purpose.TURN_BACK),
    ],
    ids=lambda lost: lost.state,
)
def test_whoever_cannot_have_read_that_they_may_turn_back_lets_it_go(lost: Page) -> None:
    """The text has not left, was taken back or did not arrive: a no is a no."""
    found = assignment.refuse(situation(_ben_drives(nearer=(lost,))), ANA, NIGHT)
    assert [one.person for one in only(MarkDeclined, found)] == ["ana"]


def test_views_say_that_somebody_turned_back() -> None:
    """Not that they lost it by silence."""
    about = situation(_ben_drives(passed_over=frozenset({"cleo"}), nearer=(page("cleo", purpose=Purpose.TURN_BACK),)))
    assert rank.tried(about, {}) == [("Cleo", "turned back")]
    (cleo,) = [one for one in candidates(about, NIGHT) if one.person == CLEO]
    assert cleo.known.endswith("turned back")


# ---- the board, and the end ----------------------------------------------------------------------------------------


def test_the_board_names_whoever_comes_first() -> None:
    """With whoever has it behind them."""
    assert standing(situation(_ben_drives()), NIGHT).words == "Ben is on the way, there 02:39; Ana has it"
    waits = taken(assigned("ben", PARTNER, eta_at=NIGHT + minutes(25)), eta_at=NIGHT + minutes(70))
    assert standing(situation(waits), NIGHT).words == "Ben comes first, there 02:39; Ana has it"


def test_the_next_move_says_who_may_answer() -> None:
    """While nobody is asked along it is no next move: where people are is not looked up for a board."""
    row = SetDeadline(DeadlineKind.NEARER, NIGHT + minutes(2))
    about = replace(taken(), nearer=(asked("ben"),))
    (move,) = next_moves.next_moves(situation(about), [row])
    assert move.words == "others may be asked along at 02:16, unless Ben answers"
    both = replace(taken(), nearer=(asked("ben"), asked("cleo")))
    (move,) = next_moves.next_moves(situation(both), [row])
    assert move.words == "others may be asked along at 02:16, unless Ben and Cleo answer"
    assert next_moves.next_moves(situation(taken()), [row]) == []


def test_the_card_and_the_sentence_count_the_same_minutes() -> None:
    """By a clock that shows no seconds: "03:24" is ten minutes past 03:14, whatever the second."""
    late = replace(taken(eta_at=NIGHT + minutes(70.1)), nearer=(asked("ben"),))
    assert standing(situation(late), NIGHT).words == "Ana has it, there 03:24, 10 min past the target"
    assert "Ana's 03:24 is 10 minutes past the hour" in asked_sentence.shown(late, ROSTER)


def test_whoever_is_asked_along_hears_that_it_is_over() -> None:
    """If the ask has gone out, and they have not answered."""
    about = replace(taken(), nearer=(asked("ben"), asked("cleo", PageState.DONE)))
    found = stand_down_everybody(situation(about), "K7Q is off", NIGHT)
    assert pages_to(found, Purpose.STAND_DOWN) == ["ana", "ben"]


def test_a_number_answers_the_ask() -> None:
    """Somebody who is asked along, and was paged for another that somebody else has by now."""
    ask = Involvement("c1", "K7Q", Status.ACKNOWLEDGED, assigned=False, ended_at=None, asked=True)
    other = Involvement("c2", "M3X", Status.ACKNOWLEDGED, assigned=False, ended_at=None)
    for text in ("1 20", "2", "omw"):
        assert choose(read(text), [ask, other]) == ask
    paging = replace(other, status=Status.PAGING)
    assert isinstance(choose(read("1"), [ask, paging]), str), "which of the two is asked"


def test_a_mistake_in_looking_keeps_nobody_from_being_paged() -> None:
    """A policy that pages by distance pages all the same, and coordinators hear of it."""
    about = replace(callout(step=0), policy=replace(POLICY, nearest_first=True))
    broken = replace(situation(about), nearby=Nearby(broken=True))
    found = escalation.begin_step(broken, 1, NIGHT)
    assert pages_to(found) == ["ana"]
    assert AlarmKind.OUR_MISTAKE in {one.kind for one in only(AlarmCoordinators, found)}


# ---- on the phone --------------------------------------------------------------------------------------------------


def _rung(about: CallOut, by: datetime | None = None) -> PagedCall:
    asks = GoAlong("c1", by or about.respond_by)
    rung = page("ben", purpose=Purpose.ASK_ALONG, channel=Channel.VOICE, asks=asks)
    return PagedCall(rung, BEN, situation(about), ROSTER, (), NOBODY_ON_THE_PHONE)


def test_the_call_says_who_goes_and_by_when() -> None:
    """Where nobody can be there by the target it only says "sooner"."""
    about = replace(taken(), nearer=(asked("ben"),))
    heard = paged_call.greet(_rung(about), NIGHT)
    assert (heard.say, heard.ask) == ((spoken.along("LBPD", "K7Q", "Ana", "03:14"),), PagedStage.PAGE)
    later = _rung(about, about.respond_by + minutes(20))
    assert paged_call.greet(later, NIGHT).say == (spoken.along("LBPD", "K7Q", "Ana", ""),)


def test_the_call_says_what_has_become_of_it() -> None:
    """Somebody is there in time, it pages again, it is over, or they are on it already."""
    assert paged_call.greet(_rung(taken()), NIGHT).say == (spoken.ALONG_IS_OFF,)
    assert paged_call.greet(_rung(callout()), NIGHT).say == (spoken.page("LBPD", "K7Q"),)
    assert paged_call.greet(_rung(callout(Status.CLOSED)), NIGHT) == paged_call.GOODBYE
    assert paged_call.greet(_rung(taken(assigned("ben", PARTNER))), NIGHT).ask is PagedStage.MENU


def test_key_1_goes_along_and_is_asked_for_the_minutes() -> None:
    """Key 2 declines this ask alone."""
    about = replace(taken(), nearer=(asked("ben"),))
    pressed = paged_call.press(_rung(about), PagedStage.PAGE, "1", NIGHT)
    assert (pressed.heard.say, pressed.heard.ask) == ((spoken.ASK_MINUTES_ALONG,), PagedStage.ETA)
    assert [one.role for one in only(AssignSpecialist, pressed.decisions)] == [PARTNER]
    along = taken(assigned("ben", PARTNER))
    assert spoken.GOES_ALONG in paged_call.press(_rung(along), PagedStage.ETA, "25", NIGHT).heard.say
    declined = paged_call.press(_rung(about), PagedStage.PAGE, "2", NIGHT)
    assert declined.heard.say == (spoken.NOT_ALONG,)
    assert only(MarkDeclined, declined.decisions) == []


# ---- who is how far ------------------------------------------------------------------------------------------------


def test_who_is_how_far() -> None:
    """By the estimate, with and without getting going; unknown stays unknown. More that wait than are free are too
    many."""
    areas = (Area("LBH", "Long Beach", 33.77, -118.19), Area("NWK", "Norwalk", 33.91, -118.08))
    ben, gina = replace(BEN, area_night="NWK", turnout_minutes=15), Person("gina", "Gina Ito", "+15625550109")
    roster = replace(ROSTER, people=(ANA, ben, gina, CORA), areas=areas, drives=(Drive("NWK", "LBH", night=20),))
    drives = [MeasuredDrive("NWK", "LBH", DayPart.NIGHT, 40) for _ in range(5)]
    found = nearby(roster, replace(taken(), out=frozenset({"gina"})), areas[0], [], 1, NIGHT)
    assert found == Nearby(ready={"ben": 35}, drive={"ben": 20}, short=False)
    more = nearby(roster, replace(taken(), out=frozenset({"gina"})), areas[0], drives, 2, NIGHT)
    assert (more.drive, more.short) == ({"ben": 30}, True)


def test_whoever_goes_drives_by_the_hour_in_which_they_set_out() -> None:
    """Ben left at 5:50, and the day's minutes are not his at 6:05. Who has not left yet sets out now at the earliest;
    who is only asked now, in ten minutes."""
    areas = (Area("LBH", "Long Beach", 33.77, -118.19), Area("NWK", "Norwalk", 33.91, -118.08))
    ben = replace(BEN, area_night="NWK", area_day="NWK")
    roster = replace(ROSTER, people=(ben,), areas=areas, drives=(Drive("NWK", "LBH", night=20, day=50),))
    six = NIGHT + minutes(226)

    def drives(at: float, acknowledged: float | None = None, left: float | None = None) -> int:
        mine = assigned("ben", en_route_at=None if left is None else six + minutes(left))
        mine = replace(mine, acknowledged_at=six + minutes(acknowledged or 0))
        about = callout() if acknowledged is None else callout(Status.EN_ROUTE, mine)
        return nearby(roster, about, areas[0], [], 1, six + minutes(at)).drive["ben"]

    assert drives(5, acknowledged=-20, left=-10) == 20
    assert drives(5, acknowledged=-20) == 50
    assert [drives(-1, acknowledged=-12), drives(-1, acknowledged=-8)] == [20, 50]
    assert [drives(-11), drives(-9)] == [20, 50]
