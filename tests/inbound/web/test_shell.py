"""What all pages share: their files, their navigation, dark or light, and the API page."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from dispatch.inbound.web import openapi_view
from dispatch.inbound.web.assets import Assets
from dispatch.inbound.web.pages import ASSETS
from tests.inbound.house import House
from tests.inbound.web import gallery

CSS = Path(__file__).parents[3] / "src" / "dispatch" / "inbound" / "web" / "files" / "room.css"


# ---- files ---------------------------------------------------------------------------------------------------------


async def test_a_file_is_kept_for_a_year_under_its_hash(house: House) -> None:
    """Each file of a page is served with its own type, to be kept, and never guessed at."""
    html = (await house.web.get("/docs")).text
    addresses = re.findall(r'"(/assets/[^"]+)"', html)
    assert len(addresses) == 3
    for address in addresses:
        answer = await house.web.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        kinds = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
        assert answer.headers["content-type"] == kinds[address.rpartition(".")[2]]


@pytest.mark.parametrize(
    "file", ["room.css", "room.000000000000.css", "../pages.py", "..%2Fpages.py", "pages.py", "", "%00", "room.html"]
)
async def test_a_wrong_hash_is_nothing(house: House, file: str) -> None:
    """Another version's file would be kept for a year under a name that says otherwise; no other file is served."""
    assert (await house.web.get(f"/assets/{file}")).status_code == 404


def test_a_changed_file_has_another_name(tmp_path: Path) -> None:
    """And the name is the same for the same content, on every node; files are read at their first use."""
    assets = Assets(tmp_path, "/assets")
    (tmp_path / "a.css").write_text("p {}")
    (tmp_path / "notes.txt").write_text("not of a page")
    first = assets.address("a.css")
    assert first == Assets(tmp_path, "/assets").address("a.css")
    (tmp_path / "a.css").write_text("p { margin: 0 }")
    assert Assets(tmp_path, "/assets").address("a.css") != first
    assert "notes.txt" not in assets
    assert "room.css" in ASSETS


# ---- navigation ----------------------------------------------------------------------------------------------------


async def test_the_navigation_shows_what_works_and_is_permitted(house: House) -> None:
    """Without a session only places for everybody; with one those that are permitted; never another."""
    gallery.install(house.service.web)
    nobody = (await house.web.get("/docs")).text
    assert re.findall(r'<li><a href="([^"]+)"', nobody.partition("</nav>")[0]) == ["/docs"]
    cora = (await house.web.get("/gallery/board")).text
    places = re.findall(r'<li><a href="([^"]+)"( aria-current="page")?', cora.partition("</nav>")[0])
    assert places[:3] == [("/", ""), ("/callouts", ""), ("/response-times", "")]
    assert places[3:] == [("/docs", ""), ("/gallery/board", ' aria-current="page"'), ("/gallery/calm", "")]
    assert ">Cora</a>" in cora
    assert ">Cora<" not in nobody, "an example on the page has her name"


# ---- dark and light ------------------------------------------------------------------------------------------------


async def test_the_display_is_chosen_without_a_script(house: House) -> None:
    """A form keeps the choice as a cookie and goes back to its page, filters and all; "automatic" forgets it."""
    page = await house.web.get("/docs?from=2026&to=%26")
    assert "data-scheme" not in page.text
    (back,) = re.findall(r'name="back" value="([^"]*)"', page.text)
    assert back == "/docs?from=2026&amp;to=%26"
    answer = await house.web.post("/display", data={"scheme": "dark", "back": "/docs?from=2026&to=%26"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/docs?from=2026&to=%26")
    assert 'data-scheme="dark"' in (await house.web.get("/docs")).text
    await house.web.post("/display", data={"scheme": "system", "back": "/docs"})
    assert "data-scheme" not in (await house.web.get("/docs")).text


@pytest.mark.parametrize(
    "back",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example/",
        "evil",
        "",
        "/\t/evil",
        "/..//evil.example",
        "/%2e//a",
    ],
)
async def test_the_switch_leads_to_no_other_host(house: House, back: str) -> None:
    """A forged form cannot send anybody elsewhere."""
    answer = await house.web.post("/display", data={"scheme": "dark", "back": back})
    assert answer.headers["location"] == "/"


async def test_an_unknown_display_is_refused(house: House) -> None:
    assert (await house.web.post("/display", data={"scheme": "green", "back": "/"})).status_code == 422
    house.web.cookies.set("scheme", '"><script>')
    assert "data-scheme" not in (await house.web.get("/docs")).text


_PAIRS = {  # what is read, on what; the least contrast at night and by day (WCAG 2.2, 1.4.3, 1.4.6, 1.4.11)
    ("ink", "paper"): 7.0,
    ("ink", "card"): 7.0,
    ("quiet", "paper"): 7.0,
    ("quiet", "card"): 7.0,
    ("quiet", "well"): 7.0,
    ("now", "card"): 7.0,
    ("soon", "card"): 7.0,
    ("act-ink", "act"): 7.0,
    ("alarm-ink", "alarm"): 7.0,
    ("act", "card"): 4.5,
    ("act", "paper"): 4.5,
    ("edge", "card"): 3.0,
    ("soon-edge", "card"): 3.0,
}
# By day amber on white cannot be both amber and 3:1; the shape and the word carry it.
_BY_DAY = {("soon-edge", "card"): 2.8}


@pytest.mark.parametrize("night", [True, False], ids=["night", "day"])
def test_what_matters_can_be_read(night: bool) -> None:
    """7:1 for words at night and by day, 3:1 for the edges of what can be pressed or filled in."""
    colours = _colours(night=night)
    for pair, least in _PAIRS.items():
        if not night:
            least = _BY_DAY.get(pair, least)
        assert _contrast(colours[pair[0]], colours[pair[1]]) >= least, pair


def test_nothing_is_green() -> None:
    """Green says that all is well, which a board cannot know. No colour's green outweighs both others."""
    for night in (True, False):
        for name, (red, green, blue) in _colours(night=night).items():
            assert green <= max(red, blue), name


def _colours(*, night: bool) -> dict[str, tuple[int, int, int]]:
    found: dict[str, tuple[int, int, int]] = {}
    for name, value in re.findall(r"--([a-z-]+): (light-dark\([^)]*\)|#[0-9a-f]{6});", CSS.read_text()):
        shades = re.findall(r"#([0-9a-f]{6})", value)
        shade = shades[-1 if night else 0]
        found.setdefault(name, (int(shade[:2], 16), int(shade[2:4], 16), int(shade[4:], 16)))
    assert len(found) > 12
    return found


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """WCAG 2.2, "contrast ratio"."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: tuple[int, int, int]) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# ---- the API page --------------------------------------------------------------------------------------------------


async def test_the_api_page_shows_all_of_the_document(house: House) -> None:
    """Every operation, every field of its body and every status stands on the page."""
    html = (await house.web.get("/docs")).text
    document = house.service.web.openapi()
    operations = [one for group in openapi_view.sections(document).values() for one in group]
    posted = sum(len(methods) for methods in document["webhooks"].values())
    assert len(operations) == sum(len(methods) for methods in document["paths"].values()) + posted
    for operation in operations:
        assert f'id="{operation.anchor}"' in html
        assert f'href="#{operation.anchor}"' in html
    for name in ("officer.callback_phone", "meeting_place.address", "officer_leaves_at", "callout_id (path)"):
        assert f"<code>{name}</code>" in html
    for words in ("an agency's key or a signature", "an agency's key or a coordinator's key", "a coordinator's key"):
        assert f"Way in: {words}." in html.replace("&#39;", "'")
    assert html.index('id="agencies"') < html.index('id="coordinators"') < html.index('id="get-v1-alarms"')
    assert "400 W Broadway, Long Beach" in html, "an example of a body"
    for status in ("201", "409", "422", "otherwise"):
        assert f"<b>{status}</b>" in html
    outside_examples = re.sub(r"<pre.*?</pre>", "", html, flags=re.DOTALL)
    assert "`" not in outside_examples, "what stands between backticks is shown as code"


async def test_the_api_page_shows_every_command_and_every_example(house: House) -> None:
    """Each command that a body may hold, with its fields; each webhook with its own event; each answer's example;
    and what only coordinators see is marked."""
    document = house.service.web.openapi()
    sections = openapi_view.sections(document)
    shown = {one.anchor: one for group in sections.values() for one in group}
    commands = document["components"]["schemas"]["ToDo"]["properties"]["command"]["discriminator"]["mapping"]
    for anchor in ("post-v1-callouts-callout-id-commands", "post-v1-callouts-callout-id-commands-preview"):
        kinds = [one.kind for one in shown[anchor].body if one.name == "command.do"]
        assert sorted(kinds) == sorted(f"“{command}”" for command in commands)
        assert all(one.about for one in shown[anchor].body if one.name == "command.do")
    assert {"command.outcome.freedom_bags", "command.changes.officer.callback_phone", "command.spoke"} <= {
        one.name for one in shown[anchor].body
    }
    for webhook in sections["webhooks"]:
        assert f'"type": "{webhook.path}"' in webhook.example
    successes = [one for group in shown.values() for one in group.answers if one.status.startswith("2")]
    assert all(one.examples for one in successes if "json" in one.kinds)
    (answer,) = (one for one in shown["get-v1-callouts-callout-id"].answers if one.status == "200")
    assert [one.about for one in answer.examples] == ["to an agency", "to a coordinator"]
    about = {one.name: one.about for one in answer.fields}
    assert "Only in: Call-out as coordinators see it." in about["officer"]
    assert "Only in" not in about["officer.name"] + about["status"]
    html = (await house.web.get("/docs")).text
    assert "anything" not in html


def test_a_kind_is_said_in_words() -> None:
    """As an integrator reads it, references and choices included."""
    document = {"components": {"schemas": {"Word": {"type": "string", "enum": ["a", "b"]}}}}
    for schema, words in (
        ({"type": "string", "maxLength": 120, "minLength": 1}, "text, at most 120 characters"),
        ({"type": "string", "format": "date-time"}, "moment"),
        ({"type": "string", "format": "date"}, "day"),
        ({"type": "integer", "minimum": 1.0, "maximum": 200.0}, "whole number, at least 1, at most 200"),
        ({"type": "number"}, "number"),
        ({"type": "boolean"}, "true or false"),
        ({"type": "object"}, "object"),
        ({}, "anything"),
        ({"const": "about:blank"}, "“about:blank”"),
        ({"$ref": "#/components/schemas/Word"}, "one of a, b"),
        ({"type": "array", "items": {"type": "string"}, "maxItems": 10}, "list, each text, at most 10"),
        (
            {"type": "array", "items": {"enum": ["a", "b"]}, "anyOf": [{"items": {"enum": ["a"]}}, {"maxItems": 1}]},
            "list, each one of a, b",
        ),
        ({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]}, "text or whole number or null"),
        ({"anyOf": [{"type": "boolean"}, {"type": "null"}]}, "true, false or null"),
    ):
        assert openapi_view.kind(document, schema) == words


async def test_a_parameter_is_optional_and_never_null(house: House) -> None:
    """Nobody can send null in an address or a header."""
    sections = openapi_view.sections(house.service.web.openapi())
    asked = [one for group in sections.values() for operation in group for one in operation.parameters]
    assert {one.name for one in asked} > {"since (query)", "status (query)", "idempotency-key (header)"}
    assert [one.name for one in asked if "null" in one.kind] == []
    html = (await house.web.get("/docs")).text
    assert "<code>since (query)</code> <small>optional</small>" in html
    assert "<code>callout_id (path)</code> <small>required</small>" in html


async def test_the_link_page_counts_down(house: House) -> None:
    """The minutes that are left stand on top, with the moment; then those that it is over."""
    created = await house.opened()
    await house.taken(created)
    path = await house.link(created["id"])
    assert _minutes(await house.web.get(path)) == ("60", "min left", "be there by 03:14")
    house.clock.moment += timedelta(minutes=70)
    assert _minutes(await house.web.get(path)) == ("10", "min over", "be there by 03:14")


def _minutes(page: httpx.Response) -> tuple[str, ...]:
    found = re.search(r"data-minutes-to=[^>]+><b>(.+?)</b><small><span>(.+?)</span><br>(.+?)</small>", page.text)
    assert found is not None
    return found.groups()
