"""Which call-out a text is about.

The law: never guess. A code decides; without one there must be exactly one call-out the text can be about, else we ask.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.rules import assignment
from dispatch.rules.decisions import Decision
from dispatch.rules.facts import Person, Situation, Status
from dispatch.rules.reply import Reply, ReplyKind
from dispatch.rules.wording import texts


@dataclass(frozen=True, slots=True)
class Involvement:
    """A call-out that somebody was paged for, or is on (`assigned`), be it that they only `offered` to come along.

    `ended_at` is set once it is over. Whoever is home from it is not on it any more.
    """

    callout: str
    code: str
    status: Status
    assigned: bool
    ended_at: datetime | None
    offered: bool = False


# Taking is what an offer has done already: who then says it means another call-out. (To go along after all is OMW.)
_TAKES = frozenset({ReplyKind.TAKE, ReplyKind.NUMBER})


def choose(reply: Reply, involved: Sequence[Involvement]) -> Involvement | str:
    """The call-out that `reply` is about, or else what to answer. `involved` has the oldest first."""
    if reply.code is not None:
        named = [one for one in involved if one.code == reply.code]
        if not named:
            return texts.no_such_callout(reply.code)
        return _if_open(named[-1])
    running = [one for one in involved if one.ended_at is None]
    mine = [one for one in running if one.assigned or one.status is Status.PAGING]
    if reply.kind in _TAKES:
        mine = [one for one in mine if not one.offered] or mine
    if len(mine) > 1:
        return texts.which_callout([one.code for one in mine])
    if mine:
        return mine[0]
    # Taken by somebody else: the newest is what a late answer is about. Or it is over: say so.
    if running:
        return running[-1]
    return _if_open(involved[-1]) if involved else texts.nothing_open()


def _if_open(one: Involvement) -> Involvement | str:
    return one if one.ended_at is None else texts.already_closed(one.code)


def decide(situation: Situation, person: Person, reply: Reply, now: datetime) -> list[Decision]:
    """What an understood reply does to the call-out it is about."""
    match reply.kind:
        case ReplyKind.TAKE | ReplyKind.NUMBER | ReplyKind.ETA:
            return assignment.take(situation, person, reply.minutes, now)
        case ReplyKind.ON_MY_WAY:
            return assignment.depart(situation, person, reply.minutes, now)
        case ReplyKind.DECLINE:
            return assignment.refuse(situation, person, now)
        case ReplyKind.HERE:
            return assignment.arrive(situation, person, now)
        case ReplyKind.CLEARED:
            return assignment.clear(situation, person, now)
        case ReplyKind.HOME:
            return assignment.come_home(situation, person, now)
        case _:
            return []
