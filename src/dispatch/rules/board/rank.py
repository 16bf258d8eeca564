"""What the board shows first. The law: **what needs a person and has no owner stands on top, in red, and nothing else
is red.**

A coordinator who says "I have it" makes it amber, with their name: a red that never goes out teaches people to ignore
it. Amber is what needs a person soon, or has one already. All words here may stand on a wall display: no meeting place,
no number, and nothing that anybody wrote.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.rules.alarms.alarm_kinds import Severity, severity
from dispatch.rules.alarms.owners import who_has
from dispatch.rules.board.next_moves import NextMove
from dispatch.rules.board.service import Demand
from dispatch.rules.board.standing import Level, Standing, name_or_officer
from dispatch.rules.delivery.page_life import FAILURES
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Paging, Situation
from dispatch.rules.nearer import could_come
from dispatch.rules.wording.alarm_answers import standalone_alarm
from dispatch.rules.wording.names import counted_text, first_up, listed

_RANK = {level: rank for rank, level in enumerate(Level)}


def order(level: Level, respond_by: datetime, id_: str) -> tuple[int, datetime, str]:
    """What rows are sorted by: the most pressing level first, and within it what is nearest to its target."""
    return _RANK[level], respond_by, id_


# ---- the service's own alarms --------------------------------------------------------------------------------------


def trouble(alarm: Alarm, roster: Roster, now: datetime) -> Standing:
    """How an alarm stands that is not about an open call-out."""
    owner = who_has(alarm, roster, now)
    words = standalone_alarm(alarm.kind, name_or_officer(roster, alarm.person))
    if alarm.code is not None:
        words = f"{words}; {alarm.code} is over"
    is_urgent = severity(alarm.kind) >= Severity.URGENT and owner is None
    return Standing(Level.ACT if is_urgent else Level.SOON, first_up(words), owner, alarmed=True)


def is_cry(alarm: Alarm) -> bool:
    """Whether somebody asked for help, and may need it."""
    return alarm.kind is AlarmKind.DANGER


def whom_to_ring(alarm: Alarm, roster: Roster) -> Person | None:
    """Who asked for help, if it is one of our people."""
    return roster.person(alarm.person) if is_cry(alarm) and alarm.person is not None else None


# ---- one sentence --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the band at the top says: how many call-outs need a person, or whether the service does."""

    level: Level
    words: str


_ALL_WELL = Paging()


def sentence(
    callouts: Iterable[Level],
    troubles: Iterable[Level] = (),
    *,
    in_danger: bool = False,
    callers: Iterable[Level] = (),
    paging: Paging = _ALL_WELL,
    demand: Demand | None = None,
) -> Sentence:
    """One sentence about everything that is open. `callers` are calls on the hotline that nobody has decided;
    `in_danger`: nobody has a cry for help that goes on after its call-out."""
    open_, service, calls = list(callouts), list(troubles), list(callers)
    if paging.nobody:
        return Sentence(Level.ACT, "Nobody can be paged")
    if in_danger:
        return Sentence(Level.ACT, "Somebody may be in danger")
    need, asking = open_.count(Level.ACT), calls.count(Level.ACT)
    if need and asking:
        return Sentence(Level.ACT, f"{_callers(asking)} and {counted_text(need, 'call-out')} need you")
    if asking:
        return Sentence(Level.ACT, f"{_callers(asking)} {'needs' if asking == 1 else 'need'} you")
    if need:
        return Sentence(Level.ACT, "1 call-out needs you" if need == 1 else f"{need} call-outs need you")
    if Level.ACT in service:
        return Sentence(Level.ACT, "The service needs you")
    if demand is not None and demand.is_short:
        return Sentence(Level.SOON, demand.words)
    if soon := open_.count(Level.SOON):
        return Sentence(Level.SOON, "1 call-out may need you" if soon == 1 else f"{soon} call-outs may need you")
    if calls:
        return Sentence(Level.SOON, f"{_callers(len(calls))} may need you")
    if service or paging.since is not None:
        return Sentence(Level.SOON, "The service may need you")
    return Sentence(Level.NEUTRAL if open_ else Level.QUIET, "Nothing needs you")


def _callers(count: int) -> str:
    return "A caller" if count == 1 else "Callers"


# ---- a page, in words ----------------------------------------------------------------------------------------------


def why(failure: str | None) -> str:
    """Why a page reached nobody, in words of ours: the carrier's own may hold anything."""
    said = (failure or "").partition(" (")[0]
    return said if said in FAILURES else "failed"


def tried(situation: Situation, failures: Mapping[str, str | None]) -> list[tuple[str, str]]:
    """Who was asked in vain and with what result, grouped by the result: ("Ana and Ben", "no answer"). `failures` says
    why somebody's last page failed."""
    callout = situation.callout
    earlier = [page for page in callout.pages if page.purpose.pages and page.step < callout.step]
    found = dict.fromkeys((page.person for page in earlier if page.person and page.was_refused), "not sent")
    found |= dict.fromkeys((page.person for page in earlier if page.person and page.went_out), "no answer")
    found |= {person: why(failure) for person, failure in failures.items()}
    found |= dict.fromkeys(callout.passed_over, "lost it by silence")
    found |= dict.fromkeys(callout.turned_back, "turned back")
    found |= dict.fromkeys(callout.declined, "declined")
    found |= {one.person: could_come.of_decline(one).in_words for one in callout.limited}
    by_result: dict[str, list[str]] = {}
    for person, result in sorted(found.items()):
        if not callout.is_on_it(person):
            by_result.setdefault(result, []).append(name_or_officer(situation.roster, person))
    return [(listed(names), result) for result, names in by_result.items()]


_SHOWN_MOVES = 2


def shown_moves(moves: Sequence[NextMove]) -> list[NextMove]:
    """The nearest move, and the nearest after it that is about the call-out itself: when the step ends says more than
    whose phone rings next."""
    if len(moves) <= _SHOWN_MOVES:
        return list(moves)
    return [moves[0], next((move for move in moves[1:] if move.person is None), moves[1])]
