"""`/setup/drives`: how long it takes from area to area, as a coordinator knows it.

The table is shown whole, and filled in a row at a time: with forty areas it has more fields than a form may have.
"""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi.responses import RedirectResponse, Response

from dispatch.actions.schedule.change_roster import ChangedRoster, planning
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.roster.previewed import FormErrors, Wanted, show_or_make
from dispatch.inbound.web.roster.setup_views import NAV_ITEM
from dispatch.inbound.web.roster.typed import Typed, read_typed, whole_number
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, Visit, permits, view_router
from dispatch.roster_file import FileTables, read_change, table_of
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.people import DayPart
from dispatch.rules.facts.roster import Area, Drive, Roster
from dispatch.rules.nearer.estimate import straight_minutes
from dispatch.rules.schedule.edits import EditRefused, NotInRoster, SetDrives

DRIVES_VIEW = f"{NAV_ITEM.path}/drives"
AREAS_AT_ONCE = 40
"""Rows of a form: two fields each."""
_PARTS = (DayPart.NIGHT, DayPart.DAY)

router = view_router(DRIVES_VIEW)

Driving = Annotated[ViewerVisit, permits(Permission.CHANGE_ROSTER)]


@dataclass(frozen=True, slots=True)
class DriveTo:
    """From one area to another: what is written, and what counts where nothing is."""

    start: Area
    to: Area
    written: Drive
    back: Drive

    def minutes(self, part: DayPart) -> int | None:
        """As somebody wrote it, for this way or for the way back."""
        there = self.written.minutes(part)
        return there if there is not None else self.back.minutes(part)

    @property
    def estimated(self) -> int:
        return straight_minutes(self.start, self.to)

    @property
    def is_estimated(self) -> bool:
        """Whether nobody wrote anything of it."""
        return all(self.minutes(part) is None for part in _PARTS)

    def said(self) -> str:
        """As the table has it, by night and by day."""
        if self.is_estimated:
            return f"~{self.estimated}"
        known = (self.minutes(part) for part in _PARTS)
        return " / ".join(f"~{self.estimated}" if minutes is None else str(minutes) for minutes in known)

    def supposed(self, part: DayPart) -> str:
        """What the field says while it is empty."""
        back = self.back.minutes(part)
        return f"about {self.estimated}" if back is None else f"{back}, as the way back"

    def field(self, part: DayPart) -> str:
        return f"{part}-{self.to.code}"


def _way(roster: Roster, start: Area, to: Area) -> DriveTo:
    ways = {(drive.from_area, drive.to_area): drive for drive in roster.drives}
    pair, back = (start.code, to.code), (to.code, start.code)
    return DriveTo(start, to, ways.get(pair, Drive(*pair)), ways.get(back, Drive(*back)))


@router.get("")
async def show_drives(visit: Driving, start: Storable = "", after: Storable = "", done: Storable | None = None) -> View:
    """The table; or the row of the area `start`, from the area after `after` on. Raises `NotInRoster`."""
    roster = await visit.roster()
    if not start:
        ways = {one.code: [_way(roster, one, to) for to in roster.areas] for one in roster.areas}
        return visit.view("setup_drives.html", roster=roster, ways=ways, done=done, home=NAV_ITEM.path)
    ways_of = _row(roster, start, after)
    shown = {way.field(part): str(way.written.minutes(part) or "") for way in ways_of for part in _PARTS}
    return _form(visit, roster, start, after, Typed.filled(shown), {})


@router.post("")
async def set_drives(visit: Driving, start: Storable = "", after: Storable = "") -> Response:
    """Raises `NotInRoster`."""
    roster = await visit.roster()
    ways = _row(roster, start, after)
    sent, typed = await read_typed(visit.request)
    if too_long := typed.too_long():
        return _form(visit, roster, start, after, typed, too_long, status=422)
    tables = [_table(way, typed) for way in ways]
    pairs = {(way.start.code, way.to.code) for way in ways}
    others = [table_of(one) for one in roster.drives if (one.from_area, one.to_area) not in pairs]
    told = [(way, table) for way, table in zip(ways, tables, strict=True) if len(table) > 2]

    def write(file: FileTables) -> None:
        file["drives"] = [*others, *(table for _, table in told)]

    read = read_change(roster, write, ("drives[",))
    if read.mistakes:
        beside = _beside(read.mistakes, [way for way, _ in told], len(others))
        return _form(visit, roster, start, after, typed, beside, status=422)
    drives = {(one.from_area, one.to_area): one for one in read.listed.drives}
    wanted = [drives.get((way.start.code, way.to.code), Drive(way.start.code, way.to.code)) for way in ways]
    new = [one for one, way in zip(wanted, ways, strict=True) if one != way.written]
    if not new:
        return _form(visit, roster, start, after, typed, {"": "nothing of this is new"}, status=422)
    area = ways[0].start
    does = f"Write the drives from {area.name}"
    lines = tuple(_line(roster, way.written, one) for one, way in zip(wanted, ways, strict=True) if one != way.written)
    here = str(visit.request.url.replace(scheme="", netloc=""))
    try:
        made = await show_or_make(
            visit, sent, Wanted(planning(SetDrives(tuple(new))), does, does, here, here, also=lines)
        )
    except (FormErrors, EditRefused) as error:
        return _form(visit, roster, start, after, typed, {"": str(error)}, status=409)
    return RedirectResponse(f"{DRIVES_VIEW}?done={made.version}", 303) if isinstance(made, ChangedRoster) else made


def _row(roster: Roster, start: str, after: str) -> list[DriveTo]:
    area = roster.area(start)
    others = [one for one in roster.areas if one != area]
    begin = next((number for number, one in enumerate(others, start=1) if one.code == after), 0)
    if area is None or not others[begin:]:
        raise NotInRoster(f"the roster has no way from the area {start!r}")
    return [_way(roster, area, to) for to in others[begin : begin + AREAS_AT_ONCE]]


def _table(way: DriveTo, typed: Typed) -> FileTables:
    said = {part.value: whole_number(text) for part in _PARTS if (text := typed.one(way.field(part)))}
    return {"from": way.start.code, "to": way.to.code, **said}


def _beside(lines: tuple[str, ...], told: list[DriveTo], before: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for line in lines:
        where = re.match(r"drives\[(\d+)\](?:\.(night|day))?: (.*)", line, re.DOTALL)
        number = int(where[1]) - 1 - before if where else -1
        if where is None or not 0 <= number < len(told):
            found[""] = f"{found[''] + '; ' if '' in found else ''}{line}"
        else:
            found[told[number].field(DayPart(where[2] or "night"))] = where[3]
    return found


def _line(roster: Roster, was: Drive, now: Drive) -> str:
    to = roster.area(now.to_area)
    parts = (
        f"by {part} {_minutes(was, part)} → {_minutes(now, part)}"
        for part in _PARTS
        if was.minutes(part) != now.minutes(part)
    )
    return f"To {to.name if to else now.to_area}: {', '.join(parts)}"


def _minutes(drive: Drive, part: DayPart) -> str:
    minutes = drive.minutes(part)
    return "not written" if minutes is None else f"{minutes} min"


def _form(
    visit: Visit, roster: Roster, start: str, after: str, typed: Typed, mistakes: dict[str, str], *, status: int = 200
) -> View:
    ways = _row(roster, start, after)
    others = [one.code for one in roster.areas if one.code != start]
    more = ways[-1].to.code if ways[-1].to.code != others[-1] else ""
    return visit.view(
        "setup_drives_from.html",
        status=status,
        ways=ways,
        area=ways[0].start,
        parts=_PARTS,
        typed=typed,
        mistakes=mistakes,
        more=more,
        action=str(visit.request.url.replace(scheme="", netloc="")),
        here=DRIVES_VIEW,
        home=NAV_ITEM.path,
    )
