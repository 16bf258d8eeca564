"""Every cell of the reply table, played: Ana is brought into each position, and says each word in both languages."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from dispatch.rules.facts.people import Language
from dispatch.rules.facts.roster import Area, Roster
from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.matrix import MATRIX, Position
from dispatch.rules.wording.times import local_time
from tests.stories.contract import COLUMNS, HEARS, TABLE, WHAT_CAN_BE_SAID, Effect, Row
from tests.stories.story import DCFS, NO_TLS, OFFICER, ROSTER, Story, says_over, t, tell

_LANGUAGES = ("english", "spanish")
_ENDED = {"closed", "cancelled"}


def roster_for(column: str, language: int) -> Roster:
    """With an area to start from, and with Ana's language. The rule of a late yes is on only where she is asked along:
    `test_late_yes` tells whom it asks elsewhere."""
    policies = tuple(one if column == "asked along" else replace(one, ask_more=0) for one in ROSTER.policies)
    texts_in = (Language.ENGLISH, Language.SPANISH)[language]
    people = tuple(replace(one, texts_in=texts_in) if one.id == "ana" else one for one in ROSTER.people)
    return replace(ROSTER, people=people, policies=policies, areas=(Area("LBH", "Long Beach", 33.77, -118.19),))


# ---- how Ana comes to stand where she stands -----------------------------------------------------------------------

_SILENCE = 20 * 60 + 5.0
_A_WHILE = 10 * 60.0  # minutes after HERE a few words mean something else: see `tests/rules/test_answering.py`
_READ = 15.0  # what comes sooner after a text of ours does not answer it
_ANA, _BEN = "ana", "ben"

# Who says what; a number is seconds that pass.
_WAYS: Mapping[str, tuple[float | tuple[str, str], ...]] = {
    "paged": (),
    "declined": ((_ANA, "2"),),
    "offered": ((_BEN, "{code} 1 30"), (_ANA, "1")),
    "asked along": ((_BEN, "{code} 1 70"),),  # past the hour, and nobody knows how far Ana is
    "stood down": ((_BEN, "{code} 1 30"),),
    "passed over": ((_ANA, "1"), _SILENCE),
    "passed over, and another has it": ((_ANA, "1"), _SILENCE, (_BEN, "{code} 1 30")),
    "has it": ((_ANA, "1 25"),),
    "under way": ((_ANA, "1 25"), (_ANA, "omw")),
    "under way, as a partner": ((_BEN, "{code} 1 30"), (_ANA, "1"), (_ANA, "omw")),
    "there": ((_ANA, "1 25"), (_ANA, "omw"), (_ANA, "here"), _A_WHILE),
    "left": ((_ANA, "1 25"), (_ANA, "omw"), (_ANA, "here"), (_ANA, "done")),
}
_BEN_IS_PAGED = {"declined", "passed over"}


@dataclass(frozen=True, slots=True)
class Stands:
    """How a call-out stands, as far as Ana's word may change it."""

    status: str
    has_it: str | None = None
    role: str | None = None  # Ana's
    eta_at: datetime | None = None
    stamps: frozenset[str] = frozenset()
    declined: bool = False
    rings_later: bool = False


_DROVE = frozenset({"en_route"})
_STANDS = {
    "paged": Stands("paging"),
    "declined": Stands("paging", declined=True),
    "offered": Stands("acknowledged", "ben", "offered"),
    "asked along": Stands("acknowledged", "ben"),
    "stood down": Stands("acknowledged", "ben"),
    "passed over": Stands("paging"),
    "passed over, and another has it": Stands("acknowledged", "ben"),
    "has it": Stands("acknowledged", "ana", "primary"),
    "under way": Stands("en_route", "ana", "primary", stamps=_DROVE),
    "under way, as a partner": Stands("acknowledged", "ben", "partner", stamps=_DROVE),
    "there": Stands("on_scene", "ana", "primary", stamps=_DROVE | {"arrived"}),
    "left": Stands("cleared", "ana", "primary", stamps=_DROVE | {"arrived", "cleared"}),
}


async def how_it_stands(story: Story, callout: Mapping[str, Any]) -> Stands:
    """As the rows have it."""

    def of_this(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if row["callout"] == callout["id"]]

    (status,) = [row["status"] for row in await story.rows(t.callout) if row["id"] == callout["id"]]
    on_it = [row for row in of_this(await story.rows(t.assignment)) if row["released_at"] is None]
    ana = next((row for row in on_it if row["person"] == "ana"), {})
    stamps = {name for name in ("en_route", "arrived", "cleared", "home") if ana.get(f"{name}_at")}
    return Stands(
        status,
        next((row["person"] for row in on_it if row["role"] == "primary"), None),
        ana.get("role"),
        ana.get("eta_at"),
        frozenset(stamps),
        declined=any(row["person"] == "ana" for row in of_this(await story.rows(t.decline))),
        rings_later=any(row["kind"] in {"clear_up", "let_go"} for row in of_this(await story.rows(t.deadline))),
    )


async def bring_ana(story: Story, column: str) -> dict[str, Any]:
    """A new call-out to which Ana stands so."""
    callout = await story.paging(seconds=3)
    for step in _WAYS[column]:
        if isinstance(step, float):
            await story.passes(seconds=step)
        else:
            who, text = step
            await story.says(who, text.format(code=callout["code"]), seconds=5)
    await story.passes(seconds=_READ)
    return callout


# ---- what follows from a word --------------------------------------------------------------------------------------


def after(before: Stands, effect: Effect, eta_at: datetime) -> Stands:
    """How it stands when the effect has come about. Whoever goes has said no no longer."""
    gone = effect.gone
    role = None if gone else effect.role or before.role
    return Stands(
        effect.status or before.status,
        None if effect.has_it == "nobody" else effect.has_it or before.has_it,
        role,
        None if gone else eta_at if effect.eta else before.eta_at,
        frozenset() if gone else before.stamps | effect.stamps,
        effect.declined or (before.declined and role not in {"primary", "partner"}),
        effect.rings_later,
    )


def plain(text: str) -> str:
    """Without the accents, which the alphabet of texts has only in part."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def says(text: str, expected: str) -> bool:
    """Whether it has this part, or is this whole text."""
    return text == expected if expected.endswith(".") else expected in text


class SpokenReply:
    """What has reached the phones since it was made."""

    def __init__(self, story: Story) -> None:
        self._story = story
        everybody = [one.number for one in story.town.carrier.phones]
        self._texts = {number: len(story.phone(number).texts) for number in everybody}
        self._calls = {number: len(story.phone(number).calls) for number in everybody}

    def texts(self, who: str) -> list[str]:
        phone = self._story.phone(who)
        new = [one.body for one in phone.texts[self._texts.get(phone.number, 0) :] if not says_over(one)]
        return [body for body in new if "Reply STOP" not in body]  # the carrier's own answer to HELP

    def calls(self, who: str) -> int:
        phone = self._story.phone(who)
        return len(phone.calls) - self._calls.get(phone.number, 0)


def said_by(heard: SpokenReply, column: str, effect: Effect, language: int, **facts: str) -> list[str]:
    """What is wrong with what everybody heard; nothing, if it is as it was agreed."""

    def fits(who: str, *expected: str) -> list[str]:
        texts = [plain(text) for text in heard.texts(who)]
        right = len(texts) == len(expected) and all(map(says, texts, expected))
        return [] if right else [f"{who} heard {texts}, not {list(expected)}"]

    asked = WHAT_CAN_BE_SAID[column][language]
    keys = [key for key in effect.hears if key != "what can be said"]
    answers = [HEARS[key][language] for key in keys]
    if "what can be said" in effect.hears:
        answers = [f"{answers[0]}. {asked}" if answers else asked]
    stood_down = effect.ben == "stand down" and column in _BEN_IS_PAGED
    code = facts["code"]
    others = {
        "page": "Reply 1 to take it",
        "goes along": f"{code}: Ana goes along with you",
        "may turn back": "Ana is on the way",
        "is there": f"Ana is on scene at {code}",
    }
    to_ben = f"Ana has {code}" if stood_down else others.get(effect.ben, "")
    return [
        *fits("ana", *(plain(answer.format(**facts)) for answer in answers)),
        *fits("ben", *(to_ben,) * bool(to_ben)),
        *fits("cleo"),
        *fits(OFFICER, *(effect.officer.format(**facts),) * bool(effect.officer)),
        *fits("cora", *(effect.coordinators,) * bool(effect.coordinators)),
        *fits(DCFS, *(effect.partners,) * bool(effect.partners)),
        *(["coordinators were rung" * (not effect.rung)] if heard.calls("cora") != effect.rung else []),
        *(
            []
            if heard.calls("ana") == effect.rings_her
            else ["Ana was rung" if not effect.rings_her else "she was not"]
        ),
        *(["somebody else was rung"] if any(heard.calls(who) for who in ("ben", "cleo")) else []),
    ]


async def play(story: Story, column: str, row: Row, language: int) -> list[str]:
    """Play one cell on a call-out of its own; returns what was not as agreed."""
    callout = await bring_ana(story, column)
    before = await how_it_stands(story, callout)
    wrong = [] if replace(before, eta_at=None) == _STANDS[column] else [f"Ana stands otherwise: {before}"]
    eta_at = story.town.clock.moment + timedelta(minutes=row.minutes[language])
    clock = local_time(eta_at)
    if "{clock}" in row.english:
        eta_at = eta_at.replace(second=0, microsecond=0)
    text = (row.english, row.spanish)[language].format(clock=clock, code=callout["code"])
    heard = SpokenReply(story)
    await story.says("ana", text, seconds=3)
    effect = row.cells[COLUMNS.index(column)]
    expected, found = after(before, effect, eta_at), await how_it_stands(story, callout)
    if found != expected:
        wrong.append(f"it stands\n    {found}, not\n    {expected}")
    eta = local_time(expected.eta_at) if expected.eta_at else ""
    wrong += said_by(heard, column, effect, language, code=callout["code"], eta=eta, clock=clock)
    if effect.rung:  # a cry for help outlives its call-out, and rings until somebody has it
        await story.replies("cora", f"{callout['code']} ok")
    await over(story, callout, found)
    return [f"{text!r} from {column}: {one}" for one in wrong]


async def over(story: Story, callout: Mapping[str, Any], found: Stands) -> None:
    """The next cell begins in a quiet town, where no phone rings any more."""
    if found.status not in _ENDED:
        headers = {"Authorization": f"Bearer {story.town.coordinator_key}"}
        async with httpx.AsyncClient(base_url=story.town.url, verify=NO_TLS) as client:
            answer = await client.post(f"/v1/callouts/{callout['id']}/close", headers=headers)
        assert answer.status_code == 200, answer.text
    await story.passes(minutes=1)
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


@pytest.mark.parametrize("language", [0, pytest.param(1, marks=pytest.mark.slow)], ids=_LANGUAGES)
@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.costs(10)
async def test_every_cell(database_url: str, column: str, language: int, pytestconfig: pytest.Config) -> None:
    """Each word from each position does what was agreed: to the call-out, and to everybody's phone.

    `make test` plays every eighth cell, so each word from one or two positions. So does `make test-all` in Spanish,
    whose words are read as the same ones: what they do is played in English.
    """
    every = 1 if pytestconfig.getoption("databases") == "both" and language == 0 else 8
    offset = COLUMNS.index(column)
    rows = [row for number, row in enumerate(TABLE) if (number + offset) % every == 0]
    # Cell after cell, Ana comes home from one call-out and is asked to go to the next.
    async with tell(database_url, roster_for(column, language), rest_hours=0) as story:
        wrong = [trouble for row in rows for trouble in await play(story, column, row, language)]
    assert not wrong, "\n".join(wrong)


def test_no_cell_is_missing() -> None:
    """Whatever word and whatever position the service knows, the table that was agreed has them."""
    said = [[read(text.replace("{clock}", "2:45")).word for text in (row.english, row.spanish)] for row in TABLE]
    assert [english for english, _ in said] == [spanish for _, spanish in said]
    assert {english for english, _ in said} == set(MATRIX)
    assert {column.split(",")[0] for column in COLUMNS} == set(Position)
    assert all(len(row.cells) == len(COLUMNS) for row in TABLE)
