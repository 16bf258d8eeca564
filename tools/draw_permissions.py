"""Draw who may do what into docs/architecture.md, from the table in the code.

`python -m tools.draw_permissions` writes the drawing; with `--check` it only fails when the one there is out of date.
"""

import sys
from pathlib import Path

from dispatch.rules.facts.people import Role
from dispatch.rules.permissions import GRANTS, Access, Deed, permits
from tools.marks import between

PAGE = Path(__file__).resolve().parent.parent / "docs" / "architecture.md"
_BEGIN = "<!-- permissions: written by `python -m tools.draw_permissions` -->"
_END = "<!-- end of permissions -->"

_ROLES = (Role.COORDINATOR, Role.SUPERVISOR, Role.AUDITOR)
_WITHOUT = (Access.WALL, Access.KEY, Access.ALARM_LINK, Access.SPECIALIST_LINK)


def drawing() -> str:
    """A row for each deed; a column for each role of a person who has signed in, and for each other way in."""
    columns = [*map(str, _ROLES), *map(str, _WITHOUT)]
    return "\n".join(
        [
            f"| deed | {' | '.join(columns)} |",
            f"| --- |{' --- |' * len(columns)}",
            *(f"| {deed} | {' | '.join(_cells(deed))} |" for deed in GRANTS),
        ]
    )


def _cells(deed: Deed) -> list[str]:
    signed_in = [permits(deed, Access.SESSION, {role}) for role in _ROLES]
    return ["yes" if granted else "" for granted in (*signed_in, *(permits(deed, access) for access in _WITHOUT))]


def redrawn(page: str) -> str:
    """`page` with the drawing as the code has it now. Raises `MarksAreMissing`."""
    return between(page, _BEGIN, _END, drawing())


def main(arguments: list[str]) -> int:
    page = PAGE.read_text("utf-8")
    current = redrawn(page)
    if current == page:
        print(f"{PAGE.name} shows who may do the {len(GRANTS)} deeds")
        return 0
    if "--check" in arguments:
        print(f"{PAGE.name} shows other permissions than the code has: run `python -m tools.draw_permissions`")
        return 1
    PAGE.write_text(current, "utf-8")
    print(f"{PAGE.name} is drawn again")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
