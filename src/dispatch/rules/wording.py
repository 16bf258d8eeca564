"""Everything we say. The law: plain, calm and short, for somebody half asleep; never a child, never a place in a text.

Every text fits one segment of 160 GSM-7 characters: one character outside it costs twice the segments, and segments
arrive late or out of order. None asks for a word that the carrier itself acts on (STOP, END, YES, HELP and their kin):
such a reply would be swallowed, or would silence the next page.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from dispatch.rules.facts import require_aware
from dispatch.rules.spoken_code import spell

LOCAL = "America/Los_Angeles"

# ---- the alphabet of a text ----------------------------------------------------------------------------------------

# 3GPP TS 23.038, section 6.2.1. The second row costs two characters each, since an escape stands in front.
_GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM7_ESCAPED = frozenset("\f^{}\\[~]|€")
_ALL_GSM7 = re.compile(f"[{re.escape(''.join(sorted(_GSM7)))}]*")  # as nearly everything is that we say

# What Unicode does not take apart by itself: quotes, dashes, the slash of ½, letters with a stroke.
_LIKENESS = {
    "'": "\u2018\u2019\u201a\u201b\u00b4\u0060",
    '"': "\u201c\u201d\u201e\u00ab\u00bb",
    "/": "\u2044",
    "-": "\u2010\u2011\u2012\u2013\u2014\u2212",
    "d": "\u0111\u00f0",
    "D": "\u0110\u00d0",
    "i": "\u0131",
    "l": "\u0142",
    "L": "\u0141",
    "oe": "\u0153",
    "OE": "\u0152",
    "th": "\u00fe",
    "Th": "\u00de",
}
_SPELLED = str.maketrans({letter: plain for plain, letters in _LIKENESS.items() for letter in letters})

_ONE_SEGMENT = 160


def gsm7(text: str) -> str:
    """The text in GSM-7 letters: é and ñ stay, í becomes i, curly quotes straight ones; what has no likeness, "?"."""
    if _ALL_GSM7.fullmatch(text):
        return text
    return "".join(_gsm7_letters(unicodedata.normalize("NFC", text).translate(_SPELLED)))


def _gsm7_letters(text: str) -> Iterable[str]:
    for letter in text:
        if letter in _GSM7 or letter in _GSM7_ESCAPED:
            yield letter
        elif unicodedata.category(letter) in ("Cc", "Cf", "Mn", "Me"):
            continue  # it has no shape of its own
        elif letter.isspace():
            yield " "
        else:
            parts = unicodedata.normalize("NFKD", letter).translate(_SPELLED)
            yield "".join(part for part in parts if part in _GSM7) or "?"


def segments(text: str) -> int:
    """How many segments the carrier bills: 160 characters in GSM-7, 70 otherwise; 153 or 67 each when several."""
    if len(text) <= _ONE_SEGMENT and _ALL_GSM7.fullmatch(text):
        return 1
    if all(letter in _GSM7 or letter in _GSM7_ESCAPED for letter in text):
        return _packed([_septets(letter) for letter in text], alone=_ONE_SEGMENT, joined=153)
    return _packed([2 if ord(letter) > 0xFFFF else 1 for letter in text], alone=70, joined=67)


def _septets(letter: str) -> int:
    return 2 if letter in _GSM7_ESCAPED else 1


def _packed(widths: Sequence[int], alone: int, joined: int) -> int:
    if sum(widths) <= alone:
        return 1
    count, room = 1, joined
    for width in widths:  # no character is split between two segments
        if width > room:
            count, room = count + 1, joined
        room -= width
    return count


def _sms(text: str) -> str:
    plain = gsm7(text)
    return plain if segments(plain) == 1 else _cut(plain, _ONE_SEGMENT)


def _cut(text: str, most: int) -> str:
    """At most so many septets of a GSM-7 text, the last three dots when something is missing."""
    if sum(map(_septets, text)) <= most:
        return text
    used = accumulate(map(_septets, text))
    kept = "".join(letter for letter, so_far in zip(text, used, strict=True) if so_far <= most - 3)
    return kept.rstrip() + "..."


def _short(text: str, most: int) -> str:
    return _cut(" ".join(gsm7(text).split()), most)


def _name(first_name: str, otherwise: str) -> str:
    """A name that can be shown in a text; `otherwise` for one in letters that GSM-7 cannot write."""
    plain = gsm7(first_name)
    return otherwise if "?" in plain or not any(map(str.isalpha, plain)) else " ".join(plain.split())[:20].rstrip()


def _someone(first_name: str) -> str:
    return _name(first_name, "a colleague")


def _specialist(first_name: str) -> str:
    return _name(first_name, "the specialist")


def _first_up(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _agency(agency: str) -> str:
    return _short(agency, 30)


def _quoted(text: str, most: int) -> str:
    # Broken apart, so that nobody can put a link that opens before a coordinator under our name.
    plain = re.sub(r"\.(?=\S)", ". ", gsm7(text[:300]).replace("://", " "))
    return '"' + _short(plain.replace('"', "'"), most) + '"'


def _minutes(minutes: int) -> str:
    return "1 minute" if minutes == 1 else f"{minutes} minutes"


def local_time(moment: datetime, tz: str = LOCAL) -> str:
    """The clock on the wall, such as 02:45. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(tz)):%H:%M}"


def local_day_and_time(moment: datetime, tz: str = LOCAL) -> str:
    """Such as "Sat 14 Mar 02:45", for what is days away. Raises `NaiveMoment` for a moment without a zone."""
    require_aware(moment)
    return f"{moment.astimezone(ZoneInfo(tz)):%a %d %b %H:%M}"


# ---- texts to a specialist who is asked ----------------------------------------------------------------------------


def page_text(agency: str, code: str, again: bool = False, several: bool = False) -> str:
    """`again` for every page after the first; `several` when others are open, so that a reply may need the code."""
    opening = f"{'Again: ' if again else ''}{_agency(agency)} call-out {code}{', nobody has it yet' if again else ''}."
    put = f"{code} " if several else ""
    return _sms(f"{opening} Reply {put}1 to take it ({put}1 25 = there in 25 min) or {put}2 if you cannot.")


def stand_down(code: str, first_name: str) -> str:
    return _sms(_first_up(f"{_someone(first_name)} has {code}. Nothing to do, thank you."))


def closed_stand_down(code: str) -> str:
    return _sms(f"{code} is off, nobody needs to go. Nothing to do, thank you.")


def test_page(first_name: str) -> str:
    hello = _first_up(_name(first_name, "hello"))
    return _sms(f"{hello}, this is a test, no call-out. Reply 1 so we know that texts reach you.")


# pytest collects what is named test_*, wherever it is imported
test_page.__test__ = False  # type: ignore[attr-defined]


# ---- answers to what a specialist wrote ----------------------------------------------------------------------------


def confirmation(code: str, eta_at: datetime | None = None, tz: str = LOCAL) -> str:
    """To whoever took it. The one-time link to the meeting place goes behind it: 60 characters are left free."""
    if eta_at is None:
        return _sms(f"You have {code}. Reply OMW when you leave (OMW 25 = in 25 min), HERE when there. Where to go:")
    return _sms(
        f"You have {code}, ETA {local_time(eta_at, tz)}. Reply OMW when you leave, HERE when there. Where to go:"
    )


def late_answer(code: str, first_name: str) -> str:
    return _sms(
        _first_up(
            f"{_someone(first_name)} already has {code}, thank you. To go along as a partner reply {code} OMW. "
            "If not, nothing to do."
        )
    )


def already_closed(code: str) -> str:
    return _sms(f"{code} is already closed. Nothing to do, thank you.")


def declined(code: str) -> str:
    return _sms(f"All right, thank you. you are not going to {code}. If you can go after all, reply {code} 1.")


def eta_noted(code: str, eta_at: datetime, tz: str = LOCAL) -> str:
    return _sms(f"{code}: ETA {local_time(eta_at, tz)}, noted. Thank you.")


def en_route_noted(code: str, eta_at: datetime | None = None, tz: str = LOCAL) -> str:
    arrival = "" if eta_at is None else f", ETA {local_time(eta_at, tz)}"
    return _sms(f"{code}: on your way{arrival}, noted. Drive safely. Reply HERE when you are there.")


def arrived_noted(code: str, minutes_of_response: int | None = None) -> str:
    took = "" if minutes_of_response is None else f" after {_minutes(minutes_of_response)}"
    return _sms(f"{code}: on scene{took}, noted. Thank you. Reply DONE when you have left.")


def cleared_noted(code: str) -> str:
    return _sms(f"{code}: you are clear, noted. Thank you. Reply HOME once you are safe at home.")


def home_noted(code: str) -> str:
    return _sms(f"{code}: good that you are home. Thank you, and rest well.")


_COUNTED = {2: "Two", 3: "Three", 4: "Four"}


def which_callout(codes: Sequence[str]) -> str:
    """To somebody whose answer fits several call-outs; at least one code is given."""
    if len(codes) == 1:
        return _sms(f"{codes[0]} is open. Put the code first, such as {codes[0]} 1.")
    if len(codes) > 4:
        shown = f"{len(codes)} are open: {', '.join(codes[:4])} and others."
    else:
        shown = f"{_COUNTED[len(codes)]} are open: {', '.join(codes[:-1])} and {codes[-1]}."
    return _sms(f"{shown} Put the code first, such as {codes[0]} 1.")


def no_such_callout(code: str) -> str:
    return _sms(
        f"No call-out {_short(code, 12)} is open for you. Check the code, or leave it out if you have one only."
    )


def nothing_open() -> str:
    return _sms("No call-out is open for you. Nothing to do, thank you.")


def not_understood() -> str:
    return _sms(
        "Not understood; a coordinator will read it. "
        "Reply 1 take it, 2 cannot, ETA 20, OMW on my way, HERE on scene, DONE left, HOME safe at home."
    )


def opted_in() -> str:
    return _sms("Thank you, our texts reach you again.")


def you_are_unknown() -> str:
    return _sms("We do not know this number. A coordinator will read your text. If it is urgent, please call us.")


# ---- reminders to the specialist who has it ------------------------------------------------------------------------


def remind_en_route(code: str) -> str:
    return _sms(f"{code}: are you on your way? Reply OMW (OMW 25 = there in 25 min), or 2 if you cannot go.")


def passed_on(code: str) -> str:
    return _sms(f"{code}: we have not heard from you, so others are paged now. Are you going? Reply {code} OMW.")


def remind_arrival(code: str) -> str:
    return _sms(f"{code}: your ETA has passed. Reply HERE if you are there, or ETA 15 if you need 15 more minutes.")


def remind_on_scene(code: str) -> str:
    return _sms(f"{code}: is all well? Reply HERE if you are still on scene, or DONE if you have left.")


def remind_home(code: str) -> str:
    return _sms(f"{code}: are you safe at home? Reply HOME.")


def place_changed(code: str) -> str:
    """The one-time link goes behind it, as with `confirmation`."""
    return _sms(f"{code}: the meeting place has changed. Please look before you drive on. Where to go now:")


# ---- texts to the officer ------------------------------------------------------------------------------------------


def officer_taken(code: str, first_name: str, eta_at: datetime | None = None, tz: str = LOCAL) -> str:
    who = _specialist(first_name)
    if eta_at is None:
        return _sms(f"{code}: {who} is coming. We will text you the ETA.")
    return _sms(f"{code}: {who} is coming, ETA {local_time(eta_at, tz)}.")


def officer_waiting(code: str, minutes: int) -> str:
    return _sms(
        f"{code}: after {_minutes(minutes)} nobody has answered yet. "
        "We keep paging and will text you as soon as someone does."
    )


def officer_new_eta(code: str, first_name: str, eta_at: datetime, tz: str = LOCAL) -> str:
    return _sms(f"{code}: new ETA of {_specialist(first_name)} {local_time(eta_at, tz)}.")


def officer_released(code: str) -> str:
    return _sms(f"{code}: the specialist can no longer come. We are paging again and will text you who comes.")


def officer_gave_up(code: str) -> str:
    return _sms(f"{code}: we cannot reach the specialist any more. We are paging others and will text you who comes.")


def officer_cancelled(code: str) -> str:
    return _sms(f"{code} is cancelled, nobody will come. If that is wrong, please call us.")


def officer_closed(code: str) -> str:
    return _sms(f"{code} was closed by our coordinator, nobody will come. If that is wrong, please call us.")


# ---- one line to partner agencies ----------------------------------------------------------------------------------


def partner_opened(agency: str, code: str) -> str:
    return _sms(f"{_agency(agency)} call-out {code} is open, a specialist is being paged. For your notice only.")


def partner_taken(code: str, first_name: str | None = None) -> str:
    who = "a specialist" if first_name is None else _name(first_name, "a specialist")
    return _sms(f"{code}: {who} has taken it. For your notice only.")


def partner_cancelled(code: str) -> str:
    return _sms(f"{code} is cancelled, nobody will go. For your notice only.")


# ---- alarms to coordinators ----------------------------------------------------------------------------------------


def alarm_chain_ended(code: str, round_number: int) -> str:
    """`round_number` counts from 1 how often everybody has been paged."""
    return _sms(f"ALARM {code}: nobody has answered. Now paging everyone, round {round_number}. Please call people.")


def alarm_target_warning(code: str, minutes_left: int, reason: str) -> str:
    """`reason` is half a sentence, such as "nobody has taken it"."""
    return _sms(f"ALARM {code}: {_minutes(minutes_left)} left to the target, and {_short(reason, 80)}.")


def alarm_target_missed(code: str, minutes: int) -> str:
    """`minutes` since the call-out was received."""
    return _sms(f"ALARM {code}: target missed. After {_minutes(minutes)} no specialist is on scene.")


def alarm_nobody_on_shift(code: str, step: int) -> str:
    return _sms(f"ALARM {code}: there is nobody to page in step {step}. Paging went on to the next.")


def alarm_not_moving(code: str, first_name: str) -> str:
    who = _specialist(first_name)
    return _sms(f"ALARM {code}: {who} took it and has not said OMW. Please call {who}.")


def alarm_late_arrival(code: str, first_name: str, minutes_late: int | None = None) -> str:
    who = _specialist(first_name)
    late = "" if minutes_late is None else f" by {_minutes(minutes_late)}"
    return _sms(f"ALARM {code}: the ETA of {who} has passed{late}, and no word of arrival. Please call {who}.")


def alarm_released(code: str, first_name: str) -> str:
    return _sms(f"ALARM {code}: {_specialist(first_name)} can no longer go. Paging again.")


def alarm_gave_up(code: str, first_name: str) -> str:
    who = _specialist(first_name)
    return _sms(f"ALARM {code}: {who} took it, did not leave and does not answer. Paging the next. Please call {who}.")


def alarm_handed_over(code: str, first_name: str, heir: str) -> str:
    return _sms(f"ALARM {code}: {_specialist(first_name)} can no longer go. {_first_up(_specialist(heir))} has it now.")


def alarm_officer_not_reached(code: str) -> str:
    return _sms(f"ALARM {code}: our message did not reach the officer. Please call the officer.")


def alarm_arrival_unreported(code: str, first_name: str) -> str:
    return _sms(f"{code}: {_specialist(first_name)} left without ever saying HERE. Please correct the time of arrival.")


def alarm_on_scene_check(code: str, first_name: str) -> str:
    who = _specialist(first_name)
    return _sms(f"ALARM {code}: {who} has been on scene for hours without a word. Please call {who}.")


def alarm_home_check(code: str, first_name: str) -> str:
    who = _specialist(first_name)
    return _sms(f"ALARM {code}: {who} left the scene and has not said HOME. Please call {who}.")


def alarm_partner_offer(code: str, first_name: str, taken_by: str) -> str:
    return _sms(
        f"{code}: {_name(first_name, 'another specialist')} could come too. {_first_up(_specialist(taken_by))} has it."
    )


def alarm_opted_out(first_name: str) -> str:
    who = _specialist(first_name)
    return _sms(f"ALARM: {who} has opted out of our texts and is paged by phone only. Please call {who}.")


def alarm_unclear_text(first_name: str, text: str) -> str:
    return _sms(f"{_first_up(_specialist(first_name))} wrote: {_quoted(text, 90)}. Nothing was changed.")


def alarm_unknown_sender(last_four: str, text: str) -> str:
    return _sms(f"An unknown number ending in {_short(last_four, 4)} wrote: {_quoted(text, 90)}.")


def alarm_carrier(reason: str) -> str:
    return _sms(f"ALARM: texts or calls may not go out. {_first_up(_short(reason, 90))}.")


def alarm_work_is_late(seconds: int) -> str:
    return _sms(f"ALARM: the service is {seconds} seconds behind with pages. Check the call-outs by hand now.")


def alarm_clock_set_back(minutes: int) -> str:
    return _sms(f"ALARM: the service's clock was set back by {_minutes(minutes)}. Paging goes on, but check its times.")


def alarm_rescued(code: str) -> str:
    return _sms(f"ALARM {_short(code, 12)}: a fault had stopped this call-out. It goes on now. Please look after it.")


def alarm_coverage_gap(rotation: str, starts_at: datetime, tz: str = LOCAL) -> str:
    return _sms(
        f"Nobody is on call for {_short(rotation, 30)} from {local_day_and_time(starts_at, tz)}. Please fill the gap."
    )


def test_answered() -> str:
    return _sms("Thank you. Texts reach you.")


# ---- what is said on the phone -------------------------------------------------------------------------------------


def _said(name: str) -> str:
    return " ".join(name.split())[:60]


def say_page(agency: str, code: str) -> str:
    """`agency` is its name in full: a voice cannot read LBPD."""
    return (
        f"This is a call-out from {_said(agency)}, code {spell(code)}. "
        "Press 1 to take it. Press 2 if you cannot. Press 9 to hear this again."
    )


def say_ask_eta() -> str:
    return "You have it. In how many minutes can you be there? Key in the minutes, then the pound key. Or just wait."


def say_confirmed(minutes: int | None = None) -> str:
    if minutes is None:
        return "Thank you. You have the call-out, and the officer is told."
    return f"Thank you. You have the call-out, and the officer is told: {_minutes(minutes)}."


def say_menu() -> str:
    return "Press 3 to hear the meeting place. Press 4 to be connected to the officer. Press 9 to hear this again."


def say_taken_by(first_name: str) -> str:
    return f"{_said(first_name) or 'A colleague'} already has this call-out. Nothing to do. Thank you, and goodbye."


def say_closed() -> str:
    return "This call-out is closed. Nothing to do. Thank you, and goodbye."


def say_stands(first_name: str | None, closed: bool) -> str:
    """How a call-out stands by the time that somebody hears an alarm about it; nothing while it still pages."""
    if closed:
        return "By now it is closed."
    return "" if first_name is None else f"By now {_said(first_name) or 'a colleague'} has it."


def say_declined() -> str:
    return "All right. The next person is called now. Thank you, and goodbye."


def say_place(address: str | None, note: str | None = None) -> str:
    """Only for the ear of whoever pressed 1."""
    if not address:
        return "The meeting place is not known yet. Press 4 to ask the officer."
    more = f" Note: {' '.join(note.split())}." if note else ""
    return f"The meeting place is {' '.join(address.split())}.{more}"


def say_unsafe_scene() -> str:
    return "Careful: the officer says that the scene is not safe. Speak with the officer before you go near."


def say_wrong_key() -> str:
    return "That key means nothing here."


def say_remind(code: str) -> str:
    return f"You took call-out {spell(code)}. Press 1 if you are on your way. Press 2 if you cannot go."


def say_test_answered() -> str:
    return "Thank you. Calls reach you. Goodbye."


def say_test() -> str:
    return "This is a test, no call-out. Press 1 so that we know that calls reach you. Thank you."
