"""What a test of a shift says to whoever was silent or cannot come, and to whoever is on call beside or after them."""

from datetime import datetime

from dispatch.rules.schedule.shift_texts import day_and_time
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import o_llame, or_call, shown_name


def silent(backup: str) -> Words:
    """To whoever did not answer. Nobody was taken off call."""
    beside, junto = shown_name(backup, "a colleague"), shown_name(backup, "un colega")
    return text(
        f"You did not answer our test, so {beside} is on call beside you until you do. Reply 1.",
        f"No contestó nuestra prueba, así que {junto} está de guardia con usted hasta que lo haga. Responda 1.",
    )


def beside(first_name: str, starts_at: datetime, ends_at: datetime, zone: str, now: datetime) -> Words:
    """To whoever comes in, who would otherwise read no more than that the schedule changed."""
    who, quien = shown_name(first_name, "A colleague"), shown_name(first_name, "Un colega")
    until, hasta = day_and_time(ends_at, zone), day_and_time(ends_at, zone, spanish=True)
    since, desde = "now", "ahora"
    if starts_at > now:
        since, desde = day_and_time(starts_at, zone), day_and_time(starts_at, zone, spanish=True)
    return text(
        f"{who} does not answer our test, so you are on call beside them from {since} to {until}, "
        "or until they answer.",
        f"{quien} no contesta la prueba: usted también está de guardia desde {desde} hasta {hasta}, "
        "o hasta que conteste.",
    )


def answered(first_name: str) -> Words:
    """To whoever came in, once they are needed no longer. They may well be on call still, in a step of their own."""
    who, quien = shown_name(first_name, "Your colleague"), shown_name(first_name, "Su colega")
    return text(
        f"{who} has answered our test, so you are not on call beside them any more. Thank you.",
        f"{quien} ha contestado la prueba: usted ya no le acompaña en la guardia. Gracias.",
    )


def still_on(starts_at: datetime | None, zone: str, contact: str | None) -> Words:
    """To whoever cannot take their shift, which begins at `starts_at`; None where it runs."""
    since, desde = "", ""
    if starts_at is not None:
        since, desde = f" from {day_and_time(starts_at, zone)}", f" desde {day_and_time(starts_at, zone, spanish=True)}"
    return text(
        f"Coordinators are being rung. You are still on call{since} until you hear back from them."
        f"{or_call(contact, 'or ')}",
        f"Estamos llamando a los coordinadores. Usted sigue de guardia{desde} hasta que le contesten."
        f"{o_llame(contact)}",
    )


def may_be_paged(first_name: str) -> Words:
    """To whoever would be paged after them. Nothing of the schedule has changed."""
    who, quien = shown_name(first_name, "A colleague"), shown_name(first_name, "Un colega")
    return text(
        f"{who} may not be able to take their shift, so you may be paged in their place. "
        "Please keep your phone near you. Coordinators are being told.",
        f"{quien} quizá no pueda cubrir su turno: es posible que le llamemos a usted. "
        "Tenga el teléfono cerca. Estamos avisando a los coordinadores.",
    )
