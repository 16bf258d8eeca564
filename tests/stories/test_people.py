"""Stories about people and their numbers, told from a coordinator's browser and a phone."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import httpx
import pytest

from demo.town import OUR_NUMBER
from dispatch.actions.access.sign_in import Browser, sign_in_as
from dispatch.actions.context import Context
from dispatch.actions.people import keep_people, verify_number
from dispatch.actions.roster.who_is_reachable import who_is_reachable
from dispatch.actions.schedule.change_roster import PlannedChange, RosterOrder, change_roster, import_roster, plan
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.schedule import Override, OverrideKind
from dispatch.rules.people.new_number import NumberRefused
from dispatch.rules.schedule.edits import Put, Remove, RosterPart
from dispatch.store.shifts import absences
from dispatch.store.transaction import Transaction
from tests.inbound.house import SECRET_KEY
from tests.stories.own_view import goes_away
from tests.stories.story import DCFS, NIGHT, OFFICER, ROSTER, Behaviour, Story, t, tell
from tests.stories.test_by_link import link_in, look, press

EVA, NEW, DESK = "+15625550142", "+15625550143", "+15625550144"
OURS = {"Sec-Fetch-Site": "same-origin"}


@asynccontextmanager
async def office(story: Story, who: str = "cora") -> AsyncIterator["Office"]:
    """The browser of somebody who is signed in."""
    made = await story.town.service.runner.act(sign_in_as, who, Browser("203.0.113.9", "test", None), "for a test")
    async with httpx.AsyncClient(base_url=story.town.url, cookies={"dispatch-session": made.token}) as web:
        yield Office(story, web)


class Office:
    def __init__(self, story: Story, web: httpx.AsyncClient) -> None:
        self.story, self.web = story, web

    async def see(self, path: str, status: int = 200) -> str:
        answer = await self.web.get(path)
        assert answer.status_code == status, answer.text
        return _words(answer.text)

    async def post(self, path: str, status: int = 303, /, **form: str) -> str:
        answer = await self.web.post(path, data=form, headers=OURS)
        assert answer.status_code == status, (answer.status_code, _words(answer.text))
        await self.story.passes(seconds=4)
        return answer.text

    async def make(self, path: str, ticks: bool = True, /, **form: str) -> str:
        """Look at what a form would change, tick every gap, and make it; returns what was shown."""
        shown = await self.post(path, 200, **form)
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', shown)
        gaps = re.findall(r'name="roster-gap" value="([^"]*)"', shown)
        sent = [(name, unescape(value)) for name, value in hidden]
        sent += [("roster-gap", unescape(gap)) for gap in gaps if ticks]
        body: dict[str, list[str]] = {}
        for name, value in sent:
            body.setdefault(name, []).append(value)
        answer = await self.web.post(path, data=body, headers=OURS)
        await self.story.passes(seconds=4)
        assert answer.status_code == (303 if ticks or not gaps else 422), _words(answer.text)
        return _words(shown)


def _words(html: str) -> str:
    main = html.partition("<body>")[2] or html
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


async def roster_of(story: Story) -> Roster:
    return await story.town.service.runner.ask(lambda tx, context: context.roster(tx))


async def audited(story: Story) -> list[tuple[str, str | None]]:
    return [(row["did"], row["detail"]) for row in await story.rows(t.audit)]


async def verify(story: Story, phone: str, path: str) -> None:
    """Type the code that comes by text, and press the key on the call."""
    await press(story, f"{path}/text")
    code = story.expect_text(phone, "10 min").split()[0]
    assert (await press(story, f"{path}/code", code=code)).status_code == 303
    story.behave(phone, Behaviour.ANSWERS, presses=["1"])
    await press(story, f"{path}/call")
    await story.passes(seconds=40)
    story.expect_call(phone)


EVA_ADDED: Mapping[str, str] = {"name": "Eva Sol", "phone": "(562) 555-0142", "roles": "specialist", "texts_in": "es"}


async def test_a_specialist_is_added_and_verified(story: Story) -> None:
    """Eva gets a link, types the code, presses the key, chooses her languages, and is in the roster. Before that she
    is in none; her texts are in Spanish, and the link works once."""
    async with office(story) as cora:
        nothing = {name: value for name, value in EVA_ADDED.items() if name != "roles"}
        assert "without a role they are never paged" in await cora.post("/people/new", 422, **nothing, line="mobile")
        await cora.post("/people/new", **EVA_ADDED, line="mobile")
        path = link_in(story.expect_text(EVA, "Eva: queremos avisarle a este numero"), "n")
        assert "not in the roster yet" in await cora.see("/people")
        assert (await roster_of(story)).person("eva") is None
        await verify(story, EVA, path)
        story.expect_text(EVA, "Este numero esta verificado")
        eva = (await roster_of(story)).person("eva")
        assert eva is not None
        assert (eva.phone, eva.texts_in, eva.name) == (EVA, "es", "Eva Sol")
        shown = (await look(story, path)).text
        assert 'lang="es"' in shown
        for spanish in ("Su número está verificado", "Idiomas en que puede hablar", "Minutos hasta que maneja"):
            assert spanish in shown
        for english in ("number", "Languages", "Minutes", "coordinator", "We page"):
            assert english not in _words(shown.partition("<footer")[0])
        chosen = {"languages": "es, en", "texts_in": "es", "contact_plan": "call 0s, text 1m", "turnout_minutes": "5"}
        wrong = await press(story, f"{path}/choices", **{**chosen, "turnout_minutes": "soon"})
        assert (wrong.status_code, "Escriba un número de minutos" in wrong.text) == (422, True)
        assert (await press(story, f"{path}/choices", **chosen)).status_code == 200
        eva = (await roster_of(story)).person("eva")
        assert eva is not None
        assert (eva.languages, eva.turnout_minutes, [one.after_seconds for one in eva.contact_plan]) == (
            ("es", "en"),
            5,
            [0, 60],
        )
        assert (await look(story, path)).status_code == 410
        assert (await press(story, f"{path}/choices", **chosen)).status_code == 410
        assert "verified Tue 24 Nov" in await cora.see("/people")
    did = [event for event, _ in await audited(story)]
    assert did.index("asked to verify a number") < did.index("is verifying a number") < did.index("verified a number")


async def test_a_changed_number_is_paged_once_it_is_verified(story: Story) -> None:
    """Ana's old phone is told, and paged; a yes from the new one takes nothing and is told how to verify. Then the new
    one is paged, and the old one no longer."""
    async with office(story) as cora:
        await cora.post("/people/ana/number", phone="562-555-0143", line="mobile", way="verify")
        path = link_in(story.expect_text(NEW, "Ana: we want to page you"), "n")
        story.expect_text("ana", "changes your number to one ending in 0143")
        assert "562 555 0143 is not verified yet" in (await cora.see("/people/ana")).replace("\N{NO-BREAK SPACE}", " ")
        callout = await story.paging()
        story.expect_text("ana", "LBPD call-out")
        await story.says(NEW, "1 25")
        story.expect_text(NEW, "This number is not verified yet, so nothing was taken.")
        story.expect_text("cora", "Ana Reyes, from a number that is not verified, wrote", "1 25")
        assert (await story.status(callout))["status"] == "paging"
        await verify(story, NEW, path)
        story.expect_text(NEW, "LBPD call-out")
        story.expect_text(NEW, "Thank you, Ana. This number is verified")
        ana = (await roster_of(story)).person("ana")
        assert ana is not None
        assert ana.phone == NEW
        old = "+15625550101"
        assert "From now on we page you at the number ending in 0143" in story.phone(old).texts[-1].body
        await story.says(NEW, "1 25")
        assert (await story.status(callout))["status"] == "acknowledged"
    story.forget(NEW, old, OFFICER, DCFS, "ben", "cora")


async def test_a_coordinator_vouches_when_the_phone_is_lost(story: Story) -> None:
    """Nobody is asked for a code: the preview says what will be paged, and the audit says who vouched."""
    async with office(story) as cora:
        shown = await cora.make("/people/ana/number", phone="562-555-0143", way="vouch")
        assert "From now on Ana Reyes is paged at +15625550143, which nobody has shown to be theirs." in shown
        story.expect_text("+15625550101", "From now on we page you at the number ending in 0143")
        assert "vouched for Tue 24 Nov" in await cora.see("/people/ana")
    ana = (await roster_of(story)).person("ana")
    assert ana is not None
    assert ana.phone == NEW
    assert ("vouched for a number", "of ana") in await audited(story)


async def test_a_landline_is_verified_by_the_call_alone(story: Story) -> None:
    """It gets no text. Whoever sits beside it presses 1 when the coordinator has it rung; voicemail presses nothing."""
    async with office(story) as cora:
        desk = {**EVA_ADDED, "phone": DESK, "texts_in": "en"}
        await cora.post("/people/new", **desk, line="landline")
        story.behave(DESK, Behaviour.VOICEMAIL)
        await cora.post("/people/eva/number/ring")
        await story.passes(minutes=2)
        story.expect_call(DESK)
        assert (await roster_of(story)).person("eva") is None
        story.behave(DESK, Behaviour.ANSWERS, presses=["1"])
        await cora.post("/people/eva/number/ring")
        await story.passes(seconds=40)
        story.expect_call(DESK)
        eva = (await roster_of(story)).person("eva")
        assert eva is not None
        assert eva.phone == DESK
        known = await story.town.service.runner.ask(who_is_reachable, [eva])
        assert known["eva"].known.startswith("reachable tonight (answered "), "she has just pressed a key on our call"


async def test_one_phone_is_not_two_peoples(story: Story) -> None:
    """Neither one that is listed, nor one that is being verified, nor ours, nor an agency's; and no word that is no
    number. Each message stands beside the field."""
    async with office(story) as cora:
        for phone, said in (
            ("562-555-0102", "ben"),
            ("562", "is not a phone number"),
            (DCFS, "DCFS"),
            (OUR_NUMBER, "our own number"),
        ):
            answer = await cora.post("/people/new", 422, **{**EVA_ADDED, "phone": phone}, line="mobile")
            assert said.casefold() in _words(answer).casefold(), _words(answer)
            assert 'id="phone-wrong"' in answer
        await cora.post("/people/new", **EVA_ADDED, line="mobile")
        story.expect_text(EVA, "Eva")
        taken = await cora.post("/people/ana/number", 422, phone=EVA, line="mobile", way="verify")
        assert "That is being verified for Eva Sol; withdraw it there first." in _words(taken)
        await cora.post("/people/eva/number/withdraw")
        await cora.post("/people/ana/number", phone=EVA, line="mobile", way="verify")
        story.expect_text(EVA, "Ana: we want to page you")
        story.forget("ana")


async def test_what_is_refused_behind_a_link_is_said_in_its_persons_language(story: Story) -> None:
    """Eva reads Spanish, and Ben English."""
    async with office(story) as cora:
        await cora.post("/people/new", **EVA_ADDED, line="mobile")
        await cora.post("/people/ben/number", phone=NEW, line="mobile", way="verify")
    hers, his = (link_in(story.expect_text(one, "/n/"), "n") for one in (EVA, NEW))
    wanted = {
        hers: ("ese código tiene más de diez minutos; pida otro", "Ese no es el código."),
        his: ("that code is older than ten minutes; have another one texted", "That is not the code."),
    }
    for path, (none_sent, not_it) in wanted.items():
        early = await press(story, f"{path}/code", code="123456")
        assert (early.status_code, none_sent in early.text.lower()) == (409, True), _words(early.text)
        await press(story, f"{path}/text")
        wrong = await press(story, f"{path}/code", code="1")
        assert (wrong.status_code, not_it in wrong.text) == (422, True)
    over = await look(story, "/n/guessed")
    assert "This link is over" in over.text
    assert "Este enlace ya no sirve" in over.text
    story.forget(EVA, NEW, "ben")


async def test_whose_training_ends_is_seen_weeks_before(story: Story) -> None:
    """Cora writes until when Ana is qualified: the preview names what she covers no longer, and everybody's list, her
    view and the schedule say so from sixty days before on."""
    form = {"name": "Ana Reyes", "roles": "specialist", "languages": "en", "texts_in": "en", "turnout_minutes": "10"}
    async with office(story) as cora:
        assert "ualified" not in (await cora.see("/people")).replace("Qualified until", "")
        refused = _words(await cora.post("/people/ana", 422, **form, qualified_until="1926-12-24"))
        assert "1926-12-24 lies outside this century" in refused
        shown = await cora.make("/people/ana", **form, qualified_until="2026-12-20")
        assert "Nobody qualified on call for primary, Mon 21 Dec 00:00 to" in shown
        assert (await roster_of(story)).people[0].qualified_until == date(2026, 12, 20)
        for path in ("/people", "/people/ana"):
            assert "qualified until 20 Dec 2026" in await cora.see(path)
        assert "no longer qualified" in await cora.see("/schedule")
        await cora.make("/people/ana", **form, qualified_until="")
        assert (await roster_of(story)).people[0].qualified_until is None
        assert "qualified until" not in (await cora.see("/people"))
    story.forget("ana", "cora")


async def test_wrong_codes_end_it(story: Story) -> None:
    """Five of them; then the right one, another code and a call are refused, and the old number stays."""
    async with office(story) as cora:
        await cora.post("/people/ana/number", phone=NEW, line="mobile", way="verify")
        path = link_in(story.expect_text(NEW, "Ana"), "n")
        story.forget("ana")
        assert (await press(story, f"{path}/code", code="123456")).status_code == 409
        await press(story, f"{path}/text")
        code = story.expect_text(NEW, "is your code").split()[0]
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        for _ in range(5):
            assert (await press(story, f"{path}/code", code=wrong)).status_code == 422
        assert (await press(story, f"{path}/code", code=code)).status_code == 409
        assert (await press(story, f"{path}/text")).status_code == 409
        assert (await press(story, f"{path}/call")).status_code == 409
        assert "Too many wrong codes were typed" in (await look(story, path)).text
    ana = (await roster_of(story)).person("ana")
    assert ana is not None
    assert ana.phone != NEW


async def put(story: Story, edit: Put | Remove) -> None:
    """As an import or the command line does."""
    runner = story.town.service.runner
    planned = await runner.ask(plan, edit)
    await runner.act(change_roster, RosterOrder(planned, OPERATOR, Source.CLI, planned.preview.ticks))


SOTO = Person("eva", "Eva Soto", NEW)


async def test_what_a_newcomer_proves_is_nobody_elses_who_got_their_id(story: Story) -> None:
    """While Eva Sol verifies her number, another Eva is imported under her id: Soto keeps her own phone, and nobody
    can vouch by mistake. Sol's number stays proven and open, until a coordinator withdraws it."""
    async with office(story) as cora:
        await cora.post("/people/new", **EVA_ADDED, line="mobile")
        path = link_in(story.expect_text(EVA, "Eva"), "n")
        await put(story, Put(SOTO))
        await verify(story, EVA, path)
        assert (await roster_of(story)).person("eva") == SOTO
        (row,) = await story.rows(t.new_number)
        assert (row["ended_at"], row["code_at"] is None, row["key_at"] is None) == (None, False, False)
        refused = await cora.post("/people/eva/number", 422, phone=EVA, way="vouch")
        assert "That is being verified for Eva Sol, and not for Eva Soto; withdraw it first." in _words(refused)
        await cora.post("/people/eva/number/withdraw")
    story.expect_silence()


async def test_a_choice_changes_nothing_that_was_not_chosen(story: Story) -> None:
    """A coordinator corrects Eva's name while she has the form before her; once she has left, nothing is chosen."""
    async with office(story) as cora:
        await cora.post("/people/new", **EVA_ADDED, line="mobile")
        path = link_in(story.expect_text(EVA, "Eva"), "n")
        await verify(story, EVA, path)
        story.forget(EVA)
    runner = story.town.service.runner
    eva = (await roster_of(story)).person("eva")
    assert eva is not None
    token = path.rpartition("/")[2]
    await put(story, Put(replace(eva, name="Eva Solano")))
    await put(story, Remove(RosterPart.PEOPLE, "eva"))
    with pytest.raises(NumberRefused, match="not in the roster any more"):
        await runner.act(verify_number.choose, token, {"turnout_minutes": 5})
    await put(story, Put(replace(SOTO)))
    with pytest.raises(NumberRefused):
        await runner.act(verify_number.choose, token, {"turnout_minutes": 5})
    await put(story, Put(replace(eva, name="Eva Solano")))
    await runner.act(verify_number.choose, token, {"turnout_minutes": 5})
    assert (await roster_of(story)).person("eva") == replace(eva, name="Eva Solano", turnout_minutes=5)


async def test_an_absence_ends_with_whoever_leaves(story: Story) -> None:
    """The next who gets their id would be asked for no cover."""
    await goes_away(story, "cleo", "11/25", "12/20")
    cleo = (await roster_of(story)).person("cleo")
    assert cleo is not None
    runner = story.town.service.runner
    assert len(await runner.ask(lambda tx, context: absences.standing(tx, context.now))) == 1
    await put(story, Remove(RosterPart.PEOPLE, "cleo"))
    await put(story, Put(replace(cleo, name="Cleo Other", phone=NEW)))
    assert await runner.ask(lambda tx, context: absences.standing(tx, context.now)) == []
    story.forget("ana", "ben", "cora", cleo.phone, NEW)


async def test_a_link_that_is_forwarded_verifies_no_other_phone(story: Story) -> None:
    """Ben opens Ana's link on his phone. The code and the call go to the new number all the same; a code of another
    link is none; and a stranger's token opens nothing."""
    async with office(story) as cora:
        await cora.post("/people/ana/number", phone=NEW, line="mobile", way="verify")
        anas = link_in(story.expect_text(NEW, "Ana"), "n")
        await cora.post("/people/ben/number", phone=DESK, line="mobile", way="verify")
        bens = link_in(story.expect_text(DESK, "Ben"), "n")
        story.forget("ana", "ben")
        await press(story, f"{bens}/text")
        bens_code = story.expect_text(DESK, "is your code").split()[0]
        await press(story, f"{anas}/text")
        story.expect_text(NEW, "is your code")
        assert (await press(story, f"{anas}/code", code=bens_code)).status_code == 422
        assert (await look(story, "/n/guessedguessedguessedgu")).status_code == 410
        assert (await press(story, "/n/guessedguessedguessedgu/text")).status_code == 410
        await cora.post("/people/ana/number", phone=EVA, line="mobile", way="verify")
        story.expect_text(EVA, "Ana")
        assert (await look(story, anas)).status_code == 410
        await story.passes(minutes=24 * 60 + 1)
        assert (await look(story, bens)).status_code == 410
        await story.passes(seconds=2)
    story.forget("ana", "ben", "cora", EVA, NEW, DESK)


async def share_weeks(story: Story, *members: str, overrides: tuple[Override, ...] = ()) -> None:
    """The first rotation has these members; whoever is first has this week."""
    weeks = replace(ROSTER.rotations[0], members=members, starts_on=date(2026, 11, 23))
    shared = replace(ROSTER, rotations=(weeks, *ROSTER.rotations[1:]), overrides=overrides)
    await story.town.service.runner.act(import_roster, shared, OPERATOR, Source.CLI, at_once=True)


async def test_nobody_leaves_while_they_are_on_a_callout(story: Story) -> None:
    """Ana has a call-out, and stays in the roster until it is over."""
    await share_weeks(story, "ana", "cleo")
    callout = await story.paging()
    await story.says("ana", "1 20")
    async with office(story) as cora:
        assert "cannot leave the roster before it is over" in await cora.see("/people/ana")
        refused = await cora.post("/people/ana/leaves", 409)
        assert f"Ana is on {callout['code']}, and stays in the roster until that is closed" in _words(refused)
    assert (await roster_of(story)).person("ana") is not None
    story.forget("ana", OFFICER, DCFS, "cora")


async def test_whoever_is_alone_in_a_rotation_is_followed_first(story: Story) -> None:
    """Nobody can make a rotation empty by leaving it."""
    async with office(story) as cora:
        refused = _words(await cora.post("/people/ana/leaves", 409))
        assert "Ana is the only member of primary; put somebody else into it first." in refused


async def test_a_gap_that_somebody_leaves_is_ticked_and_alarmed(story: Story) -> None:
    """Cleo is away tomorrow, and Ana was put on call instead. When Ana leaves, nobody has that night: it has to be
    ticked, and coordinators are told. There is no view of her any more."""
    starts, ends = NIGHT + timedelta(hours=20), NIGHT + timedelta(hours=28)
    away = Override("primary", OverrideKind.REMOVE, starts, ends, replaces="cleo")
    covers = Override("primary", OverrideKind.ADD, starts, ends, "ana")
    await share_weeks(story, "cleo", overrides=(away, covers))
    async with office(story) as cora:
        shown = await cora.make("/people/ana/leaves", False)
        assert "Nobody would be on call" in shown
        assert (await roster_of(story)).person("ana") is not None
        await cora.make("/people/ana/leaves")
        assert (await roster_of(story)).person("ana") is None
        assert "Nobody is on call for primary" in story.expect_text("cora")
        await cora.see("/people/ana", 404)
    story.forget("+15625550101", "cleo", "ben", "cora")


class _Died(Exception):
    """the process is gone before its commit"""


@pytest.mark.parametrize("leaves", [True, False])
async def test_what_belongs_to_a_change_is_made_with_it_or_not_at_all(story: Story, leaves: bool) -> None:
    """The process dies before it commits. The roster is as it was, for every other action of the process as well, and
    so are the audit trail and the alarms about what a leaver leaves behind."""
    starts, ends = NIGHT + timedelta(hours=20), NIGHT + timedelta(hours=28)
    away = Override("primary", OverrideKind.REMOVE, starts, ends, replaces="cleo")
    covers = Override("primary", OverrideKind.ADD, starts, ends, "ana")
    await share_weeks(story, "cleo", overrides=(away, covers))
    runner, before = story.town.service.runner, await roster_of(story)
    ana, eva = before.people[0], Person("eva", "Eva Sol", EVA)
    edit = Remove(RosterPart.PEOPLE, "ana") if leaves else Put(replace(ana, phone=NEW))
    making = keep_people.leave if leaves else verify_number.vouch

    def dies(tx: Transaction, context: Context, planned: PlannedChange) -> None:
        making(tx, context, RosterOrder(planned, OPERATOR, Source.WEB, planned.preview.ticks), person="ana")
        raise _Died

    async def kept() -> list[object]:
        return [await story.rows(table) for table in (t.audit, t.alarm, t.page, t.roster_change, t.person)]

    wanted, other = await runner.ask(plan, edit), await runner.ask(plan, Put(eva))
    stood = await kept()
    with pytest.raises(_Died):
        await runner.act(dies, wanted)
    assert await kept() == stood
    # It leads to the version that never was, and which this process must not have kept.
    await runner.act(change_roster, RosterOrder(other, OPERATOR, Source.WEB, other.preview.ticks))
    assert (await roster_of(story)).people == (*before.people, eva)
    story.forget("ana", "cleo")


async def test_a_form_about_somebody_shows_first_what_it_changes(story: Story) -> None:
    """Then it is done. What the file would not take is said beside its field, and what was typed stays."""
    form = {"name": "Ana Reyes", "roles": "specialist", "languages": "en, tl", "texts_in": "es", "turnout_minutes": "7"}
    async with office(story) as cora:
        wrong = {**form, "contact_plan": "pigeon 0s", "turnout_minutes": "300"}
        answer = await cora.post("/people/ana", 422, **wrong)
        assert "'pigeon' is not one of text, call" in _words(answer)
        assert 'id="contact_plan-wrong"' in answer
        assert 'id="turnout_minutes-wrong"' in answer
        assert 'value="pigeon 0s"' in answer
        shown = await cora.make("/people/ana", **form, contact_plan="call 0s")
        assert "The same people stay on call." in shown
        assert "Only a supervisor makes somebody supervisor" in _words(
            await cora.post("/people/ana", 422, **{**form, "roles": "supervisor"}, contact_plan="call 0s")
        )
    ana = (await roster_of(story)).person("ana")
    assert ana is not None
    told = (ana.languages, ana.texts_in, ana.turnout_minutes)
    assert told == (("en", "tl"), "es", 7)


async def test_a_test_page_and_its_answer_stand_beside_the_name(story: Story) -> None:
    """Ana picks up and presses a key; the list says so."""
    async with office(story) as cora:
        story.behave("ana", Behaviour.ANSWERS, presses=["1"])
        await cora.post("/people/ana/test")
        await story.passes(seconds=60)
        story.expect_text("ana", "test")
        story.expect_call("ana")
        assert "Call: answered" in await cora.see("/people")


@pytest.mark.parametrize("who", ["cleo", "ana"])
async def test_nights_of_the_quarter_are_counted(story: Story, who: str) -> None:
    """Ana has every night of the quarter, Cleo none."""
    async with office(story) as cora:
        nights = 92 if who == "ana" else 0
        assert f"{nights} nights this quarter" in await cora.see(f"/people/{who}")


@pytest.fixture
async def staffed(database_url: str) -> AsyncIterator[Story]:
    """A night with a supervisor and an auditor."""
    more = (
        Person("sue", "Sue Marsh", "+15625550111", frozenset({Role.SUPERVISOR, Role.COORDINATOR})),
        Person("abe", "Abe Stone", "+15625550112", frozenset({Role.AUDITOR})),
    )
    async with tell(database_url, replace(ROSTER, people=(*ROSTER.people, *more)), secret_keys=SECRET_KEY) as told:
        yield told


async def test_a_link_to_sign_in_goes_to_its_person_alone(staffed: Story) -> None:
    """A supervisor invites and resets, and sees no link: whoever saw it could choose the password. A coordinator may
    not. Each link replaces the one before."""
    async with office(staffed, "cora") as cora, office(staffed, "sue") as sue:
        assert "A supervisor invites and resets." in await cora.see("/people/abe")
        await cora.post("/users/invite", 403, name="abe")
        shown = await sue.post("/users/invite", 200, name="abe")
        assert "/welcome/" not in shown
        first = link_in(staffed.expect_text("abe", "Abe: choose a password"), "welcome")
        assert (await look(staffed, first)).status_code == 200
        assert "Abe Stone is texted a link" in _words(await sue.post("/users/abe/reset", 200))
        second = link_in(staffed.expect_text("abe", "/welcome/"), "welcome")
        assert (await look(staffed, first)).status_code == 410
        assert (await look(staffed, second)).status_code == 200
        assert "needs the role" in _words(await sue.post("/users/invite", 409, name="ana"))
        assert "is nobody in the roster" in _words(await sue.post("/users/invite", 409, name="zoe"))
    kept = [row["text"] for row in await staffed.rows(t.page) if row["person"] == "abe"]
    assert kept
    assert not [text for text in kept if re.search(r"/welcome/\w", text)], "whoever reads the database finds no way in"
