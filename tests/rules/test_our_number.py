"""Whether our number leads to us."""

from dataclasses import replace

from dispatch.rules.facts.our_number import NumberSetUp
from dispatch.rules.our_number import Fault, leads
from dispatch.rules.readiness import Verdict, check_number

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
