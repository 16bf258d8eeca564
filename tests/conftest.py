"""What all tests share: migrated databases of both kinds; a browser; an environment without anybody's own settings."""

import asyncio
import fcntl
import gc
import itertools
import logging
import os
import secrets
import shutil
import signal
import zlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
import pytest_asyncio
import structlog
from hypothesis import strategies
from playwright.async_api import Browser, async_playwright, expect

from dispatch.inbound import all_doors
from dispatch.inbound.api import webhooks
from dispatch.inbound.web.views import UI
from dispatch.store.engine.database import Database
from dispatch.store.schema import upgrade
from tests import compiled, lost_values
from tests.costs import MOST_SECONDS, Costs
from tests.longest_first import longest_first, seconds_of
from tests.postgres import MEMORY, SERVER_VARIABLE, Keeper, PostgresServer, has_room_in_memory, kept_server

# The same examples on every run: a red check is the fault of the change under test.
# `make test ARGS=--hypothesis-profile=explore` looks for new ones.
hypothesis.settings.register_profile("repeat", derandomize=True, deadline=None)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("repeat")

_BROWSER_PATIENCE = 15_000  # milliseconds; a busy machine needs more than the five seconds of Playwright's own
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_BROWSER_FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

_ENGINES = ("sqlite", "postgres")
_ON_POSTGRES = 9
"""Of the tests that run on one database, one in so many is on PostgreSQL, where it takes twice as long."""
_ON_BOTH = 3
"""Of the stories one in so many runs on PostgreSQL as well. `tests/store` asks everything of both, and what locks or
races is marked `both_databases`; the rules, of which stories mostly are, know of no database. It divides the number
above, so that `make test-all` plays on PostgreSQL whatever `make test` does."""
_STORIES = "tests/stories/"
_DOORS = "tests/inbound/"
"""What a door asks the store is asked on both by stories and by `tests/store`; here each has one, in turn."""

_keeper = pytest.StashKey[Keeper]()
_shared = pytest.StashKey[dict[str, str]]()


# ---- once per run: the first process starts the server, and with xdist the workers are told --------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    ours = parser.getgroup("dispatch")
    ours.addoption(
        "--databases",
        choices=("one", "both"),
        default="both",
        help="a test of the store and some stories run on both, or on one, which its name decides as for all others",
    )
    ours.addoption(
        "--cheap", action="store_true", help=f"fail a test that takes {MOST_SECONDS:.0f} s of processor time"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Costs(law=config.option.cheap))
    compiled.share()
    lost_values.refuse()
    if has_room_in_memory() and not _is_about_disks(config):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))  # SQLite would wait for a disk at each commit
    # A shell has whatever it starts in the background ignore Ctrl-C, and so would everything that a test starts.
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    for name in list(os.environ):
        if name.startswith("DISPATCH_") and name not in {SERVER_VARIABLE, "DISPATCH_REQUIRE_BROWSER"}:
            del os.environ[name]  # the settings of whoever runs the tests are not part of them
    if hasattr(config, "workerinput"):
        config.stash[_shared] = config.workerinput["dispatch"]
        return
    if config.option.collectonly:
        return
    shared = {"run": secrets.token_hex(4), "url": os.environ.get(SERVER_VARIABLE, ""), "folder": ""}
    if not shared["url"]:
        config.stash[_keeper] = Keeper()
        shared["folder"] = str(config.stash[_keeper].folder)
    config.stash[_shared] = shared


def _is_about_disks(config: pytest.Config) -> bool:
    """Whether the run is about what survives a kill, or how long others wait: there a commit waits for a real disk."""
    return config.option.markexpr.startswith("alone") or any("tests/faults" in path for path in config.args)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    node.workerinput["dispatch"] = node.config.stash[_shared]  # type: ignore[attr-defined]  # xdist has no types


def pytest_unconfigure(config: pytest.Config) -> None:
    if keeper := config.stash.get(_keeper, None):
        keeper.stop()
    elif not hasattr(config, "workerinput") and (shared := config.stash.get(_shared, None)):
        PostgresServer(shared["url"]).drop_database(_template_name(shared))


@pytest.hookimpl(trylast=True)  # a run that was asked for by name is the only one that is left, and it stays
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep one of the two runs of a test, with `--databases=one`, or where it is about no database, a repeat or a door:
    the store and a third of the stories are played on both. Of a test with many cases the first is played on both, the
    others in turn: they ask the same of the database."""
    runs: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        runs[_name_on_any_database(item)].append(item)
    kept, tests = set(), set()
    for name, of_case in runs.items():
        test = name.partition("[")[0]
        on_one = config.option.databases == "one" or test in tests or test.startswith(_DOORS)
        kept.update(_chosen(name, of_case, on_one=on_one))
        tests.add(test)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = [item for item in items if item in kept]
    if hasattr(config, "workerinput"):
        items[:] = longest_first(items, seconds_of, config.workerinput["workercount"])


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Without the garbage collector: whatever collecting makes stays, and looking at it was a quarter of the work."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


def pytest_collection_finish() -> None:
    gc.freeze()  # thousands of tests stay to the end, and the garbage collector would look at each again and again
    gc.set_threshold(50_000, 20, 100)  # and it looks less often: it was one part in twenty of all work


def _engine_of(item: pytest.Item) -> str | None:
    called = getattr(item, "callspec", None)
    return called.params.get("new_database_url") if called is not None else None


def _name_on_any_database(item: pytest.Item) -> str:
    engine = _engine_of(item)
    name, _, case = item.nodeid.partition("[")
    return item.nodeid if engine is None else f"{name}[{case.replace(engine, '*')}"


def _chosen(name: str, runs: list[pytest.Item], *, on_one: bool) -> list[pytest.Item]:
    if len(runs) == 1 or runs[0].get_closest_marker("both_databases"):
        return runs
    number = zlib.crc32(name.encode())  # always the same: what fails, fails again
    on_one = on_one or runs[0].get_closest_marker("one_database") is not None
    if not on_one and (number % _ON_BOTH == 0 or not name.startswith(_STORIES)):
        return runs
    return [one for one in runs if _engine_of(one) == _ENGINES[number % _ON_POSTGRES == 0]] or runs[:1]


def _template_name(shared: dict[str, str]) -> str:
    return f"dispatch_test_{shared['run']}"


# ---- databases -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> PostgresServer:
    """The run's PostgreSQL, without any of our databases; most tests need `postgres_url`."""
    shared = pytestconfig.stash[_shared]
    return PostgresServer(shared["url"]) if shared["url"] else kept_server(Path(shared["folder"]))


@pytest.fixture(scope="session", autouse=True)
def _characters() -> None:
    """hypothesis reads two tables of all characters once, for single ones and for texts, which takes a second each in a
    fresh checkout."""
    hypothesis.find(strategies.characters(), lambda _: True)
    hypothesis.find(strategies.text(), lambda _: True)


@pytest.fixture(scope="session")
def made_once() -> None:
    """What a process makes at its first use: the doors, and the templates of people's views. Made here so that no
    test is charged with it; any test with a database may come to need them."""
    all_doors._routes("twilio")
    webhooks.described()
    templates = UI._environment
    for name in templates.list_templates():
        templates.get_template(name)


@pytest.fixture(scope="session")
def postgres_template(
    made_once: None,
    postgres_server: PostgresServer,
    pytestconfig: pytest.Config,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The name of a migrated database to copy; the first worker that needs it makes it, the others wait."""
    name = _template_name(pytestconfig.stash[_shared])
    folder = tmp_path_factory.getbasetemp()
    made = (folder.parent if hasattr(pytestconfig, "workerinput") else folder) / f"{name}.made"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            upgrade(postgres_server.create_database(name))
            made.touch()
    return name


_numbers = itertools.count(1)


@pytest.fixture
def new_postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[Callable[..., str]]:
    """Makes a fresh, migrated database on a real PostgreSQL each time it is called, or a copy of another `template`."""
    names: list[str] = []

    def make(template: str = postgres_template) -> str:
        names.append(f"{postgres_template}_{os.getpid()}_{next(_numbers)}")
        return postgres_server.create_database(names[-1], template=template)

    yield make
    for name in names:
        postgres_server.drop_database(name)


@pytest.fixture
def postgres_url(new_postgres_url: Callable[[], str]) -> str:
    """A fresh, migrated database on a real PostgreSQL."""
    return new_postgres_url()


@pytest.fixture(scope="session")
def sqlite_template(made_once: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("sqlite") / "template.db"
    upgrade(f"sqlite:///{file}")
    assert not file.with_name("template.db-wal").exists(), "the copies would lack what is still in the log"
    return file


@pytest.fixture
def new_sqlite_url(sqlite_template: Path, tmp_path: Path) -> Callable[..., str]:
    """Makes a fresh, migrated SQLite file each time it is called, the first of them `dispatch.db`, or a copy of another
    `template`."""
    names = itertools.chain(["dispatch.db"], (f"dispatch-{number}.db" for number in itertools.count(2)))

    def make(template: Path = sqlite_template) -> str:
        return f"sqlite:///{shutil.copy(template, tmp_path / next(names))}"

    return make


@pytest.fixture
def sqlite_url(new_sqlite_url: Callable[[], str]) -> str:
    """A fresh, migrated SQLite file."""
    return new_sqlite_url()


@pytest.fixture(params=_ENGINES)
def new_database_url(request: pytest.FixtureRequest) -> Callable[..., str]:
    """Makes a fresh, migrated database each time it is called: the test runs once on each kind."""
    make: Callable[..., str] = request.getfixturevalue(f"new_{request.param}_url")
    return make


@pytest.fixture
def database_url(request: pytest.FixtureRequest, new_database_url: Callable[[], str]) -> str:
    """A fresh, migrated database: the test runs once on each kind."""
    assert not hasattr(request, "param"), "whoever wants one kind only asks `new_database_url` for it"
    return new_database_url()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """`database_url`, opened."""
    opened = Database(database_url)
    await opened.open()
    yield opened
    await opened.close()


# ---- time ----------------------------------------------------------------------------------------------------------

Later = Callable[[float], Awaitable[None]]


@pytest.fixture
async def later() -> AsyncIterator[Later]:
    """Stops the clock by which the event loop measures every wait; moves it on by so many seconds. Whatever is due then
    has run when it returns, unless another thread or a server has a part in it. What waits for a moment that
    never comes ends with the test's own timeout."""
    loop = asyncio.get_running_loop()
    moment = loop.time()

    async def move(seconds: float) -> None:
        nonlocal moment
        moment += seconds
        for _ in range(20):
            await asyncio.sleep(0)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "time", lambda: moment)
        yield move


# ---- logging -------------------------------------------------------------------------------------------------------


@pytest.fixture
def own_logging() -> Iterator[None]:
    """Puts logging back as it was: each command and each service sets up its own."""
    root = logging.getLogger()
    handlers, level, ours = root.handlers[:], root.level, logging.getLogger("dispatch").level
    yield
    structlog.reset_defaults()
    logging.captureWarnings(False)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.getLogger("dispatch").setLevel(ours)


# ---- a browser -----------------------------------------------------------------------------------------------------


def _find_browser() -> str | None:
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and _find_browser() is None:
        if os.environ.get("DISPATCH_REQUIRE_BROWSER") == "1":
            pytest.fail("DISPATCH_REQUIRE_BROWSER=1, and there is no Chromium on PATH", pytrace=False)
        pytest.skip("needs Chromium on PATH (Debian: apt-get install chromium)")


def pytest_itemcollected(item: pytest.Item) -> None:
    if item.get_closest_marker("browser"):  # which talks to the loop that it was started in
        item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """Started once for all tests marked `browser`, because that takes a second. `browsing` opens contexts in it, which
    know nothing of each other."""
    found = _find_browser()
    assert found is not None, "mark the test with @pytest.mark.browser"
    expect.set_options(timeout=_BROWSER_PATIENCE)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=_BROWSER_FLAGS)
        yield browser
        await browser.close()
