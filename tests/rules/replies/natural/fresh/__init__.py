"""Texts by people who had never read the vocabulary, 150 from each position, and what becomes of each.

A line holds what was meant, and the text. Call-outs are of 02:30; whoever is paged, has it or drives writes at 02:40,
everybody else at 03:10.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

from dispatch.rules.facts.callout import Assignment, CallOut, Status
from tests.rules.situations import NIGHT, assigned, callout, minutes

CAME_IN = NIGHT + minutes(16)
EARLY, LATE = NIGHT + minutes(26), NIGHT + minutes(56)


def _open(status: Status = Status.PAGING, *assignments: Assignment, passed_over: bool = False) -> CallOut:
    return callout(
        status, *assignments, received_at=CAME_IN, passed_over=frozenset({"ana"}) if passed_over else frozenset()
    )


# Each position may be stood in in several ways; what a text does is judged in all of them.
STANDS: dict[str, tuple[CallOut, ...]] = {
    "paged": (_open(),),
    "has_it": (_open(Status.ACKNOWLEDGED, assigned("ana")),),
    "under_way": (_open(Status.EN_ROUTE, assigned("ana", en_route_at=EARLY - minutes(5))),),
    "there": (
        _open(
            Status.ON_SCENE,
            assigned("ana", en_route_at=EARLY, arrived_at=LATE - minutes(20)),
        ),
    ),
    "left": (
        _open(
            Status.CLEARED,
            assigned("ana", en_route_at=EARLY, arrived_at=LATE - minutes(30), cleared_at=LATE - minutes(5)),
        ),
    ),
    "passed_over": (
        _open(passed_over=True),
        _open(Status.ACKNOWLEDGED, assigned("ben"), passed_over=True),
    ),
}
NOW = dict.fromkeys(STANDS, LATE) | dict.fromkeys(("paged", "has_it", "under_way"), EARLY)
POSITIONS = (*STANDS, "officer", "coordinator")


class Became(StrEnum):
    """What became of a text: a column of the table."""

    NEVER = "never-event"
    UNDERSTOOD = "understood"
    GUESSED = "right guess"
    ASKED = "asked back"
    WRONG = "wrong guess"
    SILENT = "silent"
    NOT_RUNG = "danger, silent"

    @property
    def is_right(self) -> bool:
        return self in {Became.UNDERSTOOD, Became.GUESSED}


@dataclass(frozen=True, slots=True)
class FreshLine:
    position: str
    meant: str
    text: str

    @property
    def what(self) -> str:
        """What was meant, without its ETA."""
        return self.meant.partition("+")[0].partition(":")[0]

    @property
    def eta(self) -> datetime | None:
        _, _, number = self.meant.partition(":")
        return NOW[self.position] + timedelta(minutes=int(number)) if number else None


def fresh_lines(position: str) -> list[FreshLine]:
    file = Path(__file__).parent / f"{position}.tsv"
    pairs = (line.split("\t", 1) for line in file.read_text("utf-8").splitlines() if line.strip())
    return [FreshLine(position, meant, text) for meant, text in pairs]
