"""The law of the audit, watched while other tests run: whoever changes something for others stands in a timeline or in
the audit trail, written by the same transaction.

It holds for whatever a door or a command does. What the service does by itself is nobody's.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pytest
import sqlalchemy as sa
from fastapi import FastAPI

from dispatch.actions.runner import Runner
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
    t.call_exchange.name: "is how far a call has come; what a key does has its line",
    t.receipt.name: "is the carrier's word",
    t.link.name: "belongs to a text, or leads to a sign-in: whoever makes or uses that has a line",
    t.deadline.name: "follows from what was done",
    t.idempotency.name: "is a request's name",
    t.roster_version.name: "follows from a change of the roster",
    t.sign_in_delay.name: "remembers mistakes, and each of them has its line",
    t.node.name: "is a node of ours",
    t.calendar.name: "is the service's own",
}
_TO_THEMSELVES = (Purpose.ANSWER, Purpose.CONFIRMATION, Purpose.QUESTION)
# Columns that say how far a message has come, or when somebody was last heard from.
_NEWS = {
    t.callout.c.first_paged_at,
    t.alarm.c.acted_at,
    t.session.c.seen_at,
    *(column for column in t.page.c if column not in {t.page.c.id, t.page.c.purpose}),
}


def _with_an_actor(table: sa.Table) -> sa.ScalarSelect[int]:
    return sa.select(sa.func.count()).select_from(table).where(table.c.actor_kind.is_not(None)).scalar_subquery()


_LINES = sa.select(_with_an_actor(t.timeline) + _with_an_actor(t.audit))


class Unaudited(AssertionError):
    """something was changed for others, and nothing says who did it"""


def watched(runner: Runner) -> Any:
    """An office that holds every action to the law."""
    return _Watched(runner)


def held(action: Callable[..., T]) -> Callable[..., T]:
    """The action, which fails when it leaves a change without a line.

    A table is read just before the action first writes to it, and once more at the end: most actions write to few.
    """

    def act(tx: Transaction, *args: Any, **kwargs: Any) -> T:
        before: dict[str, object] = {}
        lines: list[int] = []

        def remember(sql: str) -> None:
            written = _written_by(sql)
            if written and not lines:  # an action may write its line before it changes anything
                lines.append(_lines(tx))  # first, and last below: what others commit must not look like ours
            new = written - _NOT_HELD.keys() - before.keys()
            before.update(dict.fromkeys(new))  # before we read, which leads here again
            before.update({name: _rows(tx, name) for name in new})

        of_an_outer_action = _told.get(tx)
        _told[tx] = remember
        try:
            result = action(tx, *args, **kwargs)
        finally:
            if of_an_outer_action is None:
                del _told[tx]
            else:
                _told[tx] = of_an_outer_action
        changed = [name for name, rows in before.items() if rows != _rows(tx, name)]
        if changed and _lines(tx) <= lines[0]:
            raise Unaudited(f"{action}: {changed}")
        return result

    return act


_told: WeakKeyDictionary[Transaction, Callable[[str], None]] = WeakKeyDictionary()
"""Who is told what a transaction is about to run."""
_WRITES = re.compile(r'\b(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(\w+)', re.IGNORECASE)


@cache
def _written_by(sql: str) -> frozenset[str]:
    """The tables that a statement writes to."""
    return frozenset(_WRITES.findall(sql)) & t.metadata.tables.keys()


@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def _about_to_run(tx: Transaction, _cursor: object, sql: str, *_: object) -> None:
    if (tell := _told.get(tx)) is not None:
        tell(sql)


class _Watched:
    def __init__(self, runner: Runner) -> None:
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        return getattr(self._runner, name)

    async def act(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._runner.act(held(action), *args, **kwargs)

    async def act_ahead(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._runner.act_ahead(held(action), *args, **kwargs)

    async def act_together(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        return await self._runner.act_together(held(action), *args, **kwargs)


def _lines(tx: Transaction) -> int:
    """How many lines name their actor."""
    lines: int = tx.execute(_LINES).scalar_one()
    return lines


def _rows(tx: Transaction, name: str) -> object:
    """What others see or will hear of, in one table. An answer to whoever wrote or pressed is theirs alone."""
    return tx.execute(_asked(name)).all()


@cache
def _asked(name: str) -> sa.Select[Any]:
    table = t.metadata.tables[name]
    return (
        sa.select(*(column for column in table.c if column not in _NEWS))
        .where(t.page.c.purpose.not_in(_TO_THEMSELVES) if table is t.page else sa.true())
        .order_by(*table.primary_key.columns)
    )


def watch_every_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the doors of a service do is held to the law from now on."""
    install = state.install

    def install_watched(app: FastAPI, runner: Runner, *shared: Any) -> None:
        install(app, watched(runner), *shared)

    monkeypatch.setattr(state, "install", install_watched)
