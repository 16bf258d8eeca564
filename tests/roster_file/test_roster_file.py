"""The roster file: what it may say, how it answers mistakes, and that what is written reads back."""

import re
import tomllib
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from dispatch.roster_file import BadRoster, read_roster, skipped_keys, write_roster
from dispatch.rules.facts.people import DEFAULT_CONTACT_PLAN, Channel, ContactStep, Language, Person, Role
from dispatch.rules.facts.roster import (
    Agency,
    AgencyKind,
    Area,
    Drive,
    Policy,
    PolicyStep,
    Roster,
    Station,
    Target,
    TargetKind,
)
from dispatch.rules.facts.schedule import Override, OverrideKind, Pause, Rotation, RotationUnit
from dispatch.rules.roster.edited import with_keys
from dispatch.rules.roster.on_call import coverage_gaps, on_call

SAMPLE = Path(__file__).parents[2] / "config" / "roster.toml"

SMALL = """\
[agencies.LBPD]
name = "Long Beach Police Department"
kind = "caller"

[agencies.DCFS]
name = "Department of Children and Family Services"
kind = "partner"
notice_phone = "+12135550191"

[people.ana]
name = "Ana Reyes"
phone = "+15625550101"

[people.ben]
name = "Ben Okafor"
phone = "+15625550102"

[people.cora]
name = "Cora Whitfield"
phone = "+15625550106"
roles = ["coordinator"]

[rotations.primary]
members = ["ana", "ben"]
unit = "weeks"
weekday = "monday"
handoff = "09:00"
starts_on = 2026-01-05

[policies.default]
steps = [{targets = ["rotation:primary"], wait = "5m"}]

[[overrides]]
rotation = "primary"
kind = "replace"
starts_at = "2026-12-24 18:00"
ends_at = "2026-12-26 09:00"
person = "ben"
replaces = "ana"
"""


def changed(*changes: tuple[str, str]) -> str:
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} is not in the small file exactly once"
        text = text.replace(old, new)
    return text


def problems(text: str) -> list[str]:
    with pytest.raises(BadRoster) as refused:
        read_roster(text)
    assert list(refused.value.problems) == str(refused.value).split("\n")
    return list(refused.value.problems)


# ---- reading -------------------------------------------------------------------------------------------------------


def test_a_small_file_is_read() -> None:
    """What a file leaves out has its default, an override's local times are its rotation's, and moments are in UTC."""
    assert read_roster(SMALL) == Roster(
        people=(
            Person("ana", "Ana Reyes", "+15625550101"),
            Person("ben", "Ben Okafor", "+15625550102"),
            Person("cora", "Cora Whitfield", "+15625550106", roles=frozenset({Role.COORDINATOR})),
        ),
        rotations=(Rotation("primary", ("ana", "ben"), RotationUnit.WEEKS, 1, time(9), date(2026, 1, 5), weekday=0),),
        overrides=(
            Override(
                "primary",
                OverrideKind.REPLACE,
                datetime(2026, 12, 25, 2, tzinfo=UTC),
                datetime(2026, 12, 26, 17, tzinfo=UTC),
                person="ben",
                replaces="ana",
            ),
        ),
        policies=(Policy("default", (PolicyStep((Target(TargetKind.ROTATION, "primary"),), 300),)),),
        agencies=(
            Agency("LBPD", "Long Beach Police Department"),
            Agency(
                "DCFS",
                "Department of Children and Family Services",
                AgencyKind.PARTNER,
                notice_phone="+12135550191",
            ),
        ),
    )


@pytest.mark.parametrize("written", ["(562) 555-0101", "562.555.0101", "+1 562 555 0101", "1-562-555-0101"])
def test_phones_come_back_as_e164(written: str) -> None:
    """A number of the United States may be written as people write it."""
    assert read_roster(changed(("+15625550101", written))).people[0].phone == "+15625550101"


@pytest.mark.parametrize(
    ("written", "seconds"), [('"90s"', 90), ('"5m"', 300), ('"1h"', 3600), ("45", 45), ('"10s"', 10)]
)
def test_lengths_of_time(written: str, seconds: int) -> None:
    """A length of time is seconds, minutes or hours, or a whole number of seconds."""
    assert read_roster(changed(('"5m"', written))).policies[0].steps[0].wait_seconds == seconds


@pytest.mark.parametrize(
    "written", ["2026-12-24T18:00:00-08:00", "2026-12-24 18:00:00", '"2026-12-24T18:00-08:00"', "2026-12-25T02:00:00Z"]
)
def test_moments_of_an_override(written: str) -> None:
    """The same moment may be written with an offset or in the rotation's local time, with or without quotes."""
    override = read_roster(changed(('"2026-12-24 18:00"', written))).overrides[0]
    assert override.starts_at == datetime(2026, 12, 25, 2, tzinfo=UTC)
    assert override.starts_at.tzinfo is UTC


def test_other_ways_to_write_a_time_and_a_date() -> None:
    """A hand-off may be a TOML time, a date may be in quotes, and a weekday may have a capital."""
    text = changed(('"09:00"', "09:00:00"), ("2026-01-05", '"2026-01-05"'), ('"monday"', '"Monday"'))
    assert read_roster(text) == read_roster(SMALL)


def test_a_file_from_windows_is_read() -> None:
    """A byte order mark and carriage returns are not mistakes."""
    assert read_roster("\ufeff" + SMALL.replace("\n", "\r\n")) == read_roster(SMALL)


def test_a_contact_plan_of_ones_own() -> None:
    """A contact plan is a list of channels and times; everybody can be a target; opting out is kept."""
    plan = 'opted_out = true\ncontact_plan = [{channel = "voice", after = "0s"}, {channel = "sms", after = "2m"}]'
    text = changed(
        ('phone = "+15625550101"', f'phone = "+15625550101"\n{plan}'),
        ('"rotation:primary"', '"person:ana", "everyone"'),
    )
    roster = read_roster(text)
    assert roster.people[0].contact_plan == (ContactStep(Channel.VOICE, 0), ContactStep(Channel.SMS, 120))
    assert roster.people[0].opted_out
    assert roster.policies[0].steps[0].targets == (Target(TargetKind.PERSON, "ana"), Target(TargetKind.EVERYONE))


# ---- mistakes ------------------------------------------------------------------------------------------------------


def test_a_mistake_in_the_syntax_names_its_line() -> None:
    """For a file that is not TOML the answer gives the first mistake, and its line as it stands."""
    assert problems('[people.ana]\nname = "Ana\n') == [
        "roster.toml: Illegal character '\\n' (at line 2, column 12): name = \"Ana"
    ]
    assert problems('[rotations.primary]\nmembers = ["ana" "ben"]\n') == [
        'roster.toml: Unclosed array (at line 2, column 18); is a comma missing?: members = ["ana" "ben"]'
    ]
    assert problems("[people.ana]\n[people.ben]\n[people.ana]\n") == [
        "roster.toml: line 3: [people.ana] is there twice"
    ]
    assert problems("[people.ana") == [
        "roster.toml: Expected ']' at the end of a table declaration (at end of document)"
    ]


def test_curly_quotes_are_named() -> None:
    """A word processor made them of straight ones, and in most fonts they look alike."""
    text = changed(('"weeks"', "\u201cweeks\u201d"))
    line = next(number for number, line in enumerate(text.splitlines(), start=1) if "\u201c" in line)
    assert problems(text) == [f'roster.toml: line {line} has the curly quote \u201c; write straight ones: "like this"']


def test_lines_begin_with_the_name_of_the_file() -> None:
    """Each problem begins with the file name that was given."""
    with pytest.raises(BadRoster, match=r"^night\.toml: people\.ana\.phone: "):
        read_roster(changed(("+15625550101", "555")), name="night.toml")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("+15625550101", "555", "people.ana.phone: '555' is not a phone number; write it like +15625550101"),
        (
            '"+15625550101"',
            "5625550101",
            'people.ana.phone: 5625550101 is not a phone number; write it in quotes, like "+15625550101"',
        ),
        ("+15625550102", "562-555-0101", "people.ben.phone: +15625550101 is already the phone of ana"),
        (
            '["ana", "ben"]',
            '["ana", "bne"]',
            "rotations.primary.members: nobody is called 'bne' (did you mean 'ben'?)",
        ),
        ('["ana", "ben"]', "[]", "rotations.primary.members: is empty"),
        ('["ana", "ben"]', '"ana"', "rotations.primary.members: 'ana' is not a list; write it in [square brackets]"),
        ('["ana", "ben"]', '["ana", 7]', 'rotations.primary.members: 7 is not a text; write it in "quotes"'),
        ('members = ["ana", "ben"]\n', "", "rotations.primary.members: missing"),
        ('"weeks"', '"week"', "rotations.primary.unit: 'week' is not one of days, weeks (did you mean 'weeks'?)"),
        ('"monday"', '"mondey"', "rotations.primary.weekday: 'mondey' is not a weekday (did you mean 'monday'?)"),
        (
            '"monday"',
            '"Mon"',
            "rotations.primary.weekday: 'Mon' is not a weekday; write monday, tuesday and so on",
        ),
        ("2026-01-05", "2026-01-06", "rotations.primary.starts_on: 2026-01-06 is a Tuesday, but the weekday is Monday"),
        (
            "2026-01-05",
            "2026-01-05T09:00:00",
            "rotations.primary.starts_on: 2026-01-05 09:00:00 is not a date; write it like 2026-01-05",
        ),
        ('"weeks"', '"days"', "rotations.primary.weekday: a rotation of days has no weekday; leave it out"),
        ('"09:00"', '"9am"', "rotations.primary.handoff: '9am' is not a time of day; write it like \"09:00\""),
        ('"09:00"', '"24:00"', "rotations.primary.handoff: '24:00' is not a time of day; write it like \"09:00\""),
        ('name = "Ana Reyes"\n', "", "people.ana.name: missing"),
        ('"Ana Reyes"', '"  "', "people.ana.name: is empty"),
        (
            '"Ana Reyes"',
            '"Ana\\nReyes"',
            "people.ana.name: 'Ana\\nReyes' has a line break or another character that cannot be printed",
        ),
        ('name = "Ana Reyes"', 'nmae = "x"\nname = "Ana Reyes"', "people.ana.nmae: unknown key (did you mean 'name'?)"),
        ("[people.ana]", "[poeple.dev]\n[people.ana]", "poeple: unknown key (did you mean 'people'?)"),
        (
            "[people.ana]",
            "[staff.dev]\n[people.ana]",
            "staff: unknown key; known here: agencies, areas, drives, overrides, people, policies, rotations",
        ),
        (
            "[people.ana]",
            "[people]\nzoe = 3\n[people.ana]",
            "people.zoe: is not a table; write [people.zoe] on a line of its own",
        ),
        (
            '["coordinator"]',
            '["coordinator", "boss"]',
            "people.cora.roles: 'boss' is not one of specialist, coordinator, supervisor, auditor",
        ),
        ('["coordinator"]', '["supervisor"]', 'people: nobody is a coordinator; give somebody roles = ["coordinator"]'),
        (
            "[people.ana]\nname",
            (
                '[people.zoe]\nname = "Zoe"\nphone = "+15625550109"\nsign_in = "A@b.example"\n'
                '[people.ana]\nsign_in = "a@B.example"\nname'
            ),
            "people.ana.sign_in: a@B.example is already the sign_in of zoe",
        ),
        (
            "[people.cora]",
            "[people.Cora]",
            "people.Cora: a person's id is small letters, digits, - and _, and begins with a letter",
        ),
        ("[agencies.LBPD]", "[agencies.lbpd]", "agencies.lbpd: an agency's code is 2 to 12 capital letters and digits"),
        (
            '"caller"',
            '"caller"\npolicy = "defualt"',
            "agencies.LBPD.policy: no policy is called 'defualt' (did you mean 'default'?)",
        ),
        (
            'notice_phone = "+12135550191"\n',
            "",
            "agencies.DCFS.notice_phone: missing; a partner is told by a notice_phone or a webhook_url",
        ),
        ("[policies.default]", "[policies.night]", "agencies.LBPD.policy: missing, and no policy is called 'default'"),
        (
            '"rotation:primary"',
            '"rotation:primry"',
            "policies.default.steps[1].targets: no rotation is called 'primry' (did you mean 'primary'?)",
        ),
        ('"rotation:primary"', '"person:zoltan"', "policies.default.steps[1].targets: nobody is called 'zoltan'"),
        (
            '"rotation:primary"',
            '"primary"',
            (
                "policies.default.steps[1].targets: 'primary' is not a target; "
                'write "rotation:NAME", "person:ID" or "everyone"'
            ),
        ),
        (
            '"5m"',
            '"5 minutes"',
            'policies.default.steps[1].wait: \'5 minutes\' is not a length of time; write it like "90s", "5m" or "1h"',
        ),
        (
            '"5m"',
            "5",
            'policies.default.steps[1].wait: 5 is 5 seconds, which is not between 10s and 1h; did you mean "5m"?',
        ),
        ('"5m"', '"9s"', "policies.default.steps[1].wait: '9s' is not between 10s and 1h"),
        ('"5m"', '"61m"', "policies.default.steps[1].wait: '61m' is not between 10s and 1h"),
        ('"5m"}]', '"5m"}]\nround_wait = "2h"', "policies.default.round_wait: '2h' is not between 10s and 1h"),
        (
            'rotation = "primary"',
            'rotation = "primery"',
            "overrides[1].rotation: no rotation is called 'primery' (did you mean 'primary'?)",
        ),
        ('person = "ben"', 'person = "bem"', "overrides[1].person: nobody is called 'bem' (did you mean 'ben'?)"),
        (
            'replaces = "ana"',
            'replaces = "anna"',
            "overrides[1].replaces: nobody is called 'anna' (did you mean 'ana'?)",
        ),
        ('person = "ben"\n', "", "overrides[1].person: missing; who comes in?"),
        (
            'person = "ben"\nreplaces = "ana"',
            'replaces = "ana"\nperson = "ben"\nnote = "Christmas"',
            "overrides[1].note: unknown key; known here: ends_at, key, kind, person, replaces, rotation, starts_at",
        ),
        (
            '"replace"',
            '"add"',
            'overrides[1].replaces: an override of kind "add" replaces nobody; leave it out, or write kind = "replace"',
        ),
        ('"replace"', '"remove"', "overrides[1].person: to remove somebody, write whom as `replaces`"),
        ('"replace"', '"swap"', "overrides[1].kind: 'swap' is not one of add, replace, remove"),
        ('"2026-12-26 09:00"', '"2026-12-24 18:00"', "overrides[1].ends_at: is not after starts_at"),
        (
            '"2026-12-26 09:00"',
            "2026-12-26",
            'overrides[1].ends_at: 2026-12-26 is not a day and time; write it like "2026-12-24 18:00"',
        ),
        (
            '"2026-12-26 09:00"',
            '"26:00"',
            "overrides[1].ends_at: '26:00' is not a day and time; write it like \"2026-12-24 18:00\"",
        ),
        (
            '"2026-12-26 09:00"',
            "9999-12-31T23:59:59",
            'overrides[1].ends_at: 9999-12-31 23:59:59 is not a day and time; write it like "2026-12-24 18:00"',
        ),
        (
            '"2026-12-26 09:00"',
            '"0001-01-01 00:00Z"',
            "overrides[1].ends_at: '0001-01-01 00:00Z' is not a day and time; write it like \"2026-12-24 18:00\"",
        ),
    ],
)
def test_a_mistake_is_named(old: str, new: str, expected: str) -> None:
    """One mistake gives one line, which names the entry and says what to write."""
    assert problems(changed((old, new))) == [f"roster.toml: {expected}"]


@pytest.mark.parametrize(
    ("table", "line", "expected"),
    [
        (
            "rotations.primary",
            'timezone = "America/Los_Angles"',
            "timezone: 'America/Los_Angles' is not a time zone (did you mean 'America/Los_Angeles'?)",
        ),
        ("rotations.primary", 'timezone = "PST"', "timezone: 'PST' is not a time zone; write America/Los_Angeles"),
        ("rotations.primary", 'timezone = "EST"', "timezone: 'EST' has no summer time; write America/New_York"),
        (
            "rotations.primary",
            'timezone = "MST"',
            "timezone: 'MST' has no summer time; write America/Denver, or America/Phoenix for Arizona",
        ),
        (
            "rotations.primary",
            'timezone = "UTC-8"',
            "timezone: 'UTC-8' is not a time zone; write it like America/Los_Angeles",
        ),
        ("rotations.primary", "length = 0", "length: 0 is not a whole number from 1 to 366"),
        ("people.cora", 'texts_in = "fr"', "texts_in: 'fr' is not one of en, es"),
        ("people.cora", 'opted_out = "no"', "opted_out: 'no' is neither true nor false"),
        (
            "people.cora",
            'contact_plan = [{channel = "webhook", after = 0}]',
            "contact_plan[1].channel: 'webhook' is not one of sms, voice",
        ),
        ("people.cora", 'contact_plan = ["sms"]', "contact_plan[1]: is not a table; write it like {key = value, …}"),
        (
            "people.cora",
            'contact_plan = [{channel = "sms", afer = "0s", after = "0s"}]',
            "contact_plan[1].afer: unknown key (did you mean 'after'?)",
        ),
    ],
)
def test_a_mistake_in_a_key_that_may_be_left_out_is_named(table: str, line: str, expected: str) -> None:
    text = changed((f"[{table}]\n", f"[{table}]\n{line}\n"))
    assert problems(text) == [f"roster.toml: {table}.{expected}"]


def test_every_mistake_is_listed() -> None:
    """Mistakes in several places come in one answer; a broken entry neither hides the others nor counts as unknown."""
    text = changed(
        ("+15625550101", "555"),
        ('["ana", "ben"]', '["ana", "bne"]'),
        ('"5m"', '"5"'),
        ("[agencies.DCFS]", "[agencies.X]"),
    )
    assert problems(text) == [
        "roster.toml: agencies.X: an agency's code is 2 to 12 capital letters and digits",
        "roster.toml: people.ana.phone: '555' is not a phone number; write it like +15625550101",
        'roster.toml: policies.default.steps[1].wait: \'5\' has no unit; write "5m" for minutes, "s" for seconds',
        "roster.toml: rotations.primary.members: nobody is called 'bne' (did you mean 'ben'?)",
    ]


def test_a_mistake_leads_to_no_second_line() -> None:
    """A name is known and a key is there even if what stands behind it is wrong."""
    text = changed(('[people.ana]\nname = "Ana Reyes"\nphone = "+15625550101"', "[people]\nana = 3"))
    assert problems(text) == ["roster.toml: people.ana: is not a table; write [people.ana] on a line of its own"]
    assert problems(changed(('person = "ben"', "person = 3"))) == [
        'roster.toml: overrides[1].person: 3 is not a text; write it in "quotes"'
    ]


def test_an_empty_file_is_refused() -> None:
    """A roster of nobody pages nobody; the answer to an empty file says what it lacks."""
    assert problems("") == [
        'roster.toml: people: nobody is a specialist; give somebody roles = ["specialist"]',
        'roster.toml: people: nobody is a coordinator; give somebody roles = ["coordinator"]',
        "roster.toml: policies: no policy is called 'default', and no agency names another",
    ]


def test_a_section_of_the_wrong_shape() -> None:
    """A section that is a value, or an override that is a single table, is named with what to write instead."""
    text = 'people = "ana"\n' + SMALL[: SMALL.index("[people.ana]")] + "[overrides]\n" + "[policies]\ndefault = 5\n"
    assert problems(text)[:3] == [
        "roster.toml: people: is not a table; write [people.NAME] on a line of its own",
        "roster.toml: overrides: is one table of a list; write [[overrides]] in double brackets",
        "roster.toml: policies.default: is not a table; write [policies.default] on a line of its own",
    ]


def test_a_list_where_a_word_belongs() -> None:
    """A list is not printed back at length."""
    assert problems(changed(('"Ana Reyes"', '["Ana", "Reyes"]'))) == [
        'roster.toml: people.ana.name: a list is not a text; write it in "quotes"'
    ]


oddities = st.recursive(
    st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(("0s", "1:1", "+1", "everyone", "primary", "ana", "http://", "America", "..", "9999-12-31 23:59"))
    | st.dates()
    | st.datetimes(timezones=st.none() | st.timezones())
    | st.times(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
    max_leaves=4,
)


@given(st.data())
@settings(deadline=None)
@pytest.mark.slow
def test_nothing_in_a_file_brings_the_reader_down(data: st.DataObject) -> None:
    """Any file is either read or refused as a bad roster; nothing else is raised."""
    tables: Any = tomllib.loads(SMALL)
    for _ in range(data.draw(st.integers(1, 3))):
        place = tables
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(place[key], dict | list) and data.draw(st.integers(0, 5)):
                place = place[key]
                continue
            place[key] = data.draw(oddities)
            break
    try:
        text = tomlkit.dumps(tables)
        tomllib.loads(text)
    except ValueError:
        reject()  # such a value cannot stand in a TOML file
    with suppress(BadRoster):
        read_roster(text)


def test_callers_may_name_their_own_policies() -> None:
    """Without a policy called default the file is accepted as long as every caller names one."""
    text = changed(("[policies.default]", "[policies.night]"), ('kind = "caller"', 'policy = "night"'))
    assert read_roster(text).agencies[0].policy == "night"


def test_two_overrides_of_one_key_are_refused() -> None:
    """A key names one of them."""
    start = SMALL.index("[[overrides]]")
    entry = SMALL[start:].split("\n\n", 1)[0].replace("[[overrides]]", '[[overrides]]\nkey = "eve"', 1)
    assert "roster.toml: overrides[3].key: 'eve' is already the key of overrides[2]" in problems(
        f"{SMALL}\n{entry}\n{entry}\n"
    )


PAUSED = 'pauses = [\n    {starts_at = "2026-12-20 09:00", ends_at = "2027-01-04 09:00"},\n]'


def test_a_pause_is_local_to_its_rotation() -> None:
    """Nine in the morning is nine where the rotation's clock is."""
    text = changed(("starts_on = 2026-01-05", f'starts_on = 2026-01-05\n{PAUSED}\ntimezone = "America/New_York"'))
    (pause,) = read_roster(text).rotations[0].pauses
    assert pause.starts_at == datetime(2026, 12, 20, 14, tzinfo=UTC)
    assert pause.ends_at == datetime(2027, 1, 4, 14, tzinfo=UTC)


FIRST = '{starts_at = "2026-12-20 09:00", ends_at = "2026-12-22 09:00"}'


@pytest.mark.parametrize(
    ("pauses", "problem"),
    [
        (FIRST.replace("-22", "-20"), "pauses[1].ends_at: is not after starts_at"),
        (
            f"{FIRST}, {FIRST.replace('-20', '-21')}",
            "pauses[2].starts_at: is before the end of the pause above it",
        ),
        ('{starts_at = "2026-12-20 09:00"}', "pauses[1].ends_at: missing"),
    ],
)
def test_pauses_that_cannot_be_are_refused(pauses: str, problem: str) -> None:
    """One that ends before it begins, two at once, and half of one."""
    text = changed(("starts_on = 2026-01-05", f"starts_on = 2026-01-05\npauses = [{pauses}]"))
    assert problems(text) == [f"roster.toml: rotations.primary.{problem}"]


OWN = """
[rotations.{name}]
members = ["{member}"]
unit = "days"
handoff = "09:00"
starts_on = 2026-01-05
takes_alarms = true
"""


def test_coordinators_have_one_rotation_of_their_own() -> None:
    """Of coordinators alone, and no policy pages it."""
    sample = SAMPLE.read_text(encoding="utf-8")
    good = read_roster(sample + OWN.format(name="own", member="cora"))
    assert good.alarm_rotation is not None
    assert good.alarm_rotation.name == "own"
    assert "takes_alarms = true" in write_roster(good)
    assert write_roster(good).count("takes_alarms = ") == 1
    bad = sample + OWN.format(name="own", member="eva") + OWN.format(name="other", member="cora")
    found = problems(bad.replace('"rotation:backup"', '"rotation:own"'))
    assert found[0].endswith("rotations.other.takes_alarms: own takes them already, and one rotation does")
    assert found[1].endswith("rotations.own.members: eva is no coordinator, and this rotation takes alarms")
    assert found[2].endswith(".targets: own takes alarms; a policy pages specialists")


# ---- writing -------------------------------------------------------------------------------------------------------


def test_the_sample_reads_back_equal() -> None:
    """The sample is a good roster, and exporting it gives a file that reads back as the same roster."""
    roster = read_roster(SAMPLE.read_text(encoding="utf-8"), name="config/roster.toml")
    written = write_roster(roster)
    assert read_roster(written) == roster
    assert write_roster(read_roster(written)) == written


def test_the_sample_covers_the_year() -> None:
    """Both rotations of the sample run from 2026-01-12 on without a gap, and never with the same person in both."""
    roster = read_roster(SAMPLE.read_text(encoding="utf-8"))
    start = datetime(2026, 1, 12, tzinfo=UTC)
    assert coverage_gaps(roster, start, start + timedelta(days=400)) == []
    for day in range(400):
        at = start + timedelta(days=day)
        assert len({person for each in roster.rotations for person in on_call(roster, each, at)}) == 2


def test_the_override_in_the_sample_can_be_used() -> None:
    """The override that the sample shows behind # signs reads without a mistake once they are gone."""
    text = SAMPLE.read_text(encoding="utf-8")
    example = text[text.index("# [[overrides]]") : text.index("# ---- Policies")]
    assert len(read_roster(text.replace(example, re.sub("^# ", "", example, flags=re.MULTILINE))).overrides) == 1


def test_an_export_is_made_for_people() -> None:
    """An export has comments, leaves out defaults, and writes an override in local time with its offset."""
    written = write_roster(read_roster(SMALL))
    assert written.startswith("# The roster. ")
    assert "contact_plan =" not in written
    assert "starts_at = 2026-12-24T18:00:00-08:00\n" in written
    assert 'round_wait = "5m"\n' in written


printable = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"), include_characters=" "),
    min_size=1,
    max_size=12,
).filter(str.strip)
slugs = st.from_regex(r"[a-z][a-z0-9_-]{0,6}", fullmatch=True)
phones = st.integers(2_000_000, 9_999_999).map(lambda digits: f"+1562{digits}")
waits = st.integers(10, 3600)
moments = st.datetimes(
    datetime(2020, 1, 1),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    datetime(2040, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
plans = st.just(DEFAULT_CONTACT_PLAN) | st.lists(
    st.builds(ContactStep, st.sampled_from((Channel.SMS, Channel.VOICE)), st.integers(0, 3600)), min_size=1, max_size=3
).map(tuple)


def distinct(keys: st.SearchStrategy[str], least: int = 0, most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(keys, unique=True, min_size=least, max_size=most)


@st.composite
def some_people(draw: st.DrawFn, areas: list[str]) -> tuple[Person, ...]:
    ids = draw(distinct(slugs, least=2, most=5))
    numbers = draw(distinct(phones, least=len(ids), most=len(ids)))
    always = (Role.SPECIALIST, Role.COORDINATOR)
    roles = [draw(st.frozensets(st.sampled_from(Role))) | set(always[index : index + 1]) for index in range(len(ids))]
    languages = st.lists(st.sampled_from(("en", "es", "tl")), max_size=3).map(tuple)
    return tuple(
        Person(
            id_,
            draw(printable),
            number,
            frozenset(role),
            draw(languages),
            draw(plans),
            draw(st.booleans()),
            draw(st.sampled_from(Language)),
            area_night=draw(st.none() | st.sampled_from(areas)),
            area_day=draw(st.none() | st.sampled_from(areas)),
            turnout_minutes=draw(st.integers(0, 120)),
            qualified_until=draw(st.none() | st.dates(date(2000, 1, 1), date(2099, 12, 31))),
        )
        for id_, number, role in zip(ids, numbers, roles, strict=True)
    )


@st.composite
def some_rotation(draw: st.DrawFn, name: str, ids: list[str]) -> Rotation:
    unit = draw(st.sampled_from(RotationUnit))
    starts_on = draw(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
    edges = sorted(draw(st.lists(moments, unique=True, max_size=5)))
    return Rotation(
        name=name,
        members=tuple(draw(st.lists(st.sampled_from(ids), min_size=1, max_size=4))),
        unit=unit,
        length=draw(st.integers(1, 366)),
        handoff=draw(st.builds(time, st.integers(0, 23), st.integers(0, 59), st.sampled_from((0, 0, 30)))),
        starts_on=starts_on,
        timezone=draw(st.sampled_from(("America/Los_Angeles", "Asia/Kolkata", "UTC"))),
        weekday=starts_on.weekday() if unit is RotationUnit.WEEKS and draw(st.booleans()) else None,
        pauses=tuple(map(Pause, edges[::2], edges[1::2])),
    )


@st.composite
def some_override(draw: st.DrawFn, rotations: list[str], ids: list[str]) -> Override:
    kind = draw(st.sampled_from(OverrideKind))
    starts_at, ends_at = sorted(draw(st.lists(moments, min_size=2, max_size=2, unique=True)))
    person = st.none() if kind is OverrideKind.REMOVE else st.sampled_from(ids)
    replaces = st.none() if kind is OverrideKind.ADD else st.none() | st.sampled_from(ids)
    rotation, key = draw(st.sampled_from(rotations)), draw(st.just("") | printable)
    return Override(rotation, kind, starts_at, ends_at, draw(person), draw(replaces), key)


def some_policy(name: str, rotations: list[str], ids: list[str]) -> st.SearchStrategy[Policy]:
    target = (
        st.builds(Target, st.just(TargetKind.PERSON), st.sampled_from(ids))
        | st.builds(Target, st.just(TargetKind.ROTATION), st.sampled_from(rotations))
        | st.just(Target(TargetKind.EVERYONE))
    )
    step = st.builds(PolicyStep, st.lists(target, min_size=1, max_size=3).map(tuple), waits)
    return st.builds(Policy, st.just(name), st.lists(step, min_size=1, max_size=3).map(tuple), waits)


@st.composite
def some_areas(draw: st.DrawFn) -> tuple[Area, ...]:
    """Within a few kilometres, where no drive is too fast; no code looks like a call-out's."""
    codes = draw(distinct(st.from_regex(r"[A-Z][A-Z][A-Z0-9]{0,6}", fullmatch=True), least=1))
    return tuple(
        Area(code, f"{code} Beach", draw(st.floats(33.77, 33.8)), draw(st.floats(-118.2, -118.17))) for code in codes
    )


def some_drives(areas: list[str]) -> st.SearchStrategy[tuple[Drive, ...]]:
    minutes, area = st.integers(1, 300), st.sampled_from(areas)
    drive = st.builds(Drive, area, area, minutes, st.none() | minutes) | st.builds(Drive, area, area, day=minutes)
    return st.lists(drive, max_size=4, unique_by=lambda one: (one.from_area, one.to_area)).map(tuple)


@st.composite
def some_agency(draw: st.DrawFn, code: str, policies: list[str], areas: list[str]) -> Agency:
    kind = draw(st.sampled_from(AgencyKind))
    phone = draw(phones if kind is AgencyKind.PARTNER else st.none() | phones)
    url = draw(st.sampled_from((None, "https://agency.example/hook", "http://localhost:8080/a?b=c")))
    policy = draw(st.none() | st.sampled_from(policies))
    area = st.none() | st.sampled_from(areas)
    station = st.builds(Station, printable, printable, area=area)
    stations = () if kind is AgencyKind.PARTNER else draw(st.lists(station, max_size=2).map(tuple))
    return Agency(code, draw(printable), kind, policy, phone, url, stations=stations)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    areas = draw(some_areas())
    area_codes = [area.code for area in areas]
    people = draw(some_people(area_codes))
    ids = [person.id for person in people]
    rotations = draw(distinct(printable, least=1))
    policies = ["default", *draw(distinct(printable.filter(lambda name: name != "default"), most=2))]
    codes = draw(distinct(st.from_regex(r"[A-Z0-9]{2,12}", fullmatch=True)))
    return Roster(
        people=people,
        rotations=tuple(draw(some_rotation(name, ids)) for name in rotations),
        overrides=with_keys(draw(st.lists(some_override(rotations, ids), max_size=3, unique_by=lambda one: one.key))),
        policies=tuple(draw(some_policy(name, rotations, ids)) for name in policies),
        agencies=tuple(draw(some_agency(code, policies, area_codes)) for code in codes),
        areas=areas,
        drives=draw(some_drives(area_codes)),
    )


@given(rosters())
@settings(deadline=None)  # the first example reads the list of all time zones from disk
@pytest.mark.slow
def test_what_is_written_reads_back(roster: Roster) -> None:
    """Any good roster, written and read again, is the same roster, in the same order."""
    assert read_roster(write_roster(roster)) == roster


def test_keys_that_nothing_reads_any_more_are_skipped() -> None:
    """A file from before is not refused; the import says which keys it skipped."""
    sample = SAMPLE.read_text(encoding="utf-8")
    older = sample.replace("[rotations.backup]\n", "[rotations.backup]\nslots = {wanted = 2}\n")
    older = older.replace("[people.ana]\n", '[people.ana]\ntest_hour = 19\nsunday_hour = "off"\n')
    assert older != sample
    assert read_roster(older) == read_roster(sample)
    assert skipped_keys(older) == ["people.ana.test_hour", "people.ana.sunday_hour", "rotations.backup.slots"]
    assert skipped_keys(sample) == []
