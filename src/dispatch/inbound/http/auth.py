"""Who is asking: an agency by its key or by a signature, a coordinator by a key."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from standardwebhooks.webhooks import Webhook

from dispatch.actions.runner import FOR_A_STRANGER, Runner
from dispatch.inbound.http.for_programs import CALLOUTS
from dispatch.inbound.http.look_ups import LookUp
from dispatch.inbound.http.turns import Turns, Urgency
from dispatch.rules.access.permissions import Access, Permission, Scope, key_access, permits
from dispatch.rules.alarms.refusals import Refusal, Why
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.storable import is_storable
from dispatch.store.access import keys

_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")
_REMEMBERED = timedelta(seconds=1)
_UNKNOWN = "this key is unknown or was revoked; ask for a new one (`dispatch key new`)"
_OFF = "webhook-timestamp is more than 5 minutes off; check your clock, and sign each attempt again"
_DOES_NOT_HOLD = (
    "the signature does not hold for this agency; check the secret, the agency's code, in capitals, and that the body "
    "is sent as signed"
)
NEEDS_AGENCY = "this needs an agency's key"
NEEDS_COORDINATOR = "this needs a coordinator's key"
NEEDS_SCHEDULE_SCOPE = (
    "this needs a coordinator's key for the schedule; make one (`dispatch key new --coordinator NAME --scope schedule`)"
)
NEEDS_SCHEDULE_CHANGES_SCOPE = (
    "this needs a coordinator's key for changes of the schedule; make one (`dispatch key new --coordinator NAME --scope"
    " schedule-changes`)"
)
_BY_SCOPE = {
    Scope.SCHEDULE: (Access.SCHEDULE_KEY, NEEDS_SCHEDULE_SCOPE),
    Scope.SCHEDULE_CHANGES: (Access.SCHEDULE_CHANGES_KEY, NEEDS_SCHEDULE_CHANGES_SCOPE),
}
"""What the table knows a key of each scope as, and what is said to whoever needs such a key. The least comes first."""
_MOST_SIGNATURES = 10  # a sender has one for each secret that it is about to change; a stranger wrote 30,000
_TOLERANCE = timedelta(minutes=5)  # Standard Webhooks: an older request may be a replay

_NOBODY = Refusal(Why.NO_CREDENTIAL)


class NotSignedIn(Exception):
    """nobody knows who is asking; the message says what is wrong, `refusal` who it may be"""

    def __init__(self, message: str, refusal: Refusal = _NOBODY) -> None:
        super().__init__(message)
        self.refusal = refusal


class NotAllowed(Exception):
    """whoever asks may not do this; the message says whose key it needs"""


@dataclass(frozen=True, slots=True)
class Client:
    """Either `agency` or `coordinator` is set. `access` is what the table knows a coordinator's key as."""

    agency: str | None = None
    coordinator: str | None = None
    access: Access = Access.KEY

    @property
    def actor(self) -> Actor:
        if self.coordinator is not None:
            return Actor(ActorKind.COORDINATOR, self.coordinator)
        return Actor(ActorKind.AGENCY, self.agency)


class Doorkeeper:
    """Tells who is asking. All doors of a node share one doorkeeper, so that each key is looked up once.

    A key that was found is remembered for a second, so that a storm of call-outs need not ask the database for each of
    them: a revoked one works for up to a second longer. What a request has shown is kept in its state: nothing is
    looked up or computed twice. All keys and secrets are known by heart: they open nothing for longer than that second,
    but whoever shows one is told from strangers without a read, and looked up before them.
    """

    def __init__(self, runner: Runner, turns: Turns) -> None:
        self._runner, self._turns = runner, turns
        self._keys = LookUp(runner, keys.find, _REMEMBERED)
        self._secrets = LookUp(runner, keys.webhook_secrets_of, timedelta(0))

    async def learn(self) -> None:
        """Learn every key and secret by heart. Raises what a read raises."""
        read_at = self._runner.now()
        working, secrets = await self._runner.database.read(keys.by_heart)
        self._keys.learn(working, read_at)
        self._secrets.learn(secrets, read_at)

    async def knows(self, request: Request) -> Client | None:
        """Whose key it shows, or whose signature where one may sign; None where they are made up, or newer than what is
        known by heart while too many others are looked up. Raises `NotSignedIn`, and what a read raises."""
        if shown := shown_key(request):
            hash_ = keys.key_hash(shown)
            known = self._keys.knew(hash_)
            if known is None and not self._keys.is_crowded(hash_):
                known = await self._key(request)
            if known is not None:
                return _client(known)
        if not opens(request) or "webhook-signature" not in request.headers:
            return None
        if self._secrets.is_crowded(request.query_params.get("agency", "")):
            return None
        return await self._signer(request)

    async def caller(self, request: Request, *, may_sign: bool = False) -> Client:
        """Who sent this request, by its key; where it `may_sign`, also by its signature. Raises `NotSignedIn`.

        Either one is enough if it holds, whatever comes with it: a relay signs for itself, a gateway adds its own key.
        A signature covers neither the method nor the address. So at any door but the one that opens call-outs, whoever
        has seen the headers of one request could use them to do something else.
        """
        if (known := await self._key(request)) is not None:
            return _client(known)
        key = shown_key(request)
        signs = [name for name in _SIGNED if name in request.headers]
        if may_sign and ("webhook-signature" in signs or (signs and "authorization" not in request.headers)):
            try:
                return await self._signer(request)
            except NotSignedIn as error:
                if key and not error.refusal.proven and (was := await self._unknown_key(key)).proven:
                    raise NotSignedIn(_UNKNOWN, was) from None
                raise
        if "webhook-signature" in signs and "authorization" not in request.headers:
            raise NotSignedIn("a signature opens call-outs and does nothing else; send `Authorization: Bearer <key>`")
        if not key:
            raise NotSignedIn(
                "send `Authorization: Bearer <key>`"
                + (", or sign the request as a Standard Webhook" if may_sign else "")
            )
        raise NotSignedIn(_UNKNOWN, await self._unknown_key(key) if may_sign else Refusal(Why.UNKNOWN_KEY))

    async def _key(self, request: Request) -> keys.ApiKey | None:
        if not hasattr(request.state, "key"):
            shown = shown_key(request)
            request.state.key = await self._keys.find(keys.key_hash(shown)) if shown else None
        known: keys.ApiKey | None = request.state.key
        return known

    async def _signer(self, request: Request) -> Client:
        """Raises `NotSignedIn`."""
        signer: Client | NotSignedIn | None = getattr(request.state, "signer", None)
        if signer is None:
            try:
                signer = await self._signed(request)
            except NotSignedIn as error:
                signer = error.with_traceback(None)  # which holds the request, and would be held by it
            request.state.signer = signer
        if isinstance(signer, NotSignedIn):
            raise NotSignedIn(str(signer), signer.refusal)
        return signer

    async def _signed(self, request: Request) -> Client:
        """The sender of a request that is signed as in the Standard Webhooks specification; the query names the
        agency."""
        agency = request.query_params.get("agency", "")
        if not agency or not is_storable(agency):
            raise NotSignedIn("a signed request names its agency in the query: ?agency=LBPD")
        missing = [name for name in _SIGNED if not request.headers.get(name)]
        if missing:
            raise NotSignedIn(f"a signed request needs the header {missing[0]}")
        try:
            sent_at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
            body = (await request.body()).decode()
        except (ValueError, OverflowError, OSError):
            raise NotSignedIn("webhook-timestamp must be whole seconds since 1970, and the body UTF-8") from None
        secrets = await self._secrets.find(agency) or []
        await self._turns.come(Urgency.FIRST)  # each is some digests of the whole body
        held = next((works for secret, works in secrets if _holds(secret, request.headers, sent_at, body)), None)
        known = agency if secrets else None
        if held is not None and abs(self._runner.now() - sent_at) > _TOLERANCE:
            raise NotSignedIn(_OFF, Refusal(Why.CLOCK, known, proven=True))
        if held:
            return Client(agency=agency)
        if held is not None:
            raise NotSignedIn(_DOES_NOT_HOLD, Refusal(Why.REVOKED_KEY, known, proven=True))
        raise NotSignedIn(_DOES_NOT_HOLD, Refusal(Why.FALSE_SIGNATURE, known))

    async def _unknown_key(self, secret: str) -> Refusal:
        """Whose the key was, if it was revoked."""
        was = await self._runner.database.read(lambda tx: keys.find_revoked(tx, secret))
        if was is None or was.agency is None:
            return Refusal(Why.UNKNOWN_KEY)
        return Refusal(Why.REVOKED_KEY, was.agency, proven=True)


def _client(key: keys.ApiKey) -> Client:
    return Client(key.agency, key.coordinator, key_access(key.scope))


def opens(request: Request) -> bool:
    """Whether it wants to open a call-out, where a signature does as well as a key."""
    return request.method == "POST" and request.scope["path"] == CALLOUTS


def shown_key(request: Request) -> str:
    """What stands behind `Bearer`; empty without it."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def _holds(secret: str, headers: Mapping[str, str], sent_at: datetime, body: str) -> bool:
    # The package's own `verify` reads the wall clock, and raises other errors for malformed signatures.
    expected = Webhook(secret).sign(headers["webhook-id"], sent_at, body).encode()
    given = headers["webhook-signature"].split(maxsplit=_MOST_SIGNATURES)[:_MOST_SIGNATURES]
    return any(hmac.compare_digest(signature.encode(), expected) for signature in given)


# ---- what a door asks for ------------------------------------------------------------------------------------------


async def agency(request: Request) -> str:
    """The code of the agency that asks. Raises `NotSignedIn`, and `NotAllowed` when the caller is not an agency."""
    return _of_agency(await _let_in(request))


async def agency_that_may_sign(request: Request) -> str:
    """Like `agency`, for the door that opens call-outs: a signature does as well as a key."""
    return _of_agency(await _let_in(request, may_sign=True))


def _of_agency(caller: Client) -> str:
    if caller.agency is None:
        raise NotAllowed(NEEDS_AGENCY)
    return caller.agency


@dataclass(frozen=True, slots=True)
class CoordinatorMay:
    """For `Depends`: the coordinator who asks with a key, where the table grants keys `permission`.

    Raises `NotSignedIn`, and `NotAllowed` when the caller is not a coordinator.
    """

    permission: Permission

    async def __call__(self, request: Request) -> Actor:
        caller = await _let_in(request)
        if caller.coordinator is None:
            raise NotAllowed(NEEDS_COORDINATOR)
        check_key(self.permission, caller.access)
        return caller.actor


@dataclass(frozen=True, slots=True)
class AnybodyMay:
    """For `Depends`: an agency, which sees its own, or a coordinator's key, where the table grants it `permission`.

    Raises `NotSignedIn` and `NotAllowed`.
    """

    permission: Permission

    async def __call__(self, request: Request) -> Client:
        caller = await _let_in(request)
        if caller.coordinator is not None:
            check_key(self.permission, caller.access)
        return caller


def check_key(permission: Permission, access: Access = Access.KEY) -> None:
    """Raises `NotAllowed` unless the table grants such a key of a coordinator's `permission`."""
    if permits(permission, access):
        return
    for scoped, said in _BY_SCOPE.values():
        if permits(permission, scoped):
            raise NotAllowed(said)
    if permits(permission, Access.KEY):
        raise NotAllowed(f"this key was made for one thing, and may not {permission}")
    raise NotAllowed(f"a key may not {permission}; sign in for that")


async def _let_in(request: Request, *, may_sign: bool = False) -> Client:
    known: Client | None = getattr(request.state, "caller", None)
    if known is not None:  # by way of `way_in`
        return known
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    caller = await doorkeeper.caller(request, may_sign=may_sign)
    FOR_A_STRANGER.set(False)  # in a flood it may have been taken for a stranger's, until the database answered
    request.state.caller = caller  # an error reads differently for an agency and for a coordinator
    return caller


@dataclass(frozen=True, slots=True)
class WayIn:
    """How a door knows who asks: by a key of one of these `owners`, or of a scope, or by a signature too where they
    `may_sign`. Raises `NotSignedIn`."""

    owners: tuple[ActorKind | Scope, ...]
    may_sign: bool = False

    async def __call__(self, request: Request) -> Client:
        return await _let_in(request, may_sign=self.may_sign)

    @property
    def documented(self) -> list[dict[str, list[str]]]:
        """The `security` of an operation in the OpenAPI document: any one of these will do. A key has the name of its
        owner's role, as OpenAPI 3.1 has it ("Security Requirement Object")."""
        by_key = [{"Key": [str(owner)]} for owner in self.owners]
        return [*by_key, {"Signature": []}] if self.may_sign else by_key


def way_in(door: Dependant) -> WayIn | None:
    """What tells who asks at `door`, before its body is read; None where it asks for neither key nor signature."""
    asks = [dependency.call for dependency in door.dependencies]
    if agency_that_may_sign in asks:
        return WayIn((ActorKind.AGENCY,), may_sign=True)
    if any(isinstance(ask, AnybodyMay) for ask in asks):
        return WayIn((ActorKind.AGENCY, ActorKind.COORDINATOR))
    if needed := [ask.permission for ask in asks if isinstance(ask, CoordinatorMay)]:
        scopes = [scope for scope, (scoped, _) in _BY_SCOPE.items() if any(permits(one, scoped) for one in needed)]
        return WayIn((*scopes,) or (ActorKind.COORDINATOR,))
    return WayIn((ActorKind.AGENCY,)) if agency in asks else None


CallingAgency = Annotated[str, Depends(agency)]
OpeningAgency = Annotated[str, Depends(agency_that_may_sign)]


# ---- what the OpenAPI document says of it; a `JsonRoute` says which of them it takes ---------------------------------

# Not by FastAPI's `Security`: it would be solved again for each request, and cost it 10 µs for each way.
SCHEMES = {
    "Key": {
        "type": "http",
        "scheme": "bearer",
        "description": "The key of an agency or a coordinator, as `dispatch key new` shows it, sent as "
        "`Authorization: Bearer <key>`. Each operation names whose key it takes: `agency`, `coordinator`, or either; "
        "`schedule` and `schedule-changes` are a coordinator's that was made with that scope.",
    },
    "Signature": {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "`webhook-signature`, as in the Standard Webhooks specification, with `webhook-id` and "
        "`webhook-timestamp`; the query names the agency: `?agency=LBPD`.",
    },
}
