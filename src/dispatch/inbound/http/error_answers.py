"""What a caller is told when something fails: one table maps our errors, from whatever package, to answers.

The law: a door raises an error that says what is wrong. How that is answered stands here, once.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from dispatch.actions.access.keep_accounts import NoSuchSession
from dispatch.actions.alarms.own_alarm import AlarmHasOwner, AlarmIsOver, NoSuchAlarm
from dispatch.actions.callout.change_callout import NoSuchCallOut
from dispatch.actions.callout.open_callout import KeyOfEndedCallOut, KeyUsedForAnotherBody, UnknownAgency
from dispatch.actions.callout.read_callout import NoSuchStart
from dispatch.actions.hotline.take_call import CallIsDecided, NoSuchCall
from dispatch.actions.people.show_people import NoSuchPerson
from dispatch.actions.reports.release_figures import NothingReleased
from dispatch.actions.reports.show_response_times import TooManyLines
from dispatch.actions.roster.edit_roster import NobodyOfThatName, NoSuchKey
from dispatch.actions.roster.overrule_rest import RestsNot
from dispatch.actions.schedule.change_roster import NoSuchChange
from dispatch.actions.schedule.keep_feeds import FeedIsOver, NoSuchFeed
from dispatch.actions.schedule.read_schedule import BadSpan, NoSuchRotation
from dispatch.actions.shifts.be_away import AbsenceRefused
from dispatch.actions.shifts.take_cover import NoSuchCover, NoSuchTaker
from dispatch.carriers.carrier import Incomplete, NotTheCarrier, TooMuch, WrongKind
from dispatch.credentials.slots import TooManyWait
from dispatch.inbound.http import problem, unavailable, wrong_address
from dispatch.inbound.http.auth import Client, NotAllowed, NotSignedIn
from dispatch.inbound.http.forms import FormTooLarge, NoForm
from dispatch.inbound.http.json_body import NoJson, TooManyValues
from dispatch.inbound.http.known_links import TooManyPresses
from dispatch.inbound.http.problem import NoSuchFile, NotLetIn
from dispatch.rules import admission
from dispatch.rules.callout.moves import IllegalMove
from dispatch.rules.commands.deciding import CommandRefused
from dispatch.rules.delivery.our_number import OurOwnNumber
from dispatch.rules.phone.calls import NoSuchStage
from dispatch.rules.reports.exclusions import AlreadyCoded, NothingToJudge, NotMissed, OwnExclusion
from dispatch.rules.reports.public_figures import LeftAlready, NoSuchPeriod, NotOver, Overlaps
from dispatch.rules.schedule.edits import EditRefused, NotInRoster
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable, ReportTooLong
from dispatch.worker.admission import Overloaded

_log = structlog.get_logger("dispatch.doors")


@dataclass(frozen=True, slots=True)
class _Refused:
    """The caller asked for something impossible. The error says why. `advice` tells an agency what to do about it;
    coordinators, who run the service, do not get it.
    """

    status: int
    advice: str = ""

    async def __call__(self, request: Request, error: Exception) -> JSONResponse:
        caller: Client | None = getattr(request.state, "caller", None)
        if caller is None and getattr(request.state, "viewer", None) is None:
            raise error  # nobody with a key or a session, as at the carrier's doors: the mistake is ours
        advised = caller is not None and caller.agency is not None and self.advice
        why: dict[str, Any] = {"why": error.why} if isinstance(error, CommandRefused) else {}
        return problem.problem(self.status, f"{error}; {self.advice}" if advised else str(error), **why)


@dataclass(frozen=True, slots=True)
class _TurnedAway:
    """Whoever sends it, the answer is the same. The error says why, except where `detail` does: always in these words
    where the fault is ours (503)."""

    status: int
    detail: str = ""
    headers: Mapping[str, str] | None = None

    async def __call__(self, request: Request, error: Exception) -> JSONResponse:
        return problem.problem(self.status, self.detail or str(error), headers=self.headers)


async def _database_away(request: Request, error: Exception) -> JSONResponse:
    _log.error("database error", error=repr(error))
    return problem.problem(503, unavailable.DATABASE_AWAY, headers={"Retry-After": str(unavailable.AWAY_SECONDS)})


_ANSWERS: Mapping[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    # who is asking, and with what
    NotLetIn: problem.not_let_in,
    NotSignedIn: _TurnedAway(401, headers={"WWW-Authenticate": "Bearer"}),
    NotAllowed: _TurnedAway(403),
    NoSuchSession: _TurnedAway(404),
    NobodyOfThatName: _TurnedAway(404),
    NoSuchPerson: _TurnedAway(404),
    TooManyWait: _TurnedAway(
        503, "too many people are signing in just now; try again in a minute. A coordinator can let this browser in"
    ),
    NoJson: _TurnedAway(415),
    TooManyValues: _TurnedAway(413),
    NoForm: _TurnedAway(415),
    FormTooLarge: _TurnedAway(413),
    NoSuchFile: _TurnedAway(404),
    TooManyPresses: _TurnedAway(429, headers={"Retry-After": "600"}),
    NotInRoster: _TurnedAway(404),
    NoSuchKey: _TurnedAway(404),
    TooManyLines: _TurnedAway(422),
    NoSuchPeriod: _TurnedAway(404),
    NothingReleased: _TurnedAway(404),
    RestsNot: _TurnedAway(409),
    # the schedule
    NoSuchRotation: _TurnedAway(404),
    BadSpan: _TurnedAway(422),
    NoSuchChange: _TurnedAway(404),
    EditRefused: _TurnedAway(409),
    NoSuchCover: _TurnedAway(404),
    NoSuchTaker: _TurnedAway(404),
    AbsenceRefused: _TurnedAway(409),
    NoSuchFeed: _TurnedAway(404),
    FeedIsOver: _TurnedAway(410),
    # what people say about a miss, and letting figures go
    NotMissed: _TurnedAway(409),
    AlreadyCoded: _TurnedAway(409),
    NothingToJudge: _TurnedAway(409),
    OwnExclusion: _TurnedAway(403),
    NotOver: _TurnedAway(409),
    Overlaps: _TurnedAway(409),
    LeftAlready: _TurnedAway(409),
    # the carrier, and whoever claims to be it
    NotTheCarrier: _TurnedAway(
        403, "the carrier's signature does not hold; check DISPATCH_PUBLIC_URL and the auth token"
    ),
    WrongKind: _TurnedAway(415),
    TooMuch: _TurnedAway(413),
    Incomplete: _TurnedAway(400),
    NoSuchStage: _TurnedAway(404),
    NoSuchCall: _TurnedAway(404),
    # what an action cannot do
    UnknownAgency: _Refused(403, "ask a coordinator to put it into the roster"),
    OurOwnNumber: problem.callback_is_ours,
    NoSuchCallOut: _Refused(404),
    NoSuchStart: _Refused(404),
    KeyUsedForAnotherBody: _Refused(
        409, "use a new key for another call-out, or PATCH the first one to say more about it"
    ),
    KeyOfEndedCallOut: _Refused(409),
    IllegalMove: _Refused(409, "if that is wrong, call the hotline"),
    NoSuchAlarm: _Refused(404),
    AlarmIsOver: _Refused(409),
    AlarmHasOwner: _Refused(409),
    CommandRefused: _Refused(409),
    CallIsDecided: _Refused(409),
    # what the database does not do
    DatabaseUnreachable: _database_away,
    DatabaseFault: _database_away,
    ReportTooLong: _TurnedAway(503, unavailable.TOO_LONG),
    # not logged here: the refusal is
    Overloaded: _TurnedAway(503, unavailable.TOO_MANY, {"Retry-After": str(admission.AGAIN_AFTER_SECONDS)}),
    # what the framework finds, and what nobody expected
    HTTPException: wrong_address.from_framework,
    RequestValidationError: problem.fields_wrong,
    Exception: problem.our_mistake,
}


def install(app: FastAPI) -> None:
    """Answer each error of the table as the table says, whichever door it comes through."""
    for kind, answer in _ANSWERS.items():
        app.add_exception_handler(kind, answer)
