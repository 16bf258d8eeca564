"""Texts as tired people write them, with what each means; and what the real reader and rules make of them.

A file holds the texts from one position. A heading is a meaning; the lines below it say it. `take`, `omw` and `eta` may
have minutes or a time on the wall behind them. `keep`, `still` and `talk` change nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from dispatch.rules.callout.eta import ClockTime, eta_at
from dispatch.rules.decisions import (
    AlarmCoordinators,
    AssignSpecialist,
    Decision,
    MarkDeclined,
    ReleaseSpecialist,
    SendPage,
    Stamp,
    WriteEta,
)
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import Confirm, Purpose, SentText
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.answering import answer
from tests.rules.situations import ANA, NIGHT, assigned, callout, minutes, situation

EARLIER = NIGHT - minutes(30)
STANDS: dict[str, CallOut] = {
    "paged": callout(),
    "has_it": callout(Status.ACKNOWLEDGED, assigned("ana")),
    "under_way": callout(Status.EN_ROUTE, assigned("ana", en_route_at=EARLIER)),
    "there": callout(Status.ON_SCENE, assigned("ana", en_route_at=EARLIER, arrived_at=EARLIER)),
    "left": callout(Status.CLEARED, assigned("ana", arrived_at=EARLIER, cleared_at=EARLIER)),
}
_STAMPS = {"en_route_at": "omw", "arrived_at": "here", "cleared_at": "done", "home_at": "home"}
ACTS = frozenset({"take", "omw", "eta", "no", "here", "done", "home", "danger"})


@dataclass(frozen=True, slots=True)
class Line:
    position: str
    meant: str
    text: str

    @property
    def acts(self) -> frozenset[str]:
        """What the text is to bring about: "omw 20" is two things."""
        words = self.meant.split()
        said = {word for word in words if word in ACTS}
        said |= {f"eta {eta:%H:%M}" for word in words if (eta := _moment(word))} - ({"eta"} if "?" in words else set())
        return frozenset(said - {"eta"})


def _moment(word: str) -> datetime | None:
    if ":" in word:
        hour, minute = map(int, word.split(":"))
        return eta_at(ClockTime(hour, minute), NIGHT)
    return NIGHT + timedelta(minutes=int(word)) if word.isdigit() else None


def lines(position: str) -> list[Line]:
    found, meant = [], ""
    for text in (Path(__file__).parent / f"{position}.txt").read_text().splitlines():
        if text.startswith("## "):
            meant = text.removeprefix("## ")
        elif text and not text.startswith("# "):
            found.append(Line(position, meant, text))
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a text did: `acts`; what it was asked back with, as the acts that a Y, or a second NO, brings; whether it
    was asked back at all, and so that a Y only says that all is as it was (`kept`)."""

    acts: frozenset[str]
    guess: frozenset[str]
    asked: bool
    kept: bool


def acts_of(decisions: list[Decision]) -> frozenset[str]:
    done: set[str] = set()
    for one in decisions:
        match one:
            case AssignSpecialist(_, AssignmentRole.PRIMARY, eta):
                done |= {"take", *((f"eta {eta:%H:%M}",) if eta else ())}
            case WriteEta(_, eta):
                done.add(f"eta {eta:%H:%M}")
            case Stamp(_, kind, _):
                done.add(_STAMPS[kind.value])
            case ReleaseSpecialist() | MarkDeclined():
                done.add("no")
            case AlarmCoordinators(kind=AlarmKind.DANGER):
                done.add("danger")
            case _:
                pass
    # Whoever says that they are home, or on the way, has said what comes before it.
    done -= {"done"} if "home" in done else set()
    return frozenset(done - {"take"} if "omw" in done else done)


def outcome(line: Line) -> Outcome:
    about = STANDS[line.position]
    decisions = answer(situation(about), ANA, read(line.text), NIGHT)
    asked = next((page for page in decisions if isinstance(page, SendPage) and page.purpose is not Purpose.ALARM), None)
    guess: frozenset[str] = frozenset()
    kept = False
    is_asked = any(
        isinstance(one, AlarmCoordinators) and one.kind is AlarmKind.NEWS and one.but == "ana" for one in decisions
    )
    if asked is not None:
        at = NIGHT - timedelta(seconds=20)
        newest = SentText(asked.purpose, about.id, asked.asks, NIGHT, at)
        word = "NO" if asked.purpose is Purpose.QUESTION else "Y"
        then = answer(situation(about, newest=newest), ANA, read(word), NIGHT)
        guess = acts_of(then) if is_asked else frozenset()
        if word == "Y" and not isinstance(asked.asks, Confirm):
            guess = frozenset()
        elif word == "Y":
            kept = is_asked and not guess
    return Outcome(acts_of(decisions), guess, is_asked, kept)


def never(line: Line) -> frozenset[str]:
    """What happened that was not meant, and must never: a release, a take, an arrival, an end, an ETA."""
    return frozenset(outcome(line).acts - line.acts - {"danger"})


def is_understood(line: Line) -> bool:
    """Whether it was understood as meant, or asked back with the right guess."""
    found = outcome(line)
    if found.acts:
        return found.acts == line.acts
    if line.acts:
        return found.guess == line.acts
    return not found.guess and (found.kept or not (found.asked and line.meant in {"keep", "still"}))
