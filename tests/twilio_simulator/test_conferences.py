"""Conferences: when one starts and ends, what waiting sounds like, and what the application is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from starlette.responses import Response

from tests.twilio_simulator.application import ANA, BEN, SERVICE, Hook, Scene
from twilio_simulator import Doubled, Late, PhoneCall, Swapped

CAROL = "+15625550103"
WATCHED = {"statusCallback": "/conference", "statusCallbackEvent": "start end join leave"}


def conference(name: str = "K7Q", *, dial: str = "", then: str = "", **attributes: str) -> str:
    """A document that joins a conference; `then` stands behind the Dial."""
    how = " ".join(f"{attribute}='{value}'" for attribute, value in attributes.items())
    return f"<Response><Dial {dial}><Conference {how}>{name}</Conference></Dial>{then}</Response>"


def by_caller(**documents: str) -> Callable[[Hook], str]:
    """Each of ana, ben and carol gets a document of their own."""
    numbers = {"ana": ANA, "ben": BEN, "carol": CAROL}
    return lambda hook: next(text for who, text in documents.items() if numbers[who] == hook.params["From"])


async def calls(scene: Scene, number: str) -> PhoneCall:
    return await scene.carrier.phone(number).call(SERVICE)


def told(scene: Scene) -> list[tuple[str, str]]:
    return [
        (hook.params["StatusCallbackEvent"], hook.params["SequenceNumber"])
        for hook in scene.application.at("/conference")
    ]


async def test_nobody_is_in_a_conference_alone(scene: Scene) -> None:
    """The first caller waits to music, startConferenceOnEnter or not; the second one starts the conference."""
    scene.application.answers["/hotline"] = conference()
    first = await calls(scene, ANA)
    assert first.heard == ["joined conference K7Q", "(waits for the conference to start)", "(hold music)"]
    second = await calls(scene, BEN)
    assert first.heard[3:] == ["(beep)", f"connected to {BEN}"]
    assert second.heard == ["joined conference K7Q", f"connected to {ANA}"]


async def test_two_who_only_wait_start_nothing(scene: Scene) -> None:
    """It takes somebody whose startConferenceOnEnter is true, and whoever is left over stays in the conference."""
    waits = conference(startConferenceOnEnter="false", waitUrl="", beep="false")
    scene.application.answers["/hotline"] = by_caller(ana=waits, ben=waits, carol=conference(beep="onExit"))
    ana, ben = await calls(scene, ANA), await calls(scene, BEN)
    assert ana.heard == ben.heard == ["joined conference K7Q", "(waits for the conference to start)"]
    await calls(scene, CAROL)
    assert ana.heard[2:] == [f"connected to {BEN}", f"connected to {CAROL}"]
    await scene.carrier.phone(CAROL).hang_up()
    await scene.carrier.phone(BEN).hang_up()
    assert ana.heard[4:] == ["(beep)"]
    assert ana.connected


async def test_whoever_waits_hears_the_wait_url_until_the_conference_starts(scene: Scene) -> None:
    """The document is fetched by POST like any other, and a Redirect to itself plays it again."""
    scene.application.answers["/hotline"] = conference(waitUrl="/wait")
    scene.application.answers["/wait"] = "<Response><Say>Please hold.</Say><Pause length='5'/><Redirect/></Response>"
    first = await calls(scene, ANA)
    (wait,) = scene.application.at("/wait")
    assert (wait.method, wait.genuine, wait.params["CallSid"]) == ("POST", True, first.sid)
    await scene.pass_time(7)
    assert first.heard[2:] == ["Please hold.", "Please hold."]
    await calls(scene, BEN)
    await scene.pass_time(60)
    assert first.heard[4:] == ["(beep)", f"connected to {BEN}"]
    assert len(scene.application.at("/wait")) == 2


async def test_a_wait_url_falls_silent_at_its_end(scene: Scene) -> None:
    """Without a Redirect nothing follows: the caller waits on, in silence."""
    scene.application.answers["/hotline"] = conference(waitUrl="/wait", waitMethod="GET")
    scene.application.answers["/wait"] = Response(b"ID3", media_type="audio/mpeg")
    first = await calls(scene, ANA)
    await scene.pass_time(600)
    assert first.heard[2:] == [f"(plays {scene.application.url}/wait)"]
    assert scene.application.at("/wait")[0].method == "GET"
    assert first.connected


async def test_a_wait_url_asks_for_nothing(scene: Scene) -> None:
    """A verb that waits for keys is refused with 13238, and there is silence from then on."""
    scene.application.answers["/hotline"] = conference(waitUrl="/wait")
    scene.application.answers["/wait"] = "<Response><Say>Hold.</Say><Gather/><Say>Never heard.</Say></Response>"
    first = await calls(scene, ANA)
    await scene.pass_time(60)
    assert first.heard[2:] == ["Hold."]
    assert [(error.code, error.sid) for error in scene.carrier.errors] == [(13238, first.sid)]


@pytest.mark.parametrize("dial", ["", "action='/after'"])
async def test_without_its_wait_url_there_is_no_conference(scene: Scene, dial: str) -> None:
    """When the waitUrl fails, the caller's own document goes on: behind the Dial, or at its action."""
    scene.application.answers["/hotline"] = conference(dial=dial, waitUrl="/wait", then="<Say>One moment.</Say>")
    scene.application.answers["/wait"] = 500
    scene.application.answers["/after"] = "<Response><Say>One moment.</Say></Response>"
    first = await calls(scene, ANA)
    assert first.heard[-1] == "One moment."
    assert [hook.params["DialCallStatus"] for hook in scene.application.at("/after")] == ["failed"] * bool(dial)
    assert not scene.carrier.exchange.conferences
    assert scene.carrier.errors[-1].code == 11200


async def test_the_events_of_a_conference(scene: Scene) -> None:
    """Who joins, starts, leaves and ends it is told in order, signed, with the SID of the conference."""
    scene.application.answers["/hotline"] = by_caller(
        ana=conference(startConferenceOnEnter="false", participantLabel="officer", **WATCHED),
        ben=conference(endConferenceOnExit="true", muted="true"),
    )
    ana = await calls(scene, ANA)
    ben = await calls(scene, BEN)
    await scene.carrier.phone(BEN).hang_up()
    assert told(scene) == [
        ("participant-join", "1"),
        ("participant-join", "2"),
        ("conference-start", "3"),
        ("participant-leave", "4"),
        ("participant-leave", "5"),
        ("conference-end", "6"),
    ]
    hooks = scene.application.at("/conference")
    assert all(hook.genuine for hook in hooks)
    assert {hook.params["ConferenceSid"][:2] for hook in hooks} == {"CF"}
    assert len({hook.params["ConferenceSid"] for hook in hooks}) == 1
    assert {hook.params["FriendlyName"] for hook in hooks} == {"K7Q"}
    assert hooks[0].params["ParticipantLabel"] == "officer"
    assert (hooks[1].params["CallSid"], hooks[1].params["Muted"]) == (ben.sid, "true")
    assert "CallSid" not in hooks[2].params
    assert hooks[3].params["ReasonParticipantLeft"] == "participant_hung_up"
    assert (hooks[4].params["CallSid"], hooks[4].params["ReasonParticipantLeft"]) == (
        ana.sid,
        "moderator_ended_conference",
    )
    assert hooks[5].params["ReasonConferenceEnded"] == "participant-with-end-conference-on-exit-left"
    assert hooks[5].params["CallSidEndingConference"] == ben.sid
    assert hooks[5].params["Timestamp"].endswith("+0000")


async def test_the_first_participant_says_where_events_go(scene: Scene) -> None:
    """A later participant's statusCallback is ignored, and without statusCallbackEvent nothing is told."""
    for first in (
        conference(),
        conference(statusCallback="/first"),
        conference(statusCallback="/first", statusCallbackEvent="join"),
    ):
        scene.application.answers["/hotline"] = by_caller(ana=first, ben=conference(**WATCHED))
        calls_of_both = [await calls(scene, number) for number in (ANA, BEN)]
        await scene.carrier.phone(ANA).hang_up()
        await scene.carrier.phone(BEN).hang_up()
    assert told(scene) == []
    assert [hook.params["CallSid"] for hook in scene.application.at("/first")] == [call.sid for call in calls_of_both]


async def test_events_come_late_doubled_and_swapped(scene: Scene) -> None:
    """Faults strike them as they strike the callbacks of calls; SequenceNumber tells the order."""
    scene.application.answers["/hotline"] = conference(**WATCHED)
    scene.carrier.faults.add(Swapped())
    await calls(scene, ANA)
    assert told(scene) == []
    scene.carrier.faults.add(Doubled())
    await calls(scene, BEN)
    assert told(scene) == [
        ("participant-join", "2"),
        ("participant-join", "2"),
        ("participant-join", "1"),
        ("conference-start", "3"),
    ]
    scene.carrier.faults.add(Late(30), only="call")
    await scene.carrier.phone(BEN).hang_up()
    assert len(told(scene)) == 4
    await scene.pass_time(30)
    assert told(scene)[4:] == [("participant-leave", "4")]


async def test_a_label_is_given_once(scene: Scene) -> None:
    """A second participant with the label is refused with 16025, and that document goes on."""
    scene.application.answers["/hotline"] = conference(participantLabel="officer", then="<Say>Alone.</Say>")
    first = await calls(scene, ANA)
    second = await calls(scene, BEN)
    assert second.heard == ["Alone."]
    assert [(error.code, error.sid) for error in scene.carrier.errors] == [(16025, second.sid)]
    assert "connected" not in " ".join(first.heard)


async def test_a_conference_can_be_full(scene: Scene) -> None:
    """Beyond maxParticipants nobody joins: 16020."""
    scene.application.answers["/hotline"] = conference(maxParticipants="2", then="<Say>Full.</Say>")
    for number in (ANA, BEN):
        await calls(scene, number)
    third = await calls(scene, CAROL)
    assert third.heard == ["Full."]
    assert scene.carrier.errors[-1].code == 16020


async def test_after_a_conference_the_dial_was_answered(scene: Scene) -> None:
    """The action gets DialCallStatus=answered, with no SID and no duration, and later verbs are not reached."""
    scene.application.answers["/hotline"] = by_caller(
        ana=conference(dial="action='/after'", then="<Say>Never heard.</Say>"),
        ben=conference(endConferenceOnExit="true"),
    )
    scene.application.answers["/after"] = "<Response><Say>It is over.</Say></Response>"
    ana = await calls(scene, ANA)
    await calls(scene, BEN)
    await scene.pass_time(90)
    await scene.carrier.phone(BEN).hang_up()
    (after,) = scene.application.at("/after")
    assert after.params["DialCallStatus"] == "answered"
    assert not {"DialCallSid", "DialCallDuration"} & after.params.keys()
    await scene.pass_time(5)
    assert ana.heard[-1] == "It is over."


async def test_a_time_limit_takes_its_caller_out(scene: Scene) -> None:
    """The Dial's timeLimit ends one participation; the other stays."""
    scene.application.answers["/hotline"] = by_caller(
        ana=conference(dial="timeLimit='60'", then="<Say>Time is over.</Say>"), ben=conference()
    )
    ana, ben = await calls(scene, ANA), await calls(scene, BEN)
    await scene.pass_time(61)
    assert ana.heard[-1] == "Time is over."
    assert ben.connected
    await scene.pass_time(4 * 60 * 60)
    assert ben.status == "completed"
