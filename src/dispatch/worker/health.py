"""Whether this node lives, and whether it can do its work."""

from collections.abc import Callable

from dispatch.actions.office import Office

# A database that hangs does not answer, and whoever watches must hear so before giving up on us.
_DATABASE_SECONDS = 2.0


class Health:
    """`carrier_trouble` is what the last look at the carrier's account found wrong, None when all was well."""

    def __init__(self, office: Office, heartbeat_is_late: Callable[[], bool]) -> None:
        self._office = office
        self._heartbeat_is_late = heartbeat_is_late
        self.carrier_trouble: str | None = "the carrier has not been asked yet"

    async def troubles(self) -> dict[str, str]:
        """What is wrong, by part; empty when this node can do its work."""
        found: dict[str, str] = {}
        if not await self._office.database.answers(_DATABASE_SECONDS):
            found["database"] = "does not answer"
        if self._heartbeat_is_late():
            found["heartbeat"] = "the last round of work ended more than two beats ago"
        if self.carrier_trouble is not None:
            found["carrier"] = self.carrier_trouble
        return found
