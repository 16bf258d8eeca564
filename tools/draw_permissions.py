"""Draw who may do what into docs/coordinators.md, from the table in the code."""

import sys

from dispatch.rules.access.permissions import GRANTS, Access, Permission, permits
from dispatch.rules.facts.people import Role
from tools.drawing import DOCS, Drawing, main

_ROLES = (Role.COORDINATOR, Role.SUPERVISOR, Role.AUDITOR)
_WITHOUT = (
    *(Access.WALL, Access.KEY, Access.SCHEDULE_KEY, Access.SCHEDULE_CHANGES_KEY),
    *(Access.ALARM_LINK, Access.SPECIALIST_LINK, Access.OFFICER_LINK, Access.CALENDAR_LINK, Access.OWN_LINK),
)


def drawing() -> str:
    """A row for each permission; a column for each role of a person who has signed in, and for each other way in."""
    columns = [*map(str, _ROLES), *map(str, _WITHOUT)]
    return "\n".join(
        [
            f"| permission | {' | '.join(columns)} |",
            f"| --- |{' --- |' * len(columns)}",
            *(f"| {permission} | {' | '.join(_cells(permission))} |" for permission in GRANTS),
        ]
    )


def _cells(permission: Permission) -> list[str]:
    signed_in = [permits(permission, Access.SESSION, {role}) for role in _ROLES]
    return ["yes" if granted else "" for granted in (*signed_in, *(permits(permission, access) for access in _WITHOUT))]


DRAWINGS = (Drawing(DOCS / "coordinators.md", "permissions", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
