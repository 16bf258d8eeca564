"""What a coordinator's view tells beside the detail: each stamp with what it replaced, and what coordinators wrote."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dispatch.actions.callout.detail import Detail
from dispatch.rules.alarms.owners import who_did
from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.actors import Actor, Source
from dispatch.rules.facts.roster import Roster
from dispatch.store.callout import stamp_changes
from dispatch.store.callout.assignments import AssignmentRecord
from dispatch.store.callout.stamp_changes import StampChange
from dispatch.store.commands import coordinator_words
from dispatch.store.commands.coordinator_words import CoordinatorWords
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class StampLine:
    """`stamp` is a `StampKind`, or one of the call-out's own: received_at, first_paged_at, acknowledged_at.

    `source` says in words how it reached us; `replaced` are its changes, the oldest first, each with the name of
    whoever made it.
    """

    stamp: str
    at: datetime
    person: str | None = None
    name: str | None = None
    source: str | None = None
    replaced: tuple[tuple[StampChange, str], ...] = ()


@dataclass(frozen=True, slots=True)
class StoryWords:
    """What a coordinator wrote: to a specialist by name, or to the officer."""

    at: datetime
    to: str
    words: str
    by: str


def read_stamps(tx: Transaction, detail: Detail) -> tuple[StampLine, ...]:
    """The stamps of a call-out and of everybody on it, in order."""
    record, roster = detail.record, detail.roster
    changes = stamp_changes.of_callout(tx, record.id)
    own = [("received_at", record.received_at), ("first_paged_at", record.first_paged_at)]
    lines = [StampLine(stamp, at) for stamp, at in own if at is not None]
    for one in detail.everybody:
        if not one.fact.role.is_offer:
            lines += _stamps_of(one, [change for change in changes if change.person == one.fact.person], roster)
    return tuple(sorted(lines, key=lambda line: line.at))


def read_words(tx: Transaction, detail: Detail) -> tuple[StoryWords, ...]:
    """What coordinators wrote, the oldest first."""
    return tuple(_words(said, detail.roster) for said in coordinator_words.of_callout(tx, detail.record.id))


# ---- pieces --------------------------------------------------------------------------------------------------------


def _stamps_of(one: AssignmentRecord, changes: list[StampChange], roster: Roster) -> Iterator[StampLine]:
    """The stamps of one person, with these changes."""
    person, name = one.fact.person, roster.name_of(one.fact.person)
    for stamp in ("acknowledged_at", *StampKind):
        at: datetime | None = getattr(one.fact, stamp)
        if at is None:
            continue
        theirs = [change for change in changes if change.stamp == stamp]
        by_hand = next((change.by for change in reversed(theirs) if change.after == at), None)
        source = _source(roster, name, by_hand or one.sources.get(stamp))
        replaced = tuple((change, who_did(change.by, roster) or "") for change in theirs)
        yield StampLine(stamp, at, person, name, source, replaced)


_THEIR_OWN = {Source.SMS: "text", Source.VOICE: "phone", Source.LINK: "link"}
_HOW = {Source.API: "a coordinator", Source.WEB: "a coordinator", Source.CLOCK: "by itself"}


def _source(roster: Roster, name: str, source: Source | Actor | None) -> str | None:
    """Such as "Ben Okafor, text"; "Cora" for a stamp that a coordinator set."""
    if source is None:
        return None
    if isinstance(source, Actor):
        return who_did(source, roster) or source.kind
    return f"{name}, {_THEIR_OWN[source]}" if source in _THEIR_OWN else _HOW.get(source, source.value)


def _words(said: CoordinatorWords, roster: Roster) -> StoryWords:
    to = roster.name_of(said.person) if said.person else "the officer"
    return StoryWords(said.at, to, said.words, who_did(said.by, roster) or "")
