"""From a one-time link to being signed in, and every way in which that is refused."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from dispatch.actions import keep_accounts
from dispatch.credentials.secret_keys import SecretKeys
from dispatch.rules.facts.actors import OPERATOR, Source
from dispatch.rules.facts.people import Role
from dispatch.store import tables as t
from tests.inbound.sign_in.room import PASSWORD, Enrolled, Room, codes_on


async def test_a_link_leads_to_being_signed_in(room: Room) -> None:
    """Password, app, recovery codes once; then the account works, and the link does not."""
    async with room.browser() as door:
        path = await room.invite()
        assert "Welcome, Cora" in (await door.get(path)).text
        enrolled = await room.follow(path, door)
        assert len(set(enrolled.recovery_codes)) == 10
        assert await door.is_signed_in()
        over = await door.get(path)
        assert over.status_code == 410
        for code in enrolled.recovery_codes:
            assert code not in (await door.get("/account")).text


async def test_nothing_that_opens_a_door_is_kept_in_the_clear(room: Room) -> None:
    """Neither password, seed, recovery codes, link nor cookie stands anywhere in the database."""
    async with room.browser() as door:
        path = await room.invite()
        enrolled = await room.follow(path, door)
        kept = repr(await room.house.everything(but=frozenset()))
        token = path.rpartition("/")[2]
        secrets = [PASSWORD, enrolled.seed, token, door.token, *enrolled.recovery_codes]
        secrets += [code.replace("-", "") for code in enrolled.recovery_codes]
    assert not [secret for secret in secrets if secret and secret in kept]
    assert (await room.house.row(t.account))["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_password_then_code(room: Room) -> None:
    """The password alone opens nothing; with the code, whoever signs in goes on to where they wanted."""
    enrolled = await room.enrol()
    async with room.browser() as door:
        sent = await door.get("/account?x=1")
        assert (sent.status_code, sent.headers["location"]) == (303, "/sign-in?next=%2Faccount%3Fx%3D1")
        assert 'value="/account?x=1"' in (await door.get(sent.headers["location"])).text
        half = await door.give_password(wanted="/account?x=1")
        assert half.headers["location"].startswith("/sign-in/code?")
        assert not await door.is_signed_in()
        room.house.clock.moment += timedelta(seconds=60)
        done = await door.give_code(enrolled.code(), "/account?x=1")
        assert (done.status_code, done.headers["location"]) == (303, "/account?x=1")
        assert await door.is_signed_in()
        assert (await door.get("/sign-in?next=/users")).headers["location"] == "/users"


@pytest.mark.parametrize("name", ["cora", "CORA", "Cora", "Cora Whitfield"])
async def test_the_name_may_be_any_that_only_one_has(room: Room, name: str) -> None:
    await room.enrol()
    async with room.browser() as door:
        assert (await door.give_password(name)).status_code == 303


async def test_wrong_names_and_passwords_are_answered_alike(room: Room) -> None:
    """A stranger does not learn who has an account: not by words, status, cookie, nor the work that is done."""
    await room.enrol()
    await room.invite("omar")  # invited, and not enrolled yet
    checked: list[str | None] = []
    passwords = room.house.service.web.state.proving.passwords
    is_right = passwords.is_right

    async def watched(password: str, password_hash: str | None) -> bool:
        checked.append(password_hash)
        right: bool = await is_right(password, password_hash)
        return right

    passwords.is_right = watched
    said = set()
    for name in ("cora", "omar", "ana", "nobody", ""):
        async with room.browser(address=f"203.0.113.{len(checked)}") as door:
            answer = await door.give_password(name, "not her password")
            assert "set-cookie" not in answer.headers
            said.add((answer.status_code, answer.text.replace(f'value="{name}"', "").replace(" >", ">")))
    assert len(checked) == 5
    assert {text.count("do not fit together") for _, text in said} == {1}
    assert {status for status, _ in said} == {422}


async def test_a_hash_is_worked_on_for_nobody_as_well(room: Room) -> None:
    """The same argon2 work is done for a name without an account, so that time tells nothing."""
    worked: list[str] = []
    passwords = room.house.service.web.state.proving.passwords
    check: Callable[[str, str], bool] = passwords._check

    def watched(password: str, password_hash: str) -> bool:
        worked.append(password_hash.rpartition("$")[0].rpartition("$")[0])
        return check(password, password_hash)

    passwords._check = watched
    await room.enrol()
    async with room.browser() as door:
        for name in ("cora", "nobody"):
            await door.give_password(name, "wrong")
    assert worked == ["$argon2id$v=19$m=19456,t=2,p=1"] * 2


# ---- codes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
async def test_a_code_counts_one_step_early_or_late(room: Room, steps: int, taken: bool) -> None:
    enrolled = await room.enrol()
    room.house.clock.moment += timedelta(minutes=5)
    async with room.browser() as door:
        await door.give_password()
        assert (await door.give_code(enrolled.code(steps))).status_code == (303 if taken else 422)
        assert await door.is_signed_in() == taken


async def test_a_code_is_taken_once(room: Room) -> None:
    """Whoever reads a code over a shoulder cannot use it, in that step or the one after it."""
    enrolled = await room.enrol()
    async with room.browser() as door, room.browser() as shoulder:
        assert (await room.sign_in(enrolled, door)).status_code == 303
        code = enrolled.code()
        for seconds in (0, 30):
            room.house.clock.moment += timedelta(seconds=seconds)
            await shoulder.give_password()
            again = await shoulder.give_code(code)
            assert again.status_code == 422
            assert "used before" in again.text
        assert not await shoulder.is_signed_in()


async def test_the_code_that_enrolled_signs_nobody_in(room: Room) -> None:
    enrolled = await room.enrol()
    async with room.browser() as door:
        await door.give_password()
        assert (await door.give_code(enrolled.code())).status_code == 422


async def test_a_recovery_code_works_once(room: Room) -> None:
    """However it is typed; the others go on working, and their number is shown."""
    enrolled = await room.enrol()
    async with room.browser() as door:
        await door.give_password()
        typed = enrolled.recovery_codes[3].lower().replace("-", " ")
        assert (await door.give_code(typed)).status_code == 303
        assert "9 left" in (await door.get("/account")).text
    async with room.browser() as door:
        await door.give_password()
        assert (await door.give_code(enrolled.recovery_codes[3])).status_code == 422
        assert (await door.give_code(enrolled.recovery_codes[4])).status_code == 303


async def test_a_recovery_code_is_its_owners_only(room: Room) -> None:
    enrolled = await room.enrol("cora")
    await room.enrol("omar")
    async with room.browser() as door:
        await door.give_password("omar")
        assert (await door.give_code(enrolled.recovery_codes[0])).status_code == 422


async def test_a_code_without_a_password_is_nothing(room: Room) -> None:
    """Nor ten minutes after it, nor twice after one password."""
    enrolled = await room.enrol()
    room.house.clock.moment += timedelta(minutes=5)
    async with room.browser() as door:
        assert (await door.get("/sign-in/code")).headers["location"] == "/sign-in"
        assert "begin again" in (await door.give_code(enrolled.code())).text
        await door.give_password()
        room.house.clock.moment += timedelta(minutes=10)
        assert "begin again" in (await door.give_code(enrolled.code())).text
        assert (await door.get("/sign-in/code")).headers["location"] == "/sign-in"


async def test_half_a_session_is_no_session(room: Room) -> None:
    """What the password gave is refused in the place of a session's cookie."""
    await room.enrol()
    async with room.browser() as door:
        await door.give_password()
        half = door.web.cookies.get("__Host-dispatch-half")
        assert half
        door.carry(half)
        assert not await door.is_signed_in()


async def test_the_cookie_is_new_with_each_sign_in(room: Room) -> None:
    """A cookie that somebody planted before is never the one that is signed in (session fixation)."""
    enrolled = await room.enrol()
    async with room.browser() as door:
        door.carry("planted-by-a-stranger")
        await room.sign_in(enrolled, door)
        assert door.token != "planted-by-a-stranger"
        half = await room.house.rows(t.session, kind="half")
        assert all(row["revoked_at"] is not None for row in half)


async def test_a_cookie_is_for_this_host_and_no_script(room: Room) -> None:
    async with room.browser() as door:
        path = await room.invite()
        await door.post(f"{path}/password", {"password": PASSWORD, "again": PASSWORD})
        enrolled = await room.prove(path, door)
        room.house.clock.moment += timedelta(minutes=2)
        await door.give_password()
        given = (await door.give_code(enrolled.code())).headers.get_list("set-cookie")
    session = next(cookie for cookie in given if cookie.startswith("__Host-dispatch-session="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= set(session.split("; "))
    assert "domain" not in session.lower()


# ---- links ---------------------------------------------------------------------------------------------------------


async def test_a_link_is_as_over_as_any(room: Room) -> None:
    """Used, too old, made of thin air, replaced, another kind's: the same page for each."""
    used = await room.invite()
    async with room.browser() as door:
        await room.follow(used, door)
        old = (
            f"/welcome/{(await room.house.service.office.act(keep_accounts.reset, 'cora', OPERATOR, Source.CLI)).token}"
        )
        replaced = await room.invite("omar")
        await room.invite("omar")
        wall = (await door.post("/account/wall")).text  # signed out by the reset, so no link
        assert "/wall/" not in wall
        room.house.clock.moment += timedelta(minutes=30)
        paths = [used, old, replaced, "/welcome/abcdefghijkmnpqrstuvwxy", "/welcome/x", "/welcome/%00"]
        answers = [await door.get(path) for path in paths]
        answers += [await door.post(f"{path}/password", {"password": PASSWORD, "again": PASSWORD}) for path in paths]
        answers += [await door.post(f"{path}/code", {"code": "123456"}) for path in paths]
        answers += [await door.get(path.replace("welcome", "wall")) for path in paths]
        answers += [await door.post(path.replace("welcome", "wall")) for path in paths]
    texts = {(answer.status_code, answer.text.partition('name="back"')[0]) for answer in answers}
    assert {status for status, _ in texts} == {410}
    assert len(texts) == 1


async def test_opening_a_link_changes_nothing(room: Room) -> None:
    """A program that previews links opens it first; it must still work for the person."""
    path = await room.invite()
    before = await room.house.everything(but=frozenset())
    async with room.browser() as door:
        for _ in range(3):
            await door.get(path)
        assert await room.house.everything(but=frozenset()) == before
        await room.follow(path, door)


async def test_a_link_works_until_it_has_led_to_its_end(room: Room) -> None:
    """A password alone does not use it up: whoever closes the page can go on. Nothing is in force before the code."""
    path = await room.invite()
    async with room.browser() as door:
        short = await door.post(f"{path}/password", {"password": "short", "again": "short"})
        assert short.status_code == 422
        assert "at least 12" in short.text
        await door.post(f"{path}/password", {"password": PASSWORD, "again": PASSWORD})
        assert (await door.give_password()).status_code == 422
        wrong = await door.post(f"{path}/code", {"code": "000000"})
        assert wrong.status_code == 422
        assert not await door.is_signed_in()
    async with room.browser() as door:
        await room.prove(path, door)


async def test_a_code_before_a_password_goes_back(room: Room) -> None:
    path = await room.invite()
    async with room.browser() as door:
        assert (await door.post(f"{path}/code", {"code": "123456"})).headers["location"] == path


async def test_a_reset_ends_everything_of_before(room: Room) -> None:
    """The old password, app, recovery codes and sessions; until the new ones are there nobody signs in."""
    async with room.browser() as door:
        before = await room.enrol(door=door)
        made = await room.house.service.office.act(keep_accounts.reset, "cora", OPERATOR, Source.CLI)
        assert not await door.is_signed_in()
        assert (await door.give_password()).status_code == 422
        after = await room.follow(f"/welcome/{made.token}", door)
        assert await door.is_signed_in()
    async with room.browser() as door:
        await door.give_password()
        assert (await door.give_code(before.recovery_codes[0])).status_code == 422
        assert (await door.give_code(after.recovery_codes[0])).status_code == 303


async def test_without_keys_nobody_enrols(room: Room) -> None:
    """The page says what to set, and whoever has an account is told that it is no fault of theirs."""
    enrolled = await room.enrol("omar")
    path = await room.invite()
    room.house.service.web.state.proving.keys = SecretKeys(())
    async with room.browser() as door:
        for answer in (
            await door.get(path),
            await door.post(f"{path}/password", {"password": PASSWORD, "again": PASSWORD}),
        ):
            assert answer.status_code == 503
            assert "DISPATCH_SECRET_KEYS" in answer.text
        await door.give_password("omar")
        room.house.clock.moment += timedelta(minutes=2)
        told = await door.give_code(enrolled.code())
        assert told.status_code == 503
        assert "DISPATCH_SECRET_KEYS" in told.text
        assert (await door.give_code(enrolled.recovery_codes[0])).status_code == 303


async def test_keys_can_be_changed(room: Room) -> None:
    """A new key goes in front; what the old one encrypted still opens, and is kept under the new one from then on."""
    old, new = "A" * 43 + "=", "B" * 42 + "A="
    proving = room.house.service.web.state.proving
    proving.keys = SecretKeys([old])
    enrolled = await room.enrol()
    proving.keys = SecretKeys([new])
    async with room.browser() as door:
        assert (await room.sign_in(enrolled, door)).status_code == 503
    for keys in ([new, old], [new]):
        proving.keys = SecretKeys(keys)
        async with room.browser() as door:
            assert (await room.sign_in(enrolled, door)).status_code == 303


async def test_every_step_is_in_the_audit(room: Room) -> None:
    """Who and what; never from where, which could not be forgotten, nor a password, a code or a name as typed."""
    enrolled = await room.enrol()
    async with room.browser(address="198.51.100.7") as door:
        await door.give_password("nobody hunter2 at all", "hunter2")
        await door.give_password("cora", "hunter2")
        await door.give_password()
        await door.give_code("000000")
        await room.sign_in(enrolled, door)
        await door.post("/sign-out")
    assert await room.audit() == [
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


async def test_an_account_needs_its_role(room: Room) -> None:
    """Neither for a specialist, nor for somebody who was a coordinator when they enrolled."""
    with pytest.raises(keep_accounts.MayHaveNoAccount):
        await room.invite("ana")
    enrolled = await room.enrol()
    await room.give_roles("cora", Role.SPECIALIST)
    async with room.browser() as door:
        assert (await door.give_password()).status_code == 422
    await room.give_roles("cora", Role.AUDITOR)
    async with room.browser() as door:
        assert (await room.sign_in(enrolled, door)).status_code == 303


async def test_the_role_may_go_between_password_and_code(room: Room) -> None:
    enrolled = await room.enrol()
    room.house.clock.moment += timedelta(minutes=2)
    async with room.browser() as door:
        await door.give_password()
        await room.give_roles("cora", Role.SPECIALIST)
        assert "begin again" in (await door.give_code(enrolled.code())).text


# ---- one's own account ---------------------------------------------------------------------------------------------


async def test_a_password_is_changed_with_the_old_one(room: Room) -> None:
    """Other sessions end; this one goes on."""
    enrolled = await room.enrol()
    async with room.browser() as door, room.browser() as other:
        await room.sign_in(enrolled, door)
        await room.sign_in(enrolled, other)
        new = {"password": "another four words here", "again": "another four words here"}
        wrong = await door.post("/account/password", {"current": "guessed", **new})
        assert (wrong.status_code, "not your password" in wrong.text) == (422, True)
        short = await door.post("/account/password", {"current": PASSWORD, "password": "short", "again": "short"})
        assert (short.status_code, "at least 12" in short.text) == (422, True)
        assert (await door.post("/account/password", {"current": PASSWORD, **new})).status_code == 303
        assert await door.is_signed_in()
        assert not await other.is_signed_in()
        assert (await other.give_password()).status_code == 422
        assert (await other.give_password(password="another four words here")).status_code == 303


async def test_recovery_codes_are_made_again(room: Room) -> None:
    enrolled = await room.enrol()
    async with room.browser() as door:
        await room.sign_in(enrolled, door)
        refused = await door.post("/account/recovery-codes", {"current": "guessed"})
        assert (refused.status_code, codes_on(refused)) == (422, [])
        new = codes_on(await door.post("/account/recovery-codes", {"current": PASSWORD}))
        assert len(new) == 10
    async with room.browser() as door:
        await door.give_password()
        assert (await door.give_code(enrolled.recovery_codes[0])).status_code == 422
        assert (await door.give_code(new[0])).status_code == 303


async def test_another_phone_is_enrolled(room: Room) -> None:
    """The old one works until the new one has shown its code; the password stays."""
    before = await room.enrol()
    async with room.browser() as door:
        await room.sign_in(before, door)
        assert (await door.post("/account/app", {"current": "guessed"})).status_code == 422
        sent = await door.post("/account/app", {"current": PASSWORD})
        async with room.browser() as other:
            assert (await room.sign_in(before, other)).status_code == 303
        after: Enrolled = await room.prove(sent.headers["location"], door)
        async with room.browser() as other:
            assert (await room.sign_in(before, other)).status_code == 422
            assert (await room.sign_in(after, other)).status_code == 303
        room.house.service.web.state.proving.keys = SecretKeys(())
        refused = await door.post("/account/app", {"current": PASSWORD})
        assert (refused.status_code, "DISPATCH_SECRET_KEYS" in refused.text) == (503, True)
