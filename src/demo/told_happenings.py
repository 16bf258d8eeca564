"""What happens on the simulated phones, one thing at a time, for the demo's terminal."""

from collections.abc import Iterator, Mapping
from itertools import islice

from demo.hearing import as_heard
from dispatch.store.callout import records, timeline
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.callout.timeline import TimelineEntry
from dispatch.store.engine.database import Database
from dispatch.store.transaction import Transaction
from dispatch.terminal.happenings import SHOWN_OTHERWISE, Happening, HappeningKind, in_order
from twilio_simulator import Message, PhoneCall, SimulatedCarrier

_ENDED = {
    "no-answer": "nobody answers",
    "busy": "busy, or declined",
    "failed": "cannot be reached",
    "canceled": "called off",
}
_LANDED = frozenset({"delivered", "undelivered", "failed"})


class HappeningsWatch:
    """Tells what has happened at a carrier since the last `look`. `names` are by phone number."""

    def __init__(self, carrier: SimulatedCarrier, names: Mapping[str, str]) -> None:
        self._carrier, self._names = carrier, names
        self._messages = self._calls = self._requests = self._errors = 0
        self._under_way: list[Message] = []
        self._going_on: dict[str, _Heard] = {}

    def look(self) -> list[Happening]:
        """Everything new, oldest first."""
        return in_order([*self._texts(), *self._voice(), *self._refusals(), *self._troubles()])

    def _name(self, number: str) -> str:
        return self._names.get(number, number)

    def _texts(self) -> Iterator[Happening]:
        for message in islice(self._carrier.messages, self._messages, None):
            self._messages += 1
            if message.direction == "inbound":
                yield Happening(message.date_created, HappeningKind.TEXT_IN, self._name(message.from_), message.body)
            else:
                yield Happening(message.date_created, HappeningKind.TEXT_OUT, self._name(message.to), message.body)
                self._under_way.append(message)
        for message in self._under_way:
            if message.status in ("undelivered", "failed"):
                why = f"{message.status} ({message.error_code})"
                yield Happening(message.date_updated, HappeningKind.TEXT_LOST, self._name(message.to), why)
        self._under_way = [message for message in self._under_way if message.status not in _LANDED]

    def _voice(self) -> Iterator[Happening]:
        for call in islice(self._carrier.exchange, self._calls, None):
            self._calls += 1
            self._going_on[call.sid] = _Heard(call)
        now = self._carrier.now()
        for heard in list(self._going_on.values()):
            who = self._name(heard.call.phone.number)
            for kind, text in heard.news():
                told = as_heard(text, self._name) if kind is HappeningKind.SAID else text
                if told is not None:
                    yield Happening(now, kind, who, told)
            if heard.call.ended:
                del self._going_on[heard.call.sid]

    def _refusals(self) -> Iterator[Happening]:
        for request in islice(self._carrier.requests, self._requests, None):
            if request.status is None and request.sid is None:
                return  # not answered yet: look again next time
            self._requests += 1
            if request.sid is None:
                kind = HappeningKind.TEXT_LOST if request.kind == "message" else HappeningKind.CALL_LOST
                yield Happening(request.at, kind, self._name(request.params.get("To", "?")), "refused by the carrier")

    def _troubles(self) -> Iterator[Happening]:
        for error in islice(self._carrier.errors, self._errors, None):
            self._errors += 1
            yield Happening(error.at, HappeningKind.TROUBLE, "carrier", f"{error.code}: {error.message}")


class _Heard:
    """A call, and how much of it has been told already."""

    def __init__(self, call: PhoneCall) -> None:
        self.call = call
        self._status = self._last = ""
        self._heard = self._keys = 0

    def news(self) -> Iterator[tuple[HappeningKind, str]]:
        call = self.call
        if call.status != self._status:
            before, self._status = self._status, call.status
            if not call.ended:
                yield from self._progress(call, before)
        for line in call.heard[self._heard :]:
            if line != self._last:  # a caller on hold hears the same every ten seconds
                yield HappeningKind.SAID, line
            self._last = line
        self._heard = len(call.heard)
        if len(call.digits) > self._keys:
            yield HappeningKind.KEYS, call.digits[self._keys :]
            self._keys = len(call.digits)
        if call.ended:
            yield from self._end(call)

    def _progress(self, call: PhoneCall, before: str) -> Iterator[tuple[HappeningKind, str]]:
        if call.direction == "inbound":
            if not before:
                yield HappeningKind.CALL_IN, f"dials {call.to}"
        elif call.status == "ringing":
            yield HappeningKind.CALL_OUT, "rings"
        elif call.status == "in-progress":
            yield HappeningKind.CALL_OUT, "voicemail answers" if call.by_machine else "answered"

    def _end(self, call: PhoneCall) -> Iterator[tuple[HappeningKind, str]]:
        if call.direction != "inbound" and call.status in _ENDED:
            yield HappeningKind.CALL_LOST, _ENDED[call.status]
        else:
            yield (
                HappeningKind.CALL_IN if call.direction == "inbound" else HappeningKind.CALL_OUT,
                f"over after {call.duration} s",
            )


_NEWEST = 20


class Notes:
    """Reads what the service has added to the timelines of its newest call-outs since the last `look`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._told: dict[str, int] = {}

    async def look(self) -> list[Happening]:
        """Every new note, oldest first."""
        found: list[Happening] = []
        for record, entries in await self._database.read(_timelines):
            found += [
                Happening(entry.at, HappeningKind.NOTE, record.code, entry.text)
                for entry in entries[self._told.get(record.id, 0) :]
                if entry.kind not in SHOWN_OTHERWISE
            ]
            self._told[record.id] = len(entries)
        return in_order(found)


def _timelines(tx: Transaction) -> list[tuple[CallOutRecord, list[TimelineEntry]]]:
    return [(record, timeline.entries(tx, record.id)) for record in records.newest(tx, most=_NEWEST)]
