"""Stories of somebody who reads our texts in Spanish."""

import re
from dataclasses import replace

from dispatch.rules.facts.people import Language
from tests.stories.story import DCFS, OFFICER, ROSTER, Story

_IN_SPANISH = replace(
    ROSTER,
    people=tuple(replace(one, texts_in=Language.SPANISH) if one.id == "ana" else one for one in ROSTER.people),
)
_ENGLISH = re.compile(r"\b(?:reply|nothing|noted|thank|you|press|this)\b", re.IGNORECASE)

SET_IN = (_IN_SPANISH,)


async def test_a_night_in_spanish(story: Story) -> None:
    """Every text and call to Ana, from the page to the last word, is in her language; the officer reads English."""
    callout = await story.paging(meeting_place={"address": "400 W Broadway"}, seconds=61)
    call = story.phone("ana").calls[0]
    await story.phone("ana").answer()
    await story.phone("ana").press("1")
    await story.phone("ana").press("25#")
    await story.phone("ana").press("3")
    await story.hangs_up("ana", minutes=11)
    for answer in ("voy", "llegué"):
        await story.says("ana", answer, seconds=5)
    await story.says(OFFICER, "we are at the back", minutes=1)
    for answer in ("listo", "home", "1", "qué?"):
        await story.says("ana", answer, seconds=5)
    texts = [text.body for text in story.phone("ana").texts]
    assert (
        texts[0] == f"Llamado {callout['code']} de LBPD. Responda 1 para ir (1 25 = llego en 25 min) o 2 si no puede."
    )
    assert len(texts) >= 9
    assert "Este es un llamado de Long Beach Police Department" in call.heard[0]
    assert "El punto de encuentro es 400 W Broadway." in " ".join(call.heard)
    assert not [said for said in [*texts, *call.heard] if _ENGLISH.search(said)]
    assert (await story.status(callout))["status"] == "closed"
    assert any("Ana is coming" in text.body for text in story.phone(OFFICER).texts)
    story.expect_text("cora", "the officer")
    story.expect_text("cora", "Ana wrote")
    story.forget("ana", OFFICER, DCFS)


async def test_colleagues_hear_their_own_language(story: Story) -> None:
    """Ben takes it: Ana is stood down in Spanish, and told in Spanish how to come along when she answers late."""
    callout = await story.paging(minutes=5, seconds=2)
    story.forget("ana", "ben", DCFS)
    await story.says("ben", "1 30", seconds=5)
    story.expect_text("ben", "You have")
    story.expect_text("ana", f"Ben tiene {callout['code']}. No hay nada que hacer, gracias.")
    await story.says("ana", "sí", seconds=5)
    story.expect_text("ana", f"responda {callout['code']} VOY")
    await story.says("ana", f"{callout['code']} voy", seconds=5)
    story.expect_text("ana", "usted acompaña, Ben dirige", "/r/")
    story.expect_text("ben", "Ana goes along with you")
    story.forget("cora", OFFICER, DCFS)
