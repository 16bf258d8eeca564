"""Pages: each is one attempt to reach one person on one channel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from dispatch.rules.facts.people import Channel


class Purpose(StrEnum):
    """Why something is sent. Only a page asks somebody to take a call-out."""

    # Everything we send is a row of pages.
    PAGE = "page"
    ASK_ALONG = "ask_along"  # asks somebody to go along, who may be there sooner than whoever has it
    TURN_BACK = "turn_back"  # tells whoever has it that somebody nearer is on the way
    STAND_DOWN = "stand_down"
    CONFIRMATION = "confirmation"
    ANSWER = "answer"  # to a text that somebody sent us
    REMINDER = "reminder"
    QUESTION = "question"  # whether a NO was meant to let the call-out go
    OFFICER = "officer"
    PARTNER = "partner"
    ALARM = "alarm"
    ALL_CLEAR = "all_clear"  # the alarm is over
    AGENCY = "agency"  # a change, to the agency's webhook
    JOIN = "join"  # a call that offers to join somebody with the officer, or the officer with them
    TEST = "test"
    NUMBER = "number"  # to a number that is still to be verified
    ACCOUNT = "account"  # to the owner of an account, that somebody has come in, or may from now on
    SCHEDULE = "schedule"  # to somebody whose shifts of the coming nights are others
    TONIGHT = "tonight"  # the same, about a night that is over by the next morning

    @property
    def pages(self) -> bool:
        """Whether it asks somebody to take a call-out."""
        return self is Purpose.PAGE

    @property
    def wants_key(self) -> bool:
        """Whether a call of it that ends without a key has reached nobody: a machine may have picked it up, or a
        pocket."""
        return self in {Purpose.TEST, Purpose.JOIN, Purpose.NUMBER} or self.pages or self.asks_along

    @property
    def asks_along(self) -> bool:
        """Whether it asks somebody to go along with whoever has a call-out, and to be there sooner."""
        return self is Purpose.ASK_ALONG

    @property
    def stands_down(self) -> bool:
        """Whether it tells somebody that they are not needed."""
        return self is Purpose.STAND_DOWN

    @property
    def sends_on(self) -> bool:
        """Whether it tells a specialist who goes where to go, or to stay away."""
        return self is Purpose.CONFIRMATION

    @property
    def only_informs(self) -> bool:
        """Whether it asks none of our people for anything: it waits while more is due than can be sent at once."""
        return self in {Purpose.OFFICER, Purpose.PARTNER, Purpose.AGENCY, Purpose.ACCOUNT} or self.is_of_the_schedule

    @property
    def replaces_older(self) -> bool:
        """Whether it says how the call-out stands, so that nobody need hear an older one that still waits."""
        return self is Purpose.OFFICER

    @property
    def gives_way(self) -> bool:
        """Whether nobody needs it who is paged or out by now."""
        return self is Purpose.TEST

    @property
    def is_of_the_schedule(self) -> bool:
        """Whether it tells of a change of the roster: it waits for its hour, and until its reader is free."""
        return self in {Purpose.SCHEDULE, Purpose.TONIGHT}

    @property
    def is_for_the_officer(self) -> bool:
        return self is Purpose.OFFICER

    @property
    def joins(self) -> bool:
        """Whether it offers to join people on the phone."""
        return self is Purpose.JOIN

    @property
    def verifies(self) -> bool:
        """Whether it is to show that a number is somebody's."""
        return self is Purpose.NUMBER


class PageState(StrEnum):
    """Where one text, call or webhook stands."""

    WAITING = "waiting"  # due at its due_at
    SENDING = "sending"  # claimed; the carrier may or may not have it yet
    UNKNOWN = "unknown"  # the carrier may have it; being reconciled
    SENT = "sent"  # the carrier took it
    DELIVERED = "delivered"  # the text arrived; or the call was answered and goes on
    FAILED = "failed"  # it reached nobody: undelivered, busy, no answer, voicemail, no key pressed
    DONE = "done"  # it did what it was for
    WITHDRAWN = "withdrawn"  # nobody needed it any more

    @property
    def is_under_way(self) -> bool:
        """Whether the carrier has it, or may have it, and it may still be answered."""
        return self in _UNDER_WAY

    @property
    def has_failed(self) -> bool:
        return self is PageState.FAILED


_UNDER_WAY = frozenset({PageState.SENDING, PageState.UNKNOWN, PageState.SENT, PageState.DELIVERED})
_MAY_HAVE_GONE = _UNDER_WAY | {PageState.DONE}
FINAL_PAGE_STATES = frozenset({PageState.FAILED, PageState.DONE, PageState.WITHDRAWN})


# ---- what it asks, and what it is about: kept in its row, and never read out of our own words ----------------------


class Guessed(StrEnum):
    """What we take a text of theirs to say, and say back."""

    TAKES = "takes"
    LEAVES = "leaves"
    STILL_GOES = "still_goes"
    ETA = "eta"
    THERE = "there"
    LEFT = "left"
    HOME = "home"
    STAYS = "stays"
    CANNOT = "cannot"


class Subject(StrEnum):
    """What whoever goes is told of beside the way there, so that the same news is known again, in whatever words."""

    STAY_AWAY = "stay_away"
    MAY_HAVE_MOVED = "may_have_moved"
    OFFICER_WROTE = "officer_wrote"
    SPEAK_FIRST = "speak_first"  # with the officer, who wrote what nobody understands
    COORDINATOR_WROTE = "coordinator_wrote"
    LOOK_AGAIN = "look_again"
    CALL_BY_LINK = "call_by_link"
    RUNG_BACK = "rung_back"  # they phoned us, and are rung back


@dataclass(frozen=True, slots=True)
class Take:
    """A yes takes the call-out, with minutes or without, and a no declines it. `after_no`: it notes a no, and the yes
    may have meant that: only a 1, minutes or more words take it."""

    callout: str
    after_no: bool = False
    kind: Literal["take"] = "take"


@dataclass(frozen=True, slots=True)
class GoAlong:
    """A yes, with minutes or without, sends them along with whoever has the call-out, and a no excuses them. `by` is
    when they are asked to be there, if that is said."""

    callout: str
    by: datetime | None = None
    kind: Literal["go_along"] = "go_along"


@dataclass(frozen=True, slots=True)
class LetGo:
    """NO lets the call-out go (`rules/replies/letting_go.py`); a yes to it says nothing. `asked`: they wrote a NO that
    may have meant something else, and this asks whether it did. `amid_others`: the message asks something else as well,
    which a no may answer."""

    callout: str
    asked: bool = False
    amid_others: bool = False
    kind: Literal["let_go"] = "let_go"


@dataclass(frozen=True, slots=True)
class Confirm:
    """A Y makes it so (`rules/replies/guesses.py`). `at` is the ETA that belongs to it, if one does."""

    callout: str
    guessed: Guessed
    at: datetime | None = None
    kind: Literal["confirm"] = "confirm"


@dataclass(frozen=True, slots=True)
class TakeCover:
    """Which of these covers they take, by number (`actions/shifts/hear_shifts.py`)."""

    numbers: tuple[int, ...]
    kind: Literal["take_cover"] = "take_cover"


@dataclass(frozen=True, slots=True)
class WhichCallOut:
    """Which of these call-outs, by code, they mean (`rules/replies/conversation.py`). `said`: what they wrote, as it
    acts behind a code, if these were listed for it in this order."""

    codes: tuple[str, ...]
    said: str = ""
    kind: Literal["which_callout"] = "which_callout"


@dataclass(frozen=True, slots=True)
class IsThere:
    """Whether one of ours is with the officer, as they say: a no says that nobody is (`rules/replies/officers.py`)."""

    callout: str
    kind: Literal["is_there"] = "is_there"


Question = Take | GoAlong | LetGo | Confirm | TakeCover | WhichCallOut | IsThere


# ---- one page ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """One attempt to reach one person on one channel. `step` counts a call-out's steps and rounds from 1.

    `alarm` is the id of the alarm that it tells of, if coordinators can own that one. A call that `breaks_in` tells of
    danger: it ends another that only rings (`rules/delivery/busy_lines.py`). With False it is about callers who said
    nothing: no other call is left out beside it. `failure` is why it reached nobody.
    """

    id: str
    purpose: Purpose
    channel: Channel
    to: str
    state: PageState
    due_at: datetime | None
    person: str | None = None
    step: int = 0
    text: str = ""
    tried_at: datetime | None = None  # when its last send began
    sent_at: datetime | None = None  # when the carrier took it
    alarm: str | None = None
    breaks_in: bool | None = None
    asks: Question | None = None
    subject: Subject | None = None
    ended_at: datetime | None = None
    failure: str | None = None

    @property
    def since(self) -> datetime | None:
        """Since when it has been in this state, as far as we know."""
        return self.ended_at or self.tried_at

    @property
    def went_out(self) -> bool:
        """Whether the carrier took it, or may have taken it. What was tried and certainly not sent went nowhere."""
        return self.tried_at is not None and (self.sent_at is not None or self.state in _MAY_HAVE_GONE)

    @property
    def was_refused(self) -> bool:
        """Whether it was tried and has certainly not been sent so far."""
        return self.tried_at is not None and not self.went_out

    @property
    def wants_answer(self) -> bool:
        """Whether it asks somebody to come, alone or along, and they may still answer it."""
        return (self.purpose.pages or self.purpose.asks_along) and self.state not in FINAL_PAGE_STATES

    @property
    def will_ask(self) -> bool:
        """Whether it asks somebody to take a call-out, and has not left yet."""
        return self.purpose.pages and self.state is PageState.WAITING


READ_AFTER = timedelta(seconds=15)
"""What comes sooner after the carrier took a text was written before the text was read, unless the text is known to
have arrived."""


@dataclass(frozen=True, slots=True)
class SentText:
    """One of our texts to somebody that the carrier took or may have taken, and that has not failed, whatever it was
    about, and what it `asks`; or a call that they picked up, and that asked something.

    It can be read from `read_from`: when it `came` to the phone, as far as the carrier has said so, or when the carrier
    took it. With `rang` it is any other call: nobody knows what they heard of it.
    """

    purpose: Purpose
    callout: str | None
    asks: Question | None
    decided_at: datetime
    read_from: datetime
    came: bool = False
    rang: bool = False
    subject: Subject | None = None

    def asks_for_cover(self, number: int) -> bool:
        """Whether it asks somebody to take this cover, so that a bare yes may be about it."""
        return isinstance(self.asks, TakeCover) and number in self.asks.numbers
