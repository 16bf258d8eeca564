"""What drives really took, without call-out and person."""

import sqlalchemy as sa

from dispatch.rules.facts.people import DayPart
from dispatch.rules.nearer.estimate import MeasuredDrive
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction, columns

_NEWEST = 500
"""To one area, from all others. Roads change, so what is older counts no more."""

_INSERT = sa.insert(t.measured_drive)
_TO = (
    sa.select(t.measured_drive)
    .where(t.measured_drive.c.to_area == sa.bindparam("code"))
    .order_by(t.measured_drive.c.id.desc())
    .limit(_NEWEST)
)


def keep(tx: Transaction, drive: MeasuredDrive) -> None:
    """Nothing of it is logged: beside the arrival's line, the line would say whose it was."""
    tx.execute(_INSERT, columns(drive, t.measured_drive))


def to_area(tx: Transaction, code: str) -> list[MeasuredDrive]:
    """The newest drives to this area, the newest first."""
    return [
        MeasuredDrive(row["from_area"], row["to_area"], DayPart(row["part"]), row["minutes"], row["day"])
        for row in tx.execute(_TO, {"code": code}).mappings()
    ]
