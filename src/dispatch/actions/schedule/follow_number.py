"""Somebody has another number: whatever they are paged, rung or shown goes on there, in the transaction that changes
the roster. Nobody is paged at a phone that is lost, and nobody is lost who is paged."""

from dispatch.actions.context import Context
from dispatch.rules.access import alarm_link
from dispatch.rules.access.texted_secrets import has_link, relinked
from dispatch.rules.facts.people import Person
from dispatch.rules.people.followed_pages import SentToThem, follow
from dispatch.store.access import links
from dispatch.store.access.links import AlarmLink, NewLink, SpecialistLink
from dispatch.store.alarms import alarms
from dispatch.store.callout import own_rows
from dispatch.store.delivery import pages
from dispatch.store.delivery.pages import PageRecord
from dispatch.store.transaction import Transaction


def follow_number(tx: Transaction, context: Context, person: Person, old: str) -> None:
    """`person` is as they are now. Their old links have ended."""
    sent = {one.fact.id: one for one in pages.to_number(tx, person.id, old, context.now)}
    goes_on = alarms.standing(tx, {one.fact.alarm for one in sent.values() if one.fact.alarm is not None})
    about = {id_: own_rows.look(tx, id_) for id_ in {one.callout for one in sent.values() if one.callout is not None}}
    followed = follow(
        SentToThem(
            one.fact,
            own.callout if one.callout is not None and (own := about[one.callout]) is not None else None,
            one.fact.alarm is None or one.fact.alarm in goes_on,
        )
        for one in sent.values()
    )
    for page in followed.moved:
        pages.readdress(tx, page.id, person.phone, _relinked(tx, context, sent[page.id]))
    for page in reversed(followed.again):
        text = _relinked(tx, context, sent[page.id])
        pages.say_again(tx, page, context.new_id(), context.now, person.phone, text)


def _relinked(tx: Transaction, context: Context, sent: PageRecord) -> str:
    """Its words, with a link that works in place of the one that has ended. Of what is about neither an alarm nor a
    call-out the link stays as it is: whoever wants their shifts texts NIGHTS."""
    page, token = sent.fact, context.new_token()
    if page.person is None or not has_link(page.text):
        return page.text
    link: AlarmLink | SpecialistLink
    if page.alarm is not None:
        link = AlarmLink(alarm=page.alarm, person=page.person, expires_at=context.now + alarm_link.LIFETIME)
    elif sent.callout is not None:
        expires_at = context.now + context.timings.span("link_lifetime")
        link = SpecialistLink(callout=sent.callout, person=page.person, expires_at=expires_at)
    else:
        return page.text
    links.make(tx, [NewLink(token, link, context.now)])
    return relinked(page.text, token)
