"""Conferences: who is in which, who hears whom, and when one is over."""

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
    """The SIDs of the calls with which it ends."""
    started: bool = False


class Conferences:
    """All conferences of the account. `go_on` lets a call go on with its own document once its conference is over."""

    def __init__(self, go_on: Callable[[PhoneCall, DialOutcome, datetime], None]) -> None:
        self._go_on = go_on
        self._by_name: dict[str, Conference] = {}

    def __len__(self) -> int:
        return len(self._by_name)

    def join(self, call: PhoneCall, step: JoinConference, at: datetime) -> None:
        """Put a call into the conference that its document names."""
        room = self._by_name.setdefault(step.name, Conference(step.name))
        call.conference, call.joined_at = step.name, at
        already = list(room.members) if room.started else []
        room.members.append(call)
        if step.ends_on_exit:
            room.ends_with.add(call.sid)
        call.heard.append(f"joined conference {step.name}")
        if not room.started and step.starts_on_enter:
            room.started = True
            already = room.members[:-1]
            for waiting in already[1:]:
                _introduce(waiting, already[: already.index(waiting)])
        if not room.started:
            call.heard.append("(waits for the conference to start)")
        _introduce(call, already)

    def leave(self, call: PhoneCall, at: datetime) -> None:
        """Take a call out of its conference, which is over with the last member or one that it ends with."""
        room = self._by_name[call.conference or ""]
        room.members.remove(call)
        call.conference = None
        if call.sid in room.ends_with or not room.members:
            del self._by_name[room.name]
            for member in room.members:
                member.conference = None
                stayed = at - (member.joined_at or at)
                self._go_on(member, DialOutcome("completed", None, round(stayed.total_seconds())), at)


def _introduce(newcomer: PhoneCall, others: list[PhoneCall]) -> None:
    for other in others:
        other.heard.append(f"connected to {newcomer.phone.number}")
        newcomer.heard.append(f"connected to {other.phone.number}")
