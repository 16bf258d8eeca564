"""Every example of the OpenAPI document is what the service says: a whole night is played, and the two are compared.

Ids, codes and digests are others each time. Nothing else is.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from dispatch.inbound.api.example_night import CODE
from dispatch.inbound.http import places
from dispatch.inbound.http.places import BOUNDS
from dispatch.inbound.proof import Asker
from dispatch.rules import admission
from dispatch.serving.limits import BODY_SECONDS, BodyLimit
from dispatch.store.backlog import Backlog
from tests.inbound.api.night import OTHER, play, played
from tests.inbound.house import House

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = re.compile(r"\b[0-9a-f]{32,64}\b")
_URL = re.compile(r"https?://[a-z0-9.:]+/v1/")
_SAID_BEFORE_ANY_DOOR = {"408", "413", "429"}
_WITHOUT_A_DATABASE = "503"
_NOT_TONIGHT = {("get /readyz", "200")}  # the heartbeat of a story stands still


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


class _Masked:
    """What somebody was told, with the same id, code and digest for all of them."""

    def __init__(self, codes: set[str]) -> None:
        self._code = re.compile(r"\b(" + "|".join(codes) + r")\b")
        self._spelled = re.compile("|".join(", ".join(code) for code in codes))

    def __call__(self, said: Any) -> str:
        text = json.dumps(said)
        text = _URL.sub("https://dispatch.example.org/v1/", _DIGEST.sub("digest", _ID.sub("id", text)))
        return self._spelled.sub(", ".join(CODE), self._code.sub(CODE, text))


def _codes(said: Any) -> set[str]:
    return {CODE, *re.findall(r'"code": "([A-Z0-9]{3})"', json.dumps(said))}


@pytest.mark.slow
async def test_every_example_was_said_word_for_word(sqlite_url: str, subtests: pytest.Subtests) -> None:
    """Whatever an operation is shown to answer, good or bad, it has answered this night; each webhook was posted, with
    its own event."""
    async with played(sqlite_url) as night:
        await play(night)
        document, posted = night.story.town.service.web.openapi(), night.webhooks()
    masked = _Masked(_codes([posted, document, *(one.body for one in night.answers)]))
    said = {(one.operation, str(one.status), masked(one.body)) for one in night.answers}
    elsewhere = {*_SAID_BEFORE_ANY_DOOR, _WITHOUT_A_DATABASE}
    for name, status, example in stand(document):
        if status not in elsewhere and (name, status) not in _NOT_TONIGHT:
            with subtests.test(f"{name} {status}"):
                assert masked(example) in {
                    body for operation, code, body in said if (operation, code) == (name, status)
                }
    told = {masked(body) for body in posted}
    for name, operations in document["webhooks"].items():
        with subtests.test(name):
            (example,) = examples_of(operations["post"]["requestBody"]["content"]["application/json"])
            assert example["type"] == name
            assert masked(example) in told


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
