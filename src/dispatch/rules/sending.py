"""What came of a send: the words that the carrier adapter answers in and the actions decide by.

The law: **an answer that does not prove that nothing was sent is `Unknown`.** A page is then looked for at the carrier
and at its deadline sent again, since a page sent twice beats a page not sent. Only where the carrier surely did not
take it (`TryAgain`), or surely never will (`Refused`, `OperatorFault`), may it be treated as unsent.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts import require_aware

# ---- what came of it -----------------------------------------------------------------------------------------------


class Reach(StrEnum):
    """Why a number cannot be reached this way: what the next move hangs on."""

    OPTED_OUT = "opted_out"  # texted STOP: page by voice, and alarm the coordinators
    NO_TEXTS = "no_texts"  # a landline or the like: a call may still get through
    BAD_NUMBER = "bad_number"  # nobody can be reached there, on any channel
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier took it. `sid` is the carrier's own name for it, in whatever shape; `status` is its first status."""

    sid: str
    status: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not sent, and the same send to the same number never will be: go on with another channel or another person."""

    code: int | None
    message: str
    reach: Reach = Reach.OTHER


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Surely not sent, through no fault of the number's: send again, `after_seconds` from now at the earliest."""

    reason: str
    after_seconds: float


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may have been sent, or not: look for it at the carrier."""

    reason: str


@dataclass(frozen=True, slots=True)
class OperatorFault:
    """Not sent, because our own account or configuration is wrong: alarm the coordinators, and try again later."""

    code: int | None
    message: str


Outcome = Accepted | Refused | TryAgain | Unknown | OperatorFault


@dataclass(frozen=True, slots=True)
class Found:
    """One text or call as the carrier knows it. `error_code` is a text's only; a call tells its story by its status."""

    sid: str
    status: str
    error_code: int | None
    created_at: datetime

    def __post_init__(self) -> None:
        require_aware(self.created_at)


_E164 = re.compile(r"\+[1-9][0-9]{6,14}")


def is_e164(number: str) -> bool:
    """Whether it is a number with its country's code (ITU-T E.164), and not a short code or a word."""
    return _E164.fullmatch(number) is not None


class CarrierUnreachable(Exception):
    """the carrier could not be asked, or its answer made no sense: nothing is known about what it has"""


class DeliveryFailure(StrEnum):
    """What a status callback's ErrorCode means for a text that the carrier took and then did not deliver."""

    PERMANENT = "permanent"  # no text will ever arrive at this number
    OPTED_OUT = "opted_out"
    OPERATOR = "operator"  # our account or our registration is at fault
    RETRY_OR_OTHER_CHANNEL = "retry_or_other_channel"


# ---- the table of errors -------------------------------------------------------------------------------------------


class Meaning(StrEnum):
    """What one of the carrier's error codes comes to; each is told apart because something else follows from it."""

    BAD_NUMBER = "bad_number"
    NO_TEXTS = "no_texts"
    OPTED_OUT = "opted_out"
    OPERATOR = "operator"
    PASSING = "passing"  # may go well the next time


# The whole account is locked out; every other fault of ours concerns one channel or one sender.
ACCOUNT_FAULTS = frozenset({10001, 20003})

_BAD, _NO_TEXTS, _OUT = Meaning.BAD_NUMBER, Meaning.NO_TEXTS, Meaning.OPTED_OUT
_OPERATOR, _PASSING = Meaning.OPERATOR, Meaning.PASSING

# Twilio's dictionary of errors, as far as it concerns a text or a call that we create. 20xxx and 21xxx answer the
# create itself, 30xxx come later in a status callback, 112xx are our own callback URLs seen from the carrier's side.
# Codes are added and split over the years, so whatever is not listed here must still be met by a sensible default.
MEANINGS: Mapping[int, Meaning] = {
    # code: what it comes to # what Twilio says
    10001: _OPERATOR,  # account is not active
    11200: _OPERATOR,  # our callback URL failed or answered an error
    11205: _OPERATOR,  # our callback URL could not be connected to
    11217: _OPERATOR,  # our callback URL answered too late
    20003: _OPERATOR,  # credentials are wrong, or the account is closed
    20005: _OPERATOR,  # account is not active
    20006: _OPERATOR,  # access denied
    20008: _OPERATOR,  # test credentials cannot do this
    20403: _OPERATOR,  # forbidden
    20404: _OPERATOR,  # no such account, or a wrong API URL
    20429: _PASSING,  # too many requests
    21201: _BAD,  # To is missing
    21205: _OPERATOR,  # the Url of a call is not valid
    21210: _OPERATOR,  # From is not verified
    21211: _BAD,  # To is not a valid number
    21212: _OPERATOR,  # From is not a valid number
    21213: _OPERATOR,  # From is missing
    21214: _BAD,  # To cannot be reached
    21215: _OPERATOR,  # no permission to call this country
    21217: _BAD,  # To does not look like a number
    21219: _OPERATOR,  # To is not verified, and the account is a trial
    21408: _OPERATOR,  # no permission to text this country
    21603: _OPERATOR,  # From is missing
    21604: _BAD,  # To is missing
    21606: _OPERATOR,  # From is not ours, or cannot text
    21608: _OPERATOR,  # To is not verified, and the account is a trial
    21609: _OPERATOR,  # the status callback URL is not valid
    21610: _OUT,  # the person texted STOP
    21611: _PASSING,  # From has too many texts queued
    21612: _NO_TEXTS,  # To cannot be texted from From
    21614: _NO_TEXTS,  # To is not a mobile number
    21635: _NO_TEXTS,  # To is a landline
    21659: _OPERATOR,  # From is not a number of Twilio's
    21660: _OPERATOR,  # From belongs to another account
    30001: _PASSING,  # queue overflow
    30002: _OPERATOR,  # account suspended
    30003: _PASSING,  # handset unreachable: switched off, no coverage
    30004: _PASSING,  # blocked by the person or the network
    30005: _BAD,  # unknown handset
    30006: _NO_TEXTS,  # landline or unreachable network
    30007: _OPERATOR,  # filtered as spam: our wording or our registration
    30008: _PASSING,  # unknown error
    30023: _OPERATOR,  # the day's limit of our registration is used up
    30024: _OPERATOR,  # our number is not provisioned at the network
    30027: _OPERATOR,  # the day's limit at one network is used up
    30032: _OPERATOR,  # our toll-free number is not verified
    30034: _OPERATOR,  # our number is not registered (A2P 10DLC)
    30035: _OPERATOR,  # our number is not yet provisioned (A2P 10DLC)
    30036: _PASSING,  # validity period ran out
}

_REACH = {_BAD: Reach.BAD_NUMBER, _NO_TEXTS: Reach.NO_TEXTS, _OUT: Reach.OPTED_OUT}
_DELIVERY = {
    _BAD: DeliveryFailure.PERMANENT,
    _NO_TEXTS: DeliveryFailure.PERMANENT,
    _OUT: DeliveryFailure.OPTED_OUT,
    _OPERATOR: DeliveryFailure.OPERATOR,
    _PASSING: DeliveryFailure.RETRY_OR_OTHER_CHANNEL,
}

DEFAULT_RETRY_SECONDS = 1.0
# A carrier that asks for minutes gets half a minute: somebody's child is waiting, and asking once more costs nothing.
LONGEST_RETRY_SECONDS = 30.0


def sort_error(http_status: int, code: int | None, message: str = "", retry_after: float | None = None) -> Outcome:
    """Say what an HTTP answer that is not a clean success means for the text or call that was to be created.

    `code` is the carrier's own error code, if its body had one; `retry_after` is in seconds. The table is Twilio's
    dictionary of errors; a code that is not in it falls back on its HTTP status.
    """
    words = without_numbers(message) or f"HTTP {http_status}"
    meaning = MEANINGS.get(code) if code is not None else None
    if http_status == 429:
        return TryAgain(words, retry_seconds(retry_after))
    if http_status < 300 or http_status >= 500 or http_status == 408:
        return Unknown(words)  # whatever the body says, somebody in between may have spoken for the carrier
    if meaning is Meaning.PASSING:
        return TryAgain(words, retry_seconds(retry_after))
    if meaning is Meaning.OPERATOR:
        return OperatorFault(code, words)
    if meaning is not None:
        return Refused(code, words, _REACH[meaning])
    if http_status == 400:
        return Refused(code, words)  # something about this one text or call; paging goes on elsewhere
    return OperatorFault(code, words)  # a redirect, 401, 403, 404 …: we do not talk to the account we believe to


def classify_delivery_error(code: int | None) -> DeliveryFailure:
    """Say what a status callback's ErrorCode means; an unknown or missing one may go well the next time."""
    meaning = MEANINGS.get(code) if code is not None else None
    return _DELIVERY[meaning] if meaning else DeliveryFailure.RETRY_OR_OTHER_CHANNEL


def delivery_reach(code: int | None) -> Reach | None:
    """Say what a status callback's ErrorCode tells about the number itself; None when it tells nothing."""
    meaning = MEANINGS.get(code) if code is not None else None
    return _REACH.get(meaning) if meaning else None


def retry_seconds(asked: float | None) -> float:
    """How long to wait, in seconds, when the carrier asked for `asked`: at most half a minute, never nothing."""
    if asked is None or not asked > 0:  # also when it is not a number at all
        return DEFAULT_RETRY_SECONDS
    return min(asked, LONGEST_RETRY_SECONDS)


# A run of seven or more digits, with the marks people put between them, that does not stand inside an identifier.
_NUMBER = re.compile(r"(?<![\w])(?:%2B|\+)?\d[\d ().-]{5,}\d(?!\w)")


def without_numbers(text: str) -> str:
    """Hide every phone number in `text` but for its last four digits, so that it may be logged and kept."""
    return _NUMBER.sub(lambda found: "…" + found.group()[-4:], text)
