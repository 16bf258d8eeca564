"""What the account lists: its messages, and its calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class _Sent(Protocol):
    sid: str
    from_: str
    to: str


S = TypeVar("S", bound=_Sent)


class Listed(Generic[S]):
    """Found by SID, and by the numbers at both ends."""

    def __init__(self) -> None:
        self._by_sid: dict[str, S] = {}
        self._by_number: dict[str, list[S]] = {}

    def get(self, sid: str) -> S | None:
        """The one with this SID."""
        return self._by_sid.get(sid)

    def __iter__(self) -> Iterator[S]:
        return iter(self._by_sid.values())

    def newest_first(self, to: str | None = None, from_: str | None = None) -> list[S]:
        """Those to and from these numbers, the newest first."""
        number = to or from_
        known = self._by_number.get(number, []) if number else list(self._by_sid.values())
        return [one for one in reversed(known) if to in (None, one.to) and from_ in (None, one.from_)]

    def _list(self, one: S) -> None:
        self._by_sid[one.sid] = one
        for number in {one.from_, one.to}:
            self._by_number.setdefault(number, []).append(one)
