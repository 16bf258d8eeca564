"""What came of a send, and what the carrier says of it later, as meanings into which every carrier's words translate.

The law: **an answer that does not prove that nothing was sent is `Unknown`.** The page is then reconciled, and sent
again at its deadline, since a page sent twice beats a page not sent. Only if the carrier certainly did not take it
(`TryAgain`), or certainly never will (`Refused`, `OperatorFault`), may it be treated as unsent.

A carrier's adapter (`carriers/`) translates at once, and the rules decide on these meanings only. The carrier's own
words and codes travel with them, as evidence for people.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts.moments import require_aware

# ---- what an error means -------------------------------------------------------------------------------------------


class Meaning(StrEnum):
    """What one of the carrier's errors means. The meanings are told apart because something different follows from
    each."""

    OPTED_OUT = "opted_out"  # texted STOP: page by voice, and alarm the coordinators
    NO_TEXTS = "no_texts"  # a landline or the like: a call may still get through
    BAD_NUMBER = "bad_number"  # nobody can be reached there, on any channel
    OPERATOR = "operator"  # our configuration or registration is at fault, for one channel or one sender
    ACCOUNT = "account"  # the whole account is locked out: nothing gets through to anybody
    PASSING = "passing"  # the next attempt may succeed
    UNEXPLAINED = "unexplained"  # no code, or one that nobody has listed


CANNOT_BE_ASKED = "the carrier cannot be asked"
"""How every adapter's check of our account begins when no answer came at all."""


# ---- what came of a send -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took it. `carrier_id` is the carrier's own id for it, in any shape; `status` is its first word on
    it."""

    carrier_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not sent, and the same send to the same number never will be: go on with another channel or another person."""

    code: str | None
    message: str
    meaning: Meaning = Meaning.UNEXPLAINED


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Certainly not sent, through no fault of the number: send again, after `after_seconds` at the earliest."""

    reason: str
    after_seconds: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent, or not: reconcile it."""

    reason: str


@dataclass(frozen=True, slots=True)
class OperatorFault:
    """Not sent, because our own account or configuration is wrong."""

    code: str | None
    message: str
    meaning: Meaning = Meaning.UNEXPLAINED


SendOutcome = Accepted | Refused | TryAgain | Unknown | OperatorFault


class CarrierUnreachable(Exception):
    """the carrier could not be asked, or its answer made no sense: nothing is known about what it has"""


DEFAULT_RETRY_SECONDS = 1.0
# A carrier that asks for minutes gets half a minute: somebody's child is waiting, and asking once more costs nothing.
LONGEST_RETRY_SECONDS = 30.0


def retry_seconds(asked: float | None) -> float:
    """How many seconds to wait when the carrier asked for `asked`: at most half a minute, never zero."""
    if asked is None or not asked > 0:  # also true of NaN
        return DEFAULT_RETRY_SECONDS
    return min(asked, LONGEST_RETRY_SECONDS)


# ---- what is said of it later --------------------------------------------------------------------------------------


class Progress(StrEnum):
    """How far a text or a call has come, as the carrier says. `rules/delivery/page_life.py` says what that does to a
    page."""

    TAKEN = "taken"  # the carrier has it; a word that we do not know proves only that
    ARRIVED = "arrived"  # a text is on the phone
    UNDELIVERED = "undelivered"
    ANSWERED = "answered"  # somebody or something picked up
    VOICEMAIL = "voicemail"  # a machine did
    ENDED = "ended"  # an answered call is over
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    CANCELED = "canceled"

    @property
    def ends_a_call(self) -> bool:
        """Whether nobody is on the line any more, or ever will be."""
        return self in {Progress.ENDED, Progress.BUSY, Progress.NO_ANSWER, Progress.FAILED, Progress.CANCELED}


@dataclass(frozen=True, slots=True)
class CarrierReport:
    """What the carrier says of one text or call, unasked.

    `carrier_id`, `word` and `code` are the carrier's own; the last two are kept for people. `detail` tells apart two
    reports with the same word, as a sequence number does; it is only compared, never read. `over` is said of a call
    that a machine answered, and that has ended.
    """

    carrier_id: str
    progress: Progress
    word: str
    code: str | None = None
    meaning: Meaning = Meaning.UNEXPLAINED  # of its error
    detail: str = ""
    over: bool = False

    @property
    def ends_a_call(self) -> bool:
        return self.over or self.progress.ends_a_call


@dataclass(frozen=True, slots=True)
class Found:
    """One text or call as the carrier knows it when asked. `word` and `code` are the carrier's own."""

    carrier_id: str
    progress: Progress
    word: str
    code: str | None
    created_at: datetime
    meaning: Meaning = Meaning.UNEXPLAINED  # of its error

    def __post_init__(self) -> None:
        require_aware(self.created_at)


# ---- numbers -------------------------------------------------------------------------------------------------------

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def is_e164(number: str) -> bool:
    """Whether `number` has a country code (ITU-T E.164), and is not a short code or a word."""
    return _E164.fullmatch(number) is not None


# A run of seven or more digits, with the marks that people put between them, that is not part of an identifier.
_NUMBER = re.compile(r"(?<![\w])(?:%2B|\+)?\d[\d ().-]{5,}\d(?!\w)")


def without_numbers(text: str) -> str:
    """Hide all but the last four digits of each phone number in `text`, so that it may be logged and kept."""
    return _NUMBER.sub(lambda found: "…" + found.group()[-4:], text)
