"""What people do in the week that `dispatch demo --once=week` plays, and what must come of it.

A day begins at nine, as shifts do: whatever is earlier on the clock belongs to its night.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Texts:
    """A person texts us."""

    at: time
    person: str
    words: str


@dataclass(frozen=True, slots=True)
class AsksForCover:
    """A person asks for cover of these hours of theirs, behind the link that their newest text has."""

    at: time
    person: str
    begins: str
    ends: str


@dataclass(frozen=True, slots=True)
class CallsOut:
    """An officer's system posts a call-out."""

    at: time


@dataclass(frozen=True, slots=True)
class Read:
    """By then this phone has got a text with these words, on this day."""

    at: time
    person: str
    words: str
    so: str


@dataclass(frozen=True, slots=True)
class WasRung:
    """By then this phone has rung on this day."""

    at: time
    person: str
    so: str


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """By then nothing has come to this phone since `since`."""

    at: time
    person: str
    since: time
    so: str


@dataclass(frozen=True, slots=True)
class IsOnCall:
    """These people, and nobody else, are on call in the rotation."""

    at: time
    rotation: str
    people: tuple[str, ...]
    so: str


Fact = Read | WasRung | Undisturbed | IsOnCall
WeekScene = Texts | AsksForCover | CallsOut | Fact


@dataclass(frozen=True, slots=True)
class Day:
    """Its scenes in the order in which they happen. `about` is its heading."""

    date: date
    about: str
    scenes: Sequence[WeekScene]


def _answers(person: str, at: time, so: str, thanks: str = "Texts reach you") -> tuple[WeekScene, ...]:
    """Whoever comes on has been tested, answers, and is thanked."""
    return Texts(at, person, "1"), Read(at.replace(second=30), person, thanks, so)


_BEN, _DEV = (f"{name} comes on as backup, and can be reached." for name in ("Ben", "Dev"))

THE_WEEK: Sequence[Day] = (
    Day(
        date(2026, 12, 7),
        "Ana's week begins, with her phone in another room",
        (
            *_answers("ben", time(9, 2), _BEN),
            WasRung(time(9, 11), "ana", "Ana has not answered, so her phone rings."),
            Read(time(9, 31), "ben", "Ana does not answer our test", "After half an hour Ben hears that he is on too."),
            IsOnCall(time(9, 31), "primary", ("ana", "ben"), "Ben was added; nobody was taken off call."),
            Read(
                time(9, 31), "cora", "answers no test; Ben is on call too", "Cora, who has the alarms today, hears it."
            ),
            Texts(time(9, 31, 20), "cora", "OK"),
            Texts(time(9, 52), "ana", "1"),
            Read(time(9, 54, 30), "ben", "Ana has answered our test", "Ana has found her phone, and Ben is let go."),
            IsOnCall(time(9, 54, 30), "primary", ("ana",), "Ana is on call alone again."),
            Undisturbed(time(9, 55), "omar", time(9, 5), "Omar, who is off, was not disturbed."),
        ),
    ),
    Day(
        date(2026, 12, 8),
        "A shift covered, and a night with two calls",
        (
            *_answers("dev", time(9, 1), _DEV),
            Texts(time(12, 29), "ana", "SWAP THU"),
            Read(time(12, 30), "ana", "Nothing changed. Cover", "Ana gets the link to her own view."),
            AsksForCover(time(12, 30), "ana", "2026-12-10T18:00", "2026-12-11T00:00"),
            Read(time(12, 31), "cleo", "Ana asks for cover", "There she asks for cover. Cleo is asked,"),
            Read(time(12, 31), "eva", "Ana pide relevo", "and Eva, in Spanish."),
            Texts(time(12, 41), "eva", "CUBRO 1"),
            Read(time(12, 42), "ana", "Eva has your shift", "Eva takes it, and Ana is free on Thursday evening."),
            Texts(time(12, 50), "cleo", "COVER 1"),
            Read(
                time(12, 51), "cleo", "Cover 1 is taken: Eva has", "Cleo says yes a little later, and hears who has it."
            ),
            CallsOut(time(2, 14)),
            WasRung(time(2, 15, 30), "ana", "A minute after the text Ana's phone rings."),
            Texts(time(2, 16), "ana", "1 25"),
            Read(time(2, 17), "officer", "Ana is coming", "The officer reads who is coming, and when."),
            Undisturbed(time(2, 17), "dev", time(0), "Dev, the backup, sleeps on."),
            Texts(time(2, 20), "ana", "OMW"),
            Texts(time(2, 43), "ana", "HERE"),
            Texts(time(3, 25), "ana", "DONE"),
            Texts(time(4, 10), "ana", "HOME"),
            Read(time(4, 11), "ana", "Rest until 14:10", "Ana is home, and rests for ten hours."),
            CallsOut(time(6, 40)),
            Read(time(6, 40, 30), "dev", "Reply 1", "The next call-out goes to Dev at once,"),
            Texts(time(6, 42), "dev", "1 30"),
            Undisturbed(time(6, 45), "ana", time(4, 12), "and Ana, who rests, does not hear of it."),
            Texts(time(6, 50), "dev", "OMW"),
            Texts(time(7, 14), "dev", "HERE"),
        ),
    ),
    Day(
        date(2026, 12, 9),
        "A hand-off while a call-out runs",
        (
            *_answers("ben", time(9, 4), _BEN),
            Read(time(9, 5), "ben", "You are on call now. Open:", "Ben reads what runs: Dev is still out."),
            Read(time(9, 5), "cora", "You are on call now. Open:", "So does Cora, who has the alarms again."),
            Texts(time(10, 20), "dev", "DONE"),
            Texts(time(10, 55), "dev", "HOME"),
        ),
    ),
    Day(
        date(2026, 12, 10),
        "The evening that Eva took",
        (
            *_answers("dev", time(9, 3), _DEV),
            *_answers("eva", time(18, 2), "Eva comes on for Ana, and can be reached.", "textos le llegan"),
            IsOnCall(time(18, 30), "primary", ("eva",), "The evening is Eva's."),
            *_answers("ana", time(19, 3), "Ana is back at midnight, and is tested by day."),
            IsOnCall(time(0, 30), "primary", ("ana",), "After midnight Ana is on call again."),
        ),
    ),
    Day(date(2026, 12, 11), "Quiet", _answers("ben", time(9, 1), _BEN)),
    Day(
        date(2026, 12, 12),
        "Somebody asks who is on",
        (
            *_answers("dev", time(9, 6), _DEV),
            Texts(time(20), "eva", "QUIÉN"),
            Read(time(20, 1), "eva", "Ahora: Ana, Dev", "Eva knows who is on call tonight."),
        ),
    ),
    Day(
        date(2026, 12, 13),
        "Cleo looks ahead",
        (
            *_answers("ben", time(9, 2), _BEN),
            Texts(time(19, 30), "cleo", "NIGHTS"),
            Read(
                time(19, 31),
                "cleo",
                "Mon 14 Dec 09:00",
                "Her week begins tomorrow. Behind the link she can ask for cover.",
            ),
        ),
    ),
    Day(
        date(2026, 12, 14),
        "Ana hands over to Cleo",
        (
            *_answers("dev", time(9, 2), _DEV),
            *_answers("cleo", time(9, 3), "Cleo takes over from Ana, and can be reached."),
            IsOnCall(time(9, 5), "primary", ("cleo",), "The week is over, and the next is Cleo's."),
        ),
    ),
)
