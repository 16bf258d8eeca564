"""What a person who picks up a page hears, and what their keys mean.

The law: only a key press acknowledges. A call that somebody picks up without pressing a key has reached nobody. A
person half asleep hears what has become of the call-out since the phone rang, and hears no meeting place before they
are on it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.rules.access.trust import rights
from dispatch.rules.alarms import promises
from dispatch.rules.alarms.owners import is_of_another
from dispatch.rules.alarms.owners import take as take_alarm
from dispatch.rules.callout import assignment, escalation, stay_away
from dispatch.rules.callout.eta import eta_minutes
from dispatch.rules.decisions import AlarmCoordinators, DecideCall, Decision, Note, NoteKind, SendPage, Stamp
from dispatch.rules.facts.actors import ActorKind
from dispatch.rules.facts.alarms import Alarm, AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.pages import GoAlong, Purpose
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.phone_calls import PagedCall, PagedStage, Party
from dispatch.rules.facts.situation import Situation
from dispatch.rules.people import number_texts
from dispatch.rules.phone import joining
from dispatch.rules.phone.calls import KeyRule, KeyTable, NoSuchStage, Pressed, SpokenReply
from dispatch.rules.wording import alarms, spoken, texts
from dispatch.rules.wording import hotline as officer_words
from dispatch.rules.wording.languages import in_language
from dispatch.rules.wording.times import local_time


def stage_called(name: str | None) -> PagedStage:
    """The stage of this name. A call begins with the page, which needs no name. Raises `NoSuchStage`."""
    if name is None:
        return PagedStage.PAGE
    try:
        return PagedStage(name)
    except ValueError:
        raise NoSuchStage("there is no such stage of a call") from None


GOODBYE = SpokenReply((spoken.CLOSED,))
_PAGE_SAID = 3  # times: voicemail never presses a key, and then the next page can go out


# ---- what is said first --------------------------------------------------------------------------------------------


def greet(call: PagedCall, now: datetime) -> SpokenReply:
    """What the person hears on picking up, in their language. Changes nothing."""
    return _for_their_ear(call, _greet(call, now))


def _for_their_ear(call: PagedCall, heard: SpokenReply) -> SpokenReply:
    # A page's words were put into their language when it was written, except for alarms, which are in English.
    if call.page.purpose is Purpose.ALARM or (_hears(call) is None and not call.page.purpose.joins):
        return heard
    hears = _hears(call)
    language = hears.texts_in if hears is not None else call.bridge.language
    return replace(heard, say=tuple(in_language(said, language) for said in heard.say), language=language)


def _hears(call: PagedCall) -> Person | None:
    return call.verifies if call.page.purpose.verifies else call.person


def _greet(call: PagedCall, now: datetime) -> SpokenReply:
    page, situation = call.page, call.situation
    match page.purpose:
        case Purpose.TEST:
            return SpokenReply((spoken.TEST,), PagedStage.TEST)
        case Purpose.NUMBER:
            return _ask_whose(call.verifies)
        case Purpose.PAGE if situation is not None:
            return _greet_paged(call, situation)
        case Purpose.ASK_ALONG if situation is not None:
            return _greet_asked_along(call, situation)
        case Purpose.REMINDER | Purpose.CONFIRMATION if call.has_ended:
            over = _over(call)
            return replace(over, say=(page.text, *over.say)) if page.breaks_in else over
        case Purpose.REMINDER if situation is not None and _is_asked_to_come(call):
            return _greet_asked_to_come(call, situation)
        case Purpose.REMINDER if situation is not None and _was_let_go(call, situation):
            return SpokenReply((spoken.LET_GO,))
        case Purpose.REMINDER if situation is not None and call.is_on_it and stay_away.keeps_away(situation):
            return _menu(call, stay_away.aloud(situation))
        case Purpose.REMINDER if situation is not None and call.is_on_it and not _has_set_out(call, situation):
            return SpokenReply((spoken.remind(situation.callout.code),), PagedStage.REMINDER)
        case Purpose.REMINDER | Purpose.CONFIRMATION if call.is_on_it:
            tells = stay_away.tells_to_stay_away(page)
            if tells and situation is not None and not stay_away.keeps_away(situation):
                return _menu(call, texts.look_again(situation.callout.code))
            return replace(_menu(call, *(() if tells else _beware(situation)), page.text), silence_counts=tells)
        case Purpose.QUESTION if situation is not None:
            return _ask_if_sure(call, situation)
        case Purpose.ALARM:
            return _tell_alarm(call, now)
        case Purpose.JOIN:
            return joining.greet(call) or _not_theirs(call)
        case _:
            # A text for somebody who has opted out of texts. It is said twice, since the first words are often missed.
            return SpokenReply((page.text, page.text))


def _ask_whose(person: Person | None) -> SpokenReply:
    if person is None:
        return SpokenReply((number_texts.over(),))
    return SpokenReply((number_texts.call(person.first_name),), PagedStage.NUMBER, times=_PAGE_SAID)


def _ask_if_sure(call: PagedCall, situation: Situation) -> SpokenReply:
    """They wrote NO. By now they may be there, or no longer have it."""
    mine = situation.callout.assignment_of(call.person.id) if call.person else None
    if not situation.callout.is_open:
        return _over(call)
    if mine is None or not mine.is_on_it:
        return SpokenReply((spoken.LET_GO,))
    if mine.arrived_at is not None:
        return _menu(call)
    return SpokenReply((*_beware(situation), spoken.keep_or_let_go(situation.callout.code)), PagedStage.SURE)


def _tell_alarm(call: PagedCall, now: datetime) -> SpokenReply:
    stands = _stands(call.situation) if call.situation is not None else ""
    text = spoken.aloud(call.page.text)
    many = (spoken.more_alarms(call.waiting),) if call.waiting else ()
    alarm, stood = call.alarm, (stands,) if stands else ()
    if call.was is not None:
        return SpokenReply((text, *stood, *_of_what_was(call, call.was)))
    said = (*many, text, text, *stood)
    if alarm is None or call.person is None:
        return SpokenReply(said)
    if alarm.call is not None:
        return SpokenReply((*said, spoken.decide_call(can_join=call.bridge.holding)), PagedStage.CALLER)
    if alarm.owner is not None and is_of_another(alarm, call.person.id, now):
        return SpokenReply((*said, spoken.alarm_has_owner(call.roster.first_name_of(alarm.owner))))
    return SpokenReply((*said, spoken.own_alarm(can_join=_offers_officer(call))), PagedStage.ALARM)


def _of_what_was(call: PagedCall, was: Alarm) -> tuple[str, ...]:
    """A cry that outlives its call-out is over once somebody has it: its danger may go on."""
    had = was.kind is AlarmKind.DANGER and was.owner is not None
    end = spoken.alarm_has_owner(call.roster.first_name_of(str(was.owner))) if had else spoken.THIS_ALARM_IS_OVER
    return (*((spoken.alarms_wait(call.waiting),) if call.waiting else ()), end)


def _offers_officer(call: PagedCall) -> bool:
    """Whether the alarm is best answered by speaking with the officer, who is on hold or asked for a call."""
    if call.situation is None or not call.situation.callout.is_open:
        return False
    return call.bridge.holding or (call.alarm is not None and call.alarm.kind is AlarmKind.OFFICER_CALLS)


def _menu(call: PagedCall, *before: str) -> SpokenReply:
    return SpokenReply((*before, spoken.menu(holding=call.bridge.holding)), PagedStage.MENU)


def _back(call: PagedCall, now: datetime) -> SpokenReply:
    """What somebody hears who was not joined with the officer, or no longer is."""
    if call.person is None:
        return SpokenReply((officer_words.OVER if call.has_ended else officer_words.FAREWELL,))
    if call.is_on_it:
        return _over(call) if call.has_ended else _menu(call)
    if call.page.purpose is Purpose.ALARM and call.alarm is None and call.situation is None:
        return SpokenReply((spoken.DECIDED_ALREADY,))  # its text asks what has been decided by now
    return _greet(call, now)


def _greet_paged(call: PagedCall, situation: Situation) -> SpokenReply:
    callout = situation.callout
    if not callout.is_open:
        return _over(call)
    if call.is_on_it:
        return _menu(call)
    if callout.status is not Status.PAGING:
        return SpokenReply((spoken.taken_by(_taker(situation)),))
    if callout.is_shared:
        many = spoken.silent_callers(callout.code, callout.sharing or 0, others=call.waiting)
        return SpokenReply((many,), PagedStage.PAGE, times=_PAGE_SAID)
    agency = situation.roster.agency_name(callout.agency)
    last = call.person is not None and escalation.is_last(callout, call.page, call.person)
    said = spoken.page(
        agency, callout.code, same_as=callout.same_as, last=last, unverified=callout.is_unverified, others=call.waiting
    )
    return SpokenReply((said,), PagedStage.PAGE, times=_PAGE_SAID)


def _greet_asked_along(call: PagedCall, situation: Situation) -> SpokenReply:
    callout = situation.callout
    if callout.status is Status.PAGING or call.is_on_it:  # whoever had it has let it go: it is a page like any other
        return _greet_paged(call, situation)
    if call.person is None or not callout.is_asked_along(call.person.id):
        return SpokenReply((spoken.ALONG_IS_OFF,)) if callout.is_open else _over(call)
    agency = situation.roster.agency_name(callout.agency)
    asks, by = call.page.asks, ""  # another time is asked for where nobody can be there by then
    if isinstance(asks, GoAlong) and asks.by == callout.respond_by:
        by = local_time(callout.respond_by)
    said = spoken.along(agency, callout.code, _taker(situation), by, unverified=callout.is_unverified)
    return SpokenReply((said,), PagedStage.PAGE, times=_PAGE_SAID)


def _greet_asked_to_come(call: PagedCall, situation: Situation) -> SpokenReply:
    """A coordinator asks them along, or whoever has it perhaps does not go."""
    callout = situation.callout
    if callout.status is Status.PAGING:  # whoever had it has let it go
        return _greet_paged(call, situation)
    if callout.status is Status.CLEARED:
        return SpokenReply((spoken.ALONG_IS_OFF,))
    agency = situation.roster.agency_name(callout.agency)
    said = spoken.asked_to_come(agency, callout.code, _taker(situation), unverified=callout.is_unverified)
    return SpokenReply((said,), PagedStage.PAGE, times=_PAGE_SAID)


def _is_asked_to_come(call: PagedCall) -> bool:
    """Whether it asks somebody to go along, or instead. They are noted as somebody who could come."""
    if call.page.purpose is not Purpose.REMINDER or call.situation is None or call.person is None:
        return False
    mine = call.situation.callout.assignment_of(call.person.id)
    return mine is not None and mine.role.is_offer


def _stands(situation: Situation) -> str:
    """How the call-out stands: a coordinator who hears an alarm a minute late must not wake others for what somebody
    has taken."""
    callout = situation.callout
    return spoken.stands(_taker(situation) if callout.primary else None, closed=not callout.is_open)


def _has_set_out(call: PagedCall, situation: Situation) -> bool:
    mine = situation.callout.assignment_of(call.person.id) if call.person else None
    return mine is not None and mine.has_set_out


def _was_let_go(call: PagedCall, situation: Situation) -> bool:
    """Whether they said that they do not go, and have nothing to do with it since."""
    callout, person = situation.callout, call.person
    if person is None or callout.assignment_of(person.id) is not None:
        return False
    return person.id in callout.declined or person.id in callout.turned_back


def _over(call: PagedCall) -> SpokenReply:
    """It ended while they listened. Whoever was to go there may be driving by now."""
    situation, person = call.situation, call.person
    mine = situation.callout.assignment_of(person.id) if situation is not None and person is not None else None
    if situation is None or mine is None or not mine.is_out or mine.arrived_at is not None:
        return GOODBYE
    return SpokenReply((spoken.called_off(situation.callout.code),))


def _not_theirs(call: PagedCall) -> SpokenReply:
    """To whoever keys what only somebody on it may. They may have been on it when they picked up: by now somebody else
    has it, or nobody, or it is over."""
    return _over(call) if call.situation is None or call.has_ended else _of_others(call.situation)


def _of_others(situation: Situation) -> SpokenReply:
    """It goes on without them."""
    if situation.callout.status is Status.PAGING:
        return SpokenReply((spoken.LET_GO,))
    return SpokenReply((spoken.taken_by(_taker(situation)),))


def _taker(situation: Situation) -> str:
    return situation.taker.first_name if situation.taker else ""


def _leads(situation: Situation, person: Person) -> bool:
    """Whether they have the call-out; a partner only goes along, and must not hear that it is theirs."""
    primary = situation.callout.primary
    return primary is not None and primary.person == person.id


# ---- what a key means ----------------------------------------------------------------------------------------------


def press(call: PagedCall, stage: PagedStage, keys: str, now: datetime) -> Pressed:
    """What the keys pressed at `stage` lead to; `keys` is empty when the time ran out."""
    pressed = _press(call, stage, keys, now)
    return replace(pressed, heard=_for_their_ear(call, pressed.heard))


def _press(call: PagedCall, stage: PagedStage, keys: str, now: datetime) -> Pressed:
    # A stage counts only on a call of its purpose: a made-up address must not mark another page as done.
    strange = _hears(call) is None and call.page.purpose is not Purpose.JOIN
    if strange or call.page.purpose not in _PURPOSES[stage]:
        return Pressed(GOODBYE)
    if keys == "0" and stage.pressed_by is not ActorKind.COORDINATOR:
        pressed = _call_coordinator(call, stage, now)
    else:
        pressed = _warned(call, stage, KEYS[stage].rule(keys)(call, keys, now))
    heard = _heard(call, stage, keys, pressed, now)
    return replace(pressed, decisions=[*pressed.decisions, *heard]) if heard else pressed


def _warned(call: PagedCall, stage: PagedStage, pressed: Pressed) -> Pressed:
    """Whoever says with a key that they go hears first that they must not, as in the answer to a text."""
    if stage not in _SAYS_WHETHER or pressed.heard.ask != PagedStage.MENU:
        return pressed
    return replace(pressed, heard=replace(pressed.heard, say=(*_beware(call.situation), *pressed.heard.say)))


_SAYS_WHETHER = {PagedStage.PAGE, PagedStage.ETA, PagedStage.REMINDER, PagedStage.SURE}


def _beware(situation: Situation | None) -> tuple[str, ...]:
    """What whoever goes hears before anything else, while nobody may go there."""
    return (stay_away.aloud(situation),) if situation is not None and stay_away.keeps_away(situation) else ()


def _heard(call: PagedCall, stage: PagedStage, keys: str, pressed: Pressed, now: datetime) -> list[Decision]:
    """What it says that somebody who goes has pressed a key, or has listened until the end of a call of danger."""
    person, situation = call.person, call.situation
    if person is None or situation is None or call.has_ended or not call.is_on_it:
        return []
    tells = stay_away.tells_to_stay_away(call.page)
    if not keys:
        ends = tells and not call.page.state.has_failed
        return stay_away.heard_to_the_end(situation, person) if ends else []
    mine = situation.callout.assignment_of(person.id)
    due_at = (mine.eta_at if mine is not None else None) or situation.callout.respond_by
    note = Note(NoteKind.HEARD, f"{person.name} pressed a key on our call", person.id)
    noted = () if pressed.decisions or now < due_at else (note,)
    of_danger = tells or (stage is PagedStage.MENU and stay_away.says_it_first(situation, call.page))
    return [*noted, *assignment.heard(situation, person, of_danger=of_danger)]


_ASKS_TO_GO = {Purpose.PAGE, Purpose.ASK_ALONG, Purpose.REMINDER}
_LEADS_TO_THE_MENU = {*_ASKS_TO_GO, Purpose.CONFIRMATION, Purpose.QUESTION, Purpose.JOIN}
_PURPOSES = {
    PagedStage.PAGE: _ASKS_TO_GO,
    PagedStage.ETA: {*_ASKS_TO_GO, Purpose.QUESTION},
    PagedStage.MENU: _LEADS_TO_THE_MENU,
    PagedStage.REMINDER: {Purpose.REMINDER},
    PagedStage.SURE: {Purpose.QUESTION},
    PagedStage.TEST: {Purpose.TEST},
    PagedStage.NUMBER: {Purpose.NUMBER},
    PagedStage.ALARM: {Purpose.ALARM},
    PagedStage.CALLER: {Purpose.ALARM},
    PagedStage.DISMISS: {Purpose.ALARM},
    PagedStage.JOIN: {Purpose.JOIN},
    PagedStage.JOINING: {*_LEADS_TO_THE_MENU, Purpose.ALARM},
}


def _hang_up(_call: PagedCall, _keys: str, _now: datetime) -> Pressed:
    return Pressed(SpokenReply())


_RINGS_NOBODY_AGAIN = timedelta(minutes=1)  # the key can be pressed without end


def _call_coordinator(call: PagedCall, stage: PagedStage, now: datetime) -> Pressed:
    """Coordinators are rung, and the call goes on where it was. A test has done its work; whoever has a number that is
    to be verified may be a stranger, and is asked no more."""
    alarm = _asks_for_coordinator(call)
    said = officer_words.COORDINATOR_CALLED_FOR if call.person is None else spoken.COORDINATOR_CALLED
    again = any(
        (one.kind, one.person) == (alarm.kind, alarm.person) and now - one.opened_at < _RINGS_NOBODY_AGAIN
        for one in call.alarms
    )
    rung = () if again else (alarm,)
    if stage in {PagedStage.TEST, PagedStage.NUMBER}:
        return Pressed(SpokenReply((said,)), rung, answers=stage is PagedStage.TEST)
    if stage is PagedStage.JOINING:
        stopped = joining.stop_waiting(_back(call, now))
        return replace(stopped, heard=replace(stopped.heard, say=(said, *stopped.heard.say)), decisions=rung)
    heard = _greet(call, now)
    return Pressed(replace(heard, say=(said, *heard.say)), rung)


def _asks_for_coordinator(call: PagedCall) -> AlarmCoordinators:
    code, person = call.situation.callout.code if call.situation is not None else "", _hears(call)
    if person is None:  # an officer, whom we ring
        return promises.officer_calls(code, "asks for you", call.page.to)
    text = alarms.asks_by_key(code, person.first_name, call.page.to)
    return AlarmCoordinators(text, kind=AlarmKind.ASKS_FOR_A_CALL, person=person.id)


def _repeat(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    return Pressed(_greet(call, now))


def _wrong_key(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    heard = _greet(call, now)
    return Pressed(replace(heard, say=(officer_words.WRONG_KEY, *heard.say)))


def _hear_test_answered(_call: PagedCall, _keys: str, _now: datetime) -> Pressed:
    return Pressed(SpokenReply((spoken.CALLS_REACH_YOU,)), answers=True)


def _refuse_test(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    """They cannot take their shift, as far as we know: coordinators are rung, and as after silence somebody comes on
    call beside them."""
    return replace(_call_coordinator(call, PagedStage.TEST, now), answers=False)


def _verify(_call: PagedCall, _keys: str, _now: datetime) -> Pressed:
    return Pressed(SpokenReply((spoken.CALLS_REACH_YOU,)), answers=True, verifies=True)


def _own_alarm(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    alarm, person = call.alarm, call.person
    if call.was is not None:
        return Pressed(SpokenReply(_of_what_was(call, call.was)), answers=True)
    if alarm is None or person is None or is_of_another(alarm, person.id, now):
        return Pressed(_tell_alarm(call, now))
    decisions = take_alarm(call.alarms, person.id, call.roster, now, named=alarm)
    return Pressed(SpokenReply((spoken.ALARM_IS_YOURS,)), decisions, answers=True)


def _page_now(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    if call.alarm is None or call.alarm.call is None:
        return _hear_it_is_decided(call, now)
    return Pressed(SpokenReply((spoken.CALLER_IS_PAGED,)), answers=True, decides=DecideCall(call.alarm.call, True))


def _dismiss_once(_call: PagedCall, _keys: str, _now: datetime) -> Pressed:
    return Pressed(SpokenReply((spoken.DISMISS_FOR_SURE,), PagedStage.DISMISS))


def _dismiss(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    if call.alarm is None or call.alarm.call is None:
        return _hear_it_is_decided(call, now)
    return Pressed(SpokenReply((spoken.CALLER_DISMISSED,)), answers=True, decides=DecideCall(call.alarm.call, False))


def _hear_it_is_decided(call: PagedCall, now: datetime) -> Pressed:
    """The alarm ended while they listened. Its text would ask again what they can no longer decide."""
    if call.alarm is not None:  # a made-up address: this alarm is about no call
        return Pressed(_tell_alarm(call, now))
    return Pressed(SpokenReply((spoken.DECIDED_ALREADY,)), answers=True)


# ---- an answer, which counts while the call-out is open ----


def _while_open(answer: Callable[[Situation, Person, datetime], Pressed]) -> KeyRule[PagedCall, Pressed]:
    def rule(call: PagedCall, _keys: str, now: datetime) -> Pressed:
        if call.situation is None or call.person is None or call.has_ended:
            return Pressed(_over(call))
        return answer(call.situation, call.person, now)

    return rule


@_while_open
def _take(situation: Situation, person: Person, now: datetime) -> Pressed:
    callout = situation.callout
    if callout.is_asked_along(person.id):
        heard = SpokenReply((spoken.ASK_MINUTES_ALONG,), PagedStage.ETA, many_keys=True)
        return Pressed(heard, assignment.go_along(situation, person, None, now), answers=True)
    if callout.status is Status.PAGING or callout.is_on_it(person.id):
        partner = callout.is_on_it(person.id) and not _leads(situation, person)
        asks = spoken.ASK_MINUTES_ALONG if partner else spoken.ASK_ETA
        heard = SpokenReply((asks,), PagedStage.ETA, many_keys=True)
    else:
        heard = SpokenReply((spoken.taken_by(_taker(situation)),))
    return Pressed(heard, assignment.take(situation, person, None, now), answers=True)


@_while_open
def _come(situation: Situation, person: Person, now: datetime) -> Pressed:
    if situation.callout.status is Status.CLEARED:
        return Pressed(SpokenReply((spoken.ALONG_IS_OFF,)), answers=True)
    heard = SpokenReply((spoken.ASK_MINUTES_ALONG,), PagedStage.ETA, many_keys=True)
    return Pressed(heard, assignment.add_partner(situation, person, None, now), answers=True)


def _take_or_come(call: PagedCall, keys: str, now: datetime) -> Pressed:
    pages = call.situation is not None and call.situation.callout.status is Status.PAGING
    return (_come if _is_asked_to_come(call) and not pages else _take)(call, keys, now)


@_while_open
def _refuse(situation: Situation, person: Person, now: datetime) -> Pressed:
    if situation.callout.is_asked_along(person.id):
        return Pressed(SpokenReply((spoken.NOT_ALONG,)), assignment.decline_along(situation, person, now), answers=True)
    callout, decisions = situation.callout, assignment.refuse(situation, person, now)
    mine = callout.assignment_of(person.id)
    if mine is not None and mine.role.is_offer and callout.status is not Status.PAGING:
        return Pressed(SpokenReply((spoken.NOT_ALONG,)), decisions, answers=True)
    if _pages_another(decisions, person):
        heard = spoken.NEXT_IS_CALLED
    elif callout.status is Status.PAGING or callout.is_on_it(person.id):
        heard = spoken.LET_GO
    else:
        heard = spoken.taken_by(_taker(situation))
    return Pressed(SpokenReply((heard,)), decisions, answers=True)


def _pages_another(decisions: Iterable[Decision], person: Person) -> bool:
    """Whether their no has somebody else paged. Others of their step may still answer, and a round keeps its time; then
    nobody is, and whoever sleeps on must not think so."""
    return any(isinstance(one, SendPage) and one.purpose.pages and one.person != person.id for one in decisions)


@_while_open
def _depart(situation: Situation, person: Person, now: datetime) -> Pressed:
    decisions = assignment.depart(situation, person, None, now)
    goes = situation.callout.is_on_it(person.id) or any(isinstance(one, Stamp) for one in decisions)
    heard = SpokenReply((spoken.menu(),), PagedStage.MENU) if goes else _of_others(situation)
    return Pressed(heard, decisions, answers=True)


@_while_open
def _keep(situation: Situation, person: Person, now: datetime) -> Pressed:
    if not situation.callout.is_on_it(person.id):
        return Pressed(_of_others(situation), answers=True)
    said = spoken.STILL_YOURS if _leads(situation, person) else spoken.GOES_ALONG
    return Pressed(
        SpokenReply((said, spoken.menu()), PagedStage.MENU), assignment.keep(situation, person, now), answers=True
    )


def _keep_or_take(call: PagedCall, keys: str, now: datetime) -> Pressed:
    """If it was let go while they listened, whoever says that they go takes it again."""
    pages = call.situation is not None and call.situation.callout.status is Status.PAGING
    return (_take if pages and not call.is_on_it else _keep)(call, keys, now)


# ---- what only somebody who is on the call-out may say or hear, while that is open ----


def _while_on_it(rule: KeyRule[PagedCall, Pressed]) -> KeyRule[PagedCall, Pressed]:
    def checked(call: PagedCall, keys: str, now: datetime) -> Pressed:
        return rule(call, keys, now) if call.is_on_it and not call.has_ended else Pressed(_not_theirs(call))

    return checked


@_while_on_it
def _give_eta(call: PagedCall, keys: str, now: datetime) -> Pressed:
    """They already have it, so silence is fine; only plausible minutes are an ETA."""
    assert call.situation is not None
    assert call.person is not None
    leads = _leads(call.situation, call.person)
    hears_when = rights(call.situation.callout.trust).hears_names
    minutes = eta_minutes(int(keys)) if re.fullmatch("[0-9]{1,3}", keys) else None
    if keys and minutes is None:
        said = spoken.no_eta(leads=leads, told_when=hears_when)
        return Pressed(SpokenReply((said,), PagedStage.ETA, many_keys=True))
    eta_at = now + timedelta(minutes=minutes) if minutes is not None else None
    decisions: list[Decision] = []
    if eta_at is not None:
        decisions += assignment.new_eta(call.situation, call.person, eta_at, now)
        decisions += assignment.clear_that_they_go(call.situation, call.person, now)
    return Pressed(
        _menu(call, spoken.confirmed(minutes, told_when=hears_when) if leads else spoken.GOES_ALONG), decisions
    )


@_while_on_it
def _hear_place(call: PagedCall, _keys: str, _now: datetime) -> Pressed:
    assert call.situation is not None
    said = call.situation.details
    unsafe = (spoken.UNSAFE_SCENE,) if said.scene_safe is False else ()
    first = _beware(call.situation) or unsafe
    place = call.place_open if said.place_unconfirmed else spoken.place(said.place_address, said.place_note)
    return Pressed(_menu(call, *first, place))


@_while_on_it
def _reach_officer(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    return joining.ask(call, Party.SPECIALIST, _menu(call), now)


# ---- being joined with the officer ----


def _own_alarm_and_join(call: PagedCall, keys: str, now: datetime) -> Pressed:
    """Whoever speaks with the officer takes care of the alarm, so it is theirs."""
    if not _offers_officer(call) or call.alarm is None:
        return _wrong_key(call, keys, now)
    owned = _own_alarm(call, keys, now)
    return joining.ask(call, Party.COORDINATOR, owned.heard, now, tuple(owned.decisions))


def _join_caller(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    if not call.bridge.holding:  # while they listened, or before; nobody rings a caller about whom nothing is decided
        told = _tell_alarm(call, now)
        return Pressed(replace(told, say=(spoken.CALLER_IS_GONE, *told.say)))
    return joining.ask(call, Party.COORDINATOR, _tell_alarm(call, now), now)


def _join(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    who = joining.party(call)
    if who is None or call.situation is None or call.has_ended:
        return Pressed(_not_theirs(call), answers=True)
    if who is Party.OFFICER:
        return joining.accept(call, now)
    return joining.ask(call, who, _back(call, now), now)


def _wait_on(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    return joining.wait_on(call, _back(call, now), now)


def _stop_waiting(call: PagedCall, _keys: str, now: datetime) -> Pressed:
    return joining.stop_waiting(_back(call, now))


def left(call: PagedCall, were: int, now: datetime) -> Pressed:
    """Their conference is over for them; `were` counts whoever has been in it."""
    pressed = joining.left(call, were, _back(call, now))
    return replace(pressed, heard=_for_their_ear(call, pressed.heard))


# ---- the table ----

# Beside these, 0 calls a coordinator at every stage that is not a coordinator's own.
KEYS: Mapping[PagedStage, KeyTable[PagedCall, Pressed]] = {
    PagedStage.PAGE: KeyTable({"1": _take_or_come, "2": _refuse, "9": _repeat}, otherwise=_wrong_key, silence=_hang_up),
    PagedStage.ETA: KeyTable({}, otherwise=_give_eta, silence=_give_eta),
    PagedStage.MENU: KeyTable(
        {"3": _hear_place, "4": _reach_officer, "9": _repeat}, otherwise=_wrong_key, silence=_hang_up
    ),
    PagedStage.REMINDER: KeyTable({"1": _depart, "2": _refuse, "9": _repeat}, otherwise=_wrong_key, silence=_hang_up),
    PagedStage.SURE: KeyTable({"1": _keep_or_take, "2": _refuse, "9": _repeat}, otherwise=_wrong_key, silence=_hang_up),
    PagedStage.ALARM: KeyTable(
        {"1": _own_alarm, "2": _own_alarm_and_join, "9": _repeat}, otherwise=_wrong_key, silence=_hang_up
    ),
    PagedStage.CALLER: KeyTable(
        {"1": _page_now, "2": _join_caller, "3": _dismiss_once, "9": _repeat}, otherwise=_wrong_key, silence=_hang_up
    ),
    PagedStage.DISMISS: KeyTable({"3": _dismiss}, otherwise=_repeat, silence=_hang_up),
    PagedStage.JOIN: KeyTable({"1": _join}, otherwise=_wrong_key, silence=_hang_up),
    PagedStage.JOINING: KeyTable({}, otherwise=_stop_waiting, silence=_wait_on),
    PagedStage.NUMBER: KeyTable({"1": _verify, "9": _repeat}, otherwise=_wrong_key, silence=_hang_up),
    PagedStage.TEST: KeyTable({"2": _refuse_test}, otherwise=_hear_test_answered, silence=_hang_up),
}
