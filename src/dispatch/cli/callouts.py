"""`dispatch callouts`, `show`, `verify` and `close`: what a coordinator does when there is nothing but a shell.

Whoever types is the operator of this machine; what they read and do is in the audit trail. What they decide they do as
a coordinator of the roster.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dispatch.cli.answers import Json, print_json
from dispatch.cli.complaints import Refused
from dispatch.cli.deployment import open_office, read_settings, run
from dispatch.cli.moments import moment_of
from dispatch.cli.operator import named, operator

if TYPE_CHECKING:
    from dispatch.actions.callout.detail import Detail
    from dispatch.actions.read_callout import Listed
    from dispatch.rules.deeds import CoordinatorDeed
    from dispatch.rules.facts.callout import Details
    from dispatch.rules.facts.roster import Roster
    from dispatch.settings import Settings
    from dispatch.store.callout_records import CallOutRecord, Wanted
    from dispatch.store.pages import SentPage
    from dispatch.store.timeline import TimelineEntry
    from dispatch.terminal.happenings import Happening

_Code = Annotated[str, typer.Argument(metavar="CODE", help="The call-out's code, such as K7Q, or its id.")]


def callouts(
    all_: Annotated[bool, typer.Option("--all", help="Those that are over as well.")] = False,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Everything received since then; without an offset it is local time."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, the newest first.")] = 50,
    as_json: Json = False,
) -> None:
    """Which call-outs are open, who has them, and since when."""
    from dispatch.actions.coordinator_view import coordinator_view
    from dispatch.store.callout_records import Wanted

    begins = moment_of("--since", since) if since is not None else None
    wanted = Wanted(only_open=not all_ and since is None, since=begins, most=limit)
    listed = run(_list(read_settings(), wanted))
    if as_json:
        print_json(listed.shown(coordinator_view))
        return
    lines = [_columns(record, listed.roster) for record in listed.found]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        typer.echo("  ".join(f"{text:<{width}}" for text, width in zip(line, widths, strict=True)).rstrip())
    if not lines:
        typer.echo("No call-out is open." if wanted.only_open else "There is no call-out.")
    if listed.following:
        typer.echo(f"There are more: --limit {2 * limit} shows them.")


async def _list(settings: "Settings", wanted: "Wanted") -> "Listed":
    from dispatch.actions.read_callout import list_for_coordinator
    from dispatch.rules.facts.actors import Source

    async with open_office(settings) as office:
        return await office.act(list_for_coordinator, wanted, operator(), Source.CLI)


def _columns(record: "CallOutRecord", roster: "Roster") -> tuple[str, ...]:
    """One call-out: its code, status, where it came from, when, and who has it."""
    from dispatch.rules.wording.times import local_day_and_time

    unit = record.details.unit
    whence = f"{record.agency}, {unit}" if unit else record.agency
    received = local_day_and_time(record.received_at)
    return record.code, record.status.value, whence, received, "; ".join(_how_it_stands(record, roster))


def _how_it_stands(record: "CallOutRecord", roster: "Roster") -> Iterator[str]:
    from dispatch.rules.wording.callers import doubt
    from dispatch.rules.wording.times import local_time

    specialist = roster.person(record.specialist) if record.specialist else None
    if specialist is not None:
        eta = f", ETA {local_time(record.eta_at)}" if record.eta_at else ""
        yield f"{specialist.first_name} has it{eta}"
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


# ---- one call-out --------------------------------------------------------------------------------------------------


def show(code: _Code, as_json: Json = False) -> None:
    """One call-out: whom to ring, who was paged and how it went, and its timeline."""
    from dispatch.actions.coordinator_view import whole_view
    from dispatch.rules.wording.times import utc_iso
    from dispatch.terminal.lines import tell

    detail, told = run(_story(read_settings(), code))
    if as_json:
        timeline = [
            {"at": utc_iso(one.at), "kind": one.kind, "text": one.text, "person": one.person, "source": one.source}
            for one in told
        ]
        print_json({**whole_view(detail), "timeline": timeline})
        return
    for line in _introduction(detail):
        typer.echo(line)
    typer.echo()
    for happening in _happenings(detail, told):
        tell(happening)


async def _story(settings: "Settings", code: str) -> "tuple[Detail, list[TimelineEntry]]":
    from dispatch.actions.change_callout import NoSuchCallOut
    from dispatch.actions.read_callout import tell_story
    from dispatch.rules.facts.actors import Source

    async with open_office(settings) as office:
        try:
            return await office.act(tell_story, code, operator(), Source.CLI)
        except NoSuchCallOut as error:
            raise Refused(f"there never was a call-out {code}: see `dispatch callouts --all`") from error


def _introduction(detail: "Detail") -> Iterator[str]:
    from dispatch.rules.wording.how_it_went import how_it_went
    from dispatch.rules.wording.times import local_time

    code, status, whence, received, stands = _columns(detail.record, detail.roster)
    promised = local_time(detail.record.respond_by)
    yield f"{code}  {status}  {whence}, received {received}, answer promised by {promised}"
    if stands:
        yield f"  {stands}"
    said = detail.record.details
    known = (said.officer_name, said.officer_badge and f"badge {said.officer_badge}", said.officer_phone)
    yield f"  officer  {', '.join(filter(None, known)) or 'gave no number'}"
    yield from _place(said)
    for name, page in detail.asked:
        went = how_it_went(page.channel, page.state, page.due_at, page.failure)
        yield f"  paged    {name}, {page.to}: {'text' if page.channel == 'sms' else 'call'} {went}"


def _place(said: "Details") -> Iterator[str]:
    from dispatch.rules.wording.callers import SAID_BY_THE_CALLER

    point = f"{said.place_lat}, {said.place_lon}" if said.place_lat is not None and said.place_lon is not None else None
    known = [part for part in (said.place_address or point, said.place_note) if part]
    if known:
        yield f"  place    {', '.join(known)}{f' ({SAID_BY_THE_CALLER})' if said.place_unconfirmed else ''}"


def _happenings(detail: "Detail", told: "list[TimelineEntry]") -> "list[Happening]":
    """The timeline and the messages, as the demo tells of them."""
    from dispatch.terminal.happenings import SHOWN_OTHERWISE, Happening, Kind, in_order

    notes = [
        Happening(one.at, Kind.NOTE, detail.record.code, one.text) for one in told if one.kind not in SHOWN_OTHERWISE
    ]
    sent = [happening for _, page in detail.pages for happening in _went_out(page, detail.roster)]
    return in_order([*notes, *sent])


def _went_out(page: "SentPage", roster: "Roster") -> "Iterator[Happening]":
    """That a message went out, and that it reached nobody."""
    from dispatch.rules.facts.people import Channel
    from dispatch.rules.post import recipient_in_short
    from dispatch.terminal.happenings import Happening, Kind

    if page.channel is Channel.WEBHOOK:
        return
    is_text, who = page.channel is Channel.SMS, recipient_in_short(roster, page.person, page.purpose, page.to)
    if page.tried_at is not None:
        words = page.text if is_text else "rings"
        yield Happening(page.tried_at, Kind.TEXT_OUT if is_text else Kind.CALL_OUT, who, words)
    if page.failure is not None and page.ended_at is not None:
        yield Happening(page.ended_at, Kind.TEXT_LOST if is_text else Kind.CALL_LOST, who, page.failure)


# ---- who called ----------------------------------------------------------------------------------------------------


def verify(
    code: _Code,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="The coordinator who rang the agency.")],
    as_json: Json = False,
) -> None:
    """Say that you have rung the agency's listed number, and that they have called. Confirms the place as well."""
    from dispatch.rules.deeds import VerifyCaller

    view = run(_do(read_settings(), code, VerifyCaller(), name))
    if as_json:
        print_json(view)
    else:
        typer.echo(f"The caller of {view['code']} is verified.")


async def _do(settings: "Settings", code: str, deed: "CoordinatorDeed", name: str) -> dict[str, Any]:
    """As a coordinator does it who has not looked at the call-out first."""
    from dispatch.actions import coordinate
    from dispatch.rules.facts.actors import Source

    async with open_office(settings) as office:
        return await office.act(coordinate.do_unseen, code, [deed], await named(office, name), Source.CLI)


# ---- ending one ----------------------------------------------------------------------------------------------------


def close(
    code: _Code,
    name: Annotated[str, typer.Option("--as", metavar="NAME", help="The coordinator who closes it.")],
    as_json: Json = False,
) -> None:
    """Close a call-out, whatever its status: everybody on it is told to stand down, and the officer if nobody came."""
    from dispatch.rules.deeds import CloseIt

    view = run(_do(read_settings(), code, CloseIt(), name))
    if as_json:
        print_json(view)
    else:
        typer.echo(f"{view['code']} is closed. Whoever was on it is told to stand down.")
