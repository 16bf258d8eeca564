"""The doors for status callbacks: what became of a text or a call. For an unknown page, too, the answer is 204."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.page_news import hear_report
from dispatch.inbound.carrier.carrier_request import proven

router = APIRouter(include_in_schema=False)


@router.post("/sms/status/{page}")
async def text_status(request: Request) -> Response:
    sent = await proven(request)
    await sent.office.act(hear_report, sent.page, sent.read(sent.carrier.text_news))
    return Response(status_code=204)


@router.post("/voice/status/{page}")
async def call_status(request: Request) -> Response:
    sent = await proven(request)
    await sent.office.act(hear_report, sent.page, sent.read(sent.carrier.call_news))
    return Response(status_code=204)
