"""Faults of the rules: who is paged, who is told what, and what counts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.rules.access import permissions, sign_in
from dispatch.rules.access.permissions import Access, Permission
from dispatch.rules.alarms import owners
from dispatch.rules.callout import duplicates, escalation, moves, response_clock
from dispatch.rules.callout.eta import ClockTime, Eta, eta_at
from dispatch.rules.decisions import Decision
from dispatch.rules.delivery import attempts, page_life
from dispatch.rules.delivery.attempts import Attempt, GiveUp, Reconcile, SendLater, Withdraw
from dispatch.rules.delivery.sending import OperatorFault, Refused, TryAgain, Unknown
from dispatch.rules.facts import schedule
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.callout import Alike, CallOut, Details
from dispatch.rules.facts.pages import PageState
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import CoverageGap, Rotation, Spanning
from dispatch.rules.facts.situation import Situation
from dispatch.rules.hotline import questions
from dispatch.rules.reports import exclusions
from dispatch.rules.reports.exclusions import Exclusion
from dispatch.rules.roster import local_clock, on_call
from tests.planted.fault import original, replaces


@replaces(escalation._may_answer, "rules/test_escalation.py")
def a_phone_that_rings_is_given_up(callout: CallOut, person: str) -> bool:
    """Their text fails while their phone rings, and the next are woken, although the first is about to answer."""
    if person in callout.declined:
        return False
    pages = [page for page in callout.pages if page.person == person and page.step == callout.step]
    to_come = any(page.state in escalation._MAY_STILL_LEAVE for page in pages)
    return to_come or not any(page.state is PageState.FAILED for page in pages)


@replaces(on_call.on_call, "rules/test_roster.py")
def an_override_lasts_a_moment_longer(roster: Roster, rotation: Rotation, at: datetime) -> tuple[str, ...]:
    """At the moment of a hand-back, whoever stood in is paged, who has just gone to bed."""
    overrides = roster.overrides
    longer = tuple(replace(override, ends_at=override.ends_at + timedelta.resolution) for override in overrides)
    return original(on_call.on_call)(replace(roster, overrides=longer), rotation, at)


@replaces(schedule.OverrideIndex._in_force, "rules/test_roster.py")
def a_cover_ends_with_the_one_inside_it(
    self: schedule.OverrideIndex, start: datetime, stop: int
) -> list[schedule.Override]:
    """Somebody has the week, and somebody else an hour of it: afterwards the pages go to neither."""
    return [one for _, _, one in self._by_start[max(0, stop - 1) : stop] if start < one.over]


@replaces(local_clock.local_moment, "rules/test_roster.py")
def a_skipped_hour_comes_late(wall: datetime, timezone: str) -> datetime:
    """In the spring night, a hand-off in the hour that is skipped comes half an hour after it should."""
    return wall.replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC)


@replaces(on_call.uncovered, "rules/test_roster.py")
def a_short_shift_ends_a_long_one(span: CoverageGap, by: Iterable[Spanning]) -> Iterator[CoverageGap]:
    """Somebody helps out for an hour, and coordinators are warned that nobody is on call for the rest of the day."""
    found = list(by)
    ended = [
        replace(
            span, starts_at=long.starts_at, ends_at=min(one.ends_at for one in found if long.starts_at <= one.starts_at)
        )
        for long in found
    ]
    return original(on_call.uncovered)(span, ended)


@replaces(response_clock.is_late, "rules/test_response_clock.py")
def on_the_minute_is_too_late(callout: CallOut, arrived_at: datetime) -> bool:
    """Whoever is there at the very moment that was promised is reported as a miss."""
    return arrived_at >= callout.respond_by


@replaces(permissions.permits, "rules/test_permissions.py")
def coordinators_read_the_audit(permission: Permission, access: Access, roles: Iterable[Role] = ()) -> bool:
    """A coordinator looks up who has looked at what they did, and the auditor is not asked."""
    reads = permission is Permission.READ_AUDIT and access is Access.SESSION and Role.COORDINATOR in roles
    return reads or original(permissions.permits)(permission, access, roles)


@replaces(exclusions.check_judging, "rules/test_exclusions.py")
def everybody_judges_their_own(before: Exclusion | None, person: str, *, approves: bool) -> Exclusion:
    """A supervisor approves the exclusion that they have named themselves, and a miss leaves the figures unseen."""
    return original(exclusions.check_judging)(before, person + "'s substitute", approves=approves)


@replaces(duplicates.probable, "rules/test_duplicates.py")
def the_first_that_is_alike_is_the_same(alike: Sequence[Alike]) -> Alike | None:
    """A call-out of the same unit is named as the probable duplicate, and the one of the same officer is not."""
    return alike[0] if alike else None


@replaces(eta_at, "rules/replies")
def seven_thirty_is_in_the_morning(eta: Eta | None, now: datetime) -> datetime | None:
    """ "1 at 7:30", said at seven in the evening, is no time at all: the officer is told no ETA."""
    return original(eta_at)(replace(eta, exact=True) if isinstance(eta, ClockTime) else eta, now)


@replaces(attempts.after_send, "rules/test_attempts.py")
def what_nobody_needs_is_sent_again(
    attempt: Attempt, outcome: TryAgain | Unknown | Refused | OperatorFault
) -> SendLater | Reconcile | Withdraw | GiveUp:
    """The carrier was too busy for a page, somebody else has taken the call-out, and the page goes out all the same."""
    return original(attempts.after_send)(replace(attempt, wanted=True), outcome)


@replaces(page_life.words_now, "rules/test_page_life.py")
def what_is_looked_for_changes_its_words(
    text: str, text_if_others: str | None, *, in_doubt: bool, others_open: bool
) -> str:
    """A page that may have gone out is looked for by words that it never had, and a specialist is paged twice."""
    return original(page_life.words_now)(text, text_if_others, in_doubt=False, others_open=others_open)


@replaces(owners.take, "rules/test_alarm_owners.py")
def i_have_it_is_all_of_it(
    open_alarms: Sequence[Alarm],
    owner: str,
    roster: Roster,
    now: datetime,
    *,
    named: Alarm | None = None,
    told: Mapping[str, datetime] | None = None,
) -> list[Decision]:
    """Whoever takes a warning on a page has the danger as well, of which they have not heard: nobody is rung for it."""
    return original(owners.take)(open_alarms, owner, roster, now)


@replaces(questions.keep_answer, "rules/hotline/test_questions.py")
def a_place_that_a_stranger_names_counts(
    situation: Situation, before: Details, changes: Mapping[str, Any], now: datetime
) -> list[Decision]:
    """A specialist is sent to a place that a caller named whom nobody knows."""
    return moves.change_details(situation, before, changes, now)


@replaces(sign_in.acceptable_steps, "credentials/test_one_time_codes.py")
def a_code_works_twice(now: datetime, last: int | None) -> tuple[int, ...]:
    """Whoever reads a coordinator's code over their shoulder signs in with it as well."""
    this = int(now.timestamp()) // sign_in.STEP_SECONDS
    return tuple(step for step in (this - 1, this, this + 1) if last is None or step >= last)
