"""How often each fault strikes, what it strikes, and where the measurements go.

    DISPATCH_TEST_FAULTS=20 make faults ARGS=--junitxml=faults.xml
    python -m tests.faults.record faults.xml

strikes 20 times and prints the table of docs/faults.md. `DISPATCH_TEST_FAULTS_LONG=1` lets each outage last as long as
a bad day's: a minute without the database, ten without the carrier.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.deployment import Deployment, deployed
from tests.faults.verdict import Measure

# Read here, because tests/conftest.py then clears the environment, and xdist's workers start with what it leaves.
_given = {name: os.environ.get(f"DISPATCH_TEST_{name}", "") for name in ("FAULTS", "FAULTS_LONG")}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    node.workerinput["faults"] = _given  # type: ignore[attr-defined]  # xdist has no types


def _setting(config: pytest.Config, name: str) -> str:
    given = getattr(config, "workerinput", {}).get("faults", _given)
    found: str = given[name]
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", range(int(_setting(metafunc.config, "FAULTS") or 1)))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seconds = 1800 if _setting(config, "FAULTS_LONG") else 180
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.timeout(seconds))


@pytest.fixture
def long(pytestconfig: pytest.Config) -> bool:
    """Whether an outage lasts as long as a bad one."""
    return bool(_setting(pytestconfig, "FAULTS_LONG"))


@pytest.fixture
def measure(request: pytest.FixtureRequest) -> Measure:
    """Keep what was measured; it is printed, and goes into the JUnit report."""

    def keep(**values: object) -> None:
        for name, value in values.items():
            print(f"{name}: {value:.3f}" if isinstance(value, float) else f"{name}: {value}")  # noqa: T201  # shown by -rA
            request.node.user_properties.append((name, value))

    return keep


@pytest.fixture
def deployment(database_url: str, tmp_path: Path) -> Iterator[Deployment]:
    """A deployment on each kind of database in turn."""
    with deployed(database_url, tmp_path) as one:
        yield one


@pytest.fixture
def on_postgres(postgres_url: str, tmp_path: Path) -> Iterator[Deployment]:
    with deployed(postgres_url, tmp_path) as one:
        yield one


@pytest.fixture
def on_sqlite(sqlite_url: str, tmp_path: Path) -> Iterator[Deployment]:
    with deployed(sqlite_url, tmp_path) as one:
        yield one
