"""The API's HTTP answers."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from twilio_simulator.refusals import Refusal


class JSON(Response):
    """A JSON answer as Twilio gives it."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, separators=(",", ":")).encode()


def refused(refusal: Refusal) -> Response:
    """The answer that refuses a request."""
    return JSON(refusal.as_json(), status_code=refusal.status)


def not_found(request: Request) -> Refusal:
    """The refusal of a request about something that does not exist."""
    return Refusal(20404, f"The requested resource {request.url.path} was not found", status=404)
