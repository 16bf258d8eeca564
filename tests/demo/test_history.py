"""The demo's thirteen weeks: the same each time, plausible, marked as samples, and lived through by the service."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from demo import history

NOW = datetime(2026, 3, 12, 10, 14, tzinfo=UTC)  # two days after clocks went forward


def test_the_nights_are_the_same_each_time() -> None:
    """Thirteen weeks of them, most at night, a few missed, and none in the last two weeks."""
    nights = history.nights(NOW)
    assert nights == history.nights(NOW)
    assert 50 <= len(nights) <= 80
    assert all(NOW - timedelta(weeks=history.WEEKS, days=1) < night.at < NOW for night in nights)
    missed = [night.at for night in nights if night.arrives > 60]
    assert 2 <= len(missed) <= 9
    assert max(missed) < NOW - timedelta(days=13)


@pytest.mark.slow
async def test_the_service_has_lived_through_them(tmp_path: Path) -> None:
    """Each is closed with what came of it and a story; one is under way; misses were reviewed, and one waits for it."""
    file = tmp_path / "dispatch.db"
    await history.play(f"sqlite:///{file}", NOW)
    with closing(sqlite3.connect(file)) as database:

        def count(sql: str) -> int:
            return int(database.execute(sql).fetchone()[0])

        nights = history.nights(NOW)
        missed = [night for night in nights if night.arrives > 60]
        assert count("select count(*) from callout") == len(nights) + 1
        assert count("select count(*) from callout where status = 'closed'") == len(nights)
        assert count("select count(*) from callout where status = 'en_route'") == 1
        assert count("select count(*) from callout where reference like 'SAMPLE-%'") == len(nights) + 1
        assert count("select sum(children_met) from outcome") == sum(night.children for night in nights)
        assert count("select count(*) from callout where arrived_at > respond_by") == len(missed)
        assert count("select count(*) from miss_review") == len(missed) - 1
        assert count("select min(lines) from (select count(*) lines from timeline group by callout)") >= 4
        assert count("select count(*) from page where state in ('waiting', 'sending') and due_at < '2026-03-12'") == 0
