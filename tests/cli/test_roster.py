"""`dispatch roster import` and `dispatch roster export`."""

from pathlib import Path

import pytest

from tests.cli.commands import SAMPLE, complaint, run


def test_every_mistake_in_a_roster_is_listed(on_sqlite: str) -> None:
    """A roster may have many mistakes, so it may have many lines, each with the file's name; nothing is changed."""
    Path("bad.toml").write_text('[people.ana]\nname = "Ana"\nphone = "12"\nrole = ["specialist"]\n')
    said = run("roster", "import", "bad.toml", exit_code=1).stderr.splitlines()
    assert said[0] == "dispatch: nothing was imported:"
    assert len(said) > 2
    assert all(line.startswith("bad.toml: ") for line in said[1:])


def test_an_import_says_what_it_changed(with_roster: str) -> None:
    """A wrong file is noticed before anybody is paged by it."""
    text = SAMPLE.read_text()
    text = text.replace("[people.dev]", "[people.fay]").replace('"ben", "dev"', '"ben", "fay"')
    text = text.replace("+15625550101", "+15625550171")
    Path("new.toml").write_text(text)
    said = run("roster", "import", "new.toml").stdout.splitlines()
    assert said[1:] == ["  people: added fay; removed dev; changed ana", "  rotations: changed backup"]


def test_an_import_warns_of_gaps(on_sqlite: str) -> None:
    """A gap is reported days ahead, while somebody is working on the roster anyway."""
    Path("new.toml").write_text(
        SAMPLE.read_text()
        + '\n[[overrides]]\nrotation = "backup"\nkind = "remove"\n'
        + 'starts_at = "2026-01-05 18:00"\nends_at = "2126-01-05 09:00"\n'
    )
    assert "warning: nobody on call for backup from" in run("roster", "import", "new.toml").stdout


def test_an_export_reads_back_the_same(with_roster: str) -> None:
    """Import is the inverse of export; the file is for its owner only, since it holds phone numbers."""
    run("roster", "export", "roster.toml")
    assert Path("roster.toml").stat().st_mode & 0o777 == 0o600
    assert "Nothing changed." in run("roster", "import", "roster.toml").stdout
    assert run("roster", "export", "-").stdout == Path("roster.toml").read_text()
    assert sorted(path.name for path in Path().iterdir()) == ["dispatch.db", "roster.toml"]


def test_an_export_replaces_a_file_as_it_is(with_roster: str) -> None:
    """Whoever could read the file before can read it after; a link stays a link."""
    Path("old.toml").write_text("old")
    Path("old.toml").chmod(0o640)
    Path("link.toml").symlink_to("old.toml")
    run("roster", "export", "link.toml")
    assert Path("link.toml").is_symlink()
    assert Path("old.toml").stat().st_mode & 0o777 == 0o640
    assert Path("old.toml").read_text().startswith("# The roster.")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["roster", "import", "none.toml"], "none.toml: no such file or directory"),
        (["roster", "import", "latin.toml"], "latin.toml: is not UTF-8 text"),
        (["roster", "export", "none/roster.toml"], "none/roster.toml: no such file or directory"),
    ],
)
def test_a_file_that_is_not_right_is_one_line(with_roster: str, arguments: list[str], words: str) -> None:
    """The line names the file."""
    Path("latin.toml").write_bytes("# José".encode("latin-1"))
    assert words in complaint(*arguments)
