"""Whose phone already rings, or is about to, with what a second call would say.

The law: a second call would find the line busy, so nobody is called twice at once about the same trouble. The texts go
out all the same. Whoever cries for help two hundred times is heard each time, and rings each phone once in a while.

**One phone rings once at a time.** A call to a phone that we ring already, or that is on a call of ours, waits until
that is over, at most a minute. For a call that begins when that minute is over it waits one minute more, and never
longer: two that had waited together, or through an outage, would otherwise ring together. What asks the same of the
same person is told by the call that rings: forty call-outs at once are forty texts and one call. Until somebody has
picked that up, or it has rung out, the others wait: it may be ended first, when what it is about is over, and then
nobody has heard of the others. Danger does not wait: it ends a call that only rings, which comes again a minute later.
Nor does a page wait for a test. What nobody tries again waits as long as whoever it goes to is in a conference of ours.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel, Person

_RINGS_FOR = timedelta(minutes=1)
"""How long a call can ring. After that, the carrier's news of it may have been lost on its way to us. What was placed
further ahead was placed by a clock that was set back since."""


def without_second_calls(
    pages: Iterable[SendPage], calls: Collection[Page], now: datetime, *, of: Collection[str] = ()
) -> list[SendPage]:
    """What is left of `pages` without second calls beside the `calls` under way, which go on until they are picked up
    or ring out.

    `of` are the ids of the alarms about the same trouble. Beside a call for one of them, a call in other words is left
    out too, if those words also come as a text. Whoever has opted out of texts hears each call whose words are new.
    """
    pages = list(pages)
    texted = {page.to for page in pages if page.channel is Channel.SMS}
    return [page for page in pages if not any(_is_second(page, call, now, of, texted) for call in calls)]


def _is_second(page: SendPage, call: Page, now: datetime, of: Collection[str], texted: Collection[str]) -> bool:
    same_line = page.channel is call.channel is Channel.VOICE and page.to == call.to
    same_words = page.text == call.text or (call.alarm in of and page.to in texted)
    return same_line and same_words and _rings(call, now)


_UNDER_WAY = frozenset({PageState.SENDING, PageState.UNKNOWN, PageState.SENT})


def _rings(call: Page, now: datetime) -> bool:
    """Whether the call waits to be placed, is being placed, or rings."""
    if call.state is PageState.WAITING:
        return call.due_at is not None and call.due_at <= now
    return call.state in _UNDER_WAY and (call.tried_at is None or abs(now - call.tried_at) < _RINGS_FOR)


# ---- when a call leaves --------------------------------------------------------------------------------------------

WAITS_AT_MOST = timedelta(minutes=1)
TALKS_AT_MOST = timedelta(hours=1)
"""How long after it was placed a call may go on without the carrier's word that it is over."""
TELLS_AT_MOST = 2 * WAITS_AT_MOST
"""How long a call waits for the one that tells of it, if the carrier's word of what became of that is lost."""
_WAS_AWAY = 3 * WAITS_AT_MOST
"""A call that began to wait so long ago could not leave, through an outage. Its wait begins again."""
STILL_ON_THE_LINE = timedelta(minutes=1)
"""How long after an officer on the hotline was last heard they are taken to be there. On hold they hear the news every
ten seconds: to ring them meanwhile found the line busy, and told coordinators that nothing had reached them."""
_HANGS_UP_WITHIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class OnTheHotline:
    """When a caller from an officer's number, who has not hung up as far as we know, was last certainly on the hotline:
    about the call-out of a call to that number, and about another or none yet. At a station's desk these are two
    people."""

    about_it: datetime | None = None
    about_another: datetime | None = None


NOBODY_ON_THE_HOTLINE = OnTheHotline()


@dataclass(frozen=True, slots=True)
class Leaves:
    """The line is free, as far as we know."""


@dataclass(frozen=True, slots=True)
class Holds:
    """It waits until then, or until the line is free, and has waited since `since`. While somebody talks with us or
    holds, that is now: what leaves once they have hung up waits for the next call like any other."""

    until: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class IsTold:
    """The call that rings tells of it as well, and a text has its own words: it waits for what becomes of that call."""


@dataclass(frozen=True, slots=True)
class Breaks:
    """These calls only ring, and are ended for it. It leaves at `at`, and they come again later."""

    calls: tuple[str, ...]
    at: datetime


AtTheLine = Leaves | Holds | IsTold | Breaks
_ONLY_RINGS = frozenset({PageState.SENDING, PageState.SENT})


def leaving(page: Page, now: datetime) -> Page:
    """A call that is placed at this moment."""
    return replace(page, state=PageState.SENDING, tried_at=now)


def at_the_line(
    page: Page,
    person: Person | None,
    calls: Collection[Page],
    now: datetime,
    held_since: datetime | None,
    *,
    hotline: OnTheHotline = NOBODY_ON_THE_HOTLINE,
    talks: bool = False,
) -> AtTheLine:
    """What becomes of a call that is to leave now, beside the `calls` to the same number. It has been held since
    `held_since`, if it was; `person` is the one of our people whom it goes to. `hotline`: whether the officer whom it
    goes to is on the hotline. `talks`: whoever it goes to is in a conference of ours about its call-out."""
    if talks or (waits_out_a_talk(page) and page.breaks_in and any(_is_answered(call, now) for call in calls)):
        return Holds(now + WAITS_AT_MOST, now)
    if hotline.about_it is not None and now - hotline.about_it < STILL_ON_THE_LINE:
        return Holds(hotline.about_it + STILL_ON_THE_LINE, now)
    another = hotline.about_another if not page.purpose.joins else None
    calls_about_another = another is not None and now - another < STILL_ON_THE_LINE
    under_way = [call for call in calls if _goes_on(call, now)]
    if not under_way and not calls_about_another:
        return Leaves()
    only_ring = [call for call in under_way if call.state in _ONLY_RINGS]
    ended = [call.id for call in only_ring if call.state is PageState.SENT and _gives_way(call, page)]
    if ended and len(ended) == len(under_way):
        return Breaks(tuple(ended), now + _HANGS_UP_WITHIN)
    if any(_tells_of(call, page, person) for call in only_ring):
        return IsTold()
    since = now if held_since is None or now - held_since >= _WAS_AWAY else held_since
    until = since + WAITS_AT_MOST
    if max((call.tried_at or now for call in under_way), default=since) >= until:
        until += WAITS_AT_MOST
    return Holds(until, since) if now < until else Leaves()


def speaks(call: Page, person: Person, now: datetime) -> bool:
    """Whether they are on this call of ours, or it waits to tell them of danger until they are off another."""
    waits = call.state is PageState.WAITING and call.breaks_in is True
    return call.to == person.phone and (waits or _is_answered(call, now))


def waits_out_a_talk(page: Page) -> bool:
    """Whether a call waits for as long as whoever it goes to is in a conference of ours. Nobody tries it again: one
    that told a driver that it is off found the line busy, and they drove on; of one with news for an officer,
    coordinators heard that it had not reached them."""
    return (
        page.purpose.stands_down or page.purpose.is_for_the_officer or (page.purpose.sends_on and bool(page.breaks_in))
    )


def told(call: Page, person: Person | None, waiting: Iterable[Page]) -> list[str]:
    """The calls to the same number that need not be placed any more: `call` has told of them, since it was picked up or
    has rung out."""
    return [page.id for page in waiting if _tells_of(call, page, person)]


def _gives_way(call: Page, page: Page) -> bool:
    """Whether a call that only rings is ended for this one."""
    if page.breaks_in:
        return not call.breaks_in
    return call.purpose is Purpose.TEST and page.purpose is not Purpose.TEST


def _goes_on(call: Page, now: datetime) -> bool:
    """A call in doubt holds up no other: it may never have been placed. One that is being hung up does until it is."""
    began = call.tried_at or now
    if call.state is PageState.DELIVERED:
        return now - began < TALKS_AT_MOST
    if call.state is PageState.WITHDRAWN:
        return call.due_at is not None and abs(now - began) < _RINGS_FOR
    return call.state in _ONLY_RINGS and abs(now - began) < _RINGS_FOR


def _is_answered(call: Page, now: datetime) -> bool:
    return call.state is PageState.DELIVERED and _goes_on(call, now)


def _is_texted(person: Person, page: Page) -> bool:
    """Whether what the call says comes as a text as well. A call that was tried before is placed: the carrier may have
    it, and nobody knows yet for which page."""
    if page.tried_at is not None:
        return False
    plan = (contact.channel is Channel.SMS for contact in person.contact_plan)
    return not person.opted_out and (page.purpose is not Purpose.PAGE or any(plan))


_SUMMED_UP = frozenset({Purpose.PAGE, Purpose.ALARM})


def _tells_of(call: Page, page: Page, person: Person | None) -> bool:
    """Whether the call asks the same person for the same: to come, or to have an alarm. What it is about may differ.
    One about callers who said nothing tells of no other: whoever lets it ring must still be rung for a known caller."""
    if page.breaks_in or person is None or not _is_texted(person, page):
        return False
    return (
        call.breaks_in is not False
        and call.purpose is page.purpose
        and page.purpose in _SUMMED_UP
        and call.person == page.person
    )
