"""A simulated carrier: a real HTTP server that behaves like Twilio, and phones to play with.

carrier = SimulatedCarrier("AC…", "token", now=clock)
await carrier.start()
carrier.number("+15625550100", sms_url=…, voice_url=…)
ana = carrier.phone("+15625550101")
…
await ana.reply("1 25")
"""

from dispatch.simulation.carrier.calls import PhoneCall
from dispatch.simulation.carrier.carrier import SimulatedCarrier
from dispatch.simulation.carrier.faults import (
    BeforeCreateAnswers,
    Doomed,
    Doubled,
    Fault,
    Faults,
    HangAfterAccepting,
    Late,
    LoseAnswer,
    Lost,
    Refuse,
    RefuseConnection,
    ServerError,
    Swapped,
    TooManyRequests,
    Unparsable,
)
from dispatch.simulation.carrier.handsets import Behaviour
from dispatch.simulation.carrier.messages import Message
from dispatch.simulation.carrier.numbers import NotInService
from dispatch.simulation.carrier.phones import DeliveredText, NoSuchCall, Phone
from dispatch.simulation.carrier.record import CarrierError, CreateRequest, Delivery

__all__ = [
    "BeforeCreateAnswers",
    "Behaviour",
    "CarrierError",
    "CreateRequest",
    "DeliveredText",
    "Delivery",
    "Doomed",
    "Doubled",
    "Fault",
    "Faults",
    "HangAfterAccepting",
    "Late",
    "LoseAnswer",
    "Lost",
    "Message",
    "NoSuchCall",
    "NotInService",
    "Phone",
    "PhoneCall",
    "Refuse",
    "RefuseConnection",
    "ServerError",
    "SimulatedCarrier",
    "Swapped",
    "TooManyRequests",
    "Unparsable",
]
