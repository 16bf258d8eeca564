"""What costs is looked at before it is read, whichever door a stranger comes to: tried at every route that there is."""

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from dispatch.inbound.http.forms import MOST_FIELDS, MOST_FORM_BYTES, FormRoute
from dispatch.inbound.http.json_body import JsonRoute
from dispatch.inbound.http.refusals import Refusals
from dispatch.rules.alarms.refusals import Why
from dispatch.serving.limits import MOST_ADDRESS_BYTES, MOST_HEADERS, MOST_QUERY_FIELDS
from tests.inbound.house import OFFICER, PUBLIC_URL, House, problem
from tests.inbound.sign_in.routes import routes_of
from tests.work import counted

pytestmark = pytest.mark.one_database  # bounds hold before anything is looked up

_SAFE = {"GET", "HEAD"}
OURS = {"Sec-Fetch-Site": "same-origin"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' * 100 + b"--b--\r\n"


@pytest.fixture
async def stranger(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A client without a credential. What holds at every address stands in no operation of the OpenAPI document."""
    house.service.web.state.live.close()  # a stream that is let in ends at once
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=house.service.web), base_url=PUBLIC_URL) as web:
        yield web


def _doors(house: House) -> Iterator[tuple[str, str]]:
    """Every method and path of the application, with a made-up value for each parameter."""
    for route in iter_route_contexts(house.service.web.routes):
        for method in sorted(route.methods or ()):
            yield method, str(route.path).replace("{", "").replace("}", "")


def _never(*_: object, **__: object) -> Any:
    raise AssertionError("it was read")


# ---- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.costs(3)
async def test_no_door_takes_a_long_address(
    house: House, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The framework takes the query of every route apart, whoever asks: 60,000 bytes of `a&` cost as much as ten
    call-outs, and a page came back three times as long. Now nothing reads a query beyond its bounds."""
    monkeypatch.setattr("starlette.datastructures.QueryParams.__init__", _never)
    tried = 0
    for method, path in [*_doors(house), ("GET", "/nowhere"), ("POST", "/nowhere")]:
        for query in ("a&" * 30_000, "a=b&" * MOST_QUERY_FIELDS + "a=b", "x" * MOST_ADDRESS_BYTES):
            answer = await stranger.request(method, f"{path}?{query}")
            assert answer.status_code == 414, (method, path)
            assert len(answer.content) < 1000
            assert answer.headers["connection"] == "close"
            tried += 1
    assert tried > 3 * 50
    answer = await stranger.get("/" + "x" * MOST_ADDRESS_BYTES)
    assert "8 KiB" in problem(answer, 414)["detail"]


async def test_an_address_within_the_bounds_is_read(house: House, stranger: httpx.AsyncClient) -> None:
    """The longest that anybody has is what an identity provider sends back; a proxy passes on as much."""
    assert (await stranger.get("/healthz?" + "x" * (MOST_ADDRESS_BYTES - len("/healthz")))).status_code == 200
    assert (await stranger.get("/healthz?" + "&".join(["a=b"] * MOST_QUERY_FIELDS))).status_code == 200


async def test_no_door_takes_thousands_of_headers(stranger: httpx.AsyncClient) -> None:
    """A proxy bounds their size alone, and whatever looks for one looks at all of them."""
    many = [(f"x-{number}", "x") for number in range(MOST_HEADERS)]
    problem(await stranger.get("/healthz", headers=many), 431)
    assert (await stranger.get("/healthz", headers=many[: MOST_HEADERS // 2])).status_code == 200


@pytest.mark.slow
async def test_no_door_stumbles_over_a_host(
    house: House, stranger: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    """`Host: [` was a traceback at every form, without any credential: Python reads it as half an IPv6 address. No
    other header that may hold an address does better."""
    caplog.set_level(logging.ERROR)
    for method, path in [*_doors(house), ("GET", "/nowhere")]:
        for host, origin in (("[", "http://["), ("[zz]", "http://a:b"), ("a:99999", "http://[zz]")):
            headers = {"Host": host, "Origin": origin, "Referer": origin, "Cookie": "dispatch-session=x"}
            for more in ({}, {"Accept": "text/html"}):
                answer = await stranger.request(method, path, headers=headers | more)
                assert answer.status_code < 500 or path == "/readyz", (method, path, host)
    assert not caplog.records


async def test_a_form_for_a_host_that_is_none_is_not_ours(stranger: httpx.AsyncClient) -> None:
    for host in ("[", "[zz]", "[::1", "]", "@", "a:b", "a:99999"):
        answer = await stranger.post(
            "/sign-in", headers={"Host": host, "Origin": f"https://{host}"}, data={"name": "x"}
        )
        assert "another page" in problem(answer, 403)["detail"]


# ---- forms ---------------------------------------------------------------------------------------------------------


async def test_every_door_reads_forms_in_one_way(house: House) -> None:
    """A door that takes a body is the carrier's, takes JSON, or is a `FormRoute`: whoever adds one is told here."""
    for route in routes_of(house.service.web):
        if not isinstance(route, APIRoute) or not (route.methods or set()) - _SAFE:
            continue
        if not route.endpoint.__module__.startswith("dispatch.inbound.carrier."):
            assert isinstance(route, JsonRoute | FormRoute), route.path


def _forms(house: House) -> Iterator[tuple[str, str]]:
    api = ("/v1/", "/twilio/")
    return ((method, path) for method, path in _doors(house) if method not in _SAFE and not path.startswith(api))


@pytest.mark.costs(2)
async def test_no_form_of_another_kind_is_read(
    house: House, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form is read before anything is asked about whoever sends it: its parts cost 17 ms, at any page, from anybody.
    No page of ours sends one."""
    monkeypatch.setattr("starlette.formparsers.MultiPartParser.parse", _never)
    monkeypatch.setattr("starlette.formparsers.FormParser.parse", _never)
    tried = 0
    kinds = ("multipart/form-data; boundary=b", "Multipart/Form-Data", "text/plain", "application/json", "")
    for method, path in _forms(house):
        # Of the last the kind is right, and what stands behind it took the framework 40 ms.
        for kind in (*kinds, FORM["Content-Type"] + ";" * 60_000):
            answer = await stranger.request(method, path, content=PARTS, headers={"Content-Type": kind, **OURS})
            assert "application/x-www-form-urlencoded" in problem(answer, 415)["detail"], (method, path)
            tried += 1
        many = b"a&" * MOST_FIELDS + b"a"
        for body in (b"a&" * 30_000, many, b"a=" + b"%41" * (MOST_FORM_BYTES // 3 + 1)):
            problem(await stranger.request(method, path, content=body, headers={**FORM, **OURS}), 413)
    assert tried > 5 * 30


async def test_a_person_is_told_on_a_page(stranger: httpx.AsyncClient) -> None:
    """Whoever pastes a book into a field reads why it was not taken."""
    answer = await stranger.post("/sign-in", data={"name": "x" * 40_000}, headers={"Accept": "text/html", **OURS})
    assert answer.status_code == 413
    assert answer.headers["content-type"].startswith("text/html")
    assert "32 KiB" in answer.text


async def test_a_form_within_the_bounds_is_read(stranger: httpx.AsyncClient) -> None:
    for body in (b"", b"a&" * (MOST_FIELDS - 1), b"name=" + b"x" * (MOST_FORM_BYTES - 5)):
        answer = await stranger.post("/sign-in", content=body, headers={**FORM, **OURS})
        assert answer.status_code == 422, "it was looked at: the name and the password do not fit together"
    assert (await stranger.post("/sign-in", headers=OURS)).status_code == 422


# ---- bodies of the API ---------------------------------------------------------------------------------------------


async def test_no_body_is_read_before_its_sender_is_known(
    house: House, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """6,000 unknown fields were read and fitted for whoever sent them; only then it was asked for the key."""
    monkeypatch.setattr("dispatch.inbound.http.json_body.JsonRequest.json", _never)
    monkeypatch.setattr("dispatch.inbound.http.lenient.fit", _never)
    body = b'{"a":1}' + b" " * 1000
    known = {"Content-Type": "application/json"}
    tried = 0
    for method, path in _doors(house):
        if not path.startswith("/v1/") or method in _SAFE:
            continue
        for proof in ({}, {"Authorization": "Bearer agency_" + "x" * 43}):
            for kind in (known, {"Content-Type": "multipart/form-data"}):
                problem(await stranger.request(method, path, content=body, headers={**kind, **proof}), 401)
                tried += 1
    assert tried > 4 * 10


async def test_an_agency_whose_body_is_no_json_is_named(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its key was looked at by then, so coordinators learn whose system sends what nobody can read."""
    noted = []

    async def note(_: Refusals, refusal: Any) -> None:
        noted.append((refusal.why, refusal.agency))

    monkeypatch.setattr(Refusals, "note", note)
    problem(await house.raw(b"officer"), 422)
    problem(await house.raw(b"officer", **{"Content-Type": "text/plain"}), 415)
    assert noted == [(Why.BODY, "LBPD")] * 2


async def test_a_key_is_asked_for_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Knowing the sender early costs a call-out nothing: the door does not ask again."""
    doorkeeper = house.service.web.state.doorkeeper
    asks, asked = doorkeeper.caller, 0

    async def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal asked
        asked += 1
        return await asks(*arguments, **named)

    monkeypatch.setattr(doorkeeper, "caller", counted)
    await house.opened()
    assert asked == 1


# ---- the API's own description -------------------------------------------------------------------------------------


async def test_the_description_is_made_once(
    house: House, stranger: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does not change while a node runs. Made again for each reader, who needs no key, the page took 15 ms and the
    document 3. Now each costs as much as to say that there is nothing."""
    first = [await stranger.get(path) for path in ("/docs", "/openapi.json", "/nothing")]
    monkeypatch.setattr("dispatch.inbound.web.docs_view._tell", _never)
    with counted() as showing:
        again = [await stranger.get(path) for path in ("/docs", "/openapi.json")]
    with counted() as least:
        await stranger.get("/nothing")
    assert [answer.content for answer in again] == [answer.content for answer in first[:2]]
    assert first[1].json() == house.service.web.openapi()
    assert showing.calls < 2.2 * least.calls


async def test_a_description_that_is_known_is_not_sent_again(stranger: httpx.AsyncClient) -> None:
    """`If-None-Match` as in RFC 9110, section 13.1.2."""
    answer = await stranger.get("/openapi.json")
    tag = answer.headers["etag"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-cache"
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await stranger.get("/openapi.json", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for unknown in ("", '"other"', tag.strip('"')):
        assert (await stranger.get("/openapi.json", headers={"If-None-Match": unknown})).status_code == 200
    assert (await stranger.head("/openapi.json")).content == b""


# ---- numbers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [400, 4_000, 5_000, 60_000])
async def test_a_number_of_any_length_refuses_no_callout(house: House, digits: int) -> None:
    """Beyond 4,300 digits Python's decoder raises, and a child's call-out was refused for a detail of it."""
    body = b'{"officer": {"callback_phone": "%s"}, "children": %s, "meeting_place": {"lat": 33, "lon": -118}}'
    sent = body % (OFFICER.encode(), b"-" + b"9" * digits)
    assert (await house.raw(sent)).status_code == 201
    sent = sent.replace(b"-9", b"9")
    answer = await house.raw(sent)
    assert answer.status_code == 201, answer.text
    assert [one["field"] for one in answer.json()["warnings"]] == ["children"]
    assert "9" * 50 not in answer.text
    strict = await house.raw(sent, Prefer="handling=strict")
    assert [one["field"] for one in problem(strict, 422)["errors"]] == ["children"]
