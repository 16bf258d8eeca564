"""A copy of the database, made while the service writes to it, carries on where the copy was made."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dispatch.cli import app
from dispatch.store.backup import NotUsable, WouldReplace, back_up, restore
from tests.stories.story import DCFS, OFFICER, Story, tell


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


async def _open_call_out(story: Story) -> str:
    callout = await story.call_out()
    await story.passes(seconds=2)
    story.expect_text("ana", callout["code"])
    story.forget(DCFS)
    return str(callout["code"])


async def test_open_call_outs_go_on_from_a_copy(sqlite_url: str, tmp_path: Path) -> None:
    """A copy made under a running service has the open call-out; a service that starts on it pages the backup."""
    copy = tmp_path / "copy.db"
    async with tell(sqlite_url) as story:
        code = await _open_call_out(story)
        contents = back_up(_file(sqlite_url), copy)
        assert contents.open_codes == (code,)
        moment, roster = story.town.clock.moment, story.town.roster
        await story.replies("ana", "1")
        await story.passes(seconds=2)
        story.forget("ana", OFFICER, DCFS)

    elsewhere = tmp_path / "elsewhere.db"
    restore(copy, elsewhere)
    async with tell(f"sqlite:///{elsewhere}", roster, start=moment, seed=1) as story:
        await story.passes(minutes=5)
        story.expect_text("ben", code)
        await story.replies("ben", "1")
        await story.passes(seconds=5)
        story.forget("ana", "ben", OFFICER, DCFS)


def test_a_copy_replaces_nothing_unasked(sqlite_url: str, tmp_path: Path) -> None:
    """What is there stays unless it is forced; the database's own files are never written over."""
    copy = tmp_path / "copy.db"
    copy.write_text("something else")
    with pytest.raises(WouldReplace):
        back_up(_file(sqlite_url), copy)
    assert copy.read_text() == "something else"
    back_up(_file(sqlite_url), copy, force=True)
    with pytest.raises(WouldReplace):
        back_up(_file(sqlite_url), Path(f"{_file(sqlite_url)}-wal"), force=True)


def test_what_is_no_database_of_ours_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    """A restore looks before it replaces: a damaged file leaves the database as it was, and nothing lies about."""
    before = _file(sqlite_url).read_bytes()
    wrong = tmp_path / "wrong.db"
    wrong.write_bytes(b"SQLite format 3\x00" + b"\x01" * 5000)
    with pytest.raises(NotUsable):
        restore(wrong, _file(sqlite_url))
    assert _file(sqlite_url).read_bytes() == before
    assert {one.name for one in tmp_path.iterdir()} == {"dispatch.db", "wrong.db"}


def test_a_restore_keeps_what_it_replaces(sqlite_url: str, tmp_path: Path) -> None:
    """The database that was there stays beside the new one, and a second restore does not write over it."""
    copy = tmp_path / "copy.db"
    back_up(_file(sqlite_url), copy)
    _, kept = restore(copy, _file(sqlite_url))
    assert kept is not None
    assert kept.exists()
    with pytest.raises(WouldReplace):
        restore(copy, _file(sqlite_url))


async def test_no_restore_under_a_running_service(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While a service works on the database, `dispatch restore` refuses in one line."""
    copy = tmp_path / "copy.db"
    monkeypatch.setenv("DISPATCH_DATABASE_URL", sqlite_url)
    async with tell(sqlite_url):
        made = await _run("backup", str(copy))
        assert made.exit_code == 0, made.output
        refused = await _run("restore", str(copy))
        assert refused.exit_code == 1
        assert "another service works on" in refused.output


async def _run(*arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, app, list(arguments))


def test_postgresql_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """On PostgreSQL both commands name the program that does it, without the password, and end with 2."""
    monkeypatch.setenv("DISPATCH_DATABASE_URL", "postgresql://dispatch:secret@db/dispatch")
    for arguments, program in ((("backup", "x"), "pg_dump"), (("restore", "x"), "pg_restore")):
        said = CliRunner().invoke(app, list(arguments))
        assert said.exit_code == 2
        assert program in said.output
        assert "secret" not in said.output
