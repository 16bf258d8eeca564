"""Twilio's form fields: what its requests to us say, in our terms."""

from urllib.parse import parse_qsl

from dispatch.actions.record_reply import InboundText
from dispatch.carriers.carrier import CarrierRequest, Incomplete, Keys
from dispatch.carriers.twilio.errors import meaning_of
from dispatch.carriers.twilio.keywords import consent_in
from dispatch.carriers.twilio.statuses import progress_of
from dispatch.rules.sending import Report
from dispatch.rules.storable import storable


def text(request: CarrierRequest) -> InboundText:
    """A text that came in. A picture comes without words, so the Body may be empty: then a person looks at it."""
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
    """A status callback of a call, or what machine detection says of it."""
    form = _Form(request)
    sid, answered_by = form.needed("CallSid"), form.field("AnsweredBy")
    # The answering-machine callback has no status of its own: the call is still going on.
    status = form.field("CallStatus") or ("in-progress" if answered_by else form.needed("CallStatus"))
    detail = form.field("SequenceNumber") + answered_by
    return Report(sid, progress_of(status, answered_by), status, detail=detail)


def keys(request: CarrierRequest) -> Keys:
    """The keys that somebody pressed, and where in the call they were, which our own address says."""
    return Keys(query_value(request, "stage"), _Form(request).field("Digits"))


def query_value(request: CarrierRequest, name: str) -> str | None:
    """A value of the address that we gave away; None when it is not there."""
    return dict(parse_qsl(request.query, keep_blank_values=True)).get(name)


class _Form:
    def __init__(self, request: CarrierRequest) -> None:
        self._values = dict(request.form)  # of a repeated field the last counts

    def field(self, name: str) -> str:
        """A field as text, without what cannot be kept; empty when it is missing."""
        return storable(self._values.get(name, ""))

    def needed(self, *names: str) -> str:
        """The first of these fields that says something. Raises `Incomplete` when none does."""
        for name in names:
            if value := self.field(name).strip():
                return value
        raise Incomplete(f"the carrier's request lacks {' or '.join(names)}")
