"""Why an alarm is over, as half a sentence: `alarm_answers.alarm_over` says the rest."""

from datetime import datetime

from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import someone, un_colega
from dispatch.rules.wording.times import local_time


def stands(status: Status, first_name: str, eta_at: datetime | None = None, tz: str = LOCAL) -> Words:
    """How far whoever has it has come."""
    who, quien = someone(first_name), un_colega(first_name)
    there = f", there {local_time(eta_at, tz)}" if eta_at else ""
    llega = f", llega {local_time(eta_at, tz)}" if eta_at else ""
    match status:
        case Status.EN_ROUTE:
            return text(f"{who} is on the way{there}", f"{quien} va en camino{llega}")
        case Status.ON_SCENE:
            return text(f"{who} is there", f"{quien} ya está en el lugar")
        case Status.CLEARED:
            return text(f"{who} has left the scene", f"{quien} ya salió del lugar")
        case _:
            return text(f"{who} has it{there}", f"{quien} lo tiene{llega}")


def ended(first_name: str, *, cancelled: bool) -> Words:
    """The call-out is over. `first_name` is who ended it, empty where nobody did: the agency, or the service."""
    by, por = (f" by {someone(first_name)}", f" por {un_colega(first_name)}") if first_name else ("", "")
    return text(f"cancelled{by}", f"cancelado{por}") if cancelled else text(f"closed{by}", f"cerrado{por}")


def verified() -> Words:
    return text("the caller is verified", "quien llamó está verificado")


def call_is(code: str, *, opened: bool) -> Words:
    """A call on the hotline has `opened` a call-out, or is about one that was open."""
    if opened:
        return text(f"the call is {code}, and people are paged", f"la llamada es {code}, y ya se avisa")
    return text(f"the call was about {code}", f"la llamada era sobre {code}")


def call_is_none(first_name: str) -> Words:
    """`first_name` says that a call on the hotline is no call-out."""
    return text(f"no call-out, {someone(first_name)} says", f"no es un llamado, dice {un_colega(first_name)}")
