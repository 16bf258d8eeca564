"""Twilio's statuses of texts and calls, and the progress that each of them stands for."""

from collections.abc import Mapping

from dispatch.rules.delivery.sending import Progress

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
    """The progress that a status stands for. A call answered by a machine (`answered_by`) is voicemail."""
    if answered_by.startswith(("machine", "fax")):
        return Progress.VOICEMAIL
    return PROGRESS.get(status, Progress.TAKEN)  # an unknown status proves only that Twilio has it
