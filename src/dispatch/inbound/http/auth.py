"""Who is asking: an agency by its key or by a signature, a coordinator by a key."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import HTTPException, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from fastapi.security.http import HTTPAuthorizationCredentials
from standardwebhooks.webhooks import Webhook

from dispatch.actions.office import Office
from dispatch.inbound.http.texts import is_storable
from dispatch.store import keys

_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")
_REMEMBERED = timedelta(seconds=1)
_TOLERANCE = timedelta(minutes=5)  # Standard Webhooks: what is older may be somebody's recording

# These only describe the two ways in; `caller_of` decides, since one request may carry either.
_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="Key",
    description="The key of an agency or a coordinator, as `dispatch key new` shows it.",
)
_SIGNATURE = APIKeyHeader(
    name="webhook-signature",
    auto_error=False,
    scheme_name="Signature",
    description="A signature after the Standard Webhooks specification, with `webhook-id` and `webhook-timestamp`; "
    "the agency stands in the query: `?agency=LBPD`.",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Either `agency` or `coordinator` is set."""

    agency: str | None = None
    coordinator: str | None = None


class Doorkeeper:
    """Dependencies of routes. Each raises `HTTPException`: 401 with what is wrong, 403 for the wrong kind of caller."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._keys = _Keys(office)

    async def anybody(
        self,
        request: Request,
        _: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
        __: Annotated[str | None, Security(_SIGNATURE)],
    ) -> Caller:
        return await self._caller(request)

    async def agency(
        self,
        request: Request,
        _: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)],
        __: Annotated[str | None, Security(_SIGNATURE)],
    ) -> str:
        caller = await self._caller(request)
        if caller.agency is None:
            raise HTTPException(403, "this needs an agency's key")
        return caller.agency

    async def coordinator(
        self, request: Request, _: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
    ) -> str:
        caller = await self._caller(request)
        if caller.coordinator is None:
            raise HTTPException(403, "this needs a coordinator's key")
        return caller.coordinator

    async def _caller(self, request: Request) -> Caller:
        if "webhook-signature" in request.headers:
            return await _signed(self._office, request)
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not key.strip():
            raise _refused("send `Authorization: Bearer <key>`, or sign the request as a Standard Webhook")
        known = await self._keys.find(key.strip())
        if known is None:
            raise _refused("this key is unknown or was revoked; ask for a new one (`dispatch key new`)")
        return Caller(known.agency, known.coordinator)


class _Keys:
    """Remembers for a moment whose key it is, so that a storm of call-outs need not ask for each of them.

    A revoked key works for as long as that. One that is not known is asked for every time, and never remembered.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._known: dict[str, tuple[keys.Key, datetime]] = {}

    async def find(self, secret: str) -> keys.Key | None:
        now, name = self._office.now(), keys.key_hash(secret)
        found, asked_at = self._known.get(name, (None, now))
        if found is not None and timedelta(0) <= now - asked_at < _REMEMBERED:
            return found
        found = await self._office.database.read(lambda tx: keys.find(tx, secret))
        if found is None:
            self._known.pop(name, None)
        else:
            self._known[name] = found, now
        return found


async def _signed(office: Office, request: Request) -> Caller:
    """A request signed after the Standard Webhooks specification, the agency named in the query."""
    agency = request.query_params.get("agency", "")
    if not agency or not is_storable(agency):
        raise _refused("a signed request names its agency in the query: ?agency=LBPD")
    missing = [name for name in _SIGNED if not request.headers.get(name)]
    if missing:
        raise _refused(f"a signed request needs the header {missing[0]}")
    try:
        sent_at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        body = (await request.body()).decode()
    except (ValueError, OverflowError, OSError):
        raise _refused("webhook-timestamp must be whole seconds since 1970, and the body UTF-8") from None
    if abs(office.now() - sent_at) > _TOLERANCE:
        raise _refused("webhook-timestamp is more than 5 minutes off; check your clock, and sign each request anew")
    for secret in await office.database.read(lambda tx: keys.webhook_secrets_of(tx, agency)):
        if _holds(secret, request.headers, sent_at, body):
            return Caller(agency=agency)
    raise _refused("the signature does not hold for this agency; check the secret, and that the body is sent as signed")


def _holds(secret: str, headers: Mapping[str, str], sent_at: datetime, body: str) -> bool:
    # The package's own `verify` reads the wall clock, and lets malformed signatures through as other errors.
    expected = Webhook(secret).sign(headers["webhook-id"], sent_at, body).encode()
    return any(hmac.compare_digest(one.encode(), expected) for one in headers["webhook-signature"].split())


def _refused(detail: str) -> HTTPException:
    return HTTPException(401, detail, _CHALLENGE)
