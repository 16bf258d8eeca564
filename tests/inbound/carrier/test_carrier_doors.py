"""What the carrier posts: its signature, texts, and status callbacks."""

import asyncio
import json
from datetime import timedelta

import pytest
from twilio.request_validator import RequestValidator

from dispatch.rules.wording import texts
from dispatch.store import tables as t
from tests.inbound.house import ANA, NOW, PUBLIC_URL, TOKEN, House, problem

SMS = {"MessageSid": "SM1", "From": ANA, "To": "+15625550100", "Body": "1 25"}
DOORS = [
    *("/twilio/sms", "/twilio/sms/status/{page}", "/twilio/voice/page/{page}"),
    *("/twilio/voice/page/{page}/keys?stage=page", "/twilio/voice/status/{page}"),
]
FORM = {**SMS, "MessageStatus": "undelivered", "CallSid": "CA1", "CallStatus": "busy", "Digits": "1"}


@pytest.mark.one_database  # refused before anything is looked up
async def test_only_the_carrier_comes_in(house: House, subtests: pytest.Subtests) -> None:
    """Without its signature, with a wrong one, or with one made with another token: 403, and nothing changes."""
    created = await house.opened()
    await house.went_out(created["id"])
    page = await house.page(created["id"], channel="voice", purpose="page")
    before = await house.everything(but=frozenset())
    for door in DOORS:
        with subtests.test(door):
            path = door.format(page=page["id"])
            for signature in ("", "AAAA", "=", RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, {})):
                problem(await house.carrier(path, FORM, signature=signature), 403)
            problem(await house.carrier(path, FORM, token="another"), 403)
            assert await house.everything(but=frozenset()) == before


@pytest.mark.one_database  # refused before anything is looked up
async def test_what_is_no_form_is_refused(house: House, subtests: pytest.Subtests) -> None:
    """The signature over the address alone does not cover another kind of body, so nothing of it is read."""
    for door in DOORS:
        with subtests.test(str(door)):
            path = door.format(page="nobody")
            signature = RequestValidator(TOKEN).compute_signature(PUBLIC_URL + path, {})
            for kind in ("application/json", "text/plain", "", "multipart/form-data; boundary=b"):
                headers = {"X-Twilio-Signature": signature, "Content-Type": kind}
                problem(await house.web.post(path, content=json.dumps(FORM).encode(), headers=headers), 415)


@pytest.mark.one_database  # refused before anything is looked up
async def test_no_field_is_read_of_what_bears_no_signature(
    house: House, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    """Reading is what costs, so it comes after a look at the signature; parts of a `multipart/form-data` never are."""

    def never(*_: object, **__: object) -> None:
        raise AssertionError("it was read")

    monkeypatch.setattr("dispatch.carriers.carrier.parse_qsl", never)
    monkeypatch.setattr("starlette.formparsers.MultiPartParser.parse", never)
    for door in DOORS:
        with subtests.test(str(door)):
            path, unsigned = door.format(page="nobody"), "application/x-www-form-urlencoded"
            problem(await house.web.post(path, content=b"a=b", headers={"Content-Type": unsigned}), 403)
            parts = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n1\r\n' * 100 + b"--b--\r\n"
            for signed in ({}, {"X-Twilio-Signature": "A" * 28}):
                headers = {"Content-Type": "multipart/form-data; boundary=b", **signed}
                problem(await house.web.post(path, content=parts, headers=headers), 403)


async def test_a_carriers_form_has_its_bounds(house: House) -> None:
    """A hundred fields and 32 KiB are more than any carrier sends."""
    many = [(f"x{number}", "1") for number in range(96)]
    assert (await house.carrier("/twilio/sms", [*SMS.items(), *many])).status_code == 200
    problem(await house.carrier("/twilio/sms", [*SMS.items(), *many, ("y", "1")]), 403)
    long = {**SMS, "MessageSid": "SM2", "AddOns": "x" * 30 * 1024}
    assert (await house.carrier("/twilio/sms", long)).status_code == 200
    problem(await house.carrier("/twilio/sms", {**long, "AddOns": "x" * 33 * 1024}), 413)


_LACKING = [
    ("/twilio/sms", {}),
    ("/twilio/sms", {**SMS, "MessageSid": ""}),
    ("/twilio/sms", {**SMS, "MessageSid": "\x00"}),
    ("/twilio/sms", {**SMS, "From": " "}),
    ("/twilio/sms", {"MessageSid": "SM1", "Body": "1"}),
    ("/twilio/sms/status/x", {"MessageSid": "SM1"}),
    ("/twilio/sms/status/x", {"MessageStatus": "sent"}),
    ("/twilio/voice/status/x", {"CallSid": "CA1"}),
    ("/twilio/voice/status/x", {"CallStatus": "busy"}),
]


@pytest.mark.one_database  # refused before anything is looked up
async def test_a_missing_field_is_named(house: House, subtests: pytest.Subtests) -> None:
    """Without an id two texts would be one, without a sender there is nobody to answer: 400 says what is missing."""
    for door, form in _LACKING:
        with subtests.test(str((door, form))):
            before = await house.everything()
            assert "lacks" in problem(await house.carrier(door, form), 400)["detail"]
            assert await house.everything() == before


async def test_an_answer_takes_the_callout(house: House) -> None:
    """`1 25` from whoever was paged: the door answers with empty TwiML, and the answer goes out as a page."""
    created = await house.opened()
    await house.went_out(created["id"])
    answer = await house.text("1 25")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/xml; charset=utf-8")
    assert answer.text.endswith("<Response/>")
    assert (await house.row(t.callout))["status"] == "acknowledged"
    assert (await house.row(t.assignment))["eta_at"] == NOW + timedelta(minutes=25)
    assert (await house.page(created["id"], purpose="confirmation"))["state"] == "waiting"


async def test_a_text_that_comes_twice_counts_once(house: House) -> None:
    """The carrier may deliver a text again, even under an older field name; the second time changes nothing."""
    await house.opened()
    await house.text("what?", sid="SM1")
    before = await house.everything()
    assert (await house.text("what?", sid="SM1")).status_code == 200
    assert (await house.carrier("/twilio/sms", {"SmsSid": "SM1", "From": ANA, "Body": "2"})).status_code == 200
    assert await house.everything() == before


@pytest.mark.both_databases
async def test_a_text_that_comes_twice_at_once_counts_once(house: House) -> None:
    """Of deliveries that race all get a 200, and one is kept and replied to."""
    answers = await asyncio.gather(*(house.text("hello", sender="+13105550199", sid="SM1") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await house.rows(t.inbound_text)) == 1
    assert len(await house.rows(t.page, to="+13105550199")) == 1


@pytest.mark.parametrize(
    "body",
    [
        *("", " ", "\x00", "1\x00 25", "x" * 10_000, "1 " * 5_000, "9" * 5_000),
        *("\U0001f44d" * 2_500, "\u202e\ufeff\x07\x1b[31m", "\ufffe\uffff"),
        *("a&Body=2", "<Response><Hangup/></Response>", "'; DROP TABLE page; --"),
    ],
)
async def test_any_text_is_kept_and_answered(house: House, body: str) -> None:
    """Whatever a phone sends, it is kept as far as it can be, and its sender hears from us."""
    assert (await house.text(body)).status_code == 200
    kept = (await house.row(t.inbound_text))["body"]
    assert kept == body.translate({0: None, 7: None, 0x1B: None, 0xFFFE: None, 0xFFFF: None})
    assert await house.rows(t.page, person="ana", purpose="answer")


async def test_bytes_that_are_no_text_are_kept_as_far_as_they_can_be(house: House) -> None:
    """A form may encode bytes that are not UTF-8; the signature covers them as they are decoded."""
    body = b"MessageSid=SM1&From=%2B15625550101&Body=%FF%FE%C3"
    read_as = {"MessageSid": "SM1", "From": ANA, "Body": "\ufffd\ufffd\ufffd"}
    headers = {
        "X-Twilio-Signature": RequestValidator(TOKEN).compute_signature(f"{PUBLIC_URL}/twilio/sms", read_as),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    assert (await house.web.post("/twilio/sms", content=body, headers=headers)).status_code == 200
    assert (await house.row(t.inbound_text))["body"] == "\ufffd\ufffd\ufffd"


async def test_repeated_fields_are_signed_together(house: House) -> None:
    """A form may repeat a field; the signature covers all its values."""
    pairs = [*SMS.items(), ("MediaUrl", "b"), ("MediaUrl", "a"), ("MediaUrl", "b")]
    assert (await house.carrier("/twilio/sms", pairs)).status_code == 200
    assert len(await house.rows(t.inbound_text)) == 1


@pytest.mark.parametrize("sender", ["anonymous", "+266696687", "12345", "x" * 500, "+1 (562) 555-0101"])
async def test_whoever_sends_a_text_a_person_reads_it(house: House, sender: str) -> None:
    """From an unknown number, or none: the coordinators get the words."""
    assert (await house.text("is this the hotline", sender=sender)).status_code == 200
    alarms = await house.rows(t.page, purpose="alarm")
    assert {page["person"] for page in alarms} == {"cora", "omar"}
    assert all("is this the hotline" in page["text"] for page in alarms)


# ---- status callbacks ----------------------------------------------------------------------------------------------


async def status(house: House, page: str, status: str, *, sid: str = "SM1", **more: str) -> int:
    form = {"MessageSid": sid, "MessageStatus": status, **more}
    return (await house.carrier(f"/twilio/sms/status/{page}", form)).status_code


async def call_status(house: House, page: str, status: str, number: int, **more: str) -> int:
    form = {"CallSid": "CA1", "CallStatus": status, "SequenceNumber": str(number), **more}
    return (await house.carrier(f"/twilio/voice/status/{page}", form)).status_code


async def test_news_of_a_text_moves_it_forward(house: House) -> None:
    """Callbacks out of order and twice: the page keeps the furthest state, and each callback is kept once."""
    created = await house.opened()
    page = await house.page(created["id"], purpose="page", channel="sms")
    for news in ("delivered", "sent", "queued", "delivered", "a-status-of-next-year"):
        assert await status(house, page["id"], news) == 204
    after = await house.row(t.page, id=page["id"])
    assert (after["state"], after["sid"]) == ("delivered", "SM1")
    assert len(await house.rows(t.receipt)) == 4


_NO_PAGES = ["nobody", "%00", "%ff", "x" * 2000]


async def test_news_of_no_page_of_ours_is_taken(house: House, subtests: pytest.Subtests) -> None:
    """News of an unknown page is accepted: an error would only make the carrier alarm us about our own address."""
    for page in _NO_PAGES:
        with subtests.test(str(page)):
            before = await house.everything()
            assert await status(house, page, "delivered") == 204
            assert await call_status(house, page, "busy", 1) == 204
            assert await house.everything() == before


@pytest.mark.both_databases
async def test_news_that_comes_twice_at_once_counts_once(house: House) -> None:
    """Of callbacks that race all get a 204, and one takes effect."""
    created = await house.opened()
    page = await house.page(created["id"], purpose="page", channel="sms")
    codes = await asyncio.gather(*(status(house, page["id"], "undelivered", ErrorCode="30003") for _ in range(6)))
    assert set(codes) == {204}
    assert len(await house.rows(t.timeline, callout=created["id"], kind="page_failed")) == 1


async def test_the_signature_is_over_the_public_address(house: House) -> None:
    """Behind a proxy the request arrives under another host name; the signature is over the configured address."""
    headers = {"Host": "10.0.0.7:8000", "Content-Type": "application/x-www-form-urlencoded"}
    headers["X-Twilio-Signature"] = RequestValidator(TOKEN).compute_signature(f"{PUBLIC_URL}/twilio/sms", SMS)
    assert (await house.web.post("/twilio/sms", data=SMS, headers=headers)).status_code == 200
    assert texts.NOTHING_OPEN in {page["text"] for page in await house.rows(t.page, person="ana")}
