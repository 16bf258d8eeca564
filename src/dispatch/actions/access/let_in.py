"""A link that lets somebody's new browser past strangers' guesses.

The law: it opens nothing. Password and code are asked as ever, and a browser that it has let in waits for mistakes that
were made behind such links, and for no others. So a coordinator comes in at once, however many guess at their name.
"""

from dispatch.actions.access.keep_accounts import Invitation, may_have_one
from dispatch.actions.access.sign_in import Browser, LinkIsOver, NewSession, SignedIn, new_session, still_in
from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import one_called
from dispatch.rules.access import permissions, sign_in
from dispatch.rules.access.sign_in import SessionKind
from dispatch.rules.facts.actors import STRANGER, Actor, AuditEvent, Source
from dispatch.store.access import audit, links
from dispatch.store.access.links import BrowserLink, NewLink
from dispatch.store.transaction import Transaction


def make_link(
    tx: Transaction, context: Context, name: str, by: Actor, source: Source, viewer: SignedIn | None = None
) -> Invitation:
    """A link for the person whom `name` means. Shown once; it works once, for half an hour. `viewer` is whoever is
    signed in, if it is made in a view.

    Raises `NobodyOfThatName`, `MayHaveNoAccount` and `SignInOver`.
    """
    context.let_sleep()
    person = may_have_one(one_called(context.roster(tx), name))
    if viewer is not None:
        still_in(tx, context, viewer)
    token = context.new_token()
    link = BrowserLink(person=person.id, expires_at=context.now + sign_in.LINK_LIVES)
    links.make(tx, [NewLink(token, link, context.now)])
    audit.write(tx, context.now, by, source, AuditEvent.MADE_LINK, detail=f"for a new browser of {person.id}")
    return Invitation(person, token)


def open_link(tx: Transaction, context: Context, token: str) -> None:
    """Whether the link works. Changes nothing: programs open links to preview them. Raises `LinkIsOver`."""
    _whose(tx, context, token, lock=False)


def let_in(tx: Transaction, context: Context, token: str, browser: Browser) -> NewSession:
    """What this browser shows from now on, for half an hour; the link is used up. Raises `LinkIsOver`."""
    context.let_sleep()
    person = _whose(tx, context, token, lock=True)
    links.use(tx, BrowserLink, token, context.now)
    audit.write(tx, context.now, STRANGER, Source.WEB, AuditEvent.OPENED_LINK, detail=f"to sign in as {person}")
    return new_session(tx, context, person, SessionKind.ADMITTED, browser.agent)


def _whose(tx: Transaction, context: Context, token: str, *, lock: bool) -> str:
    link = links.find(tx, BrowserLink, token, lock=lock)
    person = context.roster(tx).person(link.person) if link is not None and context.now < link.expires_at else None
    if person is None or not permissions.may_sign_in(person):
        raise LinkIsOver("this link is over")
    return person.id
