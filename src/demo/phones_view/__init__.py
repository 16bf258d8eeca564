"""`/phones`: every simulated phone of the roster, to be read, answered and replied from in a browser.

It exists only where the carrier is simulated: the demo mounts it beside the service's own views. Whoever can open it
is everybody in the roster at once, so it answers this machine only, and obeys no other site.
"""

from demo.phones_view.page import NAV_ITEM, PhonesView

__all__ = ["NAV_ITEM", "PhonesView"]
