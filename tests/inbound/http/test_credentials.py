"""Who may come in: keys, and signatures after Standard Webhooks."""

import json
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from dispatch.store import tables as t
from dispatch.store.access import keys
from tests.inbound.house import CALL, NOW, House, problem, signature_headers

BODY = json.dumps(CALL).encode()
_TELLS = frozenset({"audit", "page", "alarm", "link", "calendar"})  # of what is refused again and again


async def signed(house: House, headers: dict[str, str], *, agency: str | None = "LBPD", body: bytes = BODY) -> int:
    """The status of a signed request without any key; a refused one must have left nothing behind."""
    path = "/v1/callouts" + (f"?agency={agency}" if agency is not None else "")
    before = await house.everything(but=_TELLS)
    answer = await house.web.post(path, content=body, headers={**headers, "Content-Type": "application/json"})
    if answer.is_client_error:
        assert problem(answer, answer.status_code)
        assert answer.status_code == 422 or answer.headers["www-authenticate"] == "Bearer"
        assert await house.everything(but=_TELLS) == before
    return answer.status_code


def secret(house: House) -> str:
    assert house.lbpd.webhook_secret is not None
    return house.lbpd.webhook_secret


async def test_a_signature_opens_a_callout(house: House) -> None:
    """A signed request needs no key: the query names the agency, and the webhook id is the idempotency key."""
    headers = signature_headers(secret(house), BODY, at=NOW)
    assert await signed(house, headers) == 201
    assert (await house.row(t.callout))["agency"] == "LBPD"
    assert (await house.row(t.idempotency))["key"] == "msg_1"
    assert await signed(house, headers) == 200


async def test_any_of_several_signatures_may_hold(house: House) -> None:
    """While a secret is changed a sender signs with both, in one header; versions we do not know are ignored."""
    headers = signature_headers(secret(house), BODY, at=NOW)
    headers["webhook-signature"] = f"v1a,AAAA v1,{'A' * 43}= {headers['webhook-signature']}"
    assert await signed(house, headers) == 201


@pytest.mark.parametrize("minutes", [-5, 5])
async def test_a_clock_may_be_five_minutes_off(house: House, minutes: int) -> None:
    """Five minutes are tolerated, one second more is not, whether the sender's clock is slow or fast."""
    at = NOW + timedelta(minutes=minutes)
    assert await signed(house, signature_headers(secret(house), BODY, at=at)) == 201
    further = at + timedelta(seconds=1 if minutes > 0 else -1)
    assert await signed(house, signature_headers(secret(house), BODY, at=further, webhook_id="msg_2")) == 401


async def test_a_forged_signature_is_refused(house: House) -> None:
    """A signature with another secret, or over another body, id or timestamp, is refused."""
    good = signature_headers(secret(house), BODY, at=NOW)
    other = signature_headers("whsec_" + "A" * 43 + "=", BODY, at=NOW)
    assert await signed(house, other) == 401
    assert await signed(house, good, body=BODY + b" ") == 401
    assert await signed(house, {**good, "webhook-id": "msg_2"}) == 401
    assert await signed(house, {**good, "webhook-timestamp": str(int(NOW.timestamp()) + 1)}) == 401


_NEEDED = ["webhook-id", "webhook-timestamp", "webhook-signature"]


@pytest.mark.one_database  # refused for how it is written
async def test_a_header_that_is_missing_is_named(house: House, subtests: pytest.Subtests) -> None:
    """Whoever signs and forgets one of the three is not told to send a key instead."""
    for missing in _NEEDED:
        with subtests.test(str(missing)):
            headers = signature_headers(secret(house), BODY, at=NOW) | {"Content-Type": "application/json"}
            del headers[missing]
            answer = await house.web.post("/v1/callouts?agency=LBPD", content=BODY, headers=headers)
            assert problem(answer, 401)["detail"] == f"a signed request needs the header {missing}"


async def test_a_signature_that_does_not_hold_may_be_a_wrong_code(house: House) -> None:
    """`?agency=lbpd` is nobody: to check only the secret would find nothing."""
    headers = signature_headers(secret(house), BODY, at=NOW) | {"Content-Type": "application/json"}
    answer = await house.web.post("/v1/callouts?agency=lbpd", content=BODY, headers=headers)
    assert "the agency's code, in capitals" in problem(answer, 401)["detail"]


async def test_a_signature_is_one_agency_s_own(house: House) -> None:
    """LBPD's secret does not open a door for LAPD, nor for an agency that nobody knows, nor for none."""
    good = signature_headers(secret(house), BODY, at=NOW)
    for agency in ("LAPD", "NOPE", "PROBATION", "", "%00", "LBPD%00", None):
        assert await signed(house, good, agency=agency) == 401


_Damage = Callable[[dict[str, str]], object]


@pytest.mark.one_database  # refused for how it is written
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda sent: sent.update({"webhook-signature": ""}), id="empty signature"),
        pytest.param(lambda sent: sent.update({"webhook-signature": "v1"}), id="no comma"),
        pytest.param(lambda sent: sent.update({"webhook-signature": "v1,a,b"}), id="two commas"),
        pytest.param(lambda sent: sent.update({"webhook-signature": "v1,%%%"}), id="not base64"),
        pytest.param(lambda sent: sent.update({"webhook-timestamp": "yesterday"}), id="no number"),
        pytest.param(lambda sent: sent.update({"webhook-timestamp": "9" * 30}), id="beyond the calendar"),
        pytest.param(lambda sent: sent.update({"webhook-timestamp": "9" * 5000}), id="huge"),
        pytest.param(lambda sent: sent.update({"webhook-timestamp": "nan"}), id="nan"),
    ],
)
async def test_a_malformed_signature_is_refused(house: House, damage: _Damage) -> None:
    """Whatever is wrong with the headers, the answer is 401 and says what is needed."""
    headers = signature_headers(secret(house), BODY, at=NOW)
    damage(headers)
    assert await signed(house, headers) == 401


@pytest.mark.one_database  # refused for how it is written
async def test_letters_of_another_alphabet_are_refused(house: House) -> None:
    """A header may hold any bytes."""
    headers = signature_headers(secret(house), BODY, at=NOW)
    request = house.web.build_request("POST", "/v1/callouts?agency=LBPD", content=BODY, headers=headers)
    request.headers["webhook-signature"] = "v1,\u00e9\u00ff"
    problem(await house.web.send(request), 401)


async def test_a_signed_body_that_is_no_utf_8_is_refused(house: House) -> None:
    """A signature is made over text, so nobody knows who signed other bytes; the answer says what is wrong."""
    body = b'{"unit": "\xff"}'
    headers = signature_headers(secret(house), body, at=NOW) | {"Content-Type": "application/json"}
    answer = await house.web.post("/v1/callouts?agency=LBPD", content=body, headers=headers)
    assert "UTF-8" in problem(answer, 401)["detail"]


async def test_a_revoked_key_takes_its_secret_with_it(house: House) -> None:
    """After a key is revoked neither it nor its secret opens a door; the agency's other key goes on working."""
    headers = signature_headers(secret(house), BODY, at=NOW)
    await house.service.database.write(lambda tx: keys.revoke(tx, house.lbpd.id, NOW))
    assert await signed(house, headers) == 401
    problem(await house.call(), 401)
    assert (await house.call(key=house.lapd)).status_code == 201


_UNKNOWN_KEYS = [None, "", "Bearer", "Bearer ", "Bearer agency_unknown", "Basic YTpi", "agency", "Bearer \u00e9"]


async def test_without_a_known_key_nobody_comes_in(house: House, subtests: pytest.Subtests) -> None:
    """No key, an unknown one, or another scheme: 401, and nothing is left behind."""
    before = await house.everything()
    for header in _UNKNOWN_KEYS:
        with subtests.test(str(header)):
            headers = httpx.Headers({} if header is None else {"Authorization": header}, encoding="latin-1")
            for method, path in (("POST", ""), ("GET", "/x"), ("PATCH", "/x"), ("POST", "/x/cancel")):
                answer = await house.web.request(method, f"/v1/callouts{path}", json=CALL, headers=headers)
                problem(answer, 401)
                assert answer.headers["www-authenticate"] == "Bearer"
            problem(await house.web.get("/v1/alarms", headers=headers), 401)
            assert await house.everything() == before


async def test_the_scheme_s_case_does_not_matter(house: House) -> None:
    """`bearer` is `Bearer` (RFC 9110, section 11.1)."""
    assert (await house.call(headers={"Authorization": f"bearer {house.lbpd.key}"})).status_code == 201


async def test_an_agency_that_left_the_roster_calls_no_more(house: House) -> None:
    """Its key is known, but there is no policy to page by: 403 says whom to ask."""
    await house.run(t.agency.delete().where(t.agency.c.code == "LBPD"))
    await house.run(t.roster_version.update().values(version=t.roster_version.c.version + 1))
    assert "LBPD" in problem(await house.call(), 403)["detail"]


async def test_a_signature_does_nothing_but_open(house: House, subtests: pytest.Subtests) -> None:
    """It covers neither the method nor the address: at every other door it is refused, whatever its body says, and
    somebody who has seen an agency's signed headers can look at nothing and end nothing with them."""
    opened = await house.opened()
    doors = (await house.web.get("/openapi.json")).json()["paths"]
    tried = 0
    for path, methods in doors.items():
        for method in methods:
            if not path.startswith("/v1/") or (path, method) == ("/v1/callouts", "post"):
                continue
            for body in (b"", BODY):
                with subtests.test(method=method, path=path):
                    headers = signature_headers(secret(house), body, at=NOW) | {"Content-Type": "application/json"}
                    address = path.replace("{callout_id}", opened["id"]) + "?agency=LBPD"
                    answer = await house.web.request(method.upper(), address, content=body, headers=headers)
                    assert "key" in problem(answer, 401)["detail"]
                    tried += 1
    assert tried > 20
    assert (await house.row(t.callout))["status"] == "paging"


async def test_a_key_beside_a_signature_counts(house: House) -> None:
    """A program that signs whatever it sends, and sends its key as well, may do what the key may."""
    opened = await house.opened()
    headers = signature_headers(secret(house), b"", at=NOW)
    assert (await house.ask("GET", f"/v1/callouts/{opened['id']}", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "standalone",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-signature": "v1,AAAA", "webhook-id": "msg_7", "webhook-timestamp": "1"},
    ],
    ids=["a signature alone", "an old one"],
)
async def test_a_good_key_opens_whatever_stands_beside_it(house: House, standalone: dict[str, str]) -> None:
    """A relay may sign for itself. A key that holds is a good credential; the call-out was refused."""
    assert (await house.call(headers=standalone)).status_code == 201
    assert (await house.row(t.callout))["agency"] == "LBPD"
    unknown = {"Authorization": "Bearer agency_unknown"}
    assert "signed request" in problem(await house.call(headers={**unknown, **standalone}), 401)["detail"]


async def test_a_good_signature_opens_beside_a_key_that_does_not(house: House) -> None:
    """A gateway puts a header of its own on it; and a key may have been revoked before the secret was changed."""
    for number, other in enumerate(("Bearer agency_unknown", "Basic YTpi", "Bearer")):
        headers = signature_headers(secret(house), BODY, at=NOW, webhook_id=f"msg_{number}")
        assert await signed(house, {**headers, "Authorization": other}) == 201
