"""Where the carrier takes what comes to our own number."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NumberSetUp:
    """The address that the carrier asks about each of these; empty where there is none.

    `calls`: somebody rings. `call_news`: such a call has ended. `texts`: somebody texts. Each `…_fallback` is asked
    when the address before it fails.
    """

    calls: str = ""
    calls_fallback: str = ""
    call_news: str = ""
    texts: str = ""
    texts_fallback: str = ""
