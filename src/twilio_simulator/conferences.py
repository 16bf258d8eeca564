"""Conferences: who is in which, who hears whom, when one starts and when it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Protocol

from twilio_simulator.agenda import Agenda
from twilio_simulator.calls import PhoneCall, StatusCallback
from twilio_simulator.conference import Conference, Participant
from twilio_simulator.conference_events import ConferenceEvents
from twilio_simulator.steps import DialOutcome, JoinConference
from twilio_simulator.waiting import WaitingRoom

HUNG_UP = "participant_hung_up"
UPDATED = "participant_updated_via_api"
NEVER_IN = "participant_add_failed"
ENDED = "moderator_ended_conference"
# Twilio has no reason of its own for a time limit, and the call goes on as if it had been redirected.
TIME_OVER = UPDATED


class Documents(Protocol):
    """What conferences need from scripts: to resume a call's document, and to report what is wrong with it."""

    def go_on(self, call: PhoneCall, came: DialOutcome, at: datetime) -> None: ...
    def complain(self, call: PhoneCall, code: int, message: str, at: datetime, url: str | None = None) -> None: ...


class Conferences:
    """All conferences of the account."""

    def __init__(
        self,
        *,
        agenda: Agenda,
        new_sid: Callable[[str], str],
        documents: Documents,
        events: ConferenceEvents,
        waiting_room: WaitingRoom,
    ) -> None:
        self._agenda = agenda
        self._new_sid = new_sid
        self._documents = documents
        self._events = events
        self._waiting_room = waiting_room
        self._by_name: dict[str, Conference] = {}

    def __len__(self) -> int:
        return len(self._by_name)

    def __iter__(self) -> Iterator[Conference]:
        return iter(self._by_name.values())

    def join(self, call: PhoneCall, how: JoinConference, at: datetime) -> None:
        """Put a call into the conference that its document names; if it cannot join, its document goes on."""
        conference = self._by_name.get(how.name)
        refusal = conference.refuses(how) if conference is not None else None
        if refusal is not None:
            self._documents.complain(call, *refusal, at)
            self._documents.go_on(call, DialOutcome("failed"), at)
            return
        if conference is None:
            conference = self._by_name[how.name] = Conference(self._new_sid("CF"), how.name, _status_callback(how))
        newcomer = Participant(call, how)
        limit = at + timedelta(seconds=how.time_limit)
        newcomer.limit = self._agenda.put(
            limit, call.sid, lambda at: self._sent_on(newcomer, "answered", TIME_OVER, at)
        )
        call.conference, call.joined_at = how.name, at
        call.heard.append(f"joined conference {how.name}")
        conference.participants.append(newcomer)
        self._events.tell_of(conference, newcomer, "participant-join", at)
        if conference.started:
            self._introduce(conference, newcomer)
        elif conference.can_start:
            self._start(conference, at)
        else:
            call.heard.append("(waits for the conference to start)")
            newcomer.hold = self._waiting_room.begin(
                call, how, at, lambda at: self._sent_on(newcomer, "failed", NEVER_IN, at)
            )

    def leave(self, call: PhoneCall, at: datetime, reason: str = HUNG_UP) -> None:
        """Take a call out of its conference, which ends when nobody is left or when this call was to end it."""
        conference = self._by_name[call.conference or ""]
        leaver = next(present for present in conference.participants if present.call is call)
        self._take_out(conference, leaver, reason, at)
        if leaver.how.ends_on_exit:
            self._end(conference, leaver, "participant-with-end-conference-on-exit-left", at)
        elif not conference.participants:
            self._end(conference, leaver, "last-participant-left", at)
        elif conference.started and leaver.how.beeps_on_exit:
            conference.beep()

    def _start(self, conference: Conference, at: datetime) -> None:
        conference.started = True
        everybody = conference.participants
        for present in everybody:
            if present.hold is not None:
                present.hold.stop()
        if everybody[-1].how.beeps_on_enter:
            conference.beep(spared=everybody[-1])
        for place, present in enumerate(everybody):
            _connect(present, everybody[:place])
        self._events.tell(conference, "conference-start", at)

    @staticmethod
    def _introduce(conference: Conference, newcomer: Participant) -> None:
        if newcomer.how.beeps_on_enter:
            conference.beep(spared=newcomer)
        _connect(newcomer, [present for present in conference.participants if present is not newcomer])

    def _sent_on(self, leaver: Participant, status: str, reason: str, at: datetime) -> None:
        """Take a call out of its conference, and let its document go on."""
        self.leave(leaver.call, at, reason)
        self._documents.go_on(leaver.call, DialOutcome(status), at)

    def _take_out(self, conference: Conference, leaver: Participant, reason: str, at: datetime) -> None:
        conference.participants.remove(leaver)
        if leaver.hold is not None:
            leaver.hold.stop()
        if leaver.limit is not None:
            leaver.limit.call_off()
        leaver.call.conference = None
        self._events.tell_of(conference, leaver, "participant-leave", at, reason)

    def _end(self, conference: Conference, last: Participant, reason: str, at: datetime) -> None:
        del self._by_name[conference.name]
        others = list(conference.participants)
        for other in others:
            self._take_out(conference, other, ENDED, at)
        details = {"CallSidEndingConference": last.call.sid, "ReasonConferenceEnded": reason}
        if last.how.label is not None:
            details["ParticipantLabelEndingConference"] = last.how.label
        self._events.tell(conference, "conference-end", at, details)
        for other in others:
            self._documents.go_on(other.call, DialOutcome("answered"), at)


def _status_callback(how: JoinConference) -> StatusCallback | None:
    if how.status_callback is None:
        return None
    return StatusCallback(how.status_callback, how.status_callback_method, how.status_callback_events)


def _connect(newcomer: Participant, others: list[Participant]) -> None:
    for other in others:
        other.call.heard.append(f"connected to {newcomer.call.phone.number}")
        newcomer.call.heard.append(f"connected to {other.call.phone.number}")
