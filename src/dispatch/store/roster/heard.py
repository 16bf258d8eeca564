"""What people last answered, whatever it was about: a text to us, or a key on a call."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.roster.reachable import LastAnswer
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

_WANT_A_KEY = tuple(purpose for purpose in Purpose if purpose.wants_key)


def heard_since(tx: Transaction, people: Collection[Person], since: datetime) -> dict[str, LastAnswer]:
    """The newest answer since then of each who gave one, from the phone that they have now: what another phone once
    answered says nothing of this one. Whoever takes no texts is heard on calls alone, as they are paged."""
    of = {person.phone: person.id for person in people}
    takes_texts = [person.phone for person in people if not person.opted_out]
    text, page = t.inbound_text.c, t.page.c
    texts = (
        sa.select(text["from"], sa.func.max(text.received_at))
        .where(text["from"].in_(takes_texts), text.received_at > since)
        .group_by(text["from"])
    )
    calls = (
        sa.select(page.to, sa.func.max(page.ended_at), page.person)
        .where(
            sa.text("channel = 'voice'"),  # written out: only then is the index on calls used
            page.to.in_(of),
            page.tried_at > since,
            page.state == PageState.DONE,
            page.purpose.in_(_WANT_A_KEY),
            page.ended_at > since,
        )
        .group_by(page.to, page.person)
    )
    found: dict[str, LastAnswer] = {}
    for channel, query in ((Channel.SMS, texts), (Channel.VOICE, calls)):
        for phone, at, *paged in tx.execute(query):
            person = of[phone]
            # A call that verified a number was to nobody yet; one to whoever had it before says nothing of them.
            is_theirs = all(one in (None, person) for one in paged)
            if is_theirs and (person not in found or found[person].at < at):
                found[person] = LastAnswer(at, channel)
    return found
