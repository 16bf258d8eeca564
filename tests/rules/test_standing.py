"""How a call-out stands in words, and that red is kept for what nobody has."""

from dataclasses import replace

import pytest

from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import CallOut, Status
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.situation import Situation
from dispatch.rules.standing import Level, standing, worst_without_owner
from tests.rules.situations import CORA, NIGHT, callout, minutes, page, roster, situation, taken


def alarm(kind: AlarmKind, owner: str | None = None) -> Alarm:
    return Alarm(f"a-{kind}", kind, "words", NIGHT, "c1", "K7Q", owner=owner, deed_at=NIGHT if owner else None)


def alarmed(about: CallOut, *alarms: Alarm) -> Situation:
    return replace(situation(about), alarms=alarms)


@pytest.mark.parametrize(
    ("about", "words"),
    [
        (callout(pages=(page("ana"), page("ben", id="p2"))), "Paging Ana and Ben"),
        (callout(pages=(page("ana", turn=0), page("cora", purpose=Purpose.ALARM))), "Paging"),
        (callout(pages=(page("gone"), page(None))), "Paging"),
        (callout(turn=3), "Nobody is coming"),
        (taken(), "Ana has it"),
        (taken(eta_at=NIGHT + minutes(30)), "Ana has it, there 02:44"),
        (taken(status=Status.EN_ROUTE, eta_at=NIGHT + minutes(30)), "Ana is on the way, there 02:44"),
        (taken(status=Status.ON_SCENE, arrived_at=NIGHT), "Ana is there"),
        (taken(status=Status.CLEARED, arrived_at=NIGHT), "Ana has left the scene"),
        (callout(Status.ACKNOWLEDGED), "Somebody has it"),
        (callout(Status.CLOSED), "Closed"),
        (callout(Status.CANCELLED), "Cancelled"),
    ],
)
def test_how_it_stands_in_words(about: CallOut, words: str) -> None:
    assert standing(situation(about), NIGHT).words == words


def test_whoever_let_it_go_leaves_nobody_coming() -> None:
    """Though somebody is being paged again: nobody has said that they go."""
    situation = alarmed(callout(pages=(page("ben"),)), alarm(AlarmKind.RELEASED))
    assert standing(situation, NIGHT).words == "Nobody is coming"


def test_somebody_who_left_the_roster_has_no_name() -> None:
    gone = Situation(taken(), roster(CORA))
    assert standing(gone, NIGHT).words == "Somebody has it"


@pytest.mark.parametrize(
    ("about", "alarms", "level"),
    [
        (callout(), (), Level.NEUTRAL),
        (callout(), (alarm(AlarmKind.CHAIN_ENDED),), Level.ACT),
        (callout(), (alarm(AlarmKind.CHAIN_ENDED, "cora"),), Level.SOON),
        (callout(), (alarm(AlarmKind.TARGET_WARNING),), Level.SOON),
        (callout(), (alarm(AlarmKind.NEWS),), Level.NEUTRAL),
        (callout(), (alarm(AlarmKind.CHAIN_ENDED, "cora"), alarm(AlarmKind.DANGER)), Level.ACT),
        (taken(eta_at=NIGHT + minutes(61)), (), Level.SOON),
        (taken(eta_at=NIGHT + minutes(60)), (), Level.NEUTRAL),
        (taken(status=Status.ON_SCENE, arrived_at=NIGHT), (), Level.QUIET),
        (taken(status=Status.ON_SCENE, arrived_at=NIGHT), (alarm(AlarmKind.DANGER),), Level.ACT),
        (callout(Status.CLOSED), (alarm(AlarmKind.DANGER),), Level.QUIET),
    ],
)
def test_red_is_for_what_nobody_has(about: CallOut, alarms: tuple[Alarm, ...], level: Level) -> None:
    assert standing(alarmed(about, *alarms), NIGHT).level is level


def test_a_lost_target_is_amber_until_somebody_is_there() -> None:
    late = NIGHT + minutes(60)
    assert standing(situation(callout()), late).level is Level.SOON
    assert standing(situation(callout()), late - minutes(1)).level is Level.NEUTRAL
    assert standing(situation(taken(status=Status.ON_SCENE, arrived_at=late)), late + minutes(9)).level is Level.QUIET


def test_the_alarm_to_have_is_the_worst_that_nobody_has() -> None:
    """News is nobody's."""
    warning, urgent = alarm(AlarmKind.TARGET_WARNING), alarm(AlarmKind.GAVE_UP)
    owned = alarm(AlarmKind.DANGER, "cora")
    assert worst_without_owner(alarmed(callout(), warning, urgent, owned), NIGHT) == urgent
    assert worst_without_owner(alarmed(callout(), owned, alarm(AlarmKind.NEWS)), NIGHT) is None
