"""Where Twilio calls us back, and how.

The law: no address of ours is given away without the retry policy. By default Twilio tries once more, and only when it
could not connect, so whatever meets a restart of ours, or a database that is away, is lost: a key press, a text.
"""

# Five times, on every failure, 2 s to connect, 4 s to answer.
RETRY_POLICY = "rc=5&rp=all&ct=2000&rt=4000"


def with_retry_policy(url: str) -> str:
    """`url` with Twilio's retry policy behind it. It stands behind the #, so it is no part of the signature."""
    return f"{url}#{RETRY_POLICY}"


class Addresses:
    """The addresses of one page's doors, each with the retry policy. `public_url` is where the world reaches us."""

    def __init__(self, public_url: str) -> None:
        self._base = f"{public_url.rstrip('/')}/twilio"

    def text_status(self, page: str) -> str:
        return with_retry_policy(f"{self._base}/sms/status/{page}")

    def call_status(self, page: str) -> str:
        return with_retry_policy(f"{self._base}/voice/status/{page}")

    def picked_up(self, page: str, round_number: int = 1) -> str:
        """What is said to whoever picks up; `round_number` counts how often it is said, from 1."""
        again = f"?round={round_number}" if round_number > 1 else ""
        return with_retry_policy(f"{self._base}/voice/page/{page}{again}")

    def keys(self, page: str, stage: str) -> str:
        """Where the keys go that are pressed at `stage` of a call."""
        return with_retry_policy(f"{self._base}/voice/page/{page}/keys?stage={stage}")
