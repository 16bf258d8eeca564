"""The link that a calendar asks for shifts with, again and again.

The law: it works until somebody revokes it, and only for what the roster still has: the feed of somebody who has left
is over, like that of a rotation that has ended.
"""

from datetime import UTC, datetime

from dispatch.rules.facts.roster import Roster

PATH = "/calendar/{token}.ics"
NEVER = datetime(2099, 12, 31, tzinfo=UTC)
"""When it expires: with the century, after which nobody may name a moment."""


def has_subject(roster: Roster, person: str | None, rotation: str | None) -> bool:
    """Whether the roster has whom the feed is of."""
    if person is not None:
        return roster.person(person) is not None
    return any(one.name == rotation for one in roster.rotations)
