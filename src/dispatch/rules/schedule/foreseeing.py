"""What an edit of the roster will do, shown before it is made.

The law: the preview is read from the two rosters, so it cannot promise what the edit does not do. It names every moment
of the next 14 nights, and to the edit's own end, at which others are on call, each span to its own end; every gap that
arises within 60 days, each of which whoever edits has to tick; and who will be texted. An edit is made only on the
version, and with the digest, that its preview had. No edit takes a page from anybody: call-outs that run go on with
those whom they page.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta

from dispatch.rules.callout.plan import fingerprint
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Absence, CoverageGap, Override, Rotation, is_away
from dispatch.rules.roster.local_clock import local_day, midnight
from dispatch.rules.roster.nights import NIGHTS, nights_of_each, nights_touched, span_of, tonight
from dispatch.rules.roster.on_call import has_effect, is_manned
from dispatch.rules.schedule import edits, shift_texts
from dispatch.rules.schedule.differing import Differing, differing, new_gaps, rotation_names
from dispatch.rules.schedule.edits import Edit, ImportRoster
from dispatch.rules.schedule.shift_texts import ShiftText, day_and_time
from dispatch.rules.schedule.undo import Reordered, RosterChanges, Touched, reordered, touched

GAPS_AHEAD = timedelta(days=60)
_LONGEST_LOOK = timedelta(days=366)
_TO_ITS_END = timedelta(days=60)
"""How far a span is followed that begins in the nights shown: people plan by the end that we text to them."""
_MANY_NIGHTS = 3
"""From this many nights in a week on, whoever edits hears of it."""


@dataclass(frozen=True, slots=True)
class NewGap:
    """A gap that an edit makes. `id` is what whoever edits ticks. `is_manned`: a specialist is on call in it, whose
    training is over."""

    id: str
    gap: CoverageGap
    line: str
    is_manned: bool


@dataclass(frozen=True, slots=True)
class SeenPreview:
    """The preview that somebody has seen, and the gaps that they tick."""

    version: int
    digest: str
    ticked: Collection[str]


@dataclass(frozen=True, slots=True)
class RosterPreview:
    """What an edit does to the roster of this `version`. `lines` say each of the `differences`; `counted` says what
    the file would list otherwise."""

    version: int
    counted: RosterChanges
    differences: tuple[Differing, ...]
    lines: tuple[str, ...]
    gaps: tuple[NewGap, ...]
    told: tuple[ShiftText, ...]
    notes: tuple[str, ...]
    digest: str

    @property
    def ticks(self) -> frozenset[str]:
        """What whoever edits has to tick, no more and no less."""
        return frozenset(one.id for one in self.gaps)

    @property
    def seen(self) -> SeenPreview:
        """It, with all of its gaps ticked."""
        return SeenPreview(self.version, self.digest, self.ticks)


@dataclass(frozen=True, slots=True)
class ForeseenChange:
    """The roster after an edit, what it touches, and its preview."""

    edit: Edit
    before: Roster
    after: Roster
    touched: tuple[Touched, ...]
    reordered: Reordered | None
    preview: RosterPreview


def foresee(
    roster: Roster, version: int, edit: Edit, now: datetime, absences: Collection[Absence] = ()
) -> ForeseenChange:
    """What `edit` makes of the roster of this version, if it is made at `now`; whoever it puts on call may be away, by
    the `absences` that stand. Raises `EditRefused`."""
    after = edits.after(roster, edit, now)
    touches, moved = touched(roster, after), reordered(roster, after)
    nights = _end_of_nights(now)
    end = max(nights, min(_own_end(touches), now + _LONGEST_LOOK))
    differences = tuple(_differences(roster, after, now, end))
    notices = tuple(shift_texts.notices(roster, after, (one for one in differences if one.starts_at < nights), now))
    gaps = tuple(_gaps(roster, after, now))
    lines = tuple(_line(roster, after, one, now) for one in differences)
    notes = tuple(_notes(roster, after, edit, differences, touches, absences, now))
    preview = RosterPreview(
        version=version,
        counted=RosterChanges(roster == after, touches),
        differences=differences,
        lines=lines,
        gaps=gaps,
        told=notices,
        notes=notes,
        digest=fingerprint(
            version,
            [asdict(one) for one in touches],
            moved and asdict(moved),
            isinstance(edit, ImportRoster | edits.Put) and edit.at_once,
            lines,
            sorted(one.id for one in gaps),
            [(one.person.id, one.words) for one in notices],
            notes,
        ),
    )
    return ForeseenChange(edit, roster, after, touches, moved, preview)


def changed_far_ahead(foreseen: ForeseenChange, now: datetime) -> frozenset[str]:
    """The keys of the exceptions that it takes back, or restores, beyond the nights of which everybody is told."""
    nights, undoes = _end_of_nights(now), isinstance(foreseen.edit, edits.UndoChange)
    return frozenset(
        one.name
        for one in foreseen.touched
        if any(isinstance(it, Override) and it.ends_at > nights for it in (one.before, one.after))
        if one.before is not None or undoes
    )


def telling_far_ahead(foreseen: ForeseenChange, known: Mapping[str, Collection[str]], now: datetime) -> ForeseenChange:
    """Whoever has heard of such an exception, since they took a cover or were covered, hears of this, too: they plan by
    it. `known` are their ids, by its key."""
    nights, preview = _end_of_nights(now), foreseen.preview
    of_them = [
        (it, known[one.name])
        for one in foreseen.touched
        for it in (one.before, one.after)
        if isinstance(it, Override) and one.name in known
    ]

    def told(one: Differing) -> Differing:
        if one.starts_at < nights:
            return one
        people = {
            id_
            for override, ids in of_them
            if override.rotation == one.rotation and override.touches(one.starts_at, one.ends_at)
            for id_ in ids
        }
        before, after = (tuple(id_ for id_ in ids if id_ in people) for ids in (one.before, one.after))
        return replace(one, before=before, after=after)

    found = shift_texts.notices(foreseen.before, foreseen.after, map(told, preview.differences), now)
    return replace(foreseen, preview=replace(preview, told=tuple(found)))


# ---- how far it looks ----------------------------------------------------------------------------------------------


def _end_of_nights(now: datetime) -> datetime:
    """The end of the last of the coming nights, which stands still for a day, so that a preview does, too."""
    return span_of(tonight(now) + timedelta(days=NIGHTS))[0]


def _own_end(touches: Iterable[Touched]) -> datetime:
    """When the last of the spans that the edit names ends."""
    ends = [datetime.min.replace(tzinfo=UTC)]
    for one in touches:
        things = [thing for thing in (one.before, one.after) if thing is not None]
        ends += [thing.ends_at for thing in things if isinstance(thing, Override)]
        pauses = [set(thing.pauses) for thing in things if isinstance(thing, Rotation)]
        ends += [pause.ends_at for pause in set().union(*pauses) if not all(pause in each for each in pauses)]
    return max(ends)


# ---- what it finds -------------------------------------------------------------------------------------------------


def _differences(before: Roster, after: Roster, now: datetime, end: datetime) -> Iterator[Differing]:
    """Those that begin before `end`, each to its own end; of what lasts for ever, as far as `end`."""
    far = end + _TO_ITS_END
    for one in differing(before, after, now, far):
        if one.starts_at < end:
            yield one if one.ends_at < far else replace(one, ends_at=end, goes_on=True)


def _gaps(before: Roster, after: Roster, now: datetime) -> Iterator[NewGap]:
    end = midnight(local_day(now) + GAPS_AHEAD)
    for gap in new_gaps(before, after, now, end):
        starts = "now" if gap.starts_at <= now else f"{gap.starts_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
        ends = f"{gap.ends_at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"
        longer = " and longer" if gap.ends_at >= end else ""
        span = _span(before, after, gap.rotation, gap.starts_at, gap.ends_at, now)
        manned = is_manned(after, gap.rotation, gap.starts_at)
        nobody = "nobody qualified on call" if manned else "nobody on call"
        yield NewGap(f"{gap.rotation} {starts} {ends}", gap, f"{nobody} for {gap.rotation}, {span}{longer}", manned)


def _line(before: Roster, after: Roster, one: Differing, now: datetime) -> str:
    """Such as "nights: Ana → Eva, Fri 4 Dec 18:00 to Sat 5 Dec 09:00"."""

    def names(roster: Roster, people: Sequence[str]) -> str:
        return " and ".join(roster.short_name_of(person) for person in people) or "nobody"

    who = f"{names(before, one.before)} → {names(after, one.after)}"
    longer = " and longer" if one.goes_on else ""
    return f"{one.rotation}: {who}, {_span(before, after, one.rotation, one.starts_at, one.ends_at, now)}{longer}"


def _span(before: Roster, after: Roster, name: str, starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    rotation = after.rotation_ever(name) or before.rotation_ever(name)
    zone = rotation.timezone if rotation else LOCAL
    starts = "now" if starts_at <= now else day_and_time(starts_at, zone)
    return f"{starts} to {day_and_time(ends_at, zone)}"


def _notes(
    before: Roster,
    after: Roster,
    edit: Edit,
    differences: Sequence[Differing],
    touches: Sequence[Touched],
    absences: Collection[Absence],
    now: datetime,
) -> Iterator[str]:
    yield from _many_nights(after, differences)
    ids = dict.fromkeys(person for one in differences for person in one.gained)
    for gainer in filter(None, map(after.person, ids)):
        gained = [one for one in differences if gainer.id in one.gained]
        if not all(after.takes_alarms(one.rotation) for one in gained):
            yield from _not_qualified(gainer, after.short_name_of(gainer.id), gained)
        elif not gainer.is_coordinator:
            yield f"{after.short_name_of(gainer.id)} is no coordinator"
        if any(is_away(gainer.id, absences, one.starts_at, one.ends_at) for one in gained):
            yield f"{after.short_name_of(gainer.id)} has said that they are away then"
    for person_id in dict.fromkeys(person for one in differences for person in (*one.gained, *one.lost)):
        known = before if after.person(person_id) is None else after
        person = known.person(person_id)
        if person is not None and person.opted_out:
            yield f"{known.short_name_of(person_id)} takes no texts, so nobody but you tells them"
    for name in rotation_names(before, after):
        rotation = next((one for one in after.rotations if one.name == name), None)
        if rotation and rotation.holds_from and rotation.holds_from > now and rotation not in before.rotations:
            yield f"{name} changes at its hand-off, {day_and_time(rotation.holds_from, rotation.timezone)}"
    if not isinstance(edit, ImportRoster):
        yield from _without_effect(after, touches, now)


def _not_qualified(person: Person, name: str, gained: Sequence[Differing]) -> Iterator[str]:
    lapses = person.qualified_before
    if not person.is_specialist:
        yield f"{name} is no specialist"
    elif person.qualified_until and lapses and lapses < max(one.ends_at for one in gained):
        last = f"{person.qualified_until:%a} {person.qualified_until.day} {person.qualified_until:%b %Y}"
        yield f"{name} is qualified until {last} only, and covers nothing after that"


def _without_effect(after: Roster, touches: Sequence[Touched], now: datetime) -> Iterator[str]:
    for one in touches:
        if not isinstance(one.after, Override) or one.after.ends_at <= now:
            continue
        rotation = after.rotation_ever(one.after.rotation)
        standing = next((it for it in after.overrides if it.key == one.name and it.ended_at is None), None)
        if rotation and standing and not has_effect(after, rotation, standing, now):
            yield f"{one.name} changes nothing: the same people are on call without it"


def _many_nights(after: Roster, differences: Sequence[Differing]) -> Iterator[str]:
    """How many nights of a week somebody has who takes one more of them."""
    taken = dict.fromkeys(
        (person, night - timedelta(days=night.weekday()))  # its Monday
        for one in differences
        for night in nights_touched(one.starts_at, one.ends_at)
        for person in one.gained
    )
    for monday in dict.fromkeys(week for _, week in taken):
        counted = nights_of_each(after, monday, monday + timedelta(days=7))
        for person, week in taken:
            if week == monday and counted[person] >= _MANY_NIGHTS:
                name = after.short_name_of(person)
                yield f"{name} has {counted[person]} nights in the week of {monday:%a} {monday.day} {monday:%b}"
