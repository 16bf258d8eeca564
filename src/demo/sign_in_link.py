"""The demo's link that signs a newcomer in by one press, without a password, a code and an authenticator app.

The law: only a demo has it. It is a route that `demo.py` adds to its own service; no setting reaches it, and nothing
that `dispatch serve` runs imports this package. The token in it is new with each demo, and it works on this machine
only.
"""

import secrets

from fastapi import APIRouter, Depends, HTTPException
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from demo.phones_view.guard import from_this_machine
from dispatch.actions.access import sign_in
from dispatch.app import Service
from dispatch.inbound.http import cookies
from dispatch.inbound.http.proving import browser_of
from dispatch.rules.access.sign_in import HOME

PATH = "/demo/sign-in/{token}"


class SignInLink:
    """Signs in as `person`, as often as it is pressed."""

    def __init__(self, service: Service, person: str) -> None:
        self._service, self._person = service, person
        self._token = service.runner.new_token()

    @property
    def url(self) -> str:
        return self._service.runner.public_url + PATH.format(token=self._token)

    def router(self) -> APIRouter:
        router = APIRouter(include_in_schema=False, dependencies=[Depends(from_this_machine)])
        router.add_api_route(PATH, self.enter, methods=["GET"])
        return router

    async def enter(self, token: str, request: Request) -> Response:
        if not secrets.compare_digest(token.encode(), self._token.encode()):
            raise HTTPException(404, "this is the link of another demo; the terminal shows the one of this demo")
        new = await self._service.runner.act(
            sign_in.sign_in_as, self._person, browser_of(request), "by the demo's link"
        )
        answer = RedirectResponse(HOME, 303)
        cookies.give(request, answer, "dispatch-session", new.token, cookies.KEPT_FOR)
        return answer
