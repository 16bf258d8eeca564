"""Links that show a view without a sign-in, or lead to one. Only hashes are kept, so the database opens nothing.

The law: a token opens what it was made for and nothing else. Each kind of link is a class, and whoever looks for a link
names the class.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, TypeVar

import sqlalchemy as sa

from dispatch.store import tables as t
from dispatch.store.access.hashes import given, is_given
from dispatch.store.transaction import Transaction


class LinkEnding(StrEnum):
    """What ends a link before its time."""

    ACCESS = "its person's access ends"  # of what leads to a sign-in, for longer than it lives itself
    NUMBER = "its person has another number"  # whoever has the phone that it was texted to is no longer they
    LEAVES = "its person leaves the roster"
    COORDINATES = "its person coordinates no more"
    OFFICERS_NUMBER = "its call-out's officer has another number"


_OF_A_PHONE = frozenset({LinkEnding.NUMBER, LinkEnding.LEAVES})
_A_WAY_IN = _OF_A_PHONE | {LinkEnding.ACCESS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    kind: ClassVar[str]
    ends_with: ClassVar[frozenset[LinkEnding]]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialistLink(Link):
    """To the meeting place."""

    kind: ClassVar[str] = "specialist"
    ends_with: ClassVar[frozenset[LinkEnding]] = _OF_A_PHONE
    callout: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerLink(Link):
    """To an officer's view of their call-out."""

    kind: ClassVar[str] = "officer"
    ends_with: ClassVar[frozenset[LinkEnding]] = frozenset({LinkEnding.OFFICERS_NUMBER})
    callout: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLink(Link):
    """To the view of an alarm, for one coordinator."""

    kind: ClassVar[str] = "alarm"
    ends_with: ClassVar[frozenset[LinkEnding]] = _OF_A_PHONE | {LinkEnding.COORDINATES}
    alarm: str
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WelcomeLink(Link):
    """Leads its person to a password and codes. `password_hash` and `seed` (encrypted) are how far it has led; one for
    another app has a seed only, and the password stays."""

    kind: ClassVar[str] = "welcome"
    ends_with: ClassVar[frozenset[LinkEnding]] = _A_WAY_IN
    person: str
    password_hash: str | None = None
    seed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WallLink(Link):
    """Turns a screen into a wall display, on the word of its person."""

    kind: ClassVar[str] = "wall"
    ends_with: ClassVar[frozenset[LinkEnding]] = _A_WAY_IN
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowserLink(Link):
    """Lets a new browser of its person past strangers' guesses. Password and code are still asked there."""

    kind: ClassVar[str] = "browser"
    ends_with: ClassVar[frozenset[LinkEnding]] = _A_WAY_IN
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarLink(Link):
    """To the shifts of a person, or of a rotation, for a calendar that asks again and again. It works until it is
    revoked: a calendar that went empty by itself would tell somebody that they are free."""

    kind: ClassVar[str] = "calendar"
    ends_with: ClassVar[frozenset[LinkEnding]] = _OF_A_PHONE
    person: str | None = None
    rotation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLink(Link):
    """Where its person shows that a new number is theirs. It ends with what it is to verify (`NewNumber`)."""

    kind: ClassVar[str] = "number"
    ends_with: ClassVar[frozenset[LinkEnding]] = frozenset()
    person: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLink(Link):
    """To its person's own shifts, and whatever they may do about them."""

    kind: ClassVar[str] = "own"
    ends_with: ClassVar[frozenset[LinkEnding]] = _OF_A_PHONE
    person: str


AnyLink = TypeVar("AnyLink", bound=Link)


class NewLink(NamedTuple):
    token: str
    link: Link
    created_at: datetime


def token_hash(token: str) -> str:
    """Tokens have 128 random bits, so a plain hash cannot be reversed."""
    return hashlib.sha256(token.encode()).hexdigest()


def row(new: NewLink) -> dict[str, Any]:
    """With every column, whatever the kind of link: those that are written together are of several kinds."""
    kept = {"token_hash": token_hash(new.token), "kind": new.link.kind, "created_at": new.created_at}
    return dict.fromkeys(column.name for column in t.link.columns) | kept | asdict(new.link)


_link = t.link.c
_THIS = sa.and_(_link.token_hash == sa.bindparam("hash"), _link.kind == sa.bindparam("of_kind"))
_GOES_ON = _link.ended_at.is_(None)
_FIND = sa.select(t.link).where(_THIS, _GOES_ON)
_LOCK = _FIND.with_for_update()
_EXIST = sa.select(_link.token_hash).where(is_given(_link.token_hash), _GOES_ON)
_CHOOSE = sa.update(t.link).where(_THIS).values({name: sa.bindparam(name) for name in ("password_hash", "seed")})
_END = sa.update(t.link).values(ended_at=sa.bindparam("at"), password_hash=sa.null(), seed=sa.null())
_USE = _END.where(_THIS)
_WITHDRAW = {
    kind: _END.where(_link.kind == kind.kind, whose == sa.bindparam("whose"), _GOES_ON)
    for kind, whose in (
        (OfficerLink, _link.callout),
        *((kind, _link.person) for kind in (WelcomeLink, NumberLink, OwnLink)),
    )
}


def make(tx: Transaction, new: Iterable[NewLink]) -> None:
    if rows := [row(one) for one in new]:
        tx.execute(sa.insert(t.link), rows)


def find(tx: Transaction, kind: type[AnyLink], token: str, *, lock: bool = False) -> AnyLink | None:
    """The link, unless it was used or withdrawn; it may have expired. Whoever will use it locks it, so that concurrent
    uses are serialised."""
    this = {"hash": token_hash(token), "of_kind": kind.kind}
    found = tx.execute(_LOCK if lock else _FIND, this).mappings().first()
    return kind(**{field.name: found[field.name] for field in fields(kind)}) if found else None


def exist(tx: Transaction, hashes: Collection[str]) -> dict[str, bool]:
    """Those of these hashes that are a link's, of whatever kind, unless it was used or withdrawn."""
    return dict.fromkeys(tx.scalars(_EXIST, given(hashes)), True)


def choose(tx: Transaction, token: str, *, password_hash: str, seed: str) -> None:
    """Keep what was chosen with a welcome link; it is in force once a code has proven the seed."""
    this = {"hash": token_hash(token), "of_kind": WelcomeLink.kind}
    tx.execute(_CHOOSE, {**this, "password_hash": password_hash, "seed": seed})


def use(tx: Transaction, kind: type[Link], token: str, at: datetime) -> None:
    """The link is used up. Nothing of what was chosen with it stays here."""
    tx.execute(_USE, {"hash": token_hash(token), "of_kind": kind.kind, "at": at})


def withdraw(
    tx: Transaction,
    kind: type[OfficerLink | WelcomeLink | NumberLink | OwnLink],
    whose: str,
    at: datetime,
) -> None:
    """Withdraw an officer's links to a call-out, or a person's links of one kind: newer ones replace them."""
    tx.execute(_WITHDRAW[kind], {"whose": whose, "at": at})


def withdraw_with(tx: Transaction, what: LinkEnding, people: Collection[str], at: datetime) -> None:
    """Withdraw every link of these people that ends with this."""
    kinds = {kind.kind for kind in Link.__subclasses__() if what in kind.ends_with}
    theirs = sa.and_(_link.kind.in_(sorted(kinds)), _link.person.in_(list(people)), _GOES_ON)
    tx.execute(_END.where(theirs), {"at": at})


def who_has(tx: Transaction, kind: type[Link], people: Collection[str]) -> set[str]:
    """Those of these people who have a link of this kind that nobody has ended."""
    theirs = sa.and_(_link.kind == kind.kind, _link.person.in_(list(people)), _GOES_ON)
    return set(tx.execute(sa.select(_link.person).where(theirs)).scalars())


def forget(tx: Transaction, kinds: Iterable[type[Link]], before: datetime) -> None:
    """Delete links of these kinds that were over before `before`."""
    over = sa.or_(_link.expires_at < before, _link.ended_at < before)
    tx.execute(sa.delete(t.link).where(_link.kind.in_([kind.kind for kind in kinds]), over))
