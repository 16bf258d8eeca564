"""Draw into the documents what a bare answer does after each of our texts, as the rules decide it: a specialist's, an
officer's and a coordinator's."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from dispatch.rules.alarms.alarm_kinds import rings
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
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import (
    Confirm,
    GoAlong,
    Guessed,
    IsThere,
    LetGo,
    Purpose,
    Question,
    SentText,
    Take,
    WhichCallOut,
)
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies import alarm_replies, officers
from dispatch.rules.replies.answering import answer
from tests.rules.situations import (
    ANA,
    CORA,
    NIGHT,
    OFFICER,
    alarm,
    assigned,
    callout,
    minutes,
    page,
    roster,
    situation,
    standalone,
)
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
        [position, last, *_outcomes(partial(_specialists, about, asks), _ANSWERS)]
        for position, about, last, asks in CASES
    ]
    return table([["position", "what was read last", *_heads(_ANSWERS)], *rows])


def _heads(answers: Sequence[Sequence[str]]) -> list[str]:
    return [" ".join(f"`{one}`" for one in said) for said in answers]


def _outcomes(does: Callable[[str], str], answers: Sequence[Sequence[str]]) -> list[str]:
    """What each of `answers`, which are written alike or nearly, does."""
    each = [{one: does(one) for one in said} for said in answers]
    return [
        next(iter(found.values()))
        if len({*found.values()}) == 1
        else "; ".join(f"`{one}` {outcome}" for one, outcome in found.items())
        for found in each
    ]


def _specialists(about: CallOut, asks: Question | None, said: str) -> str:
    return _outcome(decided(about, asks, said))


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

# ---- an officer ----------------------------------------------------------------------------------------------------

_OFFICER_ANSWERS = (("yes", "1"), ("ok", "👍"), ("no",), ("NOT HERE",), ("NOT NEEDED",))
_ENDED = callout(Status.CLOSED)
OFFICER_CASES: Sequence[tuple[str, CallOut, Question | None]] = (
    ("that we page, or that nobody has it yet", _PAGED, None),
    ("that Ana is coming, or her ETA", _HERS, None),
    ("that Ana reports being there. If not: NOT HERE", _THERE, IsThere("c1")),
    ("other news, while Ana is there", _THERE, None),
    ("that it is over", _ENDED, None),
)


def officers_answers() -> str:
    rows = [
        [last, *_outcomes(partial(_officers, about, asks), _OFFICER_ANSWERS)] for last, about, asks in OFFICER_CASES
    ]
    return table([["the officer read last", *_heads(_OFFICER_ANSWERS)], *rows])


def _officers(about: CallOut, asks: Question | None, said: str) -> str:
    last = SentText(Purpose.OFFICER, "c1", asks, _NOW - minutes(1), _NOW - minutes(1))
    reply = read(said)
    decisions = officers.hear(
        situation(about),
        OFFICER,
        reply,
        off=officers.calls_off(reply),
        heard=0,
        now=_NOW,
        nobody_came=officers.denies_arrival(reply, [last], _NOW),
    )
    told = next((one for one in decisions if isinstance(one, AlarmCoordinators)), None)
    if told is None:
        return "kept"
    about_what = _OFFICER_SAYS.get(told.kind, "")
    return f"rings coordinators{about_what}" if rings(told) else f"coordinators read it{about_what}"


_OFFICER_SAYS = {
    AlarmKind.NOBODY_CAME: ": nobody came",
    AlarmKind.OFFICER_CALLS_OFF: ": perhaps off",
    AlarmKind.NEEDED_AGAIN: ": needed again?",
}

# ---- a coordinator -------------------------------------------------------------------------------------------------

_COORDINATOR_ANSWERS = (("OK", "👍"), ("1", "yes"), ("no", "2"))
_TOWN = roster(ANA, CORA, replace(CORA, id="dan", name="Dan Moss", phone="+15625550111"))
_FREE = alarm()
_MORE = alarm(id="a2", callout="c2", code="M2R")
_OF_NONE = standalone()
# The alarms that are open, those that came after the last text was read, and whether a call-out asks for them as well.
COORDINATOR_CASES: Sequence[tuple[str, Sequence[Alarm], bool, bool]] = (
    ("an alarm", (_FREE,), True, False),
    ("that they have the alarm", (alarm(owner=CORA.id),), True, False),
    ("an alarm that Dan has", (alarm(owner="dan"),), True, False),
    ("alarms of two call-outs", (_FREE, _MORE), True, False),
    ("an alarm about no call-out", (_OF_NONE,), True, False),
    ("an alarm, and they are paged", (_FREE,), True, True),
    ("a page; the alarm has not come yet", (_FREE,), False, True),
)


def coordinators_answers() -> str:
    rows = [
        [last, *_outcomes(partial(_coordinators, known, came=came, asked=asked), _COORDINATOR_ANSWERS)]
        for last, known, came, asked in COORDINATOR_CASES
    ]
    return table([["the coordinator read last", *_heads(_COORDINATOR_ANSWERS)], *rows])


def _coordinators(known: Sequence[Alarm], said: str, *, came: bool, asked: bool) -> str:
    told = {one.id: one.opened_at for one in known} if came else {}
    reply = read(said)
    meant = alarm_replies.read(reply, CORA.id, known, _TOWN, _NOW, told=told, asked=asked)
    match meant:
        case None if asked:
            return "answers the page"
        case None:
            handed_on = alarm_replies.handed_on(reply, CORA, known, _TOWN, _NOW)
            return "reads who has it" if handed_on is None else "rings the others"
        case str():
            return "asked which"
        case _:
            return "reads who has it" if any(one.owner == "dan" for one in known) else "has it"


DRAWINGS = (
    Drawing(DOCS / "specialists.md", "answers", bare_answers),
    Drawing(DOCS / "hotline.md", "answers", officers_answers),
    Drawing(DOCS / "alarms.md", "answers", coordinators_answers),
)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
