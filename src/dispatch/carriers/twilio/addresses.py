"""Where Twilio calls us back, and how.

The law: every address that we give Twilio carries the retry policy. By default Twilio retries once, and only when it
could not connect. A key press or a text that arrives while we restart, or while the database is down, would be lost.
"""

# Five retries, on every failure; 2 s to connect, 4 s to answer.
RETRY_POLICY = "rc=5&rp=all&ct=2000&rt=4000"


def with_retry_policy(url: str) -> str:
    """`url` with Twilio's retry policy at its end. It follows the #, so the signature does not cover it."""
    return f"{url}#{RETRY_POLICY}"


class Addresses:
    """The addresses of a page's doors, each with the retry policy. `public_url` is where the world reaches us."""

    def __init__(self, public_url: str) -> None:
        self._base = f"{public_url.rstrip('/')}/twilio"

    def text_status(self, page: str) -> str:
        return with_retry_policy(f"{self._base}/sms/status/{page}")

    def call_status(self, page: str) -> str:
        return with_retry_policy(f"{self._base}/voice/status/{page}")

    def picked_up(self, page: str, round_number: int = 1) -> str:
        """Where Twilio asks what to say to whoever picks up. `round_number` counts, from 1, how often it is said."""
        again = f"?round={round_number}" if round_number > 1 else ""
        return with_retry_policy(f"{self._base}/voice/page/{page}{again}")

    def keys(self, page: str, stage: str) -> str:
        """Where Twilio sends the keys pressed at `stage` of a call."""
        return with_retry_policy(f"{self._base}/voice/page/{page}/keys?stage={stage}")
