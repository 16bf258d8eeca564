"""The schedule in people's views, in scripts and in calendars: they say the same, and show nothing else."""

import random
import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar, Event

from dispatch.actions.schedule import keep_feeds
from dispatch.actions.schedule.change_roster import import_roster
from dispatch.cli import on_call as who
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, RotationUnit
from dispatch.rules.roster.on_call import on_call
from dispatch.rules.schedule.feed_shifts import feed_shifts
from dispatch.store import tables as t
from tests.inbound.house import NOW, PUBLIC_URL, House
from tests.inbound.sign_in.room import Door, Ui

IDS = ("ana", "ben", "cleo", "dev")
_ZONE = "America/Los_Angeles"


@pytest.fixture
def ui(house: House) -> Ui:
    return Ui(house)


async def _roster(ui: Ui) -> Roster:
    return await ui.roster()


async def _import(ui: Ui, roster: Roster, *, at_once: bool = False) -> None:
    await ui.house.service.runner.act(import_roster, roster, OPERATOR, Source.CLI, at_once=at_once)


async def _seen(ui: Ui, path: str, who_: str = "cora") -> str:
    async with ui.signed_in(who_) as door:
        answer = await door.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


def _rows(html: str) -> dict[str, list[str]]:
    """The words of each row, by its id."""
    found = re.findall(r'<tr id="(n[\d-]+)".*?</tr>', html, re.DOTALL)
    rows = re.findall(r"<tr id=.*?</tr>", html, re.DOTALL)
    return dict(zip(found, ([_words(cell) for cell in re.findall(r"<td.*?</td>", row)] for row in rows), strict=True))


def _words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


# ---- the view ------------------------------------------------------------------------------------------------------


async def test_six_weeks_and_tonight(ui: Ui) -> None:
    html = await _seen(ui, "/schedule")
    rows = _rows(html)
    assert len(rows) == 42
    # Wednesday at 2:14: the night of Tuesday is going on.
    assert re.findall(r'id="(n[\d-]+)" class="tonight" aria-current="date"', html) == ["n2026-01-06"]
    assert rows["n2026-01-06"] == ["Ana", "Dev"]
    assert "/schedule?week=2026-02-16" in html
    assert "/schedule?week=2025-11-24" in html


async def test_a_gap_is_red_and_named(ui: Ui) -> None:
    """With its reason, in the band, in its row and in a list; nothing of it is told by colour alone."""
    roster = await _roster(ui)
    primary, *others = roster.rotations
    pause = Pause(NOW + timedelta(days=3), NOW + timedelta(days=4))
    await _import(ui, replace(roster, rotations=(replace(primary, pauses=(pause,)), *others)))
    html = await _seen(ui, "/schedule")
    assert "1 gap" in html
    assert 'class="gap"' in html
    assert _rows(html)["n2026-01-09"][0] == "Ana from 02:14 Nobody paused"
    assert "Sat 10 Jan 02:14 to Sun 11 Jan 02:14" in html
    ui.house.clock.moment = NOW + timedelta(days=3, hours=1)
    assert f"Nobody is on call for {primary.name}" in _words(await _seen(ui, "/schedule"))


async def test_an_hour_that_comes_twice_is_answered_twice(ui: Ui) -> None:
    html = await _seen(ui, "/schedule?at=2026-11-01T01:30")
    assert "the first time" in html
    assert "the second time" in html
    assert "came twice" not in await _seen(ui, "/schedule?at=2026-11-01T02:30")


_NO_TIMES = ["yesterday", "1999-01-01T00:00", "9999-12-31T23:59", "2026-02-31T02:00", "<b>"]


async def test_what_is_no_time_is_said_so(ui: Ui, subtests: pytest.Subtests) -> None:
    for typed in _NO_TIMES:
        with subtests.test(str(typed)):
            async with ui.signed_in("cora") as door:
                answer = await door.web.get("/schedule", params={"at": typed})
            assert answer.status_code == 200
            assert "Write it like 2026-03-03T02:10" in answer.text
            assert 'id="then"' not in answer.text


async def test_a_night_tells_what_it_came_from(ui: Ui) -> None:
    """The order that holds, and an exception that was ended, struck out."""
    roster = await _roster(ui)
    starts_at, ends_at = NOW + timedelta(days=2), NOW + timedelta(days=3)
    cover = Override("primary", OverrideKind.REPLACE, starts_at, ends_at, "ben", "ana", key="cover")
    await _import(ui, replace(roster, overrides=(*roster.listed_overrides, cover)))
    ui.house.clock.moment = NOW + timedelta(days=2, hours=1)
    await _import(ui, replace(roster, overrides=roster.listed_overrides))
    html = await _seen(ui, "/schedule/primary/2026-01-08")
    assert "<del>Ben instead of Ana" in html
    words = _words(html)
    assert "ended Fri 9 Jan 03:14" in words
    assert "in turn; a week each, from Monday" in words
    assert "by an exception; the rotation has Ana" in words


async def test_the_switch_to_dark_stays_on_the_night(ui: Ui) -> None:
    """A night has a way back to all nights, and the switch is no way back."""
    html = await _seen(ui, "/schedule/primary/2026-01-08")
    assert re.findall(r'name="back" value="([^"]*)"', html) == ["/schedule/primary/2026-01-08"]


async def test_a_night_of_no_rotation_is_not_there(ui: Ui) -> None:
    async with ui.signed_in("cora") as door:
        assert (await door.get("/schedule/nothing/2026-01-08")).status_code == 404
        assert (await door.get("/schedule/primary/soon")).status_code == 422
        assert (await door.get("/schedule/primary/9999-12-31")).status_code == 404


async def test_a_rotation_may_be_called_anything(ui: Ui) -> None:
    roster = await _roster(ui)
    odd = Rotation("day/night & <more>?", ("ana",), RotationUnit.DAYS, 1, time(9), date(2026, 1, 1))
    await _import(ui, replace(roster, rotations=(*roster.rotations, odd)))
    html = await _seen(ui, "/schedule")
    href = re.search(r'href="(/schedule/day[^"]+/2026-01-08)"', html)
    assert href is not None
    assert "day/night &amp; &lt;more&gt;?" in await _seen(ui, unescape(href[1]))


async def test_an_empty_roster(ui: Ui) -> None:
    roster = await _roster(ui)
    await _import(ui, replace(roster, rotations=(), overrides=(), policies=(), agencies=()))
    assert "There is no rotation." in await _seen(ui, "/schedule")
    ui.house.clock.pass_minutes(2 * 24 * 60)
    assert "Nobody is on call in these weeks" in await _seen(ui, "/fairness")
    assert "gap" not in _words(await _seen(ui, "/schedule")).split("Gaps")[0]


# ---- fairness ------------------------------------------------------------------------------------------------------


async def test_fairness_counts_pages_by_night_and_call_outs(ui: Ui) -> None:
    """Ana was paged at 2:14 and went; looking at it is a line of the audit."""
    created = await ui.house.opened()
    page = await ui.house.page(created["id"], person="ana", channel="sms", purpose="page")
    await ui.house.change(t.page, page["id"], sent_at=NOW, state="sent", due_at=None)
    await ui.house.taken(created)
    ui.house.clock.moment = NOW + timedelta(days=1)
    html = await _seen(ui, "/fairness", "omar")
    (last,) = re.findall(r'<section class="card" aria-label="Last 13 weeks".*?</section>', html, re.DOTALL)
    (row,) = [_words(row) for row in re.findall(r"<tr>.*?</tr>", last) if "Ana Reyes" in row]
    assert row.split()[-2:] == ["1", "1"]
    assert "Martin Luther King Jr. Day, Mon 19 Jan" in html
    assert [line["did"] for line in await ui.house.rows(t.audit, did="saw who carries how many nights")]


# ---- scripts -------------------------------------------------------------------------------------------------------


_NO_SPANS = [
    {"from": "2026-01-01T00:00:00Z", "to": "2026-05-01T00:00:00Z"},
    {"from": "2026-01-02T00:00:00Z", "to": "2026-01-02T00:00:00Z"},
    {"from": "2026-01-02T00:00:00Z", "to": "2026-01-01T00:00:00Z"},
    {"from": "2026-01-02"},
    {"to": "2199-01-02T00:00:00Z"},
]


async def test_a_span_is_bounded(ui: Ui, subtests: pytest.Subtests) -> None:
    key = ui.house.schedule
    for query in _NO_SPANS:
        with subtests.test(str(query)):
            answer = await ui.house.web.get(
                "/v1/schedule", params=query, headers={"Authorization": f"Bearer {key.key}"}
            )
            assert answer.status_code == 422
            assert answer.headers["content-type"] == "application/problem+json"


# ---- calendars -----------------------------------------------------------------------------------------------------


async def _made(ui: Ui, **of: str) -> str:
    """The path of a feed that Cora has made in a browser."""
    async with ui.signed_in("cora") as door:
        answer = await door.post("/schedule/feeds", of)
    assert answer.status_code == 200, answer.text
    found = re.search(rf"{PUBLIC_URL}(/calendar/\w+\.ics)", answer.text)
    assert found is not None
    return found[1]


def _events(answer: httpx.Response) -> list[Event]:
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return [one for one in Calendar.from_ical(answer.content).walk("VEVENT") if isinstance(one, Event)]


async def test_a_feed_has_the_shifts_of_one_person(ui: Ui) -> None:
    """With their zone, an id each, and the roster's version; and it can be asked for without a sign-in."""
    path = await _made(ui, person="ana")
    answer = await ui.house.web.get(path)
    events = _events(answer)
    assert b"BEGIN:VTIMEZONE" in answer.content
    assert b"DTSTART;TZID=America/Los_Angeles:" in answer.content
    assert len({str(one["UID"]) for one in events}) == len(events) > 10
    version = (await ui.house.row(t.roster_version))["version"]
    assert {int(str(one["SEQUENCE"])) for one in events} == {version}
    assert {str(one["SUMMARY"]) for one in events} <= {"On call: primary", "On call: backup"}
    now = [one for one in events if one.start <= NOW < one.end]
    assert [str(one["SUMMARY"]) for one in now] == ["On call: primary"]


async def test_a_summary_is_read_back_as_it_is_called(ui: Ui) -> None:
    """However a name is spelled, and whatever its length: each entry has it, its id, and its own times."""
    roster, odd = await _roster(ui), 'Ana; "the, long" \\n Réyes ' + "y" * 90
    people = tuple(replace(one, name=odd) if one.id == "ana" else one for one in roster.people)
    await _import(ui, replace(roster, people=people))
    whole = await ui.house.web.get(await _made(ui, rotation="primary"))
    hers = [one for one in _events(whole) if str(one["SUMMARY"]) == odd]
    assert hers
    now = await _roster(ui)
    found = feed_shifts(now, now.rotations[0], NOW - timedelta(weeks=3), NOW + timedelta(days=300), "ana")
    ids = {str(one["UID"]): (one.start, one.end) for one in hers}
    assert len(ids) == len(hers)
    assert {(one.starts_at, one.ends_at) for one in found[1:-1]} <= set(ids.values())


async def test_a_calendar_that_has_it_is_told_so(ui: Ui) -> None:
    """Until the roster changes; then each entry has a higher sequence, and those that are the same have their ids."""
    path = await _made(ui, person="ana")
    first = await ui.house.web.get(path)
    tag = first.headers["etag"]
    for known in (tag, f'"other", W/{tag}'):
        again = await ui.house.web.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await ui.house.web.head(path)).content == b""
    roster = await _roster(ui)
    await _import(ui, replace(roster, drives=roster.drives[:-1]))
    second = await ui.house.web.get(path, headers={"If-None-Match": tag})
    before, after = _events(first), _events(second)
    assert {str(one["UID"]) for one in before} == {str(one["UID"]) for one in after}
    assert max(int(str(one["SEQUENCE"])) for one in before) < min(int(str(one["SEQUENCE"])) for one in after)


async def test_a_revoked_feed_is_over(ui: Ui) -> None:
    """Like one that was guessed, and like that of somebody who has left. It is listed no more."""
    path = await _made(ui, person="ana")
    _, (kept,) = await ui.house.service.runner.ask(keep_feeds.list_feeds)
    async with ui.signed_in("cora") as door:
        assert "Ana Reyes" in (await door.get("/schedule/feeds")).text
        assert (await door.post(f"/schedule/feeds/{kept[0].id}/revoke")).status_code == 303
        assert "There is none yet" in (await door.get("/schedule/feeds")).text
        assert (await door.post(f"/schedule/feeds/{kept[0].id}/revoke")).status_code == 404
    for gone in (path, "/calendar/guessed.ics", "/calendar/%00.ics"):
        answer = await ui.house.web.get(gone)
        assert (answer.status_code, "PRODID" in answer.text) == (410, False)
    lines = [line["did"] for line in await ui.house.rows(t.audit) if "feed" in line["did"]]
    assert lines == ["made a calendar feed", "revoked a calendar feed"]


async def test_no_feed_holds_a_call_out(ui: Ui) -> None:
    """Somebody has one, with a place and a child: the feed is word for word what it was."""
    path = await _made(ui, person="ana")
    before = (await ui.house.web.get(path)).content
    created = await ui.house.opened(meeting_place={"address": "1200 Harbor Plaza"}, children=1)
    await ui.house.taken(created, "25")
    assert (await ui.house.web.get(path)).content == before
    assert b"+1562" not in before


async def test_a_feed_is_of_one_or_of_the_other(ui: Ui) -> None:
    async with ui.signed_in("cora") as door:
        for form in ({}, {"person": "ana", "rotation": "primary"}, {"person": "nobody"}, {"rotation": "nothing"}):
            assert (await door.post("/schedule/feeds", form)).status_code == 422


# ---- one resolver --------------------------------------------------------------------------------------------------


def _drawn(seed: int, roster: Roster) -> Roster:
    """Rotations and exceptions around the spring night of 2026, in which an hour is missing."""
    draw = random.Random(seed)
    base = datetime(2026, 2, 20, tzinfo=UTC)

    def moment() -> datetime:
        return base + timedelta(minutes=draw.randrange(60 * 24 * 30))

    def rotation(name: str) -> Rotation:
        starts_on = date(2026, 1, 1) + timedelta(days=draw.randrange(70))
        edges = sorted((moment(), moment()))
        pauses = (Pause(*edges),) if draw.random() < 0.5 else ()
        unit = draw.choice(tuple(RotationUnit))
        weekday = starts_on.weekday() if unit is RotationUnit.WEEKS else None
        members = tuple(draw.sample(IDS, draw.randint(1, 4)))
        return Rotation(
            name, members, unit, draw.randint(1, 2), time(draw.randrange(24)), starts_on, _ZONE, weekday, pauses
        )

    def exception(name: str) -> Override:
        starts_at, kind = moment(), draw.choice(tuple(OverrideKind))
        person = None if kind is OverrideKind.REMOVE else draw.choice(IDS)
        replaces = None if kind is OverrideKind.ADD else draw.choice((None, *IDS))
        return Override(name, kind, starts_at, starts_at + timedelta(hours=draw.randint(1, 60)), person, replaces)

    return replace(
        roster,
        rotations=(rotation("primary"), rotation("backup")),
        overrides=tuple(exception(draw.choice(("primary", "backup"))) for _ in range(12)),
    )


@pytest.mark.parametrize("seed", range(3))
async def test_views_scripts_calendars_and_commands_say_what_the_resolver_says(ui: Ui, seed: int) -> None:
    """Of moments drawn around a night with a missing hour, in rosters that are drawn as well."""
    house = ui.house
    house.clock.moment = datetime(2026, 2, 21, tzinfo=UTC)
    await _import(ui, _drawn(seed, await _roster(ui)), at_once=True)
    roster = await _roster(ui)
    key = house.schedule.key
    feeds = {one.name: _events(await house.web.get(await _made(ui, rotation=one.name))) for one in roster.rotations}
    draw = random.Random(seed)
    async with ui.signed_in("cora") as door:
        for _ in range(8):
            at = house.clock() + timedelta(minutes=draw.randrange(60 * 24 * 26))
            expected = {one.name: list(on_call(roster, one, at)) for one in roster.rotations}
            assert await _by_script(house, key, at) == expected
            assert await _by_view(door, roster, at) == {name: set(people) for name, people in expected.items()}
            told = list(who._on_call(roster, at))
            assert {(line["rotation"], line["person"], line["until"]) for line in told} == await _untils(house, key, at)
            assert all(line["until"] is None or line["until"].tzinfo == ZoneInfo(LOCAL) for line in told)
            for rotation in roster.rotations:
                names = sorted(roster.name_of(one) for one in expected[rotation.name])
                standing = [str(one["SUMMARY"]) for one in feeds[rotation.name] if one.start <= at < one.end]
                assert sorted(standing) == names
                assert sorted(line["name"] for line in told if line["rotation"] == rotation.name) == names


async def _by_script(house: House, key: str, at: datetime) -> dict[str, list[str]]:
    answer = await house.web.get(
        "/v1/on-call", params={"at": at.isoformat()}, headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == 200, answer.text
    return {one["rotation"]: [each["person"] for each in one["on_call"]] for one in answer.json()["rotations"]}


async def _untils(house: House, key: str, at: datetime) -> set[tuple[str, str, datetime | None]]:
    """Until when each is on call, as a script is told."""
    told = await house.web.get("/v1/on-call", params={"at": at.isoformat()}, headers={"Authorization": f"Bearer {key}"})
    return {
        (one["rotation"], each["person"], datetime.fromisoformat(each["until"]) if each["until"] else None)
        for one in told.json()["rotations"]
        for each in one["on_call"]
    }


async def _by_view(door: Door, roster: Roster, at: datetime) -> dict[str, set[str]]:
    answer = await door.web.get("/schedule", params={"at": at.isoformat()})
    assert answer.status_code == 200
    then = re.search(r'id="then".*?</section>', answer.text, re.DOTALL)
    assert then is not None
    told = re.findall(r"<dt>(\w+)</dt>\s*<dd>(.*?)</dd>", then[0], re.DOTALL)
    ids = {person.first_name: person.id for person in roster.people}
    return {name: {ids[one] for one in re.findall(r"<b>(\w+)</b>", said)} for name, said in told}
