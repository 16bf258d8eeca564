"""What we say fits one segment, holds nothing private, and asks for nothing that the carrier would swallow."""

import inspect
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.rules.decisions import DeadlineKind, SetDeadline
from dispatch.rules.facts.alarms import AlarmKind
from dispatch.rules.facts.callout import Status
from dispatch.rules.facts.moments import NaiveMoment
from dispatch.rules.facts.pages import Guessed
from dispatch.rules.facts.people import Language
from dispatch.rules.reader.read_text import read
from dispatch.rules.reader.vocabulary import Word
from dispatch.rules.wording import (
    agency_texts,
    alarm_answers,
    alarms,
    alphabet,
    asking,
    coordinator_texts,
    names,
    spoken,
    texts,
    times,
)
from dispatch.rules.wording import hotline as hotline_words
from dispatch.rules.wording.languages import Words, in_language
from dispatch.rules.wording.names import specialist
from dispatch.rules.wording.texts import Going
from tests.each import each
from tests.rules.situations import NIGHT
from tests.twilio_simulator.test_segments import SEGMENTS

AT = datetime(2026, 3, 14, 9, 45, tzinfo=UTC)  # 02:45 in Los Angeles, a Saturday
PHONE = "+523312345678901"  # as long as a number can be
CONTACT = "+999999999999999"  # as long as a number may be
LONG = "Maximiliano-Alexander de la Cruz y Fernández"

_LEFT = Status.CLEARED

_WORDED = (texts, asking, agency_texts, alarm_answers, coordinator_texts)

Texts = dict[str, list[str]]


def what_can_be_said(code: str, name: str) -> Texts:
    """What answers HELP from each position, and what the same stands behind that is asked back."""
    said: Texts = {
        "say_when_paged": [asking.say_when_paged(code)],
        "say_when_another_has_it": [asking.say_when_another_has_it(code, name)],
        "say_when_asked_along": [asking.say_when_asked_along(code)],
        "say_when_passed_over": [asking.say_when_passed_over(code)],
        "say_when_it_is_yours": [asking.say_when_it_is_yours(code)],
        "say_under_way": [asking.say_under_way(code)],
        "say_when_there": [asking.say_when_there(code)],
        "say_when_left": [asking.say_when_left(code)],
    }
    back = (asking.asked_back, asking.after_this_callout)
    says = [say for (say,) in said.values() if isinstance(say, Words)]
    return said | {ask.__name__: [ask(say) for say in says] for ask in back}


_ASKED_BACK = ("asked_back", "after_this_callout")


def guesses(code: str) -> list[Words]:
    """Each guess that is said back."""
    timed = (Guessed.TAKES, Guessed.LEAVES, Guessed.ETA)
    plain = [what for what in Guessed if what is not Guessed.ETA]
    return [*(asking.guessed(what, code, AT) for what in timed), *(asking.guessed(what, code, None) for what in plain)]


def every_text(code: str, name: str, agency: str, words: str) -> Texts:
    """Each text that we send, in each of its forms."""
    return {
        "page_text": [
            page
            for unverified in (False, True)
            for page in (
                *(
                    texts.page_text(agency, code, again, several, unverified=unverified)
                    for again in (False, True)
                    for several in (False, True)
                ),
                *(texts.page_text(agency, code, again, True, code, unverified=unverified) for again in (False, True)),
            )
        ],
        "silent_callers": [
            texts.silent_callers(code, count, again=again) for count in (1, 9, 500) for again in (False, True)
        ],
        "ask_along": [
            texts.ask_along(agency, code, name, AT, limit, several=several, unverified=unverified)
            for limit in ("the hour", "the target")
            for several in (False, True)
            for unverified in (False, True)
        ],
        "limited_noted": [texts.limited_noted(code, needs) for needs in (None, 40)],
        "still_needed": [texts.still_needed(code)],
        "asked_no_more": [texts.asked_no_more(code, name, there=there) for there in (False, True)],
        "others_asked": [texts.others_asked(code, [name]), texts.others_asked(code, [name, name])],
        "may_turn_back": [texts.may_turn_back(code, name, at) for at in (None, AT)],
        "go_on_after_all": [texts.go_on_after_all(code, name)],
        "goes_along": [texts.goes_along(code, None), texts.goes_along(code, AT)],
        "declined_along": [texts.declined_along(code)],
        "page_the_last": [texts.page_the_last(agency, code), texts.page_the_last(agency, code, unverified=True)],
        "probably_yours": [texts.probably_yours(code, code)],
        "stand_down": [texts.stand_down(code, name)],
        "closed_stand_down": [texts.closed_stand_down(code)],
        "closed_while_there": [texts.closed_while_there(code)],
        "test_page": [texts.test_page(name)],
        "confirmation": [texts.confirmation(code, eta, going) for eta in (None, AT) for going in Going],
        "partner_confirmation": [
            texts.partner_confirmation(code, name, going) for going in (Going.UNDER_WAY, Going.THERE)
        ],
        "you_go_along": [texts.you_go_along(name)],
        "you_lead": [texts.you_lead(code, name)],
        "confirmation_without_eta": [
            texts.confirmation_without_eta(code, going) for going in (Going.NOT_YET, Going.UNDER_WAY)
        ],
        "eta_asked": [texts.eta_asked(code)],
        "guessed": list(guesses(code)),
        "or_else": [
            asking.or_else(guess, say)
            for guess in guesses(code)
            for say in (asking.say_when_paged(code), asking.say_when_it_is_yours(code), asking.say_when_there(code))
        ],
        "confirmation_with_guess": [texts.confirmation_with_guess(asking.guessed(Guessed.ETA, code, AT))],
        "in_danger": [texts.IN_DANGER],
        "call_me_heard": [texts.call_me_heard(code), texts.call_me_heard(code, PHONE)],
        "still_there_noted": [texts.still_there_noted(code)],
        "call_by_the_link": [texts.call_by_the_link(code)],
        **what_can_be_said(code, name),
        "no_or_eta": [asking.no_or_eta(code)],
        "keep_or_let_go": [asking.keep_or_let_go(code)],
        "go_instead": [asking.go_instead(code, name)],
        "were_you_there": [asking.were_you_there(code)],
        "here_if_there": [asking.here_if_there(code)],
        "here_if_there_too": [asking.here_if_there_too(code, name)],
        "helped": [
            asking.helped(say, CONTACT)
            for name, forms in what_can_be_said(code, name).items()
            for say in forms
            if isinstance(say, Words) and name not in _ASKED_BACK
        ],
        "helped_or_in_danger": [
            asking.helped_or_in_danger(say, CONTACT)
            for kind, forms in what_can_be_said(code, name).items()
            for say in forms
            if isinstance(say, Words) and kind not in _ASKED_BACK
        ],
        "how_to_take_it": [asking.how_to_take_it(code)],
        "danger_heard": [texts.DANGER_HEARD],
        "late_answer": [texts.late_answer(code, name)],
        "everybody_has_left": [texts.everybody_has_left(code)],
        "here_where_everybody_has_left": [texts.here_where_everybody_has_left(code)],
        "already_closed": [texts.already_closed(code), texts.already_closed(code, code, "ETA 20")],
        "declined": [texts.declined(code)],
        "eta_noted": [texts.eta_noted(code, AT)],
        "en_route_noted": [texts.en_route_noted(code), texts.en_route_noted(code, AT)],
        "arrived_noted": [texts.arrived_noted(code)],
        "cleared_noted": [texts.cleared_noted(code)],
        "home_noted": [texts.home_noted(code, rest) for rest in (None, AT)],
        "which_callout": [texts.which_callout([code] * count) for count in (1, 2, 3, 4, 5, 1000)],
        "no_such_callout": [texts.no_such_callout(code), texts.no_such_callout(code, code, "ETA 20")],
        "nothing_open": [texts.NOTHING_OPEN],
        "test_answered": [texts.TEST_ANSWERED],
        "test_only": [texts.TEST_ONLY],
        "not_understood": [texts.NOT_UNDERSTOOD],
        "opted_in": [texts.OPTED_IN],
        "you_are_unknown": [texts.you_are_unknown(contact) for contact in (None, CONTACT)],
        "officer_wrote": [texts.officer_wrote(code)],
        "speak_first": [texts.speak_first(code)],
        "stay_away": [texts.stay_away(code, CONTACT), texts.stay_away(code, "")],
        "scene_unsafe": [texts.scene_unsafe(code)],
        "look_again": [texts.look_again(code)],
        "remind_en_route": [asking.remind_en_route(code)],
        "over_and_read": [texts.over_and_read(code, called_off=off) for off in (True, False)],
        "partner_is_there": [coordinator_texts.partner_is_there(code, name)],
        "if_not_there": [asking.if_not_there(code).kept_by(SetDeadline(DeadlineKind.CLEAR_UP, AT))],
        "still_if_not_there": [asking.still_if_not_there(code)],
        "the_way_once_more": [texts.the_way_once_more(code)],
        "passed_on": [asking.passed_on(code), asking.passed_on(code, name)],
        "remind_arrival": [asking.remind_arrival(code)],
        "remind_on_scene": [asking.remind_on_scene(code)],
        "remind_home": [asking.remind_home(code)],
        "place_changed": [texts.place_changed(code)],
        "place_may_have_changed": [texts.place_may_have_changed(code)],
        "officer_taken": [agency_texts.officer_taken(code, name), agency_texts.officer_taken(code, name, AT)],
        "officer_waiting": [agency_texts.officer_waiting(code, minutes) for minutes in (1, 8, 10_000)],
        "officer_introduced": [
            agency_texts.officer_introduced(code, theirs, contact)
            for theirs in (None, words)
            for contact in (None, CONTACT)
        ],
        "officer_eta": [agency_texts.officer_eta(code, name, AT, new=new) for new in (False, True)],
        "officer_released": [agency_texts.officer_released(code)],
        "officer_taken_by_somebody": [agency_texts.officer_taken_by_somebody(code)],
        "officer_with_you": [agency_texts.officer_with_you(code, name)],
        "officer_gave_up": [agency_texts.officer_gave_up(code)],
        **{
            name: [ended(code, contact, same_as) for contact in (None, CONTACT) for same_as in (None, code)]
            for name, ended in (
                ("officer_cancelled", agency_texts.officer_cancelled),
                ("officer_closed", agency_texts.officer_closed),
            )
        },
        "officer_wrong_number": [agency_texts.officer_wrong_number(code, contact) for contact in (None, CONTACT)],
        "officer_unread": [agency_texts.officer_unread(code, agency_texts.NOBODY_YET, CONTACT)],
        "officer_heard": [
            agency_texts.officer_heard(code, stands, contact)
            for contact in (None, CONTACT)
            for stands in (agency_texts.NOBODY_YET, agency_texts.who_comes(name, AT))
        ],
        "officer_asks_again_heard": [
            agency_texts.officer_asks_again_heard(code, contact) for contact in (None, CONTACT)
        ],
        "who_comes": [agency_texts.who_comes(name, AT), agency_texts.who_comes(name, there=True)],
        "officer_calls_off_heard": [
            agency_texts.officer_calls_off_heard(code, contact).kept_by(SetDeadline(DeadlineKind.RING_BACK, AT))
            for contact in (None, CONTACT)
        ],
        "officer_heard_after_the_end": [
            agency_texts.officer_heard_after_the_end(code, contact) for contact in (None, CONTACT)
        ],
        "page_assigned": [coordinator_texts.page_assigned(agency, code)],
        "partner_asked": [coordinator_texts.partner_asked(code, name)],
        "partner_added": [coordinator_texts.partner_added(code, name)],
        "partner_joins": [coordinator_texts.partner_joins(code, name)],
        "set_out_noted": [coordinator_texts.set_out_noted(code, AT)],
        "eta_set": [coordinator_texts.eta_set(code, AT)],
        "coordinator_wrote": [coordinator_texts.coordinator_wrote(code)],
        "coordinator_wrote_aloud": [coordinator_texts.coordinator_wrote_aloud(code)],
        "officer_message": [coordinator_texts.officer_message(code, f"{words}.")],
        "partner_heard": [agency_texts.partner_heard(contact) for contact in (None, CONTACT)],
        "alarm_is_yours": [
            *(alarm_answers.alarm_is_yours(about, asked=asked) for about in (code, None) for asked in (True, False)),
            *(alarm_answers.alarm_is_yours(code, asked=True, cries=cries, unsafe=True) for cries in (True, False)),
        ],
        "alarm_and_how_to_go": [
            alarm_answers.alarm_and_how_to_go(alarm_answers.alarm_is_yours(code, asked=True)),
            alarm_answers.alarm_and_how_to_go(alarm_answers.alarm_is_yours(code, asked=True, cries=True)),
            alarm_answers.alarm_and_how_to_go(alarm_answers.alarm_has_owner(code, name)),
        ],
        "alarm_and_to_go": [
            alarm_answers.alarm_and_to_go(answer)
            for answer in (
                alarm_answers.alarm_is_yours(code, asked=True),
                alarm_answers.alarm_has_owner(code, name),
                alarm_answers.alarm_which([code] * 5),
            )
        ],
        "alarm_has_owner": [alarm_answers.alarm_has_owner(code, name), alarm_answers.alarm_has_owner(None, name)],
        "alarm_is_newer": [
            alarm_answers.alarm_is_newer(about, alarms.danger(code, name, PHONE, said="SOS"), taken=taken)
            for about in (code, None)
            for taken in (True, False)
        ],
        "alarm_had_by": [alarms.danger("", specialist(name), PHONE, alarm_answers.alarm_had_by(name))],
        "alarm_said_safe": [alarm_answers.alarm_said_safe(about, name) for about in (code, None)],
        "alarm_over_safe": [alarm_answers.alarm_over_safe("K7Q", name, name)],
        "alarm_shift_refused": [
            alarms.shift_refused(name, "primary", starts_at, "UTC", backup, PHONE, "can't do tonight, sorry")
            for starts_at in (None, datetime(2026, 11, 24, 11, 29, tzinfo=UTC))
            for backup in (name, "")
        ],
        "alarm_owner": [alarm_answers.alarm_owner(code, name), alarm_answers.alarm_owner(None, name)],
        "alarm_is_over": [alarm_answers.ALARM_IS_OVER],
        "alarm_none": [alarm_answers.ALARM_NONE],
        "alarm_which": [alarm_answers.alarm_which([code] * count) for count in (2, 3, 4, 5)],
        "alarm_cannot_be_had": [alarm_answers.alarm_cannot_be_had(name, alarms.danger(code, name, PHONE, said="SOS"))],
        "alarm_handed_on": [
            alarm_answers.alarm_handed_on(one, others=others) for one, others in ((code, True), (None, False))
        ],
        "alarm_another_goes": [alarm_answers.alarm_another_goes(code)],
        "alarm_guessed": [
            alarm_answers.alarm_guessed(one, goes=goes) for one, goes in ((code, True), (code, False), (None, False))
        ],
        "alarm_hint": [
            alarm_answers.alarm_hint(dict.fromkeys(codes, owner), contact)
            for codes in ((None,), (code,), ("K7Q", code), ("K7Q", "M4X", code))
            for owner in (None, name)
            for contact in (None, PHONE)
        ],
        "partner_opened": [agency_texts.partner_opened(agency, code)],
        "partner_taken": [agency_texts.partner_taken(code), agency_texts.partner_taken(code, name)],
        "partner_cancelled": [agency_texts.partner_cancelled(code, same_as) for same_as in (None, code)],
        "partner_closed": [agency_texts.partner_closed(code, same_as) for same_as in (None, code)],
        "alarm_chain_ended": [alarms.chain_ended(code, 1234), alarms.chain_ended(code, 1234, PHONE)],
        "alarm_target_warning": [
            alarms.target_warning(code, 20, words),
            alarms.target_warning(code, 20, words, name, PHONE),
        ],
        "was_due": [agency_texts.was_due(name, AT)],
        "alarm_nearer_asked": [
            alarms.nearer_asked(code, name, None, "the target", [name, "Maximiliana"]),
            *(alarms.nearer_asked(code, name, AT, "the target", names) for names in ([name], [name, "Maximiliana"])),
        ],
        "alarm_turned_back": [alarms.turned_back(code, name, name)],
        "officer_more_asked": [agency_texts.officer_more_asked(code, count) for count in (1, 2, 4)],
        "alarm_target_missed": [alarms.target_missed(code, 60), alarms.target_missed(code, 60, name, PHONE)],
        "alarm_nobody_on_shift": [alarms.nobody_on_shift(code, 2)],
        "alarm_not_moving": [alarms.not_moving(code, name), alarms.not_moving(code, name, PHONE)],
        "alarm_driver_silent": [alarms.driver_silent(code, name, AT), alarms.driver_silent(code, name, AT, PHONE)],
        "alarm_late_arrival": [alarms.late_arrival(code, name), alarms.late_arrival(code, name, PHONE)],
        "alarm_released": [alarms.released(code, name), alarms.released(code, name, PHONE)],
        "alarm_writes_and_stays": [alarms.writes_and_stays(code, name, PHONE)],
        "alarm_wrote_after_the_end": [alarms.wrote_after_the_end(code, name, "no wait I am still there", PHONE)],
        "alarm_gave_up": [alarms.gave_up(code, name), alarms.gave_up(code, name, PHONE)],
        "alarm_handed_over": [
            alarms.handed_over(code, name, name),
            alarms.handed_over(code, name, "", PHONE),
            alarms.handed_over(code, name, name, PHONE, silent=True),
        ],
        "alarm_officer_not_dialled": [alarms.officer_not_dialled(code, PHONE)],
        "alarm_codes_guessed": [alarms.codes_guessed(20), alarms.codes_guessed(9999)],
        "alarm_officer_not_reached": [alarms.officer_not_reached(code), alarms.officer_not_reached(code, PHONE)],
        "alarm_officer_stopped_texts": [alarms.officer_stopped_texts(code, PHONE)],
        "alarm_move_not_heard": [alarms.move_not_heard(code, name), alarms.move_not_heard(code, name, PHONE)],
        "alarm_place_not_told": [alarms.place_not_told(code, name), alarms.place_not_told(code, name, PHONE)],
        "alarm_news_not_heard": [alarms.news_not_heard(code, name), alarms.news_not_heard(code, name, PHONE)],
        "alarm_danger_unheard": [alarms.danger_unheard(code, name, PHONE, there=there) for there in (False, True)],
        "alarm_stay_away_no_key": [alarms.stay_away_no_key(code, name, PHONE)],
        "alarm_scene_safe": [alarms.scene_safe(code, CONTACT), alarms.scene_safe(code)],
        "alarm_over_heard": [alarm_answers.alarm_over_heard(code, name, goes_on=one) for one in (True, False)],
        "alarm_over_scene_safe": [alarm_answers.alarm_over_scene_safe(code, goes_on=one) for one in (True, False)],
        "officer_we_ask": [agency_texts.officer_we_ask(code, name, AT)],
        "alarm_end_not_told": [alarms.end_not_told(code, name), alarms.end_not_told(code, name, PHONE)],
        "alarm_on_scene_check": [alarms.on_scene_check(code, name), alarms.on_scene_check(code, name, PHONE)],
        "alarm_home_check": [alarms.home_check(code, name), alarms.home_check(code, name, PHONE)],
        "alarm_partner_offer": [alarms.partner_offer(code, name, name)],
        "alarm_opted_out": [alarms.opted_out(name), alarms.opted_out(name, PHONE)],
        "alarm_shift_silent": [
            alarms.shift_silent(name, "primary", name, PHONE),
            alarms.shift_silent(name, "primary", ""),
        ],
        "alarm_stopped": [alarms.stopped(code, name), alarms.stopped(code, name, PHONE)],
        "alarm_asks_by_key": [alarms.asks_by_key(one, name, PHONE) for one in (code, "")],
        "alarm_asks_for_a_call": [alarms.asks_for_a_call(code, name, PHONE, words)],
        "alarm_unclear_text": [alarms.unclear_text(name, words), alarms.unclear_text(name, words, PHONE)],
        "alarm_still_unclear": [
            alarms.still_unclear(code, name),
            alarms.still_unclear(code, name, PHONE),
            alarms.still_unclear(code, name, asked=""),
            alarms.still_unclear(code, "Bartholomew", PHONE, asked="Ana and Ben"),
        ],
        "alarm_probable_duplicate": [alarms.probable_duplicate(code, code, words)],
        "alarm_somebody_hurt": [alarms.somebody_hurt(code, CONTACT, words)],
        "alarm_nobody_came": [alarms.nobody_came(code, CONTACT, words)],
        "alarm_needed_again": [alarms.needed_again(code, CONTACT, words)],
        "alarm_officer_unreadable": [alarms.officer_unreadable(code, CONTACT, words)],
        "alarm_officer_wrote": [alarms.officer_wrote(code, CONTACT, words)],
        **{
            name: [word(None), word(CONTACT)]
            for name, word in (
                ("new_browser", coordinator_texts.new_browser),
                ("new_app", coordinator_texts.new_app),
                ("changed_password", coordinator_texts.changed_password),
                ("new_wall", coordinator_texts.new_wall),
                ("new_key", coordinator_texts.new_key),
            )
        },
        "alarm_specialist_wrote": [alarms.specialist_wrote(code, name, PHONE, words)],
        "alarm_officer_calls_off": [alarms.officer_calls_off(code, CONTACT, words)],
        "alarm_officer_calls": [
            alarms.officer_calls(code, "is at a place that is not listed", PHONE),
            alarms.officer_calls("", "says that nobody is needed"),
        ],
        "alarm_many_promised": [alarms.many_promised(code, 1, PHONE), alarms.many_promised(code, 40)],
        "alarm_silent_calls": [alarms.silent_calls(1), alarms.silent_calls(500)],
        "alarm_undecided_call": [alarms.undecided_call(PHONE, 60), alarms.undecided_call(None, 600)],
        "alarm_unverified": [alarms.unverified(code, name)],
        "alarm_place_unconfirmed": [alarms.place_unconfirmed(code, phone) for phone in ("", "+15625550177")],
        "alarm_missed_call": [alarms.missed_call(PHONE, AT), alarms.missed_call(None, AT)],
        "alarm_partner_wrote": [alarms.partner_wrote(agency, CONTACT, words)],
        "alarm_danger": [
            alarms.danger(code, specialist(name), "+15625550101"),
            alarms.danger("", "Ben", "+15625550102"),
            alarms.danger(code, "the officer", CONTACT, agency_texts.who_comes("Bartholomew", AT)),
        ],
        "alarm_scene_unsafe": [
            alarms.scene_unsafe(code, CONTACT),
            alarms.scene_unsafe(code, ""),
            alarms.scene_unsafe(code, CONTACT, agency_texts.who_comes(name)),
        ],
        "alarm_unknown_sender": [alarms.unknown_sender("0123", words)],
        "alarm_carrier": [alarms.carrier(words)],
        "alarm_clock_set_back": [alarms.clock_set_back(minutes) for minutes in (1, 100_000)],
        "alarm_too_many_callouts": [alarms.too_many_callouts("ABCDEFGHIJKL")],
        "alarm_calls_refused": [
            alarms.calls_refused("ABCDEFGHIJKL", "false signature", proven=proven) for proven in (True, False)
        ],
        "alarm_many_strangers": [alarms.many_strangers(2_000)],
        "alarm_many_unlisted": [alarms.many_unlisted(2_000)],
        "alarm_officer_writes_on": [alarms.officer_writes_on(code, CONTACT)],
        "alarm_clocks_apart": [alarms.clocks_apart("x" * 80, 100_000), alarms.clocks_apart("", 5)],
        "alarm_our_mistake": [alarms.our_mistake(code), alarms.our_mistake("")],
        "alarm_work_is_late": [alarms.work_is_late(seconds) for seconds in (31, 100_000)],
        "alarm_rescued": [alarms.rescued(code), alarms.rescued(code, PHONE)],
        "alarm_over_taken": [
            *(
                alarm_answers.alarm_over_taken(code, status, name, at, goes_on=goes_on)
                for status in (Status.ACKNOWLEDGED, Status.EN_ROUTE)
                for at in (None, AT)
                for goes_on in (False, True)
            ),
            *(alarm_answers.alarm_over_taken(code, there, name, goes_on=True) for there in (Status.ON_SCENE, _LEFT)),
        ],
        "alarm_over_ended": [
            alarm_answers.alarm_over_ended(code, name, cancelled=cancelled, goes_on=True) for cancelled in (True, False)
        ],
        "alarm_over_confirmed": [
            alarm_answers.alarm_over_confirmed(code, goes_on=goes_on) for goes_on in (True, False)
        ],
        "alarm_over_clear": [
            alarm_answers.alarm_over_clear(code, name, goes=goes, goes_on=goes_on)
            for goes in (True, False)
            for goes_on in (True, False)
        ],
        "alarm_over_rang": [alarm_answers.alarm_over_rang(code, goes_on=goes_on) for goes_on in (True, False)],
        "alarm_over_verified": [alarm_answers.alarm_over_verified(code, goes_on=True)],
        "alarm_over_call": [alarm_answers.alarm_over_call(code, opened=opened) for opened in (True, False)],
        "alarm_over_silent": [alarm_answers.alarm_over_silent(None), alarm_answers.alarm_over_silent(code)],
        "alarm_over_no_callout": [alarm_answers.alarm_over_no_callout(name)],
        "alarm_over_texts_again": [alarm_answers.alarm_over_texts_again(name)],
        "alarm_over_shift_test": [
            alarm_answers.alarm_over_shift_test(name, answered=answered, given_away=given_away)
            for answered, given_away in ((True, True), (False, True), (False, False))
        ],
        "alarm_over_quiet": [
            alarm_answers.alarm_over_quiet(kind, name, AT, timedelta(hours=1), lasts=lasts)
            for kind in AlarmKind
            if kind is not AlarmKind.NEWS
            for lasts in (True, False)
        ],
        "alarm_owner_asked": [alarms.owner_asked(about, f"{specialist(name)} is silent") for about in (code, "")],
        "alarm_owner_silent": [
            alarms.owner_silent(code, name, phone, f"{specialist(name)} is silent") for phone in ("", PHONE)
        ],
        "alarm_coverage_gap": [alarms.coverage_gap(words, AT, is_manned=one) for one in (False, True)],
        "alarm_out_of_reach": [alarms.out_of_reach([words] * count, timedelta(hours=1)) for count in (1, 3, 9)],
    }


def in_all_languages(forms: Iterable[str]) -> list[str]:
    return [each for text in forms for each in (text, *((text.spanish,) if isinstance(text, Words) else ()))]


def flat(texts: Texts) -> list[str]:
    return [text for forms in texts.values() for text in in_all_languages(forms)]


ORDINARY = every_text("K7Q", "Ben", "LBPD", "nobody has taken it")
TO_SPECIALISTS = {
    name: forms
    for name, forms in ORDINARY.items()
    if name in {"officer_wrote", "partner_confirmation", "partner_asked", "partner_added", "partner_joins"}
    or not name.startswith(("officer_", "partner_", "alarm_", "you_are_unknown", "who_comes"))
}


def spoken_prompts() -> list[Words]:
    """Each thing that a voice says to a specialist."""
    return [
        *(said for said in vars(spoken).values() if isinstance(said, Words)),
        *(spoken.page("LBPD", "K7Q"), spoken.page("LBPD", "K7Q", same_as="M3X", last=True)),
        *(spoken.confirmed(), spoken.confirmed(25), spoken.no_eta(), spoken.menu()),
        *(spoken.no_eta(leads=False), spoken.no_eta(told_when=False)),
        *(spoken.place_not_delivered("K7Q"), spoken.called_off("K7Q"), spoken.taken_by("Ben")),
        *(spoken.place(None), spoken.place("1 Main St", "back door")),
        *(spoken.menu(holding=True), spoken.join("K7Q"), spoken.about("K7Q"), spoken.officer_is_taken("Ben")),
        *(spoken.officer_is_asked(), spoken.officer_is_asked(doubtful=True)),
        spoken.PLACE_UNCONFIRMED.kept_by(SetDeadline(DeadlineKind.CONFIRM_PLACE, NIGHT)),
        spoken.page("LBPD", "K7Q", unverified=True),
        spoken.page("LBPD", "K7Q", others=2),
        *(spoken.silent_callers("K7Q", 9), spoken.silent_callers("K7Q", 1, others=2)),
        spoken.keep_or_let_go("K7Q"),
        *(spoken.remind("K7Q"), spoken.officer_wrote("K7Q")),
        *(spoken.stay_away("K7Q", "+15625550110"), spoken.stay_away("K7Q", ""), spoken.scene_unsafe("K7Q")),
        *(spoken.speak_first("K7Q"), spoken.place_may_have_changed("K7Q")),
        *(spoken.along("LBPD", "K7Q", "Ben", by, unverified=doubt) for by in ("", "03:14") for doubt in (False, True)),
        *(
            spoken.asked_to_come("LBPD", "K7Q", name, unverified=doubt)
            for name in ("", "Ben")
            for doubt in (False, True)
        ),
    ]


def test_no_prompt_is_left_out() -> None:
    """Each function of `spoken` that words a prompt for specialists stands in the list above, as its constants do."""
    worded = {
        name
        for name, function in inspect.getmembers(spoken, inspect.isfunction)
        if function.__module__ == spoken.__name__
        and not name.startswith("_")
        and inspect.signature(function).return_annotation is Words
    }
    listed = set(re.findall(r"spoken\.([a-z_]+)\(", inspect.getsource(spoken_prompts)))
    assert worded == listed


# ---- what holds for every text -------------------------------------------------------------------------------------


def test_no_text_is_left_out() -> None:
    """The list above has all that words a text, so that nothing new can slip past these tests."""
    worded = {
        prefix + name
        for module, prefix in ((alarms, "alarm_"), *((module, "") for module in _WORDED))
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
    }
    # Those of `agency_texts` are sentences of the officer's view.
    worded |= {
        name.lower()
        for module in _WORDED
        for name, said in vars(module).items()
        if isinstance(said, str) and module is not agency_texts and not name.startswith("_")
    }
    assert worded - {"standalone_alarm", "local"} == set(ORDINARY)  # half a sentence, and a time zone


@pytest.mark.costs(2)
@each(name=ORDINARY)
def test_each_text_is_one_whole_segment(name: str) -> None:
    """Ordinary and long names alike leave every text in one segment, with its last sentence whole."""
    long = every_text("K7Q4M", LONG, "Los Angeles Sheriff, Lakewood", "the relief phone rings without an answer")
    for text in in_all_languages(ORDINARY[name] + long[name]):
        assert alphabet.gsm7(text) == text or (len(text) <= 70 and not text.endswith(":")), "a link follows a colon"
        assert alphabet.segments(text) == 1
        assert text.endswith((".", ":"))
        assert not text.endswith("...")


def test_what_an_officer_reads_is_true_when_a_voice_says_it() -> None:
    """A station's desk is rung with the words that others read: none of them promises a text."""
    for name, forms in ORDINARY.items():
        if name.startswith("officer_"):
            assert not [said for said in in_all_languages(forms) if "text you" in said], name


@settings(deadline=None)  # it words sixty texts each time
@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_no_name_or_word_breaks_a_text(name: str, agency: str, words: str) -> None:
    """Whatever a roster or a stranger holds, each text stays one segment."""
    assert all(
        alphabet.segments(text) == 1 and len(text) <= 160 for text in flat(every_text("K7Q4M8R", name, agency, words))
    )


@each(name=TO_SPECIALISTS)
def test_no_text_to_a_specialist_is_missing_in_spanish(name: str) -> None:
    """Each is worded in both languages; neither is the other's."""
    for said in TO_SPECIALISTS[name]:
        assert isinstance(said, Words)
        assert in_language(said, Language.SPANISH) == said.spanish != said
        assert type(in_language(said, Language.ENGLISH)) is str
        assert in_language(said, Language.ENGLISH) == said


def test_what_is_said_to_others_is_english() -> None:
    """Whatever their language: coordinators read each other's alarms."""
    assert in_language(alarms.rescued("K7Q"), Language.SPANISH) == alarms.rescued("K7Q")


@each(text=flat(TO_SPECIALISTS))
def test_a_text_to_a_specialist_holds_nothing_private(text: str) -> None:
    """No child, no link: a phone on a bedside table shows its texts to anybody."""
    private = r"child|kid|minor|girl|boy|victim|niñ|menor|v.ctima|direcci.n|https?:|www\.|address"
    assert not re.search(private, text, re.IGNORECASE)


@each(text=flat(TO_SPECIALISTS))
def test_what_we_ask_for_is_understood(text: str) -> None:
    """Each reply that a text suggests means something when it is sent back."""
    asked = re.findall(
        r"(?:Reply|reply|or|\(|such as) ((?:K7Q )?(?:[12]\b(?: 25)?|OMW(?: 25)?|HERE|DONE|HOME|NO|Y|SOS|ETA [0-9]+))",
        text,
    )
    asked += re.findall(
        r"(?:[Rr]esponda|al salir|en camino|o|\(|ejemplo|,) "
        r"((?:K7Q )?(?:[12]\b(?: 25)?|VOY(?: 25)?|LLEGUE|LISTO|EN CASA|NO|SI|SÍ|SOS|ETA [0-9]+))",
        text,
    )
    assert asked or not re.search(r"\breply\b|\bresponda\b", text, re.IGNORECASE)
    for reply in asked:
        assert read(reply).word is not Word.UNCLEAR


@each(
    name=[
        *("confirmation", "partner_confirmation", "you_lead"),
        *("place_changed", "place_may_have_changed", "officer_wrote"),
        *("speak_first", "stay_away", "scene_unsafe", "look_again"),
        *("partner_added", "coordinator_wrote"),
        *("remind_en_route", "remind_arrival"),
    ]
)
def test_there_is_room_for_the_link_behind_a_text(name: str) -> None:
    """Text, space and a link of 60 characters make one segment."""
    for text in in_all_languages(every_text("K7Q4M", LONG, "LBPD", "")[name]):
        assert alphabet.segments(f"{text} {'x' * 60}") == 1


# A guess names the yes that it waits for.
SAID_BACK = ("guessed", "or_else", "confirmation_with_guess", "in_danger")


@each(text=flat({name: all_ for name, all_ in TO_SPECIALISTS.items() if name not in SAID_BACK}))
def test_no_text_asks_what_a_yes_or_a_no_answers(text: str) -> None:
    """A bare NO may let the call-out go, so nothing else is asked that a NO answers.

    Nor is anything asked besides: half asleep, whoever is asked "when are you there?" answers no as well.
    """
    assert "?" not in text
    assert "¿" not in text


@each(said=spoken_prompts())
def test_no_voice_asks_what_a_yes_or_a_no_answers(said: Words) -> None:
    """On the phone only keys answer. It is said in both languages, in whole sentences."""
    assert said.spanish != said
    for prompt in in_all_languages([said]):
        assert not re.search(r"[?¿]", prompt)
        assert prompt.endswith(".")


AWAITED = (
    *("remind_en_route", "remind_arrival", "were_you_there", "here_if_there", "say_when_it_is_yours", "say_under_way"),
)


@pytest.mark.parametrize("name", AWAITED)
def test_whoever_is_awaited_reads_what_no_means(name: str) -> None:
    """Each text that wants a word from somebody who has it and is not there yet says it, in both languages."""
    for said in TO_SPECIALISTS[name]:
        assert isinstance(said, Words)
        assert re.search(r"\bNO (?:only )?if you cannot go", said)
        assert re.search(r"\bNO (?:solo )?si no puede ir", said.spanish)


NAMED = {
    "OMW": Word.ON_MY_WAY, "VOY": Word.ON_MY_WAY, "HERE": Word.HERE, "LLEGUE": Word.HERE, "DONE": Word.LEFT,
    "LISTO": Word.LEFT, "HOME": Word.HOME, "EN CASA": Word.HOME, "NO": Word.NO, "CALL": Word.CALL, "OK": Word.OK,
    "SI": Word.TAKE, "SOS": Word.DANGER,
}  # fmt: skip


@pytest.mark.parametrize(("reply", "word"), NAMED.items())
def test_what_a_text_names_means_what_it_says(reply: str, word: Word) -> None:
    """The words in capitals that our texts tell people to reply are words of the matrix, with that meaning."""
    assert read(reply).word is word


@each(text=flat(TO_SPECIALISTS))
def test_a_text_names_no_other_word(text: str) -> None:
    """Whatever stands there in capitals is one of them, a code, an area, or an agency."""
    known = ("LBPD", "LBH", "ETA", "EN", "CASA")
    capitals = {word for word in re.findall(r"\b[A-Z]{2,}\b", text) if word not in known}
    assert capitals <= {*NAMED}


# ---- the main texts, word for word ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            texts.page_text("LBPD", "K7Q"),
            "LBPD call-out K7Q. Reply 1 to take it (1 25 = there in 25 min) or 2 if you cannot.",
        ),
        (
            texts.page_text("LBPD", "K7Q", again=True),
            (
                "Again: LBPD call-out K7Q, nobody has it yet. "
                "Reply 1 to take it (1 25 = there in 25 min) or 2 if you cannot."
            ),
        ),
        (
            texts.page_text("LBPD", "K7Q", several=True),
            "LBPD call-out K7Q. Reply K7Q 1 to take it (K7Q 1 25 = there in 25 min) or K7Q 2 if you cannot.",
        ),
        (
            texts.confirmation("K7Q", AT),
            "You have K7Q, ETA 02:45. Reply OMW when you leave, HERE there, NO lets it go. Where to go:",
        ),
        (
            texts.confirmation("K7Q", AT, Going.UNDER_WAY),
            "You have K7Q, ETA 02:45. Reply HERE when you are there, NO lets it go. Where to go:",
        ),
        (
            texts.partner_confirmation("K7Q", "Ben", Going.THERE),
            "K7Q: you go along, Ben leads. Reply DONE when you have left. Where to go:",
        ),
        (
            texts.declined("K7Q"),
            "All right, you are not going to K7Q. Thank you. If you can go after all, reply K7Q 1.",
        ),
        (texts.stand_down("K7Q", "Ben"), "Ben has K7Q. Nothing to do, thank you."),
        (
            texts.late_answer("K7Q", "Ben"),
            "Ben already has K7Q, thank you. To go along as a partner reply K7Q OMW. If not, nothing to do.",
        ),
        (agency_texts.officer_taken("K7Q", "Ben", AT), "K7Q: Ben is coming, ETA 02:45."),
        (
            agency_texts.officer_waiting("K7Q", 8),
            "K7Q: after 8 minutes nobody has it yet. We keep paging and will tell you as soon as someone does.",
        ),
        (
            texts.arrived_noted("K7Q"),
            "K7Q: on scene, noted. Thank you. Reply DONE when you have left.",
        ),
        (texts.which_callout(["K7Q"]), "K7Q is open. Put the code first, such as K7Q 1."),
        (texts.which_callout(["K7Q", "M4X"]), "Two are open: K7Q and M4X. Put the code first, such as K7Q 1."),
        (
            texts.which_callout(["K7Q", "M4X", "R8T"]),
            "Three are open: K7Q, M4X and R8T. Put the code first, such as K7Q 1.",
        ),
        (
            texts.which_callout(["K7Q", "M4X", "R8T", "W9F", "X3L"]),
            "5 are open: K7Q, M4X, R8T, W9F and others. Put the code first, such as K7Q 1.",
        ),
        (
            texts.page_text("LBPD", "K7Q").spanish,
            "Llamado K7Q de LBPD. Responda 1 para ir (1 25 = llego en 25 min) o 2 si no puede.",
        ),
        (
            texts.confirmation("K7Q", AT).spanish,
            "K7Q es suyo, llegada 02:45. Responda VOY al salir, LLEGUE al llegar, NO si no puede. Donde ir:",
        ),
        (texts.stand_down("K7Q", "").spanish, "Un colega tiene K7Q. No hay nada que hacer, gracias."),
        (agency_texts.partner_taken("K7Q"), "K7Q: a specialist has taken it. For your notice only."),
        (
            alarms.coverage_gap("primary", AT),
            "Nobody is on call for primary from Sat 14 Mar 02:45. Please fill the gap.",
        ),
        (
            alarms.coverage_gap("primary", AT, is_manned=True),
            "Nobody qualified is on call for primary from Sat 14 Mar 02:45. Please fill the gap.",
        ),
        (alarms.target_missed("K7Q", 1), "ALARM K7Q: target missed. After 1 minute no specialist is on scene."),
    ],
)
def test_the_main_texts(text: str, expected: str) -> None:
    """People learn these texts by heart, so a change of words is made on purpose."""
    assert text == expected


# ---- names, letters, times -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("José", "José"),
        ("Begoña", "Begoña"),
        ("María", "Maria"),
        ("Ángel", "Angel"),
        ("Łukasz", "Lukasz"),
        ("D’Arcy", "D'Arcy"),
        ("Maximiliano-Alexander", "Maximiliano-Alexande"),
        ("李", "A colleague"),
        ("Мария", "A colleague"),
        ("", "A colleague"),
        ("🙂", "A colleague"),
        ("1", "A colleague"),
    ],
)
def test_names(name: str, expected: str) -> None:
    """A name is shown as GSM-7 can write it; one that it cannot write at all becomes a person without a name."""
    assert texts.stand_down("K7Q", name) == f"{expected} has K7Q. Nothing to do, thank you."


@pytest.mark.parametrize(("within", "alone"), [("the code K7Q", "The code K7Q"), ("él sale", "Él sale"), ("", "")])
def test_a_sentence_within_another_begins_small(within: str, alone: str) -> None:
    assert (names.first_down(alone), names.first_up(within)) == (within, alone)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("é ñ ü Ñ ¿ @ €", "é ñ ü Ñ ¿ @ €"),
        ("e\u0301", "é"),
        ("í ç ő", "i c o"),
        ("“don’t” – wait…", '"don\'t" - wait...'),
        ("½ ﬁ", "1/2 fi"),
        ("a\x00b\u200fc\u00a0d\te", "abc d" + "e"),
        ("你 🙂", "? ?"),
        ("\ud83d", "?"),
    ],
)
def test_letters(text: str, expected: str) -> None:
    """Letters outside GSM-7 become their nearest likeness, and what has none a question mark."""
    assert alphabet.gsm7(text) == expected


@given(st.text())
def test_gsm7_of_any_text(text: str) -> None:
    """The result can always be written in GSM-7, and doing it again changes nothing."""
    plain = alphabet.gsm7(text)
    assert alphabet.gsm7(plain) == plain
    assert alphabet.segments(plain) <= max(1, -(-2 * len(plain) // 152))


@pytest.mark.parametrize(("text", "expected"), SEGMENTS)
def test_segments(text: str, expected: int) -> None:
    """Segments are counted as the carrier counts them: escapes twice, no character split between two."""
    assert alphabet.segments(text) == expected


def test_times_are_those_on_the_wall() -> None:
    """A moment is shown in local time on both sides of a change of the clocks, and in another zone when asked."""
    assert times.local_time(datetime(2026, 3, 8, 9, 59, tzinfo=UTC)) == "01:59"
    assert times.local_time(datetime(2026, 3, 8, 10, 1, tzinfo=UTC)) == "03:01"
    assert times.local_time(AT, "America/New_York") == "05:45"


def test_a_moment_to_the_second() -> None:
    """Where seconds count, they are shown."""
    assert times.local_seconds(datetime(2026, 3, 14, 9, 45, 7, tzinfo=UTC)) == "02:45:07"
    assert times.local_iso(datetime(2026, 3, 14, 9, 45, 7, 5, tzinfo=UTC)) == "2026-03-14T02:45:07-07:00"


@pytest.mark.parametrize("show", [times.local_time, times.local_day_and_time, times.local_seconds, times.local_iso])
def test_a_moment_without_a_zone_is_refused(show: Callable[[datetime], str]) -> None:
    """A naive moment would be shown hours off, so it raises."""
    with pytest.raises(NaiveMoment):
        show(datetime(2026, 3, 8, 2, 45))  # noqa: DTZ001 - a naive moment is what is tested


def test_a_strangers_link_does_not_open() -> None:
    """What strangers write reaches coordinators shortened, in one line, and without a link to tap."""
    text = alarms.unknown_sender("0123", 'see https://evil.example/x\n"now" \\o/ ' + "z" * 300)
    assert text.startswith("An unknown number ending in 0123 wrote: \"see https evil. example/x 'now' \\o/ zzz")
    assert text.endswith('zzz...".')


# ---- what is said on the phone -------------------------------------------------------------------------------------


def test_the_call() -> None:
    """A page is spoken with the agency's name, the spelled code and the keys; never the place."""
    assert spoken.page("Long Beach Police Department", "K7Q") == (
        "This is a call-out from Long Beach Police Department, code K, 7, Q. "
        "Press 1 to take it. Press 2 if you cannot. Press 9 to hear this again."
    )
    last = spoken.page("Long Beach Police Department", "K7Q", same_as="F3T", last=True)
    assert "It is probably the same as F, 3, T. You are out, but you are the last we can ask. Press 1" in last


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (spoken.ASK_ETA, "how many minutes"),
        (spoken.confirmed(25), ": 25 minutes."),
        (spoken.confirmed(1), ": 1 minute."),
        (spoken.menu(), "Press 4 to speak with the officer."),
        (spoken.taken_by("José"), "José already has this call-out."),
        (spoken.taken_by(" "), "A colleague already has this call-out."),
        (spoken.place("1 Main Street,\n Long Beach"), "The meeting place is 1 Main Street, Long Beach."),
        (spoken.place("1 Main Street", "side door"), "1 Main Street. Note: side door."),
        (spoken.place(None), "not known yet"),
        *((spoken.UNSAFE_SCENE, "not safe"), (hotline_words.WRONG_KEY, "means nothing"), (spoken.CLOSED, "closed")),
        *((spoken.TEST, "This is a test"), (spoken.CALLS_REACH_YOU, "Calls reach you")),
        *((spoken.NEXT_IS_CALLED, "The next person is called now."), (spoken.LET_GO, "you are not going")),
        *((spoken.remind("K7Q"), "K, 7, Q"), (spoken.officer_wrote("K7Q"), "K, 7, Q")),
        (spoken.place_not_delivered("K7Q"), "K, 7, Q did not reach you."),
        (spoken.called_off("K7Q"), "Call-out K, 7, Q is off."),
        (spoken.confirmed(), "You have the call-out, and the officer is told."),
        (spoken.no_eta(), "You have it, but the officer is told no time yet."),
        (spoken.no_eta(told_when=False), "You have it, but no time is noted yet."),
        (spoken.no_eta(leads=False), "You go along, but no time is noted yet."),
    ],
)
def test_what_is_said(said: str, expected: str) -> None:
    """Each spoken sentence says its one thing, in Spanish too."""
    assert expected in said
    assert said.endswith(".")
    assert isinstance(said, Words)
    assert said.spanish.endswith(".")
    assert said.spanish != said


def test_everything_said_to_a_specialist_is_said_in_spanish() -> None:
    """Only how a call-out stands is said to coordinators alone, behind an alarm; and `aloud` reads out any text."""
    functions = [one for _, one in inspect.getmembers(spoken, inspect.isfunction) if one.__module__ == spoken.__name__]
    assert {one.__name__ for one in functions if one.__annotations__["return"] is not Words} == {
        *("aloud", "alarm_has_owner", "more_alarms", "alarms_wait"),
        *("decide_call", "own_alarm", "stands"),
    }
    constants = {name: said for name, said in vars(spoken).items() if name.isupper() and isinstance(said, str)}
    assert {name for name, said in constants.items() if not isinstance(said, Words)} == {
        *("THIS_ALARM_IS_OVER", "ALARM_IS_YOURS", "CALLER_DISMISSED"),
        *("CALLER_IS_PAGED", "DECIDED_ALREADY", "DISMISS_FOR_SURE"),
    }


@pytest.mark.parametrize(
    ("taker", "closed", "said"),
    [
        ("Ben", True, "By now it is closed."),
        ("Ben", False, "By now Ben has it."),
        ("", False, "By now a colleague has it."),
        (None, False, ""),
    ],
)
def test_an_alarm_that_is_heard_late_says_how_it_stands(taker: str | None, closed: bool, said: str) -> None:
    """Whoever picks up a minute later must not wake others for what somebody has taken meanwhile."""
    assert spoken.stands(taker, closed) == said


def test_a_number_is_said_digit_by_digit() -> None:
    """A voice would make billions of it."""
    assert spoken.aloud("Please call Ana, +15625550101.") == "Please call Ana, 1 5 6 2 5 5 5 0 1 0 1."


def test_one_moment_please_is_said_in_both_languages() -> None:
    """Nobody knows yet which of the two is on the line."""
    said = hotline_words.ONE_MOMENT
    assert (said, said.spanish) == ("One moment please.", "Un momento por favor.")
