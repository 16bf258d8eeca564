"""How the command line is called: its help, and calls that are wrong."""

import pytest

from tests.cli.commands import complaint, python, run, start


def test_help_names_every_command() -> None:
    """`dispatch --help` is where somebody new finds what there is."""
    help_text = run("--help").stdout
    for command in ("serve", "demo", "migrate", "check", "number", "who", "roster", "key", "user", "test-page"):
        assert f"\n  {command} " in help_text


_COMMANDS = [
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
]


def test_every_command_has_help_with_an_example(subtests: pytest.Subtests) -> None:
    """Nobody should have to guess how a command is written."""
    for command in _COMMANDS:
        with subtests.test(str(command)):
            assert f"\n    dispatch {' '.join(command)}" in run(*command, "--help").stdout


@pytest.mark.slow
def test_the_command_line_imports_no_doors() -> None:
    """A command waits for no web framework, and a service holds nothing of what only plays (ADR 18)."""
    late = {"fastapi", "uvicorn", "alembic", "asyncpg", "twilio_simulator"}
    late |= {"demo.demo", "rehearsal.report", "rehearsal.season", "rehearsal.story"}
    assert python(f"import sys, dispatch.cli; print({late} & sys.modules.keys())") == "set()\n"


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


_WRONG = [
    (["xyzzy"], "No such command 'xyzzy' (see `"),
    (["key", "revoke"], "Missing argument 'ID'"),
    (["serve", "--port", "70000"], "--port"),
]


def test_a_wrong_call_is_one_line(subtests: pytest.Subtests) -> None:
    """What is wrong with a call, and where its help is, fits into one line; it exits with 2."""
    for arguments, words in _WRONG:
        with subtests.test(str((arguments, words))):
            assert words in complaint(*arguments, exit_code=2)
