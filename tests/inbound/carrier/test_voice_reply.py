"""What a paged person hears, and what the keys do. Every answer is proven to be XML."""

import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa

from dispatch.actions.delivery import test_page
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.wording import spoken
from dispatch.store import tables as t
from dispatch.store.roster.roster import touch_roster
from tests.inbound.house import NOW, OFFICER, House, asked_at, goes_on_at, problem, words


def keys(page: str, stage: str) -> str:
    return f"/twilio/voice/page/{page}/keys?stage={stage}"


def asked(heard: ET.Element) -> str | None:
    """Where the next key goes, whichever turn of the call it answers."""
    at = asked_at(heard)
    return re.sub(r"&turn=[0-9]+$", "", at) if at is not None else None


def ends(heard: ET.Element) -> bool:
    return asked(heard) is None and heard.find("Hangup") is not None


async def rung(house: House, **details: Any) -> tuple[dict[str, Any], str]:
    """A call-out, and the page under which Ana's phone rings."""
    created = await house.opened(**details)
    return created, (await house.page(created["id"], purpose="page", channel="voice"))["id"]


async def test_a_page_says_who_calls_and_what_to_press(house: House) -> None:
    """The agency in full and the code letter by letter, never the place; one key is asked for."""
    created, page = await rung(house, meeting_place={"address": "400 W Broadway"})
    heard = await house.pick_up(page)
    assert words(heard) == spoken.page("Long Beach Police Department", created["code"])
    assert asked(heard) == keys(page, "page")
    gather = heard.find("Gather")
    assert gather is not None
    assert (gather.attrib["numDigits"], gather.attrib["input"]) == ("1", "dtmf")
    assert (await house.row(t.callout))["status"] == "paging"


async def test_picking_up_alone_acknowledges_nothing(house: House) -> None:
    """Without a key the page is said three times and the call ends; nothing has changed."""
    _, page = await rung(house)
    before = await house.everything()
    first = await house.pick_up(page)
    assert goes_on_at(first) == f"/twilio/voice/page/{page}?round=2"
    second = await house.pick_up(page, "?round=2")
    assert goes_on_at(second) == f"/twilio/voice/page/{page}?round=3"
    third = await house.pick_up(page, "?round=3")
    assert words(first) == words(second) == words(third)
    assert goes_on_at(third) is None
    assert third.find("Hangup") is not None
    assert await house.everything() == before


@pytest.mark.parametrize("query", ["?round=", "?round=12", "?round=x", "?round=%00", "?other=1"])
async def test_an_odd_round_is_the_first(house: House, query: str) -> None:
    """A round number that we never ask for does not end the call."""
    _, page = await rung(house)
    assert goes_on_at(await house.pick_up(page, query)) == f"/twilio/voice/page/{page}?round=2"


@pytest.mark.parametrize("stage", ["page", "menu", "reminder", "test", "eta"])
async def test_no_key_acknowledges_nothing(house: House, stage: str) -> None:
    """Without a key, whatever the stage, a page that asks somebody stays as it was."""
    _, page = await rung(house)
    before = await house.everything()
    heard = await house.press(page, stage, "")
    assert ends(heard) or asked(heard) == keys(page, stage)
    if stage != "test":  # a test's question is never asked on such a page
        assert await house.everything() == before


async def test_one_takes_it_and_asks_for_the_minutes(house: House) -> None:
    """1 acknowledges at once; the minutes end with # and may be left out."""
    created, page = await rung(house)
    heard = await house.press(page, "page", "1")
    assert words(heard) == spoken.ask_eta()
    assert asked(heard) == keys(page, "eta")
    gather = heard.find("Gather")
    assert gather is not None
    assert (gather.attrib["finishOnKey"], gather.attrib["actionOnEmptyResult"]) == ("#", "true")
    row = await house.row(t.callout, id=created["id"])
    assert (row["status"], row["acknowledged_at"]) == ("acknowledged", NOW)
    assert (await house.row(t.page, id=page))["state"] == "done"
    assert (await house.row(t.assignment))["person"] == "ana"


@pytest.mark.parametrize(
    ("digits", "minutes"),
    [
        ("25", 25),
        ("3", 3),
        ("360", 360),
        ("2", None),
        ("", None),
        ("361", None),
        ("*5", None),
        ("9" * 5000, None),
    ],
)
async def test_the_minutes_are_the_eta(house: House, digits: str, minutes: int | None) -> None:
    """Minutes that make sense are the ETA, and others are asked for again; either way the call-out stays taken."""
    _, page = await rung(house)
    await house.press(page, "page", "1")
    heard = await house.press(page, "eta", digits)
    again = bool(digits) and minutes is None
    assert words(heard) == (spoken.no_eta() if again else f"{spoken.confirmed(minutes)} {spoken.menu()}")
    assert asked(heard) == keys(page, "eta" if again else "menu")
    assignment = await house.row(t.assignment)
    eta_at = assignment["eta_at"]
    assert (None if eta_at is None else (eta_at - NOW).total_seconds() / 60) == minutes


async def test_the_place_is_said_only_to_whoever_took_it(house: House) -> None:
    """3 says the meeting place after 1, and to nobody before."""
    _, page = await rung(house, meeting_place={"address": "400 W Broadway", "note": "lobby"}, scene_safe=False)
    before = await house.press(page, "menu", "3")
    assert "Broadway" not in ET.tostring(before, "unicode")
    await house.press(page, "page", "1")
    heard = await house.press(page, "menu", "3")
    assert spoken.unsafe_scene() in words(heard)
    assert spoken.place("400 W Broadway", "lobby") in words(heard)
    assert asked(heard) == keys(page, "menu")


async def test_what_is_said_stays_xml(house: House) -> None:
    """Markup in an address is spoken, not interpreted."""
    _, page = await rung(house, meeting_place={"address": "</Say><Dial>+15625550199</Dial> & Co"})
    await house.press(page, "page", "1")
    heard = await house.press(page, "menu", "3")
    assert heard.find(".//Dial") is None
    assert "</Say><Dial>+15625550199</Dial> & Co" in words(heard)


async def test_four_rings_the_officer(house: House) -> None:
    """4 places a call of our own to the callback number, and whoever pressed waits; before 1 it rings nobody."""
    created, page = await rung(house)
    await house.press(page, "menu", "4")
    assert await house.rows(t.page, purpose="join") == []
    await house.press(page, "page", "1")
    heard = await house.press(page, "menu", "4")
    assert heard.find("Dial") is None
    assert asked(heard) == keys(page, "joining")
    ringing = await house.page(created["id"], purpose="join")
    assert (ringing["to"], ringing["person"], ringing["channel"]) == (OFFICER, None, "voice")
    assert words(await house.pick_up(page)) == spoken.menu()


async def test_a_conference_shows_and_records_nobody(house: House) -> None:
    """It ends when either goes, asks at our doors, and has no number in it."""
    created, page = await rung(house)
    await house.press(page, "page", "1")
    await house.press(page, "menu", "4")
    officer = (await house.page(created["id"], purpose="join"))["id"]
    assert asked(await house.pick_up(officer)) == keys(officer, "join")
    heard = await house.press(officer, "join", "1")
    dial, conference = heard.find("Dial"), heard.find("Dial/Conference")
    assert dial is not None
    assert conference is not None
    assert conference.text == officer
    assert dial.attrib["action"].partition("#")[0].endswith(f"/voice/page/{officer}/left?turn=1")
    assert conference.attrib["waitUrl"].partition("#")[0].endswith(f"/voice/page/{officer}/waits?turn=1")
    assert conference.attrib["endConferenceOnExit"] == "true"
    assert "+1" not in ET.tostring(heard, "unicode")
    assert (await house.press(page, "joining", "")).find("Dial/Conference") is not None


async def test_whoever_reads_spanish_hears_it_from_a_spanish_voice(house: House) -> None:
    """An English voice would read Spanish as nobody speaks it."""
    created, _ = await rung(house)
    await house.run(sa.update(t.person).where(t.person.c.id == "ana").values(texts_in="es"))
    await house.service.database.write(touch_roster)
    page = await house.page(created["id"], person="ana", channel="voice", purpose="page")
    said = (await house.pick_up(page["id"])).find(".//Say")
    assert said is not None
    assert said.text is not None
    assert said.text.startswith("Este es un llamado")
    assert (said.attrib["voice"], said.attrib["language"]) == ("Polly.Lupe", "es-US")


async def test_two_declines_and_the_next_is_paged(house: House) -> None:
    """2 ends the call, and the backup is paged now."""
    created, page = await rung(house)
    assert words(await house.press(page, "page", "2")) == spoken.declined()
    assert (await house.row(t.decline))["person"] == "ana"
    backup = await house.page(created["id"], person="dev", purpose="page")
    assert backup["due_at"] == NOW


@pytest.mark.parametrize(("stage", "key"), [("page", "9"), ("menu", "9")])
async def test_nine_repeats(house: House, stage: str, key: str) -> None:
    """9 says it again and changes nothing."""
    _, page = await rung(house)
    if stage == "menu":
        await house.press(page, "page", "1")
    before = await house.everything()
    heard = await house.press(page, stage, key)
    assert words(heard) == words(await house.pick_up(page))
    assert asked(heard) == keys(page, stage)
    assert await house.everything() == before


async def test_a_wrong_key_changes_nothing(house: House, subtests: pytest.Subtests) -> None:
    """For any other key the person hears that it means nothing, and then the page again."""
    _, page = await rung(house)
    before = await house.everything()
    for key in ("3", "4", "5", "#", "*", "11", "\u0661", "x" * 5000):
        with subtests.test(key[:5]):
            heard = await house.press(page, "page", key)
            assert words(heard).startswith(spoken.wrong_key())
            assert asked(heard) == keys(page, "page")
    assert await house.everything() == before


async def test_pressing_one_twice_is_harmless(house: House) -> None:
    """Whoever has the call-out is asked for the minutes again; there is one assignment."""
    _, page = await rung(house)
    await house.press(page, "page", "1")
    assert asked(await house.press(page, "page", "1")) == keys(page, "eta")
    assert len(await house.rows(t.assignment)) == 1


async def test_whoever_comes_second_hears_who_has_it(house: House) -> None:
    """The first acknowledgement wins; the second person is told on picking up, and after 1 as well."""
    created, page = await rung(house)
    await house.press(page, "page", "1")
    late = "late-page"
    row = await house.row(t.page, id=page)
    await house.put(t.page, **{**row, "id": late, "person": "dev", "to": "+15625550104", "state": "sent"})
    assert words(await house.pick_up(late)) == spoken.taken_by("Ana")
    heard = await house.press(late, "page", "1")
    assert words(heard) == spoken.taken_by("Ana")
    assert ends(heard)
    primary = await house.row(t.assignment, callout=created["id"], role="primary")
    assert primary["person"] == "ana"


async def test_what_is_over_is_said(house: House) -> None:
    """A phone that rings after a cancellation says that the call-out is closed, on picking up and after every key."""
    created, page = await rung(house)
    await house.ask("POST", f"/v1/callouts/{created['id']}/cancel")
    before = await house.everything()
    heard = [await house.pick_up(page), await house.press(page, "page", "1"), await house.press(page, "page", "2")]
    heard += [await house.press(page, "eta", "25"), await house.press(page, "menu", "3")]
    assert {words(answer) for answer in heard} == {spoken.closed()}
    assert all(ends(answer) for answer in heard)
    assert await house.everything() == before


@pytest.mark.parametrize("page", ["nobody", "%00", "%ff%fe", "x" * 2000])
async def test_a_call_under_no_page_of_ours_ends(house: House, page: str) -> None:
    """Somebody is listening, who may have been asked to come: nobody says that there is nothing to do."""
    for heard in (await house.pick_up(page), await house.press(page, "page", "1")):
        assert words(heard) == spoken.not_known()
        assert ends(heard)


async def test_a_stage_that_is_none_is_refused(house: House) -> None:
    """None of our addresses has such a stage."""
    problem(await house.carrier("/twilio/voice/page/x/keys?stage=nap", {"Digits": "1"}), 404)


async def of_purpose(house: House, callout: str, purpose: str) -> str:
    """A call of another purpose to Ana's phone."""
    row = await house.page(callout, purpose="page", channel="voice")
    await house.put(t.page, **{**row, "id": f"a-{purpose}", "purpose": purpose, "text": "Something happened."})
    return f"a-{purpose}"


@pytest.mark.parametrize(("key", "status"), [("1", "en_route"), ("2", "paging")])
async def test_a_reminder_asks_whether_they_go(house: House, key: str, status: str) -> None:
    """1 means on the way, and the menu follows; 2 gives it back, and paging goes on."""
    created = await house.opened()
    await house.taken(created)
    page = await of_purpose(house, created["id"], "reminder")
    heard = await house.pick_up(page)
    assert words(heard) == spoken.remind(created["code"])
    assert asked(heard) == keys(page, "reminder")
    after = await house.press(page, "reminder", key)
    assert words(after) == (spoken.menu() if key == "1" else spoken.declined())
    assert (await house.row(t.callout, id=created["id"]))["status"] == status


async def test_a_test_call_wants_any_key(house: House) -> None:
    """Any key shows that calls reach this phone; picking up alone does not."""
    await house.service.runner.act(test_page.request, "Ana", OPERATOR, Source.CLI)
    page = (await house.page(None, purpose="test", channel="voice"))["id"]
    heard = await house.pick_up(page)
    assert words(heard) == spoken.test()
    assert asked(heard) == keys(page, "test")
    assert (await house.row(t.page, id=page))["state"] == "waiting"
    heard = await house.press(page, "test", "7")
    assert words(heard) == spoken.test_answered()
    assert (await house.row(t.page, id=page))["state"] == "done"


async def test_an_alarm_is_said_twice_and_asks_nothing(house: House) -> None:
    """The first words are often missed; no key means anything."""
    created = await house.opened()
    page = await of_purpose(house, created["id"], "alarm")
    before = await house.everything()
    heard = await house.pick_up(page)
    assert words(heard) == "Something happened. Something happened."
    assert ends(heard)
    assert await house.everything() == before


async def test_an_alarm_that_is_heard_late_says_how_it_stands(house: House) -> None:
    """A coordinator who hears the alarm late must not wake others for what Ben has taken, or what is over."""
    created = await house.opened()
    page = await of_purpose(house, created["id"], "alarm")
    await house.taken(created)
    taken_by = words(await house.pick_up(page))
    assert taken_by == "Something happened. Something happened. By now Ana has it."
    await house.ask("POST", f"/v1/callouts/{created['id']}/cancel")
    assert words(await house.pick_up(page)).endswith("By now it is closed.")


async def test_letters_that_end_a_call_are_not_said(house: House) -> None:
    """XML cannot carry a control character, and one in a name would end the call halfway."""
    created = await house.opened()
    page = await of_purpose(house, created["id"], "alarm")
    await house.change(t.page, page, text="Bell\x07 and \ufffe & <so on>.")
    assert words(await house.pick_up(page)).startswith("Bell and  & <so on>.")
