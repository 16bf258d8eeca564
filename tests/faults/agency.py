"""An agency's system: it posts each call-out under its own idempotency key, again and again until it is taken."""

import http.client
import json
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from benchmarks.deployment import callout_body

_CALLERS = 8
_ANSWER_SECONDS = (
    20.0  # an agency gives up on one request, and asks again, well before a service gives up on a database
)
_AGAIN_SECONDS = 0.1


@dataclass(slots=True)
class Agency:
    """Several callers, each with one request at a time, who turn to the next of `urls` when one does not take it.

    `pause` is the longest, in seconds, that a caller waits between two call-outs.
    """

    urls: Sequence[str]
    key: str
    count: int
    chance: random.Random
    pause: float = 0.0
    first: int = 0
    taken: dict[str, str] = field(default_factory=dict)
    """The id that each reference was answered with, by a 201, or by a 200 when an earlier answer had been lost."""
    taken_at: dict[str, float] = field(default_factory=dict)
    """When it was answered so, in seconds of the wall clock."""
    refused: int = 0
    """Answers 503, each a problem document."""
    unreached: int = 0
    """Requests that reached no service, or got no answer in time."""
    wrong: list[str] = field(default_factory=list)
    """Answers that no agency should ever get."""
    _threads: list[threading.Thread] = field(default_factory=list)
    _given_up: threading.Event = field(default_factory=threading.Event)

    def start(self) -> "Agency":
        numbers = iter(range(self.first, self.first + self.count))
        turn = threading.Lock()

        def call(caller: int, chance: random.Random) -> None:
            while not self._given_up.is_set():
                with turn:
                    number = next(numbers, None)
                if number is None:
                    return
                self._until_taken(number, caller)
                time.sleep(chance.uniform(0, self.pause))

        for caller in range(_CALLERS):
            thread = threading.Thread(target=call, args=(caller, random.Random(self.chance.random())), daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def has_taken(self, count: int) -> bool:
        """Whether at least `count` of its call-outs have been taken."""
        return len(self.taken) >= count

    def heard_again(self, moment: float) -> float:
        """The seconds from `moment` until the next call-out was taken; 0 when none was."""
        return min((at - moment for at in self.taken_at.values() if at > moment), default=0.0)

    def is_done(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def give_up(self) -> None:
        self._given_up.set()
        for thread in self._threads:
            thread.join()

    def _until_taken(self, number: int, turn: int) -> None:
        reference = f"26-{number:06}"
        while not self._given_up.is_set():
            status, kind, body = self._post(self.urls[turn % len(self.urls)], number)
            if status in (200, 201):
                self.taken_at[reference] = time.time()
                self.taken[reference] = json.loads(body)["id"]
                return
            if status == 503 and kind == "application/problem+json" and json.loads(body)["status"] == 503:
                self.refused += 1
            elif status:
                self.wrong.append(f"{status} {kind}: {body[:500]!r}")
            else:
                self.unreached += 1
            turn += 1
            time.sleep(_AGAIN_SECONDS)

    def _post(self, url: str, number: int) -> tuple[int, str, bytes]:
        """Status, content type and body; the status is 0 when there was no whole answer."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_ANSWER_SECONDS)
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"incident-{number}",
        }
        try:
            connection.request("POST", "/v1/callouts", callout_body(number), headers)
            answer = connection.getresponse()
            return answer.status, answer.headers.get_content_type(), answer.read()
        except (OSError, http.client.HTTPException):
            return 0, "", b""
        finally:
            connection.close()
