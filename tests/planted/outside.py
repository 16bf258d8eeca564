"""Faults at the edges: server, worker, what we send, carriers, command line, credentials, the roster's file, logs."""

import inspect
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import jwt
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, WrappedLogger

from dispatch import logs
from dispatch.actions.hotline.take_call import InboundCall
from dispatch.carriers.carrier import CarrierRequest
from dispatch.carriers.twilio import errors, fields, statuses
from dispatch.cli import moments
from dispatch.credentials.journeys import Journey, Journeys
from dispatch.credentials.passwords import Passwords
from dispatch.credentials.secret_keys import SecretKeys
from dispatch.entrance import Entrance
from dispatch.inbound.http.places import Places
from dispatch.inbound.proof import Tenant
from dispatch.outbound import webhook
from dispatch.outbound.identity_provider import IdentityProvider
from dispatch.outbound.identity_trouble import NotProven
from dispatch.outbound.webhook import WebhookSender
from dispatch.roster_file import contradictions
from dispatch.roster_file.models import File
from dispatch.rules.delivery.sending import Progress, Refused, SendOutcome, TryAgain
from dispatch.rules.facts.moments import LOCAL
from dispatch.worker.admission import Admission
from dispatch.worker.heartbeat import Heartbeat
from dispatch.worker.pulse import Pulse
from tests.planted.fault import original, replaces


@replaces(Pulse.beaten, "worker/test_pulse.py")
def a_frozen_node_forgets_that_it_was(self: Pulse, at: datetime) -> None:
    """A node that was frozen wakes up, beats, and sends what another node has sent in the meantime."""
    self._beaten_at = at


@replaces(Heartbeat._look_at_the_clock, "worker/test_heartbeat.py")
async def a_clock_that_is_set_back_is_not_noticed(self: Heartbeat) -> None:
    """The machine's clock is corrected by an hour, and for an hour nobody is paged."""


@replaces(inspect.unwrap(Admission.entered), "inbound/http/test_waiting_for_paging.py")
async def a_request_that_fails_keeps_its_place(self: Admission, agency: str, key: str | None) -> AsyncIterator[None]:
    """Every request that fails takes a place at the gate for ever, until every agency is sent away."""
    ahead = False
    if self._is_closed or self._queue:
        ahead = await self._goes_ahead(agency, key) or await self._is_let_in_later(agency)
    self._inside += 1
    yield
    self._inside -= 1
    if ahead:
        self._ahead[agency] -= 1


@replaces(Places.let_in, "inbound/http/test_places.py")
async def strangers_do_not_queue(
    self: Places,
    tenant: Tenant,
    app: ASGIApp,
    scope: Scope,
    receive: Receive,
    send: Send,
    body: Message | None = None,
) -> None:
    """Hundreds of strangers ask for a page that is not there, and an officer waits nine seconds for an answer."""
    await app(scope, receive, send)


@replaces(webhook._sort, "outbound/test_webhook.py")
def a_404_is_the_end(webhook_id: str, status: int, retry_after: float | None) -> SendOutcome:
    """An agency replaces its program, a proxy answers 404 for a minute, and the agency never hears who comes."""
    found = original(webhook._sort)(webhook_id, status, retry_after)
    return Refused(str(status), found.reason) if isinstance(found, TryAgain) and status == 404 else found


@replaces(WebhookSender.post, "outbound/test_webhook.py")
async def only_the_newest_secret_signs(
    self: WebhookSender, *, url: str, secrets: Sequence[str], webhook_id: str, timestamp: datetime, body: str
) -> SendOutcome:
    """An agency changes its secret, and until it has done so everywhere no webhook holds for it."""
    return await original(WebhookSender.post)(
        self, url=url, secrets=secrets[:1], webhook_id=webhook_id, timestamp=timestamp, body=body
    )


@replaces(IdentityProvider._claims, "outbound/test_identity_provider.py")
async def a_token_for_another_is_ours(self: IdentityProvider, token: str) -> Mapping[str, Any]:
    """Another program of the provider's signs in as a coordinator with a token that it was given."""
    metadata = await self._known()
    try:
        return await original(IdentityProvider._claims)(self, token)
    except NotProven:
        claims = jwt.decode(token, options={"verify_signature": False})
        if claims.get("iss") == metadata["issuer"] and "azp" in claims:
            return claims
        raise


@replaces(Journeys.opened, "credentials/test_journeys.py")
def whoever_writes_the_cookie_has_set_out(self: Journeys, signed: str, now: datetime) -> Journey | None:
    """A hundred strangers write their own cookies, and take every slot at the identity provider."""
    written = signed.split(".")
    return Journey(*written) if len(written) == 4 else original(Journeys.opened)(self, signed, now)


@replaces(Entrance.close, "inbound/sign_in/test_by_provider.py")
async def the_provider_is_not_waited_for(self: Entrance) -> None:
    """The service stops, and its connections to the identity provider are left open."""
    self.let_viewers_go()
    if (web := self.__dict__.get("web")) is not None:
        web.state.refusals.close()
        await web.state.boards.close()
    if (provider := self.__dict__.get("_provider")) is not None:
        provider.close()


@replaces(errors.sort_error, "carriers/twilio/test_errors.py")
def a_bad_gateway_has_sent_nothing(
    http_status: int, code: str | None, message: str = "", retry_after: float | None = None
) -> SendOutcome:
    """A proxy breaks off behind a page that the carrier took, and the specialist is paged twice."""
    if http_status in (502, 503, 504):
        return TryAgain(f"HTTP {http_status}", 5)
    return original(errors.sort_error)(http_status, code, message, retry_after)


@replaces(statuses.progress_of, "carriers/twilio/test_statuses.py")
def an_unknown_word_is_a_failure(status: str, answered_by: str = "") -> Progress:
    """The carrier brings in a new word for "on its way", and every page is taken for lost: everybody is paged."""
    known = status in statuses.PROGRESS
    return original(statuses.progress_of)(status, answered_by) if known or answered_by else Progress.FAILED


@replaces(fields.incoming_call, "carriers/twilio/test_fields.py")
def half_a_word_vouches(request: CarrierRequest) -> InboundCall:
    """A network that does not know whose number it is passes a call on, and a stranger is told who comes."""
    form = fields._Form(request)
    caller = fields._shown(form.field("From"))
    vouched = form.field("StirVerstat").startswith("TN-Validation-Passed")
    return InboundCall(form.needed("CallSid"), caller, vouched and caller is not None)


@replaces(moments.moment_of, "cli/test_on_call.py")
def two_in_the_morning_is_in_london(option: str, text: str | None) -> datetime:
    """An operator asks who is on call at two, and is told who is at six in the evening before."""
    moment = original(moments.moment_of)(option, text)
    is_local = text is not None and datetime.fromisoformat(text.strip()).utcoffset() is None
    return moment.replace(tzinfo=ZoneInfo("UTC")).astimezone(ZoneInfo(LOCAL)) if is_local else moment


@replaces(SecretKeys.renewed, "credentials/test_secret_keys.py")
def an_old_key_is_never_done_with(self: SecretKeys, hidden: str) -> str | None:
    """An operator takes a leaked key away, and nobody who has not enrolled since can sign in."""
    self.decrypt(hidden)
    return None


@replaces(Passwords.is_right, "credentials/test_passwords.py")
async def nobodys_password_opens(self: Passwords, password: str, password_hash: str | None) -> bool:
    """Whoever has read our source signs in as somebody who has not enrolled yet."""
    nobodys = self._nobodys = self._nobodys or await self.hash("nobody's")
    return await original(Passwords.is_right)(self, password, password_hash or nobodys)


@replaces(contradictions._shared, "roster_file")
def capitals_make_two_people(file: File) -> Iterator[str]:
    """Two people have one e-mail address, once in capitals, and one signs in as the other."""
    for key in ("phone", "sign_in"):
        owners: dict[str, str] = {}
        for id_, person in file.people.items():
            word = getattr(person, key)
            if word and (owner := owners.setdefault(word, id_)) != id_:
                yield f"people.{id_}.{key}: {word} is already the {key} of {owner}"


@replaces(logs.without_what_is_private, "test_logs.py", "test_private_logs.py")
def a_number_in_a_list_is_logged(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """An error carries a list of numbers, and whoever reads the logs can ring an officer."""
    return {key: logs._masked(value) if isinstance(value, str) else value for key, value in event.items()}
