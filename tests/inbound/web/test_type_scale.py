"""The type of every view: seven sizes, and no font that is not there."""

import re
from pathlib import Path

import pytest

_SRC = Path(__file__).parents[3] / "src"
_SIZES = {"tiny", "small", "text", "lead", "head", "loud", "huge"}
_OURS = sorted(_SRC.rglob("*.css"))
_ROOT = re.compile(r"^ *html \{ font-size: [^;]+;", re.MULTILINE)  # what one rem is, on a screen and on paper
_FONT = re.compile(r"[{;\s]font(?:-size)?:\s*([^;}]+)")
_OF_SCALE = re.compile(rf"inherit|var\(--({'|'.join(sorted(_SIZES))})\)(/[\d.]+ .*)?")


def test_the_style_sheets_are_found() -> None:
    assert {"ui.css", "phones.css", "docs.css"} <= {file.name for file in _OURS}


@pytest.mark.parametrize("file", _OURS, ids=lambda file: file.name)
def test_type_has_seven_sizes(file: Path) -> None:
    """Each is a property of the scale: an eighth says nothing that weight and colour do not."""
    others = [said for said in _FONT.findall(_ROOT.sub("", file.read_text())) if not _OF_SCALE.fullmatch(said.strip())]
    assert others == []


def test_the_scale_is_all_there() -> None:
    """Each size is defined once, and smaller ones stand before larger ones."""
    css = (_SRC / "dispatch" / "inbound" / "web" / "files" / "ui.css").read_text()
    defined = re.findall(rf"--({'|'.join(_SIZES)}): ", css)
    assert defined == ["tiny", "small", "text", "lead", "head", "loud", "huge"]


@pytest.mark.parametrize("file", _OURS, ids=lambda file: file.name)
def test_no_font_is_named_that_is_not_shipped(file: Path) -> None:
    """A family is the system's own: with one that most machines lack, nobody sees what we looked at."""
    systems = {"system-ui", "-apple-system", '"Segoe UI"', "Roboto", "sans-serif"}
    systems |= {"ui-monospace", '"Cascadia Mono"', "Menlo", "Consolas", "monospace"}
    lists = re.findall(r"[{;\s]font(?:-family)?:\s*(?:var\(--\w+\)/[\d.]+ )?([^;}]+)", file.read_text())
    named = {family.strip() for one in lists for family in one.split(",")} - {"inherit"}
    assert named <= systems
