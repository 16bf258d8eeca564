"""Every example of the OpenAPI document is what the service says: a whole night is played, and the two are compared."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from dispatch.inbound.http import places
from dispatch.inbound.http.examples import RECORDED
from dispatch.inbound.http.places import BOUNDS
from dispatch.inbound.proof import Asker
from dispatch.rules import admission
from dispatch.serving.limits import BODY_SECONDS, BodyLimit
from dispatch.store.backlog import Backlog
from tests.inbound.api.night import OTHER, play, played
from tests.inbound.house import House
from tools.record_examples import recorded

_SAID_BEFORE_ANY_DOOR = {"408", "413", "429"}


def stand(document: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """Each example of an answer: the operation, the status, and what it shows."""
    return [
        (f"{method} {path}", status, example)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        for media in answer.get("content", {}).values()
        for example in examples_of(media)
    ]


def examples_of(media: dict[str, Any]) -> list[Any]:
    alone = [media["example"]] if "example" in media else []
    return [*alone, *(one["value"] for one in media.get("examples", {}).values())]


@pytest.mark.slow
async def test_every_example_was_said_word_for_word(sqlite_url: str) -> None:
    """Whatever an operation is shown to answer, good or bad, it has answered this night, and each webhook was
    posted."""
    async with played(sqlite_url) as night:
        await play(night)
        assert recorded(night) == RECORDED.read_text("utf-8"), "run `python -m tools.record_examples`"


async def test_what_is_said_before_any_door(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A body that is too large or too late, and a request that there is no place for, are refused in the words that the
    document shows."""
    house.service.web.add_middleware(BodyLimit, seconds=0.01)

    async def late() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.Event().wait()

    document = house.service.web.openapi()
    shown = {(status, one["detail"]) for _, status, one in stand(document) if status in _SAID_BEFORE_ANY_DOOR}
    large = await house.web.post("/v1/callouts", content=b" " * 70_000)
    slow = await house.web.post("/v1/callouts", content=late())
    known = BOUNDS[Asker.KNOWN]
    assert known is not None
    none = replace(known, at_once=0, waiting=0)
    monkeypatch.setattr(places, "BOUNDS", {**BOUNDS, Asker.KNOWN: none})
    crowded = await house.ask("GET", "/v1/callouts")
    said = {
        (str(one.status_code), one.json()["detail"].replace("0.01", f"{BODY_SECONDS:g}"))
        for one in (large, slow, crowded)
    }
    assert shown == said


async def test_what_is_said_without_a_database(
    house: House, request: pytest.FixtureRequest, subtests: pytest.Subtests
) -> None:
    """Every operation that needs one is shown to answer 503, with `Retry-After`, and does."""
    document = house.service.web.openapi()
    await house.loses_its_database(request)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if "security" not in operation:
                continue
            with subtests.test(f"{method} {path}"):
                answer = await house.ask(method.upper(), re.sub("{.*?}", "F7W", path))
                shown = operation["responses"]["503"]
                assert answer.status_code == 503, answer.text
                assert answer.json() in examples_of(shown["content"]["application/problem+json"])
                assert set(shown["headers"]) == {"Retry-After"}
                assert int(answer.headers["retry-after"]) > 0


async def test_what_is_said_when_too_many_come(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While paging is behind, an agency of which some wait is asked to send the next one again."""
    monkeypatch.setattr("dispatch.rules.admission.PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr("dispatch.rules.admission.NEXT_TO_NOTHING", 1)
    await house.opened()
    house.service.web.state.admission.hear(Backlog(admission.A_FEW, admission.LONG * 2))
    answer = await house.call(OTHER)
    shown = house.service.web.openapi()["paths"]["/v1/callouts"]["post"]["responses"]["503"]
    assert answer.json() in examples_of(shown["content"]["application/problem+json"])
    assert int(answer.headers["retry-after"]) == admission.AGAIN_AFTER_SECONDS
