"""The doors for status callbacks: what became of a text or a call."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.office import Office
from dispatch.actions.page_news import hear_status
from dispatch.inbound.carrier_request import SignatureCheck, field, signed_form


def build(office: Office, check: SignatureCheck) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.post("/twilio/sms/status/{page}")
    async def text_status(page: str, request: Request) -> Response:
        form = await signed_form(office, check, request)
        status = field(form, "MessageStatus") or field(form, "SmsStatus")
        sid, code = field(form, "MessageSid") or field(form, "SmsSid"), field(form, "ErrorCode")
        await office.act(hear_status, page, sid, status, code, None)
        return Response(status_code=204)

    @router.post("/twilio/voice/status/{page}")
    async def call_status(page: str, request: Request) -> Response:
        form = await signed_form(office, check, request)
        # The answering-machine callback has no status of its own: the call is still going on.
        status = field(form, "CallStatus") or "in-progress"
        answered_by = field(form, "AnsweredBy") or None
        await office.act(hear_status, page, field(form, "CallSid"), status, field(form, "SequenceNumber"), answered_by)
        return Response(status_code=204)

    return router
