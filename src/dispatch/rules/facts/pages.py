"""Pages: each is one attempt to reach one person on one channel."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.questions import Question, TakeCover


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
    def asks(self) -> bool:
        """Whether it asks somebody to take a call-out."""
        return self is Purpose.PAGE

    @property
    def wants_key(self) -> bool:
        """Whether a call of it that ends without a key has reached nobody: a machine may have picked it up, or a
        pocket."""
        return self in {Purpose.TEST, Purpose.JOIN, Purpose.NUMBER} or self.asks or self.asks_along

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


@dataclass(frozen=True, slots=True)
class Page:
    """One attempt to reach one person on one channel. `step` counts a call-out's steps and rounds from 1.

    `alarm` is the id of the alarm that it tells of, if coordinators can own that one. A call that `breaks_in` tells of
    danger: it ends another that only rings (`rules/delivery/busy_lines.py`). With False it is about callers who said
    nothing: no other call is left out beside it.
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

    @property
    def went_out(self) -> bool:
        """Whether the carrier took it, or may have taken it. What was tried and certainly not sent went nowhere."""
        return self.tried_at is not None and (self.sent_at is not None or self.state in _MAY_HAVE_GONE)

    @property
    def was_refused(self) -> bool:
        """Whether it was tried and has certainly not been sent so far."""
        return self.tried_at is not None and not self.went_out

    @property
    def asks(self) -> bool:
        """Whether it asks somebody to take a call-out."""
        return self.purpose.asks

    @property
    def wants_answer(self) -> bool:
        """Whether it asks somebody to come, alone or along, and they may still answer it."""
        return (self.asks or self.purpose.asks_along) and self.state not in FINAL_PAGE_STATES

    @property
    def will_ask(self) -> bool:
        """Whether it asks somebody to take a call-out, and has not left yet."""
        return self.asks and self.state is PageState.WAITING


READ_AFTER = timedelta(seconds=15)
"""What comes sooner after the carrier took a text was written before the text was read, unless the text is known to
have arrived."""


@dataclass(frozen=True, slots=True)
class NewestText:
    """Our newest text to somebody that the carrier took or may have taken, and that has not failed, whatever it was
    about, and what it `asks`.

    It can be read from `read_from`: when it came to the phone, as far as the carrier has said so, or when the carrier
    took it. `another_came_at` is when another of our texts came to the phone last.
    """

    purpose: Purpose
    callout: str | None
    asks: Question | None
    decided_at: datetime
    read_from: datetime
    another_came_at: datetime | None = None

    def asks_for_cover(self, number: int) -> bool:
        """Whether it asks somebody to take this cover, so that a bare yes may be about it."""
        return isinstance(self.asks, TakeCover) and number in self.asks.numbers
