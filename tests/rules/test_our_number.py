"""Whether our number leads to us, and that it is nobody else's."""

from dataclasses import replace

import pytest

from dispatch.rules.callout.moves import change_details, open_callout
from dispatch.rules.commands.commands import ChangeDetails, Coordinator
from dispatch.rules.commands.deciding import CommandRefused, WhyRefused, decide
from dispatch.rules.delivery.our_number import Fault, NumberSetUp, OurOwnNumber, is_ours, leads
from dispatch.rules.facts.callout import Details
from dispatch.rules.reports.readiness import Verdict, check_number, verdict_of
from tests.rules.situations import CORA, NIGHT, callout, situation

HERE = "https://dispatch.example/twilio"
WANTED = NumberSetUp(
    calls=f"{HERE}/voice/hotline#rc=5",
    calls_fallback="https://handler.example/bin#rc=5",
    call_news=f"{HERE}/voice/hotline/status#rc=5",
    texts=f"{HERE}/sms#rc=5",
    texts_fallback=f"{HERE}/sms#rc=5",
)
NUMBER = "+15625550100"


def test_all_is_well() -> None:
    """Nothing is wrong with a number that leads where it should, and the check says so in one line."""
    assert {lead.fault for lead in leads(WANTED, WANTED)} == {None}
    assert {lead.trouble for lead in leads(WANTED, WANTED)} == {""}
    assert {verdict_of(lead) for lead in leads(WANTED, WANTED)} == {Verdict.OK}
    (finding,) = check_number(NUMBER, WANTED, WANTED)
    assert (finding.verdict, finding.text) == (Verdict.OK, f"{NUMBER} leads to us, and to a person while we are down")


def test_each_fault_is_named() -> None:
    """Another server, no address, and an address without the retry policy are told apart; each has a line."""
    found = NumberSetUp(
        calls="https://old.example/voice",
        call_news=WANTED.call_news,
        texts=f"{HERE}/sms",
        texts_fallback=f"{HERE}/sms#rc=5",
    )
    faults = {lead.what: lead.fault for lead in leads(found, WANTED)}
    assert faults == {
        "a call comes in": Fault.ELSEWHERE,
        "a call fails": Fault.NOWHERE,
        "a call has ended": None,
        "a text comes in": Fault.NO_RETRY,
        "a text fails": None,
    }
    retried = "leads to us, but the carrier does not try again when we fail; `dispatch number --set`"
    assert [(finding.verdict, finding.text) for finding in check_number(NUMBER, found, WANTED)] == [
        (Verdict.FAIL, "when a call comes in: leads elsewhere; `dispatch number --set`"),
        (Verdict.WARNING, "when a call fails: leads nowhere; `dispatch number --set`"),
        (
            Verdict.WARNING,
            f"when a text comes in: {retried}",
        ),
    ]


def test_texts_that_do_not_reach_us_are_a_failure() -> None:
    """Nobody could answer a page by text."""
    (finding,) = check_number(NUMBER, replace(WANTED, texts=""), WANTED)
    assert (finding.verdict, finding.text) == (
        Verdict.FAIL,
        "when a text comes in: leads nowhere; `dispatch number --set`",
    )


def test_without_a_fallback_in_the_settings() -> None:
    """It says what to do: keep a document; or, where the carrier has one, name it to us as well."""
    none = replace(WANTED, calls_fallback="")
    (finding,) = check_number(NUMBER, none, none)
    assert finding.verdict is Verdict.WARNING
    assert "keep a document at the carrier that dials coordinators" in finding.text
    assert "DISPATCH_HOTLINE_FALLBACK_URL" in finding.text
    (lead,) = [lead for lead in leads(WANTED, none) if lead.fault]
    assert lead.trouble.endswith("set DISPATCH_HOTLINE_FALLBACK_URL to this address")
    assert not lead.keeps_people_away


def test_a_number_that_is_not_ours() -> None:
    """A slip in the setting is found before the first page fails."""
    (finding,) = check_number(NUMBER, None, WANTED)
    assert finding.verdict is Verdict.FAIL
    assert "check DISPATCH_TWILIO_FROM" in finding.text


# ---- as an officer's -----------------------------------------------------------------------------------------------

_OURS = replace(situation(callout()), our_numbers=frozenset({NUMBER}))


@pytest.mark.parametrize(("phone", "is_our"), [(NUMBER, True), ("+15625550177", False), ("", False), (None, False)])
def test_which_number_is_ours(phone: str | None, is_our: bool) -> None:
    """No number at all is nobody's, and so not ours."""
    assert is_ours(phone, {NUMBER, ""}) is is_our


def test_no_call_out_opens_for_our_own_number() -> None:
    """The officer could not be called back; for any other number it opens."""
    with pytest.raises(OurOwnNumber, match="is our own number"):
        open_callout(_OURS, Details(NUMBER), NIGHT)
    assert open_callout(_OURS, Details("+15625550177"), NIGHT)


def test_no_officer_gets_our_own_number_later() -> None:
    """An agency is refused, a coordinator told why; what else is said of one that has ours from before is kept."""
    before = Details("+15625550177")
    with pytest.raises(OurOwnNumber):
        change_details(_OURS, before, {"officer_phone": NUMBER, "children": 2}, NIGHT)
    assert change_details(_OURS, before, {"officer_phone": "+15625550178"}, NIGHT)
    assert change_details(_OURS, Details(NUMBER), {"officer_phone": NUMBER, "children": 2}, NIGHT)
    cora = Coordinator(CORA.id, CORA.name, CORA)
    with pytest.raises(CommandRefused, match="the callback number is our own number") as refused:
        decide(replace(_OURS, details=before), ChangeDetails({"officer_phone": NUMBER}), cora, NIGHT)
    assert refused.value.why is WhyRefused.OUR_NUMBER
