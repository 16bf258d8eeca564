"""What a word does. The law: a word does only what its sender is in a position to do, and what cannot be undone needs
an unmistakable word.

One table says it, word by position; the tables of the README and the documents are drawn from it. Whatever is asked
back changes nothing, and reaches the coordinators.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.rules.callout.eta import ClockTime, eta_at, is_far_off
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.reader.intent import Intent
from dispatch.rules.reader.vocabulary import Trait, Word


class Position(StrEnum):
    """How somebody stands to a call-out: a column of the matrix."""

    PAGED = "paged"  # or awake, and naming the code while it pages
    DECLINED = "declined"  # said no, or only if nobody else goes, and has not been asked again
    OFFERED = "offered"  # answered late, and may come as a partner
    ASKED_ALONG = "asked along"  # whoever has it may be late, and they may be sooner
    STOOD_DOWN = "stood down"  # was paged; somebody else has it by now
    PASSED_OVER = "passed over"  # had it, and lost it by silence
    HAS_IT = "has it"  # and has not left yet
    UNDER_WAY = "under way"
    THERE = "there"
    LEFT = "left"  # the scene


def position_of(callout: CallOut, person: str) -> Position:
    """How the person of this id stands to an open call-out."""
    mine = callout.assignment_of(person)
    pages = callout.status is Status.PAGING
    if callout.is_asked_along(person):
        return Position.ASKED_ALONG
    if mine is None:
        if person in callout.passed_over:
            return Position.PASSED_OVER
        if not pages:
            return Position.STOOD_DOWN
        return (
            Position.DECLINED if person in callout.declined and not callout.is_asked_again(person) else Position.PAGED
        )
    if mine.role.is_offer and not pages:
        return Position.OFFERED
    if mine.role.is_offer:  # once it pages again, whoever answered late is asked like anybody else
        return Position.PAGED
    if mine.cleared_at is not None:
        return Position.LEFT
    if mine.arrived_at is not None:
        return Position.THERE
    return Position.UNDER_WAY if mine.en_route_at is not None else Position.HAS_IT


class Effect(StrEnum):
    """What becomes of a word: a cell of the matrix, as the documents put it."""

    TAKE = "takes it"
    TAKE_OR_OFFER = "takes it if it is to be had, otherwise offers to come"
    OFFER = "offers to come as a partner"
    OFFER_LIMITED = "kept: they go only if nobody else does"
    OFFER_STANDS = "the offer stands"
    NOTE_ETA = "noted"
    TAKE_AND_LEAVE = "takes it, and is under way"
    TAKE_OR_JOIN = "takes it if it is to be had, otherwise comes as a partner; under way"
    JOIN = "comes as a partner, under way"
    JOIN_IF_SOONER = "comes as a partner if that is 10 minutes sooner, otherwise offers to come"
    LEAVE = "under way"
    HEAR = "heard"
    HEAR_WITH_ETA = "heard; an ETA is noted"
    HEAR_AND_ASK_ETA = "heard; the ETA is asked for"
    CHANGE_ETA = "new ETA"
    DECLINE = "declines"
    WITHDRAW = "withdraws the offer"
    DECLINE_ALONG = "does not go along; may still be paged"
    LET_GO = "lets it go with the code, or as the answer to what offered it; otherwise asked once more"
    ARRIVE = "on scene"
    ARRIVE_IF_TO_BE_HAD = "on scene if it is to be had, otherwise a partner on scene"
    CLEAR = "has left the scene"
    COME_HOME = "safe at home"
    CONNECT = "we ring them, and join them with the officer"
    STILL_THERE = "noted; coordinators read it"
    SHOW_THE_WAY = "the link once more"
    SAY_HOW_TO_TAKE_IT = "changes nothing; hears how to take it"
    NOTHING = "changes nothing"
    SAY_NOTHING = "no answer"
    ASK = "asked back"
    ASK_IF_SURE = "asked back: NO lets it go, OMW keeps it"
    ASK_NO_OR_ETA = "asked back: NO, or ETA 2?"
    ASK_WERE_YOU_THERE = "asked back: were you there? HERE first"
    ASK_PARTNER = "asked back: come as a partner?"
    ASK_ARE_YOU_THERE = "asked back: HERE if you are there"
    ASK_HAVE_YOU_LEFT = "asked back: DONE when you have left"
    ASK_ARE_YOU_NOT_THERE = "asked back: a coordinator will call"
    EXPLAIN = "hears what can be said"
    EXPLAIN_AND_RING = "hears what can be said; coordinators are rung at once"
    ALARM = "coordinators are rung at once"


ASKS_BACK = frozenset(
    {
        *(Effect.ASK, Effect.ASK_IF_SURE, Effect.ASK_NO_OR_ETA, Effect.ASK_WERE_YOU_THERE, Effect.ASK_PARTNER),
        *(Effect.ASK_ARE_YOU_THERE, Effect.ASK_HAVE_YOU_LEFT, Effect.ASK_ARE_YOU_NOT_THERE),
    }
)

_Row = Mapping[Position, Effect]


def _row(
    paged: Effect,
    offered: Effect,
    asked_along: Effect,
    stood_down: Effect,
    passed_over: Effect,
    has_it: Effect,
    under_way: Effect,
    there: Effect,
    left: Effect,
    *,
    declined: Effect | None = None,
) -> _Row:
    """`declined` is given where the word does something else than from somebody who is paged."""
    asked = (paged, declined or paged)
    effects = (*asked, offered, asked_along, stood_down, passed_over, has_it, under_way, there, left)
    return dict(zip(Position, effects, strict=True))


def _everywhere(effect: Effect, **but: Effect) -> _Row:
    """The same from every position, `but` for those that are named."""
    return dict.fromkeys(Position, effect) | {Position[name.upper()]: other for name, other in but.items()}


_E = Effect

#     paged, offered, asked along, stood down, passed over,
#     has it, under way, there, left
MATRIX: Mapping[Word, _Row] = {
    Word.TAKE: _row(
        _E.TAKE, _E.OFFER_STANDS, _E.JOIN_IF_SOONER, _E.OFFER, _E.TAKE_OR_OFFER,
        _E.HEAR_WITH_ETA, _E.HEAR_WITH_ETA, _E.HEAR, _E.HEAR,
    ),
    Word.OK: _row(
        _E.TAKE, _E.OFFER_STANDS, _E.JOIN_IF_SOONER, _E.NOTHING, _E.TAKE_OR_OFFER,
        _E.HEAR_WITH_ETA, _E.HEAR_WITH_ETA, _E.HEAR, _E.HEAR,
        declined=_E.SAY_HOW_TO_TAKE_IT,
    ),
    Word.TAKE_AND_TWO: _everywhere(_E.ASK),
    Word.ON_MY_WAY: _row(
        _E.TAKE_AND_LEAVE, _E.JOIN, _E.JOIN, _E.OFFER, _E.TAKE_OR_JOIN,
        _E.LEAVE, _E.HEAR_WITH_ETA, _E.HEAR, _E.HEAR,
    ),
    Word.SET_OUT: _row(
        _E.ASK, _E.ASK, _E.ASK, _E.ASK, _E.ASK,
        _E.LEAVE, _E.HEAR_WITH_ETA, _E.ASK_HAVE_YOU_LEFT, _E.HEAR,
    ),
    Word.GOING_IN: _row(
        _E.TAKE, _E.OFFER_STANDS, _E.JOIN_IF_SOONER, _E.OFFER, _E.TAKE_OR_OFFER,
        _E.HEAR_AND_ASK_ETA, _E.HEAR_AND_ASK_ETA, _E.HEAR, _E.HEAR,
    ),
    Word.ETA: _row(
        _E.TAKE, _E.NOTE_ETA, _E.JOIN_IF_SOONER, _E.OFFER, _E.TAKE_OR_OFFER,
        _E.CHANGE_ETA, _E.CHANGE_ETA, _E.ASK, _E.ASK,
    ),
    Word.DOUBLED: _everywhere(_E.ASK, offered=_E.NOTE_ETA, has_it=_E.CHANGE_ETA, under_way=_E.CHANGE_ETA),
    Word.RUN_TOGETHER: _row(
        _E.TAKE, _E.OFFER_STANDS, _E.JOIN_IF_SOONER, _E.OFFER, _E.TAKE_OR_OFFER,
        _E.ASK, _E.ASK, _E.ASK, _E.ASK,
    ),
    Word.LIMITED: _row(
        _E.OFFER_LIMITED, _E.OFFER_STANDS, _E.ASK, _E.OFFER_LIMITED, _E.OFFER_LIMITED,
        _E.ASK, _E.ASK, _E.ASK, _E.ASK,
    ),
    Word.TWO: _row(
        _E.DECLINE, _E.WITHDRAW, _E.DECLINE_ALONG, _E.NOTHING, _E.DECLINE,
        _E.LET_GO, _E.ASK_NO_OR_ETA, _E.ASK, _E.ASK,
    ),
    Word.TWO_AND_MORE: _everywhere(_E.ASK, has_it=_E.CHANGE_ETA, under_way=_E.CHANGE_ETA),
    Word.NO: _row(
        _E.DECLINE, _E.WITHDRAW, _E.DECLINE_ALONG, _E.NOTHING, _E.DECLINE,
        _E.LET_GO, _E.LET_GO, _E.ASK, _E.ASK,
    ),
    Word.NO_SOON: _row(
        _E.DECLINE, _E.WITHDRAW, _E.DECLINE_ALONG, _E.NOTHING, _E.DECLINE,
        _E.ASK, _E.ASK, _E.ASK, _E.ASK,
    ),
    Word.NO_AND_WHY: _row(
        _E.DECLINE, _E.WITHDRAW, _E.DECLINE_ALONG, _E.NOTHING, _E.DECLINE,
        _E.ASK_IF_SURE, _E.ASK_IF_SURE, _E.ASK, _E.ASK,
    ),
    Word.NEGATED: _everywhere(_E.ASK, paged=_E.DECLINE, declined=_E.DECLINE, asked_along=_E.DECLINE_ALONG),
    Word.NO_AND_MORE: _everywhere(_E.ASK),
    Word.TEN_CODE: _everywhere(_E.ASK),
    Word.HERE: _row(
        _E.SAY_HOW_TO_TAKE_IT, _E.ASK_PARTNER, _E.ASK, _E.ASK_PARTNER, _E.ARRIVE_IF_TO_BE_HAD,
        _E.ARRIVE, _E.ARRIVE, _E.HEAR, _E.ASK,
    ),
    Word.PRESENT: _row(
        _E.SAY_HOW_TO_TAKE_IT, _E.ASK_ARE_YOU_THERE, _E.ASK, _E.ASK_ARE_YOU_THERE, _E.ASK_ARE_YOU_THERE,
        _E.ASK_ARE_YOU_THERE, _E.ARRIVE, _E.HEAR, _E.ASK,
    ),
    Word.WITH_THEM: _row(
        _E.ASK, _E.ASK, _E.ASK, _E.ASK, _E.ASK,
        _E.ASK_ARE_YOU_THERE, _E.ASK_ARE_YOU_THERE, _E.HEAR, _E.STILL_THERE,
    ),
    Word.STILL_HERE: _row(
        _E.SAY_HOW_TO_TAKE_IT, _E.ASK_ARE_YOU_THERE, _E.ASK, _E.ASK_ARE_YOU_THERE, _E.ASK_ARE_YOU_THERE,
        _E.ASK_ARE_YOU_THERE, _E.ASK_ARE_YOU_THERE, _E.HEAR, _E.ASK,
    ),
    Word.NOT_THERE: _everywhere(_E.ASK),
    Word.TROUBLE: _everywhere(_E.ASK),
    Word.BACK_OUT: _everywhere(_E.ASK, has_it=_E.ASK_IF_SURE, under_way=_E.ASK_IF_SURE),
    Word.HOMEWARD: _row(
        _E.ASK, _E.ASK, _E.ASK, _E.ASK, _E.ASK,
        _E.ASK_IF_SURE, _E.ASK_IF_SURE, _E.ASK_HAVE_YOU_LEFT, _E.HEAR,
    ),
    Word.LEFT: _row(
        _E.NOTHING, _E.NOTHING, _E.SAY_HOW_TO_TAKE_IT, _E.NOTHING, _E.ASK,
        _E.ASK, _E.ASK_WERE_YOU_THERE, _E.CLEAR, _E.HEAR,
    ),
    Word.READY: _row(
        _E.SAY_HOW_TO_TAKE_IT, _E.ASK_PARTNER, _E.ASK, _E.ASK_PARTNER, _E.ASK,
        _E.ASK, _E.ASK_WERE_YOU_THERE, _E.ASK_HAVE_YOU_LEFT, _E.HEAR,
    ),
    Word.HOME: _row(
        _E.NOTHING, _E.NOTHING, _E.SAY_HOW_TO_TAKE_IT, _E.NOTHING, _E.ASK,
        _E.ASK, _E.ASK_WERE_YOU_THERE, _E.COME_HOME, _E.COME_HOME,
    ),
    Word.CALL: _row(
        _E.NOTHING, _E.NOTHING, _E.SAY_HOW_TO_TAKE_IT, _E.NOTHING, _E.NOTHING,
        _E.CONNECT, _E.CONNECT, _E.CONNECT, _E.CONNECT,
    ),
    Word.WHERE: _row(
        _E.ASK, _E.ASK, _E.ASK, _E.ASK, _E.ASK,
        _E.SHOW_THE_WAY, _E.SHOW_THE_WAY, _E.SHOW_THE_WAY, _E.SHOW_THE_WAY,
    ),
    Word.THANKS: _everywhere(_E.SAY_NOTHING),
    Word.HELP: _row(
        _E.EXPLAIN, _E.EXPLAIN, _E.EXPLAIN, _E.EXPLAIN, _E.EXPLAIN,
        _E.EXPLAIN_AND_RING, _E.EXPLAIN_AND_RING, _E.EXPLAIN_AND_RING, _E.EXPLAIN_AND_RING,
    ),
    Word.HELP_LOUD: _row(
        _E.EXPLAIN, _E.EXPLAIN, _E.EXPLAIN, _E.EXPLAIN, _E.EXPLAIN,
        _E.EXPLAIN_AND_RING, _E.ALARM, _E.ALARM, _E.ALARM,
    ),
    Word.DANGER: _everywhere(_E.ALARM),
    Word.UNCLEAR: _everywhere(_E.ASK),
}  # fmt: skip

# Effects whose ETA matters: nobody waits for that of an offer, or of somebody who is there.
_CARRIES_ETA = frozenset(
    {
        *(Effect.TAKE, Effect.TAKE_OR_OFFER, Effect.TAKE_AND_LEAVE, Effect.TAKE_OR_JOIN),
        *(Effect.JOIN, Effect.JOIN_IF_SOONER, Effect.LEAVE, Effect.HEAR_WITH_ETA, Effect.HEAR_AND_ASK_ETA),
    }
)

# Whatever is asked back from these positions cannot wait for long: it may have been a release, an arrival or a cry for
# help in words that no table has.
_AWAITED = frozenset({Position.HAS_IT, Position.UNDER_WAY, Position.THERE, Position.LEFT})

# A yes for the morning ("I can at 6") takes nothing now.
_TAKES = frozenset({Effect.TAKE, Effect.TAKE_OR_OFFER, Effect.OFFER, Effect.OFFER_LIMITED, Effect.JOIN_IF_SOONER})

ASKED_TO_GO = frozenset({Position.PAGED, Position.DECLINED, Position.PASSED_OVER, Position.ASKED_ALONG})

JUST_ARRIVED = timedelta(minutes=10)
"""How long after HERE a word that contradicts it may take it back: nobody is home so soon, or on the way again."""


@dataclass(frozen=True, slots=True)
class CellMeaning:
    """What a reply means in its sender's position.

    `asks_eta`: the ETA that was said makes no sense, so nobody hears of it and the sender is asked for it; the rest
    stands. `cannot_wait`: it is asked back, and may have meant a release or an arrival of somebody who is awaited, or
    that all is not well.
    """

    effect: Effect
    eta_at: datetime | None
    asks_eta: bool
    cannot_wait: bool


def meaning(
    reply: Intent,
    position: Position,
    now: datetime,
    *,
    arrived_at: datetime | None = None,
    guessed_at: datetime | None = None,
) -> CellMeaning:
    """What `reply` does when said in this position. `arrived_at` is when they said HERE, if they are there;
    `guessed_at` is the ETA to which they have said yes.
    """
    if position is Position.THERE and arrived_at is not None and now - arrived_at < JUST_ARRIVED:
        if _takes_here_back(reply):
            return CellMeaning(Effect.ASK_ARE_YOU_NOT_THERE, None, asks_eta=False, cannot_wait=True)
        if reply.word is Word.HOME:
            return CellMeaning(Effect.ASK_HAVE_YOU_LEFT, None, asks_eta=False, cannot_wait=False)
    at = guessed_at or eta_at(reply.eta, now)
    effect = MATRIX[reply.word][position]
    if reply.word is Word.ON_MY_WAY and reply.mild and position in ASKED_TO_GO:
        effect = MATRIX[Word.TAKE][position]  # whoever has it has read that VOY says that they leave
    if reply.word in Trait.NEEDS_ETA and at is None:
        effect = Effect.ASK
    if reply.word is Word.GOING_IN:
        if isinstance(reply.eta, ClockTime) and at is None:
            effect = Effect.ASK  # "leaving at 7", said at two
        at = None
    if effect in _TAKES and is_far_off(reply.eta, now):
        effect = Effect.ASK
    asks = effect in ASKS_BACK
    return CellMeaning(
        effect,
        None if asks else at,
        asks_eta=reply.eta_said and at is None and effect in _CARRIES_ETA,
        cannot_wait=asks and may_matter(reply, position),
    )


def may_matter(reply: Intent, position: Position) -> bool:
    """Whether it may mean a release or an arrival of somebody who is awaited, or that all is not well."""
    return position in _AWAITED and not reply.sent_back


def _takes_here_back(reply: Intent) -> bool:
    """Whether it says, minutes after HERE, that they are not there: "omw 20", "wrong address"."""
    if reply.word in Trait.DRIVES:
        return reply.eta_said
    return any(word in Trait.TAKES_HERE_BACK for word in (reply.word, *reply.mentions))
