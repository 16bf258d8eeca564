"""A call-out that is sent where no door is: its agency reads where call-outs go, and it leaves a trace.

The law: an agency that is known by its key or its signature, and posts to a wrong address or by a wrong method, calls
for somebody whom nobody will send. So the request counts as a refused call-out, and coordinators hear of it when it
happens again and again. A request about one call-out does not count, since it calls for nobody. Neither does a
stranger's: strangers try every address.
"""

from fastapi import Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from dispatch.actions.runner import Runner
from dispatch.inbound.http import problem
from dispatch.inbound.http.auth import Doorkeeper, NotSignedIn
from dispatch.inbound.http.for_programs import CALLOUTS
from dispatch.inbound.http.refusals import Refusals
from dispatch.rules.alarms.refusals import Refusal, Why
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable

_SAYS_SOMETHING_NEW = frozenset({"POST", "PUT"})


async def from_framework(request: Request, error: Exception) -> JSONResponse:
    """The answer to an `HTTPException`, whoever sent the request."""
    assert isinstance(error, HTTPException)
    agency = await _agency(request) if _may_be_a_callout(request, error) else None
    if agency is None:
        return await problem.from_framework(request, error)
    refusals: Refusals = request.app.state.refusals
    await refusals.note(Refusal(Why.WRONG_ADDRESS, agency, proven=True))
    runner: Runner = request.app.state.runner
    where = f"call-outs go to POST {runner.public_url}{CALLOUTS}, and nothing was opened here"
    return await problem.from_framework(request, error, instead=where)


def _may_be_a_callout(request: Request, error: HTTPException) -> bool:
    path = request.scope["path"].rstrip("/")
    about_one = path.startswith(f"{CALLOUTS}/")
    return problem.finds_no_door(error) and request.method in _SAYS_SOMETHING_NEW and not about_one


async def _agency(request: Request) -> str | None:
    """The agency that asks, by its key or its signature; None for everybody else."""
    doorkeeper: Doorkeeper = request.app.state.doorkeeper
    try:
        return (await doorkeeper.caller(request, may_sign=True)).agency
    except (NotSignedIn, DatabaseUnreachable, DatabaseFault):
        return None
