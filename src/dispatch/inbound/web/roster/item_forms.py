"""The forms of what a roster lists: what is typed becomes a table of the roster's file, and is read as one.

So a form can say nothing that the file cannot, and says what is wrong in the file's own words, each beside its field.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from dispatch.inbound.web.roster.typed import Typed, as_in_file, in_form
from dispatch.roster_file import FileTables, ReadChange, read_change, table_of
from dispatch.roster_file.models import AgencyTable, AreaTable, PolicyTable, RotationTable, StationTable, Table
from dispatch.roster_file.values import WEEKDAYS, text
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Agency, Roster, Station
from dispatch.rules.schedule.edits import Edit, NotInRoster, Put, Remove, RosterItem, RosterPart, name_of, things
from dispatch.rules.wording.names import first_up

FieldMistakes = dict[str, list[str]]
"""What is wrong, by the name of the field; "" where it stands beside none."""


class ItemForm:
    """The form of one thing of the roster, or of a new one (`was` is None then)."""

    part: ClassVar[RosterPart]
    one: ClassVar[str]
    model: ClassVar[type[Table]]
    """Its table in the file, which says how each field is read, and which may be left empty."""
    labels: ClassVar[Mapping[str, str]]
    """What each key of its table is called on the screen."""
    apart: ClassVar[Collection[str]] = ()
    """Keys that have several fields, of which the form itself makes one value."""
    usual: ClassVar[FileTables] = {}
    """What the form of a new one begins with."""

    def __init__(self, roster: Roster, name: str) -> None:
        self.roster, self.name = roster, name
        self.was = next((thing for thing in things(roster, self.part) if name_of(thing) == name), None)
        if name and self.was is None:
            raise NotInRoster(f"the roster has no {self.one} called {name!r}")

    # ---- what a form shows, and what it means --------------------------------------------------------------------

    @property
    def keys(self) -> Collection[str]:
        """The keys of its table that have one field each."""
        return [key for key in self.labels if key not in self.apart]

    @property
    def stands(self) -> FileTables:
        """The table as it is."""
        return {} if self.was is None else self.table(self.was)

    def table(self, thing: RosterItem) -> FileTables:
        """What its form says of a thing."""
        return table_of(thing)

    def shown(self) -> Typed:
        """The form as it is opened."""
        return Typed.filled({"was": self.seen, **self._fields(self.stands or self.usual)})

    @property
    def seen(self) -> str:
        """Tells later whether somebody else has changed it meanwhile."""
        return hashlib.sha256(json.dumps(self.stands, sort_keys=True, default=str).encode()).hexdigest()[:16]

    def _fields(self, table: FileTables) -> dict[str, str | list[str]]:
        return {key: in_form(table.get(key)) for key in self.keys}

    def _table(self, typed: Typed) -> FileTables:
        told = {field.alias or name: field for name, field in self.model.model_fields.items()}
        said = {key: as_in_file(told[key], typed.one(key)) for key in self.keys}
        return {key: value for key, value in said.items() if value is not None}

    def called(self, typed: Typed) -> str:
        return self.name or typed.one("named")

    def write(self, tables: FileTables, typed: Typed) -> None:
        """Into the tables of the file."""
        tables.setdefault(self.part, {})[self.called(typed)] = self._table(typed)

    def own(self, typed: Typed) -> tuple[str, ...]:
        """What the file's messages about it begin with."""
        path = f"{self.part}.{self.called(typed)}"
        return (f"{path}.", f"{path}:")

    def read(self, typed: Typed) -> ReadChange:
        return read_change(self.roster, lambda tables: self.write(tables, typed), self.own(typed))

    def item_in(self, listed: Roster, typed: Typed) -> RosterItem:
        """The thing, once it was read."""
        return next(one for one in things(listed, self.part) if name_of(one) == self.called(typed))

    def put(self, listed: Roster, typed: Typed) -> Edit:
        return Put(self.item_in(listed, typed), at_once=typed.one("at_once") == "yes")

    def remove(self) -> Edit:
        return Remove(self.part, self.name)

    def choices(self) -> dict[str, Any]:
        """What may be chosen, for the template: pairs of a value and words."""
        return {}

    # ---- in words --------------------------------------------------------------------------------------------------

    def misnamed(self, typed: Typed) -> Iterator[str]:
        """What is wrong with the name of a new one."""
        if self.was is not None:
            return
        try:
            text(self.called(typed))
        except ValueError as error:
            yield str(error)
        if self.called(typed) in map(name_of, things(self.roster, self.part)):
            yield f"there is {self.called(typed)} already; write another name, or change that one"

    def beside(self, lines: Iterable[str], typed: Typed) -> FieldMistakes:
        """Each message at its field."""
        found: FieldMistakes = {}
        for line in lines:
            own = next((path for path in self.own(typed) if line.startswith(path)), None)
            if own is None:
                found.setdefault("", []).append(line)
                continue
            where, _, said = line.removeprefix(own[:-1]).partition(": ")
            field = self._field(where.removeprefix("."), said, typed)
            if field == "named" and self.was is not None:
                field = ""  # its name is no field any more
            # In a form nothing is written in quotes.
            found.setdefault(field, []).append(said.replace(' in "quotes"', "") if field else line)
        return found

    def _field(self, where: str, said: str, typed: Typed) -> str:
        """The name of the field for what follows the thing's own path: "pauses[2].ends_at"; "" for none that is in the
        form."""
        return re.split(r"[.,\[]", where)[0] or "named"

    def differences(self, after: RosterItem) -> Iterator[str]:
        """A line for each field that becomes another."""
        before, now = self.stands, self.table(after)
        for key, label in self.labels.items():
            if before.get(key) != now.get(key):
                # A pause is told on the clock of its own rotation, which a new one, or one that moves, has only now.
                was, will = self.said(key, before.get(key)), self.said(key, now.get(key), now.get("timezone"))
                yield f"{label}: {will}" if not before else f"{label}: {was} → {will}"

    def said(self, key: str, value: Any, zone: str | None = None) -> str:
        match value:
            case None | () | []:
                return "none"
            case dict():
                return ", ".join(str(one) for one in value.values())
            case tuple() | list():
                return "; ".join(self.said(key, one, zone) for one in value)
            case datetime():
                return f"{value.astimezone(ZoneInfo(zone or self.zone)):%Y-%m-%d %H:%M}"
            case _:
                return str(value)

    @property
    def zone(self) -> str:
        return str(self.stands.get("timezone", LOCAL))


class AgencyForm(ItemForm):
    """Its stations have a form each: the largest department has more than a form may have fields."""

    part, one, model = RosterPart.AGENCIES, "agency", AgencyTable
    labels: ClassVar[Mapping[str, str]] = {
        "name": "Name",
        "kind": "Calls us, or is told",
        "policy": "Escalation policy",
        "notice_phone": "Texts go to",
        "webhook_url": "Webhook",
        "listed_numbers": "Listed phones",
        "pin": "PIN",
    }
    usual: ClassVar[FileTables] = {"kind": "caller"}

    def _fields(self, table: FileTables) -> dict[str, str | list[str]]:
        return super()._fields(table) | {"pin": ""}

    def choices(self) -> dict[str, Any]:
        return {"policies": [(one.name, one.name) for one in self.roster.policies]}

    def _table(self, typed: Typed) -> FileTables:
        kept = {name: self.stands[name] for name in ("stations", "pin") if name in self.stands}
        if typed.one("pin_gone"):
            kept.pop("pin", None)
        return kept | super()._table(typed)

    def _field(self, where: str, said: str, typed: Typed) -> str:
        if where.startswith("stations"):
            return ""
        # Two owners of one number are told at the agency itself.
        return where or ("listed_numbers" if "already the phone" in said else "named")

    def said(self, key: str, value: Any, zone: str | None = None) -> str:
        if key == "pin":  # never in words
            return "none" if value is None else "one that is set"
        return super().said(key, value, zone)

    def differences(self, after: RosterItem) -> Iterator[str]:
        for line in super().differences(after):
            yield "PIN: another one; the old one works no more" if line.count("one that is set") == 2 else line


class StationForm(ItemForm):
    """One station of an agency, by its name."""

    part, one, model = RosterPart.AGENCIES, "station", StationTable
    labels: ClassVar[Mapping[str, str]] = {"name": "Name", "address": "Address", "phone": "Desk phone", "area": "Area"}

    def __init__(self, roster: Roster, agency: str, station: str) -> None:
        super().__init__(roster, agency)
        if not isinstance(self.was, Agency):
            raise NotInRoster("the roster has no such agency")
        self.agency: Agency = self.was
        self.station = next((one for one in self.agency.stations if one.name == station), None)
        if station and self.station is None:
            raise NotInRoster(f"{agency} has no station called {station!r}")

    def table(self, thing: RosterItem) -> FileTables:
        """That of the station, where the agency has it already."""
        stations = thing.stations if isinstance(thing, Agency) else ()
        return next(map(table_of, stations[self._place() :]), {})

    def choices(self) -> dict[str, Any]:
        return {"areas": [(one.code, f"{one.code} {one.name}") for one in self.roster.areas]}

    def _place(self) -> int:
        return len(self.agency.stations) if self.station is None else self.agency.stations.index(self.station)

    def write(self, tables: FileTables, typed: Typed) -> None:
        stations: list[Any] = [table_of(one) for one in self.agency.stations]
        place = self._place()
        stations[place : place + 1] = [self._table(typed)]
        tables[self.part][self.name] = table_of(self.agency) | {"stations": stations}

    def _field(self, where: str, said: str, typed: Typed) -> str:
        mine = f"stations[{self._place() + 1}]."
        if where.startswith(mine):
            return where.removeprefix(mine)
        return "phone" if where in ("", f"stations, {typed.one('name')}") else ""

    def misnamed(self, typed: Typed) -> Iterator[str]:
        others = {one.name for one in self.agency.stations if one != self.station}
        if typed.one("name") in others:
            yield f"{self.name} has a station called so already; write another name"

    def remove(self) -> Edit:
        left: tuple[Station, ...] = tuple(one for one in self.agency.stations if one != self.station)
        return Put(replace(self.agency, stations=left))


class RotationForm(ItemForm):
    part, one, model = RosterPart.ROTATIONS, "rotation", RotationTable
    labels: ClassVar[Mapping[str, str]] = {
        "members": "Order",
        "length": "Each shift lasts",
        "unit": "Days or weeks",
        "handoff": "Hand-off at",
        "starts_on": "First shift begins on",
        "timezone": "Time zone",
        "pauses": "Pauses",
        "takes_alarms": "Alarms go to whoever is on first",
    }
    apart = ("members", "pauses")
    usual: ClassVar[FileTables] = {"unit": "weeks", "length": 1, "handoff": "09:00", "timezone": LOCAL}

    def _fields(self, table: FileTables) -> dict[str, str | list[str]]:
        return super()._fields(table) | {"member": list(table.get("members", ()))}

    def choices(self) -> dict[str, Any]:
        """Whoever is in it already can stay in sight, though they go out no more."""
        members = self.stands.get("members", ())
        able = [one for one in self.roster.people if one.is_specialist or one.is_coordinator or one.id in members]
        return {"able": [(one.id, one.name if one.is_specialist else f"{one.name}, coordinator") for one in able]}

    def _table(self, typed: Typed) -> FileTables:
        table = super()._table(typed) | {"members": typed.many("member")}
        if not typed.has("timezone"):
            del table["timezone"]
        # The day of the week goes without saying: it is that of the first shift.
        if typed.one("unit") == "weeks" and (self.was is None or "weekday" in self.stands):
            table["weekday"] = _weekday(typed.one("starts_on"))
        gone = set(typed.many("pause_gone"))
        pauses = [one for one in self.stands.get("pauses", ()) if one["starts_at"].isoformat() not in gone]
        if typed.one("pause_from") or typed.one("pause_until"):
            pauses.append({"starts_at": typed.one("pause_from"), "ends_at": typed.one("pause_until")})
            pauses.sort(key=lambda one: _moment_in(one["starts_at"], typed.one("timezone") or self.zone))
        return table | {"pauses": pauses}

    def _field(self, where: str, said: str, typed: Typed) -> str:
        if where.startswith("pauses"):
            return "pause_until" if where.endswith("ends_at") else "pause_from"
        return {"weekday": "starts_on", "members": "member"}.get(where) or super()._field(where, said, typed)

    def said(self, key: str, value: Any, zone: str | None = None) -> str:
        if key == "members" and value:
            return ", ".join(self.roster.name_of(one) for one in value)
        if key == "takes_alarms":
            return "yes" if value else "no"
        if isinstance(value, dict):
            return " to ".join(self.said(key, one, zone) for one in value.values())
        return super().said(key, value, zone)


def _weekday(starts_on: str) -> str:
    try:
        return WEEKDAYS[date.fromisoformat(starts_on).weekday()]
    except ValueError:
        return WEEKDAYS[0]  # the date is what is wrong, and the file says so


def _moment_in(value: datetime | str, zone: str) -> str:
    """To sort by: the file checks that pauses stand in order."""
    if isinstance(value, str):
        return value.replace(" ", "T")
    try:
        return value.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")
    except (ValueError, LookupError):
        return value.isoformat()


class PolicyForm(ItemForm):
    part, one, model = RosterPart.POLICIES, "policy", PolicyTable
    labels: ClassVar[Mapping[str, str]] = {
        "steps": "Steps",
        "round_wait": "Each round of everybody takes",
        "ask_more": "Asked along when whoever has it will be late",
        "nearest_first": "Whoever is nearest is paged first",
        "far_minutes": "Two more are paged where it is farther than",
    }
    apart = ("steps",)
    usual: ClassVar[FileTables] = {"round_wait": "5m", "ask_more": PolicyTable.model_fields["ask_more"].default}

    def table(self, thing: RosterItem) -> FileTables:
        """How many are asked along is said even where it goes without saying in the file."""
        return {"ask_more": self.usual["ask_more"]} | super().table(thing)

    def _fields(self, table: FileTables) -> dict[str, str | list[str]]:
        fields = super()._fields(table)
        steps = list(table.get("steps", ()))
        for number, step in enumerate(steps, start=1):
            fields |= {f"target-{number}": list(step["targets"]), f"wait-{number}": str(step["wait"])}
        return fields | {f"wait-{len(steps) + 1}": ""}

    def choices(self) -> dict[str, Any]:
        """Whoever is paged already can stay in sight, though they go out no more."""
        paged = {target for step in self.stands.get("steps", ()) for target in step["targets"]}
        people = [(f"person:{one.id}", one) for one in self.roster.people]
        return {
            "rotations": [(f"rotation:{one.name}", one.name) for one in self.roster.rotations],
            "people": [(target, one.name) for target, one in people if one.is_specialist or target in paged],
        }

    def named(self, targets: Iterable[str]) -> str:
        """The people among the targets of a step."""
        return ", ".join(self.target(one) for one in targets if one.startswith("person:")) or "nobody"

    def rows(self, typed: Typed) -> list[int]:
        """The steps in the form, the empty one at its end among them."""
        number = 1
        while typed.has(f"wait-{number}"):
            number += 1
        return list(range(1, number))

    def _kept(self, typed: Typed) -> list[int]:
        return [
            number
            for number in self.rows(typed)
            if not typed.one(f"gone-{number}") and (typed.many(f"target-{number}") or typed.one(f"wait-{number}"))
        ]

    def _table(self, typed: Typed) -> FileTables:
        steps = [
            {"targets": self._targets(typed, number), "wait": typed.one(f"wait-{number}")}
            for number in self._kept(typed)
        ]
        # As a text: a number without a unit would be seconds.
        return super()._table(typed) | {"steps": steps, "round_wait": typed.one("round_wait")}

    def _targets(self, typed: Typed, number: int) -> list[str]:
        """In the order in which they stand: that of the ticks is no change."""
        stood = [list(step["targets"]) for step in self.stands.get("steps", ())[number - 1 : number]]
        place = {target: index for targets in stood for index, target in enumerate(targets)}
        return sorted(typed.many(f"target-{number}"), key=lambda target: place.get(target, len(place)))

    def _field(self, where: str, said: str, typed: Typed) -> str:
        found = re.fullmatch(r"steps\[(\d+)\]\.(targets|wait)", where)
        if found is None:
            return super()._field(where, said, typed)
        number = self._kept(typed)[int(found[1]) - 1]
        return f"{'target' if found[2] == 'targets' else 'wait'}-{number}"

    def said(self, key: str, value: Any, zone: str | None = None) -> str:
        if isinstance(value, dict):
            return f"{' and '.join(self.target(one) for one in value['targets'])} for {value['wait']}"
        match key:
            case "steps" if value:
                return ", then ".join(self.said("", one) for one in value)
            case "ask_more":
                return str(value or "nobody")
            case "nearest_first":
                return "yes" if value else "no"
            case "far_minutes":
                return f"{value} min" if value else "never"
        return super().said(key, value, zone)

    def target(self, target: str) -> str:
        kind, _, name = target.partition(":")
        return self.roster.name_of(name) if kind == "person" else name or "everybody"


class AreaForm(ItemForm):
    part, one, model = RosterPart.AREAS, "area", AreaTable
    labels: ClassVar[Mapping[str, str]] = {"name": "Name", "lat": "Latitude", "lon": "Longitude"}

    def _place(self) -> int:
        codes = [area.code for area in self.roster.areas]
        return codes.index(self.name) if self.name else len(codes)

    def write(self, tables: FileTables, typed: Typed) -> None:
        place = self._place()
        tables.setdefault(self.part, [])[place : place + 1] = [{"code": self.called(typed), **self._table(typed)}]

    def own(self, typed: Typed) -> tuple[str, ...]:
        path = f"{self.part}[{self._place() + 1}]"
        return (f"{path}.", f"{path}:")

    def _field(self, where: str, said: str, typed: Typed) -> str:
        return {"": "lat", "code": "named"}.get(where, where)


def in_sentences(mistakes: FieldMistakes) -> dict[str, str]:
    return {name: first_up("; ".join(said)) + "." for name, said in mistakes.items()}


FORMS: Mapping[str, type[ItemForm]] = {
    form.part.value: form for form in (AgencyForm, RotationForm, PolicyForm, AreaForm)
}


def form_of(roster: Roster, part: str, name: str, agency: str = "") -> ItemForm:
    """Raises `NotInRoster`."""
    if part == "stations":
        return StationForm(roster, agency, name)
    if part not in FORMS:
        raise NotInRoster(f"no form of the roster is called {part!r}")
    return FORMS[part](roster, name)


def title_of(form: ItemForm) -> str:
    """What the view is called."""
    if isinstance(form, StationForm):
        return form.station.name if form.station else f"A new station of {form.agency.code}"
    return first_up(f"{form.one} {form.name}") if form.was else f"A new {form.one}"
