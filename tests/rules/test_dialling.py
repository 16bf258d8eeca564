"""Numbers that we neither ring nor text: what goes on all the same, and who hears of it."""

from dataclasses import replace

import pytest

from dispatch.rules.callout.moves import change_details, open_callout
from dispatch.rules.callout.response_clock import tell_officer_nobody_yet
from dispatch.rules.commands.commands import Coordinator, TellOfficer
from dispatch.rules.commands.deciding import CommandRefused, WhyRefused, decide, possible
from dispatch.rules.decisions import AlarmCoordinators, Note, SendPage, TextOfficer
from dispatch.rules.delivery.dialling import SETTING, not_dialled, nowhere, refusal
from dispatch.rules.delivery.sending import Meaning
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Details, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.phone_calls import NOBODY_ON_THE_PHONE, PagedCall, PagedStage, Party
from dispatch.rules.facts.roster import Agency, AgencyKind, Roster, Station
from dispatch.rules.hotline.line import can_be_rung, can_be_texted, first_stage
from dispatch.rules.hotline.stages import Stage
from dispatch.rules.phone import joining
from dispatch.rules.phone.calls import SpokenReply
from dispatch.rules.replies.officer_view import shown
from dispatch.rules.reports.readiness import Verdict, check_dialled
from dispatch.rules.wording import agency_texts, spoken
from tests.rules.hotline.lines import after, line, opened, pressed
from tests.rules.situations import ANA, CORA, NIGHT, callout, dials, only, page, pages_to, plan, situation, taken

ABROAD = "+18765550123"


def _alarmed(decisions: object) -> list[AlarmKind]:
    return [alarm.kind for alarm in only(AlarmCoordinators, decisions)]  # type: ignore[arg-type]


def test_a_call_out_opens_for_a_number_abroad() -> None:
    """Ana is paged, the number is not texted, and coordinators are rung with it."""
    decisions = open_callout(situation(callout(step=0, officer_phone=ABROAD)), Details(ABROAD), NIGHT)
    assert pages_to(decisions) == ["ana"]
    assert not [sent for sent in only(SendPage, decisions) if sent.to == ABROAD]
    (alarm,) = only(AlarmCoordinators, decisions)
    assert alarm.kind is AlarmKind.OFFICER_NOT_DIALLED
    assert ABROAD in alarm.text
    assert _alarmed(open_callout(situation(callout(step=0)), Details("+15625550177"), NIGHT)) == []


def test_a_call_out_without_a_number_raises_no_such_alarm() -> None:
    """There is no number that could be abroad."""
    withheld = situation(callout(step=0, officer_phone="", trust=Trust.WITHHELD))
    assert _alarmed(open_callout(withheld, Details(""), NIGHT)) == []


def test_a_number_that_becomes_one_abroad_is_told_again() -> None:
    """The call-out goes on with it."""
    decisions = change_details(situation(callout()), Details("+15625550177"), {"officer_phone": ABROAD}, NIGHT)
    assert _alarmed(decisions) == [AlarmKind.OFFICER_NOT_DIALLED]


def test_what_the_officer_was_not_told_is_in_the_timeline() -> None:
    """It is no page: a preview shows none either."""
    (note,) = plan(situation(callout(officer_phone=ABROAD)), [TextOfficer("words")]).rows
    assert isinstance(note, Note)
    assert SETTING in note.text


def test_the_timeline_says_once_that_nobody_can_tell_the_officer() -> None:
    """Every eight minutes it would be the same."""
    about = situation(callout(officer_phone=ABROAD))
    assert len(only(TextOfficer, tell_officer_nobody_yet(about, 1, NIGHT))) == 1
    again = tell_officer_nobody_yet(about, 2, NIGHT)
    assert not only(TextOfficer, again)
    assert not only(Note, again)


def test_a_coordinator_cannot_write_to_it() -> None:
    """They read why."""
    cora = Coordinator(CORA.id, CORA.name, CORA)
    about = situation(callout(officer_phone=ABROAD))
    with pytest.raises(CommandRefused, match=SETTING) as refused:
        decide(about, TellOfficer("we come"), cora, NIGHT)
    assert refused.value.why is WhyRefused.NO_NUMBER
    assert TellOfficer not in possible(about, cora)
    assert TellOfficer in possible(situation(callout()), cora)


@pytest.mark.parametrize(("phone", "said"), [(ABROAD, spoken.OFFICER_NOT_DIALLED), ("", spoken.NO_OFFICER_NUMBER)])
def test_nobody_is_joined_with_it(phone: str, said: str) -> None:
    """Whoever asked hears why, and no phone rings."""
    rung = replace(page("ana", purpose=Purpose.JOIN), channel=Channel.VOICE)
    about = situation(replace(taken(), officer_phone=phone))
    asked = joining.ask(
        PagedCall(rung, ANA, about, about.roster, (), NOBODY_ON_THE_PHONE), Party.SPECIALIST, _BACK, NIGHT
    )
    assert asked.heard.say[0] == said
    assert not only(SendPage, asked.decisions)


_BACK = SpokenReply(("back",), PagedStage.JOIN)


@pytest.mark.parametrize("status", [Status.PAGING, Status.ACKNOWLEDGED])
def test_the_officers_view_says_so(status: Status) -> None:
    """No text is promised that we would not send."""
    known = callout() if status is Status.PAGING else taken()
    assert shown(situation(replace(known, officer_phone=ABROAD)), NIGHT).then == agency_texts.NOT_DIALLED
    assert shown(situation(known), NIGHT).then != agency_texts.NOT_DIALLED
    assert shown(situation(replace(known, officer_phone="")), NIGHT).then != agency_texts.NOT_DIALLED


# ---- on the hotline ------------------------------------------------------------------------------------------------


def test_a_caller_from_abroad_is_promised_nothing() -> None:
    """Neither a text nor a call, with a call-out or before; they are asked for another number."""
    before = line(Trust.UNLISTED, phone=ABROAD)
    on = line(Trust.UNLISTED, opened(Trust.UNLISTED, officer_phone=ABROAD), phone=ABROAD)
    assert not any((can_be_rung(before), can_be_rung(on), can_be_texted(on)))
    assert first_stage(on) is Stage.CALLBACK


@pytest.mark.parametrize("keys", ["8765550123", "18095550123", "9005550188", "5629760188", "9115550123"])
def test_no_such_number_can_be_keyed_in(keys: str) -> None:
    """It is asked for again, and the officer hears why."""
    on = line(phone=None, about=opened(officer_phone=""))
    led = pressed(on, Stage.CALLBACK, keys)
    assert led.steps == ()
    assert after(led, on).ask is Stage.CALLBACK
    assert after(led, on).say[0] == "We do not call that number."


# ---- what is sent, and the roster ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("person", "purpose", "meaning"),
    [
        ("ana", Purpose.PAGE, Meaning.OPERATOR),
        ("cora", Purpose.ALARM, Meaning.OPERATOR),
        (None, Purpose.PARTNER, Meaning.OPERATOR),
        (None, Purpose.OFFICER, Meaning.BAD_NUMBER),
        (None, Purpose.ANSWER, Meaning.BAD_NUMBER),
        (None, Purpose.JOIN, Meaning.BAD_NUMBER),
    ],
)
def test_what_a_refused_page_means(person: str | None, purpose: Purpose, meaning: Meaning) -> None:
    """The roster and the setting contradict each other, which an operator mends; or a stranger's number is abroad."""
    refused = refusal(page(person, purpose=purpose))
    assert refused.meaning is meaning
    assert SETTING in refused.message


def test_the_roster_is_looked_through() -> None:
    """Every number in it: people, partners, listed phones and stations."""
    roster = Roster(
        people=(ANA, replace(CORA, phone=ABROAD)),
        agencies=(
            Agency("LBPD", "Police", listed_numbers=(ABROAD,), stations=(Station("West", "1 Street", ABROAD),)),
            Agency("DCFS", "Services", AgencyKind.PARTNER, notice_phone=ABROAD),
            Agency("LAPD", "Police", stations=(Station("Desk", "2 Street"),)),
        ),
    )
    lines = list(not_dialled(roster, dials))
    assert [said.partition(":")[0] for said in lines] == [
        "people.cora.phone",
        "agencies.LBPD.listed_numbers",
        "agencies.LBPD.stations, West",
        "agencies.DCFS.notice_phone",
    ]
    assert all(SETTING in said for said in lines)
    assert len(list(not_dialled(roster, nowhere))) == len(lines) + 1  # and Ana: without a region nobody is dialled
    assert {found.verdict for found in check_dialled(roster, dials)} == {Verdict.FAIL}
