"""A page that may have been sent, and that reconciling did not find: reconcile it once more, or send it again?

The law: **only a clear answer from the carrier can say whether it has a page; any other attempt to reconcile proves
nothing.** But reconciling never replaces paging. If the carrier gives no clear answer for long, the page is sent again
all the same, each time after a longer wait, since twice beats not at all and a dozen times is noise.

`reconciled` counts through all rounds of a page's life. A round here is what lies between two sends of one page.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dispatch.rules.delivery.sending import Found
from dispatch.rules.facts.pages import Page, PageState, Purpose
from dispatch.rules.facts.people import Channel

# Seconds before each attempt of a round. One empty list proves nothing, so there are several.
_ROUND = (2.0, 4.0, 8.0)
# A child waits for the person that a page asks, so its first round is short: the carrier's list may lag by a moment,
# not by seconds. If the page is missing a second time, the carrier is in trouble, and hurry would only pile up copies.
_HURRIED_ROUND = (0.0, 1.5)
_HURRIED = frozenset({Purpose.PAGE, Purpose.ASK_ALONG})
# After this long without a clear answer, a page is sent again: three copies in the first ten minutes.
_UNANSWERED = (60.0, 240.0, 300.0)
_LONGEST_WAIT = 15.0


@dataclass(frozen=True, slots=True)
class ReconcileAgain:
    """Reconcile it once more, after `after_seconds`."""

    after_seconds: float
    reconciled: int


@dataclass(frozen=True, slots=True)
class SendAgain:
    """Send it again; `why` is for the timeline."""

    why: str
    reconciled: int


def ours(found: Sequence[Found], known_ids: Collection[str]) -> Found | None:
    """What was found that may be the page in question: the oldest that does not already belong to another page."""
    strangers = [listed for listed in found if listed.carrier_id not in known_ids]
    return min(strangers, key=lambda stranger: stranger.created_at, default=None)


def may_be_anothers(page: Page, mine: Found | None) -> bool:
    """Whether what was found proves nothing while another page to the same number is in doubt as well.

    A text is recognised by its words. The carrier's list of calls does not say for which page a call was placed. If one
    were taken for the wrong page, two pages would count as sent, and one of them would never ring.
    """
    return mine is not None and page.channel is Channel.VOICE


def is_cut_off(claimed: Page) -> bool:
    """Whether the page's send ended with its process. `claimed` is the page as it was when it was claimed for
    reconciling."""
    return claimed.state is PageState.SENDING


def first_reconcile_seconds(purpose: Purpose, reconciled: int) -> float:
    """How many seconds after a send that ended in doubt it is first reconciled."""
    stand = _stand(purpose, reconciled)
    return stand.waits[stand.position]


def not_found(purpose: Purpose, reconciled: int, *, tried_for: float, cut_off: bool) -> ReconcileAgain | SendAgain:
    """The carrier answered, and did not have the page.

    `tried_for` is the seconds since the send began. `cut_off` says that the send ended with its process, so the carrier
    has had all that time to list the page. Any other send may have ended only just now.
    """
    stand = _stand(purpose, reconciled)
    again = SendAgain("not found at the carrier; sent again", stand.next_round)
    if cut_off and purpose in _HURRIED:
        rest = sum(_HURRIED_ROUND) - max(tried_for, 0.0)
        return ReconcileAgain(rest, stand.next_round - 1) if rest > 0 else again
    if reconciled + 1 == stand.next_round:
        return again
    return ReconcileAgain(stand.waits[stand.position + 1], reconciled + 1)


def not_clear(purpose: Purpose, reconciled: int, *, tried_for: float) -> ReconcileAgain | SendAgain:
    """The carrier could not be asked, or it has a call that may have been placed for this page or for another."""
    stand = _stand(purpose, reconciled)
    rest = _UNANSWERED[min(stand.round, len(_UNANSWERED) - 1)] - tried_for
    if rest <= 0:
        return SendAgain("the carrier cannot say whether it has it; sent again", stand.next_round)
    # As long again as the doubt has lasted: a hiccup costs a second, and an outage is not made worse.
    return ReconcileAgain(min(max(tried_for, 1.0), _LONGEST_WAIT, rest), reconciled)


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where `reconciled` stands: in which round, how far into it, and at which count the next round begins."""

    round: int
    position: int
    waits: tuple[float, ...]
    next_round: int


def _stand(purpose: Purpose, reconciled: int) -> _Stand:
    first = _HURRIED_ROUND if purpose in _HURRIED else _ROUND
    if reconciled < len(first):
        return _Stand(0, reconciled, first, len(first))
    later, position = divmod(reconciled - len(first), len(_ROUND))
    return _Stand(later + 1, position, _ROUND, reconciled - position + len(_ROUND))
