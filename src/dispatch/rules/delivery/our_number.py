"""Our own number: whether its set-up at the carrier leads to us, and that nobody in the roster has it.

The law: an officer who rings, and a specialist who texts, reach us or a person, even while the service is down. And we
reach them: if theirs were our own number, we would ring and text ourselves.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

FALLBACK_SETTING = "DISPATCH_HOTLINE_FALLBACK_URL"
SET_IT = "`dispatch number --set`"
_KEEP_ONE = (
    f"keep a document at the carrier that dials coordinators, and set {FALLBACK_SETTING} to its address "
    "(docs/operations.md)"
)


class OurOwnNumber(ValueError):
    """somebody is to be reached at a number that is ours"""


def is_ours(phone: str | None, our_numbers: Collection[str]) -> bool:
    """Whether this is a number of ours (E.164). Every number that comes in is checked, whoever gives it."""
    return bool(phone) and phone in our_numbers


def check_not_ours(phone: str, our_numbers: Collection[str]) -> None:
    """Raise `OurOwnNumber` if a number given as an officer's is ours."""
    if is_ours(phone, our_numbers):
        raise OurOwnNumber("is our own number, so nobody could be called back there; give the officer's")


class Fault(StrEnum):
    """What is wrong with one address."""

    NOWHERE = "nowhere"
    ELSEWHERE = "elsewhere"
    NO_RETRY = "no_retry"  # ours, but the carrier would try it only once
    UNKNOWN = "unknown"  # a fallback that only the carrier has


@dataclass(frozen=True, slots=True)
class NumberSetUp:
    """Where the carrier takes what comes to our own number: the address that it asks about each of these, or nothing.

    `calls`: somebody rings. `call_news`: such a call has ended. `texts`: somebody texts. Each `…_fallback` is asked
    when the address before it fails.
    """

    calls: str = ""
    calls_fallback: str = ""
    call_news: str = ""
    texts: str = ""
    texts_fallback: str = ""


@dataclass(frozen=True, slots=True)
class Lead:
    """One event at our number: the `address` that the carrier has for it, and the one that is `wanted`.

    `what` is half a sentence, such as "a call comes in". `essential`: without it nobody reaches us. `advice` says what
    to do about the `fault`, which is None if all is well.
    """

    what: str
    address: str
    wanted: str
    fault: Fault | None
    advice: str = ""
    essential: bool = False

    @property
    def keeps_people_away(self) -> bool:
        """Whether an officer or a specialist does not reach us."""
        return self.essential and self.fault in {Fault.NOWHERE, Fault.ELSEWHERE}

    @property
    def trouble(self) -> str:
        """The fault in words; empty if there is none."""
        match self.fault:
            case Fault.NOWHERE:
                return f"leads nowhere; {self.advice}"
            case Fault.ELSEWHERE:
                return f"leads elsewhere; {self.advice}"
            case Fault.NO_RETRY:
                return f"leads to us, but the carrier does not try again when we fail; {self.advice}"
            case Fault.UNKNOWN:
                return f"calls that we place have no such fallback; {self.advice}"
            case None:
                return ""
            case _:
                assert_never(self.fault)


def leads(found: NumberSetUp, wanted: NumberSetUp) -> list[Lead]:
    """Each address of the number: what it is, what it should be, and what to do about it."""
    return [
        _lead("a call comes in", found.calls, wanted.calls, essential=True),
        _fallback_of_calls(found.calls_fallback, wanted.calls_fallback),
        _lead("a call has ended", found.call_news, wanted.call_news),
        _lead("a text comes in", found.texts, wanted.texts, essential=True),
        _lead("a text fails", found.texts_fallback, wanted.texts_fallback),
    ]


def _lead(what: str, address: str, wanted: str, *, essential: bool = False) -> Lead:
    fault = _fault(address, wanted)
    return Lead(what, address, wanted, fault, SET_IT if fault is not None else "", essential)


def _fallback_of_calls(address: str, wanted: str) -> Lead:
    what = "a call fails"
    if wanted:
        return _lead(what, address, wanted)
    if address:
        return Lead(what, address, wanted, Fault.UNKNOWN, f"set {FALLBACK_SETTING} to this address")
    return Lead(what, address, wanted, Fault.NOWHERE, _KEEP_ONE)


def _fault(address: str, wanted: str) -> Fault | None:
    if address == wanted:
        return None
    if not address:
        return Fault.NOWHERE
    # The part behind the # says how often the carrier tries.
    same = address.partition("#")[0] == wanted.partition("#")[0]
    return Fault.NO_RETRY if same else Fault.ELSEWHERE
