"""How the command line is called: its help, and calls that are wrong."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import complaint, python, run, start


def test_help_names_every_command() -> None:
    """`dispatch --help` is where somebody new finds what there is."""
    help_text = run("--help").stdout
    for command in ("serve", "demo", "migrate", "check", "number", "who", "roster", "key", "user", "test-page"):
        assert f"\n  {command} " in help_text


@pytest.mark.parametrize(
    "command",
    [
        ["serve"],
        ["demo"],
        ["migrate"],
        ["check"],
        ["number"],
        ["who"],
        ["test-page"],
        *(["roster", verb] for verb in ("import", "export")),
        *(["key", verb] for verb in ("new", "list", "revoke")),
        *(["user", verb] for verb in ("add", "list", "reset", "sign-out")),
    ],
)
def test_every_command_has_help_with_an_example(command: list[str]) -> None:
    """Nobody should have to guess how a command is written."""
    assert f"\n    dispatch {' '.join(command)}" in run(*command, "--help").stdout


@pytest.mark.slow
def test_the_command_line_imports_nothing_heavy() -> None:
    """`dispatch --help` stays quick: whatever takes long to import waits for the command that needs it."""
    heavy = {"sqlalchemy", "fastapi", "pydantic", "twilio", "structlog", "uvicorn", "alembic", "rich"}
    assert python(f"import sys, dispatch.cli; print({heavy} & sys.modules.keys())") == "set()\n"


@pytest.mark.slow
def test_no_plugin_of_pydantic_is_looked_for(tmp_path: Path) -> None:
    """A start does not read what every installed package brings, and runs nothing that happens to be among it."""
    package = tmp_path / "loud-1.0.dist-info"
    package.mkdir()
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text("[pydantic]\nloud = loud\n")
    (tmp_path / "loud.py").write_text("print('a plugin')\nraise ImportError")
    code = f"import sys; sys.path.append({str(tmp_path)!r}); sys.argv = ['dispatch', 'who', '--at', 'never']; {{}}"
    assert "a plugin" in python(code.format("import dispatch.settings"))
    with pytest.raises(subprocess.CalledProcessError) as refused:
        python(code.format("from dispatch.cli import main; main()"))
    assert "a plugin" not in refused.value.stdout


@pytest.mark.slow
def test_python_m_dispatch_is_the_command_line() -> None:
    """It also runs where the console script is not on the path."""
    with start("dispatch", "--version") as process:
        output, _ = process.communicate()
    assert process.returncode == 0
    assert output.startswith("dispatch ")


def test_without_arguments_the_help_is_shown() -> None:
    """A group of commands without a command prints its help, and is no success."""
    assert "Commands:" in run("key", exit_code=2).stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["xyzzy"], "No such command 'xyzzy' (see `"),
        (["key", "revoke"], "Missing argument 'ID'"),
        (["serve", "--port", "70000"], "--port"),
    ],
)
def test_a_wrong_call_is_one_line(arguments: list[str], words: str) -> None:
    """What is wrong with a call, and where its help is, fits into one line; it exits with 2."""
    assert words in complaint(*arguments, exit_code=2)
