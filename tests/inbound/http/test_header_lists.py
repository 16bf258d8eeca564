"""Of a header that is a list only the first parts are looked at."""

from typing import Any

from dispatch.inbound.http.cookies import OnlyOurs, carries_ours
from dispatch.inbound.http.header_lists import MOST_PARTS, parts
from tests.work import counted


def test_the_first_parts_are_read_without_their_blanks() -> None:
    """As text or as bytes; what stands behind them is not part of the last one."""
    assert parts("a , b,c", ",") == ["a", "b", "c"]
    assert parts(b"a; b", b";") == [b"a", b"b"]
    assert parts("", ",") == [""]
    assert parts("x," * 60_000, ",") == ["x"] * MOST_PARTS


async def test_our_cookie_is_found_among_as_many_as_a_browser_keeps() -> None:
    """However many a stranger sends, the rest is not looked at; several headers are one list."""
    seen: list[Any] = []

    async def web(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append([value for name, value in scope["headers"] if name == b"cookie"])

    async def given(*headers: bytes) -> list[bytes]:
        scope = {"type": "http", "headers": [(b"cookie", header) for header in headers]}
        await OnlyOurs(web)(scope, None, None)  # type: ignore[arg-type]  # it neither reads nor answers
        cookies: list[bytes] = seen.pop()
        return cookies

    others, ours = b"a=1; " * 179, b"dispatch-session=x"
    assert await given(others + ours) == [ours]
    assert await given(others, ours) == [ours]
    assert carries_ours((others + ours).decode())
    calls = []
    for headers in (100, 200):
        with counted() as work:
            assert await given(*[b";" * 300] * headers, ours) == []
        calls.append(work.calls)
    assert calls[0] == calls[1]
