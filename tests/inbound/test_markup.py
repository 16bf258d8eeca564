"""Whatever a stranger writes is shown as they wrote it: no view makes an element of it."""

from collections.abc import Collection
from html.parser import HTMLParser
from random import Random

from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from tests.inbound.callouts.pressing import pressing
from tests.inbound.house import House
from tests.inbound.sign_in.room import Ui
from tests.inbound.test_forgetting import agency_writes, carrier_tells, coordinators_write, people_text
from tests.thrown import Thrown


class _Markup(Thrown):
    """Throws an element wherever words can be written. Wherever it is put unescaped, it gets out: of a text, of an
    attribute in either quotes, and of a script."""

    def words(self) -> str:
        return f"\"'></script><thrown n={next(self._numbers)}>"

    line = short = ascii = words


class _Reader(HTMLParser):
    """Reads a page as a browser does. `made` is what became of markup that was thrown, `text` what can be read."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.made: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "thrown":
            self.made.append(self.get_starttag_text() or tag)
        self.text += "".join(value or "" for _, value in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


async def test_nothing_that_a_stranger_writes_is_markup(house: House) -> None:
    """Every view of a call-out that holds markup in each field: by night, while its links work, and once it is over."""
    thrown = _Markup(Random(0))
    callout = await agency_writes(house, thrown)
    await house.went_out(callout)
    await house.taken({"id": callout})
    links = [await house.link(callout), await _texted(house, "/o/")]
    house.clock.pass_minutes(2)
    await people_text(house, thrown, callout)
    links.append(await _texted(house, "/a/"))
    await carrier_tells(house, thrown, callout)
    views = ["/", "/board/state", "/callouts", f"/callouts/{callout}", f"/callouts/{callout}/state", *links]
    await _shows_it_as_text(house, views, silent={"/callouts", links[1]})
    house.clock.pass_minutes(70)
    await house.text("HERE")
    await coordinators_write(house, thrown, callout)
    await Ui(house).give_roles("omar", Role.AUDITOR)
    await _shows_it_as_text(
        house, [f"/callouts/{callout}", f"/response-times/callouts/{callout}", "/audit"], silent={"/audit"}
    )


async def _texted(house: House, kind: str) -> str:
    """The newest link of this kind."""
    texts = [row["text"] for row in await house.rows(t.page) if kind in row["text"]]
    token: str = texts[-1].partition(kind)[2].split()[0]
    return kind + token


async def _shows_it_as_text(house: House, views: list[str], silent: Collection[str] = ()) -> None:
    """As Omar at the audit, as Cora elsewhere; all but the `silent` views show some of what was thrown."""
    async with pressing(house, "omar") as omar, pressing(house) as cora:
        for view in views:
            answer = await (omar if view == "/audit" else cora).door.get(view)
            assert answer.status_code == 200, view
            pages = _strings(answer.json()) if view.endswith("/state") else [answer.text]
            read = [_Reader(page) for page in pages]
            assert not [made for page in read for made in page.made], view
            assert view in silent or any("thrown" in page.text for page in read), f"{view} shows nothing of it"


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        value = list(value.values())
    return [text for one in value for text in _strings(one)] if isinstance(value, list) else [str(value)]
