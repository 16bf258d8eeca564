"""Who is asking: an agency by its key or by a signature, a coordinator by a key."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, HTTPException, Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer
from standardwebhooks.webhooks import Webhook
from starlette.requests import HTTPConnection

from dispatch.actions.office import Office
from dispatch.rules.facts import Actor, ActorKind
from dispatch.rules.storable import is_storable
from dispatch.store import keys

_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")
_REMEMBERED = timedelta(seconds=1)
_TOLERANCE = timedelta(minutes=5)  # Standard Webhooks: what is older may be somebody's recording

# These two only describe the ways in; the doorkeeper decides, since one request may carry either. So neither reads the
# request: it would be read twice.


class _Bearer(HTTPBearer):
    async def __call__(self, request: HTTPConnection) -> None:
        return None


class _SignatureHeader(APIKeyHeader):
    async def __call__(self, request: HTTPConnection) -> None:
        return None


_KEY = _Bearer(scheme_name="Key", description="The key of an agency or a coordinator, as `dispatch key new` shows it.")
_SIGNATURE = _SignatureHeader(
    name="webhook-signature",
    scheme_name="Signature",
    description="A signature after the Standard Webhooks specification, with `webhook-id` and `webhook-timestamp`; "
    "the agency stands in the query: `?agency=LBPD`.",
)
_Key = Annotated[None, Security(_KEY)]
_Signature = Annotated[None, Security(_SIGNATURE)]


@dataclass(frozen=True, slots=True)
class Caller:
    """Either `agency` or `coordinator` is set."""

    agency: str | None = None
    coordinator: str | None = None

    @property
    def actor(self) -> Actor:
        if self.coordinator is not None:
            return Actor(ActorKind.COORDINATOR, self.coordinator)
        return Actor(ActorKind.AGENCY, self.agency)


class Doorkeeper:
    """Tells who is asking. There is one for all doors of a node, so that each key is looked up once."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._keys = _Keys(office)

    async def caller(self, request: Request) -> Caller:
        """Who sent this request. Raises `HTTPException` 401 with what is wrong."""
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
    return any(hmac.compare_digest(signature.encode(), expected) for signature in headers["webhook-signature"].split())


def _refused(detail: str) -> HTTPException:
    return HTTPException(401, detail, _CHALLENGE)


# ---- what a door asks for ------------------------------------------------------------------------------------------


async def anybody(request: Request, _: _Key, __: _Signature) -> Caller:
    """Whoever has a key or signs. Raises `HTTPException` 401."""
    return await _let_in(request)


async def agency(request: Request, _: _Key, __: _Signature) -> str:
    """The code of the agency that asks. Raises `HTTPException`, 403 when it is no agency."""
    caller = await _let_in(request)
    if caller.agency is None:
        raise HTTPException(403, "this needs an agency's key")
    return caller.agency


async def coordinator(request: Request, _: _Key) -> Actor:
    """The coordinator who asks. Raises `HTTPException`, 403 when it is no coordinator."""
    caller = await _let_in(request)
    if caller.coordinator is None:
        raise HTTPException(403, "this needs a coordinator's key")
    return caller.actor


async def _let_in(request: Request) -> Caller:
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    caller = await doorkeeper.caller(request)
    request.state.caller = caller  # an error is said in other words to an agency than to a coordinator
    return caller


AnyCaller = Annotated[Caller, Depends(anybody)]
CallingAgency = Annotated[str, Depends(agency)]
CallingCoordinator = Annotated[Actor, Depends(coordinator)]
