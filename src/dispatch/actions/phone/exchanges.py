"""A request on a call that is under way, answered once. A repeated request changes nothing
(`rules/phone/exchanges.py`)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import assert_never

from dispatch.actions.context import Context
from dispatch.rules.phone.calls import SpokenReply
from dispatch.rules.phone.exchanges import Comes, comes
from dispatch.store.phone import call_exchanges
from dispatch.store.transaction import Transaction

Answers = Callable[[Transaction, Context], SpokenReply]


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody hears, and the exchange it belongs to: the next key or request answers that exchange."""

    heard: SpokenReply
    exchange: int


def listen(tx: Transaction, context: Context, call: str, answer: Answers) -> Said:
    """What is said without a key, however often it is asked for. Raises what `answer` raises."""
    return Said(answer(tx, context), call_exchanges.number(tx, call))


def answer(tx: Transaction, context: Context, call: str, number: int | None, act: Answers, stands: Answers) -> Said:
    """What the request of this exchange leads to: `act` says it, once, and `stands` says how things stand for a request
    that comes late. Raises what they raise."""
    exchange = call_exchanges.lock(tx, call, context.now)
    match comes(number, exchange):
        case Comes.NOW:
            heard = act(tx, context)
            call_exchanges.answered(tx, call, exchange.number + 1, heard, context.now)
            return Said(heard, exchange.number + 1)
        case Comes.AGAIN if exchange.heard is not None:
            return Said(exchange.heard, exchange.number)
        case Comes.AGAIN | Comes.LATE:
            return Said(stands(tx, context), exchange.number)
        case late:
            assert_never(late)
