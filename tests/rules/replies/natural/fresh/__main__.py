"""`python -m tests.rules.replies.natural.fresh [missed|shown]`: the table, and what half A misses (`shown`: half B as
well)."""

import sys

from tests.rules.replies.natural.fresh import HALVES, POSITIONS, Became, fresh_lines
from tests.rules.replies.natural.fresh.judging import became, table


def main(*shown: str) -> None:
    columns = [*Became]
    print(f"{'':14}" + "".join(f"{column:>17}" for column in columns) + f"{'right':>9}")
    for half in HALVES:
        for position in POSITIONS:
            lines = [line for line in fresh_lines(position) if line.half == half]
            found = table(lines)
            right = sum(count for column, count in found.items() if column.is_right) / len(lines)
            print(f"{position:12} {half}" + "".join(f"{found[column]:>17}" for column in columns) + f"{right:>8.1%}")
    for position in POSITIONS if shown else ():
        for line in fresh_lines(position):
            what = became(line)
            look = line.half == "A" or "shown" in shown or ("never" in shown and what is Became.NEVER)
            if look and not what.is_right:
                print(f"{position:12} {line.half} {what:16} {line.meant:14} {line.text}")


main(*sys.argv[1:])
