"""Stories about bugs of our own: one call-out's step fails, and everybody else is paged in time all the same."""

import io
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from dispatch import logs
from dispatch.actions import calendar
from dispatch.actions.alarms.keep_watch import alarm_when_late
from dispatch.actions.apply import apply
from dispatch.actions.callout import meet_deadlines
from dispatch.actions.delivery import send_pages
from dispatch.actions.delivery.send_pages import AMPLE
from dispatch.actions.take_due import take_due
from dispatch.rules import deadlines as deadline_rules
from dispatch.rules.callout import moves as callout_rules
from dispatch.rules.decisions import DeadlineKind
from dispatch.rules.delivery import page_life
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.situation import Situation
from dispatch.store import nodes
from dispatch.store.delivery import pages
from dispatch.store.engine.database_errors import DatabaseUnreachable
from dispatch.worker import rounds
from tests.stories.story import DCFS, OFFICER, OTHER, OTHER_OFFICER, Story, t

Plant = pytest.MonkeyPatch


@pytest.fixture(autouse=True)
def _plain_tracebacks(own_logging: None) -> None:
    """As in production. Without a setup, a traceback is drawn with every local variable, which takes seconds."""
    logs.configure(stream=io.StringIO())


def _attribute(_: Any) -> None:
    raise AttributeError("planted")


def _runtime(_: Any) -> None:
    raise RuntimeError("planted")


def _recursion(_: Any) -> None:
    raise RecursionError("planted")


class _Panic(BaseException):
    """What a library that is written in Rust raises when it breaks: no Exception."""


def _panic(_: Any) -> None:
    raise _Panic("planted")


def _row_twice(tx: Any) -> None:
    """What the database refuses."""
    for _ in range(2):
        tx.execute(sa.insert(t.calendar), {"job": "planted", "due_at": None})


MISTAKES: list[Callable[[Any], None]] = [_attribute, _runtime, _recursion, _row_twice, _panic]


OF_A_PAGE: list[Callable[[Any], None]] = [_attribute, _panic]


async def _two_call_outs(story: Story) -> tuple[dict[str, Any], dict[str, Any]]:
    """The first is the one that fails. Both page Ana."""
    failing = await story.paging(seconds=1)
    other = await story.call_out("LAPD", officer=OTHER_OFFICER)
    other["agency"] = "LAPD"
    await story.passes(seconds=1)
    story.forget("ana", DCFS)
    return failing, other


def _turned(callouts: list[dict[str, Any]], callout: dict[str, Any]) -> int:
    """How many steps a call-out has come."""
    step: int = next(row["step"] for row in callouts if row["id"] == callout["id"])
    return step


@pytest.mark.parametrize("mistake", MISTAKES)
async def test_one_failing_deadline_stops_no_other(
    story: Story, monkeypatch: Plant, mistake: Callable[[Any], None]
) -> None:
    """Ben is paged about the other call-out at the end of its step. The failing step is tried again every 30 seconds,
    coordinators are rung once, and once the bug is mended it goes on."""
    failing, other = await _two_call_outs(story)
    meets = apply

    def planted(tx: Any, context: Any, own: Any, decisions: Any, *more: Any, **also: Any) -> None:
        if own.callout.id == failing["id"]:
            mistake(tx)
        meets(tx, context, own, decisions, *more, **also)

    monkeypatch.setattr(meet_deadlines, "apply", planted)
    await story.passes(minutes=5, seconds=30)
    assert _turned(await story.rows(t.callout), other) == 2
    assert other["code"] in " ".join(text.body for text in story.phone("ben").texts)
    story.expect_text("cora", failing["code"], "a step fails in the service")
    story.expect_call("cora")

    monkeypatch.setattr(meet_deadlines, "apply", meets)
    await story.passes(seconds=31)
    assert _turned(await story.rows(t.callout), failing) == 2
    story.forget("ana", "ben", "cora", OFFICER, OTHER, DCFS)


@pytest.mark.parametrize("kind", DeadlineKind)
async def test_every_kind_of_deadline_may_fail(story: Story, monkeypatch: Plant, kind: DeadlineKind) -> None:
    """Whichever rule fails about one call-out, another's step ends on time in the same round."""
    failing, other = await _two_call_outs(story)
    runner, now = story.town.service.runner, story.town.clock()
    meets = deadline_rules.meet

    def planted(situation: Situation, *more: Any) -> Any:
        if situation.callout.id == failing["id"]:
            raise AttributeError("planted")
        return meets(situation, *more)

    monkeypatch.setattr(deadline_rules, "meet", planted)
    row = {"callout": failing["id"], "kind": kind, "due_at": now, "person": "ana", "attempt": 1}
    await runner.database.write(lambda tx: tx.execute(sa.insert(t.deadline), row).close())
    ends = sa.update(t.deadline).where(t.deadline.c.callout == other["id"], t.deadline.c.kind == DeadlineKind.ESCALATE)
    await runner.database.write(lambda tx: tx.execute(ends.values(due_at=now)).close())
    await runner.act(take_due, AMPLE, "")
    assert _turned(await story.rows(t.callout), other) == 2
    waits = [row for row in await story.rows(t.deadline) if (row["callout"], row["kind"]) == (failing["id"], kind)]
    assert max(row["due_at"] for row in waits) >= now + deadline_rules.AFTER_A_FAULT
    (alarm,) = [row for row in await story.rows(t.alarm) if row["kind"] == AlarmKind.OUR_MISTAKE]
    assert alarm["callout"] == failing["id"]
    monkeypatch.undo()
    await story.town.settle()
    story.forget("ana", "ben", "cora", OFFICER, OTHER, DCFS)


@pytest.mark.slow
async def test_an_alarm_that_fails_too_stops_nothing(story: Story, monkeypatch: Plant) -> None:
    """When even the alarm about the mistake cannot be told of the call-out, one about none is; both failing, it is
    logged only."""
    failing, other = await _two_call_outs(story)
    meets = deadline_rules.meet

    def planted(situation: Situation, *more: Any) -> Any:
        if situation.callout.id == failing["id"]:
            raise AttributeError("planted")
        return meets(situation, *more)

    def fails(*_: Any, **__: Any) -> None:
        raise AttributeError("planted")

    monkeypatch.setattr(deadline_rules, "meet", planted)
    monkeypatch.setattr("dispatch.actions.our_mistakes.apply", fails)
    await story.passes(minutes=5, seconds=30)
    assert _turned(await story.rows(t.callout), other) == 2
    story.expect_text("cora", "ALARM service")
    monkeypatch.setattr("dispatch.actions.our_mistakes.apply_standalone", fails)
    await story.passes(minutes=11)
    monkeypatch.undo()
    await story.passes(minutes=1)
    story.forget("ana", "ben", "cleo", "cora", OFFICER, OTHER, DCFS)


async def _others_go_out(story: Story, monkeypatch: Plant, **later: float) -> None:
    """Of a new call-out all but Ana's page, for which the mistake is planted; once it is mended, hers does `later`."""
    callout = await story.paging()
    story.expect_text(DCFS)
    story.expect_text("cora", callout["code"], "a step fails in the service")
    story.expect_call("cora")
    monkeypatch.undo()
    await story.passes(**later)
    story.expect_text("ana", callout["code"])
    story.forget("ana", "cora", OFFICER, DCFS)


@pytest.mark.parametrize("mistake", OF_A_PAGE)
async def test_a_page_that_cannot_be_claimed_holds_up_no_other(
    story: Story, monkeypatch: Plant, mistake: Callable[[Any], None]
) -> None:
    """The rule that says what a page is claimed for fails for one page; the others go out, and it does later."""
    claims = page_life.claim

    def planted(page: Page, *more: Any, **also: Any) -> Any:
        if page.to == story.phone("ana").number:
            mistake(None)
        return claims(page, *more, **also)

    monkeypatch.setattr(page_life, "claim", planted)
    await _others_go_out(story, monkeypatch, seconds=31)


@pytest.mark.parametrize("mistake", OF_A_PAGE)
async def test_a_page_that_cannot_be_read_holds_up_no_other(
    story: Story, monkeypatch: Plant, mistake: Callable[[Any], None]
) -> None:
    """What a row says is not understood; the others go out, and it does later."""
    reads = pages.page_record

    def planted(row: Any) -> Any:
        if row["to"] == story.phone("ana").number:
            mistake(None)
        return reads(row)

    monkeypatch.setattr("dispatch.store.delivery.due_pages.page_record", planted)
    await _others_go_out(story, monkeypatch, seconds=31)


@pytest.mark.parametrize("mistake", OF_A_PAGE)
async def test_a_page_whose_sending_fails_is_put_off(
    story: Story, monkeypatch: Plant, mistake: Callable[[Any], None]
) -> None:
    """Our own code fails while it sends: the page is tried again later, coordinators are rung, others are sent."""
    carrier = story.town.service.carrier
    sends = carrier.send_text

    async def planted(page: str, *, to: str, body: str) -> Any:
        if to == story.phone("ana").number:
            mistake(None)
        return await sends(page, to=to, body=body)

    monkeypatch.setattr(carrier, "send_text", planted)
    await _others_go_out(story, monkeypatch, minutes=3)


@pytest.mark.parametrize("mistake", OF_A_PAGE)
async def test_what_came_of_a_page_cannot_be_recorded(
    story: Story, monkeypatch: Plant, mistake: Callable[[Any], None]
) -> None:
    """The carrier has the page and our record of it fails: it is put off, found at the carrier, and not sent twice."""
    records = send_pages._record_accepted

    def planted(tx: Any, context: Any, claimed: Any, accepted: Any) -> None:
        if claimed.page.fact.person == "ana":
            mistake(None)
        records(tx, context, claimed, accepted)

    monkeypatch.setattr(send_pages, "_record_accepted", planted)
    callout = await story.paging()
    story.expect_text("ana", callout["code"])
    story.expect_text("cora", callout["code"], "a step fails in the service")
    story.expect_call("cora")
    story.expect_text(DCFS)
    monkeypatch.undo()
    await story.passes(seconds=40)
    states = [row["state"] for row in await story.rows(t.page) if (row["person"], row["channel"]) == ("ana", "sms")]
    assert states.count("waiting") == len(states) - 1, "the reminders to come wait; the text itself is not sent again"
    await story.passes(seconds=25)  # her phone rings a minute after the call-out, as ever
    story.forget("ana", "cora", OFFICER, DCFS)


_FAILS_AT, _HOOK = "+15625550199", "http://127.0.0.1:9/hook"
# What is called about a page, and the page that leads there.
_CALLED: dict[str, dict[str, Any]] = {
    "place_call": {"channel": "voice", "state": "waiting"},
    "post": {"channel": "webhook", "state": "waiting", "purpose": "agency", "to": _HOOK, "agency": "LBPD"},
    "find_text": {"channel": "sms", "state": "unknown"},
    "find_call": {"channel": "voice", "state": "sending"},
    "fetch_text": {"channel": "sms", "state": "sent"},
    "fetch_call": {"channel": "voice", "state": "delivered"},
    "hang_up": {"channel": "voice", "state": "withdrawn"},
}


@pytest.mark.parametrize("mistake", OF_A_PAGE)
@pytest.mark.parametrize("called", _CALLED)
async def test_whatever_is_called_about_a_page_may_fail(
    story: Story, monkeypatch: Plant, called: str, mistake: Callable[[Any], None]
) -> None:
    """Our own code fails as it rings, posts, looks for a page, asks how it went or hangs up. Another's step ends just
    then, and pages; the failing page is put off, and coordinators are told of it once."""
    failing, other = await _two_call_outs(story)
    service, now = story.town.service, story.town.clock()
    holder = service.sender._webhooks if called == "post" else service.carrier
    about, calls, planted = (_FAILS_AT, _HOOK, "planted"), getattr(holder, called), []

    async def fails(*given: Any, **named: Any) -> Any:
        if any(value in about for value in (*given, *named.values())):
            planted.append(called)
            mistake(None)
        return await calls(*given, **named)

    monkeypatch.setattr(holder, called, fails)
    page = {"id": "planted", "callout": failing["id"], "purpose": "page", "to": _FAILS_AT, "text": "words", "step": 1}
    page |= {"tries": 0, "reconciled": 0, "created_at": now, "tried_at": now, "due_at": now, "sid": "planted"}
    hooked = sa.update(t.agency).where(t.agency.c.code == "LBPD").values(webhook_url=_HOOK)
    ends = sa.update(t.deadline).where(t.deadline.c.callout == other["id"], t.deadline.c.kind == DeadlineKind.ESCALATE)
    for statement in (sa.insert(t.page).values(page | _CALLED[called]), hooked, ends.values(due_at=now)):
        await service.database.write(lambda tx, one=statement: tx.execute(one).close())  # type: ignore[misc]
    await story.passes(seconds=2)
    assert planted == [called]
    story.expect_text("ben", other["code"])
    (row,) = [row for row in await story.rows(t.page) if row["id"] == "planted"]
    assert row["due_at"] >= now + deadline_rules.AFTER_A_FAULT
    (alarm,) = [row for row in await story.rows(t.alarm) if row["kind"] == AlarmKind.OUR_MISTAKE]
    assert alarm["callout"] == failing["id"]
    story.expect_text("cora", failing["code"], "a step fails in the service")
    story.expect_call("cora")
    story.forget("ana", "ben", "cora", OFFICER, OTHER, DCFS)


async def test_a_round_that_fails_outside_every_part_pages_all_the_same(story: Story, monkeypatch: Plant) -> None:
    """A bug that no part holds keeps deadlines from being met, and no page from going out."""

    def planted(*_: Any) -> Any:
        raise AttributeError("planted")

    monkeypatch.setattr("dispatch.actions.callout.meet_deadlines.deadlines.due", planted)
    callout = await story.paging()
    story.expect_text("ana", callout["code"])
    monkeypatch.undo()
    await story.passes(minutes=5)
    story.expect_text("ben", callout["code"])
    story.forget("ana", DCFS, OFFICER)


async def test_one_failing_errand_stops_no_other(story: Story, monkeypatch: Plant) -> None:
    """The coverage check fails; what is to be forgotten is forgotten, and the check comes again soon."""

    def planted(*_: Any) -> None:
        raise AttributeError("planted")

    ran: list[str] = []
    jobs = (
        calendar.CalendarJob("coverage check", calendar.CALENDAR_JOBS[0].at, planted),
        calendar.CalendarJob("purge", calendar.CALENDAR_JOBS[1].at, lambda _tx, _context: ran.append("purge")),
    )
    monkeypatch.setattr(calendar, "CALENDAR_JOBS", jobs)
    runner, now = story.town.service.runner, story.town.clock()
    for calendar_job in jobs:
        await runner.database.write(lambda tx, job=calendar_job.name: nodes.keep_moment(tx, job, now))  # type: ignore[misc]
    assert await runner.act(calendar.run_calendar) == ["purge"]
    assert ran == ["purge"]
    again = await runner.database.read(lambda tx: nodes.moment_of(tx, "coverage check"))
    assert again is not None
    assert (again - now).total_seconds() == 600
    await story.passes(seconds=2)
    story.expect_text("cora", "ALARM service")
    story.forget("cora")


@pytest.mark.parametrize("error", [AttributeError, DatabaseUnreachable])
async def test_one_failing_job_of_the_watch_stops_no_other(
    story: Story, monkeypatch: Plant, error: type[Exception]
) -> None:
    """Every one of them fails, and each is tried. Coordinators are rung once for all, unless it was the database."""
    tried: list[str] = []

    def failing(name: str) -> Callable[..., None]:
        def planted(*_: Any) -> None:
            tried.append(name)
            raise error("planted")

        return planted

    jobs = ["alarm_when_late", "end_quiet_alarms", "run_calendar", "go_on_asking"]
    for name in jobs:
        monkeypatch.setattr(rounds, name, failing(name))
    monkeypatch.setattr("dispatch.actions.shifts.run_shift_tests.begin_tests", failing("shift tests"))
    await story.town.service.watch()
    assert tried == [*jobs[:3], "shift tests", *jobs[3:]]
    await story.passes(seconds=2)
    if error is AttributeError:
        story.expect_text("cora", "ALARM service")
        story.expect_call("cora")


async def test_a_failing_test_of_a_shift_is_told(story: Story, monkeypatch: Plant) -> None:
    """One of two fails: the other is gone on with, and coordinators are rung."""
    tried: list[str] = []

    def planted(_tx: Any, _context: Any, test: str) -> None:
        tried.append(test)
        if test == "failing":
            raise AttributeError("planted")

    monkeypatch.setattr("dispatch.actions.shifts.run_shift_tests.begin_tests", lambda *_: ["failing", "other"])
    monkeypatch.setattr("dispatch.actions.shifts.run_shift_tests.go_on", planted)
    await story.town.service.watch()
    assert tried == ["failing", "other"]
    await story.passes(seconds=2)
    story.expect_text("cora", "ALARM service")
    story.expect_call("cora")


async def test_a_failing_rescue_stops_no_other(story: Story, monkeypatch: Plant) -> None:
    """Two call-outs without a next move: the rescue of one fails, the other's does not."""
    failing, other = await _two_call_outs(story)
    rescues = callout_rules.rescue

    def planted(callout: Any, now: Any) -> Any:
        if callout.id == failing["id"]:
            raise AttributeError("planted")
        return rescues(callout, now)

    monkeypatch.setattr(callout_rules, "rescue", planted)
    runner = story.town.service.runner
    for table in (t.deadline, t.link):
        await runner.database.write(lambda tx, table=table: tx.execute(sa.delete(table)).close())  # type: ignore[misc]
    await runner.database.write(lambda tx: tx.execute(sa.update(t.page).values(due_at=None)).close())
    await runner.act(alarm_when_late)
    kinds = {(row["callout"], row["kind"]) for row in await story.rows(t.alarm)}
    assert (other["id"], AlarmKind.RESCUED) in kinds
    assert (failing["id"], AlarmKind.OUR_MISTAKE) in kinds
    monkeypatch.undo()
    await runner.act(alarm_when_late)
    await story.passes(seconds=2)
    story.forget("ana", "ben", "cora", OFFICER, OTHER, DCFS)
