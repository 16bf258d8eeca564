"""Whom a change of the roster is told to, in which words and when.

The law: whoever is on call otherwise within 14 nights, or by an exception of which they have heard however far ahead,
gets one text, between 8:00 and 22:00 on our clock; at another hour only if it is about the night that runs or comes
next before 8:00. Nobody who is being paged, or is out on a call-out, gets it before that is over (`not_before`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.pages import Purpose, Question
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.local_clock import next_time
from dispatch.rules.roster.on_call import shifts
from dispatch.rules.schedule.differing import Differing
from dispatch.rules.wording.alphabet import gsm7, segments, shortened
from dispatch.rules.wording.languages import Words, in_language, text
from dispatch.rules.wording.times import local_time

MORNING, EVENING = time(8), time(22)
AGAIN = timedelta(minutes=5)
"""How long a text waits for somebody who is being paged, before it is asked again."""


@dataclass(frozen=True, slots=True)
class ShiftText:
    """One text to one person. It is `urgent` if it is about a night that is over by the next morning."""

    person: Person
    words: Words
    urgent: bool
    asks: Question | None = None


def notices(before: Roster, after: Roster, differences: Iterable[Differing], now: datetime) -> list[ShiftText]:
    """Who is to be told of these differences, those with the earliest first. Whoever texted STOP is not."""
    theirs: dict[str, list[tuple[Differing, bool]]] = {}
    for one in sorted(differences, key=lambda one: (one.starts_at, one.rotation)):
        for person_id in (*one.gained, *one.lost):
            theirs.setdefault(person_id, []).append((one, person_id in one.gained))
    morning = next_time(MORNING, now)
    found = []
    for person_id, spans in theirs.items():
        person = after.person(person_id) or before.person(person_id)
        if person is not None and not person.opted_out:
            urgent = any(span.starts_at < morning for span, _ in spans)
            found.append(ShiftText(person, _words(before, after, person_id, spans, now), urgent))
    return found


def is_quiet(now: datetime) -> bool:
    """Whether it is an hour at which only what is about this night is sent."""
    return not MORNING <= now.astimezone(ZoneInfo(LOCAL)).time() < EVENING


def pages(told: Iterable[ShiftText], now: datetime) -> list[SendPage]:
    return [
        SendPage(
            Purpose.TONIGHT if one.urgent else Purpose.SCHEDULE,
            Channel.SMS,
            one.person.phone,
            in_language(one.words, one.person.texts_in),
            now if one.urgent or not is_quiet(now) else next_time(MORNING, now),
            person=one.person.id,
            asks=one.asks,
        )
        for one in told
    ]


def not_before(purpose: Purpose, *, is_busy: bool, now: datetime) -> datetime | None:
    """Until when a text that is due waits; None if it may leave. `is_busy`: its reader is being paged, or is out."""
    if purpose is Purpose.SCHEDULE and is_quiet(now):
        return next_time(MORNING, now)
    return now + AGAIN if is_busy else None


# ---- in words ------------------------------------------------------------------------------------------------------

_DAYS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")
_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")
_SPANS_SAID, _NAME = 2, 14


def still_on(roster: Roster, person: str, starts_at: datetime, ends_at: datetime) -> str:
    """The rotation that has them on call in a part of the span, empty where none has: whoever stays on call for another
    one is not told that they are off. Raises `NaiveMoment`."""
    return next(
        (
            rotation.name
            for rotation in roster.rotations
            if any(one.person == person for one in shifts(roster, rotation, starts_at, ends_at))
        ),
        "",
    )


def _words(before: Roster, after: Roster, person: str, spans: Sequence[tuple[Differing, bool]], now: datetime) -> Words:
    """As many of the spans as a segment holds, two at most. Each says its rotation where another has them on call."""
    told = spans[:_SPANS_SAID]
    several = len({span.rotation for span, _ in told}) > 1
    named = several or any(
        still_on(after, person, max(span.starts_at, now), span.ends_at) for span, gained in told if not gained
    )

    def one(span: Differing, gained: bool, *, spanish: bool) -> str:
        rotation = after.rotation_ever(span.rotation) or before.rotation_ever(span.rotation)
        on, off = ("de guardia", "sin guardia") if spanish else ("on call", "off call")
        of = f" ({shortened(span.rotation, _NAME)})" if named else ""
        return (
            f"{on if gained else off}{of} {_span(span, rotation.timezone if rotation else LOCAL, now, spanish=spanish)}"
        )

    def said(most: int, *, spanish: bool) -> str:
        parts = [one(span, gained, spanish=spanish) for span, gained in told[:most]]
        if more := len(spans) - most:
            parts.append(f"{more} {'más' if spanish else 'more'}")
        return f"{'Cambio de turnos. Está' if spanish else 'Schedule changed. You are'} {'; '.join(parts)}."

    def fitting(*, spanish: bool) -> str:
        whole = said(len(told), spanish=spanish)
        return whole if segments(gsm7(whole)) == 1 else said(1, spanish=spanish)

    return text(fitting(spanish=False), fitting(spanish=True))


def _span(span: Differing, zone: str, now: datetime, *, spanish: bool) -> str:
    from_now = span.starts_at <= now
    ends = day_and_time(span.ends_at, zone, spanish=spanish)
    if span.goes_on:
        ends += " y después" if spanish else " and longer"
    if from_now:
        return f"desde ahora hasta {ends}" if spanish else f"from now to {ends}"
    starts = day_and_time(span.starts_at, zone, spanish=spanish)
    return f"{starts} a {ends}" if spanish else f"{starts} to {ends}"


def day_and_time(moment: datetime, zone: str, *, spanish: bool = False) -> str:
    """Such as "Fri 4 Dec 18:00" or "vie 4 dic 18:00"."""
    return f"{day_said(moment.astimezone(ZoneInfo(zone)).date(), spanish=spanish)} {local_time(moment, zone)}"


def day_said(day: date, *, spanish: bool = False) -> str:
    """Such as "Fri 4 Dec" or "vie 4 dic"."""
    weekday = _DAYS[day.weekday()] if spanish else f"{day:%a}"
    month = _MONTHS[day.month - 1] if spanish else f"{day:%b}"
    return f"{weekday} {day.day} {month}"
