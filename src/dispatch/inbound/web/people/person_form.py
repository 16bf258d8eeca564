"""What somebody typed of a person, as the roster's file has it, and the file's own messages beside the fields."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from starlette.datastructures import FormData

from dispatch.inbound.http.spoken_languages import NotALanguage, language_code
from dispatch.roster_file import FileTables, read_change
from dispatch.rules.facts.people import DEFAULT_CONTACT_PLAN, ContactStep, Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.storable import storable
from dispatch.rules.wording.names import first_up

_LABELS = {
    "name": "Name",
    "roles": "Roles",
    "qualified_until": "Qualified until",
    "languages": "Languages",
    "texts_in": "Our texts and calls in",
    "contact_plan": "How they are paged",
    "area_night": "They start from, at night",
    "area_day": "They start from, by day",
    "turnout_minutes": "Minutes until they drive",
}
"""What each field but the number is called: a new field of a person that is a plain text needs no other line here."""
FIELDS = ("phone", *_LABELS)
_SEPARATOR = re.compile(r"\s*[,;\n]\s*")


@dataclass(frozen=True, slots=True)
class TypedPerson:
    """`person` is who they are then, unless something is wrong. `wrong` has a sentence by field; what concerns none of
    them is under "" ."""

    person: Person | None
    wrong: Mapping[str, str]


async def read_fields(request: Request) -> FormData:
    """A form with all values of each field."""
    return await request.form()


def read_typed(roster: Roster, id_: str, form: FormData, fields: Collection[str]) -> TypedPerson:
    """The person of this id with what the form says of these fields; the others stay as they are."""
    own = f"people.{id_}"

    def change(tables: FileTables) -> None:
        people = tables.setdefault("people", {})
        people[id_] = {**people.get(id_, {}), **{name: _typed(name, form) for name in fields}}
        for name in fields:
            if people[id_][name] is None:
                del people[id_][name]

    read = read_change(roster, change, (f"{own}.", f"{own}:"))
    wrong = beside(id_, read.mistakes)
    if "languages" in fields and (unknown := _unknown_languages(roster.person(id_), form)):
        wrong.setdefault("languages", f"{', '.join(unknown)}: no language of our list; write it like es or Spanish.")
    return TypedPerson(None if wrong else read.listed.person(id_), wrong)


def _unknown_languages(before: Person | None, form: FormData) -> list[str]:
    """A call-out asks for languages by their codes, so one that is no code would be asked for by nobody. Whatever the
    file listed before stays."""
    stood = before.languages if before is not None else ()
    return [one for one in _typed("languages", form) if one not in stood and _code(one) is None]


def _code(language: str) -> str | None:
    try:
        return language_code(language)
    except NotALanguage:
        return None


def beside(id_: str, mistakes: Sequence[str]) -> dict[str, str]:
    """The messages by the fields that they are about."""
    found: dict[str, str] = {}
    own = re.compile(rf"people\.{re.escape(id_)}\.(\w+)(?:\[\d+\])?(?:\.\w+)?: (.*)", re.DOTALL)
    for line in mistakes:
        match = own.fullmatch(line)
        name, said = (match[1], match[2]) if match and match[1] in FIELDS else ("", line)
        if name == "contact_plan":
            said = said.replace("not one of sms, voice", "not one of text, call")  # as the form has them
        found.setdefault(name, f"{first_up(said)}.")
    return found


def _typed(name: str, form: FormData) -> Any:
    """As a TOML file has it; None leaves the key out."""
    text = storable(str(form.get(name) or "")).strip()
    match name:
        case "roles":
            return [one for one in form.getlist("roles") if isinstance(one, str)]
        case "languages":
            return [_code(one) or one for one in _SEPARATOR.split(text) if one]
        case "contact_plan":
            return [_step(one) for one in _SEPARATOR.split(text) if one] or None
        case "turnout_minutes":
            return int(text) if text.isdecimal() and len(text) < 6 else text or None
        case "name" | "phone":
            return text  # which is not left out, but empty
        case _:
            return text or None


def _step(text: str) -> dict[str, str]:
    channel, _, after = text.partition(" ")
    return {"channel": {"text": "sms", "call": "voice"}.get(channel.lower(), channel.lower()), "after": after.strip()}


# ---- as it stands in the form --------------------------------------------------------------------------------------


def plan_text(plan: Sequence[ContactStep]) -> str:
    """Such as "text 0s, call 1m", which `read_typed` reads."""
    words = {"sms": "text", "voice": "call"}
    return ", ".join(f"{words.get(one.channel, one.channel)} {_after(one.after_seconds)}" for one in plan)


def _after(seconds: int) -> str:
    return f"{seconds // 60}m" if seconds and seconds % 60 == 0 else f"{seconds}s"


def as_typed(person: Person) -> dict[str, Any]:
    """What stands in the form before anybody types."""
    return {name: _in_form(getattr(person, name)) for name in FIELDS}


def _in_form(value: Any) -> str | list[str]:
    match value:
        case frozenset():
            return [role.value for role in Role if role in value]
        case (ContactStep(), *_):
            return plan_text(value)
        case tuple():
            return ", ".join(value)
        case None:
            return ""
        case _:
            return str(value)


def differences(before: Person, after: Person) -> Iterator[str]:
    """A line for each field that becomes another: a slip of a finger is seen before it is made."""
    was, will = as_typed(before), as_typed(after)
    for name, label in _LABELS.items():
        if was[name] != will[name]:
            yield f"{label}: {_as_said(was[name])} → {_as_said(will[name])}"


def _as_said(value: Any) -> str:
    return (", ".join(value) if isinstance(value, list) else str(value)) or "none"


def again(form: FormData, fields: Collection[str]) -> dict[str, Any]:
    """What somebody has typed and must correct."""
    return {
        name: [one for one in form.getlist(name) if isinstance(one, str)]
        if name == "roles"
        else storable(str(form.get(name) or ""))
        for name in fields
    }


def free_id(name: str, taken: Collection[str]) -> str:
    """An id that nobody has: the first name, then with more of the name, then with a number."""
    words = re.findall("[a-z0-9]+", unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode())
    first = words[0] if words and words[0][0].isalpha() else "person"
    for id_ in (first, *("-".join([first, *words[1:many]]) for many in range(2, len(words) + 1))):
        if id_ not in taken:
            return id_
    return next(id_ for number in range(2, len(taken) + 3) if (id_ := f"{first}-{number}") not in taken)


USUAL_PLAN = plan_text(DEFAULT_CONTACT_PLAN)
