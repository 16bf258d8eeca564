"""Which requests share places while they are answered (`serving/places.py`), and which wait for nobody.

The law: **whoever shows a key or a signature at a door for programs waits for nobody.** Neither does a stream, which
does not end, nor a password that is posted: it takes a tenth of a second, and has places of its own.
"""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import Scope

from dispatch.inbound.http.cookies import carries_ours
from dispatch.rules.sign_in import SIGN_IN, WELCOME

_OF_THEIR_OWN = frozenset({"r", "a", "o", "healthz", "readyz", "metrics", "response-times", "audit"})
"""By the first part of the path: nobody there waits behind strangers who ask for anything else, and the board behind no
report, which may take twenty seconds."""
_PASSWORDS = tuple(path.partition("{")[0] for path in (SIGN_IN, WELCOME))


def rooms(carrier: str) -> Callable[[Scope], str | None]:
    """What names the room of a request; None for one that waits for nobody. The carrier's paths begin with its name."""
    programs = ("v1", carrier)

    def room(scope: Scope) -> str | None:
        path: str = scope["path"]
        first = path.removeprefix("/").partition("/")[0]
        if first in programs:
            return None if any(map(_is_credential, scope["headers"])) else first
        if path.endswith("/events") or (scope["method"] == "POST" and path.startswith(_PASSWORDS)):
            return None
        if first in _OF_THEIR_OWN:
            return first
        return "signed in" if carries_ours(Headers(scope=scope).get("cookie", "")) else "others"

    return room


def _is_credential(header: tuple[bytes, bytes]) -> bool:
    """Agencies sign in one header, each carrier in one of its own."""
    return header[0] == b"authorization" or header[0].endswith(b"-signature")
