"""`/audit`, as a supervisor and an auditor ask for it: every look and every event, filters, the file, who may."""

import csv
import io
import re
from collections.abc import AsyncIterator

import pytest

from dispatch.actions.access import read_audit
from dispatch.inbound.web.access import audit_words
from dispatch.inbound.web.reports import audit_view
from dispatch.inbound.web.reports.csv_files import defused
from dispatch.rules.facts.actors import Actor, ActorKind, AuditEvent, Source
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from dispatch.store.access import audit
from tests.inbound.house import CALL, NOW, OFFICER, House, unbroken
from tests.inbound.sign_in.room import Door, Ui

PATH = "/audit"
Told = tuple[str, str, str]


@pytest.fixture
async def ui(house: House) -> Ui:
    return Ui(house)


@pytest.fixture
async def olga(ui: Ui) -> AsyncIterator[Door]:
    """A browser in which an auditor is signed in, who is no coordinator."""
    await ui.give_roles("omar", Role.AUDITOR)
    async with ui.signed_in("omar") as door:
        yield door


async def _lines(door: Door, query: str = "") -> list[Told]:
    """Who, what and how, as the page shows them."""
    answer = await door.get(PATH + query)
    assert answer.status_code == 200, answer.text
    row = r'<th scope="row">(.*?)</th>\s*<td class="what">(.*?)</td>.*?class="how">(.*?)<'
    rows = re.findall(row, answer.text, re.DOTALL)
    return [(_plain(who), _plain(what), how) for who, what, how in rows]


def _plain(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


async def _write(house: House, did: AuditEvent, who: str | None = "cora", detail: str | None = None) -> None:
    by = Actor(ActorKind.COORDINATOR, who)
    await house.service.runner.act(
        lambda tx, context: audit.write(tx, context.now, by, Source.WEB, did, detail=detail),
    )


# ---- what stands in it -----------------------------------------------------------------------------------------------


async def test_every_look_and_every_event_of_a_person(house: House, ui: Ui, olga: Door) -> None:
    """Whoever takes it, goes, gets there, looks, writes: by text, by phone, behind a link, by API and on a page."""
    created = await house.opened()
    await house.taken(created, "25")
    link = await house.link(created["id"])
    await house.web.get(link)
    await house.web.post(f"{link}/stamp", data={"stamp": "en_route_at"}, headers={"Sec-Fetch-Site": "same-origin"})
    await house.text("HERE")
    await house.text("somebody is here", sender=OFFICER)
    await house.ask("GET", f"/v1/callouts/{created['id']}", key=house.coordinator)
    await olga.get(f"/callouts/{created['id']}")
    found = await _lines(olga, f"?callout={created['code'].lower()}")
    assert [line for line in found[::-1] if line[1] != "gave an ETA"] == [
        ("Ana Reyes specialist", "took the call-out", "the phone"),
        ("Ana Reyes specialist", "opened a one-time link", "a one-time link"),
        ("Ana Reyes specialist", "is on the way", "a one-time link"),
        ("Ana Reyes specialist", "is there", "a text"),
        ("An officer", "wrote", "a text"),
        ("Cora coordinator", "looked at the call-out", "the API"),
        ("Omar Haddad auditor", "looked at the call-out", "a browser"),
    ]
    assert OFFICER[2:] not in (await olga.get(PATH)).text


async def test_an_event_is_one_line(house: House) -> None:
    """A coordinator's button has the line that says more, and no second one; what follows by itself has none."""
    created = await house.opened()
    await house.ask("POST", f"/v1/callouts/{created['id']}/close", {}, key=house.coordinator)
    assert [row["did"] for row in await house.rows(t.audit)] == ["closed"]
    other = await house.opened(unit="Harbor")
    await house.text(f"{other['code']} 2")
    assert [row["did"] for row in await house.rows(t.audit)] == ["closed", "declined"]


async def test_looking_is_a_line_and_so_is_the_file(house: House, olga: Door) -> None:
    """Once for each opening, with what was asked for; nothing that was typed is repeated."""
    created = await house.opened()
    await house.ask("GET", f"/v1/callouts/{created['id']}", key=house.coordinator)
    for query in (
        "",
        f"?who=Cora&did=looking&callout={created['code']}&how=api&from=2026-01-01&to=2026-01-31",
        "?callout=Maria%20Lopez&who=Maria&did=Maria&how=Maria",
        "?before=1",
    ):
        assert (await olga.get(PATH + query)).status_code == 200
    assert (await olga.get("/audit.csv?did=read")).status_code == 200
    of_cora = (
        f"Cora; Looking, all of it; call-out {created['code']}; through the API; from 1 Jan 2026; until 31 Jan 2026"
    )
    of_nobody = "somebody who is not in it; an event that there is not; a call-out that there is not; "
    told = [(row["who"], row["did"], row["detail"]) for row in await house.rows(t.audit) if "the audit" in row["did"]]
    assert told == [
        ("auditor omar", "looked at the audit", "everything"),
        ("auditor omar", "looked at the audit", of_cora),
        ("auditor omar", "looked at the audit", of_nobody + "through nothing that we know"),
        ("auditor omar", "looked at the audit", "everything; further back"),
        ("auditor omar", "took the audit as a file", "Looked at the call-out"),
    ]
    assert (await _lines(olga))[0][1] == "took the audit as a file Looked at the call-out"


def test_every_event_has_a_kind_and_words() -> None:
    """A new event has to say which kind it is, and is then found by it; no key means two things."""
    assert sorted(one for events in audit_words.KINDS.values() for one in events) == sorted(AuditEvent)
    keys = [key for _, options in audit_view._OFFERED for key, _ in options]
    assert len(keys) == len(set(keys)) == len(AuditEvent) + len(audit_words.KINDS)
    words = [audit_words.did(event) for event in AuditEvent]
    assert len(set(words)) == len(words)


# ---- filters ---------------------------------------------------------------------------------------------------------


async def test_filters_stand_in_the_address(house: House, ui: Ui, olga: Door) -> None:
    """Who, what, through what, and local days; what is chosen stays chosen, and stands in the link to the file."""
    await _write(house, AuditEvent.CLOSED)
    await _write(house, AuditEvent.READ, "dev")
    house.clock.pass_minutes(22 * 60)  # past local midnight
    await _write(house, AuditEvent.READ)
    cora = ("Cora Whitfield coordinator", "looked at the call-out", "a browser")
    dev = ("Dev Sharma coordinator", "looked at the call-out", "a browser")
    closed = ("Cora Whitfield coordinator", "closed the call-out", "a browser")
    by_cora = await _lines(olga, "?who=cora")
    assert by_cora[0] == cora
    assert by_cora[1] == closed
    assert await _lines(olga, "?did=read") == [cora, dev]
    assert await _lines(olga, "?did=coordinating") == [closed]
    assert (await _lines(olga, "?did=looking&from=2026-01-07&to=2026-01-07&who=&how=&callout="))[0] == dev
    assert await _lines(olga, "?did=read&from=2026-01-08") == [cora]
    assert await _lines(olga, "?how=sms") == []
    html = unbroken((await olga.get(PATH + "?who=cora&did=read&how=web&from=2026-01-08")).text)
    for chosen in (
        '<option value="cora" selected>Cora Whitfield</option>',
        '<option value="read" selected>Looked at the call-out</option>',
        '<option value="web" selected>A browser</option>',
        'value="2026-01-08"',
        'href="/audit.csv?who=cora&amp;did=read&amp;how=web&amp;from=2026-01-08"',
        "Cora Whitfield; Looked at the call-out; through a browser; from 8 Jan 2026, the newest first",
    ):
        assert chosen in html
    assert "Thursday 8 Jan 2026</th>" in html
    assert "00:14:00</time>" in html


async def test_nothing_is_said_plainly(house: House, olga: Door) -> None:
    """And what is not understood is refused, not left out: a wider list would look like the answer."""
    for query, why in (
        ("?callout=K9K", "No call-out has ever had this code."),
        ("?callout=nothing", "No call-out has ever had this code."),
        ("?from=2026-02-01&to=2026-01-01", "The first day is after the last one."),
        ("?who=nobody", "Nobody has done anything like that."),
        ("?did=nothing", "Nobody has done anything like that."),
        ("?to=9999-12-31&did=nothing", "Nobody has done anything like that."),
        ("?before=1", "Nothing is further back."),
        ("?before=9223372036854775807", "Nothing is further back."),
    ):
        html = unbroken((await olga.get(PATH + query)).text)
        assert why in html, query
        assert "<table" not in html
    for query in ("?from=yesterday", "?before=0", "?before=x", "?before=9223372036854775808", f"?who={'x' * 121}"):
        assert (await olga.get(PATH + query)).status_code == 422, query
    for query in ("?who=%00", "?callout=%ED%A0%80", "?did=%00", "?how=%00", "?from=0001-01-01", "?to=9999-12-31"):
        assert (await olga.get(PATH + query)).status_code == 200, query


async def test_pages_follow_each_other(house: House, olga: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred at once; what is written meanwhile moves no line."""
    monkeypatch.setattr(read_audit, "AT_ONCE", 7)
    for number in range(30):
        await _write(house, AuditEvent.SENT_TEST, detail=f"to {number}")
    found: list[str] = []
    query = "?did=sent-test"
    while query:
        html = (await olga.get(PATH + query)).text
        found += re.findall(r"<small>to (\d+)</small>", html)
        await _write(house, AuditEvent.SENT_TEST, detail="to 99")
        older = re.search(r'href="/audit(\?[^"]+)"><span>Further back', html)
        query = older[1].replace("&amp;", "&") if older else ""
    assert found == [str(number) for number in reversed(range(30))]


# ---- the file --------------------------------------------------------------------------------------------------------


async def test_the_file_holds_every_line(house: House, olga: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Further back than the page, piece by piece, each with its local time and offset."""
    monkeypatch.setattr(read_audit, "AT_ONCE", 5)
    monkeypatch.setattr(audit_view, "_A_PIECE", 4)
    for number in range(23):
        await _write(house, AuditEvent.SENT_TEST, detail=f"to {number}")
    await _write(house, AuditEvent.READ)
    answer = await olga.get("/audit.csv?did=sent-test")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    assert answer.headers["cache-control"] == "no-store"
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert [line["detail"] for line in lines] == [f"to {number}" for number in reversed(range(23))]
    assert len({line["line"] for line in lines}) == 23
    assert lines[0] | {"line": ""} == {
        "line": "",
        "when": "2026-01-07T02:14:00-08:00",
        "who": "Cora Whitfield",
        "as": "coordinator",
        "id": "cora",
        "did": "sent a test page",
        "detail": "to 22",
        "call-out": "",
        "call-out id": "",
        "through": "a browser",
    }
    assert "\r\n" in answer.text
    empty = await olga.get("/audit.csv?who=nobody")
    assert empty.text.count("\r\n") == 1


_BEGINS_A_FORMULA = ["=", "+", "-", "@", "\t", "\r", "\n"]


async def test_no_cell_is_a_formula(house: House, olga: Door, subtests: pytest.Subtests) -> None:
    """A name on a key or at the command line is anything that somebody typed."""
    for begins in _BEGINS_A_FORMULA:
        with subtests.test(str(begins)):
            formula = f'{begins}HYPERLINK("http://x","y")'
            await _write(house, AuditEvent.READ, formula, detail=formula)
            line, *_ = csv.DictReader(io.StringIO((await olga.get("/audit.csv?did=read")).text, newline=""))
            assert line["who"] == line["id"] == line["detail"] == f"'{formula}"
            assert not [cell for cell in line.values() if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))]
            assert defused("ana") == "ana"


# ---- who may ---------------------------------------------------------------------------------------------------------


async def test_who_may(house: House, ui: Ui) -> None:
    """A supervisor and an auditor, who find it in the navigation; no coordinator, no wall, nobody. Who may not leaves
    no look behind."""
    for roles, may in (
        ((Role.COORDINATOR,), False),
        ((Role.SUPERVISOR,), True),
        ((Role.AUDITOR,), True),
        ((Role.COORDINATOR, Role.SUPERVISOR), True),
    ):
        await ui.give_roles("omar", *roles)
        async with ui.signed_in("omar") as door:
            for path in (PATH, "/audit.csv"):
                assert (await door.get(path)).status_code == (200 if may else 403), roles
            assert ('href="/audit"' in (await door.get("/callouts")).text) is may, roles
    looks = [row for row in await house.rows(t.audit) if "the audit" in row["did"]]
    assert len(looks) == 6
    async with ui.browser() as door:
        assert (await door.get(PATH + "?who=cora")).headers["location"] == "/sign-in?next=%2Faudit%3Fwho%3Dcora"
        door.carry((await ui.session("cora", "wall")).token)
        assert (await door.get(PATH)).status_code == 403
        await door.get("/")
    wall = [row for row in await house.rows(t.audit) if row["did"] == "opened the board"]
    assert [row["detail"] for row in wall] == ["on a wall"]


async def test_a_call_out_leads_to_its_lines(house: House, ui: Ui, olga: Door) -> None:
    """By its id, so that no other with this code is among them; only for whoever may read them."""
    created = await house.opened()
    path = f"/callouts/{created['id']}"
    there = f'href="/audit?callout={created["id"]}"'
    assert there in (await olga.get(path)).text
    html = unbroken((await olga.get(f"{PATH}?callout={created['id']}")).text)
    assert f"Call-out {created['code']}, the newest first" in html
    await ui.give_roles("omar", Role.COORDINATOR)
    assert there not in (await olga.get(path)).text


async def test_a_line_of_another_version_is_shown_as_it_is(house: House, olga: Door) -> None:
    """An event, a kind or a source that only another version knows; and one without a kind."""
    await house.put(t.audit, at=NOW, who="robot r2", did="beeped", actor_kind="robot", actor_id="r2", source="radio")
    await house.put(t.audit, at=NOW, who="somebody", did="read")
    await house.put(t.audit, at=NOW, who="robot", did="beeped", actor_kind="robot")
    assert (await _lines(olga))[:3] == [
        ("robot", "beeped", ""),
        ("somebody", "looked at the call-out", ""),
        ("r2 robot", "beeped", "radio"),
    ]


async def test_a_page_is_light(house: House, olga: Door) -> None:
    """A hundred lines that say much."""
    for _ in range(100):
        await _write(house, AuditEvent.CHANGED_DETAILS, detail="children 2, was None, place address; 1 text; " * 3)
    html = (await olga.get(PATH)).text
    assert html.count('class="what"') == 100
    assert len(html.encode()) < 100_000
    assert CALL["officer"]["callback_phone"] not in html
