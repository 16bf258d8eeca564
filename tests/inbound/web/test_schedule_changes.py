"""The schedule, changed in the browser: shown, its gaps ticked, made, and taken back. Without a script."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from dispatch.actions.schedule import read_changing
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.actions.schedule.read_changing import SHIFTS_WITHIN
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Rotation, RotationUnit
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.wording.times import local_day_and_time
from dispatch.store import tables as t
from tests.inbound.house import NOW
from tests.inbound.sign_in.room import Door, Ui
from tests.inbound.web.changing import FormShown, form_with, forms_on, options_of, press, words_of

TONIGHT = "/schedule/primary/2026-01-06"


async def _on_call(room: Ui, rotation: str, hours: float = 0) -> tuple[str, ...]:
    roster = await room.roster()
    rule = next(one for one in roster.rotations if one.name == rotation)
    return on_call(roster, rule, room.house.clock() + timedelta(hours=hours))


async def _change(door: Door, path: str, do: str, **typed: str) -> str:
    """Fill in a form of a view, and press what the preview shows; returns the preview."""
    shown = await press(door, form_with((await door.get(path)).text, do=do), **typed)
    assert shown.status_code == 200, words_of(shown.text)
    made = await press(door, form_with(shown.text, do=do))
    assert made.status_code == 303, words_of(made.text)
    return shown.text


# ---- a night -------------------------------------------------------------------------------------------------------


async def test_who_presses_a_night_is_proposed_a_night(cora: Door) -> None:
    """Ana has the week: whoever replaces her tonight does not mean the days after it, and reads that it goes on."""
    html = (await cora.get(TONIGHT)).text
    fields = dict(form_with(html, do="replace").fields)
    assert (fields["from"], fields["to"]) == ("2026-01-06T09:00", "2026-01-07T09:00")
    assert "The shift goes on until Mon 12 Jan 09:00." in html
    last = (await cora.get("/schedule/primary/2026-01-11")).text
    assert dict(form_with(last, do="replace").fields)["to"] == "2026-01-12T09:00"
    assert "The shift goes on" not in last


async def test_somebody_comes_in_for_a_night(room: Ui, cora: Door) -> None:
    """The preview says who, from when to when, and whom it texts."""
    html = (await cora.get(TONIGHT)).text
    assert dict(form_with(html, do="replace").fields)["replaces"] == "ana"
    said = words_of(await _change(cora, TONIGHT, "replace", person="eva"))
    assert "Ana → Eva, now to" in said
    assert "Cambio de turnos. Está de guardia desde ahora" in said
    assert "Schedule changed. You are off call from now" in said
    assert await _on_call(room, "primary") == ("eva",)
    texts = [row["text"] for row in await room.house.rows(t.page, purpose="tonight")]
    assert len(texts) == 2


async def test_part_of_a_shift(room: Ui, cora: Door) -> None:
    await _change(cora, TONIGHT, "replace", person="eva", from_="2026-01-07T04:00", to="2026-01-07T06:00")
    found = [(await _on_call(room, "primary", hours))[0] for hours in (0, 1.9, 3.5, 3.9)]
    assert found == ["ana", "eva", "eva", "ana"]


async def test_two_shifts_are_exchanged(room: Ui, cora: Door) -> None:
    html = (await cora.get(TONIGHT)).text
    value = next(one for one, said in options_of(html, "other") if said.startswith("Ben"))
    said = words_of(await _change(cora, TONIGHT, "exchange", other=value))
    assert "Ana and Ben exchange their shifts" in said
    assert await _on_call(room, "primary") == ("ben",)


async def test_no_shift_is_offered_in_part(room: Ui, cora: Door) -> None:
    """The last of the six weeks was once offered as it is cut off there: to 02:14, in exchange for a whole one."""
    cut = local_day_and_time(room.house.clock() + SHIFTS_WITHIN)
    offered = [said for _, said in options_of((await cora.get(TONIGHT)).text, "other")]
    assert len(offered) > 10
    assert [said for said in offered if said.endswith(cut)] == []


async def test_an_exception_is_ended(room: Ui, cora: Door) -> None:
    await _change(cora, TONIGHT, "replace", person="eva")
    await _change(cora, TONIGHT, "end")
    assert await _on_call(room, "primary") == ("ana",)


async def test_what_is_made_is_what_was_shown(room: Ui, cora: Door) -> None:
    """Another coordinator was faster: nothing is done, and what it would do now is shown."""
    html = (await cora.get(TONIGHT)).text
    mine = await press(cora, form_with(html, do="replace"), person="eva")
    await _change(cora, TONIGHT, "replace", person="cleo", from_="2026-01-07T04:00", to="2026-01-07T06:00")
    late = await press(cora, form_with(mine.text, do="replace"))
    assert late.status_code == 409
    assert "The roster has changed since you looked" in words_of(late.text)
    assert await _on_call(room, "primary") == ("ana",)
    assert (await press(cora, form_with(late.text, do="replace"))).status_code == 303
    assert await _on_call(room, "primary") == ("eva",)


async def _import(room: Ui, roster: Roster) -> None:
    await room.house.service.runner.act(import_roster, roster, OPERATOR, Source.CLI)


_CANNOT_BE = [
    ({"to": "2026-01-07T01:00"}, "it is over already, and the past does not change"),
    ({"from_": "2026-01-08T02:00", "to": "2026-01-08T01:00"}, "it ends before it begins"),
    ({"from_": "tomorrow"}, "write day and time like 2026-12-04 18:00"),
    ({"person": ""}, "choose who comes in"),
    ({"person": "ana"}, "ana cannot come in for themselves"),
    ({"person": "nobody"}, "nobody is called 'nobody'"),
]


async def test_what_cannot_be_is_said_beside_the_form(room: Ui, cora: Door, subtests: pytest.Subtests) -> None:
    """With what was typed still in it."""
    html = (await cora.get(TONIGHT)).text
    for typed, said in _CANNOT_BE:
        with subtests.test(str((typed, said))):
            answer = await press(cora, form_with(html, do="replace"), **{"person": "eva", **typed})
            assert answer.status_code == 422
            assert said in words_of(answer.text)
            if "from_" in typed and typed["from_"] != "tomorrow":
                assert dict(form_with(answer.text, do="replace").fields)["from"] == typed["from_"]
            assert not await room.house.rows(t.roster_change, edit="added an override")


async def test_a_shift_that_has_ended_has_no_form(room: Ui, cora: Door) -> None:
    """The past does not change; nor does whoever may only look."""
    assert 'name="do"' not in (await cora.get("/schedule/primary/2026-01-05")).text.replace("\n", "")
    await room.give_roles("omar", Role.AUDITOR)
    async with room.signed_in("omar") as door:
        assert 'name="do"' not in (await door.get(TONIGHT)).text


async def test_the_night_with_an_hour_twice(room: Ui, cora: Door) -> None:
    """A cover to the second 1:30 is left as it is shown, and stays what it is."""
    room.house.clock.moment = NOW.replace(month=10, day=30)
    cora.carry((await room.session("cora")).token)
    path = "/schedule/primary/2026-10-31"
    await _change(cora, path, "replace", person="eva", from_="2026-10-31T22:00", to="2026-11-01T01:30-08:00")
    said = words_of((await cora.get(path)).text)
    assert "Eva instead of" in said
    html = (await cora.get(path)).text
    ends = {dict(one.fields).get("to-shown") for one in _covers(html)}
    assert "2026-11-01T09:30:00+00:00" in ends


def _covers(html: str) -> list[FormShown]:
    return [one for one in forms_on(html) if dict(one.fields).get("do") == "replace"]


_DAMAGED = ["", "drop", "exchange"]


async def test_a_damaged_form(cora: Door, subtests: pytest.Subtests) -> None:
    for do in _DAMAGED:
        with subtests.test(str(do)):
            form = {"do": do, "rotation": "primary", "day": "2026-01-06", "shift": "ana|x|y|primary", "other": "1"}
            answer = await cora.post("/schedule/change", form)
            assert answer.status_code == 422
            assert "this form is damaged" in answer.text
            assert (await cora.post("/schedule/change", {"do": do, "day": "x"})).status_code == 409


_OTHER_CENTURIES = [
    "0001-01-01T00:00+14:00",
    "0001-01-01T00:00+00:00",
    "9999-12-31T23:59-23:00",
    "9999-10-01T12:00+00:00",
]


async def test_a_moment_of_another_century_is_none(cora: Door, subtests: pytest.Subtests) -> None:
    """Our clock may never show it, and an edit until then would be looked through for minutes: what was typed counts,
    and a shift is damaged."""
    day = {"rotation": "primary", "day": "2026-01-06"}
    for shown in _OTHER_CENTURIES:
        with subtests.test(str(shown)):
            kept = {"from-shown": shown, "to-shown": shown}
            typed = {"do": "pause", "from": "2026-01-09T09:00", "to": "2026-01-10T09:00", **kept}
            assert (await cora.post("/schedule/change", {**day, **typed})).status_code == 200
            assert (await cora.post("/schedule/change", {**day, **typed, "to": shown[:16]})).status_code == 422
            for other in (f"ben|{shown}|2026-01-07T17:00+00:00|primary", f"ben|2026-01-07T17:00+00:00|{shown}|primary"):
                answer = await cora.post("/schedule/change", {**day, "do": "exchange", "shift": other, "other": other})
                assert answer.status_code == 422
                assert "this form is damaged" in answer.text
            sick = {"person": "ana", "by": "eva", "until": "x", "until-shown": shown}
            assert (await cora.post("/schedule/sick", sick)).status_code == 422


# ---- somebody is sick ----------------------------------------------------------------------------------------------


async def test_three_presses_and_a_choice(room: Ui, cora: Door) -> None:
    """From the board: Ana is sick, who instead, done. Whoever is free and has the fewest nights is proposed."""
    board = (await cora.get("/")).text
    assert 'href="/schedule/sick?person=ana">Ana is sick</a>' in board
    view = (await cora.get("/schedule/sick?person=ana")).text
    proposed = options_of(view, "by")
    assert proposed[0][1].partition(": ")[2].startswith("free, ")
    assert "on call for backup then" in dict(proposed)["dev"]
    assert not dict(proposed)["dev"].startswith("free")
    shown = await press(cora, form_with(view, person="ana"))
    assert shown.status_code == 200
    done = await press(cora, form_with(shown.text, person="ana"))
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert await _on_call(room, "primary") == (proposed[0][0],)


async def test_her_open_pages_go_on_to_them(room: Ui, cora: Door) -> None:
    """She stays paged: no edit takes a page from anybody. Her timeline tells both."""
    created = await room.house.opened()
    view = (await cora.get("/schedule/sick?person=ana")).text
    assert created["code"] in view
    shown = await press(cora, form_with(view, person="ana"), by="eva")
    assert f"Eva is paged now for {created['code']}; Ana stays paged beside them." in words_of(shown.text)
    assert (await press(cora, form_with(shown.text, person="ana"))).status_code == 303
    paged = {row["person"] for row in await room.house.rows(t.page, purpose="page") if row["state"] != "withdrawn"}
    assert {"ana", "eva"} <= paged
    notes = [row["kind"] for row in await room.house.rows(t.timeline, callout=created["id"])]
    assert "roster" in notes


async def test_her_open_pages_stay_hers_where_nobody_ticks(room: Ui, cora: Door) -> None:
    await room.house.opened()
    view = (await cora.get("/schedule/sick?person=ana")).text
    form = form_with(view, person="ana")
    form = replace(form, fields=[one for one in form.fields if one[0] != "pages"])
    shown = await press(cora, form, by="eva")
    await press(cora, form_with(shown.text, person="ana"))
    assert {row["person"] for row in await room.house.rows(t.page, purpose="page")} == {"ana"}


async def test_a_call_out_that_came_in_after_the_preview_pages_nobody_unshown(room: Ui, cora: Door) -> None:
    view = (await cora.get("/schedule/sick?person=ana")).text
    shown = await press(cora, form_with(view, person="ana"), by="eva", pages="yes")
    await room.house.opened()
    assert (await press(cora, form_with(shown.text, person="ana"))).status_code == 303
    assert {row["person"] for row in await room.house.rows(t.page, purpose="page")} == {"ana"}


async def test_what_she_has_stays_hers(room: Ui, cora: Door) -> None:
    created = await room.house.opened()
    await room.house.taken(created)
    said = words_of((await cora.get("/schedule/sick?person=ana")).text)
    assert f"Ana has {created['code']}. That stays so" in said


_NO_SICKNESS = [
    ({"by": ""}, "choose who comes in"),
    ({"by": "ana"}, "Ana cannot come in for themselves"),
    ({"until": "2026-01-06T02:00"}, "Ana is not on call before"),
    ({"until": "soon"}, "write day and time like"),
]


async def test_a_sickness_that_cannot_be(cora: Door, subtests: pytest.Subtests) -> None:
    view = (await cora.get("/schedule/sick?person=ana")).text
    for typed, said in _NO_SICKNESS:
        with subtests.test(str((typed, said))):
            answer = await press(cora, form_with(view, person="ana"), **{"by": "eva", **typed})
            assert answer.status_code == 422
            assert said in words_of(answer.text)


_OWN = Rotation("alarms", ("cora",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 5), takes_alarms=True)


async def test_a_coordinator_is_sick(room: Ui, cora: Door) -> None:
    """Coordinators are proposed, and the board's link leads nowhere else: a specialist has no alarms."""
    roster = await room.roster()
    await room.house.service.runner.act(
        import_roster, replace(roster, rotations=(*roster.rotations, _OWN)), OPERATOR, Source.CLI
    )
    view = (await cora.get("/schedule/sick?person=cora")).text
    assert [one for one, _ in options_of(view, "by")] == ["omar"]
    assert 'name="alarms_by"' not in view
    shown = await press(cora, form_with(view, person="cora"))
    assert "is no coordinator" not in words_of(shown.text)
    await press(cora, form_with(shown.text, person="cora"))
    assert await _on_call(room, "alarms") == ("omar",)


async def test_somebody_on_call_for_both_is_sick(room: Ui, cora: Door) -> None:
    """One of each comes in, chosen side by side."""
    roster = await room.roster()
    both = tuple(
        replace(one, roles=one.roles | {Role.COORDINATOR}) if one.id == "ana" else one for one in roster.people
    )
    own = replace(_OWN, members=("ana",))
    roster = replace(roster, people=both, rotations=(*roster.rotations, own))
    await room.house.service.runner.act(import_roster, roster, OPERATOR, Source.CLI)
    view = (await cora.get("/schedule/sick?person=ana")).text
    assert "cora" not in dict(options_of(view, "by"))
    assert {"cora", "omar"} == set(dict(options_of(view, "alarms_by")))
    shown = await press(cora, form_with(view, person="ana"), by="eva", alarms_by="omar")
    assert "Eva and Omar come in for Ana" in words_of(shown.text)
    await press(cora, form_with(shown.text, person="ana"))
    assert (await _on_call(room, "primary"), await _on_call(room, "alarms")) == (("eva",), ("omar",))


async def test_nobody_of_that_name_is_sick(cora: Door) -> None:
    assert (await cora.get("/schedule/sick?person=zoe")).status_code == 404


# ---- the log -------------------------------------------------------------------------------------------------------


async def test_the_log_and_its_undo(room: Ui, cora: Door) -> None:
    await _change(cora, TONIGHT, "replace", person="eva")
    html = (await cora.get("/schedule/changes")).text
    said = words_of(html)
    assert "Added an override Cora Diaz" in said or "Added an override Cora" in said
    assert "primary: Eva instead of Ana" in said
    assert "Told: Eva, Ana" in said or "Told: Ana, Eva" in said
    version = (await room.house.rows(t.roster_change))[-1]["version"]
    path = f"/schedule/changes/{version}/undo"
    shown = await cora.post(path)
    assert "Eva → Ana, now to" in words_of(shown.text)
    assert await _on_call(room, "primary") == ("eva",)
    form = next(one for one in forms_on(shown.text) if one.action == path)
    made = await press(cora, form)
    assert made.status_code == 303
    assert await _on_call(room, "primary") == ("ana",)
    said = words_of((await cora.get(made.headers["location"])).text)
    assert f"Undone by version {version + 1}" in said
    again = await cora.post(path)
    assert again.status_code == 409
    assert f"Version {version} was undone by version {version + 1}." in words_of(again.text)


async def test_numbers_are_in_no_line_of_the_log(room: Ui, cora: Door) -> None:
    roster = await room.roster()
    people = tuple(replace(one, phone="+15625550199") if one.id == "eva" else one for one in roster.people)
    await _import(room, replace(roster, people=people))
    said = words_of((await cora.get("/schedule/changes")).text)
    assert "people eva: phone changed" in said
    assert "0199" not in said


async def test_earlier_changes(room: Ui, cora: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_changing, "MOST_CHANGES", 3)
    roster = await room.roster()
    for number in range(5):
        people = (replace(roster.people[0], name=f"Ana {number}"), *roster.people[1:])
        await _import(room, replace(roster, people=people))
    first = (await cora.get("/schedule/changes")).text
    assert "Earlier changes" in first
    assert first.count('<li id="v') == 3
    before = first.rpartition('<li id="v')[2].partition('"')[0]
    assert words_of((await cora.get(f"/schedule/changes?before={before}")).text).count("version") >= 2
