"""Documents that the carrier keeps itself, as Twilio's TwiML bins do: they are there while the application is down."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from twilio_simulator.violations import violations


class Hosting:
    """Keeps documents and serves each at a path of its own, to anybody."""

    def __init__(self) -> None:
        self._documents: dict[str, str] = {}
        self.route = Route("/hosted/{name}", self.show, methods=["GET", "POST"])

    def keep(self, twiml: str) -> str:
        """Keep a document; returns its path. Raises ValueError for one that a call could not execute."""
        if wrong := violations(twiml):
            raise ValueError("; ".join(wrong))
        name = hashlib.sha256(twiml.encode()).hexdigest()[:32]
        self._documents[name] = twiml
        return f"/hosted/{name}"

    async def show(self, request: Request) -> Response:
        """The document, as the carrier fetches it for a call."""
        twiml = self._documents.get(request.path_params["name"])
        if twiml is None:
            return Response(status_code=404)
        return Response(twiml, media_type="text/xml")
