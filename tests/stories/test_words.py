"""What people write half asleep: nothing is believed that they did not mean, and no call-out waits for it."""

from typing import Any

import pytest
import sqlalchemy as sa

from tests.stories.story import DCFS, OFFICER, OTHER_OFFICER, Story, however_said, t

pytestmark = pytest.mark.one_database  # how words are read; `test_matrix` plays what comes of each on both


async def paged(story: Story) -> dict[str, Any]:
    """A call-out for which Ana has just been texted."""
    callout = await story.call_out()
    await story.passes(seconds=2)
    story.forget("ana", DCFS)
    return callout


async def driving(story: Story, who: str = "ana") -> dict[str, Any]:
    """Ana has taken a call-out and is on the way."""
    callout = await paged(story)
    await story.replies(who, f"{callout['code']} 1 25")
    await story.replies(who, "omw")
    await story.passes(seconds=5)
    story.forget("ana", "ben", "cora", OFFICER, DCFS)
    return callout


async def says(story: Story, who: str, text: str) -> None:
    await story.replies(who, text)
    await story.passes(seconds=5)


# ---- here ----------------------------------------------------------------------------------------------------------


@however_said("Here!", "llegué", "I'm here", "aquí estoy")
async def test_here_from_somebody_merely_paged(story: Story, text: str) -> None:
    """Whoever is paged and says "here" may only be awake: the clock runs on, and they hear how to take it."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", f"reply {callout['code']} 1")
    assert (await story.status(callout))["status"] == "paging"
    assert not await story.rows(t.assignment)


@however_said("HERE", "ya llegué")
async def test_here_from_another_does_not_stop_the_clock(story: Story, text: str) -> None:
    """While Ben drives Ana says that she is here: she is asked whether she goes along, and Ben's clock runs on."""
    callout = await driving(story, "ben")
    await says(story, "ana", text)
    story.expect_text("ana", "Ben has it", f"{callout['code']} OMW")
    story.expect_text("cora", "Ana wrote", text.split()[-1])
    assert (await story.status(callout))["status"] == "en_route"


@however_said("I'm here", "ya estoy aquí")
async def test_im_here_from_somebody_who_has_not_left(story: Story, text: str) -> None:
    """Ana has it and is there, or awake: the clock runs on, she is asked, and an "ok" is no clear word."""
    callout = await paged(story)
    await says(story, "ana", f"{callout['code']} 1 25")
    story.forget("ana", OFFICER, DCFS)
    await says(story, "ana", text)
    story.expect_text("ana", "HERE if you are there", "OMW when you leave")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["status"] == "acknowledged"
    await says(story, "ana", "ok")
    story.expect_text("ana", "You have")
    await story.passes(minutes=3)
    story.expect_text("cora", "Ana", callout["code"])
    story.expect_call("cora")
    await says(story, "ana", "HERE")
    story.expect_text("ana", "on scene")
    story.forget(OFFICER, "cora")
    assert (await story.status(callout))["status"] == "on_scene"


@however_said("I'm here", "aquí estoy")
async def test_im_here_from_somebody_who_was_passed_over(story: Story, text: str) -> None:
    """Ana fell asleep over it, and wakes: that she is here stops no clock, and HERE does."""
    callout = await paged(story)
    await says(story, "ana", f"{callout['code']} 1")
    await story.passes(minutes=21)
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
    await says(story, "ana", text)
    story.expect_text("ana", f"{callout['code']} OMW if you are going", f"{callout['code']} HERE if you are there")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["status"] == "paging"
    story.forget("ben", "cleo")


async def test_a_no_that_was_taken_back_is_none(story: Story) -> None:
    """Ana said no, thought better of it, took it and drove off without a word. Nobody hears from her, so it is taken
    from her; at the door she writes HERE, and has it."""
    callout = await paged(story)
    await says(story, "ana", "2")
    await says(story, "ana", f"{callout['code']} 1")
    await story.passes(minutes=21)
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)
    assert (await story.status(callout))["status"] == "paging"
    await says(story, "ana", "HERE")
    assert (await story.status(callout))["status"] == "on_scene"
    story.forget("ana", "ben", "cleo", "cora", OFFICER, DCFS)


@however_said("I'm here", "aquí estoy")
async def test_im_here_from_somebody_stood_down(story: Story, text: str) -> None:
    """Ben drives and Ana wakes: she hears how to come along, and that HERE comes after it."""
    callout = await driving(story, "ben")
    await says(story, "ana", text)
    story.expect_text("ana", "Ben has it", f"{callout['code']} OMW, then HERE if you are there")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["status"] == "en_route"


# ---- done and home -------------------------------------------------------------------------------------------------


@however_said("HOME", "DONE", "LISTO", "en casa")
async def test_done_before_anybody_was_there(story: Story, text: str) -> None:
    """A minute after OMW nobody can be done: Ana is asked, and when no clear word follows coordinators are rung."""
    callout = await driving(story)
    await story.passes(minutes=1)
    await says(story, "ana", text)
    story.expect_text("ana", "if you have been there reply HERE first")
    story.expect_text("cora", "Ana wrote", text)
    assert (await story.status(callout))["status"] == "en_route"
    await story.passes(minutes=2, seconds=50)
    story.expect_silence()
    await story.passes(seconds=10)
    story.expect_text("cora", "Ana", callout["code"])
    story.expect_call("cora")


async def test_a_clear_word_needs_nobody_rung(story: Story) -> None:
    """Ana is asked what she meant, and says it: coordinators are not rung."""
    callout = await driving(story)
    await says(story, "ana", "done")
    story.expect_text("ana", "if you have been there")
    story.expect_text("cora", "done")
    await says(story, "ana", "here")
    story.expect_text("ana", "on scene")
    await story.passes(minutes=10)
    assert (await story.status(callout))["status"] == "on_scene"


@however_said("all clear", "todo listo", "I'm ready", "lista para salir")
async def test_all_clear_at_the_scene(story: Story, text: str) -> None:
    """It may say that all is well: Ana has not left, and is told to say DONE when she has."""
    callout = await driving(story)
    await says(story, "ana", "I'm here")
    story.expect_text("ana", "on scene")
    await says(story, "ana", text)
    story.expect_text("ana", "DONE when you have left")
    story.expect_text("cora", "Ana wrote", text)
    assert (await story.status(callout))["status"] == "on_scene"
    await says(story, "ana", "lista" if text == "todo listo" else "done")
    story.expect_text("ana", "you are clear")
    assert (await story.status(callout))["status"] == "cleared"


# ---- when they leave, and what the police say ----------------------------------------------------------------------


@however_said("omw in 10", "leaving in 10", "voy en 10", "salgo en 10")
async def test_whoever_leaves_in_ten_minutes_is_not_under_way(story: Story, text: str) -> None:
    """Ana has it; no officer hears a time, she is asked for one, and asked again when she does not set out."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", "You have", "Reply ETA 25", "OMW when you leave", "/r/")
    assert "ETA 0" not in story.expect_text(OFFICER, "Ana is coming")
    story.forget(DCFS)
    status = await story.status(callout)
    assert (status["status"], status["eta_at"]) == ("acknowledged", None)
    await story.passes(minutes=10)
    story.expect_text("ana", "Reply OMW when you leave", "NO only if you cannot go")
    await says(story, "ana", "omw, 10 min")
    story.expect_text("ana", "on your way")
    story.forget(OFFICER)
    assert (await story.status(callout))["status"] == "en_route"


@however_said("10-97", "10-23")
async def test_a_ten_code_is_asked_back(story: Story, text: str) -> None:
    """From Ana in bed it takes nothing, and from Ana on the way it changes no ETA and stops no clock."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", "1 to take it")
    story.expect_text("cora", "Ana wrote", text)
    assert (await story.status(callout))["status"] == "paging"
    await says(story, "ana", "10-4")
    story.forget("ana", OFFICER, DCFS)
    await says(story, "ana", "omw 25")
    story.forget("ana", OFFICER, DCFS)
    assert (await story.status(callout))["status"] == "en_route"
    eta = (await story.status(callout))["eta_at"]
    await says(story, "ana", f"{text}!")
    story.expect_text("ana", "HERE when you are there")
    story.expect_text("cora", "Ana wrote", text)
    assert (await story.status(callout))["eta_at"] == eta
    await says(story, "ana", "here")
    story.expect_text("ana", "on scene")


async def test_a_yes_that_was_written_before_the_question_was_read_answers_the_page(story: Story) -> None:
    """Her radio code and, half a second later, the 1 that she was typing: she is asked whether she is there, and is
    not there by it."""
    callout = await paged(story)
    await says(story, "ana", "ok")
    story.forget("ana", OFFICER, DCFS)
    await story.replies("ana", "10-97")
    await story.replies("ana", "1")
    await story.passes(seconds=3)
    story.forget("ana", "cora", OFFICER)
    assert (await story.status(callout))["status"] == "acknowledged"


@however_said("3am?!", "it's 3am", "at 3 in the morning?", "a las 3 de la mañana")
async def test_a_complaint_takes_nothing(story: Story, text: str) -> None:
    """It is 02:14, and three is 46 minutes off; but whoever complains does not come."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", "1 to take it")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["status"] == "paging"


@pytest.mark.parametrize(
    ("text", "eta"), [("k 5m", "02:19"), ("k4m", "02:18"), ("ok 20m", "02:34"), ("y 10m", "02:24")]
)
async def test_minutes_are_never_a_code(story: Story, text: str, eta: str) -> None:
    """ "K 5m" is "ok, in five minutes"."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", "You have", f"ETA {eta}")
    story.forget(OFFICER, DCFS)
    assert (await story.status(callout))["status"] == "acknowledged"


# ---- twos ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "eta"), [("2-3 min", "02:17"), ("2:45", "02:45"), ("2 o 3 minutos", "02:17")])
async def test_two_and_more_from_somebody_driving(story: Story, text: str, eta: str) -> None:
    """Whoever drives and says "2-3 min" is nearly there: the officer hears the later end, and nobody else is paged."""
    callout = await driving(story)
    await says(story, "ana", text)
    story.expect_text("ana", f"ETA {eta}")
    story.expect_text(OFFICER, eta)
    assert (await story.status(callout))["status"] == "en_route"


@however_said("No, 25 min", "2", "no, voy")
async def test_a_doubtful_no_from_somebody_driving(story: Story, text: str) -> None:
    """Whoever drives and may mean no is asked: the call-out is still theirs, and the officer hears nothing."""
    callout = await driving(story)
    await says(story, "ana", text)
    story.expect_text("ana", "reply" if text == "2" else "Reply", "NO")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["status"] == "en_route"
    await says(story, "ana", "ETA 2")
    story.expect_text("ana", "ETA")
    story.expect_text(OFFICER, "ETA")
    await story.passes(minutes=4)


@however_said("2-3 min", "2:45", "No, 25 min", "22", "11", "ok 2", "1 2", "sí, 2")
async def test_a_doubtful_answer_from_somebody_paged(story: Story, text: str) -> None:
    """Neither a yes nor a no: the step runs on, Ana is asked, and coordinators read it."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", "1 to take it", "2 if you cannot")
    story.expect_text("cora", "Ana wrote")
    assert (await story.status(callout))["status"] == "paging"
    assert not await story.rows(t.assignment)
    await story.passes(minutes=5)
    story.expect_call("ana")
    story.forget("ana", "ben")
    assert not await story.rows(t.decline)


@however_said("yes 1", "1 400", "1:45", "sí 1")
async def test_a_take_stands_when_its_eta_does_not(story: Story, text: str) -> None:
    """Ana has it, no officer hears of one minute, and she is asked when she is there."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", "You have", "Reply ETA", "/r/")
    assert "ETA 0" not in story.expect_text(OFFICER, "Ana is coming")
    story.forget(DCFS)
    status = await story.status(callout)
    assert (status["status"], status["eta_at"]) == ("acknowledged", None)
    await says(story, "ana", "eta 25")
    story.expect_text("ana", "ETA 02:39")
    story.expect_text(OFFICER, "02:39")


# ---- plain words ---------------------------------------------------------------------------------------------------


@however_said("can't tonight", "sorry no", "no puedo esta noche", "nah", "lo siento, no puedo")
async def test_a_plain_no_pages_the_next(story: Story, text: str) -> None:
    """However somebody says no, Ben is paged now and not when the step ends."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", "not going")
    story.expect_text("ben", callout["code"])


@however_said("got it", "sure", "1 25 thx", "sí, claro", "yes please", "okay, in about 25 min")
async def test_a_plain_yes_takes_it(story: Story, text: str) -> None:
    """However somebody says yes, the call-out is theirs."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", "You have", "/r/")
    story.expect_text(OFFICER, "Ana is coming")
    story.forget(DCFS)
    assert (await story.status(callout))["status"] == "acknowledged"


@pytest.mark.parametrize(
    "words", [("on the way", "im here", "all done", "im home"), ("voy en camino", "ya llegué", "listo", "en casa")]
)
async def test_each_step_in_plain_words(story: Story, words: tuple[str, ...]) -> None:
    """From the bed to the bed in either language."""
    callout = await paged(story)
    for word, status in zip(words, ("en_route", "on_scene", "cleared", "closed"), strict=True):
        await says(story, "ana", word)
        assert (await story.status(callout))["status"] == status
    story.forget("ana", OFFICER, DCFS)


# ---- help ----------------------------------------------------------------------------------------------------------


@however_said("HELP", "opciones")
async def test_help_says_what_can_be_said(story: Story, text: str) -> None:
    """The answer promises no coordinator who reads it, since none does; it says what can be said."""
    callout = await paged(story)
    await says(story, "ana", text)
    if text == "HELP":
        story.expect_text("ana", "STOP")  # the carrier answers it as well
    assert "coordinator" not in story.expect_text("ana", f"Reply {callout['code']} 1", "2 if you cannot")


@however_said("SOS", "I'm not safe", "ayuda", "no estoy a salvo", "K7Q help me", "9 1 1")
async def test_danger_rings_the_coordinators(story: Story, text: str) -> None:
    """Whoever cries for help is heard at once, and again every two minutes."""
    callout = await driving(story)
    await says(story, "ana", text)
    story.expect_text("ana", "911")
    alarm = story.expect_text("cora", "DANGER", "Ana", callout["code"], "/a/")
    assert "/r/" not in alarm, "the place stands in no text"
    await story.passes(seconds=40)
    story.expect_call("cora")
    await story.passes(minutes=2)
    story.expect_text("cora", "DANGER", "Ana")
    story.expect_call("cora")
    await says(story, "cora", "ok")
    story.forget("cora")
    await story.passes(minutes=5)
    assert (await story.status(callout))["status"] == "en_route"


@however_said("ok but he has a gun", "1 not safe here", "no, shots fired", "sí pero tiene pistola")
async def test_a_cry_takes_and_declines_nothing(story: Story, text: str) -> None:
    """Coordinators are rung, and the call-out pages on."""
    callout = await paged(story)
    await says(story, "ana", text)
    story.expect_text("ana", "911")
    story.expect_text("cora", "DANGER", "Ana", callout["code"])
    assert (await story.status(callout))["status"] == "paging"
    assert not await story.rows(t.decline)
    await story.passes(seconds=40)
    story.expect_call("cora")
    await says(story, "cora", f"{callout['code']} ok")
    story.expect_text("cora", "you have this alarm")
    await says(story, "ana", "1 25")
    story.forget("ana", OFFICER, DCFS)


@pytest.mark.parametrize(
    "quoted", ['"{}"', "> {}", "“{}”", "«{}»", 'Liked "{}"', "Reacted 👍 to “{}”"], ids=["straight", *"abcde"]
)
async def test_our_words_of_danger_quoted_do_not_ring_again(story: Story, quoted: str) -> None:
    """Ana's phone sends back what we told her: coordinators read it, and no phone rings."""
    await driving(story)
    await says(story, "ana", quoted.format("If you are in danger, call 911."))
    story.expect_text("ana", "HERE when you are there")
    story.expect_text("cora", "Ana wrote")
    await story.passes(minutes=5)
    story.expect_silence()


async def test_an_officer_in_danger_is_heard(story: Story) -> None:
    """The officer who called cries for help: coordinators are rung, and a stranger's words stay a text."""
    callout = await paged(story)
    await says(story, OFFICER, "not safe here, hurry")
    story.expect_text(OFFICER, "911")
    story.expect_text("cora", "DANGER", callout["code"], OFFICER)
    await story.passes(seconds=40)
    story.expect_call("cora")
    await says(story, "cora", f"{callout['code']} ok")
    story.expect_text("cora", "you have this alarm")
    await story.passes(minutes=5)
    story.forget("ana", "ben")


async def test_danger_without_a_call_out_rings_once(story: Story) -> None:
    """Ana is on no call-out and cries for help all the same."""
    await says(story, "ana", "SOS")
    story.expect_text("ana", "911")
    story.expect_text("cora", "DANGER: Ana")
    await story.passes(seconds=40)
    story.expect_call("cora")


# ---- which call-out ------------------------------------------------------------------------------------------------


async def test_a_word_of_the_scene_is_about_the_call_out_that_one_has(story: Story) -> None:
    """Ana drives to one call-out while another pages her: her ETA, HERE and DONE are about the first."""
    first = await paged(story)
    second = await story.call_out("LAPD", officer=OTHER_OFFICER)  # before she is out: later she would not be paged
    await story.passes(seconds=2)
    await says(story, "ana", f"{first['code']} omw 25")
    story.forget("ana", OFFICER, DCFS)
    await says(story, "ana", "eta 20")
    story.expect_text("ana", first["code"], "ETA")
    story.forget(OFFICER)
    for word, status in (("here", "on_scene"), ("done", "cleared")):
        await says(story, "ana", word)
        story.expect_text("ana", first["code"])
        assert (await story.status(first))["status"] == status
    assert (await story.status(second | {"agency": "LAPD"}))["status"] == "paging"


@pytest.mark.parametrize(("text", "hint"), [("1 25", " 1 25."), ("2", " 2."), ("omw", " OMW.")])
async def test_the_hint_names_what_was_said(story: Story, text: str, hint: str) -> None:
    """Asked which of two is meant, people are shown their own word behind the code of the older one; coordinators
    read that nothing has come of it yet."""
    first = await story.call_out()
    await story.passes(seconds=1)
    await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.passes(seconds=2)
    story.forget("ana", DCFS)
    await says(story, "ana", text)
    assert story.expect_text("ana", "are open", f"such as {first['code']}").endswith(hint)
    story.expect_text("cora", f'Ana wrote: "{text}". Nothing was changed.')


async def test_whoever_is_awake_may_take_it_by_its_code(story: Story) -> None:
    """Cleo, who has not been paged yet, hears of it, names the code, and has it."""
    callout = await paged(story)
    await says(story, "cleo", f"{callout['code']} 1 25")
    story.expect_text("cleo", "You have", "/r/")
    story.forget("ana", OFFICER, DCFS)
    assert (await story.status(callout))["specialist"] == "Cleo"


async def test_the_same_unclear_words_about_another_call_out(story: Story) -> None:
    """Once within ten minutes is enough about one call-out; after that, or about the next, they are passed on again."""
    await driving(story)
    for _ in range(2):
        for _ in range(2):
            await says(story, "ana", "stuck in traffic")
        story.expect_text("ana", "Reply")
        story.expect_text("cora", "stuck in traffic")
        story.expect_silence()
        await story.passes(minutes=10)
        story.expect_text("cora", "what Ana wrote may mean that they cannot go")
        story.expect_call("cora")
    await story.replies("ana", "here")
    await story.replies("ana", "done")
    await story.replies("ana", "home")
    await story.passes(seconds=5)
    await story.passes(minutes=600)  # she has slept
    story.forget("ana", "cora")
    second = await paged(story)
    await says(story, "ana", "stuck in traffic")
    story.expect_text("ana", second["code"])
    story.expect_text("cora", "stuck in traffic")


async def test_whoever_writes_on_without_a_clear_word_is_asked_about_all_the_same(story: Story) -> None:
    """Another unclear text every two minutes: three minutes after the first coordinators are rung, not three after the
    last."""
    await driving(story)
    for words in ("wrong turn", "no idea where this is"):
        await says(story, "ana", words)
        story.forget("ana")
        story.expect_text("cora", words)
        await story.passes(minutes=2)
    story.expect_text("cora", "what Ana wrote may mean that they cannot go")
    story.expect_call("cora")
    story.forget("ana")


@however_said("CALL", "llamar")
async def test_call_rings_whoever_has_it(story: Story, text: str) -> None:
    """To be joined with the officer; when they cannot pick up, the number follows behind the link. Nobody else."""
    callout = await driving(story)
    await says(story, "ana", text)
    story.expect_call("ana")
    await story.phone("ana").reject()
    await story.passes(seconds=3)
    story.expect_text("ana", callout["code"], "officer", "/r/")
    await says(story, "ben", text)
    assert "/r/" not in story.expect_text("ben")


async def test_a_code_that_comes_again(story: Story) -> None:
    """A call-out that is over had the same code tonight, and Ben was on it: what he answers is about the open one."""
    first = await driving(story, "ben")
    await story.request("POST", f"/v1/callouts/{first['id']}/cancel")
    second = await paged(story)
    same = sa.update(t.callout).where(t.callout.c.id == first["id"]).values(code=second["code"])
    await story.town.service.runner.act(lambda tx, _context: tx.execute(same))
    story.forget("ben", OFFICER)
    await says(story, "ben", f"{second['code']} 1 25")
    story.expect_text("ben", "You have", second["code"])
    story.forget("ana", OFFICER, DCFS)
    assert (await story.status(second))["specialist"] == "Ben"
