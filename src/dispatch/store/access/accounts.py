"""Accounts: whose password and codes are known, and the recovery codes left. No secret is here in the clear."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Account:
    """`seed` is encrypted. One that is not enrolled has neither password nor seed, and nobody signs in with it."""

    person: str
    created_at: datetime
    password_hash: str | None
    seed: str | None
    enrolled_at: datetime | None
    last_step: int | None


_account = t.account.c


def find(tx: Transaction, person: str) -> Account | None:
    row = tx.execute(sa.select(t.account).where(_account.person == person)).mappings().first()
    return Account(**row) if row else None


def lock(tx: Transaction, people: Collection[str]) -> None:
    """Let nobody else change the accounts of these people before this transaction is over."""
    tx.execute(
        sa.select(_account.person).where(_account.person.in_(list(people))).order_by(_account.person).with_for_update()
    )


def all_accounts(tx: Transaction) -> list[Account]:
    return [Account(**row) for row in tx.execute(sa.select(t.account).order_by(_account.person)).mappings()]


def create(tx: Transaction, person: str, at: datetime) -> None:
    """Make an account that is still to be enrolled, unless there is one. Raises `Conflict` when another transaction
    makes it at the same time."""
    if find(tx, person) is None:
        tx.execute(sa.insert(t.account), {"person": person, "created_at": at})


def clear(tx: Transaction, person: str) -> None:
    """Forget password, seed and recovery codes: the account is as new."""
    empty = {"password_hash": None, "seed": None, "enrolled_at": None, "last_step": None}
    tx.execute(sa.update(t.account).where(_account.person == person).values(empty))
    tx.execute(sa.delete(t.recovery_code).where(t.recovery_code.c.person == person))


def remove(tx: Transaction, people: Collection[str]) -> None:
    """Of whoever has left the roster nothing stays that somebody of the same id could sign in with."""
    theirs = list(people)
    tx.execute(sa.delete(t.recovery_code).where(t.recovery_code.c.person.in_(theirs)))
    tx.execute(sa.delete(t.account).where(_account.person.in_(theirs)))


def enrol(tx: Transaction, person: str, password_hash: str, seed: str, step: int, at: datetime) -> None:
    """The password and the seed are in force from now on; `step` is that of the code which proved the seed."""
    values = {"password_hash": password_hash, "seed": seed, "enrolled_at": at, "last_step": step}
    tx.execute(sa.update(t.account).where(_account.person == person).values(values))


def set_password(tx: Transaction, person: str, password_hash: str) -> None:
    tx.execute(sa.update(t.account).where(_account.person == person).values(password_hash=password_hash))


def renew_seed(tx: Transaction, person: str, before: str, after: str) -> None:
    """Keep the seed under a newer key, unless another was enrolled meanwhile."""
    mine = sa.and_(_account.person == person, _account.seed == before)
    tx.execute(sa.update(t.account).where(mine).values(seed=after))


def take_step(tx: Transaction, person: str, step: int) -> bool:
    """Take the code of this time step; False when it or a later one was taken before, perhaps a moment ago."""
    later = sa.or_(_account.last_step.is_(None), _account.last_step < step)
    mine = sa.and_(_account.person == person, later)
    return bool(tx.execute(sa.update(t.account).where(mine).values(last_step=step)).rowcount)


# ---- recovery codes ------------------------------------------------------------------------------------------------

_code = t.recovery_code.c


def replace_recovery_codes(tx: Transaction, person: str, hashes: Sequence[str], at: datetime) -> None:
    tx.execute(sa.delete(t.recovery_code).where(_code.person == person))
    tx.execute(
        sa.insert(t.recovery_code),
        [{"code_hash": code_hash, "person": person, "created_at": at} for code_hash in hashes],
    )


def use_recovery_code(tx: Transaction, person: str, code_hash: str, at: datetime) -> bool:
    """Take a recovery code; False when it is wrong or was used before."""
    good = sa.and_(_code.code_hash == code_hash, _code.person == person, _code.used_at.is_(None))
    return bool(tx.execute(sa.update(t.recovery_code).where(good).values(used_at=at)).rowcount)


def recovery_codes_left(tx: Transaction, person: str) -> int:
    left = sa.select(sa.func.count()).where(_code.person == person, _code.used_at.is_(None))
    return int(tx.execute(left).scalar_one())
