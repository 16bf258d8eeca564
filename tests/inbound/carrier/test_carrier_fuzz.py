"""The carrier's doors under fire: whatever a form holds, the answer is below 500, and nothing is half written."""

import asyncio
from urllib.parse import quote, urlencode

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.datastructures import FormData
from starlette.requests import Request
from twilio.request_validator import RequestValidator

from dispatch.rules.facts.pages import PageState
from dispatch.store import tables as t
from dispatch.store.callout.callouts import without_next_move
from tests.inbound.house import ANA, PUBLIC_URL, TOKEN, House, problem

DOORS = (
    *("/twilio/sms", "/twilio/sms/status/{page}", "/twilio/voice/page/{page}", "/twilio/voice/page/{page}?round=2"),
    *("/twilio/voice/page/{page}/keys?stage=page", "/twilio/voice/page/{page}/keys?stage=menu"),
    *("/twilio/voice/page/{page}/keys?stage=%00", "/twilio/voice/status/{page}"),
)
FORM_TYPE = "application/x-www-form-urlencoded"
HOSTILE = (
    "x" * 10_000,
    "\u202e52 1\u202c",  # "1 25", as it is shown right to left
    "\u200f\u200e\u061c1",
    "\x00",
    "1\x00",
    "\U0001f44d" * 2_000,
    "\U0001f469\u200d\U0001f467",
    "e" + "\u0301" * 5_000,
    "\ufdfa" * 1_600,  # each becomes eighteen letters when it is decomposed
    "please 1 25 K7Q stop the children are HERE DONE",
    "\ud800",
    "\uffff\ufffe",
    "%s%n{0}${7*7}",
    "'; DROP TABLE callout; --",
    "<Response><Dial>911</Dial></Response>",
    "١ ٢٥",
    "1" * 5_000,
)
SENDERS = (ANA, "anonymous", "client:x", "", " ", "72345", "+", "+266696687", "+1 (562) 555-0101", "sip:x@y", "x" * 500)
STATUSES = [
    *("queued", "sent", "delivered", "undelivered", "failed", "busy", "no-answer", "in-progress", "completed", "lost"),
]


async def sent(
    house: House, path: str, body: bytes, kind: str = FORM_TYPE, *, token: str = TOKEN, signed: bytes | None = None
) -> httpx.Response:
    """Post a body with the signature over what a server reads from `signed`, by default the body itself."""
    fields = await _as_read(body if signed is None else signed, kind)
    names: dict[str, list[object]] = {name: [*fields.getlist(name)] for name in fields}
    signature = RequestValidator(token).compute_signature(PUBLIC_URL + path, _Repeated(names))
    headers = httpx.Headers({"Content-Type": kind, "X-Twilio-Signature": signature}, encoding="latin-1")
    return await house.web.post(path, content=body, headers=headers)


class _Repeated(dict[str, list[object]]):
    def getall(self, name: str) -> list[object]:
        return self[name]


async def _as_read(body: bytes, kind: str) -> FormData:
    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {"type": "http", "method": "POST", "headers": [(b"content-type", kind.encode("latin-1"))]}
    try:
        form = await Request(scope, receive).form(max_files=0)
    except Exception:
        return FormData()  # not a form, so only the address is signed
    return FormData([(name, value) for name, value in form.multi_items() if isinstance(value, str)])


async def is_well(house: House) -> bool:
    """The law holds, and no row refers to a text or a page that is not there."""
    database = house.service.database
    pages = {page["id"]: page for page in await house.rows(t.page)}
    assert not await database.read(without_next_move)
    assert all(receipt["page"] in pages for receipt in await house.rows(t.receipt))
    assert all(page["due_at"] is not None for page in pages.values() if page["state"] == PageState.WAITING)
    return True


@pytest.fixture
async def paged(house: House) -> tuple[House, str]:
    """Ana is being paged by phone; gives her page's id as well."""
    created = await house.opened()
    await house.went_out(created["id"])
    page = await house.page(created["id"], channel="voice", purpose="page")
    return house, page["id"]


_words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=40), st.sampled_from(("1 25", "OMW", "STOP", "2", "")))
_NAMES = ("MessageSid", "CallSid", "From", "Body", "MessageStatus", "CallStatus", "Digits", "SequenceNumber")
_fields = st.fixed_dictionaries(
    {},
    optional={
        "MessageSid": st.one_of(st.just("SM1"), st.text(max_size=60), st.sampled_from(HOSTILE)),
        "SmsSid": st.text(max_size=10),
        "CallSid": st.one_of(st.just("CA1"), _words),
        "From": st.one_of(st.sampled_from(SENDERS), _words),
        "Body": _words,
        "MessageStatus": st.one_of(st.sampled_from(STATUSES), _words),
        "CallStatus": st.one_of(st.sampled_from(STATUSES), _words),
        "ErrorCode": st.one_of(st.sampled_from(("30003", "21610", "-1", "1e3", "²", "9" * 400)), _words),
        "SequenceNumber": st.one_of(st.integers().map(str), _words),
        "AnsweredBy": st.one_of(st.sampled_from(("human", "machine_end_beep", "fax")), _words),
        "Digits": st.one_of(st.from_regex("[0-9#*]{0,30}", fullmatch=True), _words),
    },
)


def _encoded(pairs: list[tuple[str, str]]) -> bytes:
    return urlencode(pairs, errors="surrogatepass").encode()


async def fire(house: House, path: str, body: bytes, kind: str = FORM_TYPE) -> int:
    """The status of a signed request. First the same request, signed by another, must be refused and change nothing."""
    before = await house.everything()
    forged = await sent(house, path, body, kind, token="another")
    assert await house.everything() == before
    answer = await sent(house, path, body, kind)
    assert answer.status_code < 500
    # A bad signature is 403, unless nobody checked it: there is no such address, or the body is too large to be read.
    assert forged.status_code == 403 or answer.status_code == forged.status_code in (404, 413)
    assert await is_well(house)
    if answer.status_code >= 400:
        assert await house.everything() == before
    return answer.status_code


_PAGES = st.one_of(st.just("{page}"), st.text(max_size=20), st.just("x" * 5000), st.just("\x00"))


# No shrinking: an example costs a dozen looks at a database, and it is small as it is.
@settings(
    max_examples=40,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(DOORS), _PAGES, _fields, st.lists(st.tuples(st.sampled_from(_NAMES), _words), max_size=2))
@pytest.mark.slow
async def test_whatever_a_form_holds_the_house_stays_in_order(
    paged: tuple[House, str], door: str, page: str, fields: dict[str, str], more: list[tuple[str, str]]
) -> None:
    """Missing, repeated and odd fields, at every door, about pages that exist or do not."""
    house, real = paged
    named = real if page == "{page}" else quote(page, safe="", errors="replace")
    await fire(house, door.format(page=named), _encoded([*fields.items(), *more]))


@pytest.mark.slow
async def test_hostile_texts_do_only_what_they_say(house: House, subtests: pytest.Subtests) -> None:
    """Each is kept and answered; only those that hold nothing but an answer take the call-out."""
    takes = {"\u202e52 1\u202c": False, "\u200f\u200e\u061c1": True, "1\x00": True, "١ ٢٥": True}
    for number, text in enumerate(HOSTILE):
        with subtests.test(ascii(text[:40])):
            created = await house.opened()
            await house.went_out(created["id"])
            body = _encoded([("MessageSid", f"SM{number}"), ("From", ANA), ("Body", text)])
            status = await fire(house, "/twilio/sms", body)
            assert status == 200
            taken = (await house.row(t.callout, id=created["id"]))["status"] == "acknowledged"
            assert taken == (takes.get(text, False))
            before = await house.everything()
            assert await fire(house, "/twilio/sms", body) == 200
            assert await house.everything() == before, "a replay changes nothing"
            await house.ask("POST", f"/v1/callouts/{created['id']}/close", key=house.coordinator)


ODD_BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", FORM_TYPE),
    "no type": (b"", ""),
    "escapes that are none": (b"MessageSid=%zz%&From=%+&Body=%u1234%ff%c3%28%00", FORM_TYPE),
    "half characters": (b"MessageSid=SM1&From=%ED%A0%80&Body=%ED%B0%80", FORM_TYPE),
    "raw bytes": (b"MessageSid=SM1&From=\xff\xfe&Body=\x00\x80", FORM_TYPE),
    "another charset": ("MessageSid=SM1&From=x&Body=sí".encode("utf-16"), FORM_TYPE + "; charset=utf-16"),
    "an unknown charset": (b"MessageSid=SM1&From=x&Body=1", FORM_TYPE + "; charset=nonsense"),
    "separators only": (b"&&==&=&;" * 1000, FORM_TYPE),
    "a thousand fields": (b"&".join(b"x%d=1" % number for number in range(1500)), FORM_TYPE),
    "the same field often": (b"&".join([b"MessageSid=SM1"] * 900), FORM_TYPE),
    "one field of 60,000 bytes": (b"MessageSid=" + b"9" * 60_000, FORM_TYPE),
    "json": (b'{"MessageSid": "SM1", "From": "x"}', "application/json"),
    "multipart": (
        (
            b'--b\r\nContent-Disposition: form-data; name="MessageSid"\r\n\r\nSM1\r\n'
            b'--b\r\nContent-Disposition: form-data; name="From"\r\n\r\nx\r\n--b--\r\n'
        ),
        "multipart/form-data; boundary=b",
    ),
    "multipart with a file": (
        b'--b\r\nContent-Disposition: form-data; name="Body"; filename="x"\r\n\r\n1\r\n--b--\r\n',
        "multipart/form-data; boundary=b",
    ),
    "multipart without a boundary": (b"--b\r\n", "multipart/form-data"),
    "multipart without an end": (b"--b\r\nContent-Disposition: form-data; name=", "multipart/form-data; boundary=b"),
    "multipart that is none": (b"\x00" * 100, "multipart/form-data; boundary=\xff"),
}


@pytest.mark.parametrize("what", ODD_BODIES)
@pytest.mark.slow
async def test_odd_bodies_at_every_door(paged: tuple[House, str], what: str, subtests: pytest.Subtests) -> None:
    """Bodies that no carrier sends, correctly signed as far as they can be."""
    house, page = paged
    body, kind = ODD_BODIES[what]
    for door in DOORS:
        with subtests.test(door=door):
            await fire(house, door.format(page=page), body, kind)


async def test_a_signature_is_of_one_request_only(paged: tuple[House, str]) -> None:
    """A signature for another door, page, query or body opens nothing; the order of the fields does not matter."""
    house, page = paged
    here, form = f"/twilio/voice/page/{page}/keys?stage=page", {"CallSid": "CA1", "Digits": "1"}
    before = await house.everything()
    validator = RequestValidator(TOKEN)
    for url in (
        PUBLIC_URL + here.replace("keys?stage=page", "keys?stage=eta"),
        PUBLIC_URL + here.partition("?")[0],
        PUBLIC_URL + f"/twilio/voice/status/{page}",
        "https://elsewhere.example" + here,
        PUBLIC_URL + here + "&stage=page",
    ):
        problem(await house.carrier(here, form, signature=validator.compute_signature(url, form)), 403)
    for other in ({**form, "Digits": "2"}, {"CallSid": "CA1"}, {**form, "X": ""}):
        problem(await house.carrier(here, form, signature=validator.compute_signature(PUBLIC_URL + here, other)), 403)
    assert await house.everything() == before
    assert (await sent(house, here, b"Digits=1&CallSid=CA1", signed=b"CallSid=CA1&Digits=1")).status_code == 200


async def test_news_and_keys_that_are_replayed_change_nothing(paged: tuple[House, str]) -> None:
    """Requests that the carrier once sent are replayed with their good signatures, several at a time."""
    house, page = paged
    recorded = [
        (f"/twilio/voice/status/{page}", b"CallSid=CA1&CallStatus=in-progress&SequenceNumber=2"),
        (f"/twilio/voice/page/{page}/keys?stage=page", b"CallSid=CA1&Digits=1"),
        (f"/twilio/voice/page/{page}/keys?stage=eta", b"CallSid=CA1&Digits=25"),
        (f"/twilio/voice/status/{page}", b"CallSid=CA1&CallStatus=completed&SequenceNumber=3"),
    ]
    for path, body in recorded:
        assert (await sent(house, path, body)).is_success
    before = await house.everything()
    for path, body in (recorded[0], recorded[3]):
        assert {
            answer.status_code for answer in await asyncio.gather(*(sent(house, path, body) for _ in range(3)))
        } == {204}
    assert await house.everything() == before
