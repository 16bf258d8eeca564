"""Whom a decision writes to."""

from dataclasses import replace

from dispatch.rules.commands import post
from dispatch.rules.decisions import Note, NoteKind, TextOfficer
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.roster import Agency
from tests.rules.situations import NIGHT, OFFICER, ROSTER, callout, plan, situation


def test_an_officer_without_a_number_is_not_texted() -> None:
    """It is noted instead, so that whoever rings them back knows what they have not heard."""
    withheld = situation(replace(callout(), officer_phone=""))
    (note,) = plan(withheld, [TextOfficer("words")]).rows
    assert note == Note(NoteKind.OFFICER_TOLD, "the officer gave no number, and was not told: words")
    (page,) = plan(situation(), [TextOfficer("words")]).pages(NIGHT)
    assert (page.purpose, page.to) == (Purpose.OFFICER, OFFICER)


def test_whom_a_message_was_for() -> None:
    """In full, and in a word for the terminal; whoever has left has their id, and a notice is known by its address."""
    lbpd = Agency("LBPD", "Long Beach Police Department", notice_phone="+15625550160")
    told = replace(ROSTER, agencies=(lbpd,))
    for person, purpose, to, full, short in (
        ("ana", Purpose.PAGE, "", "Ana Reyes", "Ana"),
        ("zoe", Purpose.PAGE, "", "zoe", "zoe"),
        (None, Purpose.OFFICER, OFFICER, "the officer", "officer"),
        (None, Purpose.AGENCY, "+15625550160", "Long Beach Police Department", "LBPD"),
        (None, Purpose.PARTNER, "+15625550161", "+15625550161", "partner"),
    ):
        assert post.recipient(told, person, purpose, to) == full
        assert post.recipient_in_short(told, person, purpose, to) == short
