"""The door for texts: `POST /twilio/sms`. What is answered goes out as a page like everything else, so it is never lost."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.office import Office
from dispatch.actions.record_reply import Text, record_reply
from dispatch.inbound.carrier_request import SignatureCheck, field, signed_form

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def build(office: Office, check: SignatureCheck) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.post("/twilio/sms")
    async def text_came_in(request: Request) -> Response:
        form = await signed_form(office, check, request)
        text = Text(sid=field(form, "MessageSid"), sender=field(form, "From"), body=field(form, "Body"))
        await office.act(record_reply, text)
        return Response(EMPTY_TWIML, media_type="text/xml")

    return router
