"""`dispatch demo --once`: one night or a week in the terminal, judged by what is in the database and on the phones."""

import os
import subprocess
from datetime import date, time

import pytest

from demo import one_night, one_week
from demo.week_scenes import CallsOut, Day, IsOnCall, Read, Undisturbed, WasRung
from tests.demo.conftest import command

pytestmark = pytest.mark.slow


def _play(once: str = "--once", *, seconds: float = 50, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(once),
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1", **environment},
        timeout=seconds,
        check=False,
    )


def _tells(played: subprocess.CompletedProcess[str], *told: str) -> None:
    """All went well, and these words are told in this order."""
    assert played.returncode == 0, played.stderr + played.stdout
    rest = played.stdout
    for words in told:
        before, found, rest = rest.partition(words)
        assert found, f"no {words!r} after {before[-300:]}"


@pytest.fixture(scope="module")
def played() -> subprocess.CompletedProcess[str]:
    """The night as it plays without options."""
    return _play()


def test_the_night_is_told_in_order_and_ends_in_time(played: subprocess.CompletedProcess[str]) -> None:
    """Ana sleeps, Ben is paged at 02:19 and comes; the clock stops at 29 minutes and the exit code says so."""
    assert played.returncode == 0, played.stderr + played.stdout
    rest = played.stdout
    for moment, mark, who, words in (
        ("02:14:00", "call-out", "LBPD", "201"),
        ("02:14:00", "text →", "Ana", "Reply 1"),
        ("02:15:00", "call →", "Ana", "rings"),
        ("02:16:00", "call ✗", "Ana", "nobody answers"),
        ("02:19:00", "text →", "Ben", "Reply 1"),
        ("02:20:00", "text ←", "Ben", "“1 25”"),
        ("02:20:00", "text →", "Ana", "Nothing to do"),
        ("02:20:00", "text →", "officer", "Ben is coming, ETA 02:45"),
        ("02:22:00", "text ←", "Ben", "“OMW”"),
        ("02:43:00", "text ←", "Ben", "“HERE”"),
        ("02:43:00", "·", "", "on scene after 29 minutes"),
        ("03:18:00", "text ←", "Ben", "“DONE”"),
        ("03:44:00", "text ←", "Ben", "“HOME”"),
    ):
        lines = rest.splitlines()
        place = next(
            (
                number
                for number, line in enumerate(lines)
                if line.startswith(f"{moment}  {mark} ") and who in line and words in line
            ),
            None,
        )
        assert place is not None, f"no {moment} {mark} {who} {words} in the rest:\n{rest}"
        rest = "\n".join(lines[place + 1 :])
    assert "29:00" in rest
    assert "IN TIME: Ben was on scene 29 minutes after the call; the target is 60." in rest


def test_it_is_plain_text_in_a_pipe(played: subprocess.CompletedProcess[str]) -> None:
    """No colours, no cut lines and nothing on standard error, so that the output can be kept and compared."""
    assert "\x1b" not in played.stdout
    assert played.stderr == ""
    assert all(line == line.rstrip() for line in played.stdout.splitlines())


def test_an_arrival_after_the_target_fails() -> None:
    """The same night against a target of 25 minutes is a miss: the verdict is the database's, not the script's."""
    played = _play(DISPATCH_TARGET_MINUTES="25")
    assert played.returncode == 1
    assert "MISSED: Ben was on scene 29 minutes after the call; the target is 25." in played.stdout


def test_a_setting_that_is_wrong_is_one_line() -> None:
    """A mistake in the environment is named, without a traceback."""
    played = _play(DISPATCH_TARGET_MINUTES="soon")
    assert played.returncode == 1
    assert played.stdout == ""
    assert "DISPATCH_TARGET_MINUTES" in played.stderr
    assert len(played.stderr.splitlines()) == 1


async def test_a_night_in_which_nobody_answers_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everybody is paged, round after round, coordinators are alarmed, and the exit code is 1."""
    monkeypatch.setenv("DISPATCH_TARGET_MINUTES", "21")  # to keep the night short
    assert await one_night.play(()) == 1
    told = capsys.readouterr().out
    assert "round 2 of paging everyone" in told
    assert "ALARM" in told
    assert "MISSED: after the 21 minutes of the target nobody is on scene." in told


def test_a_night_by_phone() -> None:
    """The officer dials, answers by key and holds; Ben takes it by key, and she hears who comes."""
    night = _play("--once=hotline")
    _tells(
        night,
        "She dials the hotline",
        "LBPD called by phone, likely",
        "text →    Ana",
        "said →    officer    “A specialist is being called now. Your code is",
        "keys ←    officer    1",
        "Where are you?",
        "call →    Ben        answered",
        "said →    officer    “Ben is coming, and expects to be there at 02 45.",
        "keys ←    Ben        4",
        "said →    officer    “The specialist wants to speak with you. Press 1 to be joined.”",
        "said →    officer    “(speaks with Ben)”",
        "said →    officer    “The other side has left the line.”",
        "on scene after 29 minutes",
        "IN TIME: Ben was on scene 29 minutes after the call",
    )
    assert "conference" not in night.stdout
    assert night.stdout.count("“Specialists are being called. Press 0") == 1


def test_a_night_of_a_late_yes() -> None:
    """Ana would be there after the hour; Dev, who is nearer, is asked along and there in time, and Ana turns back."""
    night = _play("--once=late")
    _tells(
        night,
        "02:15:00  text ←    Ana        “1 70”",
        "so Ben (about 30 min) and Dev (about 30) were asked as well at 02:15.",
        "text →    Dev        “LBPD call-out",
        "Ana is going but may be there after the hour",
        "text ←    Dev        “1 40”",
        "text →    Ben        “",
        "Dev will be there in time. Nothing to do",
        "Dev is coming, ETA 02:57.",
        "NO to turn back.",
        "text ←    Ana        “NO”",
        "Ana Reyes turned back",
        "02:58:00  text ←    Dev        “HERE”",
        "on scene after 44 minutes",
        "en route      02:23:00     turnout             8:00\n",
        "on scene      02:58:00     travel             35:00\n",
        "response time      44:00\n",
        "IN TIME: Dev was on scene 44 minutes after the call; the target is 60.",
    )


def test_a_week() -> None:
    """Shifts are handed over, Ana misses a test and Ben comes in, Eva takes an evening, a call-out has its rest; each
    is told as it comes, and all of it is so."""
    week = _play("--once=week", seconds=300)
    _tells(
        week,
        "Monday 7 December: ",
        "From 9:00 Ana (primary), Ben (backup), Cora (alarms)",
        "09:00:00  text →    Ana        “Ana, this is a test",
        "09:10:00  call →    Ana        rings",
        "09:30:00  text →    Ben        “Ana does not answer our test",
        "text →    Cora       “ALARM: Ana, on primary, answers no test; Ben is on call too.",
        "✓ Ben was added; nobody was taken off call.",
        "text ←    Ana        “1”",
        "text →    Ben        “Ana has answered our test",
        "✓ Ana is on call alone again.",
        "Tuesday 8 December: ",
        "12:29:00  text ←    Ana        “SWAP THU”",
        "12:41:00  text ←    Eva        “CUBRO 1”",
        "text →    Ana        “Eva has your shift (cover 1): you are off call Thu 10 Dec 18:00-24:00.”",
        "02:14:00  call-out  LBPD",
        "Ana Reyes is on scene after 29 minutes",
        "Rest until 14:10; you are not paged unless nobody else answers.",
        "06:40:00  call-out  LBPD",
        "Ana rests until 14:10 after last night's call-out; Dev was paged instead",
        "✓ and Ana, who rests, does not hear of it.",
        "Wednesday 9 December: ",
        "text →    Ben, Cora  “You are on call now. Open: ",
        "Thursday 10 December: ",
        "✓ The evening is Eva's.",
        "✓ After midnight Ana is on call again.",
        "Monday 14 December: ",
        "From 9:00 Cleo (primary), Dev (backup), Omar (alarms)",
        "AS IT SHOULD BE: all ",
    )
    assert "✗ NOT" not in week.stdout
    assert all(line == line.rstrip() for line in week.stdout.splitlines())


async def test_what_does_not_come_fails_the_week(capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind of fact is looked up: where it is not so, the week says which, and the exit code is 1."""
    wrong = (
        Read(time(9, 1), "ana", "something else", "a text with other words"),
        WasRung(time(9, 1), "ana", "a call before its time"),
        Undisturbed(time(9, 1), "ana", time(8, 55), "a phone that got its test"),
        IsOnCall(time(9, 1), "primary", ("ana", "ben"), "somebody who was not added"),
    )
    page = CallsOut(time(9, 1)), Read(time(9, 2), "ana", "Reply 1 to take it", "a page")
    assert await one_week.play([Day(date(2026, 12, 7), "All but one are wrong", (*wrong, *page))]) == 1
    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if line.startswith("missing")] == [
        f"missing: 09:01 {fact.so}" for fact in wrong
    ]
    assert "✓ a page" in told
    assert "NOT AS IT SHOULD BE: 4 of 5 facts are missing." in told


def test_a_night_that_nobody_knows() -> None:
    """One line says which there are."""
    wrong = _play("--once=carnival")
    assert wrong.returncode != 0
    assert "--once plays webhook, hotline, late or week, not 'carnival'" in wrong.stderr
