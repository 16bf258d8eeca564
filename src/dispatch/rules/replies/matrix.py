"""What a word does. The law: it does only what its sender is in a position to do, and what cannot be undone needs an
unmistakable word.

One table says it, word by position; the README and the documents draw theirs from it. Whatever is asked back changes
nothing, and reaches the coordinators.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.replies.eta import ClockTime, eta_at, is_far_off
from dispatch.rules.replies.reading import Reply
from dispatch.rules.replies.vocabulary import Word


class Position(StrEnum):
    """How somebody stands to a call-out: a column of the matrix."""

    PAGED = "paged"  # or awake, and naming the code while it pages
    DECLINED = "declined"  # said no, and has not been asked again
    OFFERED = "offered"  # answered late, and may come as a partner
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
    if mine is None:
        if person in callout.passed_over:
            return Position.PASSED_OVER
        if not pages:
            return Position.STOOD_DOWN
        return (
            Position.DECLINED if person in callout.declined and not _is_asked_again(callout, person) else Position.PAGED
        )
    if mine.role is AssignmentRole.OFFERED:  # once it pages again, whoever offered to come is asked like anybody
        return Position.PAGED if pages else Position.OFFERED
    if mine.cleared_at is not None:
        return Position.LEFT
    if mine.arrived_at is not None:
        return Position.THERE
    return Position.UNDER_WAY if mine.en_route_at is not None else Position.HAS_IT


def _is_asked_again(callout: CallOut, person: str) -> bool:
    """Whether somebody who declined is paged once more. A no takes back what waits, so what waits now is newer."""
    return any(
        page.person == person and page.purpose is Purpose.PAGE and page.state is PageState.WAITING
        for page in callout.pages
    )


class Deed(StrEnum):
    """What becomes of a word: a cell of the matrix, as the documents put it."""

    TAKE = "takes it"
    TAKE_OR_OFFER = "takes it if it is to be had, otherwise offers to come"
    OFFER = "offers to come as a partner"
    OFFER_STANDS = "the offer stands"
    NOTE_ETA = "noted"
    TAKE_AND_LEAVE = "takes it, and is under way"
    TAKE_OR_JOIN = "takes it if it is to be had, otherwise comes as a partner; under way"
    JOIN = "comes as a partner, under way"
    LEAVE = "under way"
    HEAR = "heard"
    HEAR_WITH_ETA = "heard; an ETA is noted"
    HEAR_AND_ASK_ETA = "heard; the ETA is asked for"
    CHANGE_ETA = "new ETA"
    DECLINE = "declines"
    WITHDRAW = "withdraws the offer"
    LET_GO = "lets it go"
    ARRIVE = "on scene"
    ARRIVE_IF_TO_BE_HAD = "on scene if it is to be had, otherwise a partner on scene"
    CLEAR = "has left the scene"
    COME_HOME = "safe at home"
    CONNECT = "the officer's number, behind the link"
    SAY_HOW_TO_TAKE_IT = "changes nothing; hears how to take it"
    NOTHING = "changes nothing"
    ASK = "asked back"
    ASK_NO_OR_ETA = "asked back: NO, or ETA 2?"
    ASK_WERE_YOU_THERE = "asked back: were you there? HERE first"
    ASK_PARTNER = "asked back: come as a partner?"
    ASK_ARE_YOU_THERE = "asked back: HERE if you are there"
    ASK_HAVE_YOU_LEFT = "asked back: DONE when you have left"
    EXPLAIN = "hears what can be said"
    EXPLAIN_AND_TELL = "hears what can be said; coordinators read it"
    ALARM = "coordinators are rung at once"


ASKS_BACK = frozenset(
    {
        *(Deed.ASK, Deed.ASK_NO_OR_ETA, Deed.ASK_WERE_YOU_THERE, Deed.ASK_PARTNER),
        *(Deed.ASK_ARE_YOU_THERE, Deed.ASK_HAVE_YOU_LEFT),
    }
)

_Row = Mapping[Position, Deed]


def _row(
    paged: Deed,
    offered: Deed,
    stood_down: Deed,
    passed_over: Deed,
    has_it: Deed,
    under_way: Deed,
    there: Deed,
    left: Deed,
    *,
    declined: Deed | None = None,
) -> _Row:
    """`declined` where a word does not do the same as from somebody who is paged."""
    deeds = (paged, declined or paged, offered, stood_down, passed_over, has_it, under_way, there, left)
    return dict(zip(Position, deeds, strict=True))


def _everywhere(deed: Deed) -> _Row:
    return dict.fromkeys(Position, deed)


_D = Deed

#     paged, offered, stood down, passed over,
#     has it, under way, there, left
MATRIX: Mapping[Word, _Row] = {
    Word.TAKE: _row(
        _D.TAKE, _D.OFFER_STANDS, _D.OFFER, _D.TAKE_OR_OFFER,
        _D.HEAR_WITH_ETA, _D.HEAR_WITH_ETA, _D.HEAR, _D.HEAR,
    ),
    Word.OK: _row(
        _D.TAKE, _D.OFFER_STANDS, _D.NOTHING, _D.TAKE_OR_OFFER,
        _D.HEAR_WITH_ETA, _D.HEAR_WITH_ETA, _D.HEAR, _D.HEAR,
        declined=_D.SAY_HOW_TO_TAKE_IT,
    ),
    Word.TAKE_AND_TWO: _everywhere(_D.ASK),
    Word.ON_MY_WAY: _row(
        _D.TAKE_AND_LEAVE, _D.JOIN, _D.OFFER, _D.TAKE_OR_JOIN,
        _D.LEAVE, _D.HEAR_WITH_ETA, _D.HEAR, _D.HEAR,
    ),
    Word.GOING_IN: _row(
        _D.TAKE, _D.OFFER_STANDS, _D.OFFER, _D.TAKE_OR_OFFER,
        _D.HEAR_AND_ASK_ETA, _D.HEAR_AND_ASK_ETA, _D.HEAR, _D.HEAR,
    ),
    Word.ETA: _row(
        _D.TAKE, _D.NOTE_ETA, _D.OFFER, _D.TAKE_OR_OFFER,
        _D.CHANGE_ETA, _D.CHANGE_ETA, _D.ASK, _D.ASK,
    ),
    Word.DOUBLED: _row(
        _D.ASK, _D.NOTE_ETA, _D.ASK, _D.ASK,
        _D.CHANGE_ETA, _D.CHANGE_ETA, _D.ASK, _D.ASK,
    ),
    Word.TWO: _row(
        _D.DECLINE, _D.WITHDRAW, _D.NOTHING, _D.DECLINE,
        _D.LET_GO, _D.ASK_NO_OR_ETA, _D.ASK, _D.ASK,
    ),
    Word.TWO_AND_MORE: _row(
        _D.ASK, _D.ASK, _D.ASK, _D.ASK,
        _D.CHANGE_ETA, _D.CHANGE_ETA, _D.ASK, _D.ASK,
    ),
    Word.NO: _row(
        _D.DECLINE, _D.WITHDRAW, _D.NOTHING, _D.DECLINE,
        _D.LET_GO, _D.LET_GO, _D.ASK, _D.ASK,
    ),
    Word.NO_SOON: _row(
        _D.DECLINE, _D.WITHDRAW, _D.NOTHING, _D.DECLINE,
        _D.ASK, _D.ASK, _D.ASK, _D.ASK,
    ),
    Word.NO_AND_MORE: _everywhere(_D.ASK),
    Word.TEN_CODE: _everywhere(_D.ASK),
    Word.HERE: _row(
        _D.SAY_HOW_TO_TAKE_IT, _D.ASK_PARTNER, _D.ASK_PARTNER, _D.ARRIVE_IF_TO_BE_HAD,
        _D.ARRIVE, _D.ARRIVE, _D.HEAR, _D.ASK,
    ),
    Word.PRESENT: _row(
        _D.SAY_HOW_TO_TAKE_IT, _D.ASK_ARE_YOU_THERE, _D.ASK_ARE_YOU_THERE, _D.ASK_ARE_YOU_THERE,
        _D.ASK_ARE_YOU_THERE, _D.ARRIVE, _D.HEAR, _D.ASK,
    ),
    Word.LEFT: _row(
        _D.NOTHING, _D.NOTHING, _D.NOTHING, _D.ASK,
        _D.ASK, _D.ASK_WERE_YOU_THERE, _D.CLEAR, _D.HEAR,
    ),
    Word.READY: _row(
        _D.SAY_HOW_TO_TAKE_IT, _D.ASK_PARTNER, _D.ASK_PARTNER, _D.ASK,
        _D.ASK, _D.ASK_WERE_YOU_THERE, _D.ASK_HAVE_YOU_LEFT, _D.HEAR,
    ),
    Word.HOME: _row(
        _D.NOTHING, _D.NOTHING, _D.NOTHING, _D.ASK,
        _D.ASK, _D.ASK_WERE_YOU_THERE, _D.COME_HOME, _D.COME_HOME,
    ),
    Word.CALL: _row(
        _D.NOTHING, _D.NOTHING, _D.NOTHING, _D.NOTHING,
        _D.CONNECT, _D.CONNECT, _D.CONNECT, _D.CONNECT,
    ),
    Word.HELP: _row(
        _D.EXPLAIN, _D.EXPLAIN, _D.EXPLAIN, _D.EXPLAIN,
        _D.EXPLAIN, _D.EXPLAIN, _D.EXPLAIN_AND_TELL, _D.EXPLAIN,
    ),
    Word.HELP_LOUD: _row(
        _D.EXPLAIN, _D.EXPLAIN, _D.EXPLAIN, _D.EXPLAIN,
        _D.EXPLAIN, _D.ALARM, _D.ALARM, _D.ALARM,
    ),
    Word.DANGER: _everywhere(_D.ALARM),
    Word.UNCLEAR: _everywhere(_D.ASK),
}  # fmt: skip

# Without a moment that could be an ETA these have nothing left to say.
_NEEDS_ETA = frozenset({Word.ETA, Word.DOUBLED, Word.TWO_AND_MORE})

# Nobody waits for the ETA of an offer, or of somebody who is there.
_CARRIES_ETA = frozenset(
    {
        *(Deed.TAKE, Deed.TAKE_OR_OFFER, Deed.TAKE_AND_LEAVE, Deed.TAKE_OR_JOIN),
        *(Deed.JOIN, Deed.LEAVE, Deed.HEAR_WITH_ETA, Deed.HEAR_AND_ASK_ETA),
    }
)

# Where what is asked back may have been one of these, it cannot wait for long: a release or an arrival of somebody who
# is awaited, or "all is not well" from the scene or the way home.
_RELEASE_OR_ARRIVAL = frozenset(
    {
        Word.NO,
        Word.TWO,
        Word.TAKE_AND_TWO,
        Word.TEN_CODE,
        Word.HERE,
        Word.PRESENT,
        Word.LEFT,
        Word.READY,
        Word.HOME,
    }
)
_CANNOT_WAIT: Mapping[Position, frozenset[Word]] = {
    Position.HAS_IT: _RELEASE_OR_ARRIVAL,
    Position.UNDER_WAY: _RELEASE_OR_ARRIVAL,
    Position.THERE: frozenset({Word.NO}),
    Position.LEFT: frozenset({Word.NO}),
}

# A yes for the morning takes nothing now.
_TAKES = frozenset({Deed.TAKE, Deed.TAKE_OR_OFFER, Deed.OFFER})


@dataclass(frozen=True, slots=True)
class Meaning:
    """A reply from where its sender stands.

    `asks_eta`: what was said as an ETA is none, so nobody hears of it and the sender is asked; the rest stands.
    `cannot_wait`: it is asked back, and may have been a release or an arrival of somebody who is awaited, or have said
    that all is not well.
    """

    deed: Deed
    eta_at: datetime | None
    asks_eta: bool
    cannot_wait: bool


def meaning(reply: Reply, position: Position, now: datetime, tz: str = LOCAL) -> Meaning:
    """What `reply` does, said by somebody in this position. `tz` is the zone of a clock time that is said."""
    at = eta_at(reply.eta, now, tz)
    deed = MATRIX[reply.word][position]
    if reply.word in _NEEDS_ETA and at is None:
        deed = Deed.ASK
    if reply.word is Word.GOING_IN:
        if isinstance(reply.eta, ClockTime) and at is None:
            deed = Deed.ASK  # "leaving at 7", said at two
        at = None
    if deed in _TAKES and is_far_off(reply.eta, now, tz):
        deed = Deed.ASK
    asks = deed in ASKS_BACK
    return Meaning(
        deed,
        None if asks else at,
        asks_eta=reply.eta_said and at is None and deed in _CARRIES_ETA,
        cannot_wait=asks and not _CANNOT_WAIT.get(position, frozenset()).isdisjoint({reply.word, *reply.mentions}),
    )
