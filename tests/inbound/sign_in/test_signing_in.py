"""From a one-time link to being signed in, and every way in which that is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from dispatch.actions.access import keep_accounts
from dispatch.credentials.secret_keys import SecretKeys
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from tests.inbound.sign_in.room import PASSWORD, Enrolled, Ui, codes_on


async def test_a_link_leads_to_being_signed_in(ui: Ui) -> None:
    """Password, app, recovery codes once; then the account works, and the link does not."""
    async with ui.browser() as door:
        path = await ui.invite()
        assert "Welcome, Cora" in (await door.get(path)).text
        enrolled = await ui.follow(path, door)
        assert len(set(enrolled.recovery_codes)) == 10
        assert await door.is_signed_in()
        over = await door.get(path)
        assert over.status_code == 410
        for code in enrolled.recovery_codes:
            assert code not in (await door.get("/account")).text


@pytest.mark.usefixtures("costly_passwords")
async def test_nothing_that_opens_a_door_is_kept_in_the_clear(ui: Ui) -> None:
    """Neither password, seed, recovery codes, link nor cookie stands anywhere in the database."""
    async with ui.browser() as door:
        path = await ui.invite()
        enrolled = await ui.follow(path, door)
        kept = repr(await ui.house.everything(but=frozenset()))
        token = path.rpartition("/")[2]
        secrets = [PASSWORD, enrolled.seed, token, door.token, *enrolled.recovery_codes]
        secrets += [code.replace("-", "") for code in enrolled.recovery_codes]
    assert not [secret for secret in secrets if secret and secret in kept]
    assert (await ui.house.row(t.account))["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_password_then_code(ui: Ui) -> None:
    """The password alone opens nothing; with the code, whoever signs in goes on to where they wanted."""
    enrolled = await ui.enrol()
    async with ui.browser() as door:
        sent = await door.get("/account?x=1")
        assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Faccount%3Fx%3D1")
        assert 'value="/account?x=1"' in (await door.get(sent.headers["location"])).text
        half = await door.give_password(wanted="/account?x=1")
        assert half.headers["location"].startswith("/sign-in/code?")
        assert not await door.is_signed_in()
        ui.house.clock.moment += timedelta(seconds=60)
        done = await door.give_code(enrolled.code(), "/account?x=1")
        assert (done.status_code, done.headers["location"]) == (303, "/account?x=1")
        assert await door.is_signed_in()
        assert (await door.get("/sign-in?next=/users")).headers["location"] == "/users"


async def test_wrong_names_and_passwords_are_answered_alike(ui: Ui) -> None:
    """A stranger does not learn who has an account: not by words, status, cookie, nor the work that is done."""
    await ui.enrol()
    await ui.invite("omar")  # invited, and not enrolled yet
    checked: list[str | None] = []
    passwords = ui.house.service.web.state.proving.passwords
    is_right = passwords.is_right

    async def watched(password: str, password_hash: str | None) -> bool:
        checked.append(password_hash)
        right: bool = await is_right(password, password_hash)
        return right

    passwords.is_right = watched
    said = set()
    for name in ("cora", "omar", "ana", "nobody", ""):
        async with ui.browser(address=f"203.0.113.{len(checked)}") as door:
            answer = await door.give_password(name, "not her password")
            assert "set-cookie" not in answer.headers
            said.add((answer.status_code, answer.text.replace(f'value="{name}"', "").replace(" >", ">")))
    assert len(checked) == 5
    assert {text.count("do not fit together") for _, text in said} == {1}
    assert {status for status, _ in said} == {422}


@pytest.mark.usefixtures("costly_passwords")
async def test_a_hash_is_worked_on_for_nobody_as_well(ui: Ui) -> None:
    """The same argon2 work is done for a name without an account, so that time tells nothing."""
    worked: list[str] = []
    passwords = ui.house.service.web.state.proving.passwords
    check: Callable[[str, str], bool] = passwords._check

    def watched(password: str, password_hash: str) -> bool:
        worked.append(password_hash.rpartition("$")[0].rpartition("$")[0])
        return check(password, password_hash)

    passwords._check = watched
    await ui.enrol()
    async with ui.browser() as door:
        for name in ("cora", "nobody"):
            await door.give_password(name, "wrong")
    assert worked == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


# ---- codes ---------------------------------------------------------------------------------------------------------


async def test_a_code_is_taken_once(ui: Ui) -> None:
    """Whoever reads a code over a shoulder cannot use it, in that step or the one after it."""
    enrolled = await ui.enrol()
    async with ui.browser() as door, ui.browser() as shoulder:
        assert (await ui.sign_in(enrolled, door)).status_code == 303
        code = enrolled.code()
        for seconds in (0, 30):
            ui.house.clock.moment += timedelta(seconds=seconds)
            await shoulder.give_password()
            again = await shoulder.give_code(code)
            assert again.status_code == 422
            assert "used before" in again.text
        assert not await shoulder.is_signed_in()


async def test_the_code_that_enrolled_signs_nobody_in(ui: Ui) -> None:
    enrolled = await ui.enrol()
    async with ui.browser() as door:
        await door.give_password()
        assert (await door.give_code(enrolled.code())).status_code == 422


async def test_a_recovery_code_works_once(ui: Ui) -> None:
    """However it is typed; the others go on working, and their number is shown."""
    enrolled = await ui.enrol()
    async with ui.browser() as door:
        await door.give_password()
        typed = enrolled.recovery_codes[3].lower().replace("-", " ")
        assert (await door.give_code(typed)).status_code == 303
        assert "9 left" in (await door.get("/account")).text
    async with ui.browser() as door:
        await door.give_password()
        assert (await door.give_code(enrolled.recovery_codes[3])).status_code == 422
        assert (await door.give_code(enrolled.recovery_codes[4])).status_code == 303


async def test_a_recovery_code_is_its_owners_only(ui: Ui) -> None:
    enrolled = await ui.enrol("cora")
    await ui.enrol("omar")
    async with ui.browser() as door:
        await door.give_password("omar")
        assert (await door.give_code(enrolled.recovery_codes[0])).status_code == 422


async def test_a_code_without_a_password_is_nothing(ui: Ui) -> None:
    """Nor ten minutes after it, nor twice after one password."""
    enrolled = await ui.enrol()
    ui.house.clock.moment += timedelta(minutes=5)
    async with ui.browser() as door:
        assert (await door.get("/sign-in/code")).headers["location"] == "/sign-in"
        assert "begin again" in (await door.give_code(enrolled.code())).text
        await door.give_password()
        ui.house.clock.moment += timedelta(minutes=10)
        assert "begin again" in (await door.give_code(enrolled.code())).text
        assert (await door.get("/sign-in/code")).headers["location"] == "/sign-in"


async def test_half_a_session_is_no_session(ui: Ui) -> None:
    """What the password gave is refused in the place of a session's cookie."""
    await ui.enrol()
    async with ui.browser() as door:
        await door.give_password()
        half = door.web.cookies.get("__Host-dispatch-half")
        assert half
        door.carry(half)
        assert not await door.is_signed_in()


async def test_the_cookie_is_new_with_each_sign_in(ui: Ui) -> None:
    """A cookie that somebody planted before is never the one that is signed in (session fixation)."""
    enrolled = await ui.enrol()
    async with ui.browser() as door:
        door.carry("planted-by-a-stranger")
        await ui.sign_in(enrolled, door)
        assert door.token != "planted-by-a-stranger"
        half = await ui.house.rows(t.session, kind="half")
        assert all(row["revoked_at"] is not None for row in half)


async def test_a_cookie_is_for_this_host_and_no_script(ui: Ui) -> None:
    async with ui.browser() as door:
        path = await ui.invite()
        await door.post(f"{path}/password", {"password": PASSWORD, "again": PASSWORD})
        enrolled = await ui.prove(path, door)
        ui.house.clock.moment += timedelta(minutes=2)
        await door.give_password()
        given = (await door.give_code(enrolled.code())).headers.get_list("set-cookie")
    session = next(cookie for cookie in given if cookie.startswith("__Host-dispatch-session="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(session.split("; "))
    assert "domain" not in session.lower()


# ---- links ---------------------------------------------------------------------------------------------------------


async def test_a_link_is_as_over_as_any(ui: Ui) -> None:
    """Used, too old, made of thin air, replaced, another kind's: the same page for each."""
    used = await ui.invite()
    async with ui.browser() as door:
        await ui.follow(used, door)
        old = f"/welcome/{(await ui.house.service.runner.act(keep_accounts.reset, 'cora', OPERATOR, Source.CLI)).token}"
        replaced = await ui.invite("omar")
        await ui.invite("omar")
        wall = (await door.post("/account/wall")).text  # signed out by the reset, so no link
        assert "/wall/" not in wall
        ui.house.clock.moment += timedelta(minutes=30)
        paths = [used, old, replaced, "/welcome/abcdefghijkmnpqrstuvwxy", "/welcome/x", "/welcome/%00"]
        answers = [await door.get(path) for path in paths]
        answers += [await door.post(f"{path}/password", {"password": PASSWORD, "again": PASSWORD}) for path in paths]
        answers += [await door.post(f"{path}/code", {"code": "123456"}) for path in paths]
        answers += [await door.get(path.replace("welcome", "wall")) for path in paths]
        answers += [await door.post(path.replace("welcome", "wall")) for path in paths]
    texts = {(answer.status_code, answer.text.partition('name="back"')[0]) for answer in answers}
    assert {status for status, _ in texts} == {410}
    assert len(texts) == 1


async def test_opening_a_link_changes_nothing(ui: Ui) -> None:
    """A program that previews links opens it first; it must still work for the person."""
    path = await ui.invite()
    before = await ui.house.everything(but=frozenset())
    async with ui.browser() as door:
        for _ in range(3):
            await door.get(path)
        assert await ui.house.everything(but=frozenset()) == before
        await ui.follow(path, door)


async def test_a_link_works_until_it_has_led_to_its_end(ui: Ui) -> None:
    """A password alone does not use it up: whoever closes the page can go on. Nothing is in force before the code."""
    path = await ui.invite()
    async with ui.browser() as door:
        short = await door.post(f"{path}/password", {"password": "short", "again": "short"})
        assert short.status_code == 422
        assert "at least 12" in short.text
        await door.post(f"{path}/password", {"password": PASSWORD, "again": PASSWORD})
        assert (await door.give_password()).status_code == 422
        wrong = await door.post(f"{path}/code", {"code": "000000"})
        assert wrong.status_code == 422
        assert not await door.is_signed_in()
    async with ui.browser() as door:
        await ui.prove(path, door)


async def test_a_code_before_a_password_goes_back(ui: Ui) -> None:
    path = await ui.invite()
    async with ui.browser() as door:
        assert (await door.post(f"{path}/code", {"code": "123456"})).headers["location"] == path


async def test_a_reset_ends_everything_of_before(ui: Ui) -> None:
    """The old password, app, recovery codes and sessions; until the new ones are there nobody signs in."""
    async with ui.browser() as door:
        before = await ui.enrol(door=door)
        made = await ui.house.service.runner.act(keep_accounts.reset, "cora", OPERATOR, Source.CLI)
        assert not await door.is_signed_in()
        assert (await door.give_password()).status_code == 422
        after = await ui.follow(f"/welcome/{made.token}", door)
        assert await door.is_signed_in()
    async with ui.browser() as door:
        await door.give_password()
        assert (await door.give_code(before.recovery_codes[0])).status_code == 422
        assert (await door.give_code(after.recovery_codes[0])).status_code == 303


async def test_without_keys_nobody_enrols(ui: Ui) -> None:
    """The page says what to set, and whoever has an account is told that it is no fault of theirs."""
    enrolled = await ui.enrol("omar")
    path = await ui.invite()
    ui.house.service.web.state.proving.keys = SecretKeys(())
    async with ui.browser() as door:
        for answer in (
            await door.get(path),
            await door.post(f"{path}/password", {"password": PASSWORD, "again": PASSWORD}),
        ):
            assert answer.status_code == 503
            assert "DISPATCH_SECRET_KEYS" in answer.text
        await door.give_password("omar")
        ui.house.clock.moment += timedelta(minutes=2)
        told = await door.give_code(enrolled.code())
        assert told.status_code == 503
        assert "DISPATCH_SECRET_KEYS" in told.text
        assert (await door.give_code(enrolled.recovery_codes[0])).status_code == 303


async def test_keys_can_be_changed(ui: Ui) -> None:
    """A new key goes in front; what the old one encrypted still opens, and is kept under the new one from then on."""
    old, new = "A" * 43 + "=", "B" * 42 + "A="
    proving = ui.house.service.web.state.proving
    proving.keys = SecretKeys([old])
    enrolled = await ui.enrol()
    proving.keys = SecretKeys([new])
    async with ui.browser() as door:
        assert (await ui.sign_in(enrolled, door)).status_code == 503
    for keys in ([new, old], [new]):
        proving.keys = SecretKeys(keys)
        async with ui.browser() as door:
            assert (await ui.sign_in(enrolled, door)).status_code == 303


async def test_every_step_is_in_the_audit(ui: Ui) -> None:
    """Who and what; never from where, which could not be forgotten, nor a password, a code or a name as typed."""
    enrolled = await ui.enrol()
    async with ui.browser(address="198.51.100.7") as door:
        await door.give_password("nobody hunter2 at all", "hunter2")
        await door.give_password("cora", "hunter2")
        await door.give_password()
        await door.give_code("000000")
        await ui.sign_in(enrolled, door)
        await door.post("/sign-out")
    assert await ui.audit() == [
        ("operator", "made a one-time link", "for cora to enrol"),
        ("coordinator cora", "enrolled for codes", None),
        ("coordinator cora", "signed in", "with a one-time link"),
        ("stranger", "failed to sign in", "under a name without an account: a wrong password"),
        ("stranger", "failed to sign in", "as cora: a wrong password"),
        ("stranger", "gave the right password", "as cora"),
        ("stranger", "failed to sign in", "as cora: a wrong code"),
        ("stranger", "gave the right password", "as cora"),
        ("coordinator cora", "signed in", "with password and code"),
        ("coordinator cora", "signed out", None),
    ]


async def test_an_account_needs_its_role(ui: Ui) -> None:
    """Neither for a specialist, nor for somebody who was a coordinator when they enrolled."""
    with pytest.raises(keep_accounts.MayHaveNoAccount):
        await ui.invite("ana")
    enrolled = await ui.enrol()
    await ui.give_roles("cora", Role.SPECIALIST)
    async with ui.browser() as door:
        assert (await door.give_password()).status_code == 422
    await ui.give_roles("cora", Role.AUDITOR)
    async with ui.browser() as door:
        assert (await ui.sign_in(enrolled, door)).status_code == 303


async def test_the_role_may_go_between_password_and_code(ui: Ui) -> None:
    enrolled = await ui.enrol()
    ui.house.clock.moment += timedelta(minutes=2)
    async with ui.browser() as door:
        await door.give_password()
        await ui.give_roles("cora", Role.SPECIALIST)
        assert "begin again" in (await door.give_code(enrolled.code())).text


# ---- one's own account ---------------------------------------------------------------------------------------------


async def test_a_password_is_changed_with_the_old_one(ui: Ui) -> None:
    """Other sessions end, and a cookie that was copied is none any more; the browser in which it is changed goes on."""
    enrolled = await ui.enrol()
    async with ui.browser() as door, ui.browser() as other, ui.browser() as thief:
        await ui.sign_in(enrolled, door)
        await ui.sign_in(enrolled, other)
        thief.carry(door.token or "")
        assert await thief.is_signed_in()
        new = {"password": "another four words here", "again": "another four words here"}
        wrong = await door.post("/account/password", {"current": "guessed", **new})
        assert (wrong.status_code, "not your password" in wrong.text) == (422, True)
        short = await door.post("/account/password", {"current": PASSWORD, "password": "short", "again": "short"})
        assert (short.status_code, "at least 12" in short.text) == (422, True)
        assert (await door.post("/account/password", {"current": PASSWORD, **new})).status_code == 303
        assert await door.is_signed_in()
        assert not await other.is_signed_in()
        assert not await thief.is_signed_in()
        assert (await other.give_password()).status_code == 422
        assert (await other.give_password(password="another four words here")).status_code == 303


async def test_recovery_codes_are_made_again(ui: Ui) -> None:
    enrolled = await ui.enrol()
    async with ui.browser() as door:
        await ui.sign_in(enrolled, door)
        refused = await door.post("/account/recovery-codes", {"current": "guessed"})
        assert (refused.status_code, codes_on(refused)) == (422, [])
        new = codes_on(await door.post("/account/recovery-codes", {"current": PASSWORD}))
        assert len(new) == 10
    async with ui.browser() as door:
        await door.give_password()
        assert (await door.give_code(enrolled.recovery_codes[0])).status_code == 422
        assert (await door.give_code(new[0])).status_code == 303


async def test_another_phone_is_enrolled(ui: Ui) -> None:
    """The old one works until the new one has shown its code; the password stays the one in force."""
    before = await ui.enrol()
    async with ui.browser() as door:
        await ui.sign_in(before, door)
        assert (await door.post("/account/app", {"current": "guessed"})).status_code == 422
        sent = await door.post("/account/app", {"current": PASSWORD})
        assert (await ui.house.rows(t.link, ended_at=None))[0]["password_hash"] is None
        async with ui.browser() as other:
            assert (await ui.sign_in(before, other)).status_code == 303
        after: Enrolled = await ui.prove(sent.headers["location"], door)
        async with ui.browser() as other:
            assert (await ui.sign_in(before, other)).status_code == 422
            assert (await ui.sign_in(after, other)).status_code == 303
        ui.house.service.web.state.proving.keys = SecretKeys(())
        refused = await door.post("/account/app", {"current": PASSWORD})
        assert (refused.status_code, "DISPATCH_SECRET_KEYS" in refused.text) == (503, True)
