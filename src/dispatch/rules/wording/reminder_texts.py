"""Reminders to the specialist who has the call-out."""

from dispatch.rules.wording.languages import Words, text


def remind_en_route(code: str) -> Words:
    return text(
        f"{code}: are you on your way? Reply OMW (OMW 25 = there in 25 min), or 2 if you cannot go.",
        f"{code}: ¿ya va en camino? Responda VOY (VOY 25 = llego en 25 min), o 2 si no puede ir.",
    )


def passed_on(code: str) -> Words:
    return text(
        f"{code}: we have not heard from you, so others are paged now. Are you going? Reply {code} OMW.",
        f"{code}: no sabemos nada de usted; ahora avisamos a otros. ¿Va a ir? Responda {code} VOY.",
    )


def remind_arrival(code: str) -> Words:
    return text(
        f"{code}: your ETA has passed. Reply HERE if you are there, or ETA 15 if you need 15 more minutes.",
        f"{code}: ya pasó su hora de llegada. Responda LLEGUE si ya está, o ETA 15 si necesita 15 minutos más.",
    )


def remind_on_scene(code: str) -> Words:
    return text(
        f"{code}: is all well? Reply HERE if you are still on scene, or DONE if you have left.",
        f"{code}: ¿todo bien? Responda LLEGUE si sigue en el lugar, o LISTO si ya se fue.",
    )


def remind_home(code: str) -> Words:
    return text(f"{code}: are you safe at home? Reply HOME.", f"{code}: ¿está a salvo en casa? Responda EN CASA.")
