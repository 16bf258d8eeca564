"""Which area a meeting place is in.

The law: what was said decides, and nothing is looked up outside: no geocoder hears where a child waits. Coordinates go
first, then a station, then the name of a station or of an area in a typed address. Unknown stays unknown: a wrong area
sends for somebody who is far away.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence

from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.roster import Area, Roster, Station

FURTHEST_KM = 8.0
"""From the middle of an area to a point that still counts as in it. An area is some 5 km wide, but a dozen do not cover
a county. At 8 km an estimate is off by a quarter of an hour, and further out it would mislead."""

_EARTH_KM = 6371.0
# Half the streets of the county are called after a city that they lead to: "Long Beach Blvd" is in Lynwood, too.
_NO_STREET = r"(?! (?:ave|avenue|blvd|boulevard|dr|drive|fwy|freeway|hwy|highway|pkwy|parkway|rd|road|st|street|way)\b)"


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """As the crow flies (haversine), between two points in degrees."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    across = math.sin((other_phi - phi) / 2) ** 2
    along = math.sin(math.radians(other_lon - lon) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(1.0, across + math.cos(phi) * math.cos(other_phi) * along)))


def meeting_area(roster: Roster, agency: str, details: Details) -> Area | None:
    """The area of the meeting place of a call-out for `agency`; None when it is not known, or not confirmed."""
    said = details.for_a_specialist
    if said.place_lat is not None and said.place_lon is not None:
        near = _nearest(roster.areas, said.place_lat, said.place_lon)
        if near is not None:
            return near
    address, note = plain(said.place_address or ""), plain(said.place_note or "")
    return _of_station(roster, agency, address, note) or _named_in(roster.areas, said.place_address or "")


def plain(text: str) -> str:
    """Words in lower case, without accents and punctuation, with single spaces."""
    letters = unicodedata.normalize("NFKD", text)
    bare = "".join(one for one in letters if not unicodedata.combining(one)).casefold()
    return " ".join(re.findall(r"\w+", bare))


def _nearest(areas: Sequence[Area], lat: float, lon: float) -> Area | None:
    away = {area.code: kilometres(area.lat, area.lon, lat, lon) for area in areas}
    nearest = min(areas, key=lambda area: away[area.code], default=None)
    return nearest if nearest is not None and away[nearest.code] <= FURTHEST_KM else None


def _of_station(roster: Roster, agency: str, address: str, note: str) -> Area | None:
    """The caller's own stations go first: several agencies have a West Division. A name that means stations in two
    areas means none."""
    own = roster.agency(agency)
    everybodys = [station for one in roster.agencies for station in one.stations]
    for stations in (own.stations if own is not None else (), everybodys):
        codes = {station.area for station in stations if _is_meant(station, address, note)}
        if codes:
            return roster.area(codes.pop()) if len(codes) == 1 else None
    return None


def _is_meant(station: Station, address: str, note: str) -> bool:
    """The hotline writes a station's name into the note; whoever types writes its name or its address."""
    name = plain(station.name)
    return note == name != "" or _names(address, name) or _names(address, plain(station.address))


def _named_in(areas: Sequence[Area], address: str) -> Area | None:
    """An address names its city last, so the last part between commas that names an area decides; two areas in one part
    decide nothing."""
    for part in reversed(address.split(",")):
        found = list(_all_named(areas, plain(part)))
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _all_named(areas: Sequence[Area], text: str) -> Iterator[Area]:
    """The areas that `text` names. A longer name is taken out before a shorter one is looked for: North Hollywood is
    not Hollywood."""
    for area in sorted(areas, key=lambda area: -len(area.name)):
        name = plain(area.name)
        if _names(text, name):
            yield area
        text = re.sub(_whole(name), " ", text) if name else text


def _names(text: str, name: str) -> bool:
    """Whether `name` stands in `text`, and not as the name of a street."""
    return bool(name) and re.search(_whole(name) + _NO_STREET, text) is not None


def _whole(name: str) -> str:
    return rf"\b{re.escape(name)}\b"
