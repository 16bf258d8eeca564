"""Reads Twilio's form fields: what its requests tell us, in our terms."""

from dispatch.actions.record_reply import InboundText
from dispatch.carriers.carrier import CarrierRequest, Incomplete, KeysPressed
from dispatch.carriers.twilio.addresses import stage_of
from dispatch.carriers.twilio.errors import meaning_of
from dispatch.carriers.twilio.keywords import consent_in
from dispatch.carriers.twilio.statuses import progress_of
from dispatch.rules.sending import Report
from dispatch.rules.storable import storable


def text(request: CarrierRequest) -> InboundText:
    """A text that came in. The Body of a picture may be empty; a person then looks at it."""
    form = _Form(request)
    body = form.field("Body")
    return InboundText(form.needed("MessageSid", "SmsSid"), form.needed("From"), body, consent_in(body))


def text_news(request: CarrierRequest) -> Report:
    """A status callback of a text."""
    form = _Form(request)
    sid, status = form.needed("MessageSid", "SmsSid"), form.needed("MessageStatus", "SmsStatus")
    given = form.field("ErrorCode")
    code = given if given.isascii() and given.isdigit() else None
    return Report(sid, progress_of(status), status, code, meaning_of(code), detail=given)


def call_news(request: CarrierRequest) -> Report:
    """A status callback of a call, or the result of machine detection."""
    form = _Form(request)
    sid, answered_by = form.needed("CallSid"), form.field("AnsweredBy")
    # The callback of machine detection has no status: the call is still in progress.
    status = form.field("CallStatus") or ("in-progress" if answered_by else form.needed("CallStatus"))
    detail = form.field("SequenceNumber") + answered_by
    return Report(sid, progress_of(status, answered_by), status, detail=detail)


def keys(request: CarrierRequest) -> KeysPressed:
    """The keys that somebody pressed, and the stage of the call, which our own address names."""
    return KeysPressed(stage_of(request), _Form(request).field("Digits"))


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
