"""What is heard on a simulated call, for people: who is joined with whom, by name, and nothing of how it is done."""

from collections.abc import Callable

_OF_THE_CARRIER = ("joined conference ", "(waits for the conference")
_CONNECTED = "connected to "


def as_heard(line: str, name: Callable[[str], str]) -> str | None:
    """One line of what a phone has heard; None for what nobody hears. `name` says whose a number is."""
    if line.startswith(_OF_THE_CARRIER):
        return None
    if line.startswith(_CONNECTED):
        return f"(speaks with {name(line.removeprefix(_CONNECTED))})"
    return line
