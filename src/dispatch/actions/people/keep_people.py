"""Somebody leaves the roster, and the link with which somebody begins to sign in."""

from collections.abc import Callable
from dataclasses import replace

from dispatch.actions.access.keep_accounts import Invitation
from dispatch.actions.apply_standalone import apply_standalone, send_standalone
from dispatch.actions.context import Context
from dispatch.actions.people import verify_number
from dispatch.actions.schedule.change_roster import ChangedRoster, RosterOrder, change_roster
from dispatch.rules.access import sign_in
from dispatch.rules.alarms import watch
from dispatch.rules.delivery.paging import text_to
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.people import number_texts
from dispatch.rules.people.new_number import NumberEnd
from dispatch.store.access import audit
from dispatch.store.people import new_numbers
from dispatch.store.transaction import Transaction

MakesInvitation = Callable[[Transaction, Context, str, Actor, Source], Invitation]


class LinkWouldNotArrive(ValueError):
    """their link would not arrive: they have opted out of texts"""


def leave(tx: Transaction, context: Context, order: RosterOrder, *, person: str) -> ChangedRoster:
    """Take somebody out of the roster: nothing of theirs is verified any more, and coordinators hear of each gap that
    they leave. Raises what `change_roster` raises."""
    # Before the roster, as whoever verifies a number does: in another order two would wait for each other.
    number = new_numbers.newest_of(tx, person, lock=True)
    changed = change_roster(tx, context, order)
    if number is not None and number.ended_at is None:
        verify_number.end(tx, context, number, NumberEnd.WITHDRAWN)
    audit.write(tx, context.now, order.by, order.source, AuditEvent.TOOK_OUT, detail=person)
    gaps = [one.gap for one in changed.preview.gaps]
    apply_standalone(tx, context, watch.of_gaps(context.roster(tx), gaps))
    return changed


def text_link(
    tx: Transaction,
    context: Context,
    make: MakesInvitation,
    person: str,
    by: Actor,
    source: Source,
) -> Person:
    """Text somebody the link to begin with, so that nobody else has seen it. `make` makes it, as at the command line.
    Raises what `make` raises, and `LinkWouldNotArrive`."""
    made = make(tx, context, person, by, source)
    if made.person.opted_out:
        raise LinkWouldNotArrive(f"{made.person.name} takes no texts, so no link would arrive")
    said = text_to(made.person, Purpose.ACCOUNT, number_texts.to_sign_in(made.person.first_name), context.now)
    address = context.public_url + sign_in.WELCOME.format(token=made.token)
    send_standalone(tx, context, replace(said, text=f"{said.text} {address}"))
    return made.person
