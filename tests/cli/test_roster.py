"""`dispatch roster import` and `dispatch roster export`."""

from pathlib import Path

import pytest

from tests.cli.commands import SAMPLE, call_out, complaint, run


def test_every_mistake_in_a_roster_is_listed(on_sqlite: str) -> None:
    """A roster may have many mistakes, so it may have many lines, each with the file's name; nothing is changed."""
    Path("bad.toml").write_text('[people.ana]\nname = "Ana"\nphone = "12"\nrole = ["specialist"]\n')
    said = run("roster", "import", "bad.toml", exit_code=1).stderr.splitlines()
    assert said[0] == "dispatch: nothing was imported:"
    assert len(said) > 2
    assert all(line.startswith("bad.toml: ") for line in said[1:])


def test_a_number_that_is_not_dialled_is_refused(on_sqlite: str) -> None:
    """Whoever has it would be paged by nothing: the line names the setting. Where the region is set, it is taken."""
    Path("abroad.toml").write_text(SAMPLE.read_text().replace("+15625550102", "+17875550102"))
    for arguments in (["abroad.toml"], ["abroad.toml", "--dry-run"]):
        said = run("roster", "import", *arguments, exit_code=1).stderr.splitlines()
        assert said[0] == "dispatch: nothing was imported:"
        assert said[1].startswith("abroad.toml: people.ben.phone: ")
        assert "is outside DISPATCH_DIAL_REGIONS" in said[1]
        assert len(said) == 2
    with_puerto_rico = {"DISPATCH_DIAL_REGIONS": "US,PR"}
    assert "The roster now has" in run("roster", "import", "abroad.toml", env=with_puerto_rico).stdout
    found = run("check", exit_code=1).stdout
    assert "✗ numbers        people.ben.phone: " in found
    assert "numbers" not in run("check", exit_code=1, env=with_puerto_rico).stdout


def test_a_webhook_to_our_own_network_is_refused(on_sqlite: str) -> None:
    """Where the host is allowed it is taken, and `dispatch check` finds it once it no longer is."""
    text = SAMPLE.read_text().replace("[agencies.LBPD]\n", '[agencies.LBPD]\nwebhook_url = "http://10.0.0.7/hook"\n')
    Path("hook.toml").write_text(text)
    said = run("roster", "import", "hook.toml", exit_code=1).stderr.splitlines()
    wrong = "must begin with https, unless DISPATCH_ALLOWED_HOSTS names its host"
    assert said[1:] == [f"hook.toml: agencies.LBPD.webhook_url: {wrong}"]
    allowed = {"DISPATCH_ALLOWED_HOSTS": "10.0.0.7"}
    assert "The roster now has" in run("roster", "import", "hook.toml", env=allowed).stdout
    assert f"✗ addresses      LBPD's webhook: {wrong}" in run("check", exit_code=1).stdout
    assert "addresses" not in run("check", exit_code=1, env=allowed).stdout


def test_a_running_call_out_says_that_an_import_changed_who_is_on_call(with_roster: str) -> None:
    """As after every other edit: whoever reads its timeline tomorrow sees why another was paged."""
    code = call_out()
    text = (
        SAMPLE.read_text()
        .replace('"ben", "dev"', '"dev", "ben"')
        .replace('["ana", "cleo", "eva"]', '["cleo", "eva", "ana"]')
    )
    Path("new.toml").write_text(text)
    run("roster", "import", "new.toml", "--at-once")
    assert "the roster changed: " in run("show", code).stdout


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


_NOT_RIGHT = [
    (["roster", "import", "none.toml"], "none.toml: no such file or directory"),
    (["roster", "import", "latin.toml"], "latin.toml: is not UTF-8 text; save it as UTF-8"),
    (["roster", "export", "none/roster.toml"], "none/roster.toml: no such file or directory"),
]


def test_a_file_that_is_not_right_is_one_line(with_roster: str, subtests: pytest.Subtests) -> None:
    """The line names the file."""
    for arguments, words in _NOT_RIGHT:
        with subtests.test(str((arguments, words))):
            Path("latin.toml").write_bytes("# José".encode("latin-1"))
            assert words in complaint(*arguments)


def test_a_trial_says_what_an_import_would_change(with_roster: str) -> None:
    """And whom the coming fourteen nights would have on call, exceptions and gaps among them; nothing is changed."""
    before = run("roster", "export", "-").stdout
    text = SAMPLE.read_text().replace("[people.dev]", "[people.fay]").replace('"ben", "dev"', '"ben", "fay"')
    Path("new.toml").write_text(text.replace("+15625550101", "+15625550171"))
    said = run("roster", "import", "new.toml", "--dry-run").stdout.splitlines()
    assert said[0].startswith("The roster would have 7 people")
    assert said[1:3] == ["  people: added fay; changed ana; removed dev", "  rotations: changed backup"]
    assert said[3] == "On call in the next 14 nights, 22:00 to 06:00 local time:"
    nights = said[4:18]
    assert all("primary: " in night and "backup: " in night for night in nights)
    assert any("fay" in night.lower() or "Dev" in night for night in nights)
    assert said[-1] == "Nothing was changed."
    assert run("roster", "export", "-").stdout == before
    run("roster", "import", "new.toml")
    assert "added fay" not in run("roster", "import", "new.toml", "--dry-run").stdout


def test_an_import_tells_what_will_not_work(on_sqlite: str) -> None:
    """What `dispatch check` would find in the roster is told while its author still looks at it, tried or imported."""
    text = SAMPLE.read_text().replace('wait = "5m"', 'wait = "30s"', 1)
    text += '\n[[overrides]]\nrotation = "primary"\nkind = "replace"\nperson = "dev"\nreplaces = "ben"\n'
    Path("new.toml").write_text(text + 'starts_at = "2125-12-24 18:00"\nends_at = "2125-12-26 09:00"\n')
    when = "replace from Mon 2125-12-24 18:00 PST to Wed 2125-12-26 09:00 PST"
    too_short = "waits 30 s and goes on before the first call (Ana after 60 s, Eva after 60 s, Dev after 60 s)"
    wanted = [
        f"warning: overrides: {when} has no effect: who is on call for primary is the same without it",
        f"warning: policies: default, step 1: {too_short}",
    ]
    for options in (["--dry-run"], []):
        said = run("roster", "import", "new.toml", *options).stdout.splitlines()
        assert [line for line in said if line.startswith("warning: ")] == wanted
