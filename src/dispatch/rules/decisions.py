"""Decisions: what a rule answers, in the imperative.

Each kind has one interpreter: `actions/apply.py` for what is decided about a call-out, `actions/apply_standalone.py`
for the rest.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict

from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, Details, Outcome, Status
from dispatch.rules.facts.pages import Purpose, Question, Subject
from dispatch.rules.facts.people import Channel
from dispatch.rules.wording.languages import Owed, Promise, Words


class DeadlineKind(StrEnum):
    ESCALATE = "escalate"  # this step or round has had its time
    OFFICER_WAITING = "officer_waiting"  # tell the officer honestly that nobody has it yet
    WARN_TARGET = "warn_target"  # the target is about to be missed
    TARGET_MISSED = "target_missed"
    REMIND_EN_ROUTE = "remind_en_route"  # they took it and do not move
    REMIND_ARRIVAL = "remind_arrival"  # the ETA has passed
    CHECK_ON_SCENE = "check_on_scene"
    CHECK_HOME = "check_home"
    CLEAR_UP = "clear_up"  # a text that may have meant a release, an arrival or "not well", and no clear word since
    LET_GO = "let_go"  # a NO that may have been about something else, and no clear word since
    DANGER = "danger"  # a cry for help, and no coordinator has said "I have it"
    RING_BACK = "ring_back"  # an officer was promised a call, and nobody has rung them
    CONFIRM_PLACE = "confirm_place"  # somebody goes, and nobody has confirmed the meeting place that the caller named
    MOVED = "moved"  # the officer may be elsewhere, and whoever drives there has not answered
    STAY_AWAY = "stay_away"  # somebody has not heard to stay away; of nobody: no coordinator has the unsafe scene
    ALARM_LAPSES = "alarm_lapses"  # the owner of an alarm has not been heard from
    NEARER = "nearer"  # whoever comes first may be late, or those who were asked along are silent


DROPPED_ON_CLOSE = frozenset(DeadlineKind) - {DeadlineKind.DANGER}
"""The kinds that end with their call-out: all but a cry for help that no coordinator has heard yet."""


NOT_A_NEXT_MOVE = frozenset(
    {
        *(DeadlineKind.ALARM_LAPSES, DeadlineKind.RING_BACK, DeadlineKind.CONFIRM_PLACE, DeadlineKind.MOVED),
        *(DeadlineKind.STAY_AWAY, DeadlineKind.NEARER),
    }
)
"""The kinds that are no next move of a call-out: they ring people or ask them along, and never page on."""


class StampKind(StrEnum):
    """A moment of one specialist's response."""

    # In the order of FIELD's table of intervals.
    EN_ROUTE = "en_route_at"
    ARRIVED = "arrived_at"
    WITH_CHILD = "with_child_at"
    CLEARED = "cleared_at"
    HOME = "home_at"


class NoteKind(StrEnum):
    """What a line of the timeline is about. Programs read this, never the English text."""

    RECEIVED = "received"
    PROBABLE_DUPLICATE = "probable_duplicate"
    DETAIL = "detail"  # the caller said more
    CHANGED = "changed"  # the meeting place
    MOVED = "moved"  # the officer says so
    SHARED = "shared"  # one more caller said nothing, or one fewer
    PAGING = "paging"  # a step of the policy
    ROUND = "round"  # of paging everyone
    NOBODY_ON_SHIFT = "nobody_on_shift"
    OUT = "out"  # on another call-out, so not paged while others are left
    RESTS = "rests"  # after a call-out at night, so not paged in the policy's steps while others are left
    STEP_ENDED_EARLY = "step_ended_early"
    PAGE_FAILED = "page_failed"
    SENT_AGAIN = "sent_again"
    OPTED_OUT = "opted_out"
    ACKNOWLEDGED = "acknowledged"
    DECLINED = "declined"
    OFFERED = "offered"  # answered late; may come as a partner
    LIMITED = "limited"  # goes only if nobody else does
    PARTNER = "partner"  # comes as one
    ASKED_NEARER = "asked_nearer"  # along, since whoever has it will be late
    DECLINED_NEARER = "declined_nearer"  # does not go along; may still be paged
    ETA = "eta"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    WITH_CHILD = "with_child"
    CLEARED = "cleared"
    HOME = "home"
    RELEASED = "released"  # no longer has it
    HANDED_OVER = "handed_over"
    REMINDED = "reminded"
    REPAGED = "repaged"
    CHECKED = "checked"
    NOT_IN_ROSTER = "not_in_roster"
    OFFICER_TOLD = "officer_told"
    OFFICER_WROTE = "officer_wrote"
    OFFICER_UNREADABLE = "officer_unreadable"  # nobody understands what they wrote, and somebody drives there
    CAUTIONED = "cautioned"  # whoever drives there, because of that
    OFFICER_CALLED = "officer_called"  # the hotline again
    OFFICER_ASKED = "officer_asked"  # from the view behind their link
    PROMISED_CALL = "promised_call"  # to the officer, by a coordinator
    RANG_OFFICER = "rang_officer"  # a coordinator has: the promise is kept
    HEARD = "heard"  # by a key that changes nothing else, once they were to be there
    CALLS_OFFICER = "calls_officer"  # wants to speak with them on the phone
    JOINED = "joined"  # on the phone, the officer with a specialist or a coordinator
    VERIFIED = "verified"  # a coordinator has rung the agency
    TARGET_WARNING = "target_warning"
    TARGET_MISSED = "target_missed"
    ALARM = "alarm"
    ALARM_TAKEN = "alarm_taken"  # a coordinator has it
    ALARM_LAPSED = "alarm_lapsed"  # and is its owner no longer
    TEXT = "text"  # one that we did not understand
    DANGER = "danger"
    CORRECTED = "corrected"  # a stamp
    ROSTER = "roster"  # it was changed; whoever is paged stays paged
    RESCUED = "rescued"
    CANCELLED = "cancelled"
    CLOSED = "closed"
    PAGED_NOW = "paged_now"  # by a coordinator, ahead of the steps
    ASSIGNED = "assigned"  # by a coordinator, or asked along because whoever has it wrote no
    WRITTEN = "written"  # a coordinator's words to the specialist or the officer
    OUTCOME = "outcome"


class AgencyEvent(StrEnum):
    """What an agency's webhook is told; the names are part of the contract."""

    OPENED = "callout.opened"
    UNANSWERED = "callout.unanswered"  # nobody has it yet; said whenever the officer hears that
    ACKNOWLEDGED = "callout.acknowledged"
    ETA_CHANGED = "callout.eta_changed"
    EN_ROUTE = "callout.en_route"
    ON_SCENE = "callout.on_scene"
    CLEARED = "callout.cleared"
    RELEASED = "callout.released"  # paging again
    CANCELLED = "callout.cancelled"
    CLOSED = "callout.closed"


@dataclass(frozen=True, slots=True)
class MoveTo:
    """Change the call-out's status; checked against the table of legal moves."""

    status: Status


@dataclass(frozen=True, slots=True)
class WriteDetails:
    """Keep what the caller now says. From now on, the officer is told at the number in `details`; where that is another
    one, `takes_no_texts` says whether a text to it has failed lately (`rules/callout/plan.py` sets it)."""

    details: Details
    takes_no_texts: bool | None = None


class Changes(TypedDict, total=False):
    """What changes about a call-out itself, by its column, gathered to be written in one statement."""

    step: int  # or round (`rules/callout/escalation.py`)
    status: Status
    open: bool
    acknowledged_at: datetime | None  # since when somebody has had it; None when nobody has it any more
    arrived_at: datetime
    missed: bool  # it is past its target, and nobody is at the scene
    ended_at: datetime
    trust: Trust  # what is now known of the caller
    probable_duplicate_of: str  # the code of the open one that it is probably the same as
    sharing: int  # how many callers who said nothing share its page
    takes_no_texts: bool  # a text to the officer's number has failed: from now on they are rung with the news


@dataclass(frozen=True, slots=True)
class WriteCallOut:
    """Write what is decided about the call-out itself. What a move, a stamp or an answer changes is written with
    that."""

    changes: Changes


POLICE_HAVE_CALLED = WriteCallOut({"trust": Trust.VERIFIED})
"""A coordinator rang the agency."""


@dataclass(frozen=True, slots=True)
class SendPage:
    """Send `text` to `to` at `due_at`. What a voice page says is decided when somebody picks up.

    If other call-outs are open when it leaves, it says `text_if_others` instead, where there is one. `alarm` is the
    open alarm that it tells of, `agency` the one whose webhook it is. `asks` is what a bare answer to it is about,
    `subject` what it tells whoever goes.
    """

    purpose: Purpose
    channel: Channel
    to: str
    text: str
    due_at: datetime
    person: str | None = None
    step: int = 0
    with_link: bool = False  # to the view of its `alarm`, to the officer's own view, or to the meeting place
    text_if_others: str | None = None
    alarm: str | None = None
    agency: str | None = None
    # It is a call that tells of danger, and waits for no other; False: of callers who said nothing, so no other call is
    # left out beside it.
    breaks_in: bool | None = None
    asks: Question | None = None
    subject: Subject | None = None

    @property
    def carries_link(self) -> bool:
        """Whether a link is added. A link is made for one person or for the officer, and a voice cannot say one."""
        for_somebody = self.person is not None or self.purpose is Purpose.OFFICER
        return self.with_link and for_somebody and self.channel is Channel.SMS


@dataclass(frozen=True, slots=True)
class HurryPage:
    """Send a page now that was due later."""

    page: str


@dataclass(frozen=True, slots=True)
class WithdrawPages:
    """Take back the pages, reminders and questions that are not sent yet, and confirmations that the carrier has
    refused so far (not the calls that tell of danger), and hang up those that ring: one person's, or everybody's."""

    person: str | None = None


@dataclass(frozen=True, slots=True)
class WithdrawStandDowns:
    """Take back the unsent texts that say that somebody has the call-out: that is no longer true; or those to one
    `person`, who is asked along instead."""

    person: str | None = None


@dataclass(frozen=True, slots=True)
class EndAsks:
    """They have answered whether they go along or come in, or need not any more: what is not sent yet is taken back,
    what rings is hung up, and what has gone out asks nothing any more."""

    person: str


@dataclass(frozen=True, slots=True)
class SetDeadline:
    """Make something happen later. Replaces the call-out's earlier deadline of the same kind and person, but for those
    that are `KEEP_EARLIEST`."""

    kind: DeadlineKind
    due_at: datetime
    person: str | None = None
    attempt: int = 1

    def keeps(self, promise: Promise) -> bool:
        """Whether it makes good on this promise: it rings coordinators until one does what is owed, or, for a
        specialist whom nobody understands, unless a clear word comes first."""
        return self.kind in _KEEP[promise.owed]


UNCLEAR = frozenset({DeadlineKind.CLEAR_UP, DeadlineKind.LET_GO})
"""What waits for a clear word of somebody who wrote."""
KEEP_EARLIEST = UNCLEAR
"""The kinds of deadline that stay when they are set again: whoever writes one unclear text after another is asked about
three minutes after the first, and rung a minute after their first NO."""

_KEEP = {
    Owed.CALL: frozenset({DeadlineKind.RING_BACK}),
    Owed.CALL_OF_SPECIALIST: frozenset({DeadlineKind.CLEAR_UP}),
    Owed.MEETING_PLACE: frozenset({DeadlineKind.CONFIRM_PLACE}),
}


@dataclass(frozen=True, slots=True)
class DropDeadlines:
    """What was to happen later does not: deadlines of these kinds, one person's or everybody's. With `due_from`, only a
    person's due then or later. Dropping all that waits for a clear word of a `person` ends the alarm as well that none
    came (`rules/alarms/all_clear.py`)."""

    kinds: frozenset[DeadlineKind]
    person: str | None = None
    due_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class AssignSpecialist:
    """Give the call-out to a specialist, or note who offered to come as a partner."""

    person: str
    role: AssignmentRole
    eta_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReleaseSpecialist:
    """Take the specialist off the call-out; the assignment stays on record as released."""

    person: str


@dataclass(frozen=True, slots=True)
class WriteEta:
    """None takes back a time that has passed."""

    person: str
    eta_at: datetime | None


@dataclass(frozen=True, slots=True)
class Stamp:
    """Record a moment on the assignment; the first arrival also stops the call-out's response clock."""

    person: str
    kind: StampKind
    at: datetime


@dataclass(frozen=True, slots=True)
class OverwriteStamp:
    """Set a stamp on a person's word, whatever it shows now; an arrival moves the response clock as well.

    `before` is what it replaces, `reason` why.
    """

    person: str
    kind: StampKind
    at: datetime
    before: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class MarkDeclined:
    """`limited` and `minutes` as in `Decline`."""

    person: str
    limited: bool = False
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class TextOfficer:
    """Text the officer, `with_link` to their own view. A phone that takes no texts is rung with the words instead. One
    who withheld their number cannot be told: that is noted."""

    text: str
    with_link: bool = False
    asks: Question | None = None


@dataclass(frozen=True, slots=True)
class TellPartners:
    """One line to every partner agency: that a call-out opened, or was taken. Never a detail of a child."""

    text: str


@dataclass(frozen=True, slots=True)
class TellAgency:
    """Post the change to the calling agency's webhook, if it registered one."""

    event: AgencyEvent


@dataclass(frozen=True, slots=True)
class AlarmCoordinators:
    """Text every coordinator `but` the one who said it. An alarm that rings cannot wait: they are rung as well.

    `rings` is set only where an alarm departs from what `alarm_kinds` says of its kind. Those who are being `paged` at
    the same time are not rung: their phones ring for the page. `person` is whom it is about, `again` the open alarm
    that it repeats, `call` the hotline call that it is about, `call_back` the
    number at which the officer waits for a call.

    A repeat of an alarm that has an owner is told to the owner alone: the clock says it again. `said_at` is when a
    person said it. Whoever took the alarm before that has it no more, and everybody hears it.

    `promise` is what the officer is told of it: writing the alarm sets the deadline that keeps it
    (`rules/alarms/promises.py`).
    """

    text: str
    rings: bool | None = None
    paged: frozenset[str] = frozenset()
    kind: AlarmKind = AlarmKind.NEWS
    person: str | None = None
    but: str | None = None
    again: str | None = None
    said_at: datetime | None = None
    call: str | None = None
    call_back: str | None = None
    promise: Promise | None = None

    def keeps(self, promise: Promise) -> bool:
        return self.promise == promise

    @property
    def says(self) -> Words | None:
        """What the officer is told."""
        return self.promise.kept_by(self) if self.promise is not None else None


@dataclass(frozen=True, slots=True)
class FulfilPromise:
    """What was promised is done: the officer has been rung, or the meeting place is confirmed. Nobody is rung about it
    any more."""

    owed: Owed = Owed.CALL


@dataclass(frozen=True, slots=True)
class OwnAlarm:
    """Write that `owner` has the alarm; without one, that nobody has it any more: the owner has not been heard from.
    With `ends`, it is also over: its call-out is, and a person knows now."""

    alarm: str
    owner: str | None
    ends: bool = False


@dataclass(frozen=True, slots=True)
class EndAlarms:
    """The trouble behind the call-out's alarms of these kinds is over: those about one `person`, or all."""

    kinds: frozenset[AlarmKind]
    person: str | None = None


@dataclass(frozen=True, slots=True)
class StopRinging:
    """Stop a person's phone from ringing for an alarm that was opened at `since`."""

    alarm: str
    person: str
    since: datetime


@dataclass(frozen=True, slots=True)
class SaveWords:
    """Keep a coordinator's words to a specialist, who reads them behind their link; without `person`, to the
    officer."""

    person: str | None
    words: str


@dataclass(frozen=True, slots=True)
class KeepOutcome:
    """Keep what came of the call-out. Replaces what was noted before."""

    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Note:
    """Write a line into the timeline. `person` is whom it is about."""

    kind: NoteKind
    text: str
    person: str | None = None


Plain = (
    MoveTo
    | WriteDetails
    | WriteCallOut
    | SendPage
    | HurryPage
    | WithdrawPages
    | WithdrawStandDowns
    | EndAsks
    | SetDeadline
    | DropDeadlines
    | AssignSpecialist
    | ReleaseSpecialist
    | WriteEta
    | Stamp
    | OverwriteStamp
    | MarkDeclined
    | TellAgency
    | OwnAlarm
    | StopRinging
    | SaveWords
    | KeepOutcome
    | Note
)
Decision = Plain | TextOfficer | TellPartners | AlarmCoordinators | FulfilPromise | EndAlarms
"""What a rule decides. Who hears the last five, and in which words, is worked out in `rules/callout/plan.py`."""


# ---- what these become ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WriteAlarm:
    """Open this alarm. Its id stands for the one that it is given, in what is written after it."""

    alarm: Alarm
    rings: bool


@dataclass(frozen=True, slots=True)
class WriteAgain:
    """The open alarm of this id is told again, in the words of `told`."""

    alarm: str
    told: AlarmCoordinators
    rings: bool


@dataclass(frozen=True, slots=True)
class WriteOver:
    """The trouble behind these alarms is over."""

    alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WriteHeard:
    """Whoever cried for help has been heard: this `person`, or the officer."""

    person: str | None


ToWrite = Plain | WriteAlarm | WriteAgain | WriteOver | WriteHeard
"""What is written as it stands."""


# ---- about no call-out ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OptOut:
    """Send the person no more texts: they are rung instead."""

    person: str


@dataclass(frozen=True, slots=True)
class OptIn:
    person: str


@dataclass(frozen=True, slots=True)
class EndTest:
    """The test page was answered, so it did its work."""

    page: str


@dataclass(frozen=True, slots=True)
class DecideCall:
    """A coordinator says what a call on the hotline is: a call-out, which then pages, or none."""

    call: str
    is_callout: bool


StandaloneDecision = SendPage | AlarmCoordinators | OwnAlarm | StopRinging | OptOut | OptIn | EndTest
"""A decision that concerns no call-out: a number, the rotation, the service itself."""
