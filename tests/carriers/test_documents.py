"""Every document that the service can answer a call with, generated from the tables of what is said and asked: both
carriers' dialects take it, it is short, and it records nobody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from xml.etree import ElementTree as ET

import pytest

from dispatch.carriers.carrier import FORM, CarrierRequest, Document
from dispatch.carriers.doors import Door, hotline_call, paged_call
from dispatch.carriers.twilio.client import TwilioCarrier
from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Details, Status
from dispatch.rules.facts.hotline import HotlineCall, OnTheLine
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Language
from dispatch.rules.facts.phone_calls import Bridge, Leg, LegState, PagedCall, PagedStage, Party
from dispatch.rules.facts.roster import Agency, Station
from dispatch.rules.hotline import menu, stages
from dispatch.rules.phone import paged_call as paged
from dispatch.rules.phone.calls import SpokenReply
from tests.outbound.edge import CALL, LOCAL_HOSTS, Edge, edge_server, says
from tests.rules.situations import ANA, CORA, NIGHT, OFFICER, ROSTER, callout, dials, minutes, page, situation, taken
from tests.twilio_simulator.signalwire import refused_there
from twilio_simulator import violations

HERE, NUMBER = "https://dispatch.example", "+15625550100"
MOST_CHARACTERS = 4000
CHARACTERS_A_SECOND = 15
NOW = NIGHT + minutes(10)

DESK, PHONE = "+15625550151", "+15625550150"
LBPD = Agency(
    "LBPD",
    "Long Beach Police Department & <Sons>",
    listed_numbers=(PHONE,),
    stations=tuple(Station(f"{name} Division of the City", f"{name} Street", DESK) for name in "ABCDEFGHI"),
    pin="482915",
)
TOWN = replace(ROSTER, agencies=(LBPD,))
CALLOUTS = (
    None,
    callout(),
    callout(step=99),
    replace(callout(), trust=Trust.LIKELY),
    taken(),
    replace(taken(eta_at=NIGHT), trust=Trust.VERIFIED),
    replace(taken(status=Status.EN_ROUTE, en_route_at=NIGHT, eta_at=NIGHT), trust=Trust.LIKELY),
    replace(taken(status=Status.ON_SCENE, arrived_at=NIGHT), trust=Trust.LIKELY),
    callout(Status.CLOSED),
)
PHONES = (PHONE, DESK, "+15625550199", None)
TWILIO_CARRIER = TwilioCarrier("AC1", "t", NUMBER, public_url=HERE, fallback_url="https://handler.example/bin")


def _leg(id_: str, party: Party, state: LegState = LegState.WAITS) -> Leg:
    return Leg(id_, party, state, NOW, NOW, None, "c1" if state is LegState.JOINED else None)


BRIDGES = (
    Bridge(),
    Bridge((_leg("p9", Party.SPECIALIST),), holding=True),
    Bridge((_leg("p9", Party.SPECIALIST, LegState.JOINED), _leg("c1", Party.OFFICER, LegState.JOINED))),
)


def _lines() -> Iterator[OnTheLine]:
    """Somebody on the hotline, in every state that a rule tells apart."""
    for phone, trust, about, language in product(PHONES, Trust, CALLOUTS, Language):
        stands = None if about is None else replace(situation(about), roster=TOWN)
        for again, earlier, dismissed, long_held in (
            (False, (), False, False),
            (True, ("K7Q", "F3T"), False, True),
            (False, ("K7Q",), True, False),
        ):
            call = HotlineCall(
                "c1",
                phone,
                trust,
                "LBPD" if phone in (PHONE, DESK) else "UNLISTED",
                called_at=NIGHT,
                language=language,
                callout=about.id if about else None,
                again=again,
                due_at=NOW + timedelta(seconds=60),
                held_since=NOW - timedelta(minutes=16) if long_held else None,
                dismissed_at=NIGHT if dismissed else None,
                tries=2 if long_held else 0,
            )
            yield OnTheLine(
                call, TOWN, stands, earlier, BRIDGES[again + dismissed], dials, bound=dismissed, wrong_codes=0
            )


def _hotline() -> Iterator[SpokenReply]:
    for line in _lines():
        yield menu.greet(line, NOW)
        yield menu.resume(line, NOW)
        yield menu.left(line, 2, NOW).then(line, NOW)
        for stage, prompt in menu.MENU.items():
            keys = {"", "*", "8", "00", *prompt.keys, *(("482915", "779", "5625550188", "1") if prompt.number else ())}
            for pressed in sorted(keys):
                try:
                    led = menu.press(line, stage, pressed, NOW)
                    yield led.then(line, NOW)
                except AssertionError:
                    assert line.situation is None, "only a stage that this call cannot be at"


def _paged() -> Iterator[SpokenReply]:
    alarms = (
        (),
        (Alarm("a1", AlarmKind.DANGER, "ALARM", NIGHT, code="K7Q"),),
        (Alarm("a1", AlarmKind.MISSED_CALL, "ALARM", NIGHT, call="c1"),),
        (Alarm("a1", AlarmKind.DANGER, "ALARM", NIGHT, code="K7Q", owner="ben", owned_at=NOW, acted_at=NOW),),
    )
    in_spanish = [replace(person, texts_in=Language.SPANISH) for person in (ANA, CORA)]
    for purpose, about, who, known in product(Purpose, CALLOUTS, (ANA, CORA, *in_spanish, None), alarms):
        rung = replace(
            page(who.id if who else None, purpose=purpose, channel=Channel.VOICE, text="x & <y>" * 20),
            alarm="a1" if known else None,
        )
        details = Details(OFFICER, place_address="400 W Broadway & <here>", place_note="lobby", scene_safe=False)
        stands = replace(situation(about), details=details) if about else None
        for bridge in BRIDGES:
            call = PagedCall(rung, who, stands, ROSTER, known, bridge)
            yield paged.greet(call, NOW)
            yield paged.left(call, 2, NOW).heard
            for stage, keys in product(PagedStage, ("", "1", "2", "3", "4", "9", "25", "*")):
                yield paged.press(call, stage, keys, NOW).heard


def _request(path: str) -> CarrierRequest:
    return CarrierRequest(f"{HERE}/twilio{path}", path.partition("?")[2], {}, b"")


def _moments() -> Iterator[Document]:
    for path in (
        Door.HOTLINE,
        hotline_call("c1").said,
        hotline_call("c1").keys + "?stage=hold",
        paged_call("p1").said + "?round=2",
        f"{Door.PAGE_KEYS.path_for('p1')}?stage=eta&turn=12",
    ):
        headers = {"content-type": FORM}
        request = replace(_request(path), body=b"Digits=*1", headers=headers)
        document = TWILIO_CARRIER.one_moment(request)
        assert document is not None
        yield document


def _documents() -> set[str]:
    hotline, page_call = hotline_call("c1", 3), paged_call("p1", 3)
    heard = [(one, hotline) for one in set(_hotline())] + [(one, page_call) for one in set(_paged())]
    found = {TWILIO_CARRIER.hears(one, call, _request(call.said)).content for one, call in heard}
    waits = TWILIO_CARRIER.waits(hotline).content
    return {*found, waits, *(moment.content for moment in _moments()), TWILIO_CARRIER.received().content}


@pytest.fixture(scope="module")
def documents() -> set[str]:
    return _documents()


@pytest.mark.slow
def test_both_carriers_take_every_document(documents: set[str]) -> None:
    """Verbs, nesting and attributes are of either dialect, and none is long."""
    assert len(documents) > 200
    for document in documents:
        assert violations(document) == []
        assert refused_there(document) == []
        assert len(document) <= MOST_CHARACTERS


@pytest.mark.slow
def test_a_turn_on_hold_is_short() -> None:
    """Whoever holds hears something new within ten seconds of speech and the wait for a key."""
    for heard in set(_hotline()):
        if heard.ask is stages.Stage.HOLD and heard.wait_seconds == menu.HOLD_SECONDS:
            news = heard.say[-1]
            assert len(news) / CHARACTERS_A_SECOND <= 10, news


@pytest.mark.slow(20)
def test_no_document_records(documents: set[str]) -> None:
    """California Penal Code 632: every party would have to know."""
    for document in documents:
        for element in ET.fromstring(document).iter():
            assert element.tag not in {"Record", "Start", "Connect", "Transcription", "Stream", "Siprec"}
            assert not [name for name in element.attrib if "record" in name.lower() or "transcri" in name.lower()]
            assert "speech" not in element.attrib.get("input", "")


async def test_no_call_is_recorded() -> None:
    """No field of a call that we place asks for recording or transcription."""
    async with edge_server() as edge:
        await _place(edge)
        [request] = edge.arrived
    assert not [name for name, _ in request.form if "record" in name.lower() or "transcri" in name.lower()]


async def _place(edge: Edge) -> None:
    carrier = TwilioCarrier("AC1", "t", NUMBER, public_url=HERE, api_url=edge.url, allowed_hosts=LOCAL_HOSTS)
    edge.will(says(201, CALL))
    await carrier.place_call("7", to="+15625550101")
    await carrier.close()


def test_the_parameters_of_an_address_are_in_order() -> None:
    """Twilio sorts them when it sends, and signs them as we wrote them; the keys travel in the address."""
    for document in _moments():
        redirect = ET.fromstring(document.content).find("Redirect")
        assert redirect is not None
        assert redirect.text is not None
        query = redirect.text.partition("?")[2].partition("#")[0]
        names = [pair.partition("=")[0] for pair in query.split("&")]
        assert names == sorted(names)
        assert "again=1&keys=s1" in query
