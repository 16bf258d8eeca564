"""What is heard on a simulated call, as the demo tells it."""

import pytest

from demo.hearing import as_heard


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Press 1 to be joined.", "Press 1 to be joined."),
        ("(beep)", "(beep)"),
        ("connected to +15625550101", "(speaks with Ana)"),
        ("joined conference 01a20d0c", None),
        ("(waits for the conference to start)", None),
    ],
)
def test_who_speaks_with_whom_and_not_how(line: str, told: str | None) -> None:
    assert as_heard(line, {"+15625550101": "Ana"}.__getitem__) == told
