"""`/response-times` and what may leave the house, as people ask for them: figures, filters, files, who may say what."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction
from tests.inbound.house import NOW, House, unbroken
from tests.inbound.sign_in.room import Door, Ui
from tests.inbound.web import past_weeks

_HEAVIEST = 300_000 - 40_000  # bytes, without style and script
PATH = "/response-times"


@pytest.fixture
async def ui(house: House) -> Ui:
    return Ui(house)


@pytest.fixture
async def omar(ui: Ui) -> AsyncIterator[Door]:
    """Omar is a coordinator only."""
    async with ui.signed_in("omar") as door:
        yield door


async def _past(ui: Ui, count: int, **more: Any) -> None:
    await ui.house.service.database.write(lambda tx: past_weeks.write(tx, NOW, count, **more))


def _figures(html: str) -> dict[str, str]:
    """The headlines of a page, with the small words below them."""
    found = re.findall(r"<dt>([^<]*)</dt><dd><b>([^<]*)</b>([^<]*)(?:<small>([^<]*)</small>)?", html)
    return {name: f"{value}{unit} | {about}" for name, value, unit, about in found}


async def _shown(door: Door, query: str = "") -> str:
    answer = await door.get(PATH + query)
    assert answer.status_code == 200, answer.text
    return unbroken(answer.text)


# ---- figures -------------------------------------------------------------------------------------------------------


async def test_nothing_came(cora: Door) -> None:
    """One sentence, and where there may be something."""
    html = await _shown(cora)
    assert "No call-out was received in this time." in html
    assert _figures(html) == {}
    assert 'href="/response-times?period=all"' in html


@pytest.mark.parametrize(
    ("count", "within", "p90"),
    [
        (1, "1 of 1 | 1 of 1 call-outs", "– | needs 20 arrivals; n 1"),
        (19, "19 of 19 | 19 of 19 call-outs", "– | needs 20 arrivals; n 19"),
        (20, "100 % | 20 of 20 call-outs", " min | nine in ten were faster; n 20"),
    ],
)
async def test_few_call_outs_are_counted_not_rated(ui: Ui, cora: Door, count: int, within: str, p90: str) -> None:
    """Percent and a 90th percentile from twenty on, and each dot says what it is."""
    await _past(ui, count)
    html = await _shown(cora)
    figures = _figures(html)
    assert figures["Within 60 minutes"] == within
    assert figures["90th percentile"].endswith(p90)
    assert figures["Missed"] == "0 | 0 to review"
    assert len(re.findall(r'<circle class="in" [^>]*r="4"><title>', html)) == count


async def test_filters_stand_in_the_address(ui: Ui, cora: Door) -> None:
    """Agency, specialist and days; what is chosen stays chosen, and in the link to the file."""
    await _past(ui, 60)
    rows = await ui.house.rows(t.callout)
    lasd = [row for row in rows if row["agency"] == "LASD"]
    html = await _shown(cora, "?agency=LASD")
    assert _figures(html)["Within 60 minutes"].endswith(f"of {len(lasd)} call-outs")
    assert '<option value="LASD" selected>' in html
    assert "/response-times/callouts.csv?period=13-weeks&amp;agency=LASD" in html
    assert "Ana Reyes</p>" not in html
    html = await _shown(cora, "?specialist=ana&period=all")
    ana = [row for row in await ui.house.rows(t.assignment) if row["person"] == "ana"]
    assert _figures(html)["Within 60 minutes"].endswith(f"of {len(ana)} call-outs")
    assert ", Ana Reyes." in html
    day = (NOW - timedelta(days=30)).date()
    html = await _shown(cora, f"?period=days&from={day}&to={day}&agency=&specialist=")
    assert f'value="{day}"' in html
    for nobody in ("agency=%00", "specialist=%ED%A0%80", "specialist=somebody"):
        assert "No call-out was received" in await _shown(cora, f"?{nobody}")
    assert (await cora.get(f"{PATH}?agency={'x' * 121}")).status_code == 422
    assert (await cora.get(PATH + "?period=fortnight")).status_code == 422
    assert (await cora.get(PATH + "?period=days&from=yesterday")).status_code == 422


@pytest.mark.slow
async def test_many_call_outs_are_shown_by_how_many_they_were(
    ui: Ui, cora: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page stays light: above two thousand no dots, and above ten thousand the headlines alone."""
    await _past(ui, 2_000, weeks=52)
    html = await _shown(cora, "?period=all")
    assert len(html.encode()) < _HEAVIEST
    assert len(re.findall(r'<circle class="in" [^>]*r="4">', html)) > 1_800
    assert "By specialist" in html
    monkeypatch.setattr("dispatch.inbound.web.reports.charts.MOST_DOTS", 1_999)
    binned = await _shown(cora, "?period=all")
    assert 'r="4"' not in binned
    assert 'class="cell' in binned
    assert _figures(binned) == _figures(html)
    monkeypatch.setattr("dispatch.actions.reports.show_response_times.MOST_RESPONSES", 1_999)
    long = await _shown(cora, "?period=all")
    figures = _figures(long)
    assert figures.pop("Children met") == "– | choose a shorter period"
    assert figures.pop("Worst").endswith(" min | n 2000")
    assert figures.items() < _figures(html).items()
    assert "Choose a shorter period" in long
    assert "By specialist" not in long


async def test_the_file_holds_the_same_call_outs(ui: Ui, cora: Door) -> None:
    """Each with its stamps in local time, its intervals and what made it miss; and it stands in the audit."""
    await _past(ui, 63)
    answer = await cora.get(PATH + "/callouts.csv?agency=LBPD")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    rows = {row["code"]: row for row in await ui.house.rows(t.callout) if row["agency"] == "LBPD"}
    assert [line["code"] for line in lines] == sorted(rows, key=lambda code: rows[code]["received_at"], reverse=True)
    for line in lines:
        row = rows[line["code"]]
        whole = (row["arrived_at"] - row["received_at"]).total_seconds()
        parts = [float(value) for name, value in line.items() if name.endswith(" seconds") and value]
        assert sum(parts) == pytest.approx(whole, abs=0.003)
        assert (line["missed"] == "yes") == (whole > 3600) == bool(line["ran over"])
        assert line["received"].endswith(("-08:00", "-07:00"))
    assert [did for _, did, _ in await ui.audit()][1:] == ["took response times as a file"]


async def test_a_miss_reads_beyond_the_target(ui: Ui, cora: Door) -> None:
    """60:08 is a miss, in the list with the interval that caused it, and never reads 60."""
    await _past(ui, 1)
    await _change(ui, arrived_at=3608, acknowledged_at=120, first_paged_at=4, en_route_at=300)
    html = await _shown(cora)
    assert _figures(html)["Missed"] == "1 | 1 to review"
    assert _figures(html)["Worst"] == "60:08 | n 1"
    assert "<b>60:08</b>" in html
    assert "55 min of travel" in html
    sheet = (await cora.get(PATH + "/callouts/past-0")).text
    assert "there after 60:08 min</h1>" in sheet
    assert "Missed 60 minutes: 55 min of travel." in sheet


async def _change(ui: Ui, **seconds: float) -> None:
    """Set stamps of the only call-out, in seconds since it was received."""

    def change(tx: Any) -> None:
        received = tx.execute(sa.select(t.callout.c.received_at)).scalar_one()
        moments = {name: received + timedelta(seconds=value) for name, value in seconds.items()}
        left = moments.pop("en_route_at")
        tx.execute(sa.update(t.callout).values(**moments))
        tx.execute(sa.update(t.assignment).values(en_route_at=left))

    await ui.house.service.database.write(change)


async def test_an_open_call_out_past_its_target_is_missed_already(ui: Ui, cora: Door) -> None:
    """While nobody is there; one that is still in time is neither."""
    await ui.house.opened()
    html = await _shown(cora)
    assert _figures(html)["Within 60 minutes"] == "– | 0 of 0 call-outs; 1 still open, in time"
    ui.house.clock.pass_minutes(75)
    html = await _shown(cora)
    assert _figures(html)["Missed"] == "1 | 1 to review; 1 open now"
    assert "<b>75:00</b>" in html


# ---- what people say about a miss ------------------------------------------------------------------------------------


async def _missed(ui: Ui) -> str:
    """The path of the only miss among twenty-one."""
    await _past(ui, 21, said=False)
    return PATH + "/callouts/past-20"


async def test_one_names_it_and_another_approves(ui: Ui, cora: Door, omar: Door) -> None:
    """Nobody approves their own; it counts from the second word on, beside the raw figures, and stands in the audit."""
    path = await _missed(ui)
    assert "Approve" not in (await cora.get(path)).text
    assert (await cora.post(path + "/exclusion", {"code": "surge"})).status_code == 303
    assert "nobody judges what they named themselves" in (await cora.get(path)).text
    refused = await cora.post(path + "/exclusion/verdict", {"approve": "yes"})
    assert refused.status_code == 403
    assert "Nobody approves or refuses what they named themselves" in refused.text
    assert _figures(await _shown(cora))["After exclusions"] == "95 % | 0 left out, each approved"
    assert (await omar.post(path + "/exclusion", {"code": "distance"})).status_code == 409
    assert (await omar.post(path + "/exclusion/verdict", {"approve": "yes"})).status_code == 303
    figures = _figures(await _shown(cora))
    assert figures["After exclusions"] == "100 % | 1 left out, each approved"
    assert figures["Within 60 minutes"] == "95 % | 20 of 21 call-outs"
    assert (await omar.post(path + "/exclusion/verdict", {"approve": "no"})).status_code == 303
    assert (await omar.post(path + "/exclusion/verdict", {"approve": "no"})).status_code == 409
    assert _figures(await _shown(cora))["After exclusions"] == "95 % | 0 left out, each approved"
    said = [line for line in await ui.audit() if "exclusion" in line[1] or "left out" in line[1]]
    assert said == [
        ("coordinator cora", "named why a miss is to be left out", "surge"),
        ("coordinator omar", "approved an exclusion", "surge, named by cora"),
        ("coordinator omar", "refused an exclusion", "surge, named by cora"),
    ]


async def test_two_who_name_it_at_once(ui: Ui, cora: Door, omar: Door) -> None:
    """The second hears what the first said; a reason that does not exist is none."""
    path = await _missed(ui)
    assert (await cora.post(path + "/exclusion", {"code": "a bad night"})).status_code == 422
    assert (await cora.post(path + "/exclusion", {"code": ""})).status_code == 422
    await cora.post(path + "/exclusion", {"code": "surge"})
    answer = await omar.post(path + "/exclusion", {"code": "distance"})
    assert answer.status_code == 409
    assert "Cora has named “surge” already" in answer.text


async def test_every_miss_gets_a_review(ui: Ui, cora: Door) -> None:
    """What is to be reviewed counts down; a review can be written again, and its line is forgotten in time."""
    path = await _missed(ui)
    assert _figures(await _shown(cora))["Missed"] == "1 | 1 to review"
    form = {"cause": "far away", "help": "somebody who lives nearer", "line": "  the freeway\r\nwas closed "}
    assert (await cora.post(path + "/review", form)).status_code == 303
    assert _figures(await _shown(cora))["Missed"] == "1 | 0 to review"
    html = (await cora.get(path)).text
    assert 'value="the freeway was closed"' in html
    assert '<option value="far away" selected>' in html
    await cora.post(path + "/review", {**form, "cause": "left late"})
    assert '<option value="left late" selected>' in (await cora.get(path)).text
    assert len(await ui.house.rows(t.miss_review)) == 1
    assert (await cora.post(path + "/review", {**form, "line": "x" * 201})).status_code == 422
    assert (await cora.post(path + "/review", {**form, "cause": ""})).status_code == 422


async def test_only_a_miss_is_judged(ui: Ui, cora: Door) -> None:
    """Of a call-out in time there is nothing to leave out, and nothing to review."""
    await _past(ui, 1)
    path = PATH + "/callouts/past-0"
    html = (await cora.get(path)).text
    assert "Within 60 minutes." in html
    assert "<form" not in html.partition("<main")[2].partition("</main>")[0]
    assert (await cora.post(path + "/exclusion", {"code": "surge"})).status_code == 409
    review = {"cause": "far away", "help": "nothing that we know of"}
    assert (await cora.post(path + "/review", review)).status_code == 409
    assert (await cora.get(PATH + "/callouts/nothing")).status_code == 404
    assert (await cora.post(PATH + "/callouts/nothing/review", review)).status_code == 404


async def test_an_auditor_looks_and_does_not_touch(ui: Ui, omar: Door) -> None:
    """No form is shown, and none is taken; each view of a call-out is in the audit."""
    path = await _missed(ui)
    await ui.give_roles("omar", Role.AUDITOR)
    html = unbroken((await omar.get(path)).text)
    assert "<form" not in html.partition("<main")[2].partition("</main>")[0]
    for action, form in (("/exclusion", {"code": "surge"}), ("/exclusion/verdict", {"approve": "yes"})):
        assert (await omar.post(path + action, form)).status_code == 403
    assert ("auditor omar", "read", None) in await ui.audit()


# ---- what may leave the house ----------------------------------------------------------------------------------------


async def test_figures_leave_once_and_stay_as_they_left(ui: Ui, cora: Door, omar: Door) -> None:
    """By a supervisor, as a file; a coordinator only looks. No period that shares a day can leave after it."""
    await _past(ui, 128)
    index = (await cora.get(PATH + "/public")).text
    assert 'href="/response-times/public/2025-12">December<' in index
    assert 'href="/response-times/public/2025-Q4">fourth quarter<' in index
    assert "2026-01" not in index, "January goes on"
    path = PATH + "/public/2025-12"
    html = unbroken((await omar.get(path)).text)
    assert "A supervisor can release these figures" in html
    (said,) = re.findall(r"<h1>(.*?)</h1>", html)
    assert re.fullmatch(r"In December 2025 we reached \d+ children on \d+ call-outs, .* within the hour\.", said)
    assert (await omar.post(path + "/release")).status_code == 403
    assert (await cora.get(path + ".csv")).status_code == 404
    assert (await cora.post(path + "/release")).status_code == 303
    file = (await omar.get(path + ".csv")).text
    assert next(csv.reader(io.StringIO(file))) == [said]
    assert (await cora.post(path + "/release")).status_code == 409
    overlapping = await cora.post(PATH + "/public/2025-Q4/release")
    assert overlapping.status_code == 409
    assert "could be subtracted; release what is left of it" in (await cora.get(PATH + "/public/2025-Q4")).text
    await ui.house.service.database.write(lambda tx: tx.execute(sa.delete(t.outcome)).close())
    assert (await cora.get(path + ".csv")).text == file
    assert "released by Cora" in (await cora.get(path)).text
    assert "December 2025" in (await cora.get(PATH + "/public")).text
    released = [line for line in await ui.audit() if line[1] == "released public figures"]
    assert released == [("coordinator cora", "released public figures", "December 2025")]


async def test_agencies_are_shown_for_a_quarter_and_a_month_says_where(ui: Ui, cora: Door) -> None:
    """None of the quarter's cells is from 1 to 9; its month has the total alone, and links to the quarter."""
    await _past(ui, 128)
    await ui.house.service.database.write(_make_large)
    month = unbroken((await cora.get(PATH + "/public/2025-12")).text)
    assert re.findall(r'<tr><th scope="row">([^<]*)', month) == ["All agencies"]
    assert "published for whole calendar quarters. Ask for the fourth quarter of 2025 instead." in month
    assert 'href="/response-times/public/2025-Q4">the fourth quarter of 2025<' in month
    quarter = unbroken((await cora.get(PATH + "/public/2025-Q4")).text)
    assert re.findall(r'<tr><th scope="row">([^<]*)', quarter) == ["LAPD", "LASD", "LBPD", "All agencies"]
    assert "The total alone" not in quarter
    await ui.house.service.database.write(_make_small)
    quarter = unbroken((await cora.get(PATH + "/public/2025-Q4")).text)
    assert re.findall(r'<tr><th scope="row">([^<]*)', quarter) == ["All agencies"]
    assert "a figure of some agency is from 1 to 9" in quarter


def _make_large(tx: Transaction) -> None:
    """Nobody is late."""
    tx.execute(sa.update(t.callout).values(respond_by=t.callout.c.ended_at))
    tx.execute(sa.update(t.outcome).values(freedom_bags=0))


def _make_small(tx: Transaction) -> None:
    """One is late."""
    first = sa.select(sa.func.min(t.callout.c.received_at)).scalar_subquery()
    tx.execute(sa.update(t.callout).where(t.callout.c.received_at == first).values(respond_by=t.callout.c.received_at))


async def test_only_calendar_periods_that_are_over(cora: Door) -> None:
    """No week, no span of one's own choice, and nothing that is still going on."""
    for key, status in (("2026-W01", 404), ("2025-12-24", 404), ("lately", 404), ("2026-01", 409), ("2026-Q1", 409)):
        assert (await cora.get(f"{PATH}/public/{key}")).status_code == status, key
        assert (await cora.post(f"{PATH}/public/{key}/release")).status_code == status, key
    html = unbroken((await cora.get(f"{PATH}/public/2025-12")).text)
    assert "there were fewer than 10 call-outs: no figure is published" in html
    assert "No month with a call-out is over yet." in unbroken((await cora.get(f"{PATH}/public")).text)
