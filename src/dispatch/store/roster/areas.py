"""The rows of areas, of the areas of stations, and of the drives that a coordinator wrote."""

from typing import Any

import sqlalchemy as sa

from dispatch.rules.facts.roster import Area, Drive, Roster
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

StationAreas = dict[tuple[str, int, str], str]
"""By agency, place in its list, and name."""


def read_areas(tx: Transaction) -> tuple[Area, ...]:
    rows = tx.execute(sa.select(t.area).order_by(t.area.c.rank)).mappings()
    return tuple(Area(row["code"], row["name"], row["lat"], row["lon"]) for row in rows)


def read_drives(tx: Transaction) -> tuple[Drive, ...]:
    rows = tx.execute(sa.select(t.drive).order_by(t.drive.c.rank)).mappings()
    return tuple(Drive(row["from_area"], row["to_area"], row["night"], row["day"]) for row in rows)


def read_station_areas(tx: Transaction) -> StationAreas:
    rows = tx.execute(sa.select(t.station_area)).mappings()
    return {(row["agency"], row["rank"], row["station"]): row["area"] for row in rows}


def rows(roster: Roster) -> dict[sa.Table, list[dict[str, Any]]]:
    areas = [
        {"code": area.code, "rank": rank, "name": area.name, "lat": area.lat, "lon": area.lon}
        for rank, area in enumerate(roster.areas)
    ]
    stations = [
        {"agency": agency.code, "rank": rank, "station": station.name, "area": station.area}
        for agency in roster.agencies
        for rank, station in enumerate(agency.stations)
        if station.area is not None
    ]
    drives = [
        {
            "from_area": drive.from_area,
            "to_area": drive.to_area,
            "rank": rank,
            "night": drive.night,
            "day": drive.day,
        }
        for rank, drive in enumerate(roster.drives)
    ]
    return {t.area: areas, t.station_area: stations, t.drive: drives}
