"""Signing in: how long a session lives, how slow guessing gets, which codes are taken."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.rules.access import sign_in
from dispatch.rules.access.permissions import Access
from dispatch.rules.access.sign_in import LIFETIMES, FailedAttempts, Session, SessionKind, SignInStanding
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel, Language, Person, Role
from dispatch.rules.facts.roster import Roster
from dispatch.rules.wording import coordinator_texts
from tests.each import each

NOW = datetime(2026, 1, 7, 10, 14, tzinfo=UTC)


def _session(kind: SessionKind = SessionKind.NORMAL) -> Session:
    return Session("s1", "cora", kind, NOW, NOW, NOW + LIFETIMES[kind].at_most)


# ---- sessions ----


@pytest.mark.parametrize("kind", SessionKind)
def test_a_session_ends_when_it_goes_unused(kind: SessionKind) -> None:
    unused = LIFETIMES[kind].unused
    assert _session(kind).works(NOW + unused - timedelta(seconds=1))
    assert not _session(kind).works(NOW + unused)


@pytest.mark.parametrize("kind", SessionKind)
def test_a_session_ends_however_much_it_is_used(kind: SessionKind) -> None:
    at_most = LIFETIMES[kind].at_most
    used = replace(_session(kind), seen_at=NOW + at_most - timedelta(seconds=1))
    assert used.works(NOW + at_most - timedelta(seconds=1))
    assert not used.works(NOW + at_most)


def test_a_revoked_session_is_over() -> None:
    assert not replace(_session(), revoked_at=NOW).works(NOW)


def test_a_wall_outlives_a_night_and_a_holiday() -> None:
    assert _session(SessionKind.WALL).works(NOW + timedelta(days=300))


def test_its_use_is_written_down_seldom() -> None:
    assert not _session().is_to_be_seen(NOW + timedelta(minutes=4))
    assert _session().is_to_be_seen(NOW + timedelta(minutes=5))


def test_half_a_session_is_nobodys() -> None:
    """Whoever has only a password has nothing yet."""
    assert _session(SessionKind.HALF).access is Access.NOBODY
    assert _session(SessionKind.ADMITTED).access is Access.NOBODY
    assert _session(SessionKind.NORMAL).access is Access.SESSION
    assert _session(SessionKind.WALL).access is Access.WALL


# ---- guessing ----


def test_mistakes_get_slower_and_never_lock() -> None:
    """Three are free; then each next one waits twice as long, up to fifteen seconds, for ever."""
    remembered, waits, now = None, [], NOW
    for _ in range(12):
        remembered = sign_in.attempt(remembered, now)
        waits.append((remembered.ready_at - now).total_seconds())
        now = remembered.ready_at
    assert waits == [0, 0, 0, 1, 2, 4, 8, 15, 15, 15, 15, 15]


def test_many_at_once_gain_nothing() -> None:
    """Each attempt of the same moment waits behind those before it, but none longer than any other ever does."""
    remembered, ready = None, []
    for _ in range(9):
        remembered = sign_in.attempt(remembered, NOW)
        ready.append((remembered.ready_at - NOW).total_seconds())
    assert ready == [0, 0, 0, 1, 3, 7, 15, 15, 15]


@given(st.lists(st.integers(0, 3000), max_size=40))
def test_nobody_ever_waits_longer_than_that(pauses: list[int]) -> None:
    remembered, now = None, NOW
    for pause in pauses:
        now += timedelta(seconds=pause)
        remembered = sign_in.attempt(remembered, now)
        assert now <= remembered.ready_at <= now + sign_in.LONGEST_WAIT


def test_an_hour_without_a_mistake_forgets_them() -> None:
    before = FailedAttempts(9, NOW, NOW + timedelta(seconds=15))
    assert sign_in.attempt(before, NOW + timedelta(hours=1)).count == 1
    assert sign_in.attempt(before, NOW + timedelta(minutes=59)).count == 10
    assert sign_in.code_attempt(before, NOW + timedelta(hours=1)) == FailedAttempts(
        1, NOW + timedelta(hours=1), NOW + timedelta(hours=1)
    )


def test_wrong_codes_make_the_next_wait() -> None:
    """A code has six digits, so the waits grow to minutes; nothing is looked at before they are over."""
    remembered: FailedAttempts | None = None
    waits, now = [], NOW
    for _ in range(14):
        after = sign_in.code_attempt(remembered, now)
        assert isinstance(after, FailedAttempts)
        wait = after.ready_at - now
        if wait:
            assert sign_in.code_attempt(after, now + wait / 2) == wait / 2
        waits.append(wait.total_seconds())
        remembered, now = after, after.ready_at
    assert waits == [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]


def test_after_a_clock_was_set_back_no_code_waits_longer() -> None:
    """Five minutes are the longest wait. What lies further ahead is none, and the next mistake waits from now on."""
    before = FailedAttempts(12, NOW, NOW + timedelta(minutes=5))
    for set_back, wait in ((0, 5), (55, None), (1440, None)):
        now = NOW - timedelta(minutes=set_back)
        after = sign_in.code_attempt(before, now)
        expected = timedelta(minutes=wait) if wait else FailedAttempts(13, now, now + timedelta(minutes=5))
        assert after == expected


@pytest.mark.parametrize(
    ("said", "written", "counts_as"),
    [
        ("203.0.113.9", "203.0.113.9", "203.0.113.9"),
        ("2001:DB8:0:0:1::7", "2001:db8::1:0:0:7", "2001:db8::/64"),
        ("2001:db8::1:2:3:4", "2001:db8::1:2:3:4", "2001:db8::/64"),
        ("testclient", "an unknown address", "an unknown address"),
        ("", "an unknown address", "an unknown address"),
    ],
)
def test_what_counts_as_one_address(said: str, written: str, counts_as: str) -> None:
    """One subscriber of IPv6 has a whole network, and a proxy may say anything."""
    assert sign_in.plain_address(said) == written
    assert sign_in.network_of(written) == counts_as


# ---- codes ----


def test_a_code_is_taken_one_step_early_or_late_and_once() -> None:
    this = int(NOW.timestamp()) // 30
    assert sign_in.acceptable_steps(NOW, None) == (this - 1, this, this + 1)
    assert sign_in.acceptable_steps(NOW, this - 1) == (this, this + 1)
    assert sign_in.acceptable_steps(NOW, this + 1) == ()


@pytest.mark.parametrize(
    ("typed", "code", "recovery"),
    [
        ("123 456", "123456", False),
        (" abcd-efgh-2345-6789 ", "ABCDEFGH23456789", True),
        ("12345678", "12345678", False),
    ],
)
def test_a_code_may_be_typed_with_spaces_and_dashes(typed: str, code: str, recovery: bool) -> None:
    assert sign_in.plain_code(typed) == code
    assert sign_in.looks_like_recovery(code) == recovery


# ---- passwords ----


def test_a_password_is_the_same_however_its_letters_are_typed() -> None:
    assert sign_in.plain_password("e\N{COMBINING ACUTE ACCENT}") == sign_in.plain_password("é")


@pytest.mark.parametrize(
    ("password", "again", "words"),
    [
        ("short", "short", "at least 12"),
        ("x" * 201, "x" * 201, "at most 200"),
        ("aaaaaaaaaaaaaa", "aaaaaaaaaaaaaa", "guessed at once"),
        ("cora whitfield", "cora whitfield", "guessed at once"),
        ("correct horse battery", "correct horse batery", "not the same"),
    ],
)
def test_what_is_wrong_with_a_password(password: str, again: str, words: str) -> None:
    fault = sign_in.fault_of_password(password, again, "cora", "Cora Whitfield")
    assert fault is not None
    assert words in fault


def test_four_words_will_do() -> None:
    assert sign_in.fault_of_password("correct horse battery", "correct horse battery", "cora") is None


# ---- where to go on ----


@each(
    wanted=[
        *("/", "/callouts/K7Q", "/response-times?since=2026-01-01&agency=LBPD"),
        *("/audit?about=a//b/../c\\d", "/people/a.b/..c"),
    ]
)
def test_a_path_of_ours_is_gone_on_to(wanted: str) -> None:
    assert sign_in.safe_next(wanted) == wanted


@each(
    wanted=[
        *("", "https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example/", "javascript:alert(1)"),
        *("account", "/a\r\nSet-Cookie: x=y", "/\t/elsewhere.example", "/..//elsewhere.example"),
        *("/.//elsewhere.example", "/%2E%2e//elsewhere.example", "/a/..//elsewhere.example"),
        *("/a//elsewhere.example", "/a/../\\elsewhere.example", "/a/..", "/%2e/a?b", "/a/..#b", "/" + "x" * 500),
    ]
)
def test_anything_else_is_not(wanted: str) -> None:
    """A link to our sign-in must not send anybody to a page that looks like ours."""
    assert sign_in.safe_next(wanted) == sign_in.HOME


# ---- accounts ----

_CORA = Person("cora", "Cora Lind", "+15625550120", roles=frozenset({Role.COORDINATOR}))
_OLGA = Person("olga", "Olga Lind", "+15625550121", roles=frozenset({Role.AUDITOR}), sign_in="olga@example.org")
_ANA = Person("ana", "Ana Lind", "+15625550101", roles=frozenset({Role.SPECIALIST}))


@pytest.mark.parametrize(
    ("name", "found"),
    [("CORA", _CORA), ("olga@example.org", _OLGA), ("Cora", _CORA), ("Lind", None), ("ana", None), ("zoe", None)],
)
def test_whose_account_is_meant(name: str, found: Person | None) -> None:
    """An id, the provider's word, or a name that only one has; nobody who may have no account."""
    assert sign_in.person_called(Roster(people=(_CORA, _OLGA, _ANA)), name) == found


def test_how_an_account_stands() -> None:
    """The role first: without it nothing works."""
    stands = [
        (_ANA, True, SignInStanding.NO_ROLE),
        (None, True, SignInStanding.NO_ROLE),
        (_OLGA, True, SignInStanding.WORKS),
        (_OLGA, False, SignInStanding.BY_PROVIDER),
        (_CORA, False, SignInStanding.NOT_ENROLLED),
    ]
    for person, enrolled, expected in stands:
        assert sign_in.standing(person, enrolled=enrolled) is expected


def test_under_which_names_an_attempt_counts() -> None:
    """A browser that was signed in as this person counts by itself, and no other; a typed name is never kept."""
    mine = _session()
    assert sign_in.delays_of("Cora", "203.0.113.9", "cora", mine, NOW + timedelta(days=80)) == ("browser:s1",)
    by_address = ("name:cora", "address:203.0.113.9")
    for session in (None, replace(mine, person="olga"), replace(mine, kind=SessionKind.WALL)):
        assert sign_in.delays_of("Cora", "203.0.113.9", "cora", session, NOW) == by_address
    unknown = sign_in.delays_of("my password", "203.0.113.9", None, mine, NOW)
    assert "password" not in unknown[0]
    assert unknown[1:] == by_address[1:]
    names = {sign_in.delays_of(f"somebody {number}", "", None, None, NOW)[0] for number in range(10_000)}
    assert len(names) <= sign_in.NAMES_OF_NOBODY, "names without end leave no rows without end"
    assert sign_in.delay_of_codes("cora", mine, NOW) == "code:browser:s1"
    assert sign_in.delay_of_codes("cora", None, NOW) == "code:cora"


def test_all_browsers_that_links_admit_count_together() -> None:
    """Apart from strangers, for half an hour: a link for each guess would otherwise be as many guesses as links."""
    admitted = (_session(SessionKind.ADMITTED), replace(_session(SessionKind.ADMITTED), id="s2"))
    for one in admitted:
        assert sign_in.is_known("cora", one, NOW)
        assert sign_in.delays_of("Cora", "203.0.113.9", "cora", one, NOW) == ("admitted:cora",)
        assert sign_in.delay_of_codes("cora", one, NOW) == "code:admitted:cora"
        assert not sign_in.is_known("omar", one, NOW)
        assert not sign_in.is_known("cora", one, NOW + sign_in.LINK_LIVES)
        assert not sign_in.is_known("cora", replace(one, revoked_at=NOW), NOW)


def test_of_which_sign_ins_the_owner_hears() -> None:
    """Not in a browser where they signed in before, and perhaps out. In any other, and where access was ended."""
    mine = _session()
    for before in (mine, replace(mine, revoked_at=NOW)):
        assert not sign_in.is_told_of("cora", before)
    others = (replace(mine, person="olga"), _session(SessionKind.WALL), _session(SessionKind.ADMITTED))
    for elsewhere in (None, *others, replace(mine, revoked_at=NOW, shut_out=True)):
        assert sign_in.is_told_of("cora", elsewhere)


def test_the_owner_of_an_account_is_texted_and_never_rung() -> None:
    """In their language; at night a call would sound like a page."""
    words = coordinator_texts.new_app(None)
    (told,) = sign_in.told(replace(_CORA, texts_in=Language.SPANISH), words, NOW)
    assert (told.purpose, told.channel, told.to, told.text) == (
        Purpose.ACCOUNT,
        Channel.SMS,
        _CORA.phone,
        words.spanish,
    )
    assert sign_in.told(replace(_CORA, opted_out=True), words, NOW) == []


def test_who_has_no_password_has_proven_who_they_are_minutes_ago() -> None:
    assert sign_in.is_fresh(_session(), NOW + timedelta(minutes=9))
    assert not sign_in.is_fresh(_session(), NOW + timedelta(minutes=10))
    assert not sign_in.is_fresh(_session(), NOW - timedelta(minutes=10)), "a clock was set back, nobody knows when"


def test_of_mistakes_fewer_and_fewer_are_told() -> None:
    assert [count for count in range(1, 100) if sign_in.is_told(count)] == [1, 2, 4, 8, 16, 32, 64]
