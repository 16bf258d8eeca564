"""The doors for status callbacks: what became of a text or a call. Of a page we do not know, the carrier hears 204."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.office import Office
from dispatch.actions.page_news import hear_status
from dispatch.inbound.carrier.carrier_request import SignatureCheck, field, needed, page_in, signed_form


def build(office: Office, check: SignatureCheck) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.post("/twilio/sms/status/{page}")
    async def text_status(request: Request) -> Response:
        form = await signed_form(office, check, request)
        sid, status = needed(form, "MessageSid", "SmsSid"), needed(form, "MessageStatus", "SmsStatus")
        await office.act(hear_status, page_in(request), sid, status, field(form, "ErrorCode"), None)
        return Response(status_code=204)

    @router.post("/twilio/voice/status/{page}")
    async def call_status(request: Request) -> Response:
        form = await signed_form(office, check, request)
        sid, answered_by = needed(form, "CallSid"), field(form, "AnsweredBy") or None
        # The answering-machine callback has no status of its own: the call is still going on.
        status = field(form, "CallStatus") or ("in-progress" if answered_by else needed(form, "CallStatus"))
        await office.act(hear_status, page_in(request), sid, status, field(form, "SequenceNumber"), answered_by)
        return Response(status_code=204)

    return router
