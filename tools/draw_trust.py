"""Draw what each kind of caller may do into docs/hotline.md, from the table in the code."""

import sys

from dispatch.rules.access.trust import RIGHTS
from tools.drawing import DOCS, Drawing, main


def drawing() -> str:
    """A row for each kind of caller."""
    return "\n".join(
        [
            "| caller | pages | the page says | hears | a meeting place they name | cancel, move | floods |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(
                f"| **{trust}** | {may.pages} | {'unverified' if trust.is_unverified else ''} | {may.hears} "
                f"| {may.place} | {may.moves} | {may.flood} |"
                for trust, may in RIGHTS.items()
            ),
        ]
    )


DRAWINGS = (Drawing(DOCS / "hotline.md", "trust", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
