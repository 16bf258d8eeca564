"""Mistakes in areas and drives that only show when values are seen together.

A wrong area sends for somebody who is far away, and nobody notices at night; so what cannot be right is refused.
"""

import re
from collections.abc import Iterator

from dispatch.roster_file.models import AreaTable, DriveTable, File
from dispatch.roster_file.values import did_you_mean
from dispatch.rules.nearer.meeting_area import kilometres, plain

_CODE = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_FURTHEST_KM = 500
"""Areas are of one county. One that is further away has lost a minus, or has its latitude and longitude exchanged."""
_FASTEST_KM_PER_MINUTE = 2.5  # 150 km/h along the straight line
_NEAR_KM = 10  # within it two middles say little: a drive may begin and end at the edges


def area_contradictions(file: File) -> Iterator[str]:
    codes: dict[str, int] = {}
    names: dict[str, int] = {}
    for number, area in enumerate(file.areas, start=1):
        path = f"areas[{number}]"
        if area.code and not _CODE.fullmatch(area.code):
            yield f"{path}.code: {area.code!r} is not a code; write 2 to 8 capital letters and digits, like LBH"
        if area.code and codes.setdefault(area.code, number) != number:
            yield f"{path}.code: areas[{codes[area.code]}] has the code {area.code} already; write another"
        if area.name and names.setdefault(plain(area.name), number) != number:
            yield f"{path}.name: areas[{names[plain(area.name)]}] has the name {area.name!r} already; write another"
        away = _apart(file.areas[0], area)
        if away is not None and away > _FURTHEST_KM:
            yield f"{path}: is {away:,.0f} km from areas[1]; is a minus missing, or are lat and lon exchanged?"
    yield from _unknown_areas(file, codes)


def _unknown_areas(file: File, codes: dict[str, int]) -> Iterator[str]:
    for id_, person in file.people.items():
        yield from _unknown(f"people.{id_}.area_night", person.area_night, codes)
        yield from _unknown(f"people.{id_}.area_day", person.area_day, codes)
    for code, agency in file.agencies.items():
        for number, station in enumerate(agency.stations, start=1):
            yield from _unknown(f"agencies.{code}.stations[{number}].area", station.area, codes)
    for number, drive in enumerate(file.drives, start=1):
        yield from _unknown(f"drives[{number}].from", drive.from_area, codes)
        yield from _unknown(f"drives[{number}].to", drive.to_area, codes)


def _unknown(path: str, code: str | None, known: dict[str, int]) -> Iterator[str]:
    if code and code not in known:
        advice = did_you_mean(code, known) or "; write the code of one of the [[areas]]"
        yield f"{path}: no area has the code {code!r}{advice}"


def drive_contradictions(file: File) -> Iterator[str]:
    areas = {area.code: area for area in reversed(file.areas)}
    seen: dict[tuple[str, str], int] = {}
    for number, drive in enumerate(file.drives, start=1):
        path, (start, end) = f"drives[{number}]", (drive.from_area, drive.to_area)
        if not drive.model_fields_set & {"night", "day"}:
            yield f"{path}: has no minutes; write night, day or both, or leave the drive out"
        if start and end and seen.setdefault((start, end), number) != number:
            yield f"{path}: {start} to {end} is in drives[{seen[start, end]}] already; keep one of them"
        if start in areas and end in areas:
            yield from _too_fast(path, drive, areas[start], areas[end])


def _too_fast(path: str, drive: DriveTable, start: AreaTable, end: AreaTable) -> Iterator[str]:
    away = _apart(start, end)
    if away is None or not _NEAR_KM < away <= _FURTHEST_KM:  # further away, the points are wrong, which has been said
        return
    for part, minutes in (("night", drive.night), ("day", drive.day)):
        if minutes is not None and away > minutes * _FASTEST_KM_PER_MINUTE:
            yield f"{path}.{part}: nobody drives {away:.0f} km in {minutes} minutes; correct them, or the areas' points"


def _apart(one: AreaTable, other: AreaTable) -> float | None:
    """None where a coordinate could not be read, which has been noted."""
    if None in (one.lat, one.lon, other.lat, other.lon):
        return None
    return kilometres(one.lat, one.lon, other.lat, other.lon)
