"""A bare word after a text that asked something else, or nothing. (`test_letting_go` tells of a NO on the way.)"""

import pytest

from tests.stories.story import DCFS, OFFICER, OTHER, OTHER_OFFICER, Story, t, tell
from tests.stories.test_alarms import TWO


@pytest.mark.parametrize(("text", "asked"), [("ok", "taking it?"), ("1", "taking it?"), ("no", "not going?")])
async def test_a_word_after_news_of_another_call_out_is_asked_back(story: Story, text: str, asked: str) -> None:
    """Ana is paged for two, and reads that Ben has the one: what she writes then may be courtesy."""
    first, second = await story.call_out(), await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.passes(minutes=3)
    story.forget("ana", "ben", "cora")
    await story.says("ben", f"{second['code']} 1 20", seconds=20)
    story.expect_text("ana", f"Ben has {second['code']}. Nothing to do")
    await story.says("ana", text, seconds=3)
    story.expect_text("ana", f"{first['code']}: {asked} Reply Y. If not, reply {first['code']} 1")
    assert (await story.status(first))["status"] == "paging"
    await story.says("ana", f"{first['code']} 1", seconds=5)
    story.expect_text("ana", f"You have {first['code']}")
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)


async def test_an_ok_to_a_cry_that_was_heard_takes_nothing(story: Story) -> None:
    callout = await story.paging(seconds=30)
    story.forget("ana", DCFS)
    await story.says("ana", "SOS", seconds=20)
    story.expect_text("ana", "Coordinators")
    await story.says("ana", "ok", seconds=3)
    story.expect_text("ana", f"{callout['code']}: taking it? Reply Y.")
    assert (await story.status(callout))["status"] == "paging"
    await story.says("ana", "Y", seconds=5)
    story.expect_text("ana", f"You have {callout['code']}")
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)


async def test_an_officers_bare_no_says_that_nobody_came(story: Story) -> None:
    """Ana lost it by silence, and takes it by saying HERE. A "no" to the text that tells of it was answered "Ana is on
    scene", and rang nobody."""
    callout = await story.paging(seconds=5)
    await story.says("ana", "1", minutes=20, seconds=15)
    await story.says("ana", "HERE", seconds=20)
    told = [text.body for text in story.phone(OFFICER).texts]
    assert told[-1].startswith(f"{callout['code']}: Ana reports being with you. If not, reply NOT HERE"), told
    story.forget("ana", "ben", "cora", "cleo", OFFICER, DCFS)
    await story.says(OFFICER, "No", seconds=5)
    story.expect_text("cora", callout["code"], "sees nobody of ours")
    story.expect_text(OFFICER, callout["code"], "noted that you see nobody of ours. Coordinators have your text.")
    story.forget("ana", "ben", "cora", "cleo", OFFICER, DCFS)


async def test_a_yes_to_what_we_said_back_is_about_that_call_out(story: Story) -> None:
    """Two page Ana. Her words name one, and are said back; each Y was answered "Two are open"."""
    first, second = await story.call_out(), await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.passes(seconds=30)
    story.forget("ana", OFFICER, OTHER, DCFS)
    await story.says("ana", f"perhaps i could take {second['code']} i think", seconds=5)
    story.expect_text("ana", f"{second['code']}: taking it? Reply Y.")
    await story.says("ana", "Y", seconds=5)
    story.expect_text("ana", f"You have {second['code']}")
    assert (await story.status(first))["status"] == "paging"
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)
    await story.says("ana", f"{first['code']} 2", seconds=5)
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)


@pytest.mark.parametrize("said", ["ill take the lbpd one, 25", "ill take long beach 20. la is too far"])
async def test_whoever_names_the_agency_has_said_which_call_out(story: Story, said: str) -> None:
    """Two page Ana, and the older one is the LBPD's: she was asked about the newest."""
    first, _ = await story.call_out(), await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.passes(seconds=30)
    story.forget("ana", OFFICER, OTHER, DCFS)
    await story.says("ana", said, seconds=5)
    story.expect_text("ana", f"{first['code']}: taking it, there")
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)


async def test_clear_answers_to_two_are_carried_out_clause_by_clause(story: Story) -> None:
    """Each has its code: one is taken and the other declined, where both were asked back."""
    first, second = await story.call_out(), await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.passes(seconds=30)
    story.forget("ana", OFFICER, OTHER, DCFS)
    await story.says("ana", f"{second['code']} 1 30, {first['code']} 2", seconds=5)
    assert (await story.status(first))["status"] == "paging"
    told = " ".join(text.body for text in story.phone("ana").texts)
    assert f"You have {second['code']}" in told
    assert f"you are not going to {first['code']}" in told
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)


@pytest.mark.parametrize(
    ("before", "said", "taken", "declined"),
    [
        ("yes", "the first one", 0, None),
        ("1 30", "la segunda", 1, None),
        ("no", "second", None, 1),
        ("first", "First", 0, None),
        ("si", "neither", None, 2),
        ("ok", "2nd one, 25", 1, None),
    ],
)
async def test_the_first_is_the_one_that_was_listed_first(
    story: Story, before: str, said: str, taken: int | None, declined: int | None
) -> None:
    """Two page Ana. Whatever she said, she was asked about the newest, and no agency was named."""
    two = [await story.call_out(), await story.call_out("LAPD", officer=OTHER_OFFICER)]
    first, second = (one["code"] for one in two)
    await story.passes(seconds=30)
    story.forget("ana", OFFICER, OTHER, DCFS)
    await story.says("ana", before, seconds=20)
    story.expect_text("ana", f"Two are open: {first} (LBPD) and {second} (LAPD). Put the code first, such as {first} ")
    await story.says("ana", said, seconds=20)
    told = " ".join(text.body for text in story.phone("ana").texts)
    for at, code in enumerate((first, second)):
        assert (f"You have {code}" in told) is (taken == at)
        assert (f"not going to {code}" in told) is (declined in (at, 2))
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)


async def test_neither_lets_nothing_go_that_they_drive_to(story: Story) -> None:
    """Ana drives to the first and is paged for the second."""
    first = await story.paging()
    await story.says("ana", "omw 25")
    second = await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.says("ben", f"{second['code']} 2")
    await story.says("cleo", f"{second['code']} 2", minutes=3)
    story.forget("ana")
    await story.says("ana", "no", seconds=20)
    story.expect_text("ana", "Two are open")
    await story.says("ana", "neither", seconds=20)
    assert (await story.status(first))["specialist"] == "Ana"
    assert "not going" not in story.expect_text("ana", "Two are open")
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)


async def test_a_no_to_one_takes_nothing_from_a_yes_to_another(story: Story) -> None:
    """Ana's no to the second has just been noted, and Ben takes that one: her yes is to the first."""
    first, second = await story.call_out(), await story.call_out("LAPD", officer=OTHER_OFFICER)
    await story.passes(seconds=30)
    await story.says("ana", f"{second['code']} 2", seconds=20)
    await story.says("ben", f"{second['code']} 1 20", seconds=20)
    await story.says("ana", "yes", seconds=20)
    assert (await story.status(first))["specialist"] == "Ana"
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)


@pytest.mark.parametrize("said", ["no, way too tired to drive", "tomé vino, no debería manejar"])
async def test_a_no_about_their_own_driving_is_a_no(story: Story, said: str) -> None:
    """It was handed on as a cry for help."""
    await story.paging(seconds=20)
    await story.says("ana", said, seconds=20)
    story.expect_text("ben")
    assert not [row for row in await story.rows(t.alarm) if row["kind"] == "danger"]
    story.forget("ana", "ben", "cora", "cleo", OFFICER, DCFS)


@pytest.mark.parametrize("who", ["cora", "ben"])
@pytest.mark.parametrize("said", ["{} is not ok to drive", "{} shouldn't be driving", "{} no está bien para manejar"])
async def test_that_another_must_not_drive_rings_coordinators(database_url: str, who: str, said: str) -> None:
    """From a coordinator it was read by nobody, and Ben, who had been paged, was told "nothing to do"."""
    async with tell(database_url, TWO) as story:
        await story.paging(minutes=7)
        await story.says("ana", "1 25", seconds=30)
        story.forget("ana", "ben", "cora", "dan", OFFICER, DCFS)
        await story.says(who, said.format("Ana"), seconds=30)
        story.expect_call("dan")
        story.expect_text("dan", '"Ana ')
        story.forget("ana", "ben", "cora", "dan", OFFICER, DCFS)


async def test_a_yes_in_spanish_sets_nobody_off(story: Story) -> None:
    """ "Sí voy" takes it; they were taken for somebody who drives."""
    callout = await story.paging(seconds=20)
    story.forget("ana")
    await story.says("ana", "si voy llego en media hora", seconds=20)
    story.expect_text("ana", "You have", "ETA 02:44", "OMW when you leave")
    assert (await story.status(callout))["status"] == "acknowledged"
    story.forget("ana", OFFICER, DCFS)


@pytest.mark.parametrize(
    ("said", "alarm"),
    [
        ("she is trying to leave", "somebody may be hurt, or gone"),
        ("se quiere ir la niña", "somebody may be hurt, or gone"),
        ("she came but got sick and had to go", "sees nobody of ours"),
        ("ana se enfermó y se tuvo que ir", "sees nobody of ours"),
        ("ana is too tired to drive home", "somebody may be hurt, or gone"),
    ],
)
async def test_an_officer_who_sees_somebody_leave_rings_coordinators(story: Story, said: str, alarm: str) -> None:
    """Whether the child or Ana: they read "Ana is on scene", and nobody was rung."""
    callout = await story.paging(seconds=20)
    await story.says("ana", "1 25", minutes=20)
    await story.says("ana", "HERE", minutes=1)
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)
    await story.says(OFFICER, said, seconds=10)
    story.expect_text("cora", f"ALARM {callout['code']}: ", alarm)
    story.expect_call("cora")
    assert not any("is on scene" in text.body for text in story.phone(OFFICER).texts[-1:])
    assert (await story.status(callout))["status"] == "on_scene"
    story.forget("ana", "ben", "cora", "cleo", OFFICER, OTHER, DCFS)
