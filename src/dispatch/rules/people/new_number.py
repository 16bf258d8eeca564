"""A number that somebody says is theirs, until they have shown that it is.

The law: only a number of the roster is paged, and only a yes from one counts; and a new number comes into the roster
when whoever has the phone has shown it. They type the code that we text, which shows that texts arrive, and press a key
on our call, which shows that calls do. A landline takes no texts: there the call alone will do. Until then the old
number is paged. When the old phone is lost, a coordinator may vouch for the new number, and the audit trail says so.

Guessing is bounded: so many tries of a code, so many texts and calls, and then a coordinator has to ask again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.access.sign_in import plain_code
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording.languages import Words

PATH = "/n/{token}"
LIVES = timedelta(hours=24)
CODE_LIVES = timedelta(minutes=10)
CHOOSING_LASTS = timedelta(hours=1)
"""How long after it is verified a newcomer may choose languages and areas with the link."""
MOST_TRIES, MOST_CODES, MOST_CALLS = 5, 3, 3
_DIGITS = 6


class NumberRefused(ValueError):
    """a number cannot be taken, or not now; the message says why, to whoever verifies it in their language"""

    def __init__(self, said: str, spanish: str | None = None) -> None:
        super().__init__(said)
        self.said = said if spanish is None else Words(said, spanish)


class NumberEnd(StrEnum):
    """How the verifying of a number has ended."""

    VERIFIED = "verified"
    VOUCHED = "vouched for"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced by another"
    WRONG_CODES = "too many wrong codes"


@dataclass(frozen=True, slots=True)
class NewNumber:
    """`phone` is E.164 and `person` the id of whoever is to have it. A `newcomer`, as they are to be listed, is in no
    roster yet. `code_hash` is that of the code that we texted last; it was typed at `code_at`, and a key was pressed on
    our call at `key_at`."""

    id: str
    person: str
    phone: str
    is_landline: bool
    newcomer: Person | None
    asked_at: datetime
    asked_by: str
    expires_at: datetime
    code_hash: str | None = None
    code_sent_at: datetime | None = None
    codes: int = 0
    tries: int = 0
    calls: int = 0
    code_at: datetime | None = None
    key_at: datetime | None = None
    ended_at: datetime | None = None
    ending: NumberEnd | None = None

    @property
    def is_proven(self) -> bool:
        return self.key_at is not None and (self.is_landline or self.code_at is not None)

    @property
    def is_verified(self) -> bool:
        return self.ending is NumberEnd.VERIFIED

    def is_open(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.expires_at

    def may_choose(self, now: datetime) -> bool:
        """Whether the link still takes a newcomer's choices."""
        return (
            self.newcomer is not None
            and self.is_verified
            and self.ended_at is not None
            and now < self.ended_at + CHOOSING_LASTS
        )

    @property
    def texts_left(self) -> int:
        return 0 if self.is_landline or self.code_at is not None else MOST_CODES - self.codes

    @property
    def calls_left(self) -> int:
        return 0 if self.key_at is not None else MOST_CALLS - self.calls

    def takes_code(self, now: datetime) -> bool:
        """Whether a code that is typed now can be right."""
        if self.code_sent_at is None or self.code_at is not None or not self.is_open(now):
            return False
        return now < self.code_sent_at + CODE_LIVES

    def has_lost_its_id(self, roster: Roster) -> bool:
        """Whether the roster calls somebody else by the id of a newcomer by now, from a file or the command line: what
        the newcomer proves is not theirs."""
        return self.newcomer is not None and self.ended_at is None and roster.person(self.person) is not None

    def whose(self, roster: Roster) -> Person | None:
        """Whoever is to have it, as they are listed or will be; None for somebody who has left the roster."""
        return self.newcomer if self.has_lost_its_id(roster) else roster.person(self.person) or self.newcomer

    def listed(self, roster: Roster) -> Person | None:
        """Whoever is to have it, with it; None where it can be nobody's. Whoever opted out of texts did so with the old
        phone."""
        person = None if self.has_lost_its_id(roster) else self.whose(roster)
        return replace(person, phone=self.phone, opted_out=False) if person is not None else None


def refuse(roster: Roster, person: str, phone: str, our_numbers: frozenset[str], dials: Callable[[str], bool]) -> None:
    """Raises `NumberRefused` for a number that cannot be this person's."""
    owner = roster.person_at(phone)
    if owner is not None and owner.id == person:
        raise NumberRefused("that is their number already, and verified")
    if owner is not None:
        raise NumberRefused(f"that is {owner.name}'s number; a reply must say who it is from, so nobody shares one")
    if phone in our_numbers:
        raise NumberRefused("that is our own number; give theirs")
    agency = roster.reached_at(phone) or roster.caller_at(phone)
    if agency is not None:
        raise NumberRefused(f"that is a number of {agency.code}; give one that only they answer")
    if not dials(phone):
        raise NumberRefused("that is outside the regions that we ring and text (DISPATCH_DIAL_REGIONS)")


# ---- the code ------------------------------------------------------------------------------------------------------


def new_code(random_below: Callable[[int], int]) -> str:
    return f"{random_below(10**_DIGITS):0{_DIGITS}}"


def code_sent(number: NewNumber, code: str, now: datetime) -> NewNumber:
    """The one before counts no longer; wrong tries do. Raises `NumberRefused`."""
    _check_open(number, now)
    if number.code_at is not None:
        raise NumberRefused("the code was typed already", "el código ya se escribió")
    if number.texts_left <= 0:
        raise NumberRefused(
            "we have texted as many codes as we may; ask the coordinator to begin again",
            "ya enviamos todos los códigos que podemos; pida al coordinador que empiece de nuevo",
        )
    return replace(number, code_hash=_hash(number, code), code_sent_at=now, codes=number.codes + 1)


def code_typed(number: NewNumber, typed: str, now: datetime) -> NewNumber:
    """After as many wrong ones as are allowed it is over. Raises `NumberRefused` where no code is asked for."""
    _check_open(number, now)
    if not number.takes_code(now):
        raise NumberRefused(
            "that code is older than ten minutes; have another one texted",
            "ese código tiene más de diez minutos; pida otro",
        )
    if _hash(number, plain_code(typed)) == number.code_hash:
        return replace(number, code_at=now, code_hash=None)
    tries = number.tries + 1
    if tries >= MOST_TRIES:
        return over(replace(number, tries=tries), NumberEnd.WRONG_CODES, now)
    return replace(number, tries=tries)


def rung(number: NewNumber, now: datetime) -> NewNumber:
    """Raises `NumberRefused`."""
    _check_open(number, now)
    if number.key_at is not None:
        raise NumberRefused("the call was answered already", "la llamada ya se contestó")
    if number.calls_left <= 0:
        raise NumberRefused(
            "we have rung as often as we may; ask the coordinator to begin again",
            "ya llamamos las veces que podemos; pida al coordinador que empiece de nuevo",
        )
    return replace(number, calls=number.calls + 1)


def over(number: NewNumber, ending: NumberEnd, now: datetime) -> NewNumber:
    return replace(number, ended_at=now, ending=ending, code_hash=None)


def _check_open(number: NewNumber, now: datetime) -> None:
    if not number.is_open(now):
        raise NumberRefused(
            "this is over; ask the coordinator to begin again",
            "esto terminó; pida al coordinador que empiece de nuevo",
        )


def _hash(number: NewNumber, code: str) -> str:
    return hashlib.sha256(f"{number.id} {code}".encode()).hexdigest()
