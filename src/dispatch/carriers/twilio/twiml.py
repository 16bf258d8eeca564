"""What a phone is told, in TwiML, Twilio's language for a call."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from dispatch.actions.answer_call import Heard, Stage
from dispatch.carriers.carrier import Document
from dispatch.carriers.twilio.addresses import Addresses
from dispatch.rules.facts import Language
from dispatch.rules.storable import storable

# Which voice speaks, and the language that it is told to read.
_VOICES = {Language.ENGLISH: ("Polly.Joanna", "en-US"), Language.SPANISH: ("Polly.Lupe", "es-US")}
_KEY_SECONDS = 8  # somebody half asleep looks for the key pad first
_DIAL_SECONDS = 30
_ROUNDS = 3  # voicemail never presses a key: hang up, so that the next page goes out
_MEDIA_TYPE = "text/xml"

NOTHING = Document('<?xml version="1.0" encoding="UTF-8"?><Response/>', _MEDIA_TYPE)


def round_number(given: str | None) -> int:
    """How often this is said now, as our own address tells; one that we never gave away is the first."""
    return {"2": 2, "3": 3}.get(given or "", 1)


def document(heard: Heard, addresses: Addresses, page: str, rounds: int, our_number: str) -> Document:
    """Say what is to be heard, and ask for the keys if any are asked for. `rounds` is how often it is said now.

    Whoever is dialled is shown our number: Twilio would show that of the specialist, whose own it is.
    """
    answer = VoiceResponse()
    if heard.dial is not None:
        answer.dial(heard.dial, caller_id=our_number, timeout=_DIAL_SECONDS)
        answer.redirect(addresses.picked_up(page))
        return Document(str(answer), _MEDIA_TYPE)
    asked: VoiceResponse | Gather = answer
    if heard.ask is not None:
        many = heard.ask is Stage.ETA
        asked = Gather(
            input="dtmf",
            action=addresses.keys(page, heard.ask),
            timeout=_KEY_SECONDS,
            # An ETA ends with #; without any key the call goes on as well, since it is taken already.
            **({"finish_on_key": "#", "action_on_empty_result": True} if many else {"num_digits": 1}),
        )
    voice, language = _VOICES[heard.language]
    for sentence in heard.say:
        asked.say(storable(sentence), voice=voice, language=language)
    if asked is not answer:
        answer.append(asked)
    if heard.ask is Stage.PAGE and rounds < _ROUNDS:
        answer.redirect(addresses.picked_up(page, rounds + 1))
    else:
        answer.hangup()
    return Document(str(answer), _MEDIA_TYPE)
