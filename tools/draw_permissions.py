"""Draw who may do what into docs/coordinators.md, from the table in the code."""

import sys

from dispatch.rules.access.permissions import Access, Permission, permits
from dispatch.rules.facts.people import Role
from tools.drawing import DOCS, Drawing, main

_ROLES = (Role.COORDINATOR, Role.SUPERVISOR, Role.AUDITOR)
_WITHOUT = (
    *(Access.WALL, Access.KEY, Access.SCHEDULE_KEY, Access.SCHEDULE_CHANGES_KEY),
    *(Access.ALARM_LINK, Access.SPECIALIST_LINK, Access.OFFICER_LINK, Access.CALENDAR_LINK, Access.OWN_LINK),
)


def drawing() -> str:
    """A row for all that the same people may do: the roles of whoever has signed in, and the other ways in."""
    rows: dict[str, list[str]] = {}
    for permission in Permission:
        rows.setdefault(_holders(permission), []).append(permission)
    return "\n".join(
        ["| who | may |", "| --- | --- |", *(f"| {holders} | {'; '.join(may)} |" for holders, may in rows.items())]
    )


def _holders(permission: Permission) -> str:
    signed_in = [str(role) for role in _ROLES if permits(permission, Access.SESSION, {role})]
    return ", ".join([*signed_in, *(str(access) for access in _WITHOUT if permits(permission, access))])


DRAWINGS = (Drawing(DOCS / "coordinators.md", "permissions", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
