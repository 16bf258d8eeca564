"""What a change did to the roster's file, in words.

The law: a number, a PIN, an address on the web and where somebody starts from are never said, only that they changed.
"""

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from enum import StrEnum

from dispatch.rules.schedule.undo import RosterChange, Touched
from dispatch.rules.wording.times import local_iso

_SAID = frozenset(
    {
        *("name", "roles", "languages", "texts_in", "qualified_until"),
        *("members", "unit", "length", "handoff", "starts_on", "timezone", "weekday"),
        *("rotation", "kind", "starts_at", "ends_at", "person", "replaces"),
        *("round_wait_seconds", "policy"),
    }
)


_OURS = frozenset({"version", "holds_from", "ended_at", "earlier", "opted_out"})  # no file lists these


def what(change: RosterChange) -> str:
    """What it touched, by name: "people: ana; overrides: nights 2026-12-05 02:00Z"."""
    names: dict[str, list[str]] = {}
    for one in change.touched:
        names.setdefault(one.part, []).append(one.name)
    return "; ".join(f"{part}: {', '.join(of_part)}" for part, of_part in names.items()) or "the order alone"


def lines(one: Touched) -> Iterator[str]:
    """A line for each field that changed."""
    about = f"{one.part} {one.name}"
    if one.before is None or one.after is None:
        yield f"{about}: {'added' if one.before is None else 'removed'}"
        return
    for field in fields(one.after):
        was, now = getattr(one.before, field.name), getattr(one.after, field.name)
        if was != now and field.name not in _OURS:
            said = f"{_said(was)} → {_said(now)}" if field.name in _SAID else "changed"
            yield f"{about}: {field.name} {said}"


def _said(value: object) -> str:
    match value:
        case None:
            return "none"
        case StrEnum():
            return value.value
        case datetime():
            return local_iso(value)
        case tuple() | frozenset():
            words = [_said(one) for one in value]
            return ", ".join(sorted(words) if isinstance(value, frozenset) else words) or "none"
        case _:
            return str(value)
