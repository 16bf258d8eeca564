"""One call-out, who is on it, what its caller said, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import assert_never

from dispatch.rules.facts.actors import Trust
from dispatch.rules.facts.moments import require_aware
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.roster import Policy


class Status(StrEnum):
    PAGING = "paging"
    ACKNOWLEDGED = "acknowledged"
    EN_ROUTE = "en_route"
    ON_SCENE = "on_scene"
    CLEARED = "cleared"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether something about the call-out may still change."""
        return self not in {Status.CLOSED, Status.CANCELLED}

    @property
    def is_waited_for(self) -> bool:
        """Whether nobody has come yet, and somebody may."""
        return self in {Status.PAGING, Status.ACKNOWLEDGED, Status.EN_ROUTE}

    @property
    def is_called_off(self) -> bool:
        """Nobody comes any more, and the officer has been told so."""
        return self is Status.CANCELLED

    @property
    def is_paging(self) -> bool:
        """Whether people are being asked to take it: nobody has it."""
        return self is Status.PAGING


class AssignmentRole(StrEnum):
    PRIMARY = "primary"
    OFFERED = "offered"  # answered late; may come as a partner
    PARTNER = "partner"

    @property
    def leads(self) -> bool:
        return self is AssignmentRole.PRIMARY

    @property
    def is_offer(self) -> bool:
        """Whether they could come, and nobody counts on it."""
        return self is AssignmentRole.OFFERED

    @property
    def in_words(self) -> str:
        """As coordinators read it behind a name, also once the call-out is over."""
        match self:
            case AssignmentRole.PRIMARY:
                return "has it"
            case AssignmentRole.OFFERED:
                return "offered to come along"
            case AssignmentRole.PARTNER:
                return "partner"
            case _:
                assert_never(self)


@dataclass(frozen=True, slots=True)
class Assignment:
    """One specialist on one call-out, with the stamps of FIELD's table of intervals."""

    person: str
    role: AssignmentRole
    acknowledged_at: datetime
    eta_at: datetime | None = None
    en_route_at: datetime | None = None
    arrived_at: datetime | None = None
    with_child_at: datetime | None = None
    cleared_at: datetime | None = None
    home_at: datetime | None = None

    @property
    def is_on_it(self) -> bool:
        """Whether they have the call-out or come as a partner. Whoever only offered to come may stay at home."""
        return not self.role.is_offer

    @property
    def is_out(self) -> bool:
        """Whether they are on it and have not said that they have left."""
        return self.is_on_it and self.cleared_at is None

    @property
    def has_set_out(self) -> bool:
        return self.en_route_at is not None or self.arrived_at is not None

    @property
    def drives(self) -> bool:
        """Whether they have set out, and are neither there yet nor off it."""
        return self.en_route_at is not None and self.arrived_at is None and self.cleared_at is None


@dataclass(frozen=True, slots=True)
class Decline:
    """A no to a call-out, said at `at`. `limited`: they go only if nobody else does, and need `minutes` to be there
    once they are asked again, if they said how many."""

    person: str
    at: datetime
    limited: bool = False
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class CallOut:
    """One request for a specialist, as a rule sees it. `step` counts the steps of its policy, then the rounds, from 1.

    `nearer` are the pages of the rule of a late yes: whom it asked to go along, and whom it told that they may turn
    back (`rules/nearer/`). `out` are the people who are out on other open call-outs. `same_as` is the code of the
    call-out that is probably about the same incident (`rules/callout/duplicates.py`). `trust` is what we know of its
    caller; `officer_phone` is empty where they withheld it. `sharing` counts the callers who said nothing and share its
    page: 0 for the call-out of one alone, None for any other. What has rows of its own has no default: nobody takes
    "not read" for "none".
    """

    id: str
    code: str
    agency: str
    status: Status
    received_at: datetime
    respond_by: datetime
    policy: Policy
    officer_phone: str
    step: int = 0
    first_paged_at: datetime | None = None
    acknowledged_at: datetime | None = None
    arrived_at: datetime | None = None
    missed: bool = False
    declined: frozenset[str] = field(kw_only=True)
    limited: tuple[Decline, ...] = field(kw_only=True)  # of those, whoever goes only if nobody else does
    passed_over: frozenset[str] = field(kw_only=True)  # had it, lost it by silence, and is not on it again
    assignments: tuple[Assignment, ...] = field(kw_only=True)
    pages: tuple[Page, ...] = field(kw_only=True)
    nearer: tuple[Page, ...] = field(kw_only=True)
    out: frozenset[str] = field(kw_only=True)
    same_as: str | None = field(kw_only=True)
    trust: Trust = Trust.VERIFIED
    takes_no_texts: bool | None = None  # the officer's number; None: not known
    place_unconfirmed: bool | None = None  # as in `Details`
    sharing: int | None = None

    def __post_init__(self) -> None:
        require_aware(self.received_at, self.respond_by)

    @property
    def is_open(self) -> bool:
        return self.status.is_open

    @property
    def is_shared(self) -> bool:
        """Whether it pages for many callers who said nothing."""
        return bool(self.sharing)

    @property
    def is_unverified(self) -> bool:
        """Whether nobody has verified yet that police called. The page then says so."""
        return self.trust.is_unverified

    @property
    def primary(self) -> Assignment | None:
        """Whoever has the call-out now."""
        return next((mine for mine in self.assignments if mine.role is AssignmentRole.PRIMARY), None)

    @property
    def is_awaited(self) -> bool:
        """Whether somebody has it, and nobody is there yet."""
        return self.primary is not None and self.arrived_at is None

    @property
    def comes_first(self) -> Assignment | None:
        """Whoever is at the scene, otherwise whoever will be there first by what they have said; mostly whoever has it.
        Somebody who has left only once nobody is awaited. None while nobody has it."""
        return first_to_come(self.assignments)

    @property
    def asked_along(self) -> tuple[str, ...]:
        """The ids of everybody whom the rule of a late yes has asked, in that order, whatever they answered."""
        return tuple(dict.fromkeys(page.person for page in self.nearer if page.purpose.asks_along and page.person))

    def is_asked_along(self, person_id: str) -> bool:
        """Whether they are asked to go along with whoever has it, and have not answered."""
        asked = any(page.person == person_id and page.purpose.asks_along and page.wants_answer for page in self.nearer)
        return asked and self.primary is not None and self.arrived_at is None and not self.is_on_it(person_id)

    def limited_of(self, person_id: str) -> Decline | None:
        """What they said, if they go only if nobody else does."""
        return next((one for one in self.limited if one.person == person_id), None)

    @property
    def refused(self) -> frozenset[str]:
        """The ids of those who have said no, and not that they go if nobody else does."""
        return self.declined - {one.person for one in self.limited}

    def is_asked_again(self, person_id: str) -> bool:
        """Whether somebody who declined is paged again. A no takes back the pages that wait, so one that waits now is
        newer. Of a plain no only that is known; whoever goes only if nobody else does may also answer what has left
        since."""
        said = self.limited_of(person_id)
        asked = [page for page in self.pages if page.person == person_id and page.purpose.pages and page.wants_answer]
        return any(page.will_ask or (said and page.tried_at and page.tried_at >= said.at) for page in asked)

    def was_told_to_turn_back(self, person_id: str) -> bool:
        """Whether they may have read that they may leave it to somebody nearer."""
        return any(page.went_out and not page.state.has_failed for page in self._turn_backs(person_id))

    def hears_of_turning_back(self, person_id: str) -> bool:
        """Whether they were told so, or the text is still to leave."""
        waits = any(page.state is PageState.WAITING for page in self._turn_backs(person_id))
        return waits or self.was_told_to_turn_back(person_id)

    def _turn_backs(self, person_id: str) -> list[Page]:
        return [page for page in self.nearer if page.person == person_id and page.purpose is Purpose.TURN_BACK]

    @property
    def turned_back(self) -> tuple[str, ...]:
        """The ids of those who had it, and left it to somebody nearer."""
        return tuple(person for person in sorted(self.passed_over) if self.was_told_to_turn_back(person))

    def assignment_of(self, person_id: str) -> Assignment | None:
        return next((mine for mine in self.assignments if mine.person == person_id), None)

    def is_on_it(self, person_id: str) -> bool:
        """Whether somebody has the call-out or comes as a partner."""
        mine = self.assignment_of(person_id)
        return mine is not None and mine.is_on_it


_LAST = datetime.max.replace(tzinfo=UTC)


def first_to_come(assignments: Iterable[Assignment]) -> Assignment | None:
    """Of everybody on a call-out, whoever is at the scene, or will be there first as they said; mostly whoever has it,
    who also comes first where nobody has said when. Once those who were there have left, whoever has it and is yet to
    come, otherwise whoever goes along and is. None where nobody has it."""
    going = [one for one in assignments if one.is_on_it]
    primary = next((one for one in going if one.role.leads), None)
    if primary is None:
        return None
    there = [one for one in going if one.arrived_at is not None and one.cleared_at is None]
    if there:
        return min(there, key=lambda one: one.arrived_at or _LAST)
    awaited = [one for one in going if one.arrived_at is None]
    if not awaited or (primary in awaited and awaited != going):
        return primary
    return min(awaited, key=lambda one: (one.eta_at or _LAST, not one.role.leads))


class Likeness(StrEnum):
    """Why two call-outs are probably about the same, in words for people."""

    PHONE = "same callback number"
    UNIT = "same agency and unit"
    PLACE = "same meeting place"


@dataclass(frozen=True, slots=True)
class Alike:
    """Another open call-out that came in shortly before and is like this one. `specialist` has it, if anybody does."""

    code: str
    likeness: Likeness
    specialist: str | None = None


@dataclass(frozen=True, slots=True)
class Details:
    """What a caller may say of a call-out, and no more: never a child's name, no narrative. Only the phone is needed.

    Coordinates are WGS 84 degrees; moments are aware. `place_unconfirmed`: an unverified caller named the meeting
    place, so no specialist is sent there before a coordinator has confirmed it.
    """

    officer_phone: str
    unit: str | None = None
    officer_name: str | None = None
    officer_badge: str | None = None
    place_address: str | None = None
    place_lat: float | None = None
    place_lon: float | None = None
    place_note: str | None = None
    place_unconfirmed: bool | None = None
    children: int | None = None
    age_band: str | None = None
    languages: tuple[str, ...] | None = None
    medical_need: bool | None = None
    scene_safe: bool | None = None
    reference: str | None = None
    officer_leaves_at: datetime | None = None
    recovered_at: datetime | None = None
    hotline_called_at: datetime | None = None

    @property
    def place(self) -> tuple[object, ...]:
        """What says where to go; if any of it changes, it is another meeting place. Empty while unconfirmed: nobody is
        sent there."""
        said = (self.place_address, self.place_lat, self.place_lon, self.place_note)
        return () if self.place_unconfirmed or said == (None, None, None, None) else said

    @property
    def for_a_specialist(self) -> "Details":
        """What a specialist who goes may know: no unconfirmed meeting place."""
        if not self.place_unconfirmed:
            return self
        return replace(self, place_address=None, place_lat=None, place_lon=None, place_note=None)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call-out, as its coordinator notes it: numbers, moments and references, never a name or a story.

    A reference is the other body's own number: one word with a digit in it.
    """

    children_met: int | None = None
    freedom_bags: int | None = None
    dcfs_at: datetime | None = None
    dcfs_reference: str | None = None
    probation_at: datetime | None = None
    probation_reference: str | None = None
