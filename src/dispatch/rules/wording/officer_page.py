"""What an officer reads on the page behind their link."""

from collections.abc import Mapping

BUTTONS: Mapping[str, str] = {"moved": "We have moved", "not-needed": "No longer needed", "ring-me": "Ring me"}

BEING_CALLED = "Specialists are being called."
ALL_ARE_CALLED = "Nobody has answered yet. Everybody is being called, and coordinators have been."
WE_GO_ON = "We go on until somebody has it, and text you then."
UNTIL_VERIFIED = "A coordinator rings your agency. After that we tell you who comes, and when."
WE_TELL_CHANGES = "We text you when anything changes."
NOTHING_MORE = "You need do nothing more."
HAS_LEFT = "The specialist has left the scene."
CANCELLED = "This call-out is cancelled. Nobody is coming."
OVER = "This call-out is over."
CALL_OUT_AGAIN = "If a child is with you now, call us."
