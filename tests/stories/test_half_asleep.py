"""What a specialist texts in the car, in the wrong place and with two call-outs at once: nobody is given up who
drives, and no clock stops or call-out closes on a slip."""

from datetime import timedelta
from typing import Any

import pytest

from dispatch.store import tables as t
from tests.stories.story import DCFS, OFFICER, OTHER, OTHER_OFFICER, Story, however_said

pytestmark = pytest.mark.one_database  # how words are read; `test_matrix` plays what comes of each on both

_EVERYBODY = ("ana", "ben", "cleo", "cora", OFFICER, DCFS)


async def has_it(story: Story, *words: str) -> dict[str, Any]:
    """Ana has a call-out, and has sent these words since."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    for text in ("1 25", *words):
        await story.replies("ana", text)
        await story.passes(seconds=5)
    story.forget(*_EVERYBODY)
    return callout


async def says(story: Story, text: str) -> None:
    await story.replies("ana", text)
    await story.passes(seconds=5)


# ---- who writes is not silent --------------------------------------------------------------------------------------


async def test_whoever_texts_and_drives_keeps_it(story: Story) -> None:
    """Ana texts from a traffic jam and never says OMW: she is not given up, coordinators are rung to ask her; silent
    for one more interval, she is."""
    callout = await has_it(story)
    await story.passes(minutes=16)
    story.forget(*_EVERYBODY)
    await says(story, "stuck in traffic on 405")
    story.forget("ana", "cora")
    await story.passes(minutes=4)
    story.expect_text("ana", "Reply OMW when you leave", "/r/")
    story.expect_text("cora", "what Ana wrote may mean that they cannot go")
    story.expect_call("cora")
    story.expect_text("cora", f"ALARM {callout['code']}: Ana answers us, but has not said OMW")
    await story.passes(seconds=40)  # her phone rings already, and that call says that two alarms wait
    assert (await story.status(callout))["status"] == "acknowledged"
    await story.passes(minutes=5)
    story.expect_text(OFFICER, "cannot reach the specialist")
    assert (await story.status(callout))["status"] == "paging"
    story.forget(*_EVERYBODY)


@pytest.mark.slow
@pytest.mark.both_databases
async def test_paging_goes_on_however_much_is_due_at_once(story: Story) -> None:
    """The service was away while Ana did not leave, and while what she had written stayed unclear. Giving her up drops
    the second of the two deadlines, and sets the end of the next turn. SQLite gave that the number of the dropped one,
    so it was taken for it: it was gone, and nobody was ever paged again."""
    callout = await has_it(story)
    await story.passes(minutes=15, seconds=30)
    await story.call_out("LAPD", officer=OTHER_OFFICER)  # its deadlines stand between the two
    await story.passes(minutes=2)
    await says(story, "home")
    story.town.clock.moment += timedelta(minutes=10)
    await story.passes(seconds=1)
    assert (await story.status(callout))["status"] == "paging"
    waiting = {row["kind"] for row in await story.rows(t.deadline) if row["callout"] == callout["id"]}
    assert {"escalate", "officer_waiting"} <= waiting
    story.forget(*_EVERYBODY, OTHER)
    await story.passes(minutes=5, seconds=2)
    begun = [row for row in await story.rows(t.timeline) if row["callout"] == callout["id"] and row["kind"] == "round"]
    assert begun, "the next turn has begun"
    story.forget(*_EVERYBODY, OTHER)


@however_said(
    *("just left home", "just left", "left", "I left", "leaving home now", "heading out", "in the car", "omw 💨"),
    *(
        "ya salí",
        "saliendo",
        "ya voy saliendo",
        "lista, ya salgo",
        "listo voy",
        "ahí voy",
        "almost there",
        "ya mero",
    ),
)
async def test_leaving_in_plain_words(story: Story, text: str) -> None:
    """However Ana says that she is off, she is under way, and nobody asks her again."""
    callout = await has_it(story)
    await says(story, text)
    story.expect_text("ana", "on your way, noted")
    assert (await story.status(callout))["status"] == "en_route"
    await story.passes(minutes=20)


async def test_left_from_the_scene_is_asked_back(story: Story) -> None:
    """ "Left" at the scene may mean that; DONE is the word for it."""
    callout = await has_it(story, "omw", "here 👋")
    await says(story, "left")
    story.expect_text("ana", "DONE when you have left")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["status"] == "on_scene"


# ---- which of two --------------------------------------------------------------------------------------------------


async def paged_for_another(story: Story, *words: str) -> tuple[str, str]:
    """Ana has one, and another pages her since nobody else is left. Returns both codes."""
    first = await has_it(story, *words)
    second = await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.passes(seconds=2)
    await story.replies("ben", f"{second['code']} 2")
    await story.passes(seconds=2)
    await story.replies("cleo", f"{second['code']} 2")
    await story.passes(seconds=2)
    story.forget(*_EVERYBODY, OTHER)
    return first["code"], second["code"]


async def test_the_example_gives_nothing_up(story: Story) -> None:
    """Ana drives to one and says "2" to the page of the other: the example names the page, coordinators hear of it, and
    when she copies it nobody is rung and the first is still hers."""
    first, second = await paged_for_another(story, "omw")
    await says(story, "2")
    story.expect_text("ana", f"such as {second} 2")
    story.expect_text("cora", "Ana wrote")
    assert [row["kind"] for row in await story.rows(t.deadline)].count("let_go") == 1
    await says(story, f"{second} 2")
    story.expect_text("ana", f"you are not going to {second}")
    assert "let_go" not in [row["kind"] for row in await story.rows(t.deadline)]
    assert (await story.status({"id": first}))["specialist"] == "Ana"
    story.forget("cora")
    await _end(story, second)


async def test_the_code_of_the_other_leaves_in_doubt_what_was_before(story: Story) -> None:
    """Ana drives to one, and has written what nobody understands. She declines the page of the other, once by a word
    that may be about either: coordinators are rung about the first all the same, three minutes after she wrote."""
    first, second = await paged_for_another(story, "omw")
    await says(story, "no idea where this is")
    await says(story, "2")
    story.forget("ana", "cora")
    await says(story, f"{second} 2")
    story.expect_text("ana", f"you are not going to {second}")
    assert "let_go" not in [row["kind"] for row in await story.rows(t.deadline)]
    story.forget("cora")
    await _end(story, second)
    await story.passes(minutes=3)
    story.expect_text("cora", first, "what Ana wrote may mean that they cannot go")
    story.expect_call("cora")


async def test_a_word_without_its_code_rings(story: Story) -> None:
    """It may have been the one that Ana has: when nothing clear follows, she is rung, and a minute later coordinators,
    and Ben is asked to go along."""
    _, second = await paged_for_another(story, "omw")
    await says(story, "2")
    story.forget("ana", "cora")
    await _end(story, second)
    await story.passes(minutes=1)
    story.expect_call("ana")
    await story.passes(minutes=1)
    story.expect_text("cora", "Ana wrote NO", "Asked too: Ben")
    story.expect_call("cora")
    story.expect_text("ben", "Ana has")
    story.expect_call("ben")


async def test_at_the_scene_a_one_takes_the_other(story: Story) -> None:
    """Ana is there already, so her "1" can only mean the page."""
    _, second = await paged_for_another(story, "omw", "here")
    await says(story, "1 45")
    story.expect_text("ana", f"You have {second}")
    story.forget(*_EVERYBODY, OTHER)


async def _end(story: Story, code: str) -> None:
    await story.request("POST", f"/v1/callouts/{code}/cancel", "LAPD")
    await story.passes(seconds=5)
    story.forget("ana", "ben", "cleo", "cora", OTHER, DCFS)


async def test_a_wrong_code_names_the_one_that_they_have(story: Story) -> None:
    """Ana mistypes it: she reads the right one, and coordinators hear of it."""
    callout = await has_it(story)
    await says(story, "X9X omw" if callout["code"] != "X9X" else "W9W omw")
    story.expect_text("ana", f"You have {callout['code']}. Reply {callout['code']} OMW.")
    story.expect_text("cora", "Ana wrote")


# ---- there, or not -------------------------------------------------------------------------------------------------


@however_said("still here", "I'm still here", "aquí sigo", "sigo aquí", "aquí")
async def test_still_here_stops_no_clock(story: Story, text: str) -> None:
    """Ana said OMW and sits at home still: she is asked, and the clock runs."""
    callout = await has_it(story, "omw")
    await says(story, text)
    story.expect_text("ana", "HERE when you are there")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["status"] == "en_route"
    await says(story, "here")
    story.expect_text("ana", "on scene")


@however_said(
    *("omw 20", "oops not yet", "sorry wrong, still home", "wrong place, nobody here", "nobody here"),
    *("nadie aqui", "wrong address"),
)
async def test_a_here_that_was_wrong(story: Story, text: str) -> None:
    """Minutes after HERE: a coordinator reads it at once, and is rung after three minutes, since the clock stands."""
    await has_it(story, "omw", "here")
    await says(story, text)
    story.expect_text("ana", "we have you on scene. If you are not there yet, drive on: a coordinator will call you.")
    story.expect_text("cora", "Ana wrote")
    await story.passes(minutes=3)
    story.expect_text("cora", "what Ana wrote")
    story.expect_call("cora")


@however_said("home", "en casa 🏠")
async def test_home_minutes_after_here(story: Story, text: str) -> None:
    """Nobody is home so soon: the call-out stays open, and HOME counts when its time has come."""
    callout = await has_it(story, "omw", "here")
    await says(story, text)
    story.expect_text("ana", "DONE when you have left, HOME when safe at home")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["status"] == "on_scene"
    await story.passes(minutes=10)
    await says(story, "home")
    story.expect_text("ana", "good that you are home")
    assert (await story.status(callout))["status"] == "closed"


# ---- times, and nothing at all -------------------------------------------------------------------------------------


async def test_a_take_without_its_space(story: Story) -> None:
    """ "125" takes it, and no officer hears of two hours; from somebody who has it, it is asked back."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    story.forget("ana", DCFS)
    await says(story, "125")
    story.expect_text("ana", "You have", "Reply ETA 25")
    assert "ETA 0" not in story.expect_text(OFFICER, "Ana is coming")
    story.forget(DCFS)
    await says(story, "145")
    story.expect_text("ana", "ETA 20 for a new time")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["eta_at"] is None
    await says(story, "250")
    story.expect_text("ana", "ETA 02:50")
    story.expect_text(OFFICER, "02:50")


@however_said("flat tire", "se me ponchó la llanta")
async def test_trouble_on_the_way_rings(story: Story, text: str) -> None:
    """It may be a release: Ana is asked, and coordinators are rung when no clear word follows."""
    callout = await has_it(story, "omw")
    await says(story, text)
    story.expect_text("ana", "NO if you cannot go")
    story.expect_text("cora", "Ana wrote")
    await story.passes(minutes=3)
    story.expect_text("cora", callout["code"], "what Ana wrote")
    story.expect_call("cora")


@however_said("car broke down", "turning around")
async def test_what_sounds_like_a_release_is_asked_about(story: Story, text: str) -> None:
    """Ana is asked, and rung a minute later. Nobody is released without her word."""
    callout = await has_it(story, "omw")
    await says(story, text)
    story.expect_text("ana", f"{callout['code']} NO lets it go, OMW keeps it")
    story.expect_text("cora", "Ana wrote")
    await story.passes(minutes=1, seconds=5)
    story.expect_call("ana")
    await story.passes(minutes=3)
    story.forget(*_EVERYBODY)
    assert (await story.status(callout))["status"] == "en_route"


@however_said("thanks", "gracias", "gn", "good night", "de nada", "you're welcome")
async def test_thanks_wake_nobody(story: Story, text: str) -> None:
    """Nothing is answered, and nothing changes; from a coordinator as well, and with nothing open."""
    await says(story, text)
    await story.replies("cora", text)
    callout = await has_it(story)
    await says(story, text)
    await story.passes(seconds=30)
    story.expect_silence()
    assert (await story.status(callout))["status"] == "acknowledged"


@however_said(
    "yes. where do i go?", "sí, ¿dónde es?", "1 where?", "yess", "órale", "sure thing", "va", "yeah i can do it"
)
async def test_a_yes_however_it_is_put(story: Story, text: str) -> None:
    """Whoever asks where to go comes: the link is the answer."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    story.forget("ana", DCFS)
    await says(story, text)
    story.expect_text("ana", "You have", "/r/")
    story.forget(OFFICER, DCFS)
    assert (await story.status(callout))["status"] == "acknowledged"


@however_said("address?", "where do I go", "link doesnt work", "what's the officers number")
async def test_the_way_once_more(story: Story, text: str) -> None:
    """Ana has it and has lost the text: she gets the link again."""
    await has_it(story)
    await says(story, text)
    story.expect_text("ana", "where to go, and the number of the officer", "/r/")


# ---- when it is over -----------------------------------------------------------------------------------------------


@however_said("no wait I am still there", "{code} here")
async def test_a_closure_that_was_wrong(story: Story, text: str) -> None:
    """Ana closes it by a slip, and says so minutes later: coordinators are rung."""
    callout = await has_it(story, "omw", "here", "done", "home")
    assert (await story.status(callout))["status"] == "closed"
    await story.passes(minutes=2)
    await says(story, text.format(code=callout["code"]))
    story.expect_text("ana", f"{callout['code']} is off", "Coordinators have your text")
    story.expect_text("cora", f"ALARM {callout['code']}: it is over, and Ana wrote")
    await story.passes(seconds=40)
    story.expect_call("cora")


async def test_a_question_after_the_end(story: Story) -> None:
    """The officer's agency cancels, and Ana asks why."""
    callout = await has_it(story)
    await story.request("POST", f"/v1/callouts/{callout['code']}/cancel")
    await story.passes(seconds=5)
    story.forget(*_EVERYBODY)
    await says(story, "why")
    story.expect_text("ana", f"{callout['code']} is off, you need not go. Coordinators have your text.")
    story.expect_text("cora", "Ana wrote")


@however_said("me quedé sin gasolina", "falling asleep", "nadie aquí")
async def test_trouble_after_the_end(story: Story, text: str) -> None:
    """Ana is driving home from what is over, so nobody looks whether she comes home: a person reads what she writes."""
    callout = await has_it(story, "omw")
    await story.request("POST", f"/v1/callouts/{callout['code']}/cancel")
    await story.passes(minutes=10)
    story.forget(*_EVERYBODY)
    await says(story, text)
    story.expect_text("ana", f"{callout['code']} is off", "Coordinators have your text")
    story.expect_text("cora", "Ana wrote", "+15625550101")
