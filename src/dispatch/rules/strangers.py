"""What follows from a text that comes from nobody in the roster: an officer who answers ours, or anybody else.

The law: a person reads the text. But a number that texts without end must not cost us a text each time, and its alarms
must not hold up pages.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch.rules.decisions import AlarmCoordinators, SendPage, StrayDecision
from dispatch.rules.facts import Channel, Purpose
from dispatch.rules.replies.reading import Reply
from dispatch.rules.replies.vocabulary import Word
from dispatch.rules.sending import is_e164
from dispatch.rules.wording import alarms, texts

REMEMBERED = timedelta(hours=1)
"""How far back earlier texts from the same number count."""
MOST_ALARMS = 10


def cries_for_help(reply: Reply) -> bool:
    """Whether an officer must be heard at once."""
    return reply.word is Word.DANGER


def react(sender: str, said: str, officer_of: Sequence[str], heard: int, now: datetime) -> list[StrayDecision]:
    """What to do about a text in which `sender` has `said` something.

    `officer_of` are the codes of the open call-outs whose officer has this number; `heard` is how many texts came from
    it within `REMEMBERED`.
    """
    if not officer_of and heard >= MOST_ALARMS:
        return []
    quoted = f"{officer_of[-1]} officer: {said}" if officer_of else said
    alarm = AlarmCoordinators(alarms.unknown_sender(sender[-4:], quoted))
    # Neither "anonymous" nor a short code can be answered.
    if officer_of or heard or not is_e164(sender):
        return [alarm]
    return [alarm, SendPage(Purpose.ANSWER, Channel.SMS, sender, texts.you_are_unknown(), now)]
