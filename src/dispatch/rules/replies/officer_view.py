"""An officer's own view, and what its buttons ask. An officer on the phone asks the same by key.

The law: nothing that an officer presses moves a call-out. It rings coordinators, who ring back. The view's link may be
forwarded to anybody, so it shows a code, how that call-out stands, and as much of who comes as the officer may hear: no
meeting place, no child, no number but ours. Its buttons cannot ring coordinators without end.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.access.trust import rights
from dispatch.rules.alarms import promises
from dispatch.rules.callout import stay_away, telling
from dispatch.rules.decisions import AlarmCoordinators, Decision, Note, NoteKind
from dispatch.rules.facts.actors import Source, Trust
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import agency_texts as words
from dispatch.rules.wording.languages import Keeps, Promise

PATH = "/o/{token}"
OPEN_AFTER = timedelta(hours=12)
"""How long the view still says that a call-out is over."""
OFFICER_LINK_LIFETIME = timedelta(days=30)
"""A link works no longer than this, however long its call-out stays open."""
SAME_AGAIN = timedelta(minutes=1)
MOST_AN_HOUR = 10


class Ask(StrEnum):
    """What an officer may ask, as addresses and programs name it."""

    MOVED = "moved"
    NOT_NEEDED = "not-needed"
    RING_ME = "ring-me"


_ASKS: Mapping[Ask, tuple[str, AlarmKind]] = {  # what is said of the officer, and the alarm
    Ask.MOVED: ("has moved", AlarmKind.OFFICER_CALLS),
    Ask.NOT_NEEDED: ("says that nobody is needed", AlarmKind.OFFICER_CALLS_OFF),
    Ask.RING_ME: ("asks for a call", AlarmKind.OFFICER_CALLS),
}


def alarm(ask: Ask, trust: Trust, source: Source, code: str, phone: str, promise: Promise | None) -> AlarmCoordinators:
    """Coordinators are rung, and ring `phone` back, as the officer is told in `promise`. From a caller of this `trust`,
    through this door, a word only asks."""
    assert not rights(trust).moves_it(source), "whose word moves it is not asked back"
    why, kind = _ASKS[ask]
    return promises.officer_calls(code, why, phone, kind=kind, promise=promise)


# ---- the link ------------------------------------------------------------------------------------------------------


def opens(expires_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Whether a link still shows something."""
    return now < expires_at and (ended_at is None or now < ended_at + OPEN_AFTER)


# ---- what a button does --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something that was asked from this view within the last hour."""

    ask: Ask
    at: datetime


def note_of(ask: Ask) -> str:
    """The line in the timeline."""
    return f"the officer pressed on their page: {words.BUTTONS[ask]}"


def asked_by(note: str) -> Ask | None:
    """What a line that `note_of` wrote was about."""
    return next((ask for ask in Ask if note_of(ask) == note), None)


def press(situation: Situation, ask: Ask, earlier: Sequence[Earlier], now: datetime) -> list[Decision]:
    """The officer asks. Nothing follows once the call-out is over, or if they have just asked the same, or ask too
    often. `earlier` is what was asked within the hour."""
    callout = situation.callout
    just_now = any(one.ask is ask and abs(now - one.at) < SAME_AGAIN for one in earlier)
    # What lies ahead was asked by a clock that was set back since.
    too_often = sum(one.at <= now for one in earlier) >= MOST_AN_HOUR
    if not callout.is_open or just_now or too_often:
        return []
    moved = stay_away.may_have_moved(situation, now) if ask is Ask.MOVED else ()
    return [Note(NoteKind.OFFICER_ASKED, note_of(ask)), _rung(situation, ask), *moved]


def _rung(situation: Situation, ask: Ask) -> AlarmCoordinators:
    callout = situation.callout
    promised = words.BRINGS[ask] if situation.dials_officer else None
    return alarm(ask, callout.trust, Source.LINK, callout.code, callout.officer_phone, promised)


def brings(situation: Situation) -> Mapping[Ask, str]:
    """What each button says before it is pressed: a call where pressing it promises one."""
    return {ask: _rung(situation, ask).says or words.BRINGS_NO_CALL for ask in Ask}


def promised(due: Iterable[Keeps]) -> str | None:
    """What the view says while a coordinator is to ring the officer: `due` are the deadlines of the call-out."""
    keeps = next((one for one in due if one.keeps(words.A_COORDINATOR_RINGS)), None)
    return words.A_COORDINATOR_RINGS.kept_by(keeps) if keeps else None


# ---- what it shows -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfficerShown:
    """How the call-out stands, and what comes next, each in a sentence."""

    stands: str
    then: str


def shown(situation: Situation, now: datetime) -> OfficerShown:
    """As much as the officer may hear (`rules/access/trust.py`)."""
    callout = situation.callout
    match callout.status:
        case Status.CANCELLED:
            return OfficerShown(words.CALL_OUT_CANCELLED, words.CALL_OUT_AGAIN)
        case Status.CLOSED:
            return OfficerShown(words.CALL_OUT_OVER, words.CALL_OUT_AGAIN)
        case Status.CLEARED:
            return OfficerShown(words.HAS_LEFT, words.NOTHING_MORE)
        case Status.PAGING if telling.nobody_can_be_called(situation):
            stands, then = words.NOBODY_CAN_BE_CALLED, words.WE_GO_ON_TRYING
        case Status.PAGING:
            chain_ended = callout.step > len(callout.policy.steps)
            stands, then = words.ALL_ARE_CALLED if chain_ended else words.BEING_CALLED, words.WE_GO_ON
        case _:
            stands, then = telling.how_it_stands(situation, now), _then(callout)
    is_dialled = situation.dials_officer or not callout.officer_phone
    return OfficerShown(stands, then if is_dialled else words.NOT_DIALLED)


def _then(callout: CallOut) -> str:
    if not rights(callout.trust).hears_names:
        return words.UNTIL_VERIFIED
    first = callout.comes_first
    return words.NOTHING_MORE if first is not None and first.arrived_at is not None else words.WE_TELL_CHANGES
