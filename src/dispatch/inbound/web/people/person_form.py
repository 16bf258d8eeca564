"""What somebody typed of a person, as the roster's file has it, and the file's own messages beside the fields."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from dispatch.inbound.http.spoken_languages import NotALanguage, language_code
from dispatch.inbound.web.roster.item_forms import FieldMistakes, ItemForm, in_sentences
from dispatch.inbound.web.roster.typed import Typed, in_form
from dispatch.roster_file import FileTables, table_of
from dispatch.roster_file.models import PersonTable
from dispatch.rules.facts.people import DEFAULT_CONTACT_PLAN, Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.schedule.edits import RosterItem, RosterPart

_SEPARATOR = re.compile(r"\s*[,;\n]\s*")
_CHANNELS = {"sms": "text", "voice": "call"}


class PersonForm(ItemForm):
    """Some `fields` of whoever has this id, or will have it; the others stay as they are."""

    part, one, model = RosterPart.PEOPLE, "person", PersonTable
    labels: ClassVar[Mapping[str, str]] = {
        "phone": "Number",
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
    """A new field that is a text or a number needs no other line here."""
    apart = ("roles", "languages", "contact_plan")
    usual: ClassVar[FileTables] = table_of(Person(id="", name="", phone=""))

    def __init__(self, roster: Roster, id_: str, fields: Collection[str]) -> None:
        self.roster, self.name, self.fields = roster, id_, fields
        self.was = roster.person(id_)

    @property
    def keys(self) -> Collection[str]:
        return [key for key in self.fields if key not in self.apart]

    def table(self, thing: RosterItem) -> FileTables:
        """With what goes without saying in the file."""
        assert isinstance(thing, Person)
        plan = [table_of(step) for step in thing.contact_plan]
        usual = {"contact_plan": plan, "turnout_minutes": thing.turnout_minutes, "texts_in": thing.texts_in}
        return usual | table_of(thing)

    def _fields(self, table: FileTables) -> dict[str, str | list[str]]:
        return {key: _in_form(key, table.get(key)) for key in self.fields}

    def _table(self, typed: Typed) -> FileTables:
        plan = [_step(one) for one in _listed(typed.one("contact_plan"))]
        lists = {
            "roles": typed.many("roles"),
            "languages": [_code(one) or one for one in _listed(typed.one("languages"))],
            **({"contact_plan": plan} if plan else {}),
        }
        return super()._table(typed) | {key: value for key, value in lists.items() if key in self.fields}

    def write(self, tables: FileTables, typed: Typed) -> None:
        people = tables.setdefault(self.part, {})
        others = {key: value for key, value in people.get(self.name, {}).items() if key not in self.fields}
        people[self.name] = others | self._table(typed)

    def read_person(self, typed: Typed) -> tuple[Person | None, dict[str, str]]:
        """Who they are then, unless something is wrong; and a sentence for each field that is. What concerns none of
        them is under ""."""
        read = self.read(typed)
        wrong = in_sentences(self.beside(read.mistakes, typed))
        if "languages" in self.fields and (unknown := self._unknown_languages(typed)):
            wrong.setdefault("languages", f"{unknown}: no language of our list; write it like es or Spanish.")
        return None if wrong else read.listed.person(self.name), wrong

    def _unknown_languages(self, typed: Typed) -> str:
        """A call-out asks for languages by their codes, so one that is no code would be asked for by nobody. Whatever
        the file listed before stays."""
        stood = self.stands.get("languages", ())
        return ", ".join(one for one in _listed(typed.one("languages")) if one not in stood and _code(one) is None)

    def beside(self, lines: Iterable[str], typed: Typed) -> FieldMistakes:
        # As the form has them.
        return super().beside((line.replace("not one of sms, voice", "not one of text, call") for line in lines), typed)

    def _field(self, where: str, said: str, typed: Typed) -> str:
        field = super()._field(where, said, typed)
        return field if field in self.labels else ""

    def said(self, key: str, value: Any, zone: str | None = None) -> str:
        shown = _in_form(key, value)
        return (", ".join(shown) if isinstance(shown, list) else shown) or "none"


def _listed(text: str) -> list[str]:
    return [one for one in _SEPARATOR.split(text) if one]


def _code(language: str) -> str | None:
    try:
        return language_code(language)
    except NotALanguage:
        return None


def _step(text: str) -> dict[str, str]:
    channel, _, after = text.partition(" ")
    named = {word: name for name, word in _CHANNELS.items()}
    return {"channel": named.get(channel.lower(), channel.lower()), "after": after.strip()}


def _in_form(key: str, value: Any) -> str | list[str]:
    match key:
        case "roles":
            return list(value or ())
        case "languages":
            return ", ".join(value or ())
        case "contact_plan":
            return plan_text(value or ())
        case _:
            return in_form(value)


def plan_text(steps: Sequence[FileTables]) -> str:
    """Such as "text 0s, call 1m", which a form reads again."""
    return ", ".join(f"{_CHANNELS.get(one['channel'], one['channel'])} {one['after']}" for one in steps)


USUAL_PLAN = plan_text([table_of(step) for step in DEFAULT_CONTACT_PLAN])


def free_id(name: str, taken: Collection[str]) -> str:
    """An id that nobody has: the first name, then with more of the name, then with a number."""
    words = re.findall("[a-z0-9]+", unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode())
    first = words[0] if words and words[0][0].isalpha() else "person"
    for id_ in (first, *("-".join([first, *words[1:many]]) for many in range(2, len(words) + 1))):
        if id_ not in taken:
            return id_
    return next(id_ for number in range(2, len(taken) + 3) if (id_ := f"{first}-{number}") not in taken)
