"""Signing in by an OpenID Connect provider: the authorization code flow with PKCE, a nonce and a state.

The provider proves who somebody is; the roster says whether that person may sign in. The provider's answers are treated
as a stranger's: bounded in size and time, and believed only as far as its own keys have signed them.
"""

import asyncio
import base64
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote_plus, urlencode

import aiohttp
import jwt

from dispatch.credentials.slots import Slots
from dispatch.outbound.http_session import open_session, words_for
from dispatch.outbound.identity_trouble import NotProven, ProviderTrouble

_TIMEOUT_SECONDS = 10.0  # for all that one sign-in asks: a slot is held no longer
_MOST_BYTES = 256 * 1024
_KEPT_FOR = timedelta(hours=1)
_ASKED_AGAIN_AFTER = timedelta(minutes=1)  # a token with a key that we do not know: the provider may have changed keys
_CLOCKS_DIFFER_SECONDS = 60
# Signatures with the provider's own key only: a client secret is too short to sign with, and "none" is no signature.
_ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


def _too_many_wait() -> ProviderTrouble:
    return ProviderTrouble("too many are waiting for it; try again in ten seconds")


class IdentityProvider:
    """One provider, named by its issuer. `now` is the service's clock. It and whatever it names are at hosts that are
    public or among `allowed_hosts`. Close it when done."""

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        now: Callable[[], datetime],
        allowed_hosts: Collection[str] = (),
        timeout: float = _TIMEOUT_SECONDS,
    ) -> None:
        self.issuer = issuer.rstrip("/")
        self._client_id, self._client_secret = client_id, client_secret
        self._now, self._timeout = now, timeout
        self._allowed_hosts = allowed_hosts
        self._session: aiohttp.ClientSession | None = None  # opened by the first request: it needs the running loop
        self._metadata: tuple[datetime, Mapping[str, Any]] | None = None
        self._keys: tuple[datetime, jwt.PyJWKSet] | None = None
        self._slots = Slots(full=_too_many_wait)

    async def authorization_url(
        self, redirect_uri: str, *, state: str, nonce: str, verifier: str, asker: str = ""
    ) -> str:
        """Where to send the browser. `asker` is its address. Raises `ProviderTrouble`."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        asked = {
            "response_type": "code",
            "scope": "openid email",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        metadata = self._kept_metadata()
        if metadata is None:
            async with self._waiting(asker):
                metadata = await self._known()
        endpoint = self._endpoint(metadata, "authorization_endpoint")
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    async def identify(
        self, code: str, redirect_uri: str, *, nonce: str, verifier: str, asker: str = ""
    ) -> tuple[str, ...]:
        """The provider's names for whoever came back with `code`: its own id for them, and their e-mail address if it
        has verified it. Raises `NotProven` and `ProviderTrouble`."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        # Each is form-encoded first (RFC 6749, section 2.3.1).
        us = aiohttp.encode_basic_auth(quote_plus(self._client_id), quote_plus(self._client_secret))
        async with self._waiting(asker):
            endpoint = self._endpoint(await self._known(), "token_endpoint")
            status, answer = await self._ask("POST", endpoint, data=form, headers={"Authorization": us})
            token = answer.get("id_token")
            if status != 200 or not isinstance(token, str):
                raise NotProven(f"the identity provider took no such code (HTTP {status})")
            claims = await self._claims(token)
        if claims.get("nonce") != nonce:
            raise NotProven("the token was made for another sign-in")
        email = claims.get("email")
        verified = isinstance(email, str) and claims.get("email_verified") is True
        return (str(claims["sub"]), *([str(email)] if verified else []))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def _waiting(self, asker: str) -> AsyncIterator[None]:
        """The one place to wait for the provider. Raises `ProviderTrouble`."""
        with self._slots.one(self.issuer, asker):
            try:
                async with asyncio.timeout(self._timeout):
                    yield
            except TimeoutError as error:
                raise ProviderTrouble(words_for(error)) from error

    # ---- tokens ----

    async def _claims(self, token: str) -> Mapping[str, Any]:
        metadata = await self._known()
        try:
            key = await self._key_of(token)
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=_ALGORITHMS,
                audience=self._client_id,
                issuer=str(metadata["issuer"]),
                leeway=_CLOCKS_DIFFER_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except jwt.PyJWTError as error:
            raise NotProven(f"the token proves nothing ({type(error).__name__})") from error
        # With several audiences the token names the one it was given to (OpenID Connect Core, 3.1.3.7).
        if claims.get("azp", self._client_id) != self._client_id:
            raise NotProven("the token was given to somebody else")
        return claims

    async def _key_of(self, token: str) -> jwt.PyJWK:
        """The key that signed `token`. Raises `PyJWTError` when the provider has no such key."""
        wanted = jwt.get_unverified_header(token).get("kid")
        keys = await self._provider_keys(_KEPT_FOR)
        if not any(key.key_id == wanted for key in keys.keys):
            keys = await self._provider_keys(_ASKED_AGAIN_AFTER)
        for key in keys.keys:
            if key.key_id == wanted or (wanted is None and len(keys.keys) == 1):
                return key
        raise jwt.InvalidKeyError("no key of the provider has this id")

    async def _provider_keys(self, kept_for: timedelta) -> jwt.PyJWKSet:
        if self._keys is None or self._now() - self._keys[0] >= kept_for:
            status, answer = await self._ask("GET", self._endpoint(await self._known(), "jwks_uri"))
            if status != 200:
                raise ProviderTrouble(f"its keys cannot be read (HTTP {status})")
            self._keys = self._now(), jwt.PyJWKSet.from_dict(dict(answer))
        return self._keys[1]

    # ---- what the provider says about itself ----

    def _endpoint(self, metadata: Mapping[str, Any], name: str) -> str:
        address = metadata.get(name)
        # Never anything weaker than the issuer itself: secrets and codes are sent there.
        if not isinstance(address, str) or not address.startswith(self.issuer.partition("://")[0] + "://"):
            raise ProviderTrouble(f"its configuration has no usable {name}")
        return address

    async def _known(self) -> Mapping[str, Any]:
        """Its configuration (OpenID Connect Discovery, section 4)."""
        kept = self._kept_metadata()
        if kept is not None:
            return kept
        status, answer = await self._ask("GET", f"{self.issuer}/.well-known/openid-configuration")
        if status != 200 or str(answer.get("issuer", "")).rstrip("/") != self.issuer:
            raise ProviderTrouble(f"its configuration cannot be read, or is another issuer's (HTTP {status})")
        self._metadata = self._now(), answer
        return answer

    def _kept_metadata(self) -> Mapping[str, Any] | None:
        if self._metadata is None or self._now() - self._metadata[0] >= _KEPT_FOR:
            return None
        return self._metadata[1]

    async def _ask(
        self, method: str, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, Any]]:
        if self._session is None:
            self._session = open_session(self._timeout, self._allowed_hosts)
        try:
            async with self._session.request(
                method,
                url,
                data=data,
                headers={"Accept": "application/json", **(headers or {})},
                allow_redirects=False,
            ) as answer:
                said = json.loads(await _whole(answer.content))
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is an OSError
            raise ProviderTrouble(words_for(error)) from error
        except ValueError as error:
            raise ProviderTrouble("its answer is not JSON") from error
        if not isinstance(said, dict):
            raise ProviderTrouble("its answer is not an object")
        return answer.status, said


async def _whole(content: aiohttp.StreamReader) -> bytes:
    """An answer, which may come in pieces. Raises ValueError when it is too long."""
    whole = bytearray()
    while piece := await content.read(65536):
        whole += piece
        if len(whole) > _MOST_BYTES:
            raise ValueError("too long")
    return bytes(whole)
