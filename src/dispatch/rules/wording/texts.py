"""What a specialist reads when paged, and in answer to what they wrote; in English or Spanish."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from dispatch.rules.wording.alphabet import one_segment, segments, shortened
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import (
    agency_name,
    counted_text,
    first_up,
    listed,
    o_llame,
    or_call,
    shown_name,
    someone,
    un_colega,
)
from dispatch.rules.wording.times import local_time


def page_text(
    agency: str,
    code: str,
    again: bool = False,
    several: bool = False,
    same_as: str | None = None,
    *,
    unverified: bool = False,
) -> Words:
    """`again` for every page after the first; `several` when others are open, so that a reply may need the code;
    `same_as` is the code of another that is probably about the same; `unverified` where nobody has verified the
    caller."""
    name = agency_name(agency)
    mark, marca = (" (unverified)", " (sin verificar)") if unverified else ("", "")
    once_more, otra_vez = ("Again: ", "Otra vez: ") if again else ("", "")
    if same_as is not None:
        return text(
            f"{once_more}{name} call-out {code}{mark}, probably the same as {same_as}. "
            f"Reply {code} 1 to take it or {code} 2 if you cannot.",
            f"{otra_vez}Llamado {code} de {name}{marca}, quizá el mismo que {same_as}. "
            f"Responda {code} 1 para ir o {code} 2 si no puede.",
        )
    put = f"{code} " if several else ""
    opening = f"{once_more}{name} call-out {code}{mark or (', nobody has it yet' if again else '')}."
    en_espanol = f"{otra_vez}Llamado {code} de {name}{marca or (', nadie lo tiene aún' if again else '')}."
    return text(
        f"{opening} Reply {put}1 to take it ({put}1 25 = there in 25 min) or {put}2 if you cannot.",
        f"{en_espanol} Responda {put}1 para ir ({put}1 25 = llego en 25 min) o {put}2 si no puede.",
    )


def silent_callers(code: str, count: int, *, again: bool = False) -> Words:
    """One page for callers who said nothing; the link to their numbers goes behind it, and 60 characters are left free.
    The code stands in it: with so many calls, others are open."""
    once_more, otra_vez = ("Again: ", "Otra vez: ") if again else ("", "")
    who, quien = counted_text(count, "caller"), "1 llamada" if count == 1 else f"{count} llamadas"
    return text(
        f"{once_more}{code}: {who} said nothing. Reply {code} 1 to take it, {code} 2 if you cannot. Numbers:",
        f"{otra_vez}{code}: {quien} sin decir nada. Responda {code} 1 para ir, {code} 2 si no puede. Números:",
    )


def page_the_last(agency: str, code: str, *, unverified: bool = False) -> Words:
    """To somebody who is out on another call-out, when nobody else is left."""
    name = agency_name(agency)
    mark, marca = (" (unverified)", " (sin verificar)") if unverified else ("", "")
    return text(
        f"{name} call-out {code}{mark}: you are out, but you are the last we can ask. "
        f"Reply {code} 1 to take it or {code} 2 if you cannot.",
        f"Llamado {code} de {name}{marca}: usted ya está en otro, pero no queda nadie más. "
        f"Responda {code} 1 para ir o {code} 2 si no puede.",
    )


def ask_along(
    agency: str, code: str, first_name: str, by: datetime, limit: str, *, several: bool, unverified: bool
) -> Words:
    """To somebody who would be there sooner than `first_name`, who has it. `limit` is what they may be past, such as
    "the hour"; `several` when others are open, so that a reply may need the code."""
    name, at, put = agency_name(agency), local_time(by), f"{code} " if several else ""
    mark, marca = (" (unverified)", " (sin verificar)") if unverified else ("", "")
    who, quien = someone(first_name), un_colega(first_name)
    reply = f"Reply {put}1 and your minutes if you can be there by {at}, or {put}2."
    responda = f"Responda {put}1 y sus minutos si llega antes de las {at}, o {put}2."
    return text(
        _that_fits(
            f"{name} call-out {code}{mark}: {who} is going but may be there after {limit}. {reply}",
            f"{name} call-out {code}{mark}: {who} is going but may be late. {reply}",
            f"{name} {code}{mark}: {who} may be late. {reply}",
        ),
        _that_fits(
            f"Llamado {code} de {name}{marca}: {quien} va, pero puede tardar. {responda}",
            f"{name} {code}{marca}: {quien} puede tardar. {responda}",
        ),
    )


def _that_fits(*forms: str) -> str:
    """The first that is one segment; the last where none is."""
    return next((form for form in forms if segments(form) == 1), forms[-1])


def asked_no_more(code: str, first_name: str, *, there: bool = False) -> Words:
    """To somebody who was asked along, once somebody is `there` or due in time."""
    is_, ya = ("is there", "ya está ahí") if there else ("will be there in time", "llega a tiempo")
    return text(
        f"{code}: {someone(first_name)} {is_}. Nothing to do, thank you.",
        f"{code}: {un_colega(first_name)} {ya}. No hay nada que hacer, gracias.",
    )


def others_asked(code: str, names: Sequence[str]) -> Words:
    """To whoever has it and may be late."""
    asked, preguntados = listed([someone(name) for name in names]), " y ".join(un_colega(name) for name in names)
    return text(
        f"{code}: you may be late, so we asked {asked} as well. You still have it.",
        f"{code}: por si usted tarda, preguntamos también a {preguntados}. Sigue siendo suyo.",
    )


def may_turn_back(code: str, first_name: str, eta_at: datetime | None) -> Words:
    """To whoever has it, when somebody much nearer drives. `eta_at` only if that one has said it."""
    there, llega = " and should be there before you", " y debe llegar antes que usted"
    if eta_at is not None:
        there, llega = f", there {local_time(eta_at)}", f", llega {local_time(eta_at)}"
    return text(
        first_up(f"{someone(first_name)} is on the way{there}. Come along, or reply {code} NO to turn back."),
        first_up(f"{un_colega(first_name)} va en camino{llega}. Acompañe, o responda {code} NO para regresar."),
    )


def go_on_after_all(code: str, first_name: str) -> Words:
    """To whoever has it and read that they may turn back, when the nearer one does not go."""
    return text(
        f"{code}: {someone(first_name)} is not coming after all, so please go on. You still have it.",
        f"{code}: {un_colega(first_name)} ya no va, así que por favor siga. Sigue siendo suyo.",
    )


def goes_along(code: str, eta_at: datetime | None) -> Words:
    """To whoever says that they can be there sooner; the link goes behind it, as with `confirmation`."""
    if eta_at is None:
        return text(
            f"{code}: you go along. Reply ETA 25 if you are there in 25, OMW when you leave, NO if not. Where to go:",
            f"{code}: usted acompaña. Responda ETA 25 si llega en 25, VOY al salir, NO si no puede. Dónde ir:",
        )
    eta, llegada = _eta(eta_at)
    return text(
        f"{code}: you go along{eta}. Reply OMW when you leave, HERE there, NO if not. Where to go:",
        f"{code}: usted acompaña{llegada}. Responda VOY al salir, LLEGUE, NO si no puede. Dónde ir:",
    )


def declined_along(code: str) -> Words:
    return text(f"All right, you need not go to {code}. Thank you.", f"De acuerdo, no tiene que ir a {code}. Gracias.")


def limited_noted(code: str, minutes: int | None) -> Words:
    """To whoever goes only if nobody else does."""
    how_long, cuanto = "", ""
    if minutes is None:
        how_long, cuanto = f" {code} L 40 says you need 40 min.", f" {code} L 40 dice que tarda 40 min."
    return text(
        f"{code}: noted, only if nobody else goes. Then we text and ring you.{how_long} To go now reply {code} 1.",
        f"{code}: anotado, solo si no va nadie. Entonces le avisamos.{cuanto} Para ir ya responda {code} 1.",
    )


def still_needed(code: str) -> Words:
    """To whoever says "only if nobody else" to a page that came after they had said it: nobody else has come."""
    return text(
        f"{code}: nobody else has come. Reply {code} 1 to go or {code} 2 if you cannot.",
        f"{code}: no hay nadie más. Responda {code} 1 para ir o {code} 2 si no puede.",
    )


def probably_yours(code: str, newer: str) -> Words:
    """To whoever has `code`, when `newer` comes in and is probably about the same."""
    return text(
        f"You still have {code}. {newer} has come in, probably the same, and others are paged for it. "
        "Please ask the officer, and call us if it is.",
        f"{code} sigue siendo suyo. Hay otro llamado, {newer}, quizá el mismo; avisamos a otros. "
        "Pregunte al oficial, y llámenos si lo es.",
    )


def stand_down(code: str, first_name: str) -> Words:
    return text(
        first_up(f"{someone(first_name)} has {code}. Nothing to do, thank you."),
        first_up(f"{un_colega(first_name)} tiene {code}. No hay nada que hacer, gracias."),
    )


def closed_stand_down(code: str) -> Words:
    return text(
        f"{code} is off, nobody needs to go. Nothing to do, thank you.",
        f"{code} queda sin efecto, nadie tiene que ir. No hay nada que hacer, gracias.",
    )


def closed_while_there(code: str) -> Words:
    """To whoever is at the scene, or has left it and is not home yet."""
    return text(
        f"{code} is closed. We will not ask you about it any more, thank you.",
        f"{code} está cerrado. Ya no le preguntaremos más por él, gracias.",
    )


def test_page(first_name: str) -> Words:
    hello, hola = (first_up(shown_name(first_name, otherwise)) for otherwise in ("hello", "hola"))
    return text(
        f"{hello}, this is a test, no call-out. Reply 1 so we know that texts reach you.",
        f"{hola}, esto es una prueba, no un llamado. Responda 1 para saber que le llegan nuestros textos.",
    )


TEST_ANSWERED = text("Thank you. Texts reach you.", "Gracias. Nuestros textos le llegan.")
TEST_ONLY = text(
    "Thank you, texts reach you. It was only a test: there is nowhere to go. Coordinators read what you wrote.",
    "Gracias, nuestros textos le llegan. Era solo una prueba: no hay adónde ir. Coordinación lee lo que escribió.",
)


class Going(StrEnum):
    """How far somebody has said that they are. Nobody is told to reply what they have just replied."""

    NOT_YET = "not_yet"
    UNDER_WAY = "under_way"
    THERE = "there"


_THEN = {
    Going.UNDER_WAY: ("Reply HERE when you are there, NO lets it go.", "Responda LLEGUE al llegar, NO si no puede."),
    Going.THERE: ("Reply DONE when you have left.", "Responda LISTO al irse."),
}


def confirmation(code: str, eta_at: datetime | None = None, going: Going = Going.NOT_YET) -> Words:
    """To whoever took it: how to let it go stands in it, since a NO that answers it does so (`replies/letting_go`). The
    one-time link to the meeting place goes behind it: 60 characters are left free."""
    eta, llegada = _eta(eta_at)
    if going is Going.NOT_YET:
        brief = eta_at is not None
        then = f"Reply OMW when you leave{'' if brief else ' (or OMW 25)'}, HERE there, NO lets it go."
        luego = f"Responda VOY al salir{'' if brief else ' (o VOY 25)'}, LLEGUE al llegar, NO si no puede."
    else:
        then, luego = _THEN[going]
    return text(f"You have {code}{eta}. {then} Where to go:", f"{code} es suyo{llegada}. {luego} Dónde ir:")


def confirmation_without_eta(code: str, going: Going = Going.NOT_YET) -> Words:
    """To whoever took it with an ETA that makes no sense; the link goes behind it, as with `confirmation`."""
    then, luego = "and HERE there", "y LLEGUE al llegar"
    if going is Going.NOT_YET:
        then, luego = "OMW when you leave", "VOY al salir"
    return text(
        f"You have {code}. Reply ETA 25 if you are there in 25, {then}, NO lets it go. Where to go:",
        f"{code} es suyo. Responda ETA 25 si llega en 25, {luego}, NO si no puede. Dónde ir:",
    )


def confirmation_with_guess(question: Words) -> Words:
    """To whoever took it with an ETA that is said back first; the link goes behind it, as with `confirmation`."""
    return text(
        f"You have it. {question} If not, ETA 25. NO lets it go. Where to go:",
        f"Es suyo. {question.spanish} Si no, ETA 25. NO si no puede. Dónde ir:",
    )


def eta_asked(code: str) -> Words:
    return text(
        f"{code}: on your way, noted. Reply ETA 25 if you are there in 25 minutes, and HERE when you are there.",
        f"{code}: en camino, anotado. Responda ETA 25 si llega en 25 minutos, y LLEGUE al llegar.",
    )


def call_by_the_link(code: str) -> Words:
    """The one-time link goes behind it, as with `confirmation`."""
    return text(
        f"{code}: the number of the officer is on your page. Open it and call:",
        f"{code}: el número del oficial está en su página. Ábrala y llame:",
    )


def the_way_once_more(code: str) -> Words:
    """The one-time link goes behind it, as with `confirmation`."""
    return text(
        f"{code}: where to go, and the number of the officer:",
        f"{code}: dónde ir, y el número del oficial:",
    )


def _eta(eta_at: datetime | None) -> tuple[str, str]:
    """The ETA in both languages, with the comma before it; empty without one."""
    if eta_at is None:
        return "", ""
    at = local_time(eta_at)
    return f", ETA {at}", f", llegada {at}"


def partner_confirmation(code: str, leader: str, going: Going) -> Words:
    """To whoever goes along; the link goes behind it, as with `confirmation`."""
    then, luego = _THEN[going]
    if going is Going.UNDER_WAY:
        then, luego = "Reply HERE there, NO if you cannot.", "Responda LLEGUE, o NO si no puede."
    return text(
        f"{code}: you go along, {someone(leader)} leads. {then} Where to go:",
        f"{code}: usted acompaña, {un_colega(leader)} dirige. {luego} Dónde ir:",
    )


def you_go_along(leader: str) -> Words:
    """What a partner reads in the view behind their link."""
    return text(f"You go along, {someone(leader)} leads.", f"Usted acompaña, {un_colega(leader)} dirige.")


def you_lead(code: str, left: str) -> Words:
    """To a partner; the link goes behind it, as with `confirmation`."""
    return text(
        f"{code}: {someone(left)} is not coming, so you lead now. Where to go:",
        f"{code}: {un_colega(left)} no viene; ahora dirige usted. Dónde ir:",
    )


def late_answer(code: str, first_name: str) -> Words:
    return text(
        first_up(
            f"{someone(first_name)} already has {code}, thank you. To go along as a partner reply {code} OMW. "
            "If not, nothing to do."
        ),
        first_up(
            f"{un_colega(first_name)} ya tiene {code}, gracias. Para acompañar responda {code} VOY. "
            "Si no, no hay nada que hacer."
        ),
    )


def everybody_has_left(code: str) -> Words:
    """To somebody who says that they go, or asks, when everybody who went has left the scene."""
    return text(
        f"Everybody has left the scene of {code}. Nothing to do, thank you.",
        f"Ya todos se fueron del lugar de {code}. No hay nada que hacer, gracias.",
    )


def here_where_everybody_has_left(code: str) -> Words:
    """To somebody who is not on the call-out, and says that they are there."""
    return text(
        f"Everybody has left the scene of {code}. In case you are there, coordinators have your text.",
        f"Ya todos se fueron del lugar de {code}. Por si usted está ahí, los coordinadores tienen su texto.",
    )


def already_closed(code: str, waits: str | None = None, said: str = "1") -> Words:
    """`waits` is another call-out that they are asked for or are on, with what they `said`."""
    if waits is not None:
        dicho = _DICHO.get(said, said)
        return text(
            f"{code} is already closed. {waits} is open: if you mean that, reply {waits} {said}.",
            f"{code} ya está cerrado. {waits} sigue abierto: si se refiere a ese, responda {waits} {dicho}.",
        )
    return text(
        f"{code} is already closed. Nothing to do, thank you.",
        f"{code} ya está cerrado. No hay nada que hacer, gracias.",
    )


def over_and_read(code: str, *, called_off: bool) -> Words:
    """To somebody who writes about a call-out that is over. Whoever was there hears no "you need not go"."""
    if not called_off:
        return text(
            f"{code} is over. Coordinators have your text.",
            f"{code} ya terminó. Los coordinadores tienen su texto.",
        )
    return text(
        f"{code} is off, you need not go. Coordinators have your text.",
        f"{code} ya no sigue, no tiene que ir. Los coordinadores tienen su texto.",
    )


def declined(code: str) -> Words:
    return text(
        f"All right, you are not going to {code}. Thank you. If you can go after all, reply {code} 1.",
        f"De acuerdo, usted no va a {code}. Gracias. Si al final puede ir, responda {code} 1.",
    )


def eta_noted(code: str, eta_at: datetime) -> Words:
    at = local_time(eta_at)
    return text(f"{code}: ETA {at}, noted. Thank you.", f"{code}: llegada {at}, anotado. Gracias.")


def en_route_noted(code: str, eta_at: datetime | None = None) -> Words:
    eta, llegada = _eta(eta_at)
    return text(
        f"{code}: on your way{eta}, noted. Drive safely. Reply HERE when you are there.",
        f"{code}: en camino{llegada}, anotado. Maneje con cuidado. Responda LLEGUE al llegar.",
    )


def arrived_noted(code: str) -> Words:
    return text(
        f"{code}: on scene, noted. Thank you. Reply DONE when you have left.",
        f"{code}: en el lugar, anotado. Gracias. Responda LISTO al irse.",
    )


def cleared_noted(code: str) -> Words:
    return text(
        f"{code}: you are clear, noted. Thank you. Reply HOME once you are safe at home.",
        f"{code}: su salida, anotada. Gracias. Responda EN CASA cuando esté a salvo en casa.",
    )


def home_noted(code: str, rest: datetime | None) -> Words:
    """`rest`: until when they rest after a call-out at night."""
    if rest is None:
        return text(
            f"{code}: good that you are home. Thank you, and rest well.",
            f"{code}: qué bueno que ya está en casa. Gracias, y descanse.",
        )
    until = local_time(rest)
    return text(
        f"{code}: good that you are home. Thank you. Rest until {until}; you are not paged unless nobody else answers.",
        f"{code}: qué bueno que ya está en casa. Gracias. Descanse hasta las {until}; solo le avisamos si nadie más "
        "contesta.",
    )


_COUNTED = {2: ("Two", "dos"), 3: ("Three", "tres"), 4: ("Four", "cuatro")}


# The Spanish for what somebody may be told to say.
_DICHO = {"OMW": "VOY", "HERE": "LLEGUE", "DONE": "LISTO", "HOME": "EN CASA", "CALL": "LLAMAR", "HELP": "OPCIONES"}


def which_callout(codes: Sequence[str], said: str = "1", like: str | None = None) -> Words:
    """To somebody whose answer fits several call-outs, with what they `said`; at least one code is given.

    `like` is the one on which that word can act, since the example is copied.
    """
    several, varios, example = listed(codes), listed(codes, "y", "otros"), like or codes[0]
    shown, mostrado = f"{several} is open.", f"{varios} está abierto."
    if len(codes) > 1:
        counted, contado = _COUNTED.get(len(codes), (len(codes), len(codes)))
        shown, mostrado = f"{counted} are open: {several}.", f"Hay {contado} abiertos: {varios}."
    return text(
        f"{shown} Put the code first, such as {example} {said}.",
        f"{mostrado} Ponga el código primero, por ejemplo {example} {_DICHO.get(said, said)}.",
    )


def no_such_callout(code: str, has: str | None = None, said: str = "1") -> Words:
    """`has` is the call-out that they are on, with what they `said`."""
    shown = shortened(code, 12)
    if has is not None:
        return text(
            f"No call-out {shown} is open for you. You have {has}. Reply {has} {said}.",
            f"Ningún llamado {shown} está abierto para usted. {has} es suyo. Responda {has} {_DICHO.get(said, said)}.",
        )
    return text(
        f"No call-out {shown} is open for you. Check the code, or leave it out if you have one only.",
        f"Ningún llamado {shown} está abierto para usted. Revise el código, o no lo ponga si solo tiene uno.",
    )


NOTHING_OPEN = text(
    "No call-out is open for you, so nothing was changed. Nothing to do, thank you.",
    "No hay ningún llamado abierto para usted, y nada cambió. No hay nada que hacer, gracias.",
)
NOT_UNDERSTOOD = text(
    "Not understood; coordinators have your text. "
    "Reply 1 take it, 2 cannot, ETA 20, OMW on my way, HERE on scene, DONE left, HOME safe at home.",
    "No se entendió; los coordinadores lo tienen. "
    "Responda 1 lo tomo, 2 no puedo, ETA 20, VOY en camino, LLEGUE ya estoy, LISTO ya me fui, EN CASA.",
)


# ---- danger, and what has changed ----------------------------------------------------------------------------------


DANGER_HEARD = text(
    "Coordinators are being called for you right now. If you are in danger, call 911, or text 911.",
    "Ya estamos llamando a los coordinadores por usted. Si está en peligro, llame al 911, o mande un texto al 911.",
)


def call_me_heard(code: str, contact: str | None = None) -> Words:
    """To a specialist who asks for a call: coordinators are rung now."""
    return text(
        f"{code}: coordinators are being called, and have your text.{or_call(contact, 'or ')} "
        "If you are in danger reply SOS.",
        f"{code}: ya avisamos a los coordinadores.{o_llame(contact)} Si corre peligro, responda SOS.",
    )


def still_there_noted(code: str) -> Words:
    """To somebody who had said DONE."""
    return text(
        f"{code}: still there, noted, and coordinators know. Reply HOME once you are safe at home.",
        f"{code}: sigue ahí, anotado, y los coordinadores lo saben. Responda EN CASA cuando esté a salvo en casa.",
    )


IN_DANGER = text("In danger? Reply SOS.", "¿En peligro? Responda SOS.")
"""Behind an answer to a text with an idiom in it that may have been a cry."""
OPTED_IN = text("Thank you, our texts reach you again.", "Gracias, nuestros textos le llegan otra vez.")


def you_are_unknown(contact: str | None = None) -> str:
    return one_segment(
        f"We do not know this number. Coordinators have your text.{or_call(contact, 'if it is urgent, ')}"
    )


def officer_wrote(code: str) -> Words:
    """The one-time link goes behind it, as with `confirmation`, and leads to the words."""
    return text(
        f"{code}: the officer has written to us. Coordinators know. Read it here:",
        f"{code}: el oficial nos escribió. Los coordinadores lo saben. Léalo aquí:",
    )


def speak_first(code: str) -> Words:
    """The one-time link goes behind it, as with `confirmation`."""
    return text(
        f"{code}: the officer has written. Speak to them before you go in. Their number:",
        f"{code}: el oficial escribió. Hable con él antes de entrar. Su teléfono:",
    )


def stay_away(code: str, phone: str) -> Words:
    """To whoever is on it; `phone` is a coordinator's. The one-time link goes behind it, as with `confirmation`."""
    call, llame = (f"; call {phone}", f"; llame al {phone}") if phone else ("", "")
    return text(
        f"{code}: the officer may be in danger. Stay away until police say it is safe{call}:",
        f"{code}: el oficial puede correr peligro. No se acerque sin la policía{llame}:",
    )


def scene_unsafe(code: str) -> Words:
    """The one-time link goes behind it, as with `confirmation`."""
    return text(
        f"{code}: the scene is not safe now. Stay away until police say it is. More:",
        f"{code}: el lugar no es seguro. No se acerque hasta que la policía lo diga. Más:",
    )


def look_again(code: str) -> Words:
    """The caller knows more. The one-time link goes behind it, as with `confirmation`."""
    return text(
        f"{code}: what the caller told us has changed. Please look before you go on:",
        f"{code}: cambió lo que nos dijo quien llamó. Mírelo antes de seguir:",
    )


def place_may_have_changed(code: str) -> Words:
    """The one-time link goes behind it, as with `confirmation`."""
    return text(
        f"{code}: the place may have changed: speak with the officer before you go on. Their number:",
        f"{code}: el lugar pudo cambiar: hable con el oficial antes de seguir. Su teléfono:",
    )


def place_changed(code: str) -> Words:
    """The one-time link goes behind it, as with `confirmation`."""
    return text(
        f"{code}: the meeting place has changed. Please look before you drive on. Where to go now:",
        f"{code}: el punto de encuentro es otro. Mírelo antes de seguir. Dónde ir ahora:",
    )
