"""The life of a call-out: its legal moves, how it opens and ends, and the law on random nights."""

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from dispatch.rules.callout.moves import (
    CANCELLABLE,
    LEGAL_MOVES,
    OPEN,
    IllegalMove,
    cancel,
    change_details,
    change_place,
    check_move,
    close,
    is_wanted,
    open_callout,
    rescue,
    rings_on,
)
from dispatch.rules.decisions import (
    DROPPED_ON_CLOSE,
    AgencyEvent,
    AlarmCoordinators,
    DeadlineKind,
    DropDeadlines,
    MoveTo,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
    TellAgency,
    TellPartners,
    TextOfficer,
    WithdrawPages,
    WriteDetails,
)
from dispatch.rules.delivery.sending import Progress
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Details, Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel, ContactStep, Person
from dispatch.rules.facts.roster import Policy, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.wording import agency_texts, alarms, texts
from dispatch.rules.wording.alphabet import BESIDE_LINK, cut
from tests.each import each
from tests.rules.situations import (
    ANA,
    BACKUP,
    BEN,
    CLEO,
    CORA,
    EVERYONE,
    NIGHT,
    OFFICER,
    PRIMARY,
    ROSTER,
    Night,
    assigned,
    callout,
    minutes,
    only,
    page,
    pages_to,
    roster,
    situation,
    taken,
)

# ---- the table -----------------------------------------------------------------------------------------------------


@each(purpose=Purpose, status=Status)
def test_what_still_has_to_be_said(purpose: Purpose, status: Status) -> None:
    """A page while nobody has the call-out, an ask to go along while somebody is on the way, a stand-down and an
    all-clear except while it pages; a reminder, where to go and an offer to join people while it is open; anything else
    always."""
    still_asks = {
        Purpose.PAGE: {Status.PAGING},
        Purpose.ASK_ALONG: {Status.ACKNOWLEDGED, Status.EN_ROUTE},
        Purpose.TURN_BACK: {Status.ACKNOWLEDGED, Status.EN_ROUTE},
        Purpose.STAND_DOWN: set(Status) - {Status.PAGING},
        Purpose.ALL_CLEAR: set(Status) - {Status.PAGING},
        Purpose.REMINDER: OPEN,
        Purpose.CONFIRMATION: OPEN,
        Purpose.QUESTION: OPEN,
        Purpose.JOIN: OPEN,
    }.get(purpose, set(Status))
    assert is_wanted(purpose, replace(situation().callout, status=status)) == (status in still_asks)
    assert is_wanted(purpose, None)


@each(purpose=Purpose, status=Status)
def test_a_call_rings_on_while_it_pages_and_while_it_is_wanted(purpose: Purpose, status: Status) -> None:
    """One that tells of danger rings on whatever becomes of the call-out."""
    call = page("ana", purpose=purpose, channel=Channel.VOICE)
    wanted = is_wanted(purpose, replace(situation().callout, status=status))
    assert rings_on(call, status) is (wanted or status is Status.PAGING)
    assert rings_on(replace(call, breaks_in=True), status)


@pytest.mark.parametrize(("current", "to"), list(product(Status, Status)))
def test_the_table_decides_every_move(current: Status, to: Status) -> None:
    """A move that the table names is allowed, and any other raises, with both statuses in its message."""
    if to in LEGAL_MOVES[current]:
        check_move(current, to)
    else:
        with pytest.raises(IllegalMove, match=f"{current} cannot become {to}"):
            check_move(current, to)


def test_every_open_status_can_be_closed() -> None:
    """A person can end whatever is open, and what has ended stays so."""
    assert {status for status in Status if Status.CLOSED in LEGAL_MOVES[status]} == OPEN
    assert set(Status) - OPEN == {Status.CLOSED, Status.CANCELLED}


def test_nothing_is_cancelled_once_somebody_is_there() -> None:
    """The caller can call it off until a specialist is on scene."""
    assert {Status.PAGING, Status.ACKNOWLEDGED, Status.EN_ROUTE} == CANCELLABLE


# ---- opening -------------------------------------------------------------------------------------------------------


def test_opening_pages_the_first_and_sets_the_clocks() -> None:
    """The first in turn is paged now, partners are told, and turn, officer's wait and target each have a deadline."""
    decisions = open_callout(situation(callout(step=0)), Details(OFFICER), NIGHT)
    assert pages_to(decisions) == ["ana"]
    assert only(SendPage, decisions)[0].due_at == NIGHT
    due = {deadline.kind: deadline.due_at - NIGHT for deadline in only(SetDeadline, decisions)}
    assert due == {
        DeadlineKind.ESCALATE: minutes(5),
        DeadlineKind.OFFICER_WAITING: minutes(8),
        DeadlineKind.WARN_TARGET: minutes(40),
        DeadlineKind.TARGET_MISSED: minutes(60),
    }
    assert "K7Q" in only(TellPartners, decisions)[0].text
    assert only(Note, decisions)[0] == Note(NoteKind.RECEIVED, "LBPD called; answer promised by 03:14")


@pytest.mark.parametrize(
    ("said", "theirs"),
    [
        (Details(OFFICER), "we page for your request K7Q."),
        (Details(OFFICER, unit="West"), "(West)"),
        (Details(OFFICER, unit="West", reference="26-000123"), "(26-000123)"),
    ],
)
def test_the_officer_is_introduced_behind_the_pages(said: Details, theirs: str) -> None:
    """By what they know the request by; in a storm no page waits behind it."""
    reachable = replace(situation(callout(step=0)), contact_phone="+15625550110")
    decisions = open_callout(reachable, said, NIGHT)
    [told] = [one for one in only(SendPage, decisions) if one.purpose is Purpose.OFFICER]
    assert (told.to, told.person) == (OFFICER, None)
    assert told.due_at > NIGHT
    assert told.carries_link
    assert cut(told.text, BESIDE_LINK) == told.text, "the link stands in the same segment"
    for part in (theirs, "K7Q", "+15625550110", agency_texts.CALLED_OFF):
        assert part in told.text


# ---- ending --------------------------------------------------------------------------------------------------------


def test_cancelling_stops_everything_and_tells_whom_it_concerns() -> None:
    """Pages and deadlines are gone, whoever was reached is stood down, agency and partners are told."""
    reached = callout(pages=(page("ana"), page("ben", PageState.WAITING, id="p2")))
    decisions = cancel(situation(reached), None, NIGHT)
    assert Note(NoteKind.CANCELLED, "cancelled by LBPD") in decisions
    assert MoveTo(Status.CANCELLED) in decisions
    assert WithdrawPages() in decisions
    assert DropDeadlines(DROPPED_ON_CLOSE) in decisions
    assert pages_to(decisions, Purpose.STAND_DOWN) == ["ana"]
    assert TellAgency(AgencyEvent.CANCELLED) in decisions
    assert only(TextOfficer, decisions)
    assert only(TellPartners, decisions)


def test_why_it_was_cancelled_is_kept() -> None:
    """The caller's reason is in the timeline."""
    decisions = cancel(situation(), "child went home", NIGHT)
    assert Note(NoteKind.CANCELLED, "cancelled by LBPD: child went home") in decisions


def test_cancelling_again_changes_nothing() -> None:
    """A program that repeats its request does no harm, and nobody is told twice."""
    assert cancel(situation(callout(Status.CANCELLED)), "again", NIGHT) == []


def test_cancelling_on_scene_is_refused() -> None:
    """Once a specialist is there a caller cannot send them away."""
    there = callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT))
    with pytest.raises(IllegalMove):
        cancel(situation(there), None, NIGHT)


def test_a_coordinator_closes_whatever_is_open() -> None:
    """Closing records who did it, and tells the agency."""
    decisions = close(situation(callout(Status.CLEARED, assigned("ana", arrived_at=NIGHT))), "Cora", NIGHT)
    assert decisions[0] == Note(NoteKind.CLOSED, "closed by Cora")
    assert MoveTo(Status.CLOSED) in decisions
    assert TellAgency(AgencyEvent.CLOSED) in decisions
    assert not only(TellPartners, decisions), "somebody was there, as they have read"
    with pytest.raises(IllegalMove):
        close(situation(callout(Status.CLOSED)), "Cora", NIGHT)


def test_partners_hear_that_nobody_goes_where_it_is_closed_before_anybody_came() -> None:
    """They have read that somebody is paged, or has it."""
    for about in (callout(), taken()):
        (told,) = only(TellPartners, close(situation(about), "Cora", NIGHT))
        assert told.text == "K7Q is closed, nobody will go. For your notice only."


@pytest.mark.parametrize(
    ("about", "kind"),
    [
        (callout(), DeadlineKind.ESCALATE),
        (callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT)), DeadlineKind.CHECK_ON_SCENE),
    ],
)
def test_a_call_out_that_is_stuck_goes_on(about: CallOut, kind: DeadlineKind) -> None:
    """Should the law ever be broken, the call-out gets a next move now, and coordinators are alarmed."""
    decisions = rescue(about, NIGHT)
    assert only(SetDeadline, decisions) == [SetDeadline(kind, NIGHT)]
    assert "K7Q" in only(AlarmCoordinators, decisions)[0].text


# ---- another place -------------------------------------------------------------------------------------------------


def test_a_new_place_reaches_whoever_is_on_the_way() -> None:
    """Whoever is driving gets a link; those who are there, only offered, or left the roster get nothing."""
    about = callout(
        Status.ON_SCENE,
        assigned("ana", arrived_at=NIGHT),
        assigned("ben", AssignmentRole.PARTNER, en_route_at=NIGHT),
        assigned("cleo", AssignmentRole.OFFERED),
        assigned("gone", AssignmentRole.PARTNER, en_route_at=NIGHT),
    )
    decisions = change_place(situation(about), NIGHT)
    assert pages_to(decisions, Purpose.CONFIRMATION) == ["ben"]
    assert all(page.with_link for page in only(SendPage, decisions))
    assert Note(NoteKind.CHANGED, "the meeting place changed") in decisions


# ---- more detail ---------------------------------------------------------------------------------------------------

_TOLD = Details(OFFICER, place_address="Station 4", place_lat=33.8, place_lon=-118.2, children=1)


def test_more_detail_is_noted_by_name_only() -> None:
    """The timeline says which fields were sent, never what they say; the same again decides nothing."""
    changes = {"children": 2, "unit": None}
    assert change_details(situation(taken()), _TOLD, changes, NIGHT) == [
        WriteDetails(replace(_TOLD, children=2)),
        Note(NoteKind.DETAIL, "changed: children, unit"),
    ]
    assert change_details(situation(taken()), _TOLD, {"children": 1}, NIGHT) == []


@pytest.mark.parametrize(
    ("changes", "lat"),
    [
        ({"place_address": "Station 5"}, None),
        ({"place_address": "Station 5", "place_lat": 33.9, "place_lon": -118.1}, 33.9),
        ({"place_note": "side door"}, 33.8),
        ({"place_note": "side door", "place_address": "Station 4"}, 33.8),
    ],
    ids=[
        "another address drops the old coordinates",
        "unless it brings its own",
        "a note keeps them",
        "the same address keeps them",
    ],
)
def test_another_place_reaches_whoever_is_on_the_way(changes: dict[str, Any], lat: float | None) -> None:
    """Nobody is sent to the old place."""
    decisions = change_details(situation(taken()), _TOLD, changes, NIGHT)
    assert [change.details.place_lat for change in only(WriteDetails, decisions)] == [lat]
    assert pages_to(decisions, Purpose.CONFIRMATION) == ["ana"]


@pytest.mark.parametrize(
    ("about", "coming"),
    [
        (callout(), []),
        (taken(eta_at=NIGHT + minutes(25)), ["K7Q: Ana is coming, ETA 02:39."]),
        (callout(Status.ACKNOWLEDGED, assigned("gone")), ["K7Q: the specialist is coming. We will tell you the ETA."]),
        (taken(status=Status.ON_SCENE, arrived_at=NIGHT), []),
    ],
    ids=["paging", "somebody comes", "somebody who left the roster comes", "somebody is there"],
)
def test_another_callback_number_is_introduced(about: CallOut, coming: list[str]) -> None:
    """It may be another officer's, who has heard nothing yet; who comes is news to them as well."""
    first, *rest = only(TextOfficer, change_details(situation(about), _TOLD, {"officer_phone": "+15625550178"}, NIGHT))
    assert first.text == agency_texts.officer_introduced("K7Q")
    assert [one.text for one in rest] == coming


def test_a_caller_without_a_number_is_not_introduced() -> None:
    withheld = callout(step=0, officer_phone="", trust=Trust.WITHHELD)
    decisions = open_callout(situation(withheld), Details(""), NIGHT)
    assert not [one for one in only(SendPage, decisions) if one.purpose is Purpose.OFFICER]


@pytest.mark.parametrize("theirs", [None, "26", "LB-2026-11-0118842", "[" * 20, "Human Trafficking Task Force"])
@pytest.mark.parametrize("contact", [None, "+15625550110", "+123456789012345"])
def test_the_introduction_leaves_room_for_its_link(theirs: str | None, contact: str | None) -> None:
    text = agency_texts.officer_introduced("K7Q", theirs, contact)
    assert cut(text, BESIDE_LINK) == text
    assert "K7Q" in text
    assert agency_texts.CALLED_OFF in text
    assert contact is None or contact in text


def test_a_place_that_nobody_has_confirmed_is_for_no_specialist() -> None:
    said = Details(OFFICER, place_address="Pier 7", place_note="gate 2", place_unconfirmed=True)
    assert said.place == ()
    assert said.for_a_specialist == Details(OFFICER, place_unconfirmed=True)
    confirmed = replace(said, place_unconfirmed=None)
    assert confirmed.for_a_specialist is confirmed


@pytest.mark.parametrize("status", [Status.CLOSED, Status.CANCELLED])
def test_nothing_changes_once_it_is_over(status: Status) -> None:
    """Even a change that would change nothing is refused."""
    with pytest.raises(IllegalMove, match=f"K7Q is {status}; nothing about it changes any more"):
        change_details(situation(callout(status)), _TOLD, {}, NIGHT)


# ---- the law, on random nights -------------------------------------------------------------------------------------

_PLAN = (ContactStep(Channel.SMS, 0), ContactStep(Channel.VOICE, 60))
_PEOPLE = tuple(replace(person, contact_plan=_PLAN) for person in (ANA, BEN, CLEO))
_ROSTER = roster(*_PEOPLE, CORA)
_WHO = st.sampled_from([person.id for person in _PEOPLE])
_ANSWERS = st.sampled_from(
    [
        *(Word.TAKE, Word.ETA, Word.DOUBLED, Word.ON_MY_WAY, Word.NO, Word.TWO, Word.TWO_AND_MORE),
        *(Word.HERE, Word.LEFT, Word.HOME, Word.CALL, Word.HELP, Word.DANGER, Word.UNCLEAR, Word.NO_AND_MORE),
    ]
)
_TARGETS = st.sampled_from([PRIMARY, BACKUP, EVERYONE, Target(TargetKind.PERSON, "cleo")])
_STEPS = st.lists(
    st.builds(PolicyStep, st.lists(_TARGETS, min_size=1, max_size=2).map(tuple), st.sampled_from([30, 240, 300, 900])),
    max_size=3,
).map(tuple)
_POLICIES = st.builds(Policy, st.just("default"), _STEPS, st.sampled_from([120, 300]))


class RandomNights(RuleBasedStateMachine):
    """Anything may happen in any order. `Night` checks what must hold after each decision and each event."""

    night: Night

    @initialize(policy=_POLICIES)
    def a_call_out_comes_in(self, policy: Policy) -> None:
        self.night = Night(_ROSTER, callout(step=0, policy=policy))
        self.night.opens()

    @rule(who=_WHO, kind=_ANSWERS, eta=st.none() | st.integers(1, 360))
    def somebody_replies(self, who: str, kind: Word, eta: int | None) -> None:
        takes_number = kind in {Word.TAKE, Word.ON_MY_WAY, Word.ETA, Word.DOUBLED, Word.TWO_AND_MORE}
        self.night.replies(who, kind, eta if takes_number else None)

    @precondition(lambda self: self.night.deadlines)
    @rule()
    def the_next_deadline_comes(self) -> None:
        self.night.meets_next_deadline()

    @rule(
        span=st.sampled_from([1, 5, 12]),
        pages=st.sampled_from([None, Progress.ARRIVED, Progress.FAILED, Progress.BUSY]),
    )
    def time_passes(self, span: int, pages: Progress | None) -> None:
        self.night.passes(minutes(span), pages=pages)

    @precondition(lambda self: self.night.callout.assignments)
    @rule(which=st.integers(0, 2), kind=_ANSWERS)
    def somebody_who_is_on_it_replies(self, which: int, kind: Word) -> None:
        on_it = self.night.callout.assignments
        self.night.replies(on_it[which % len(on_it)].person, kind)

    @precondition(lambda self: self.night.pages)
    @rule(which=st.integers(0, 10_000), progress=st.sampled_from(Progress))
    def the_carrier_says_something(self, which: int, progress: Progress) -> None:
        pages = [page for page in self.night.pages.values() if page.purpose is Purpose.PAGE]
        if pages:
            self.night.hears(pages[which % len(pages)].id, progress)

    @rule()
    def every_phone_is_dead(self) -> None:
        self.night.every_page_fails()

    @rule(who=_WHO)
    def somebody_leaves_the_roster(self, who: str) -> None:
        self._people(*(person for person in self.night.roster.people if person.id != who))

    @rule(who=st.sampled_from(_PEOPLE), opted_out=st.booleans())
    def somebody_is_in_the_roster_again(self, who: Person, opted_out: bool) -> None:
        others = [person for person in self.night.roster.people if person.id != who.id]
        self._people(*others, replace(who, opted_out=opted_out))

    @rule(members=st.lists(_WHO, max_size=3).map(tuple))
    def the_rotations_change(self, members: tuple[str, ...]) -> None:
        rotations = tuple(replace(rotation, members=members) for rotation in ROSTER.rotations)
        self.night.roster = replace(self.night.roster, rotations=rotations)

    @rule()
    def another_place(self) -> None:
        if self.night.is_open:
            self.night.do(change_place(self.night.situation, self.night.now))

    @precondition(lambda self: self.night.callout.status in CANCELLABLE and self.night.callout.step > 2)
    @rule()
    def the_caller_cancels(self) -> None:
        self.night.do(cancel(self.night.situation, None, self.night.now))

    @precondition(lambda self: self.night.is_open and self.night.callout.step > 2)
    @rule()
    def a_coordinator_closes(self) -> None:
        self.night.do(close(self.night.situation, "Cora", self.night.now))

    @precondition(lambda self: not self.night.is_open)
    @rule(policy=_POLICIES)
    def another_call_out(self, policy: Policy) -> None:
        now = self.night.now
        fresh = callout(step=0, policy=policy, received_at=now, respond_by=now + minutes(60))
        self.night = Night(self.night.roster, fresh, now)
        self.night.opens()

    @invariant()
    def the_law_holds(self) -> None:
        if hasattr(self, "night"):
            self.night.check()

    def _people(self, *people: Person) -> None:
        self.night.roster = replace(self.night.roster, people=people)


RandomNights.TestCase.settings = settings(max_examples=2 * settings().max_examples, stateful_step_count=30)
TestRandomNights = pytest.mark.costs(5)(RandomNights.TestCase)


def test_somebody_answers_however_late() -> None:
    """With every phone dead for hours paging goes on, and the first who answers has it."""
    night = Night()
    night.opens()
    night.passes(minutes(180), pages=Progress.FAILED)
    assert night.callout.step > 30
    assert len(night.alarms) > 30
    night.replies("cleo", Word.TAKE, 20)
    assert night.callout.status is Status.ACKNOWLEDGED


def test_nobody_at_all_still_has_a_next_move() -> None:
    """With an empty roster the rounds go on, for whoever is added next."""
    night = Night(roster=Roster())
    night.opens()
    night.passes(minutes(20))
    assert [one.purpose for one in night.pages.values()] == [Purpose.OFFICER]
    night.roster = roster(BEN, CORA)
    night.passes(minutes(5))
    assert {page.person for page in night.pages.values() if page.purpose is Purpose.PAGE} == {"ben"}


def test_a_scene_that_is_not_safe_any_more_is_said_on_the_road() -> None:
    """To whoever goes, by text and call; the coordinators read it, and who goes. Said before, it is no news."""
    before = replace(_TOLD, scene_safe=None)
    decisions = change_details(situation(taken()), before, {"scene_safe": False}, NIGHT)
    told = [(page.person, page.channel) for page in only(SendPage, decisions)]
    assert told == [("ana", Channel.SMS), ("ana", Channel.VOICE)]
    assert [alarm.text for alarm in only(AlarmCoordinators, decisions)] == [
        alarms.scene_unsafe("K7Q", callout().officer_phone, agency_texts.who_comes("Ana"))
    ]
    again = change_details(situation(taken()), replace(before, scene_safe=False), {"unit": "1A2"}, NIGHT)
    assert not only(AlarmCoordinators, again)


def test_a_medical_need_is_to_be_read_behind_the_link() -> None:
    decisions = change_details(situation(taken()), _TOLD, {"medical_need": True}, NIGHT)
    assert [(page.text, page.with_link) for page in only(SendPage, decisions)] == [(str(texts.look_again("K7Q")), True)]


def test_whoever_is_rung_only_is_told_that_it_is_off() -> None:
    """Somebody who takes no texts and is on the way is rung; somebody who was only paged may sleep on."""
    silent = [replace(person, opted_out=True) for person in (ANA, BEN)]
    about = callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT), pages=(page("ana"), page("ben", id="p2")))
    stood_down = only(SendPage, cancel(situation(about, roster(*silent)), None, NIGHT))
    assert [(page.person, page.channel) for page in stood_down] == [("ana", Channel.VOICE)]
