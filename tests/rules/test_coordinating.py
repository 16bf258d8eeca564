"""What a coordinator may do, what it shows, and that the law holds whatever they do and when."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules.callout.outcomes import changed
from dispatch.rules.commands.commands import (
    AddPartner,
    Assign,
    Cancel,
    ChangeDetails,
    Close,
    Command,
    Coordinator,
    CorrectStamp,
    GoMyself,
    JoinCall,
    NextStep,
    OpenByHand,
    PagePerson,
    RangOfficer,
    SetEta,
    TellOfficer,
    TellSpecialist,
    Verify,
)
from dispatch.rules.commands.deciding import (
    CommandRefused,
    WhyRefused,
    audited,
    decide,
    names_the_place,
    possible,
    record,
)
from dispatch.rules.commands.preview import Preview, Silence
from dispatch.rules.commands.preview import preview as preview_of
from dispatch.rules.decisions import (
    POLICE_HAVE_CALLED,
    AgencyEvent,
    AssignSpecialist,
    Decision,
    FulfilPromise,
    HurryPage,
    KeepOutcome,
    MoveTo,
    Note,
    NoteKind,
    SaveWords,
    SendPage,
    StampKind,
    StopRinging,
    TellAgency,
    TellPartners,
    TextOfficer,
    WithdrawPages,
    WriteCallOut,
    WriteDetails,
)
from dispatch.rules.facts.actors import AuditEvent, Trust
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Details, Outcome, Status
from dispatch.rules.facts.pages import PageState, Purpose
from dispatch.rules.facts.people import Channel, Language, Role
from dispatch.rules.facts.roster import UNLISTED, Agency, AgencyKind, Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.roster.rest import why
from dispatch.rules.wording import agency_texts
from dispatch.rules.wording.alphabet import gsm7, segments
from tests.each import each
from tests.rules.situations import (
    ANA,
    BEN,
    CLEO,
    CORA,
    NIGHT,
    OFFICER,
    ROSTER,
    Night,
    assigned,
    callout,
    minutes,
    moves,
    only,
    page,
    pages_to,
    plan,
    roster,
    situation,
    taken,
)

BY = Coordinator("cora", "Cora", CORA)
SAID = Details(OFFICER, place_address="400 W Broadway, Long Beach", place_note="north gate")
NOW = NIGHT + minutes(3)


def asked(command: Command, about: CallOut | None = None, people: Roster = ROSTER, **more: Any) -> list[Decision]:
    return decide(replace(situation(about, people), details=SAID), command, more.get("by", BY), more.get("now", NOW))


def preview(
    about: Situation,
    command: Command | OpenByHand,
    decisions: list[Decision],
    by: Coordinator,
    now: datetime,
    **more: Any,
) -> Preview:
    return preview_of(about, command, plan(about, decisions, now, by.id), by, now, **{"others_open": False} | more)


def refusal(command: Command, about: CallOut | None = None, people: Roster = ROSTER, **more: Any) -> WhyRefused:
    with pytest.raises(CommandRefused) as refused:
        asked(command, about, people, **more)
    return refused.value.why


def shown(
    command: Command, about: CallOut | None = None, people: Roster = ROSTER, by: Coordinator = BY, **more: Any
) -> Preview:
    decisions = asked(command, about, people, by=by)
    return preview(situation(about, people), command, decisions, by, NOW, **more)


# ---- the law -------------------------------------------------------------------------------------------------------

_SOMEBODY = st.sampled_from(("ana", "ben", "cleo"))
_COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(PagePerson, _SOMEBODY),
    st.just(NextStep()),
    st.just(GoMyself()),
    st.builds(Assign, _SOMEBODY, st.booleans()),
    st.builds(AddPartner, _SOMEBODY, st.booleans()),
    st.builds(SetEta, st.integers(1, 240).map(lambda ahead: NIGHT + minutes(ahead))),
    st.builds(
        CorrectStamp,
        st.sampled_from(StampKind),
        st.integers(-5, 240).map(lambda at: NIGHT + minutes(at)),
        st.just("rang"),
        st.none() | _SOMEBODY,
    ),
    st.builds(TellSpecialist, st.just("the gate is locked"), st.none() | _SOMEBODY),
    st.just(TellOfficer("a second specialist comes")),
    st.just(ChangeDetails({"place_address": "Harbor Hospital"})),
    st.just(Cancel()),
    st.just(Close(Outcome(children_met=1))),
)
_STEPS = st.lists(
    st.one_of(
        _COMMANDS,
        st.tuples(_SOMEBODY, st.sampled_from(tuple(Word))),
        st.integers(1, 20).map(minutes),
    ),
    max_size=14,
)


@settings(max_examples=150, deadline=None)
@given(_STEPS)
def test_whatever_coordinators_do_the_law_holds(steps: list[Any]) -> None:
    """Each command is refused or done; after it there is a next move, one has it, and everybody who goes will be asked.
    What is shown of it can always be shown."""
    night = Night()
    night.opens()
    dan = Coordinator("ana", "Ana", ANA)
    for step in steps:
        if isinstance(step, tuple):
            night.replies(*step)
        elif isinstance(step, Command):
            before = night.situation
            try:
                decisions = night.coordinates(step, dan)
            except CommandRefused:
                continue
            preview(before, step, decisions, dan, night.now)
        else:
            night.passes(step)


# ---- who goes ------------------------------------------------------------------------------------------------------


def test_a_person_is_paged_out_of_turn() -> None:
    """With the whole plan, in the turn that runs: while they may answer, that is not hopeless."""
    decisions = asked(PagePerson("ben"))
    assert decisions[0] == Note(NoteKind.PAGED_NOW, "Cora pages Ben Okafor now", "ben")
    assert pages_to(decisions) == ["ben"]
    assert {sent.step for sent in only(SendPage, decisions)} == {1}


def test_what_waits_for_them_comes_now() -> None:
    later = page(
        "ben", PageState.WAITING, id="p7", channel=Channel.VOICE, due_at=NOW + minutes(1), text="Call-out K7Q."
    )
    about = callout(pages=(later,))
    assert asked(PagePerson("ben"), about)[1:] == [HurryPage("p7")]
    assert "This is a call-out" in shown(PagePerson("ben"), about).letters[0].words
    due = replace(later, due_at=NOW)
    assert refusal(PagePerson("ben"), callout(pages=(due,))) is WhyRefused.BEING_PAGED


def test_the_step_that_runs_ends_now() -> None:
    """In a round as well, which otherwise keeps its time."""
    assert WriteCallOut({"step": 2}) in asked(NextStep())
    ended = [note.text for note in only(Note, asked(NextStep(), callout(step=4)))]
    assert ended[0] == "Cora ended round 2"
    assert refusal(NextStep(), taken()) is WhyRefused.TAKEN


def test_only_a_specialist_goes() -> None:
    both = replace(CORA, roles=frozenset({Role.COORDINATOR, Role.SPECIALIST}))
    cora = Coordinator("cora", "Cora", both)
    assert AssignSpecialist("cora", AssignmentRole.PRIMARY, None) in asked(
        GoMyself(), people=roster(ANA, both), by=cora
    )
    assert refusal(GoMyself()) is WhyRefused.NO_SPECIALIST
    assert refusal(GoMyself(), by=Coordinator("night desk", "night desk")) is WhyRefused.NO_SPECIALIST


def test_assigned_without_a_word_is_asked_and_paging_goes_on() -> None:
    """In their language, with the code; what waits for them already stays, and their call comes now."""
    spanish = replace(BEN, texts_in=Language.SPANISH)
    decisions = asked(Assign("ben"), people=roster(ANA, spanish))
    assert moves(decisions) == []
    texts = [sent.text for sent in only(SendPage, decisions) if sent.channel is Channel.SMS]
    assert texts[0].startswith("Llamado K7Q de LBPD: nuestro coordinador le pide que vaya.")
    rest = [
        page("ben", PageState.WAITING, id="p1", due_at=NOW),
        page("ben", PageState.WAITING, id="p2", due_at=NOW + minutes(1), channel=Channel.VOICE),
        page("ben", PageState.WAITING, id="p3", due_at=NOW + minutes(2), channel=Channel.VOICE),
    ]
    waiting = asked(Assign("ben"), callout(pages=tuple(rest)))
    assert len(only(SendPage, waiting)) == 1
    assert only(HurryPage, waiting) == [HurryPage("p2")]


def test_assigned_after_a_word_has_it() -> None:
    eta = NOW + minutes(20)
    decisions = asked(Assign("ben", spoke=True, eta_at=eta))
    assert AssignSpecialist("ben", AssignmentRole.PRIMARY, eta) in decisions
    assert moves(decisions) == [Status.ACKNOWLEDGED]
    assert only(Note, decisions)[0].text == "Cora spoke to Ben Okafor, who goes"
    for at in (NOW, NOW + minutes(361)):
        assert refusal(Assign("ben", spoke=True, eta_at=at)) is WhyRefused.MOMENT
    for command in (Assign("ben"), Assign("ben", spoke=True)):
        assert refusal(command, taken()) is WhyRefused.TAKEN
    gone = callout(Status.ACKNOWLEDGED, assigned("zoe"))
    with pytest.raises(CommandRefused, match="Somebody has K7Q already"):
        asked(Assign("ben"), gone)


def test_a_partner_is_asked_or_added() -> None:
    """Whoever offered to come before is asked all the same; whoever was spoken to is on it from now on."""
    decisions = asked(AddPartner("ben"), taken())
    assert AssignSpecialist("ben", AssignmentRole.OFFERED, None) in decisions
    assert [sent.channel for sent in only(SendPage, decisions)] == [Channel.SMS, Channel.VOICE]
    offered = taken(assigned("ben", AssignmentRole.OFFERED))
    assert only(AssignSpecialist, asked(AddPartner("ben"), offered)) == []
    deaf = roster(ANA, replace(BEN, opted_out=True))
    assert [sent.channel for sent in only(SendPage, asked(AddPartner("ben"), taken(), deaf))] == [Channel.VOICE]
    added = asked(AddPartner("ben", spoke=True, eta_at=NOW + minutes(9)), offered)
    assert AssignSpecialist("ben", AssignmentRole.PARTNER, NOW + minutes(9)) in added
    assert pages_to(added, Purpose.ANSWER) == ["ana"]
    themselves = asked(AddPartner("ben"), taken(), by=Coordinator("ben", "Ben", BEN))
    assert AssignSpecialist("ben", AssignmentRole.PARTNER, None) in themselves


def test_the_leader_is_not_rung_to_hear_of_a_partner() -> None:
    """Nor told when there is none in the roster any more, or they have left the scene."""
    command = AddPartner("ben", spoke=True)
    deaf = roster(replace(ANA, opted_out=True), BEN)
    assert pages_to(asked(command, taken(), deaf), Purpose.ANSWER) == []
    assert pages_to(asked(command, taken(), roster(BEN)), Purpose.ANSWER) == []
    left = taken(
        assigned("cleo", AssignmentRole.PARTNER, arrived_at=NIGHT),
        status=Status.ON_SCENE, arrived_at=NIGHT, cleared_at=NIGHT,
    )  # fmt: skip
    assert pages_to(asked(command, left), Purpose.ANSWER) == []
    assert pages_to(asked(AddPartner("ben"), callout(Status.ACKNOWLEDGED, assigned("zoe"))), Purpose.REMINDER) == [
        "ben"
    ]


def test_a_partner_has_their_refusals() -> None:
    assert refusal(AddPartner("ben")) is WhyRefused.NOBODY_HAS_IT
    assert refusal(AddPartner("ana"), taken()) is WhyRefused.ALREADY_ON_IT
    left = taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT)
    assert refusal(AddPartner("ben"), left) is WhyRefused.OVER
    assert refusal(AddPartner("cora"), taken()) is WhyRefused.NO_SPECIALIST


# ---- what is known -------------------------------------------------------------------------------------------------


def test_an_eta_is_told_to_whoever_is_awake() -> None:
    """Neither to somebody who would be rung at the wheel, nor to whoever says it themselves."""
    at = NOW + minutes(20)
    assert pages_to(asked(SetEta(at), taken()), Purpose.ANSWER) == ["ana"]
    deaf = roster(replace(ANA, opted_out=True))
    assert pages_to(asked(SetEta(at), taken(), deaf), Purpose.ANSWER) == []
    assert pages_to(asked(SetEta(at), taken(), by=Coordinator("ana", "Ana", ANA)), Purpose.ANSWER) == []
    silent = shown(SetEta(at), taken(), deaf).silent
    assert silent == (Silence("Ana Reyes", "takes no texts, and is not rung for this"),)


def test_an_eta_has_its_refusals() -> None:
    at = NOW + minutes(20)
    assert refusal(SetEta(at)) is WhyRefused.NOBODY_HAS_IT
    assert refusal(SetEta(at, "ben"), taken()) is WhyRefused.NOT_ON_IT
    assert refusal(SetEta(at, "ben"), taken(assigned("ben", AssignmentRole.OFFERED))) is WhyRefused.NOT_ON_IT
    assert refusal(SetEta(at), taken(status=Status.ON_SCENE, arrived_at=NIGHT)) is WhyRefused.THERE
    assert refusal(SetEta(at), taken(eta_at=at)) is WhyRefused.NOTHING_NEW
    assert refusal(SetEta(NOW), taken()) is WhyRefused.MOMENT
    assert refusal(SetEta(at), callout(Status.ACKNOWLEDGED, assigned("zoe"))) is WhyRefused.NO_SPECIALIST


def test_a_stamp_needs_an_order_and_a_reason() -> None:
    assert refusal(CorrectStamp(StampKind.HOME, NOW, "rang"), taken()) is WhyRefused.OUT_OF_ORDER
    assert refusal(CorrectStamp(StampKind.ARRIVED, NOW, " "), taken()) is WhyRefused.WORDS
    assert moves(asked(CorrectStamp(StampKind.ARRIVED, NOW, "rang", "ana"), taken())) == [Status.ON_SCENE]


def test_what_is_over_changes_no_more_but_for_the_record() -> None:
    """Stamps and what came of it may be written down on Monday."""
    over = taken(status=Status.CLOSED, arrived_at=NIGHT)
    for command in (NextStep(), Cancel(), Close(), ChangeDetails({"unit": "West"}), TellOfficer("hello")):
        assert refusal(command, over) is WhyRefused.OVER
    assert moves(asked(CorrectStamp(StampKind.WITH_CHILD, NOW, "rang"), over)) == []
    kept = asked(Close(Outcome(children_met=1)), over)
    events = [audited(about, Close()) for about in (over, taken())]
    assert events == [AuditEvent.NOTED_OUTCOME, AuditEvent.CLOSED]
    assert only(KeepOutcome, kept) == [KeepOutcome(Outcome(children_met=1))]
    assert refusal(Close(Outcome(children_met=1)), callout(Status.CANCELLED)) is WhyRefused.OVER


# ---- words ---------------------------------------------------------------------------------------------------------


def test_words_to_a_specialist_stand_behind_the_link() -> None:
    both = taken(assigned("ben", AssignmentRole.PARTNER))
    decisions = asked(TellSpecialist(" the gate is locked "), both)
    assert only(SaveWords, decisions) == [
        SaveWords("ana", "the gate is locked"),
        SaveWords("ben", "the gate is locked"),
    ]
    assert not any("gate" in sent.text for sent in only(SendPage, decisions))
    assert pages_to(asked(TellSpecialist("hello", "ben"), both), Purpose.CONFIRMATION) == ["ben"]
    deaf = roster(replace(ANA, opted_out=True))
    (call,) = only(SendPage, asked(TellSpecialist("the gate is locked"), taken(), deaf))
    assert (call.channel, call.with_link, "gate" in call.text) == (Channel.VOICE, False, False)
    assert refusal(TellSpecialist("hello")) is WhyRefused.NOT_ON_IT
    assert refusal(TellSpecialist("hello", "zoe"), taken()) is WhyRefused.NOT_ON_IT
    for words in ("", "a" * 501, "half\x00"):
        assert refusal(TellSpecialist(words), taken()) is WhyRefused.WORDS


def test_words_to_the_officer_name_no_place_and_go_out_whole() -> None:
    assert only(TextOfficer, asked(TellOfficer("Ben comes too."))) == [
        TextOfficer("K7Q, from our coordinator: Ben comes too.")
    ]
    for words in ("at 400 W. Broadway", "the North Gate is closed", "a" * 150):
        assert refusal(TellOfficer(words)) is WhyRefused.WORDS
    assert not names_the_place("north", Details(OFFICER, place_note="n"))
    assert not names_the_place("anything", Details(OFFICER))


@given(st.text(max_size=160))
def test_words_to_the_officer_go_out_whole_or_not_at_all(words: str) -> None:
    try:
        (told,) = only(TextOfficer, asked(TellOfficer(words)))
    except CommandRefused:
        return
    assert segments(told.text) == 1
    assert told.text == "K7Q, from our coordinator: " + gsm7(" ".join(words.split()))


def test_nothing_new_is_refused() -> None:
    assert refusal(ChangeDetails({"place_note": "north gate"})) is WhyRefused.NOTHING_NEW
    assert only(WriteDetails, asked(ChangeDetails({"place_note": "south gate"})))


# ---- the end -------------------------------------------------------------------------------------------------------


def test_what_has_somebody_there_is_not_cancelled() -> None:
    assert moves(asked(Cancel("off"), taken())) == [Status.CANCELLED]
    assert refusal(Cancel(), taken(status=Status.ON_SCENE, arrived_at=NIGHT)) is WhyRefused.THERE
    assert refusal(Cancel("a" * 121)) is WhyRefused.WORDS
    gone = callout(Status.ON_SCENE, assigned("zoe", arrived_at=NIGHT))
    with pytest.raises(CommandRefused, match="somebody has been there"):
        asked(Cancel(), gone)


@each(
    wrong=[
        Outcome(),
        Outcome(children_met=201),
        Outcome(freedom_bags=-1),
        Outcome(dcfs_at=NIGHT - minutes(1)),
        Outcome(probation_at=NIGHT + minutes(99)),
        Outcome(probation_reference="7"),
        Outcome(dcfs_at=NIGHT, dcfs_reference="Maria"),
        Outcome(dcfs_at=NIGHT, dcfs_reference="Maria G 12"),
    ]
)
def test_an_outcome_that_cannot_be_is_refused(wrong: Outcome) -> None:
    assert refusal(Close(wrong), taken(status=Status.ON_SCENE, arrived_at=NIGHT)) is WhyRefused.OUTCOME


def test_an_outcome_is_told_with_what_stood_before() -> None:
    """References are noted as such, never quoted: they lead to a child's file."""
    first = Outcome(2, 0, dcfs_at=NIGHT, dcfs_reference="26-1")
    said = "children met 2; Freedom Bags 0; to DCFS at Tue 24 Nov 02:14; DCFS reference"
    assert changed(None, first) == said
    assert changed(first, replace(first, children_met=None)) == "children met nothing, was 2"
    assert changed(first, first) == "nothing new"


# ---- the audit trail -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "about", "detail"),
    [
        (PagePerson("ben"), callout(), "ben"),
        (NextStep(), callout(), ""),
        (Assign("ben", spoke=True), callout(), "ben, spoken to"),
        (AddPartner("ben"), taken(), "ben, asked"),
        (SetEta(NIGHT + minutes(30)), taken(eta_at=NIGHT + minutes(20)), "ana: ETA 02:44, was 02:34"),
        (SetEta(NIGHT + minutes(30), "ben"), taken(), "ben: ETA 02:44"),
        (
            CorrectStamp(StampKind.ARRIVED, NIGHT, "r"),
            taken(arrived_at=NIGHT + minutes(1)),
            "ana: there 02:14, was 02:15",
        ),
        (CorrectStamp(StampKind.ARRIVED, NIGHT, "r", "zoe"), taken(), ""),
        (ChangeDetails({"children": 2, "place_address": "Harbor"}), callout(), "children 2, was None, place address"),
        (
            ChangeDetails({"age_band": "13", "languages": ("es",), "scene_safe": False, "medical_need": True}),
            callout(),
            "age band, languages, medical need, scene safe",
        ),
        (TellSpecialist("secret", "ana"), taken(), "ana"),
        (TellSpecialist("secret"), taken(), ""),
        (Close(), taken(), "was acknowledged"),
        (Close(Outcome(children_met=1)), taken(status=Status.CLOSED), "children met 1"),
        (TellOfficer("secret"), callout(), ""),
    ],
)
def test_the_audit_trail_names_what_was_done(command: Command, about: CallOut, detail: str) -> None:
    """With what stood before; no word of anybody, no place, no number."""
    assert record(about, command, SAID, None) == detail


# ---- the preview ---------------------------------------------------------------------------------------------------


def test_cancelling_shows_who_hears_and_who_does_not() -> None:
    """And why: no texts, declined, out of the roster, a partner without any address."""
    told = (
        Agency("DCFS", "Children and Family Services", AgencyKind.PARTNER, notice_phone="+12135550191"),
        Agency("PROB", "Probation", AgencyKind.PARTNER),
        Agency("WEB", "Another", AgencyKind.PARTNER, webhook_url="https://partner.example/hook"),
        Agency("LBPD", "Long Beach Police Department", webhook_url="https://lbpd.example/hook"),
    )
    people = replace(roster(ANA, replace(BEN, opted_out=True), CLEO, CORA), agencies=told)
    paged = [page(one, id=f"p{one}") for one in ("ana", "ben", "cleo", "zoe")]
    about = callout(pages=(*paged, page("ana", PageState.WAITING, id="p9")), declined=frozenset({"cleo"}))
    seen = shown(Cancel(), about, people)
    assert seen.sentence == "Cancel K7Q: 3 texts and 1 notice."
    assert [letter.name for letter in seen.letters] == [
        "Ana Reyes", "the officer", "Children and Family Services", "Another"
    ]  # fmt: skip
    assert seen.silent == (
        Silence("Ben Okafor", "takes no texts, and is not rung for this"),
        Silence("Cleo Martin", "declined"),
        Silence("zoe", "no longer in the roster"),
        Silence("Probation", "no number and no address in the roster"),
    )
    assert (seen.taken_back, seen.tells_agency) == (1, True)


def test_the_one_who_does_it_is_named_as_such() -> None:
    both = replace(CORA, roles=frozenset({Role.COORDINATOR, Role.SPECIALIST}))
    people = roster(ANA, both)
    seen = shown(SetEta(NOW + minutes(9), "cora"), callout(Status.ACKNOWLEDGED, assigned("cora")), people, BY)
    assert Silence("Cora Lind", "does it") not in seen.silent
    acting = shown(
        SetEta(NOW + minutes(9)),
        callout(Status.ACKNOWLEDGED, assigned("cora")),
        people,
        Coordinator("cora", "Cora", both),
    )
    assert acting.silent == (Silence("Cora Lind", "does it"),)


def test_the_next_step_shows_its_alarm_as_it_sounds() -> None:
    """Everyone, and the coordinators, who are texted and rung, but for whoever does it; who is out is not asked."""
    about = callout(step=2, out=frozenset({"cleo"}))
    assert Silence("Cora Lind", "does it") in shown(NextStep(), about).silent
    seen = shown(NextStep(), about, by=Coordinator("night desk", "night desk"))
    alarms = [letter for letter in seen.letters if letter.purpose is Purpose.ALARM]
    assert [letter.channel for letter in alarms] == [Channel.SMS, Channel.VOICE]
    assert Silence("Cleo Martin", "out on another call-out") in seen.silent


_DAN = replace(CORA, id="dan", name="Dan Moss", phone="+15625550111")


def test_what_is_told_after_a_new_number_goes_to_it() -> None:
    seen = shown(ChangeDetails({"officer_phone": "+15625550199"}), taken())
    assert {letter.to for letter in seen.letters if letter.purpose is Purpose.OFFICER} == {"+15625550199"}


def test_beware_of_whoever_is_away_or_rests() -> None:
    """They are paged all the same: a person decides."""
    stands = replace(situation(), away=frozenset({"ben"}), resting={"ben": NOW + minutes(20)})
    decisions = asked(PagePerson("ben"), stands.callout)
    assert preview(stands, PagePerson("ben"), decisions, BY, NOW).beware == (
        why("Ben", NOW + minutes(20)),
        "Ben has said that they are away",
    )


def test_beware_of_whom_one_asks() -> None:
    about = callout(declined=frozenset({"ben"}), out=frozenset({"ben"}))
    assert shown(PagePerson("ben"), about).beware == ("Ben has declined K7Q", "Ben is out on another call-out")
    driving = taken(
        assigned("zoe", AssignmentRole.PARTNER, en_route_at=NIGHT),
        assigned("ben", AssignmentRole.PARTNER, arrived_at=NIGHT, home_at=NIGHT),
    )
    assert shown(Close(), driving).beware == ("zoe is out, and nobody will ask any more whether zoe is safe at home",)


def test_others_that_are_open_change_the_words() -> None:
    alone, several = shown(PagePerson("ben")), shown(PagePerson("ben"), others_open=True)
    assert "Reply 1" in alone.letters[0].words
    assert "Reply K7Q 1" in several.letters[0].words
    assert alone.digest != several.digest


def test_a_digest_is_of_what_is_sent_and_of_what_is_asked() -> None:
    """The minutes in an alarm do not count; how often it was done before, the words and the recipients do."""
    command = TellOfficer("Ben comes too.")
    digests = {
        shown(command).digest,
        shown(command, done={shown(command).digest}).digest,
        shown(TellOfficer("Ben comes.")).digest,
        shown(Cancel()).digest,
        shown(Cancel("off")).digest,
    }
    assert len(digests) == 5
    late, later = NIGHT + minutes(30), NIGHT + minutes(31)
    eta, context = SetEta(NIGHT + minutes(90)), Coordinator("night desk", "night desk")
    one, two = (
        preview(situation(taken()), eta, asked(eta, taken(), now=now, by=context), context, now)
        for now in (late, later)
    )
    assert [letter.words for letter in one.letters] != [letter.words for letter in two.letters]
    assert one.digest == two.digest


@pytest.mark.parametrize(
    ("command", "about", "sentence"),
    [
        (PagePerson("ben"), callout(), "Page Ben now for K7Q: 2 texts and 2 calls."),
        (NextStep(), callout(), "Begin the next step of K7Q now: 2 texts and 2 calls."),
        (
            Assign("ben"),
            callout(),
            "Ask Ben to go to K7Q, and page on until somebody has it: 2 texts and 2 calls.",
        ),
        (Assign("ben", spoke=True), callout(), "Give K7Q to Ben: 2 texts."),
        (AddPartner("ben"), taken(), "Ask Ben to go along to K7Q: 1 text and 1 call."),
        (AddPartner("ben", spoke=True), taken(), "Add Ben to K7Q: 2 texts."),
        (SetEta(NOW + minutes(9)), taken(), "K7Q, Ana Reyes: ETA 02:26: 2 texts."),
        (
            CorrectStamp(StampKind.ARRIVED, NOW, "rang"),
            taken(),
            "K7Q, Ana: there 02:17, by Cora: rang: 1 text.",
        ),
        (ChangeDetails({"unit": "West"}), callout(), "K7Q, changed: unit: nobody is told."),
        (TellSpecialist("hello"), taken(), "Write about K7Q to whoever goes: 1 text."),
        (TellOfficer("hello"), callout(), "Write to the officer of K7Q: 1 text."),
        (Cancel(), taken(), "Cancel K7Q: 2 texts."),
        (Close(), taken(), "Close K7Q: 2 texts."),
        (Close(Outcome(1)), taken(status=Status.CLOSED), "Note what came of K7Q: nobody is told."),
    ],
)
def test_one_sentence_says_it(command: Command, about: CallOut, sentence: str) -> None:
    assert shown(command, about).sentence == sentence


def test_going_oneself_and_opening_have_their_sentences() -> None:
    ana = Coordinator("ana", "Ana", ANA)
    assert shown(GoMyself(), by=ana).sentence == "Take K7Q yourself: 2 texts."
    decisions: list[Decision] = [TellPartners("t"), TellAgency(AgencyEvent.CANCELLED)]
    told = preview(situation(), OpenByHand("LBPD", SAID), decisions, BY, NOW)
    assert told.sentence == "Open a call-out for LBPD: nobody is told."
    assert not told.tells_agency
    reminded = preview(situation(), Close(), [WithdrawPages("ana"), MoveTo(Status.CLOSED)], BY, NOW)
    assert reminded.taken_back == 0


def test_somebody_for_whom_nothing_changes_is_told_nothing() -> None:
    note = Note(NoteKind.DETAIL, "changed", "ben")
    told = preview(situation(), ChangeDetails({}), [note], BY, NOW)
    assert told.silent == (Silence("Ben Okafor", "nothing changes for them"),)
    strange = SendPage(Purpose.STAND_DOWN, Channel.VOICE, "+15625550123", "off", NOW)
    assert preview(situation(), Cancel(), [strange], BY, NOW).letters[0].name == "+15625550123"


# ---- what a page offers --------------------------------------------------------------------------------------------


_OPEN = {ChangeDetails, TellOfficer, Close, JoinCall, RangOfficer}
_GOING = _OPEN | {AddPartner, CorrectStamp, TellSpecialist, SetEta}


@pytest.mark.parametrize(
    ("about", "commands"),
    [
        (callout(), _OPEN | {PagePerson, NextStep, Assign, Cancel}),
        (taken(), _GOING | {Cancel}),
        (taken(status=Status.EN_ROUTE, en_route_at=NIGHT), _GOING | {Cancel}),
        (taken(status=Status.ON_SCENE, arrived_at=NIGHT), _GOING - {SetEta}),
        (taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT), _OPEN | {CorrectStamp}),
        (taken(status=Status.CLOSED, arrived_at=NIGHT), {CorrectStamp, Close}),
        (callout(Status.CLOSED), {Close}),
        (callout(Status.CANCELLED), set()),
    ],
)
def test_what_makes_sense_as_a_call_out_stands(about: CallOut, commands: set[type[Command]]) -> None:
    assert possible(situation(about), Coordinator("cora", "Cora", CORA)) == commands


def test_whoever_rang_the_officer_says_so() -> None:
    """From any phone: nobody is rung about the promise any more. Without a number there was none."""
    cora = Coordinator("cora", "Cora", CORA)
    decided = decide(situation(taken()), RangOfficer(), cora, NOW)
    assert decided == [Note(NoteKind.RANG_OFFICER, "Cora rang the officer"), FulfilPromise()]
    asked = Alarm("a1", AlarmKind.OFFICER_CALLS, "words", NOW, "c1", "K7Q")
    rung = decide(situation(taken(), alarms=[asked]), RangOfficer(), cora, NOW)
    assert only(StopRinging, rung) == [StopRinging("a1", "cora", NOW)]
    assert record(taken(), RangOfficer(), SAID, None) == ""
    assert shown(RangOfficer(), taken(), by=cora).sentence == "Say that you rang the officer of K7Q: nobody is told."
    with pytest.raises(CommandRefused, match="gave no number"):
        decide(situation(callout(officer_phone="")), RangOfficer(), cora, NOW)


def test_a_coordinator_is_rung_to_be_joined() -> None:
    """Their own phone; a key whose name is nobody's has none."""
    (page,) = only(SendPage, decide(situation(taken()), JoinCall(), Coordinator("cora", "Cora", CORA), NOW))
    assert (page.purpose, page.channel, page.to) == (Purpose.JOIN, Channel.VOICE, CORA.phone)
    with pytest.raises(CommandRefused) as refused:
        decide(situation(taken()), JoinCall(), Coordinator("night-shift", "night-shift"), NOW)
    assert refused.value.why is WhyRefused.NO_PHONE
    assert record(taken(), JoinCall(), SAID, None) == ""
    cora = Coordinator("cora", "Cora", CORA)
    assert shown(JoinCall(), taken(), by=cora).sentence == "Ring Cora, to be joined with the officer of K7Q: 1 call."


def test_only_a_specialist_may_go_themselves() -> None:
    both = replace(CORA, roles=CORA.roles | {Role.SPECIALIST})
    assert GoMyself in possible(situation(callout()), Coordinator("cora", "Cora", both))
    assert GoMyself not in possible(situation(taken()), Coordinator("cora", "Cora", both))
    assert GoMyself not in possible(situation(callout()), Coordinator("night desk", "night desk"))


_TRIED: tuple[Command, ...] = (
    PagePerson("cleo"),
    NextStep(),
    Assign("cleo"),
    AddPartner("cleo"),
    SetEta(NIGHT + minutes(45)),
    CorrectStamp(StampKind.WITH_CHILD, NIGHT + minutes(20), "late"),
    ChangeDetails({"children": 3}),
    TellSpecialist("gate 7"),
    TellOfficer("five minutes"),
    Cancel(),
    Close(Outcome(children_met=1)),
)


@each(
    about=[
        callout(),
        taken(),
        taken(status=Status.EN_ROUTE, en_route_at=NIGHT),
        taken(status=Status.ON_SCENE, arrived_at=NIGHT + minutes(10)),
        taken(status=Status.CLEARED, arrived_at=NIGHT, cleared_at=NIGHT + minutes(30)),
        taken(status=Status.CLOSED, arrived_at=NIGHT, cleared_at=NIGHT + minutes(30)),
        callout(Status.CLOSED),
        callout(Status.CANCELLED),
    ]
)
def test_what_is_offered_is_not_refused_and_what_is_not_offered_is(about: CallOut) -> None:
    """A stamp of somebody who is not on it aside, the page and the rules say the same."""
    by, now = Coordinator("cora", "Cora", CORA), NIGHT + minutes(30)
    for command in _TRIED:
        try:
            decide(situation(about), command, by, now)
            refused = False
        except CommandRefused:
            refused = True
        assert refused != (type(command) in possible(situation(about), by)), (about.status, command)


# ---- who called ----------------------------------------------------------------------------------------------------

_HERE = replace(SAID, place_unconfirmed=True)


def verified(about: CallOut, said: Details = SAID) -> list[Decision]:
    return decide(replace(situation(about), details=said), Verify(), BY, NOW)


@pytest.mark.parametrize("trust", [trust for trust in Trust if trust is not Trust.VERIFIED])
def test_verifying_says_who_did_and_what_was_known(trust: Trust) -> None:
    """Nobody has it, and no place is waiting: nobody is told anything."""
    decisions = verified(callout(trust=trust))
    assert decisions == [only(Note, decisions)[0], POLICE_HAVE_CALLED]
    assert only(Note, decisions)[0] == Note(NoteKind.VERIFIED, "Cora has rung the agency: the caller is verified")
    assert record(callout(trust=trust), Verify(), SAID, None) == f"was {trust}"


def test_who_is_verified_is_not_verified_again() -> None:
    assert refusal(Verify()) is WhyRefused.NOTHING_NEW
    assert refusal(Verify(), callout(Status.CLOSED, trust=Trust.LISTED)) is WhyRefused.OVER


def test_verifying_confirms_the_place_for_whoever_goes() -> None:
    """They get a link to it; without a place nobody is told of one."""
    decisions = verified(callout(Status.ACKNOWLEDGED, assigned("ana"), trust=Trust.LIKELY), _HERE)
    assert only(WriteDetails, decisions) == [WriteDetails(SAID)]
    (told,) = only(SendPage, decisions)
    assert (told.person, told.with_link) == ("ana", True)
    nowhere = verified(
        callout(Status.ACKNOWLEDGED, assigned("ana"), trust=Trust.LIKELY), Details(OFFICER, place_unconfirmed=True)
    )
    assert not only(SendPage, nowhere)
    assert only(WriteDetails, nowhere) == [WriteDetails(Details(OFFICER))]


def test_the_officer_hears_who_comes_once_they_are_verified() -> None:
    """Unless they have heard it already, or see them."""
    mine = assigned("ana", eta_at=NIGHT + minutes(25))
    known = agency_texts.officer_taken("K7Q", "Ana", NIGHT + minutes(25))
    coming = callout(Status.ACKNOWLEDGED, mine, trust=Trust.LISTED)
    assert only(TextOfficer, verified(coming)) == [TextOfficer(known)]
    there = replace(mine, arrived_at=NIGHT + minutes(20))
    assert not only(TextOfficer, verified(callout(Status.ON_SCENE, there, trust=Trust.LISTED)))
    assert not only(TextOfficer, verified(replace(coming, trust=Trust.LIKELY)))
    gone = callout(Status.ACKNOWLEDGED, replace(mine, person="gone"), trust=Trust.LISTED)
    assert len(only(TextOfficer, verified(gone))) == 1


def test_whoever_verifies_a_stranger_reads_that_no_number_is_listed() -> None:
    """There is no agency to ring but the one that they find themselves."""
    stranger = callout(trust=Trust.UNLISTED, agency=UNLISTED.code)
    assert "find the agency's own number" in shown(Verify(), stranger).beware[0]
    assert shown(Verify(), callout(trust=Trust.LISTED)).beware == ()


def test_what_is_offered_about_a_caller() -> None:
    """A known caller is not verified, and an officer without a number is not written to."""
    assert Verify not in possible(situation(callout()), BY)
    offered = possible(situation(callout(trust=Trust.WITHHELD, officer_phone="")), BY)
    assert Verify in offered
    assert TellOfficer not in offered
    assert refusal(TellOfficer("hello"), callout(officer_phone="")) is WhyRefused.NO_NUMBER


def test_the_preview_of_verifying_says_what_it_does() -> None:
    assert shown(Verify(), callout(trust=Trust.LISTED)).sentence == (
        "Say that the caller of K7Q is verified: nobody is told."
    )
