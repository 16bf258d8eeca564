"""Stories of the bridge: a specialist, or a coordinator, and the officer are joined on the phone, each by a key."""

import asyncio
from functools import partial
from typing import Any

import httpx
import pytest

from demo.town import AUTH_TOKEN, OUR_NUMBER
from dispatch.actions import bridge as bridge_actions
from dispatch.actions.hotline import answer_call, decide_all, take_call
from dispatch.actions.phone import exchanges
from dispatch.rules.facts.actors import Actor, ActorKind, Source
from dispatch.rules.facts.phone_calls import PagedStage
from dispatch.rules.hotline import stages
from dispatch.rules.phone.calls import SpokenReply
from dispatch.store.phone import call_exchanges
from tests.stories.story import DCFS, OFFICER, Behaviour, Story, t, tell
from tests.stories.test_hotline import HOTLINE, LISTED, STRANGER, does, heard, opened, press, ring, told_by_cora
from tests.stories.test_hotline_outage import Away
from tests.stories.test_nodes import another_node
from twilio_simulator import Doubled, Late, Lost, PhoneCall, RefuseConnection, ServerError, Swapped
from twilio_simulator.callbacks import signature
from twilio_simulator.faults import CallbackEffect

SET_IN = (HOTLINE,)


def connected(call: PhoneCall) -> list[str]:
    """With whom somebody has been connected, in order."""
    return [line.removeprefix("connected to ") for line in call.heard if line.startswith("connected to ")]


def in_conference(call: PhoneCall) -> bool:
    return call.conference is not None


async def takes_by_key(story: Story, minutes: str = "25#") -> PhoneCall:
    """Ana's phone rings after a minute, and she takes the call-out."""
    await story.passes(seconds=61)
    ana = story.phone("ana")
    call = await ana.answer()
    await story.passes(seconds=1)
    await ana.press("1")
    await story.passes(seconds=1)
    await ana.press(minutes)
    await story.passes(seconds=7)
    return call


async def holds(story: Story) -> PhoneCall:
    """An officer calls from a listed number for which the network vouches, and answers nothing: they hold while Ana is
    paged."""
    call = await story.phone(LISTED).call(OUR_NUMBER, verstat="TN-Validation-Passed-A")
    await story.town.settle()
    return call


def quiet(story: Story) -> None:
    story.forget("ana", "ben", "cleo", "cora", DCFS, LISTED, OFFICER, STRANGER)


async def legs(story: Story) -> dict[str, str]:
    """Where each phone of the bridge stands, by its party."""
    return {row["party"]: row["state"] for row in await story.rows(t.phone_call)}


async def joined(story: Story, officer: PhoneCall) -> PhoneCall:
    """Ana has taken it by key, asked for the officer, and the officer has pressed 1."""
    ana = await takes_by_key(story)
    await story.presses("ana", "4", seconds=12)
    await story.presses(officer.phone.number, "1", seconds=8)
    return ana


async def test_taken_by_key_and_joined_with_whoever_holds(story: Story) -> None:
    """Ana hears that the officer is on the line, presses 4, and the officer 1: nobody sees a number but ours."""
    officer = await holds(story)
    ana = await takes_by_key(story)
    assert "The officer is on the line." in heard(ana)
    await story.presses("ana", "4", seconds=12)
    assert "The specialist wants to speak with you. Press 1 to be joined." in heard(officer)
    assert connected(officer) == connected(ana) == []
    await story.presses(LISTED, "1", seconds=8)
    assert connected(officer) == [story.phone("ana").number]
    assert connected(ana) == [LISTED]
    assert (officer.to, ana.from_) == (OUR_NUMBER, OUR_NUMBER)
    assert len(story.phone(LISTED).calls) == 0, "nobody was rung for it"
    (callout,) = await opened(story)
    assert "joined" in await story.timeline(callout)
    await story.hangs_up("ana", seconds=15)
    assert "The other side has left the line." in heard(officer)
    assert officer.connected
    assert "Press 0 for a coordinator." in heard(officer).partition("has left the line")[2]
    await story.hangs_up(LISTED)
    quiet(story)
    for word, status in (("OMW", "en_route"), ("HERE", "on_scene")):
        await story.passes(minutes=8)
        await story.says("ana", word)
        assert (await opened(story))[0]["status"] == status
    quiet(story)


async def test_an_officer_who_has_hung_up_is_rung(story: Story) -> None:
    """A specialist presses 4: the officer's phone rings, says who we are, and asks for a key first."""
    callout = await story.call_out()
    ana = await takes_by_key(story)
    await story.presses("ana", "4", seconds=3)
    assert "We are asking the officer." in heard(ana)
    rung = story.expect_call(OFFICER)
    assert rung.from_ == OUR_NUMBER
    await story.answers(OFFICER, seconds=10)
    assert "about your call-out" in heard(rung)
    assert connected(rung) == []
    await story.presses(OFFICER, "1", seconds=8)
    assert (connected(rung), connected(ana)) == ([story.phone("ana").number], [OFFICER])
    await story.hangs_up(OFFICER, seconds=8)
    assert "The officer has left the line." in heard(ana)
    await story.hangs_up("ana")
    assert (await story.status(callout))["status"] == "acknowledged"
    quiet(story)


async def rings_the_officer(story: Story) -> PhoneCall:
    """Ana presses 4, and the officer's phone rings."""
    await story.call_out()
    ana = await takes_by_key(story)
    await story.presses("ana", "4", seconds=3)
    assert story.phone(OFFICER).ringing is not None
    return ana


async def test_no_officer_is_rung_for_somebody_who_went_back(story: Story) -> None:
    """Any key does that. The next 4 rings the officer once more, and the two are joined."""
    ana = await rings_the_officer(story)
    await story.presses("ana", "5", seconds=3)
    assert story.phone(OFFICER).ringing is None
    await story.presses("ana", "4", seconds=3)
    await story.answers(OFFICER, seconds=10)
    await story.presses(OFFICER, "1", seconds=8)
    assert connected(ana) == [OFFICER]
    await _all_hang_up(story, "ana", OFFICER)


@pytest.mark.parametrize("how", ["hangs up", "unheard of", "lets go"])
async def test_no_officer_is_rung_for_somebody_who_waits_no_more(story: Story, how: str) -> None:
    """She hung up, which the carrier may not say, or she let it go."""
    story.behave(OFFICER, Behaviour.LEFT_TO_RING)
    await rings_the_officer(story)
    match how:
        case "hangs up":
            await story.phone("ana").hang_up()
        case "unheard of":
            story.town.carrier.faults.add(Lost(), times=None, on="status", only="call")
            await story.hangs_up("ana", seconds=20)
            story.town.carrier.faults.clear()
            await story.town.service.on_the_phone.look()
        case _:
            (callout,) = await opened(story)
            await story.replies("ana", f"{callout['code']} NO")
    await story.passes(seconds=2)
    (call,) = story.phone(OFFICER).calls
    assert call.status == "canceled"
    assert (await legs(story))["officer"] == "over"
    await _all_hang_up(story, "ana")


async def test_the_officers_voicemail_is_never_joined(story: Story) -> None:
    """It presses no key; Ana hears that there is no answer, and the timeline that the call reached nobody."""
    callout = await story.call_out()
    story.behave(OFFICER, Behaviour.VOICEMAIL, after=5)
    ana = await takes_by_key(story)
    await story.presses("ana", "4", seconds=70)
    assert "The officer does not answer." in heard(ana)
    assert connected(ana) == connected(story.phone(OFFICER).calls[0]) == []
    assert "page_failed" in await story.timeline(callout)
    quiet(story)


async def test_an_officer_who_is_taken_for_a_machine_is_joined(story: Story) -> None:
    """ "Long Beach Police, Detective Moreno speaking, how can I help you" sounds like a greeting; then they press 1."""
    await story.call_out()
    story.behave(OFFICER, Behaviour.VOICEMAIL, after=5)
    ana = await takes_by_key(story)
    await story.presses("ana", "4", seconds=18)
    (call,) = story.phone(OFFICER).calls
    assert call.answered_by == "machine_start"
    call.by_machine = False
    await story.presses(OFFICER, "1", seconds=8)
    assert (connected(ana), connected(call)) == ([OFFICER], [story.phone("ana").number])
    await story.phone(OFFICER).hang_up()  # and the carrier says once more that a machine had answered
    await story.passes(seconds=2)
    assert not in_conference(ana)
    await story.hangs_up("ana")
    assert set((await legs(story)).values()) == {"over"}
    quiet(story)


async def test_taken_by_text_and_call(story: Story) -> None:
    """CALL by text: her phone rings, 1, and the officer who holds is asked."""
    officer = await holds(story)
    await story.passes(seconds=55)
    await story.says("ana", "1 25")
    quiet(story)
    await story.says("ana", "CALL")
    ana = story.expect_call("ana")
    await story.answers("ana", seconds=4)
    assert "press 1 to speak with the officer" in heard(ana)
    await story.presses("ana", "1", seconds=18)
    await story.presses(LISTED, "1", seconds=8)
    assert (connected(ana), connected(officer)) == ([LISTED], [story.phone("ana").number])
    await story.phone(LISTED).hang_up()
    await story.hangs_up("ana", seconds=5)
    quiet(story)


@pytest.mark.both_databases
async def test_both_hang_up_at_the_same_instant(story: Story) -> None:
    """Nobody is left anywhere, and nothing of the call-out has ended."""
    officer = await holds(story)
    ana = await joined(story, officer)
    await asyncio.gather(story.phone(LISTED).hang_up(), story.phone("ana").hang_up())
    await story.passes(seconds=30)
    assert not officer.connected
    assert not ana.connected
    assert set((await legs(story)).values()) == {"over"}
    (callout,) = await opened(story)
    assert callout["status"] == "acknowledged"
    quiet(story)


async def test_the_officer_goes_while_the_specialist_is_being_joined(story: Story) -> None:
    """They press 1 and hang up; Ana never waits alone in a conference, and hears that they are gone."""
    await holds(story)
    ana = await takes_by_key(story)
    await story.presses("ana", "4", seconds=12)
    await story.phone(LISTED).press("1")
    await story.hangs_up(LISTED, seconds=12)
    assert "The officer does not answer." in heard(ana)
    assert ana.conference is None
    assert ana.connected
    await story.hangs_up("ana")
    quiet(story)


@pytest.mark.parametrize("refused", [0, 2], ids=["at once", "once the update of the call is taken"])
async def test_the_specialist_goes_while_the_officer_is_being_joined(story: Story, refused: int) -> None:
    """The officer is alone in a conference that has not begun: within seconds they are led back to us, even where the
    carrier refuses the first updates of their call."""
    officer = await holds(story)
    await takes_by_key(story)
    await story.presses("ana", "4", seconds=12)
    if refused:
        story.town.carrier.faults.add(ServerError(503), times=refused, on="read", only="call")
    await story.phone("ana").hang_up()
    await story.presses(LISTED, "1", seconds=30)
    assert connected(officer) == []
    assert officer.conference is None
    assert officer.connected
    assert "Press 0 for a coordinator." in officer.heard[-1]
    await story.hangs_up(LISTED)
    quiet(story)


@pytest.mark.both_databases
async def test_two_specialists_race_to_join(story: Story) -> None:
    """Ben comes along as a partner. Both ask for the officer: the first is joined, and Ben hears who was faster."""
    officer = await holds(story)
    ana = await takes_by_key(story)
    async with told_by_cora(story) as cora:
        (callout,) = await opened(story)
        await does(cora, callout, {"do": "add_partner", "person": "ben", "spoke": True})
    await story.says("ben", "CALL")
    await story.answers("ben", seconds=3)
    await asyncio.gather(story.phone("ana").press("4"), story.phone("ben").press("1"))
    await story.passes(seconds=12)
    await story.presses(LISTED, "1", seconds=8)
    ben = story.phone("ben").calls[-1]
    winners = [call for call in (ana, ben) if connected(call)]
    assert [connected(call) for call in winners] == [[LISTED]]
    loser = ben if winners == [ana] else ana
    assert "speaks with the officer already, or waits for them." in heard(loser)
    for who in (LISTED, "ana", "ben"):
        if story.phone(who).connected:
            await story.phone(who).hang_up()
    await story.passes(seconds=5)
    assert len(connected(officer)) == 1
    quiet(story)


async def test_a_coordinator_joins_the_two(story: Story) -> None:
    """Cora asks for it, her phone rings, and a beep says that a third has come. When she goes, the two talk on."""
    officer = await holds(story)
    ana = await joined(story, officer)
    (callout,) = await opened(story)
    quiet(story)
    async with told_by_cora(story) as cora:
        await does(cora, callout, {"do": "join_call"})
    await story.passes(seconds=2)
    call = story.expect_call("cora")
    await story.answers("cora", seconds=4)
    await story.presses("cora", "1", seconds=4)
    assert set(connected(call)) == {LISTED, story.phone("ana").number}
    assert "(beep)" in heard(officer)
    await story.hangs_up("cora", seconds=8)
    assert connected(officer)[-1] == story.phone("ana").number
    assert connected(ana)[-1] == LISTED
    assert officer.conference == ana.conference is not None
    await story.phone("ana").hang_up()
    await story.hangs_up(LISTED, seconds=5)
    quiet(story)


async def test_hold_leads_to_a_coordinator(story: Story) -> None:
    """0 rings Cora; 2 in that call gives her the alarm and asks the officer, who is joined with a key."""
    officer = await holds(story)
    await story.passes(seconds=80)
    quiet(story)
    await press(story, LISTED, "0")
    await story.passes(seconds=2)
    call = story.expect_call("cora")
    await story.answers("cora", seconds=20)
    assert "Press 2 to have it and speak with the officer." in heard(call)
    await story.presses("cora", "2", seconds=12)
    assert "A coordinator wants to speak with you." in heard(officer)
    await story.presses(LISTED, "1", seconds=8)
    assert connected(officer) == [story.phone("cora").number]
    alarms = [row["owner"] for row in await story.rows(t.alarm) if row["kind"] == "officer_calls"]
    assert alarms == ["cora"]
    await story.hangs_up(LISTED, seconds=8)
    assert "The officer has left the line." in heard(call)
    if story.phone("cora").connected:
        await story.phone("cora").hang_up()
    await story.passes(seconds=2)
    quiet(story)


async def test_a_coordinator_speaks_with_a_caller_who_said_nothing(story: Story) -> None:
    """There is no call-out yet. While they talk it opens by itself, and the specialist joins them."""
    officer = await ring(story, STRANGER)
    await story.passes(seconds=25)
    call = story.expect_call("cora")
    await story.answers("cora", seconds=20)
    assert "Press 2 to speak with the caller" in heard(call)
    await story.presses("cora", "2", seconds=12)
    await story.presses(STRANGER, "1", seconds=8)
    assert connected(officer) == [story.phone("cora").number]
    await story.passes(seconds=40)
    (callout,) = await opened(story)
    ana = await takes_by_key(story)
    await story.presses("ana", "4", seconds=4)
    assert set(connected(ana)) == {STRANGER, story.phone("cora").number}
    assert callout["agency"] == "UNLISTED"
    for who in (STRANGER, "cora", "ana"):
        if story.phone(who).connected:
            await story.phone(who).hang_up()
        await story.passes(seconds=6)
    quiet(story)


@pytest.mark.both_databases
async def test_on_several_nodes(postgres_url: str) -> None:
    """A second node answers every other request: all of it is rows, so nobody notices."""
    async with tell(postgres_url, HOTLINE) as story, another_node(story, 9001) as other:
        services, taken = (story.town.service, other), 0
        town = story.town

        def next_office() -> Any:
            nonlocal taken
            taken += 1
            return services[taken % 2].runner

        class EveryOther:
            def __getattr__(self, name: str) -> Any:
                return getattr(next_office(), name)

        town.service.web.state.runner = EveryOther()
        officer = await holds(story)
        ana = await joined(story, officer)
        assert (connected(ana), connected(officer)) == ([LISTED], [story.phone("ana").number])
        await story.hangs_up("ana", seconds=12)
        assert "The other side has left the line." in heard(officer)
        await story.hangs_up(LISTED, seconds=5)
        quiet(story)


async def test_the_same_request_again_hears_the_same(story: Story) -> None:
    """Every turn of a bridge, brought twice: the key, the wait, the joining, and the end."""
    await holds(story)
    await takes_by_key(story)
    service = story.town.service
    page = next(row["id"] for row in await story.rows(t.page) if row["channel"] == "voice" and row["person"] == "ana")
    call = (await story.rows(t.hotline_call))[0]["id"]

    def never(_tx: object, _context: object) -> SpokenReply:
        raise AssertionError("the last request is answered with what was said")

    steps: list[tuple[str, exchanges.Answers]] = [
        (page, lambda tx, context: answer_call.press(tx, context, page, PagedStage.MENU, "4")),
        (page, lambda tx, context: answer_call.press(tx, context, page, PagedStage.JOINING, "")),
        (call, lambda tx, context: take_call.press(tx, context, call, stages.Stage.HOLD, "")),
        (call, lambda tx, context: take_call.press(tx, context, call, stages.Stage.JOIN, "1")),
        (page, lambda tx, context: answer_call.press(tx, context, page, PagedStage.JOINING, "")),
        (page, lambda tx, context: answer_call.left(tx, context, page)),
        (call, lambda tx, context: take_call.left(tx, context, call)),
    ]
    for phone, step in steps:
        exchange = await service.database.read(partial(call_exchanges.number, call=phone))
        once = await service.runner.act(exchanges.answer, phone, exchange, step, never)
        assert await service.runner.act(exchanges.answer, phone, exchange, never, never) == once
    assert len([row for row in await story.rows(t.timeline) if row["kind"] == "joined"]) == 1
    await story.phone(LISTED).hang_up()
    await story.hangs_up("ana")
    quiet(story)


@pytest.mark.slow
async def test_the_end_of_a_conference_of_before_parts_nobody(story: Story) -> None:
    """The two have spoken, and speak again. The carrier brings once more that the first conference is over for each."""
    officer = await holds(story)
    ana = await joined(story, officer)
    await story.hangs_up("ana", seconds=12)
    assert "The other side has left the line." in heard(officer)
    quiet(story)
    await story.says("ana", "CALL")
    again = story.expect_call("ana")
    await story.answers("ana", seconds=4)
    await story.presses("ana", "1", seconds=18)
    await story.presses(LISTED, "1", seconds=8)
    assert in_conference(officer)
    assert in_conference(again)
    for call in (officer, ana):
        await brought_again(story, call)
    await story.passes(seconds=40)
    assert in_conference(officer)
    assert in_conference(again)
    assert await legs(story) == {"officer": "joined", "specialist": "joined"}
    await _all_hang_up(story, "ana", LISTED)


async def brought_again(story: Story, call: PhoneCall) -> None:
    """The carrier brings every key of this call, and every end of a conference, once more."""
    for sent in [one for one in story.town.carrier.deliveries if one.params.get("CallSid") == call.sid]:
        if "/keys?" in sent.url or "/left" in sent.url:
            signed = {"X-Twilio-Signature": signature(AUTH_TOKEN, sent.url, sent.params)}
            async with httpx.AsyncClient(timeout=60) as client:
                answer = await client.post(sent.url, data=sent.params, headers=signed)
            assert answer.status_code == 200, answer.text


async def test_a_restart_in_the_bridge(story: Story) -> None:
    """The service dies while Ana waits, and again while the two talk: the same rows are there afterwards."""
    officer = await holds(story)
    ana = await takes_by_key(story)
    await story.presses("ana", "4")
    await story.town.crash()
    await story.passes(seconds=12)
    await story.presses(LISTED, "1", seconds=8)
    assert connected(ana) == [LISTED]
    await story.town.crash()
    await story.hangs_up("ana", seconds=12)
    assert "The other side has left the line." in heard(officer)
    await story.hangs_up(LISTED)
    quiet(story)


# ---- what the carrier never told us --------------------------------------------------------------------------------


async def test_nobody_stays_in_a_silent_conference(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ana is gone and the carrier never says so; then the database is away until the carrier asks no more what the
    officer hears. They are led back all the same, once the carrier can be asked who is there."""
    officer = await holds(story)
    await takes_by_key(story)
    await story.presses("ana", "4", seconds=12)
    story.town.carrier.faults.add(Lost(), times=None, on="status", only="call")
    await story.phone("ana").hang_up()
    await story.presses(LISTED, "1")
    away = Away(monkeypatch)
    away.before = 1000
    await story.passes(seconds=60)
    away.before = 0
    story.town.carrier.errors.clear()
    silent = len(officer.heard)
    await story.passes(seconds=60)
    assert in_conference(officer), "and nobody asks for them any more"
    assert len(officer.heard) == silent
    unreachable = story.town.carrier.faults.add(RefuseConnection(), times=None, on="read")
    await story.town.service.on_the_phone.look()
    unreachable.off()
    story.town.carrier.faults.add(ServerError(), times=1, on="read")
    await story.town.service.on_the_phone.look()
    assert await legs(story) == {"officer": "joined", "specialist": "over"}, "only the first could not be asked about"
    await story.town.service.on_the_phone.look()
    await story.passes(seconds=3)
    assert not in_conference(officer)
    assert "Press 0 for a coordinator." in officer.heard[-1]
    await story.phone(LISTED).hang_up()
    await story.town.service.on_the_phone.look()
    assert set((await legs(story)).values()) == {"over"}
    quiet(story)


async def test_whoever_is_gone_keeps_nobody_from_the_officer(story: Story) -> None:
    """Both hang up and the carrier never says so. Once it is asked, Ana can speak with the officer again."""
    officer = await holds(story)
    await joined(story, officer)
    story.town.carrier.faults.add(Lost(), times=None, on="status", only="call")
    await story.hangs_up("ana", seconds=5)
    assert set((await legs(story)).items()) == {("officer", "over"), ("specialist", "joined")}
    await story.passes(seconds=20)
    await story.town.service.on_the_phone.look()
    await story.says("ana", "CALL")
    call = await story.answers("ana", seconds=3)
    await story.presses("ana", "1")
    assert "We are asking the officer." in heard(call)
    await story.phone("ana").hang_up()
    await story.hangs_up(LISTED)
    quiet(story)


@pytest.mark.slow
async def test_an_officer_who_was_never_rung_is_waited_for_no_longer(story: Story) -> None:
    """The carrier cannot be asked about a call that it never took."""
    await story.call_out()
    await takes_by_key(story)
    story.town.carrier.faults.add(RefuseConnection(), times=None, on="create")
    await story.presses("ana", "4", seconds=90)
    await story.passes(minutes=15)
    await story.town.service.on_the_phone.look()
    assert set((await legs(story)).values()) <= {"over"}
    quiet(story)


# ---- what people and carriers do at bad moments --------------------------------------------------------------------


async def _pages_and_call(story: Story) -> tuple[str, str]:
    """The ids of Ana's phone and of the officer's in the bridge; the officer's call where there is none yet."""
    phones = {row["party"]: row["id"] for row in await story.rows(t.phone_call)}
    calls = sorted(row["id"] for row in await story.rows(t.hotline_call))
    return phones["specialist"], phones.get("officer", calls[-1])


async def _all_hang_up(story: Story, *who: str) -> None:
    for one in who:
        if story.phone(one).connected:
            await story.phone(one).hang_up()
        await story.passes(seconds=4)
    quiet(story)


async def test_a_key_that_comes_after_the_hang_up_joins_nobody(story: Story) -> None:
    """The carrier's two requests overtake each other. Ana is not joined with a dead line, now or ever."""
    await holds(story)
    ana = await takes_by_key(story)
    await story.presses("ana", "4", seconds=12)
    _, call = await _pages_and_call(story)
    await story.phone(LISTED).hang_up()
    await story.town.service.runner.act(take_call.press, call, stages.Stage.JOIN, "1")
    assert (await legs(story)).get("officer") != "joined"
    await story.passes(seconds=8)
    assert "The officer does not answer." in heard(ana)
    await story.presses("ana", "4", seconds=3)
    assert len(story.phone(LISTED).calls) == 1, "the officer is rung, as whoever has hung up"
    await _all_hang_up(story, "ana")
    await story.passes(seconds=60)
    quiet(story)


@pytest.mark.both_databases
async def test_of_three_two_talk_on_whichever_request_comes_first(story: Story) -> None:
    """That the third has hung up is known before the others ask what they hear; and each asks twice."""
    officer = await holds(story)
    await joined(story, officer)
    (callout,) = await opened(story)
    quiet(story)
    async with told_by_cora(story) as cora:
        await does(cora, callout, {"do": "join_call"})
    await story.passes(seconds=2)
    await story.answers("cora", seconds=4)
    await story.presses("cora", "1", seconds=4)
    page, call = await _pages_and_call(story)
    third = next(row["id"] for row in await story.rows(t.phone_call) if row["party"] == "coordinator")
    act = story.town.service.runner.act
    await act(bridge_actions.gone, third)
    for _ in range(2):
        assert (await act(answer_call.left, page)).join == call
        assert (await act(take_call.left, call)).join == call
    await _all_hang_up(story, "cora", "ana", LISTED)


async def test_a_coordinator_waits_while_the_call_opens_by_itself(story: Story) -> None:
    """Cora presses 2 seconds before: she is joined with the caller all the same, and hears no question of before."""
    officer = await ring(story, STRANGER)
    await story.passes(seconds=25)
    call = story.expect_call("cora")
    await story.answers("cora", seconds=24)
    await story.presses("cora", "2", seconds=32)
    assert len(await opened(story)) == 1
    await story.presses(STRANGER, "1", seconds=8)
    assert connected(officer) == [story.phone("cora").number]
    await story.hangs_up(STRANGER, seconds=8)
    assert "The officer has left the line." in heard(call)
    assert "unless you decide" not in heard(call).partition("has left the line")[2]
    await _all_hang_up(story, "cora")


async def test_a_coordinator_waits_while_another_pages_for_all_who_said_nothing(story: Story) -> None:
    """The caller is counted with others while Cora waits for them: they are on the line, and are joined."""
    officer = await ring(story, STRANGER)
    await story.passes(seconds=25)
    call = story.expect_call("cora")
    await story.answers("cora", seconds=19)
    await story.presses("cora", "2", seconds=1)
    another = Actor(ActorKind.COORDINATOR, "cleo")
    await story.town.service.runner.act(decide_all.page_all, another, Source.WEB)
    await story.passes(seconds=12)
    assert "does not answer" not in heard(call)
    await story.presses(STRANGER, "1", seconds=8)
    assert connected(officer) == [story.phone("cora").number]
    await _all_hang_up(story, STRANGER, "cora")


async def test_a_coordinator_hears_that_the_caller_is_gone(story: Story) -> None:
    """They hung up in the greeting. Cora presses 2, as she often does: the caller did give a number, and she is the
    coordinator who can help. What she decides next stands."""
    await ring(story, STRANGER)
    await story.passes(seconds=3)
    await story.hangs_up(STRANGER, seconds=3)
    call = story.expect_call("cora")
    await story.answers("cora", seconds=4)
    await story.presses("cora", "2", seconds=20)
    assert "The caller has hung up. If we have their number, the text names it." in heard(call)
    assert "gave no number" not in heard(call)
    await story.presses("cora", "1")
    assert len(await opened(story)) == 1
    await _all_hang_up(story, "cora")


async def test_a_request_of_before_parts_nobody(story: Story) -> None:
    """What somebody hears who is alone is asked for once more, minutes later, while the two talk."""
    officer = await holds(story)
    ana = await joined(story, officer)
    await story.passes(minutes=2)
    page, call = await _pages_and_call(story)
    for id_ in (page, call):
        assert not await story.town.service.runner.act(bridge_actions.waits_in_vain, id_)
    assert officer.conference == ana.conference is not None
    await _all_hang_up(story, "ana", LISTED)


async def test_an_officer_who_calls_about_another_is_not_rung(story: Story) -> None:
    """Moreno opens a second call-out and holds; Ana wants to speak with her about the first. She hears the truth at
    once, and nothing rings Moreno once she has hung up but the next asking."""
    await holds(story)
    await story.phone(LISTED).hang_up()
    await story.says("ana", "1 25")
    (first,) = await opened(story)
    again = await holds(story)
    await story.presses(LISTED, "1", seconds=10)
    assert len(await opened(story)) == 2
    await story.says("ana", f"{first['code']} CALL")
    ana = await story.answers("ana", seconds=4)
    await story.presses("ana", "1", seconds=4)
    assert "The officer's number is on another call with us. Try again in a minute." in heard(ana)
    assert "wants to speak with you" not in heard(again)
    await story.hangs_up(LISTED)
    assert story.phone(LISTED).calls == []
    await story.presses("ana", "4", seconds=3)
    assert "We are asking the officer." in heard(ana)
    assert story.phone(LISTED).ringing is not None
    await _all_hang_up(story, "ana")
    await story.passes(minutes=2)
    quiet(story)


async def test_call_three_times_is_one_call(story: Story) -> None:
    """A sleepy thumb."""
    await story.call_out()
    await story.says("ana", "1 25")
    before = len(story.phone("ana").calls)
    for _ in range(3):
        await story.replies("ana", "CALL")
    await story.passes(seconds=5)
    assert len(story.phone("ana").calls) == before + 1
    await story.phone("ana").reject()
    await story.passes(seconds=5)
    quiet(story)


async def drives_and_talks(story: Story) -> tuple[PhoneCall, PhoneCall]:
    """Ana is on the way and in a conference with the officer; the agency's program cancels."""
    officer = await holds(story)
    ana = await joined(story, officer)
    await story.says("ana", "OMW")
    (callout,) = await opened(story)
    quiet(story)
    answer = await story.request("POST", f"/v1/callouts/{callout['id']}/cancel", json={"reason": "not needed"})
    assert answer.status_code == 200
    await story.passes(minutes=3)
    assert in_conference(ana), "whoever talks, talks on"
    story.expect_text("ana", "is off, nobody needs to go")
    assert story.phone("ana").calls[-1] is ana, "the line is busy until they have talked"
    return officer, ana


async def test_whoever_talks_when_it_ends_hears_so_afterwards(story: Story) -> None:
    """The officer hangs up first. Ana hears that it is off, and no meeting place."""
    _, ana = await drives_and_talks(story)
    await story.hangs_up(LISTED, seconds=8)
    after = heard(ana).partition("The officer has left the line.")[2]
    assert "Call-out" in after
    assert "is off. Nobody needs to go." in after
    assert "Press 3" not in after
    await _all_hang_up(story, "ana")
    await story.passes(minutes=2)
    quiet(story)


async def test_whoever_hangs_up_after_it_ended_is_rung(story: Story) -> None:
    """Ana hangs up first, and would have heard nothing: her phone rings then, and not before."""
    await drives_and_talks(story)
    await story.hangs_up("ana", seconds=3)
    rung = story.expect_call("ana")
    await story.answers("ana", seconds=3)
    assert "is off. Nobody needs to go." in heard(rung)
    await _all_hang_up(story, "ana", LISTED)


# ---- long nights ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Late(20.0), Doubled(), Swapped(), Lost()], ids=lambda fault: type(fault).__name__)
async def test_whatever_becomes_of_the_carriers_callbacks(story: Story, fault: CallbackEffect) -> None:
    """Late, doubled, swapped, lost: the two are joined, and whoever is left hears so. No event of a conference is even
    asked for."""
    story.town.carrier.faults.add(fault, only="call", on="status", times=None)
    officer = await holds(story)
    ana = await joined(story, officer)
    assert connected(ana) == [LISTED]
    await story.hangs_up("ana", seconds=30)
    assert "The other side has left the line." in heard(officer)
    assert not any("/conference" in brought.url for brought in story.town.carrier.deliveries)
    await _all_hang_up(story, LISTED)
    await story.passes(minutes=1)
    story.town.carrier.faults.clear()
    quiet(story)
