"""What strangers can ask for and make up, drawn from the application's own routes."""

import re
import time
from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

Asked = tuple[str, str, Mapping[str, str], str]
"""A method, a path, headers and a body."""

TOKEN = "abcdefghijkmnpqrstuvwxy"
FORM: Mapping[str, str] = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
_TYPED = urlencode({"name": "cora", "password": "a guess", "again": "a guess", "code": "123456", "stamp": "en_route"})
KEY: Mapping[str, str] = {"Authorization": f"Bearer agency_{'x' * 43}"}
_NOWHERE = [("GET", "/nothing"), ("POST", "/v1/nothing"), ("POST", "/twilio/nothing"), ("GET", "//v1/callouts")]


def _cookie(name: str, value: str = TOKEN) -> dict[str, str]:
    """As it is called on https and on http."""
    return {"Cookie": f"__Host-dispatch-{name}={value}; dispatch-{name}={value}"}


def proofs(moment: float) -> Mapping[str, Mapping[str, str]]:
    """The headers of whatever one can show and make up; a made-up link stands in the address of a door that takes one.
    `moment` is the time that a signature says, in seconds since 1970."""
    signed = {"webhook-id": "x", "webhook-timestamp": str(int(moment)), "webhook-signature": f"v1,{'A' * 43}="}
    return {
        "nothing": {},
        "a key": KEY,
        "an agency's signature": signed,
        "a key and a signature": {**KEY, **signed},
        "the carrier's signature": {"X-Twilio-Signature": "A" * 28},
        "another carrier's signature": {"X-Other-Signature": "A" * 28},
        "a session": _cookie("session"),
        "half a session": _cookie("half"),
        "a way back from the provider": _cookie("provider", f"{TOKEN}.x.y.Lw=="),
    }


def doors(web: FastAPI) -> list[tuple[str, str]]:
    """The method and the address of every door, with a made-up value for each parameter."""
    return [
        (method, re.sub("[{}]", "", str(route.path).replace("{token}", TOKEN)))
        for route in iter_route_contexts(web.routes)
        for method in sorted(route.methods or ())
    ]


def everything(web: FastAPI, moment: float | None = None) -> Iterator[Asked]:
    """Every door, and addresses where there is none, each with all that can be made up."""
    for method, path in [*doors(web), *_NOWHERE]:
        for shown in proofs(time.time() if moment is None else moment).values():
            body = "" if method in ("GET", "HEAD") else _TYPED
            yield method, f"{path}?agency=LBPD&state={TOKEN}", {**FORM, **shown}, body
