"""A simulated carrier: a real HTTP server that behaves like Twilio, and phones to play with.

carrier = SimulatedCarrier("AC…", "token", now=clock)
await carrier.start()
carrier.number("+15625550100", sms_url=…, voice_url=…, voice_fallback_url=carrier.host("<Response>…</Response>"))
ana = carrier.phone("+15625550101")
…
await ana.reply("1 25")
call = await ana.call("+15625550100", verstat="TN-Validation-Passed-A")
await ana.press("1")
await ana.hang_up(after=20)
assert call.heard == […]
"""

from twilio_simulator.caller_id import WITHHELD
from twilio_simulator.calls import PhoneCall
from twilio_simulator.carrier import SimulatedCarrier
from twilio_simulator.dialects import TWILIO, Dialect
from twilio_simulator.faults import (
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
from twilio_simulator.handsets import Behaviour
from twilio_simulator.message import Message
from twilio_simulator.numbers import NotInService, ServiceNumber
from twilio_simulator.phones import DeliveredText, NoSuchCall, Phone
from twilio_simulator.record import CarrierError, CreateRequest, Delivery
from twilio_simulator.violations import violations

__all__ = [
    "TWILIO",
    "WITHHELD",
    "BeforeCreateAnswers",
    "Behaviour",
    "CarrierError",
    "CreateRequest",
    "DeliveredText",
    "Delivery",
    "Dialect",
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
    "ServiceNumber",
    "SimulatedCarrier",
    "Swapped",
    "TooManyRequests",
    "Unparsable",
    "violations",
]
