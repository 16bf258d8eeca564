"""What a text brings that comes from none of our people and from no officer: from a partner of the roster, or anybody.

The law: a person reads it, and what a stranger writes stands inside a quotation, so it cannot pass for another's. But a
number that texts without end must not cost a text each time, nor stand in the way of pages with its alarms.
"""

from datetime import datetime, timedelta

from dispatch.rules.decisions import AlarmCoordinators, SendPage, StrayDecision
from dispatch.rules.facts import Agency, Channel, Purpose
from dispatch.rules.sending import is_e164
from dispatch.rules.wording import alarms, texts

REMEMBERED = timedelta(hours=1)
"""How far back texts of the same number count."""
MOST_ALARMS = 10


def react(
    sender: str, said: str, partner: Agency | None, heard: int, contact: str | None, now: datetime
) -> list[StrayDecision]:
    """`partner` is whose number it is, `heard` how many texts came from it in the time that is `REMEMBERED`, `contact`
    the number to ring."""
    if heard >= MOST_ALARMS:
        return []
    if partner is not None:
        alarm, answer = alarms.partner_wrote(partner.code, sender, said), texts.partner_heard(contact)
    else:
        alarm, answer = alarms.unknown_sender(sender[-4:], said), texts.you_are_unknown(contact)
    # "anonymous" cannot be answered, nor a short code.
    if (heard and partner is None) or not is_e164(sender):
        return [AlarmCoordinators(alarm)]
    return [AlarmCoordinators(alarm), SendPage(Purpose.ANSWER, Channel.SMS, sender, answer, now)]
