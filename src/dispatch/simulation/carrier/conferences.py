"""Conferences: who is in which, who hears whom, and when one ends."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from dispatch.simulation.carrier.calls import PhoneCall
from dispatch.simulation.carrier.twiml import DialOutcome, JoinConference


@dataclass
class Conference:
    """A conference in progress or waiting to start."""

    name: str
    members: list[PhoneCall] = field(default_factory=list)
    ends_with: set[str] = field(default_factory=set)
    """SIDs of the calls whose leaving ends it."""
    started: bool = False


class Conferences:
    """All conferences of the account. `go_on` resumes a call's own document once its conference is over."""

    def __init__(self, go_on: Callable[[PhoneCall, DialOutcome, datetime], None]) -> None:
        self._go_on = go_on
        self._by_name: dict[str, Conference] = {}

    def __len__(self) -> int:
        return len(self._by_name)

    def join(self, call: PhoneCall, step: JoinConference, at: datetime) -> None:
        """Put a call into the conference that its document names."""
        conference = self._by_name.setdefault(step.name, Conference(step.name))
        call.conference, call.joined_at = step.name, at
        already = list(conference.members) if conference.started else []
        conference.members.append(call)
        if step.ends_on_exit:
            conference.ends_with.add(call.sid)
        call.heard.append(f"joined conference {step.name}")
        if not conference.started and step.starts_on_enter:
            conference.started = True
            already = conference.members[:-1]
            for waiting in already[1:]:
                _introduce(waiting, already[: already.index(waiting)])
        if not conference.started:
            call.heard.append("(waits for the conference to start)")
        _introduce(call, already)

    def leave(self, call: PhoneCall, at: datetime) -> None:
        """Take a call out of its conference, which ends when nobody is left or when this call was to end it."""
        conference = self._by_name[call.conference or ""]
        conference.members.remove(call)
        call.conference = None
        if call.sid in conference.ends_with or not conference.members:
            del self._by_name[conference.name]
            for member in conference.members:
                member.conference = None
                stayed = at - (member.joined_at or at)
                self._go_on(member, DialOutcome("completed", None, round(stayed.total_seconds())), at)


def _introduce(newcomer: PhoneCall, others: list[PhoneCall]) -> None:
    for other in others:
        other.heard.append(f"connected to {newcomer.phone.number}")
        newcomer.heard.append(f"connected to {other.phone.number}")
