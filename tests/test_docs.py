"""What the documents say of the code, held against the code."""

import re
from pathlib import Path

import pytest

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
