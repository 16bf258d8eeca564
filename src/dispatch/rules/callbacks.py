"""How the carrier is to call us back.

The law: no address of ours is given away without this policy. By default the carrier tries once more, and only when it
could not connect, so whatever meets a restart of ours, or a database that is away, is lost: a key press, a text.
"""

# Five times, on every failure, 2 s to connect, 4 s to answer.
RETRY_POLICY = "rc=5&rp=all&ct=2000&rt=4000"


def with_retry_policy(url: str) -> str:
    """`url` with the carrier's retry policy behind it. It stands behind the #, so it is no part of the signature."""
    return f"{url}#{RETRY_POLICY}"
