"""Whom we ring and text: the numbers of the regions that a deployment has set, and no others.

The law: anybody can type a number into a form, key one in, or call from one, and each text and call to it costs us
money; a premium number pays whoever gave it to us. So a number outside the regions is neither rung nor texted, whoever
gave it. `worker/sender.py` asks before every send, and nothing else sends. What the number belongs to goes on all the
same: a call-out opens, and coordinators are rung.
"""

from collections.abc import Callable, Iterator

from dispatch.rules.delivery.sending import Meaning, Refused
from dispatch.rules.facts.pages import Page, Purpose
from dispatch.rules.facts.roster import Roster

SETTING = "DISPATCH_DIAL_REGIONS"
OUTSIDE = f"the number is outside {SETTING}"

Dials = Callable[[str], bool]
"""Whether we ring and text this number (E.164)."""


def nowhere(_phone: str) -> bool:
    return False


def refusal(page: Page) -> Refused:
    """What comes of a page to a number that we do not dial: the same as when the carrier refuses it, so paging goes on
    to the next channel or person.

    A number of the roster contradicts our own setting, so coordinators hear of it; nobody can mend a stranger's.
    """
    is_of_roster = page.person is not None or page.purpose is Purpose.PARTNER
    return Refused(None, OUTSIDE, Meaning.OPERATOR if is_of_roster else Meaning.BAD_NUMBER)


def not_dialled(roster: Roster, dials: Dials) -> Iterator[str]:
    """A line for each number of the roster that would never be rung or texted."""
    for where, phone in _numbers(roster):
        if not dials(phone):
            yield f"{where}: {phone} is outside {SETTING}, so it would be neither rung nor texted"


def _numbers(roster: Roster) -> Iterator[tuple[str, str]]:
    for person in roster.people:
        yield f"people.{person.id}.phone", person.phone
    for agency in roster.agencies:
        path = f"agencies.{agency.code}"
        if agency.notice_phone is not None:
            yield f"{path}.notice_phone", agency.notice_phone
        for number in agency.listed_numbers:
            yield f"{path}.listed_numbers", number
        for station in agency.stations:
            if station.phone is not None:
                yield f"{path}.stations, {station.name}", station.phone
