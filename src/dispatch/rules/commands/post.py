"""Whom a message goes to, in words for people."""

from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Roster


def recipient(roster: Roster, person: str | None, purpose: Purpose, to: str) -> str:
    """Who gets a message, for people: a full name. If they have left the roster, their id or the address itself."""
    if person is not None:
        return roster.name_of(person)
    if purpose is Purpose.OFFICER or purpose.joins:
        return "the officer"
    agency = roster.reached_at(to)
    return agency.name if agency else to


def recipient_in_short(roster: Roster, person: str | None, purpose: Purpose, to: str) -> str:
    """As `recipient`, but in one word: a first name, an agency's code."""
    if person is not None:
        return roster.first_name_of(person)
    if purpose is Purpose.OFFICER:
        return "officer"
    agency = roster.reached_at(to)
    return agency.code if agency else purpose.value
