"""What can happen in a rehearsal. A story is a list of events, each a moment and an act, all drawn in advance.

An act names people by their part in the call-out (`first`, `paged`, `holder`). They are looked up when it happens, so
a story still makes sense after events were taken out of it.
"""

from dataclasses import dataclass
from enum import StrEnum

from rehearsal.meant import Meant
from twilio_simulator import Behaviour
from twilio_simulator.faults import Effect


class Whom(StrEnum):
    """A person, by their part in a call-out at the moment."""

    FIRST = "whoever was paged first"
    PAGED = "whoever was paged last"
    OTHER = "somebody else who was paged"
    HOLDER = "whoever has it"
    SECOND = "whoever offered to come too"
    SHORT = "whoever goes only if nobody else does"
    ALONG = "whoever was asked to go along"


# ---- officers and coordinators -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Open:
    """An officer opens call-out number `number`."""

    number: int
    agency: str
    officer: str
    key: str | None
    place: str | None = None

    def __str__(self) -> str:
        return f"{self.agency} opens call-out #{self.number}" + (f" with key {self.key}" if self.key else "")


@dataclass(frozen=True, slots=True)
class Again:
    number: int

    def __str__(self) -> str:
        return f"the request for #{self.number} comes again, same key and body"


@dataclass(frozen=True, slots=True)
class Change:
    number: int
    place: str

    def __str__(self) -> str:
        return f"the officer of #{self.number} names another place: {self.place}"


@dataclass(frozen=True, slots=True)
class CancelCallOut:
    number: int

    def __str__(self) -> str:
        return f"the officer cancels #{self.number}"


@dataclass(frozen=True, slots=True)
class CloseCallOut:
    number: int

    def __str__(self) -> str:
        return f"a coordinator closes #{self.number} if it is still open"


@dataclass(frozen=True, slots=True)
class Chase:
    """A coordinator phones around, as the alarms ask: what should have been texted long ago is texted now."""

    number: int
    holder: bool

    def __str__(self) -> str:
        more = ", whoever has it gets on" if self.holder else ""
        return f"a coordinator calls about #{self.number}: whoever was paged last takes it if nobody has{more}"


@dataclass(frozen=True, slots=True)
class Own:
    """The first or the last coordinator of the roster says that they have the alarm."""

    number: int
    first: bool
    text: str = "OK"

    def __str__(self) -> str:
        return f"{'the first' if self.first else 'the last'} coordinator texts CODE {self.text!r} about #{self.number}"


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A coordinator gives a command from the screen: previews it, then does it; `twice` if they press twice. `do` is
    the command as the API names it, `pick` seeds whatever else it needs."""

    number: int
    do: str
    pick: int
    twice: bool = False

    def __str__(self) -> str:
        return f"a coordinator: {self.do} for #{self.number}{', pressed twice' if self.twice else ''}"


@dataclass(frozen=True, slots=True)
class DecideAll:
    """A coordinator says of all silent calls at once what they are."""

    pages: bool

    def __str__(self) -> str:
        return f"a coordinator, of all silent calls: {'page now' if self.pages else 'none is a call-out'}"


# ---- officers who phone --------------------------------------------------------------------------------------------

THE_CODE = "CODE"
"""Stands for the code of the newest open call-out from the number that calls, as it is keyed in."""


@dataclass(frozen=True, slots=True)
class Dial:
    """An officer phones the hotline; `number` is that of the call-out that the call may open.

    `withheld` is what shows instead of the number. `vouched`: the network says that the number is the caller's.
    """

    number: int
    phone: str
    withheld: str | None = None
    vouched: bool = False

    def __str__(self) -> str:
        shown = f" as {self.withheld}" if self.withheld else ", vouched for" if self.vouched else ""
        return f"{self.phone} phones{shown}: call #{self.number}"


@dataclass(frozen=True, slots=True)
class Press:
    """They press keys, if they are still on the line; `THE_CODE` is looked up when it happens."""

    number: int
    keys: str

    def __str__(self) -> str:
        return f"on call #{self.number} they press {self.keys}"


@dataclass(frozen=True, slots=True)
class HangUp:
    number: int

    def __str__(self) -> str:
        return f"on call #{self.number} they hang up"


@dataclass(frozen=True, slots=True)
class Decide:
    """For a minute or two a coordinator answers whatever rings, and presses these keys, one at each question.

    Somebody who is `unsure` hangs up in the middle of it; anybody else hangs up after `leaves` seconds.
    """

    number: int
    first: bool
    presses: tuple[str, ...]
    minutes: float
    unsure: bool = False
    leaves: float | None = None

    def __str__(self) -> str:
        who, then = "the first" if self.first else "the last", ", then hangs up" if self.unsure else ""
        return f"{who} coordinator answers calls, as of call #{self.number}, and presses {' '.join(self.presses)}{then}"


# ---- the bridge ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskToJoin:
    """Somebody asks to speak with the officer: a specialist by text, or a coordinator (`whom` is None) from the screen.
    `answers` is what their own phone does for some minutes; they hang up after `leaves` seconds."""

    number: int
    whom: Whom | None
    answers: Behaviour
    presses: tuple[str, ...]
    leaves: float

    def __str__(self) -> str:
        who, keys = self.whom or "a coordinator", f", presses {' '.join(self.presses)}" if self.presses else ""
        phone = f"their phone: {self.answers.value}{keys}, for {self.leaves:.0f} s"
        return f"{who} asks to speak with the officer of #{self.number}; {phone}"


@dataclass(frozen=True, slots=True)
class OfficerPhone:
    """For some minutes the officer's phone does this. `after` and `leaves` are in seconds."""

    number: int
    answers: Behaviour
    after: float
    presses: tuple[str, ...]
    leaves: float

    def __str__(self) -> str:
        keys = f", presses {' '.join(self.presses)}" if self.presses else ""
        return f"the phone of the officer of #{self.number}: {self.answers.value}{keys}, for {self.leaves:.0f} s"


class Does(StrEnum):
    """What a caller does who is told that somebody wants to speak with them."""

    PRESSES = "presses 1"
    LEAVES = "hangs up"
    PRESSES_AND_LEAVES = "presses 1 and hangs up"


@dataclass(frozen=True, slots=True)
class Agree:
    """What a caller does, `after` seconds later, whenever they are told that somebody wants to speak with them."""

    number: int
    does: Does
    after: float

    def __str__(self) -> str:
        return f"on call #{self.number}, when somebody wants to speak with them, they do this: {self.does}"


@dataclass(frozen=True, slots=True)
class Flinch:
    """The first time that the officer waits alone in a conference, whoever is to be joined with them hangs up."""

    number: int

    def __str__(self) -> str:
        return f"whoever asked for the officer of #{self.number} hangs up as soon as the officer has agreed"


# ---- specialists ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReplyByText:
    """A text about a call-out; with `coded` it begins with the code.

    `meant` is what its sender means by it, if their own night has come so far: "here" from somebody who has never said
    that they go means nothing but "I am awake".
    """

    number: int
    whom: Whom
    text: str
    meant: Meant
    coded: bool = True

    def __str__(self) -> str:
        return f"{self.whom} texts {'CODE ' if self.coded else ''}{self.text!r} about #{self.number}"


@dataclass(frozen=True, slots=True)
class Mumble:
    """A text that is easily misread; which one depends on the sender's position. `pick` seeds the choice."""

    number: int
    whom: Whom
    pick: int

    def __str__(self) -> str:
        return f"{self.whom} mumbles something about #{self.number}"


@dataclass(frozen=True, slots=True)
class PickUp:
    """For ten minutes they answer calls and press these keys, one entry at each question. They hang up when a call has
    lasted `leaves` seconds; without it they stay."""

    number: int
    whom: Whom
    presses: tuple[str, ...]
    leaves: float | None = None

    def __str__(self) -> str:
        return (
            f"{self.whom} for #{self.number} answers calls for ten minutes and presses {' '.join(self.presses) or '-'}"
        )


@dataclass(frozen=True, slots=True)
class Say:
    """A text out of the blue. `who` is a person's id or a number."""

    who: str
    text: str

    def __str__(self) -> str:
        return f"{self.who} texts {self.text!r}"


@dataclass(frozen=True, slots=True)
class Behave:
    """A phone does something other than ring, for so many minutes. `after` is in seconds."""

    who: str
    behaviour: Behaviour
    after: float
    minutes: float
    presses: tuple[str, ...] = ()
    voicemail: bool = False
    leaves: float | None = None

    def __str__(self) -> str:
        keys = f", presses {' '.join(self.presses)}" if self.presses else ""
        return f"{self.who}'s phone for {self.minutes:.0f} min: {self.behaviour.value}{keys}"


@dataclass(frozen=True, slots=True)
class EditSchedule:
    """A coordinator edits the schedule in the browser, and looks at the preview for so many seconds."""

    what: str  # cover, sick, exchange, pause, end, undo
    pick: int
    looks: float

    def __str__(self) -> str:
        return f"a coordinator edits the schedule: {self.what}, looked at for {self.looks:.0f} s"


@dataclass(frozen=True, slots=True)
class SwapShift:
    """Somebody texts about their shifts, or acts in their own view: mostly somebody who is not busy then, instead of
    `who`. In the text, `{open}` is a cover that they could take."""

    who: str
    text: str
    pick: int

    def __str__(self) -> str:
        return f"{self.who} texts {self.text!r} about shifts"


@dataclass(frozen=True, slots=True)
class Import:
    """The roster is imported with one thing changed, for so many hours."""

    change: str  # add, replace, remove, nobody, leave
    rotation: str
    who: str
    hours: float

    def __str__(self) -> str:
        return f"roster import: {self.change} {self.who} ({self.rotation}) for {self.hours:.1f} h"


@dataclass(frozen=True, slots=True)
class TestPage:
    who: str

    def __str__(self) -> str:
        return f"a test page to {self.who}"


@dataclass(frozen=True, slots=True)
class Watch:
    def __str__(self) -> str:
        return "the watch looks for late work, the calendar for its jobs"


# ---- what goes wrong -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trouble:
    """The carrier goes wrong in one way for so many minutes."""

    effect: Effect
    probability: float
    minutes: float
    on: str

    def __str__(self) -> str:
        return f"carrier: {self.effect} on {self.on}, {self.probability:.0%}, for {self.minutes:.1f} min"


@dataclass(frozen=True, slots=True)
class Outage:
    minutes: float

    def __str__(self) -> str:
        return f"the carrier is away for {self.minutes:.1f} min"


@dataclass(frozen=True, slots=True)
class Invent:
    """The carrier, or somebody who claims to be it, calls back about something that never happened."""

    forged: bool
    status: str
    pick: float

    def __str__(self) -> str:
        return f"an invented callback, {self.status}{', forged' if self.forged else ''}"


@dataclass(frozen=True, slots=True)
class Repeat:
    """The carrier delivers the webhook of a hotline call once more; `pick` says which of the last calls."""

    pick: float

    def __str__(self) -> str:
        return "the carrier says once more that a call came in"


@dataclass(frozen=True, slots=True)
class Kill:
    """The process is killed at the `writes`-th write from now, just before its commit or just after."""

    writes: int
    after: bool
    down: float

    def __str__(self) -> str:
        when = "after" if self.after else "before"
        return f"kill -9 {when} commit {self.writes} from now, down for {self.down:.0f} s"


@dataclass(frozen=True, slots=True)
class Away:
    """The database is lost at the `writes`-th write from now, for `times` operations."""

    writes: int
    after: bool
    times: int

    def __str__(self) -> str:
        when = "after" if self.after else "before"
        return f"the database is lost {when} commit {self.writes} from now, {self.times} times"


@dataclass(frozen=True, slots=True)
class Jump:
    seconds: float

    def __str__(self) -> str:
        return f"the clock jumps by {self.seconds:+.1f} s"


Act = (
    Open
    | Again
    | Change
    | CancelCallOut
    | CloseCallOut
    | Chase
    | Own
    | Coordinate
    | Dial
    | Press
    | HangUp
    | Decide
    | DecideAll
    | AskToJoin
    | OfficerPhone
    | Agree
    | Flinch
    | ReplyByText
    | Mumble
    | PickUp
    | Say
    | Behave
    | EditSchedule
    | SwapShift
    | Import
    | TestPage
    | Watch
    | Trouble
    | Outage
    | Invent
    | Repeat
    | Kill
    | Away
    | Jump
)


@dataclass(frozen=True, slots=True)
class Event:
    """`at` is in seconds since the story began."""

    at: float
    act: Act

    def __str__(self) -> str:
        days, rest = divmod(int(self.at), 86400)
        clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
        return f"day {days + 1} {clock}  {self.act}"
