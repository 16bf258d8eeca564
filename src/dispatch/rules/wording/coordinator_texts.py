"""What others read because a coordinator did something; and what the owner of an account reads when somebody has come
in, or may from now on.

What a coordinator wrote to a specialist is read behind the link: a phone shows its texts to whoever is near.
"""

from datetime import datetime

from dispatch.rules.wording.alphabet import one_segment
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import agency_name, first_up, someone, un_colega
from dispatch.rules.wording.times import local_time


def page_assigned(agency: str, code: str) -> Words:
    """To a specialist whom a coordinator asks to go, and who has not answered yet."""
    name = agency_name(agency)
    return text(
        f"{name} call-out {code}: our coordinator asks you to go. "
        f"Reply {code} 1 to take it ({code} 1 25 = there in 25 min) or {code} 2 if you cannot.",
        f"Llamado {code} de {name}: nuestro coordinador le pide que vaya. "
        f"Responda {code} 1 para ir o {code} 2 si no puede.",
    )


def partner_asked(code: str, leader: str) -> Words:
    return text(
        first_up(
            f"{someone(leader)} has {code}, and our coordinator asks you to go along. "
            f"Reply {code} OMW when you leave, or {code} 2 if you cannot."
        ),
        first_up(
            f"{un_colega(leader)} tiene {code}, y nuestro coordinador le pide que le acompañe. "
            f"Responda {code} VOY al salir, o {code} 2 si no puede."
        ),
    )


def partner_added(code: str, leader: str) -> Words:
    """To somebody who told a coordinator that they go along. The link goes behind it, as with `texts.confirmation`."""
    return text(
        f"{code}: you go along, {someone(leader)} leads. Reply OMW when you leave, NO if not. Where to go:",
        f"{code}: acompaña a {un_colega(leader)}. Responda VOY al salir, NO si no puede. Dónde ir:",
    )


def partner_joins(code: str, partner: str) -> Words:
    """To whoever has the call-out."""
    return text(
        f"{code}: {someone(partner)} goes along with you. Nothing to do, thank you.",
        f"{code}: {un_colega(partner)} le acompaña. No hay nada que hacer, gracias.",
    )


def partner_is_there(code: str, partner: str) -> Words:
    """To whoever has the call-out, and may still be driving."""
    return text(
        first_up(f"{someone(partner)} is on scene at {code}. You still have it. Drive safely."),
        first_up(f"{un_colega(partner)} ya está en el lugar de {code}. Sigue siendo suyo. Maneje con cuidado."),
    )


def set_out_noted(code: str, at: datetime) -> Words:
    """To somebody for whom a coordinator noted when they had left. They may be there by now: no wish for the road."""
    left = local_time(at)
    return text(
        f"{code}: our coordinator noted that you left at {left}. Reply HERE when you are there.",
        f"{code}: nuestro coordinador anotó que usted salió a las {left}. Responda LLEGUE al llegar.",
    )


def eta_set(code: str, eta_at: datetime) -> Words:
    at = local_time(eta_at)
    return text(
        f"{code}: our coordinator noted ETA {at} for you. If that is right, nothing to do. Another time: reply ETA 20.",
        f"{code}: nuestro coordinador anotó su llegada {at}. Si es así, nada que hacer. Si no, responda ETA 20.",
    )


def coordinator_wrote(code: str) -> Words:
    """The one-time link goes behind it, as with `texts.confirmation`, and leads to the words."""
    return text(
        f"{code}: our coordinator has written to you. Read it here:",
        f"{code}: nuestro coordinador le escribió. Léalo aquí:",
    )


def coordinator_wrote_aloud(code: str) -> Words:
    """To somebody who takes no texts and so has no link. The words are not read out, since a call may end on a machine
    that others hear."""
    return text(
        f"Call-out {code}: our coordinator has something to tell you. Please call us.",
        f"Llamado {code}: nuestro coordinador tiene algo que decirle. Llámenos, por favor.",
    )


# ---- to the owner of an account ------------------------------------------------------------------------------------

# Whoever owns it may be a specialist who is being paged, so nothing is asked that a bare NO would answer. There is no
# link: a thief's text would look the same.


def new_browser(contact: str | None) -> Words:
    return _change_the_password(
        "Somebody signed in to your account in a new browser.",
        "Alguien entró en su cuenta con otro navegador.",
        contact,
    )


def new_wall(contact: str | None) -> Words:
    return _change_the_password(
        "A screen was made a wall display in your name.", "Una pantalla muestra el tablero en su nombre.", contact
    )


def new_key(contact: str | None) -> Words:
    return _change_the_password(
        "A key for programs was made in your name.", "Se creó en su nombre una clave para programas.", contact
    )


def _change_the_password(happened: str, paso: str, contact: str | None) -> Words:
    return text(
        f"{happened} If that was not you, change your password under My account and {_call(contact)}.",
        f"{paso} Si no fue usted, cambie su contraseña en My account y {_llame(contact)}.",
    )


def new_app(contact: str | None) -> Words:
    return _have_it_reset(
        "An app was set up for the codes of your account.",
        "Se instaló una app para los códigos de su cuenta.",
        contact,
    )


def changed_password(contact: str | None) -> Words:
    return _have_it_reset(
        "The password of your account was changed.",
        "Se cambió la contraseña de su cuenta.",
        contact,
    )


def _have_it_reset(happened: str, paso: str, contact: str | None) -> Words:
    return text(
        f"{happened} If that was not you, have the account reset at once: {_call(contact)}.",
        f"{paso} Si no fue usted, pida ya que restablezcan la cuenta: {_llame(contact)}.",
    )


def _call(contact: str | None) -> str:
    return f"call {contact or 'a coordinator'}"


def _llame(contact: str | None) -> str:
    return f"llame al {contact}" if contact else "llame a la coordinación"


def officer_message(code: str, words: str) -> str:
    """Its caller refuses words that would be cut off."""
    return one_segment(f"{code}, from our coordinator: {' '.join(words.split())}")
