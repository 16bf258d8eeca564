"""What people read about covers and absences, in English or Spanish; coordinators in English. One segment each."""

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.covers.cover import Cover
from dispatch.rules.covers.days_said import DaysWrong, Misread
from dispatch.rules.covers.taking import NoCover, NotTaken
from dispatch.rules.covers.wanting import LONGEST_AWAY, SpanRefused
from dispatch.rules.covers.words import ShiftWord
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence, Shift
from dispatch.rules.roster.nights import ENDS
from dispatch.rules.schedule.shift_texts import day_and_time, day_said, still_on
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


def zone_of(roster: Roster, rotation: str) -> str:
    return next((one.timezone for one in roster.rotations if one.name == rotation), LOCAL)


def cover_said(cover: Cover, roster: Roster, *, spanish: bool = False) -> str:
    wanted = cover.wanted
    return span_said(wanted.starts_at, wanted.ends_at, zone_of(roster, wanted.rotation), spanish=spanish)


def shift_in_words(shift: Shift, roster: Roster, now: datetime | None, *, spanish: bool = False) -> str:
    return span_said(shift.starts_at, shift.ends_at, zone_of(roster, shift.rotation), spanish=spanish, now=now)


def absence_said(absence: Absence, *, spanish: bool = False) -> str:
    """In days, as it was said; to the minute only where a coordinator has written minutes."""
    first, end = (moment.astimezone(ZoneInfo(LOCAL)) for moment in (absence.starts_at, absence.ends_at))
    if first.time() == end.time() == ENDS:
        return _days((first.date(), end.date() - timedelta(days=1)), spanish=spanish)
    return span_said(first, end, spanish=spanish)


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


def _name(roster: Roster, person: str | None) -> str:
    return shortened(roster.first_name_of(person), _NAME) if person else "?"


# ---- asked ---------------------------------------------------------------------------------------------------------


def ask(covers: Sequence[Cover], roster: Roster) -> Words:
    """To somebody who could take any of these: one text, however many they are."""
    name, first = _name(roster, covers[0].wanted.holder), covers[0].number

    def said(spanish: bool) -> str:
        spans = [f"{one.number} {cover_said(one, roster, spanish=spanish)}" for one in covers]
        return _few(spans, "{} más" if spanish else "{} more")

    if len(covers) == 1:
        english, spanish = _both(lambda spanish: cover_said(covers[0], roster, spanish=spanish))
        return text(
            f"{name} asks for cover: {english}. To take it reply COVER {first}. The first yes has it.",
            f"{name} pide relevo: {spanish}. Si lo toma, escriba CUBRO {first}.",
        )
    english, spanish = _both(said)
    return text(
        f"{name} asks for cover: {english}. To take one reply with its number: COVER {first}.",
        f"{name} pide relevo: {spanish}. Escriba el número: CUBRO {first}.",
    )


def asked_for(new: Sequence[Cover], roster: Roster, *, tonight: bool, morning: bool = False) -> Words:
    """To whoever asked: whose the shift is meanwhile. Nobody is asked `tonight`, nor where coordinators hear of it in
    the `morning`."""
    numbers = _few([str(one.number) for one in new], "…", 4)
    english, spanish = _both(lambda spanish: cover_said(new[0], roster, spanish=spanish))
    if tonight or morning:
        then, entonces = ("now", "") if tonight else ("by day", " de día")
        return text(
            f"{numbers}: {english}. Too soon to ask around, so coordinators hear of it {then}. "
            "It is yours until you hear that somebody has it.",
            f"{numbers}: {spanish}. Avisamos a coordinación{entonces}. El turno es suyo hasta que alguien lo tome.",
        )
    return text(
        f"Cover asked for, number {numbers}: {english}. It is yours until you hear that somebody has it.",
        f"Relevo pedido, número {numbers}: {spanish}. El turno es suyo hasta que alguien lo tome.",
    )


def asked_before(cover: Cover, roster: Roster) -> Words:
    english, spanish = _both(lambda spanish: cover_said(cover, roster, spanish=spanish))
    return text(
        f"Cover is asked for already: {cover.number}, {english}. To take that back reply SWAP OFF {cover.number}.",
        f"Ya se pidió relevo: {cover.number}, {spanish}. Para retirarlo: CAMBIO OFF {cover.number}.",
    )


def not_on_call(day: date, theirs: Sequence[Shift], roster: Roster, now: datetime) -> Words:
    """Nothing to cover then; what they have instead."""

    def have(spanish: bool) -> str:
        if not theirs:
            return "Nada en dos semanas." if spanish else "Nothing in two weeks."
        return ("Suyo: " if spanish else "Yours: ") + _listed_shifts(theirs, roster, now, spanish=spanish) + "."

    english, spanish = _both(have)
    return text(
        f"You are not on call {day_said(day)}. {english}",
        f"No está de guardia el {day_said(day, spanish=True)}. {spanish}",
    )


def withdrawn(covers: Sequence[Cover], roster: Roster) -> Words:
    """To whoever asked, and asks no longer."""
    if not covers:
        return text("No cover of yours is asked for.", "No hay ningún relevo suyo pedido.")
    numbers = _few([str(one.number) for one in covers], "…", 4)
    english, spanish = _both(lambda spanish: cover_said(covers[0], roster, spanish=spanish))
    return text(
        f"Nobody is asked any more about {numbers}: {english} is yours.",
        f"Ya no se pide relevo para {numbers}: {spanish} es suyo.",
    )


def which_off(theirs: Sequence[Cover], roster: Roster) -> Words:
    """To whoever takes back what is not asked for like this. `theirs` are the covers that they asked for."""
    if not theirs:
        return withdrawn((), roster)

    def what(spanish: bool) -> str:
        spans = [f"{one.number} {cover_said(one, roster, spanish=spanish)}" for one in theirs]
        return _few(spans, "{} más" if spanish else "{} more")

    english, spanish = _both(what)
    return text(
        f"Nothing changed. Yours: {english}. To take one back reply SWAP OFF {theirs[0].number}.",
        f"Nada cambió. Suyo: {spanish}. Para retirar uno: CAMBIO OFF {theirs[0].number}.",
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
        f"Cover {cover.number} is asked for no longer: the shift changed. Still yours: {english}. SWAP asks again.",
        f"Ya no se pide el relevo {cover.number}: el turno cambió. Sigue siendo suyo: {spanish}. CAMBIO lo pide.",
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
                f"Cover {number} is for your own shift. To keep it reply SWAP OFF {number}.",
                f"El relevo {number} es de su propio turno. Para quedárselo: CAMBIO OFF {number}.",
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
                f"You are away then, so cover {number} was not taken. If you are back, reply AWAY OFF first.",
                f"Dijo que estará fuera; no tomó el relevo {number}. Si ya volvió: FUERA OFF.",
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


def no_such_cover(number: int | None, open_to_them: Sequence[Cover], roster: Roster) -> Words:
    """What they could take, if anything."""

    def what(spanish: bool) -> str:
        spans = [f"{one.number} {cover_said(one, roster, spanish=spanish)}" for one in open_to_them]
        return _few(spans, "{} más" if spanish else "{} more", 3)

    english, spanish = _both(what)
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
        whole = ""
        for most in range(len(names), -1, -1):
            on = _few(names, "{} más" if spanish else "{} more", most) or nobody
            whole = f"{'Ahora' if spanish else 'Now'}: {on}.{second} {'Suyo' if spanish else 'Yours'}: {mine}."
            if segments(gsm7(whole)) == 1:
                break
        return whole

    english, spanish = _both(said)
    return text(english, spanish)


def nights(theirs: Sequence[Shift], roster: Roster, now: datetime) -> Words:
    """Two weeks of somebody's own shifts. The link goes behind it."""

    def said(spanish: bool) -> str:
        if not theirs:
            return "Sin guardias en dos semanas. Lo demás:" if spanish else "You have no shift in two weeks. More:"
        return ("Suyo: " if spanish else "Yours: ") + _listed_shifts(theirs, roster, now, spanish=spanish) + ":"

    english, spanish = _both(said)
    return text(english, spanish)


# ---- away ----------------------------------------------------------------------------------------------------------


def _days(days: tuple[date, date], *, spanish: bool) -> str:
    first, last = (day_said(day, spanish=spanish) for day in days)
    return first if days[0] == days[1] else f"{first}-{last}"


def away(
    days: tuple[date, date], asked: Sequence[Cover], roster: Roster, *, tonight: bool, morning: bool = False
) -> Words:
    """Which shifts are still theirs: an absence takes nobody off call. About one of them nobody is asked `tonight`, or
    coordinators hear of it in the `morning`."""
    english_days, spanish_days = _both(lambda spanish: _days(days, spanish=spanish))
    if not asked:
        return text(
            f"Noted, away {english_days}. You have no shift then. AWAY OFF takes it back.",
            f"Anotado, fuera {spanish_days}. No tiene guardia. FUERA OFF lo retira.",
        )

    def still(spanish: bool) -> str:
        spans = [f"{one.number} {cover_said(one, roster, spanish=spanish)}" for one in asked]
        return _few(spans, "{} más" if spanish else "{} more")

    english, spanish = _both(still)
    how, como = "asked around", "pedimos relevo"
    if tonight:
        how, como = "coordinators hear now", "avisamos a coordinación"
    elif morning:
        how, como = "coordinators hear by day", "avisamos de día"
    return text(
        f"Away {english_days}, {how}. Still yours until taken: {english}.",
        f"Fuera {spanish_days}, {como}. Aún es suyo: {spanish}.",
    )


def which_back(absence: Absence, days: tuple[date, date]) -> Words:
    """To whoever is back for a part of the `days` for which they are away."""
    english, spanish = _both(lambda spanish: absence_said(absence, spanish=spanish))
    first, last = (f"{day.month}/{day.day}" for day in days)
    desde, hasta = (day_said(day, spanish=True)[4:].upper() for day in days)
    return text(
        f"Nothing changed: you are away {english}. To be back then reply AWAY OFF {first}-{last}.",
        f"Nada cambió: está fuera {spanish}. Para volver: FUERA OFF {desde}-{hasta}.",
    )


def back(
    covers: Sequence[Cover],
    taken: int,
    *,
    was_away: bool,
    days: tuple[date, date] | None = None,
    still: Sequence[Cover] = (),
) -> Words:
    """`covers` are asked for no longer; `taken` others have been taken, and stay so; those in `still` are asked for all
    the same. Whoever is back for these `days` may be away on others."""
    if not was_away:
        return text(
            "You are not marked as away. AWAY and the days, such as AWAY FRI-SUN, does that.",
            "No está marcado como fuera. Escriba FUERA y los días: FUERA VIE-DOM.",
        )
    left = f" {len(covers)} shifts are asked for no longer." if len(covers) > 1 else ""
    left = " One shift is asked for no longer." if len(covers) == 1 else left
    gone = f" What others took stays theirs: {taken}." if taken else ""
    dejado = f" Ya no se piden: {len(covers)}." if covers else ""
    tomado = f" Siguen tomados: {taken}." if taken else ""
    numbers = [str(one.number) for one in still]
    asked = f" Still asked for: {_few(numbers, '{} more')}." if still else ""
    pedido = f" Se sigue pidiendo: {_few(numbers, '{} más')}." if still else ""
    english, spanish = _both(lambda spanish: f" {_days(days, spanish=spanish)}" if days else "")
    return text(
        f"You are not away{english} any more.{left}{gone}{asked}",
        f"Ya no está fuera{spanish}.{dejado}{tomado}{pedido}",
    )


_HOW = {
    ShiftWord.SWAP: ("SWAP FRI or SWAP FRI 18-24", "CAMBIO VIE o CAMBIO VIE 18-24"),
    ShiftWord.AWAY: ("AWAY FRI-SUN or AWAY 12/24-1/2", "FUERA VIE-DOM o FUERA 24 DIC-2 ENE"),
    ShiftWord.COVER: ("COVER 4, with one number", "CUBRO 4, con un solo número"),
}


_HOW_OFF = {
    ShiftWord.SWAP: ("SWAP OFF 4 or SWAP OFF FRI", "CAMBIO OFF 4 o CAMBIO OFF VIE"),
    ShiftWord.AWAY: ("AWAY FRI or, to be back, AWAY OFF FRI", "FUERA VIE o, para volver, FUERA OFF VIE"),
}


def unread(word: ShiftWord) -> Words:
    """What no table has: another person reads it, and this one hears how it can be said."""
    english, spanish = _HOW[word]
    return text(
        f"Not understood; coordinators have your text. Say it like {english}.",
        f"No se entendió; los coordinadores lo tienen. Escriba {spanish}.",
    )


def may_ask(cover: Cover, newest: str) -> bool:
    """Whether our newest text asks somebody to take this one, so that a bare yes may be about it."""
    return re.search(rf"\b(?:COVER|CUBRO) {cover.number}\b", newest) is not None


def misread(word: ShiftWord, wrong: Misread, *, off: bool = False) -> Words:
    """Nothing was changed, and how it can be said."""
    english, spanish = (_HOW_OFF if off else _HOW)[word]
    verb, verbo = (f"{how.split()[0]}{' OFF' if off else ''}" for how in (english, spanish))
    how, como = f" Say it like {english}.", f" Escriba {spanish}."
    match wrong.why:
        case DaysWrong.NO_SUCH_DAY:
            return text(f"There is no such day; nothing changed.{how}", f"Ese día no existe; nada cambió.{como}")
        case DaysWrong.MONTHS:
            return text(f"Say the days, not only months.{how}", f"Diga los días, no solo el mes.{como}")
        case DaysWrong.TONIGHT_OR_NEXT if wrong.day is not None:
            day, dia, behind = wrong.day, day_said(wrong.day, spanish=True), wrong.said
            return text(
                f"Tonight, or {day_said(day)}? Reply {verb} TONIGHT{behind} or {verb} {day.month}/{day.day}{behind}.",
                f"¿Hoy o el {dia}? {verbo} ESTA NOCHE{behind} o {verbo} {dia[4:].upper()}{behind}.",
            )
        case DaysWrong.OVER:
            return text(f"That day is over; nothing changed.{how}", f"Ese día ya pasó; nada cambió.{como}")
        case DaysWrong.BACKWARDS:
            return text(f"It ends before it begins.{how}", f"Termina antes de empezar.{como}")
        case DaysWrong.TWO_READINGS:
            return text(
                f"{wrong.said} may be two days. Say the month by its name.",
                f"{wrong.said} puede ser dos días. Escriba el mes: {verbo} 5 JUN.",
            )
        case DaysWrong.MARTES_OR_MARCH:
            return text(
                "MAR may be Tuesday or March. Write MARTES or MARZO.",
                f"MAR puede ser martes o marzo. Escriba {verbo} MARTES o {verbo} 5 MARZO.",
            )
        case _:
            return text(f"Which days? Nothing changed.{how}", f"¿Qué días? Nada cambió.{como}")


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
