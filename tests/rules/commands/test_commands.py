"""What stands beside each command: none of it can be forgotten, and no two commands are mistaken for each other."""

import re
from dataclasses import fields

import pytest

from dispatch.rules.commands.commands import BY_NAME, COMMANDS, Command, OpenByHand
from dispatch.rules.facts.actors import AuditEvent


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.do)
def test_each_command_has_all_its_words(command: type[Command]) -> None:
    """For the document of the API, for the audit, and for whoever has given it."""
    assert command.__doc__
    assert not command.__doc__.startswith(f"{command.__name__}("), "that is what a dataclass writes by itself"
    assert command.about.done


def test_each_command_is_called_as_its_class_is() -> None:
    for command in (*COMMANDS, OpenByHand):
        assert command.do == re.sub(r"(?<!^)(?=[A-Z])", "_", command.__name__).lower()
        assert {one.name: one.default for one in fields(command)}["do"] == command.do


def test_no_two_commands_have_one_name_or_one_event() -> None:
    assert set(BY_NAME.values()) == {*COMMANDS, OpenByHand}
    events = [command.about.audited for command in BY_NAME.values()]
    assert len(set(events)) == len(events)
    assert AuditEvent.NOTED_OUTCOME not in events, "it is what closing becomes after the end"
