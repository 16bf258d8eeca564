"""Keys that a coordinator makes and revokes in a browser. Whoever runs the service does both at the command line.

The law: nobody makes a key that speaks in somebody else's name, so a coordinator makes agencies' keys and their own.
"""

from dispatch.actions.access.sign_in import SignedIn, still_in
from dispatch.actions.access.tell_owner import tell_owner
from dispatch.actions.context import Context
from dispatch.actions.roster.edit_roster import NewKey, new_key
from dispatch.rules.access import permissions
from dispatch.rules.facts.actors import Source
from dispatch.rules.wording import coordinator_texts
from dispatch.store.access import keys
from dispatch.store.access.keys import ApiKey
from dispatch.store.transaction import Transaction


def list_keys(tx: Transaction, _: Context) -> list[ApiKey]:
    """Every key, the newest first."""
    return keys.all_keys(tx)[::-1]


def make_key(tx: Transaction, context: Context, viewer: SignedIn, agency: str | None) -> NewKey:
    """For this agency, or for whoever asks. They hear of it by text: a key outlives the session that made it.

    Raises `NobodyOfThatName` and `SignInOver`.
    """
    still_in(tx, context, viewer)
    by = permissions.actor(viewer.person)
    made = new_key(
        tx, context, by, Source.WEB, agency=agency, coordinator=None if agency is not None else viewer.person.id
    )
    tell_owner(tx, context, viewer.person.id, coordinator_texts.new_key)
    return made
