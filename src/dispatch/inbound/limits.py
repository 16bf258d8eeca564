"""No request is larger than it needs to be: everything that is said to us fits into 64 KiB."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.inbound.problem import problem

MOST_BYTES = 64 * 1024


class BodyLimit:
    """Refuses a body of more than `MOST_BYTES`, whether or not it says beforehand how long it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if _declared_length(scope) > MOST_BYTES:
            await _too_large(scope, receive, send)
            return
        # The body is read here, whole, before anything acts on it: half a body must never become a call-out.
        chunks: list[Message] = []
        size = 0
        while True:
            message = await receive()
            chunks.append(message)
            if message["type"] != "http.request":
                break
            size += len(message.get("body", b""))
            if size > MOST_BYTES:
                await _too_large(scope, receive, send)
                return
            if not message.get("more_body", False):
                break
        waiting = iter(chunks)

        async def replay() -> Message:
            return next(waiting, None) or await receive()

        await self._app(scope, replay, send)


def _declared_length(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            # A number of thousands of digits would be refused by int(); it is too large in any case.
            return int(value[:20]) if value.isdigit() else 0
    return 0


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    answer = problem(
        413,
        f"the body is larger than {MOST_BYTES // 1024} KiB; no call-out needs so many words",
        headers={"Connection": "close"},
    )
    await answer(scope, receive, send)
