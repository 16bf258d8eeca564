"""A yes that comes too late asks somebody who can make it: whom, when, and when no longer."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from dispatch.rules.callout import assignment, page_failures
from dispatch.rules.callout.escalation import this_step_and_next
from dispatch.rules.decisions import (
    AlarmCoordinators,
    DeadlineKind,
    Decision,
    EndAsks,
    HurryPage,
    Note,
    NoteKind,
    SendPage,
    SetDeadline,
    TextOfficer,
    WithdrawStandDowns,
)
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.callout import Assignment, AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.facts.situation import UNKNOWN, Nearby, Situation
from dispatch.rules.nearer import arriving_when, asked_sentence, late_yes, look_out
from dispatch.rules.nearer.choosing import choose
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
    due,
    minutes,
    only,
    page,
    situation,
    taken,
)

DEV, EVA = Person("dev", "Dev Sharma", "+15625550104"), Person("eva", "Eva Lindgren", "+15625550105")
LATE = NIGHT + minutes(70)
AREAS = (Area("LBH", "Long Beach", 33.77, -118.19),)
COUNTY = replace(ROSTER, people=(ANA, BEN, CLEO, DEV, EVA, CORA), areas=AREAS)
_SENTENCE = "Ana's 03:24 is 10 minutes past the hour, so Ben (about 30 min) and Dev (about 20) were asked as well at"
READY = {"ana": 90, "ben": 30, "cleo": 25, "dev": 20, "eva": 28}
PARTNER = AssignmentRole.PARTNER


def near(ready: Mapping[str, int] = READY, **facts: Any) -> Nearby:
    """Everybody needs ten minutes to get going."""
    return Nearby(ready=ready, drive={person: count - 10 for person, count in ready.items()}, **facts)


def at_night(about: CallOut, nearby: Nearby | None = None, people: Roster = COUNTY) -> Situation:
    return replace(situation(about, people), nearby=near() if nearby is None else nearby)


def asked(person: str, state: PageState = PageState.SENT, at: datetime = NIGHT, **facts: Any) -> Page:
    usual: dict[str, Any] = {"purpose": Purpose.ASK_ALONG, "id": f"n-{person}", "tried_at": at}
    return page(person, state, **(usual | facts))


def to(decisions: list[Decision], purpose: Purpose = Purpose.ASK_ALONG) -> list[str]:
    return list(dict.fromkeys(one.person or "" for one in only(SendPage, decisions) if one.purpose is purpose))


def look(about: Situation, now: datetime) -> list[Decision]:
    return late_yes.look(about, this_step_and_next(about, now), now)


def looked(about: CallOut, nearby: Nearby | None = None, now: datetime = NIGHT, people: Roster = COUNTY) -> list[str]:
    """Whom the rule asks along."""
    return to(look(at_night(about, nearby, people), now))


# ---- when it is looked ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eta", "areas", "after"),
    [
        (minutes(70), (), minutes(0)),
        (minutes(55), (), None),
        (minutes(56), (), minutes(0)),
        (None, (), None),
        (None, AREAS, minutes(2)),
    ],
)
def test_a_word_sets_the_deadline(eta: timedelta | None, areas: Any, after: timedelta | None) -> None:
    """At once for a said ETA that is late; after two minutes without one, where something can be estimated."""
    about = at_night(callout(), people=replace(COUNTY, areas=areas))
    found = look_out.after_word(about, NIGHT + eta if eta is not None else None, NIGHT)
    assert due([*found], NIGHT).get(DeadlineKind.NEARER) == after


def test_a_policy_may_ask_nobody() -> None:
    """Then nothing is ever looked up."""
    about = at_night(replace(taken(eta_at=LATE), policy=replace(POLICY, ask_more=0)))
    assert look_out.after_word(about, LATE, NIGHT) == []
    assert look_out.after_silence(about, NIGHT) == []
    assert look_out.after_departure(about, LATE, NIGHT, leads=False) == []
    assert not look_out.may_be_chosen(about, LATE)
    assert looked(about.callout) == []


def test_once_somebody_is_there_no_word_matters() -> None:
    """The clock has stopped."""
    about = at_night(callout(Status.ON_SCENE, assigned("ana", arrived_at=NIGHT)))
    assert look_out.after_word(about, LATE, NIGHT) == look_out.after_silence(about, NIGHT) == []
    assert look_out.after_departure(about, LATE, NIGHT, leads=False) == []


def test_while_somebody_is_asked_every_word_is_looked_at() -> None:
    """A new ETA in time lets them sleep."""
    about = at_night(asking("ben"), people=ROSTER)
    for eta in (NIGHT + minutes(20), None):
        assert due([*look_out.after_word(about, eta, NIGHT)], NIGHT) == {DeadlineKind.NEARER: minutes(0)}
    assert due([*look_out.after_silence(about, NIGHT)], NIGHT) == {DeadlineKind.NEARER: minutes(0)}
    assert due([*look_out.after_change(about, NIGHT)], NIGHT) == {DeadlineKind.NEARER: minutes(0)}
    assert look_out.after_change(at_night(taken()), NIGHT) == []
    assert due([*look_out.after_silence(at_night(taken(), people=ROSTER), NIGHT)], NIGHT) == {
        DeadlineKind.NEARER: minutes(0)
    }


def test_who_was_to_be_there_and_is_not_is_never_about_to_arrive() -> None:
    """Nobody's way is known, or the estimate has passed as well: it is as if the call-out had just come in."""
    mine = assigned("ana", eta_at=NIGHT + minutes(20), en_route_at=NIGHT)
    for people in (near(), UNKNOWN):
        found = arriving_when.when(at_night(callout(Status.EN_ROUTE, mine)), mine, people, NIGHT + minutes(200))
        assert found is not None
        assert (found.overdue, found.at) == (True, NIGHT + minutes(260))


def test_a_departure_is_looked_at() -> None:
    """Of whoever leads as a word; of whoever goes along always, where anything is known."""
    unknown = at_night(taken(eta_at=LATE), people=ROSTER)
    assert look_out.after_departure(unknown, None, NIGHT, leads=False) == []
    assert look_out.after_departure(unknown, NIGHT - minutes(1), NIGHT, leads=True) == []
    for eta, leads in ((NIGHT + minutes(20), False), (LATE, True)):
        found = look_out.after_departure(unknown, eta, NIGHT, leads=leads)
        assert due([*found], NIGHT) == {DeadlineKind.NEARER: minutes(0)}


def test_when_a_partner_in_time_lets_go_it_is_looked_again() -> None:
    """Nobody was asked while Ben was in time; by now Ana's word is late, or her estimate may be."""
    ben = assigned("ben", PARTNER, eta_at=NIGHT + minutes(30))

    def after(ana: datetime | None, people: Roster, **facts: Any) -> timedelta | None:
        about = replace(taken(ben, eta_at=ana), **facts)
        return due(assignment.refuse(at_night(about, people=people), BEN, NIGHT), NIGHT).get(DeadlineKind.NEARER)

    assert after(LATE, ROSTER) == after(None, COUNTY) == minutes(0)
    assert after(NIGHT + minutes(40), ROSTER) is None
    assert after(None, ROSTER) is None
    assert after(LATE, COUNTY, policy=replace(POLICY, ask_more=0)) is None
    assert after(LATE, COUNTY, arrived_at=NIGHT) is None
    without = replace(taken(eta_at=LATE), declined=frozenset({"ben"}))
    assert looked(without) == ["dev", "cleo"]


def asking(*people: str, eta_at: datetime | None = LATE, **facts: Any) -> CallOut:
    """Ana has it and will be late; these are asked along."""
    return replace(taken(eta_at=eta_at), nearer=tuple(asked(one) for one in people), **facts)


# ---- when somebody will be there -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "now", "expected"),
    [
        (assigned("ana", eta_at=LATE), 0, (70, True)),
        (assigned("ana"), 1, None),  # they may still say it
        (assigned("ana"), 2, (90, False)),
        (assigned("ana"), 20, (100, False)),  # they have not left yet
        (assigned("ana", en_route_at=NIGHT + minutes(5)), 6, None),
        (assigned("ana", en_route_at=NIGHT + minutes(5)), 7, (85, False)),
        (assigned("ana", eta_at=NIGHT + minutes(30)), 34, (30, True)),
        (assigned("ana", eta_at=NIGHT + minutes(30), en_route_at=NIGHT + minutes(9)), 35, (89, False)),
        (assigned("ana", eta_at=NIGHT + minutes(10), en_route_at=NIGHT + minutes(12)), 12, (92, False)),
        (assigned("dora"), 5, None),
        # A clock was set back by an hour since they took it, or since the call-out came in.
        (assigned("ana"), -60, (30, False)),
        (assigned("ana", en_route_at=NIGHT), -60, (20, False)),
        (assigned("ana", eta_at=NIGHT - minutes(30), en_route_at=NIGHT), -60, (-30, True)),
    ],
)
def test_when_somebody_will_be_there(mine: Assignment, now: int, expected: tuple[int, bool] | None) -> None:
    """As they said; by the estimate once the question has stayed unanswered, their time has passed, or they left after
    it."""
    found = arriving_when.when(at_night(callout(Status.ACKNOWLEDGED, mine)), mine, near(), NIGHT + minutes(now))
    told = ((found.at - NIGHT) / minutes(1), found.said) if found is not None else None
    assert told == expected


# ---- whom it asks --------------------------------------------------------------------------------------------------


def test_on_call_goes_first_then_the_nearest() -> None:
    """Ben is the backup and further away than the others."""
    assert looked(taken(eta_at=LATE)) == ["ben", "dev"]


def test_whoever_rests_after_tonight_goes_last() -> None:
    """Dev is nearest, and has just come home; so has Ben, who is on call. Once it is over they are asked as before."""
    rests = {"dev": NIGHT + minutes(600)}
    about = replace(at_night(taken(eta_at=LATE)), resting=rests)
    assert to(look(about, NIGHT)) == ["ben", "cleo"]
    both = replace(about, resting=rests | {"ben": NIGHT + minutes(60)})
    assert to(look(both, NIGHT)) == ["cleo", "eva"]
    over = replace(about, resting={"dev": NIGHT})
    assert to(look(over, NIGHT)) == ["ben", "dev"]


def test_whoever_is_away_is_not_asked_along() -> None:
    """Dev is nearest, and a thousand miles off. Ben is the backup, whom the next step would page as well."""
    assert looked(taken(eta_at=LATE), near(away=frozenset({"dev"}))) == ["ben", "cleo"]
    assert looked(taken(eta_at=LATE), near(away=frozenset({"ben", "dev", "eva"}))) == ["ben", "cleo"]


@pytest.mark.parametrize(
    "facts",
    [
        {"declined": frozenset({"ben"})},
        {"out": frozenset({"ben"})},
        {"passed_over": frozenset({"ben"}), "nearer": (page("ben", purpose=Purpose.TURN_BACK),)},
    ],
)
def test_who_is_never_asked(facts: Any) -> None:
    """Whoever declined, is out or turned back."""
    assert looked(replace(taken(eta_at=LATE), **facts)) == ["dev", "cleo"]


def test_only_those_who_make_it_are_woken() -> None:
    """Before the hour, and ten minutes before whoever has it; if nobody can make the hour, whoever is ten minutes
    sooner."""
    assert looked(taken(eta_at=LATE), near(READY | {"ben": 61, "dev": 60, "cleo": 62, "eva": 63})) == ["dev"]
    assert looked(taken(eta_at=NIGHT + minutes(64)), near(READY | {"ben": 55})) == ["dev", "cleo"]
    nobody_in_time = near({"ana": 90, "ben": 75, "cleo": 81, "dev": 79, "eva": 99})
    assert looked(taken(eta_at=NIGHT + minutes(90)), nobody_in_time) == ["ben", "dev"]
    assert looked(taken(eta_at=NIGHT + minutes(80)), nobody_in_time) == []


def test_the_text_asks_for_a_time_that_helps() -> None:
    """The target, or ten minutes before whoever has it where nobody can make the target."""
    late = look(at_night(taken(eta_at=NIGHT + minutes(90)), near({"ben": 75})), NIGHT)
    assert "if you can be there by 03:34, or 2" in only(SendPage, late)[0].text
    in_time = look(at_night(taken(eta_at=LATE)), NIGHT)
    assert only(SendPage, in_time)[0].text == (
        "LBPD call-out K7Q: Ana is going but may be there after the hour. "
        "Reply 1 and your minutes if you can be there by 03:14, or 2."
    )
    assert only(SendPage, in_time)[0].text_if_others == (
        "LBPD call-out K7Q: Ana is going but may be there after the hour. "
        "Reply K7Q 1 and your minutes if you can be there by 03:14, or K7Q 2."
    )


def test_in_time_asks_nobody() -> None:
    """Five minutes before the target is in time, later is not."""
    assert looked(taken(eta_at=NIGHT + minutes(55))) == []
    assert looked(taken(eta_at=NIGHT + minutes(56))) == ["ben", "dev"]


def test_unknown_places_ask_for_a_said_eta_only() -> None:
    """The people of this step and of the next; for a yes without minutes nobody."""
    nowhere = Nearby()
    assert looked(taken(eta_at=LATE), nowhere) == ["ben"]
    assert looked(replace(taken(eta_at=LATE), step=2), nowhere) == ["ben", "cleo"]
    assert looked(taken(), nowhere, NIGHT + minutes(10)) == []


@pytest.mark.parametrize(
    ("now", "target", "eta", "by"),
    [
        (38, 44, 43, None),  # five minutes away, and nobody can be ten minutes sooner
        (38, 60, 57, None),  # nor get going in time for it
        (38, 60, 58, "by 03:02,"),
        (38, 60, 70, "by 03:14,"),
        (55, 60, 90, "by 03:34,"),  # the target is out of reach
        (76, 60, 81, None),
        (76, 60, 95, None),
        (76, 60, 96, "by 03:40,"),
    ],
)
def test_unknown_places_wake_nobody_in_vain(now: int, target: int, eta: int, by: str | None) -> None:
    """Whoever is asked has time to get going, and a yes by the time in the text counts."""
    about = replace(taken(eta_at=NIGHT + minutes(eta)), respond_by=NIGHT + minutes(target))
    asks = only(SendPage, look(at_night(about, Nearby()), NIGHT + minutes(now)))
    asks = [one for one in asks if one.purpose is Purpose.ASK_ALONG]
    assert bool(asks) == (by is not None)
    assert not asks or (by or "") in asks[0].text


def test_a_yes_by_the_time_in_the_text_counts() -> None:
    """Ana will be there three minutes before the target, and Ben is known to be near."""
    found = look(at_night(taken(eta_at=NIGHT + minutes(57))), NIGHT)
    assert "by 03:01, or 2" in only(SendPage, found)[0].text
    estimated = look(at_night(taken(), near(READY | {"ana": 57})), NIGHT + minutes(2))
    assert "by 03:14, or 2" in only(SendPage, estimated)[0].text


def test_a_first_that_is_estimated_needs_somebody_who_is_known() -> None:
    """Where Ana's own way is known and nobody else's, an estimate wakes nobody."""
    assert looked(taken(), near({"ana": 90}), NIGHT + minutes(3)) == []
    assert choose(at_night(taken()), near({"ana": 90}), [BEN], _estimated(), NIGHT, 2) == []


def _estimated() -> arriving_when.Expected:
    return arriving_when.Expected("ana", LATE, said=False, leads=True)


def test_while_more_wait_than_are_free_nobody_is_asked() -> None:
    """A page to somebody new comes first. It is looked again soon, as long as somebody would be asked."""
    storm = look(at_night(taken(eta_at=LATE), near(short=True)), NIGHT)
    assert storm == [SetDeadline(DeadlineKind.NEARER, NIGHT + minutes(1))]
    assert look(at_night(taken(eta_at=LATE), near({"ana": 90, "dev": 80}, short=True)), NIGHT) == []
    assert look(at_night(taken(eta_at=NIGHT + minutes(20)), near(short=True)), NIGHT) == []
    silent = look(at_night(asking("ben"), near(short=True)), NIGHT + minutes(2))
    assert due(silent, NIGHT) == {DeadlineKind.NEARER: minutes(2.5)}, "whoever is asked already is not forgotten"


def test_a_partner_in_time_is_enough() -> None:
    """One who is late as well is not: then whoever is ten minutes before the partner is asked."""
    partner = assigned("ben", PARTNER, eta_at=NIGHT + minutes(60))
    assert looked(taken(partner, eta_at=LATE)) == []
    late = replace(partner, eta_at=NIGHT + minutes(61))
    assert looked(taken(late, eta_at=LATE)) == ["dev", "cleo"]
    assert looked(taken(late, eta_at=LATE), near({"dev": 52})) == []


# ---- what else it says ---------------------------------------------------------------------------------------------


def test_everybody_hears_what_concerns_them() -> None:
    """Whoever has it hears names, the officer a number, the coordinators and the timeline why."""
    found = look(at_night(taken(eta_at=LATE)), NIGHT)
    assert to(found, Purpose.ANSWER) == ["ana"]
    assert [one.text for one in only(TextOfficer, found)] == [
        "K7Q: Two more were asked, who may be with you sooner. We tell you if one of them comes."
    ]
    assert "Asked as well: Ben and Dev." in only(AlarmCoordinators, found)[0].text
    (note,) = only(Note, found)
    assert (note.kind, note.text) == (
        NoteKind.ASKED_NEARER,
        f"{_SENTENCE} 02:14.",
    )
    assert [one.person for one in only(WithdrawStandDowns, found)] == ["ben", "dev"]


def test_an_officer_whom_nobody_has_verified_hears_nothing_of_it() -> None:
    """Not even that whoever comes may be late."""
    found = look(at_night(replace(taken(eta_at=LATE), trust=Trust.UNLISTED)), NIGHT)
    assert only(TextOfficer, found) == []
    assert "(unverified)" in only(SendPage, found)[0].text


def test_the_second_time_only_those_concerned_hear() -> None:
    """The officer and the coordinators have heard that more were asked."""
    found = look(at_night(asking("ben", "dev")), NIGHT + minutes(3))
    assert to(found) == ["cleo", "eva"]
    assert not only(TextOfficer, found)
    assert not only(AlarmCoordinators, found)


def test_a_leader_without_texts_is_not_rung_to_hear_it() -> None:
    """Nor is one who has left the roster."""
    deaf = replace(COUNTY, people=(replace(ANA, opted_out=True), *COUNTY.people[1:]))
    assert to(look(at_night(taken(eta_at=LATE), people=deaf), NIGHT), Purpose.ANSWER) == []
    gone = replace(COUNTY, people=COUNTY.people[1:])
    assert to(look(at_night(taken(eta_at=LATE), people=gone), NIGHT), Purpose.ANSWER) == []


def test_whoever_takes_no_texts_is_rung_at_once() -> None:
    """As their contact plan says."""
    deaf = replace(COUNTY, people=(ANA, replace(BEN, opted_out=True), *COUNTY.people[2:]))
    first = only(SendPage, look(at_night(taken(eta_at=LATE), people=deaf), NIGHT))[0]
    assert (first.person, first.channel, first.due_at) == ("ben", Channel.VOICE, NIGHT)


# ---- going on, and stopping ----------------------------------------------------------------------------------------


def test_silence_makes_room_after_half_of_the_step() -> None:
    """Two and a half minutes of a step of five; never more than four."""
    about = asking("ben", "dev")
    assert looked(about, now=NIGHT + minutes(2)) == []
    assert looked(about, now=NIGHT + minutes(2.5)) == ["cleo", "eva"]
    assert looked(asking("ben", "dev", "cleo", "eva"), now=NIGHT + minutes(9)) == []
    assert looked(asking("ben", "dev", "cleo"), now=NIGHT + minutes(9)) == ["eva"]


def test_a_no_and_a_dead_phone_make_room_at_once() -> None:
    """Each for one."""
    for state in (PageState.DONE, PageState.FAILED, PageState.WITHDRAWN):
        about = replace(taken(eta_at=LATE), nearer=(asked("ben", state), asked("dev")))
        assert looked(about) == ["cleo"]


@pytest.mark.parametrize("nearby", [near(), Nearby()], ids=["known", "unknown"])
@pytest.mark.parametrize("facts", [{}, {"en_route_at": NIGHT}])
def test_a_yes_without_minutes_keeps_its_place(nearby: Nearby, facts: Any) -> None:
    """Dev may still say when, for two minutes, and on the phone he keys it a moment later: nobody else is woken. Ben is
    still asked."""
    dev = replace(assigned("dev", PARTNER, **facts), acknowledged_at=NIGHT)
    asks = (asked("dev", PageState.DONE), asked("ben", at=NIGHT + minutes(1)))
    about = replace(taken(dev, eta_at=LATE), step=2, nearer=asks)
    for people in (COUNTY, ROSTER):
        found = look(at_night(about, nearby, people), NIGHT + minutes(1))
        assert to(found) == []
        assert due(found, NIGHT) == {DeadlineKind.NEARER: minutes(2)}
    if not nearby.ready:
        assert looked(about, nearby, NIGHT + minutes(2)) == ["cleo"], "he has not said"
    unasked = replace(about, nearer=asks[1:])
    assert to(look(at_night(unasked, Nearby()), NIGHT + minutes(1))) == ["cleo"], "a coordinator added him"


def test_it_is_looked_again_when_silence_has_lasted() -> None:
    """From when the first of them was asked; without anybody asked, once an estimate counts."""
    found = look(at_night(taken(eta_at=LATE)), NIGHT)
    assert due(found, NIGHT) == {DeadlineKind.NEARER: minutes(2.5)}
    waits = replace(taken(eta_at=LATE), nearer=(asked("ben", PageState.WAITING, due_at=NIGHT + minutes(1)),))
    again = look(at_night(replace(waits, declined=frozenset({"dev", "cleo", "eva"}))), NIGHT)
    assert due(again, NIGHT)[DeadlineKind.NEARER] >= minutes(2.5)
    assert due(look(at_night(taken()), NIGHT), NIGHT) == {DeadlineKind.NEARER: minutes(2)}
    assert due(look(at_night(taken(), people=ROSTER), NIGHT), NIGHT) == {}


@pytest.mark.parametrize(
    ("about", "name"),
    [
        (replace(asking("ben"), assignments=(assigned("ana", eta_at=NIGHT + minutes(20)),)), "Ana will be there in"),
        (
            replace(
                asking("ben"),
                status=Status.ON_SCENE,
                arrived_at=NIGHT,
                assignments=(assigned("ana", eta_at=LATE), assigned("dev", PARTNER, arrived_at=NIGHT)),
            ),
            "Dev is there",
        ),
    ],
)
def test_whoever_need_not_answer_any_more_may_sleep(about: CallOut, name: str) -> None:
    """Once somebody is there, or due in time."""
    found = look(at_night(about), NIGHT)
    assert [one.person for one in only(EndAsks, found)] == ["ben"]
    (told,) = only(SendPage, found)
    assert (told.purpose, told.person) == (Purpose.STAND_DOWN, "ben")
    assert name in told.text


def test_whom_no_text_has_reached_hears_nothing() -> None:
    """Nor somebody who takes no texts: nobody is rung to hear that they may sleep."""
    in_time = (assigned("ana", eta_at=NIGHT + minutes(20)),)
    about = replace(taken(), assignments=in_time, nearer=(asked("ben", PageState.WAITING, tried_at=None),))
    assert only(SendPage, look(at_night(about), NIGHT)) == []
    deaf = replace(COUNTY, people=(ANA, replace(BEN, opted_out=True), CORA))
    reached = replace(asking("ben"), assignments=in_time)
    assert only(SendPage, look(at_night(reached, people=deaf), NIGHT)) == []


def test_nothing_is_asked_while_it_pages() -> None:
    """Whoever had it has let it go."""
    assert look(at_night(callout(nearer=(asked("ben"),))), NIGHT) == []


# ---- turning back --------------------------------------------------------------------------------------------------


def _driving(eta: int | None, **ana: Any) -> CallOut:
    dev = assigned("dev", PARTNER, en_route_at=NIGHT, eta_at=NIGHT + minutes(eta) if eta is not None else None)
    return taken(dev, **({"eta_at": LATE} | ana))


@pytest.mark.parametrize(
    ("about", "told"),
    [
        (_driving(50), ["ana"]),
        (_driving(51), []),
        (_driving(None), ["ana"]),  # estimated, ten minutes away
        (taken(assigned("dev", PARTNER, eta_at=NIGHT + minutes(10)), eta_at=LATE), []),  # has not left
        (replace(_driving(20), nearer=(page("ana", purpose=Purpose.TURN_BACK),)), []),
        (replace(_driving(20), nearer=(page("ana", PageState.WAITING, purpose=Purpose.TURN_BACK),)), []),
        (replace(_driving(20), nearer=(page("ana", PageState.FAILED, purpose=Purpose.TURN_BACK),)), ["ana"]),
        (_driving(20, eta_at=None), ["ana"]),
    ],
)
def test_whoever_is_far_behind_may_turn_back(about: CallOut, told: list[str]) -> None:
    """Twenty minutes, and told once; again only where the text did not arrive."""
    assert to(look(at_night(about), NIGHT + minutes(3)), Purpose.TURN_BACK) == told


def test_an_estimate_is_told_to_no_colleague() -> None:
    """It says how far away Dev lives. What he has said is told."""

    def reads(about: CallOut) -> str:
        found = only(SendPage, look(at_night(about), NIGHT + minutes(3)))
        return next(one.text for one in found if one.purpose is Purpose.TURN_BACK)

    told = "Come along, or reply K7Q NO to turn back."
    assert reads(_driving(20)) == f"Dev is on the way, there 02:34. {told}"
    assert reads(_driving(None)) == f"Dev is on the way and should be there before you. {told}"
    assert reads(_driving(-1)) == f"Dev is on the way and should be there before you. {told}", "it has passed"


def test_nobody_is_rung_at_the_wheel_to_turn_back() -> None:
    """Whoever takes no texts is not told; nor is somebody who has left the roster."""
    deaf = replace(COUNTY, people=(replace(ANA, opted_out=True), *COUNTY.people[1:]))
    for people in (deaf, replace(COUNTY, people=COUNTY.people[1:])):
        assert to(look(at_night(_driving(20), people=people), NIGHT), Purpose.TURN_BACK) == []


# ---- answers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("eta", "theirs", "role"),
    [
        (60, 70, PARTNER),
        (61, 70, AssignmentRole.OFFERED),
        (None, 70, PARTNER),
        (61, None, PARTNER),
    ],
)
def test_a_yes_comes_along_if_it_is_sooner(eta: int | None, theirs: int | None, role: AssignmentRole) -> None:
    """By ten minutes; otherwise it is an offer. What nobody said sends nobody home."""
    about = asking("ben", eta_at=NIGHT + minutes(theirs) if theirs is not None else None)
    found = assignment.go_along(at_night(about), BEN, NIGHT + minutes(eta) if eta is not None else None, NIGHT)
    assert [one.role for one in found if hasattr(one, "role")] == [role]
    assert EndAsks("ben") in found
    assert DeadlineKind.NEARER in due(found, NIGHT)


def test_a_time_that_has_passed_sends_nobody_home() -> None:
    """Ana said 02:39 and is late by the estimate; Ben, who is asked to be there by the hour, says 02:50."""
    about = asking("ben", eta_at=NIGHT + minutes(25))
    roles = []
    for now in (minutes(29), minutes(30)):
        found = assignment.go_along(at_night(about), BEN, NIGHT + now + minutes(20), NIGHT + now)
        roles += [one.role for one in found if hasattr(one, "role")]
    assert roles == [AssignmentRole.OFFERED, PARTNER]


def test_a_no_declines_this_ask_alone() -> None:
    """If the call-out is let go they are paged as ever, so nothing marks them as declined."""
    found = assignment.decline_along(at_night(asking("ben")), BEN, NIGHT)
    assert {type(one) for one in found} == {EndAsks, Note, SendPage, SetDeadline}


def test_a_dead_phone_goes_on_to_the_next_channel() -> None:
    """And then to the next person."""
    text = asked("ben", PageState.FAILED, id="n1")
    call = asked("ben", PageState.WAITING, id="n2", due_at=NIGHT + minutes(1), tried_at=None)
    rings = asked("ben", PageState.SENT, id="n2")
    about = replace(taken(eta_at=LATE), nearer=(text, call))
    assert page_failures.ask_along_on(at_night(about), text, NIGHT) == [HurryPage("n2")]
    assert page_failures.ask_along_on(at_night(replace(about, nearer=(text, rings))), text, NIGHT) == []
    assert page_failures.ask_along_on(at_night(replace(about, nearer=(text,))), text, NIGHT) == [
        SetDeadline(DeadlineKind.NEARER, NIGHT)
    ]
    assert page_failures.ask_along_on(at_night(callout(nearer=(text,))), text, NIGHT) == []


# ---- the sentence --------------------------------------------------------------------------------------------------


def test_the_sentence_that_every_view_shows() -> None:
    """Without minutes, for it may stand on a wall."""
    assert asked_sentence.shown(asking("dev", "ben"), COUNTY) == (
        "Ana's 03:24 is 10 minutes past the hour, so Dev and Ben were asked as well at 02:14."
    )
    in_time = asking("dev", eta_at=NIGHT + minutes(58))
    assert asked_sentence.shown(in_time, COUNTY) == "Dev was asked to go along at 02:14."
    assert asked_sentence.shown(taken(), COUNTY) == ""
    assert asked_sentence.shown(replace(asking("dev"), arrived_at=NIGHT), COUNTY) == ""


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (minutes(60), "Ana's 03:14 is at the end of the hour"),
        (minutes(57), "Ana's 03:11 is 3 minutes before the hour"),
        (minutes(61), "Ana's 03:15 is 1 minute past the hour"),
    ],
)
def test_how_late_it_is(at: timedelta, words: str) -> None:
    """In words, whichever side of the hour."""
    assert asked_sentence.why_late(callout(), "Ana", NIGHT + at, said=True) == words


def test_another_target_is_no_hour() -> None:
    """A deployment may promise 45 minutes."""
    about = replace(callout(), respond_by=NIGHT + minutes(45))
    assert asked_sentence.why_late(about, "Ana", NIGHT + minutes(50), said=False) == (
        "Ana has said no time and may be there at 03:04, 5 minutes past the target"
    )
