"""What does not fit is left out of a call-out and named; it is kept nowhere, and refuses nothing."""

import json
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from dispatch.store import tables as t
from tests.inbound.house import CALL, NOW, OFFICER, STRICT, House, fields, problem
from tests.inbound.http.test_bad_requests import BAD

SECRET = "Maria"


def warned(answer: Any) -> set[str]:
    """The fields that an answer says were left out."""
    assert answer.status_code in (200, 201), answer.text
    return {warning["field"] for warning in answer.json()["warnings"]}


async def test_no_detail_refuses_a_callout(house: House, subtests: pytest.Subtests) -> None:
    """Whatever is refused with `handling=strict` is opened without it, unless the number to call back is wrong."""
    for body, field in BAD:
        sent = json.dumps(body).encode()
        with subtests.test(sent[:100].decode()):
            answer = await house.raw(sent)
            if field in ("officer", "officer.callback_phone") or not isinstance(body, dict):
                assert field in fields(answer)
            else:
                assert answer.status_code == 201, answer.text
                assert answer.json()["warnings"]
                if field not in ("body", "meeting_place"):
                    assert field in warned(answer)


AS_MEANT = {
    "Windows": (b'"O\x92Brien, Mu\xf1oz"', "O’Brien, Muñoz"),
    "Latin-1": (b'"Mu\xf1oz"', "Muñoz"),
    "a tab within a text": (b'"R.\tAlvarez"', "R.\tAlvarez"),
}


@pytest.mark.one_database  # it is read before anything is kept
@pytest.mark.parametrize("what", AS_MEANT)
async def test_json_that_was_put_together_by_hand_is_read_as_it_was_meant(house: House, what: str) -> None:
    """An encoding of before UTF-8, a line break within a text, a NUL at the end: none of them refuses a call-out. An
    integrator who wants to know is told."""
    name, meant = AS_MEANT[what]
    body = b'{"officer": {"callback_phone": "+15625550177", "name": %s}, "unit": "12-A\n"}\n\0' % name
    answer = await house.raw(body)
    assert answer.status_code == 201, answer.text
    row = await house.row(t.callout, id=answer.json()["id"])
    assert (row["officer_name"], row["unit"]) == (meant, "12-A")
    assert fields(await house.raw(body, **STRICT)) == {"body"}


async def test_what_is_left_out_is_named_and_kept_nowhere(house: House) -> None:
    """The answer and the log have the names of the fields; nobody has what stood in them, and the rest is kept."""
    body = {
        "officer": {"callback_phone": OFFICER, "name": "R. Alvarez", "badge": [SECRET], "rank": SECRET},
        "meeting_place": {"address": "400 W Broadway", "lat": SECRET, "lon": -118, "gate": SECRET},
        "age_band": f"{SECRET} 14",
        "languages": ["Spanish", SECRET, "en"],
        "children": 2,
        "story": f"{SECRET} told me",
        f"{SECRET} Lopez": {"age": 14},
    }
    with capture_logs() as said:
        answer = await house.call(body)
    left_out = {"officer.badge", "officer.rank", "meeting_place.lat", "meeting_place.lon", "meeting_place.gate"}
    left_out |= {"age_band", "languages.1", "story"}
    assert warned(answer) == left_out | {f"{SECRET} Lopez"}
    row = await house.row(t.callout, id=answer.json()["id"])
    assert (row["officer_name"], row["officer_badge"], row["place_address"]) == ("R. Alvarez", None, "400 W Broadway")
    assert (row["place_lat"], row["place_lon"], row["age_band"]) == (None, None, None)
    assert (row["languages"], row["children"]) == (["es", "en"], 2)
    assert SECRET not in str(await house.everything(but=frozenset()))
    assert SECRET not in str(said)
    (logged,) = [line for line in said if line["event"] == "left out"]
    assert (logged["agency"], logged["code"]) == ("LBPD", answer.json()["code"])
    assert set(logged["fields"]) == left_out | {"(no name)"}


async def test_only_the_number_is_a_reason_to_refuse(house: House) -> None:
    """The answer to a wrong number names that, and none of what would only have been left out."""
    answer = await house.call({"officer": {"callback_phone": "5550177", "name": 5}, "age_band": SECRET, "x": 1})
    assert fields(answer) == {"officer.callback_phone"}
    assert fields(await house.call({"age_band": SECRET})) == {"officer"}
    assert fields(await house.call([])) == {"body"}
    assert not await house.rows(t.callout)


@pytest.mark.parametrize(
    ("prefer", "strict"),
    [
        ("handling=strict", True),
        ("HANDLING=Strict", True),
        ('respond-async, handling="strict"; x=1', True),
        ("handling=lenient", False),
        ("strict", False),
        ("respond-async", False),
        ("", False),
    ],
)
async def test_an_integrator_may_ask_to_be_refused(house: House, prefer: str, strict: bool) -> None:
    """`Prefer: handling=strict` gives 422 with every mistake, and an answer says when it was honoured."""
    wrong = {**CALL, "age_band": SECRET, "x": 1, "languages": ["es", SECRET]}
    answer = await house.call(wrong, headers={"Prefer": prefer})
    if strict:
        assert fields(answer) == {"age_band", "x", "languages.1"}
        right = await house.call(headers={"Prefer": prefer})
        assert (right.status_code, right.headers["preference-applied"]) == (201, "handling=strict")
    else:
        assert warned(answer) == {"age_band", "x", "languages.1"}
        assert "preference-applied" not in answer.headers


FAR_OFF = {
    "recovered_at": (-7 * 24 * 60, 60),
    "hotline_called_at": (-7 * 24 * 60, 60),
    "officer_leaves_at": (-24 * 60, 7 * 24 * 60),
}
"""The bounds of each moment: minutes from now."""


@pytest.mark.one_database  # it is read before anything is kept
@pytest.mark.parametrize("name", FAR_OFF)
async def test_a_moment_that_cannot_be_meant_is_left_out(house: House, name: str) -> None:
    """A wrong year passed in silence. A clock that is minutes off, and a night that was days ago, are kept."""
    for minutes in FAR_OFF[name]:
        outwards = 1 if minutes > 0 else -1
        for at, fits in ((minutes, True), (minutes + outwards, False)):
            said = (NOW + timedelta(minutes=at)).isoformat()
            answer = await house.call({**CALL, name: said})
            assert warned(answer) == (set() if fits else {name})
            row = await house.row(t.callout, id=answer.json()["id"])
            assert (row[name] is not None) == fits
            strict = await house.call({**CALL, name: said, "x": 1}, headers=STRICT)
            assert fields(strict) == ({"x"} if fits else {"x", name})
            path = f"/v1/callouts/{answer.json()['id']}"
            assert warned(await house.ask("PATCH", path, {name: said})) == (set() if fits else {name})
    for year in ("2004", "2090"):
        answer = await house.call({**CALL, name: f"{year}-01-07T10:14:00Z"})
        assert warned(answer) == {name}
        (warning,) = answer.json()["warnings"]
        assert "lies more than" in warning["message"]


async def test_the_same_request_again_hears_the_same(house: House) -> None:
    """An idempotency key stands for the body as it was sent: the repetition has the same warnings, another body 409."""
    keyed = {"Idempotency-Key": "a-1"}
    first = await house.call({**CALL, "x": 1}, headers=keyed)
    again = await house.call({**CALL, "x": 1}, headers=keyed)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    problem(await house.call(headers=keyed), 409)


async def test_a_change_leaves_out_what_does_not_fit(house: House) -> None:
    """The place reaches the specialist, whatever else is wrong; what was known before is not cleared by a mistake."""
    created = await house.opened(languages=["es"], age_band="13", meeting_place={"address": "A", "note": "lobby"})
    path = f"/v1/callouts/{created['id']}"
    change = {"meeting_place": {"address": "B", "note": 7}, "languages": [SECRET], "age_band": SECRET, "x": SECRET}
    answer = await house.ask("PATCH", path, change)
    assert warned(answer) == {"meeting_place.note", "languages.0", "age_band", "x"}
    row = await house.row(t.callout, id=created["id"])
    assert (row["place_address"], row["place_note"], row["age_band"], row["languages"]) == ("B", "lobby", "13", ["es"])
    assert SECRET not in str(await house.everything(but=frozenset()))
    wrong_number = {"officer": {"callback_phone": "5550177"}, "meeting_place": {"address": "C"}}
    assert fields(await house.ask("PATCH", path, wrong_number)) == {"officer.callback_phone"}
    assert fields(await house.ask("PATCH", path, change, headers=STRICT)) == warned(answer)
    assert (await house.row(t.callout, id=created["id"]))["place_address"] == "B"


async def test_nobody_is_kept_awake_by_a_reason_that_is_too_long(house: House) -> None:
    """A cancellation counts, whatever its reason is."""
    created = await house.opened()
    answer = await house.ask("POST", f"/v1/callouts/{created['id']}/cancel", {"reason": "x" * 500, "story": SECRET})
    assert warned(answer) == {"reason", "story"}
    assert answer.json()["status"] == "cancelled"
