"""Whom a page, an alarm or a notice goes to, and in which words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.rules.decisions import AlarmCoordinators, SendPage
from dispatch.rules.delivery.paging import (
    alarm_pages,
    contact_plan,
    pages_for,
    partner_pages,
    stand_down_everybody,
    text_to,
    text_with_link,
)
from dispatch.rules.facts.callout import AssignmentRole, Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel, ContactStep, Language, Person, Role
from dispatch.rules.facts.roster import Agency, AgencyKind, Roster
from tests.rules.situations import ANA, BEN, CLEO, NIGHT, assigned, callout, only, page, pages_to, roster, situation

SMS, VOICE = Channel.SMS, Channel.VOICE

# ---- how a person is reached ---------------------------------------------------------------------------------------


def test_the_plan_is_the_persons_own() -> None:
    """Whoever takes texts is reached as their plan says."""
    plan = (ContactStep(VOICE, 0), ContactStep(SMS, 30))
    assert contact_plan(replace(ANA, contact_plan=plan)) == list(plan)


def test_who_takes_no_texts_is_rung_from_the_first_second() -> None:
    """The plan's calls move forward to begin now, with the same intervals between them."""
    rung = contact_plan(replace(ANA, opted_out=True))
    assert rung == [ContactStep(VOICE, 0), ContactStep(VOICE, 180)]


def test_a_plan_of_texts_only_becomes_a_call() -> None:
    """Somebody who takes no texts and wants no calls is rung all the same: nobody is out of reach."""
    assert contact_plan(replace(ANA, opted_out=True, contact_plan=(ContactStep(SMS, 0),))) == [ContactStep(VOICE, 0)]


def test_pages_follow_the_plan() -> None:
    """Each page is due after its step, names its turn and asks for a word; all but the first say that they repeat."""
    planned = pages_for(situation(), ANA, 2, NIGHT)
    assert [(page.channel, page.due_at - NIGHT) for page in planned] == [
        (step.channel, timedelta(seconds=step.after_seconds)) for step in ANA.contact_plan
    ]
    assert {(page.person, page.step, page.purpose, page.to) for page in planned} == {
        ("ana", 2, Purpose.PAGE, ANA.phone)
    }
    assert [page.text.startswith("Again: ") for page in planned] == [False, True, True, True]


def test_whoever_was_paged_before_is_paged_again() -> None:
    """In a later turn the first page, too, says that it is a repeat; a reminder does not count as a page."""
    paged = callout(pages=(page("ana"), page("ben", id="p2", purpose=Purpose.REMINDER)))
    assert pages_for(situation(paged), ANA, 3, NIGHT)[0].text.startswith("Again: ")
    assert not pages_for(situation(paged), BEN, 3, NIGHT)[0].text.startswith("Again: ")


def test_a_page_says_to_put_the_code_first_when_others_are_open() -> None:
    """A bare 1 would then be asked back; with one open it is the least that a sleepy thumb can do. What a call says is
    decided when somebody picks up."""
    planned = pages_for(situation(), ANA, 1, NIGHT)
    assert all("Reply 1 " in page.text for page in planned)
    assert all(page.text_if_others is None for page in planned if page.channel is VOICE)
    spanish = pages_for(situation(), replace(ANA, texts_in=Language.SPANISH), 1, NIGHT)
    assert all("Responda K7Q 1 " in (page.text_if_others or "") for page in spanish if page.channel is SMS)
    others = [page.text_if_others or "" for page in planned if page.channel is SMS]
    assert all("Reply K7Q 1 " in text for text in others)
    assert [text.startswith("Again: ") for text in others] == [False, True]


@pytest.mark.parametrize(("opted_out", "channel"), [(False, SMS), (True, VOICE)])
def test_a_message_is_a_text_or_else_a_call(opted_out: bool, channel: Channel) -> None:
    """Whoever takes no texts hears it on the phone."""
    person = replace(ANA, opted_out=opted_out)
    assert text_to(person, Purpose.REMINDER, "words", NIGHT) == SendPage(
        Purpose.REMINDER, channel, ANA.phone, "words", NIGHT, person="ana"
    )


@pytest.mark.parametrize(
    ("rings", "opted_out", "channels"),
    [
        (False, False, {"cora": [SMS]}),
        (True, False, {"cora": [SMS, VOICE]}),
        (False, True, {"cora": [VOICE]}),
        (True, True, {"cora": [VOICE]}),
    ],
)
def test_an_alarm_reaches_every_coordinator(rings: bool, opted_out: bool, channels: dict[str, list[Channel]]) -> None:
    """By text, and by call at once if it rings; whoever takes no texts is rung, once. No specialist hears of it."""
    cora = Person("cora", "Cora Lind", "+15625550110", frozenset({Role.COORDINATOR}), opted_out=opted_out)
    told = alarm_pages(roster(ANA, cora), AlarmCoordinators("words", rings), NIGHT)
    assert {page.person: [sent.channel for sent in told if sent.person == page.person] for page in told} == channels
    assert {(page.purpose, page.text, page.due_at, page.to) for page in told} == {
        (Purpose.ALARM, "words", NIGHT, cora.phone)
    }


def test_who_is_paged_is_not_rung_for_the_alarm() -> None:
    """A coordinator who is paged as well already has a ringing phone: a second call would find it busy."""
    both = Person("cora", "Cora Lind", "+15625550110", frozenset({Role.COORDINATOR, Role.SPECIALIST}))
    told = alarm_pages(roster(both), AlarmCoordinators("words", rings=True, paged=frozenset({"cora"})), NIGHT)
    assert [page.channel for page in told] == [SMS]


def test_a_link_goes_along() -> None:
    """What is sent with a link is the same message otherwise."""
    assert text_with_link(ANA, Purpose.REMINDER, "words", NIGHT) == replace(
        text_to(ANA, Purpose.REMINDER, "words", NIGHT), with_link=True
    )


# ---- standing down -------------------------------------------------------------------------------------------------


def test_who_is_stood_down() -> None:
    """While it pages, whoever a page may have reached and whoever offered to go hear once that they are not needed.
    Once it is taken the others were told so already, and sleep again."""
    about = callout(
        Status.PAGING,
        assigned("ben", AssignmentRole.OFFERED),
        pages=(
            page("ana"),
            page("ana", id="p2"),
            page("cleo", PageState.WAITING, id="p3"),
            page(None, id="p4", purpose=Purpose.OFFICER),
        ),
    )
    assert pages_to(stand_down_everybody(situation(about), "words", NIGHT), Purpose.STAND_DOWN) == ["ana", "ben"]
    taken = replace(about, status=Status.ACKNOWLEDGED)
    assert pages_to(stand_down_everybody(situation(taken), "words", NIGHT), Purpose.STAND_DOWN) == ["ben"]


def test_whoever_has_been_there_does_not_read_that_nobody_needs_to_go() -> None:
    """Ana sleeps at home, Ben is with the child, Cleo drives home, and Dev drives there. Fay may have been asked along,
    and getting dressed."""
    about = callout(
        Status.ON_SCENE,
        assigned("ana", arrived_at=NIGHT, cleared_at=NIGHT, home_at=NIGHT),
        assigned("ben", AssignmentRole.PARTNER, arrived_at=NIGHT),
        assigned("cleo", AssignmentRole.PARTNER, arrived_at=NIGHT, cleared_at=NIGHT),
        assigned("dev", AssignmentRole.PARTNER, en_route_at=NIGHT),
        assigned("fay", AssignmentRole.OFFERED),
    )
    people = roster(
        ANA, BEN, CLEO, *(replace(ANA, id=one, phone=f"+1562555019{n}") for n, one in enumerate(("dev", "fay")))
    )
    told = only(SendPage, stand_down_everybody(situation(about, people), "off", NIGHT, there="closed"))
    assert {page.person: page.text for page in told} == {"ben": "closed", "cleo": "closed", "dev": "off", "fay": "off"}


def test_who_is_left_in_peace() -> None:
    """Whoever declined, whoever takes it, and whoever has left the roster are not told."""
    about = callout(
        pages=(page("ana"), page("ben", id="p2"), page("gone", id="p3"), page("cleo", id="p4")),
        declined=frozenset({"ana"}),
    )
    assert pages_to(stand_down_everybody(situation(about), "words", NIGHT, but="ben"), Purpose.STAND_DOWN) == ["cleo"]


def test_whoever_takes_no_texts_is_rung_only_when_they_are_under_way() -> None:
    """A call to say that they may sleep on would wake them; a call to say that they may turn back is needed."""
    about = callout(
        Status.EN_ROUTE,
        assigned("ana", en_route_at=NIGHT),
        assigned("ben", AssignmentRole.OFFERED),
        assigned("cleo", AssignmentRole.PARTNER, arrived_at=NIGHT, cleared_at=NIGHT),
    )
    silent = roster(*(replace(person, opted_out=True) for person in (ANA, BEN, CLEO)))
    told = only(SendPage, stand_down_everybody(situation(about, silent), "words", NIGHT))
    assert [(page.person, page.channel) for page in told] == [("ana", VOICE)]


# ---- partners and links --------------------------------------------------------------------------------------------


def test_partners_hear_the_same_line_each_in_their_way() -> None:
    """By text, by webhook or both; an agency that calls us hears of its own call-outs only, in another way."""
    agencies = (
        Agency("LBPD", "Long Beach Police", webhook_url="https://lbpd.example"),
        Agency("DCFS", "Children's Services", AgencyKind.PARTNER, notice_phone="+15625550180"),
        Agency(
            "PROB", "Probation", AgencyKind.PARTNER, notice_phone="+15625550181", webhook_url="https://prob.example"
        ),
        Agency("MHD", "Mental Health", AgencyKind.PARTNER, webhook_url="https://mhd.example"),
    )
    sent = partner_pages(Roster(agencies=agencies), "K7Q", "It is open.", NIGHT)
    notice = '{"type": "notice", "timestamp": "2026-11-24T10:14:00Z", "data": {"code": "K7Q", "text": "It is open."}}'
    assert [(page.channel, page.to, page.text) for page in sent] == [
        (SMS, "+15625550180", "It is open."),
        (SMS, "+15625550181", "It is open."),
        (Channel.WEBHOOK, "https://prob.example", notice),
        (Channel.WEBHOOK, "https://mhd.example", notice),
    ]
    assert [page.agency for page in sent] == [None, None, "PROB", "MHD"], "whose secret signs it"
    assert {(page.purpose, page.person, page.due_at) for page in sent} == {(Purpose.PARTNER, None, NIGHT)}


def test_a_link_is_for_one_person_and_for_a_screen() -> None:
    """Nobody can tap on a call, and a link to nobody in particular would show the place to anybody."""
    text = text_with_link(ANA, Purpose.CONFIRMATION, "Confirmed. Place:", NIGHT)
    assert text.carries_link
    assert not replace(text, channel=VOICE).carries_link
    assert not replace(text, person=None).carries_link
    assert not replace(text, with_link=False).carries_link
