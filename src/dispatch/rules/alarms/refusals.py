"""An agency's call-outs are refused: who hears of it.

The law: a key was changed, police are calling, and nobody hears. So coordinators are told when a known agency is
refused again and again. They are texted and never rung, and once an hour, since whoever only says that they are an
agency must not wake anybody up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.wording import alarms

AGAIN_AND_AGAIN = 3
WITHIN = timedelta(minutes=10)
TOLD_AGAIN = timedelta(hours=1)


class Why(StrEnum):
    """Why a call-out was refused."""

    NO_CREDENTIAL = "no_credential"
    UNKNOWN_KEY = "unknown_key"
    REVOKED_KEY = "revoked_key"
    FALSE_SIGNATURE = "false_signature"
    CLOCK = "clock"  # the signature is older than five minutes, or as far in the future
    NOT_ALLOWED = "not_allowed"  # a coordinator's key; or the agency has left the roster
    KEY_USED = "key_used"  # the idempotency key came with another body
    BODY = "body"
    STRICT = "strict"  # a field did not fit, and the program asked to be refused for that
    WRONG_ADDRESS = "wrong_address"  # another one than POST /v1/callouts
    OVERLOAD = "overload"  # more come in than can be paged (`rules/admission.py`)


@dataclass(frozen=True, slots=True)
class Refusal:
    """`agency` has or had a key of ours; None says that nobody knows who it was. It is `proven` when it showed a key or
    a signature that is, or once was, its own; otherwise it only says so.
    """

    why: Why
    agency: str | None = None
    proven: bool = False

    @property
    def told_as(self) -> str | None:
        """Refusals that are told together; None for one that nobody need hear of, such as what somebody tries out
        who builds an integration. Everybody who only says who they are counts as one, so that a stranger who names
        agency after agency is told of once."""
        if self.why is Why.OVERLOAD:
            return "overload"
        if self.agency is None or self.why is Why.STRICT:
            return None
        return self.agency if self.proven else ""


def is_worth_a_text(refusal: Refusal, earlier: Sequence[datetime], now: datetime) -> bool:
    """Whether coordinators should hear of it, after the refusals at these moments, the last one included: once they are
    again and again, and of an overload at once, since then we are the cause."""
    return refusal.why is Why.OVERLOAD or sum(now - at <= WITHIN for at in earlier) >= AGAIN_AND_AGAIN


def warn(refusal: Refusal) -> AlarmCoordinators:
    """It never rings."""
    if refusal.why is Why.OVERLOAD:
        return AlarmCoordinators(alarms.too_many_callouts(refusal.agency or ""), kind=AlarmKind.CALLS_REFUSED)
    text = alarms.calls_refused(refusal.agency or "", refusal.why.replace("_", " "), proven=refusal.proven)
    return AlarmCoordinators(text, kind=AlarmKind.CALLS_REFUSED)
