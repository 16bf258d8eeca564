"""An edit of the roster in a view: shown, its gaps ticked, made as it was shown.

The law: no view makes an edit of the roster in another way. A view says which edit its form means (`Wanted`), and
`show_or_make` either shows it, or makes it when the form brings back what was shown of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fastapi.responses import Response
from starlette.datastructures import FormData

from dispatch.actions.schedule.change_roster import (
    ChangedRoster,
    Making,
    PlannedChange,
    Planning,
    RosterOrder,
    change_roster,
    make_planned,
)
from dispatch.inbound.http.viewer import Viewer
from dispatch.inbound.web.visit import ViewerVisit, Visit
from dispatch.roster_file import new_mistakes
from dispatch.rules.access.permissions import beyond
from dispatch.rules.facts.actors import Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.storable import storable
from dispatch.rules.schedule.edits import EditRefused
from dispatch.rules.schedule.in_words import lines
from dispatch.rules.schedule.undo import Touched
from dispatch.rules.wording.languages import in_language
from dispatch.rules.wording.names import first_up

_VERSION, _DIGEST, _GAP = "roster-version", "roster-digest", "roster-gap"
"""What the form of a preview brings back beside the fields of the edit."""
_OURS = frozenset({_VERSION, _DIGEST, _GAP})


class FormErrors(ValueError):
    """the roster's file would not take what this edit makes; `lines` are its messages, each with its path"""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = tuple(lines)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An edit that somebody wants to make in a view. `does` says what it is, such as "Ana leaves", and `press` is on
    the button; `action` takes the form, and `back` is the way out, with `stays` what stays then."""

    planning: Planning
    does: str
    press: str
    action: str
    back: str
    stays: str = "nothing is changed"
    also: tuple[str, ...] = field(default=())
    """What happens beside the change of the roster, in sentences."""
    making: Making = change_roster
    """What makes it, and whatever belongs to it, in one transaction."""
    lists: bool = False
    """Whether the preview names all that changes in the roster, for a form that does not say it itself."""


async def show_or_make(visit: ViewerVisit, form: FormData, wanted: Wanted) -> ChangedRoster | Response:
    """The roster as it is changed, or the view of what would change.

    Raises `FormErrors`, and `EditRefused`.
    """
    planned = await visit.ask(wanted.planning)
    if wrong := new_mistakes(planned.foreseen.before, planned.foreseen.after):
        raise FormErrors(wrong)
    _refuse_beyond(planned.foreseen.touched, visit.viewer)
    preview = planned.preview
    digest, version = form.get(_DIGEST), form.get(_VERSION)
    if not digest or not isinstance(version, str) or not version.isdecimal():
        return _shown(visit, planned, form, wanted)
    if (version, digest) != (str(preview.version), preview.digest):  # as words: a form may bring back any number
        return _shown(visit, planned, form, wanted, status=409, changed=True)
    ticked = {one for one in form.getlist(_GAP) if isinstance(one, str)}
    if ticked != preview.ticks:
        return _shown(visit, planned, form, wanted, status=422, ticked=ticked)
    order = RosterOrder(planned, visit.actor, Source.WEB, ticked)
    made = await make_planned(visit.runner, wanted.planning, order, wanted.making)
    if isinstance(made, ChangedRoster):
        return made
    return _shown(visit, made, form, wanted, status=409, changed=True)


def _refuse_beyond(touched: Iterable[Touched], viewer: Viewer) -> None:
    """Whatever the form is, an undo too: who may give a role is asked of what would be changed."""
    for one in touched:
        before, after = (thing if isinstance(thing, Person) else None for thing in (one.before, one.after))
        if refused := beyond(before, after, viewer.roles):
            raise EditRefused(refused)


def _shown(
    visit: Visit,
    planned: PlannedChange,
    form: FormData,
    wanted: Wanted,
    *,
    status: int = 200,
    changed: bool = False,
    ticked: set[str] | None = None,
) -> Response:
    preview = planned.preview
    listed = [line for one in planned.foreseen.touched for line in lines(one, by_file=False)] if wanted.lists else []
    return visit.view(
        "roster_change.html",
        status=status,
        wanted=wanted,
        also=(*wanted.also, *map(first_up, listed)),
        preview=preview,
        texts=[(one.person, in_language(one.words, one.person.texts_in)) for one in preview.told],
        kept=list(_kept(form)),
        changed=changed,
        ticked=ticked or set(),
        unticked=ticked is not None,
    )


def _kept(form: FormData) -> Iterator[tuple[str, str]]:
    """The fields that say the edit, so that it is read again from what was typed."""
    for name, value in form.multi_items():
        if name not in _OURS and isinstance(value, str):
            yield name, storable(value)
