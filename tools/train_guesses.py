"""Train the guesses by meaning: weigh what stands in texts whose meaning is known.

The texts are those of `tests/rules/replies/natural`, but for `unseen/`, which judges the guesses. Support vectors, one
gist against all others, in plain Python, one text after another in an order of its own, so that the same texts give the
same file on every machine. It takes a minute and a half; whether the file is up to date is asked of a digest of the
texts.
"""

import argparse
import hashlib
import json
import math
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from dispatch.rules.reader.gist import FIRST_GIST, NO_STEP, STEPS_TO_ONE, WEIGHTS, Gist, features
from dispatch.rules.reader.read_text import read

TEXTS = Path(__file__).resolve().parent.parent / "tests" / "rules" / "replies" / "natural"
POSITIONS = ("paged", "has_it", "under_way", "there", "left", "passed_over", "officer", "coordinator")
_CALLED = {
    "decline": Gist.CANNOT,
    "let_go": Gist.CANNOT,
    "still_here": Gist.STAYS,
    "still_there": Gist.STAYS,
    "ack_only": Gist.ACK,
}
# Of the older files; what is not here may mean several things.
_HEADED = {
    "talk": Gist.QUESTION,  # a person reads it
    "keep": Gist.ACK,
    "take": Gist.TAKE,
    "omw": Gist.LEAVE,
    "eta": Gist.ETA,
    "no": Gist.CANNOT,
    "here": Gist.ARRIVED,
    "done": Gist.DONE,
    "home": Gist.HOME,
    "still": Gist.STAYS,
    "where": Gist.WHERE,
    "call": Gist.CALL_ME,
    "danger": Gist.DANGER,
    "thanks": Gist.ACK,
}
_ROUNDS = 10
_AVERAGED = 6  # of the last rounds: the end of a single one depends on the order of its texts
_RATE = 0.05
_FADES = 0.02
_SHARPNESS = 2.0  # times the sums, the shares are those of texts that nobody trained on
_MOST_STEPS = 45  # the heaviest weight that a letter stands for
_FEWEST_STEPS = 2  # lighter weights make the file larger, and change no guess
_FEWEST = 3  # texts: a feature of one or two says little, and would make the file three times as large


@dataclass(frozen=True, slots=True)
class Example:
    position: str
    gist: Gist
    text: str


def examples(folders: Sequence[str] = ("training", "fresh")) -> list[Example]:
    """All texts to learn from, always in the same order."""
    return [*_headed(), *(one for folder in folders for one in labelled(folder))]


def labelled(folder: str) -> list[Example]:
    found = []
    for position in POSITIONS:
        for line in (TEXTS / folder / f"{position}.tsv").read_text("utf-8").splitlines():
            meant, _, text = line.partition("\t")
            name = meant.partition("+")[0].partition(":")[0]
            found.append(Example(position, _CALLED.get(name) or Gist(name), text))
    return found


def _headed() -> list[Example]:
    found = []
    for file in sorted(TEXTS.glob("*.txt")):
        meant: Gist | None = None
        for line in file.read_text("utf-8").splitlines():
            if line.startswith("## "):
                meant = _HEADED.get(line.removeprefix("## ").split()[0])
            elif line and not line.startswith("# ") and meant is not None:
                goes = file.stem == "paged" and meant is Gist.LEAVE
                found.append(Example(file.stem, Gist.TAKE if goes else meant, line))
    return found


def digest() -> str:
    """Of all that the weights come from: the texts, their features, and how they are weighed."""
    of = hashlib.sha256()
    for one in examples():
        of.update(f"{one.gist}\t{sorted(features(read(one.text), one.position))}\n".encode())
    of.update(Path(__file__).read_bytes())
    return of.hexdigest()[:32]


def train(learned: Sequence[Example]) -> dict[str, object]:
    """The weights of these texts, as `gist.json` has them."""
    gists = list(Gist)
    index = {one: number for number, one in enumerate(gists)}
    said_by = {
        position: sorted({index[one.gist] for one in learned if one.position == position}) for position in POSITIONS
    }
    rows = [(sorted(features(read(one.text), one.position)), index[one.gist], said_by[one.position]) for one in learned]
    counts = Counter(feature for row, _, _ in rows for feature in row)
    number = {feature: at for at, feature in enumerate(sorted(f for f, count in counts.items() if count >= _FEWEST))}
    texts = [([number[one] for one in row if one in number], meant, may) for row, meant, may in rows]
    weights = [[0.0] * len(gists) for _ in number]
    squares = [[1e-1] * len(gists) for _ in number]
    chance = Random(26)
    summed = [[0.0] * len(gists) for _ in number]
    for turn in range(_ROUNDS):
        chance.shuffle(texts)
        for found, meant, may in texts:
            _learn(found, meant, may, weights, squares)
        if turn >= _ROUNDS - _AVERAGED:
            for row, weighed in zip(summed, weights, strict=True):
                row[:] = [total + one / _AVERAGED for total, one in zip(row, weighed, strict=True)]
    steps = {feature: letters for feature, at in number.items() if (letters := _as_letters(_kept(summed[at])))}
    return {"of": digest(), "gists": gists, "said_by": said_by, "steps": steps}


def _kept(weights: Sequence[float]) -> dict[int, int]:
    steps = enumerate(round(weight * _SHARPNESS * STEPS_TO_ONE) for weight in weights)
    return {gist: step for gist, step in steps if abs(step) >= _FEWEST_STEPS}


def _as_letters(steps: dict[int, int]) -> str:
    clipped = ((gist, max(-_MOST_STEPS, min(_MOST_STEPS, step))) for gist, step in steps.items())
    return "".join(chr(FIRST_GIST + gist) + chr(NO_STEP + step) for gist, step in clipped)


def _learn(
    found: Sequence[int], meant: int, may: Sequence[int], weights: list[list[float]], squares: list[list[float]]
) -> None:
    """One step of AdaGrad for each gist that it may mean, or not: less for what has been weighed often."""
    rows = [weights[at] for at in found]
    for gist in may:
        side = 1.0 if gist == meant else -1.0
        short = 1.0 - side * sum([row[gist] for row in rows])
        if short <= 0:
            continue  # it lies on its side, and far enough from the border
        off = -side * short
        square = off * off
        for at in found:
            row, seen = weights[at], squares[at]
            seen[gist] += square
            row[gist] -= _RATE * (off / math.sqrt(seen[gist]) + _FADES * row[gist])


def written(weights: dict[str, object]) -> str:
    return json.dumps(weights, ensure_ascii=False, indent=0, sort_keys=True) + "\n"


def is_stale() -> bool:
    return not WEIGHTS.exists() or json.loads(WEIGHTS.read_text("utf-8"))["of"] != digest()


def main() -> int:
    """Write the weights if they are out of date; with `--check`, only fail if they are."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--check", action="store_true", help="say whether the weights are of other texts; train nothing")
    if asked.parse_args().check:
        if is_stale():
            print(f"{WEIGHTS.name} is of other texts: run `python -m tools.train_guesses`")
        return int(is_stale())
    if is_stale():
        WEIGHTS.write_text(written(train(examples())), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
