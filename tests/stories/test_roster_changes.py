"""Stories about a roster that is edited while the night goes on."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dispatch.actions.context import Context
from dispatch.actions.schedule.change_roster import (
    ChangedRoster,
    PersonIsNeeded,
    PlannedChange,
    RosterMoved,
    RosterOrder,
    change_roster,
    make_change,
    plan,
    plan_import,
    planning,
    undoing,
)
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.schedule.edits import AddOverride, Edit, EditRefused, ImportRoster, Put, Remove, RosterPart
from dispatch.store import tables as t
from dispatch.store.transaction import Transaction
from tests.stories.story import DCFS, NIGHT, OFFICER, ROSTER, Story

CORA = Actor(ActorKind.COORDINATOR, "cora")
HOUR = timedelta(hours=1)


def cover(start: datetime, end: datetime, who: str = "cleo", kind: OverrideKind = OverrideKind.REPLACE) -> AddOverride:
    return AddOverride(Override("primary", kind, start, end, who, "ana" if kind is OverrideKind.REPLACE else None))


async def made(story: Story, edit: Edit) -> ChangedRoster:
    """The edit, as somebody makes it who has looked at its preview and ticked every gap."""
    runner = story.town.service.runner
    shown = (await runner.ask(plan, edit)).preview
    changed = await make_change(runner, planning(edit), CORA, Source.WEB, shown.seen)
    assert isinstance(changed, ChangedRoster)
    await story.passes(seconds=2)
    return changed


async def test_a_cover_for_tonight_is_told_at_once(story: Story) -> None:
    """At a quarter past two Cleo is put on call for the rest of the night: both hear so now, each in one text."""
    await made(story, cover(NIGHT, NIGHT + 4 * HOUR))
    assert story.expect_text("ana") == "Schedule changed. You are off call from now to Tue 24 Nov 06:14."
    assert story.expect_text("cleo") == "Schedule changed. You are on call from now to Tue 24 Nov 06:14."


async def test_a_cover_for_another_night_waits_for_the_morning(story: Story) -> None:
    """Nobody is woken for Friday."""
    await made(story, cover(NIGHT + 72 * HOUR, NIGHT + 76 * HOUR))
    story.expect_silence()
    await story.passes(minutes=5 * 60 + 40)
    story.expect_silence()
    await story.passes(minutes=10)
    story.expect_text("ana", "off call Fri 27 Nov 02:14 to Fri 27 Nov 06:14")
    story.expect_text("cleo", "on call Fri 27 Nov 02:14 to Fri 27 Nov 06:14")


async def test_nobody_reads_of_shifts_between_two_pages(story: Story) -> None:
    """Ana is being paged when her night is given to Cleo. The call-out goes on with her and says so in its timeline;
    she hears of the change once she is home."""
    callout = await story.paging()
    story.expect_text("ana", "Reply 1")
    before = [row for row in await story.rows(t.page) if row["purpose"] == Purpose.PAGE]
    await made(story, cover(NIGHT, NIGHT + 12 * HOUR))
    assert [row["id"] for row in await story.rows(t.page) if row["purpose"] == Purpose.PAGE] == [
        row["id"] for row in before
    ]
    assert "roster" in await story.timeline(callout)
    (note,) = [row for row in await story.rows(t.timeline) if row["kind"] == "roster"]
    assert "Ana → Cleo, now to" in note["text"]
    assert "whoever is paged stays paged" in note["text"]
    story.expect_text("cleo", "on call from now")
    await story.says("ana", "1 20", minutes=8)
    story.forget("ana", OFFICER, DCFS)
    for word in ("here", "done", "home"):
        await story.says("ana", word)
        assert not [body for body in _bodies(story, "ana") if body.startswith("Schedule changed")]
    story.forget("ana", OFFICER, DCFS)
    await story.passes(minutes=6)
    story.expect_text("ana", "Schedule changed. You are off call")
    story.forget(OFFICER, DCFS)


def _bodies(story: Story, who: str) -> list[str]:
    return [text.body for text in story.phone(who).texts]


async def test_an_import_that_comes_second_says_so(story: Story) -> None:
    """A file was read while a coordinator pressed: what she did stays, and whoever imports reads a sentence."""
    runner = story.town.service.runner
    roster = await runner.ask(lambda tx, context: context.roster(tx))
    planned = await runner.ask(plan_import, replace(roster, overrides=()))
    await made(story, cover(NIGHT + 12 * HOUR, NIGHT + 20 * HOUR))
    with pytest.raises(RosterMoved, match="somebody changed the roster in this very moment"):
        await runner.act(change_roster, RosterOrder(planned, CORA, Source.CLI))
    assert len(await story.rows(t.override)) == 1
    await story.passes(minutes=6 * 60)
    story.forget("ana", "cleo")


async def test_what_is_out_of_date_is_worked_out_once(story: Story) -> None:
    """A preview takes up to 100 ms: whoever presses too late is shown what was just worked out."""
    runner, edit, asked = story.town.service.runner, cover(NIGHT + 12 * HOUR, NIGHT + 20 * HOUR), 0

    def wanted(tx: Transaction, context: Context) -> PlannedChange:
        nonlocal asked
        asked += 1
        return plan(tx, context, edit)

    shown = (await runner.ask(plan, edit)).preview
    again = await make_change(runner, wanted, CORA, Source.API, replace(shown.seen, version=shown.version + 1))
    assert isinstance(again, PlannedChange)
    assert (again.foreseen.preview.digest, asked) == (shown.digest, 1)


async def test_yesterdays_mistake_is_undone(story: Story) -> None:
    """The cover never begins, both hear so, and the log knows which change undid which."""
    changed = await made(story, cover(NIGHT + 12 * HOUR, NIGHT + 20 * HOUR))
    await story.passes(minutes=10 * 60)
    story.forget("ana", "cleo")
    runner = story.town.service.runner
    shown = (await runner.ask(undoing(changed.version))).preview
    undone = await make_change(runner, undoing(changed.version), CORA, Source.WEB, replace(shown.seen, ticked=()))
    assert isinstance(undone, ChangedRoster)
    await story.passes(seconds=2)
    story.expect_text("cleo", "off call Tue 24 Nov 14:14")
    story.expect_text("ana", "on call Tue 24 Nov 14:14")
    log = {row["version"]: (row["undoes"], row["undone_by"]) for row in await story.rows(t.roster_change)}
    assert log[changed.version] == (None, undone.version)
    assert log[undone.version] == (changed.version, None)
    with pytest.raises(EditRefused, match="was undone by version"):
        await runner.ask(undoing(changed.version))


async def test_somebody_who_is_out_cannot_be_removed(story: Story) -> None:
    """Cleo came in for everybody; her call-out is named."""
    await story.call_out()
    await story.passes(minutes=11)
    await story.replies("cleo", "1 20")
    with pytest.raises(PersonIsNeeded, match="cleo"):
        await story.town.service.runner.ask(plan, Remove(RosterPart.PEOPLE, "cleo"))
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


def without(roster: Roster, *left: str) -> ImportRoster:
    """A file that leaves these people out, with every place that they had."""
    edited = roster
    for one in left:
        edited = replace(
            edited,
            people=tuple(person for person in edited.people if person.id != one),
            rotations=tuple(rotation for rotation in edited.rotations if one not in rotation.members),
            policies=(),
        )
    return ImportRoster(edited)


async def refused(story: Story, edit: Edit, said: str) -> None:
    with pytest.raises(EditRefused, match=said):
        await story.town.service.runner.ask(plan, edit)


async def test_whoever_is_paged_stays_in_the_roster_until_it_is_over(story: Story) -> None:
    """By a file or by a form; Ana has been paged and has said nothing, Ben has declined. Ana's answer counts."""
    callout = await story.call_out()
    code = callout["code"]
    await story.passes(seconds=2)
    await refused(story, without(ROSTER, "ana"), f"ana is paged for {code}, and stays .* until somebody has it")
    await story.town.service.runner.ask(plan, without(ROSTER, "ben"))
    await story.passes(minutes=5)
    await refused(story, without(ROSTER, "ben"), f"ben is paged for {code}")
    await story.replies("ben", "2")
    await story.town.service.runner.ask(plan, without(ROSTER, "ben"))
    await refused(
        story, Put(replace(ROSTER.people[0], roles=frozenset({Role.COORDINATOR}))), f"ana is paged for {code}"
    )
    await story.replies("ana", "1 20")
    await refused(story, without(ROSTER, "ana"), f"ana is on {code}, and stays .* until that is closed")
    await story.passes(seconds=2)
    assert (await story.status(callout))["status"] == "acknowledged"
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.town.service.runner.ask(plan, without(ROSTER, "ana"))
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_an_undo_removes_nobody_who_is_paged(story: Story) -> None:
    """Fay was added today, and is paged after the last step, as everybody is."""
    added = await made(story, Put(Person("fay", "Fay Long", "+15625550171")))
    callout = await story.call_out()
    await story.passes(minutes=11)
    with pytest.raises(EditRefused, match=f"fay is paged for {callout['code']}"):
        await story.town.service.runner.ask(undoing(added.version))
    story.forget("ana", "ben", "cleo", "cora", "+15625550171", OFFICER, DCFS)


async def test_a_file_without_specialists_waits_until_nobody_is_paged(story: Story) -> None:
    """All have said no, and are asked again with the next round."""
    nobody = ImportRoster(Roster(people=ROSTER.people[3:], agencies=ROSTER.agencies))
    callout = await story.call_out()
    await story.passes(minutes=11)
    for who in ("ana", "ben", "cleo"):
        await story.replies(who, f"{callout['code']} 2")
    await refused(story, nobody, f"{callout['code']} is being paged for, and no specialist would be left")
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.town.service.runner.ask(plan, nobody)
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_whoever_has_an_alarm_stays_in_the_roster_until_it_is_over(story: Story) -> None:
    """Cora said OK: nobody else is rung about it, so she must be there to be."""
    callout = await story.call_out()
    await story.says(OFFICER, "please call me", seconds=4)
    await story.town.service.runner.ask(plan, without(ROSTER, "cora"))
    await story.replies("cora", "OK")
    await refused(story, without(ROSTER, "cora"), f"cora has an alarm about {callout['code']}, and stays")
    demoted = Put(replace(ROSTER.people[3], roles=frozenset({Role.SPECIALIST})))
    await refused(story, demoted, f"cora has an alarm about {callout['code']}")
    await story.request("POST", f"/v1/callouts/{callout['id']}/cancel")
    await story.passes(minutes=11)
    await story.town.service.runner.ask(plan, without(ROSTER, "cora"))
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
