"""Laws of the house that a contract about imports cannot hold."""

import ast
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.each import each

_TESTS = Path(__file__).parent
_CODE = _TESTS.parent / "src" / "dispatch"
_PROGRAMS = (_CODE, _CODE.parent / "demo", _CODE.parent / "rehearsal")
_RULES = sorted((_CODE / "rules").rglob("*.py"))

# Twilio's own names. A person may be told that the carrier is Twilio; no code may know its fields, headers or numbers.
_TWILIO = re.compile(
    r"ErrorCode|SequenceNumber|AnsweredBy|StatusCallback|MessageSid|SmsSid|CallSid|CallStatus|MessageStatus|TwiML"
    r"|X-Twilio|x-twilio|#rc=|\b(?:20003|20404|21211|21610|21614|30003|30005|30006|30007|30008|30034)\b"
)
_MAY_KNOW_TWILIO = ("carriers/twilio/", "rehearsal/")


def _files(pattern: str) -> list[Path]:
    """Those of the service, of the demo and of the rehearsals."""
    return sorted(file for program in _PROGRAMS for file in program.rglob(pattern))


def _place(file: Path) -> str:
    return str(file.relative_to(_CODE if file.is_relative_to(_CODE) else _CODE.parent))


@each(file=_RULES)
def test_rules_use_the_standard_library_only(file: Path) -> None:
    """Whatever a rule imports is Python's own, or another rule."""
    for module in _imported(file):
        assert module.startswith("dispatch.rules") or module.partition(".")[0] in sys.stdlib_module_names, module


def _imported(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def test_every_room_has_its_tests() -> None:
    """A package's tests are in the folder of its name, where whoever changes it looks, and `make test` runs them."""
    rooms = {file.relative_to(_CODE).parts[0] for file in _CODE.glob("*/**/*.py") if file.read_text("utf-8").strip()}
    rooms |= {package.parent.name for package in _CODE.parent.glob("*/__init__.py")} - {_CODE.name}
    assert not [room for room in sorted(rooms) if not any((_TESTS / room).rglob("test_*.py"))]
    project = tomllib.loads((_TESTS.parent / "pyproject.toml").read_text("utf-8"))
    assert {f"tests/{room}" for room in rooms} <= set(project["tool"]["pytest"]["testpaths"])


def test_the_carriers_own_names_stand_at_the_border() -> None:
    """No field, header, event or error number of Twilio's stands outside its adapter and the rehearsals."""
    found = [
        f"{place}:{number}: {line.strip()}"
        for file in _files("*.py")
        if not (place := _place(file)).startswith(_MAY_KNOW_TWILIO)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if _TWILIO.search(line)
    ]
    assert not found, "\n".join(found)


def test_the_home_zone_is_named_once() -> None:
    """Whoever moves the service to another zone changes one line."""
    named = [
        _place(file)
        for file in _files("*")
        if file.suffix in {".py", ".js", ".html"} and "America/Los_Angeles" in file.read_text("utf-8")
    ]
    assert named == ["rules/facts/moments.py"]


# What somebody is, how far a page or a call-out has come, what something was for. Rules and the store's queries ask
# that; code that does so elsewhere decides. (To name the purpose of a send, or the words for a status, asks nothing.)
_ASKS = re.compile(
    r"\b(?:PageState|Role)\.[A-Z_]+\b"
    r"|\b(?:is|is not|==|!=|in) [({]*(?:Status|AssignmentRole|Purpose|Meaning|AlarmKind)\.[A-Z_]+\b"
    r"|\bcase (?:Status|AssignmentRole|Purpose|Meaning|AlarmKind)\.[A-Z_]+\b"
)
_ASK_RULES = ("actions/", "worker/", "inbound/", "cli/", "app.py")


def test_only_rules_ask_what_a_page_or_a_person_is() -> None:
    """An action loads, asks a rule and applies: it looks at no page's state and at nobody's role by itself."""
    found = [
        f"{place}:{number}: {line.strip()}"
        for file in _files("*.py")
        if (place := _place(file)).startswith(_ASK_RULES)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if _ASKS.search(line)
    ]
    assert not found, "\n".join(found)


_LOOKS_INTO_WORDS = re.compile(
    r"\bin (?:\w+\()?(?:\w+\.)*(?:page|call|alarm|newest|sent|told|one)\.text\b"
    r"|\b(?:search|match|fullmatch|findall|find|index|startswith|endswith|split|partition)\("
    r"(?:\w+\.)*(?:page|call|alarm|newest|sent|told)\.text\b"
    r"|\b(?:page|alarm|newest|sent|told)\.text\.(?:find|index|startswith|endswith|split|partition|lower|upper)"
)


def test_no_rule_looks_into_our_own_words() -> None:
    """What a text asks and tells stands in its row: a translator who says it otherwise changes nobody's night."""
    found = [
        f"{place}:{number}: {line.strip()}"
        for file in _files("*.py")
        if (place := _place(file)).startswith(("rules/", "actions/", "store/")) and "/wording/" not in place
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if _LOOKS_INTO_WORDS.search(line)
    ]
    assert not found, "\n".join(found)


_SHOWS = {"alarms", "number_texts", "cannot_come", "cry_for_help", "inbound_texts"}  # to a person, or for good


def test_only_the_reader_looks_into_what_somebody_wrote() -> None:
    """Rules and actions ask the reader what a text says. The words themselves are shown to a person and kept, and an
    intent's letters are nobody else's."""
    found = []
    for file in _files("*.py"):
        code = file.read_text("utf-8")
        if not re.match(r"actions/|rules/(?!reader/)", _place(file)) or not re.search("as_written|apart", code):
            continue
        tree = list(ast.walk(ast.parse(code)))
        calls = [one for one in tree if isinstance(one, ast.Call) and ast.unparse(one.func).split(".")[0] in _SHOWS]
        shown = {id(arg) for one in calls for arg in (*one.args, *(more.value for more in one.keywords))}
        looks = [one for one in tree if isinstance(one, ast.Attribute) and one.attr in {"as_written", "apart"}]
        found += [f"{_place(file)}:{one.lineno}" for one in looks if id(one) not in shown]
    assert not found, "\n".join(found)


_UNESCAPED = re.compile(
    r"[\w\"./<>]*\s*\|\s*safe\b|\bMarkup\(|autoescape[ =]*[Ff]alse|\b(?:inner|outer)HTML\b|insertAdjacentHTML"
)
_MAY_BE_MARKUP = {
    # parts of a view that a template of ours has made
    ("inbound/web/templates/board.html", "part.html|safe"): 1,
    ("inbound/web/templates/one_callout.html", "part.html|safe"): 1,
    ("demo/phones_view/phones.html", "board.html|safe"): 1,
    ("demo/phones_view/phones.html", "view.role.html|safe"): 1,
    ("demo/phones_view/phones.html", "piece.html|safe"): 1,
    ("demo/phones_view/phones.html", "view.call.html|safe"): 1,
    ("demo/phones_view/phones.html", "view.behaviour.html|safe"): 1,
    ("inbound/web/files/ui.js", "innerHTML"): 1,
    ("demo/phones_view/phones.js", "innerHTML"): 1,
    # the picture of a code, drawn by a library from an address of ours
    ("inbound/web/templates/welcome_code.html", "qr|safe"): 1,
}


def test_nothing_is_shown_as_markup_but_what_is_listed_here() -> None:
    """Everything else is escaped: whatever a stranger writes stays text."""
    found = Counter(
        (_place(file), written)
        for file in _files("*")
        if file.suffix in {".html", ".js", ".py"}
        for written in _UNESCAPED.findall(file.read_text("utf-8"))
    )
    assert found == _MAY_BE_MARKUP


def test_a_door_raises_errors_of_ours() -> None:
    """How an error is answered stands in one table, so no door makes up an HTTP answer of its own."""
    found = [
        f"{_place(file)}:{node.lineno}"
        for file in sorted((_CODE / "inbound").rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Raise) and node.exc is not None and "HTTPException" in ast.unparse(node.exc)
    ]
    assert not found


# ---- one name for one thing ----------------------------------------------------------------------------------------

# The same subject in several rooms: a room says what is done with it.
_MIRRORED = frozenset(
    {
        *("admission", "alarm_view", "alarms", "backup", "bridge", "callouts", "commands", "deadlines", "exchanges"),
        *("exclusions", "health", "hotline", "keys", "metrics", "missed_calls"),
        *("moments", "nodes", "officer_view", "on_call", "our_number", "outcomes", "pages", "phone_calls", "receipts"),
        *("refusals", "roster", "sign_in", "specialist_view", "test_page", "timeline"),
    }
)


# Every view has its own, and a module stands before them: `place_link.PATH`.
_OF_EVERY_VIEW = frozenset({"router", "NAV_ITEM", "PATH"})
# How one door reads its own request; no other module takes such a name from it.
_OF_ITS_DOOR = re.compile(r"Annotated\[.*\b(?:Depends|Form|Query|permits)\(")


@pytest.mark.costs(2)
def test_no_public_name_stands_for_two_things() -> None:
    """Whoever reads the name of a class, of a type or of a constant knows which one is meant."""
    meant: dict[str, set[str]] = {}
    for file in _files("*.py"):
        for node in ast.parse(file.read_text("utf-8")).body:
            for name, what in _named(node, str(file)):
                meant.setdefault(name, set()).add(what)
    assert not [f"{name}: {sorted(whats)}" for name, whats in meant.items() if len(whats) > 1]


def _named(node: ast.stmt, place: str) -> Iterator[tuple[str, str]]:
    """The public names that a statement gives, each with what it stands for."""
    if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
        yield node.name, place
    if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        value = ast.unparse(node.value)
        if value.startswith(("TypeVar(", "ParamSpec(")) or _OF_ITS_DOOR.match(value):
            return
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            if isinstance(target, ast.Name) and not target.id.startswith("_") and target.id not in _OF_EVERY_VIEW:
                yield target.id, value


_WHERE_PEOPLE_START = re.compile(
    r"\b(?:area_night|area_day|area_code|area_of|turnout_minutes|who_is_near|area_plan)\b|\.estimate\b"
    r"|\b(?:StartsFrom|start_of|start_shown|starts_from|far_tonight|reach_tonight|out_of_reach)\b"
)
_MAY_KNOW_WHERE = {
    *("rules/facts/people.py", "rules/nearer/estimate.py", "rules/reports/readiness.py"),
    *("roster_file/models.py", "roster_file/area_mistakes.py", "roster_file/writing.py"),
    *("store/tables.py", "store/roster/measured_drives.py"),
    *("rules/nearer/nearby.py",),
    *("actions/roster/measure_drive.py", "actions/roster/who_is_near.py", "demo/sample.py"),
    # for a while, said by themselves or by a coordinator
    *(
        "rules/facts/roster.py",
        "rules/nearer/starting.py",
    ),
    "store/roster/starts.py",
    *("actions/callout/read_callout.py", "actions/shifts/own_shifts.py"),  # behind their own link
    # the plan for an area, and the areas that are out of reach: for coordinators
    *("rules/nearer/reach.py", "rules/board/area_plan.py", "actions/calendar.py"),
    *("actions/roster/check_deployment.py", "actions/board/read_board.py", "rules/wording/alarms.py"),
    *("rules/alarms/watch.py", "inbound/web/roster/plan_view.py", "inbound/web/templates/on_call.html"),
    "inbound/web/roster/drive_views.py",  # areas alone, nobody's
    # `/people` for coordinators, who are audited; and the link of whoever says it of themselves
    *("inbound/web/people/person_form.py", "inbound/web/people/number_view.py"),
    "inbound/web/templates/pieces/person.html",
    *("actions/schedule/read_changing.py", "rules/schedule/stand_ins.py"),
    "demo/phones_view/phone_shown.py",  # invented people, to their own machine alone, and so without an audit
}


def test_where_people_start_from_is_known_to_few() -> None:
    """Coordinators and the person alone may know: no wall, agency, officer, webhook or log (ADR 53). Whoever shows it
    somewhere else stands here, and says so in the audit."""
    found = {
        _place(file)
        for file in _files("*")
        if file.suffix in {".py", ".js", ".html"} and _WHERE_PEOPLE_START.search(file.read_text("utf-8"))
    }
    assert found == _MAY_KNOW_WHERE


_WHO_IS_REACHABLE = re.compile(
    r"\b(?:Reachability|reachability|who_is_reachable|reachable_of|heard_since)\b|\.reachable\b"
)
_MAY_KNOW_WHO_IS_REACHABLE = {
    *("rules/roster/reachable.py", "store/roster/heard.py"),
    *("actions/roster/who_is_reachable.py",),
    "actions/shifts/run_shift_tests.py",  # whether its own test was answered
    # `/people`, whoever could come in, and the plan for an area: for coordinators, who are audited
    *("actions/people/show_people.py", "inbound/web/templates/people.html", "inbound/web/templates/person.html"),
    *("inbound/web/templates/pieces/person.html", "actions/schedule/read_changing.py", "rules/schedule/stand_ins.py"),
    *("actions/roster/who_is_near.py", "rules/board/area_plan.py"),
    "inbound/web/templates/on_call.html",
}


def test_who_is_reachable_tonight_is_known_to_few() -> None:
    """Coordinators may know: no wall, agency, officer, webhook or log, and nothing that pages."""
    found = {
        _place(file)
        for file in _files("*")
        if file.suffix in {".py", ".js", ".html"} and _WHO_IS_REACHABLE.search(file.read_text("utf-8"))
    }
    assert found == _MAY_KNOW_WHO_IS_REACHABLE


@pytest.mark.costs(2)
def test_no_condition_is_left_out_where_it_has_no_parts() -> None:
    """SQLAlchemy leaves an empty OR out, and the statement is about every row: a text that dropped no deadline of
    somebody's dropped all of them."""
    found = [str(file) for file in _files("*.py") if "or_(*" in file.read_text("utf-8")]
    assert not found, f"begin with sa.false(): {found}"


@pytest.mark.costs(2)
def test_only_the_sender_sends() -> None:
    """It asks first whether a number may be dialled: whatever else sent a text or placed a call would go past that."""
    sends = {"send_text", "place_call"}
    found = {
        _place(file)
        for file in _files("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in sends
    }
    assert found == {"worker/sender.py"}


def test_no_module_name_stands_for_two_subjects() -> None:
    """Where two modules have one name, they are about the same, in rooms that mirror each other."""
    modules = Counter(file.stem for file in _files("*.py") if not file.stem.startswith("__"))
    assert {name for name, count in modules.items() if count > 1} == _MIRRORED


@pytest.mark.parametrize("room", ["rules", "actions", "store", "inbound/web"])
def test_a_folder_can_be_taken_in_at_a_glance(room: str) -> None:
    """At most fifteen modules stand in one folder of a room; what is more is a subject of its own."""
    modules = Counter(file.parent for file in (_CODE / room).rglob("*.py") if file.name != "__init__.py")
    assert not [str(folder) for folder, count in modules.items() if count > 15]


_CLOCK = re.compile(
    r"\b(?:time\.)?(?:monotonic|perf_counter|process_time|thread_time)(?:_ns)?\b|\btime\.time(?:_ns)?\b"
    r"|\bfrom time import .*\btime(?:_ns)?\b|loop(?:\(\))?\.time\b|\btimeit\b|\bITIMER_|\bgetrusage\b|\bpg_sleep\b"
)
_MEASURE = ("serving/", "faults/")  # how long others wait, and what a real process does: their clocks are their subject
_READ_A_CLOCK = {
    "conftest.py": "stops the clock of the event loop, and moves it",
    "costs.py": "says what each test costs",
    "demo/conftest.py": "a demo that says nothing fails its test instead of hanging it",
    "demo/test_demo.py": "a text that never comes fails the test instead of hanging it",
    "inbound/sign_in/oidc.py": "a provider that does not start fails the tests instead of hanging them",
    "inbound/made_up.py": "a real server judges by the wall clock when something was signed",
    "outbound/provider.py": "a token says when it was made, and the package that reads it asks the wall clock",
    "planted/__main__.py": "says how long the tests of a fault took",
    "postgres.py": "a server that does not start fails the tests instead of hanging them",
    "test_house.py": "names what is forbidden",
    "test_patterns.py": "a pattern has a second of processor time, in `make test-all`",
    "twilio_simulator/application.py": "an application answers late, so that the carrier gives up on it",
    "twilio_simulator/test_running.py": "the background task runs at a hundred times the speed of a real clock",
    "worker/test_heartbeat.py": "the time of the night follows the clock of the event loop, which the test moves",
}


def test_no_test_reads_a_clock() -> None:
    """A time depends on what else the machine does: count the work, compare n with 2n, use `later`, or wait for an
    event. Times belong to the benchmarks."""
    found = {
        place
        for file in sorted(_TESTS.rglob("*.py"))
        if not (place := str(file.relative_to(_TESTS))).startswith(_MEASURE) and _CLOCK.search(file.read_text("utf-8"))
    }
    assert found == set(_READ_A_CLOCK)


def test_whatever_nothing_may_run_beside_is_where_make_looks_for_it() -> None:
    """`make test-all` collects the tests marked `alone` from one folder: to collect all tests once more took ten
    seconds."""
    marks = re.compile(r"\bpytest\.mark\.alone\b")
    found = {file.parent.name for file in _TESTS.rglob("*.py") if marks.search(file.read_text("utf-8"))}
    assert found == {"serving"}
