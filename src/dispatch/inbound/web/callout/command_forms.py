"""The forms of a coordinator's commands: what was filled in becomes a request to the API, and is read as one.

A form is written down once, for the preview. The preview's own form carries the text, so what is done on the second
press is what was shown, moments included: "in 20 minutes" is not counted again.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import MISSING, fields
from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dispatch.inbound.api.callout_request import CallOutRequest
from dispatch.inbound.api.command_bodies import Asked
from dispatch.inbound.web.callout.typed_moments import Fields, FormFault, exact, left_as_shown, on_the_clock
from dispatch.rules.commands.commands import Command
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.roster.local_clock import local_moment, moments_at, next_shown
from dispatch.rules.wording.names import first_down

_ASKED: TypeAdapter[Command] = TypeAdapter(Asked)


def written(command: type[Command], form: Fields, now: datetime) -> str:
    """What a form asks for, as a request to the API would. Raises `FormFault`."""
    said = {one.name: _FIELDS[one.name](form, now) for one in fields(command) if one.name != "do"}
    if said.get("spoke") is False and said.get("eta_at"):  # only somebody who was spoken to can have said when
        raise FormFault("tick that you spoke to them, or leave the time open")
    for one in fields(command):
        if one.default is MISSING and said[one.name] is None:
            raise FormFault(_MISSING[one.name])
    return json.dumps({"do": command.do, **{name: value for name, value in said.items() if value is not None}})


def read(command: type[Command], text: str) -> Command:
    """The command that was `written`. Raises `FormFault` for anything else."""
    with _as_the_api_reads_it():
        asked = _ASKED.validate_json(text)
    if not isinstance(asked, command):
        raise FormFault("this form is about something else")
    return asked


def read_request(form: Fields, now: datetime) -> CallOutRequest:
    """What an officer who rang said. Raises `FormFault`."""
    with _as_the_api_reads_it():
        return CallOutRequest.model_validate(_nested(_said(form, now)))


def kept_request(text: str) -> CallOutRequest:
    """A request that the preview's form kept. Raises `FormFault`."""
    with _as_the_api_reads_it():
        return CallOutRequest.model_validate_json(text)


@contextmanager
def _as_the_api_reads_it() -> Iterator[None]:
    """Raises `FormFault` with the first mistake."""
    try:
        yield
    except ValidationError as error:
        raise FormFault(_sentence(error)) from error


# ---- moments -------------------------------------------------------------------------------------------------------

ETAS = (10, 15, 20, 25, 30, 40, 50, 60)
"""Minutes to choose among."""


def shown_moment(name: str, moment: datetime | None) -> dict[str, str]:
    """The two fields of a moment."""
    if moment is None:
        return {name: "", exact(name): ""}
    return {name: on_the_clock(moment), exact(name): moment.isoformat()}


def _eta(form: Fields, now: datetime) -> str | None:
    """An ETA among the chips, in minutes, or at a time of day; none when neither is filled in."""
    minutes, at = form.get("minutes", ""), form.get("clock", "").strip()
    if minutes in {"", "clock"} and at:
        return next_shown(_time(at), now).isoformat()
    if minutes == "clock":
        raise FormFault("say at what time")
    if not minutes:
        return None
    if not re.fullmatch(r"[0-9]{1,3}", minutes):
        raise FormFault("an ETA is a number of minutes")
    return (now + timedelta(minutes=int(minutes))).replace(microsecond=0).isoformat()


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise FormFault("write the time like 02:45") from error


def _moment(form: Fields, name: str, now: datetime, *, ahead: bool = False) -> str | None:
    """A day and a time on the organisation's clock; left as it was shown, that very moment. In the hour that comes
    twice, the one that has come last, or with `ahead` that comes first."""
    text = form.get(name, "").strip()
    if not text:
        return None
    if (shown := left_as_shown(form, name)) is not None:
        return shown.isoformat()
    try:
        wall = datetime.fromisoformat(text)
        moments = moments_at(wall, LOCAL) if wall.tzinfo is None else (wall,)
        if ahead:
            return min((one for one in moments if one >= now), default=moments[-1]).isoformat()
        return max((one for one in moments if one <= now), default=moments[0]).isoformat()
    except (ValueError, OverflowError) as error:
        raise FormFault("write day and time like 2026-11-25 02:45") from error


def day(text: str) -> datetime | None:
    """The beginning of a day on the organisation's clock; None for nothing. Raises `FormFault`."""
    if not text.strip():
        return None
    try:
        return local_moment(datetime.combine(date.fromisoformat(text.strip()), time()), LOCAL)
    except (ValueError, OverflowError) as error:
        raise FormFault("write a day like 2026-11-25") from error


# ---- each field ----------------------------------------------------------------------------------------------------


def _outcome(form: Fields, now: datetime) -> dict[str, Any] | None:
    came: dict[str, Any] = {
        "children_met": _number(form, "children_met", "children met"),
        "freedom_bags": _number(form, "freedom_bags", "Freedom Bags"),
    }
    for body in ("dcfs", "probation"):
        came |= {
            f"{body}_at": _moment(form, f"{body}_at", now),
            f"{body}_reference": form.get(f"{body}_reference", "").strip(),
        }
    return {name: value for name, value in came.items() if value not in (None, "")} or None


def _number(form: Fields, name: str, said: str) -> int | None:
    text = form.get(name, "").strip()
    if text and not re.fullmatch(r"[0-9]{1,4}", text):
        raise FormFault(f"{said}: a whole number")
    return int(text) if text else None


def _changes(form: Fields, now: datetime) -> dict[str, Any]:
    """What differs from what the form showed when it was loaded, so that what another coordinator has changed meanwhile
    stays. What the form neither showed nor asked is not touched."""
    shown = _shown(form.get("shown", ""))
    asked = shown.keys() | form.keys()
    moments = {exact(name): str(shown[name] or "") for name in _MOMENTS if name in shown}
    changes = {
        name: value
        for name, value in _said({**form, **moments}, now).items()
        if name in asked and value != shown.get(name)
    }
    if not changes:
        raise FormFault("nothing of this is new")
    if "officer_phone" in changes and changes["officer_phone"] is None:
        raise FormFault("there must be a number to ring the officer back")
    return _nested(changes)


def _shown(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise FormFault("this form is damaged; load the web page again")
    return found


_FIELDS: Mapping[str, Callable[[Fields, datetime], Any]] = {
    "person": lambda form, _: form.get("person") or None,
    "spoke": lambda form, _: form.get("spoke") == "yes",
    "eta_at": _eta,
    "stamp": lambda form, _: form.get("stamp", ""),
    "at": lambda form, now: _moment(form, "at", now),
    "reason": lambda form, _: form.get("reason", "").strip() or form.get("why", "").strip() or None,
    "words": lambda form, _: form.get("words", "").strip() or None,
    "outcome": _outcome,
    "changes": _changes,
}
"""What a form says of each field that a command may have; None where it says nothing."""
_MISSING = {
    "person": "choose a person",
    "eta_at": "choose an ETA",
    "at": "say when it was",
    "reason": "say why: the reason stays beside the old value",
    "words": "write what you want to say",
}

# ---- what a caller said --------------------------------------------------------------------------------------------

_TEXTS = (
    *("officer_phone", "officer_name", "officer_badge", "unit"),
    *("place_address", "place_note", "age_band", "reference"),
)
_MOMENTS = ("officer_leaves_at", "recovered_at")
_YES_OR_NO = ("medical_need", "scene_safe")
_YES = {"yes": True, "no": False}


def shown_details(said: Details, now: datetime) -> dict[str, str]:
    """What the form of each detail shows when it is loaded, to tell later what was filled in."""
    return {name: json.dumps({name: value}) for name, value in _said(filled(said), now).items()}


def filled(said: Details) -> dict[str, str]:
    """The fields of the form, as they stand."""
    texts = {name: str(getattr(said, name) or "") for name in _TEXTS}
    answers = {name: {True: "yes", False: "no", None: ""}[getattr(said, name)] for name in _YES_OR_NO}
    return {
        **texts,
        **answers,
        "children": str(said.children or ""),
        "languages": ", ".join(said.languages or ()),
        **shown_moment("officer_leaves_at", said.officer_leaves_at),
        **shown_moment("recovered_at", said.recovered_at),
    }


def _said(form: Fields, now: datetime) -> dict[str, Any]:
    """What the fields say, under their names in `Details`; None for what is not said."""
    languages = [one.strip() for one in re.split("[,;]", form.get("languages", "")) if one.strip()]
    return {
        **{name: form.get(name, "").strip() or None for name in _TEXTS},
        **{name: _YES.get(form.get(name, "")) for name in _YES_OR_NO},
        "children": _number(form, "children", "children"),
        "languages": languages or None,
        "officer_leaves_at": _moment(form, "officer_leaves_at", now, ahead=True),
        "recovered_at": _moment(form, "recovered_at", now),
    }


_OUTER = {"officer_phone": ("officer", "callback_phone"), "officer_name": ("officer", "name")} | {
    "officer_badge": ("officer", "badge"),
    "place_address": ("meeting_place", "address"),
    "place_note": ("meeting_place", "note"),
}


def _nested(said: Mapping[str, Any]) -> dict[str, Any]:
    """As the API has it: the officer and the meeting place are objects of their own."""
    nested: dict[str, Any] = {}
    for name, value in said.items():
        if name in _OUTER:
            outer, inner = _OUTER[name]
            nested.setdefault(outer, {})[inner] = value
        else:
            nested[name] = value
    return nested


# ---- in words ------------------------------------------------------------------------------------------------------

_NAMES = {"callback_phone": "callback number", "at": "when", "eta_at": "ETA", "words": "the words"}


def _sentence(error: ValidationError) -> str:
    """The first mistake, with the name of its field."""
    first = error.errors()[0]
    field = _last_name(first["loc"])
    said = str(first["msg"]).removeprefix("Value error, ")
    return f"{_NAMES.get(field, field.replace('_', ' '))}: {first_down(said)}"


def _last_name(where: Iterable[int | str]) -> str:
    names = [str(part) for part in where if isinstance(part, str)]
    return names[-1] if names else "this form"
