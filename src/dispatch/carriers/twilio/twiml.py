"""Writes what somebody hears on a call, in TwiML, Twilio's language for calls."""

from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from dispatch.carriers.carrier import Document
from dispatch.carriers.doors import CallDoors
from dispatch.carriers.twilio.addresses import Addresses
from dispatch.rules.facts.people import Language
from dispatch.rules.facts.storable import storable
from dispatch.rules.phone.calls import SpokenReply
from dispatch.rules.wording.hotline import ONE_MOMENT
from dispatch.rules.wording.languages import in_language

# Which voice speaks, and the language that it is told to read.
_VOICES = {Language.ENGLISH: ("Polly.Joanna", "en-US"), Language.SPANISH: ("Polly.Lupe", "es-US")}
_MOMENT_SECONDS = 3  # in which a database that was restarted, or has taken over, may be back
_WAIT_SECONDS = 2  # until the carrier asks again what somebody alone in a conference hears
_MEDIA_TYPE = "text/xml"

NOTHING = Document('<?xml version="1.0" encoding="UTF-8"?><Response/>', _MEDIA_TYPE)


def document(heard: SpokenReply, addresses: Addresses, call: CallDoors, rounds: int) -> Document:
    """Say what `heard` holds, and ask for keys if it asks for any. `rounds` counts how often it is said, from 1."""
    answer = VoiceResponse()
    asked: VoiceResponse | Gather = answer
    if heard.ask is not None:
        asked = Gather(
            input="dtmf",
            action=addresses.keys(call, heard.ask),
            timeout=heard.wait_seconds,
            **({"finish_on_key": "#"} if heard.many_keys else {"num_digits": 1}),
            # The call goes on even when no key is pressed.
            **({"action_on_empty_result": True} if heard.many_keys or heard.silence_counts else {}),
        )
    voice, language = _VOICES[heard.language]
    for sentence in heard.say:
        asked.say(storable(sentence), voice=voice, language=language)
    if heard.join is not None:
        answer.append(_conference(heard.join, addresses, call))
        return Document(str(answer), _MEDIA_TYPE)
    if asked is not answer:
        answer.append(asked)
    if heard.ask is not None and rounds < heard.times:
        answer.redirect(addresses.said(call, rounds + 1))
    else:
        answer.hangup()
    return Document(str(answer), _MEDIA_TYPE)


def _conference(name: str, addresses: Addresses, call: CallDoors) -> Dial:
    """A conference that ends when anybody in it leaves: nobody is left in silence, and the carrier asks about each of
    them at `left`. Nobody is shown a number, since nobody is dialled; a beep announces a third person. Nothing is
    recorded."""
    dial = Dial(action=addresses.left(call))
    dial.conference(
        name,
        beep="onEnter",
        start_conference_on_enter=True,
        end_conference_on_exit=True,
        wait_url=addresses.waits(call),
    )
    return dial


def waits(addresses: Addresses, call: CallDoors) -> Document:
    """Nothing, for a moment: not every carrier can say something to whoever waits for a conference."""
    answer = VoiceResponse()
    answer.pause(length=_WAIT_SECONDS)
    answer.redirect(addresses.waits(call))
    return Document(str(answer), _MEDIA_TYPE)


def one_moment(again: str) -> Document:
    """Say "one moment please", and go on at `again`. In both languages: what the caller speaks is in the database."""
    answer = VoiceResponse()
    for language, (voice, read_as) in _VOICES.items():
        answer.say(in_language(ONE_MOMENT, language), voice=voice, language=read_as)
    answer.pause(length=_MOMENT_SECONDS)
    answer.redirect(again)
    return Document(str(answer), _MEDIA_TYPE)
