"""The law on what tests cost: it bites, and `make test` asks for it."""

from pathlib import Path

import pytest

from tests import costs
from tests.costs import Costs

pytest_plugins = ["pytester"]

_MAKEFILE = Path(__file__).parent.parent / "Makefile"
_TESTS = """
import pytest

def test_dear(): ...

@pytest.mark.costs(5)
def test_marked(): ...

@pytest.mark.slow
def test_slow(): ...
"""


@pytest.mark.parametrize(("law", "failed"), [(True, ["test_dear"]), (False, [])])
def test_what_costs_more_than_it_may_fails(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, law: bool, failed: list[str]
) -> None:
    """Unless it says that it costs more, or is slow; and only where the law is asked for."""
    monkeypatch.setattr(costs, "MOST_SECONDS", 0.0)
    pytester.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
    pytester.makepyfile(_TESTS)
    run = pytester.inline_run("-p", "no:cacheprovider", plugins=[Costs(law=law)])
    passed, _, refused = run.listoutcomes()
    assert len(passed) == 3, "each of them ran"
    assert [report.nodeid.partition("::")[2] for report in refused] == failed


def test_make_asks_for_it() -> None:
    """Only for `make test`: whoever runs some tests, or all, may wait."""
    recipe = _MAKEFILE.read_text("utf-8").partition("\ntest: ")[2].partition("\n\n")[0]
    assert "--cheap" in recipe.partition("else")[0]
