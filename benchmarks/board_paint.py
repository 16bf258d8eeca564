"""How soon a browser that has never been here paints the board, with 200 call-outs open, and what it weighs."""

import shutil
from collections.abc import Iterator
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from benchmarks.client import Answer, as_fast_as_answered, connections, get, one_after_another, run
from benchmarks.deployment import SQLITE, Bench, Node, callout_requests
from benchmarks.figures import Figure, also, beyond, median, ms

NAME = "board-paint"
_OPEN = 200
_TIMES = 9
_MOST_SECONDS, _MOST_BYTES = 0.2, 300_000
_WHAT = f"board: first paint on loopback, {_OPEN} open; weight"
_REACH = "≤ 200 ms; ≤ 300 KB"
# What the script asks for afterwards is no part of the view.
_LOOK = """() => {
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const all = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
  const parts = all.filter((one) => !one.name.includes("/board/"));
  const weight = parts.reduce((sum, one) => sum + one.decodedBodySize, 0);
  return paint && [paint.startTime / 1000, weight];
}"""


def figures(bench: Bench) -> Iterator[Figure]:
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if chromium is None:
        yield Figure(_WHAT, _REACH, "there is no Chromium on PATH")
        return
    with (
        bench.database(SQLITE) as deployed,
        bench.carrier(tells=False) as carrier,
        bench.serving(deployed, carrier) as node,
    ):
        run(_open(node, callout_requests(deployed.agency_key, _OPEN)))
        carrier.wait_for(_OPEN, seconds=10)
        (token,) = run(deployed.sessions(1))
        answers = run(_asked(node, token))
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
            looks = [_painted(browser, node, token) for _ in range(_TIMES + 1)][1:]  # the first one warms it up
            browser.close()
    paints, weight = [paint for paint, _ in looks], max(weight for _, weight in looks)
    too_heavy = weight > _MOST_BYTES
    yield Figure(
        _WHAT,
        _REACH,
        f"{ms(median(paints))} (worst {ms(max(paints))}); {weight / 1000:.0f} KB",
        f"the page alone, asked for by the client of these measurements: {ms(median(a.seconds for a in answers))}, "
        f"{len(answers[0].body) / 1000:.0f} KB",
        median(paints) <= _MOST_SECONDS and not too_heavy,
        also(
            beyond(median(paints), _MOST_SECONDS, "the paint is"),
            f"{(weight - _MOST_BYTES) / 1000:.0f} KB too heavy" if too_heavy else "",
        ),
    )


async def _open(node: Node, requests: list[bytes]) -> None:
    async with connections(node.url, 8) as opened:
        answers = await as_fast_as_answered(opened, requests, 60)
    assert [answer.status for answer in answers] == [201] * len(requests)


async def _asked(node: Node, token: str) -> list[Answer]:
    async with connections(node.url, 1) as (connection,):
        return await one_after_another(connection, [get("/", cookie=f"dispatch-session={token}")] * _TIMES)


def _painted(browser: Browser, node: Node, token: str) -> tuple[float, int]:
    """In a context of its own, where nothing is cached: seconds until the first paint, and bytes."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    try:
        context.add_cookies([{"name": "dispatch-session", "value": token, "url": node.url}])
        page = context.new_page()
        page.goto(node.url, wait_until="load")
        seen: Any = page.wait_for_function(_LOOK).json_value()
        return seen[0], seen[1]
    finally:
        context.close()
