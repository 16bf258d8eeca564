"""A request on a call that is under way, answered once. What comes again changes nothing (`rules/turns.py`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from dispatch.actions.desk import Desk
from dispatch.rules.calls import Heard
from dispatch.rules.turns import Comes, comes
from dispatch.store import call_turns
from dispatch.store.transaction import Transaction

Answer = Callable[[Transaction, Desk], Heard]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody hears, and the turn that it is part of: whatever it asks for answers that one."""

    heard: Heard
    turn: int


def listen(tx: Transaction, desk: Desk, call: str, answer: Answer) -> Said:
    """What is said without a key, however often it is asked for. Raises what `answer` raises."""
    return Said(answer(tx, desk), call_turns.number(tx, call))


def answer(tx: Transaction, desk: Desk, call: str, number: int | None, act: Answer, stands: Answer) -> Said:
    """What the request of this turn leads to: `act` says it, once, and `stands` says how things stand where it comes
    late. Raises what they raise."""
    turn = call_turns.lock(tx, call, desk.now)
    match comes(number, turn):
        case Comes.NOW:
            heard = act(tx, desk)
            call_turns.answered(tx, call, turn.number + 1, heard, desk.now)
            return Said(heard, turn.number + 1)
        case Comes.AGAIN if turn.heard is not None:
            return Said(turn.heard, turn.number)
        case Comes.AGAIN | Comes.LATE:
            return Said(stands(tx, desk), turn.number)
        case late:
            assert_never(late)
