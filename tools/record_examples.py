"""Record the examples of the OpenAPI document from a night that is played: `python -m tools.record_examples`.

Ids, codes and digests are others each time, so each is written as the one that always stands in its place.
"""

import asyncio
import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from pathlib import Path
from typing import Any

from dispatch import logs
from dispatch.inbound.api.command_bodies import EXAMPLE_DIGEST
from dispatch.inbound.http.documented import EVERYWHERE
from dispatch.inbound.http.examples import RECORDED, Example
from tests.inbound.api.night import KEY, NOWHERE, Night, play, played

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = re.compile(r"\b(?:[0-9a-f]{32}){1,2}\b")
_URL = re.compile(r"https?://[a-z0-9.:]+/v1/")
_CODE = re.compile(r'"code": "([A-Z0-9]{3})"')
_CODES = ("F7W", "L9F", "Q6X", "T4Q", "K4R", "H3M", "N7C", "W9D")


def recorded(night: Night) -> str:
    """The lines of the file, after `night` was played."""
    return _masked("".join(f"{json.dumps(astuple(one), ensure_ascii=False)}\n" for one in _examples(night)))


def _examples(night: Night) -> Iterator[Example]:
    """Each answer that is named, otherwise the first with its status. What every operation says stands elsewhere."""
    answers = [one for one in night.answers if isinstance(one.body, dict)]
    named = {(one.operation, one.status) for one in answers if one.about}
    shown: dict[Any, Example] = {}
    for one in answers:
        if one.body.get("detail") == EVERYWHERE.get(one.status or 0, "") or (
            one.about is None and (one.operation, one.status) in named
        ):
            continue
        example = Example(one.operation, one.status, one.about, one.body)
        shown.setdefault((one.operation, one.status, one.about), example)
    for posted in night.webhooks():
        shown.setdefault(posted["type"], Example(posted["type"], None, None, posted))
    return _in_order(shown.values())


def _in_order(examples: Iterable[Example]) -> Iterator[Example]:
    return iter(sorted(examples, key=lambda one: (one.status is None, one.operation, one.status or 0, one.about or "")))


def _masked(text: str) -> str:
    ids = {one: f"01a20e43-aae0-7000-8000-{number:012}" for number, one in enumerate(_distinct(_ID, text), 1)}
    ids |= {KEY: KEY, NOWHERE: NOWHERE}
    codes = dict(zip(_distinct(_CODE, text), _CODES, strict=False))
    spelled = {", ".join(code): ", ".join(to) for code, to in codes.items()}
    text = _ID.sub(lambda found: ids[found[0]], text)
    text = _DIGEST.sub(lambda found: (EXAMPLE_DIGEST * 2)[: len(found[0])], text)
    text = re.sub(rf"\b({'|'.join(codes)})\b", lambda found: codes[found[0]], text)
    text = re.sub("|".join(spelled), lambda found: spelled[found[0]], text)
    return _URL.sub("https://dispatch.example.org/v1/", text)


def _distinct(pattern: re.Pattern[str], text: str) -> list[str]:
    return list(dict.fromkeys(pattern.findall(text)))


async def _record() -> None:
    logs.configure("ERROR")
    with tempfile.TemporaryDirectory() as folder:
        async with played(f"sqlite:///{Path(folder) / 'night.db'}") as night:
            await play(night)
            RECORDED.write_text(recorded(night), "utf-8")


if __name__ == "__main__":
    asyncio.run(_record())
