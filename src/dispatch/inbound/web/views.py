"""Makes people's views from templates.

Every view goes out as a `View`, so none is without its policy; a test finds whatever is sent as HTML in another way.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dispatch.actions.runner import Runner
from dispatch.inbound.http.spoken_languages import language_name
from dispatch.inbound.web import display, nav
from dispatch.inbound.web.assets import Assets
from dispatch.inbound.web.browsers import browser_name
from dispatch.inbound.web.policy import SANDBOX_HEADERS, VIEW_HEADERS
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import Person
from dispatch.rules.wording import times
from dispatch.rules.wording.languages import Words, in_language
from dispatch.rules.wording.names import first_up

_HERE = Path(__file__).parent
ASSETS = Assets(_HERE / "files", "/assets")
"""What every view uses: `ui.css`, `ui.js` and the icon; and what `/docs` has of ours."""


class View(HTMLResponse):
    """A view for people: HTML with the policy of every view, kept by no browser or proxy."""

    policy: ClassVar[Mapping[str, str]] = VIEW_HEADERS

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        super().init_headers(headers)
        self.headers.update(self.policy)  # after a door's own, so that none can weaken it


class SandboxedView(View):
    """A view with a script that is not ours."""

    policy = SANDBOX_HEADERS


class Templates:
    """The templates in `templates/`, and before them those of `folder`, which may bring `assets` of its own."""

    def __init__(self, folder: Path | None = None, assets: Assets | None = None) -> None:
        self._folders = [folder] if folder is not None else []
        self._assets = [ASSETS] if assets is None else [assets, ASSETS]

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=FileSystemLoader([*self._folders, _HERE / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.globals["asset"] = self._address
        environment.filters.update(
            local_time=times.local_time,
            local_seconds=times.local_seconds,
            local_day=times.local_day,
            local_day_and_time=times.local_day_and_time,
            from_now=times.from_now,
            how_long=times.how_long,
            time_left=times.time_left,
            minutes_left=times.minutes_left,
            minutes_and_seconds=times.minutes_and_seconds,
            milliseconds=_milliseconds,
            distance=_distance,
            machine_time=times.local_iso,
            phone=_phone,
            browser_name=browser_name,
            language=language_name,
        )
        return environment

    def view(
        self,
        request: Request,
        template: str,
        /,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        under: str | None = None,
        lang: str = "en",
        **values: Any,
    ) -> View:
        """The whole view, with what `ui.html` needs beside `values`. `under` is the address of the nav item under which
        the view is found, if its own address does not say so. Raises `TypeError` for a value that goes by the
        name of one of those."""
        runner: Runner = request.app.state.runner
        shell = {
            "now": runner.now(),
            "zone": LOCAL,
            "lang": lang,
            "speed": getattr(request.app.state, "speed", 1.0),
            "samples": getattr(request.app.state, "samples", False),
            "contact": runner.contact_phone,
            "scheme": display.chosen(request),
            "this_view": display.address_of(request),
            "path": under or request.url.path,
            "nav_items": nav.shown(request),
            "viewer": nav.viewer(request),
        }
        html = self._environment.get_template(template).render(**shell, **values)
        return View(_whole(html), status, headers=dict(headers or {}))

    def piece(self, template: str, macro: str, /, **values: Any) -> str:
        """What one macro of a template makes of `values`: a part of a view that is replaced while it is open."""
        made: str = getattr(self._environment.get_template(template).module, macro)(**values)
        return _whole(str(made).strip())

    def pieces(self, template: str, /, **values: Any) -> dict[str, str]:
        """What the named blocks (`set`) of a template make of `values`, by their names."""
        made = self._environment.get_template(template).make_module(values)
        return {name: _whole(str(said).strip()) for name, said in vars(made).items() if name.endswith("_part")}

    def _address(self, name: str) -> str:
        return next(assets for assets in self._assets if name in assets).address(name)


UI = Templates()
"""The templates in `templates/`, from which doors make their views."""


def spoken_to(person: Person) -> dict[str, Any]:
    """What a template needs to speak as our texts to this person do."""
    return {
        "lang": person.texts_in.value,
        "say": lambda english, spanish: in_language(Words(english, spanish), person.texts_in),
    }


def in_a_sentence(said: object) -> str:
    """What an error says, with a capital and a full stop."""
    return f"{first_up(str(said)).removesuffix('.')}."


# In text only, neither in a tag nor where markup has no place; and not twice, since a view is made of parts.
_NO_MARKUP = "title|option|textarea|text|template|script|style"
_CALL_OUT = re.compile(rf'(?<!"nb">)\b([Cc]all-outs?)\b(?=[^<>]*<(?!/(?:{_NO_MARKUP})\b))')


def _whole(html: str) -> str:
    """A browser ends a line at the hyphen of "call-out", and CSS knows no way to forbid that but around the word."""
    return _CALL_OUT.sub(r'<span class="nb">\1</span>', html)


def _milliseconds(moment: datetime) -> int:
    """For the script, which counts from it."""
    return round(moment.timestamp() * 1000)


def _distance(one: float, other: float) -> float:
    return abs(one - other)


def _phone(number: str) -> str:
    """A number as people here write it, +15625550100 as 562 555 0100; others stay as they are."""
    if number.startswith("+1") and len(number) == 12:
        return f"{number[2:5]}\N{NO-BREAK SPACE}{number[5:8]}\N{NO-BREAK SPACE}{number[8:]}"
    return number
