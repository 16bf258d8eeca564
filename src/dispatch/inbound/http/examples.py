"""Examples for the OpenAPI document: what the operations answered, and the webhooks said, in a night that was played.

The law: an example is what the service says, word for word. `python -m tools.record_examples` plays the night of
`tests/inbound/api/night.py` and writes `examples.jsonl`; a test plays it again and compares.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RECORDED = Path(__file__).with_name("examples.jsonl")


@dataclass(frozen=True, slots=True)
class Example:
    """A body, and the operation that it belongs to, such as `post /v1/callouts`, or the name of a webhook. A webhook
    has no status; `about` tells several of one answer apart."""

    operation: str
    status: int | None
    about: str | None
    body: Any


def put_into(document: dict[str, Any]) -> None:
    """Put what was recorded into the OpenAPI document. FastAPI itself would leave out every null of an example."""
    for one in _recorded():
        _put(_content(document, one), one)


def _recorded() -> Iterator[Example]:
    for line in RECORDED.read_text("utf-8").splitlines():
        yield Example(*json.loads(line))


def _content(document: Mapping[str, Any], one: Example) -> dict[str, Any]:
    """Raises `KeyError` for what the document does not have."""
    if one.status is None:
        operation = document["webhooks"][one.operation]["post"]
        return dict(operation["requestBody"]["content"])
    method, _, path = one.operation.partition(" ")
    return dict(document["paths"][path][method]["responses"][str(one.status)]["content"])


def _put(content: Mapping[str, Any], one: Example) -> None:
    for kind, media in content.items():
        if not kind.endswith("json"):
            continue
        if one.about is None:
            media["example"] = one.body
        else:
            media.pop("example", None)
            media.setdefault("examples", {})[one.about] = {"value": one.body}
