"""The law of deeds, watched while other tests run: whoever changes something for others stands in a timeline or in the
audit trail, written by the same transaction.

It holds for whatever a door or a command does. What the service does by itself is no deed.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from dispatch.actions.office import Office
from dispatch.inbound.http import state
from dispatch.rules.facts.pages import Purpose
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction

T = TypeVar("T")

# A new table is held to the law unless it stands here, with the reason.
_NOT_HELD = {
    t.timeline.name: "holds the lines",
    t.audit.name: "holds the lines",
    t.inbound_text.name: "is the text itself, with its sender",
    t.hotline_call.name: "is the call itself; what it opens, rings or ends has its line",
    t.phone_call.name: "is where a phone stands; whoever asks to be joined has a line",
    t.call_turn.name: "is how far a call has come; what a key does has its line",
    t.receipt.name: "is the carrier's word",
    t.link.name: "belongs to a confirmation",
    t.officer_link.name: "belongs to the first text to an officer",
    t.deadline.name: "follows from what was done",
    t.idempotency.name: "is a request's name",
    t.roster_version.name: "follows from a change of the roster",
    t.sign_in_link.name: "is between us and whoever holds the link, and told of when it is made and when it has led on",
    t.sign_in_delay.name: "remembers mistakes, and each of them has its line",
    t.node.name: "is a node of ours",
    t.calendar.name: "is the service's own",
}
_TO_THEMSELVES = (Purpose.ANSWER, Purpose.CONFIRMATION)
# Columns that say how far a message has come, or when somebody was last heard from.
_NEWS = {
    t.callout.c.first_paged_at,
    t.alarm.c.deed_at,
    t.session.c.seen_at,
    *(column for column in t.page.c if column not in {t.page.c.id, t.page.c.purpose}),
}


class Deedless(AssertionError):
    """something was changed for others, and nothing says who did it"""


def watched(office: Office) -> Any:
    """An office that holds every action to the law."""
    return _Watched(office)


def held(action: Callable[..., T]) -> Callable[..., T]:
    """The action, which fails when it leaves a change without a line."""

    def act(tx: Transaction, *args: Any, **kwargs: Any) -> T:
        lines = _lines(tx)  # first, and last below: what others commit meanwhile must not look like ours
        before = _outside(tx)
        result = action(tx, *args, **kwargs)
        after = _outside(tx)
        if before != after and _lines(tx) <= lines:
            raise Deedless(f"{action}: {[name for name in after if before[name] != after[name]]}")
        return result

    return act


class _Watched:
    def __init__(self, office: Office) -> None:
        self._office = office

    def __getattr__(self, name: str) -> Any:
        return getattr(self._office, name)

    async def act(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._office.act(held(action), *args, **kwargs)

    async def act_together(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._office.act_together(held(action), *args, **kwargs)


def _lines(tx: Transaction) -> int:
    """How many lines name their actor."""
    return sum(
        tx.execute(sa.select(sa.func.count()).select_from(table).where(table.c.actor_kind.is_not(None))).scalar_one()
        for table in (t.timeline, t.audit)
    )


def _outside(tx: Transaction) -> Mapping[str, object]:
    """What others see or will hear of, table by table. An answer to whoever wrote or pressed is theirs alone."""
    return {
        table.name: tx.execute(
            sa.select(*(column for column in table.c if column not in _NEWS))
            .where(t.page.c.purpose.not_in(_TO_THEMSELVES) if table is t.page else sa.true())
            .order_by(*table.primary_key.columns)
        ).all()
        for table in t.metadata.sorted_tables
        if table.name not in _NOT_HELD
    }


def watch_every_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the doors of a service do is held to the law from now on."""
    install = state.install

    def install_watched(app: FastAPI, office: Office, *shared: Any) -> None:
        install(app, watched(office), *shared)

    monkeypatch.setattr(state, "install", install_watched)
