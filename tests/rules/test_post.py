"""Whom a decision writes to."""

from dataclasses import replace

from dispatch.rules.commands import post
from dispatch.rules.decisions import Note, NoteKind, TextOfficer
from dispatch.rules.facts.pages import Purpose
from tests.rules.situations import NIGHT, OFFICER, ROSTER, callout, dials, situation


def test_an_officer_without_a_number_is_not_texted() -> None:
    """It is noted instead, so that whoever rings them back knows what they have not heard."""
    withheld = situation(replace(callout(), officer_phone=""))
    assert post.all_of(withheld, [TextOfficer("words")], NIGHT) == []
    note = post.to_officer(callout(officer_phone=""), ROSTER, dials, TextOfficer("words"), NIGHT)
    assert note == Note(NoteKind.OFFICER_TOLD, "the officer gave no number, and was not told: words")
    (page,) = post.all_of(situation(), [TextOfficer("words")], NIGHT)
    assert (page.purpose, page.to) == (Purpose.OFFICER, OFFICER)
