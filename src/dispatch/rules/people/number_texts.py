"""What somebody reads and hears while a number of theirs is verified, in English or Spanish."""

from dispatch.rules.wording.alphabet import one_segment, shortened
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import or_call, quoted


def link(first_name: str) -> Words:
    """To the new number. The link goes behind it."""
    name = shortened(first_name, 20)
    return text(
        f"{name}: we want to page you at this number. Show us that it is yours, within 24 hours:",
        f"{name}: queremos avisarle a este número. Confirme que es suyo, en 24 horas:",
    )


def code(digits: str) -> Words:
    return text(
        f"{digits} is your code. Type it where you asked for it, within 10 minutes. Tell it to nobody.",
        f"{digits} es su código. Escríbalo donde lo pidió, en 10 min. No lo diga a nadie.",
    )


def call(first_name: str) -> Words:
    """What the phone says that is to be theirs."""
    return Words(
        f"This is the on-call service. We are checking the phone of {first_name}. If that is you, press 1.",
        f"Este es el servicio de guardia. Verificamos el teléfono de {first_name}. Si es usted, oprima 1.",
    )


def over() -> Words:
    """To whoever picks up when nothing is asked any more."""
    return Words("This is over. Nothing to do, thank you.", "Esto ya terminó. No hay nada que hacer, gracias.")


def changes(last_digits: str, contact: str | None) -> Words:
    """To the old number, which goes on being paged."""
    return text(
        f"A coordinator changes your number to one ending in {last_digits}. We page you here until that is verified."
        f"{or_call(contact, 'If you did not ask for it, ')}",
        f"Cambiamos su número a uno que termina en {last_digits}. Le avisamos aquí hasta que se verifique.",
    )


def changed(last_digits: str, contact: str | None) -> Words:
    """To the old number, the last thing that it is told."""
    return text(
        f"From now on we page you at the number ending in {last_digits}, and no longer here."
        f"{or_call(contact, 'If that is not yours, ')}",
        f"Desde ahora le avisamos al número que termina en {last_digits}, y ya no a este.",
    )


def calendar_ended() -> Words:
    """To the new number. A calendar that goes empty tells its reader that they are free."""
    return text(
        "With your old number the calendar of your shifts has ended, and is out of date. To make another, text NIGHTS.",
        "Con su número anterior terminó el calendario de sus turnos. Para crear otro, escriba TURNOS.",
    )


def formerly(name: str, number: str, said: str) -> str:
    """To coordinators: somebody has written, or pressed a key, with a phone that is `name`'s no longer."""
    return one_segment(
        f"{shortened(name, 30)}'s former number {number} is paged no more, but wrote: {quoted(said, 60)}."
    )


def welcome(first_name: str) -> Words:
    """To a number that is in the roster from now on."""
    name = shortened(first_name, 20)
    return text(
        f"Thank you, {name}. This number is verified, and we page you here from now on.",
        f"Gracias, {name}. Este número está verificado, y desde ahora le avisamos aquí.",
    )


def not_verified(contact: str | None) -> Words:
    """To a number that is still to be verified, whatever it wrote."""
    return text(
        "This number is not verified yet, so nothing was taken. Open the link that we texted you, then write again."
        f"{or_call(contact, 'If it is urgent, ')}",
        "Este número aún no está verificado; no tomamos nada. Abra el enlace que le enviamos y escriba de nuevo.",
    )


def they_wrote(name: str, said: str) -> str:
    """To coordinators."""
    return one_segment(f"{shortened(name, 30)}, from a number that is not verified, wrote: {quoted(said, 70)}.")


def to_sign_in(first_name: str) -> Words:
    """The one-time link goes behind it."""
    name = shortened(first_name, 20)
    return text(
        f"{name}: choose a password and an app for codes within 30 minutes. Works once:",
        f"{name}: elija aquí su contraseña y su app de códigos, en 30 min. Funciona una vez:",
    )
