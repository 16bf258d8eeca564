"""Who is asking: an agency by its key or by a signature, a coordinator by a key."""

from dataclasses import dataclass

from fastapi import HTTPException, Request
from standardwebhooks.webhooks import Webhook

from dispatch.actions.office import Office
from dispatch.store import keys

_CHALLENGE = {"WWW-Authenticate": "Bearer"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Either `agency` or `coordinator` is set."""

    agency: str | None = None
    coordinator: str | None = None

    @property
    def name(self) -> str:
        return self.agency or self.coordinator or ""


async def caller_of(office: Office, request: Request) -> Caller:
    """Who sends `request`. Raises `HTTPException` 401 with what is wrong."""
    if "webhook-signature" in request.headers:
        return await _signed(office, request)
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise HTTPException(
            401, "send `Authorization: Bearer <key>`, or sign the request as a Standard Webhook", _CHALLENGE
        )
    known = await office.database.read(lambda tx: keys.find(tx, key.strip()))
    if known is None:
        raise HTTPException(401, "this key is unknown or was revoked", _CHALLENGE)
    return Caller(known.agency, known.coordinator)


async def _signed(office: Office, request: Request) -> Caller:
    """A request signed after the Standard Webhooks specification, the agency named in the query."""
    agency = request.query_params.get("agency")
    if not agency:
        raise HTTPException(401, "a signed request names its agency in the query: ?agency=LBPD", _CHALLENGE)
    body = await request.body()
    headers = {name: request.headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    reason = "no key of this agency has a webhook secret"
    for secret in await office.database.read(lambda tx: keys.webhook_secrets_of(tx, agency)):
        try:
            Webhook(secret).verify(body, headers, json_parse=False)
        except Exception as error:  # the package has its own, and lets ValueError and binascii.Error through
            reason = str(error) if type(error).__name__ == "WebhookVerificationError" else "the signature is malformed"
        else:
            return Caller(agency=agency)
    raise HTTPException(401, f"the signature does not hold: {reason[:1].lower()}{reason[1:]}", _CHALLENGE)


async def agency_of(office: Office, request: Request) -> str:
    """The calling agency. Raises `HTTPException` 401, or 403 for somebody who is none."""
    caller = await caller_of(office, request)
    if caller.agency is None:
        raise HTTPException(403, "this needs an agency's key")
    return caller.agency


async def coordinator_of(office: Office, request: Request) -> str:
    """The coordinator who asks. Raises `HTTPException` 401, or 403 for somebody who is none."""
    caller = await caller_of(office, request)
    if caller.coordinator is None:
        raise HTTPException(403, "this needs a coordinator's key")
    return caller.coordinator
