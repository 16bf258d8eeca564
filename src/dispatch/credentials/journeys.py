"""Journeys to the identity provider and back. The law: a journey that we did not sign, or that began more than
`PROVIDER_WAITS` ago, is refused before anything waits.

What the way back is compared with stays in the browser's cookie, so nothing is kept here for the many who never come
back.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from dispatch.rules.access.sign_in import PROVIDER_WAITS


@dataclass(frozen=True, slots=True)
class Journey:
    """`state`, `nonce` and `verifier` are random; `wanted` is where somebody goes on to once they are signed in."""

    state: str
    nonce: str
    verifier: str
    wanted: str


class Journeys:
    """The first of `secrets` signs, and all are believed. Nodes share them, since a way back may lead to another node.
    Without any, this one draws its own."""

    def __init__(self, secrets: Sequence[str] = ()) -> None:
        self._keys = tuple(map(_key, secrets)) or (os.urandom(32),)

    def signed(self, journey: Journey, now: datetime) -> str:
        """What a cookie holds."""
        ends_at = int((now + PROVIDER_WAITS).timestamp())
        told = json.dumps([ends_at, *astuple(journey)], ensure_ascii=False)  # six bytes for an ñ would not fit a cookie
        said = base64.urlsafe_b64encode(told.encode()).decode()
        return f"{said}.{_signature(self._keys[0], said)}"

    def opened(self, signed: str, now: datetime) -> Journey | None:
        """The journey, if one of us signed it and it may still end."""
        said, _, signature = signed.partition(".")
        if not any(hmac.compare_digest(signature.encode(), _signature(key, said).encode()) for key in self._keys):
            return None
        ends_at, *journey = json.loads(base64.urlsafe_b64decode(said))
        return Journey(*journey) if now.timestamp() < ends_at else None


def _key(secret: str) -> bytes:
    """Strangers see signatures. Somebody may have made up a client secret, and to try one costs a guesser 40 ms."""
    return hashlib.scrypt(secret.encode(), salt=b"journeys to the identity provider", n=2**14, r=8, p=1, dklen=32)


def _signature(key: bytes, said: str) -> str:
    return hmac.new(key, said.encode(), "sha256").hexdigest()
