"""A conference, and whoever is in it."""

from __future__ import annotations

from dataclasses import dataclass, field

from twilio_simulator.agenda import Entry
from twilio_simulator.calls import PhoneCall, StatusCallback
from twilio_simulator.steps import JoinConference
from twilio_simulator.waiting import Hold

BEEP = "(beep)"


@dataclass(eq=False)
class Participant:
    """A call in a conference, and how it joined."""

    call: PhoneCall
    how: JoinConference
    hold: Hold | None = None
    """What it hears until the conference starts."""
    limit: Entry | None = None
    """When its `<Dial>` takes it out again."""


@dataclass(eq=False)
class Conference:
    """A conference that waits to start, or is in progress."""

    sid: str
    name: str
    status_callback: StatusCallback | None
    participants: list[Participant] = field(default_factory=list)
    started: bool = False
    callbacks_sent: int = 0

    @property
    def can_start(self) -> bool:
        """Whether two are there, and one of them is not only waiting for others."""
        return len(self.participants) >= 2 and any(present.how.starts_on_enter for present in self.participants)

    def refuses(self, how: JoinConference) -> tuple[int, str] | None:
        """Why nobody can join like this: Twilio's error code, and a sentence. None when nothing stands against it."""
        if how.label is not None and any(present.how.label == how.label for present in self.participants):
            return 16025, f"the participant label {how.label} is in use"
        if len(self.participants) >= how.participants_at_most:
            return 16020, f"conference {self.name} is full"
        return None

    def beep(self, spared: Participant | None = None) -> None:
        """Let everybody hear a beep, except whom it is about."""
        for present in self.participants:
            if present is not spared:
                present.call.heard.append(BEEP)
