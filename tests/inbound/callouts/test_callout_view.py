"""`/callouts/{code}` over HTTP: what it shows, each command given and refused, and two coordinators at once."""

import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from dispatch.rules.facts.callout import AssignmentRole
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from tests.inbound.callouts.pressing import (
    TRIES,
    Try,
    answered_late,
    make_specialist,
    plain,
    pressing,
    taken,
    unverified,
    waits,
)
from tests.inbound.house import ANA, CLEO, House
from tests.inbound.sign_in.room import Ui

_BY_NAME: dict[str, Try] = {one.command.do: one for one in TRIES}
_NIGHT = frozenset({"audit", "session"})  # what looking changes


@pytest.mark.parametrize("one", TRIES, ids=lambda one: one.command.do)
async def test_each_command_is_shown_then_done_and_done_once(house: House, one: Try) -> None:
    """The first press changes nothing. The second does it, is audited as a page's, and a third changes nothing more."""
    callout = await one.before(house)
    await make_specialist(house)
    async with pressing(house) as cora:
        before = await house.everything(but=_NIGHT)
        preview = await cora.shows(callout, one.command.do, one.form)
        assert one.shown in plain(preview)
        assert await house.everything(but=_NIGHT) == before
        done = await cora.confirms(preview)
        assert one.said in (await cora.door.get(done.headers["location"])).text
        after = await house.everything(but=_NIGHT)
        assert after != before
        assert {(row["callout"], row["kind"]) for row in await house.rows(t.done_command)} == {
            (callout, one.command.do)
        }
        assert "web" in {row["source"] for row in await house.rows(t.audit, callout=callout) if row["did"] != "read"}
        again = await cora.confirms(preview)
        assert again.headers["location"] == done.headers["location"]
        assert await house.everything(but=_NIGHT) == after


async def test_an_unverified_caller_is_marked_everywhere(house: House) -> None:
    """At the head with what the place is worth, in the list and on the board; a known one is marked nowhere."""
    callout = await unverified(house)
    async with pressing(house) as cora:
        shown = await cora.sees(callout)
        assert "Unverified caller" in shown
        assert "said by the caller, not confirmed" in shown
        assert ">The caller is verified<" in shown
        assert "unverified caller" in (await cora.door.get("/callouts")).text
        assert "Unverified caller" in (await cora.door.get("/")).text
        await cora.does(callout, "verify")
        assert "nverified caller" not in await cora.sees(callout)
        for path in ("/", "/callouts"):
            assert "nverified caller" not in (await cora.door.get(path)).text


async def test_an_officer_without_a_number_is_called_by_no_button(house: House) -> None:
    """A caller who withheld it: no empty tel: link anywhere, and no form that would write to nobody."""
    callout = await taken(house)
    await house.change(t.callout, callout, trust="withheld", officer_phone="")
    await house.text("SOS", sender=ANA)
    async with pressing(house) as cora:
        shown = await cora.sees(callout)
        assert "gave no number" in shown
        assert "tell-officer" not in shown
        told = (await house.rows(t.page, person="cora", purpose="alarm", channel="sms"))[-1]["text"]
        alarm = await cora.door.get("/a/" + told.partition("/a/")[2].split()[0])
        link = await cora.door.get(await house.link(callout))
        for page in (shown, alarm.text, link.text):
            assert not re.search(r'href="tel:"', page)
            assert "gave no number" in page


async def test_a_number_that_we_do_not_dial_is_called_by_no_button(house: House) -> None:
    """It may cost whoever presses one: the view says so beside it, and has no form that would write to nobody."""
    callout = await taken(house)
    async with pressing(house) as cora:
        assert "We neither ring nor text" not in await cora.sees(callout)
        await house.change(t.callout, callout, officer_phone="+18765550123")
        shown = await cora.sees(callout)
    assert "We neither ring nor text this number" in shown
    assert "tell-officer" not in shown
    assert shown.count("tel:+18765550123") == 1, "the number itself, and no button"


@pytest.mark.parametrize(("said", "shown"), [(None, "not said"), (False, "none"), (True, "yes")])
async def test_what_nobody_has_said_is_not_taken_for_a_no(house: House, said: bool | None, shown: str) -> None:
    """Whether a child needs a doctor was not asked: coordinators do not read that none is needed."""
    callout = await waits(house)
    await house.change(t.callout, callout, medical_need=said)
    async with pressing(house) as cora:
        assert f"<dt>Medical</dt><dd>{shown}</dd>" in await cora.sees(callout)


async def test_looking_is_audited_and_what_nobody_may_is_not_there(house: House) -> None:
    """An auditor sees the whole page and not one form of a command; a wall and nobody see none of it."""
    callout = await waits(house)
    ui = Ui(house)
    await ui.give_roles("omar", Role.AUDITOR)
    async with pressing(house, "omar") as omar:
        shown = await omar.sees(callout)
    assert "400 W Broadway" in shown
    assert "LBPD, API" in shown, "who called, and how"
    assert 'action="/callouts/' not in shown
    assert "You may look here" in shown
    assert ("auditor omar", "read") in {(row["who"], row["did"]) for row in await house.rows(t.audit, callout=callout)}
    async with pressing(house, kind="wall") as wall:
        await wall.sees(callout, 403)
    async with ui.browser() as nobody:
        assert (await nobody.get(f"/callouts/{callout}")).status_code == 303


async def test_a_frame_is_a_look_as_well(house: House) -> None:
    """Whoever asks for the live view without having opened it leaves a line, once an hour and not for each frame."""
    callout = await waits(house)

    async def look(name: str, path: str = "/state") -> list[str]:
        async with pressing(house, name) as one:
            assert (await one.door.get(f"/callouts/{callout}{path}")).status_code == 200
        return [row["who"].split()[1] for row in await house.rows(t.audit, callout=callout) if row["did"] == "read"]

    assert await look("cora") == ["cora"]
    assert await look("cora") == ["cora"]
    assert await look("omar", "") == ["cora", "omar"]
    assert await look("omar") == ["cora", "omar"]
    house.clock.pass_minutes(60)
    assert await look("omar") == ["cora", "omar"]
    house.clock.pass_minutes(1)
    assert await look("omar") == ["cora", "omar", "omar"]


async def test_the_track_and_the_number_say_the_same_minute(house: House) -> None:
    """A minute that is not over has not passed, in either."""
    created = await house.opened()
    await house.taken(created)
    house.clock.pass_minutes(16.75)
    await house.text("HERE")
    async with pressing(house) as cora:
        shown = await cora.sees(created["id"])
    assert "There after 16 min" in shown
    assert ">there 16</text>" in shown


async def test_a_call_out_by_its_code_and_by_its_id(house: House) -> None:
    """In capitals or not; once it is over as well, by both. What never was is 404."""
    callout = await waits(house)
    code = (await house.row(t.callout, id=callout))["code"]
    async with pressing(house) as cora:
        for name in (callout, code, code.lower()):
            assert f"{code}: paging Ana" in await cora.sees(name)
        await cora.does(callout, "cancel")
        for name in (callout, code):
            assert f"{code}: cancelled" in await cora.sees(name)
        await cora.sees("Z9Z", 404)
        await cora.shows("Z9Z", "next_step", status=404)


async def test_only_what_makes_sense_now_is_offered(house: House) -> None:
    async with pressing(house) as cora:
        callout = await waits(house)
        shown = await cora.sees(callout)
        assert f"/callouts/{callout}/next-step" in shown
        assert f"/callouts/{callout}/add-partner" not in shown
        assert f"/callouts/{callout}/go-myself" not in shown  # she is no specialist
        mine = await taken(house)
        shown = await cora.sees(mine)
        assert f"/callouts/{mine}/next-step" not in shown
        assert f"/callouts/{mine}/add-partner" in shown
        await cora.does(mine, "close", children_met="1")
        shown = await cora.sees(mine)
        assert f"/callouts/{mine}/cancel" not in shown
        assert "Note what came of" in shown


@pytest.mark.parametrize("ended", [False, True], ids=["open", "ended"])
@pytest.mark.parametrize("role", [one for one in AssignmentRole if not one.leads])
async def test_whoever_stands_beside_the_one_who_goes_is_named(house: House, role: AssignmentRole, ended: bool) -> None:
    """However they stand, and once it is over too: Ana as each of them, and Dev has it."""
    callout = await answered_late(house)
    (mine,) = await house.rows(t.assignment, callout=callout, person="ana")
    await house.change(t.assignment, mine["id"], role=role.value)
    async with pressing(house) as cora:
        if ended:
            await cora.does(callout, "close", children_met="1")
        shown = await cora.sees(callout)
    on_it = shown.partition(">On it<")[2].partition("</section>")[0]
    assert f'<b>Ana Reyes</b> <span class="quiet">{role.in_words}</span>' in on_it
    assert f'<b>Dev Sharma</b> <span class="quiet">{AssignmentRole.PRIMARY.in_words}</span>' in on_it


async def test_a_command_names_only_whom_it_can_be_about(house: House) -> None:
    """Ana's offer stands beside Dev and his partner Cleo, who is there already: whose ETA, to whom, whose stamp."""
    callout = await answered_late(house)
    async with pressing(house) as cora:
        assert "Message to Dev" in await cora.sees(callout)
        await cora.does(callout, "add_partner", person="cleo", spoke="yes")
        assert _choices(await cora.sees(callout)) == {
            "eta-person": ["dev", "cleo"],
            "specialist-person": ["", "dev", "cleo"],
            "stamp-person": ["dev", "cleo"],
        }
        await house.text("HERE", sender=CLEO)
        assert _choices(await cora.sees(callout))["eta-person"] == ["dev"]
        await house.text("DONE", sender=CLEO)
        assert _choices(await cora.sees(callout)) == {
            "eta-person": ["dev"],
            "specialist-person": ["", "dev"],
            "stamp-person": ["dev", "cleo"],
        }


def _choices(shown: str) -> dict[str, list[str]]:
    """The values of each list of whoever is on it."""
    lists = re.findall(r'<select id="((?:eta|specialist|stamp)-person)".*?>(.*?)</select>', shown, re.DOTALL)
    return {name: re.findall(r'<option value="([^"]*)"', options) for name, options in lists}


async def test_a_correction_strikes_out_what_stood_there(house: House) -> None:
    """The old value above the new one, with who, when and why."""
    callout = await taken(house)
    house.clock.pass_minutes(30)
    await house.text("HERE", sender=ANA)
    async with pressing(house) as cora:
        form = {"stamp": "arrived_at", "at": "2026-01-07T02:36", "reason": "she forgot to text"}
        await cora.does(callout, "correct_stamp", **form)
        shown = await cora.sees(callout)
    struck = shown.partition("<del>")[2].partition("</li>")[0]
    assert "02:46:00" in struck.partition("</del>")[0]
    assert "02:36:00" in struck
    assert "Corrected 02:46 by Cora: she forgot to text" in struck
    assert "on scene after" not in struck  # that was said of the old value


_TWICE = datetime(2026, 11, 1, 9, 12, tzinfo=UTC)  # 01:12 PST, an hour after 01:12 PDT


def _fields(shown: str, *names: str) -> dict[str, str]:
    """What stands in these fields, and the very moments behind them."""
    found = dict(re.findall(r'name="([a-z_-]+)"[^>]*? value="([^"]*)"', shown))
    return {key: found[key] for name in names for key in (name, f"{name}-shown")}


async def test_in_the_hour_that_comes_twice_a_stamp_is_set_when_it_was(house: House) -> None:
    """Left as it is shown, or typed: it is the later of the two that is not still to come, and the preview says
    which."""
    house.clock.moment = _TWICE - timedelta(minutes=80)
    callout = await taken(house)
    house.clock.moment = _TWICE
    async with pressing(house) as cora:
        stamp = {"stamp": "arrived_at", "reason": "she rang"}
        shown = _fields(await cora.sees(callout), "at")
        assert shown["at"] == "2026-11-01T01:12"
        house.clock.pass_minutes(2)
        for form in (shown, {"at": "2026-11-01T01:12"}):
            assert "there 01:12 PST" in plain(await cora.shows(callout, "correct_stamp", stamp | form))
        still_to_come = await cora.shows(callout, "correct_stamp", stamp | {"at": "2026-11-01T01:40"})
        assert "there 01:40 PDT" in plain(still_to_come)
        await cora.does(callout, "correct_stamp", **stamp, **shown)
    assert (await house.row(t.assignment, callout=callout))["arrived_at"] == _TWICE


async def test_what_came_of_it_is_noted_again_as_it_was(house: House) -> None:
    """A moment that nobody touched stays, though its hour came twice."""
    house.clock.moment = _TWICE - timedelta(minutes=80)
    callout = await taken(house)
    house.clock.moment = _TWICE + timedelta(minutes=30)
    names = ("dcfs_at", "probation_at")
    async with pressing(house) as cora:
        await cora.does(callout, "close", dcfs_at="2026-11-01T00:55", probation_at="2026-11-01T01:12")
        await cora.does(callout, "close", children_met="2", **_fields(await cora.sees(callout), *names))
    outcome = await house.row(t.outcome, callout=callout)
    assert (outcome["dcfs_at"], outcome["probation_at"]) == (datetime(2026, 11, 1, 7, 55, tzinfo=UTC), _TWICE)


async def test_an_eta_by_the_clock_is_the_next_such_time(house: House) -> None:
    """At 01:50 PDT 01:10 comes in twenty minutes."""
    house.clock.moment = datetime(2026, 11, 1, 8, 48, tzinfo=UTC)
    callout = await taken(house)
    async with pressing(house) as cora:
        await cora.does(callout, "set_eta", minutes="clock", clock="01:10")
    assert (await house.row(t.assignment, callout=callout))["eta_at"] == datetime(2026, 11, 1, 9, 10, tzinfo=UTC)


async def test_what_has_changed_is_shown_again(house: House) -> None:
    """Omar sends Ben while Cora reads whom a cancellation would reach: nothing is done, and she sees the new list."""
    callout = await waits(house)
    async with pressing(house) as cora, pressing(house, "omar") as omar:
        preview = await cora.shows(callout, "cancel")
        assert "Ben" not in plain(preview)
        await omar.does(callout, "assign", person="ben", spoke="yes")
        changed = await cora.confirms(preview)
        assert changed.status_code == 409
        assert "has changed since you looked" in plain(changed)
        assert "Ben Okafor text" in plain(changed)
        assert (await house.row(t.callout, id=callout))["status"] == "acknowledged"
        assert (await cora.confirms(changed)).status_code == 303
        assert (await house.row(t.callout, id=callout))["status"] == "cancelled"


async def test_a_form_changes_only_what_was_changed_in_it(house: House) -> None:
    """Omar's page is older than Cora's change of the place: he sets the children, and her place stays."""
    callout = await taken(house)
    said = {"officer_phone": "+15625550177", "place_address": "400 W Broadway"}
    shown = '{"officer_phone": "+15625550177", "place_address": "400 W Broadway"}'
    async with pressing(house, "cora") as cora, pressing(house, "omar") as omar:
        await cora.does(callout, "change_details", shown=shown, **said | {"place_address": "9 Elm St"})
        preview = await omar.shows(callout, "change_details", {"shown": shown, **said, "children": "2"})
        assert "changed: children" in plain(preview)
        await omar.confirms(preview)
    row = await house.row(t.callout, id=callout)
    assert (row["place_address"], row["children"]) == ("9 Elm St", 2)


async def test_the_form_shows_what_is_known(house: House) -> None:
    """Sent back as it came, it changes nothing."""
    created = await house.opened(
        children=2, languages=["es", "en"], scene_safe=False, officer_leaves_at="2026-01-07T03:10:00-08:00"
    )
    async with pressing(house) as cora:
        shown = (await cora.door.get(f"/callouts/{created['id']}")).text
        assert 'value="2026-01-07T03:10"' in shown
        assert 'value="es, en"' in shown
        each = re.findall(r'name="shown" value="([^"]*)"', shown)  # of the form of each detail
        known = json.dumps({name: value for one in each for name, value in json.loads(unescape(one)).items()})
        form = {"officer_phone": "+15625550177", "children": "2", "languages": "es, en", "scene_safe": "no"}
        form |= {"shown": known, "officer_leaves_at": "2026-01-07T03:10"}
        assert "Nothing of this is new" in plain(await cora.shows(created["id"], "change_details", form, status=422))
        cleared = form | {"languages": "", "scene_safe": ""}
        assert "changed: languages, scene safe" in plain(await cora.shows(created["id"], "change_details", cleared))


async def test_each_detail_has_a_form_of_its_own(house: House) -> None:
    """One field and not fourteen boxes: what the form does not ask stays as it is."""
    created = await house.opened(children=2, unit="Hollenbeck", meeting_place={"address": "400 W Broadway"})
    async with pressing(house) as cora:
        form = {"shown": '{"place_address": "400 W Broadway"}', "place_address": "9 Elm St"}
        await cora.does(created["id"], "change_details", **form)
        same = {"shown": '{"children": 2}', "children": "2"}
        assert "Nothing of this is new" in plain(await cora.shows(created["id"], "change_details", same, status=422))
        await cora.does(created["id"], "change_details", shown='{"children": 2}', children="")
    row = await house.row(t.callout, id=created["id"])
    assert (row["place_address"], row["unit"], row["children"]) == ("9 Elm St", "Hollenbeck", None)


@pytest.mark.parametrize(
    ("kind", "form", "said"),
    [
        ("page_person", {"person": ""}, "Choose a person"),
        ("page_person", {"person": "nobody"}, "no specialist"),
        ("assign", {"person": "cleo", "minutes": "x"}, "number of minutes"),
        ("assign", {"person": "cleo", "spoke": "yes", "minutes": "700"}, "six hours at most"),
        ("assign", {"person": "cleo", "minutes": "20"}, "Tick that you spoke"),
        ("assign", {"person": "cleo", "minutes": "clock"}, "at what time"),
        ("assign", {"person": "cleo", "clock": "soon"}, "like 02:45"),
        ("set_eta", {}, "Choose an ETA"),
        ("correct_stamp", {"stamp": "arrived_at", "reason": "x"}, "when it was"),
        ("correct_stamp", {"stamp": "arrived_at", "at": "2026-01-07T02:15"}, "Say why"),
        ("correct_stamp", {"stamp": "arrived_at", "at": "at two", "reason": "x"}, "like 2026-11-25"),
        ("correct_stamp", {"stamp": "arrived_at", "at": "9999-12-31T23:59", "reason": "x"}, "like 2026-11-25"),
        ("correct_stamp", {"stamp": "lunch", "at": "2026-01-07T02:15", "reason": "x"}, "Stamp:"),
        ("tell_officer", {"words": " "}, "Write what"),
        ("tell_officer", {"words": "come to 400 W Broadway"}, "meeting place never stands"),
        ("change_details", {"shown": '{"officer_phone": "+1"}', "officer_phone": ""}, "ring the officer back"),
        ("change_details", {"shown": "[", "officer_phone": "x"}, "damaged"),
        ("change_details", {"shown": "[]", "officer_phone": "x"}, "damaged"),
        ("change_details", {"shown": "{}", "officer_phone": "1"}, "Callback number:"),
        ("close", {"children_met": "two"}, "Children met: a whole number"),
        ("close", {"dcfs_reference": "A1"}, "DCFS: say when"),
    ],
)
async def test_a_form_that_cannot_be_read_says_what_to_do(
    house: House, kind: str, form: dict[str, str], said: str
) -> None:
    """On the page itself, with what was typed; nothing is done."""
    callout = await _BY_NAME[kind].before(house)
    async with pressing(house) as cora:
        before = await house.everything(but=_NIGHT)
        answer = await cora.door.post(f"/callouts/{callout}/{kind.replace('_', '-')}", form)
        assert answer.status_code in {409, 422}, plain(answer)
        assert "Nothing was done." in plain(answer)
        assert said in plain(answer)
        assert await house.everything(but=_NIGHT) == before


async def test_a_preview_that_was_tampered_with_does_nothing(house: House) -> None:
    """Another command than the address says, what is no command, and a digest of nothing."""
    callout = await waits(house)
    async with pressing(house) as cora:
        before = await house.everything(but=_NIGHT)
        for command in ('{"do": "cancel"}', "{", '{"do": "next_step", "more": 1}'):
            await cora.shows(callout, "next_step", {"command": command, "digest": "0123"}, status=422)
        await cora.shows(callout, "next_step", {"command": '{"do": "next_step"}', "digest": "0123"}, status=409)
        assert await house.everything(but=_NIGHT) == before


async def test_whoever_has_the_alarm_is_named(house: House) -> None:
    """Nobody has it, then Cora; pressing again or too late says who."""
    callout = await taken(house)
    await house.text("SOS", sender=ANA)
    alarm = (await house.rows(t.alarm))[0]["id"]
    async with pressing(house, "cora") as cora, pressing(house, "omar") as omar:
        assert "Nobody has this alarm yet" in await omar.sees(callout)
        assert (await cora.door.post(f"/callouts/{callout}/alarm", {"alarm": alarm})).status_code == 303
        assert "Cora has this alarm" in await omar.sees(callout)
        late = await omar.door.post(f"/callouts/{callout}/alarm", {"alarm": alarm})
        assert late.status_code == 409
        assert "Cora has this alarm already" in plain(late)
        assert (await omar.door.post(f"/callouts/{callout}/alarm", {"alarm": "none"})).status_code == 404
    assert ("coordinator cora", "has the alarm", "web") in {
        (row["who"], row["did"], row["source"]) for row in await house.rows(t.audit, callout=callout)
    }


async def test_an_eta_in_minutes_is_counted_once(house: House) -> None:
    """From the first press: whoever reads the preview for a minute has promised no later moment."""
    callout = await taken(house)
    pressed = house.clock() + timedelta(minutes=20)
    async with pressing(house) as cora:
        preview = await cora.shows(callout, "set_eta", {"minutes": "20"})
        house.clock.pass_minutes(1)
        await cora.confirms(preview)
    assert (await house.row(t.assignment, callout=callout))["eta_at"] == pressed
