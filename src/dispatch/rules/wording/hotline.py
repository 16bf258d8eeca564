"""What an officer hears on the hotline, in English or Spanish. Nothing here names a child, an unconfirmed meeting place
or anybody's number."""

from collections.abc import Sequence

from dispatch.rules.facts.code import spell
from dispatch.rules.wording.languages import Promise, Words
from dispatch.rules.wording.names import first_up, said_name


def joined(*parts: Words) -> Words:
    """Several sentences one after another."""
    return Words(" ".join(parts), " ".join(part.spanish for part in parts))


def greeting(name: str | None = None) -> Words:
    """`name` is the agency's in full, if we know whose number it is."""
    whose, de = (f" of {said_name(name)}", f" de {said_name(name)}") if name else ("", "")
    return Words(
        f"On-call specialists for rescued children. This is the line for officers{whose}.",
        f"Especialistas de guardia para menores rescatados. Esta es la línea para oficiales{de}.",
    )


def being_paged(code: str) -> Words:
    calling = Words("A specialist is being called now.", "Ya estamos llamando a un especialista.")
    return joined(calling, your_code(code))


def your_code(code: str) -> Words:
    """It is spelled twice: the officer has to write it down, and has no free hand."""
    spelled = spell(code)
    return Words(f"Your code is {spelled}. Again: {spelled}.", f"Su código es {spelled}. Otra vez: {spelled}.")


SPANISH_KEY = Words("Para español, oprima la tecla asterisco.", "For English press the star key.")
WE_RING_BACK = Words(
    "We call you back now; please hang up. If you call for an officer, press 9.",
    "Le llamamos ahora; por favor cuelgue. Si llama por un oficial, oprima 9.",
)
"""To whoever shows the number of one of our people."""
WE_RING_BACK_SOON = Words(
    "We call you back within two minutes; please hang up. If you call for an officer, press 9.",
    "Le llamamos en dos minutos; por favor cuelgue. Si llama por un oficial, oprima 9.",
)
NOTHING_WAITS = Words(
    "Nothing waits for you now. If you call for an officer, press 9. Otherwise please hang up.",
    "Ahora nada le espera. Si llama por un oficial, oprima 9. Si no, por favor cuelgue.",
)
"""To whom nothing is open: no call is promised."""
SEND_NOW = Words(
    "If a child needs a specialist now, press 1. If you have your agency's hotline PIN, press 2. "
    "For a coordinator press 0.",
    "Si un menor necesita ahora a un especialista, oprima 1. Si tiene el PIN de su agencia, oprima 2. "
    "Para un coordinador oprima 0.",
)
ASK_PIN = Words("Key in the PIN, then the pound key.", "Marque el PIN y luego la tecla numeral.")
PIN_KEY = Words(
    "With your agency's PIN you hear who comes: press 8.", "Con el PIN de su agencia sabrá quién va: oprima 8."
)
"""Once, after the menu, to a caller who may not hear a name yet."""
WRONG_PIN = Words("That PIN did not work.", "Ese PIN no funcionó.")


def new_or_open(code: str | None) -> Words:
    """`code` is None on a line that many officers share."""
    which = f" {spell(code)}" if code else ""
    return Words(
        f"Press 1 for a new recovery. Press 2 for the call-out{which} that is open. Press 0 for a coordinator.",
        f"Oprima 1 para un rescate nuevo. Oprima 2 para el llamado{which} que está abierto. "
        "Oprima 0 para un coordinador.",
    )


ASK_CODE = Words(
    "Key in the code of the call-out on your keypad, letters as well, then the pound key.",
    "Marque el código del llamado en su teclado, también las letras, y luego la tecla numeral.",
)
WRONG_CODE = Words("We cannot find that.", "No lo encontramos.")
"""The same for a code that does not exist and for somebody else's, so a stranger learns nothing from it."""
ASK_CALLBACK = Words(
    "Key in the ten digits of a mobile phone that we can text, then the pound key.",
    "Marque los diez dígitos de un celular que reciba textos, y luego la tecla numeral.",
)
NO_CALLBACK = Words("That is no number of ten digits.", "Ese no es un número de diez dígitos.")
NUMBER_NOT_DIALLED = Words("We do not call that number.", "No llamamos a ese número.")
OUR_OWN_NUMBER = Words("That is our own number.", "Ese es nuestro propio número.")
ASK_CHILDREN = Words("How many children? Press a number.", "¿Cuántos menores? Oprima un número.")
ASK_MEDICAL = Words(
    "Does anybody need a doctor? Press 4 for yes, 6 for no.",
    "¿Alguien necesita un médico? Oprima 4 para sí, 6 para no.",
)
ASK_SAFE = Words(
    "Is the place safe for our specialist? Press 7 for yes, 8 for no.",
    "¿Es seguro el lugar para nuestro especialista? Oprima 7 para sí, 8 para no.",
)


def ask_where(stations: Sequence[str]) -> Words:
    listed = "".join(f" Press {number} for {name}." for number, name in enumerate(stations, start=1))
    en_lista = "".join(f" Oprima {number} para {name}." for number, name in enumerate(stations, start=1))
    return Words(
        f"Where are you?{listed} Press 9 for another place.",
        f"¿Dónde está?{en_lista} Oprima 9 para otro lugar.",
    )


TEXT_WHO_COMES = Words("we text you who comes", "le diremos por texto quién va")
TEXT_NEWS = Words("we text you the news", "le daremos noticias por texto")
"""To an officer who may not hear a name, or has been told already who comes."""


def may_hang_up(text: Words | None, can_ring: bool) -> Words:
    """After the menu; `text` is what we text, if we can. A caller without a number that we dial is told to stay, since
    nothing would reach them."""
    if not can_ring:
        return Words(
            "We cannot ring you: stay on the line to hear who comes.",
            "No podemos llamarle: quédese en la línea para saber quién va.",
        )
    then = text or Words("we ring you when there is news", "le llamaremos cuando haya noticias")
    return Words(
        f"You may hang up, {then}. Or stay on the line.",
        f"Puede colgar, {then.spanish}. O quédese en la línea.",
    )


def hold_keys(can_text: bool) -> Words:
    text, texto = (" Press 1 to be texted.", " Oprima 1 para un texto.") if can_text else ("", "")
    return Words(f"Press 0 for a coordinator.{text}", f"Oprima 0 para un coordinador.{texto}")


SPECIALISTS_ARE_CALLED = Words("Specialists are being called.", "Estamos llamando a especialistas.")
CANNOT_REACH_ANYBODY = Words(
    "We cannot reach our specialists at the moment. We go on trying.",
    "Por ahora no podemos llamar a nuestros especialistas. Seguimos intentando.",
)
"""The carrier takes nothing from us, as far as we know; a coordinator would not be reached either."""


def chain_ended(coordinator: bool) -> Words:
    """Nobody has it. `coordinator` says whether one has the alarm; the officer is told either way."""
    if coordinator:
        return Words("Nobody has it yet. A coordinator sees to it.", "Nadie lo tiene aún. Un coordinador se encarga.")
    return Words(
        "Nobody has it yet, and no coordinator has answered. We go on.",
        "Nadie lo tiene aún, y ningún coordinador ha contestado. Seguimos.",
    )


TAKEN = Words("A specialist has taken it.", "Un especialista lo ha aceptado.")


def taken_by(first_name: str, eta: str | None) -> Words:
    """`eta` is the local time, such as "2 45"."""
    name = said_name(first_name)
    when, cuando = (f", and expects to be there at {eta}", f", y espera llegar a las {eta}") if eta else ("", "")
    return Words(f"{name or 'A specialist'} is coming{when}.", f"{name or 'Un especialista'} va en camino{cuando}.")


THERE = Words("The specialist reports being there.", "El especialista avisa que ya está ahí.")
IS_OVER = Words("This call-out is over.", "Este llamado ha terminado.")
"""To a caller who goes on."""
FAREWELL = Words("Goodbye.", "Adiós.")
OVER = joined(IS_OVER, FAREWELL)
COORDINATOR_RINGS_YOU = Promise(
    "Coordinators are being called, and will ring you. You may hang up, or stay on the line.",
    "Estamos llamando a los coordinadores, y le llamarán. Puede colgar, o quedarse en la línea.",
)
CANNOT_RING_YOU = Words(
    "Coordinators are being called. We cannot ring you: stay on the line for news.",
    "Estamos llamando a los coordinadores. No podemos llamarle: quédese en la línea.",
)
"""Nobody is promised a call to a number that we do not have, or do not dial."""
COORDINATOR_CALLED_FOR = Words(
    "Coordinators are being told that you ask for them.", "Avisamos a los coordinadores que usted los busca."
)
"""To an officer whom we rang, and who pressed 0."""
COORDINATOR_DECIDES = Words(
    "A coordinator is being called. Press 1 to send a specialist now, 0 for a coordinator.",
    "Llamamos a un coordinador. Oprima 1 para enviar a un especialista ya, 0 para un coordinador.",
)
"""To a caller who has pressed nothing, or who is one of too many."""
TOO_MANY_CALLS = Words(
    "Many calls come in, so a coordinator decides about yours. If you have your agency's hotline PIN, press 2: "
    "with it a specialist is called at once. Otherwise stay on the line.",
    "Entran muchas llamadas, así que un coordinador decide sobre la suya. Si tiene el PIN de su agencia, oprima 2: "
    "con él llamamos ya a un especialista. Si no, quédese en la línea.",
)
"""To one of too many callers: the key that sends a specialist would only ask a coordinator. The PIN sends one."""
TOO_MANY_ON_HOLD = Words(
    "A coordinator is being called, and decides. With your agency's PIN we send now: press 8.",
    "Llamamos a un coordinador, que decide. Con el PIN de su agencia enviamos ya: oprima 8.",
)
DISMISSED = Words(
    "A coordinator has looked at this call, and nobody is being sent. If a child is with you, call 9 1 1.",
    "Un coordinador vio esta llamada y no se enviará a nadie. Si hay un menor con usted, llame al 9 1 1.",
)
RING_BACK = Promise(
    "Thank you for waiting. We go on, and a coordinator will ring you. Goodbye.",
    "Gracias por esperar. Seguimos, y un coordinador le llamará. Adiós.",
)


def we_text_you(text: Words) -> Words:
    return Words(f"{first_up(text)}. You may hang up.", f"{first_up(text.spanish)}. Puede colgar.")


NEW_KEY = Words("Press 1 for a new recovery.", "Oprima 1 para un rescate nuevo.")
WORD_KEYS = Words(
    "Press 4 if you have moved. Press 5 if nobody is needed any more. Press 6 to be rung by a coordinator. "
    "Press 1 for a new recovery, 9 to hear this again.",
    "Oprima 4 si se han movido. Oprima 5 si ya no hace falta nadie. Oprima 6 para que le llame un coordinador. "
    "Oprima 1 para un rescate nuevo, 9 para oírlo otra vez.",
)
MOVED_HEARD = Promise(
    "A coordinator will ring you about the new place.", "Un coordinador le llamará por el nuevo lugar."
)
ANOTHER_PLACE_HEARD = Promise("A coordinator will ask you for the place.", "Un coordinador le preguntará por el lugar.")
OFF_HEARD = Promise(
    "A coordinator will ring you. Until then nothing is cancelled.",
    "Un coordinador le llamará. Hasta entonces no se cancela nada.",
)


def news_by_phone(said: str) -> str:
    """To an officer whose phone takes no texts. `said` is what the text would have said, which is in English only."""
    return f"This is the on-call specialist service. {said}"


def takes_no_texts(code: str, said: str) -> str:
    """To an officer who was told that we text them, as soon as we know better. `said` is a sentence of the news."""
    return (
        f"This is the on-call specialist service, about your call-out {spell(code)}. "
        f"We cannot text this phone, so we ring you with the news. {said}"
    )


def somebody_waits(specialist: bool) -> Words:
    """Before they are joined. Not every caller may hear who it is."""
    who, quien = ("The specialist", "El especialista") if specialist else ("A coordinator", "Un coordinador")
    return Words(
        f"{who} wants to speak with you. Press 1 to be joined.",
        f"{quien} quiere hablar con usted. Oprima 1 para hablar.",
    )


BEING_JOINED = Words("You are being joined.", "Ya le comunicamos.")


def join_officer(code: str) -> Words:
    """To an officer whom we ring."""
    spelled = spell(code)
    return Words(
        f"This is the service for rescued children, about your call-out {spelled}. "
        "Somebody from us wants to speak with you. Press 1 to be joined.",
        f"Este es el servicio para menores rescatados, sobre su llamado {spelled}. "
        "Una persona nuestra quiere hablar con usted. Oprima 1 para hablar.",
    )


NOBODY_WAITS = Words("Nobody waits for you any more.", "Ya nadie le espera.")
"""They pressed the key too late. Whoever asked for them may still be on another call, or in a menu of ours."""
OTHER_SIDE_LEFT = Words("The other side has left the line.", "La otra persona colgó.")
ONE_MOMENT = Words("One moment please.", "Un momento por favor.")
WRONG_KEY = Words("That key means nothing here.", "Esa tecla no sirve aquí.")
