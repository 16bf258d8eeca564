"""Answers to a coordinator who writes about an alarm."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.wording.alphabet import cut, one_segment
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.names import first_up, listed, or_call, shown_name, someone, un_colega
from dispatch.rules.wording.times import local_time


def alarm_and_to_go(answer: str) -> str:
    """To a coordinator who is paged as well: what they said was about an alarm, and takes no call-out."""
    return one_segment(f"{answer} To go yourself reply 1.")


def alarm_and_how_to_go(answer: str) -> str:
    """To a coordinator who writes that they go, and whom the call-out does not page."""
    return one_segment(f'{answer} To go, press "I go" on its page, or have it assigned.')


def alarm_is_yours(code: str | None, *, asked: bool, cries: bool = False, unsafe: bool = False) -> str:
    """`asked`: its owner is rung once they have been silent. Until an officer who `cries` is safe, or an `unsafe` scene
    is, nobody is sent on."""
    if cries or unsafe:
        safe = f"you text {code} officer is safe" if cries else "its page says that the scene is safe"
        return f"{code}: you have this alarm; text us within 10 min. Nobody goes until {safe}."
    then = "Send any text within 10 minutes, or we ring you." if asked else "We do not ring to ask, so see it through."
    return one_segment(_about(code, f"you have this alarm, and the others are told. {then}"))


def _about(code: str | None, sentence: str) -> str:
    """`code` is None for an alarm about no call-out."""
    return first_up(f"{code}: {sentence}" if code else sentence)


def alarm_is_newer(code: str | None, alarm: str, *, taken: bool) -> str:
    """To somebody whose OK crossed an `alarm`; `taken`: it took what had reached them before."""
    before = "you have what you had read, but not this:" if taken else "your OK came before this, and nobody has it:"
    said, how = _about(code, f"{before} "), f" If you have it reply {_ok(code)}."
    return one_segment(f"{said}{cut(alarm, _SEGMENT - len(said) - len(how))}{how}")


_SEGMENT = 160


def _ok(code: str | None) -> str:
    return f"{code} OK" if code else "OK"


def alarm_cannot_be_had(first_name: str, alarm: str) -> str:
    """To the other coordinators, with the alarm that goes on; somebody may have said so of it before."""
    cannot, how = " cannot take this: ", " Who can has it by OK."
    said = f"{shown_name(first_name, 'The coordinator')}{cannot}"
    alarm = alarm.rpartition(cannot)[2].removesuffix(how)
    return one_segment(f"{said}{cut(alarm, _SEGMENT - len(said) - len(how))}{how}")


def alarm_handed_on(code: str | None, *, others: bool) -> str:
    """To a coordinator who cannot have an alarm; whether there are `others`."""
    if others:
        return one_segment(_about(code, "noted. The other coordinators are being rung now."))
    return one_segment(_about(code, "there is no other coordinator whom we could ring, so nobody has this alarm yet."))


def alarm_had_by(first_name: str) -> str:
    """Behind a cry for help that is rung again, since whoever had it is silent."""
    return f"{shown_name(first_name, 'The coordinator')} had this alarm and does not answer."


def alarm_said_safe(code: str | None, first_name: str) -> str:
    return one_segment(_about(code, f"noted that {shown_name(first_name, 'the officer')} is safe. Thank you."))


def alarm_over_safe(code: str | None, first_name: str, by: str) -> Words:
    """A coordinator says that whoever cried for help is safe: the officer, where there is no name."""
    who, quien = shown_name(first_name, "the officer"), shown_name(first_name, "el oficial")
    return _over(code, f"{who} is safe, {someone(by)} says", f"{quien} está a salvo, dice {un_colega(by)}")


def alarm_has_owner(code: str | None, first_name: str) -> str:
    return one_segment(_about(code, f"{someone(first_name)} has this alarm already, thank you."))


def alarm_owner(code: str | None, first_name: str) -> str:
    """To the other coordinators."""
    return one_segment(_about(code, f"{someone(first_name)} has this alarm. We ring you if it gets worse."))


# ---- once an alarm is over, to whoever heard it; `goes_on`: so does another one that they heard ---------------------


def _over(about: str | None, why: str, por: str, *, goes_on: bool = False) -> Words:
    if goes_on:
        return text(
            _about(about, f"{why}. Another alarm about it goes on."), _about(about, f"{por}. Otra alarma sigue.")
        )
    return text(_about(about, f"{why}; alarm over."), _about(about, f"{por}; fin de la alarma."))


def alarm_over_taken(
    code: str, status: Status, first_name: str, eta_at: datetime | None = None, tz: str = LOCAL, *, goes_on: bool
) -> Words:
    """How far whoever has it has come."""
    who, quien = someone(first_name), un_colega(first_name)
    there = f", there {local_time(eta_at, tz)}" if eta_at else ""
    llega = f", llega {local_time(eta_at, tz)}" if eta_at else ""
    match status:
        case Status.EN_ROUTE:
            return _over(code, f"{who} is on the way{there}", f"{quien} va en camino{llega}", goes_on=goes_on)
        case Status.ON_SCENE:
            return _over(code, f"{who} is there", f"{quien} ya está en el lugar", goes_on=goes_on)
        case Status.CLEARED:
            return _over(code, f"{who} has left the scene", f"{quien} ya salió del lugar", goes_on=goes_on)
        case _:
            return _over(code, f"{who} has it{there}", f"{quien} lo tiene{llega}", goes_on=goes_on)


def alarm_over_ended(code: str, first_name: str, *, cancelled: bool, goes_on: bool) -> Words:
    """The call-out is over. `first_name` is who ended it, empty where nobody did."""
    by, por = (f" by {someone(first_name)}", f" por {un_colega(first_name)}") if first_name else ("", "")
    if cancelled:
        return _over(code, f"cancelled{by}", f"cancelado{por}", goes_on=goes_on)
    return _over(code, f"closed{by}", f"cerrado{por}", goes_on=goes_on)


def alarm_over_verified(code: str, *, goes_on: bool) -> Words:
    return _over(code, "the caller is verified", "quien llamó está verificado", goes_on=goes_on)


def alarm_over_rang(code: str, *, goes_on: bool) -> Words:
    """A coordinator has spoken with the officer, as was promised."""
    return _over(code, "the officer was rung", "ya se llamó al oficial", goes_on=goes_on)


def alarm_over_confirmed(code: str, *, goes_on: bool) -> Words:
    """Whoever goes has been told the meeting place, as was promised."""
    return _over(code, "the meeting place is confirmed", "el punto de encuentro está confirmado", goes_on=goes_on)


def alarm_over_clear(code: str, first_name: str, *, goes: bool, goes_on: bool) -> Words:
    """What somebody wrote was unclear, and they have said how it stands; `goes`: that they go."""
    who, quien = someone(first_name), un_colega(first_name)
    if goes:
        return _over(code, f"{who} has answered, and goes", f"{quien} ha contestado, y va", goes_on=goes_on)
    return _over(code, f"{who} has answered clearly", f"{quien} ha contestado con claridad", goes_on=goes_on)


def alarm_over_heard(code: str, first_name: str, *, goes_on: bool) -> Words:
    """Somebody who had not been heard from has been, or it concerns them no more."""
    who, quien = someone(first_name), un_colega(first_name)
    return _over(code, f"{who} has answered", f"{quien} ha contestado", goes_on=goes_on)


def alarm_over_scene_safe(code: str, *, goes_on: bool) -> Words:
    return _over(code, "the caller says that the scene is safe", "quien llamó dice que es seguro", goes_on=goes_on)


def alarm_over_call(code: str, *, opened: bool) -> Words:
    """A call on the hotline has `opened` a call-out, or is about one that was open."""
    if opened:
        why, por = f"the call is {code}, and people are paged", f"la llamada es {code}, y ya se avisa"
    else:
        why, por = f"the call was about {code}", f"la llamada era sobre {code}"
    return _over("hotline", why, por)


_STANDALONE: Mapping[AlarmKind, Words] = {
    AlarmKind.WORK_IS_LATE: Words("work is late", "el trabajo se atrasa"),
    AlarmKind.OUR_MISTAKE: Words("a step of the service fails", "falla un paso del servicio"),
    AlarmKind.CARRIER: Words("the carrier has trouble", "la operadora tiene problemas"),
    AlarmKind.CLOCK_SET_BACK: Words("a clock was set back", "un reloj se puso atrás"),
    AlarmKind.CLOCKS_APART: Words("two clocks are apart", "dos relojes no coinciden"),
    AlarmKind.CALLS_REFUSED: Words("call-outs are refused", "se rechazan llamados"),
    AlarmKind.COVER_WANTED: Words("nobody has taken a shift of {who}", "nadie ha tomado un turno de {who}"),
    AlarmKind.CODES_GUESSED: Words("strangers guess at codes", "extraños prueban códigos"),
    AlarmKind.OPTED_OUT: Words("{who} gets no texts any more", "{who} ya no recibe mensajes"),
    AlarmKind.SHIFT_SILENT: Words("{who} does not answer a test", "{who} no contesta la prueba"),
    AlarmKind.SHIFT_REFUSED: Words("{who} cannot take a shift", "{who} no puede cubrir un turno"),
    AlarmKind.DANGER: Words("{who} may be in danger", "{who} puede estar en peligro"),
    AlarmKind.SOMEBODY_HURT: Words("an officer writes that somebody is hurt", "un oficial dice que hay heridos"),
    AlarmKind.NEEDED_AGAIN: Words("an officer may need somebody again", "un oficial quizá necesita a alguien"),
    AlarmKind.STRANGER_CRIES: Words("an unknown number writes of danger", "un número desconocido habla de peligro"),
    AlarmKind.WROTE_AFTER_THE_END: Words("{who} is at the scene of what is over", "{who} está donde ya terminó"),
    AlarmKind.UNDECIDED_CALL: Words("a caller said nothing", "alguien llamó sin decir nada"),
    AlarmKind.END_NOT_TOLD: Words("{who} was not told that it is over", "{who} no sabe que ya terminó"),
    AlarmKind.SILENT_CALLS: Words("callers said nothing", "varias llamadas sin voz"),
    AlarmKind.MISSED_CALL: Words("a call did not reach us", "una llamada no nos llegó"),
    AlarmKind.OFFICER_CALLS: Words("a caller was promised a call", "se prometió llamar a alguien"),
}
"""What the alarms that are about no call-out say, in few words."""


def standalone_alarm(kind: AlarmKind, who: str) -> str:
    said = _STANDALONE.get(kind)
    return said.format(who=who) if said is not None else kind.replace("_", " ")


def alarm_over_quiet(
    kind: AlarmKind, who: str, opened_at: datetime, quiet: timedelta, tz: str = LOCAL, *, lasts: bool = False
) -> Words:
    """An alarm about no call-out has not been told again for as long as it would have been. `lasts`: it would have been
    ended with its trouble, which goes on."""
    said, at, minutes = standalone_alarm(kind, who), local_time(opened_at, tz), int(quiet.total_seconds() // 60)
    dicho = _STANDALONE[kind].spanish.format(who=who) if kind in _STANDALONE else said
    if lasts:
        why, por = f"and after {minutes} min that is still so", f"y sigue igual tras {minutes} min"
        return _over(None, f"{said} ({at}), {why}", f"{dicho} ({at}), {por}")
    why, por = f"nothing more of it for {minutes} min", f"nada más en {minutes} min"
    return _over(None, f"{said} ({at}): {why}", f"{dicho} ({at}): {por}")


def alarm_over_shift_test(first_name: str, *, answered: bool, given_away: bool = False) -> Words:
    """Whoever was silent at the start of their shift has answered, or the shift is over, or somebody else's by now."""
    who, quien = someone(first_name), un_colega(first_name)
    if answered:
        return _over(None, f"{who} has answered the test", f"{quien} ha contestado la prueba")
    if given_away:
        return _over(None, f"{who} does not have that shift any more", f"{quien} ya no tiene ese turno")
    return _over(None, f"the shift of {who} is over", f"el turno de {quien} ha terminado")


def alarm_over_texts_again(first_name: str) -> Words:
    """Somebody who had texted STOP gets texts again."""
    return _over(None, f"{someone(first_name)} gets texts again", f"{un_colega(first_name)} vuelve a recibir mensajes")


def alarm_over_silent(code: str | None) -> Words:
    """Callers who said nothing: they are one call-out by now, or each is decided."""
    if code is not None:
        return _over("hotline", f"the silent calls are {code}", f"las llamadas mudas son {code}")
    return _over("hotline", "each silent call is decided", "cada llamada muda está decidida")


def alarm_over_no_callout(first_name: str) -> Words:
    """`first_name` says that a call on the hotline is no call-out."""
    why = f"no call-out, {someone(first_name)} says"
    return _over("hotline", why, f"no es un llamado, dice {un_colega(first_name)}")


ALARM_IS_OVER = one_segment("This alarm is over. Thank you.")
ALARM_NONE = one_segment("Thank you. No alarm is open now.")
"""To a coordinator who says yes to what was only news."""


def alarm_which(codes: Sequence[str]) -> str:
    """To a coordinator whose "OK" fits the alarms of several call-outs."""
    return one_segment(f"Alarms are open for {listed(codes)}. Put the code first, such as {codes[0]} OK.")


def alarm_guessed(code: str | None, *, goes: bool) -> str:
    """To a coordinator who most likely says that they have it, or that they go there themselves."""
    if goes:
        return one_segment(f"{code}: going there yourself? Reply {code} OMW. Only having the alarm? Reply {_ok(code)}.")
    return one_segment(_about(code, f"do you have this alarm? Reply {_ok(code)}. Nothing was changed yet."))


def alarm_another_goes(code: str) -> str:
    """To a coordinator who says that somebody else goes."""
    return one_segment(
        f"{code}: if somebody else goes, they reply {code} 1, or assign them on the board. Do you have this alarm? "
        f"Reply {_ok(code)}. Nothing was changed yet."
    )


def alarm_hint(owners: Mapping[str | None, str | None], contact: str | None = None) -> str:
    """To a coordinator who asks who has it, or writes anything else, while alarms are open. `owners` are the names of
    those who have the alarms of each call-out, or None; under None of whoever has one about the service. `contact` is
    whom to ring, for somebody who asks what can be said."""
    then = or_call(contact, "or ") or " Nothing was changed."
    has = {code: f"{someone(name) if name else 'nobody'} has it" for code, name in owners.items()}
    codes = [code for code in owners if code is not None]
    if not codes:
        return one_segment(f"An alarm is open: {has[None]}. If you have it reply OK.{then}")
    said = [f"{code} ({has[code]})" for code in codes[:_MOST_NAMED]] + ["others"] * (len(codes) > _MOST_NAMED)
    free = next((code for code in codes if owners[code] is None), codes[0])
    return one_segment(f"Open alarms: {listed(said)}. If you have one reply {free} OK.{then}")


_MOST_NAMED = 2  # a segment holds no more
