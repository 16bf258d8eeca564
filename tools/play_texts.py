"""Play texts live, and print what the service did and said: for people who judge how it understands what people write.

`python -m tools.play_texts FILE` reads a text a line, behind the situation in which it is written: `under_way<TAB>ten
more`. A line break in a text is `\\n`. Without a file it prints each situation with what its writer has just read. The
texts of December 2026, with what their writers meant, are in `tests/rules/replies/natural/played.tsv`.
"""

import argparse
import asyncio
import re
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import structlog

from demo.town import town
from dispatch.rules.facts.roster import Roster
from tests.stories.own_view import swaps
from tests.stories.story import NIGHT, OFFICER, OTHER_OFFICER, ROSTER, Story, t
from tests.stories.test_covers import MORNING as COVER_MORNING
from tests.stories.test_covers import NIGHTS
from tests.stories.test_late_yes import PLACE, county
from tests.stories.test_shift_tests import MORNING, SHIFTS, who_comes_on

_LATER = (20, 235)  # seconds: the answer, and who is rung if no clear word follows
_LINK = re.compile(r"http://\S+")

Begins = Callable[[Story], Awaitable[str]]
"""Brings a story to where somebody writes; returns who."""


async def _paged(story: Story, *said: tuple[str, str, float], minutes: float = 0.3) -> str:
    """A call-out, and what Ana, or another, has written since, with the minutes that passed then."""
    await story.paging(minutes=minutes, meeting_place=PLACE)
    for who, text, later in said:
        await story.says(who, text, minutes=later)
    return "ana"


async def _two(story: Story, *, news: bool) -> str:
    await story.call_out()
    second = await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.passes(minutes=3 if news else 0.7)
    if news:
        await story.says("ben", f"{second['code']} 1 20", seconds=40)
    return "ana"


async def _as(who: str, begins: Begins, story: Story) -> str:
    await begins(story)
    return who


async def _cover(story: Story) -> str:
    await swaps(story, "cleo", "WED")
    await story.passes(seconds=30)
    return "dev"


def _ana(*said: tuple[str, float], minutes: float = 0.3) -> Begins:
    return partial(_wrote, tuple(("ana", text, later) for text, later in said), minutes)


async def _wrote(said: tuple[tuple[str, str, float], ...], minutes: float, story: Story) -> str:
    return await _paged(story, *said, minutes=minutes)


_OUT = (("1", 0.7), ("OMW 25", 8.0))
_THERE = (*_OUT, ("HERE", 20.0))
SITUATIONS: dict[str, Begins] = {
    "paged": _ana(),
    "paged_call": _ana(minutes=2),
    "paged_two": partial(_two, news=False),
    "paged_two_news": partial(_two, news=True),
    "has_it": _ana(("1 25", 0.7)),
    "has_it_no_eta": _ana(("1", 0.7)),
    "reminded": _ana(("1 25", 11)),
    "under_way": _ana(*_OUT),
    "eta_passed": _ana(("1", 0.7), ("OMW 15", 21)),
    "there": _ana(*_THERE),
    "there_check": _ana(*_OUT, ("HERE", 245)),
    "left": _ana(*_THERE, ("DONE", 15)),
    "left_check": _ana(*_THERE, ("DONE", 62)),
    "passed_over": _ana(("1", 24)),
    "stood_down": partial(_wrote, (("ben", "1 20", 0.7),), 6),
    "asked_along": partial(_as, "ben", _ana(("1 70", 0.7))),
    "officer_open": partial(_as, OFFICER, _ana(minutes=1)),
    "officer_waits": partial(_as, OFFICER, _ana(minutes=9)),
    "officer_comes": partial(_as, OFFICER, _ana(*_OUT)),
    "officer_came": partial(_as, OFFICER, _ana(*_OUT, ("HERE", 1))),
    "coordinator": partial(_as, "cora", _ana(minutes=12)),
    "coordinator_sos": partial(_as, "cora", _ana(*_OUT, ("SOS", 0.5))),
    "shift_test": who_comes_on,
    "ended": _ana(*_THERE, ("DONE", 5), ("HOME", 4)),
    "cover": _cover,
}
_WORLDS: dict[str, tuple[Roster, datetime]] = {
    "asked_along": (county(), NIGHT),
    "shift_test": (SHIFTS, MORNING),
    "cover": (NIGHTS, COVER_MORNING),
}


async def play(situation: str, text: str | None) -> list[str]:
    """What follows from `text`, a line each; without one, what its writer has read. Raises `KeyError` for a situation
    that is none."""
    begins, (roster, start) = SITUATIONS[situation], _WORLDS.get(situation, (ROSTER, NIGHT))
    with tempfile.TemporaryDirectory() as folder:
        async with town(f"sqlite:///{folder}/played.db", roster, start=start) as place:
            story = Story(place)
            who = await begins(story)
            if text is None:
                return [f"{who} read: {_LINK.sub('(link)', one.body)}" for one in story.phone(who).texts[-3:]]
            before = _heard(story)
            await story.replies(who, text)
            found: list[str] = []
            for seconds in _LATER:
                await story.passes(seconds=seconds)
                now = _heard(story)
                found += [f"  +{seconds} s: {line}" for line in _news(story, before, now)]
                before = now
            return [*found, *[f"  {line}" for line in await _stands(story)]]


_Heard = dict[str, tuple[list[str], int]]


def _heard(story: Story) -> _Heard:
    return {phone.number: ([one.body for one in phone.texts], len(phone.calls)) for phone in story.town.carrier.phones}


def _news(story: Story, before: _Heard, now: _Heard) -> Iterator[str]:
    names = {person.phone: person.id for person in story.town.roster.people} | {OFFICER: "officer"}
    for number, (texts, calls) in now.items():
        read, rung = before.get(number, ([], 0))
        if calls > rung:
            yield f"{names.get(number, number)} is rung {calls - rung}×"
        for text in texts[len(read) :]:
            yield f"{names.get(number, number)} reads: {_LINK.sub('(link)', text)}"


async def _stands(story: Story) -> list[str]:
    callouts: list[dict[str, Any]] = await story.rows(t.callout)
    assigned: list[dict[str, Any]] = await story.rows(t.assignment)
    stamps = ("eta_at", "en_route_at", "arrived_at", "cleared_at", "home_at", "released_at")
    return [
        *(f"{one['code']} {one['status']}" for one in callouts),
        *(
            f"{one['person']} {one['role']} "
            + " ".join(f"{stamp} {one[stamp]:%H:%M}" for stamp in stamps if one[stamp])
            for one in assigned
        ),
    ]


async def _main(lines: list[str] | None) -> int:
    if lines is None:
        for situation in SITUATIONS:
            print(f"{situation}:", *await play(situation, None), sep="\n  ")
        return 0
    for line in lines:
        situation, *meant, text = line.split("\t")
        if situation not in SITUATIONS:
            print(f"{situation!r} is none of {', '.join(SITUATIONS)}", file=sys.stderr)
            return 2
        print(f"[{situation}] {text}", *(f"  meant: {one}" for one in meant), sep="\n")
        print(*await play(situation, text.replace("\\n", "\n")), sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="a text a line, behind its situation and a tab")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    file = parser.parse_args().file
    sys.exit(asyncio.run(_main(file.read_text("utf-8").splitlines() if file is not None else None)))
