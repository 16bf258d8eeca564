"""Errors as views, for whoever asks with a browser. Programs get problem documents, whatever they accept."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response

from dispatch.actions.access.sign_in import LinkIsOver, SignInOver
from dispatch.actions.board import alarm_view
from dispatch.actions.board.alarm_view import AlarmLinkOver
from dispatch.actions.callout.read_callout import LinkExpired
from dispatch.actions.people.verify_number import NumberLinkOver
from dispatch.actions.replies.officer_view import OfficerLinkOver
from dispatch.actions.runner import Runner
from dispatch.actions.shifts.own_shifts import OwnLinkOver
from dispatch.credentials.secret_keys import NO_KEYS, NoSecretKeys, NotDecryptable
from dispatch.inbound.http import for_programs
from dispatch.inbound.http.viewer import SignInNeeded, send_to_sign_in, viewer_if_any
from dispatch.inbound.web import nav
from dispatch.inbound.web.views import UI, in_a_sentence
from dispatch.rules.access.place_link import Ended
from dispatch.rules.facts.storable import is_storable
from dispatch.store.engine.database_errors import DatabaseFault, DatabaseUnreachable

_TITLES = {
    401: "Please sign in",
    403: "This is not for you",
    404: "There is nothing here",
    405: "That cannot be done here",
    408: "That took too long",
    409: "Somebody was faster",
    410: "This is over",
    413: "That is too long",
    414: "That address is too long",
    422: "Something is not filled in right",
    503: "Not just now",
}
_DATABASE_AWAY = "We cannot reach our database"

# Instead of what a program is told.
_DETAILS = {
    404: "The address may be mistyped, or what was here is gone.",
    405: "Open the page again, and use its buttons.",
    500: "We wrote it down. What you did just now may not have been kept: look before you do it again.",
}
_DATABASE_AWAY_DETAIL = (
    "What you did just now may not have been kept. Load this web page again in a minute. Pages that were due go out as "
    "soon as the database is back."
)
_KEPT = ("allow", "connection", "retry-after")
_SAID_BY_FRAMEWORK = frozenset({"Not Found", "Method Not Allowed"})

_ErrorView = Callable[[Request, Exception], Any]


def _over(template: str) -> _ErrorView:
    """For a link that is unknown, used or too old, in the same words."""

    async def answer(request: Request, _: Exception) -> Response:
        return UI.view(request, template, status=410)

    return answer


async def _alarm_over(request: Request, _: Exception) -> Response:
    """A coordinator who was sent the link reads how it ended; anybody else reads no more than that it is over."""
    runner: Runner = request.app.state.runner
    token = request.path_params.get("token", "")
    ended = await runner.ask(alarm_view.how_it_ended, token) if is_storable(token) else None
    return UI.view(request, "alarm_over.html", status=410, ended=ended)


async def _link_expired(request: Request, error: Exception) -> Response:
    """A specialist reads why the link shows nothing, and who has the call-out now."""
    assert isinstance(error, LinkExpired)
    return UI.view(request, "link_expired.html", status=410, why=error.why, has_it=error.has_it, ended=Ended)


async def _nobody_can_enrol(request: Request, _: Exception) -> Response:
    return UI.view(request, "error.html", status=503, title="Nobody can enrol yet", detail=NO_KEYS)


# What only people run into has an answer of its own, and no view about an error.
_FOR_PEOPLE: Mapping[type[Exception], _ErrorView] = {
    SignInNeeded: send_to_sign_in,
    SignInOver: send_to_sign_in,
    LinkIsOver: _over("sign_in_link_over.html"),
    AlarmLinkOver: _alarm_over,
    OfficerLinkOver: _over("officer_over.html"),
    LinkExpired: _link_expired,
    NumberLinkOver: _over("number_over.html"),
    OwnLinkOver: _over("own_over.html"),
    NoSecretKeys: _nobody_can_enrol,
    NotDecryptable: _nobody_can_enrol,
}


def install(app: FastAPI) -> None:
    """Answer people with a view wherever `app` would answer with a problem document. Call it last."""
    for kind, answer in list(app.exception_handlers.items()):
        app.add_exception_handler(kind, partial(_answer, answer))
    for kind, answer in _FOR_PEOPLE.items():
        app.add_exception_handler(kind, answer)


async def _answer(answer: _ErrorView, request: Request, error: Exception) -> Response:
    said: Response = await answer(request, error)
    if not is_for_a_person(request):
        return said
    await _know_viewer(request, error)
    title, detail = _words(said, error)
    kept = {name: said.headers[name] for name in _KEPT if name in said.headers}
    return UI.view(request, "error.html", status=said.status_code, headers=kept, title=title, detail=detail)


async def _know_viewer(request: Request, error: Exception) -> None:
    """Whoever is signed in keeps the navigation, also where no door has asked who it is; but a database that has just
    failed is not asked once more."""
    if nav.viewer(request) is None and not isinstance(error, DatabaseUnreachable | DatabaseFault):
        with suppress(Exception):  # what went wrong first is what is told
            await viewer_if_any(request, request.app.state.runner)


def _words(said: Response, error: Exception) -> tuple[str, str]:
    """The title of a view, and what a person is told instead of a program."""
    status = said.status_code
    if isinstance(error, DatabaseUnreachable | DatabaseFault):
        return _DATABASE_AWAY, _DATABASE_AWAY_DETAIL
    not_for_people = status == 500 or getattr(error, "detail", None) in _SAID_BY_FRAMEWORK
    told = _DETAILS.get(status) if not_for_people else None
    title = _TITLES.get(status, "Something failed here" if status >= 500 else "That did not work")
    return title, told or in_a_sentence(str(json.loads(bytes(said.body))["detail"]))


def is_for_a_person(request: Request) -> bool:
    """Whether a browser asks for a view. Programs do not say that they accept HTML, and neither does the carrier."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(for_programs.ADDRESSES)
