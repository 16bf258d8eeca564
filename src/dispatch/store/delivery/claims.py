"""Which node has claimed a page while it works on it."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from dispatch.rules.facts.pages import PageState
from dispatch.store import tables as t
from dispatch.store.delivery.pages import LEASE
from dispatch.store.transaction import Transaction

_CLAIM = sa.update(t.page).values(
    state=sa.func.coalesce(sa.bindparam("new_state", type_=sa.Text), t.page.c.state),
    claim=sa.bindparam("claim"),
    claimed_by=sa.bindparam("claimed_by"),
    due_at=sa.bindparam("until", type_=t.page.c.due_at.type),
    tries=t.page.c.tries + sa.bindparam("more_tries", type_=sa.Integer),
    tried_at=sa.func.coalesce(sa.bindparam("now", type_=t.page.c.tried_at.type), t.page.c.tried_at),
)
_WORDED = {False: _CLAIM, True: _CLAIM.values(text=t.page.c.text_if_others)}
_CLAIM_ONE = {
    other_words: claim.where(t.page.c.id == sa.bindparam("page_id")) for other_words, claim in _WORDED.items()
}
_CLAIM_ALL = {
    other_words: claim.where(t.page.c.id == sa.any_(sa.bindparam("ids", type_=sa.ARRAY(sa.Text))))
    for other_words, claim in _WORDED.items()
}


def take(
    tx: Transaction,
    ids: Sequence[str],
    *,
    claim: str,
    node: str,
    until: datetime,
    state: PageState | None = None,
    sent_at: datetime | None = None,
    other_words: bool = False,
) -> None:
    """Claim these pages until `until`. Without `state` they keep theirs; with `sent_at` a send begins then.

    With `other_words`, their text becomes the one for when other call-outs are open.
    """
    common = {
        "new_state": state,
        "claim": claim,
        "claimed_by": node,
        "until": until,
        "more_tries": int(sent_at is not None),
        "now": sent_at,
    }
    if not ids:
        return
    if tx.dialect.name == "postgresql":
        tx.execute(_CLAIM_ALL[other_words], {"ids": list(ids), **common})
    else:
        tx.execute(_CLAIM_ONE[other_words], [{"page_id": id_, **common} for id_ in ids])


def put_off(tx: Transaction, page_id: str, due_at: datetime) -> None:
    """Let nobody touch the page before `due_at`; its content stays as it is."""
    tx.execute(sa.update(t.page).where(t.page.c.id == page_id).values(due_at=due_at))


_HOLD = (
    sa.update(t.page)
    .where(t.page.c.id == sa.bindparam("page_id"))
    .values(
        due_at=sa.bindparam("until", type_=t.page.c.due_at.type),
        held_since=sa.bindparam("since", type_=t.page.c.held_since.type),
    )
)


def hold(tx: Transaction, page_id: str, until: datetime, since: datetime) -> None:
    """A call waits for another to the same number: until then, or until that is over."""
    tx.execute(_HOLD, {"page_id": page_id, "until": until, "since": since})


_OUR_LINES_ON_POSTGRESQL = sa.select(
    _number := sa.func.unnest(sa.bindparam("numbers", type_=sa.ARRAY(sa.Text))).column_valued("number")
).where(sa.func.pg_try_advisory_xact_lock(sa.func.hashtext("calls to one number"), sa.func.hashtext(_number)))


def lock_lines(tx: Transaction, numbers: Collection[str]) -> set[str]:
    """Those of these numbers that no other node is about to call: until this transaction ends, they are ours.

    Two nodes that met two deadlines at one moment rang one coordinator twice: neither saw what the other had claimed.
    It waits for nobody, since the other may wait for a page that we have locked; what is left is due in the next round.
    """
    if tx.dialect.name != "postgresql" or not numbers:
        return set(numbers)
    return set(tx.scalars(_OUR_LINES_ON_POSTGRESQL, {"numbers": list(numbers)}))


def orphan(tx: Transaction, now: datetime) -> int:
    """Make every claimed page due now. For the only node of a database when it starts: nobody else can own a claim."""
    return _release(tx, sa.true(), now)


def release(tx: Transaction, nodes: Sequence[str], now: datetime) -> int:
    """Make due now whatever these nodes had claimed; for nodes that are gone."""
    return _release(tx, t.page.c.claimed_by.in_(list(nodes)), now)


def give_back(tx: Transaction, node: str, in_hand: Collection[str], now: datetime) -> int:
    """Make due now whatever `node` has claimed and is not working on: the pages whose ids are not `in_hand`."""
    return _release(tx, (t.page.c.claimed_by == node) & t.page.c.id.not_in(in_hand), now)


def _release(tx: Transaction, which: sa.ColumnElement[bool], now: datetime) -> int:
    return tx.execute(sa.update(t.page).where(claimed(now), which).values(due_at=now)).rowcount


def claimed(now: datetime) -> sa.ColumnElement[bool]:
    """Whether a page is being sent, reconciled or hung up."""
    # A claim's due_at lies within its lease, so the index on due_at finds the few there are.
    return sa.and_(
        t.page.c.due_at > now,
        t.page.c.due_at <= now + LEASE,
        t.page.c.state.in_([PageState.SENDING, PageState.UNKNOWN, PageState.WITHDRAWN]),
        t.page.c.claim.is_not(None),
    )
