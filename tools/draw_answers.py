"""Draw into docs/specialists.md what a bare answer does after each of our texts, as the rules decide it."""

import sys
from collections.abc import Sequence

from dispatch.rules.decisions import (
    AlarmCoordinators,
    AssignSpecialist,
    Decision,
    EndAsks,
    MarkDeclined,
    ReleaseSpecialist,
    SendPage,
    Stamp,
    StampKind,
    WriteEta,
)
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import (
    Confirm,
    GoAlong,
    Guessed,
    LetGo,
    Purpose,
    Question,
    SentText,
    Take,
    WhichCallOut,
)
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.answering import answer
from tests.rules.situations import ANA, NIGHT, assigned, callout, minutes, page, situation
from tools.drawing import DOCS, Drawing, main, table

_NOW = NIGHT + minutes(20)
_PAGED = callout(pages=(page("ana", asks=Take("c1")),))
_DECLINED = callout(declined=frozenset({"ana"}))
_PASSED_OVER = callout(passed_over=frozenset({"ana"}))
_BENS = callout(Status.EN_ROUTE, assigned("ben", en_route_at=NIGHT))
_ALONG = callout(
    Status.EN_ROUTE,
    assigned("ben", en_route_at=NIGHT),
    nearer=(page("ana", purpose=Purpose.ASK_ALONG, asks=GoAlong("c1")),),
)
_HERS = callout(Status.ACKNOWLEDGED, assigned("ana"))
_DRIVES = callout(Status.EN_ROUTE, assigned("ana", en_route_at=NIGHT))
_THERE = callout(Status.ON_SCENE, assigned("ana", en_route_at=NIGHT, arrived_at=NIGHT))
_LEFT = callout(Status.CLEARED, assigned("ana", en_route_at=NIGHT, arrived_at=NIGHT, cleared_at=NIGHT))
_ANSWERS = (("1", "Y"), ("OK", "👍"), ("NO", "2"), ("20",))
_NEWS = "other news"

# What was read last, in the position in which it is read, and what its row asks.
CASES: Sequence[tuple[str, CallOut, str, Question | None]] = (
    ("paged", _PAGED, "the page, or how to take it", Take("c1")),
    ("paged", _PAGED, "which call-out? (by now only this one waits)", WhichCallOut(("K7Q", "M2R"))),
    ("paged", _PAGED, "taking it? Reply Y", Confirm("c1", Guessed.TAKES)),
    ("paged", _PAGED, "not going? Reply Y", Confirm("c1", Guessed.CANNOT)),
    ("paged", _PAGED, _NEWS, None),
    ("declined", _DECLINED, "that they are not going", Take("c1", after_no=True)),
    ("asked along", _ALONG, "whether they can be sooner", GoAlong("c1")),
    ("asked along", _ALONG, _NEWS, None),
    ("stood down", _BENS, "Ben has it", None),
    ("passed over", _PASSED_OVER, "that others are paged now", Take("c1")),
    ("passed over", _PASSED_OVER, _NEWS, None),
    ("has it", _HERS, "the confirmation", LetGo("c1")),
    ("has it", _HERS, "a reminder", LetGo("c1", amid_others=True)),
    ("has it", _HERS, "NO lets it go, OMW keeps it", LetGo("c1", asked=True)),
    ("has it", _HERS, "is your ETA 02:40? Reply Y", Confirm("c1", Guessed.ETA, _NOW + minutes(20))),
    ("has it", _HERS, "not going? Reply Y", Confirm("c1", Guessed.CANNOT)),
    ("has it", _HERS, "on your way? Reply Y", Confirm("c1", Guessed.LEAVES)),
    ("has it", _HERS, _NEWS, None),
    ("under way", _DRIVES, "the confirmation", LetGo("c1")),
    ("under way", _DRIVES, "NO lets it go, OMW keeps it", LetGo("c1", asked=True)),
    ("under way", _DRIVES, "still on your way? Reply Y", Confirm("c1", Guessed.STILL_GOES)),
    ("under way", _DRIVES, "are you there? Reply Y", Confirm("c1", Guessed.THERE)),
    ("under way", _DRIVES, _NEWS, None),
    ("there", _THERE, "have you left? Reply Y", Confirm("c1", Guessed.LEFT)),
    ("there", _THERE, "are you home? Reply Y", Confirm("c1", Guessed.HOME)),
    ("there", _THERE, "still there, and all well? Reply Y", Confirm("c1", Guessed.STAYS)),
    ("there", _THERE, _NEWS, None),
    ("left", _LEFT, "are you home? Reply Y", Confirm("c1", Guessed.HOME)),
    ("left", _LEFT, _NEWS, None),
)


def bare_answers() -> str:
    rows = [
        [position, last, *(_outcomes(about, asks, said) for said in _ANSWERS)] for position, about, last, asks in CASES
    ]
    heads = (" ".join(f"`{one}`" for one in said) for said in _ANSWERS)
    return table([["position", "what was read last", *heads], *rows])


def _outcomes(about: CallOut, asks: Question | None, said: Sequence[str]) -> str:
    found = {one: _outcome(decided(about, asks, one)) for one in said}
    if len({*found.values()}) == 1:
        return found[said[0]]
    return "; ".join(f"`{one}` {outcome}" for one, outcome in found.items())


def decided(about: CallOut, asks: Question | None, said: str) -> list[Decision]:
    """What Ana's bare words do a minute after she read what asks this, or asks nothing."""
    last = SentText(Purpose.ANSWER, "c1", asks, _NOW - minutes(1), _NOW - minutes(1))
    return answer(situation(about, newest=last), ANA, read(said), _NOW)


def _outcome(decisions: Sequence[Decision]) -> str:
    roles = [one.role for one in decisions if isinstance(one, AssignSpecialist)]
    if roles:
        how = {AssignmentRole.PRIMARY: "takes it", AssignmentRole.PARTNER: "goes along"}
        return how.get(roles[0], "offers to come")
    for kind, outcome in _DONE.items():
        if any(isinstance(one, kind) for one in decisions):
            return outcome
    if stamps := [one.kind for one in decisions if isinstance(one, Stamp)]:
        return _STAMPED[stamps[-1]]
    told = any(isinstance(one, AlarmCoordinators) for one in decisions)
    asked = next((one.asks for one in decisions if isinstance(one, SendPage)), None)
    match asked:
        case Confirm():
            return "asked back"
        case LetGo(asked=True):
            return "asked whether they go" if told else "asked once more"
        case _:
            return "coordinators read it" if told else "heard"


_DONE: dict[type[Decision], str] = {
    ReleaseSpecialist: "lets it go",
    MarkDeclined: "declines",
    EndAsks: "does not go along",
    WriteEta: "new ETA",
}
_STAMPED = {
    StampKind.EN_ROUTE: "under way",
    StampKind.ARRIVED: "on scene",
    StampKind.CLEARED: "has left the scene",
    StampKind.HOME: "safe at home",
}

DRAWINGS = (Drawing(DOCS / "specialists.md", "answers", bare_answers),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
