"""Twilio's error codes, and what each of them means to us."""

from collections.abc import Mapping

from dispatch.rules.delivery.sending import (
    Meaning,
    OperatorFault,
    Refused,
    SendOutcome,
    TryAgain,
    Unknown,
    retry_seconds,
    without_numbers,
)

_BAD, _NO_TEXTS, _OUT = Meaning.BAD_NUMBER, Meaning.NO_TEXTS, Meaning.OPTED_OUT
_ACCOUNT, _OPERATOR, _PASSING = Meaning.ACCOUNT, Meaning.OPERATOR, Meaning.PASSING

# The codes that concern a text or a call that we create. 20xxx and 21xxx answer the create itself, 30xxx come later in
# a status callback, 112xx are about our own callback URLs as Twilio sees them. Codes are added and split over the
# years, so a code that is not listed here must still get a sensible default. Every code that says the whole account is
# in trouble means the same: nothing gets through, so we keep trying, and people hear of it.
MEANINGS: Mapping[str, Meaning] = {
    # code: what it means to us # what Twilio says
    "10001": _ACCOUNT,  # account is not active
    "11200": _OPERATOR,  # our callback URL failed or answered an error
    "11205": _OPERATOR,  # our callback URL could not be connected to
    "11217": _OPERATOR,  # our callback URL answered too late
    "20003": _ACCOUNT,  # credentials are wrong, or the account is closed
    "20005": _ACCOUNT,  # account is not active
    "20006": _OPERATOR,  # access denied
    "20008": _OPERATOR,  # test credentials cannot do this
    "20403": _OPERATOR,  # forbidden
    "20404": _ACCOUNT,  # no such account, or a wrong API URL
    "20429": _PASSING,  # too many requests
    "21201": _BAD,  # To is missing
    "21205": _OPERATOR,  # the Url of a call is not valid
    "21210": _OPERATOR,  # From is not verified
    "21211": _BAD,  # To is not a valid number
    "21212": _OPERATOR,  # From is not a valid number
    "21213": _OPERATOR,  # From is missing
    "21214": _BAD,  # To cannot be reached
    "21215": _OPERATOR,  # no permission to call this country
    "21217": _BAD,  # To does not look like a number
    "21219": _OPERATOR,  # To is not verified, and the account is a trial
    "21408": _OPERATOR,  # no permission to text this country
    "21603": _OPERATOR,  # From is missing
    "21604": _BAD,  # To is missing
    "21606": _OPERATOR,  # From is not ours, or cannot text
    "21608": _OPERATOR,  # To is not verified, and the account is a trial
    "21609": _OPERATOR,  # the status callback URL is not valid
    "21610": _OUT,  # the person texted STOP
    "21611": _PASSING,  # From has too many texts queued
    "21612": _NO_TEXTS,  # To cannot be texted from From
    "21614": _NO_TEXTS,  # To is not a mobile number
    "21635": _NO_TEXTS,  # To is a landline
    "21659": _OPERATOR,  # From is not a number of Twilio's
    "21660": _OPERATOR,  # From belongs to another account
    "30001": _PASSING,  # queue overflow
    "30002": _ACCOUNT,  # account suspended
    "30003": _PASSING,  # handset unreachable: switched off, no coverage
    "30004": _PASSING,  # blocked by the person or the network
    "30005": _BAD,  # unknown handset
    "30006": _NO_TEXTS,  # landline or unreachable network
    "30007": _OPERATOR,  # filtered as spam: our wording or our registration
    "30008": _PASSING,  # unknown error
    "30022": _OPERATOR,  # faster than our registration allows
    "30023": _OPERATOR,  # the day's limit of our registration is used up
    "30024": _OPERATOR,  # our number is not provisioned at the network
    "30027": _OPERATOR,  # the day's limit at one network is used up
    "30032": _OPERATOR,  # our toll-free number is not verified
    "30033": _OPERATOR,  # our registration (A2P 10DLC) is suspended
    "30034": _OPERATOR,  # our number is not registered (A2P 10DLC)
    "30035": _OPERATOR,  # our number is not yet provisioned (A2P 10DLC)
    "30036": _PASSING,  # validity period ran out
    "30037": _OPERATOR,  # our outgoing texts are switched off
    "30038": _OPERATOR,  # filtered: taken for a one-time password
    "30039": _OPERATOR,  # filtered: taken for two machines that answer each other
    "30040": _OPERATOR,  # the network takes registered senders only
    "30450": _OPERATOR,  # filtered: taken for fraud, for half an hour
}


def meaning_of(code: str | None) -> Meaning:
    """What one of Twilio's error codes means to us. For a text that never arrived, a status callback gives the code."""
    return Meaning.UNEXPLAINED if code is None else MEANINGS.get(code, Meaning.UNEXPLAINED)


def sort_error(http_status: int, code: str | None, message: str = "", retry_after: float | None = None) -> SendOutcome:
    """What an HTTP answer that is no clean success means for the text or call that we tried to create.

    `code` is the carrier's own error code, if its answer had one. `retry_after` is in seconds. A code that is not in
    the table falls back to the HTTP status.
    """
    words = without_numbers(message) or f"HTTP {http_status}"
    meaning = meaning_of(code)
    if http_status == 429:
        return TryAgain(words, retry_seconds(retry_after))
    if http_status < 300 or http_status >= 500 or http_status == 408:
        return Unknown(words)  # whatever the body says, a proxy in between may have answered for the carrier
    match meaning:
        case Meaning.PASSING:
            return TryAgain(words, retry_seconds(retry_after))
        case Meaning.OPERATOR | Meaning.ACCOUNT:
            return OperatorFault(code, words, meaning)
        case Meaning.UNEXPLAINED if http_status == 401 or (code is None and http_status != 400):
            # A redirect, 403, 404 …: the carrier has not even considered this text or call. The account or its address
            # is wrong.
            return OperatorFault(code, words, Meaning.ACCOUNT)
        case Meaning.UNEXPLAINED if http_status != 400:
            return OperatorFault(code, words, Meaning.OPERATOR)  # something is not allowed; the other channel may be
        case _:
            return Refused(code, words, meaning)  # it concerns only this text or call; paging goes on elsewhere
