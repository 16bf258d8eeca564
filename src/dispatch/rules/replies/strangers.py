"""What follows from a text that comes from none of our people and from no officer: from a partner of the roster, or
from anybody.

The law: a person reads the text, and is rung if it cries for help or asks for an advocate. A stranger's words stand in
quotation marks, so they cannot pass for anybody else's. But a number that texts without end must not cost us a text
each time, and neither must a thousand numbers: their alarms would hold up pages.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dispatch.rules.decisions import AlarmCoordinators, SendPage, StandaloneDecision
from dispatch.rules.delivery.sending import is_e164
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Person
from dispatch.rules.facts.roster import Agency
from dispatch.rules.people import number_texts
from dispatch.rules.replies.officers import names_ours
from dispatch.rules.replies.reader.read_text import read
from dispatch.rules.replies.reader.vocabulary import Word
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
    cries = read(said).word is Word.DANGER or names_ours(said)
    kind = AlarmKind.STRANGER_CRIES if cries else AlarmKind.NEWS
    if partner is not None:
        alarm, answer = alarms.partner_wrote(partner.code, sender, said), agency_texts.partner_heard(contact)
    else:
        number = sender if cries and is_e164(sender) else sender[-4:]
        alarm, answer = alarms.unknown_sender(number, said), texts.you_are_unknown(contact)
    # Neither "anonymous" nor a short code can be answered.
    if (heard and partner is None) or not is_e164(sender):
        return [AlarmCoordinators(alarm, kind=kind)]
    return [AlarmCoordinators(alarm, kind=kind), SendPage(Purpose.ANSWER, Channel.SMS, sender, answer, now)]


def from_unverified(
    whose: Person, sender: str, said: str, heard: int, contact: str | None, now: datetime
) -> list[StandaloneDecision]:
    """What follows from a text from a number that is still to be verified as that of `whose`. It takes nothing,
    whatever it says: anybody may have that phone. But whoever believes that they took a call-out must read that they
    did not."""
    if heard >= MOST_ALARMS:
        return []
    kind = AlarmKind.STRANGER_CRIES if read(said).word is Word.DANGER or names_ours(said) else AlarmKind.NEWS
    answer = in_language(number_texts.not_verified(contact), whose.texts_in)
    return [
        AlarmCoordinators(number_texts.they_wrote(whose.name, said), kind=kind),
        SendPage(Purpose.ANSWER, Channel.SMS, sender, answer, now),
    ]
