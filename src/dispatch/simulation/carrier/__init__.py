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

from dispatch.simulation.carrier.caller_id import WITHHELD
from dispatch.simulation.carrier.calls import PhoneCall
from dispatch.simulation.carrier.carrier import SimulatedCarrier
from dispatch.simulation.carrier.dialects import SIGNALWIRE, TWILIO, Dialect
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
from dispatch.simulation.carrier.message import Message
from dispatch.simulation.carrier.numbers import NotInService, ServiceNumber
from dispatch.simulation.carrier.phones import DeliveredText, NoSuchCall, Phone
from dispatch.simulation.carrier.record import CarrierError, CreateRequest, Delivery
from dispatch.simulation.carrier.violations import violations

__all__ = [
    "SIGNALWIRE",
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
