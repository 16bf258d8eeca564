"""Writes what somebody hears on a call, in TwiML, Twilio's language for calls."""

from twilio.twiml.voice_response import Gather, VoiceResponse

from dispatch.carriers.carrier import Document
from dispatch.carriers.doors import CallDoors
from dispatch.carriers.twilio.addresses import Addresses
from dispatch.rules.calls import Heard
from dispatch.rules.facts.people import Language
from dispatch.rules.storable import storable

# Which voice speaks, and the language that it is told to read.
_VOICES = {Language.ENGLISH: ("Polly.Joanna", "en-US"), Language.SPANISH: ("Polly.Lupe", "es-US")}
_KEY_SECONDS = 8  # somebody half asleep looks for the key pad first
_DIAL_SECONDS = 30
_MEDIA_TYPE = "text/xml"

NOTHING = Document('<?xml version="1.0" encoding="UTF-8"?><Response/>', _MEDIA_TYPE)


def document(heard: Heard, addresses: Addresses, call: CallDoors, rounds: int, our_number: str) -> Document:
    """Say what `heard` holds, and ask for keys if it asks for any. `rounds` counts how often it is said, from 1.

    Whoever is dialled is shown our number: Twilio would show that of the specialist, whose own it is.
    """
    answer = VoiceResponse()
    if heard.dial is not None:
        answer.dial(heard.dial, caller_id=our_number, timeout=_DIAL_SECONDS)
        answer.redirect(addresses.said(call))
        return Document(str(answer), _MEDIA_TYPE)
    asked: VoiceResponse | Gather = answer
    if heard.ask is not None:
        asked = Gather(
            input="dtmf",
            action=addresses.keys(call, heard.ask),
            timeout=_KEY_SECONDS,
            # Many keys end with #, and without any key the call goes on as well.
            **({"finish_on_key": "#", "action_on_empty_result": True} if heard.many_keys else {"num_digits": 1}),
        )
    voice, language = _VOICES[heard.language]
    for sentence in heard.say:
        asked.say(storable(sentence), voice=voice, language=language)
    if asked is not answer:
        answer.append(asked)
    if heard.ask is not None and rounds < heard.times:
        answer.redirect(addresses.said(call, rounds + 1))
    else:
        answer.hangup()
    return Document(str(answer), _MEDIA_TYPE)
