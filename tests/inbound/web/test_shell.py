"""What all views share: their files, their navigation, dark or light."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from dispatch.inbound.web.assets import Assets
from dispatch.inbound.web.views import ASSETS
from dispatch.rules.facts.people import Role
from tests.inbound.house import House
from tests.inbound.sign_in.room import Door
from tests.inbound.sign_in.room import Ui as Room

pytestmark = pytest.mark.one_database  # what is around every view

CSS = Path(__file__).parents[3] / "src" / "dispatch" / "inbound" / "web" / "files" / "ui.css"


# ---- files ---------------------------------------------------------------------------------------------------------


async def test_a_file_is_kept_for_a_year_under_its_hash(house: House) -> None:
    """Each file of a page is served with its own type, to be kept, and never guessed at."""
    addresses = [*_addresses(await house.web.get("/sign-in")), *_addresses(await house.web.get("/docs"))]
    assert len(addresses) == 3 + 5
    for address in addresses:
        answer = await house.web.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"
        kinds = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
        assert answer.headers["content-type"] == kinds[address.rpartition(".")[2]]


def _addresses(page: httpx.Response) -> list[str]:
    return re.findall(r'"(/(?:assets|docs)/[^"]+)"', page.text)


_NO_FILES = ["ui.css", "room.000000000000.css", "../pages.py", "..%2Fpages.py", "pages.py", "", "%00", "ui.html"]


async def test_a_wrong_hash_is_nothing(house: House, subtests: pytest.Subtests) -> None:
    """Another version's file would be kept for a year under a name that says otherwise; no other file is served."""
    for file in _NO_FILES:
        with subtests.test(str(file)):
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
    assert "ui.css" in ASSETS


# ---- navigation ----------------------------------------------------------------------------------------------------


async def test_the_navigation_shows_what_works_and_is_permitted(house: House, room: Room, cora: Door) -> None:
    """Without a session only places for everybody; with one those that are permitted; never another."""
    nobody = (await house.web.get("/nowhere", headers={"Accept": "text/html"})).text
    assert re.findall(r'<li><a href="([^"]+)"', nobody.partition("</nav>")[0]) == ["/docs"]
    await room.give_roles("cora", Role.COORDINATOR)
    shown = (await cora.get("/callouts")).text
    nav_items = re.findall(r'<li><a href="([^"]+)"( aria-current="page")?', shown.partition("</nav>")[0])
    assert [path for path, _ in nav_items] == [
        *("/", "/callouts", "/on-call", "/schedule", "/response-times", "/people", "/setup", "/docs"),
    ]
    assert [path for path, current in nav_items if current] == ["/callouts"]
    assert ">Cora</a>" in shown
    assert ">Cora<" not in nobody


# ---- dark and light ------------------------------------------------------------------------------------------------


async def test_the_display_is_chosen_without_a_script(house: House) -> None:
    """A form keeps the choice as a cookie and goes back to its page, filters and all; "automatic" forgets it."""
    page = await house.web.get("/sign-in?from=2026&to=%26")
    assert "data-scheme" not in page.text
    (back,) = re.findall(r'name="back" value="([^"]*)"', page.text)
    assert back == "/sign-in?from=2026&amp;to=%26"
    answer = await house.web.post("/display", data={"scheme": "dark", "back": "/sign-in?from=2026&to=%26"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?from=2026&to=%26")
    assert 'data-scheme="dark"' in (await house.web.get("/sign-in")).text
    await house.web.post("/display", data={"scheme": "system", "back": "/sign-in"})
    assert "data-scheme" not in (await house.web.get("/sign-in")).text


_OTHER_HOSTS = [
    *("//evil.example", "/\\evil.example", "https://evil.example/"),
    *("evil", "", "/\t/evil", "/..//evil.example", "/%2e//a"),
]


async def test_the_switch_leads_to_no_other_host(house: House, subtests: pytest.Subtests) -> None:
    """A forged form cannot send anybody elsewhere."""
    for back in _OTHER_HOSTS:
        with subtests.test(str(back)):
            answer = await house.web.post("/display", data={"scheme": "dark", "back": back})
            assert answer.headers["location"] == "/"


async def test_an_unknown_display_is_refused(house: House) -> None:
    assert (await house.web.post("/display", data={"scheme": "green", "back": "/"})).status_code == 422
    house.web.cookies.set("scheme", '"><script>')
    assert "data-scheme" not in (await house.web.get("/sign-in")).text


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


# ---- a moment -------------------------------------------------------------------------------------------------------


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


# ---- words ---------------------------------------------------------------------------------------------------------


async def test_no_line_ends_inside_a_call_out(house: House, cora: Door) -> None:
    """On a phone "call-" stood at the end of a line and "out" on the next. It is kept together wherever it is text, not
    where markup has no place; and once, though a view is made of parts."""
    await house.opened()
    shown = (await cora.get("/")).text
    assert '<span class="nb">call-out</span>' in shown
    assert '"nb"><span' not in shown
    assert not re.search(r"<(?:title|option|textarea|text)[^>]*>[^<]*<span", shown)
    outside = re.sub(
        r'<span class="nb">call-outs?</span>|<(title|option|textarea|text)\b[^>]*>[^<]*', "", shown, flags=re.IGNORECASE
    )
    assert not re.search(r">[^<]*call-out", outside, re.IGNORECASE)
