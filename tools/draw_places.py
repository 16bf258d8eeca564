"""Draw who may be inside at once into docs/operations.md, from the table in the code."""

import sys

from dispatch.inbound.http.places import ALL_TOGETHER, BOUNDS
from tools.drawing import DOCS, Drawing, main


def drawing() -> str:
    """A row for each bound, and for each kind of request of which few are inside over all."""
    return "\n".join(
        [
            "| who | inside at once | waiting | beyond that |",
            "| --- | --- | --- | --- |",
            *(
                f"| {bound.who} | {bound.at_once} | {bound.waiting} | {bound.status}, with `Retry-After` |"
                for bound in BOUNDS.values()
                if bound is not None
            ),
            *(f"| {what}, whoever asks | {most} | in the place of whoever asks | |"
              for what, (most, _) in ALL_TOGETHER.items()),
        ]
    )  # fmt: skip


DRAWINGS = (Drawing(DOCS / "operations.md", "places", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
