"""What a caller hears while a conference has not started: the carrier's music, silence, or a waitUrl."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from twilio_simulator.agenda import Agenda, Entry
from twilio_simulator.calls import PhoneCall
from twilio_simulator.documents import Document, TwimlError
from twilio_simulator.fetching import FETCHES_IN_A_ROW, Failure, Fetcher
from twilio_simulator.steps import Fetch, JoinConference, Program, Wait
from twilio_simulator.twiml import Interpreter
from twilio_simulator.violations import violations_in

MUSIC = "(hold music)"


class Complain(Protocol):
    """Reports something in a document that does not stop its call."""

    def __call__(self, call: PhoneCall, code: int, message: str, at: datetime, url: str | None = None) -> None: ...


@dataclass(eq=False)
class Hold:
    """One caller's waiting. It falls silent when its document ends, and stops when the caller is needed elsewhere."""

    call: PhoneCall
    program: Program | None = None
    timer: Entry | None = None
    fetches_in_a_row: int = 0
    stopped: bool = False

    def stop(self) -> None:
        """Play nothing more. Harmless when it has stopped."""
        self.stopped = True
        if self.timer is not None:
            self.timer.call_off()
        if self.program is not None:
            self.program.close()
            self.program = None


class WaitingRoom:
    """Starts and runs what callers hear while they wait. A document of a waitUrl is fetched like any other."""

    def __init__(self, agenda: Agenda, fetcher: Fetcher, complain: Complain, changed: Callable[[], None]) -> None:
        self._agenda = agenda
        self._fetcher = fetcher
        self._complain = complain
        self._changed = changed

    def begin(
        self, call: PhoneCall, how: JoinConference, at: datetime, unreachable: Callable[[datetime], None]
    ) -> Hold:
        """Let `call` wait as `how` says. `unreachable` is called when its waitUrl gives no document."""
        hold = Hold(call)
        if how.wait_url is None:
            call.heard.append(MUSIC)
        elif how.wait_url:
            self._ask(hold, Fetch(how.wait_url, how.wait_method, {}), at, unreachable)
        return hold

    def _ask(self, hold: Hold, fetch: Fetch, at: datetime, unreachable: Callable[[datetime], None] | None) -> None:
        def then(came: Document | Failure, at: datetime) -> None:
            if hold.stopped:
                return
            if isinstance(came, Document):
                self._play(hold, came, at)
                return
            self._complain(hold.call, came.code, came.message, at, came.url)
            if unreachable is not None:
                unreachable(at)

        hold.fetches_in_a_row += 1
        try:
            if hold.fetches_in_a_row > FETCHES_IN_A_ROW:
                raise TwimlError(11215, "the documents of a waitUrl lead to each other without end")
            self._fetcher.ask(hold.call, fetch, at, then)
        except TwimlError as error:
            self._complain(hold.call, error.code, str(error), at, fetch.url)
            if unreachable is not None:
                unreachable(at)

    def _play(self, hold: Hold, document: Document, at: datetime) -> None:
        for violation in violations_in(document.root):
            self._complain(hold.call, 12200, violation, at, document.url)
        if hold.program is not None:
            self._go_on(hold, document, at)
            return
        interpreter = Interpreter(
            hold.call.heard.append,
            lambda code, message: self._complain(hold.call, code, message, at, document.url),
        )
        hold.program = interpreter.hold(document)
        self._go_on(hold, None, at)

    def _go_on(self, hold: Hold, came: Any, at: datetime) -> None:
        if hold.program is None:
            return
        try:
            step = hold.program.send(came)
        except StopIteration:
            hold.program = None
            return
        finally:
            self._changed()
        match step:
            case Wait(seconds):
                hold.fetches_in_a_row = 0
                due = at + timedelta(seconds=seconds)
                hold.timer = self._agenda.put(due, hold.call.sid, lambda at: self._go_on(hold, None, at))
            case Fetch():
                # Whoever waits goes on waiting, in silence, when a later document cannot be had.
                self._ask(hold, step, at, None)
