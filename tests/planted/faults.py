"""All faults there are."""

from tests.planted import actions, inbound, outside, rules, schedules, store
from tests.planted.fault import FAULTS

__all__ = ["FAULTS", "actions", "inbound", "outside", "rules", "schedules", "store"]
