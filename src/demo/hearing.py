"""What a phone on a simulated call hears, told for people: who speaks with whom, by name, and not by which means."""

from collections.abc import Callable

_OF_THE_CARRIER = ("joined conference ", "(waits for the conference")
_CONNECTED = "connected to "


def as_heard(line: str, name: Callable[[str], str]) -> str | None:
    """One line of what a phone has heard; None for a line that nobody hears. `name` gives the owner of a number."""
    if line.startswith(_OF_THE_CARRIER):
        return None
    if line.startswith(_CONNECTED):
        return f"(speaks with {name(line.removeprefix(_CONNECTED))})"
    return line
