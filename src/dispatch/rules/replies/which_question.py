"""Which of our questions a bare answer answers: "ok", "yes", "no", "1", "2", and nothing else.

The law: it answers what its sender read last. What begins or ends something by a word that may be courtesy must have
been asked there, by that call-out; otherwise they are asked what they mean. Whoever says more is taken at their word.
"""

from collections.abc import Sequence, Set
from datetime import datetime, timedelta

from dispatch.rules.facts.callout import CallOut
from dispatch.rules.facts.pages import (
    READ_AFTER,
    Confirm,
    IsThere,
    Purpose,
    Question,
    SentText,
    Subject,
    Take,
    TakeCover,
    WhichCallOut,
)
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.situation import Situation
from dispatch.rules.reader.hints import is_bare, of_listed
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.read_text import clauses_of, read
from dispatch.rules.reader.vocabulary import Trait, Word

TEXTS_SINCE = timedelta(hours=12)
"""How far back our texts are looked for. What is older is not what anybody answers."""
_A_GLANCE = timedelta(seconds=2)
"""What comes sooner after a question was written before the question was read."""


def last_read(texts: Sequence[SentText], now: datetime) -> SentText | None:
    """Which of our `texts` to somebody, the one that the carrier took last first, they can have read last: the newest,
    unless one that was taken before it came to the phone long after it."""
    known = newest_read(texts, now)
    if known is None:
        return None
    late = [one for one in texts if one.came and one is not known and one.read_from - known.read_from >= READ_AFTER]
    return max(late, key=lambda one: one.read_from, default=known)


def newest(texts: Sequence[SentText]) -> SentText | None:
    """The last of our texts that the carrier took, read or not."""
    return next((one for one in texts if not one.rang), None)


def newest_read(texts: Sequence[SentText], now: datetime) -> SentText | None:
    """The last of them that they can have read, whichever came to their phone last."""
    return newest([one for one in texts if _can_be_read(one, now)])


def without_alarms(texts: Sequence[SentText]) -> list[SentText]:
    """An alarm is answered by a coordinator's OK, and by no yes or no."""
    return [one for one in texts if one.purpose is not Purpose.ALARM]


def is_overtaken(text: SentText, texts: Sequence[SentText]) -> bool:
    """Whether something may have been read or heard after it: a text that came long after it, or their phone has rung
    since, perhaps in place of a text that was lost."""
    return any((one.rang or one.came) and one.read_from - text.read_from >= READ_AFTER for one in texts)


def confirmable(texts: Sequence[SentText], now: datetime) -> tuple[SentText | None, bool]:
    """The text that a Y may confirm, and whether it crossed with another, so that nobody knows which was read last."""
    theirs = without_alarms(texts)
    known = newest_read(theirs, now)
    if known is None or not is_overtaken(known, theirs):
        return known, False
    return known if isinstance(known.asks, Confirm) else last_read(theirs, now), True


def confirmed(reply: Intent, texts: Sequence[SentText], now: datetime) -> str | None:
    """The call-out about which a bare yes says that we have understood: it is about no other that waits."""
    last = last_read(without_alarms(texts), now)
    says_yes = is_bare(reply) and reply.word in Trait.YES
    return last.asks.callout if last is not None and says_yes and isinstance(last.asks, Confirm) else None


def each_answer(reply: Intent, texts: Sequence[SentText], asked: Set[str], now: datetime) -> list[Intent]:
    """What it says of each of several call-outs: by its code, or as those that our last text listed ("the first").
    "Neither" declines what asks them to come, the codes in `asked`, and lets nothing go that they have."""
    last = last_read(without_alarms(texts), now)
    meant = of_listed(reply)
    if meant is None or last is None or not isinstance(last.asks, WhichCallOut) or not last.asks.said:
        return clauses_of(reply)
    (which, rest), codes = meant, last.asks.codes
    if not which:
        return [read(f"{code} {Word.NO.shown}") for code in codes] if asked >= set(codes) else []
    return [read(f"{code} {last.asks.said}{rest}") for code in codes[which - 1 : which]]


def is_asked(situation: Situation, person: Person, now: datetime) -> bool:
    """Whether a bare answer that comes now answers what this call-out asks of them: nothing else that they can have
    read has come since it asked, by text or by call."""
    callout = situation.callout
    last = last_read(without_alarms(situation.texts), now)
    if last is None or _is_about(last.asks, callout):
        return True
    asked = (
        page.tried_at
        for page in (*callout.pages, *callout.nearer)
        if page.person == person.id and page.asks is not None
    )
    return any(at is not None and last.read_from < at <= now - _A_GLANCE for at in asked)


def notes_a_no(situation: Situation, now: datetime) -> bool:
    """Whether they have just read that their no to this call-out is noted: a yes may only say that once more."""
    last = last_read(without_alarms(situation.texts), now)
    return last is not None and last.asks == Take(situation.callout.id, after_no=True)


def knows_to_stay_away(situation: Situation, now: datetime) -> bool:
    """Whether they can have read, or heard, that somebody is in danger where they go, if that is so: an "ok" that
    crosses it answers something else."""
    since = max((one.opened_at for one in situation.alarms if one.keeps_away), default=None)
    told = [one for one in situation.texts if one.subject is Subject.STAY_AWAY]
    return since is None or any(one.decided_at >= since and _can_be_read(one, now) for one in told)


def _is_about(asks: Question | None, callout: CallOut) -> bool:
    match asks:
        case None | TakeCover() | IsThere():
            return False
        case WhichCallOut():
            return callout.code in asks.codes
        case _:
            return asks.callout == callout.id


def _can_be_read(text: SentText, now: datetime) -> bool:
    """A question is believed to be read at a glance; news only once it has certainly come, or has had the time to."""
    soon = text.came or text.asks is not None
    return now - text.read_from >= (_A_GLANCE if soon else READ_AFTER)
