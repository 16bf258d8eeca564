"""What people read about covers and absences, in English or Spanish; coordinators in English. One segment each."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence, Shift
from dispatch.rules.roster.nights import ENDS, tonight
from dispatch.rules.schedule.shift_texts import day_and_time, day_said, still_on
from dispatch.rules.shifts.cover import Cover
from dispatch.rules.shifts.taking import NoCover, NotTaken
from dispatch.rules.shifts.wanting import LONGEST_AWAY, SpanRefused
from dispatch.rules.wording.alphabet import gsm7, one_segment, segments, shortened
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import please_call
from dispatch.rules.wording.times import local_time

_NAME = 14
_LISTED = 2


def span_said(
    starts_at: datetime,
    ends_at: datetime,
    timezone: str = LOCAL,
    *,
    spanish: bool = False,
    now: datetime | None = None,
) -> str:
    """Such as "Fri 4 Dec 18:00-24:00", "Fri 4 Dec 18:00-Sat 09:00" or, beyond a week, with the date of the end. What
    runs `now` has no beginning: "now-Sat 09:00"."""
    zone = ZoneInfo(timezone)
    begins = day_and_time(starts_at, timezone, spanish=spanish)
    if now is not None and starts_at <= now:
        begins = "ahora" if spanish else "now"
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    days = (last.date() - first.date()).days
    if days == 0 or (days == 1 and (last.hour, last.minute) == (0, 0)):
        return f"{begins}-{'24:00' if days else local_time(ends_at, timezone)}"
    day = day_said(last.date(), spanish=spanish)
    return f"{begins}-{day if days > 6 else day.split()[0]} {local_time(ends_at, timezone)}"


def cover_said(cover: Cover, roster: Roster, *, spanish: bool = False) -> str:
    wanted = cover.wanted
    return span_said(wanted.starts_at, wanted.ends_at, roster.zone_of(wanted.rotation), spanish=spanish)


def shift_in_words(shift: Shift, roster: Roster, now: datetime | None, *, spanish: bool = False) -> str:
    return span_said(shift.starts_at, shift.ends_at, roster.zone_of(shift.rotation), spanish=spanish, now=now)


def absence_said(absence: Absence, *, spanish: bool = False) -> str:
    """In days, as it was said, even if it was said amid the first; to the minute only where a coordinator has written
    when it ends."""
    end = absence.ends_at.astimezone(ZoneInfo(LOCAL))
    if end.time() == ENDS:
        return _days((tonight(absence.starts_at), end.date() - timedelta(days=1)), spanish=spanish)
    first = absence.starts_at.astimezone(ZoneInfo(LOCAL))
    if first.date() == end.date():
        return span_said(first, end, spanish=spanish)
    return "-".join(day_and_time(one, LOCAL, spanish=spanish) for one in (first, end))


def _days(days: tuple[date, date], *, spanish: bool) -> str:
    first, last = (day_said(day, spanish=spanish) for day in days)
    return first if days[0] == days[1] else f"{first}-{last}"


def _both(said: Callable[[bool], str]) -> tuple[str, str]:
    return said(False), said(True)


def _few(parts: Sequence[str], more: str, most: int = _LISTED) -> str:
    shown = list(parts[:most])
    return ", ".join([*shown, more.format(len(parts) - most)] if len(parts) > most else shown)


def _listed_shifts(
    found: Sequence[Shift], roster: Roster, now: datetime | None, *, spanish: bool, most: int = _LISTED
) -> str:
    said = [shift_in_words(one, roster, now, spanish=spanish) for one in found]
    return _few(said, "{} más" if spanish else "{} more", most)


def _numbered(covers: Sequence[Cover], roster: Roster, most: int = _LISTED) -> tuple[str, str]:
    def said(spanish: bool) -> str:
        spans = [f"{one.number} {cover_said(one, roster, spanish=spanish)}" for one in covers]
        return _few(spans, "{} más" if spanish else "{} more", most)

    return _both(said)


def _name(roster: Roster, person: str | None) -> str:
    return shortened(roster.first_name_of(person), _NAME) if person else "?"


# ---- asked ---------------------------------------------------------------------------------------------------------


def ask(covers: Sequence[Cover], roster: Roster) -> Words:
    """To somebody who could take any of these: one text, however many they are."""
    name, first = _name(roster, covers[0].wanted.holder), covers[0].number
    if len(covers) == 1:
        english, spanish = _both(lambda spanish: cover_said(covers[0], roster, spanish=spanish))
        return text(
            f"{name} asks for cover: {english}. To take it reply COVER {first}. The first yes has it.",
            f"{name} pide relevo: {spanish}. Si lo toma, escriba CUBRO {first}.",
        )
    english, spanish = _numbered(covers, roster)
    return text(
        f"{name} asks for cover: {english}. To take one reply with its number: COVER {first}.",
        f"{name} pide relevo: {spanish}. Escriba el número: CUBRO {first}.",
    )


def how_to_take(cover: Cover, roster: Roster) -> Words:
    """To somebody who was asked, and whose answer is not understood."""
    name = _name(roster, cover.wanted.holder)
    english, spanish = _both(lambda spanish: cover_said(cover, roster, spanish=spanish))
    return text(
        f"To take {name}'s shift, {english}, reply COVER {cover.number}. If you cannot, nothing to do.",
        f"Para tomar el turno de {name}, {spanish}, escriba CUBRO {cover.number}. Si no puede, no haga nada.",
    )


def not_taken_up(cover: Cover, _roster: Roster) -> Words:
    """To somebody who was asked, and says no."""
    return text(
        f"Noted, thank you. Nothing was changed. If you can after all, reply COVER {cover.number}.",
        f"Anotado, gracias. Nada cambió. Si después puede, escriba CUBRO {cover.number}.",
    )


def withdrawn(cover: Cover, roster: Roster) -> Words:
    """To whoever asked, and asks no longer."""
    english, spanish = _both(lambda spanish: cover_said(cover, roster, spanish=spanish))
    return text(
        f"Nobody is asked any more about {cover.number}: {english} is yours.",
        f"Ya no se pide relevo para {cover.number}: {spanish} es suyo.",
    )


def no_longer_wanted(cover: Cover, roster: Roster) -> Words:
    """To those who were asked."""
    english, spanish = _both(lambda spanish: cover_said(cover, roster, spanish=spanish))
    return text(
        f"Cover {cover.number} is not needed any more: {english}. Nothing to do.",
        f"El relevo {cover.number} ya no hace falta: {spanish}. No haga nada.",
    )


def has_changed(cover: Cover, roster: Roster) -> Words:
    """To those who were asked for a shift of which its holder has a part only by now."""
    english, spanish = _both(lambda spanish: cover_said(cover, roster, spanish=spanish))
    return text(
        f"Cover {cover.number} has changed and is asked for no longer: {english}. Nothing to do.",
        f"El relevo {cover.number} cambió y ya no se pide: {spanish}. No haga nada.",
    )


def still_yours(cover: Cover, left: Sequence[Shift], roster: Roster, now: datetime) -> Words:
    """To its holder, who has these parts of it, for which nobody is asked any more."""
    english, spanish = _both(lambda spanish: _listed_shifts(left, roster, now, spanish=spanish))
    return text(
        f"Cover {cover.number} is asked for no longer: the shift changed. Still yours: {english}. NIGHTS: ask again.",
        f"Ya no se pide el relevo {cover.number}: el turno cambió. Sigue siendo suyo: {spanish}. NOCHES: pedirlo.",
    )


# ---- taken ---------------------------------------------------------------------------------------------------------


def yours_now(cover: Cover, roster: Roster) -> Words:
    name = _name(roster, cover.wanted.holder)
    english, spanish = _both(lambda spanish: cover_said(cover, roster, spanish=spanish))
    return text(
        f"Yours now: {english}, instead of {name} (cover {cover.number}). Thank you.",
        f"Ahora es suyo: {spanish}, en vez de {name} (relevo {cover.number}). Gracias.",
    )


def given_to_you(cover: Cover, roster: Roster) -> Words:
    """A coordinator has put them on."""
    name = _name(roster, cover.wanted.holder)
    english, spanish = _both(lambda spanish: cover_said(cover, roster, spanish=spanish))
    return text(
        f"A coordinator gave you {name}'s shift (cover {cover.number}): you are on call {english}.",
        f"Coordinación le dio el turno de {name} (relevo {cover.number}): está de guardia {spanish}.",
    )


def covered(cover: Cover, taker: str, roster: Roster, now: datetime) -> Words:
    """To its holder, who is off call then; of which rotation, where another has them on for a part of it."""
    name, wanted = _name(roster, taker), cover.wanted
    english, spanish = _both(lambda spanish: cover_said(cover, roster, spanish=spanish))
    stays = still_on(roster, wanted.holder, max(wanted.starts_at, now), wanted.ends_at)
    of = f" ({shortened(wanted.rotation, _NAME)})" if stays else ""
    return text(
        f"{name} has your shift (cover {cover.number}): you are off call{of} {english}.",
        f"{name} tiene su turno (relevo {cover.number}): sin guardia{of} {spanish}.",
    )


def another_has_it(cover: Cover, taker: str, roster: Roster) -> Words:
    """To the others who were asked, and to whoever said yes a moment later."""
    name = _name(roster, taker)
    english, spanish = _both(lambda spanish: cover_said(cover, roster, spanish=spanish))
    return text(
        f"Cover {cover.number} is taken: {name} has {english}. Nothing to do, thank you.",
        f"El relevo {cover.number} ya está: {name} tiene {spanish}. Gracias.",
    )


def not_taken(cover: Cover, refused: NoCover, roster: Roster) -> Words:
    """Why it is not theirs."""
    number = cover.number
    name = _name(roster, cover.wanted.holder)
    match refused.why:
        case NotTaken.YOURS_ALREADY:
            return text(f"Cover {number} is yours already.", f"El relevo {number} ya es suyo.")
        case NotTaken.TAKEN:
            return another_has_it(cover, refused.has or cover.taker or "", roster)
        case NotTaken.WITHDRAWN:
            return no_longer_wanted(cover, roster)
        case NotTaken.OVER:
            return text(f"That shift is over (cover {number}).", f"Ese turno ya terminó (relevo {number}).")
        case NotTaken.CHANGED:
            return text(
                f"The schedule has changed since: {name} does not have that shift any more, so cover {number} is off. "
                "Nothing was changed.",
                f"El horario cambió: {name} ya no tiene ese turno. El relevo {number} se canceló.",
            )
        case NotTaken.OWN:
            return text(
                f"Cover {number} is for your own shift. NIGHTS gets the link where you can keep it.",
                f"El relevo {number} es de su propio turno. Para quedárselo escriba NOCHES.",
            )
        case NotTaken.ANOTHER_ASKED:
            return text(
                f"Somebody else was asked about cover {number}. A coordinator can give it to you.",
                f"El relevo {number} se pidió a otra persona. Coordinación puede dárselo.",
            )
        case NotTaken.NOT_THEIRS if roster.takes_alarms(refused.rotation):
            return text(
                f"Cover {number} needs a coordinator, so it was not taken.",
                f"El relevo {number} es de coordinación; no se tomó.",
            )
        case NotTaken.NOT_THEIRS:
            return text(
                f"Cover {number} needs a specialist who goes out, so it was not taken.",
                f"El relevo {number} necesita un especialista; no se tomó.",
            )
        case NotTaken.NOT_QUALIFIED:
            return text(
                f"Your training ends before that shift does, so cover {number} was not taken. Tell a coordinator.",
                f"Su formación vence antes; no tomó el relevo {number}. Avise a coordinación.",
            )
        case NotTaken.RESTING:
            until = local_time(refused.until) if refused.until else ""
            return text(
                f"You rest until {until} after a call-out, so cover {number} was not taken. "
                "A coordinator can give it to you.",
                f"Descansa hasta las {until}; no tomó el relevo {number}. Coordinación puede dárselo.",
            )
        case NotTaken.AWAY:
            return text(
                f"You are away then, so cover {number} was not taken. If you are back, reply NIGHTS and say so there.",
                f"Dijo que estará fuera; no tomó el relevo {number}. Si ya volvió: NOCHES.",
            )
        case NotTaken.ON_CALL:
            rotation = shortened(refused.rotation, _NAME)
            return text(
                f"You are on call then yourself ({rotation}), so cover {number} was not taken.",
                f"Ya está de guardia entonces ({rotation}); no tomó el relevo {number}.",
            )
        case NotTaken.BUSY:
            return text(
                f"A call-out pages you or has you, and cover {number} begins soon, so it was not taken.",
                f"Un llamado le espera o es suyo. No tomó el relevo {number}.",
            )
        case _:
            assert_never(refused.why)


def no_such_cover(number: int | None, open_to_them: Sequence[Cover], roster: Roster) -> Words:
    """What they could take, if anything."""
    english, spanish = _numbered(open_to_them, roster, 3)
    if not open_to_them:
        no, ningun = ("No shift has", "Ningún turno tiene") if number else ("No shift needs", "Ningún turno necesita")
        about, acerca = (f" the number {number}", f" el número {number}") if number else (" cover now", " relevo ahora")
        return text(f"{no}{about}. Nothing was changed.", f"{ningun}{acerca}. Nada cambió.")
    return text(
        f"Which number? {english}. Reply such as COVER {open_to_them[0].number}.",
        f"¿Qué número? {spanish}. Escriba CUBRO {open_to_them[0].number}.",
    )


# ---- who and when --------------------------------------------------------------------------------------------------


def who(
    now_on: Sequence[str],
    next_on: Sequence[tuple[str, datetime]],
    own: Shift | None,
    roster: Roster,
    now: datetime,
) -> Words:
    """`now_on` and `next_on` are first names; `own` is the reader's next shift, or the one that runs. Of those on call
    as many are named as a segment holds, and it says how many more there are."""
    names = [shortened(name, _NAME) for name in now_on]

    def said(spanish: bool) -> str:
        nobody = "nadie" if spanish else "nobody"
        after = [f"{shortened(name, _NAME)} {day_and_time(at, LOCAL, spanish=spanish)}" for name, at in next_on[:1]]
        second = f" {'Sigue' if spanish else 'Next'}: {after[0]}." if after else ""
        mine = "nada" if spanish else "nothing in two weeks"
        if own:
            mine = shift_in_words(own, roster, now, spanish=spanish)
        counted = [_few(names, "{} más" if spanish else "{} more", most) for most in range(len(names), -1, -1)]
        now_said, yours = ("Ahora", "Suyo") if spanish else ("Now", "Yours")
        wholes = [f"{now_said}: {on or nobody}.{second} {yours}: {mine}." for on in counted]
        return next((whole for whole in wholes if segments(gsm7(whole)) == 1), wholes[-1])

    return text(*_both(said))


def nights(theirs: Sequence[Shift], roster: Roster, now: datetime) -> Words:
    """Two weeks of somebody's own shifts. The link goes behind it."""

    def said(spanish: bool) -> str:
        if not theirs:
            return "Sin guardias en dos semanas. Lo demás:" if spanish else "You have no shift in two weeks. More:"
        return ("Suyo: " if spanish else "Yours: ") + _listed_shifts(theirs, roster, now, spanish=spanish) + ":"

    return text(*_both(said))


# ---- in their own view ---------------------------------------------------------------------------------------------


def own_view() -> Words:
    """To whoever wrote of shifts, days away or where they start. The link goes behind it."""
    return text(
        "Nothing changed. Cover, days away, where you start:", "Nada cambió. Relevo, ausencias, desde dónde sale:"
    )


def span_refused(why: SpanRefused) -> Words:
    match why:
        case SpanRefused.TOO_LONG:
            days = LONGEST_AWAY.days
            return text(
                f"That is more than {days} days, so nothing changed. A coordinator can take you out of the rotation.",
                f"Son más de {days} días; nada cambió. Pida a coordinación que le saque del rol.",
            )
        case SpanRefused.TOO_FAR:
            return text("That is more than a year ahead; nothing changed.", "Falta más de un año; nada cambió.")
        case SpanRefused.OVER:
            return text("That is over; nothing changed.", "Eso ya pasó; nada cambió.")
        case SpanRefused.BACKWARDS:
            return text("It ends before it begins; nothing changed.", "Termina antes de empezar; nada cambió.")
        case _:
            assert_never(why)


# ---- to coordinators -----------------------------------------------------------------------------------------------


def nobody_took(cover: Cover, roster: Roster) -> str:
    """An alarm: a shift that its holder cannot have, and that nobody has taken. It is still theirs."""
    person = roster.person(cover.wanted.holder)
    name = _name(roster, cover.wanted.holder)
    call = f" {please_call(name, person.phone)}" if person else ""
    return one_segment(f"ALARM cover {cover.number}: nobody covers {name} {cover_said(cover, roster)}.{call}")


def alarm_over_taken(cover: Cover, taker: str, roster: Roster) -> Words:
    name = _name(roster, taker)
    return text(
        f"Cover {cover.number} is taken: {name} has it; alarm over.",
        f"El relevo {cover.number} ya está: lo tiene {name}; fin de la alarma.",
    )


def alarm_over_kept(cover: Cover, roster: Roster) -> Words:
    name = _name(roster, cover.wanted.holder)
    return text(
        f"Cover {cover.number} is not needed: {name} keeps the shift; alarm over.",
        f"El relevo {cover.number} ya no hace falta: {name} sigue; fin de la alarma.",
    )


def alarm_over_changed(cover: Cover) -> Words:
    return text(
        f"Cover {cover.number} is asked for no longer: the shift changed; alarm over.",
        f"Ya no se pide el relevo {cover.number}: el turno cambió; fin de la alarma.",
    )
