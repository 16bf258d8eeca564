"""What becomes of a call whose caller said nothing, however many such calls come.

The law: **each silent call keeps a deadline of its own until somebody decides it, and is in somebody's page within five
minutes of the first one.** Three that nobody has taken page by themselves. Further ones share one call-out, whose steps
last five minutes at most (`shared_policy`) and which sends nobody more than one text and one call in five minutes
(`rules/delivery/paging.py`): 60 dropped calls once sent one specialist 122 texts and 244 calls.

A caller who pressed a key, is listed or gave a PIN never shares. Whoever presses one while they share pages alone at
once, and is in the shared page until then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.rules.access.trust import BOUND
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind, WriteSharing
from dispatch.rules.delivery.paging import SHARED_AT_MOST_EVERY
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.hotline import HotlineCall
from dispatch.rules.facts.roster import Policy
from dispatch.rules.wording import alarms
from dispatch.rules.wording.names import counted_text

ALONE = 3
"""How many silent callers may page by themselves at one time."""
LOOK_AGAIN = timedelta(minutes=2)
"""How often a call that shares a page is looked at again, and coordinators are rung about all of them."""


def is_silent(call: HotlineCall) -> bool:
    """Whether nobody knows what its caller wants, and it still pages by itself."""
    return call.is_undecided and call.due_at is not None and call.trust in BOUND and not call.pressed


# ---- its deadline has come -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SilentCallOut:
    """A call-out that silent calls opened and that nobody has taken. `sharing`: how many callers; 0 for one alone."""

    id: str
    sharing: int


@dataclass(frozen=True, slots=True)
class PagesAlone:
    """It opens a call-out of its own."""


@dataclass(frozen=True, slots=True)
class SharesPage:
    """It shares the page of this call-out; None: of a new one."""

    callout: str | None


@dataclass(frozen=True, slots=True)
class IsCounted:
    """It is one more call of a number that has a call-out, or somebody has taken or ended the one that it shared."""

    callout: str


@dataclass(frozen=True, slots=True)
class WaitsOn:
    """Its call-out pages, and nobody has taken that yet."""


Becomes = PagesAlone | SharesPage | IsCounted | WaitsOn


def becomes(call: HotlineCall, untaken: Sequence[SilentCallOut], of_number: str | None) -> Becomes:
    """What a call becomes that is due. `untaken` are the call-outs of silent calls that page, `of_number` is the open
    one that an earlier silent call from the same number has opened."""
    if not is_silent(call):
        return PagesAlone()
    if call.shares is not None:
        return WaitsOn() if any(one.id == call.shares for one in untaken) else IsCounted(call.shares)
    if of_number is not None:
        return IsCounted(of_number)
    if sum(max(1, one.sharing) for one in untaken) < ALONE:
        return PagesAlone()
    return SharesPage(next((one.id for one in untaken if one.sharing), None))


def callers(calls: Iterable[HotlineCall]) -> int:
    """How many callers made these calls. A number counts once; who withholds it cannot be told from another."""
    phones = [call.phone for call in calls]
    return len({*phones} - {None}) + phones.count(None)


def stand_together(silent: Sequence[HotlineCall]) -> bool:
    """Whether the board shows these calls in one line: they share a page already, or will."""
    return len(silent) > ALONE or any(call.shares for call in silent)


# ---- the call-out that they share ----------------------------------------------------------------------------------


def shared_policy(policy: Policy) -> Policy:
    """As the policy escalates, in steps of five minutes at most: whoever joins in between is in the next one's page."""
    most = int(SHARED_AT_MOST_EVERY.total_seconds())
    steps = tuple(replace(step, wait_seconds=min(step.wait_seconds, most)) for step in policy.steps)
    return replace(policy, steps=steps, round_wait_seconds=most)


def counted(callout: CallOut, sharing: int) -> list[Decision]:
    """So many callers share it now."""
    if sharing == callout.sharing:
        return []
    return [WriteSharing(sharing), Note(NoteKind.SHARED, f"{counted_text(sharing, 'caller')} said nothing")]


# ---- what coordinators hear ----------------------------------------------------------------------------------------


def is_flood(waiting: int, untaken: int) -> bool:
    """Whether coordinators get one digest of all: beside this call so many others wait for a decision, and so many have
    opened a call-out that nobody has taken."""
    return waiting + untaken >= ALONE


def digest(callers_: int) -> AlarmCoordinators:
    return AlarmCoordinators(alarms.silent_calls(callers_), kind=AlarmKind.SILENT_CALLS)


def tells_of_all(alarm: Alarm) -> bool:
    """Whether an open alarm is that digest."""
    return alarm.kind is AlarmKind.SILENT_CALLS


def rings_again(told_at: datetime | None, now: datetime, *, is_had: bool) -> bool:
    """Whether coordinators are told again: every two minutes, until one has the alarm."""
    return not is_had and (told_at is None or now - told_at >= LOOK_AGAIN)
