"""Asks the application for a document about a call, and says with Twilio's codes why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from twilio_simulator.call_events import CallEvents
from twilio_simulator.callbacks import Answer, Callbacks, Webhook
from twilio_simulator.calls import PhoneCall
from twilio_simulator.documents import Document, TwimlError, read
from twilio_simulator.steps import Fetch

FETCHES_IN_A_ROW = 50
"""Documents that lead to each other without letting time pass would never end."""
_CODES = {"connection failed": 11205, "unknown host": 11210}


@dataclass(frozen=True)
class Failure:
    """Why there is no document from `url`: `code` is Twilio's, `message` says more."""

    code: int
    message: str
    url: str


Then = Callable[[Document | Failure, datetime], None]


class Fetcher:
    """Fetches documents through the agenda."""

    def __init__(self, callbacks: Callbacks, events: CallEvents) -> None:
        self._callbacks = callbacks
        self._events = events

    def ask(self, call: PhoneCall, fetch: Fetch, at: datetime, then: Then) -> Webhook:
        """Ask for a document about `call`; `then` gets it, or learns why there is none. Raises TwimlError 11100."""
        if not fetch.url.startswith(("http://", "https://")):
            raise TwimlError(11100, f"no URL to fetch TwiML from: {fetch.url!r}")
        webhook = Webhook(fetch.url, self._events.params(call) | fetch.params, call.sid, "call", fetch.method)
        webhook.then = lambda answer, at: then(_document(answer, webhook.url), at)
        self._callbacks.fetch(webhook, at)
        return webhook


def _document(answer: Answer, url: str) -> Document | Failure:
    if not answer.ok:
        why = answer.failure or f"HTTP {answer.status}"
        return Failure(_CODES.get(why, 11200), f"fetching TwiML failed: {why}", url)
    try:
        return read(answer.body, answer.content_type, url)
    except TwimlError as error:
        return Failure(error.code, str(error), url)
