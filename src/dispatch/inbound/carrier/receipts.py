"""The doors for status callbacks: what became of a text or a call. An unknown page is answered 204 as well."""

from fastapi import APIRouter, Request, Response

from dispatch.actions.delivery.record_news import hear_report
from dispatch.carriers.doors import Door
from dispatch.inbound.carrier.carrier_request import proven

router = APIRouter(include_in_schema=False)


@router.post(Door.TEXT_NEWS)
async def text_status(request: Request) -> Response:
    sent = await proven(request)
    await sent.runner.act(hear_report, sent.id_, sent.carrier.text_news(sent.request))
    return Response(status_code=204)


@router.post(Door.CALL_NEWS)
async def call_status(request: Request) -> Response:
    sent = await proven(request)
    await sent.runner.act(hear_report, sent.id_, sent.carrier.call_news(sent.request))
    return Response(status_code=204)
