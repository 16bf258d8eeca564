"""What is said on the phone, in English or Spanish."""

import re

from dispatch.rules.facts.code import spell
from dispatch.rules.wording.languages import Owed, Promise, Words
from dispatch.rules.wording.names import counted_text, minutes_text, minutos, said_name

_LINK = re.compile(r"\s*https?://\S*$")
_NUMBER = re.compile(r"\+([0-9]{7,15})")


def page(
    agency: str,
    code: str,
    *,
    same_as: str | None = None,
    last: bool = False,
    unverified: bool = False,
    others: int = 0,
) -> Words:
    """`agency` is its name in full: a voice cannot read LBPD. `same_as` is the code of another that is probably about
    the same; `last` tells somebody who is out that they are the last we can ask; `unverified` as in a text. `others`
    are the call-outs beside this one that wait for them, each with a text of its own."""
    name, spelled = said_name(agency), spell(code)
    same = f"It is probably the same as {spell(same_as)}. " if same_as else ""
    igual = f"Probablemente es el mismo que {spell(same_as)}. " if same_as else ""
    out = "You are out, but you are the last we can ask. " if last else ""
    fuera = "Usted ya está en otro llamado, pero no nos queda nadie más. " if last else ""
    doubt, many = _doubt(unverified), _first_of(others)
    return Words(
        f"{many}This is a call-out from {name}, code {spelled}. {doubt}{same}{out}"
        "Press 1 to take it. Press 2 if you cannot. Press 9 to hear this again.",
        f"{many.spanish}Este es un llamado de {name}, código {spelled}. {doubt.spanish}{igual}{fuera}"
        "Oprima 1 para aceptarlo. Oprima 2 si no puede. Oprima 9 para oírlo otra vez.",
    )


def _doubt(unverified: bool) -> Words:
    return Words(f"{CALLER_UNVERIFIED} ", f"{CALLER_UNVERIFIED.spanish} ") if unverified else Words("", "")


def _first_of(others: int) -> Words:
    if not others:
        return Words("", "")
    return Words(
        f"{others + 1} call-outs wait for you, each with a text. The first: ",
        f"{others + 1} llamados le esperan, cada uno con un texto. El primero: ",
    )


def silent_callers(code: str, count: int, *, others: int = 0) -> Words:
    """One page for callers who said nothing; `others` as in a page for one caller."""
    spelled, who = spell(code), counted_text(count, "caller")
    quien = "1 llamada" if count == 1 else f"{count} llamadas"
    many = _first_of(others)
    return Words(
        f"{many}{who} said nothing on the hotline, code {spelled}. Their numbers are behind the link in our text. "
        "Press 1 to take it. Press 2 if you cannot. Press 9 to hear this again.",
        f"{many.spanish}{quien} sin decir nada, código {spelled}. Los números están en el enlace de nuestro texto. "
        "Oprima 1 para aceptarlo. Oprima 2 si no puede. Oprima 9 para oírlo otra vez.",
    )


def along(agency: str, code: str, first_name: str, by: str, *, unverified: bool = False) -> Words:
    """To somebody who would be there sooner than `first_name`; `by` is a time such as "03:14", or empty."""
    name, spelled, at = said_name(agency), spell(code), " ".join(by.split(":"))
    then, entonces = (f"by {at}", f"llegar a las {at}") if at else ("sooner", "llegar antes")
    goes, doubt = said_name(first_name), _doubt(unverified)
    return Words(
        f"This is about a call-out from {name}, code {spelled}. {doubt}{goes or 'A colleague'} is going, but may be "
        f"late. Press 1 if you can be there {then}. Press 2 if you cannot. Press 9 to hear this again.",
        f"Es sobre un llamado de {name}, código {spelled}. {doubt.spanish}{goes or 'Un colega'} va, pero puede tardar. "
        f"Oprima 1 si puede {entonces}. Oprima 2 si no puede. Oprima 9 para oírlo otra vez.",
    )


def asked_to_come(agency: str, code: str, first_name: str, *, unverified: bool = False) -> Words:
    """To somebody whom we ask to go along with `first_name`, who perhaps does not go."""
    name, spelled, has_it = said_name(agency), spell(code), said_name(first_name)
    doubt = _doubt(unverified)
    return Words(
        f"This is about a call-out from {name}, code {spelled}. {doubt}{has_it or 'A colleague'} has it, and we ask "
        "you to go as well. Press 1 if you go. Press 2 if you cannot. Press 9 to hear this again.",
        f"Es sobre un llamado de {name}, código {spelled}. {doubt.spanish}{has_it or 'Un colega'} lo tiene, y le "
        "pedimos que vaya también. Oprima 1 si va. Oprima 2 si no puede. Oprima 9 para oírlo otra vez.",
    )


ALONG_IS_OFF = Words(
    "Nobody else is needed any more. Thank you, and goodbye.", "Ya no hace falta nadie más. Gracias, y adiós."
)
"""To somebody who was asked along and picks up too late."""
ASK_MINUTES_ALONG = Words(
    "Thank you, you go along. Key in how many minutes you need to get there, then the pound key. Or just wait. "
    "If you cannot go, text NO.",
    "Gracias, usted acompaña. Marque en cuántos minutos puede llegar y luego la tecla numeral. O solo espere. "
    "Si no puede ir, mande NO por texto.",
)
GOES_ALONG = Words("Thank you. You go along.", "Gracias. Usted acompaña.")
NOT_ALONG = Words(
    "All right, you need not go. Thank you, and goodbye.", "De acuerdo, no tiene que ir. Gracias, y adiós."
)


def more_alarms(others: int) -> str:
    """Beside the alarm that this call tells of; coordinators hear English."""
    return f"{counted_text(others + 1, 'alarm')} wait for you, each with a text. The first:"


def alarms_wait(others: int) -> str:
    """Beside an alarm that is over: the calls about these are not placed any more."""
    return f"Alarms that wait for you: {others}, each with a text."


ASK_ETA = Words(
    "You have it. Key in how many minutes you need to get there, then the pound key. Or just wait. "
    "If you cannot go, text NO.",
    "Es suyo. Marque en cuántos minutos puede llegar y luego la tecla numeral. O solo espere. "
    "Si no puede ir, mande NO por texto.",
)


def confirmed(minutes: int | None = None, *, told_when: bool = True) -> Words:
    """`told_when`: the officer may hear when somebody comes, not only that somebody does."""
    told, dicho = "", ""
    if minutes is not None and not told_when:
        return Words(
            f"Thank you. You have the call-out, with {minutes_text(minutes)} noted.",
            f"Gracias. El llamado es suyo; anotado: {minutos(minutes)}.",
        )
    if minutes is not None:
        told, dicho = f": {minutes_text(minutes)}", f": {minutos(minutes)}"
    return Words(
        f"Thank you. You have the call-out, and the officer is told{told}.",
        f"Gracias. El llamado es suyo, y el oficial ya lo sabe{dicho}.",
    )


def no_eta(*, leads: bool = True, told_when: bool = True) -> Words:
    """`leads`: they have the call-out, and do not only go along; `told_when` as in `confirmed`."""
    goes, va = ("You have it", "Es suyo") if leads else ("You go along", "Usted acompaña")
    lacks, falta = (
        ("the officer is told no time yet", "el oficial aún no sabe la hora")
        if leads and told_when
        else ("no time is noted yet", "aún no hay ninguna hora anotada")
    )
    return Words(
        f"{goes}, but {lacks}. Key in the minutes again, then the pound key. Or just wait.",
        f"{va}, pero {falta}. Marque otra vez los minutos y luego la tecla numeral. O solo espere.",
    )


def aloud(text: str) -> str:
    """A text of ours as a voice can say it: without the link behind it, and with a number digit by digit."""
    return _NUMBER.sub(lambda number: " ".join(number[1]), _LINK.sub("", text))


def place_not_delivered(code: str) -> Words:
    """Before the menu, whose key 3 says the place."""
    return Words(
        f"Our text about the meeting place of call-out {spell(code)} did not reach you.",
        f"Nuestro texto con el punto de encuentro del llamado {spell(code)} no le llegó.",
    )


def called_off(code: str) -> Words:
    return Words(
        f"Call-out {spell(code)} is off. Nobody needs to go. If you are on your way, you can turn back. Thank you.",
        f"El llamado {spell(code)} queda sin efecto. Nadie tiene que ir. Si va en camino, puede volver. Gracias.",
    )


def menu(*, holding: bool = False) -> Words:
    """`holding`: the officer is on the line, hoping to speak with somebody."""
    waits, espera = ("The officer is on the line. ", "El oficial está en la línea. ") if holding else ("", "")
    return Words(
        f"{waits}Press 3 to hear the meeting place. Press 4 to speak with the officer. Press 0 for a coordinator. "
        "Press 9 to hear this again.",
        f"{espera}Oprima 3 para oír el punto de encuentro. Oprima 4 para hablar con el oficial. "
        "Oprima 0 para un coordinador. Oprima 9 para oírlo otra vez.",
    )


COORDINATOR_CALLED = Words(
    "Coordinators are being told that you ask for a call.",
    "Avisamos a los coordinadores que usted pide una llamada.",
)
"""To one of our people who pressed 0."""


def about(code: str) -> Words:
    """To whoever has it and has phoned us; the menu follows."""
    return Words(f"About call-out {spell(code)}.", f"Sobre el llamado {spell(code)}.")


def join(code: str) -> Words:
    """To whoever asked to speak with the officer."""
    spelled = spell(code)
    return Words(
        f"About call-out {spelled}: press 1 to speak with the officer.",
        f"Sobre el llamado {spelled}: oprima 1 para hablar con el oficial.",
    )


def officer_is_asked(*, doubtful: bool = False) -> Words:
    """The same whether the officer is on the line or is being rung, so that pressing the key again once their phone
    rings says the same. `doubtful`: somebody calls from the officer's number, and nothing says that it is the officer.
    """
    doubt = "Careful: a caller shows the officer's number, and nobody has verified them. " if doubtful else ""
    duda = "Cuidado: alguien llama con el número del oficial, y nadie ha verificado quién es. " if doubtful else ""
    return Words(
        f"{doubt}We are asking the officer. Stay on the line. Any key takes you back.",
        f"{duda}Estamos avisando al oficial. No cuelgue. Cualquier tecla le regresa.",
    )


OFFICER_IS_AWAITED = Words("One moment.", "Un momento.")
OFFICER_DOES_NOT_ANSWER = Words("The officer does not answer.", "El oficial no contesta.")
OFFICER_ON_ANOTHER_CALL = Words(
    "The officer's number is on another call with us. Try again in a minute.",
    "El número del oficial está en otra llamada con nosotros. Intente otra vez en un minuto.",
)


def officer_is_taken(first_name: str) -> Words:
    name = said_name(first_name)
    return Words(
        f"{name or 'A colleague'} speaks with the officer already, or waits for them.",
        f"{name or 'Un colega'} ya habla con el oficial, o le espera.",
    )


OFFICER_LEFT = Words("The officer has left the line.", "El oficial colgó.")


def taken_by(first_name: str) -> Words:
    name = said_name(first_name)
    return Words(
        f"{name or 'A colleague'} already has this call-out. Nothing to do. Thank you, and goodbye.",
        f"{name or 'Un colega'} ya tiene este llamado. No hay nada que hacer. Gracias, y adiós.",
    )


CLOSED = Words(
    "This call-out is closed. Nothing to do. Thank you, and goodbye.",
    "Este llamado está cerrado. No hay nada que hacer. Gracias, y adiós.",
)
NOT_KNOWN = Words(
    "We cannot say on this call how it stands. Please read our texts, or ring our coordinators. Goodbye.",
    "No podemos decirle en esta llamada cómo está. Lea nuestros mensajes o llame a la coordinación. Adiós.",
)
"""Of a call of which we know nothing: its rows are lost."""


def stands(first_name: str | None, closed: bool) -> str:
    """What has become of a call-out by the time somebody hears an alarm about it; empty while paging goes on. Alarms
    are in English."""
    if closed:
        return "By now it is closed."
    return "" if first_name is None else f"By now {said_name(first_name) or 'a colleague'} has it."


def own_alarm(*, can_join: bool = False) -> str:
    officer = " Press 2 to have it and speak with the officer." if can_join else ""
    return f"Press 1 if you have this alarm: then it rings for nobody else.{officer} Press 9 to hear it again."


ALARM_IS_YOURS = "Thank you. You have this alarm, and the others are told. Goodbye."


def alarm_has_owner(first_name: str) -> str:
    return f"{said_name(first_name) or 'A colleague'} has this alarm. Thank you, and goodbye."


THIS_ALARM_IS_OVER = "This alarm is over. Thank you, and goodbye."


def decide_call(*, can_join: bool = False) -> str:
    """To a coordinator, about a call on the hotline that has no call-out yet."""
    caller = " Press 2 to speak with the caller, who is on the line." if can_join else ""
    return f"Press 1 to page a specialist now.{caller} Press 3 if it is no call-out. Press 9 to hear this again."


DISMISS_FOR_SURE = "Press 3 once more if it is no call-out. Then nobody is paged. Press 9 to go back."
CALLER_IS_PAGED = "Thank you. A specialist is being paged now. Goodbye."
CALLER_DISMISSED = "Thank you. It is no call-out, and nobody is paged. Goodbye."
DECIDED_ALREADY = "What becomes of this call is decided already. Thank you, and goodbye."
NEXT_IS_CALLED = Words(
    "All right. The next person is called now. Thank you, and goodbye.",
    "De acuerdo. Ahora llamamos a la siguiente persona. Gracias, y adiós.",
)


def keep_or_let_go(code: str) -> Words:
    """To somebody who wrote NO, perhaps to something else."""
    return Words(
        f"About call-out {spell(code)}: you wrote no. Press 1 if you are going. Press 2 to let it go. "
        "Press 9 to hear this again.",
        f"Sobre el llamado {spell(code)}: usted escribió no. Oprima 1 si va a ir. Oprima 2 para dejarlo. "
        "Oprima 9 para oírlo otra vez.",
    )


STILL_YOURS = Words("Good, you still have it.", "Bien, sigue siendo suyo.")
LET_GO = Words("All right, you are not going. Thank you, and goodbye.", "De acuerdo, usted no va. Gracias, y adiós.")


def place(address: str | None, note: str | None = None) -> Words:
    """Only for somebody who has taken the call-out."""
    if not address:
        return Words(
            "The meeting place is not known yet. Press 4 to ask the officer.",
            "Aún no se conoce el punto de encuentro. Oprima 4 para preguntarle al oficial.",
        )
    where, more = " ".join(address.split()), " ".join(note.split()) if note else ""
    return Words(
        f"The meeting place is {where}." + (f" Note: {more}." if more else ""),
        f"El punto de encuentro es {where}." + (f" Nota: {more}." if more else ""),
    )


CALLER_UNVERIFIED = Words("Nobody has verified the caller yet.", "Nadie ha verificado aún quién llama.")
CALLER_IS_GONE = Words(
    "The caller has hung up. If we have their number, the text names it.",
    "La persona colgó. Si tenemos su número, está en el texto.",
)
"""To a coordinator who wants to speak with a caller on hold."""
OFFICER_NOT_DIALLED = Words(
    "We do not ring the officer's number. A coordinator can help you.",
    "No llamamos al número del oficial. Un coordinador puede ayudarle.",
)
NO_OFFICER_NUMBER = Words(
    "The officer gave no number. A coordinator can help you.",
    "El oficial no dio ningún número. Un coordinador puede ayudarle.",
)
PLACE_UNCONFIRMED = Promise(
    "A coordinator confirms the meeting place: a station, a hospital or another known site. "
    "Go nowhere else before you have heard from us.",
    "Un coordinador confirma el punto de encuentro: una estación, un hospital u otro lugar conocido. "
    "No vaya a otro lugar antes de saber de nosotros.",
    Owed.MEETING_PLACE,
)
"""For whoever took a call-out of a caller whom nobody has verified: a false meeting place would be an ambush."""
PLACE_STAYS_OPEN = Words(
    "Nobody has confirmed the meeting place that the caller named.",
    "Nadie ha confirmado el punto de encuentro que dijo quien llamó.",
)
"""The same where no coordinator is rung about it any more, since somebody is there."""
UNSAFE_SCENE = Words(
    "Careful: the officer says that the scene is not safe. Stay away until police say that it is.",
    "Cuidado: el oficial dice que el lugar no es seguro. No se acerque hasta que la policía diga que lo es.",
)


def remind(code: str) -> Words:
    spelled = spell(code)
    return Words(
        f"You took call-out {spelled}. Press 1 if you are on your way. Press 2 if you cannot go.",
        f"Usted aceptó el llamado {spelled}. Oprima 1 si va en camino. Oprima 2 si no puede ir.",
    )


def officer_wrote(code: str) -> Words:
    spelled = spell(code)
    return Words(
        f"About call-out {spelled}: the officer has written to us. Speak with the officer before you go on.",
        f"Sobre el llamado {spelled}: el oficial nos escribió. Hable con el oficial antes de seguir.",
    )


def speak_first(code: str) -> Words:
    """The menu follows, in which 4 is the officer."""
    spelled = spell(code)
    return Words(
        f"About call-out {spelled}: the officer has written. Speak to them before you go in: press 4.",
        f"Sobre el llamado {spelled}: el oficial escribió. Hable con él antes de entrar: oprima 4.",
    )


def stay_away(code: str, phone: str) -> Words:
    """`phone` is a coordinator's; empty where there is none."""
    spelled, digits = spell(code), " ".join(phone.removeprefix("+"))
    call, llame = (f" Call a coordinator: {digits}.", f" Llame a un coordinador: {digits}.") if phone else ("", "")
    return Words(
        f"About call-out {spelled}: the officer may be in danger. Stay away until police say that it is safe.{call}",
        f"Sobre el llamado {spelled}: el oficial puede estar en peligro. "
        f"No se acerque hasta que la policía diga que es seguro.{llame}",
    )


def scene_unsafe(code: str) -> Words:
    spelled = spell(code)
    return Words(
        f"About call-out {spelled}: the scene is not safe now. Stay away until police say that it is.",
        f"Sobre el llamado {spelled}: el lugar ya no es seguro. No se acerque hasta que la policía diga que lo es.",
    )


def place_may_have_changed(code: str) -> Words:
    """The menu follows, in which 4 is the officer."""
    spelled = spell(code)
    return Words(
        f"About call-out {spelled}: the place may have changed. Speak with the officer before you go on: press 4.",
        f"Sobre el llamado {spelled}: el lugar pudo cambiar. Hable con el oficial antes de seguir: oprima 4.",
    )


CALLS_REACH_YOU = Words("Thank you. Calls reach you. Goodbye.", "Gracias. Nuestras llamadas le llegan. Adiós.")
TEST = Words(
    "This is a test, no call-out. Press 1 so that we know that calls reach you. Thank you.",
    "Esto es una prueba, no un llamado. Oprima 1 para saber que le llegan nuestras llamadas. Gracias.",
)
