"""The door that opens call-outs notes what it refuses, and to whom."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from dispatch.actions.callout.open_callout import KeyOfEndedCallOut, KeyUsedForAnotherBody, UnknownAgency
from dispatch.inbound.http.auth import Client, NotAllowed, NotSignedIn
from dispatch.inbound.http.json_body import NoJson, TooManyValues
from dispatch.inbound.http.lenient import LenientRoute, is_strict
from dispatch.inbound.http.refusals import Refusals
from dispatch.rules.alarms.refusals import Refusal, Why
from dispatch.worker.admission import Overloaded

_WHY: Mapping[type[Exception], Why] = {
    NotAllowed: Why.NOT_ALLOWED,
    UnknownAgency: Why.NOT_ALLOWED,
    KeyUsedForAnotherBody: Why.KEY_USED,
    KeyOfEndedCallOut: Why.KEY_USED,
    NoJson: Why.BODY,
    TooManyValues: Why.BODY,
    RequestValidationError: Why.BODY,
    Overloaded: Why.OVERLOAD,
    HTTPException: Why.BODY,  # the framework could not read it
}
_REFUSES: tuple[type[Exception], ...] = (NotSignedIn, *_WHY)


class OpeningRoute(LenientRoute):
    """A `LenientRoute`; the one whose endpoint opens call-outs notes what it refuses."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        if self.name != "open_a_callout":
            return answer

        async def noted(request: Request) -> Response:
            try:
                return await answer(request)
            except _REFUSES as error:
                trace: Refusals = request.app.state.refusals
                await trace.note(_refusal(request, error))
                raise

        return noted


def _refusal(request: Request, error: Exception) -> Refusal:
    if isinstance(error, NotSignedIn):
        return error.refusal
    strict = isinstance(error, RequestValidationError) and is_strict(request)
    why = Why.STRICT if strict else next(why for kind, why in _WHY.items() if isinstance(error, kind))
    caller: Client | None = getattr(request.state, "caller", None)
    agency = caller.agency if caller is not None else None
    return Refusal(why, agency, proven=agency is not None)
