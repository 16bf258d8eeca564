"""Lines on a terminal: plain in a pipe, wrapped under each other where there is a width."""

import sys
from datetime import UTC, datetime, timedelta

import pytest

from dispatch.terminal import lines
from dispatch.terminal.happenings import Happening, HappeningKind, in_order

AT = datetime(2026, 1, 7, 10, 14, 5, tzinfo=UTC)  # 02:14 in Los Angeles


def test_a_line_in_a_pipe_is_whole(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Local time, mark, name and words in columns; neither cut nor coloured, however narrow the terminal is."""
    monkeypatch.setenv("COLUMNS", "60")
    lines.tell(Happening(AT, HappeningKind.TEXT_IN, "Ana", "1 25\nthank  you"))
    lines.tell(Happening(AT, HappeningKind.NOTE, "K7Q", "word " * 30))
    text, note = capsys.readouterr().out.splitlines()
    assert text == "02:14:05  text ←    Ana        “1 25 thank you”"
    assert note == "02:14:05  ·         K7Q        " + " ".join(["word"] * 30)


def test_a_line_on_a_terminal_is_wrapped_under_its_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    lines.tell(Happening(AT, HappeningKind.NOTE, "K7Q", "word " * 30))
    first, *rest = capsys.readouterr().out.splitlines()
    assert first.startswith("02:14:05  ·         K7Q        word word")
    assert len(rest) > 2
    assert all(line.startswith(" " * 31 + "word") and len(line) <= 70 for line in rest)


def test_what_came_in_stands_before_what_followed_from_it() -> None:
    """At the same moment; otherwise the oldest first."""
    out = Happening(AT, HappeningKind.TEXT_OUT, "Ana", "You have K7Q")
    came = Happening(AT, HappeningKind.TEXT_IN, "Ana", "1")
    later = Happening(AT + timedelta(seconds=1), HappeningKind.CALLED_OUT, "LBPD", "201")
    assert in_order([later, out, came]) == [came, out, later]
