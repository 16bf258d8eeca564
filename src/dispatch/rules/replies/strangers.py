"""What follows from a text that comes from none of our people and from no officer: from a partner of the roster, or
from anybody.

The law: a person reads the text, and is rung if it cries for help or asks for an advocate. A stranger's words stand in
quotation marks, so they cannot pass for anybody else's. But a number that texts without end must not cost us a text
each time, and neither must a thousand numbers: their alarms would hold up pages. Beyond these bounds only cries for
help are sent on, since each may be true. They share one ring, and no page waits for the texts about the others.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dispatch.rules.alarms.promises import RING_AGAIN
from dispatch.rules.decisions import AlarmCoordinators, SendPage, StandaloneDecision
from dispatch.rules.delivery.sending import is_e164
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.roster import Agency
from dispatch.rules.people import number_texts
from dispatch.rules.reader.intent import Intent
from dispatch.rules.replies.officers import cries_for_help, names_ours
from dispatch.rules.wording import agency_texts, alarms, texts
from dispatch.rules.wording.languages import in_language

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


def cries(reply: Intent) -> bool:
    """Whether people are rung about it, and hear it whatever else has come."""
    return cries_for_help(reply) or names_ours(reply)


def rings(heard: int, texts_by_number: Iterable[int], rang: Sequence[datetime], now: datetime) -> bool:
    """Whether a cry for help rings: beyond the bounds unless coordinators have just been rung about another. `rang`
    says when they were."""
    beyond = heard >= MOST_ALARMS or are_too_many(texts_by_number)
    return not beyond or all(now - at >= RING_AGAIN for at in rang)


def sum_up(texts_by_number: Sequence[int]) -> AlarmCoordinators:
    """One alarm instead of the rest, once within `REMEMBERED`."""
    return AlarmCoordinators(alarms.many_strangers(len(texts_by_number)))


def react(
    sender: str,
    said: Intent,
    partner: Agency | None,
    heard: int,
    contact: str | None,
    now: datetime,
    *,
    may_ring: bool = True,
    formerly: str | None = None,
) -> list[StandaloneDecision]:
    """What follows when `sender` has `said` something.

    `partner` is the agency whose number it is, if any, and `formerly` the name of whoever had it; `heard` is how many
    texts came from it within `REMEMBERED`, `contact` the number to ring. `may_ring`: a cry for help rings; otherwise it
    is texted alone.
    """
    crying = cries(said)
    if heard >= MOST_ALARMS and not crying:
        return []
    kind = AlarmKind.STRANGER_CRIES if crying and may_ring else AlarmKind.NEWS
    if partner is not None:
        alarm, answer = alarms.partner_wrote(partner.code, sender, said.as_written), agency_texts.partner_heard(contact)
    else:
        number = sender if crying and is_e164(sender) else sender[-4:]
        alarm, answer = alarms.unknown_sender(number, said.as_written), texts.you_are_unknown(contact)
        if formerly is not None:
            alarm = number_texts.formerly(formerly, sender, said.as_written)
    # Neither "anonymous" nor a short code can be answered. A phone that answers by itself would be without end.
    if heard >= (1 if partner is None else MOST_ALARMS) or not is_e164(sender):
        return [AlarmCoordinators(alarm, kind=kind)]
    return [AlarmCoordinators(alarm, kind=kind), SendPage(Purpose.ANSWER, Channel.SMS, sender, answer, now)]


def from_unverified(
    whose: Person,
    sender: str,
    said: Intent,
    heard: int,
    contact: str | None,
    now: datetime,
    *,
    may_ring: bool = True,
) -> list[StandaloneDecision]:
    """What follows from a text from a number that is still to be verified as that of `whose`. It takes nothing,
    whatever it says: anybody may have that phone. But whoever believes that they took a call-out must read that they
    did not."""
    crying = cries(said)
    if heard >= MOST_ALARMS and not crying:
        return []
    kind = AlarmKind.STRANGER_CRIES if crying and may_ring else AlarmKind.NEWS
    told = AlarmCoordinators(number_texts.they_wrote(whose.name, said.as_written), kind=kind)
    answer = in_language(number_texts.not_verified(contact), whose.texts_in)
    return [told, SendPage(Purpose.ANSWER, Channel.SMS, sender, answer, now)] if heard < MOST_ALARMS else [told]
