"""Keys, and who in the roster is meant by a name. The audit trail says who made or revoked a key."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.actions.context import Context
from dispatch.rules.access.permissions import Scope
from dispatch.rules.alarms.owners import all_who_can_be_rung, can_be_rung, owner_called
from dispatch.rules.facts.actors import Actor, AuditEvent, Source
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.store.access import audit, keys
from dispatch.store.access.keys import ApiKey
from dispatch.store.transaction import Transaction


class NoSuchKey(LookupError):
    """no key that works has this id"""


class NobodyOfThatName(LookupError):
    """nobody in the roster has this name, or several have"""


@dataclass(frozen=True, slots=True)
class NewKey:
    """Shown once. `webhook_secret` signs an agency's requests, and our webhooks to it; a coordinator has none."""

    id: str
    key: str
    webhook_secret: str | None


def new_key(
    tx: Transaction,
    context: Context,
    by: Actor,
    source: Source,
    *,
    agency: str | None = None,
    coordinator: str | None = None,
    scope: Scope | None = None,
) -> NewKey:
    """Make a key for an agency, or for a coordinator of the roster: whoever takes an alarm with it must be somebody who
    can be rung when their ownership lapses. One with a `scope` opens nothing else. Raises `NobodyOfThatName`.

    A partner's key opens nothing: it signs what we post to the partner.
    """
    roster = context.roster(tx)
    if agency is not None and roster.agency(agency) is None:
        known = ", ".join(known.code for known in roster.agencies) or "none (import a roster first)"
        raise NobodyOfThatName(f"there is no agency {agency!r}; there are: {known}")
    if coordinator is not None:
        coordinator_called(roster, coordinator)
    prefix = "agency" if agency else "coordinator"
    secret = f"{prefix}_{base64.urlsafe_b64encode(context.chance.randbytes(32)).decode().rstrip('=')}"
    webhook_secret = "whsec_" + base64.b64encode(context.chance.randbytes(32)).decode() if agency else None
    key = ApiKey(f"key_{context.chance.getrandbits(40):010x}", agency, coordinator, context.now, scope=scope)
    keys.insert(tx, key, secret, webhook_secret)
    audit.write(tx, context.now, by, source, AuditEvent.MADE_KEY, detail=str(key))
    return NewKey(key.id, secret, webhook_secret)


def revoke_key(tx: Transaction, context: Context, key_id: str, by: Actor, source: Source) -> None:
    """Revoke a key, at once and for good. Raises `NoSuchKey`."""
    key = keys.working(tx, key_id)
    if key is None or not keys.revoke(tx, key_id, context.now):
        raise NoSuchKey(f"there is no key {key_id!r} that works: see `dispatch key list`")
    audit.write(tx, context.now, by, source, AuditEvent.REVOKED_KEY, detail=str(key))


def coordinator_called(roster: Roster, name: str) -> str:
    """The id of the coordinator whose id, name or first name this is. Raises `NobodyOfThatName`."""
    if not can_be_rung(name, roster):
        found = [person for person in roster.people_called(name) if person.is_coordinator]
        if len(found) > 1:
            raise _several(found, name, "coordinators")
        known = ", ".join(all_who_can_be_rung(roster)) or "none (import a roster first)"
        raise NobodyOfThatName(f"no coordinator in the roster is called {name!r}; there are: {known}")
    return owner_called(name, roster)


def one_called(roster: Roster, name: str) -> Person:
    """The one person whose id, name or first name this is; an id goes before a name. Raises `NobodyOfThatName`."""
    if (exact := roster.person(name)) is not None:
        return exact
    found = roster.people_called(name)
    if len(found) > 1:
        raise _several(found, name, "people")
    if not found:
        names = ", ".join(person.id for person in roster.people) or "nobody; import a roster first"
        raise NobodyOfThatName(f"{name!r} is nobody in the roster; there are: {names}")
    return found[0]


def _several(found: Sequence[Person], name: str, who: str) -> NobodyOfThatName:
    ids = ", ".join(person.id for person in found)
    return NobodyOfThatName(f"several {who} in the roster are called {name!r}; give the id: {ids}")
