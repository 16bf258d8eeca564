"""What follows from a failed page."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from dispatch.rules.callout.page_failures import (
    of_callout,
    of_carrier,
    of_number,
    of_standalone,
    opts_out,
    told_of_opt_out,
)
from dispatch.rules.decisions import AlarmCoordinators, HurryPage, Note, NoteKind, OptOut, SendPage
from dispatch.rules.delivery.sending import Meaning
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import AssignmentRole, CallOut, Status
from dispatch.rules.facts.pages import LetGo, Page, PageState, Purpose, Subject
from dispatch.rules.facts.people import Channel, Language
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation
from dispatch.rules.wording import alarms, coordinator_texts, spoken, texts
from dispatch.rules.wording.languages import Words, in_language
from tests.each import each
from tests.rules.situations import (
    ANA,
    NIGHT,
    OFFICER,
    ROSTER,
    alarm,
    assigned,
    callout,
    has_moved,
    minutes,
    only,
    page,
    roster,
    situation,
    taken,
    written,
)

SMS, VOICE = Channel.SMS, Channel.VOICE
_MEANINGS_OF_NO_ALARM = [
    meaning for meaning in Meaning if meaning not in {Meaning.OPERATOR, Meaning.ACCOUNT, Meaning.OPTED_OUT}
]


def alarmed(decisions: object) -> list[str]:
    return [alarm.text for alarm in only(AlarmCoordinators, decisions)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("channel", "person", "purpose", "words"),
    [
        (SMS, "ana", Purpose.PAGE, "text to Ana Reyes: busy"),
        (VOICE, "ana", Purpose.PAGE, "call to Ana Reyes: busy"),
        (SMS, None, Purpose.OFFICER, "text to officer: busy"),
        (Channel.WEBHOOK, None, Purpose.AGENCY, "webhook to agency: busy"),
        (SMS, "somebody who left", Purpose.PAGE, "text to page: busy"),
    ],
)
def test_the_timeline_says_who_was_not_reached(
    channel: Channel, person: str | None, purpose: Purpose, words: str
) -> None:
    """By name, or by what the page was for if it went to none of our people."""
    failed = page(person, channel=channel, purpose=purpose)
    decided = of_callout(situation(callout(pages=(failed,))), failed, "busy", Meaning.UNEXPLAINED, NIGHT)
    assert decided[0] == Note(NoteKind.PAGE_FAILED, words, person)


def test_the_next_channel_comes_now() -> None:
    """The failed page already counts as failed when the next one is chosen."""
    failed, waiting = page("ana"), page("ana", PageState.WAITING, id="p2", channel=VOICE)
    about = callout(pages=(failed, replace(waiting, due_at=NIGHT)))
    assert HurryPage("p2") in of_callout(situation(about), failed, "undelivered", Meaning.PASSING, NIGHT)
    asked = [replace(one, purpose=Purpose.ASK_ALONG) for one in about.pages]
    along = situation(replace(taken(), nearer=tuple(asked)))
    assert HurryPage("p2") in of_callout(along, asked[0], "undelivered", Meaning.PASSING, NIGHT)


_OF_THEMSELVES = set(Purpose) - {
    *(Purpose.PAGE, Purpose.ASK_ALONG, Purpose.OFFICER, Purpose.ALARM, Purpose.REMINDER),
    *(Purpose.CONFIRMATION, Purpose.JOIN, Purpose.STAND_DOWN),
}


@each(purpose=_OF_THEMSELVES, channel=[SMS, VOICE])
def test_what_is_asked_again_or_read_elsewhere_is_only_noted(purpose: Purpose, channel: Channel) -> None:
    """A question has a deadline of its own, and a link or a view shows how things stand; nor is a call news that rings
    back somebody who phoned us."""
    rung_back = page("ana", purpose=Purpose.CONFIRMATION, channel=channel, subject=Subject.RUNG_BACK)
    for failed in (page("ana", purpose=purpose, channel=channel), rung_back):
        decided = of_callout(situation(taken()), failed, "no answer", Meaning.PASSING, NIGHT)
        assert [type(one) for one in decided] == [Note]


def test_the_next_person_comes_now() -> None:
    """With nobody left in the step the turn ends early: nothing more is expected of the failed page."""
    failed = page("ana", channel=VOICE)
    decided = of_callout(situation(callout(pages=(failed,))), failed, "busy", Meaning.UNEXPLAINED, NIGHT)
    assert NoteKind.STEP_ENDED_EARLY in [note.kind for note in only(Note, decided)]


def test_an_opt_out_is_an_alarm_once() -> None:
    """Coordinators hear of it at the first failure; once we know that somebody has opted out, they have heard."""
    failed = page("ana")
    about = callout(pages=(failed,))
    decided = of_callout(situation(about), failed, "21610: no", Meaning.OPTED_OUT, NIGHT)
    assert alarms.opted_out("Ana", ANA.phone) in alarmed(decided)
    known = replace(ANA, opted_out=True)
    assert not opts_out(known, Meaning.OPTED_OUT)
    again = of_callout(situation(about, roster(known)), failed, "21610: no", Meaning.OPTED_OUT, NIGHT)
    assert alarms.opted_out("Ana", ANA.phone) not in alarmed(again)


def test_only_an_opt_out_is_one() -> None:
    """No other failure opts anybody out, and only our own people can opt out."""
    assert [meaning for meaning in Meaning if opts_out(ANA, meaning)] == [Meaning.OPTED_OUT]
    assert not opts_out(None, Meaning.OPTED_OUT)
    assert of_number(ANA, Meaning.OPTED_OUT) == [OptOut("ana")]
    assert of_number(ANA, Meaning.BAD_NUMBER) == of_number(None, Meaning.OPTED_OUT) == []


@pytest.mark.parametrize("meaning", [Meaning.OPERATOR, Meaning.ACCOUNT])
def test_a_fault_of_ours_is_an_alarm(meaning: Meaning) -> None:
    """When anything fails because of our own account, registration or words, somebody must mend it."""
    text = alarms.carrier("30034: not registered")
    assert of_carrier("30034: not registered", meaning) == [AlarmCoordinators(text, kind=AlarmKind.CARRIER)]


@pytest.mark.parametrize("meaning", _MEANINGS_OF_NO_ALARM)
def test_whatever_a_phone_does_is_none(meaning: Meaning) -> None:
    """A phone without coverage is an everyday event, and paging goes on anyway."""
    failed = page("ana", PageState.SENT)
    waiting = replace(page("ana", PageState.WAITING, id="p2"), due_at=NIGHT)
    decided = of_callout(situation(callout(pages=(failed, waiting))), failed, "undelivered", meaning, NIGHT)
    assert alarmed(decided) == []
    assert of_carrier("undelivered", meaning) == []


@pytest.mark.parametrize("channel", [SMS, VOICE])
def test_an_officer_who_stopped_our_texts_is_rung_by_a_person(channel: Channel) -> None:
    """They asked for nothing automatic. Of news that is over nobody hears."""
    failed = page(None, channel=channel, purpose=Purpose.OFFICER, to=OFFICER)
    decided = of_callout(situation(taken()), failed, "21610", Meaning.OPTED_OUT, NIGHT)
    assert not only(SendPage, decided)
    assert not written(decided)
    assert alarmed(decided) == [alarms.officer_stopped_texts(taken().code, OFFICER)]
    over = situation(callout(Status.CLOSED))
    assert alarmed(of_callout(over, failed, "21610", Meaning.OPTED_OUT, NIGHT, is_old=True)) == []


@pytest.mark.parametrize("meaning", [meaning for meaning in Meaning if meaning is not Meaning.OPTED_OUT])
def test_an_officer_whom_a_text_does_not_reach_is_rung_with_the_news(meaning: Meaning) -> None:
    """At once, whatever the reason, and from then on; if that call fails too, a coordinator rings them."""
    failed = page(None, purpose=Purpose.OFFICER, to=OFFICER)
    decided = of_callout(situation(taken()), failed, "30006", meaning, NIGHT)
    assert written(decided) == {"takes_no_texts": True}
    (rung,) = only(SendPage, decided)
    assert (rung.channel, rung.purpose, rung.to) == (VOICE, Purpose.OFFICER, OFFICER)
    assert "so we ring you with the news. Ana is coming" in rung.text
    assert alarmed(decided) == []
    over = of_callout(situation(callout(Status.CLOSED)), replace(failed, text="It is over."), "30006", meaning, NIGHT)
    assert "It is over." in only(SendPage, over)[0].text
    old = of_callout(situation(callout(Status.CLOSED)), failed, "30006", meaning, NIGHT, is_old=True)
    known = replace(taken(), takes_no_texts=True)
    for silent in (old, of_callout(situation(known), failed, "30006", meaning, NIGHT)):
        assert written(silent) == {"takes_no_texts": True}
        assert not only(SendPage, silent)
        assert alarmed(silent) == []
    call = replace(failed, channel=VOICE)
    another = replace(failed, to="+15625550123")
    for other in (call, another):
        told = [alarms.officer_not_reached(taken().code, other.to)]
        assert alarmed(of_callout(situation(taken()), other, "no", meaning, NIGHT)) == told


@pytest.mark.parametrize(
    ("purpose", "channel", "status", "rung"),
    [
        (Purpose.ALARM, SMS, Status.PAGING, True),
        (Purpose.ALARM, SMS, Status.CLOSED, True),
        (Purpose.ALARM, VOICE, Status.PAGING, False),
        (Purpose.REMINDER, SMS, Status.ACKNOWLEDGED, True),
        (Purpose.REMINDER, SMS, Status.CLOSED, False),  # nobody needs it any more
        (Purpose.REMINDER, VOICE, Status.ACKNOWLEDGED, False),
        (Purpose.STAND_DOWN, SMS, Status.PAGING, False),
    ],
)
def test_what_must_be_heard_is_rung_through(purpose: Purpose, channel: Channel, status: Status, rung: bool) -> None:
    """An alarm and a reminder become a call in the same words; a call that failed is not repeated here."""
    failed = replace(page("ana", channel=channel, purpose=purpose), text="words")
    decided = of_callout(situation(callout(status, pages=(failed,))), failed, "undelivered", Meaning.PASSING, NIGHT)
    assert only(SendPage, decided) == ([_call_of(failed)] if rung else [])


def _call_of(failed: Page, said: str | None = None) -> SendPage:
    return SendPage(failed.purpose, VOICE, failed.to, said or failed.text, NIGHT, person=failed.person)


def test_no_voice_reads_out_a_link() -> None:
    """The call says the text without it, whether the carrier refused the text or lost it later."""
    for link in ("https://dispatch.example.org", "https://dispatch.example.org/r/secret"):
        failed = replace(page("ana", purpose=Purpose.REMINDER), text=f"Are you there? {link}")
        decided = of_callout(situation(taken()), failed, "undelivered", Meaning.PASSING, NIGHT)
        assert only(SendPage, decided) == [_call_of(failed, "Are you there?")]


@pytest.mark.parametrize(
    ("about", "follows"),
    [
        (taken(), True),
        (taken(status=Status.EN_ROUTE, en_route_at=NIGHT), True),
        (taken(status=Status.ON_SCENE, arrived_at=NIGHT), False),  # they have found it
        (callout(Status.CANCELLED, assigned("ana")), False),
        (callout(Status.ACKNOWLEDGED, assigned("ana", AssignmentRole.OFFERED)), False),
        (callout(), False),  # they have let it go
    ],
)
def test_where_to_go_is_followed_up(about: CallOut, follows: bool) -> None:
    """Whoever still has to get there is rung with it; and where the call fails as well, a person calls."""
    text = replace(page("ana", purpose=Purpose.CONFIRMATION), text="Where to go: https://dispatch.example.org")
    decided = of_callout(situation(about), text, "undelivered", Meaning.PASSING, NIGHT)
    said = spoken.place_not_delivered(about.code)
    assert only(SendPage, decided) == ([_call_of(text, said)] if follows else [])
    assert alarmed(decided) == []
    call = replace(text, channel=VOICE)
    decided = of_callout(situation(about), call, "no answer", Meaning.UNEXPLAINED, NIGHT)
    assert only(SendPage, decided) == []
    assert alarmed(decided) == ([alarms.place_not_told(about.code, "Ana", ANA.phone)] if follows else [])


def test_whoever_is_to_stay_away_is_not_rung_with_the_place() -> None:
    """Ana does not pick up while the officer is in danger: a person is asked to keep her away, not to send her on."""
    call = page("ana", purpose=Purpose.CONFIRMATION, channel=VOICE, subject=Subject.STAY_AWAY)
    cries = situation(taken(), alarms=[alarm(AlarmKind.DANGER, person=None)])
    decided = of_callout(cries, call, "no answer", Meaning.UNEXPLAINED, NIGHT)
    assert alarmed(decided) == [alarms.danger_unheard("K7Q", "Ana", ANA.phone)]
    assert [purpose for purpose in Purpose if purpose.sends_on] == [call.purpose]  # for these the alarms are asked for


CRY = alarm(AlarmKind.DANGER, person=None)


@pytest.mark.parametrize("language", Language)
def test_whoever_is_to_stay_away_is_rung_with_nothing_else(language: Language) -> None:
    """While the officer's cry is open, whatever the lost text was about: no call speaks of the meeting place."""
    cries = situation(taken(), roster(replace(ANA, texts_in=language)), alarms=[CRY])
    said = spoken.stay_away("K7Q", cries.contact_phone or "")
    for subject in (None, Subject.OFFICER_WROTE):
        lost = page("ana", purpose=Purpose.CONFIRMATION, subject=subject)
        (rung,) = only(SendPage, of_callout(cries, lost, "undelivered", Meaning.PASSING, NIGHT))
        assert (rung.text, rung.channel, rung.breaks_in) == (in_language(said, language), VOICE, True)


def test_whoever_is_rung_until_they_have_heard_is_rung_no_more_for_the_lost_text() -> None:
    """Nor are coordinators told of a lost call once she has been heard."""
    cries = situation(taken(), alarms=[CRY])
    lost = page("ana", purpose=Purpose.CONFIRMATION, subject=Subject.STAY_AWAY)
    assert [type(one) for one in of_callout(cries, lost, "undelivered", Meaning.PASSING, NIGHT)] == [Note]
    call = replace(lost, channel=VOICE)
    heard = of_callout(cries, call, "no answer", Meaning.PASSING, NIGHT, rings_on=False)
    assert [type(one) for one in heard] == [Note]


def test_nobody_is_warned_of_what_is_over() -> None:
    """A coordinator has said that all is well; only then we hear that the text or the call was lost."""
    for channel in (SMS, VOICE):
        lost = page("ana", purpose=Purpose.CONFIRMATION, channel=channel, subject=Subject.STAY_AWAY)
        decided = of_callout(situation(taken(), roster(ANA)), lost, "undelivered", Meaning.PASSING, NIGHT)
        assert [type(one) for one in decided] == [Note]


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("subject", "said"),
    [
        (Subject.MAY_HAVE_MOVED, spoken.place_may_have_changed("K7Q")),
        (Subject.OFFICER_WROTE, spoken.officer_wrote("K7Q")),
        (Subject.SPEAK_FIRST, spoken.speak_first("K7Q")),
        (Subject.COORDINATOR_WROTE, coordinator_texts.coordinator_wrote_aloud("K7Q")),
        (Subject.LOOK_AGAIN, texts.look_again("K7Q")),
        (Subject.CALL_BY_LINK, texts.call_by_the_link("K7Q")),
        (None, spoken.place_not_delivered("K7Q")),
    ],
)
def test_a_call_says_what_the_lost_text_was_about(subject: Subject | None, said: Words, language: Language) -> None:
    """And does not offer the NO that the text did."""
    lost = page("ana", purpose=Purpose.CONFIRMATION, subject=subject, asks=LetGo("c1"))
    here = situation(taken(), roster(replace(ANA, texts_in=language)))
    (rung,) = only(SendPage, of_callout(here, lost, "undelivered", Meaning.PASSING, NIGHT))
    assert (rung.text, rung.subject, rung.asks) == (in_language(said, language), subject, None)


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        (Subject.OFFICER_WROTE, alarms.news_not_heard),
        (Subject.COORDINATOR_WROTE, alarms.news_not_heard),
        (Subject.LOOK_AGAIN, alarms.news_not_heard),
        (None, alarms.place_not_told),
    ],
)
def test_a_person_is_asked_for_what_the_lost_call_was_about(
    subject: Subject | None, told: Callable[[str, str, str], str]
) -> None:
    lost = page("ana", purpose=Purpose.CONFIRMATION, channel=VOICE, subject=subject)
    decided = of_callout(situation(taken()), lost, "no answer", Meaning.UNEXPLAINED, NIGHT)
    assert alarmed(decided) == [told("K7Q", "Ana", ANA.phone)]
    moved = has_moved(situation(taken()))
    elsewhere = of_callout(moved, lost, "no answer", Meaning.UNEXPLAINED, NIGHT)
    assert alarmed(elsewhere) == [alarms.move_not_heard("K7Q", "Ana", ANA.phone)]


@pytest.mark.parametrize(
    ("whose", "after", "rung_after"),
    [("ana", 0, 2), ("ana", 1, 2), ("ana", 20, 20), ("ben", 0, 0), ("ana", -60, -58)],
    ids=["still listening", "perhaps", "not any more", "another's call", "a clock was set back"],
)
def test_whoever_is_on_the_phone_is_rung_when_they_are_off_it(whose: str, after: int, rung_after: int) -> None:
    """The line is busy, and the place is a key away; two minutes after taking it they are rung all the same."""
    call = page(whose, PageState.DONE, channel=VOICE)
    text = page("ana", purpose=Purpose.CONFIRMATION, id="p2")
    decided = of_callout(
        situation(replace(taken(), pages=(call,))), text, "undelivered", Meaning.NO_TEXTS, NIGHT + minutes(after)
    )
    assert [rung.due_at for rung in only(SendPage, decided)] == [NIGHT + minutes(rung_after)]


@pytest.mark.parametrize(
    ("about", "follows"),
    [
        (callout(Status.CANCELLED, assigned("ana")), True),
        (callout(Status.CLOSED, assigned("ana", AssignmentRole.PARTNER, en_route_at=NIGHT)), True),
        (callout(Status.CLOSED, assigned("ana", en_route_at=NIGHT, arrived_at=NIGHT)), False),  # with the child
        (callout(Status.CLOSED, assigned("ana", arrived_at=NIGHT, cleared_at=NIGHT)), False),
        (callout(Status.CANCELLED, assigned("ana", AssignmentRole.OFFERED)), False),
        (callout(Status.CANCELLED), False),  # they were only paged, and sleep
        (callout(Status.ACKNOWLEDGED, assigned("ben")), False),
    ],
)
def test_that_it_is_off_is_followed_up(about: CallOut, follows: bool) -> None:
    """Whoever may be driving is rung; and where the call fails as well, a person calls."""
    text = page("ana", purpose=Purpose.STAND_DOWN)
    decided = of_callout(situation(about), text, "undelivered", Meaning.PASSING, NIGHT)
    assert only(SendPage, decided) == ([_call_of(text, spoken.called_off(about.code))] if follows else [])
    call = replace(text, channel=VOICE)
    decided = of_callout(situation(about), call, "no answer", Meaning.UNEXPLAINED, NIGHT)
    assert alarmed(decided) == ([alarms.end_not_told(about.code, "Ana", ANA.phone)] if follows else [])


def _with(told: tuple[Page, ...], about: CallOut, people: Roster = ROSTER) -> Situation:
    """These pages `told` the person that they are not needed."""
    return replace(situation(about, people), stand_downs=told)


@pytest.mark.parametrize(
    ("rung", "alarms_follow"),
    [
        (None, False),
        (PageState.WAITING, False),
        (PageState.DELIVERED, False),
        (PageState.DONE, False),
        (PageState.FAILED, True),
        (PageState.WITHDRAWN, True),
    ],
)
def test_a_driver_is_told_once_both_ways(rung: PageState | None, alarms_follow: bool) -> None:
    """Whoever drives is texted and rung at the end: only once both have failed must a person reach them."""
    text = page("ana", purpose=Purpose.STAND_DOWN, id="text")
    calls = () if rung is None else (replace(text, id="call", channel=VOICE, state=rung),)
    earlier = replace(text, id="before", state=PageState.DELIVERED)  # of a night in which somebody else had it first
    about, told = callout(Status.CANCELLED, assigned("ana")), (earlier, text, *calls)
    decided = of_callout(_with(told, about), text, "undelivered", Meaning.PASSING, NIGHT)
    alarm = [alarms.end_not_told(about.code, "Ana", ANA.phone)]
    assert only(SendPage, decided) == ([_call_of(text, spoken.called_off(about.code))] if rung is None else [])
    assert alarmed(decided) == (alarm if alarms_follow else [])


@pytest.mark.parametrize(("texted", "alarms_follow"), [(PageState.SENT, False), (PageState.FAILED, True)])
def test_a_text_in_the_hand_is_enough(texted: PageState, alarms_follow: bool) -> None:
    """Nobody is woken because a driver does not pick up; unless they take no texts, or theirs failed."""
    call = page("ana", purpose=Purpose.STAND_DOWN, channel=VOICE, id="call")
    about, told = (
        callout(Status.CANCELLED, assigned("ana")),
        (replace(call, id="text", channel=SMS, state=texted), call),
    )
    alarm = [alarms.end_not_told(about.code, "Ana", ANA.phone)]
    decided = of_callout(_with(told, about), call, "no answer", Meaning.UNEXPLAINED, NIGHT)
    assert alarmed(decided) == (alarm if alarms_follow else [])
    silent = roster(replace(ANA, opted_out=True))
    decided = of_callout(_with(told, about, silent), call, "no answer", Meaning.UNEXPLAINED, NIGHT)
    assert alarmed(decided) == alarm


def test_what_is_rung_is_said_in_their_language() -> None:
    """Whoever gets our texts in Spanish gets these calls in Spanish, too."""
    spanish = roster(replace(ANA, texts_in=Language.SPANISH))
    for about, purpose, words in (
        (taken(), Purpose.CONFIRMATION, spoken.place_not_delivered("K7Q")),
        (callout(Status.CANCELLED, assigned("ana")), Purpose.STAND_DOWN, spoken.called_off("K7Q")),
    ):
        decided = of_callout(
            situation(about, spanish), page("ana", purpose=purpose), "undelivered", Meaning.PASSING, NIGHT
        )
        assert [call.text for call in only(SendPage, decided)] == [words.spanish]


def test_who_has_left_the_roster_is_followed_up_without_a_name() -> None:
    """They were on their way when they were taken off it."""
    about = callout(Status.CANCELLED, assigned("gone"))
    lost = page("gone", purpose=Purpose.STAND_DOWN)
    decided = of_callout(situation(about), lost, "undelivered", Meaning.PASSING, NIGHT)
    assert only(SendPage, decided) == [_call_of(lost, str(spoken.called_off(about.code)))]
    text = replace(lost, channel=VOICE)
    decided = of_callout(situation(about), text, "no answer", Meaning.UNEXPLAINED, NIGHT)
    assert alarmed(decided) == [alarms.end_not_told(about.code, "", text.to)]
    nobody = page(None, purpose=Purpose.STAND_DOWN, channel=VOICE)
    assert alarmed(of_callout(situation(about), nobody, "no answer", Meaning.UNEXPLAINED, NIGHT)) == []


# ---- about no call-out ---------------------------------------------------------------------------------------------


def test_what_belongs_to_no_call_out() -> None:
    """An opt-out is an alarm all the same, an alarm is rung through, and nothing follows from anything else."""
    alarm, test_page = page("ana", purpose=Purpose.ALARM), page("ana", purpose=Purpose.TEST)
    assert of_standalone(alarm, ANA, Meaning.PASSING, NIGHT) == [_call_of(alarm)]
    assert of_standalone(replace(alarm, channel=VOICE), ANA, Meaning.PASSING, NIGHT) == []
    assert of_standalone(test_page, ANA, Meaning.PASSING, NIGHT) == []
    assert of_standalone(test_page, None, Meaning.OPTED_OUT, NIGHT) == []
    told = told_of_opt_out(ANA)
    assert of_standalone(test_page, ANA, Meaning.OPTED_OUT, NIGHT) == [told]
    assert of_standalone(alarm, ANA, Meaning.OPTED_OUT, NIGHT) == [told, _call_of(alarm)]
