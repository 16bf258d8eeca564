"""A picture in the documents is found to be old, without a browser."""

import shutil
from pathlib import Path

import pytest

from tools.check_pictures import PICTURES, WEB, Picture, old, write_digests

_BOARD = next(one for one in PICTURES if one.name == "board")
_FIGURES = next(one for one in PICTURES if one.name == "response-times")


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """The views, to be changed."""
    copy = tmp_path / "web"
    for folder in ("templates", "files"):
        shutil.copytree(WEB / folder, copy / folder)
    write_digests((_BOARD, _FIGURES), tmp_path, copy)
    return copy


def _old(web: Path, pictures: tuple[Picture, ...] = (_BOARD, _FIGURES)) -> list[str]:
    return old(pictures, web.parent, web)


def test_a_picture_that_was_just_taken_is_not_old(web: Path) -> None:
    """Nothing has changed since."""
    assert _old(web) == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("templates/pieces/board.html", ["board"]),
        ("templates/pieces/mark.html", ["board", "response-times"]),  # a piece of a piece
        ("templates/pieces/chart.html", ["response-times"]),
        ("templates/sign_in.html", []),
        ("files/ui.css", ["board", "response-times"]),
        ("files/ui.js", ["board", "response-times"]),
    ],
)
def test_a_picture_is_old_once_its_view_has_changed(web: Path, changed: str, expected: list[str]) -> None:
    """Whatever the view is made of makes it old, and nothing else does."""
    with (web / changed).open("a") as file:
        file.write("\n")
    assert _old(web) == expected


def test_a_picture_that_nobody_has_taken_is_old(web: Path) -> None:
    """One that was added to the list is asked for."""
    assert _old(web, PICTURES) == [one.name for one in PICTURES if one not in (_BOARD, _FIGURES)]
