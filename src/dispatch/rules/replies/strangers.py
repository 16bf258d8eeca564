"""What follows from a text that comes from none of our people and from no officer: from a partner of the roster, or
from anybody.

The law: a person reads the text, and a stranger's words stand in quotation marks, so they cannot pass for anybody
else's. But a number that texts without end must not cost us a text each time, and neither must a thousand numbers:
their alarms would hold up pages.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dispatch.rules.decisions import AlarmCoordinators, SendPage, StandaloneDecision
from dispatch.rules.delivery.sending import is_e164
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Agency
from dispatch.rules.wording import agency_texts, alarms, texts

REMEMBERED = timedelta(hours=1)
"""For how long earlier texts from the same number count."""
MOST_ALARMS = 10
MOST_OF_STRANGERS = 40
"""How many texts from all unknown numbers together are sent on to coordinators within `REMEMBERED`. Three hundred
numbers that texted at once cost nine hundred texts of ours, and a page behind them left only after a minute."""


def are_too_many(texts_by_number: Iterable[int]) -> bool:
    """Whether coordinators have been sent as many texts from strangers as they can read. `texts_by_number` says how
    many came from each number within `REMEMBERED`; of one that texts without end, only the first few were sent on."""
    return sum(min(count, MOST_ALARMS) for count in texts_by_number) >= MOST_OF_STRANGERS


def sum_up(texts_by_number: Sequence[int]) -> AlarmCoordinators:
    """One alarm instead of the rest, once within `REMEMBERED`."""
    return AlarmCoordinators(alarms.many_strangers(len(texts_by_number)))


def react(
    sender: str, said: str, partner: Agency | None, heard: int, contact: str | None, now: datetime
) -> list[StandaloneDecision]:
    """What follows when `sender` has `said` something.

    `partner` is the agency whose number it is, if any; `heard` is how many texts came from it within `REMEMBERED`,
    `contact` the number to ring.
    """
    if heard >= MOST_ALARMS:
        return []
    if partner is not None:
        alarm, answer = alarms.partner_wrote(partner.code, sender, said), agency_texts.partner_heard(contact)
    else:
        alarm, answer = alarms.unknown_sender(sender[-4:], said), texts.you_are_unknown(contact)
    # Neither "anonymous" nor a short code can be answered.
    if (heard and partner is None) or not is_e164(sender):
        return [AlarmCoordinators(alarm)]
    return [AlarmCoordinators(alarm), SendPage(Purpose.ANSWER, Channel.SMS, sender, answer, now)]
