"""The process that fills a draft: nights come in as JSON, who has each of them goes out. Whatever the nights are, it
ends: it gets no more than so many seconds of a processor, and those only when no page needs it."""

import json
import os
import resource
import sys

from dispatch.rules.drafting.filling import Availability, DraftNight, fill

_MOST_SECONDS = 20


def main() -> None:
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
    json.dump(fill([_night(one) for one in json.load(sys.stdin)]), sys.stdout)


def _night(read: dict[str, object]) -> DraftNight:
    could = read.pop("could")
    assert isinstance(could, dict)
    return DraftNight(could={person: Availability(how) for person, how in could.items()}, **read)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
