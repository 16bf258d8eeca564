"""What the board says of the service itself and of its people, beside the call-outs.

The law: **the band is never calm while nobody can be paged, or while more call-outs ask than people can answer.** Every
board says the same, whichever node makes it: it reads what all nodes have written down, not how its own fares.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dispatch.rules.board.ladder import Ladder, ladder
from dispatch.rules.delivery.sending import CANNOT_BE_ASKED
from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Paging, Situation


@dataclass(frozen=True, slots=True)
class NodeHealth:
    """A node: what is wrong between it and the carrier, since when; None when nothing is. `last_beat` is set once it
    beats no more."""

    trouble: str | None
    since: datetime | None
    last_beat: datetime | None = None


def paging(known: Sequence[NodeHealth]) -> Paging:
    """What the nodes together can do: a page that one cannot send is sent by another. Where all are silent nothing goes
    out, whatever each has found out about the carrier."""
    nodes = [node for node in known if node.last_beat is None]
    if known and not nodes:
        last = max(node.last_beat for node in known if node.last_beat is not None)
        return Paging(nobody=True, why="no node of the service has been at work for", since=last, silent=True)
    wrong = [(node.since, node.trouble) for node in nodes if node.trouble is not None and node.since is not None]
    if not wrong:
        return Paging()
    # As long as one node could page, somebody could be paged: it counts from when the last of them lost the carrier.
    since, trouble = max(wrong)
    if len(wrong) < len(nodes):
        some = f"{len(wrong)} of {len(nodes)} nodes"
        return Paging(why=f"{some} cannot reach the carrier, and the others page: for", since=since)
    silent = trouble.startswith(CANNOT_BE_ASKED)
    why = "the carrier has not answered for" if silent else f"{trouble}, for"
    return Paging(nobody=True, why=why, since=since)


@dataclass(frozen=True, slots=True)
class Demand:
    """How many call-outs are `open`, how many of them `wait` for somebody to take them, how many specialists there are,
    and how many of these are `free`: on no call-out."""

    open: int
    wait: int
    specialists: int
    free: int

    @property
    def is_short(self) -> bool:
        """Whether more call-outs wait than people are left."""
        return self.wait > self.free

    @property
    def words(self) -> str:
        people = "1 specialist" if self.specialists == 1 else f"{self.specialists} specialists"
        return f"{self.open} open, {people}, {self.free} free"


def demand_on(roster: Roster, callouts: Iterable[CallOut], count: int, out: frozenset[str]) -> Demand:
    """`count` are open, of which `callouts` may be only the most pressing; `out` is who is out on one of them."""
    specialists = [person.id for person in roster.with_role(Role.SPECIALIST)]
    wait = sum(callout.status.is_paging for callout in callouts)
    return Demand(count, wait, len(specialists), sum(person not in out for person in specialists))


def by_hand_for(situation: Situation, now: datetime) -> list[Person]:
    """The same for one call-out, without those who have said no to it."""
    callout, roster = situation.callout, situation.roster
    rungs = ladder(roster, callout.policy, callout.out, situation.resting, now)
    return [one for one in by_hand([Ladder((callout.agency,), tuple(rungs))]) if one.id not in callout.refused]


def by_hand(ladders: Iterable[Ladder]) -> list[Person]:
    """Whom to ring by hand while the service cannot, first to last: as it would have paged them."""
    people = [person for ladder in ladders for rung in ladder.rungs for person in rung.people]
    return list({person.id: person for person in people}.values())
