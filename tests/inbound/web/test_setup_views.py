"""Every form of the setup: what it makes of the roster, and what it says of what cannot be."""

import asyncio
import re
import socket
from dataclasses import replace
from datetime import time
from typing import Any

import httpx
import pytest

from dispatch.actions.schedule.change_roster import import_roster
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.roster import Agency, Area, Drive, Policy, PolicyStep, Roster, Station, Target, TargetKind
from dispatch.rules.facts.schedule import Rotation
from dispatch.rules.roster.on_call import on_call
from dispatch.store import tables as t
from tests.inbound.house import CALL, House
from tests.inbound.sign_in.room import PASSWORD, Door, Ui
from tests.inbound.web.setting_up import fields_of, makes, sends
from tests.inbound.web.test_item_forms import FULL

_HOSTILE = "\"'></script><img src=x onerror=alert(1)>"


@pytest.fixture
async def ui(house: House) -> Ui:
    return Ui(house)


async def _roster(ui: Ui) -> Roster:
    return await ui.roster()


def _agency(roster: Roster, code: str) -> Agency:
    found = roster.agency(code)
    assert found is not None
    return found


def _rotation(roster: Roster, name: str) -> Rotation:
    return next(one for one in roster.rotations if one.name == name)


async def _form(door: Door, path: str) -> dict[str, str | list[str]]:
    """What a browser would send of a form as it is opened."""
    shown = await door.get(path)
    assert shown.status_code == 200, shown.text
    form = shown.text.partition('<form class="card fields"')[2].partition("</form>")[0]
    found: dict[str, str | list[str]] = {}

    def add(name: str, value: str) -> None:
        before = found.get(name)
        found[name] = value if before is None else [*([before] if isinstance(before, str) else before), value]

    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (re.search(rf' {key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and ("checkbox" not in tag or " checked" in tag):
            add(name[1], value[1] if value else "")
    for name, inner in re.findall(r'<select[^>]* ?name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        add(name, chosen[1] if chosen else re.findall(r'value="([^"]*)"', inner)[0])
    for name, inner in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        add(name, inner)
    return found


def _wrong(shown: httpx.Response, field: str) -> str:
    """What stands beside a field, to which the field points."""
    assert shown.status_code == 422, shown.text
    found = re.search(rf'id="{field}-wrong">.*?<span>(.*?)</span></p>', shown.text, re.DOTALL)
    assert found is not None, shown.text
    assert f'{field}-wrong"' in shown.text.partition("aria-describedby")[2]
    return found[1].replace("&#39;", "'").replace("&#34;", '"')


# ---- what each form makes ------------------------------------------------------------------------------------------


async def test_the_setup_names_everything_that_has_a_form(cora: Door) -> None:
    shown = (await cora.get("/setup")).text
    for said in ("LBPD", "Long Beach Police Department", "primary", "backup", "default", "12 areas", "5 that work"):
        assert said in shown
    assert '<a href="/setup" aria-current="page">Setup</a>' in shown
    assert "482915" not in shown


_FORMS = [
    *("agencies?called=LBPD", "agencies?called=DCFS", "rotations?called=primary", "rotations?called=backup"),
    *("policies?called=default", "areas?called=LBH", "stations?agency=LBPD&called=West+Division"),
]


async def test_a_form_that_is_sent_as_it_was_opened_changes_nothing(cora: Door, subtests: pytest.Subtests) -> None:
    """So whatever a form shows is what it means."""
    for path in _FORMS:
        with subtests.test(str(path)):
            shown = await sends(cora, f"/setup/{path}", await _form(cora, f"/setup/{path}"))
            assert shown.status_code == 422
            assert "Nothing of this is new." in shown.text


_FULL_FORMS = (
    "agencies?called=LBPD",
    *(f"rotations?called={name}" for name in ("primary", "backup", "alarms")),
    *(f"policies?called={name}" for name in ("county", "alone")),
)


async def test_nor_does_one_of_a_thing_that_has_more_than_its_defaults(
    ui: Ui, cora: Door, subtests: pytest.Subtests
) -> None:
    """Whatever the order of its ticks."""
    await ui.house.service.runner.act(import_roster, FULL, OPERATOR, Source.CLI)
    for path in _FULL_FORMS:
        with subtests.test(str(path)):
            shown = await sends(cora, f"/setup/{path}", await _form(cora, f"/setup/{path}"))
            assert "Nothing of this is new." in shown.text


async def test_what_a_policy_does_with_whoever_is_nearer_is_set_and_kept(ui: Ui, cora: Door) -> None:
    path = "/setup/policies?called=default"
    nearer = {"ask_more": "4", "nearest_first": "yes", "far_minutes": "45"}
    await makes(cora, path, await _form(cora, path) | nearer)
    await makes(cora, path, await _form(cora, path) | {"wait-1": "4m"})
    (policy,) = (await _roster(ui)).policies
    assert (policy.ask_more, policy.nearest_first, policy.far_minutes) == (4, True, 45)
    assert policy.steps[0].wait_seconds == 240
    shown = await sends(cora, path, await _form(cora, path) | {"ask_more": "0", "far_minutes": "", "nearest_first": []})
    assert "Asked along when whoever has it will be late: 4 → nobody" in shown.text


async def test_a_station_is_added_changed_and_removed(ui: Ui, cora: Door) -> None:
    """After the preview, and not before it."""
    path = "/setup/stations?agency=LBPD"
    new = {"name": "East Division", "address": "3800 East Willow Street", "phone": "562 555 0153", "area": "LBH"}
    shown = await sends(cora, path, new)
    assert shown.status_code == 200
    assert "Add East Division?" in shown.text
    assert "The same people stay on call." in shown.text
    assert "Desk phone: +15625550153" in shown.text
    assert len(_agency(await _roster(ui), "LBPD").stations) == 2
    made = await sends(cora, path, fields_of(shown))
    assert made.status_code == 303
    assert (await cora.get(made.headers["location"])).status_code == 200
    east = _agency(await _roster(ui), "LBPD").stations[-1]
    assert east == Station("East Division", "3800 East Willow Street", "+15625550153", "LBH")
    assert ("coordinator cora", "changed the roster") in {(who, did) for who, did, _ in await ui.audit()}

    await makes(cora, f"{path}&called=East+Division", new | {"area": "", "address": "1 Pine Avenue"})
    changed = _agency(await _roster(ui), "LBPD").stations[-1]
    assert changed == Station("East Division", "1 Pine Avenue", "+15625550153")
    removed = await makes(cora, f"{path}&called=East+Division", {"remove": "yes"})
    assert removed.headers["location"].startswith("/setup?done=")
    assert len(_agency(await _roster(ui), "LBPD").stations) == 2


async def test_an_agency_is_added_changed_and_removed(ui: Ui, cora: Door) -> None:
    new = {"named": "CHP", "name": "Highway Patrol", "kind": "caller", "listed_numbers": "562 555 0160\n562 555 0161"}
    made = await makes(cora, "/setup/agencies", new)
    assert made.headers["location"].startswith("/setup/agencies?called=CHP")
    assert _agency(await _roster(ui), "CHP").listed_numbers == ("+15625550160", "+15625550161")
    path = "/setup/agencies?called=CHP"
    hook = "https://chp.example/hook"
    shown = await sends(cora, path, await _form(cora, path) | {"webhook_url": hook, "policy": "default"})
    assert f"Webhook: none → {hook}" in shown.text
    await sends(cora, path, fields_of(shown))
    assert _agency(await _roster(ui), "CHP").webhook_url == hook
    await makes(cora, path, {"remove": "yes"})
    assert (await _roster(ui)).agency("CHP") is None
    assert (await cora.get(path)).status_code == 404


async def test_a_webhook_leads_to_a_public_host(ui: Ui, cora: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A coordinator's form must not make this service call what only its machine or its network can reach; nor may a
    name that leads there. What stands in the roster already keeps nobody from editing the rest."""
    path = "/setup/agencies?called=LBPD"
    lookup = {"intern.example": "10.0.0.7", "chp.example": "93.184.216.34"}
    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", _leads(lookup), raising=False)
    for hook, wrong in (
        ("http://127.0.0.1.evil.example/", "Must begin with https"),
        ("https://127.0.0.1/", "127.0.0.1 is not public"),
        ("https://192.168.1.1/hook", "name it in DISPATCH_ALLOWED_HOSTS"),
        ("https://chp.example@169.254.169.254/", "no user name"),
        ("https://intern.example/hook", "Intern.example is not public"),
    ):
        shown = await sends(cora, path, await _form(cora, path) | {"webhook_url": hook})
        assert shown.status_code == 422
        assert wrong in _wrong(shown, "webhook_url")
    await makes(cora, path, await _form(cora, path) | {"webhook_url": "https://chp.example/hook"})
    lookup["chp.example"] = "10.0.0.7"
    await makes(cora, path, await _form(cora, path) | {"name": "Long Beach Police"})
    assert _agency(await _roster(ui), "LBPD").webhook_url == "https://chp.example/hook"


def _leads(lookup: dict[str, str]) -> Any:
    async def getaddrinfo(host: str, *_: object, **__: object) -> list[Any]:
        if host not in lookup:
            raise socket.gaierror
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (lookup[host], 0))]

    return getaddrinfo


async def test_a_pin_is_set_and_never_shown_again(ui: Ui, cora: Door) -> None:
    """Nor lost by a form that does not show it. It is in no audit."""
    path = "/setup/agencies?called=LBPD"
    opened = await cora.get(path)
    assert "482915" not in opened.text
    assert "is set" in opened.text
    await makes(cora, path, await _form(cora, path) | {"name": "Long Beach Police"})
    assert _agency(await _roster(ui), "LBPD").pin == "482915"
    shown = await sends(cora, path, await _form(cora, path) | {"pin": "739164"})
    assert "PIN: another one; the old one works no more" in shown.text
    assert "739164" not in re.sub(r'<input type="hidden"[^>]*>', "", shown.text)
    assert "482915" not in shown.text
    made = await sends(cora, path, fields_of(shown))
    assert _agency(await _roster(ui), "LBPD").pin == "739164"
    assert "739164" not in (await cora.get(made.headers["location"])).text
    await makes(cora, path, await _form(cora, path) | {"pin_gone": "yes"})
    assert _agency(await _roster(ui), "LBPD").pin is None
    assert not [line for line in await ui.audit() if "739164" in str(line)]


async def test_the_order_of_a_rotation_changes_at_its_next_hand_off(ui: Ui, cora: Door) -> None:
    """Who is on call otherwise stands in the preview, and whoever it concerns is texted."""
    path, now = "/setup/rotations?called=backup", ui.house.clock()
    form = await _form(cora, path)
    assert form["member"] == ["ben", "dev", "", ""]
    shown = await sends(cora, path, form | {"member": ["dev", "ben", "eva", ""]})
    assert "Order: Ben Okafor, Dev Sharma → Dev Sharma, Ben Okafor, Eva Lindgren" in shown.text
    assert "On call otherwise" in shown.text
    assert "Backup changes at its hand-off" in shown.text
    await sends(cora, path, fields_of(shown))
    roster = await _roster(ui)
    assert _rotation(roster, "backup").members == ("dev", "ben", "eva")
    assert on_call(roster, _rotation(roster, "backup"), now) == ("dev",)
    told = await ui.house.rows(t.page, purpose="schedule")
    assert {row["person"] for row in told} <= {"ben", "dev", "eva"}
    assert "eva" in {row["person"] for row in told}


async def test_a_gap_is_named_and_must_be_ticked(ui: Ui, cora: Door) -> None:
    """A pause of a rotation: without each tick nothing is done, and what was typed stays."""
    path = "/setup/rotations?called=backup"
    pause = {"pause_from": "2026-01-10T09:00", "pause_until": "2026-01-12T09:00"}
    shown = await sends(cora, path, await _form(cora, path) | pause)
    gaps = fields_of(shown)["roster-gap"]
    assert len(gaps) == 1
    assert "Nobody would be on call" in shown.text
    again = await sends(cora, path, fields_of(shown) | {"roster-gap": []})
    assert again.status_code == 422
    assert "Tick every gap" in again.text
    assert not _rotation(await _roster(ui), "backup").pauses
    assert (await sends(cora, path, fields_of(again) | {"roster-gap": gaps})).status_code == 303
    (made,) = _rotation(await _roster(ui), "backup").pauses
    gone = await makes(cora, path, await _form(cora, path) | {"pause_gone": made.starts_at.isoformat()})
    assert gone.status_code == 303
    assert not _rotation(await _roster(ui), "backup").pauses


async def test_a_new_rotation_and_a_policy_that_pages_it(ui: Ui, cora: Door) -> None:
    rotation: dict[str, str | list[str]]
    rotation = {"named": "north/east", "member": ["ana", "ben"], "unit": "weeks", "length": "2", "handoff": "08:30"}
    rotation |= {"starts_on": "2026-01-07", "timezone": "America/Los_Angeles"}
    shown = await sends(cora, "/setup/rotations", rotation)
    made = await sends(cora, "/setup/rotations", fields_of(shown))
    assert made.headers["location"].startswith("/setup/rotations?called=north%2Feast")
    found = _rotation(await _roster(ui), "north/east")
    assert (found.members, found.length, found.handoff, found.weekday) == (("ana", "ben"), 2, time(8, 30), 2)
    policy: dict[str, str | list[str]]
    policy = {"named": "north", "round_wait": "10m", "wait-1": "3m", "wait-2": "90s", "wait-3": ""}
    policy |= {"target-1": ["rotation:north/east", "person:eva"], "target-2": "everyone"}
    assert (await makes(cora, "/setup/policies", policy)).status_code == 303
    assert next(one for one in (await _roster(ui)).policies if one.name == "north") == Policy(
        "north",
        (
            PolicyStep((Target(TargetKind.ROTATION, "north/east"), Target(TargetKind.PERSON, "eva")), 180),
            PolicyStep((Target(TargetKind.EVERYONE),), 90),
        ),
        600,
    )


async def test_a_rotation_of_coordinators_takes_alarms(ui: Ui, cora: Door) -> None:
    """Its members may be coordinators; of specialists it is refused beside the field."""
    typed: dict[str, str | list[str]]
    typed = {"named": "own", "unit": "weeks", "length": "1", "handoff": "08:30", "starts_on": "2026-01-07"}
    typed |= {"timezone": "America/Los_Angeles", "takes_alarms": "yes"}
    shown = await sends(cora, "/setup/rotations", typed | {"member": ["ana"]})
    assert _wrong(shown, "member").startswith("Ana is no coordinator")
    assert 'name="takes_alarms" value="yes" checked' in shown.text
    assert (await makes(cora, "/setup/rotations", typed | {"member": ["cora"]})).status_code == 303
    found = (await _roster(ui)).alarm_rotation
    assert found is not None
    assert (found.name, found.members) == ("own", ("cora",))
    path = "/setup/rotations?called=own"
    shown = await sends(cora, path, {**await _form(cora, path), "takes_alarms": []})
    assert "Alarms go to whoever is on first: yes → no" in shown.text


async def test_a_step_is_taken_out_of_a_policy(ui: Ui, cora: Door) -> None:
    path = "/setup/policies?called=default"
    await makes(cora, path, await _form(cora, path) | {"gone-1": "yes"})
    (policy,) = (await _roster(ui)).policies
    assert [step.targets[0].name for step in policy.steps] == ["backup"]


async def test_an_area_and_its_drives(ui: Ui, cora: Door) -> None:
    """What is empty is written no more; the row shows what counts then."""
    area = {"named": "SPD", "name": "San Pedro", "lat": "33.74", "lon": "-118.29"}
    assert (await makes(cora, "/setup/areas", area)).status_code == 303
    assert (await _roster(ui)).area("SPD") == Area("SPD", "San Pedro", 33.74, -118.29)
    path = "/setup/drives?start=SPD"
    shown = await sends(cora, path, {"night-LBH": "14", "day-LBH": "25", "night-CSN": "11"})
    assert "To Long Beach: by night not written → 14 min, by day not written → 25 min" in shown.text
    assert (await sends(cora, path, fields_of(shown))).headers["location"].startswith("/setup/drives?done=")
    assert (await _roster(ui)).drives[-2:] == (Drive("SPD", "LBH", 14, 25), Drive("SPD", "CSN", 11))
    back = (await cora.get("/setup/drives?start=LBH")).text
    assert 'placeholder="14, as the way back"' in back
    await makes(cora, path, {"night-LBH": "14", "day-LBH": ""})
    assert (await _roster(ui)).drives[-1] == Drive("SPD", "LBH", 14)
    assert (await cora.get("/setup/drives")).text.count("14 / ~") == 2


# ---- what cannot be ------------------------------------------------------------------------------------------------


async def test_every_mistake_is_said_at_once_beside_its_field(ui: Ui, cora: Door) -> None:
    """In the words of the roster's file, and what was typed stays."""
    before = await ui.house.everything()
    typed = {"named": "lb pd", "name": "", "kind": "caller", "pin": "12", "notice_phone": "call me"}
    typed |= {"listed_numbers": "911\n562 555 0177", "webhook_url": "http://example.org/hook", "policy": "no such"}
    shown = await sends(cora, "/setup/agencies", typed)
    assert _wrong(shown, "named") == "An agency's code is 2 to 12 capital letters and digits."
    assert _wrong(shown, "name") == "Is empty."
    assert _wrong(shown, "pin").startswith("'12' is no PIN; write 6 to 10 digits")
    assert "is not a phone number" in _wrong(shown, "notice_phone")
    assert "'911' is not a phone number" in _wrong(shown, "listed_numbers")
    assert "Must begin with https" in _wrong(shown, "webhook_url")
    assert "No policy is called 'no such'" in _wrong(shown, "policy")
    assert 'value="lb pd"' in shown.text
    assert "911\n562 555 0177</textarea>" in shown.text
    assert "8 things are to be put right" in shown.text
    assert await ui.house.everything() == before


_MISTAKES: list[tuple[str, dict[str, str | list[str]], str, str]] = [
    ("rotations", {"named": "x", "unit": "weeks", "starts_on": "soon"}, "starts_on", "is not a date"),
    ("rotations", {"named": "x", "length": "-1"}, "length", "is not a whole number from 1 to 366"),
    ("rotations", {"named": "x", "handoff": "25:00"}, "handoff", "is not a time of day"),
    ("rotations", {"named": "x", "timezone": "PST"}, "timezone", "write America/Los_Angeles"),
    ("rotations", {"named": "x", "member": ["nobody"]}, "member", "nobody is called 'nobody'"),
    ("rotations", {"named": "x", "pause_from": "2026-01-10T09:00"}, "pause_until", "is not a day and time"),
    ("rotations", {"named": "primary"}, "named", "There is primary already"),
    ("rotations", {"named": "two\nlines"}, "named", "has a line break"),
    ("policies", {"named": "x", "wait-1": "5", "target-1": "everyone"}, "wait-1", "has no unit"),
    ("policies", {"named": "x", "wait-1": "5m"}, "target-1", "Is empty"),
    ("policies", {"named": "x", "wait-1": "5m", "target-1": "rotation:no"}, "target-1", "no rotation is called"),
    ("policies", {"named": "x", "ask_more": "5"}, "ask_more", "is not a whole number from 0 to 4"),
    ("policies", {"named": "x", "far_minutes": "an hour"}, "far_minutes", "is not a whole number of minutes"),
    ("areas", {"named": "LBH", "name": "x"}, "named", "There is LBH already"),
    ("areas", {"named": "XYZ", "name": "Carson", "lat": "33.7", "lon": "-118"}, "name", "has the name 'Carson'"),
    ("areas", {"named": "XYZ", "name": "x", "lat": "33.7", "lon": "118.2"}, "lat", "is a minus missing"),
    ("areas", {"named": "XYZ", "name": "x", "lat": "nan", "lon": "north"}, "lon", "is not a longitude"),
    ("agencies", {"named": "X9", "name": "x", "listed_numbers": "+4915123456789"}, "listed_numbers", "is outside"),
    ("agencies", {"named": "X9", "name": "x", "listed_numbers": "+15625550101"}, "listed_numbers", "phone of ana"),
    ("agencies", {"named": "X9", "name": "x", "pin": "482915"}, "pin", "LBPD has the same"),
    ("agencies", {"named": "X9", "name": "x", "kind": "partner"}, "notice_phone", "a partner is told by"),
    ("agencies", {"named": "UNLISTED", "name": "x"}, "named", "stands for callers whom nobody has listed"),
    ("agencies", {"named": "X9", "name": "x" * 10_000}, "name", "Is longer than 300 characters"),
    ("stations?agency=LBPD", {"name": "West Division", "address": "x"}, "name", "has a station called so"),
    ("stations?agency=LBPD", {"name": "S", "address": "x", "area": "NO"}, "area", "no area has the code"),
    ("stations?agency=LAPD", {"name": "S", "address": "x", "phone": "5625550151"}, "phone", "is already the phone"),
    ("drives?start=LBH", {"night-PMD": "3"}, "night-PMD", "nobody drives"),
    ("drives?start=LBH", {"day-CSN": "half an hour"}, "day-CSN", "is not a whole number of minutes"),
    ("drives?start=LBH", {"day-CSN": "9" * 400}, "day-CSN", "longer than 300"),
]


@pytest.mark.one_database  # no mistake reaches the store
async def test_what_cannot_be_is_said_at_its_field(ui: Ui, cora: Door, subtests: pytest.Subtests) -> None:
    for path, typed, field, said in _MISTAKES:
        with subtests.test(str((path, typed))):
            before = await ui.house.everything()
            shown = await sends(cora, f"/setup/{path}", {"kind": "caller"} | typed)
            assert said.casefold() in _wrong(shown, field).casefold()
            assert await ui.house.everything() == before


_WITH_A_NAME = [("agencies", "name"), ("stations?agency=LBPD", "name"), ("areas", "name"), ("policies", "named")]


async def test_markup_stays_text(cora: Door, subtests: pytest.Subtests) -> None:
    """In a form that comes back, and in a preview."""
    for path, name in _WITH_A_NAME:
        with subtests.test(str((path, name))):
            for form in ({name: _HOSTILE}, {"named": "XY", "address": _HOSTILE, "kind": "caller", name: _HOSTILE}):
                shown = await sends(cora, f"/setup/{path}", form)
                assert shown.status_code in {200, 422}
                assert "<img" not in shown.text
                assert "onerror=alert(1)&gt;" in shown.text


_NEEDED = [
    ("policies?called=default", "no policy is called"),
    ("areas?called=LBH", "LBH"),
    ("rotations?called=nobody", "404"),
    ("stations?agency=NO&called=West", "404"),
    ("stations?agency=LBPD&called=Nowhere", "404"),
    ("wishes", "404"),
    ("drives?start=NO", "404"),
]


async def test_what_is_needed_elsewhere_is_not_removed(ui: Ui, cora: Door, subtests: pytest.Subtests) -> None:
    """The file's own message says who needs it."""
    for path, said in _NEEDED:
        with subtests.test(str((path, said))):
            before = await ui.house.everything()
            shown = await sends(cora, f"/setup/{path}", {"remove": "yes"})
            assert shown.status_code in {404, 409, 422}
            assert said in f"{shown.status_code} {shown.text}"
            assert await ui.house.everything() == before


async def test_an_agency_with_an_open_call_out_stays(ui: Ui, cora: Door) -> None:
    """Until it is over. Its officers would not be known when they ring about it."""
    opened = (await ui.house.call(CALL)).json()
    refused = await sends(cora, "/setup/agencies?called=LBPD", {"remove": "yes"})
    assert refused.status_code == 409
    assert f"LBPD ({opened['code']})" in refused.text
    closed = await ui.house.ask("POST", f"/v1/callouts/{opened['id']}/cancel")
    assert closed.status_code == 200, closed.text
    shown = await sends(cora, "/setup/agencies?called=LBPD", {"remove": "yes"})
    assert "Its program is refused from then on (1 key)." in shown.text
    await ui.house.call(CALL)  # between the preview and the second press
    late = await sends(cora, "/setup/agencies?called=LBPD", fields_of(shown))
    assert late.status_code == 409
    roster = await _roster(ui)
    assert roster.agency("LBPD") is not None
    # A file is read as a whole, as ever.
    without = replace(roster, agencies=tuple(one for one in roster.agencies if one.code != "LBPD"))
    await ui.house.service.runner.act(import_roster, without, OPERATOR, Source.CLI)


# ---- others at the same time ---------------------------------------------------------------------------------------


async def test_a_preview_that_is_out_of_date_shows_the_new_one(ui: Ui, cora: Door) -> None:
    """Omar has changed the same agency meanwhile: nothing is done, and Cora sees his line beside hers."""
    path = "/setup/agencies?called=LBPD"
    form = await _form(cora, path)
    shown = await sends(cora, path, form | {"name": "Long Beach Police"})
    async with ui.signed_in("omar") as omar:
        await makes(omar, path, await _form(omar, path) | {"webhook_url": "https://lb.example/hook"})
    late = await sends(cora, path, fields_of(shown))
    assert late.status_code == 409
    assert "Nothing was done." in late.text
    assert "Somebody has changed LBPD since you opened its form" in late.text
    assert "Webhook: https://lb.example/hook → none" in late.text
    assert _agency(await _roster(ui), "LBPD").name == "Long Beach Police Department"
    assert (await sends(cora, path, fields_of(late))).status_code == 303


async def test_two_presses_at_once_make_one_change(ui: Ui, cora: Door) -> None:
    new = {"named": "SPD", "name": "San Pedro", "lat": "33.74", "lon": "-118.29"}
    shown = fields_of(await sends(cora, "/setup/areas", new))
    answers = await asyncio.gather(*(sends(cora, "/setup/areas", shown) for _ in range(3)))
    assert [answer.status_code for answer in answers].count(303) == 1
    assert [area.code for area in (await _roster(ui)).areas].count("SPD") == 1


# ---- keys ----------------------------------------------------------------------------------------------------------


async def test_a_key_is_made_shown_once_works_and_is_revoked(ui: Ui) -> None:
    async with ui.browser() as door:
        await ui.enrol(door=door)
        made = await door.post("/setup/keys", {"whose": "LAPD", "current": PASSWORD})
        key = re.search(r"agency_[\w-]+", made.text)
        id_ = re.search(r"key_[0-9a-f]{10}", made.text)
        assert key is not None
        assert id_ is not None
        assert "whsec_" in made.text
        listed = (await door.get("/setup/keys")).text
        assert id_[0] in listed
        assert key[0] not in listed
        bearer = {"Authorization": f"Bearer {key[0]}"}
        assert (await ui.house.web.get("/v1/callouts", headers=bearer)).status_code == 200
        asked = await door.get(f"/setup/keys/revoke?key_id={id_[0]}")
        assert "The agency has 1 other key that works" in asked.text
        assert (await door.post("/setup/keys/revoke", {"key_id": id_[0]})).status_code == 303
        ui.house.clock.pass_minutes(1)
        assert (await ui.house.web.get("/v1/callouts", headers=bearer)).status_code == 401
        assert (await door.get(f"/setup/keys/revoke?key_id={id_[0]}")).headers["location"] == "/setup/keys"
        assert (await door.post("/setup/keys/revoke", {"key_id": id_[0]})).status_code == 404
    said = {(who, did) for who, did, _ in await ui.audit()}
    assert {("coordinator cora", "made a key"), ("coordinator cora", "revoked a key")} <= said
    assert [text for text in await ui.told() if text.startswith("A key for programs was made in your name.")]


async def test_a_key_in_ones_own_name(ui: Ui) -> None:
    async with ui.browser() as door:
        await ui.enrol(door=door)
        made = await door.post("/setup/keys", {"whose": "mine", "current": PASSWORD})
    key = re.search(r"coordinator_[\w-]+", made.text)
    assert key is not None
    assert "whsec_" not in made.text
    answer = await ui.house.web.get("/v1/alarms", headers={"Authorization": f"Bearer {key[0]}"})
    assert answer.status_code == 200
    assert ("coordinator cora", "made a key") in {(who, did) for who, did, _ in await ui.audit()}


async def test_no_key_without_the_password_or_for_nobody(ui: Ui) -> None:
    """Nor in a colleague's name: whose names count are agencies, and `mine`."""
    async with ui.browser() as door:
        await ui.enrol(door=door)
        before = len(await ui.house.rows(t.api_key))
        wrong = await door.post("/setup/keys", {"whose": "LAPD", "current": "wrong"})
        assert _wrong(wrong, "current") == "That is not your password."
        assert _wrong(await door.post("/setup/keys", {"current": PASSWORD}), "whose") == "Choose whose key it is."
        for nobody in ("omar", "cora", "NOPE", "x" * 10_000):
            refused = await door.post("/setup/keys", {"whose": nobody, "current": PASSWORD})
            assert refused.status_code == 409
        assert len(await ui.house.rows(t.api_key)) == before


# ---- the card ------------------------------------------------------------------------------------------------------


async def test_the_card_has_the_number_and_a_place_for_the_pin(cora: Door) -> None:
    shown = (await cora.get("/agencies/LBPD/card")).text
    for said in ("562\N{NO-BREAK SPACE}555\N{NO-BREAK SPACE}0100", "PIN", "¿Un menor rescatado?", "Long Beach Police"):
        assert said in shown
    assert "482915" not in shown
    without = (await cora.get("/agencies/LASD/card")).text
    assert "LASD has no PIN" in without
    assert "key in the PIN" not in without
    for nobody in ("DCFS", "NOPE", "lbpd"):
        assert (await cora.get(f"/agencies/{nobody}/card")).status_code == 404
