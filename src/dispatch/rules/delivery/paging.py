"""Whom a page, an alarm or a notice goes to, on which channel, when, and in which words.

The law: everybody is reached as their contact plan says, in their language; whoever has opted out of texts is rung.
"""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from dispatch.rules.decisions import AlarmCoordinators, Decision, HurryPage, SendPage
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Page, Purpose, Question, Subject, Take
from dispatch.rules.facts.people import Channel, ContactStep, Person, Role
from dispatch.rules.facts.roster import AgencyKind, Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import texts
from dispatch.rules.wording.languages import in_language
from dispatch.rules.wording.times import utc_iso

_AT_ONCE = (ContactStep(Channel.SMS, 0), ContactStep(Channel.VOICE, 0))


def contact_plan(person: Person) -> list[ContactStep]:
    """The person's plan, as far as it can be carried out: whoever has opted out of texts is rung from the first
    second."""
    if not person.opted_out:
        return list(person.contact_plan)
    calls = [contact for contact in person.contact_plan if contact.channel is Channel.VOICE]
    if not calls:
        return [ContactStep(Channel.VOICE, 0)]
    first = calls[0].after_seconds
    return [ContactStep(Channel.VOICE, contact.after_seconds - first) for contact in calls]


def pages_for(situation: Situation, person: Person, step: int, now: datetime, *, last: bool = False) -> list[SendPage]:
    """The pages to one person in a step or round, by their contact plan; a text and a call at once to whoever goes only
    if nobody else does. `last` tells somebody who is out already that nobody else is left.

    The last page leaves minutes from now, and only then is it known whether a reply will need the code.
    """
    callout = situation.callout
    pages = []
    plan = _AT_ONCE if callout.limited_of(person.id) and not person.opted_out else contact_plan(person)
    for number, contact in enumerate(plan):
        again = number > 0 or _was_paged(callout.pages, person)
        page = SendPage(
            Purpose.PAGE,
            contact.channel,
            person.phone,
            in_language(_page_text(callout, again=again, last=last), person.texts_in),
            now + timedelta(seconds=contact.after_seconds),
            person=person.id,
            step=step,
            asks=Take(callout.id),
        )
        if callout.is_shared:  # its words have the code; a known caller's call is placed beside this one
            is_text = contact.channel is Channel.SMS
            page = replace(page, with_link=is_text, breaks_in=None if is_text else False)
        elif contact.channel is Channel.SMS:
            others = _page_text(callout, again=again, last=last, several=True)
            page = replace(page, text_if_others=in_language(others, person.texts_in))
        pages.append(page)
    return pages


def _page_text(callout: CallOut, *, again: bool, last: bool, several: bool = False) -> str:
    if last:
        return texts.page_the_last(callout.agency, callout.code, unverified=callout.is_unverified)
    if callout.is_shared:
        return texts.silent_callers(callout.code, callout.sharing or 0, again=again)
    return texts.page_text(
        callout.agency, callout.code, again, several, callout.same_as, unverified=callout.is_unverified
    )


def by_phone(situation: Situation, person: Person, now: datetime) -> Decision:
    """Their phone rings now for what they are paged for: the call that waits, or one more."""
    callout = situation.callout
    for page in callout.pages:
        if page.person == person.id and page.will_ask and page.channel is Channel.VOICE:
            return HurryPage(page.id)
    text = in_language(texts.page_text(callout.agency, callout.code, unverified=callout.is_unverified), person.texts_in)
    return SendPage(
        Purpose.PAGE, Channel.VOICE, person.phone, text, now, person=person.id, step=callout.step, asks=Take(callout.id)
    )


def _was_paged(pages: tuple[Page, ...], person: Person) -> bool:
    return any(page.person == person.id and page.purpose is Purpose.PAGE for page in pages)


def text_to(
    person: Person,
    purpose: Purpose,
    text: str,
    now: datetime,
    *,
    asks: Question | None = None,
    subject: Subject | None = None,
    with_link: bool = False,
) -> SendPage:
    """One message to one of our people, in their language: a text, or a call if they have opted out of texts.
    `with_link`: a link to the meeting place is added, for which 60 characters must be free."""
    channel, words = Channel.VOICE if person.opted_out else Channel.SMS, in_language(text, person.texts_in)
    return SendPage(
        *(purpose, channel, person.phone, words, now), person=person.id, with_link=with_link, asks=asks, subject=subject
    )


text_with_link = partial(text_to, with_link=True)


def alarm_pages(roster: Roster, alarm: AlarmCoordinators, now: datetime) -> list[SendPage]:
    """A text to every coordinator, and a call as well if the alarm rings: a text to a silenced phone wakes nobody."""
    told = [person for person in roster.with_role(Role.COORDINATOR) if person.id != alarm.but]
    text = alarm.text
    # Whoever has opted out is rung instead of texted.
    danger = True if alarm.kind.is_danger else None
    rung = [person for person in told if alarm.rings and not person.opted_out and person.id not in alarm.paged]
    return [
        *(text_to(person, Purpose.ALARM, text, now) for person in told),
        *(
            SendPage(Purpose.ALARM, Channel.VOICE, person.phone, text, now, person=person.id, breaks_in=danger)
            for person in rung
        ),
    ]


def partner_pages(roster: Roster, code: str, text: str, now: datetime) -> list[SendPage]:
    """The same line to every partner agency: as a text, a webhook, or both. `code` is the call-out's."""
    pages = []
    for agency in roster.agencies:
        if agency.kind is not AgencyKind.PARTNER:
            continue
        if agency.notice_phone is not None:
            pages.append(SendPage(Purpose.PARTNER, Channel.SMS, agency.notice_phone, text, now))
        if agency.webhook_url is not None:
            # In the shape of an agency's webhook.
            body = json.dumps({"type": "notice", "timestamp": utc_iso(now), "data": {"code": code, "text": text}})
            pages.append(SendPage(Purpose.PARTNER, Channel.WEBHOOK, agency.webhook_url, body, now, agency=agency.code))
    return pages


def stand_down_everybody(
    situation: Situation,
    text: str,
    now: datetime,
    *,
    but: str | None = None,
    there: str | None = None,
) -> list[Decision]:
    """Tell everybody on the call-out that they are not needed, and whoever is asked along. While it is paging, also
    tell all whom a page may have reached, and whoever waits to be asked because they go only if nobody else does.
    Whoever is or was at the scene reads `there`, where there is one.

    Once somebody has it, the others were told so long ago, and sleep again; so do those who are home. Whoever offers to
    come along may have been asked to.
    """
    callout = situation.callout
    paging = callout.status is Status.PAGING
    reached = {page.person for page in callout.pages if paging and page.purpose is Purpose.PAGE and page.went_out}
    reached = reached - callout.declined | {one.person for one in callout.limited if paging}
    reached |= {page.person for page in callout.nearer if page.went_out and page.person and _is_asked(callout, page)}
    assigned = {one.person for one in callout.assignments if one.home_at is None}
    out = {assignment.person for assignment in callout.assignments if assignment.is_out}
    ids = sorted(person_id for person_id in reached | assigned if person_id is not None and person_id != but)
    people = [person for person_id in ids if (person := situation.roster.person(person_id))]
    # Nobody is rung out of bed to hear that they may sleep, but whoever is driving to a call-out that is off must hear
    # it.
    told = [person for person in people if not person.opted_out or person.id in out]
    instead = {one.person: there for one in callout.assignments if one.arrived_at is not None}
    return [text_to(person, Purpose.STAND_DOWN, instead.get(person.id) or text, now) for person in told]


def _is_asked(callout: CallOut, page: Page) -> bool:
    return page.purpose.asks_along and page.person is not None and callout.is_asked_along(page.person)
