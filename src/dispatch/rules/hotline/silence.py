"""What becomes of a call whose caller said nothing, however many such calls come.

The law: **each silent call keeps a deadline of its own until somebody decides it, and is in somebody's page within five
minutes of that.** Two within ten minutes page by themselves. From the third on coordinators are rung, and have two
minutes to decide; then the call joins the page of the newest silent call-out that nobody has taken, or pages by itself
where there is none: 60 dropped calls once sent one specialist 122 texts and 244 calls. The steps of a silent call-out
last five minutes at most (`silent_policy`), so whoever joins is in the next one's page.

A caller who pressed a key, is listed or gave a PIN never joins. Whoever presses one later opens their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.access.trust import BOUND
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, WriteCallOut
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.roster import Policy
from dispatch.rules.wording import alarms
from dispatch.rules.wording.names import counted_text

ALONE = 2
"""How many silent callers page by themselves `SILENT_WITHIN` that time."""
SILENT_WITHIN = timedelta(minutes=10)
DECIDE_WITHIN = timedelta(minutes=2)
"""How long coordinators may decide further ones; and how often they are rung about all of them."""
STEP_AT_MOST = timedelta(minutes=5)


def is_silent(call: HotlineCall) -> bool:
    """Whether nobody knows what its caller wants, and it still pages by itself."""
    return call.is_undecided and call.due_at is not None and call.trust in BOUND and not call.pressed


def waits(call: HotlineCall, before: int, alone: timedelta) -> timedelta:
    """How long a call waits for a decision: `alone`, or longer if it is one of many. `before` are the silent callers
    who called `SILENT_WITHIN` that time before it."""
    many = is_silent(call) and before >= ALONE
    return max(alone, DECIDE_WITHIN) if many else alone


# ---- its deadline has come -----------------------------------------------------------------------------------------


def joins(call: HotlineCall, before: int, newest: str | None, of_number: str | None) -> str | None:
    """The call-out in whose page a call is that is due; None where it opens one of its own. `before` as in `waits`.
    `newest` is the newest silent call-out that nobody has taken, `of_number` the open one that is about an earlier
    silent call from the same number."""
    if not is_silent(call):
        return None
    return of_number if of_number is not None or before < ALONE else newest


def callers(calls: Iterable[HotlineCall]) -> int:
    """How many callers made these calls. A number counts once; who withholds it cannot be told from another."""
    phones = [call.phone for call in calls]
    return len({*phones} - {None}) + phones.count(None)


def stand_together(silent: Sequence[HotlineCall]) -> bool:
    """Whether the board shows these calls in one line."""
    return len(silent) > ALONE


# ---- the call-out that they join -----------------------------------------------------------------------------------


def silent_policy(policy: Policy) -> Policy:
    """As the policy escalates, in steps of five minutes at most: whoever joins in between is in the next one's page."""
    most = int(STEP_AT_MOST.total_seconds())
    steps = tuple(replace(step, wait_seconds=min(step.wait_seconds, most)) for step in policy.steps)
    return replace(policy, steps=steps, round_wait_seconds=min(policy.round_wait_seconds, most))


def counted(callout: CallOut, sharing: int) -> list[Decision]:
    """So many callers are in its page now."""
    if sharing == callout.sharing:
        return []
    return [
        WriteCallOut({"sharing": sharing}),
        Note(NoteKind.SHARED, f"{counted_text(sharing, 'caller')} said nothing"),
    ]


# ---- what coordinators hear ----------------------------------------------------------------------------------------


def digest(callers_: int) -> AlarmCoordinators:
    return AlarmCoordinators(alarms.silent_calls(callers_), kind=AlarmKind.SILENT_CALLS)


def tells_of_all(alarm: Alarm) -> bool:
    """Whether an open alarm is that digest."""
    return alarm.kind is AlarmKind.SILENT_CALLS


def rings_again(told_at: datetime | None, now: datetime, *, is_had: bool) -> bool:
    """Whether coordinators are told again: every two minutes, until one has the alarm."""
    return not is_had and (told_at is None or now - told_at >= DECIDE_WITHIN)
