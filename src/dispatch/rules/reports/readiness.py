"""What in the settings, the roster and the keys would fail at 2 a.m., found in the daytime.

The law: whatever keeps a page from a person, or an agency from us, is a failure. What works but should be checked is a
warning.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from dispatch.rules.access.sign_in import MAKE_KEY
from dispatch.rules.delivery.dialling import Dials, not_dialled
from dispatch.rules.delivery.our_number import Lead as NumberLead
from dispatch.rules.delivery.our_number import NumberSetUp, is_ours, leads
from dispatch.rules.delivery.paging import contact_plan
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import Channel, DayPart, Person, Role
from dispatch.rules.facts.roster import DEFAULT_POLICY, AgencyKind, PolicyStep, Roster, Target, TargetKind
from dispatch.rules.facts.schedule import CoverageGap
from dispatch.rules.nearer.reach import Reach
from dispatch.rules.roster.on_call import all_shifts, coverage_gaps, has_effect, is_manned, resolve
from dispatch.rules.roster.qualified import lapsing, not_covering
from dispatch.rules.wording.names import counted_text
from dispatch.rules.wording.times import local_text

LOOK_AHEAD = timedelta(days=14)
_GAPS_SHOWN = 5
_MINUTE = timedelta(minutes=1)


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, but somebody should look at it
    FAIL = "fail"  # somebody will not be reached, or cannot reach us


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check: a part of the deployment, how it stands, and what that means."""

    part: str
    verdict: Verdict
    text: str


def check(roster: Roster, with_key: Collection[str], now: datetime) -> list[Finding]:
    """Everything that the roster and the keys say about this deployment; `with_key` are the agencies that have a
    key."""
    if not roster.people:
        return [Finding("people", Verdict.FAIL, "the roster is empty: `dispatch roster import FILE`")]
    return [*check_roster(roster, now), *_check_keys(roster, with_key)]


def check_roster(roster: Roster, now: datetime) -> list[Finding]:
    """Everything about the roster itself; the keys are not asked."""
    return [
        *_check_people(roster, now),
        *_check_areas(roster),
        *_check_coverage(roster, now),
        *_check_overrides(roster, now),
        *_check_policies(roster),
        *_check_steps_apart(roster, now),
    ]


def check_nodes(alive: int, open_callouts: int) -> Finding:
    """Whether anybody is paged at this moment.

    Without an open call-out it is not a failure: a deployment is checked before the service starts.
    """
    if alive:
        return Finding("nodes", Verdict.OK, f"{counted_text(alive, 'node')} alive")
    if open_callouts:
        is_open = counted_text(open_callouts, "call-out")
        text = f"nothing is running, {is_open} open, and nobody is paged: `dispatch serve`"
        return Finding("nodes", Verdict.FAIL, text)
    return Finding("nodes", Verdict.WARNING, "nothing is running, so nobody would be paged: `dispatch serve`")


def check_public_url(url: str, *, carrier_is_ours: bool) -> Finding:
    """Whether the carrier can reach us at `url`; `carrier_is_ours` says that it may be on this machine."""
    parts = urlsplit(url)
    loopback = _is_this_machine(parts.hostname or "")
    if parts.path.strip("/") or parts.query or parts.fragment:
        text = f"{url}: must have no path; the service answers at the root of its address, so give it a name of its own"
        return Finding("public URL", Verdict.FAIL, text)
    if loopback and not carrier_is_ours:
        text = f"{url}: the carrier cannot reach this machine there; set DISPATCH_PUBLIC_URL"
        return Finding("public URL", Verdict.FAIL, text)
    if not loopback and parts.scheme != "https":
        return Finding("public URL", Verdict.FAIL, f"{url}: must begin with https")
    return Finding("public URL", Verdict.OK, url)


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # 127.0.0.1.evil.example is a name like any other
        return False


def check_host(host: str, proxies: str) -> Finding:
    """Whether a proxy stands in front of the service that listens on `host`. `proxies` are the addresses that are
    believed about a client's address. On a loopback address, only something on this machine can stand in front."""
    if "*" in proxies:
        text = "FORWARDED_ALLOW_IPS=* believes anybody about their own address; name the proxy's address in it"
        return Finding("proxy", Verdict.WARNING, text)
    if proxies:
        return Finding("proxy", Verdict.OK, f"{host} is behind {proxies}")
    if _is_this_machine(host):
        return Finding("proxy", Verdict.OK, f"{host} is reached from this machine only")
    text = (
        f"{host} is open to the network without a proxy in front, so slow clients can keep others out; listen on "
        "127.0.0.1, or name the proxy's address in FORWARDED_ALLOW_IPS"
    )
    return Finding("proxy", Verdict.WARNING, text)


class RouteLead(StrEnum):
    """What came back from the public URL when it was asked to prove that this service is behind it."""

    HERE = "here"
    ELSEWHERE = "elsewhere"  # something answered, and did not prove it
    NOWHERE = "nowhere"  # nothing answered


def check_lead(url: str, lead: RouteLead, trouble: str = "") -> Finding:
    """Whether `url` leads to this service. What cannot be reached from here may still be reached from outside."""
    match lead:
        case RouteLead.HERE:
            return Finding("public URL", Verdict.OK, "leads to this service")
        case RouteLead.ELSEWHERE:
            text = f"{url} leads to something else than this service ({trouble}): the carrier's news would be lost"
            return Finding("public URL", Verdict.FAIL, text)
        case _:
            text = f"{url} cannot be reached from here ({trouble}); see that it can from outside"
            return Finding("public URL", Verdict.WARNING, text)


def check_our_number(roster: Roster, ours: Collection[str]) -> Iterator[Finding]:
    """Nobody may be paged, told or rung at a number of ours: it would come back to us. `ours` may contain empty
    strings."""
    if people := [person for person in roster.people if is_ours(person.phone, ours)]:
        text = f"{_names(people)}: has our own number, so each page would come back to us"
        yield Finding("people", Verdict.FAIL, text)
    for agency in roster.agencies:
        stations = [station.phone for station in agency.stations]
        if any(is_ours(phone, ours) for phone in (agency.notice_phone, *agency.listed_numbers, *stations)):
            text = f"{agency.code}: has our own number, so whoever tells or rings it there reaches us"
            yield Finding("agencies", Verdict.FAIL, text)


def check_dialled(roster: Roster, dials: Dials) -> Iterator[Finding]:
    """Nobody in the roster may have a number that we neither ring nor text."""
    for line in not_dialled(roster, dials):
        yield Finding("numbers", Verdict.FAIL, line)


def check_number(number: str, found: NumberSetUp | None, wanted: NumberSetUp) -> list[Finding]:
    """Whether calls and texts to our own number come to us, and to a person while we are down. `found` is None if the
    account has no such number."""
    if found is None:
        text = f"our account has no number {number}, so nothing can be sent from it; check DISPATCH_TWILIO_FROM"
        return [Finding("number", Verdict.FAIL, text)]
    faults = [lead for lead in leads(found, wanted) if lead.fault is not None]
    if not faults:
        return [Finding("number", Verdict.OK, f"{number} leads to us, and to a person while we are down")]
    return [Finding("number", verdict_of(lead), f"when {lead.what}: {lead.trouble}") for lead in faults]


def verdict_of(lead: NumberLead) -> Verdict:
    """How one address of our number stands, the same for `dispatch check` and `dispatch number`."""
    if lead.fault is None:
        return Verdict.OK
    return Verdict.FAIL if lead.keeps_people_away else Verdict.WARNING


def check_contact_phone(phone: str | None, ours: str = "") -> Finding:
    """Whether officers and specialists learn whom to ring when a text is not enough."""
    if not phone:
        text = "officers and specialists are told no number to ring; set DISPATCH_CONTACT_PHONE"
        return Finding("contact phone", Verdict.WARNING, text)
    if phone == ours:
        text = f"{phone} is our own number, where the hotline answers; set DISPATCH_CONTACT_PHONE to a person's"
        return Finding("contact phone", Verdict.FAIL, text)
    return Finding("contact phone", Verdict.OK, phone)


def check_sign_in(*, has_keys: bool, provider: str | None) -> list[Finding]:
    """Whether people can enrol, which needs keys, or sign in through an identity `provider`. Paging needs neither."""
    if has_keys:
        found = [Finding("sign-in", Verdict.OK, "codes are kept encrypted")]
    else:
        text = f"nobody can enrol with a password and codes; set DISPATCH_SECRET_KEYS (`{MAKE_KEY}` makes a key)"
        found = [Finding("sign-in", Verdict.WARNING, text)]
    return [*found, Finding("sign-in", Verdict.OK, f"also by {provider}")] if provider else found


def check_reach(far: Sequence[Reach], target: timedelta) -> Iterator[Finding]:
    """Whoever is on call is paged all the same, so this is no failure; but a child would wait for longer."""
    for one in far:
        text = f"nobody on call could be in {one.area.name} ({one.area.code}) within {target // _MINUTE} min tonight"
        yield Finding("areas", Verdict.WARNING, f"{text}: the first after about {one.minutes} min")


def gaps_ahead(roster: Roster, now: datetime) -> list[CoverageGap]:
    """The gaps of the next `LOOK_AHEAD`, earliest first. A rotation that does not exist is its policy's fault."""
    gaps = coverage_gaps(roster, now, now + LOOK_AHEAD)
    return [gap for gap in gaps if roster.rotation(gap.rotation) is not None]


def gap_text(roster: Roster, gap: CoverageGap, now: datetime) -> str:
    """One of the `gaps_ahead` of `now` in a person's words, in the local time of its rotation."""
    zone = ZoneInfo(roster.zone_of(gap.rotation))
    start, end = (local_text(moment.astimezone(zone)) for moment in (gap.starts_at, gap.ends_at))
    longer = " and longer" if gap.ends_at >= now + LOOK_AHEAD else ""
    on_call = resolve(roster, Target(TargetKind.ROTATION, gap.rotation), gap.starts_at)
    why_not = ((person, not_covering(roster, gap.rotation, person, gap.starts_at)) for person in on_call)
    others = (f": {person.name} is {why}" for person, why in why_not if why)
    nobody = "nobody qualified" if is_manned(roster, gap.rotation, gap.starts_at) else "nobody"
    return f"{nobody} on call for {gap.rotation} from {start} to {end}{longer}{''.join(others)}"


# ---- people, and when they are on call -----------------------------------------------------------------------------


def _check_people(roster: Roster, now: datetime) -> Iterator[Finding]:
    specialists, coordinators = roster.with_role(Role.SPECIALIST), roster.with_role(Role.COORDINATOR)
    if not specialists:
        yield Finding("people", Verdict.FAIL, "nobody is a specialist, so there is nobody to page")
    if not coordinators:
        yield Finding("people", Verdict.FAIL, "nobody is a coordinator, so nobody hears an alarm")
    if specialists and coordinators:
        counted = f"{counted_text(len(specialists), 'specialist')}, {counted_text(len(coordinators), 'coordinator')}"
        yield Finding("people", Verdict.OK, counted)
    if silent := [person for person in specialists if _first_call(person) is None]:
        yield Finding("people", Verdict.WARNING, f"never rung, only texted: {_names(silent)}")
    for person in lapsing(roster, now):
        text = f"{person.name} is qualified until {person.qualified_until}; afterwards they cover nothing"
        yield Finding("people", Verdict.WARNING, text)
    if opted_out := [person for person in roster.people if person.opted_out]:
        yield Finding("people", Verdict.WARNING, f"texted STOP, so only calls reach them: {_names(opted_out)}")


def _check_areas(roster: Roster) -> Iterator[Finding]:
    """Whoever has none cannot be asked because they are near. A roster without areas knows nobody's, as it may."""
    if not roster.areas:
        return
    for part in DayPart:
        specialists = roster.with_role(Role.SPECIALIST)
        if missing := [person for person in specialists if roster.area(person.area_code(part)) is None]:
            text = f"no area by {part}, so nobody knows who is near: {_names(missing)}"
            yield Finding("areas", Verdict.WARNING, text)


def _check_coverage(roster: Roster, now: datetime) -> Iterator[Finding]:
    if not roster.rotations:
        yield Finding("coverage", Verdict.WARNING, "there is no rotation, so policies can only name people or everyone")
        return
    gaps = gaps_ahead(roster, now)
    if not gaps:
        yield Finding("coverage", Verdict.OK, f"somebody is on call throughout the next {LOOK_AHEAD.days} days")
    for gap in gaps[:_GAPS_SHOWN]:
        yield Finding("coverage", Verdict.FAIL, gap_text(roster, gap, now))
    if more := len(gaps[_GAPS_SHOWN:]):
        yield Finding("coverage", Verdict.FAIL, f"and {more} more within {LOOK_AHEAD.days} days")


def _check_overrides(roster: Roster, now: datetime) -> Iterator[Finding]:
    """An override that changes nobody's shift was meant to change one: its rotation, person or week is wrong."""
    for override in roster.listed_overrides:
        if override.ends_at <= now:
            continue
        rotation = roster.rotation(override.rotation)
        if rotation is None:
            why = f"no rotation is called {override.rotation!r}"
        elif not has_effect(roster, rotation, override, now):
            why = f"who is on call for {override.rotation} is the same without it"
        else:
            continue
        zone = ZoneInfo(roster.zone_of(override.rotation))
        begins, ends = (local_text(moment.astimezone(zone)) for moment in (override.starts_at, override.ends_at))
        when = f"{override.kind} from {begins} to {ends}"
        yield Finding("overrides", Verdict.WARNING, f"{when} has no effect: {why}")


# ---- policies ------------------------------------------------------------------------------------------------------


def _check_policies(roster: Roster) -> Iterator[Finding]:
    faults = [*_missing_policies(roster)]
    for policy in roster.policies:
        for number, step in enumerate(policy.steps, start=1):
            faults += (f"{policy.name}, step {number}: {fault}" for fault in _step_faults(roster, step))
    for fault in faults:
        yield Finding("policies", Verdict.FAIL, fault)
    if not roster.policies:
        yield Finding("policies", Verdict.WARNING, "there is none, so every specialist is paged from the start")
    elif not faults:
        names = ", ".join(policy.name for policy in roster.policies)
        yield Finding("policies", Verdict.OK, f"{names}: every step finds its people and gives them time to answer")


def _missing_policies(roster: Roster) -> Iterator[str]:
    known = {policy.name for policy in roster.policies}
    for agency in roster.agencies:
        if agency.policy is not None and agency.policy not in known:
            yield f"{agency.code} names the policy {agency.policy!r}, which does not exist"
        # Without any policy, everyone is paged from the start, which is slow to stop but reaches somebody.
        elif agency.policy is None and agency.kind is AgencyKind.CALLER and known and DEFAULT_POLICY not in known:
            yield f"{agency.code} names no policy, and none is called {DEFAULT_POLICY!r}"


def _step_faults(roster: Roster, step: PolicyStep) -> Iterator[str]:
    for target in step.targets:
        yield from _target_faults(roster, target)
    people = {person.id: person for target in step.targets for person in _may_be_paged(roster, target)}.values()
    if unpaged := [person for person in people if _first_page(person) >= step.wait_seconds]:
        paged = ", ".join(f"{person.first_name} after {_first_page(person)} s" for person in unpaged)
        yield f"waits {step.wait_seconds} s and goes on before the first page ({paged})"
    elif unrung := [person for person in people if (_first_call(person) or 0) >= step.wait_seconds]:
        called = ", ".join(f"{person.first_name} after {_first_call(person)} s" for person in unrung)
        yield f"waits {step.wait_seconds} s and goes on before the first call ({called})"


def _target_faults(roster: Roster, target: Target) -> Iterator[str]:
    if target.kind is TargetKind.ROTATION and roster.rotation(target.name) is None:
        yield f"no rotation is called {target.name!r}"
    if target.kind is TargetKind.PERSON and roster.person(target.name) is None:
        yield f"nobody is called {target.name!r}"


def _may_be_paged(roster: Roster, target: Target) -> list[Person]:
    """Everybody whom `target` can ever mean, in any shift or override."""
    if target.kind is TargetKind.EVERYONE:
        return list(roster.with_role(Role.SPECIALIST))
    ids: list[str | None] = [target.name]
    if target.kind is TargetKind.ROTATION:
        rotation = roster.rotation(target.name)
        ids = [member for version in rotation.versions[-2:] for member in version.members] if rotation else []
        ids += [override.person for override in roster.listed_overrides if override.rotation == target.name]
    return [person for id_ in ids if id_ is not None and (person := roster.person(id_)) is not None]


def _check_steps_apart(roster: Roster, now: datetime) -> Iterator[Finding]:
    """A step that pages the same person who sleeps through the step before is not a second chance. A step for everyone
    is meant to overlap."""
    for policy in roster.policies:
        said: set[tuple[str, int, int]] = set()
        for at in _changes(roster, now):
            first_in: dict[str, int] = {}
            for number, step in enumerate(policy.steps, start=1):
                targets = [target for target in step.targets if target.kind is not TargetKind.EVERYONE]
                for person in {person.id: person for one in targets for person in resolve(roster, one, at)}.values():
                    before = first_in.setdefault(person.id, number)
                    if before != number and (person.id, before, number) not in said:
                        said.add((person.id, before, number))
                        text = f"{policy.name}: steps {before} and {number} both page {person.name} on"
                        on = local_text(at.astimezone(ZoneInfo(LOCAL)))
                        yield Finding("policies", Verdict.WARNING, f"{text} {on}")


def _changes(roster: Roster, now: datetime) -> list[datetime]:
    """Every moment within `LOOK_AHEAD` at which a shift begins, and now."""
    until = now + LOOK_AHEAD
    return sorted({now, *(shift.starts_at for shift in all_shifts(roster, now, until))})


def _first_page(person: Person) -> int:
    """Seconds after the step began at which the first text or call leaves."""
    return min(step.after_seconds for step in contact_plan(person))


def _first_call(person: Person) -> int | None:
    """Seconds after the step began at which their phone first rings; None if it never does."""
    calls = [step.after_seconds for step in contact_plan(person) if step.channel is Channel.VOICE]
    return min(calls, default=None)


# ---- keys ----------------------------------------------------------------------------------------------------------


def _check_keys(roster: Roster, with_key: Collection[str]) -> Iterator[Finding]:
    callers = [agency.code for agency in roster.callers]
    without = [code for code in callers if code not in with_key]
    if not callers:
        yield Finding("agency keys", Verdict.FAIL, "no agency in the roster calls us")
    elif not without:
        yield Finding("agency keys", Verdict.OK, f"{', '.join(callers)} can post call-outs")
    elif len(without) < len(callers):
        yield Finding(
            "agency keys",
            Verdict.WARNING,
            f"{', '.join(without)} cannot post call-outs: `dispatch key new --agency CODE`",
        )
    else:
        yield Finding("agency keys", Verdict.FAIL, "no agency can post a call-out: `dispatch key new --agency CODE`")


def _names(people: list[Person]) -> str:
    return ", ".join(person.name for person in people)
