"""Short rehearsals, with fixed seeds: nothing is lost, and a seed decides everything."""

import re
import zlib
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch.rules.facts.people import Channel
from dispatch.store.callout import decided
from rehearsal import story as stories
from rehearsal.events import (
    Behave,
    CloseCallOut,
    Coordinate,
    Decide,
    DecideAll,
    Dial,
    Event,
    HangUp,
    Jump,
    Kill,
    Open,
    Outage,
    Press,
    ReplyByText,
    Watch,
    Whom,
)
from rehearsal.meant import Meant
from rehearsal.rehearse import rehearse
from rehearsal.season import NotEmpty, Season, play, prepare
from rehearsal.shrinking import shrink
from rehearsal.story import EVERY_FAMILY, Family, draw
from rehearsal.troubles import TroubledDatabase
from twilio_simulator import Behaviour


@pytest.mark.parametrize("seed", [2, pytest.param(12, marks=pytest.mark.slow)])
@pytest.mark.costs(15)
def test_nothing_is_lost(seed: int) -> None:
    """A handful of call-outs with every kind of fault come to a good end."""
    outcome = rehearse(seed, draw(seed, 8))
    assert outcome.failure is None, outcome.failure
    assert outcome.counts["call-outs"] >= 8
    assert outcome.struck.total() > 10


@pytest.mark.slow
def test_the_same_seed_is_the_same_run() -> None:
    """Two runs of one seed send the same texts at the same moments and write the same timelines."""
    story = draw(4, 4)
    first, second = rehearse(4, story), rehearse(4, draw(4, 4))
    assert first.digest == second.digest
    assert first.counts == second.counts
    assert first.struck == second.struck
    assert rehearse(5, draw(5, 2)).digest != first.digest


@pytest.mark.costs(5)
def test_a_yes_answers_what_was_asked() -> None:
    """Whoever is asked "on your way?" and says yes has meant it, whatever they had meant by the text before."""
    taken = Event(75, ReplyByText(1, Whom.FIRST, "1", Meant.GO))
    mumbled = Event(95, ReplyByText(1, Whom.FIRST, "backing out of the driveway", Meant.NOTHING))
    yes = Event(115, ReplyByText(1, Whom.FIRST, "yes", Meant.GO))
    outcome = rehearse(1, [Event(60, Open(1, "LBPD", "+15625551005", None)), taken, mumbled, yes])
    assert outcome.failure is None, outcome.failure


@pytest.mark.slow
def test_a_call_that_was_over_before_the_clock_was_set_back_rings_no_more() -> None:
    """Omar's line was busy at 00:11:01; it is 00:11:00 again when the next alarm rings him."""
    busy = [Event(655.0, Behave(who, Behaviour.BUSY, 2, 3)) for who in ("cora", "omar")]
    opened = [Event(60.0, Open(1, "LBPD", "+15625551005", None)), Event(300.0, Open(2, "LAPD", "+15625551006", None))]
    again = [Event(663.5, Jump(-3.0)), Event(663.6, Coordinate(2, "next_step", 0)), Event(700.0, Watch())]
    outcome = rehearse(1, [*opened, *busy, *again])
    assert outcome.failure is None, outcome.failure


@pytest.mark.slow
def test_a_flood_of_silent_calls_loses_nobody() -> None:
    """Fourteen strangers say nothing while the process is killed and the carrier is away; then a coordinator says that
    somebody must go."""
    flood = [Event(30.0 + 6 * at, Dial(at + 1, f"+1310556{2000 + at}")) for at in range(14)]
    flood += [Event(33.0 + 6 * at, HangUp(at + 1)) for at in range(14)]
    faults = [Event(95.0, Kill(3, after=True, down=20.0)), Event(140.0, Outage(6.0)), Event(600.0, DecideAll(True))]
    outcome = rehearse(7, sorted([*flood, *faults], key=lambda event: event.at))
    assert outcome.failure is None, outcome.failure
    assert outcome.counts["phoned: about an open one"] >= 8


@pytest.mark.slow
def test_nodes_that_race_lose_nothing(postgres_url: str) -> None:
    """Two nodes on one PostgreSQL, each killed now and then, lose nothing either."""
    plan = Season(4, frozenset({Family.KILLS, Family.REQUESTS, Family.DATABASE}), postgres_url, nodes=2)
    prepare(postgres_url)
    played = play(3, plan)
    assert played.outcome.failure is None, played.outcome.failure
    prepare(postgres_url)  # it was left empty


@pytest.mark.slow
def test_one_node_on_postgres_is_the_same_run(postgres_url: str) -> None:
    """On PostgreSQL, too, a seed decides everything as long as one node runs."""
    plan = Season(2, EVERY_FAMILY, postgres_url, nodes=1)
    assert play(6, plan).outcome.digest == play(6, plan).outcome.digest


@pytest.mark.slow
def test_a_database_that_is_used_is_left_alone(postgres_url: str) -> None:
    """A rehearsal empties its database, so it refuses one that holds anything."""
    rehearse(1, [Event(1.0, Watch())], database_url=postgres_url)
    with pytest.raises(NotEmpty):
        prepare(postgres_url)


def test_a_story_is_shrunk_to_what_it_takes() -> None:
    """What a failure does not need is left out: here all but one reply and the kill before it."""
    reply, kill = Event(900.0, ReplyByText(3, Whom.PAGED, "1", Meant.GO)), Event(400.0, Kill(1, after=True, down=0))
    noise = [Event(100.0 * number, Open(number, "LBPD", "+15625551000", None)) for number in range(1, 9)]
    noise += [Event(5000.0 + number, CloseCallOut(number)) for number in range(1, 9)]

    def fails(story: Sequence[Event]) -> bool:
        return reply in story and kill in story

    story = sorted([*noise, reply, kill], key=lambda event: event.at)
    assert shrink(story, fails, seconds=5) == [kill, reply]


def test_faults_do_not_change_what_people_do() -> None:
    """Leaving out a family of faults leaves everything else in the story as it was."""
    calm, wild = draw(9, 10, frozenset()), draw(9, 10)
    assert set(map(str, calm)) <= set(map(str, wild))
    assert len(wild) > len(calm)


def test_calls_on_the_hotline_do_not_change_what_others_mean_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """Officers who phone come from a stream of their own: the rest of a seed's story is the same without them."""
    with_calls = draw(9, 30)
    for calls in ("phoned", "silent"):
        monkeypatch.setattr(stories, calls, lambda *_: iter(()))
    without = draw(9, 30)
    assert set(map(str, without)) < set(map(str, with_calls))
    assert not any(isinstance(event.act, Dial | Press | HangUp | Decide) for event in without)


@pytest.mark.slow
def test_officers_phone_and_people_are_joined() -> None:
    """Calls come in and come to something: a call-out at once, on a key, after a minute, or a person's decision. Some
    who ask for the officer speak with them."""
    outcome = rehearse(7, draw(7, 8, frozenset()))
    assert outcome.failure is None, outcome.failure
    came_of = {what: number for what, number in outcome.counts.items() if what.startswith("phoned: ")}
    assert sum(came_of.values()) == outcome.counts["phoned"] > 3
    assert len(came_of) > 2
    assert "phoned: not decided yet" not in came_of
    assert outcome.counts["asked to be joined"] > outcome.counts["joined"] > 0


@pytest.mark.slow
def test_nothing_is_read_whole_while_call_outs_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """No query scans a table that grows for years, nor does one that is written where it is asked, of which
    `tests/store/test_plans.py` knows nothing."""
    asked: set[str] = set()
    plans: dict[str, list[str]] = {}
    opened, closed = TroubledDatabase.open, TroubledDatabase.close

    def note(_connection: object, _cursor: object, sql: str, *_: object) -> None:
        asked.add(sql)

    async def open_(database: TroubledDatabase) -> None:
        await opened(database)
        for connection in database._connections:
            sa.event.listen(connection.engine, "before_cursor_execute", note)

    async def close(database: TroubledDatabase) -> None:
        driver: Any = database._connections[0].connection.driver_connection
        for sql in asked - plans.keys():
            if sql.startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
                steps = driver.execute(f"EXPLAIN QUERY PLAN {sql}", [None] * sql.count("?")).fetchall()
                plans[sql] = [step[3] for step in steps]
        await closed(database)

    monkeypatch.setattr(TroubledDatabase, "open", open_)
    monkeypatch.setattr(TroubledDatabase, "close", close)
    assert rehearse(2, draw(2, 8)).failure is None
    assert len(plans) > 20
    scan = re.compile(rf"SCAN (?!.*USING INDEX ({'|'.join(_HOLD_WHAT_IS_OPEN | _READ_FROM_THE_END)}))(\w+)")
    scanned = {
        (match[2], " ".join(sql.split())[:200])
        for sql, steps in plans.items()
        for step in steps
        if (match := scan.match(step)) and match[2] in _GROWS
    }
    assert scanned == set()


_HOLD_WHAT_IS_OPEN = {"uq_callout_open_code", "ix_alarm_open", "ix_shift_test_going_on", "uq_cover_open"}
_READ_FROM_THE_END = {"sqlite_autoindex_roster_change_1"}  # the newest so many changes
_GROWS = {
    *("callout", "assignment", "decline", "page", "receipt", "timeline", "alarm", "deadline", "inbound_text", "link"),
    *("hotline_call", "phone_call", "call_exchange", "audit", "roster_change", "cover", "shift_test", "stamp_change"),
}


_KEPT = re.compile(r"https?://\S+|\b[A-Z][0-9][A-Z]\b|\b[0-9]{6}\b")


@pytest.mark.slow
def test_no_decision_rests_on_our_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever we text or say is written down in other words: a serial number, and the codes and links that it had.
    Everybody is asked, told and rung as often as before."""
    usual, as_decided = rehearse(2, draw(2, 8)), decided._page_row

    def in_other_words(text: str) -> str:
        return " ".join((f"~{zlib.crc32(text.encode()):08x}", *_KEPT.findall(text)))

    def row(new: decided.NewPage) -> dict[str, Any]:
        written = as_decided(new)
        if written["channel"] != Channel.WEBHOOK:
            said = {name: written[name] for name in ("text", "text_if_others") if written.get(name)}
            written |= {name: in_other_words(text) for name, text in said.items()}
        return written

    monkeypatch.setattr(decided, "_page_row", row)
    other = rehearse(2, draw(2, 8))
    assert other.failure is None, other.failure
    assert {**other.counts, "steps": 0} == {**usual.counts, "steps": 0}
    assert other.digest != usual.digest, "the words are others"
