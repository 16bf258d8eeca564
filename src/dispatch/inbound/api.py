"""The door for agencies: open a call-out, say more, cancel, ask how it stands."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, HTTPException, Request, Response
from pydantic import BaseModel
from sqlalchemy.exc import IntegrityError

from dispatch.actions import change_callout
from dispatch.actions.agency_view import iso
from dispatch.actions.change_callout import IllegalMove, NoSuchCallOut
from dispatch.actions.office import Office
from dispatch.actions.open_callout import Idempotency, KeyUsedForAnotherBody, Opened, UnknownAgency, open_callout
from dispatch.actions.read_callout import agency_callout, coordinator_callout
from dispatch.inbound.auth import Caller, agency_of, caller_of
from dispatch.inbound.callout_request import CallOutChange, CallOutRequest, Cancellation
from dispatch.inbound.problem import documented
from dispatch.store.callouts import CallOutRecord

_LONGEST_KEY = 200


class Created(BaseModel):
    """What a caller learns at once."""

    id: str
    code: str
    status: str
    received_at: str
    respond_by: str
    status_url: str


class CallOutStatus(BaseModel):
    """How a call-out stands; moments are in UTC, and null until they have come."""

    id: str
    code: str
    status: str
    received_at: str
    respond_by: str
    reference: str | None
    specialist: str | None
    eta_at: str | None
    first_paged_at: str | None
    acknowledged_at: str | None
    en_route_at: str | None
    arrived_at: str | None
    with_child_at: str | None
    cleared_at: str | None
    ended_at: str | None


def build(office: Office) -> APIRouter:
    """The routes under `/v1/callouts`."""
    router = APIRouter(prefix="/v1/callouts", tags=["call-outs"])

    async def agency(request: Request) -> str:
        return await agency_of(office, request)

    async def caller(request: Request) -> Caller:
        return await caller_of(office, request)

    @router.post(
        "",
        status_code=201,
        response_model=Created,
        responses={
            200: {"model": Created, "description": "The same request came before"},
            **documented(401, 403, 409, 413, 422),
        },
    )
    async def open_a_callout(
        body: CallOutRequest,
        request: Request,
        response: Response,
        agency: Annotated[str, Depends(agency)],
        idempotency_key: Annotated[str | None, Header(max_length=_LONGEST_KEY)] = None,
        webhook_id: Annotated[str | None, Header(max_length=_LONGEST_KEY)] = None,
    ) -> dict[str, Any]:
        """Call for a specialist. When this answers, the first page is on its way."""
        key = webhook_id or idempotency_key
        idempotency = Idempotency(key, await request.body()) if key else None
        try:
            opened = await _open(office, agency, body, idempotency)
        except UnknownAgency as error:
            raise HTTPException(403, str(error)) from error
        except KeyUsedForAnotherBody as error:
            raise HTTPException(409, str(error)) from error
        if not opened.fresh:
            response.status_code = 200
        return _created(opened.record, office.public_url)

    @router.get("/{callout_id}", response_model=CallOutStatus, responses=documented(401, 404))
    async def ask_how_it_stands(callout_id: str, caller: Annotated[Caller, Depends(caller)]) -> dict[str, Any]:
        """The status, who comes and when. An agency sees its own call-outs only."""
        with _as_http():
            if caller.agency is not None:
                return await office.ask(agency_callout, callout_id, caller.agency)
            return await office.act(coordinator_callout, callout_id, caller.name)

    @router.patch("/{callout_id}", response_model=CallOutStatus, responses=documented(401, 403, 404, 409, 413, 422))
    async def say_more(callout_id: str, body: CallOutChange, agency: Annotated[str, Depends(agency)]) -> dict[str, Any]:
        """Add detail, or name another place. A field that is left out stays as it is."""
        with _as_http():
            await office.act(change_callout.add_detail, callout_id, agency, body.changes())
            return await office.ask(agency_callout, callout_id, agency)

    @router.post(
        "/{callout_id}/cancel", response_model=CallOutStatus, responses=documented(401, 403, 404, 409, 413, 422)
    )
    async def cancel(
        callout_id: str, agency: Annotated[str, Depends(agency)], body: Cancellation | None = None
    ) -> dict[str, Any]:
        """Nobody is needed any more. Cancelling twice changes nothing."""
        with _as_http():
            await office.act(change_callout.cancel, callout_id, agency, body.reason if body else None)
            return await office.ask(agency_callout, callout_id, agency)

    return router


async def _open(office: Office, agency: str, body: CallOutRequest, idempotency: Idempotency | None) -> Opened:
    try:
        return await office.act_together(open_callout, agency, body.details(), idempotency)
    except IntegrityError:
        # The same key, or the same spoken code, was written by somebody else in this very moment: now it can be seen.
        return await office.act_together(open_callout, agency, body.details(), idempotency)


def _created(record: CallOutRecord, public_url: str) -> dict[str, Any]:
    return {
        "id": record.id,
        "code": record.code,
        "status": record.status.value,
        "received_at": iso(record.received_at),
        "respond_by": iso(record.respond_by),
        "status_url": f"{public_url}/v1/callouts/{record.id}",
    }


@contextmanager
def _as_http() -> Iterator[None]:
    try:
        yield
    except NoSuchCallOut as error:
        raise HTTPException(404, str(error)) from error
    except IllegalMove as error:
        raise HTTPException(409, str(error)) from error
