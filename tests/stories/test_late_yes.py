"""Stories about a yes that comes too late: who is asked along, who comes first, and who may sleep."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch.actions.alarms.keep_watch import make_up_for
from dispatch.actions.board.callout_view import read_view
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Area, Drive, Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.nearer import late_yes
from tests.stories.story import DCFS, OFFICER, ROSTER, Story, t, tell

PLACE = {"address": "400 W Broadway, Long Beach"}

_AREAS = (
    Area("LBH", "Long Beach", 33.77, -118.19),
    Area("NWK", "Norwalk", 33.91, -118.08),
    Area("CSN", "Carson", 33.83, -118.26),
    Area("PMD", "Palmdale", 34.58, -118.12),
)
_NIGHTS = {"PMD": 80, "NWK": 20, "CSN": 15}  # minutes to Long Beach
_LIVES = {"ana": "PMD", "ben": "NWK", "cleo": "CSN", "dev": "NWK", "eva": "CSN"}


def county() -> Roster:
    """Ana, who is on call, is 90 minutes away; Ben, her backup, and Dev 30; Cleo and Eva 25."""
    more = (Person("dev", "Dev Sharma", "+15625550104"), Person("eva", "Eva Lindgren", "+15625550105"))
    people = tuple(replace(one, area_night=_LIVES.get(one.id)) for one in (*ROSTER.people, *more))
    drives = tuple(Drive(start, "LBH", night) for start, night in _NIGHTS.items())
    return replace(ROSTER, people=people, areas=_AREAS, drives=drives)


SET_IN = (county(),)


async def _taken(story: Story, text: str, **detail: Any) -> dict[str, Any]:
    """Ana takes it, at 02:14."""
    callout = await story.paging(**({"meeting_place": PLACE} | detail), seconds=3)
    story.expect_text("ana", callout["code"])
    await story.says("ana", text, seconds=3)
    story.expect_text("ana", f"You have {callout['code']}")
    return callout


def _asked(story: Story, *who: str) -> None:
    for one in who:
        story.expect_text(
            one, "Ana is going but may be there after the hour", "Reply 1 and your minutes if you can be there by 03:14"
        )


def _hears_of_it(story: Story, names: str) -> None:
    """Whoever has it, the officer and the coordinators."""
    story.expect_text("ana", f"we asked {names} as well. You still have it")
    assert names.split()[0] not in story.expect_text(OFFICER, "more were asked")


async def _sentences(story: Story) -> list[str]:
    return [row["text"] for row in await story.rows(t.timeline) if row["kind"] == "asked_nearer"]


async def test_a_late_eta_asks_two_who_can_make_it(story: Story) -> None:
    """On call goes first, then the nearest. The one who beats it comes first and is named; the other may sleep, and
    whoever is far away may turn back."""
    callout = await _taken(story, "1 70")
    code = callout["code"]
    story.expect_text(OFFICER, "Ana is coming, ETA 03:24")
    _hears_of_it(story, "Ben and Cleo")
    _asked(story, "ben", "cleo")
    story.expect_text("cora", "left to the target", "ETA 03:24")
    story.expect_text("cora", "Ana may be there at 03:24, too late for the hour", "Asked as well: Ben and Cleo")
    (sentence,) = await _sentences(story)
    assert sentence.startswith("Ana's 03:24 is 10 minutes past the hour, so Ben (about 30 min) and Cleo (about 25)")
    assert sentence.endswith("were asked as well at 02:14.")
    await story.says("cleo", "1 25", seconds=3)
    story.expect_text("cleo", f"{code}: you go along, ETA 02:39", "Where to go:")
    story.expect_text("ana", f"{code}: Cleo goes along with you")
    story.expect_text("ben", f"{code}: Cleo will be there in time. Nothing to do")
    story.expect_text(OFFICER, "Cleo is coming, ETA 02:39")
    status = await story.status(callout)
    assert (status["specialist"], status["eta_at"][11:16]) == ("Cleo", "10:39")
    await story.says("cleo", "omw", seconds=3)
    story.expect_text("cleo", "on your way")
    story.expect_text("ana", "Cleo is on the way, there 02:39", f"{code} NO to turn back")
    await story.passes(minutes=8)
    await story.says("ana", "OMW", minutes=12)
    story.expect_text("ana", "on your way")
    await story.says("cleo", "here", minutes=5)
    story.expect_text("cleo", "on scene, noted")
    assert (await story.status(callout))["arrived_at"] is not None
    story.forget(DCFS)


async def test_a_clock_that_is_set_back_makes_no_silence_last_longer(story: Story) -> None:
    """By the old clock Ben and Cleo were asked an hour from now."""
    await _taken(story, "1 70")
    _asked(story, "ben", "cleo")
    story.town.clock.moment -= timedelta(hours=1)
    await story.town.service.runner.act(make_up_for, timedelta(hours=1))
    await story.passes(seconds=140)
    assert not story.phone("dev").texts
    await story.passes(seconds=10)
    _asked(story, "dev", "eva")
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def test_whoever_turned_back_is_paged_first_when_the_nearer_lets_go(story: Story) -> None:
    """Turning back is no decline: the nearer one has it then, and if that one lets go the former is asked at once."""
    callout = await _taken(story, "1 70")
    code = callout["code"]
    await story.says("cleo", "omw 25", seconds=20)
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
    await story.says("ana", f"{code} no", seconds=3)
    story.expect_text("ana", f"you are not going to {code}")
    story.expect_text("cleo", f"{code}: Ana is not coming, so you lead now")
    story.expect_text("cora", f"{code}: Ana turned back. Cleo is nearer and has it now")
    story.expect_text(DCFS, f"{code}: Cleo has taken it")
    assert await story.rows(t.decline) == []
    story.expect_silence()  # the officer knows of Cleo
    await story.says("cleo", f"{code} no", seconds=3)
    story.expect_text("cleo", f"you are not going to {code}")
    story.expect_text(OFFICER, "can no longer come")
    story.expect_text("ana", f"LBPD call-out {code}", "Reply 1 to take it")
    story.expect_text("ben", f"LBPD call-out {code}")
    story.expect_text("cora", "Cleo can no longer go. Paging again")
    story.forget("ana", "ben", "cora")


async def test_whoever_turned_back_takes_it_again_and_then_cannot_go_is_let_be(story: Story) -> None:
    """Ana turned back, Cleo let go, and Ana took it once more. When her car fails the others are paged, and not she."""
    everybody = (*(one.id for one in county().people), OFFICER, DCFS)
    callout = await _taken(story, "1 70")
    code = callout["code"]
    await story.says("cleo", "omw 25", seconds=20)
    await story.says("ana", f"{code} no", seconds=3)
    await story.says("cleo", f"{code} no", seconds=3)
    await story.says("ana", "1 40", seconds=20)
    story.forget(*everybody)
    await story.says("ana", "no", seconds=70)
    story.expect_text("ana", f"you are not going to {code}")
    story.expect_text("cora", "Ana can no longer go. Paging again")
    story.forget(*(one for one in everybody if one != "ana"))
    story.expect_silence()


@pytest.mark.costs(2)
async def test_a_mistake_in_the_rule_leaves_the_take_standing(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The officer hears who comes, whoever was paged may sleep, and coordinators hear that a step fails."""

    def fails(_situation: Situation, *_: object) -> None:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(late_yes, "choose", fails)
    async with tell(database_url, county()) as story:
        callout = await _taken(story, "1 70")
        story.expect_text(OFFICER, "Ana is coming, ETA 03:24")
        told = [text.body for text in story.phone("cora").texts]
        assert [text for text in told if "left to the target" in text or "a step fails in the service" in text] == told
        assert len(told) == 2
        story.forget("cora")
        assert (await story.status(callout))["specialist"] == "Ana"
        kinds = {row["kind"]: row["person"] for row in await story.rows(t.deadline)}
        assert {"remind_en_route", "remind_arrival", "target_missed"} <= set(kinds)
        monkeypatch.undo()
        await story.passes(seconds=30)
        _asked(story, "ben", "cleo")
        story.forget("ana", "cora", OFFICER, DCFS)


async def test_whoever_was_paged_and_is_asked_along_gets_no_stand_down(database_url: str) -> None:
    """Ana sleeps through her page; Ben, who is far away, takes it. She reads that he may be late, not that she may go
    on sleeping."""
    known = county()
    far = {"ana": "NWK", "ben": "PMD"}
    people = tuple(replace(one, area_night=far.get(one.id, one.area_night)) for one in known.people)
    async with tell(database_url, replace(known, people=people)) as story:
        callout = await story.paging(meeting_place=PLACE, minutes=5, seconds=10)
        story.forget("ana", "ben", OFFICER, DCFS)
        await story.says("ben", f"{callout['code']} 1 90", seconds=5)
        for one in ("ana", "cleo"):
            story.expect_text(one, "Ben is going but may be there after the hour")
        story.forget("ben", "cora", OFFICER, DCFS)


async def test_whoever_may_turn_back_reads_one_text(story: Story) -> None:
    """Cleo, who was asked along, drives at once: Ana reads that she may turn back, and not that there is nothing to do.
    Once she does, the stamps stay in order: Cleo has not left before somebody had it."""
    callout = await _taken(story, "1 70")
    code = callout["code"]
    _asked(story, "ben", "cleo")
    story.forget("ana", "cora", OFFICER, DCFS)
    await story.says("cleo", "omw 25", seconds=5)
    story.expect_text("ana", "Cleo is on the way, there 02:39", f"{code} NO to turn back")
    view = await story.town.service.runner.ask(read_view, code, Actor(ActorKind.COORDINATOR, "cora"))
    assert view.detail.callout.asked_along == ("ben", "cleo"), "the call-out's view says who was asked"
    assert view.detail.comes_first is not None
    assert view.detail.comes_first.part.person == "cleo"
    story.forget("ben", "cleo", "cora", OFFICER, DCFS)
    story.expect_silence()
    await story.says("ana", f"{code} no", seconds=5)
    (row,) = await story.rows(t.callout)
    cleo = next(one for one in await story.rows(t.assignment) if one["person"] == "cleo")
    assert row["acknowledged_at"] <= cleo["en_route_at"]
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
