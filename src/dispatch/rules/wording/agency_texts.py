"""What agencies read: the officer who asked for somebody, in texts and on the view behind their link, and partners.

`contact` is the number to ring; where the deployment has none, the sentence is left out.
"""

from collections.abc import Mapping
from datetime import datetime

from dispatch.rules.wording.alphabet import BESIDE_LINK, cut, one_segment, shortened
from dispatch.rules.wording.languages import Promise, Words, text
from dispatch.rules.wording.names import (
    agency_name,
    first_up,
    minutes_text,
    o_llame,
    or_call,
    shown_name,
    specialist,
)
from dispatch.rules.wording.times import local_time

# ---- texts to the officer ------------------------------------------------------------------------------------------

CALLED_OFF = "NOT NEEDED"
"""What an officer is told to reply when a call-out is off: CANCEL and STOP would end our texts to them."""


def officer_introduced(code: str, theirs: str | None = None, contact: str | None = None) -> str:
    """The first text, which explains all that follow. `theirs` is what they know the request by: reference or unit.
    `rules/callout/moves.py` sends it, two seconds behind the first pages, to whoever can be texted.

    The link to their own view comes behind it, in the same segment.
    """
    ask = f" Ask: {contact}." if contact else ""
    begins, ends = f"On-call specialists: we page for your request {code}", f". Call it off: {CALLED_OFF}.{ask}"
    free = BESIDE_LINK - len(f"{begins} (){ends}")
    said = f"{begins} ({shortened(theirs, free)}){ends}" if theirs else begins + ends
    whole = f"{said} Who comes:"
    return whole if cut(whole, BESIDE_LINK) == whole else said


def officer_taken(code: str, first_name: str, eta_at: datetime | None = None) -> str:
    who = specialist(first_name)
    if eta_at is None:
        return one_segment(f"{code}: {who} is coming. We will tell you the ETA.")
    return one_segment(f"{code}: {who} is coming, ETA {local_time(eta_at)}.")


def who_comes(first_name: str, eta_at: datetime | None = None, *, there: bool = False) -> Words:
    """Such as "Ana is coming, ETA 02:39."; `there` once they are on scene."""
    who, quien = first_up(specialist(first_name)), first_up(shown_name(first_name, "la especialista"))
    if there:
        return Words(f"{who} is on scene.", f"{quien} ya está en el lugar.")
    at = local_time(eta_at) if eta_at else ""
    return Words(
        f"{who} is coming{f', ETA {at}' if at else ''}.", f"{quien} va en camino{f', llega {at}' if at else ''}."
    )


def was_due(first_name: str, due_at: datetime) -> Words:
    """Instead of `who_comes` once the time that they said has passed."""
    who, quien = first_up(specialist(first_name)), first_up(shown_name(first_name, "la especialista"))
    at = local_time(due_at)
    return Words(
        f"{who} was due at {at}; we are asking where they are.",
        f"{quien} debía llegar a las {at}; estamos preguntando.",
    )


def officer_we_ask(code: str, first_name: str, due_at: datetime) -> str:
    return one_segment(f"{code}: {was_due(first_name, due_at)} Others may be asked too. We tell you what we hear.")


SOMEBODY_HAS_IT = Words("A specialist has taken it.", "Una especialista ya lo tomó.")


def officer_taken_by_somebody(code: str) -> str:
    """To an officer whom nobody has verified: no name, no time."""
    return one_segment(f"{code}: a specialist has taken it.")


def officer_more_asked(code: str, count: int) -> str:
    """Whoever comes may be late. Nobody is named before they go."""
    more = {1: "One more was", 2: "Two more were"}.get(count, f"{count} more were")
    return one_segment(f"{code}: {more} asked, who may be with you sooner. We tell you if one of them comes.")


def officer_with_you(code: str, first_name: str) -> str:
    """For a specialist who took it by saying HERE: only the officer can tell whether that is so."""
    return one_segment(f"{code}: {specialist(first_name)} reports being with you. If not, reply NOT HERE or call us.")


def officer_waiting(code: str, minutes: int) -> str:
    return one_segment(
        f"{code}: after {minutes_text(minutes)} nobody has it yet. "
        "We keep paging and will tell you as soon as someone does."
    )


def officer_eta(code: str, first_name: str, eta_at: datetime, *, new: bool = True) -> str:
    """`new` when they were told another ETA before."""
    return one_segment(f"{code}: {'new ' if new else ''}ETA of {specialist(first_name)} {local_time(eta_at)}.")


def officer_released(code: str) -> str:
    return one_segment(
        f"{code}: the specialist can no longer come. We are paging again and will tell you when someone has it."
    )


def officer_gave_up(code: str) -> str:
    return one_segment(
        f"{code}: we cannot reach the specialist any more. We are paging others and will tell you when someone has it."
    )


def officer_cancelled(code: str, contact: str | None = None, same_as: str | None = None) -> str:
    """`same_as` is another call-out that is probably about the same, and is open."""
    then = f". It is probably the same as {same_as}, which goes on" if same_as else ", nobody will come"
    return one_segment(f"{code} is cancelled{then}.{or_call(contact, 'if that is wrong, ')}")


def officer_closed(code: str, contact: str | None = None, same_as: str | None = None) -> str:
    """`same_as` as in `officer_cancelled`."""
    then = f": it is probably the same as {same_as}, which goes on" if same_as else ", nobody will come"
    return one_segment(f"{code} was closed by our coordinator{then}.{or_call(contact, 'if that is wrong, ')}")


# Not that nobody has answered, or taken it: somebody may have, and have let it go again.
NOT_SEEN = Words("noted that you see nobody of ours.", "anotado que no ve a nadie de los nuestros.")
NOBODY_YET = Words("Nobody has it yet, we keep paging.", "Nadie lo tiene aún, seguimos llamando.")


# An officer who writes in Spanish is answered in it.


def officer_heard(code: str, how_it_stands: Words, contact: str | None = None) -> Words:
    """`how_it_stands` is a sentence: `NOBODY_YET`, `NOT_SEEN`, or `who_comes`."""
    return text(
        f"{code}: {how_it_stands} Coordinators have your text.{or_call(contact, 'urgent? ')}",
        f"{code}: {how_it_stands.spanish} Los coordinadores tienen su texto.{_urge(contact)}",
    )


def officer_wrong_number(code: str, contact: str | None = None) -> Words:
    """The phone at the callback number says that it is the wrong one."""
    return text(
        f"{code}: police gave us this number. Nothing is cancelled. Nobody needed? Reply NOT NEEDED."
        f"{or_call(contact, 'otherwise ')}",
        f"{code}: la policía nos dio este número. Nada se cancela. Si nadie hace falta: NO SE NECESITA."
        f"{_urge(contact)}",
    )


def officer_unread(code: str, how_it_stands: Words, contact: str | None = None) -> Words:
    """To an officer of whose text nobody is told, since too many are writing."""
    return text(
        f"{code}: {how_it_stands} Many texts come in, so yours may not be read soon.{or_call(contact, 'urgent? ')}",
        f"{code}: {how_it_stands.spanish} Hay muchos textos; el suyo puede tardar.{_urge(contact)}",
    )


def officer_asks_again_heard(code: str, contact: str | None = None) -> Words:
    """To an officer whose call-out is over, and who may need somebody again."""
    return text(
        f"{code} is over. Coordinators are being called. If a child is with you now, call out again"
        f"{f': {contact}' if contact else ''}.",
        f"{code} ya terminó. Avisamos a los coordinadores. Si tiene a un menor con usted ahora, llámenos otra vez"
        f"{f': {contact}' if contact else ''}.",
    )


def officer_calls_off_heard(code: str, contact: str | None = None) -> Promise:
    return Promise(
        text(
            f"{code}: our coordinators are being called and will call you. Until they have spoken with you nothing is "
            f"cancelled.{or_call(contact, 'or ')}",
            f"{code}: un coordinador le llamará. Hasta que hable con usted no se cancela nada.{o_llame(contact)}",
        )
    )


def officer_heard_after_the_end(code: str, contact: str | None = None) -> Words:
    return text(
        f"{code} is over, nobody is coming. Our coordinators have your text.{or_call(contact, 'urgent? ')}",
        f"{code} ya terminó, nadie va. Los coordinadores tienen su texto.{_urge(contact)}",
    )


def _urge(contact: str | None) -> str:
    return f" Si urge, llame al {contact}." if contact else ""


# ---- the officer's view --------------------------------------------------------------------------------------------

BUTTONS: Mapping[str, str] = {"moved": "We have moved", "not-needed": "No longer needed", "ring-me": "Ring me"}
BRINGS: Mapping[str, Promise] = {
    "moved": Promise("a coordinator rings you about the new place"),
    "not-needed": Promise("a coordinator rings you; nothing is cancelled until then"),
    "ring-me": Promise("a coordinator rings you"),
}
BRINGS_NO_CALL = "coordinators hear it; nothing is cancelled by it"

BEING_CALLED = "Specialists are being called."
NOBODY_CAN_BE_CALLED = "We cannot reach our specialists by phone or text at the moment."
WE_GO_ON_TRYING = "We go on trying. Please call us if you can."
ALL_ARE_CALLED = "Nobody has it yet. Everybody is being called, and coordinators have been."
WE_GO_ON = "We go on until somebody has it, and tell you then."
A_COORDINATOR_RINGS = Promise("A coordinator has been told, and rings you. Until then nothing is cancelled or moved.")
UNTIL_VERIFIED = "Once a coordinator has spoken with your agency, we tell you who comes, and when."
WE_TELL_CHANGES = "We tell you when anything changes."
NOT_DIALLED = "We neither ring nor text the number that you gave. Please call us, and look here for news."
NOTHING_MORE = "You need do nothing more."
HAS_LEFT = Words("The specialist has left the scene.", "El especialista ya se fue del lugar.")
CALL_OUT_CANCELLED = "This call-out is cancelled. Nobody is coming."
CALL_OUT_OVER = "This call-out is over."
CALL_OUT_AGAIN = "If a child is with you now, call us."


# ---- one line to partner agencies ----------------------------------------------------------------------------------


def partner_opened(agency: str, code: str) -> str:
    return one_segment(
        f"{agency_name(agency)} call-out {code} is open, a specialist is being paged. For your notice only."
    )


def partner_taken(code: str, first_name: str | None = None) -> str:
    who = "a specialist" if first_name is None else shown_name(first_name, "a specialist")
    return one_segment(f"{code}: {who} has taken it. For your notice only.")


def partner_heard(contact: str | None = None) -> str:
    return one_segment(f"Thank you. Our coordinators have your text.{or_call(contact, 'if it is urgent, ')}")


def partner_cancelled(code: str, same_as: str | None = None) -> str:
    """`same_as` is another call-out that is probably about the same, and is open."""
    return _partner_ended(code, "cancelled", same_as)


def partner_closed(code: str, same_as: str | None = None) -> str:
    """As `partner_cancelled`, where a coordinator closes it before anybody came."""
    return _partner_ended(code, "closed", same_as)


def _partner_ended(code: str, how: str, same_as: str | None) -> str:
    if same_as is not None:
        return one_segment(f"{code} is {how}: probably the same as {same_as}, which goes on. For your notice only.")
    return one_segment(f"{code} is {how}, nobody will go. For your notice only.")
