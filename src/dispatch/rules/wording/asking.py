"""What a specialist is asked: reminders, and questions back, which change nothing and say how to put what was meant.

The law, for every text and call to a specialist: nothing is asked that a no could answer, since a bare NO may let a
call-out go; so a reminder says what to reply, and what NO means. Only a guess is asked so that a yes answers it, and it
names the yes.
"""

from datetime import datetime

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.pages import Guessed
from dispatch.rules.wording.languages import Owed, Promise, Words, text
from dispatch.rules.wording.names import first_up, o_llame, or_call, someone, un_colega
from dispatch.rules.wording.times import local_time

# ---- reminders -----------------------------------------------------------------------------------------------------


def remind_en_route(code: str) -> Words:
    return text(
        f"You have {code}. Reply OMW when you leave (OMW 25 = in 25 min), NO only if you cannot go.",
        f"{code} es suyo. Responda VOY al salir (VOY 25 = en 25 min), NO solo si no puede ir.",
    )


def passed_on(code: str, heir: str | None = None) -> Words:
    """`heir` is the first name of a partner who has it now, so that nobody is paged."""
    if heir is not None:
        return text(
            f"{code}: we have not heard from you, so {someone(heir)} has it now. If you are going reply {code} OMW.",
            f"{code}: no sabemos nada de usted; ahora lo tiene {un_colega(heir)}. Si va a ir responda {code} VOY.",
        )
    return text(
        f"{code}: we have not heard from you, so others are paged now. If you are going reply {code} OMW.",
        f"{code}: no sabemos nada de usted; ahora avisamos a otros. Si va a ir responda {code} VOY.",
    )


def remind_arrival(code: str) -> Words:
    return text(
        f"{code}: your ETA has passed. Reply HERE when there, ETA 15 = in 15 min, NO only if you cannot go.",
        f"{code}: ya pasó su hora. Responda LLEGUE al llegar, ETA 15 = en 15 min, NO solo si no puede ir.",
    )


def remind_on_scene(code: str) -> Words:
    return text(
        f"{code}: reply HERE if you are well and still on scene, or DONE if you have left.",
        f"{code}: responda LLEGUE si está bien y sigue en el lugar, o LISTO si ya se fue.",
    )


def remind_home(code: str) -> Words:
    return text(
        f"{code}: reply HOME once you are safe at home.",
        f"{code}: responda EN CASA cuando esté a salvo en casa.",
    )


# ---- what can be said from each position: behind a question back, and in answer to HELP ----------------------------


def say_when_paged(code: str) -> Words:
    return text(
        f"Reply {code} 1 to take it ({code} 1 25 = there in 25 min) or {code} 2 if you cannot.",
        f"Responda {code} 1 para ir ({code} 1 25 = llego en 25 min) o {code} 2 si no puede.",
    )


def say_when_another_has_it(code: str, first_name: str) -> Words:
    return text(
        f"{first_up(someone(first_name))} has it. To go along as a partner reply {code} OMW. If not, nothing to do.",
        f"{first_up(un_colega(first_name))} lo tiene. Para acompañar responda {code} VOY. Si no, nada que hacer.",
    )


def say_when_asked_along(code: str) -> Words:
    return text(
        f"Reply {code} 1 and your minutes if you can be there sooner, {code} OMW when you leave, {code} 2 if not.",
        f"Responda {code} 1 y sus minutos si llega antes, {code} VOY al salir, {code} 2 si no puede.",
    )


def say_when_passed_over(code: str) -> Words:
    return text(
        f"Reply {code} OMW if you are going, {code} HERE if you are there, {code} 2 if you cannot.",
        f"Responda {code} VOY si va a ir, {code} LLEGUE si ya está, {code} 2 si no puede.",
    )


def say_when_it_is_yours(code: str) -> Words:
    return text(
        f"Reply {code} OMW when you leave, ETA 20 for a new time, HERE when there, NO if you cannot go.",
        f"Responda {code} VOY al salir, ETA 20 para otra hora, LLEGUE al llegar, NO si no puede ir.",
    )


def say_under_way(code: str) -> Words:
    return text(
        f"Reply {code} ETA 20 for a new time, HERE when you are there, NO if you cannot go.",
        f"Responda {code} ETA 20 para otra hora, LLEGUE al llegar, NO si no puede ir.",
    )


def say_when_there(code: str) -> Words:
    return text(
        f"Reply {code} HERE if you are still there, DONE when you have left, HOME when safe at home.",
        f"Responda {code} LLEGUE si sigue ahí, LISTO al irse, EN CASA cuando esté a salvo en casa.",
    )


def say_when_left(code: str) -> Words:
    return text(
        f"Reply {code} HOME once you are safe at home.", f"Responda {code} EN CASA cuando esté a salvo en casa."
    )


# ---- questions back ------------------------------------------------------------------------------------------------


def asked_back(say: Words) -> Words:
    return text(f"Not sure what you mean. {say}", f"No le entendimos bien. {say.spanish}")


def after_this_callout(say: Words) -> Words:
    """To whoever is paged or out, and writes of their shifts."""
    return text(
        f"We look at shifts after this call-out: text it again then. {say}",
        f"Sobre turnos, escríbanos otra vez después de este llamado. {say.spanish}",
    )


_GUESSED = {
    Guessed.TAKES: ("taking it{en}?", "¿lo toma{es}?"),
    Guessed.LEAVES: ("on your way{en}?", "¿va en camino{es}?"),
    Guessed.STILL_GOES: ("still going?", "¿todavía va?"),
    Guessed.ETA: ("is your ETA {at}?", "¿su hora es {at}?"),
    Guessed.THERE: ("are you there?", "¿ya está ahí?"),
    Guessed.LEFT: ("have you left the scene?", "¿ya se fue del lugar?"),
    Guessed.HOME: ("are you safe at home?", "¿ya está a salvo en casa?"),
    Guessed.STAYS: ("still there, and all well?", "¿sigue ahí, y todo bien?"),
    Guessed.CANNOT: ("not going?", "¿no va?"),
}


def guessed(what: Guessed, code: str, eta_at: datetime | None, tz: str = LOCAL) -> Words:
    """What we take a text to say, and that a Y says so."""
    english, spanish = _GUESSED[what]
    at = local_time(eta_at, tz) if eta_at else ""
    there, llega = (f", there {at}", f", llega {at}") if at else ("", "")
    return text(
        f"{code}: {english.format(en=there, at=at)} Reply Y.", f"{code}: {spanish.format(es=llega, at=at)} Responda SÍ."
    )


def or_else(question: Words, say: Words) -> Words:
    """A guess, and what can be said if it is wrong."""
    otherwise, si_no = say[:1].lower() + say[1:], say.spanish[:1].lower() + say.spanish[1:]
    return text(f"{question} If not, {otherwise}", f"{question.spanish} Si no, {si_no}")


def helped(say: Words, contact: str | None) -> Words:
    """The answer to HELP: what can be said, and whom to ring where there is a number."""
    return text(f"{say}{or_call(contact, 'or ')}", f"{say.spanish}{o_llame(contact)}")


def helped_or_in_danger(say: Words, contact: str | None) -> Words:
    """The answer to HELP from whoever is out there, and may have meant it as a cry."""
    answer = helped(say, contact)
    return text(f"In danger: reply SOS. {answer}", f"En peligro: responda SOS. {answer.spanish}")


def no_or_eta(code: str) -> Words:
    return text(
        f"{code}: if you cannot go, reply NO. If you are there in 2 minutes, reply ETA 2.",
        f"{code}: si no puede ir, responda NO. Si llega en 2 minutos, responda ETA 2.",
    )


def keep_or_let_go(code: str) -> Words:
    """To somebody who wrote NO, when our newest text did not offer it."""
    return text(
        f"{code} NO lets it go, OMW keeps it. Without a word we ring you in a minute.",
        f"{code} NO lo deja, VOY lo mantiene. Si no, le llamamos en un minuto.",
    )


def go_instead(code: str, first_name: str) -> Words:
    """To the next, while whoever has it may have let it go."""
    return text(
        first_up(
            f"{someone(first_name)} has {code}, but perhaps does not go. "
            f"Reply {code} OMW when you leave, or {code} 2 if you cannot."
        ),
        first_up(
            f"{un_colega(first_name)} tiene {code}, pero quizá no vaya. "
            f"Responda {code} VOY al salir, o {code} 2 si no puede."
        ),
    )


def were_you_there(code: str) -> Words:
    return text(
        f"{code}: if you have been there reply HERE first. Reply NO if you cannot go, ETA 20 if you are still driving.",
        f"{code}: si ya estuvo ahí responda LLEGUE primero. Responda NO si no puede ir, ETA 20 si aún maneja.",
    )


def here_if_there(code: str) -> Words:
    return text(
        f"Not sure what you mean. Reply {code} HERE if you are there, OMW when you leave, NO if you cannot go.",
        f"No le entendimos bien. Responda {code} LLEGUE si ya está ahí, VOY al salir, NO si no puede ir.",
    )


def if_not_there(code: str) -> Promise:
    """To somebody who said HERE, and minutes later something that contradicts it."""
    return Promise(
        text(
            f"{code}: we have you on scene. If you are not there yet, drive on: a coordinator will call you.",
            f"{code}: para nosotros usted está en el lugar. Si aún no está ahí, siga: le llamará un coordinador.",
        ),
        owed=Owed.CALL_OF_SPECIALIST,
    )


def still_if_not_there(code: str) -> Words:
    """To the same person who says it again: what was promised stands, and nothing more is."""
    return text(
        f"{code}: we have you on scene. If you are not there yet, drive on, and reply HERE when you are.",
        f"{code}: para nosotros usted está en el lugar. Si aún no está ahí, siga, y responda LLEGUE al llegar.",
    )


def here_if_there_too(code: str, first_name: str) -> Words:
    """To somebody who is not on the call-out, while another specialist is."""
    return text(
        first_up(
            f"{someone(first_name)} has it. To go along as a partner reply {code} OMW, then HERE if you are there. "
            "If not, nothing to do."
        ),
        first_up(
            f"{un_colega(first_name)} lo tiene. Para acompañar responda {code} VOY, y LLEGUE si ya está ahí. "
            "Si no, nada que hacer."
        ),
    )


def how_to_take_it(code: str) -> Words:
    return text(
        f"You do not have {code}. To take it reply {code} 1 ({code} 1 25 = there in 25 min).",
        f"Usted no tiene {code}. Para ir responda {code} 1 ({code} 1 25 = llego en 25 min).",
    )
