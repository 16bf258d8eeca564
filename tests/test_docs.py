"""What the documents say of the code, held against the code."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.rules import wording
from dispatch.rules.decisions import DeadlineKind
from dispatch.rules.facts import PageState, Purpose
from dispatch.rules.reply import ReplyKind, parse
from dispatch.settings import Settings
from tools import draw_moves

_ROOT = Path(__file__).resolve().parent.parent
_DOCUMENTS = sorted([*_ROOT.glob("*.md"), *_ROOT.glob("docs/**/*.md")])
_LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def _read(name: str) -> str:
    return (_ROOT / name).read_text("utf-8")


def _anchors(document: Path) -> set[str]:
    headings = _HEADING.findall(document.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_drawn_moves_are_those_of_the_code() -> None:
    """docs/architecture.md shows the table of legal moves as `rules/callout.py` has it."""
    page = draw_moves.PAGE.read_text("utf-8")
    assert draw_moves.redrawn(page) == page, "run `python -m tools.draw_moves`"


@pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: str(path.relative_to(_ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    """Every link to a file of ours, and to a heading in it, leads somewhere."""
    for path, anchor in _LINK.findall(document.read_text("utf-8")):
        target = (document.parent / path).resolve() if path else document
        assert target.exists(), f"{document.name} points at {path}"
        assert not anchor or anchor in _anchors(target), f"{document.name} points at {path}#{anchor}"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained(name: str) -> None:
    """Whatever can be set stands in the operator's table and in the sample file."""
    assert f"| `DISPATCH_{name.upper()}` |" in _read("docs/operations.md")
    assert re.search(rf"^# {name} = ", _read("config/dispatch.toml"), re.MULTILINE)


def test_every_reply_that_is_promised_is_understood() -> None:
    """What the README's table tells specialists to reply means something to the service."""
    _, _, table = _read("README.md").partition("| reply | what it does |")
    rows = [line.split("|")[1] for line in table.partition("\n\n")[0].splitlines() if line.count("|") > 2]
    replies = [reply for row in rows for reply in re.findall(r"`([^`]+)`", row)]
    assert len(replies) > 20
    misread = [reply for reply in replies if parse(reply).kind is ReplyKind.NOT_UNDERSTOOD]
    assert not misread


@pytest.mark.parametrize("kind", [*DeadlineKind, *PageState, *Purpose])
def test_the_architecture_names_it(kind: str) -> None:
    """Every kind of deadline, every state of a page and every purpose stands in docs/architecture.md."""
    assert f"`{kind}`" in _read("docs/architecture.md")


_ALARMS = {
    "alarm_chain_ended": wording.alarm_chain_ended("K7Q", 1),
    "alarm_target_warning": wording.alarm_target_warning("K7Q", 20, "nobody has answered"),
    "alarm_target_missed": wording.alarm_target_missed("K7Q", 60),
    "alarm_nobody_on_shift": wording.alarm_nobody_on_shift("K7Q", 1),
    "alarm_not_moving": wording.alarm_not_moving("K7Q", "Ana"),
    "alarm_late_arrival": wording.alarm_late_arrival("K7Q", "Ana"),
    "alarm_released": wording.alarm_released("K7Q", "Ana"),
    "alarm_gave_up": wording.alarm_gave_up("K7Q", "Ana"),
    "alarm_handed_over": wording.alarm_handed_over("K7Q", "Ana", "Ben"),
    "alarm_officer_not_reached": wording.alarm_officer_not_reached("K7Q"),
    "alarm_arrival_unreported": wording.alarm_arrival_unreported("K7Q", "Ana"),
    "alarm_on_scene_check": wording.alarm_on_scene_check("K7Q", "Ana"),
    "alarm_home_check": wording.alarm_home_check("K7Q", "Ana"),
    "alarm_partner_offer": wording.alarm_partner_offer("K7Q", "Ana", "Ben"),
    "alarm_opted_out": wording.alarm_opted_out("Ana"),
    "alarm_unclear_text": wording.alarm_unclear_text("Ana", "what?"),
    "alarm_unknown_sender": wording.alarm_unknown_sender("0177", "what?"),
    "alarm_carrier": wording.alarm_carrier("30034: not registered"),
    "alarm_work_is_late": wording.alarm_work_is_late(95),
    "alarm_clock_set_back": wording.alarm_clock_set_back(60),
    "alarm_rescued": wording.alarm_rescued("K7Q"),
    "alarm_coverage_gap": wording.alarm_coverage_gap("primary", datetime(2026, 11, 24, 11, 29, tzinfo=UTC)),
}


_RING = {"alarm_chain_ended", "alarm_target_missed", "alarm_gave_up", "alarm_work_is_late"}


@pytest.mark.parametrize("name", [name for name in vars(wording) if name.startswith("alarm_")])
def test_every_alarm_is_explained(name: str) -> None:
    """Who is woken by an alarm finds it in the operator's table by its own words: what it says, up to a plea."""
    said = re.sub(r"\. (?:Please|Check|30034).*", "", _ALARMS[name]).rstrip(".").replace("what?", "…")
    (row,) = [line for line in _read("docs/operations.md").splitlines() if line.startswith(f"| {said}")]
    assert ("☎" in row) == (name in _RING)


def test_no_other_alarm_rings() -> None:
    """The ☎ of the operator's table are all the alarms that the code lets ring."""
    ringing = re.compile(r"wording\.(alarm_\w+)\((?:(?!wording\.).)*?\brings=", re.DOTALL)
    files = [file for folder in ("actions", "rules") for file in (_ROOT / "src/dispatch" / folder).glob("*.py")]
    found = {name for file in files for name in ringing.findall(file.read_text("utf-8"))}
    assert found == _RING
