"""What the documents say about the code, checked against the code."""

import inspect
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatch.rules.alarms.alarm_kinds import TRAITS
from dispatch.rules.decisions import DeadlineKind
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.shift_words import SHIFT_WORDS, shift_said
from dispatch.rules.wording import alarms
from dispatch.settings import Settings
from tests.each import each
from tools import (
    draw_alarms,
    draw_answers,
    draw_hotline,
    draw_moves,
    draw_permissions,
    draw_places,
    draw_replies,
    draw_trust,
    draw_words,
)
from tools.drawing import Drawing, MarksAreMissing

_ROOT = Path(__file__).resolve().parent.parent
_DOCUMENTS = sorted([*_ROOT.glob("*.md"), *_ROOT.glob("docs/**/*.md"), *_ROOT.glob("src/*/README.md")])
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")
_PLACE = re.compile(r"`((?:[a-z_0-9]+/)+(?:[a-z_0-9]+\.py)?|(?:[a-z_0-9]+/)*[a-z_0-9]+\.py)`")
_DECISION = re.compile(r"\[ADR\s+(\d+)\]\(([^)#\s]*)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def _read(name: str) -> str:
    return (_ROOT / name).read_text("utf-8")


def _anchors(document: Path) -> set[str]:
    headings = _HEADING.findall(document.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


_TOOLS = (
    *(draw_alarms, draw_answers, draw_hotline, draw_moves),
    *(draw_permissions, draw_places, draw_replies, draw_trust, draw_words),
)
_DRAWINGS = [one for tool in _TOOLS for one in tool.DRAWINGS]


@pytest.mark.parametrize("drawing", _DRAWINGS, ids=lambda one: f"{one.name} in {one.page.name}")
def test_what_is_drawn_is_as_in_the_code(drawing: Drawing) -> None:
    """Legal moves, alarms, permissions and replies stand in the documents as their tables have them."""
    assert not drawing.is_stale(), f"run `{drawing.command}`"


@each(document=_DOCUMENTS)
def test_links_lead_somewhere(document: Path) -> None:
    """Every link to one of our files, or to a heading in it, leads somewhere."""
    for path, anchor in _LINK.findall(document.read_text("utf-8")):
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{document.name} points at {path}"
        assert not anchor or anchor in _anchors(target), f"{document.name} points at {path}#{anchor}"


@each(document=_DOCUMENTS)
def test_a_link_to_a_decision_has_its_number(document: Path) -> None:
    """Whoever reads "ADR 21" and follows the link finds decision 21."""
    for number, path in _DECISION.findall(document.read_text("utf-8")):
        assert Path(path).name.startswith(f"{int(number):04}-"), f"{document.name} calls {path} ADR {number}"


@each(document=_DOCUMENTS)
def test_places_in_the_code_are_where_the_documents_say(document: Path) -> None:
    """Each file or folder of ours that a document names in backticks exists: none names a place that has moved."""
    for place in _PLACE.findall(document.read_text("utf-8")):
        homes = (_ROOT, _ROOT / "src", _ROOT / "src/dispatch", document.parent)
        assert any((home / place).exists() for home in homes), f"{document.name} speaks of {place}"


@each(page=sorted(_ROOT.glob("docs/adr/0*.md")))
def test_every_decision_has_its_form(page: Path) -> None:
    """A decision has a status and a date, says what was refused, and stands in the list with both."""
    number, text = page.name[:4], page.read_text("utf-8")
    status = re.search(r"\A# (\d+)\. .+\n\nStatus: (accepted|superseded by ADR \d+) · (\d{4}-\d\d-\d\d)\n", text)
    assert status is not None, "a title with its number, then `Status: accepted · 2026-11-25`"
    assert int(status[1]) == int(number)
    assert "\n## Refused\n" in text
    (row,) = [
        line for line in _read("docs/adr/README.md").splitlines() if line.startswith(f"| [{number}]({page.name})")
    ]
    assert row.endswith(f"| {status[2]} | {status[3]} |")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    """Whatever can be set is in the operator's table and in the sample file."""
    assert f"| `DISPATCH_{name.upper()}` |" in _read("docs/operations.md")
    assert re.search(rf"^# {name} = ", _read("config/dispatch.toml"), re.MULTILINE)


@pytest.mark.parametrize("drawing", _DRAWINGS, ids=lambda one: f"{one.name} in {one.page.name}")
def test_a_drawing_needs_its_marks(drawing: Drawing) -> None:
    """A page that has lost them is not written to."""
    with pytest.raises(MarksAreMissing):
        drawing.redrawn("no marks")


def test_every_reply_that_is_promised_is_understood() -> None:
    """What the README and docs/specialists.md tell specialists to reply means what its row says."""
    one_night = {word: replies for word, (_, replies) in draw_replies.ONE_NIGHT.items()}
    for promised in (draw_replies.EXAMPLES, one_night):
        for word, replies in promised.items():
            for reply in replies:
                assert read(reply).word is word, reply


def test_what_is_to_be_texted_about_shifts_is_understood() -> None:
    """Each of the words, and nothing else: somebody who believes that a yes took a shift leaves a night without
    anybody."""
    table = _read("docs/specialists.md").partition("| you text | you get |")[2].partition("\n\n")[0]
    said = [
        shift_said(read(text))
        for row in table.splitlines()
        for text in re.findall("`([^`]+)`", row.partition(" | ")[0])
    ]
    assert {one and one.word for one in said} == {*SHIFT_WORDS}


@each(kind=[*DeadlineKind, *PageState, *Purpose])
def test_the_architecture_names_it(kind: str) -> None:
    """Every kind of deadline is in docs/architecture.md, every state and purpose of a page in docs/paging.md."""
    assert f"`{kind}`" in _read("docs/architecture.md") + _read("docs/paging.md")


_ALARMS = {
    "silent_calls": alarms.silent_calls(9),
    "chain_ended": alarms.chain_ended("K7Q", 1),
    "target_warning": alarms.target_warning("K7Q", 20, "nobody has it"),
    "nearer_asked": alarms.nearer_asked(
        "K7Q", "Ana", datetime(2026, 11, 24, 11, 24, tzinfo=UTC), "the hour", ["Dev", "Ben"]
    ),
    "turned_back": alarms.turned_back("K7Q", "Ana", "Dev"),
    "target_missed": alarms.target_missed("K7Q", 60),
    "nobody_on_shift": alarms.nobody_on_shift("K7Q", 1),
    "probable_duplicate": alarms.probable_duplicate("K7Q", "F3T", "same callback number"),
    "not_moving": alarms.not_moving("K7Q", "Ana"),
    "writes_and_stays": alarms.writes_and_stays("K7Q", "Ana"),
    "wrote_after_the_end": alarms.wrote_after_the_end("K7Q", "Ana", "what?", "+15625550101"),
    "driver_silent": alarms.driver_silent("K7Q", "Ana", datetime(2026, 11, 24, 10, 39, tzinfo=UTC)),
    "late_arrival": alarms.late_arrival("K7Q", "Ana"),
    "released": alarms.released("K7Q", "Ana"),
    "gave_up": alarms.gave_up("K7Q", "Ana"),
    "handed_over": alarms.handed_over("K7Q", "Ana", "Ben"),
    "officer_not_dialled": alarms.officer_not_dialled("K7Q", "+18765550123"),
    "codes_guessed": alarms.codes_guessed(20),
    "officer_not_reached": alarms.officer_not_reached("K7Q"),
    "officer_stopped_texts": alarms.officer_stopped_texts("K7Q", "+15625550177"),
    "place_not_told": alarms.place_not_told("K7Q", "Ana"),
    "news_not_heard": alarms.news_not_heard("K7Q", "Ana"),
    "danger_unheard": alarms.danger_unheard("K7Q", "Ana"),
    "stay_away_no_key": alarms.stay_away_no_key("K7Q", "Ana"),
    "scene_safe": alarms.scene_safe("K7Q"),
    "move_not_heard": alarms.move_not_heard("K7Q", "Ana"),
    "end_not_told": alarms.end_not_told("K7Q", "Ana"),
    "still_unclear": alarms.still_unclear("K7Q", "Ana"),
    "danger": alarms.danger("K7Q", "Ana", "+15625550101"),
    "on_scene_check": alarms.on_scene_check("K7Q", "Ana"),
    "home_check": alarms.home_check("K7Q", "Ana"),
    "partner_offer": alarms.partner_offer("K7Q", "Ana", "Ben"),
    "opted_out": alarms.opted_out("Ana"),
    "shift_silent": alarms.shift_silent("Ana", "primary", "Ben"),
    "shift_refused": alarms.shift_refused("Ana", "primary", None, "UTC", "Ben", "+15625550101", "can't, sick"),
    "stopped": alarms.stopped("K7Q", "Ana"),
    "asks_by_key": alarms.asks_by_key("K7Q", "Ana", "+15625550101"),
    "asks_for_a_call": alarms.asks_for_a_call("K7Q", "Ana", "+15625550101", "…"),
    "unclear_text": alarms.unclear_text("Ana", "what?"),
    "specialist_wrote": alarms.specialist_wrote("K7Q", "Ana", "+15625550101", "what?"),
    "officer_wrote": alarms.officer_wrote("K7Q", "+15625550177", "what?"),
    "officer_unreadable": alarms.officer_unreadable("K7Q", "+15625550177", "what?"),
    "somebody_hurt": alarms.somebody_hurt("K7Q", "+15625550177", "what?"),
    "nobody_came": alarms.nobody_came("K7Q", "+15625550177", "what?"),
    "needed_again": alarms.needed_again("K7Q", "+15625550177", "what?"),
    "officer_calls_off": alarms.officer_calls_off("K7Q", "+15625550177", "what?"),
    "officer_calls": alarms.officer_calls("K7Q", "asks for you"),
    "many_promised": alarms.many_promised("K7Q", 5, "+15625550177"),
    "undecided_call": alarms.undecided_call("+15625550199", 60),
    "unverified": alarms.unverified("K7Q", "Ana"),
    "place_unconfirmed": alarms.place_unconfirmed("K7Q", "+15625550177"),
    "missed_call": alarms.missed_call("+15625550199", datetime(2026, 11, 24, 10, 14, tzinfo=UTC)),
    "partner_wrote": alarms.partner_wrote("DCFS", "+12135550191", "what?"),
    "unknown_sender": alarms.unknown_sender("0177", "what?"),
    "carrier": alarms.carrier("30034: not registered"),
    "work_is_late": alarms.work_is_late(95),
    "calls_refused": alarms.calls_refused("LBPD", "revoked key", proven=True),
    "too_many_callouts": alarms.too_many_callouts("LBPD"),
    "many_strangers": alarms.many_strangers(45),
    "many_unlisted": alarms.many_unlisted(12),
    "officer_writes_on": alarms.officer_writes_on("K7Q", "+15625550177"),
    "clocks_apart": alarms.clocks_apart("machine:8000", 7),
    "our_mistake": alarms.our_mistake("K7Q"),
    "clock_set_back": alarms.clock_set_back(60),
    "rescued": alarms.rescued("K7Q"),
    "owner_asked": alarms.owner_asked("K7Q", "nobody is on the way yet"),
    "scene_unsafe": alarms.scene_unsafe("K7Q", "+15625550177", "Ana is coming."),
    "owner_silent": alarms.owner_silent("K7Q", "Cora", "", "nobody is on the way yet"),
    "out_of_reach": alarms.out_of_reach(["Palmdale"], timedelta(hours=1)),
    "coverage_gap": alarms.coverage_gap("primary", datetime(2026, 11, 24, 11, 29, tzinfo=UTC)),
}


# As the table has it; and an owner who is not heard from is rung, then everybody.
_RING = {str(kind) for kind, traits in TRAITS.items() if traits.rings} | {
    "owner_asked",
    "owner_silent",
    "many_promised",
    "officer_unreadable",
    "asks_by_key",
}


def _words_an_alarm(member: object) -> bool:
    public = inspect.isfunction(member) and not member.__name__.startswith("_")
    return public and member.__module__ == alarms.__name__


@each(name=[name for name, _ in inspect.getmembers(alarms, _words_an_alarm)])
def test_every_alarm_is_explained(name: str) -> None:
    """Whoever is woken by an alarm finds it in docs/alarms.md by its own words, up to the plea."""
    said = re.sub(r"\. (?:Please|Check|Look|30034).*", "", _ALARMS[name]).rstrip(".").replace("what?", "…")
    (row,) = [line for line in _read("docs/alarms.md").splitlines() if line.startswith(f"| {said}")]
    assert ("☎" in row) == (name in _RING)


def test_no_other_alarm_rings() -> None:
    """What rings stands in the table of `rules/alarms/alarm_kinds.py`; an owner's silence rings whatever the kind, and
    so does a coordinator who cannot have it."""
    ringing = re.compile(r"\brings=True")
    files = [file for folder in ("actions", "rules") for file in (_ROOT / "src/dispatch" / folder).rglob("*.py")]
    found = {file.stem: len(ringing.findall(file.read_text("utf-8"))) for file in files}
    assert {name: count for name, count in found.items() if count} == {
        "alarm_kinds": 30,
        "alarm_replies": 1,
        "owners": 1,
    }
