"""`/audit`: who looked at what, and who did what. Filters stand in the address; looking here is audited as well."""

from collections.abc import AsyncIterator, Iterable
from datetime import date
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Query
from fastapi.responses import Response, StreamingResponse
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field

from dispatch.actions.access import read_audit
from dispatch.actions.access.read_audit import AuditShown
from dispatch.actions.runner import Runner
from dispatch.inbound.http.accepted_texts import Storable
from dispatch.inbound.web.access import audit_words
from dispatch.inbound.web.callout.callout_live import CALLOUTS_VIEW as CALLOUTS
from dispatch.inbound.web.nav import NavItem
from dispatch.inbound.web.reports import csv_files
from dispatch.inbound.web.views import View
from dispatch.inbound.web.visit import ViewerVisit, permits, view_router
from dispatch.rules.access.permissions import Permission
from dispatch.rules.facts.actors import AuditEvent, Source
from dispatch.rules.facts.roster import Roster
from dispatch.rules.reports.periods import asked_days
from dispatch.rules.roster.local_clock import local_day
from dispatch.rules.wording import times
from dispatch.rules.wording.names import first_up
from dispatch.store.access.audit_trail import AuditFilter, AuditLine

NAV_ITEM = NavItem("Audit", "/audit", Permission.READ_AUDIT)
_FILE = NAV_ITEM.path + ".csv"
_A_PIECE = 1_000  # lines of a file that are read at once

Looking = Annotated[ViewerVisit, permits(Permission.READ_AUDIT)]

# A form sends what is not filled in as an empty text.
_Day = Annotated[date | None, BeforeValidator(lambda value: value or None)]
_Word = Annotated[Storable, Field(max_length=120), AfterValidator(str.strip)]

router = view_router()


class AuditFilters(BaseModel):
    """What an address asks for. `did` is an event or a kind of events, by its key; `callout` a code or an id."""

    who: _Word = ""
    did: _Word = ""
    callout: _Word = ""
    how: _Word = ""
    first: _Day = Field(None, alias="from")
    last: _Day = Field(None, alias="to")

    def wanted(self) -> AuditFilter:
        since, until = asked_days(self.first, self.last)
        did = _EVENTS.get(self.did, (self.did,) if self.did else ())
        return AuditFilter(who=self.who or None, did=did, source=self.how or None, since=since, until=until)

    def address(self, path: str, **more: object) -> str:
        given = self.model_dump(mode="json", by_alias=True) | more
        kept = {name: value for name, value in given.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path

    def words(self, shown: AuditShown) -> str:
        """Such as "Cora Lane; looked at the call-out; K7Q; from 1 Nov 2026". It stands in the audit, so it repeats
        nothing that is not there already: a name that somebody types may be a child's."""
        parts = []
        if self.who:
            known = self.who in shown.doers
            parts.append(audit_words.name(self.who, shown.roster) if known else "somebody who is not in it")
        if self.did:
            parts.append(_NAMED.get(self.did, "an event that there is not"))
        if self.callout:
            parts.append(_called(shown, self.callout) if shown.callouts else "a call-out that there is not")
        if self.how:
            known = self.how in set(Source)
            parts.append(f"through {audit_words.how(self.how)}" if known else "through nothing that we know")
        parts += [
            f"{word} {_day(day)}" for word, day in (("from", self.first), ("until", self.last)) if day is not None
        ]
        return "; ".join(parts) or "everything"


Asked = Annotated[AuditFilters, Query()]


@router.get(NAV_ITEM.path)
async def show_audit(
    visit: Looking, asked: Asked, before: Annotated[int | None, Query(ge=1, lt=1 << 63)] = None
) -> View:
    """A hundred lines, the newest first."""
    shown = await visit.runner.report(read_audit.read_view, asked.wanted(), asked.callout or None, before)
    words = asked.words(shown)
    told = f"{words}; further back" if before is not None else words
    await visit.act(read_audit.note_looked, visit.actor, told, took=False)
    return visit.view(
        "audit.html",
        asked=asked,
        words=first_up(words),
        filtered=asked != AuditFilters(),
        days=_by_day(shown),
        roster=shown.roster,
        said=audit_words,
        callouts=CALLOUTS if visit.may(Permission.SEE_CALLOUT) else "",
        is_further_back=before is not None,
        why_nothing=_why_nothing(asked, shown),
        people=_people(shown, asked.who),
        events=_OFFERED,
        sources=[("", "Any way"), *((one.value, first_up(said)) for one, said in audit_words.SOURCES.items())],
        newest=asked.address(NAV_ITEM.path),
        older=asked.address(NAV_ITEM.path, before=shown.following) if shown.following else "",
        file=asked.address(_FILE),
    )


@router.get(_FILE)
async def take_audit(visit: Looking, asked: Asked) -> Response:
    """Every line that the view would show, further back too."""
    shown = await visit.runner.report(read_audit.read_view, asked.wanted(), asked.callout or None, None)
    await visit.act(read_audit.note_looked, visit.actor, asked.words(shown), took=True)
    headers = csv_files.headers("audit")
    return StreamingResponse(_file(visit.runner, asked, shown), media_type=csv_files.TYPE, headers=headers)


# ---- the view ------------------------------------------------------------------------------------------------------


def _by_day(shown: AuditShown) -> list[tuple[str, list[AuditLine]]]:
    days = groupby(shown.lines, lambda line: local_day(line.at))
    return [(f"{day:%A} {_day(day)}", list(found)) for day, found in days]


def _people(shown: AuditShown, asked: str) -> list[tuple[str, str]]:
    """Everybody who is in it, by name; also whoever was asked for and is not in it."""
    named = [(one, audit_words.name(one, shown.roster)) for one in {*shown.doers, *([asked] if asked else [])}]
    return [("", "Everybody"), *sorted(named, key=lambda one: one[1].casefold())]


def _why_nothing(asked: AuditFilters, shown: AuditShown) -> str:
    if asked.callout and not shown.callouts:
        return "No call-out has ever had this code."
    if asked.first and asked.last and asked.first > asked.last:
        return "The first day is after the last one."
    return "Nobody has done anything like that."


def _called(shown: AuditShown, callout: str) -> str:
    """By its code, as people know it; it was asked for by that, or by its id."""
    return f"call-out {next((line.code for line in shown.lines if line.code), callout.upper())}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


_EVENTS: dict[str, tuple[str, ...]] = {}
_NAMED: dict[str, str] = {}
_OFFERED: list[tuple[str, list[tuple[str, str]]]] = []
"""Each kind with its events, to choose from; the first is the whole kind."""


def _key(words: str) -> str:
    return words.lower().replace("_", "-").replace(" ", "-")


def _offer(kind: str, events: Iterable[AuditEvent]) -> None:
    offered = [(_key(kind), f"{kind}, all of it", tuple(events))]
    offered += [(_key(one.name), first_up(audit_words.did(one)), (one,)) for one in events]
    for key, words, found in offered:
        _EVENTS[key], _NAMED[key] = found, words
    _OFFERED.append((kind, [(key, words) for key, words, _ in offered]))


for _kind, _events in audit_words.KINDS.items():
    _offer(_kind, _events)


# ---- the file ------------------------------------------------------------------------------------------------------

_COLUMNS = ("line", "when", "who", "as", "id", "did", "detail", "call-out", "call-out id", "through")


async def _file(runner: Runner, asked: AuditFilters, shown: AuditShown) -> AsyncIterator[str]:
    """Piece by piece, each read on its own: a long file holds up no report, and takes no memory."""
    yield csv_files.written([_COLUMNS])
    piece, wanted = shown.lines, asked.wanted()
    while piece:
        yield csv_files.written(_cells(line, shown.roster) for line in piece)
        piece = await runner.report(read_audit.read_on, wanted, asked.callout or None, piece[-1].rank, _A_PIECE)


def _cells(line: AuditLine, roster: Roster) -> tuple[str, ...]:
    return (
        str(line.id),
        times.local_iso(line.at),
        audit_words.who(line, roster),
        line.kind or "",
        line.who or "",
        audit_words.did(line.did),
        line.detail or "",
        line.code or "",
        line.callout or "",
        audit_words.how(line.source),
    )
