"""What an action context draws by chance."""

from collections import Counter
from datetime import UTC, datetime
from random import Random

from dispatch.actions.context import Context
from dispatch.store.roster.roster import Rosters

_NOW = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)


def test_a_token_is_long_and_plain() -> None:
    """23 characters that nobody mistakes for another, each of them as likely at every place: over 128 random bits."""
    tokens = [Context(_NOW, Random(seed), Rosters()).new_token() for seed in range(6_000)]
    assert len(set(tokens)) == len(tokens)
    assert {len(token) for token in tokens} == {23}
    for place in zip(*tokens, strict=True):
        seen = Counter(place)
        assert len(seen) == 56
        assert not set(seen) & set("lIoO01")
        assert max(seen.values()) < 2 * len(tokens) / 56
