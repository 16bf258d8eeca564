"""The doors for paged people who pick up: what they hear, and the keys they press."""

from fastapi import APIRouter, HTTPException, Request, Response

from dispatch.actions.answer_call import Heard, Stage, pick_up, press
from dispatch.actions.office import Office
from dispatch.inbound.carrier.carrier_request import SignatureCheck, field, page_in, signed_form
from dispatch.inbound.http.texts import storable
from dispatch.rules.callbacks import with_retry_policy

_VOICE = "Polly.Joanna"
_KEY_SECONDS = 8  # somebody half asleep looks for the key pad first
_ROUNDS = 3  # voicemail never presses a key: hang up, so that the next page goes out
_MOST_DIGITS = 20  # no number of minutes is longer


def build(office: Office, check: SignatureCheck) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.post("/twilio/voice/page/{page}")
    async def somebody_picked_up(request: Request) -> Response:
        await signed_form(office, check, request)
        page = page_in(request)
        heard = await office.act(pick_up, page)
        rounds = {"2": 2, "3": 3}.get(request.query_params.get("round", ""), 1)
        return _twiml(heard, f"{office.public_url}/twilio/voice/page/{page}", rounds)

    @router.post("/twilio/voice/page/{page}/keys")
    async def keys_pressed(request: Request) -> Response:
        form = await signed_form(office, check, request)
        try:
            stage = Stage(request.query_params.get("stage", Stage.PAGE))
        except ValueError as error:
            raise HTTPException(404, "there is no such stage of a call") from error
        page = page_in(request)
        heard = await office.act(press, page, stage, field(form, "Digits")[:_MOST_DIGITS])
        return _twiml(heard, f"{office.public_url}/twilio/voice/page/{page}", 1)

    return router


def _twiml(heard: Heard, page_url: str, rounds: int) -> Response:
    # The SDK is large; only who answers a call pays for it.
    from twilio.twiml.voice_response import Gather, VoiceResponse

    answer = VoiceResponse()
    if heard.dial is not None:
        answer.dial(heard.dial, timeout=30)
        answer.redirect(with_retry_policy(page_url))
        return _xml(answer)
    asked: VoiceResponse | Gather = answer
    if heard.ask is not None:
        many = heard.ask is Stage.ETA
        asked = Gather(
            input="dtmf",
            action=with_retry_policy(f"{page_url}/keys?stage={heard.ask}"),
            timeout=_KEY_SECONDS,
            # An ETA ends with #; without any key the call goes on as well, since it is taken already.
            **({"finish_on_key": "#", "action_on_empty_result": True} if many else {"num_digits": 1}),
        )
    for sentence in heard.say:
        asked.say(storable(sentence), voice=_VOICE)
    if asked is not answer:
        answer.append(asked)
    if heard.ask is Stage.PAGE and rounds < _ROUNDS:
        answer.redirect(with_retry_policy(f"{page_url}?round={rounds + 1}"))
    else:
        answer.hangup()
    return _xml(answer)


def _xml(answer: object) -> Response:
    return Response(str(answer), media_type="text/xml")
