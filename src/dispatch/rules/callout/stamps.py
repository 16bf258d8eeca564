"""The order of stamps, and correcting the record: a stamp that was forgotten, or set too late.

The law: whatever a person corrects, the stamps of an assignment stay in the order of FIELD's table, and none lies in
the future. The old value stays in the timeline, with who changed it.
"""

from collections.abc import Mapping
from datetime import datetime

from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.callout import Assignment, CallOut
from dispatch.rules.wording import times

IN_WORDS: Mapping[str, str] = {
    "acknowledged_at": "taken",
    StampKind.EN_ROUTE: "on the way",
    StampKind.ARRIVED: "there",
    StampKind.WITH_CHILD: "with the child",
    StampKind.CLEARED: "left the scene",
    StampKind.HOME: "safe at home",
}
"""The stamps as people read them; programs know them by their fields."""


class OutOfOrder(ValueError):
    """the stamps of an assignment must follow each other, and none may lie in the future"""


def in_order(callout: CallOut, at: datetime, person: str | None = None) -> datetime:
    """`at`, or the latest stamp if that is later: a clock was set back, or another node's clock is behind."""
    mine = callout.assignment_of(person) if person else None
    stamps = [at, callout.received_at]
    if mine is not None:
        stamps += [mine.acknowledged_at, *filter(None, (stamp_of(mine, kind) for kind in StampKind))]
    return max(stamps)


def first_arrival(callout: CallOut, person: str, at: datetime) -> datetime:
    """When the response clock stopped, if `person` arrived `at` that moment: at the first arrival of anybody."""
    others = [mine.arrived_at for mine in callout.assignments if mine.person != person and mine.is_on_it]
    return min([at, *filter(None, others)])


_DID: Mapping[StampKind, str] = {
    StampKind.EN_ROUTE: "set out",
    StampKind.ARRIVED: "arrived",
    StampKind.WITH_CHILD: "met the child",
    StampKind.CLEARED: "left",
    StampKind.HOME: "was home",
}


def on_track(callout: CallOut) -> tuple[tuple[datetime, str], ...]:
    """What is marked on the line of the response clock, each with its word: how far whoever comes first has come, and
    the first arrival of anybody."""
    mine = callout.comes_first
    marks = [] if mine is None else [(mine.acknowledged_at, "taken"), (mine.en_route_at, "left")]
    return tuple((at, word) for at, word in [*marks, (callout.arrived_at, "there")] if at is not None)


def check_arrived(stamps: Mapping[StampKind, datetime | None]) -> None:
    """Raise `OutOfOrder` if somebody would have left, or be home, who was never there."""
    gone = stamps.get(StampKind.CLEARED) or stamps.get(StampKind.HOME)
    if gone is not None and stamps.get(StampKind.ARRIVED) is None:
        raise OutOfOrder("nobody has left who was never there: set when they arrived as well")


def check_order(acknowledged_at: datetime, stamps: Mapping[StampKind, datetime | None], now: datetime) -> None:
    """Raise `OutOfOrder` unless the stamps that are set follow the order of FIELD's table and none is after `now`."""
    last, last_did = acknowledged_at, "took it"
    for kind in StampKind:
        moment = stamps.get(kind)
        if moment is None:
            continue
        if moment < last:
            raise OutOfOrder(
                f"nobody {_DID[kind]} at {times.local_time_of_two(moment)} who {last_did} at "
                f"{times.local_time_of_two(last)}: set a later time, or correct the other one as well"
            )
        if moment > now:
            raise OutOfOrder(f"{times.local_time_of_two(moment)} lies in the future: set when it happened, once it has")
        last, last_did = moment, _DID[kind]


def stamp_of(mine: Assignment, kind: StampKind) -> datetime | None:
    """The moment of this stamp, if it is set."""
    moment: datetime | None = getattr(mine, kind)
    return moment


def changed(mine: Assignment, kind: StampKind, after: datetime) -> str:
    """The new stamp and the old one, in words."""
    before = stamp_of(mine, kind)
    was = f", was {times.local_time_of_two(before)}" if before else ""
    return f"{IN_WORDS[kind]} {times.local_time_of_two(after)}{was}"
