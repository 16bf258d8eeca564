"""Stories in which a coordinator does something: what was shown beforehand is what is sent, once, and the law holds.

Every command here is done by `does`, which compares the preview with the rows that the command wrote.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from dispatch.actions.board.callout_view import CallOutView, open_view, read_view
from dispatch.actions.calendar import forget_details
from dispatch.actions.callout.open_callout import KeyUsedForAnotherBody, Opened
from dispatch.actions.commands import give
from dispatch.actions.commands.give import Done
from dispatch.actions.roster.edit_roster import new_key
from dispatch.rules.commands.commands import (
    AddPartner,
    Assign,
    Cancel,
    ChangeDetails,
    Close,
    Command,
    CorrectStamp,
    GoMyself,
    NextStep,
    OpenByHand,
    PagePerson,
    TellSpecialist,
)
from dispatch.rules.commands.deciding import CommandRefused, WhyRefused
from dispatch.rules.commands.preview import Preview
from dispatch.rules.decisions import StampKind
from dispatch.rules.facts.actors import OPERATOR, Actor, ActorKind, Source
from dispatch.rules.facts.callout import Details, Outcome
from dispatch.rules.facts.people import Language, Person, Role
from tests.stories.story import DCFS, OFFICER, OTHER, ROSTER, Behaviour, Story, t, tell

CORA, DAN = Actor(ActorKind.COORDINATOR, "cora"), Actor(ActorKind.COORDINATOR, "Dan Moss")
_DAN = Person("dan", "Dan Moss", "+15625550111", frozenset({Role.COORDINATOR, Role.SPECIALIST}))
_EVE = Person("eve", "Eve Soto", "+15625550112", texts_in=Language.SPANISH)
TOWN = replace(ROSTER, people=(*ROSTER.people, _DAN, _EVE))
EVERYBODY = ("ana", "ben", "cleo", "cora", "dan", "eve", OFFICER, DCFS)


@pytest.fixture
async def night(database_url: str) -> AsyncIterator[Story]:
    """Cora coordinates; Dan does too, and goes as a specialist."""
    async with tell(database_url, TOWN) as told:
        yield told


async def shows(story: Story, callout: dict[str, Any], command: Command, by: Actor = CORA) -> Preview:
    return await story.town.service.runner.ask(give.preview_command, callout["id"], command, by)


async def presses(
    story: Story, callout: dict[str, Any], command: Command, digest: str, by: Actor = CORA
) -> Done | Preview:
    return await story.town.service.runner.act(give.do_command, callout["id"], command, by, digest, Source.WEB)


async def does(story: Story, callout: dict[str, Any], command: Command, by: Actor = CORA) -> Preview:
    """Look, press, and what the command wrote is what was shown; then what it sends goes out."""
    shown = await shows(story, callout, command, by)
    before = {row["id"]: row for row in await story.rows(t.page)}
    done = await presses(story, callout, command, shown.digest, by)
    assert isinstance(done, Done), done
    rows = await story.rows(t.page)
    wrote = [row for row in rows if row["id"] not in before and row["purpose"] != "agency"]
    hurried = [
        row
        for row in rows
        if row["id"] in before and row["state"] == "waiting" and row["due_at"] < before[row["id"]]["due_at"]
    ]
    promised = Counter((letter.to, letter.channel.value) for letter in shown.letters)
    assert promised == Counter((row["to"], row["channel"]) for row in (*wrote, *hurried))
    texts = Counter(letter.words for letter in shown.letters if letter.channel == "sms")
    assert texts == Counter(
        _said(row).partition(" http")[0] for row in (*wrote, *hurried) if row["channel"] == "sms"
    ), "the words are the words"
    await story.check_the_law()
    await story.passes(seconds=2)
    return shown


def _said(row: dict[str, Any]) -> str:
    return str(row["text"])


async def refused(story: Story, callout: dict[str, Any], command: Command, by: Actor = CORA) -> str:
    """The refusal, by preview and by pressing alike."""
    with pytest.raises(CommandRefused) as looked:
        await shows(story, callout, command, by)
    with pytest.raises(CommandRefused) as pressed:
        await presses(story, callout, command, "0" * 32, by)
    assert (looked.value.why, str(looked.value)) == (pressed.value.why, str(pressed.value))
    return f"{looked.value.why}: {looked.value}"


async def opened(story: Story, **detail: Any) -> dict[str, Any]:
    """A call-out; Ana has her first text."""
    callout = await story.paging(**detail)
    story.forget(*EVERYBODY)
    return callout


async def taken(story: Story, who: str = "ana", said: str = "1 20", **detail: Any) -> dict[str, Any]:
    callout = await opened(story, **detail)
    await story.says(who, f"{callout['code']} {said}", seconds=5)
    story.forget(*EVERYBODY)
    return callout


async def looked(story: Story, callout: dict[str, Any]) -> CallOutView:
    """What Cora's open view shows by now."""
    return await story.town.service.runner.ask(read_view, callout["id"], CORA)


def now(story: Story) -> datetime:
    return story.town.clock()


async def opts_out(story: Story, who: str) -> None:
    await story.says(who, "STOP")
    story.forget(*EVERYBODY)


async def audited(story: Story) -> list[tuple[str, str, str | None]]:
    return [(row["actor_id"], row["did"], row["detail"]) for row in await story.rows(t.audit)]


# ---- page a person now ---------------------------------------------------------------------------------------------


async def test_whoever_is_named_is_paged_now(night: Story) -> None:
    """Ben's turn is minutes away; Cora pages him now, and the turn of Ana goes on."""
    callout = await opened(night)
    shown = await does(night, callout, PagePerson("ben"))
    assert shown.sentence == f"Page Ben now for {callout['code']}: 2 texts and 2 calls."
    assert [letter.after_seconds for letter in shown.letters] == [0, 60, 150, 240]
    night.expect_text("ben", callout["code"], "Reply 1 to take it")
    assert "paged_now" in await night.timeline(callout)
    assert ("cora", "paged a person", "ben; 2 texts and 2 calls") in await audited(night)
    await night.says("ben", "1 20")
    night.forget(*EVERYBODY)
    assert (await night.status(callout))["specialist"] == "Ben"


# ---- next step now -------------------------------------------------------------------------------------------------


async def test_the_next_step_begins_now(night: Story) -> None:
    """Ben is paged at once, not when Ana's five minutes are over; his own turn has its whole time."""
    callout = await opened(night)
    shown = await does(night, callout, NextStep())
    assert {letter.name for letter in shown.letters} == {"Ben Okafor"}
    night.expect_text("ben", callout["code"])
    view = await looked(night, callout)
    assert any(move.words == "Ben's step ends at 02:19, then everyone" for move in view.next), view.next
    await night.passes(minutes=4, seconds=50)
    night.forget(*EVERYBODY)
    assert [row["step"] for row in await night.rows(t.callout)] == [2]


# ---- I go; assign --------------------------------------------------------------------------------------------------


async def test_a_coordinator_goes(night: Story) -> None:
    """Dan takes it as if by text: Ana sleeps on, the officer hears, and if Dan does not move it lapses."""
    callout = await opened(night)
    at = now(night) + timedelta(minutes=30)
    shown = await does(night, callout, GoMyself(at), DAN)
    assert {letter.name for letter in shown.letters} == {"Dan Moss", "Ana Reyes", "the officer", _NAME_OF_DCFS}
    assert shown.taken_back == 3
    night.expect_text("dan", "You have", "/r/")
    night.expect_text("ana", "Dan has")
    night.expect_text(OFFICER, "Dan is coming")
    night.expect_text(DCFS)
    (row,) = [row for row in await night.rows(t.timeline) if row["kind"] == "acknowledged"]
    assert (row["actor_kind"], row["actor_id"], row["source"]) == ("coordinator", "Dan Moss", "web")
    assert (await refused(night, callout, GoMyself(), CORA)).startswith("no_specialist: Cora is no specialist")
    await night.passes(minutes=21)
    assert (await night.status(callout))["specialist"] is None
    night.forget(*EVERYBODY)


_NAME_OF_DCFS = "Children and Family Services"


async def test_assigned_after_a_word_with_them(night: Story) -> None:
    """Cora spoke to Cleo, which is recorded: Cleo has it, and loses it again if she sleeps on (ADR 16)."""
    callout = await opened(night)
    at = now(night) + timedelta(minutes=25)
    shown = await does(night, callout, Assign("cleo", spoke=True, eta_at=at))
    assert shown.sentence.startswith(f"Give {callout['code']} to Cleo: ")
    night.expect_text("cleo", "You have", "/r/")
    night.expect_text("ana", "Cleo has")
    night.expect_text(OFFICER, "Cleo is coming")
    night.expect_text(DCFS)
    assert ("cora", "assigned a person", f"cleo, spoken to; {shown.counted}") in await audited(night)
    notes = [row["text"] for row in await night.rows(t.timeline) if row["kind"] == "assigned"]
    assert notes == ["Cora spoke to Cleo Martin, who goes"]
    await night.passes(minutes=21)
    assert (await night.status(callout))["status"] == "paging"
    night.forget(*EVERYBODY)


# ---- a partner -----------------------------------------------------------------------------------------------------


async def test_a_partner_is_asked(night: Story) -> None:
    """Cleo is asked by text and call; she comes when she says that she leaves."""
    callout = await taken(night)
    shown = await does(night, callout, AddPartner("cleo"))
    assert shown.counted == "1 text and 1 call"
    night.expect_text("cleo", "Ana has", "go along", "OMW")
    night.expect_call("cleo")
    await night.says("cleo", f"{callout['code']} omw 20")
    night.expect_text("cleo", "you go along, Ana leads")
    night.expect_text("ana", "Cleo goes along with you")
    others = (await looked(night, callout)).detail.going[1:]
    assert [(one.name, one.part.role, one.part.has_set_out) for one in others] == [("Cleo Martin", "partner", True)]


# ---- ETA and stamps ------------------------------------------------------------------------------------------------


async def test_a_wrong_stamp_is_replaced_and_the_old_one_kept(night: Story) -> None:
    """HERE was texted ten minutes late. Nobody is told; the old value stands with who, when and why."""
    callout = await taken(night, "ana", "omw 20")
    await night.passes(minutes=30)
    await night.says("ana", "here")
    night.forget(*EVERYBODY)
    texted = (await night.status(callout))["arrived_at"]
    there = now(night) - timedelta(minutes=10)
    shown = await does(night, callout, CorrectStamp(StampKind.ARRIVED, there, "no signal inside"))
    assert shown.counted == "nobody is told"
    lines = (await looked(night, callout)).stamps
    (line,) = [line for line in lines if line.stamp == "arrived_at"]
    ((old, by),) = line.replaced
    assert (line.at, line.source, by, old.reason) == (there, "Cora", "Cora", "no signal inside")
    assert old.before == datetime.fromisoformat(texted)
    sources = {line.stamp: line.source for line in lines}
    assert (sources["acknowledged_at"], sources["en_route_at"]) == ("Ana Reyes, text", "Ana Reyes, text")
    after = CorrectStamp(StampKind.CLEARED, there - timedelta(minutes=1), "left")
    assert (await refused(night, callout, after)).startswith("out_of_order: nobody left at")


# ---- place, details, words -----------------------------------------------------------------------------------------


async def test_another_place(night: Story) -> None:
    """Whoever drives is told to look; the audit trail says that the place changed, and not where it is."""
    callout = await taken(night, meeting_place={"address": "Station 4"})
    shown = await does(night, callout, ChangeDetails({"place_address": "Harbor Hospital", "children": 2}))
    assert "Harbor" not in str(shown)
    night.expect_text("ana", "meeting place has changed", "/r/")
    assert ("cora", "changed details", "children 2, was None, place address; 1 text") in await audited(night)
    same = ChangeDetails({"place_address": "Harbor Hospital"})
    assert (await refused(night, callout, same)).startswith("nothing_new")


async def test_words_to_the_specialist_stand_behind_the_link(night: Story) -> None:
    callout = await taken(night)
    shown = await does(night, callout, TellSpecialist("Gate 7 is locked. Use the ambulance entrance."))
    assert shown.letters[0].with_link
    assert "Gate" not in str(shown)
    body = night.expect_text("ana", "our coordinator has written to you", "/r/")
    assert "Gate" not in body
    page = await night.request("GET", body.rpartition(" ")[2].removeprefix(night.town.url))
    assert "Use the ambulance entrance." in page.text
    view = await looked(night, callout)
    assert [(one.to, one.by) for one in view.words] == [("Ana Reyes", "Cora")]
    assert "Gate" not in str(view.timeline)


# ---- the end -------------------------------------------------------------------------------------------------------


async def test_cancelling_counts_its_texts(night: Story) -> None:
    """While it pages: whoever a page has reached, the officer and DCFS; whoever takes no texts sleeps on."""
    callout = await opened(night)
    await night.passes(minutes=5)
    night.forget(*EVERYBODY)
    await opts_out(night, "ben")
    shown = await does(night, callout, Cancel("the family came"))
    assert shown.sentence == f"Cancel {callout['code']}: 3 texts."
    assert {letter.name for letter in shown.letters} == {"Ana Reyes", "the officer", _NAME_OF_DCFS}
    assert [(one.name, one.why) for one in shown.silent] == [("Ben Okafor", "takes no texts, and is not rung for this")]
    for who in ("ana", OFFICER, DCFS):
        night.expect_text(who, callout["code"])
    assert (await refused(night, callout, Cancel())).startswith("over: ")
    cancelled = [row["text"] for row in await night.rows(t.timeline) if row["kind"] == "cancelled"]
    assert cancelled == ["cancelled by Cora: the family came"]


async def test_closed_with_what_came_of_it_while_partners_are_out(night: Story) -> None:
    """Ana and Cleo are there. Both hear that it is closed, not that nobody needs to go, and the preview warns that
    nobody asks them any more."""
    callout = await taken(night, "ana", "omw 20")
    await does(night, callout, AddPartner("cleo", spoke=True))
    for who in ("ana", "cleo"):
        await night.replies(who, f"{callout['code']} here")
    await night.passes(minutes=5)
    night.forget(*EVERYBODY)
    outcome = Outcome(2, 2, dcfs_at=now(night), dcfs_reference="26-0412")
    shown = await does(night, callout, Close(outcome))
    assert [letter.name for letter in shown.letters] == ["Ana Reyes", "Cleo Martin"]
    assert shown.beware == (
        "Ana is out, and nobody will ask any more whether Ana is safe at home",
        "Cleo is out, and nobody will ask any more whether Cleo is safe at home",
    )
    for who in ("ana", "cleo"):
        night.expect_text(who, f"{callout['code']} is closed. We will not ask you about it any more")
    (row,) = await night.rows(t.outcome)
    assert (row["children_met"], row["freedom_bags"], row["dcfs_reference"]) == (2, 2, "26-0412")
    (detail,) = [detail for _, did, detail in await audited(night) if did == "closed"]
    assert detail is not None
    assert detail.startswith("was on_scene; children met 2; Freedom Bags 2; to DCFS at")
    assert "26-0412" not in detail


async def test_what_came_of_it_is_noted_after_the_end(night: Story) -> None:
    """Most call-outs close when everybody is home. What came of it is noted on Monday, corrected on Tuesday, and its
    references are forgotten with the rest; the numbers stay."""
    callout = await taken(night, "ana", "omw 20")
    for said in ("here", "done", "home"):
        await night.replies("ana", said)
    await night.passes(seconds=2)
    night.forget(*EVERYBODY)
    assert (await refused(night, callout, Close())).startswith("over: ")
    shown = await does(night, callout, Close(Outcome(children_met=1, freedom_bags=1)))
    assert shown.sentence == f"Note what came of {callout['code']}: nobody is told."
    met = now(night)
    await does(night, callout, Close(Outcome(2, 1, probation_at=met, probation_reference="P-77")))
    details = [detail for _, did, detail in await audited(night) if did == "noted what came of it"]
    assert details[1] is not None
    assert details[1].startswith("children met 2, was 1; to Probation at")
    for wrong in (
        Outcome(),
        Outcome(children_met=-1),
        Outcome(dcfs_reference="26-1"),
        Outcome(dcfs_at=met, dcfs_reference="Maria"),
        Outcome(dcfs_at=met + timedelta(days=1)),
    ):
        assert (await refused(night, callout, Close(wrong))).startswith("outcome: ")
    runner = night.town.service.runner
    await night.passes(minutes=1)
    await runner.act(lambda tx, context: forget_details(tx, replace(context, now=context.now + timedelta(days=120))))
    (row,) = await night.rows(t.outcome)
    assert (row["children_met"], row["freedom_bags"], row["probation_reference"]) == (2, 1, None)
    assert not await night.rows(t.done_command)


# ---- two at once, and twice ----------------------------------------------------------------------------------------


async def test_pressed_twice_is_done_once(night: Story) -> None:
    """The second press hears that it is done, and by whom, also from another coordinator."""
    callout = await opened(night)
    shown = await shows(night, callout, NextStep())
    at_once = await asyncio.gather(*(presses(night, callout, NextStep(), shown.digest) for _ in range(2)))
    first, again = sorted(at_once, key=lambda done: isinstance(done, Done) and done.again)
    by_dan = await presses(night, callout, NextStep(), shown.digest, DAN)
    assert isinstance(first, Done)
    assert again == replace(first, again=True)
    assert by_dan == replace(first, again=True)
    await night.passes(seconds=2)
    night.expect_text("ben", callout["code"])
    assert (await night.timeline(callout)).count("step_ended_early") == 1


async def test_what_would_be_sent_has_changed(night: Story) -> None:
    """Cora looked at cancelling; then Ben was paged as well. Nothing is cancelled, and she sees the new preview."""
    callout = await opened(night)
    shown = await shows(night, callout, Cancel())
    await night.passes(minutes=5)
    night.forget(*EVERYBODY)
    now_shown = await presses(night, callout, Cancel(), shown.digest)
    assert isinstance(now_shown, Preview)
    assert {letter.name for letter in now_shown.letters} - {letter.name for letter in shown.letters} == {"Ben Okafor"}
    assert (await night.status(callout))["status"] == "paging"
    done = await presses(night, callout, Cancel(), now_shown.digest)
    assert isinstance(done, Done)
    await night.passes(seconds=2)
    night.forget(*EVERYBODY)


@pytest.mark.both_databases
async def test_two_coordinators_at_once(night: Story) -> None:
    """Dan goes while Cora assigns Ben, both having looked: the second sees what the first did."""
    callout = await opened(night)
    cora = Assign("ben", spoke=True)
    seen_by_cora, seen_by_dan = await shows(night, callout, cora), await shows(night, callout, GoMyself(), DAN)
    assert isinstance(await presses(night, callout, GoMyself(), seen_by_dan.digest, DAN), Done)
    with pytest.raises(CommandRefused, match=f"Dan has {callout['code']} already") as refusal:
        await presses(night, callout, cora, seen_by_cora.digest)
    assert refusal.value.why is WhyRefused.TAKEN
    await night.passes(seconds=2)
    night.forget(*EVERYBODY)


# ---- opened by hand ------------------------------------------------------------------------------------------------


async def test_opened_by_hand_for_an_officer_who_rang(night: Story) -> None:
    """As if the agency's own program had called; the form that is sent twice opens one."""
    runner = night.town.service.runner
    wanted = OpenByHand("LBPD", Details(OFFICER, unit="West Division", children=1))
    shown = await runner.ask(give.preview_opening, wanted, CORA)
    assert shown.sentence.startswith("Open a call-out for Long Beach Police Department: ")
    opening = (wanted, "form-1", CORA, shown.digest, Source.WEB)
    first = await runner.act(give.open_by_hand, *opening)
    again = await runner.act(give.open_by_hand, *opening)
    assert isinstance(first, Opened)
    assert isinstance(again, Opened)
    assert (first.fresh, again.fresh, first.record.id) == (True, False, again.record.id)
    with pytest.raises(KeyUsedForAnotherBody):
        await runner.act(give.open_by_hand, OpenByHand("LBPD", Details(OTHER)), "form-1", CORA, shown.digest)
    await night.passes(seconds=5)
    code = first.record.code
    assert night.expect_text("ana", code) == shown.letters[0].words.replace("K0DE", code)
    night.expect_text(DCFS, code)
    assert len(night.introductions()) == 1
    (row,) = [row for row in await night.rows(t.timeline) if row["kind"] == "received"]
    assert (row["actor_kind"], row["actor_id"], row["source"]) == ("coordinator", "cora", "web")
    changed = await runner.act(give.open_by_hand, wanted, "form-2", CORA, shown.digest)
    assert isinstance(changed, Preview), "by now it is probably a duplicate, and others are open"


# ---- what a page reads ---------------------------------------------------------------------------------------------


async def test_a_view_tells_the_whole_story(night: Story) -> None:
    """Detail, pages with how they went, stamps, timeline with who did what, next moves; opening it is audited once."""
    callout = await opened(night)
    night.behave("ana", Behaviour.BUSY)
    await night.passes(minutes=1, seconds=30)
    view: CallOutView = await night.town.service.runner.act(open_view, callout["id"], CORA)
    await night.town.service.runner.ask(read_view, callout["code"], CORA)
    assert [(did, who) for who, did, _ in await audited(night) if did == "read"] == [("read", "cora")]
    detail = view.detail
    assert (detail.record.code, view.minutes_left, detail.holder) == (callout["code"], 58, None)
    assert view.next, "what is open has a next move"
    assert [(name, page.channel.value, page.failure) for name, page in detail.tried] == [("Ana Reyes", "voice", "busy")]
    assert any(name == "the officer" for name, _ in detail.pages)
    assert view.timeline[0].by == Actor(ActorKind.AGENCY, "LBPD")
    await night.says("ana", "1 20", seconds=5)
    view = await looked(night, callout)
    assert view.detail.holder is not None
    assert (view.detail.holder.name, view.detail.holder.phone) == ("Ana Reyes", "+15625550101")
    assert next(move.words for move in view.next) == "Ana is asked at 02:25: on the way?"
    night.forget(*EVERYBODY)


# ---- over HTTP -----------------------------------------------------------------------------------------------------


async def ask(
    story: Story, method: str, path: str, body: dict[str, Any] | None = None, headers: dict[str, str] | None = None
) -> httpx.Response:
    """What a coordinator's script asks."""
    key = await story.town.service.runner.act(new_key, OPERATOR, Source.CLI, coordinator="Cora Lind")
    async with httpx.AsyncClient(base_url=story.town.url, timeout=30) as client:
        answer = await client.request(
            method, path, json=body, headers={"Authorization": f"Bearer {key.key}", **(headers or {})}
        )
    await story.passes(seconds=2)
    return answer


async def test_a_script_gives_a_command(night: Story) -> None:
    """Preview, then the command with its digest; a refusal names its reason; a stale digest brings the new preview."""
    callout = await opened(night)
    path, command = f"/v1/callouts/{callout['code']}/commands", {"do": "page_person", "person": "ben"}
    shown = (await ask(night, "POST", f"{path}/preview", {"command": command})).json()
    assert [letter["name"] for letter in shown["letters"]] == ["Ben Okafor"] * 4
    assert "+1562" not in str(shown["letters"])
    stale = await ask(night, "POST", path, {"command": command, "digest": "ab" * 16})
    assert (stale.status_code, stale.json()["preview"]["digest"]) == (409, shown["digest"])
    done = await ask(night, "POST", path, {"command": command, "digest": shown["digest"]})
    assert (done.status_code, done.json()["by"], done.json()["again"]) == (200, "Cora", False)
    night.expect_text("ben", callout["code"])
    again = await ask(night, "POST", path, {"command": command, "digest": shown["digest"]})
    assert again.json()["again"] is True
    eta = {"do": "set_eta", "eta_at": (now(night) + timedelta(minutes=20)).isoformat()}
    refusal = await ask(night, "POST", f"{path}/preview", {"command": eta})
    assert (refusal.status_code, refusal.json()["why"]) == (409, "nobody_has_it")
    assert (await ask(night, "POST", path, {"command": {"do": "dance"}, "digest": "ab"})).status_code == 422
    assert (await night.request("POST", path, json={"command": command, "digest": "ab"})).status_code == 403
