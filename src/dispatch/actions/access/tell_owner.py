"""The owner of an account hears of what a thief would do with it, in the transaction in which it is done."""

from collections.abc import Callable

from dispatch.actions.context import Context
from dispatch.rules.access import sign_in
from dispatch.rules.wording.languages import Words
from dispatch.store.callout import decided
from dispatch.store.callout.decided import NewPage
from dispatch.store.transaction import Transaction


def tell_owner(tx: Transaction, context: Context, person: str, words: Callable[[str | None], Words]) -> None:
    """Text the owner. `words` are given the number to ring, if there is one and it is not their own."""
    owner = context.roster(tx).person(person)
    if owner is None:
        return
    contact = context.contact_phone if context.contact_phone != owner.phone else None
    texts = sign_in.told(owner, words(contact), context.now)
    decided.write_standalone(tx, [NewPage(context.new_id(), None, text, context.now) for text in texts])
