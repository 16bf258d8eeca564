"""The law of what people write back: nobody is thought on the way, there, gone or home who did not mean it, and no one
who meant to go is lost. Ten thousand texts whose meaning was drawn before their words hold it."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

import pytest

from dispatch.rules.reader.read_text import read
from dispatch.rules.replies.matrix import ASKS_BACK, Effect, Position, meaning
from rehearsal.meant import Meant, MeantText, Stands, doubtful, plain

NOW = datetime(2026, 11, 24, 10, 14, tzinfo=UTC)  # 02:14 in Los Angeles

POSITIONS = {
    Stands.PAGED: (Position.PAGED, Position.STOOD_DOWN, Position.OFFERED),
    Stands.HAS_IT: (Position.HAS_IT,),
    Stands.PASSED_OVER: (Position.PASSED_OVER,),
    Stands.UNDER_WAY: (Position.UNDER_WAY,),
    Stands.THERE: (Position.THERE,),
    Stands.LEFT: (Position.LEFT,),
}

UNDER_WAY = {Effect.TAKE_AND_LEAVE, Effect.TAKE_OR_JOIN, Effect.JOIN, Effect.LEAVE}
GOING = {Effect.TAKE, Effect.TAKE_OR_OFFER, *UNDER_WAY}
LOST = {Effect.DECLINE, Effect.WITHDRAW, Effect.LET_GO}
ALLOWED: tuple[tuple[set[Effect], set[Meant]], ...] = (
    (UNDER_WAY, {Meant.LEAVE}),
    (GOING, {Meant.GO, Meant.LEAVE, Meant.LATER}),
    ({Effect.ARRIVE, Effect.ARRIVE_IF_TO_BE_HAD}, {Meant.ARRIVED}),
    ({Effect.CLEAR}, {Meant.DONE}),
    ({Effect.COME_HOME}, {Meant.HOME}),
    (LOST, {Meant.CANNOT}),
    ({Effect.CHANGE_ETA}, {Meant.LATER, Meant.CANNOT}),  # a time nobody meant is put right by the next word
    ({Effect.ALARM}, set()),
)

PLAIN: dict[tuple[Stands, Meant], set[Effect]] = {
    (Stands.PAGED, Meant.GO): {Effect.TAKE},
    (Stands.PAGED, Meant.LEAVE): {Effect.TAKE_AND_LEAVE},
    (Stands.PAGED, Meant.LATER): {Effect.TAKE},
    (Stands.PAGED, Meant.CANNOT): {Effect.DECLINE},
    (Stands.PASSED_OVER, Meant.GO): {Effect.TAKE_OR_OFFER},
    (Stands.PASSED_OVER, Meant.LEAVE): {Effect.TAKE_OR_JOIN},
    (Stands.PASSED_OVER, Meant.LATER): {Effect.TAKE_OR_OFFER},
    (Stands.PASSED_OVER, Meant.CANNOT): {Effect.DECLINE},
    (Stands.PASSED_OVER, Meant.ARRIVED): {Effect.ARRIVE_IF_TO_BE_HAD},
    (Stands.HAS_IT, Meant.LEAVE): {Effect.LEAVE},
    (Stands.HAS_IT, Meant.LATER): {Effect.CHANGE_ETA},
    (Stands.HAS_IT, Meant.CANNOT): {Effect.LET_GO},
    (Stands.HAS_IT, Meant.ARRIVED): {Effect.ARRIVE},
    (Stands.UNDER_WAY, Meant.LATER): {Effect.CHANGE_ETA},
    (Stands.UNDER_WAY, Meant.CANNOT): {Effect.LET_GO},
    (Stands.UNDER_WAY, Meant.ARRIVED): {Effect.ARRIVE},
    (Stands.THERE, Meant.DONE): {Effect.CLEAR},
    (Stands.THERE, Meant.HOME): {Effect.COME_HOME},
    (Stands.LEFT, Meant.HOME): {Effect.COME_HOME},
}


def effects(line: MeantText, stands: Stands) -> list[Effect]:
    """With the code in front and without."""
    read_as = [read(line.text), read(f"W4M {line.text}")]
    return [meaning(reply, position, NOW).effect for position in POSITIONS[stands] for reply in read_as]


@pytest.mark.parametrize("draw", [plain, doubtful])
@pytest.mark.parametrize("seed", range(5))
def test_nothing_is_believed_that_was_not_meant(draw: Callable[[Random, Stands], MeantText], seed: int) -> None:
    """From wherever somebody stands, and whatever they write, no step is taken that they did not mean."""
    chance = Random(seed)
    for _ in range(1000):
        stands = chance.choice([*Stands])
        line = draw(chance, stands)
        for effect in effects(line, stands):
            for forbidden, allowed in ALLOWED:
                assert effect not in forbidden or line.meant in allowed, (
                    f"{line.text!r} meant {line.meant}, and {effect}"
                )


@pytest.mark.parametrize("seed", range(5))
def test_what_is_plain_is_understood(seed: int) -> None:
    """Whoever says plainly that they go, cannot, are there, done or home is not asked again."""
    chance = Random(seed)
    for _ in range(1000):
        stands = chance.choice([*Stands])
        line = plain(chance, stands)
        effect = effects(line, stands)[0]
        assert effect in PLAIN[stands, line.meant], f"{line.text!r} meant {line.meant}, and {effect}"


@pytest.mark.parametrize("seed", range(5))
def test_who_meant_to_go_is_not_lost(seed: int) -> None:
    """However doubtfully somebody says that they go, they are believed or asked; they never count as a no."""
    chance = Random(seed)
    for _ in range(1000):
        stands = chance.choice([*Stands])
        line = doubtful(chance, stands)
        if line.meant in (Meant.GO, Meant.LEAVE, Meant.LATER):
            answered = {
                *GOING,
                *ASKS_BACK,
                Effect.SAY_HOW_TO_TAKE_IT,
                Effect.NOTHING,
                Effect.CHANGE_ETA,
                Effect.HEAR,
                Effect.LEAVE,
            }
            answered |= {Effect.TAKE_OR_OFFER, Effect.HEAR_AND_ASK_ETA}
            assert effects(line, stands)[0] in answered, f"{line.text!r} is lost"
