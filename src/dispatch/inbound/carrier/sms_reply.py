"""The door for texts: `POST /twilio/sms`. An answer goes out as a page like everything else, so it is never lost."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.office import Office
from dispatch.actions.record_reply import InboundText, record_reply
from dispatch.inbound.carrier.carrier_request import SignatureCheck, field, needed, signed_form
from dispatch.inbound.http.conflicts import again_on_conflict

EMPTY_TWIML = '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def build(office: Office, check: SignatureCheck) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.post("/twilio/sms")
    async def text_came_in(request: Request) -> Response:
        form = await signed_form(office, check, request)
        # A picture comes without words, so the Body may be empty: then a person looks at it.
        text = InboundText(needed(form, "MessageSid", "SmsSid"), needed(form, "From"), field(form, "Body"))
        await again_on_conflict(lambda: office.act(record_reply, text))
        return Response(EMPTY_TWIML, media_type="text/xml")

    return router
