"""Texts through the real SDK."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from starlette.responses import PlainTextResponse
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.twilio_simulator.application import ACCOUNT, ANA, BEN, SERVICE, TOKEN, Scene
from twilio_simulator import Behaviour, NotInService
from twilio_simulator.numbers import normalized


async def test_a_text_is_queued_then_sent_then_delivered(scene: Scene) -> None:
    """A message is answered as queued, and its callbacks tell sent and delivered, signed."""
    message = await scene.text("K7Q: reply 1 or 2")
    assert (message.status, message.num_segments, message.error_code) == ("queued", "1", None)
    assert message.sid.startswith("SM")
    assert len(message.sid) == 34
    assert message.date_created == scene.moment
    await scene.pass_time(2)
    ana = scene.carrier.phone(ANA)
    assert [text.body for text in ana.texts] == ["K7Q: reply 1 or 2"]
    assert ana.texts[-1].sid == message.sid
    assert scene.application.statuses("/status") == ["sent", "delivered"]
    assert all(hook.genuine for hook in scene.application.hooks)
    fetched = await scene.sdk(lambda c: c.messages(message.sid).fetch())
    assert fetched.status == "delivered"
    assert fetched.direction == "outbound-api"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"to": "", "from_": SERVICE, "body": "x"}, 21604),
        ({"to": ANA, "from_": "", "body": "x"}, 21603),
        ({"to": ANA, "from_": SERVICE, "body": ""}, 21602),
        ({"to": ANA, "from_": SERVICE, "body": "x" * 1601}, 21617),
        ({"to": "+1", "from_": SERVICE, "body": "x"}, 21211),
        ({"to": ANA, "from_": SERVICE, "body": "x", "status_callback": "nowhere"}, 21609),
        ({"to": ANA, "from_": SERVICE, "body": "x", "validity_period": 36001}, 20001),
    ],
)
async def test_what_is_wrong_is_refused_with_twilios_code(scene: Scene, params: dict[str, str], code: int) -> None:
    """A message that lacks something, or has too much of something, gets the error that Twilio gives."""
    with pytest.raises(TwilioRestException) as refusal:
        await scene.sdk(lambda c: c.messages.create(**params))
    assert (refusal.value.code, refusal.value.status) == (code, 400)


async def test_wrong_credentials_are_refused(scene: Scene) -> None:
    """Another token gets 401 and code 20003, and the right one may look at the account."""
    client = Client(ACCOUNT, "wrong")
    client.api.base_url = scene.carrier.url
    with pytest.raises(TwilioRestException) as refusal:
        await asyncio.to_thread(client.messages.create, to=ANA, from_=SERVICE, body="x")
    assert (refusal.value.code, refusal.value.status) == (20003, 401)
    account = await scene.sdk(lambda c: c.api.accounts(ACCOUNT).fetch())
    assert (account.sid, account.status) == (ACCOUNT, "active")


@pytest.mark.parametrize(
    ("behaviour", "statuses", "error"),
    [
        (Behaviour.LEFT_TO_RING, ["sent", "delivered"], None),
        (Behaviour.UNREACHABLE, ["sent", "undelivered"], "30003"),
        (Behaviour.LANDLINE, ["sent", "undelivered"], "30006"),
        (Behaviour.SWITCHED_OFF, ["sent"], None),
    ],
)
async def test_a_phone_decides_how_a_text_ends(
    scene: Scene, behaviour: Behaviour, statuses: list[str], error: str | None
) -> None:
    """The last status and its ErrorCode follow from the phone's behaviour, and only a delivered text is on it."""
    scene.carrier.phone(ANA).behaviour = behaviour
    await scene.text()
    await scene.pass_time(60)
    assert scene.application.statuses("/status") == statuses
    assert scene.application.hooks[-1].params.get("ErrorCode") == error
    assert bool(scene.carrier.phone(ANA).texts) == (statuses[-1] == "delivered")


@pytest.mark.parametrize(("behaviour", "code"), [(Behaviour.OPTED_OUT, 21610), (Behaviour.INVALID, 21211)])
async def test_a_phone_can_make_the_create_fail(scene: Scene, behaviour: Behaviour, code: int) -> None:
    """A number that opted out or does not exist is refused at once."""
    scene.carrier.phone(ANA).behaviour = behaviour
    with pytest.raises(TwilioRestException) as refusal:
        await scene.text()
    assert refusal.value.code == code
    assert [(r.kind, r.status, r.sid) for r in scene.carrier.requests] == [("message", 400, None)]


async def test_a_reply_reaches_the_application_and_its_answer_the_phone(scene: Scene) -> None:
    """A reply goes to the number that texted, and a <Message> in the answer comes back as a text."""
    scene.application.answers["/sms"] = "<Response><Message>Thanks, Ana &amp; co.</Message></Response>"
    ana = scene.carrier.phone(ANA)
    await scene.text()
    await scene.pass_time(2)
    await ana.reply("1 25")
    (hook,) = scene.application.at("/sms")
    assert hook.genuine
    assert (hook.params["From"], hook.params["To"], hook.params["Body"]) == (ANA, SERVICE, "1 25")
    await scene.pass_time(2)
    assert ana.texts[-1].body == "Thanks, Ana & co."


async def test_an_empty_answer_says_nothing(scene: Scene) -> None:
    """An empty <Response/>, or no document at all, delivers no text."""
    ana = scene.carrier.phone(ANA)
    for answer in ("<Response/>", 204, ""):
        scene.application.answers["/sms"] = answer
        await ana.reply("HERE", to=SERVICE)
    await scene.pass_time(5)
    assert ana.texts == []
    assert scene.carrier.errors == []


async def test_messaging_redirect_is_followed(scene: Scene) -> None:
    """A relative <Redirect> is asked with the inbound text, and its document is executed."""
    scene.application.answers["/sms"] = "<Response><Redirect>other</Redirect></Response>"
    scene.application.answers["/other"] = "<Response><Message><Body>From there</Body></Message></Response>"
    ana = scene.carrier.phone(ANA)
    await ana.reply("HERE", to=SERVICE)
    await scene.pass_time(2)
    assert scene.application.at("/other")[0].params["Body"] == "HERE"
    assert ana.texts[-1].body == "From there"


async def test_bad_messaging_twiml_is_an_error(scene: Scene) -> None:
    """A document that is not XML, and an answer that is not 2xx, are listed among the carrier's errors."""
    ana = scene.carrier.phone(ANA)
    scene.application.answers["/sms"] = "not xml"
    await ana.reply("1", to=SERVICE)
    scene.application.answers["/sms"] = 500
    await ana.reply("1", to=SERVICE)
    assert [error.code for error in scene.carrier.errors] == [12100, 11200]


async def test_stop_opts_out_and_start_undoes_it(scene: Scene) -> None:
    """STOP is forwarded with OptOutType, silences that number for that phone, and START lets it speak again."""
    ana = scene.carrier.phone(ANA)
    await ana.reply(" stop ", to=SERVICE)
    assert scene.application.at("/sms")[-1].params["OptOutType"] == "STOP"
    with pytest.raises(TwilioRestException) as refusal:
        await scene.text()
    assert refusal.value.code == 21610
    await scene.text(to=BEN)
    await ana.reply("START", to=SERVICE)
    assert scene.application.at("/sms")[-1].params["OptOutType"] == "START"
    await scene.text("back again")
    await scene.pass_time(5)
    assert "unsubscribed" in ana.texts[0].body
    assert ana.texts[-1].body == "back again"


async def test_yes_is_forwarded_and_answered_only_after_stop(scene: Scene) -> None:
    """YES counts as START for Twilio, but whoever never opted out gets no text for it."""
    ana = scene.carrier.phone(ANA)
    await ana.reply("Yes", to=SERVICE)
    await scene.pass_time(5)
    assert scene.application.at("/sms")[-1].params["Body"] == "Yes"
    assert ana.texts == []


async def test_replying_to_nobody_is_a_clear_error(scene: Scene) -> None:
    """Without a text to reply to, and at a number without an SMS URL, the person is told so."""
    ana = scene.carrier.phone(ANA)
    with pytest.raises(LookupError, match="no text to reply to"):
        await ana.reply("1")
    with pytest.raises(NotInService):
        await ana.reply("1", to="+15625550199")


async def test_lists_filter_and_page(scene: Scene) -> None:
    """The SDK's list walks all pages, newest first, and filters by To, From and DateSent."""
    for number in range(7):
        await scene.text(f"text {number}", to=ANA if number % 2 else BEN)
        await scene.pass_time(60)
    everything = await scene.sdk(lambda c: c.messages.list(page_size=2))
    assert [m.body for m in everything] == [f"text {n}" for n in reversed(range(7))]
    to_ana = await scene.sdk(lambda c: c.messages.list(to=ANA, from_=SERVICE, page_size=1))
    assert [m.body for m in to_ana] == ["text 5", "text 3", "text 1"]
    since = scene.moment - timedelta(minutes=3)
    late = await scene.sdk(lambda c: c.messages.list(date_sent_after=since))
    assert [m.body for m in late] == ["text 6", "text 5", "text 4"]
    early = await scene.sdk(lambda c: c.messages.list(date_sent_before=since))
    assert len(early) == 4 + 1  # the bound itself counts on both sides
    today = await scene.sdk(lambda c: c.messages.list(date_sent=scene.moment.date()))
    assert len(today) == 7
    assert await scene.sdk(lambda c: c.messages.list(date_sent=scene.moment.date() - timedelta(days=1))) == []


async def test_a_message_not_yet_sent_is_listed(scene: Scene) -> None:
    """Whoever looks for a message right after creating it finds it, by the time at which it was created."""
    message = await scene.text()
    found = await scene.sdk(lambda c: c.messages.list(to=ANA, date_sent_after=scene.moment))
    assert [m.sid for m in found] == [message.sid]


async def test_a_messaging_service_accepts_and_finds_a_sender(scene: Scene) -> None:
    """With a Messaging Service the first status is accepted, and the text comes from the service's number."""
    message = await scene.sdk(lambda c: c.messages.create(to=ANA, messaging_service_sid="MG" + "1" * 32, body="hello"))
    assert message.status == "accepted"
    await scene.pass_time(2)
    assert scene.carrier.phone(ANA).texts[-1].from_ == SERVICE


async def test_an_expired_message_fails(scene: Scene) -> None:
    """A message that waits in the queue longer than its ValidityPeriod fails with 30036."""
    scene.carrier.messages._segments_per_second = 0.1
    await scene.text("first")
    await scene.text("second", validity_period=5)
    await scene.pass_time(30)
    assert scene.application.hooks[-1].params["ErrorCode"] == "30036"
    assert scene.application.hooks[-1].params["MessageStatus"] == "failed"
    assert [text.body for text in scene.carrier.phone(ANA).texts] == ["first"]


async def test_a_plain_text_answer_is_a_text(scene: Scene) -> None:
    """An answer in text/plain goes back as it is."""
    scene.application.answers["/sms"] = PlainTextResponse("Got it")
    ana = scene.carrier.phone(ANA)
    await ana.reply("1", to=SERVICE)
    await scene.pass_time(2)
    assert ana.texts[-1].body == "Got it"


async def test_an_answer_to_somebody_who_opted_out_is_an_error(scene: Scene) -> None:
    """Whoever has just texted STOP gets no <Message>, and the carrier notes 21610."""
    scene.application.answers["/sms"] = "<Response><Message>Bye</Message></Response>"
    ana = scene.carrier.phone(ANA)
    await ana.reply("STOP", to=SERVICE)
    await scene.pass_time(2)
    assert [error.code for error in scene.carrier.errors] == [21610]
    assert len(ana.texts) == 1


async def test_help_is_answered_by_the_carrier(scene: Scene) -> None:
    """HELP is forwarded with OptOutType, and the carrier answers it itself."""
    ana = scene.carrier.phone(ANA)
    await ana.reply("help", to=SERVICE)
    await scene.pass_time(2)
    assert scene.application.at("/sms")[0].params["OptOutType"] == "HELP"
    assert "STOP" in ana.texts[-1].body


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("+1 562-555-0101", "+15625550101"),
        ("(562) 555-0101", "+15625550101"),
        ("1.562.555.0101", "+15625550101"),
        ("+34600555010", "+34600555010"),
        ("911", None),
        ("anonymous", None),
        ("+0123456789", None),
    ],
)
def test_numbers_are_normalized(written: str, expected: str | None) -> None:
    """Punctuation goes, North American numbers get their country code, and the rest must be E.164."""
    assert normalized(written) == expected


async def test_a_list_that_cannot_be_filtered_is_refused(scene: Scene) -> None:
    """A date or a page that cannot be read is refused, and what does not exist is 404 in Twilio's shape."""
    async with httpx.AsyncClient(auth=(ACCOUNT, TOKEN), base_url=scene.carrier.url) as client:
        root = f"/2010-04-01/Accounts/{ACCOUNT}"
        for query in ("DateSent=yesterday", "PageSize=many"):
            answer = await client.get(f"{root}/Messages.json?{query}")
            assert (answer.status_code, answer.json()["code"]) == (400, 20001)
        for path in ("Messages/SMx.json", "Calls/CAx.json", "Faxes.json"):
            answer = await client.get(f"{root}/{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, 20404)
        answer = await client.delete(f"{root}/Messages.json")
        assert (answer.status_code, answer.json()["code"]) == (405, 20004)
