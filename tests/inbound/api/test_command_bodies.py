"""The body of a command, made from its class."""

from dataclasses import dataclass, make_dataclass
from datetime import datetime
from typing import Literal

import pytest

from dispatch.inbound.api.command_bodies import NoLimits, _body_of


@pytest.mark.parametrize("kind", [str, str | None, int, float | None, datetime, tuple[str, ...]])
def test_a_field_without_limits_is_found_when_the_service_starts(kind: type) -> None:
    """Whoever adds a field to a command and forgets its limits is told so, and no caller finds out."""
    new = make_dataclass("New", [("never_named_before", kind)])
    with pytest.raises(NoLimits, match="never_named_before"):
        _body_of(new, "New")


def test_what_says_itself_what_it_may_be_needs_no_limits() -> None:
    """A switch and a choice hold nothing else."""

    @dataclass(frozen=True)
    class New:
        sure: bool = False
        do: Literal["new"] = "new"

    _body_of(New, "New")
