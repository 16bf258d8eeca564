"""What a browser may do with our views: the same policy on each, however it comes about."""

import re
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from dispatch.inbound.web.policy import CONTENT_SECURITY_POLICY, SANDBOX_HEADERS, VIEW_HEADERS
from dispatch.inbound.web.views import View
from tests.each import each
from tests.inbound.house import House
from tests.inbound.web.conftest import Ui

_CODE = Path(__file__).parents[3] / "src"
_TEMPLATES = sorted(_CODE.rglob("*.html"))
_PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def _has_the_policy(answer: httpx.Response) -> None:
    in_sandbox = answer.request.url.path == "/docs" and answer.is_success
    for name, value in (SANDBOX_HEADERS if in_sandbox else VIEW_HEADERS).items():
        assert answer.headers[name] == value, f"{answer.request.url}: {name}"


@pytest.mark.asyncio(loop_scope="session")  # of `ui`
async def test_every_page_carries_the_policy(ui: Ui, subtests: pytest.Subtests) -> None:
    """The old pages, errors and the service's own mistakes included."""
    cookies = {"dispatch-session": ui.token}
    async with httpx.AsyncClient(base_url=ui.url, headers=_PERSON, cookies=cookies, timeout=60) as web:
        for name, path in ui.pages.items():
            with subtests.test(name):
                answer = await web.get(path)
                assert answer.headers["content-type"] == "text/html; charset=utf-8"
                _has_the_policy(answer)


@pytest.mark.slow
@pytest.mark.asyncio(loop_scope="session")  # of `ui`
async def test_every_route_that_answers_html_carries_the_policy(ui: Ui, subtests: pytest.Subtests) -> None:
    """Each route is asked as a browser asks, by each method: no HTML comes back without it."""
    seen = 0
    async with httpx.AsyncClient(base_url=ui.url, headers=_PERSON, timeout=60) as web:
        for method, path in _asked(ui.town.service.web.routes):
            if path == "/phones/events":
                continue  # a stream, which does not end
            with subtests.test(f"{method} {path}"):
                answer = await web.request(method, path)
                if answer.headers.get("content-type", "").startswith("text/html"):
                    seen += 1
                    _has_the_policy(answer)
    assert seen > 20


def _asked(routes: list[BaseRoute]) -> set[tuple[str, str]]:
    """A request for each method of each route, and one that it does not take."""
    found = set()
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            found |= {(method, f"{_prefix(route)}{path}") for method, path in _asked(inner.routes)}
        elif isinstance(route, APIRoute):
            path = re.sub(r"\{[^}]+\}", "x", route.path)
            found |= {(method, path) for method in {*(route.methods or ()), "DELETE"}}
    return found


def _prefix(route: BaseRoute) -> str:
    return str(getattr(getattr(route, "include_context", None), "prefix", ""))


def test_the_policy_lets_nothing_in_from_elsewhere() -> None:
    """No host, no inline script or style, no eval, no frame, no object."""
    sources = {part.split()[0]: part.split()[1:] for part in CONTENT_SECURITY_POLICY.split("; ")}
    assert sources.pop("default-src") == ["'none'"]
    assert sources.pop("base-uri") == ["'none'"]
    assert sources.pop("frame-ancestors") == ["'none'"]
    assert set(sources) == {"style-src", "script-src", "img-src", "connect-src", "form-action"}
    assert all(source == ["'self'"] for source in sources.values())


def test_a_script_that_is_not_ours_has_a_sandbox() -> None:
    """It runs without our origin, without forms, windows and requests; the rest is as for every page."""
    policy = SANDBOX_HEADERS["Content-Security-Policy"]
    sources = {part.split()[0]: part.split()[1:] for part in policy.split("; ")}
    assert sources == {
        "sandbox": ["allow-scripts"],
        **{name: ["'none'"] for name in ("default-src", "form-action", "base-uri", "frame-ancestors")},
        **{name: ["'self'"] for name in ("style-src", "script-src")},
        "img-src": ["'self'", "data:"],
    }
    others = {name for name, value in SANDBOX_HEADERS.items() if VIEW_HEADERS[name] != value}
    assert others == {"Content-Security-Policy", "Cross-Origin-Opener-Policy"}


def test_a_door_cannot_weaken_it() -> None:
    """Headers of its own are added, and cannot replace those of every page."""
    page = View("", headers={"Retry-After": "5", "content-security-policy": "script-src *", "Cache-Control": "public"})
    assert page.headers.getlist("content-security-policy") == [CONTENT_SECURITY_POLICY]
    assert page.headers.getlist("cache-control") == ["no-store"]
    assert page.headers["retry-after"] == "5"


_BYPASS = re.compile(r"HTMLResponse|media_type=.text/html|Content-Security-Policy|unsafe-")


def test_html_leaves_the_service_as_a_page_only() -> None:
    """No other file makes an HTML response or writes a policy, which could then differ."""
    found = [
        f"{file.relative_to(_CODE)}: {match[0]}"
        for file in sorted(_CODE.rglob("*.py"))
        if file.parent.name != "web" and not {"carrier", "twilio_simulator"} & set(file.parts)  # no servers of ours
        for match in _BYPASS.finditer(file.read_text())
    ]
    assert not found, found


_INLINE = re.compile(r"<style|\sstyle\s*=|<[^>{]*\son[a-z]+\s*=|javascript:|<script(?![^>]*\ssrc=)", re.IGNORECASE)
_ELSEWHERE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/)[a-z0-9]", re.IGNORECASE)


@each(file=_TEMPLATES)
def test_a_template_holds_no_style_no_script_and_no_other_host(file: Path) -> None:
    """The policy would silence it in the browser; here it is found before."""
    text = re.sub(r"\{#.*?#\}", "", file.read_text("utf-8"), flags=re.DOTALL)
    assert not (found := _INLINE.findall(text)), found
    assert not (found := _ELSEWHERE.findall(text)), found


@pytest.mark.parametrize(
    "file", [*_CODE.rglob("*.css"), *_CODE.rglob("*.js")], ids=lambda file: f"{file.parent.name}/{file.name}"
)
def test_a_file_of_a_page_names_no_other_host(file: Path) -> None:
    """Nor does it make code from text, or import another file: one request each."""
    text = file.read_text("utf-8")
    assert not _ELSEWHERE.search(re.sub(r"^\s*//.*$|\s// .*$", "", text, flags=re.MULTILINE))
    assert not re.search(r"@import|url\(|\beval\(|new Function|setAttribute\(\"style|import\(", text)


@pytest.mark.parametrize(
    "text",
    [
        *('<p style="color:red">', "<p STYLE='x'>", '<button onclick="x()">'),
        *("<script>x</script>", "<style>p{}</style>", '<a href="javascript:x">'),
    ],
)
def test_the_law_sees_what_it_forbids(text: str) -> None:
    assert _INLINE.search(text)


def test_the_law_lets_pass_what_is_allowed() -> None:
    """A data attribute is no handler, a relative address no other host."""
    assert not _INLINE.search('<button data-version="1" name="on"><script src="/a.js" defer></script>')
    assert not _ELSEWHERE.search('<a href="/response-times?from=1">')
    assert _ELSEWHERE.search('<img src="//cdn.example/x.png">')


async def test_a_program_is_told_in_json(house: House) -> None:
    """Whatever it accepts, an error of the API is a problem document."""
    for accept in ("*/*", "application/json", _PERSON["Accept"]):
        answer = await house.web.get("/v1/nowhere", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
