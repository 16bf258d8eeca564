"""Reminders to the specialist who has the call-out.

The law, for every text and call to a specialist: nothing is asked that a yes or a no could answer. A bare NO always
means "I cannot go", and lets the call-out go; so a reminder says what to reply, and what NO means.
"""

from dispatch.rules.wording.languages import Words, text


def remind_en_route(code: str) -> Words:
    return text(
        f"You have {code}. Reply OMW when you leave (OMW 25 = in 25 min), NO only if you cannot go.",
        f"{code} es suyo. Responda VOY al salir (VOY 25 = en 25 min), NO solo si no puede ir.",
    )


def passed_on(code: str) -> Words:
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
