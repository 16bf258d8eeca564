"""Twilio's words for how a text or a call is getting on, and how far each says that it has come."""

from collections.abc import Mapping

from dispatch.rules.sending import Progress

# Texts and calls share the words "queued", "failed" and "canceled"; no word means two things.
PROGRESS: Mapping[str, Progress] = {
    # a text
    "sent": Progress.TAKEN,
    "delivered": Progress.ARRIVED,
    "read": Progress.ARRIVED,
    "undelivered": Progress.UNDELIVERED,
    # a call
    "ringing": Progress.TAKEN,
    "in-progress": Progress.ANSWERED,
    "answered": Progress.ANSWERED,
    "completed": Progress.ENDED,
    "busy": Progress.BUSY,
    "no-answer": Progress.NO_ANSWER,
    # either
    "queued": Progress.TAKEN,
    "failed": Progress.FAILED,
    "canceled": Progress.CANCELED,
}


def progress_of(status: str, answered_by: str = "") -> Progress:
    """What a status says, and of a call what machine detection says of whoever answered it."""
    if answered_by.startswith(("machine", "fax")):
        return Progress.VOICEMAIL
    return PROGRESS.get(status, Progress.TAKEN)  # a word we have never heard proves only that Twilio has it
