"""What a caller is told when an action fails: one table maps the errors of actions and of the database to answers."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from dispatch.actions.change_callout import NoSuchCallOut
from dispatch.actions.open_callout import KeyUsedForAnotherBody, UnknownAgency
from dispatch.actions.own_alarm import AlarmHasOwner, AlarmIsOver, NoSuchAlarm
from dispatch.actions.read_callout import NoSuchPlace
from dispatch.inbound.http.auth import Caller
from dispatch.inbound.http.problem import SEND_AGAIN, problem
from dispatch.rules.callout import IllegalMove
from dispatch.rules.coordinating import DeedRefused
from dispatch.rules.stamps import NobodyHasIt, OutOfOrder
from dispatch.store.engine.database import REPORT_SECONDS
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable, ReportTooLong

_log = structlog.get_logger("dispatch.doors")


@dataclass(frozen=True, slots=True)
class _Refused:
    """The caller asked for something impossible. The error says why. `advice` tells an agency what to do about it;
    coordinators, who run the service, do not get it.
    """

    status: int
    advice: str = ""


@dataclass(frozen=True, slots=True)
class _Unavailable:
    """The fault is ours: 503, always in these words, whatever the error says."""

    detail: str
    is_logged: bool
    headers: Mapping[str, str] | None = None


_AWAY = _Unavailable(
    # Never "nothing was recorded": when the connection is lost during the commit, nobody knows.
    f"the database does not answer, so this may not have been recorded; {SEND_AGAIN}",
    is_logged=True,
    headers={"Retry-After": "5"},
)

_ANSWERS: Mapping[type[Exception], _Refused | _Unavailable] = {
    UnknownAgency: _Refused(403, "ask a coordinator to put it into the roster"),
    NoSuchCallOut: _Refused(404),
    NoSuchPlace: _Refused(404),
    KeyUsedForAnotherBody: _Refused(
        409, "use a new key for another call-out, or PATCH the first one to say more about it"
    ),
    IllegalMove: _Refused(409, "if that is wrong, call the hotline"),
    NobodyHasIt: _Refused(409),
    NoSuchAlarm: _Refused(404),
    AlarmIsOver: _Refused(409),
    AlarmHasOwner: _Refused(409),
    OutOfOrder: _Refused(409),
    DeedRefused: _Refused(409),
    DatabaseUnreachable: _AWAY,
    DatabaseFault: _AWAY,
    ReportTooLong: _Unavailable(
        f"counting this took longer than {REPORT_SECONDS:g} seconds and was ended; ask for a shorter span",
        is_logged=False,
    ),
}


def install(app: FastAPI) -> None:
    """Answer each error of the table as the table says, whichever door it comes through."""
    for kind, answer in _ANSWERS.items():
        say = partial(_refuse, answer) if isinstance(answer, _Refused) else partial(_excuse, answer)
        app.add_exception_handler(kind, say)


async def _refuse(answer: _Refused, request: Request, error: Exception) -> JSONResponse:
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None:
        raise error  # no caller with a key, as at the carrier's doors: the mistake is ours
    advised = caller.agency is not None and answer.advice
    why: dict[str, Any] = {"why": error.why} if isinstance(error, DeedRefused) else {}
    return problem(answer.status, f"{error}; {answer.advice}" if advised else str(error), **why)


async def _excuse(answer: _Unavailable, _: Request, error: Exception) -> JSONResponse:
    if answer.is_logged:
        _log.error("database error", error=repr(error))
    return problem(503, answer.detail, headers=answer.headers)
