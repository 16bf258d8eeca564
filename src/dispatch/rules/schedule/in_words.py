"""What a change did to the roster's file, in words.

The law: a number, a PIN, an address on the web and where somebody starts from are never said, only that they changed.
"""

from calendar import day_name
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime, time
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


def lines(one: Touched, *, by_file: bool) -> Iterator[str]:
    """A line for each field that changed: by the names of the file, or for whoever has never seen it."""
    about = f"{one.part} {one.name}"
    if one.before is None or one.after is None:
        yield f"{about}: {one.became}"
        return
    for field in fields(one.after):
        was, now = getattr(one.before, field.name), getattr(one.after, field.name)
        if was != now and field.name not in _OURS:
            name = field.name if by_file else _CALLED.get(field.name, field.name.replace("_", " "))
            before, after = (_said(value) if by_file else _in_words(field.name, value) for value in (was, now))
            yield f"{about}: {name} {f'{before} → {after}' if field.name in _SAID else 'changed'}"


_CALLED = {"handoff": "hand-off", "round_wait_seconds": "seconds of a round", "pin": "PIN"}


def _in_words(name: str, value: object) -> str:
    match value:
        case int() if name == "weekday":
            return day_name[value]
        case time():
            return f"{value:%H:%M}"
        case _:
            return _said(value)


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
