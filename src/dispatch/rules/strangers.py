"""What follows from a text that comes from none of our people and from no officer: from a partner of the roster, or
from anybody.

The law: a person reads the text, and what a stranger writes stands inside a quotation, so it cannot pass for anybody
else's. But a number that texts without end must not cost us a text each time, and its alarms must not hold up pages.
"""

from datetime import datetime, timedelta

from dispatch.rules.decisions import AlarmCoordinators, SendPage, StrayDecision
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Agency
from dispatch.rules.sending import is_e164
from dispatch.rules.wording import alarms, partner_texts, texts

REMEMBERED = timedelta(hours=1)
"""How far back earlier texts from the same number count."""
MOST_ALARMS = 10


def react(
    sender: str, said: str, partner: Agency | None, heard: int, contact: str | None, now: datetime
) -> list[StrayDecision]:
    """What to do about a text in which `sender` has `said` something.

    `partner` is whose number it is, `heard` how many texts came from it within `REMEMBERED`, `contact` the number to
    ring.
    """
    if heard >= MOST_ALARMS:
        return []
    if partner is not None:
        alarm, answer = alarms.partner_wrote(partner.code, sender, said), partner_texts.partner_heard(contact)
    else:
        alarm, answer = alarms.unknown_sender(sender[-4:], said), texts.you_are_unknown(contact)
    # Neither "anonymous" nor a short code can be answered.
    if (heard and partner is None) or not is_e164(sender):
        return [AlarmCoordinators(alarm)]
    return [AlarmCoordinators(alarm), SendPage(Purpose.ANSWER, Channel.SMS, sender, answer, now)]
