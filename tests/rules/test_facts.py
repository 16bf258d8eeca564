"""The small facts themselves."""

from dataclasses import replace

import pytest

from dispatch.rules.callout.moves import LEGAL_MOVES
from dispatch.rules.facts.actors import SERVICE, Actor, ActorKind
from dispatch.rules.facts.callout import Assignment, AssignmentRole, Details, Status
from dispatch.rules.facts.pages import FINAL_PAGE_STATES, LetGo, PageState, Purpose, SentText, TakeCover
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import Agency, AgencyKind, Policy, Roster
from tests.rules.situations import (
    ANA,
    BEN,
    NIGHT,
    POLICY,
    ROSTER,
    assigned,
    callout,
    minutes,
    page,
    roster,
    situation,
    taken,
)


@pytest.mark.parametrize(
    ("actor", "text"), [(Actor(ActorKind.COORDINATOR, "Cora"), "coordinator Cora"), (SERVICE, "service")]
)
def test_an_actor_reads_as_a_person_would_say_it(actor: Actor, text: str) -> None:
    """The audit trail shows who it was, by name if there is one."""
    assert str(actor) == text


# ---- the roster ----------------------------------------------------------------------------------------------------


def test_people_are_known_by_number_and_by_name() -> None:
    """An id, a name or a first name will do, in any case; a phone number belongs to one person."""
    assert ROSTER.person_at(BEN.phone) == BEN
    assert ROSTER.person_at("+15625559999") is None
    for name in ("ANA", "ana reyes", "Ana"):
        assert ROSTER.people_called(name) == (ANA,)
    assert ROSTER.people_called("An") == ()


def test_people_are_known_by_what_the_identity_provider_calls_them() -> None:
    """In capitals or not; nobody who is called nothing there."""
    roster = replace(ROSTER, people=(ANA, replace(BEN, sign_in="Ben@example.org")))
    assert roster.person_for_sign_in("ben@EXAMPLE.org") == roster.people[1]
    assert roster.person_for_sign_in("ana@example.org") is None


def test_a_coordinator_may_be_a_specialist_as_well() -> None:
    """Whoever goes to no child is none, and acts as a coordinator."""
    both = replace(ANA, roles=frozenset({Role.SPECIALIST, Role.COORDINATOR}))
    assert both.is_specialist
    assert both.is_coordinator
    coordinates = replace(ANA, roles=frozenset({Role.COORDINATOR}))
    assert not coordinates.is_specialist
    assert both.as_actor == Actor(ActorKind.SPECIALIST, "ana")
    assert coordinates.as_actor == Actor(ActorKind.COORDINATOR, "ana")


def test_an_agency_goes_by_its_name() -> None:
    """One that has left the roster goes by its code."""
    known = Roster(agencies=(Agency("LBPD", "Long Beach Police Department"),))
    assert known.agency("LAPD") is None
    assert (known.agency_name("LBPD"), known.agency_name("LAPD")) == ("Long Beach Police Department", "LAPD")


def test_only_a_caller_calls() -> None:
    """A partner is told of call-outs and opens none."""
    caller, partner = Agency("LBPD", "Long Beach Police"), Agency("DCFS", "Children's Services", AgencyKind.PARTNER)
    known = Roster(agencies=(caller, partner))
    assert [known.caller(code) for code in ("LBPD", "DCFS", "LAPD")] == [caller, None, None]


def test_an_agency_has_its_own_policy_or_the_default_one() -> None:
    """With neither, everybody is paged at once."""
    own = Policy("lbpd", POLICY.steps)
    known = Roster(policies=(POLICY, own))
    assert known.policy_of(Agency("LBPD", "Long Beach", policy="lbpd"), NIGHT) == own
    assert known.policy_of(Agency("LBPD", "Long Beach"), NIGHT) == POLICY
    assert known.policy_of(Agency("LBPD", "Long Beach", policy="gone"), NIGHT).steps == ()


# ---- a call-out and who is on it -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", Status)
def test_what_can_still_move_is_open(status: Status) -> None:
    """A call-out is over exactly when the table of legal moves leaves it no move."""
    assert status.is_open is callout(status).is_open is bool(LEGAL_MOVES[status])


def test_who_is_on_a_call_out() -> None:
    """Whoever has it and whoever comes along; those who only offered may stay at home."""
    about = taken(assigned("ben", AssignmentRole.PARTNER), assigned("cleo", AssignmentRole.OFFERED))
    assert [about.is_on_it(person) for person in ("ana", "ben", "cleo", "cora")] == [True, True, False, False]


@pytest.mark.parametrize(
    ("mine", "has"),
    [
        (assigned("ana"), False),
        (assigned("ana", en_route_at=NIGHT), True),
        (assigned("ana", arrived_at=NIGHT), True),
    ],
)
def test_who_has_set_out(mine: Assignment, has: bool) -> None:
    """Whoever said OMW, and whoever said HERE without it."""
    assert mine.has_set_out is has


def test_who_has_a_call_out() -> None:
    """Nobody while it pages, and nobody we can name once they have left the roster."""
    assert situation(taken()).taker == ANA
    assert situation(callout()).taker is None
    assert situation(taken(), roster(BEN)).taker is None


def test_how_far_a_page_has_come() -> None:
    """Under way is what may still be answered; what waits is not, nor what is over."""
    assert {state for state in PageState if state.is_under_way} == set(PageState) - FINAL_PAGE_STATES - {
        PageState.WAITING
    }
    assert [state for state in PageState if state.has_failed] == [PageState.FAILED]


def test_names_of_the_roster() -> None:
    """Whoever has left has their id; an agency is reached by text or by webhook, and is known by either."""
    dcfs = Agency("DCFS", "Children", notice_phone="+12135550191", webhook_url="https://dcfs.example/hook")
    people = replace(roster(ANA), agencies=(dcfs,))
    assert (people.name_of("ana"), people.first_name_of("ana")) == ("Ana Reyes", "Ana")
    assert (people.name_of("zoe"), people.first_name_of("zoe")) == ("zoe", "zoe")
    assert people.reached_at("+12135550191") == people.reached_at("https://dcfs.example/hook") == dcfs
    assert people.reached_at("+12135550192") is None


def test_what_a_status_a_role_and_a_purpose_are() -> None:
    """Doors and actions ask these, and no names."""
    assert [status for status in Status if status.is_paging] == [Status.PAGING]
    awaited = [Status.PAGING, Status.ACKNOWLEDGED, Status.EN_ROUTE]
    assert [status for status in Status if status.is_waited_for] == awaited
    assert [role for role in AssignmentRole if role.leads] == [AssignmentRole.PRIMARY]
    assert [role for role in AssignmentRole if role.is_offer] == [AssignmentRole.OFFERED]
    assert len({role.in_words for role in AssignmentRole}) == len(AssignmentRole)
    assert [purpose for purpose in Purpose if purpose.pages] == [Purpose.PAGE]
    assert [purpose for purpose in Purpose if purpose.stands_down] == [Purpose.STAND_DOWN]
    assert [purpose for purpose in Purpose if purpose.is_for_the_officer] == [Purpose.OFFICER]
    assert [purpose for purpose in Purpose if purpose.replaces_older] == [Purpose.OFFICER]
    assert [purpose for purpose in Purpose if purpose.gives_way] == [Purpose.TEST]


def test_a_place_that_nobody_has_confirmed_is_no_place_to_go_to() -> None:
    """Confirming it is a change of the place, although no word of it changes."""
    said = Details("+15625550177", place_address="1 Main St", place_lat=1.0, place_lon=2.0, place_note="back door")
    unconfirmed = replace(said, place_unconfirmed=True)
    assert said.for_a_specialist == said
    assert unconfirmed.for_a_specialist == Details("+15625550177", place_unconfirmed=True)
    assert unconfirmed.place != said.place
    assert unconfirmed.place == replace(unconfirmed, place_address="2 Main St").place


def test_which_covers_a_text_asks_for() -> None:
    """A bare yes may be about these, and about no other that is open."""
    asked = SentText(Purpose.SCHEDULE, None, TakeCover((4, 6)), NIGHT, NIGHT)
    assert [asked.asks_for_cover(number) for number in (4, 5, 6)] == [True, False, True]
    assert not replace(asked, asks=LetGo("c1")).asks_for_cover(4)


def test_what_only_informs() -> None:
    """It waits while more is due than can be sent at once; nothing does that our own people are sent about a
    call-out."""
    waits = {Purpose.OFFICER, Purpose.PARTNER, Purpose.AGENCY, Purpose.ACCOUNT, Purpose.SCHEDULE, Purpose.TONIGHT}
    assert {one for one in Purpose if one.only_informs} == waits


def test_a_page_stands_as_it_does_since_it_ended_or_was_tried() -> None:
    tried = page("ana", tried_at=NIGHT)
    assert tried.since == NIGHT
    assert replace(tried, ended_at=NIGHT + minutes(1)).since == NIGHT + minutes(1)
