"""Who is called until they have heard to stay away, and who is rung about them."""

from dataclasses import replace

import pytest

from dispatch.rules.callout import stay_away
from dispatch.rules.callout.moves import change_details
from dispatch.rules.callout.page_failures import of_callout
from dispatch.rules.deadlines import meet
from dispatch.rules.decisions import AlarmCoordinators, DeadlineKind, DropDeadlines, EndAlarms, SendPage, SetDeadline
from dispatch.rules.delivery.sending import Meaning
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Details, Status
from dispatch.rules.facts.pages import PageState, Purpose, Subject
from dispatch.rules.facts.people import Channel
from dispatch.rules.wording import alarms, spoken, texts
from tests.rules.situations import ANA, NIGHT, OFFICER, alarm, callout, minutes, only, page, roster, situation, taken

SCENE = alarm(AlarmKind.SCENE_UNSAFE, person=None)
CRY = alarm(AlarmKind.DANGER, person=None)
OLD = NIGHT - minutes(9)


def unheard(**had: object) -> Alarm:
    return replace(alarm(AlarmKind.DANGER_UNHEARD, person="ana"), opened_at=OLD, **had)  # type: ignore[arg-type]


@pytest.mark.parametrize(("attempt", "calls"), [(2, 1), (3, 1), (4, 0), (9, 0)])
@pytest.mark.parametrize("danger", [SCENE, CRY])
def test_three_calls_and_coordinators_until_one_has_it(attempt: int, calls: int, danger: Alarm) -> None:
    about = situation(taken(), alarms=[danger])
    decided = meet(about, DeadlineKind.STAY_AWAY, "ana", attempt, NIGHT)
    rung = only(SendPage, decided)
    assert [(one.channel, one.breaks_in, one.text) for one in rung] == [
        (Channel.VOICE, True, str(stay_away.aloud(about)))
    ] * calls
    assert [one.kind for one in only(AlarmCoordinators, decided)] == [AlarmKind.DANGER_UNHEARD]
    assert only(SetDeadline, decided) == [SetDeadline(DeadlineKind.STAY_AWAY, NIGHT + minutes(2), "ana", attempt + 1)]


def test_what_a_coordinator_has_rings_nobody_until_they_arrive() -> None:
    had = unheard(owner="cora", owned_at=OLD, acted_at=NIGHT)
    assert stay_away.unheard(situation(taken(), alarms=[CRY, had]), "ana", NIGHT) == []
    there = taken(status=Status.ON_SCENE, arrived_at=NIGHT)
    (rung,) = stay_away.unheard(situation(there, alarms=[CRY, had]), "ana", NIGHT)
    assert "Ana is there and has not heard" in rung.text
    assert rung.said_at == NIGHT
    since = unheard(owner="cora", owned_at=NIGHT + minutes(1), acted_at=NIGHT)
    assert stay_away.unheard(situation(there, alarms=[CRY, since]), "ana", NIGHT) == []


def test_what_has_just_rung_is_not_rung_again() -> None:
    just = replace(unheard(), opened_at=NIGHT - minutes(1))
    assert stay_away.unheard(situation(taken(), alarms=[CRY, just]), "ana", NIGHT) == []
    assert stay_away.unheard(situation(taken(), alarms=[CRY, unheard()]), "ana", NIGHT) != []
    assert stay_away.unheard(situation(taken(cleared_at=NIGHT), alarms=[CRY]), "ana", NIGHT) == []
    (gone,) = stay_away.unheard(situation(taken(), roster(), alarms=[CRY]), "ana", NIGHT)
    assert "Ana" not in gone.text


def test_nobody_is_called_who_speaks_with_us() -> None:
    """The ladder waits a minute, as it does for its own call that waits for another."""
    talks = replace(page("ana", PageState.DELIVERED, channel=Channel.VOICE), to=ANA.phone, tried_at=NIGHT)
    waits = replace(talks, state=PageState.WAITING, breaks_in=True)
    for call in (talks, waits):
        about = replace(situation(taken(), alarms=[CRY]), calls=(call,))
        decided = meet(about, DeadlineKind.STAY_AWAY, "ana", 2, NIGHT)
        assert decided == [SetDeadline(DeadlineKind.STAY_AWAY, NIGHT + minutes(1), "ana", 2)]


def test_it_ends_with_the_danger() -> None:
    """And for whoever is not on it any more."""
    assert meet(situation(taken()), DeadlineKind.STAY_AWAY, "ana", 2, NIGHT) == []
    decided = meet(situation(callout(), alarms=[CRY, unheard()]), DeadlineKind.STAY_AWAY, "ana", 2, NIGHT)
    assert [type(one) for one in decided] == [DropDeadlines, EndAlarms]


def test_coordinators_are_rung_about_the_scene() -> None:
    assert meet(situation(taken()), DeadlineKind.STAY_AWAY, None, 1, NIGHT) == []
    again = SetDeadline(DeadlineKind.STAY_AWAY, NIGHT + minutes(2))
    (rung, due) = meet(situation(taken(), alarms=[SCENE]), DeadlineKind.STAY_AWAY, None, 1, NIGHT)
    assert (rung.kind, rung.said_at, due) == (AlarmKind.SCENE_UNSAFE, None, again)  # type: ignore[union-attr]
    had = replace(SCENE, owner="cora", owned_at=NIGHT, acted_at=NIGHT)
    assert meet(situation(callout(), alarms=[had]), DeadlineKind.STAY_AWAY, None, 1, NIGHT) == [again]


def test_who_listens_to_the_end_is_called_no_more() -> None:
    (drop, news) = stay_away.heard_to_the_end(situation(taken(), alarms=[CRY]), ANA)
    assert drop == DropDeadlines(frozenset({DeadlineKind.STAY_AWAY}), "ana")
    assert isinstance(news, AlarmCoordinators)
    assert news.kind is AlarmKind.NEWS
    assert stay_away.heard_to_the_end(situation(taken()), ANA) == []


def test_only_a_call_of_danger_tells_to_stay_away() -> None:
    call = page("ana", purpose=Purpose.CONFIRMATION, channel=Channel.VOICE, subject=Subject.STAY_AWAY)
    assert stay_away.tells_to_stay_away(call)
    assert not stay_away.tells_to_stay_away(replace(call, subject=Subject.MAY_HAVE_MOVED))
    assert not stay_away.tells_to_stay_away(replace(call, channel=Channel.SMS))


def test_whoever_takes_it_is_told_first() -> None:
    decided = stay_away.on_taking(situation(callout(), alarms=[SCENE]), ANA, NIGHT)
    assert [(one.channel, one.text) for one in only(SendPage, decided)] == [
        (Channel.SMS, str(texts.scene_unsafe("K7Q"))),
        (Channel.VOICE, str(spoken.scene_unsafe("K7Q"))),
    ]
    assert SetDeadline(DeadlineKind.STAY_AWAY, NIGHT + minutes(1), "ana", 2) in decided


def test_what_the_caller_takes_back() -> None:
    """Whoever goes looks again, and coordinators read it: a key may be stolen."""
    unsafe = situation(taken(), alarms=[alarm(AlarmKind.SCENE_UNSAFE, person=None)])
    decided = change_details(unsafe, Details(OFFICER), {"scene_safe": True}, NIGHT)
    assert change_details(situation(taken()), Details(OFFICER), {"scene_safe": True}, NIGHT)[2:] == []
    assert EndAlarms(frozenset({AlarmKind.SCENE_UNSAFE})) in decided
    assert [one.text for one in only(AlarmCoordinators, decided)] == [alarms.scene_safe("K7Q", OFFICER)]
    assert [one.text for one in only(SendPage, decided)] == [str(texts.look_again("K7Q"))]


def test_a_call_of_something_else_that_fails_meanwhile() -> None:
    """Whoever phones Ana must not send her there."""
    lost = replace(page("ana", purpose=Purpose.CONFIRMATION, channel=Channel.VOICE), text="Where to go")
    decided = of_callout(situation(taken(), alarms=[CRY]), lost, "no answer", Meaning.UNEXPLAINED, NIGHT)
    assert [one.text for one in only(AlarmCoordinators, decided)] == [alarms.danger_unheard("K7Q", "Ana", ANA.phone)]
