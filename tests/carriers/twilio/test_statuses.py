"""Twilio's words for how a text or a call is getting on."""

import pytest

from dispatch.carriers.twilio.statuses import progress_of
from dispatch.rules.delivery.sending import Progress


@pytest.mark.parametrize(
    ("status", "progress"),
    [
        ("sent", Progress.TAKEN),
        ("queued", Progress.TAKEN),
        ("delivered", Progress.ARRIVED),
        ("read", Progress.ARRIVED),
        ("undelivered", Progress.UNDELIVERED),
        ("failed", Progress.FAILED),
        ("canceled", Progress.CANCELED),
        ("ringing", Progress.TAKEN),
        ("in-progress", Progress.ANSWERED),
        ("answered", Progress.ANSWERED),
        ("busy", Progress.BUSY),
        ("no-answer", Progress.NO_ANSWER),
        ("completed", Progress.ENDED),
        ("never heard of", Progress.TAKEN),
    ],
)
def test_what_a_status_says(status: str, progress: Progress) -> None:
    """Each word says how far a text or a call has come; an unknown word proves that the carrier has it."""
    assert progress_of(status) is progress
    assert progress_of(status, "human") is progress


@pytest.mark.parametrize("answered_by", ["machine_start", "machine_end_beep", "fax"])
def test_a_machine_is_nobody(answered_by: str) -> None:
    """Voicemail has picked up, whatever else the carrier says about the call."""
    assert progress_of("in-progress", answered_by) is Progress.VOICEMAIL
