"""What a specialist's word does: taking, going, arriving, leaving, letting go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dispatch.rules.alarms.alarm_kinds import rings
from dispatch.rules.callout import assignment
from dispatch.rules.decisions import (
    DROPPED_ON_CLOSE,
    UNCLEAR,
    AgencyEvent,
    AlarmCoordinators,
    AssignSpecialist,
    DeadlineKind,
    Decision,
    DropDeadlines,
    MarkDeclined,
    MoveTo,
    Note,
    NoteKind,
    ReleaseSpecialist,
    SendPage,
    SetDeadline,
    Stamp,
    StampKind,
    TellAgency,
    TellPartners,
    TextOfficer,
    WithdrawPages,
    WriteEta,
)
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.wording import asking
from dispatch.rules.wording import texts as wording
from dispatch.rules.wording.texts import Going
from tests.rules.situations import (
    ANA,
    BEN,
    CLEO,
    CORA,
    NIGHT,
    ROSTER,
    Night,
    assigned,
    callout,
    due,
    minutes,
    moves,
    only,
    page,
    pages_to,
    roster,
    situation,
    taken,
    written,
)

NOW = NIGHT + minutes(10)
Rule = Callable[[Situation, Person, datetime], list[Decision]]
PARTNER, OFFERED = AssignmentRole.PARTNER, AssignmentRole.OFFERED


def texts(decisions: list[Decision], purpose: Purpose = Purpose.ANSWER) -> list[str]:
    return [page.text for page in only(SendPage, decisions) if page.purpose is purpose]


# ---- taking it -----------------------------------------------------------------------------------------------------


def test_the_first_to_answer_has_it() -> None:
    """Whoever takes it first is primary; all others are stood down, and officer, partners and agency hear of it."""
    about = callout(pages=(page("ana"), page("ben", id="p2"), page("cleo", PageState.WAITING, id="p3")))
    decisions = assignment.take(situation(about), BEN, NOW + minutes(25), NOW)
    assert only(AssignSpecialist, decisions) == [AssignSpecialist("ben", AssignmentRole.PRIMARY, NOW + minutes(25))]
    assert moves(decisions) == [Status.ACKNOWLEDGED]
    assert WithdrawPages() in decisions
    assert pages_to(decisions, Purpose.STAND_DOWN) == ["ana"]
    assert "ETA 02:49" in only(TextOfficer, decisions)[0].text
    assert only(TellPartners, decisions)
    assert TellAgency(AgencyEvent.ACKNOWLEDGED) in decisions
    assert Note(NoteKind.ACKNOWLEDGED, "Ben Okafor took it, ETA 02:49", "ben") in decisions
    confirmation = next(page for page in only(SendPage, decisions) if page.purpose is Purpose.CONFIRMATION)
    assert confirmation.with_link


def test_taking_it_ends_the_paging_and_starts_the_reminders() -> None:
    """The deadlines of the turn and of the officer's wait are gone; those for setting out and for the ETA are set."""
    decisions = assignment.take(situation(), ANA, NOW + minutes(25), NOW)
    dropped = only(DropDeadlines, decisions)
    kinds = {DeadlineKind.ESCALATE, DeadlineKind.OFFICER_WAITING}
    assert dropped == [DropDeadlines(frozenset(kinds))]
    assert due(decisions, NOW) == {DeadlineKind.REMIND_EN_ROUTE: minutes(10), DeadlineKind.REMIND_ARRIVAL: minutes(30)}


def test_taking_it_without_an_eta() -> None:
    """Without an ETA only setting out is asked about, and the officer is promised the ETA."""
    decisions = assignment.take(situation(), ANA, None, NOW)
    assert due(decisions, NOW) == {DeadlineKind.REMIND_EN_ROUTE: minutes(10)}
    assert Note(NoteKind.ACKNOWLEDGED, "Ana Reyes took it", "ana") in decisions


def test_an_eta_beyond_the_target_alarms_at_once() -> None:
    """Coordinators hear with the acknowledgement that it will be too late."""
    decisions = assignment.take(situation(), ANA, NOW + minutes(55), NOW)
    assert "50 minutes left" in only(AlarmCoordinators, decisions)[0].text


def test_saying_yes_twice_only_confirms_again() -> None:
    """A second yes from whoever has it repeats the confirmation with the ETA we know, and changes nothing."""
    [answer] = assignment.take(situation(taken(eta_at=NOW + minutes(5))), ANA, None, NOW)
    assert isinstance(answer, SendPage)
    assert answer.purpose is Purpose.CONFIRMATION
    assert "02:29" in answer.text


def test_yes_with_another_number_is_a_new_eta() -> None:
    """A second yes with a number moves the ETA only."""
    decisions = assignment.take(situation(taken()), ANA, NOW + minutes(15), NOW)
    assert only(WriteEta, decisions) == [WriteEta("ana", NOW + minutes(15))]
    assert not only(AssignSpecialist, decisions)


def test_too_late_to_be_first() -> None:
    """Whoever answers second hears who goes, is noted as an offer, and coordinators know of a second adult."""
    decisions = assignment.take(situation(taken()), BEN, NOW + minutes(20), NOW)
    assert only(AssignSpecialist, decisions) == [AssignSpecialist("ben", OFFERED, NOW + minutes(20))]
    assert texts(decisions)[0].startswith("Ana already has K7Q")
    assert "Ben could come too" in only(AlarmCoordinators, decisions)[0].text
    assert not moves(decisions)


def test_offering_twice_only_answers() -> None:
    """A second offer is answered and not noted again."""
    decisions = assignment.take(situation(taken(assigned("ben", OFFERED))), BEN, None, NOW)
    assert texts(decisions) == [page.text for page in only(SendPage, decisions)]
    assert len(decisions) == 1


def test_an_offer_when_whoever_goes_has_left_the_roster() -> None:
    """Without a name to give, the answer says that somebody is going."""
    decisions = assignment.take(situation(taken(), roster(BEN)), BEN, None, NOW)
    assert texts(decisions)[0].startswith("A colleague already has K7Q")


# ---- a new ETA -----------------------------------------------------------------------------------------------------


def test_a_new_eta_reaches_officer_and_agency() -> None:
    """The officer hears the new ETA of whoever has it, and a reminder is set for when it passes."""
    decisions = assignment.new_eta(situation(taken()), ANA, NOW + minutes(20), NOW)
    assert "02:44" in only(TextOfficer, decisions)[0].text
    assert TellAgency(AgencyEvent.ETA_CHANGED) in decisions
    assert due(decisions, NOW) == {DeadlineKind.REMIND_ARRIVAL: minutes(25)}


@pytest.mark.parametrize(
    ("before", "told"), [(None, "K7Q: ETA of Ana 02:44."), (NOW + minutes(5), "K7Q: new ETA of Ana 02:44.")]
)
def test_an_eta_is_new_only_after_another(before: datetime | None, told: str) -> None:
    """Whoever was promised an ETA and never told one hears of no new one."""
    decisions = assignment.new_eta(situation(taken(eta_at=before)), ANA, NOW + minutes(20), NOW)
    assert only(TextOfficer, decisions) == [TextOfficer(told)]


def test_an_eta_that_is_as_good_as_said_is_no_news() -> None:
    """ "1 25" sent twice, a minute apart, is one ETA to the officer; whoever looks sees what was said last."""
    for later, told in ((2, False), (-2, False), (3, True), (-3, True)):
        about = taken(eta_at=NOW + minutes(20))
        decisions = assignment.new_eta(situation(about), ANA, NOW + minutes(20 + later), NOW)
        assert bool(only(TextOfficer, decisions)) is told
        assert WriteEta("ana", NOW + minutes(20 + later)) in decisions


def test_a_new_eta_of_a_partner_who_comes_later_is_only_noted() -> None:
    """The officer is not told when the second adult comes."""
    decisions = assignment.new_eta(
        situation(taken(assigned("ben", PARTNER, en_route_at=NIGHT), eta_at=NOW + minutes(15))),
        BEN,
        NOW + minutes(20),
        NOW,
    )
    assert not only(TextOfficer, decisions)
    assert due(decisions, NOW) == {DeadlineKind.REMIND_ARRIVAL: minutes(25)}


@pytest.mark.parametrize(
    ("ana", "ben", "eta", "told"),
    [
        (30, None, 20, "Ben is coming, ETA 02:44"),
        (None, None, 20, "Ben is coming, ETA 02:44"),
        (30, 20, 22, None),  # as good as the 20 minutes that the officer knows
        (30, 10, 40, "Ana is coming, ETA 02:54"),
    ],
)
def test_the_officer_hears_of_whoever_comes_first(ana: int | None, ben: int | None, eta: int, told: str | None) -> None:
    """Whether they have it or go along."""

    def at(count: int | None) -> datetime | None:
        return NOW + minutes(count) if count is not None else None

    about = taken(assigned("ben", PARTNER, en_route_at=NIGHT, eta_at=at(ben)), eta_at=at(ana))
    heard = [one.text for one in only(TextOfficer, assignment.new_eta(situation(about), BEN, NOW + minutes(eta), NOW))]
    assert [text.removeprefix("K7Q: ").rstrip(".") for text in heard] == ([told] if told is not None else [])


def test_an_eta_from_somebody_who_is_there_sets_no_reminder() -> None:
    """Nobody is asked about an arrival that has happened."""
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT)
    assert not due(assignment.new_eta(situation(there), ANA, NOW + minutes(20), NOW), NOW)


# ---- on the way ----------------------------------------------------------------------------------------------------


def test_on_my_way_takes_it_too() -> None:
    """OMW while everybody is paged takes the call-out, and they are en route at once."""
    decisions = assignment.depart(situation(), BEN, NOW + minutes(20), NOW)
    assert moves(decisions) == [Status.ACKNOWLEDGED, Status.EN_ROUTE]
    assert Stamp("ben", StampKind.EN_ROUTE, NOW) in decisions
    assert decisions.index(DropDeadlines(frozenset({DeadlineKind.REMIND_EN_ROUTE}), "ben")) > next(
        place
        for place, decision in enumerate(decisions)
        if isinstance(decision, SetDeadline) and decision.kind is DeadlineKind.REMIND_EN_ROUTE
    )


def test_on_my_way_from_whoever_has_it() -> None:
    """The status moves, the agency hears, and the arrival is expected at the ETA they gave."""
    decisions = assignment.depart(situation(taken(eta_at=NOW + minutes(20))), ANA, None, NOW)
    assert moves(decisions) == [Status.EN_ROUTE]
    assert TellAgency(AgencyEvent.EN_ROUTE) in decisions
    assert due(decisions, NOW) == {DeadlineKind.REMIND_ARRIVAL: minutes(25)}
    assert len(texts(decisions)) == 1


def test_on_my_way_with_a_new_eta() -> None:
    """A number after OMW is the ETA that counts, and the answer says what to reply on arrival."""
    decisions = assignment.depart(situation(taken(eta_at=NOW + minutes(50))), ANA, NOW + minutes(10), NOW)
    assert texts(decisions) == [wording.en_route_noted("K7Q", NOW + minutes(10))]
    assert only(WriteEta, decisions) == [WriteEta("ana", NOW + minutes(10))]
    assert due(decisions, NOW) == {DeadlineKind.REMIND_ARRIVAL: minutes(15)}


@pytest.mark.parametrize(
    ("eta_at", "at", "asked_in"),
    [(None, NOW, 55), (None, NIGHT + minutes(90), 5), (NIGHT + minutes(15), NIGHT + minutes(30), 5)],
)
def test_everybody_on_the_way_is_asked_about(eta_at: datetime | None, at: datetime, asked_in: int) -> None:
    """Without an ETA the target is when they are expected; an ETA or a target that has passed counts from now."""
    decisions = assignment.depart(situation(taken(eta_at=eta_at)), ANA, None, at)
    [asked] = only(SetDeadline, decisions)
    assert asked.due_at - at == minutes(asked_in)


def test_on_my_way_twice_is_only_answered() -> None:
    """A second OMW changes nothing; one with a number is a new ETA."""
    going = taken(status=Status.EN_ROUTE, en_route_at=NIGHT)
    assert len(assignment.depart(situation(going), ANA, None, NOW)) == 1
    assert only(WriteEta, assignment.depart(situation(going), ANA, NOW + minutes(5), NOW))


def test_on_my_way_when_a_partner_is_there_already() -> None:
    """The call-out stays on scene; OMW from whoever has it only sets their stamp."""
    about = taken(assigned("ben", PARTNER, arrived_at=NIGHT), status=Status.ON_SCENE)
    decisions = assignment.depart(situation(about), ANA, None, NOW)
    assert not moves(decisions)
    assert Stamp("ana", StampKind.EN_ROUTE, NOW) in decisions


def test_on_my_way_to_what_somebody_else_has() -> None:
    """OMW from somebody who is not on it is an offer first; somebody who has offered comes as a partner."""
    assert only(AssignSpecialist, assignment.depart(situation(taken()), BEN, NOW + minutes(9), NOW))[0].role is OFFERED
    offered = taken(assigned("ben", OFFERED, eta_at=NOW + minutes(30)))
    decisions = assignment.depart(situation(offered), BEN, None, NOW)
    assert only(AssignSpecialist, decisions) == [AssignSpecialist("ben", PARTNER, NOW + minutes(30))]
    assert not moves(decisions), "whoever has it has not left yet"
    assert Stamp("ben", StampKind.EN_ROUTE, NOW) in decisions


@pytest.mark.parametrize("eta", [minutes(9), minutes(10)], ids=str)
def test_the_minutes_of_an_offer_are_none_once_they_have_passed(eta: timedelta) -> None:
    """Nobody who sets out is due before that."""
    about = taken(assigned("ben", OFFERED, eta_at=NIGHT + eta))
    decisions = assignment.depart(situation(about), BEN, None, NOW)
    assert only(AssignSpecialist, decisions) == [AssignSpecialist("ben", PARTNER, None)]
    assert not only(TextOfficer, decisions), "nobody knows when Ben comes"
    assert due(decisions, NIGHT)[DeadlineKind.REMIND_ARRIVAL] == minutes(65)


def confirmed(decisions: list[Decision]) -> list[tuple[str | None, str]]:
    found = [one for one in only(SendPage, decisions) if one.purpose is Purpose.CONFIRMATION]
    assert all(one.with_link for one in found)
    return [(one.person, one.text) for one in found]


def test_nobody_is_told_to_reply_what_they_have_just_replied() -> None:
    """OMW and HERE take it as well; what is asked for then is the next word."""
    under_way, there = Going.UNDER_WAY, Going.THERE
    taking = situation()
    assert confirmed(assignment.depart(taking, BEN, None, NOW)) == [
        ("ben", wording.confirmation("K7Q", None, under_way))
    ]
    assert confirmed(assignment.arrive(taking, BEN, NOW)) == [("ben", wording.confirmation("K7Q", None, there))]
    joining = situation(taken(assigned("ben", OFFERED)))
    for rule, going in ((assignment.arrive, there), (_leaves, under_way)):
        assert confirmed(rule(joining, BEN, NOW)) == [("ben", wording.partner_confirmation("K7Q", "Ana", going))]


def _leaves(situation: Situation, person: Person, now: datetime) -> list[Decision]:
    return assignment.depart(situation, person, None, now)


def test_a_second_yes_says_what_is_still_to_come() -> None:
    """Nobody on the way is told to reply OMW, and no partner that the call-out is theirs."""
    driving = situation(callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT)))
    assert confirmed(assignment.take(driving, ANA, None, NOW)) == [
        ("ana", wording.confirmation("K7Q", None, Going.UNDER_WAY))
    ]
    partner = assigned("ben", AssignmentRole.PARTNER, en_route_at=NIGHT)
    both = situation(callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT), partner))
    for asks_eta in (False, True):
        assert confirmed(assignment.take(both, BEN, None, NOW, asks_eta=asks_eta)) == [
            ("ben", wording.partner_confirmation("K7Q", "Ana", Going.UNDER_WAY))
        ]


def test_a_partner_who_comes_along_when_nobody_is_known_to_lead() -> None:
    """Whoever has it has left the roster."""
    about = callout(Status.ACKNOWLEDGED, assigned("gone"), assigned("ben", OFFERED))
    assert confirmed(_leaves(situation(about), BEN, NOW)) == [
        ("ben", wording.partner_confirmation("K7Q", "", Going.UNDER_WAY))
    ]


# ---- on scene ------------------------------------------------------------------------------------------------------


def test_the_first_arrival_stops_the_clock() -> None:
    """The status moves, nobody is warned of the target any more, and hours later they are asked whether all is well."""
    decisions = assignment.arrive(situation(taken(status=Status.EN_ROUTE, en_route_at=NIGHT)), ANA, NOW)
    assert moves(decisions) == [Status.ON_SCENE]
    assert Stamp("ana", StampKind.ARRIVED, NOW) in decisions
    assert Note(NoteKind.ARRIVED, "Ana Reyes is on scene after 10 minutes", "ana") in decisions
    clock = frozenset({DeadlineKind.WARN_TARGET, DeadlineKind.TARGET_MISSED})
    assert DropDeadlines(clock) in decisions
    asked = frozenset({DeadlineKind.REMIND_EN_ROUTE, DeadlineKind.REMIND_ARRIVAL, *UNCLEAR})
    assert DropDeadlines(asked, "ana") in decisions
    assert due(decisions, NOW) == {DeadlineKind.CHECK_ON_SCENE: minutes(240)}


def test_one_minute_is_one() -> None:
    """Somebody may be next door."""
    decisions = assignment.arrive(situation(taken()), ANA, NIGHT + minutes(1))
    assert Note(NoteKind.ARRIVED, "Ana Reyes is on scene after 1 minute", "ana") in decisions


def test_a_second_arrival_is_stamped_and_moves_nothing() -> None:
    """The partner's arrival is stamped on their own assignment; the response clock has stopped already."""
    about = taken(assigned("ben", PARTNER, en_route_at=NIGHT), status=Status.ON_SCENE, arrived_at=NIGHT)
    decisions = assignment.arrive(situation(about), BEN, NOW)
    assert not moves(decisions)
    assert Note(NoteKind.ARRIVED, "Ben Okafor is on scene", "ben") in decisions


@pytest.mark.parametrize("mine", [None, OFFERED])
def test_whoever_is_there_is_on_it(mine: AssignmentRole | None) -> None:
    """HERE while everybody is paged takes it; HERE on what somebody else has makes a partner."""
    offers = () if mine is None else (assigned("ben", mine),)
    first = assignment.arrive(situation(callout(Status.PAGING, *offers)), BEN, NOW)
    assert moves(first) == [Status.ACKNOWLEDGED, Status.ON_SCENE]
    second = assignment.arrive(situation(taken(*offers)), BEN, NOW)
    assert only(AssignSpecialist, second)[0].role is PARTNER
    assert moves(second) == [Status.ON_SCENE]


def test_here_again_is_a_word_that_all_is_well() -> None:
    """HERE in answer to the check sets the next check; from somebody who has left it sets none."""
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT)
    decisions = assignment.arrive(situation(there), ANA, NOW)
    assert only(SetDeadline, decisions) == [SetDeadline(DeadlineKind.CHECK_ON_SCENE, NOW + minutes(240))]
    left = taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT)
    assert len(assignment.arrive(situation(left), ANA, NOW)) == 1


# ---- leaving, and home ---------------------------------------------------------------------------------------------


def test_the_last_who_leaves_clears_the_call_out() -> None:
    """With nobody else on it the call-out is cleared, and they will be asked whether they are home."""
    decisions = assignment.clear(situation(taken(status=Status.ON_SCENE, arrived_at=NIGHT)), ANA, NOW)
    assert moves(decisions) == [Status.CLEARED]
    assert DropDeadlines(frozenset({DeadlineKind.CHECK_ON_SCENE})) in decisions
    assert due(decisions, NOW) == {DeadlineKind.CHECK_HOME: minutes(60)}


def test_it_is_not_cleared_while_somebody_is_there_or_coming() -> None:
    """Somebody who stays, or is still awaited, keeps it open; somebody who only offered does not."""
    coming = taken(assigned("ben", PARTNER, en_route_at=NIGHT), status=Status.ON_SCENE, arrived_at=NIGHT)
    assert not moves(assignment.clear(situation(coming), ANA, NOW))
    offered = taken(assigned("ben", OFFERED), status=Status.ON_SCENE, arrived_at=NIGHT)
    assert moves(assignment.clear(situation(offered), ANA, NOW)) == [Status.CLEARED]


def test_whoever_comes_after_the_others_left_can_leave_too() -> None:
    """A partner's DONE on a call-out that is cleared already moves nothing, and nobody is asked about the scene."""
    about = taken(assigned("ben", PARTNER, arrived_at=NIGHT), status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT)
    decisions = assignment.clear(situation(about), BEN, NOW)
    assert not moves(decisions)
    assert Stamp("ben", StampKind.CLEARED, NOW) in decisions
    assert DropDeadlines(frozenset({DeadlineKind.CHECK_ON_SCENE})) in decisions


def test_done_twice_is_only_answered() -> None:
    """A second DONE changes nothing."""
    left = taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT)
    assert len(assignment.clear(situation(left), ANA, NOW)) == 1


def test_the_last_who_is_home_closes_the_call_out() -> None:
    """When everybody who went is safe at home it is over, and nothing is due any more."""
    about = taken(status=Status.CLEARED, en_route_at=NIGHT, arrived_at=NIGHT, cleared_at=NIGHT)
    decisions = assignment.come_home(situation(about), ANA, NOW)
    assert moves(decisions) == [Status.CLOSED]
    assert DropDeadlines(DROPPED_ON_CLOSE) in decisions
    assert WithdrawPages() in decisions
    assert TellAgency(AgencyEvent.CLOSED) in decisions


def test_home_without_done_clears_as_well() -> None:
    """Whoever is home has left the scene: both stamps are set, in order."""
    decisions = assignment.come_home(situation(taken(status=Status.ON_SCENE, arrived_at=NIGHT)), ANA, NOW)
    assert [stamp.kind for stamp in only(Stamp, decisions)] == [StampKind.CLEARED, StampKind.HOME]
    assert moves(decisions) == [Status.CLEARED, Status.CLOSED]


def test_it_stays_open_until_everybody_is_home() -> None:
    """Whoever is home first is not asked again, and the other still is."""
    about = taken(assigned("ben", PARTNER, arrived_at=NIGHT), status=Status.ON_SCENE, arrived_at=NIGHT)
    decisions = assignment.come_home(situation(about), ANA, NOW)
    assert not moves(decisions)
    assert DropDeadlines(frozenset({DeadlineKind.CHECK_HOME}), "ana") in decisions


def test_home_twice_is_only_answered() -> None:
    """A second HOME changes nothing."""
    about = taken(
        assigned("ben", PARTNER, arrived_at=NIGHT),
        status=Status.ON_SCENE,
        arrived_at=NIGHT,
        cleared_at=NIGHT,
        home_at=NIGHT,
    )
    assert len(assignment.come_home(situation(about), ANA, NOW)) == 1


# ---- no ------------------------------------------------------------------------------------------------------------


def test_a_no_from_somebody_who_is_paged() -> None:
    """It is a decline: their pages are taken back and the next in turn is paged now."""
    decisions = assignment.refuse(situation(callout(pages=(page("ana"),))), ANA, NOW)
    assert MarkDeclined("ana") in decisions
    assert WithdrawPages("ana") in decisions
    assert pages_to(decisions) == ["ben"]


def test_a_no_from_somebody_who_declined_already() -> None:
    """Asked again with everybody else, they say no again: their remaining pages of this round are taken back."""
    decisions = assignment.refuse(situation(callout(declined=frozenset({"ana"}))), ANA, NOW)
    assert decisions[1:] == [WithdrawPages("ana")]


@pytest.mark.parametrize("status", [Status.PAGING, Status.ACKNOWLEDGED])
def test_an_offer_can_be_taken_back(status: Status) -> None:
    """They are off the call-out and are not paged for it any more."""
    primary = () if status is Status.PAGING else (assigned("ana"),)
    about = callout(status, assigned("ben", OFFERED), *primary)
    decisions = assignment.refuse(situation(about), BEN, NOW)
    assert ReleaseSpecialist("ben") in decisions
    assert WithdrawPages("ben") in decisions
    assert MarkDeclined("ben") in decisions


def test_whoever_has_it_lets_go() -> None:
    """Paging goes on with the next turn, without them; officer, coordinators and agency hear of it."""
    decisions = assignment.refuse(situation(taken(eta_at=NOW)), ANA, NOW)
    assert ReleaseSpecialist("ana") in decisions
    assert WithdrawPages("ana") in decisions  # a reminder that rings, or waits, is no longer true
    assert moves(decisions) == [Status.PAGING]
    assert written(decisions) == {"step": 2}
    assert pages_to(decisions) == ["ben"]
    assert "paging again" in only(TextOfficer, decisions)[0].text
    assert [rings(alarm) for alarm in only(AlarmCoordinators, decisions)] == [True]
    assert TellAgency(AgencyEvent.RELEASED) in decisions
    assert due(decisions, NOW) == {DeadlineKind.ESCALATE: minutes(4), DeadlineKind.OFFICER_WAITING: minutes(8)}


def test_whoever_offered_is_paged_first_when_it_is_let_go() -> None:
    """They are known to be awake, so they are paged with the next turn; whoever left the roster is not."""
    about = taken(assigned("cleo", OFFERED), assigned("gone", OFFERED))
    assert pages_to(assignment.refuse(situation(about), ANA, NOW)) == ["cleo", "ben"]


@pytest.mark.parametrize("facts", [{}, {"passed_over": frozenset({"cleo"})}], ids=["asked along", "turned back"])
def test_whoever_is_on_another_by_now_is_not_paged_first(facts: dict[str, Any]) -> None:
    """They have taken another call-out since, and drive there: others are left."""
    purpose = Purpose.TURN_BACK if facts else Purpose.ASK_ALONG
    about = replace(taken(), nearer=(page("cleo", purpose=purpose),), **facts)
    assert pages_to(assignment.refuse(situation(about), ANA, NOW)) == ["cleo", "ben"]
    assert pages_to(assignment.refuse(situation(replace(about, out=frozenset({"cleo"}))), ANA, NOW)) == ["ben"]


@pytest.mark.parametrize("status", [Status.ACKNOWLEDGED, Status.EN_ROUTE])
def test_a_partner_on_the_way_has_it_when_it_is_let_go(status: Status) -> None:
    """Somebody is driving there already: they have it now, the officer hears who is coming, and nobody is woken."""
    about = taken(assigned("ben", PARTNER, en_route_at=NIGHT, eta_at=NOW + minutes(60)), status=status)
    decisions = assignment.refuse(situation(about), ANA, NOW)
    assert only(AssignSpecialist, decisions) == [AssignSpecialist("ben", AssignmentRole.PRIMARY, NOW + minutes(60))]
    assert moves(decisions) == ([Status.EN_ROUTE] if status is Status.ACKNOWLEDGED else [])
    assert "Ben is coming, ETA 03:24" in only(TextOfficer, decisions)[0].text
    assert not pages_to(decisions)
    (partners,) = only(TellPartners, decisions)
    assert partners.text.startswith("K7Q: Ben has taken it.")
    alarms = [alarm.text for alarm in only(AlarmCoordinators, decisions)]
    assert "Ana can no longer go" in alarms[0]
    assert "50 minutes left" in alarms[1]


def test_a_partner_who_left_the_roster_can_have_it_too() -> None:
    """They are driving there all the same; the officer is told without a name."""
    about = taken(assigned("gone", PARTNER, en_route_at=NIGHT))
    decisions = assignment.refuse(situation(about), ANA, NOW)
    assert Note(NoteKind.HANDED_OVER, "gone has it now", "gone") in decisions
    assert "the specialist is coming" in only(TextOfficer, decisions)[0].text
    assert "a specialist has taken it" in only(TellPartners, decisions)[0].text


def test_of_several_partners_one_who_is_there_has_it() -> None:
    """A partner at the scene comes before one on the way, and both before one who has left."""
    about = taken(
        assigned("ben", PARTNER, arrived_at=NIGHT, cleared_at=NIGHT),
        assigned("dora", PARTNER, en_route_at=NIGHT),
        assigned("cleo", PARTNER, arrived_at=NIGHT),
        status=Status.ON_SCENE,
    )
    decisions = assignment.refuse(situation(about), ANA, NOW)
    assert [decision.person for decision in only(AssignSpecialist, decisions)] == ["cleo"]
    assert not only(TextOfficer, decisions), "the officer sees them"
    assert not moves(decisions)


def test_a_partner_on_the_way_can_let_go() -> None:
    """Whoever has it is still going, so nothing else changes."""
    about = taken(assigned("ben", PARTNER, en_route_at=NIGHT))
    decisions = assignment.refuse(situation(about), BEN, NOW)
    assert ReleaseSpecialist("ben") in decisions
    assert not moves(decisions)
    assert not pages_to(decisions)


def test_the_officer_hears_no_time_that_has_passed() -> None:
    """The partner who would have been first does not go; whoever has it is late already, and has said no other time."""
    about = taken(assigned("ben", PARTNER, en_route_at=NIGHT, eta_at=NIGHT + minutes(2)), eta_at=NIGHT + minutes(4))
    (told,) = only(TextOfficer, assignment.refuse(situation(about), BEN, NOW))
    assert told.text == "K7Q: Ana is coming. We will tell you the ETA."


@pytest.mark.parametrize(
    ("stamps", "ends_as"),
    [
        ({"arrived_at": NIGHT}, []),
        ({"arrived_at": NIGHT, "cleared_at": NIGHT}, [Status.CLEARED]),
        ({"arrived_at": NIGHT, "cleared_at": NIGHT, "home_at": NIGHT}, [Status.CLOSED]),
    ],
    ids=["there", "left", "home"],
)
def test_when_the_last_who_is_awaited_lets_go(stamps: dict[str, Any], ends_as: list[Status]) -> None:
    """The call-out takes the status that the others have reached: it must not wait for somebody who is not coming."""
    awaited = taken(assigned("ben", PARTNER, en_route_at=NIGHT), status=Status.ON_SCENE, **stamps)
    assert moves(assignment.refuse(situation(awaited), BEN, NOW)) == ends_as
    there = replace(assigned("ben", PARTNER), **stamps)
    assert moves(assignment.refuse(situation(taken(there, status=Status.ON_SCENE)), ANA, NOW)) == ends_as


def test_a_no_at_the_scene_is_for_a_person_to_read() -> None:
    """Nobody at the scene lets go of the call-out; the no may be a cry for help, so coordinators read it."""
    decisions = assignment.refuse(situation(taken(status=Status.ON_SCENE, arrived_at=NIGHT)), ANA, NOW)
    assert not only(ReleaseSpecialist, decisions)
    assert 'Ana wrote: "NO"' in only(AlarmCoordinators, decisions)[0].text


# ---- any order of words --------------------------------------------------------------------------------------------

_WORDS = (
    *(Word.TAKE, Word.ON_MY_WAY, Word.HERE, Word.LEFT, Word.HOME, Word.NO),
    *(Word.TWO, Word.UNCLEAR, Word.DANGER),
)
_SAID = st.tuples(st.sampled_from(("ana", "ben", "cleo")), st.sampled_from(_WORDS), st.none() | st.integers(1, 90))
_HAPPENS = _SAID | st.sampled_from(("a deadline", "a deadline", "ana leaves", "ben leaves", "all are back"))


# More examples than usual: a mistake here takes four or five words in one particular order.
@settings(max_examples=4 * settings().max_examples)
@given(st.lists(_HAPPENS, min_size=4, max_size=24))
@example([("ana", Word.TAKE, None), ("ben", Word.ON_MY_WAY, None), ("ben", Word.ON_MY_WAY, None),
          ("ana", Word.NO, None), ("ben", Word.HERE, None)])  # fmt: skip
@example([("ana", Word.ON_MY_WAY, None), ("ana", Word.HERE, None), ("ana", Word.LEFT, None), ("ben", Word.HERE, None),
          ("ben", Word.LEFT, None)])  # fmt: skip
@example([("ana", Word.TAKE, None), "ana leaves", "a deadline", "a deadline", "a deadline"])
@pytest.mark.costs(3)
def test_whatever_is_said_in_whatever_order(happenings: list[str | tuple[str, Word, int | None]]) -> None:
    """No word at any moment is an illegal move, changes a stamp, makes two primary, or leaves anybody forgotten."""
    night = Night()
    night.opens()
    for happens in happenings:
        match happens:
            case (who, word, eta):
                night.replies(who, word, eta if word in {Word.TAKE, Word.ON_MY_WAY} else None)
            case "a deadline" if night.deadlines:
                night.meets_next_deadline()
            case "ana leaves":
                night.roster = roster(BEN, CLEO, CORA)
            case "ben leaves":
                night.roster = roster(ANA, CLEO, CORA)
            case "all are back":
                night.roster = ROSTER
            case _:
                pass


@given(st.lists(st.sampled_from(("ana", "ben", "cleo")), min_size=1, max_size=8))
def test_the_first_acknowledgement_wins(answers: list[str]) -> None:
    """However many say yes, and however often, the first has it and the officer hears of one specialist only."""
    night = Night()
    night.opens()
    for who in answers:
        night.replies(who, Word.TAKE)
    assert night.callout.primary is not None
    assert night.callout.primary.person == answers[0]
    assert len(night.told_officer) == 1


@given(st.permutations(("ana", "ben", "cleo")), st.lists(st.sampled_from(_WORDS), max_size=6))
def test_everybody_home_closes_it(order: list[str], before: list[Word]) -> None:
    """Whatever was said before, once everybody says where they are and comes home, the call-out is over."""
    night = Night()
    night.opens()
    for number, word in enumerate(before):
        night.replies(order[number % 3], word)
    for word in (Word.TAKE, Word.ON_MY_WAY, Word.ON_MY_WAY, Word.HERE, Word.LEFT, Word.HOME):
        for who in order:
            night.replies(who, word)
    assert night.callout.status is Status.CLOSED


@pytest.mark.parametrize("left_at", [None, NIGHT])
def test_an_heir_who_has_not_left_is_not_thought_on_the_way(left_at: datetime | None) -> None:
    """A partner whom a coordinator added may still be at home when the call-out becomes theirs."""
    about = taken(assigned("ben", PARTNER, en_route_at=left_at))
    decisions = assignment.refuse(situation(about), ANA, NOW)
    assert moves(decisions) == ([Status.EN_ROUTE] if left_at else [])
    assert (TellAgency(AgencyEvent.EN_ROUTE) in decisions) == (left_at is not None)


@pytest.mark.parametrize("home", [False, True])
def test_who_has_left_the_scene_inherits_in_silence(home: bool) -> None:
    """Ben was there and has left while Ana never came: the call-out is his and done, and nobody is told to ring him."""
    there = {"en_route_at": NIGHT, "arrived_at": NIGHT, "cleared_at": NIGHT, "home_at": NIGHT if home else None}
    ben = assigned("ben", AssignmentRole.PARTNER, **there)
    about = replace(taken(status=Status.ON_SCENE), assignments=(assigned("ana"), ben), arrived_at=NIGHT)
    decisions = assignment.give_up(situation(about), ANA, NOW)
    assert not only(AlarmCoordinators, decisions)
    assert only(MoveTo, decisions) == [MoveTo(Status.CLOSED if home else Status.CLEARED)]
    assert only(AssignSpecialist, decisions) == [AssignSpecialist("ben", AssignmentRole.PRIMARY, None)]
    (told,) = [page for page in only(SendPage, decisions) if page.person == "ana"]
    assert (told.purpose, told.text) == (Purpose.STAND_DOWN, wording.everybody_has_left("K7Q")), "nobody is paged"


@pytest.mark.parametrize("facts", [{}, {"en_route_at": NIGHT}, {"arrived_at": NIGHT}])
def test_whoever_loses_it_by_silence_reads_who_has_it_now(facts: dict[str, datetime]) -> None:
    """Ben goes along, so nobody is paged; and Ana has not said that she cannot go."""
    about = taken(
        assigned("ben", PARTNER, **facts), status=Status.ON_SCENE if "arrived_at" in facts else Status.ACKNOWLEDGED
    )
    decisions = assignment.give_up(situation(about), ANA, NOW)
    assert not pages_to(decisions)
    (told,) = [page for page in only(SendPage, decisions) if page.person == "ana"]
    assert told.text == asking.passed_on("K7Q", "Ben")
    assert "paged" not in told.text
    (alarm,) = only(AlarmCoordinators, decisions)
    assert "can no longer go" not in alarm.text
    assert "does not answer. Ben has it now. Please call Ben" in alarm.text


def test_whoever_loses_it_by_silence_to_nobody_reads_that_others_are_paged() -> None:
    decisions = assignment.give_up(situation(taken()), ANA, NOW)
    assert pages_to(decisions)
    assert "others are paged now" in texts(decisions, Purpose.REMINDER)[0]


def test_a_partner_who_has_not_left_is_not_on_the_way_by_inheriting() -> None:
    """Ana drove and lets it go; Ben, whom a coordinator added, has it and is at home. His OMW moves it on."""
    ben = assigned("ben", AssignmentRole.PARTNER)
    about = replace(taken(status=Status.EN_ROUTE), assignments=(assigned("ana", en_route_at=NIGHT), ben))
    assert moves(assignment.refuse(situation(about), ANA, NOW)) == [Status.ACKNOWLEDGED]
    his = replace(about, status=Status.ACKNOWLEDGED, assignments=(assigned("ben"),))
    assert moves(assignment.depart(situation(his), BEN, None, NOW)) == [Status.EN_ROUTE]
    driving = assigned("cleo", AssignmentRole.PARTNER, en_route_at=NIGHT)
    with_cleo = replace(about, assignments=(*about.assignments, driving))
    decisions = assignment.refuse(situation(with_cleo), ANA, NOW)
    assert only(AssignSpecialist, decisions) == [AssignSpecialist("cleo", AssignmentRole.PRIMARY, None)]
    assert moves(decisions) == []


@pytest.mark.parametrize("trust", Trust)
def test_whoever_goes_on_a_number_alone_rings_the_coordinators(trust: Trust) -> None:
    """They verify the caller and give the place; until then whoever goes has none."""
    rung = only(AlarmCoordinators, assignment.take(situation(callout(trust=trust)), ANA, None, NOW))
    assert [alarm.kind for alarm in rung] == ([AlarmKind.UNVERIFIED] if trust.is_unverified else [])
    assert all(rings(alarm) for alarm in rung)
    assert not only(AlarmCoordinators, assignment.arrive(situation(callout(trust=trust)), ANA, NOW)), "over once there"
