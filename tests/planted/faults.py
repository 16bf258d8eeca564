"""All faults there are."""

from tests.planted import actions, inbound, outside, rules, store
from tests.planted.fault import FAULTS

__all__ = ["FAULTS", "actions", "inbound", "outside", "rules", "store"]
