"""Stories of numbers that cost money: whoever gives or shows one gets help, and neither a text nor a call."""

from dataclasses import replace
from datetime import timedelta

import pytest

from dispatch.actions.callout.open_callout import Opened
from dispatch.actions.commands import give
from dispatch.rules.commands.commands import OpenByHand
from dispatch.rules.facts.actors import Actor, ActorKind
from dispatch.rules.facts.callout import Details
from tests.stories.story import DCFS, NIGHT, OFFICER, Story, t, tell
from tests.stories.test_hotline import HOTLINE, PIN, heard, opened, press, ring

JAMAICA, SATELLITE, PREMIUM = "+18765550123", "+88213456789", "+19005550123"
COSTLY = [JAMAICA, "+18095550123", "+979123456789", SATELLITE, "+19115550123", PREMIUM]

SET_IN = (HOTLINE,)


async def noted(story: Story) -> list[str]:
    """What the timelines say."""
    return [row["text"] for row in await story.rows(t.timeline)]


def untouched(story: Story, number: str) -> bool:
    phone = story.phone(number)
    return not phone.texts and not phone.calls


@pytest.mark.one_database  # which numbers cost is read from the number
@pytest.mark.parametrize("prefer", [{}, {"Prefer": "handling=strict"}], ids=["lenient", "strict"])
@pytest.mark.parametrize("number", COSTLY)
async def test_an_agency_gives_a_number_that_costs(story: Story, number: str, prefer: dict[str, str]) -> None:
    """The call-out opens, with a warning; coordinators are rung; the night goes on without a text to the officer."""
    said = {"officer": {"callback_phone": number}}
    answer = await story.request("POST", "/v1/callouts", json=said, headers=prefer)
    assert answer.status_code == 201, answer.text
    (warning,) = answer.json()["warnings"]
    assert warning["field"] == "officer.callback_phone"
    assert "DISPATCH_DIAL_REGIONS" in warning["message"]
    await story.passes(seconds=3)
    story.expect_text("cora", "we do not ring or text the officer's number", number)
    story.expect_call("cora")
    await story.replies("ana", "1 25")
    await story.says("ana", "OMW", minutes=1)
    assert any("so the officer was not told: " in line for line in await noted(story))
    assert untouched(story, number)
    story.forget("ana", "cora", DCFS)


async def test_a_coordinator_opens_one_by_hand(story: Story) -> None:
    """The preview shows the alarm, and nobody at the number; so does what is done."""
    runner, cora = story.town.service.runner, Actor(ActorKind.COORDINATOR, "cora")
    wanted = OpenByHand("LBPD", Details(JAMAICA))
    preview = await runner.ask(give.preview_opening, wanted, cora)
    made = await runner.act(give.open_by_hand, wanted, "k", cora, preview.digest)
    assert "the officer" not in {letter.name for letter in preview.letters}
    assert any("we do not ring or text" in letter.words for letter in preview.letters)
    assert isinstance(made, Opened)
    await story.passes(minutes=2)
    assert untouched(story, JAMAICA)
    story.forget("ana", "cora", DCFS)


async def test_an_officer_calls_from_a_number_that_costs(story: Story) -> None:
    """Their call-out opens and coordinators are rung; they are promised no text, and may give another number."""
    call = await ring(story, JAMAICA)
    await press(story, JAMAICA, "1")
    (callout,) = await opened(story)
    assert callout["officer_phone"] == JAMAICA
    story.expect_text("cora", "we do not ring or text the officer's number", JAMAICA)
    story.expect_call("cora")
    await story.passes(seconds=14)
    assert "a mobile phone that we can text" in heard(call)
    await story.presses(JAMAICA, "8095550123#", seconds=3)
    assert "We do not call that number." in heard(call)
    await story.passes(seconds=6)
    await story.presses(JAMAICA, "5625550188#", seconds=3)
    (callout,) = await opened(story)
    assert callout["officer_phone"] == "+15625550188"
    assert callout["code"] in story.introductions("+15625550188")[0]
    await story.hangs_up(JAMAICA, minutes=2)
    assert untouched(story, JAMAICA)
    story.forget("ana", "cora", DCFS)


async def test_somebody_in_the_roster_cannot_be_dialled(database_url: str) -> None:
    """It was imported before the setting: the next person is paged at once, and coordinators hear what to mend."""
    ana, *others = HOTLINE.people
    roster = replace(HOTLINE, people=(replace(ana, phone=JAMAICA), *others))
    async with tell(database_url, roster) as story:
        await story.paging(seconds=3)
        story.expect_text("ben", "LBPD call-out")
        story.expect_text("cora", "texts or calls may not go out", "outside DISPATCH_DIAL_REGIONS")
        assert "text to Ana Reyes: the number is outside DISPATCH_DIAL_REGIONS" in await noted(story)
        assert untouched(story, JAMAICA)
        story.forget("ben", "cora", DCFS, OFFICER)


# ---- PINs ----------------------------------------------------------------------------------------------------------

STRANGERS = [f"+1562555012{number}" for number in range(8)]
WITHHELD, ALSO_WITHHELD = "+266696687", "+7378742833"


async def _guesses(story: Story, phone: str, calls: int) -> None:
    """Three wrong PINs in each of these calls."""
    for _ in range(calls):
        await ring(story, phone)
        for number in range(3):
            await press(story, phone, "2")
            await story.presses(phone, f"{111111 + number}#", seconds=1)
        await story.hangs_up(phone)


async def _gives_pin(story: Story, phone: str) -> str:
    """What the caller is trusted as, once they have keyed in the right PIN."""
    await ring(story, phone)
    await press(story, phone, "2")
    await story.presses(phone, f"{PIN}#", seconds=1)
    await story.hangs_up(phone)
    return str(max(await story.rows(t.hotline_call), key=lambda call: call["called_at"])["trust"])


def _told_of_guesses(story: Story) -> list[str]:
    return [text.body for text in story.phone("cora").texts if "wrong PINs" in text.body]


async def test_wrong_pins_shut_out_their_caller_alone(story: Story) -> None:
    """Twelve from one stranger: theirs is no longer compared, and anybody else's right PIN still works."""
    guesser, officer = STRANGERS[:2]
    await _guesses(story, guesser, 4)
    assert await _gives_pin(story, officer) == "likely"
    assert await _gives_pin(story, guesser) == "unlisted"
    await story.town.service.database.write(
        lambda tx: tx.execute(t.hotline_call.update().values(last_wrong_at=NIGHT - timedelta(hours=1))).rowcount
    )
    assert await _gives_pin(story, guesser) == "likely"
    story.forget("ana", "ben", "cleo", "cora", DCFS, guesser, officer)


async def test_withheld_callers_share_a_bound(story: Story) -> None:
    """Nobody can tell one from another; a caller who shows a number is not among them."""
    await _guesses(story, WITHHELD, 4)
    assert await _gives_pin(story, ALSO_WITHHELD) == "withheld"
    assert await _gives_pin(story, STRANGERS[0]) == "likely"
    story.forget("ana", "ben", "cleo", "cora", DCFS, STRANGERS[0])


async def test_coordinators_are_rung_about_many_guesses(story: Story) -> None:
    """Twenty within the hour, whoever they come from, are told once; nobody is shut out by them."""
    for phone in STRANGERS[:6]:
        await _guesses(story, phone, 1)
    assert not _told_of_guesses(story)
    await _guesses(story, STRANGERS[6], 1)
    (told,) = _told_of_guesses(story)
    assert "callers have keyed in 20 wrong PINs or codes within the hour" in told
    assert "codes_guessed" in {alarm["kind"] for alarm in await story.rows(t.alarm)}
    assert await _gives_pin(story, STRANGERS[7]) == "likely"
    story.forget("ana", "ben", "cleo", "cora", DCFS, *STRANGERS)
