"""An agency's call-outs are refused: who hears of it.

The law: if a key was changed, police call and nobody hears. So coordinators are told when a known agency is refused
again and again. They are texted once an hour and never rung, since somebody who only claims to be an agency must not
wake anybody up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.decisions import AlarmCoordinators
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.wording import alarms

AGAIN_AND_AGAIN = 3
_WITHIN = timedelta(minutes=10)
TOLD_AGAIN = timedelta(hours=1)


class Why(StrEnum):
    """Why a call-out was refused."""

    NO_CREDENTIAL = "no_credential"
    UNKNOWN_KEY = "unknown_key"
    REVOKED_KEY = "revoked_key"
    FALSE_SIGNATURE = "false_signature"
    CLOCK = "clock"  # the signature's time is more than five minutes in the past or the future
    NOT_ALLOWED = "not_allowed"  # a coordinator's key; or the agency has left the roster
    KEY_USED = "key_used"  # the idempotency key came with another body, or its call-out is over
    BODY = "body"
    STRICT = "strict"  # a field did not fit, and the program asked to be refused for that
    WRONG_ADDRESS = "wrong_address"  # other than POST /v1/callouts
    OVERLOAD = "overload"  # more come in than can be paged (`rules/admission.py`), or than have a place


@dataclass(frozen=True, slots=True)
class Refusal:
    """`agency` has or had a key of ours; None says that nobody knows who it was. It is `proven` if the request carried
    a key or a signature that is, or once was, the agency's own; otherwise the agency is only claimed.
    """

    why: Why
    agency: str | None = None
    proven: bool = False

    @property
    def told_as(self) -> str | None:
        """The key under which refusals are told together; None for one that nobody need hear of, such as an attempt by
        somebody who is building an integration. All unproven claims count as one, so a stranger who names agency after
        agency is told of once."""
        if self.why is Why.OVERLOAD:
            return "overload"
        if self.agency is None or self.why is Why.STRICT:
            return None
        return self.agency if self.proven else ""


def is_worth_a_text(refusal: Refusal, earlier: Sequence[datetime], now: datetime) -> bool:
    """Whether coordinators should hear of it. `earlier` are the moments of the refusals that are told together, this
    one included: it takes several, except for an overload, which we cause ourselves."""
    return refusal.why is Why.OVERLOAD or sum(now - at <= _WITHIN for at in earlier) >= AGAIN_AND_AGAIN


def warn(refusal: Refusal) -> AlarmCoordinators:
    """The alarm about a refusal; it never rings."""
    if refusal.why is Why.OVERLOAD:
        return AlarmCoordinators(alarms.too_many_callouts(refusal.agency or ""), kind=AlarmKind.CALLS_REFUSED)
    text = alarms.calls_refused(refusal.agency or "", refusal.why.replace("_", " "), proven=refusal.proven)
    return AlarmCoordinators(text, kind=AlarmKind.CALLS_REFUSED)
