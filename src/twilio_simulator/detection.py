"""Answering machine detection: whether a person or a machine took a call, and how long it takes to tell."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from twilio_simulator.agenda import Agenda
from twilio_simulator.callbacks import Callbacks, Webhook
from twilio_simulator.calls import MachineDetection, PhoneCall
from twilio_simulator.scripts import Scripts

DETECTS_PERSON = timedelta(seconds=2)
DETECTS_MACHINE = timedelta(seconds=4)
MACHINE_GREETING = timedelta(seconds=10)


class Detector:
    """Starts the script of an answered call: once the verdict is there, or at once when that comes separately."""

    def __init__(
        self,
        account_sid: str,
        *,
        agenda: Agenda,
        callbacks: Callbacks,
        scripts: Scripts,
        changed: Callable[[], None],
    ) -> None:
        self._account_sid = account_sid
        self._agenda = agenda
        self._callbacks = callbacks
        self._scripts = scripts
        self._changed = changed

    def begin(self, call: PhoneCall, detection: MachineDetection, at: datetime) -> None:
        """Find out who took the call, and start its script."""
        verdict, takes = _verdict(call.by_machine, detection)
        if detection.asynchronous:
            # An entry of its own, so that the end of the call's program does not call it off.
            self._agenda.put(
                at + takes, call.sid, lambda at: self._detected_meanwhile(call, detection, verdict, takes, at)
            )
            self._scripts.begin(call, at)
        else:
            call.later(self._agenda, at + takes, lambda at: self._detected(call, verdict, at))

    def _detected(self, call: PhoneCall, verdict: str, at: datetime) -> None:
        call.answered_by = verdict
        self._scripts.begin(call, at)

    def _detected_meanwhile(
        self, call: PhoneCall, detection: MachineDetection, verdict: str, took: timedelta, at: datetime
    ) -> None:
        if call.ended:
            return
        call.answered_by = verdict
        self._changed()
        if detection.callback is not None:
            params = {
                "AccountSid": self._account_sid,
                "AnsweredBy": verdict,
                "CallSid": call.sid,
                "MachineDetectionDuration": str(round(took.total_seconds() * 1000)),
            }
            webhook = Webhook(detection.callback, params, call.sid, "call", detection.callback_method)
            self._callbacks.inform(webhook, at)


def _verdict(by_machine: bool, detection: MachineDetection) -> tuple[str, timedelta]:
    if not by_machine:
        return "human", DETECTS_PERSON
    if detection.waits_for_end:
        return "machine_end_beep", MACHINE_GREETING
    return "machine_start", DETECTS_MACHINE
