"""One law about many cases, as one test. `parametrize` makes a test of each case, which costs milliseconds beside the
law's own microseconds: each worker collects it, and it is set up, torn down and reported.
"""

import functools
import itertools
from collections.abc import Callable, Iterable

import pytest


def each(**values: Iterable[object]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """The law holds for every combination of `values`. A failure names every case for which it does not."""
    cases = [dict(zip(values, case, strict=True)) for case in itertools.product(*values.values())]

    def of_all(law: Callable[..., None]) -> Callable[[], None]:
        @functools.wraps(law)
        def test() -> None:
            assert cases, "there is no case"
            broken: list[Exception] = []
            for case in cases:
                try:
                    law(**case)
                except (Exception, pytest.fail.Exception) as error:
                    broken.append(AssertionError(f"{case}: {error}").with_traceback(error.__traceback__))
            if broken:
                raise ExceptionGroup(f"{len(broken)} of {len(cases)} cases", broken)

        del test.__wrapped__  # pytest would take its arguments for fixtures
        return test

    return of_all
