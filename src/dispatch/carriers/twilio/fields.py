"""Reads Twilio's form fields: what its requests tell us, in our terms."""

from datetime import datetime
from typing import Any

from dispatch.actions.hotline.take_call import InboundCall
from dispatch.actions.phone.missed_calls import ListedCall
from dispatch.actions.replies.record_reply import InboundText
from dispatch.carriers.carrier import CarrierRequest, Incomplete, KeysPressed
from dispatch.carriers.twilio.addresses import kept_keys, stage_of
from dispatch.carriers.twilio.errors import meaning_of
from dispatch.carriers.twilio.keywords import consent_in
from dispatch.carriers.twilio.statuses import progress_of
from dispatch.rules.delivery.sending import CarrierReport, is_e164
from dispatch.rules.facts.storable import storable


def text(request: CarrierRequest) -> InboundText:
    """A text that came in. A picture message may have an empty Body; a person then looks at it."""
    form = _Form(request)
    body = form.field("Body")
    return InboundText(form.needed("MessageSid", "SmsSid"), form.needed("From"), body, consent_in(body))


def text_news(request: CarrierRequest) -> CarrierReport:
    """A status callback of a text."""
    form = _Form(request)
    sid, status = form.needed("MessageSid", "SmsSid"), form.needed("MessageStatus", "SmsStatus")
    given = form.field("ErrorCode")
    code = given if given.isascii() and given.isdigit() else None
    return CarrierReport(sid, progress_of(status), status, code, meaning_of(code), detail=given)


def call_news(request: CarrierRequest) -> CarrierReport:
    """A status callback of a call, or the result of machine detection."""
    form = _Form(request)
    sid, answered_by = form.needed("CallSid"), form.field("AnsweredBy")
    # The callback of machine detection has no status: the call is still in progress.
    status = form.field("CallStatus") or ("in-progress" if answered_by else form.needed("CallStatus"))
    detail = form.field("SequenceNumber") + answered_by
    over = progress_of(status).ends_a_call
    return CarrierReport(sid, progress_of(status, answered_by), status, detail=detail, over=over)


def keys(request: CarrierRequest) -> KeysPressed:
    """The keys that somebody pressed, and the stage of the call, which our own address names."""
    kept = kept_keys(request)
    pressed = _Form(request).field("Digits") if kept is None else storable(kept)
    return KeysPressed(stage_of(request), pressed)


# How Twilio names a caller who withholds their number: in words, or as these two letter by letter on a key pad.
_WITHHELD = frozenset({"", "anonymous", "restricted", "unavailable", "unknown", "+266696687", "+7378742833"})
# STIR/SHAKEN: the network of the caller has signed that they have the right to this number.
_VOUCHED = "TN-Validation-Passed-A"


def incoming_call(request: CarrierRequest) -> InboundCall:
    """A call that comes in. Only attestation A vouches for a number, and only for the right to it."""
    form = _Form(request)
    caller = _shown(form.field("From"))
    vouched = form.field("StirVerstat") == _VOUCHED  # a call that was diverted on its way has another value
    return InboundCall(form.needed("CallSid"), caller, vouched and caller is not None)


def _shown(caller: str) -> str | None:
    """The number of a caller; None when it is withheld."""
    caller = caller.strip()
    return None if caller.lower() in _WITHHELD or not is_e164(caller) else caller


def listed_call(call: Any) -> ListedCall:
    """A call that came in, as the SDK lists it. Raises ValueError when it lacks what every call has."""
    sid, began_at = call.sid, call.start_time or call.date_created
    if not isinstance(sid, str) or not isinstance(began_at, datetime):
        raise ValueError("not a call")
    over = progress_of(call.status or "").ends_a_call
    return ListedCall(sid, _shown(call._from or ""), began_at, over)


def ended_call(request: CarrierRequest) -> str | None:
    """The status callback of the number itself: the call is over when its status will not change any more."""
    form = _Form(request)
    sid, status = form.needed("CallSid"), form.needed("CallStatus")
    return sid if progress_of(status).ends_a_call else None


def waiting_call(request: CarrierRequest) -> str:
    """The call of whoever waits for a conference to begin."""
    return _Form(request).needed("CallSid")


class _Form:
    def __init__(self, request: CarrierRequest) -> None:
        self._values = dict(request.form)  # the last value of a repeated field counts

    def field(self, name: str) -> str:
        """A field without the characters that cannot be stored; empty when the field is missing."""
        return storable(self._values.get(name, ""))

    def needed(self, *names: str) -> str:
        """The first of these fields that is not blank. Raises `Incomplete` when all are."""
        for name in names:
            if value := self.field(name).strip():
                return value
        raise Incomplete(f"the carrier's request lacks {' or '.join(names)}")
