"""What in a roster would fail at 2 a.m.: each fault is named, and a good roster has none."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.rules.facts.people import Channel, ContactStep
from dispatch.rules.facts.roster import (
    Agency,
    AgencyKind,
    Area,
    Policy,
    PolicyStep,
    Roster,
    Station,
    Target,
    TargetKind,
)
from dispatch.rules.facts.schedule import CoverageGap, Override, OverrideKind
from dispatch.rules.nearer.reach import Reach
from dispatch.rules.reports import readiness
from dispatch.rules.reports.readiness import Verdict
from tests.rules.situations import (
    ANA,
    BACKUP,
    BEN,
    CLEO,
    CORA,
    EVERYONE,
    NIGHT,
    POLICY,
    PRIMARY,
    ROSTER,
    minutes,
    roster,
)

LBPD = Agency("LBPD", "Long Beach Police Department")
GOOD = replace(ROSTER, policies=(POLICY,), agencies=(LBPD,))


def found(known: Roster, *with_key: str) -> list[tuple[str, str, str]]:
    """What is found, except what is well."""
    findings = readiness.check(known, with_key or {"LBPD"}, NIGHT)
    return [(finding.part, finding.verdict, finding.text) for finding in findings if finding.verdict is not Verdict.OK]


def policy_faults(*steps: PolicyStep, known: Roster = GOOD) -> list[str]:
    """What is found about a policy with these steps."""
    policies = replace(known, policies=(Policy("default", steps),))
    return [text for part, verdict, text in found(policies) if part == "policies" and verdict == Verdict.FAIL]


def without_anybody(days: int) -> Override:
    """Nobody is on call for an hour, `days` from now."""
    starts_at = NIGHT + timedelta(days=days)
    return Override("primary", OverrideKind.REMOVE, starts_at, starts_at + minutes(60))


def test_a_good_roster_has_no_fault() -> None:
    """Each part of it says why it is good."""
    assert found(GOOD) == []
    said = {finding.part: finding.text for finding in readiness.check(GOOD, {"LBPD"}, NIGHT)}
    assert said == {
        "people": "3 specialists, 1 coordinator",
        "coverage": "somebody is on call throughout the next 14 days",
        "policies": "default: every step finds its people and gives them time to answer",
        "agency keys": "LBPD can post call-outs",
    }


def test_whoever_is_qualified_no_longer_soon_is_named() -> None:
    """While there is time to do something about it."""
    until = (NIGHT + timedelta(days=9)).date()
    lapses = roster(replace(ANA, qualified_until=until), BEN, CLEO, CORA)
    words = f"Ana Reyes is qualified until {until}; afterwards they cover nothing"
    assert ("people", Verdict.WARNING, words) in found(lapses)


def test_an_empty_roster_is_all_there_is_to_say() -> None:
    """Everything else would follow from it."""
    assert found(Roster()) == [("people", "fail", "the roster is empty: `dispatch roster import FILE`")]


# ---- areas ---------------------------------------------------------------------------------------------------------


def test_whoever_has_no_area_is_named() -> None:
    """By night and by day; a coordinator goes nowhere, and an area that has left the roster is none."""
    areas = (Area("LBH", "Long Beach", 33.77, -118.19),)
    ana = replace(ANA, area_night="LBH", area_day="LBH")
    ben = replace(BEN, area_night="LBH", area_day="XYZ")
    assert found(replace(GOOD, areas=areas, people=(ana, ben, CORA))) == [
        ("areas", "warning", "no area by day, so nobody knows who is near: Ben Okafor")
    ]
    assert found(replace(GOOD, areas=areas, people=(ana, BEN, CORA))) == [
        ("areas", "warning", "no area by night, so nobody knows who is near: Ben Okafor"),
        ("areas", "warning", "no area by day, so nobody knows who is near: Ben Okafor"),
    ]
    assert found(replace(GOOD, areas=areas, people=(ana, replace(ben, area_day="LBH"), CORA))) == []


def test_a_roster_without_areas_is_asked_for_none() -> None:
    """They are of use only to a later question: whom to ask who is nearer."""
    assert "areas" not in {finding.part for finding in readiness.check(GOOD, {"LBPD"}, NIGHT)}


def test_an_area_out_of_reach_is_a_warning() -> None:
    """Whoever is on call is paged all the same; so it is no failure, but a child would wait for longer."""
    far = [Reach(Area("PMD", "Palmdale", 34.58, -118.12), NIGHT, 90)]
    (finding,) = readiness.check_reach(far, timedelta(hours=1))
    assert finding.verdict is Verdict.WARNING
    assert finding.text == (
        "nobody on call could be in Palmdale (PMD) within 60 min tonight: the first after about 90 min"
    )


# ---- people --------------------------------------------------------------------------------------------------------


def test_somebody_is_paged_and_somebody_hears_alarms() -> None:
    """One without the other is half a service."""
    assert ("people", "fail", "nobody is a specialist, so there is nobody to page") in found(roster(CORA))
    assert ("people", "fail", "nobody is a coordinator, so nobody hears an alarm") in found(roster(ANA, BEN))


def test_who_is_only_texted_and_who_is_only_rung_is_named() -> None:
    """A text on a silenced phone wakes nobody; whoever texted STOP may have done so by accident."""
    silent = replace(ANA, contact_plan=(ContactStep(Channel.SMS, 0),))
    known = replace(GOOD, people=(silent, replace(BEN, opted_out=True), CORA))
    assert [text for part, verdict, text in found(known) if (part, verdict) == ("people", "warning")] == [
        "never rung, only texted: Ana Reyes",
        "texted STOP, so only calls reach them: Ben Okafor",
    ]


# ---- coverage ------------------------------------------------------------------------------------------------------


def test_gaps_are_named_in_local_time() -> None:
    """The first five of the next two weeks; the rest is counted."""
    known = replace(GOOD, overrides=tuple(without_anybody(days) for days in range(1, 9)))
    texts = [text for part, verdict, text in found(known) if (part, verdict) == ("coverage", "fail")]
    assert texts[0] == "nobody on call for primary from Wed 2026-11-25 02:14 PST to Wed 2026-11-25 03:14 PST"
    assert texts[5:] == ["and 3 more within 14 days"]


def test_a_gap_names_whoever_is_no_specialist() -> None:
    """The roster shows a name for that night, so the gap would look like a mistake of ours."""
    of_cora = Override(
        "primary", OverrideKind.REPLACE, NIGHT + timedelta(days=1), NIGHT + timedelta(days=2), person=CORA.id
    )
    (said,) = [text for part, _, text in found(replace(GOOD, overrides=(of_cora,))) if part == "coverage"]
    assert said.endswith(f"02:14 PST: {CORA.name} is no specialist")


def test_a_gap_without_an_end_in_sight_says_so() -> None:
    """The gap goes on at least as far as the check looks."""
    gap = CoverageGap("primary", NIGHT, NIGHT + timedelta(days=14))
    assert readiness.gap_text(ROSTER, gap, NIGHT).endswith("to Tue 2026-12-08 02:14 PST and longer")


def test_a_rotation_that_does_not_exist_is_no_gap() -> None:
    """It is named among the faults of the policy that pages it."""
    known = replace(GOOD, policies=(Policy("default", (PolicyStep((Target(TargetKind.ROTATION, "night"),), 300),)),))
    assert readiness.gaps_ahead(known, NIGHT) == []


def test_no_rotation_at_all_is_worth_a_look() -> None:
    """People and everyone can be paged all the same."""
    known = replace(GOOD, rotations=(), policies=(Policy("default", (PolicyStep((EVERYONE,), 300),)),))
    said = "there is no rotation, so policies can only name people or everyone"
    assert found(known) == [("coverage", "warning", said)]


# ---- policies ------------------------------------------------------------------------------------------------------


def test_a_step_that_finds_nobody_is_named() -> None:
    """Each such step is named by its policy and its number."""
    missing = (Target(TargetKind.ROTATION, "night"), Target(TargetKind.PERSON, "zoe"))
    assert policy_faults(PolicyStep((PRIMARY,), 300), PolicyStep(missing, 300)) == [
        "default, step 2: no rotation is called 'night'",
        "default, step 2: nobody is called 'zoe'",
    ]


@pytest.mark.parametrize(
    ("target", "called"),
    [
        (EVERYONE, "Ana after 60 s, Ben after 60 s, Cleo after 60 s"),
        (Target(TargetKind.PERSON, "ben"), "Ben after 60 s"),
        (BACKUP, "Ben after 60 s, Cleo after 60 s"),
    ],
)
def test_a_step_that_goes_on_before_the_phone_rings_is_named(target: Target, called: str) -> None:
    """Whoever an override may put on call counts too; somebody who has left does not."""
    ends_at = NIGHT + minutes(60)
    overrides = (
        Override("backup", OverrideKind.ADD, NIGHT, ends_at, person="cleo"),
        Override("primary", OverrideKind.ADD, NIGHT, ends_at, person="ana"),
        Override("backup", OverrideKind.ADD, NIGHT, ends_at, person="gone"),
        Override("backup", OverrideKind.REMOVE, NIGHT, ends_at, replaces="gone"),
    )
    assert policy_faults(PolicyStep((target,), 60), known=replace(GOOD, overrides=overrides)) == [
        f"default, step 1: waits 60 s and goes on before the first call ({called})"
    ]
    assert policy_faults(PolicyStep((target,), 61)) == []


def test_an_agency_has_a_policy() -> None:
    """One that it names, or the default one; a partner needs none."""
    night = Policy("night", POLICY.steps)
    partner = Agency("DCFS", "Children's Services", AgencyKind.PARTNER)
    known = replace(GOOD, policies=(night,), agencies=(LBPD, replace(LBPD, code="LAPD", policy="day"), partner))
    assert [text for part, _, text in found(known, "LBPD", "LAPD") if part == "policies"] == [
        "LBPD names no policy, and none is called 'default'",
        "LAPD names the policy 'day', which does not exist",
    ]


def test_no_policy_at_all_is_worth_a_look() -> None:
    """Everyone is paged from the start, which reaches somebody."""
    said = "there is none, so every specialist is paged from the start"
    assert found(replace(GOOD, policies=())) == [("policies", "warning", said)]


# ---- keys ----------------------------------------------------------------------------------------------------------


def test_agencies_without_a_key_cannot_post() -> None:
    """If some have none it is worth a look; if all have none it fails, as does a roster in which nobody calls us."""
    lapd = replace(LBPD, code="LAPD")
    two = replace(GOOD, agencies=(LBPD, lapd))
    some = "LAPD cannot post call-outs: `dispatch key new --agency CODE`"
    assert found(two, "LBPD") == [("agency keys", "warning", some)]
    none = "no agency can post a call-out: `dispatch key new --agency CODE`"
    assert found(two, "DCFS") == [("agency keys", "fail", none)]
    assert found(replace(GOOD, agencies=())) == [("agency keys", "fail", "no agency in the roster calls us")]


# ---- the settings --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1", "http://[::1]:8000"])
def test_a_carrier_elsewhere_reaches_no_loopback_address(url: str) -> None:
    """Replies and receipts would never arrive; with a carrier of our own the same address is right."""
    refused = readiness.check_public_url(url, carrier_is_ours=False)
    assert (refused.verdict, "cannot reach this machine" in refused.text) == (Verdict.FAIL, True)
    assert readiness.check_public_url(url, carrier_is_ours=True).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("url", "verdict"),
    [("https://dispatch.example", Verdict.OK), ("http://dispatch.example", Verdict.FAIL), ("nothing", Verdict.FAIL)],
)
@pytest.mark.parametrize("carrier_is_ours", [False, True])
def test_whatever_crosses_the_network_is_encrypted(url: str, verdict: Verdict, carrier_is_ours: bool) -> None:
    """Links to the place and the carrier's signature go that way."""
    assert readiness.check_public_url(url, carrier_is_ours=carrier_is_ours).verdict is verdict


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.1.1", "::1", "localhost"])
def test_an_address_of_this_machine_needs_no_proxy(host: str) -> None:
    """Nobody reaches it but what runs here, and a proxy is believed from here without being named."""
    assert readiness.check_host(host, "").verdict is Verdict.OK


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.5", "203.0.113.7", "dispatch.example"])
def test_an_open_address_stands_behind_a_proxy(host: str) -> None:
    """Without one slow clients keep others out, and a proxy that nobody names gives everybody its own address."""
    found = readiness.check_host(host, "")
    assert (found.part, found.verdict) == ("proxy", Verdict.WARNING)
    assert host in found.text
    assert "FORWARDED_ALLOW_IPS" in found.text
    assert readiness.check_host(host, "172.30.85.0/24").verdict is Verdict.OK
    assert readiness.check_host(host, "*").verdict is Verdict.WARNING, "anybody is believed"


def test_somebody_to_ring_is_worth_a_look() -> None:
    """Pages go out without it."""
    assert readiness.check_contact_phone(None).verdict is Verdict.WARNING
    assert readiness.check_contact_phone(CORA.phone).verdict is Verdict.OK


@pytest.mark.parametrize(
    ("has_keys", "provider", "said"),
    [
        (False, None, ["warning"]),
        (True, None, ["ok"]),
        (True, "https://login.example", ["ok", "ok"]),
        (False, "https://login.example", ["warning", "ok"]),
    ],
)
def test_signing_in_needs_keys_and_paging_does_not(has_keys: bool, provider: str | None, said: list[str]) -> None:
    """Without keys nobody can enrol, which somebody should look at; no page fails for it."""
    found = readiness.check_sign_in(has_keys=has_keys, provider=provider)
    assert [finding.verdict for finding in found] == said
    assert has_keys or "DISPATCH_SECRET_KEYS" in found[0].text


# ---- nodes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alive", "open_callouts", "verdict", "words"),
    [
        (2, 3, Verdict.OK, "2 nodes alive"),
        (0, 0, Verdict.WARNING, "nothing is running, so nobody would be paged"),
        (0, 1, Verdict.FAIL, "1 call-out open, and nobody is paged"),
        (0, 2, Verdict.FAIL, "2 call-outs open, and nobody is paged"),
    ],
)
def test_whether_anybody_is_paged(alive: int, open_callouts: int, verdict: Verdict, words: str) -> None:
    """Before the first start that nobody is is to be expected; while a child waits it is a failure."""
    finding = readiness.check_nodes(alive, open_callouts)
    assert (finding.part, finding.verdict) == ("nodes", verdict)
    assert words in finding.text


# ---- what looks right, and is not ----------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["https://x.example/dispatch", "https://x.example/?a=b", "https://x.example/#a"])
def test_the_public_url_has_no_path(url: str) -> None:
    """Links, webhooks and the carrier's addresses are made by putting a path behind it."""
    found = readiness.check_public_url(url, carrier_is_ours=False)
    assert found.verdict == Verdict.FAIL
    assert "must have no path" in found.text


@pytest.mark.parametrize(
    ("lead", "verdict", "words"),
    [
        (readiness.RouteLead.HERE, Verdict.OK, "leads to this service"),
        (readiness.RouteLead.ELSEWHERE, Verdict.FAIL, "leads to something else than this service (HTTP 200)"),
        (readiness.RouteLead.NOWHERE, Verdict.WARNING, "cannot be reached from here (HTTP 200)"),
    ],
)
def test_where_the_public_url_leads(lead: readiness.RouteLead, verdict: Verdict, words: str) -> None:
    """Another service behind it is a failure; a firewall between us and ourselves need not be one."""
    found = readiness.check_lead("https://x.example", lead, "HTTP 200")
    assert (found.part, found.verdict) == ("public URL", verdict)
    assert words in found.text


def test_our_own_number_is_nobody_to_ring() -> None:
    """Whoever is told to ring it gets the menu of the hotline instead of a person."""
    assert readiness.check_contact_phone("+15625550110", "+15625550100").verdict == Verdict.OK
    fault = readiness.check_contact_phone("+15625550100", "+15625550100")
    assert (fault.part, fault.verdict) == ("contact phone", Verdict.FAIL)
    assert "our own number" in fault.text


def test_nobody_has_our_own_number() -> None:
    """Each page to them would ring the hotline."""
    assert list(readiness.check_our_number(GOOD, ["", "+15625550100"])) == []
    (fault,) = readiness.check_our_number(GOOD, [ANA.phone])
    assert (fault.part, fault.verdict) == ("people", Verdict.FAIL)
    assert ANA.name in fault.text


@pytest.mark.parametrize(
    "ours",
    [
        {"notice_phone": "+15625550100"},
        {"listed_numbers": ("+15625550100",)},
        {"stations": (Station("West", "1 Main St", "+15625550100"),)},
    ],
)
def test_no_agency_has_our_own_number(ours: dict[str, Any]) -> None:
    """Told there, we would tell ourselves; and a coordinator who rings it to verify a caller reaches the hotline."""
    known = replace(GOOD, agencies=(replace(GOOD.agencies[0], **ours), *GOOD.agencies[1:]))
    (fault,) = readiness.check_our_number(known, ["+15625550100"])
    assert (fault.part, fault.verdict) == ("agencies", Verdict.FAIL)
    assert fault.text.startswith(GOOD.agencies[0].code)


def test_a_step_waits_for_its_first_page() -> None:
    """Where even the first text leaves after the step's end, nobody is asked at all."""
    late = replace(ANA, contact_plan=(ContactStep(Channel.SMS, 400), ContactStep(Channel.VOICE, 500)))
    known = replace(GOOD, people=tuple(late if one.id == ANA.id else one for one in GOOD.people))
    step = PolicyStep((Target(TargetKind.PERSON, ANA.id),), 300)
    (fault,) = policy_faults(step, known=known)
    assert fault == "default, step 1: waits 300 s and goes on before the first page (Ana after 400 s)"


def test_one_person_in_two_steps_at_once() -> None:
    """Whoever sleeps through the first step sleeps through the second; said once, with the first day."""
    swapped = Override("backup", OverrideKind.REPLACE, NIGHT + timedelta(days=2), NIGHT + timedelta(days=3), ANA.id)
    again = replace(swapped, starts_at=NIGHT + timedelta(days=5), ends_at=NIGHT + timedelta(days=6))
    steps = (PolicyStep((PRIMARY,), 300), PolicyStep((BACKUP,), 300), PolicyStep((EVERYONE,), 300))
    known = replace(GOOD, policies=(Policy("default", steps),), overrides=(swapped, again))
    said = [text for part, verdict, text in found(known) if (part, verdict) == ("policies", Verdict.WARNING)]
    assert len(said) == 1
    assert said == ["default: steps 1 and 2 both page Ana Reyes on Thu 2026-11-26 02:14 PST"]
    assert not [text for _, _, text in found(replace(known, overrides=())) if "both page" in text]


def test_an_override_without_effect() -> None:
    """A slip of the rotation, the person or the week; what is past or works is not named."""
    start, end = NIGHT + timedelta(days=1), NIGHT + timedelta(days=2)
    useful = Override("backup", OverrideKind.REPLACE, start, end, "cleo", BEN.id)
    past = Override("nowhere", OverrideKind.REMOVE, NIGHT - timedelta(days=2), NIGHT - timedelta(days=1))
    wrong_rotation = Override("nowhere", OverrideKind.REMOVE, start, end)
    not_on_call = Override("primary", OverrideKind.REPLACE, start, end, BEN.id, "cleo")
    known = replace(GOOD, overrides=(useful, past, wrong_rotation, not_on_call))
    said = [text for part, _, text in found(known) if part == "overrides"]
    assert len(said) == 2
    when = "from Wed 2026-11-25 02:14 PST to Thu 2026-11-26 02:14 PST"
    assert said[0] == f"remove {when} has no effect: no rotation is called 'nowhere'"
    assert said[1].endswith("has no effect: who is on call for primary is the same without it")
