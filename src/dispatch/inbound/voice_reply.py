"""The doors for paged people who pick up: what they hear, and the keys they press."""

from fastapi import APIRouter, HTTPException, Request, Response

from dispatch.actions.answer_call import Heard, Stage, pick_up, press
from dispatch.actions.office import Office
from dispatch.inbound.carrier_request import SignatureCheck, field, signed_form

_VOICE = "Polly.Joanna"
_KEY_SECONDS = 8  # somebody half asleep looks for the key pad first


def build(office: Office, check: SignatureCheck) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.post("/twilio/voice/page/{page}")
    async def somebody_picked_up(page: str, request: Request) -> Response:
        await signed_form(office, check, request)
        return _twiml(await office.act(pick_up, page), office.public_url, page)

    @router.post("/twilio/voice/page/{page}/keys")
    async def keys_pressed(page: str, request: Request) -> Response:
        form = await signed_form(office, check, request)
        try:
            stage = Stage(request.query_params.get("stage", Stage.PAGE))
        except ValueError as error:
            raise HTTPException(404, "there is no such stage of a call") from error
        return _twiml(await office.act(press, page, stage, field(form, "Digits")), office.public_url, page)

    return router


def _twiml(heard: Heard, public_url: str, page: str) -> Response:
    # The SDK is large; only who answers a call pays for it.
    from twilio.twiml.voice_response import Gather, VoiceResponse

    answer = VoiceResponse()
    keys_url = f"{public_url}/twilio/voice/page/{page}/keys?stage={heard.ask}"
    if heard.dial is not None:
        answer.dial(heard.dial, timeout=30)
        answer.redirect(f"{public_url}/twilio/voice/page/{page}")
        return Response(str(answer), media_type="text/xml")
    if heard.ask is None:
        for sentence in heard.say:
            answer.say(sentence, voice=_VOICE)
        answer.hangup()
        return Response(str(answer), media_type="text/xml")
    many = heard.ask is Stage.ETA
    gather = Gather(
        input="dtmf",
        action=keys_url,
        timeout=_KEY_SECONDS,
        # An ETA ends with #; without any key the call goes on as well, since it is taken already.
        **({"finish_on_key": "#", "action_on_empty_result": True} if many else {"num_digits": 1}),
    )
    for sentence in heard.say:
        gather.say(sentence, voice=_VOICE)
    answer.append(gather)
    answer.redirect(f"{public_url}/twilio/voice/page/{page}") if heard.ask is Stage.PAGE else answer.hangup()
    return Response(str(answer), media_type="text/xml")
