"""What is done through each door of the response times and of the schedule that may change something: what the law of
the audit tries."""

from collections.abc import Awaitable, Callable

from dispatch.actions.schedule import keep_feeds
from tests.inbound.house import NOW, House
from tests.inbound.sign_in.room import Ui
from tests.inbound.web import past_weeks

_MISS = "/response-times/callouts/past-20"


async def _past(house: House) -> Ui:
    """Thirteen weeks with one miss, about which nobody has said anything."""
    await house.service.database.write(lambda tx: past_weeks.write(tx, NOW, 21, said=False))
    return Ui(house)


async def _posts(ui: Ui, who: str, path: str, **form: str) -> None:
    async with ui.signed_in(who) as door:
        answer = await door.post(path, form)
        assert answer.status_code == 303, answer.text


async def names_why(house: House) -> None:
    await _posts(await _past(house), "cora", _MISS + "/exclusion", code="surge")


async def agrees(house: House) -> None:
    ui = await _past(house)
    await _posts(ui, "cora", _MISS + "/exclusion", code="surge")
    await _posts(ui, "omar", _MISS + "/exclusion/verdict", approve="yes")


async def reviews(house: House) -> None:
    help_ = "nothing that we know of"
    await _posts(await _past(house), "omar", _MISS + "/review", cause="far away", help=help_, line="the bridge was up")


async def releases(house: House) -> None:
    await _posts(await _past(house), "cora", "/response-times/public/2025-12/release")


async def _feed(house: House) -> Ui:
    ui = Ui(house)
    async with ui.signed_in("cora") as door:
        assert (await door.post("/schedule/feeds", {"person": "ana"})).status_code == 200
    return ui


async def makes_feed(house: House) -> None:
    await _feed(house)


async def revokes_feed(house: House) -> None:
    ui = await _feed(house)
    _, (kept,) = await house.service.runner.ask(keep_feeds.list_feeds)
    await _posts(ui, "cora", f"/schedule/feeds/{kept[0].id}/revoke")


DOORS: dict[tuple[str, str], tuple[Callable[[House], Awaitable[None]], str | None]] = {
    ("POST", "/response-times/callouts/{callout_id}/exclusion"): (names_why, "coordinator"),
    ("POST", "/response-times/callouts/{callout_id}/exclusion/verdict"): (agrees, "coordinator"),
    ("POST", "/response-times/callouts/{callout_id}/review"): (reviews, "coordinator"),
    ("POST", "/schedule/feeds"): (makes_feed, "coordinator"),
    ("POST", "/schedule/feeds/{feed_id}/revoke"): (revokes_feed, "coordinator"),
    ("POST", "/response-times/public/{period}/release"): (releases, "coordinator"),
}
