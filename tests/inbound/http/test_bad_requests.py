"""What is wrong with a request: each answer names it, is a problem document, and leaves nothing behind."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from dispatch.serving.limits import MOST_BYTES
from dispatch.store import tables as t
from tests.inbound.house import CALL, OFFICER, STRICT, House, fields, problem

_WRITTEN = (t.callout, t.page, t.deadline, t.timeline, t.idempotency, t.link)


async def nothing_is_left(house: House) -> bool:
    """But for the text to coordinators that an agency is refused again and again, and the link in it."""
    left = [row for table in _WRITTEN for row in await house.rows(table)]
    return all("alarm" in (row.get("purpose"), row.get("kind")) and row["callout"] is None for row in left)


def with_officer(**fields: Any) -> dict[str, Any]:
    return {"officer": {"callback_phone": OFFICER, **fields}}


def at_place(**fields: Any) -> dict[str, Any]:
    return {**CALL, "meeting_place": fields}


BAD: list[tuple[Any, str]] = [
    ({}, "officer"),
    ({"officer": None}, "officer"),
    ({"officer": []}, "officer"),
    ({"officer": {}}, "officer.callback_phone"),
    (with_officer(callback_phone=None), "officer.callback_phone"),
    (with_officer(callback_phone=15625550177), "officer.callback_phone"),
    (with_officer(callback_phone=""), "officer.callback_phone"),
    (with_officer(callback_phone="5550177"), "officer.callback_phone"),
    (with_officer(callback_phone="nobody"), "officer.callback_phone"),
    (with_officer(callback_phone="+999 123456789"), "officer.callback_phone"),
    (with_officer(callback_phone="+1562555017700000"), "officer.callback_phone"),
    (with_officer(callback_phone="+15625550177 ext. 5"), "officer.callback_phone"),
    (with_officer(callback_phone="+1562555\x000177"), "officer.callback_phone"),
    (with_officer(callback_phone="\ud800"), "officer.callback_phone"),
    (with_officer(name=5), "officer.name"),
    (with_officer(name="x" * 121), "officer.name"),
    (with_officer(name="a\x00b"), "officer.name"),
    (with_officer(name="a\x08b"), "officer.name"),
    (with_officer(name="\ufffe"), "officer.name"),
    (with_officer(name="\ud800"), "officer.name"),
    (with_officer(rank="Sgt."), "officer.rank"),
    ({**CALL, "children": 0}, "children"),
    ({**CALL, "children": -1}, "children"),
    ({**CALL, "children": 201}, "children"),
    ({**CALL, "children": 10**100}, "children"),
    ({**CALL, "children": 1.5}, "children"),
    ({**CALL, "children": "2"}, "children"),
    ({**CALL, "children": True}, "children"),
    ({**CALL, "child_name": "x"}, "child_name"),
    ({**CALL, "\ud800": 1}, "body"),
    ({**CALL, "x" * 5000: 1}, "x" * 200),
    ({**CALL, "unit": {}}, "unit"),
    ({**CALL, "unit": "x" * 121}, "unit"),
    ({**CALL, "reference": 7}, "reference"),
    ({**CALL, "languages": "es"}, "languages"),
    ({**CALL, "languages": ["es"] * 11}, "languages"),
    ({**CALL, "languages": ["es", ""]}, "languages.1"),
    ({**CALL, "languages": [None]}, "languages.0"),
    ({**CALL, "languages": ["es", "Maria"]}, "languages.1"),
    ({**CALL, "age_band": "Maria 14"}, "age_band"),
    ({**CALL, "age_band": 14}, "age_band"),
    ({**CALL, "medical_need": "no"}, "medical_need"),
    ({**CALL, "scene_safe": 1}, "scene_safe"),
    ({**CALL, "officer_leaves_at": "2026-01-07T03:30:00"}, "officer_leaves_at"),
    ({**CALL, "officer_leaves_at": "03:30"}, "officer_leaves_at"),
    ({**CALL, "recovered_at": 1767780000}, "recovered_at"),
    ({**CALL, "recovered_at": "1767780000"}, "recovered_at"),
    ({**CALL, "recovered_at": "2026-02-30T00:00:00Z"}, "recovered_at"),
    ({**CALL, "recovered_at": "0001-01-01T00:00:00+14:00"}, "recovered_at"),
    ({**CALL, "hotline_called_at": "9999-12-31T23:59:59-14:00"}, "hotline_called_at"),
    ({**CALL, "hotline_called_at": "2026-01-07T03:30:00+99:00"}, "hotline_called_at"),
    ({**CALL, "meeting_place": "400 W Broadway"}, "meeting_place"),
    (at_place(lat=91, lon=0), "meeting_place.lat"),
    (at_place(lat=0, lon=-180.5), "meeting_place.lon"),
    (at_place(lat=float("nan"), lon=0), "meeting_place.lat"),
    (at_place(lat=float("inf"), lon=0), "meeting_place.lat"),
    (at_place(lat=0, lon=float("-inf")), "meeting_place.lon"),
    (at_place(lat=10**400, lon=0), "meeting_place.lat"),
    (at_place(lat="33.7", lon=0), "meeting_place.lat"),
    (at_place(lat=True, lon=0), "meeting_place.lat"),
    (at_place(lat=33.7), "meeting_place"),
    (at_place(address="x" * 301), "meeting_place.address"),
    (at_place(city="Long Beach"), "meeting_place.city"),
    ([], "body"),
    (None, "body"),
    ("call", "body"),
    (7, "body"),
]


@pytest.mark.one_database
async def test_a_bad_field_is_named(house: House, subtests: pytest.Subtests) -> None:
    """With `Prefer: handling=strict`, 422 names the field that is wrong and says so in words, and nothing is written,
    not even the idempotency key."""
    for body, field in BAD:
        sent = json.dumps(body).encode()
        with subtests.test(sent[:100].decode()):
            answer = await house.raw(sent, **STRICT, **{"Idempotency-Key": "a-1"})
            assert field in fields(answer)
            assert field in problem(answer, 422)["detail"]
            assert await nothing_is_left(house)


NO_JSON: dict[str, bytes] = {
    "empty": b"",
    "no json": b"officer",
    "cut off": b'{"officer": {"callback_phone": "+1562',
    "two documents": b"{}{}",
    "half a character": b'{"unit": "\xc3',
    "nested too deeply": b"[" * 60_000,
    "deep objects": b'{"a":' * 12_000,
    "a number of 5,000 digits, and then none": b'{"children": ' + b"9" * 5000 + b"} 1",
    "a number of 5,000 digits, and then too deep": b"[" + b"9" * 5000 + b"," + b"[" * 50_000,
    "nul": b"\x00",
}


@pytest.mark.one_database
async def test_what_is_no_json_is_refused(house: House, subtests: pytest.Subtests) -> None:
    """Whatever the decoder stumbles over, the answer is 422, about the body as a whole."""
    for what, body in NO_JSON.items():
        with subtests.test(what):
            assert fields(await house.raw(body, **{"Idempotency-Key": "a-1"})) == {"body"}
            assert await nothing_is_left(house)


async def test_every_wrong_field_is_listed(house: House) -> None:
    """All mistakes are listed, so that an integrator can mend them at once; if very many, the first fifty."""
    answer = await house.raw(json.dumps({"children": 0, "unit": 1}).encode(), **STRICT)
    assert fields(answer) == {"children", "unit", "officer"}
    many = await house.raw(json.dumps({f"x{number}": 1 for number in range(1000)}).encode(), **STRICT)
    assert len(problem(many, 422)["errors"]) == 50


async def test_what_is_not_said_is_counted(house: House) -> None:
    """`detail` names five mistakes. Whoever shows only that to a person must see that there are more."""
    wrong = {f"x{number}": 1 for number in range(7)}
    answer = await house.call({**CALL, **wrong}, headers=STRICT)
    assert problem(answer, 422)["detail"].endswith("; and 2 more in `errors`. Nothing was recorded.")
    five = await house.call({**CALL, **dict.fromkeys(list(wrong)[:5], 1)}, headers=STRICT)
    assert "more in" not in problem(five, 422)["detail"]


_NO_NUMBERS = [15625550177, None, "", "5", "555-0177", "Maria Lopez", "1" * 50, ["+15625550177"]]


@pytest.mark.one_database
async def test_a_wrong_number_says_how_to_write_one(house: House, subtests: pytest.Subtests) -> None:
    """It is the one detail that refuses a call-out, so its answer says at once what to send."""
    for number in _NO_NUMBERS:
        with subtests.test(str(number)):
            for headers in ({}, STRICT):
                answer = await house.call(with_officer(callback_phone=number), headers=headers)
                (wrong,) = problem(answer, 422)["errors"]
                assert wrong == {
                    "field": "officer.callback_phone",
                    "message": 'is not a phone number; write it like "+15625550177", without an extension',
                }


async def test_a_mistake_is_told_in_the_same_words(house: House) -> None:
    """What strict handling refuses and lenient handling leaves out is one mistake, said once, and not in the words of
    a library of ours."""
    wrong = {
        "unit": 7,
        "reference": "x" * 121,
        "meeting_place": "400 W Broadway",
        "children": "2",
        "languages": "es",
        "scene_safe": "yes",
        "story": "x",
        "recovered_at": "2026-01-07",
    }
    strict = problem(await house.call({**CALL, **wrong}, headers=STRICT), 422)["errors"]
    lenient = (await house.call({**CALL, **wrong})).json()["warnings"]
    said = {mistake["field"]: mistake["message"] for mistake in strict}
    assert said == {mistake["field"]: mistake["message"] for mistake in lenient}
    assert {name: said[name] for name in list(wrong)[:6]} == {
        "unit": 'must be a text in "quotes"',
        "reference": "must have at most 120 characters",
        "meeting_place": "must be an object in {braces}",
        "children": "must be a whole number, without quotes",
        "languages": "must be a list in [brackets]",
        "scene_safe": "must be true or false, without quotes",
    }
    below = await house.call({**CALL, "children": 0, "languages": ["es"] * 11}, headers=STRICT)
    assert {mistake["message"] for mistake in problem(below, 422)["errors"]} == {
        "must be 1 or more",
        "must have at most 10 entries",
    }


async def test_what_was_sent_is_not_said_back(house: House) -> None:
    """A problem document may end up in a log, so it does not repeat a value that was wrong."""
    sent = json.dumps({**CALL, "unit": ["Maria"], "story": "Maria", "age_band": "Maria", "languages": ["Maria"]})
    number = json.dumps(with_officer(callback_phone="Maria 15"))
    for headers in ({}, STRICT):
        for body in (sent, number):
            assert "Maria" not in (await house.raw(body.encode(), **headers)).text


async def test_a_body_of_64_kib_is_the_largest(house: House) -> None:
    """A body of exactly the limit is read; one byte more is refused before anything else is checked."""
    body = json.dumps(CALL).encode()
    assert (await house.raw(body.ljust(MOST_BYTES))).status_code == 201
    before = await house.everything()
    problem(await house.raw(body.ljust(MOST_BYTES + 1)), 413)
    problem(await house.web.post("/v1/callouts", content=b"x" * (MOST_BYTES + 1)), 413)
    problem(await house.web.post("/twilio/sms", content=b"x" * (MOST_BYTES + 1)), 413)
    assert await house.everything() == before


async def _in_pieces(size: int) -> AsyncIterator[bytes]:
    for start in range(0, size, 4096):
        yield b" " * min(4096, size - start)


async def test_a_body_of_unknown_length_has_the_same_limit(house: House) -> None:
    """Without a Content-Length the bytes are counted as they come."""
    headers = {"Authorization": f"Bearer {house.lbpd.key}", "Content-Type": "application/json"}
    answer = await house.web.post("/v1/callouts", content=_in_pieces(MOST_BYTES + 1), headers=headers)
    assert "content-length" not in answer.request.headers
    problem(answer, 413)
    assert fields(await house.web.post("/v1/callouts", content=_in_pieces(MOST_BYTES), headers=headers)) == {"body"}


@pytest.mark.one_database
@pytest.mark.parametrize(("length", "status"), [("9" * 5000, 413), ("-1", 201), ("many", 201)])
async def test_a_false_content_length_changes_nothing(house: House, length: str, status: int) -> None:
    """The Content-Length is believed only when it says too much."""
    answer = await house.raw(json.dumps(CALL).encode(), **{"Content-Length": length})
    assert answer.status_code == status


OTHER_KINDS = ("text/plain", "text/json", "application/x-www-form-urlencoded", "multipart/form-data", "json", "x" * 900)


@pytest.mark.one_database
async def test_another_kind_of_body_is_refused(house: House, subtests: pytest.Subtests) -> None:
    """To a body that is no JSON and does not say so, 415 says what to send; and to any, for whoever wants to hear."""
    for kind in OTHER_KINDS:
        with subtests.test(str(kind)):
            for body, headers in ((b"callback_phone=5625550177", {}), (json.dumps(CALL).encode(), STRICT)):
                answer = await house.raw(body, **headers, **{"Content-Type": kind})
                assert "application/json" in problem(answer, 415)["detail"]
                assert len(answer.content) < 500
            assert await nothing_is_left(house)


@pytest.mark.one_database
@pytest.mark.parametrize("kind", OTHER_KINDS)
async def test_a_callout_under_another_name_is_taken(house: House, kind: str) -> None:
    """What a library or `curl -d` calls a body refuses no call-out, no other place and no cancellation, while the body
    is what it should be. Nobody's browser can send one: it takes a key or a signature in a header."""
    called = {"Content-Type": kind}
    answer = await house.raw(b"\xef\xbb\xbf " + json.dumps(CALL).encode(), **called)
    assert answer.status_code == 201, answer.text
    path = f"/v1/callouts/{answer.json()['id']}"
    assert (await house.ask("PATCH", path, {"children": 2}, headers=called)).status_code == 200
    assert (await house.row(t.callout))["children"] == 2
    assert (await house.ask("POST", f"{path}/cancel", {"reason": "x"}, headers=called)).status_code == 200
    bare = {"Content-Type": kind, "Cookie": "dispatch-session=x", "Sec-Fetch-Site": "cross-site"}
    assert (await house.web.post("/v1/callouts", content=json.dumps(CALL), headers=bare)).status_code in (401, 403)


_NAMES_OF_JSON = ["", "application/json; charset=utf-8", "APPLICATION/JSON", "application/ld+json"]


@pytest.mark.one_database
async def test_json_under_any_name_is_taken(house: House, subtests: pytest.Subtests) -> None:
    """A caller's library must not keep anybody from being paged."""
    for kind in _NAMES_OF_JSON:
        with subtests.test(str(kind)):
            assert (await house.raw(json.dumps(CALL).encode(), **{"Content-Type": kind})).status_code == 201


_WRONG_ADDRESSES = [
    ("GET", "/nowhere", 404),
    ("GET", "/v1", 404),
    ("POST", "/v1/callouts/x/reopen", 404),
    ("PATCH", "/v1/callouts", 405),
    ("PUT", "/v1/callouts/x", 405),
    ("DELETE", "/v1/callouts/x", 405),
    ("GET", "/twilio/sms", 405),
    ("POST", "/r/x", 405),
]


@pytest.mark.one_database
async def test_a_wrong_address_is_a_problem_too(house: House, subtests: pytest.Subtests) -> None:
    """404 and 405 say where to look; a 405 says which methods there are."""
    for method, path, status in _WRONG_ADDRESSES:
        with subtests.test(str((method, path))):
            answer = await house.web.request(method, path)
            assert "/docs" in problem(answer, status)["detail"]
            assert ("allow" in answer.headers) == (status == 405)


_ODD_IDS = ["x", "%00", "a%00b", "%ff", "%ed%a0%80", "'; --", "x" * 3000]


async def test_an_odd_id_is_no_callout(house: House, subtests: pytest.Subtests) -> None:
    """Whatever the id in the address is, the answer is 404."""
    for callout in _ODD_IDS:
        with subtests.test(str(callout)):
            for method, path, body in (("GET", "", None), ("PATCH", "", {}), ("POST", "/cancel", None)):
                problem(await house.ask(method, f"/v1/callouts/{callout}{path}", body), 404)
            for method, path in (("GET", ""), ("POST", "/close")):
                problem(await house.ask(method, f"/v1/callouts/{callout}{path}", key=house.coordinator), 404)


async def test_a_405_names_every_method_of_the_address(house: House) -> None:
    """RFC 9110, section 15.5.6, asks for all of them, even where each is a route of its own."""
    for path, methods in (
        ("/v1/callouts", "GET, POST"),
        ("/v1/callouts/x", "GET, PATCH"),
        ("/v1/callouts/x/close", "POST"),
        ("/r/x", "GET, HEAD"),
    ):
        for method in ("PUT", "OPTIONS"):
            assert (await house.web.request(method, path)).headers["allow"] == methods


@pytest.mark.parametrize("number", ["2.0", "2", "0.2e1"])
async def test_a_whole_number_may_be_written_with_a_point(house: House, number: str) -> None:
    """JSON knows one kind of number, and JSON Schema calls 2.0 an integer."""
    body = json.dumps(CALL).removesuffix("}") + f', "children": {number}}}'
    assert (await house.raw(body.encode())).status_code == 201
    assert (await house.row(t.callout))["children"] == 2


async def test_a_database_that_is_away_is_said(house: House, request: pytest.FixtureRequest) -> None:
    """503 leaves open whether the call-out was recorded, and says what to do at two in the morning."""
    await house.loses_its_database(request)
    for _ in range(2):
        answer = await house.call()
        assert "hotline" in problem(answer, 503)["detail"]
        assert answer.headers["retry-after"] == "5"
