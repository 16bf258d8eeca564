"""What an import changes in the roster.

The law: a change is told by the names and counts of things, never by their contents: no phone number leaves the roster
through a message or the audit trail.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from dispatch.rules.facts.roster import Roster
from dispatch.rules.roster.edited import with_keys


@dataclass(frozen=True, slots=True)
class KindChanged:
    """What changed among the things of one kind, by their names. `kind` is a plural for people to read."""

    kind: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RosterChanges:
    """What differs between two rosters. `is_same`: nothing does. If it is not set and there are no `kinds`, only the
    order differs."""

    is_same: bool
    kinds: tuple[KindChanged, ...]

    def __str__(self) -> str:
        """In numbers only."""
        if self.is_same:
            return "nothing changed"
        return "; ".join(f"{changed.kind}: {_counts(changed)}" for changed in self.kinds) or "only the order changed"


def changes(before: Roster, after: Roster) -> RosterChanges:
    olds, news = _parts(before), _parts(after)
    found = (_difference(kind, olds[kind], news[kind]) for kind in news)
    return RosterChanges(
        before == after, tuple(changed for changed in found if changed.added or changed.removed or changed.changed)
    )


def _counts(changed: KindChanged) -> str:
    counts = {"added": len(changed.added), "changed": len(changed.changed), "removed": len(changed.removed)}
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


def _parts(roster: Roster) -> dict[str, dict[str, object]]:
    """The parts of a roster, as its file lists them, by name."""
    return {
        "people": {person.id: person for person in roster.people},
        "rotations": {rotation.name: rotation.as_listed for rotation in roster.rotations},
        "overrides": {override.key: override.as_listed for override in with_keys(roster.listed_overrides)},
        "policies": {policy.name: policy.as_listed for policy in roster.policies},
        "agencies": {agency.code: agency for agency in roster.agencies},
        "areas": {area.code: area for area in roster.areas},
        "drives": {f"{drive.from_area} to {drive.to_area}": drive for drive in roster.drives},
    }


def _difference(kind: str, olds: Mapping[str, object], news: Mapping[str, object]) -> KindChanged:
    return KindChanged(
        kind,
        added=tuple(name for name in news if name not in olds),
        removed=tuple(name for name in olds if name not in news),
        changed=tuple(name for name in news if name in olds and news[name] != olds[name]),
    )
