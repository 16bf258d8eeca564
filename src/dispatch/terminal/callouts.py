"""A call-out on a terminal: one line of a list, and all of it."""

from collections.abc import Iterator, Sequence

from dispatch.actions.callout.detail import Detail
from dispatch.rules.commands.post import recipient_in_short
from dispatch.rules.delivery.how_it_went import how_it_went
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.names import SAID_BY_THE_CALLER, doubt
from dispatch.rules.wording.times import local_day_and_time, local_time
from dispatch.store.callout.records import CallOutRecord
from dispatch.store.callout.timeline import TimelineEntry
from dispatch.terminal.happenings import SHOWN_OTHERWISE, Happening, HappeningKind, in_order


def columns(record: CallOutRecord, roster: Roster) -> tuple[str, ...]:
    """One call-out: its code, status, where it came from, when, and who has it."""
    unit = record.details.unit
    whence = f"{record.agency}, {unit}" if unit else record.agency
    received = local_day_and_time(record.received_at)
    return record.code, record.status.value, whence, received, "; ".join(_how_it_stands(record, roster))


def _how_it_stands(record: CallOutRecord, roster: Roster) -> Iterator[str]:
    specialist = roster.person(record.specialist) if record.specialist else None
    if specialist is not None:
        yield f"{specialist.first_name} has it" + (f", ETA {local_time(record.eta_at)}" if record.eta_at else "")
    elif record.ended_at is None:
        yield "nobody has it"
    if record.arrived_at is not None:
        yield f"on scene {local_time(record.arrived_at)}"
    if record.missed:
        yield "target missed"
    if record.ended_at is None and (said := doubt(record.trust)):
        yield said
    if record.ended_at is not None:
        yield f"over {local_time(record.ended_at)}"
    elif record.probable_duplicate_of is not None:
        yield f"probably the same as {record.probable_duplicate_of}"


def introduction(detail: Detail) -> Iterator[str]:
    """How it stands, whom to ring, where to go, and who was paged."""
    code, status, whence, received, stands = columns(detail.record, detail.roster)
    promised = local_time(detail.record.respond_by)
    yield f"{code}  {status}  {whence}, received {received}, answer promised by {promised}"
    if stands:
        yield f"  {stands}"
    said = detail.record.details
    known = (said.officer_name, said.officer_badge and f"badge {said.officer_badge}", said.officer_phone)
    yield f"  officer  {', '.join(filter(None, known)) or 'gave no number'}"
    yield from _place(said)
    for name, page in detail.asked:
        what = "text" if page.channel is Channel.SMS else "call"
        went = how_it_went(page.channel, page.state, page.due_at, page.failure, refused=page.was_refused)
        yield f"  paged    {name}, {page.to}: {what} {went}"


def _place(said: Details) -> Iterator[str]:
    point = f"{said.place_lat}, {said.place_lon}" if said.place_lat is not None and said.place_lon is not None else None
    known = [part for part in (said.place_address or point, said.place_note) if part]
    if known:
        yield f"  place    {', '.join(known)}{f' ({SAID_BY_THE_CALLER})' if said.place_unconfirmed else ''}"


def happenings(detail: Detail, timeline: Sequence[TimelineEntry]) -> list[Happening]:
    """The timeline and the messages, as the demo tells of them."""
    code = detail.record.code
    notes = [
        Happening(one.at, HappeningKind.NOTE, code, one.text) for one in timeline if one.kind not in SHOWN_OTHERWISE
    ]
    sent = [happening for _, page in detail.pages for happening in _went_out(page, detail.roster)]
    return in_order([*notes, *sent])


def _went_out(page: Page, roster: Roster) -> Iterator[Happening]:
    """That a message went out, and that it reached nobody."""
    if page.channel is Channel.WEBHOOK:
        return
    is_text, who = page.channel is Channel.SMS, recipient_in_short(roster, page.person, page.purpose, page.to)
    if page.tried_at is not None:
        words = page.text if is_text else "rings"
        yield Happening(page.tried_at, HappeningKind.TEXT_OUT if is_text else HappeningKind.CALL_OUT, who, words)
    if page.failure is not None and page.ended_at is not None:
        yield Happening(
            page.ended_at, HappeningKind.TEXT_LOST if is_text else HappeningKind.CALL_LOST, who, page.failure
        )
