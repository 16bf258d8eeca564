"""What people read about slots, in English or Spanish. One segment each."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from dispatch.rules.covers.cover_texts import span_said, zone_of
from dispatch.rules.covers.slot_taking import NoSlot, SlotRefusal
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.slot_spans import FreeSlot, OwnSlot, QuotaUsed
from dispatch.rules.schedule.shift_texts import day_and_time, day_said, still_on
from dispatch.rules.wording.alphabet import shortened
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import counted_text, listed
from dispatch.rules.wording.times import local_time

_NAME = 14
SLOTS_LISTED = 2
"""How many of them one text names."""
Numbered = Sequence[tuple[int, FreeSlot | OwnSlot]]


def slot_said(slot: FreeSlot | OwnSlot, roster: Roster, *, spanish: bool = False) -> str:
    return span_said(slot.starts_at, slot.ends_at, zone_of(roster, slot.rotation), spanish=spanish)


def _listed(found: Numbered, more: int, roster: Roster, *, spanish: bool) -> str:
    said = [f"{number} {slot_said(slot, roster, spanish=spanish)}" for number, slot in found]
    return ", ".join([*said, f"{more} {'más' if spanish else 'more'}"] if more else said)


def free(found: Numbered, more: int, roster: Roster) -> Words:
    """What they could take: the first `SLOTS_LISTED` of it, and how many `more` there are."""
    if not found:
        return text(
            "There is no slot now that you could take. NIGHTS brings a link to all of them.",
            "No hay huecos que pueda tomar. Más: NOCHES.",
        )
    english, spanish = (_listed(found, more, roster, spanish=one) for one in (False, True))
    number = found[0][0]
    return text(
        f"Free: {english}. To take one reply with its number: SLOT {number}.",
        f"Libre: {spanish}. Escriba HUECO {number}.",
    )


def yours(number: int, slot: OwnSlot, roster: Roster, now: datetime) -> Words:
    """To whoever has just taken it: until when it can be given back."""
    english, spanish = (slot_said(slot, roster, spanish=one) for one in (False, True))
    if slot.frozen_from <= now:
        return text(
            f"Yours now: {english} (slot {number}). It stays yours until somebody covers it. Thank you.",
            f"Es suyo: {spanish} (hueco {number}). Gracias.",
        )
    zone = zone_of(roster, slot.rotation)
    until, hasta = (day_and_time(slot.frozen_from, zone, spanish=one) for one in (False, True))
    return text(
        f"Yours now: {english}. SLOT OFF {number} gives it back until {until}; later ask for cover. Thank you.",
        f"Es suyo: {spanish}. Devolver: HUECO OFF {number}, hasta {hasta}.",
    )


def given_to_you(slot: OwnSlot, roster: Roster) -> Words:
    """A coordinator has written down their yes."""
    english, spanish = (slot_said(slot, roster, spanish=one) for one in (False, True))
    return text(
        f"A coordinator put you down for {english}: you are on call then. SLOT OFF says what you can give back.",
        f"Coordinación le anotó: {spanish}. Devolver: HUECO OFF.",
    )


def taken_from_you(slot: OwnSlot, person: str, roster: Roster) -> Words:
    """A coordinator has written down that they give it back."""
    english, spanish = (slot_said(slot, roster, spanish=one) for one in (False, True))
    off, sin = _off(slot, person, roster)
    return text(
        f"A coordinator gave your slot back: {english}. {off}",
        f"Coordinación devolvió su hueco: {spanish}. {sin}",
    )


def given_back(number: int, slot: OwnSlot, person: str, roster: Roster) -> Words:
    english, spanish = (slot_said(slot, roster, spanish=one) for one in (False, True))
    off, sin = _off(slot, person, roster)
    return text(
        f"Slot {number} is free again: {english}. {off}",
        f"El hueco {number} queda libre: {spanish}. {sin}",
    )


def _off(slot: OwnSlot, person: str, roster: Roster) -> tuple[str, str]:
    of = f" ({shortened(slot.rotation, _NAME)})" if still_on(roster, person, slot.starts_at, slot.ends_at) else ""
    return f"You are off call{of} then.", f"No tiene guardia{of}."


def which_back(found: Numbered, more: int, roster: Roster) -> Words:
    """What they could give back, likewise."""
    if not found:
        return text(
            "You have no slot that can be given back. SWAP and the day, such as SWAP FRI, asks for cover.",
            "No tiene huecos que devolver. Relevo: CAMBIO VIE.",
        )
    english, spanish = (_listed(found, more, roster, spanish=one) for one in (False, True))
    number = found[0][0]
    return text(
        f"Which one? Yours: {english}. Reply such as SLOT OFF {number}.",
        f"¿Cuál? {spanish}. Escriba HUECO OFF {number}.",
    )


def no_such(number: int) -> Words:
    return text(
        f"No slot has the number {number}; nothing changed. SLOTS says which are free.",
        f"No hay un hueco {number}; nada cambió. Libres: HUECOS.",
    )


def refused(number: int, no: NoSlot) -> Words:
    """Why it is not theirs, or stays theirs."""
    match no.why:
        case SlotRefusal.GONE:
            return text(
                f"Slot {number} is over, or is no slot any more; nothing changed. SLOTS says which are free.",
                f"El hueco {number} ya no existe. Libres: HUECOS.",
            )
        case SlotRefusal.RESTING:
            until = local_time(no.until) if no.until else ""
            return text(
                f"You rest until {until} after a call-out, so slot {number} was not taken.",
                f"Descansa hasta las {until}; no tomó el hueco {number}.",
            )
        case SlotRefusal.TOO_FAR:
            return text(
                f"Slot {number} is too far ahead; nothing changed. SLOTS says which are free.",
                f"Falta mucho para el hueco {number}. Libres: HUECOS.",
            )
        case SlotRefusal.TAKEN:
            names = " and ".join(shortened(name, _NAME) for name in no.others[:2]) or "somebody"
            have = "have" if len(no.others) > 1 else "has"
            return text(
                f"Slot {number} is taken: {names} {have} it. SLOTS says which are free. Thank you.",
                f"El hueco {number} ya está tomado. Libres: HUECOS.",
            )
        case SlotRefusal.YOURS_ALREADY:
            return text(f"Slot {number} is yours already.", f"El hueco {number} ya es suyo.")
        case SlotRefusal.NO_MEMBER:
            return text(
                f"Slot {number} is of a group that you are not in, so it was not taken. A coordinator can add you.",
                f"El hueco {number} no es de su grupo; no se tomó.",
            )
        case SlotRefusal.NOT_QUALIFIED:
            return text(
                f"Your training does not last until the end of slot {number}, so it was not taken. Ask a coordinator.",
                f"Su formación vence antes del hueco {number}; no se tomó.",
            )
        case SlotRefusal.AWAY:
            return text(
                f"You are away then, so slot {number} was not taken. If you are back, reply AWAY OFF first.",
                f"Dijo que estará fuera; no tomó el {number}. Si volvió: FUERA OFF.",
            )
        case SlotRefusal.ON_CALL:
            return text(
                f"You are on call then yourself ({shortened(no.rotation, _NAME)}), so slot {number} was not taken.",
                f"Ya está de guardia entonces; no tomó el hueco {number}.",
            )
        case SlotRefusal.MONTH_FULL | SlotRefusal.WEEKENDS_FULL:
            return _full(number, no)
        case SlotRefusal.BUSY:
            return text(
                f"A call-out pages you or has you, and slot {number} begins soon, so it was not taken.",
                f"Un llamado le espera o es suyo. No tomó el {number}.",
            )
        case SlotRefusal.NOT_YOURS:
            return text(
                f"Slot {number} is not yours, or not all of it any more; nothing changed.",
                f"El hueco {number} no es suyo; nada cambió.",
            )
        case SlotRefusal.FROZEN:
            since, desde = (_day(no.frozen_from, spanish=one) for one in (False, True))
            return text(
                f"Slot {number} is fixed since {since} and stays yours. SWAP and the day, as SWAP FRI, asks for cover.",
                f"El hueco {number} quedó fijo el {desde}. Pida relevo: CAMBIO VIE.",
            )


def _full(number: int, no: NoSlot) -> Words:
    quota = no.quota
    if quota is None:
        return text(f"Slot {number} is above your quota.", f"El hueco {number} supera su cuota.")
    weekends = no.why is SlotRefusal.WEEKENDS_FULL
    most = quota.slots.weekend_quota if weekends else quota.slots.month_quota
    what, que = (" at a weekend", " (fin de semana)") if weekends else ("", "")
    return text(
        f"Your quota of {quota.month:%B} is {counted_text(most or 0, 'slot')}{what}, so {number} was not taken. "
        "Ask a coordinator for more.",
        f"Su cuota del mes es {most}{que}; no tomó el hueco {number}.",
    )


def _day(moment: datetime | None, *, spanish: bool) -> str:
    return day_said(moment.astimezone(ZoneInfo(LOCAL)).date(), spanish=spanish) if moment is not None else "?"


# ---- to a coordinator ----------------------------------------------------------------------------------------------


def why_not(no: NoSlot, first_name: str) -> str:
    """The same of somebody else, to a coordinator who writes it down for them."""
    match no.why:
        case SlotRefusal.GONE:
            return "the slot is over, or is no slot any more"
        case SlotRefusal.TOO_FAR:
            return "the slot is too far ahead"
        case SlotRefusal.TAKEN:
            return f"the slot is taken: {listed(no.others) if no.others else 'somebody'} has it"
        case SlotRefusal.YOURS_ALREADY:
            return f"{first_name} has it already"
        case SlotRefusal.NO_MEMBER:
            return f"{first_name} is in no group that takes this slot"
        case SlotRefusal.NOT_QUALIFIED:
            return f"{first_name}'s training does not last until its end"
        case SlotRefusal.RESTING:
            return f"{first_name} rests until {local_time(no.until) if no.until else 'later'} after a call-out"
        case SlotRefusal.AWAY:
            return f"{first_name} is away then; say that they are back first"
        case SlotRefusal.ON_CALL:
            return f"{first_name} is on call then ({no.rotation})"
        case SlotRefusal.MONTH_FULL | SlotRefusal.WEEKENDS_FULL:
            quota = f"their quota{_of_month(no)}"
            return f"{first_name} has reached {quota}; to put them on all the same, add an exception in the schedule"
        case SlotRefusal.BUSY:
            return f"a call-out pages {first_name} or has them, and the slot begins within 12 hours"
        case SlotRefusal.NOT_YOURS:
            return f"the slot is not {first_name}'s, or not all of it any more"
        case SlotRefusal.FROZEN:
            since = _day(no.frozen_from, spanish=False)
            return f"the slot is fixed since {since}: ask for cover, or end its exception in the schedule"


def _of_month(no: NoSlot) -> str:
    if no.quota is None:
        return ""
    weekends = no.why is SlotRefusal.WEEKENDS_FULL
    most = no.quota.slots.weekend_quota if weekends else no.quota.slots.month_quota
    return f" for {no.quota.month:%B} ({counted_text(most or 0, 'slot')}{' at a weekend' if weekends else ''})"


# ---- in somebody's own view ----------------------------------------------------------------------------------------

_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)


def back_until(slot: FreeSlot | OwnSlot, roster: Roster, now: datetime, *, spanish: bool) -> str:
    """Until when it can be given back; empty for one that is frozen, or nobody's."""
    if isinstance(slot, FreeSlot) or slot.frozen_from <= now:
        return ""
    return day_and_time(slot.frozen_from, zone_of(roster, slot.rotation), spanish=spanish)


def quota_said(quota: QuotaUsed, *, spanish: bool) -> str:
    """Such as "nights, December: 1 of 4, 3 left; at a weekend 1 of 2, 1 left"."""
    slots = quota.slots
    parts = [_used(quota.taken, slots.month_quota, spanish=spanish)]
    if slots.weekend_quota is not None:
        at_weekend = "en fin de semana" if spanish else "at a weekend"
        parts.append(f"{at_weekend} {_used(quota.weekends, slots.weekend_quota, spanish=spanish)}")
    return f"{quota.rotation}, {_month(quota.month, spanish=spanish)}: {'; '.join(parts)}"


def _month(month: date, *, spanish: bool) -> str:
    return _MONTHS[month.month - 1] if spanish else f"{month:%B}"


def _used(taken: int, most: int | None, *, spanish: bool) -> str:
    if most is None:
        return str(taken)
    left = max(0, most - taken)
    return f"{taken} de {most}, quedan {left}" if spanish else f"{taken} of {most}, {left} left"
