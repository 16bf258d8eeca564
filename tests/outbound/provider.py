"""An identity provider that a test can make lie: it checks what it is sent, and signs whatever it is told to."""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.town import serving
from twilio_simulator.server import listen_on_free_port

CLIENT_ID, CLIENT_SECRET = "dispatch", "provider-secret"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """A key of this name; making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """`claims` replace those of an honest token, None takes one out; `answers` replace whole answers by their path. It
    hangs at the paths in `hangs`, until `goes_on` is set.

    `challenges` are the PKCE challenges of codes that were given out, `asked` the paths that were asked for.
    """

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Response] = field(default_factory=dict)
    signs_with: str = "first"
    shows_keys: tuple[str, ...] = ("first",)
    algorithm: str = "RS256"
    challenges: dict[str, tuple[str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    hangs: set[str] = field(default_factory=set)
    goes_on: asyncio.Event = field(default_factory=asyncio.Event)

    def give_code(self, authorization_url: str) -> str:
        """What a browser that was sent there comes back with, once its person has signed in."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(authorization_url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.challenges)}"
        self.challenges[code] = asked["code_challenge"], asked["nonce"]
        return code

    @property
    def web(self) -> Any:
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._configuration),
                Route("/keys", self._keys),
                Route("/token", self._token, methods=["POST"]),
            ]
        )

    async def _configuration(self, request: Request) -> Response:
        return await self._answer(
            request,
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            },
        )

    async def _keys(self, request: Request) -> Response:
        shown = []
        for name in self.shows_keys:
            public = jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key(), as_dict=True)
            shown.append({**public, "kid": name, "use": "sig"})
        return await self._answer(request, {"keys": shown})

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        credentials = base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode()
        digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
        challenge, nonce = self.challenges.pop(str(form["code"]), ("", ""))
        if (
            credentials != f"{CLIENT_ID}:{CLIENT_SECRET}"
            or challenge != base64.urlsafe_b64encode(digest).decode().rstrip("=")
            or form["grant_type"] != "authorization_code"
        ):
            return await self._answer(request, {"error": "invalid_grant"}, 400)
        now = int(time.time())
        honest = {"iss": self.issuer, "sub": "u-17", "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = {name: value for name, value in {**honest, **self.claims}.items() if value is not None}
        signing: Any = key(self.signs_with)
        if self.algorithm == "none":
            signing = None
        elif self.algorithm.startswith("HS"):
            signing = CLIENT_SECRET * 3
        token = jwt.encode(claims, signing, self.algorithm, headers={"kid": self.signs_with})
        return await self._answer(request, {"id_token": token, "access_token": "a", "token_type": "Bearer"})

    async def _answer(self, request: Request, said: dict[str, Any], status: int = 200) -> Response:
        self.asked.append(request.url.path)
        if request.url.path in self.hangs:
            await self.goes_on.wait()
        return self.answers.get(request.url.path) or JSONResponse(said, status)


@asynccontextmanager
async def provider_running() -> AsyncIterator[Provider]:
    listener = listen_on_free_port()
    provider = Provider(f"http://127.0.0.1:{listener.getsockname()[1]}")
    application = provider.web

    class _Served:
        web = application

    async with serving(_Served, listener):
        yield provider
        provider.goes_on.set()
