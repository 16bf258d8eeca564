"""The texts that alarm coordinators: the call-out's code, a name, and the `phone` to ring.

The table in docs/alarms.md says what to do about each.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from dispatch.rules.wording.alphabet import one_segment, shortened
from dispatch.rules.wording.names import (
    agency_name,
    counted_text,
    first_up,
    listed,
    minutes_text,
    please_call,
    quoted,
    shown_name,
    specialist,
)
from dispatch.rules.wording.times import local_day_and_time, local_time

_FEWEST = 12  # letters of a quotation: fewer say nothing


def _call_them(code: str, first_name: str, phone: str, what: str) -> str:
    """`what` a specialist did or did not do, whom {who} names in it, and that somebody is to call them."""
    who = specialist(first_name)
    return one_segment(f"ALARM {code}: {what.format(who=who)} {please_call(who, phone)}")


def chain_ended(code: str, round_number: int, phone: str = "") -> str:
    """`round_number` counts from 1 how often everybody has been paged; `phone` is the officer's."""
    return one_segment(
        f"ALARM {code}: nobody has it. Paging everyone, round {round_number}. "
        f"Please call people{f' and the officer, {phone}' if phone else ''}."
    )


def target_warning(code: str, minutes_left: int, reason: str, who: str = "the officer", phone: str = "") -> str:
    """`reason` is half a sentence, such as "nobody has it"; `who` has it, or waits."""
    call = f" {please_call(specialist(who), phone)}" if phone else ""
    return one_segment(
        f"ALARM {code}: {minutes_text(minutes_left)} left to the target, and {shortened(reason, 50)}.{call}"
    )


def nearer_asked(code: str, first_name: str, at: datetime | None, limit: str, names: Sequence[str]) -> str:
    """`first_name` is expected `at` this moment, which may be after the `limit`, or had said a time that has passed;
    those of these `names` were asked along."""
    asked = listed([shown_name(name, "another") for name in names])
    when = f"may be there at {local_time(at)}, too late for {limit}" if at else "has not come and has not been heard"
    return one_segment(f"ALARM {code}: {specialist(first_name)} {when}. Asked as well: {asked}.")


def target_missed(code: str, minutes: int, who: str = "the officer", phone: str = "") -> str:
    """`minutes` since the call-out was received; `who` has it, or waits."""
    call = f" {please_call(specialist(who), phone)}" if phone else ""
    return one_segment(f"ALARM {code}: target missed. After {minutes_text(minutes)} no specialist is on scene.{call}")


def officer_calls(code: str, why: str, phone: str = "") -> str:
    """`why` is said of the officer, such as "asks for you"; `code` is empty where their call has no call-out yet."""
    return one_segment(f"ALARM {code or 'hotline'}: the officer {why}. {please_call('the officer', phone)}")


def many_promised(code: str, others: int, phone: str = "") -> str:
    """`others` are the promises to unlisted callers beside the one of `code`: one call tells of all."""
    return one_segment(
        f"ALARM {code}: the officer and {counted_text(others, 'other unlisted caller')} were promised a call. "
        f"{please_call('the officer', phone)}"
    )


def undecided_call(phone: str | None, seconds: int, *, asks: bool = False) -> str:
    """Somebody phoned the hotline and said nothing; or `asks` for a specialist, but too many have. `seconds` until it
    pages by itself. With its link it fits into one text."""
    who = f"a caller from {phone}" if phone else "a caller without a number"
    what = "presses 1, one of many calls" if asks else "has said nothing we can go by"
    return one_segment(f"ALARM hotline: {who} {what}. It pages in {seconds} s unless you decide.")


def silent_calls(count: int) -> str:
    """One digest of all callers who said nothing; a link goes behind it."""
    return one_segment(
        f"ALARM hotline: {counted_text(count, 'caller')} said nothing. They will share a page; please decide for all."
    )


def unverified(code: str, first_name: str) -> str:
    """Somebody goes on the word of a caller whom nobody has verified."""
    return one_segment(
        f"ALARM {code}: {specialist(first_name)} goes, and nobody has verified the caller. "
        "Please ring the agency's own number, then verify and confirm the place."
    )


def place_unconfirmed(code: str, phone: str = "") -> str:
    """No specialist is sent there."""
    return officer_calls(code, "names a place that nobody has confirmed", phone)


def missed_call(phone: str | None, at: datetime) -> str:
    """Somebody phoned the hotline while the service was down."""
    back = please_call("back", phone) if phone else "It showed no number."
    return one_segment(f"ALARM hotline: a call on {local_day_and_time(at)} did not reach us. {back}")


def nobody_on_shift(code: str, step: int) -> str:
    return one_segment(f"ALARM {code}: there is nobody to page in step {step}. Paging went on to the next.")


def probable_duplicate(code: str, other: str, why: str) -> str:
    """`why` is half a sentence, such as "same callback number"."""
    return one_segment(
        f"{code}: probably the same as {other} ({shortened(why, 40)}). Both are paged. Please ask the officer."
    )


def not_moving(code: str, first_name: str, phone: str = "") -> str:
    return _call_them(code, first_name, phone, "{who} took it and has not said OMW.")


def writes_and_stays(code: str, first_name: str, phone: str = "") -> str:
    return _call_them(code, first_name, phone, "{who} answers us, but has not said OMW.")


def late_arrival(code: str, first_name: str, phone: str = "") -> str:
    return _call_them(code, first_name, phone, "the ETA of {who} has passed, and no word of arrival.")


def driver_silent(code: str, first_name: str, due_at: datetime, phone: str = "") -> str:
    """`due_at` is when they were to be there: the time that they said, or the target."""
    what = f"{{who}} was due at {local_time(due_at)}, is not there and does not answer."
    return _call_them(code, first_name, phone, what)


def released(code: str, first_name: str, phone: str = "") -> str:
    """`phone` is the officer's, who waits again."""
    call = f" {please_call('the officer', phone)}" if phone else ""
    return one_segment(f"ALARM {code}: {specialist(first_name)} can no longer go. Paging again.{call}")


def gave_up(code: str, first_name: str, phone: str = "") -> str:
    return _call_them(code, first_name, phone, "{who} took it, did not leave and does not answer. Paging the next.")


def handed_over(code: str, first_name: str, heir: str, phone: str = "", *, silent: bool = False) -> str:
    """`phone` is the heir's. `silent`: whoever had it did not say that they cannot go."""
    call = f" {please_call(specialist(heir), phone)}" if phone else ""
    why = "did not leave and does not answer" if silent else "can no longer go"
    return one_segment(f"ALARM {code}: {specialist(first_name)} {why}. {first_up(specialist(heir))} has it now.{call}")


def turned_back(code: str, first_name: str, heir: str) -> str:
    """`heir` is much nearer, and on the way."""
    return one_segment(
        f"{code}: {specialist(first_name)} turned back. {first_up(specialist(heir))} is nearer and has it now."
    )


def officer_not_reached(code: str, phone: str = "") -> str:
    return one_segment(f"ALARM {code}: our message did not reach the officer. {please_call('the officer', phone)}")


def officer_stopped_texts(code: str, phone: str) -> str:
    return one_segment(
        f"ALARM {code}: the officer stopped our texts and has not had our news. {please_call('the officer', phone)}"
    )


def officer_not_dialled(code: str, phone: str) -> str:
    """`phone` is outside the regions that we ring and text. It may charge whoever calls it, so nobody is asked to."""
    return one_segment(
        f"ALARM {code}: we do not ring or text the officer's number, {phone}: it is abroad or costs extra. "
        "Please reach them by their agency."
    )


def place_not_told(code: str, first_name: str, phone: str = "") -> str:
    return _call_them(code, first_name, phone, "we could not tell {who} where to go, by text or by call.")


def news_not_heard(code: str, first_name: str, phone: str = "") -> str:
    """Instead of `place_not_told` where something was new: the place they have, or are told of by other means."""
    return _call_them(code, first_name, phone, "we could not tell {who} what is new, by text or by call.")


def danger_unheard(code: str, first_name: str, phone: str = "", *, there: bool = False) -> str:
    """While the officer may be in danger, or the scene is not safe; `there` once they have arrived."""
    who, goes = specialist(first_name), "is there" if there else "is going there"
    return one_segment(f"DANGER {code}: {who} {goes} and has not heard to stay away. {please_call(who, phone)}")


def stay_away_no_key(code: str, first_name: str, phone: str = "") -> str:
    who = specialist(first_name)
    return one_segment(f"{code}: {who} picked up our call to stay away, and pressed no key. {please_call(who, phone)}")


def move_not_heard(code: str, first_name: str, phone: str = "") -> str:
    """Instead of `place_not_told` once the officer has moved: they may have the text, and drive to where it was."""
    return _call_them(code, first_name, phone, "{who} has not picked up our call that the officer has moved.")


def end_not_told(code: str, first_name: str, phone: str = "") -> str:
    return _call_them(code, first_name, phone, "we could not tell {who} that it is off, by text or by call.")


def on_scene_check(code: str, first_name: str, phone: str = "") -> str:
    return _call_them(code, first_name, phone, "{who} has been on scene for hours without a word.")


def home_check(code: str, first_name: str, phone: str = "") -> str:
    return _call_them(code, first_name, phone, "{who} left the scene and has not said HOME.")


def partner_offer(code: str, first_name: str, taken_by: str) -> str:
    return one_segment(
        f"{code}: {shown_name(first_name, 'another specialist')} could come too. "
        f"{first_up(specialist(taken_by))} has it."
    )


def shift_silent(first_name: str, rotation: str, backup: str, phone: str = "") -> str:
    """`backup` came in beside them; empty where no later step has anybody who can."""
    who, on = specialist(first_name), shortened(rotation, 20)
    also = f"{specialist(backup)} is on call too" if backup else "nobody came in"
    return one_segment(f"ALARM: {who}, on {on}, answers no test; {also}. {please_call(who, phone)}")


def shift_refused(
    first_name: str, rotation: str, starts_at: datetime | None, tz: str, backup: str, phone: str, said: str
) -> str:
    """`starts_at` is when the shift begins, None where it runs; `backup` is told; empty where the next step has
    nobody else."""
    when = f"from {local_day_and_time(starts_at, tz)}" if starts_at is not None else "now"
    after = f" {specialist(backup)} is told." if backup else ""
    shift = f"{shortened(rotation, 20)}, {when}"
    text = f"ALARM: {specialist(first_name)} says no to their shift ({shift}).{after} Call {phone}."
    space = 160 - len(text) - len(' "".')
    return one_segment(f"{text} {quoted(said, space)}." if space > _FEWEST else text)


def opted_out(first_name: str, phone: str = "") -> str:
    who = specialist(first_name)
    return one_segment(f"ALARM: {who} has opted out of our texts and is paged by phone only. {please_call(who, phone)}")


def stopped(code: str, first_name: str, phone: str = "") -> str:
    """STOP from whoever has the call-out: they may mean the call-out. The word itself is in no text of ours, since
    whoever copied it would get no more texts either."""
    return _call_them(code, first_name, phone, "{who} takes no more texts from us, and perhaps does not go.")


def asks_for_a_call(code: str, first_name: str, phone: str, text: str) -> str:
    who = specialist(first_name)
    return one_segment(f"ALARM {code}: {who} asks for a call. {please_call(who, phone)} {quoted(text, 40)}.")


def asks_by_key(code: str, first_name: str, phone: str) -> str:
    """By key 0 on a call of ours; `code` is empty where that was about no call-out."""
    return _call_them(code or "phone", first_name, phone, "{who} asks for a coordinator.")


def unclear_text(first_name: str, text: str, phone: str = "", about: str = "") -> str:
    """`phone` is the sender's, to ask what was meant; `about` is the code and how they stand, such as "K7Q, under
    way"."""
    who = first_up(specialist(first_name))
    number, where = f" {who}: {phone}." if phone else "", f"{about}: " if about else ""
    most = (60 if phone else 90) - len(where)
    return one_segment(f"{where}{who} wrote: {quoted(text, most)}. Nothing was changed.{number}")


def specialist_wrote(code: str, first_name: str, phone: str, text: str) -> str:
    """What a specialist wrote to the coordinators in the view behind their link."""
    return one_segment(f"{code}: {specialist(first_name)}, {phone}, wrote: {quoted(text, 90)}.")


def officer_wrote(code: str, phone: str, text: str) -> str:
    return one_segment(f"{code}: the officer, {phone}, wrote: {quoted(text, 90)}.")


def officer_unreadable(code: str, phone: str, text: str) -> str:
    """Nobody understands it, and somebody drives there. It is short, so that their words have room."""
    return one_segment(f"ALARM {code}: unclear. {please_call('the officer', phone)} {quoted(text, 60)}.")


def officer_writes_on(code: str, phone: str) -> str:
    return one_segment(
        f"{code}: the officer, {phone}, writes and writes. You get no more of it for now. Please call them."
    )


def somebody_hurt(code: str, phone: str, text: str) -> str:
    return one_segment(
        f"ALARM {code}: somebody may be hurt, or gone. Please call the officer, {phone}. {quoted(text, 50)}."
    )


def nobody_came(code: str, phone: str, text: str) -> str:
    """About a call-out whose specialist has said HERE: they may be in another street."""
    return one_segment(
        f"ALARM {code}: the officer sees nobody of ours. Please call the officer, {phone}. {quoted(text, 40)}."
    )


def needed_again(code: str, phone: str, text: str) -> str:
    """About a call-out that is over."""
    about = f"ALARM {code} is over, and the officer may need somebody."
    return one_segment(f"{about} Please call {phone}. {quoted(text, 30)}.")


def officer_calls_off(code: str, phone: str, text: str) -> str:
    """With their words: the officer may have meant something else."""
    return one_segment(
        f"ALARM {code}: the officer writes. Nothing is cancelled. Please call {phone} and ask. {quoted(text, 40)}."
    )


def partner_wrote(agency: str, phone: str, text: str) -> str:
    return one_segment(f"{agency_name(agency)}, {phone}, wrote: {quoted(text, 80)}.")


def still_unclear(code: str, first_name: str, phone: str = "", *, asked: str | None = None) -> str:
    """`asked` are the names of those who are asked to go along, perhaps none, since the sender wrote NO."""
    who = specialist(first_name)
    if asked is not None:
        along = f" Asked too: {asked}." if asked else ""
        text = f"ALARM {code}: {who} wrote NO, perhaps about something else.{along} {please_call(who, phone)}"
        return one_segment(text)
    return one_segment(
        f"ALARM {code}: what {who} wrote may mean that they cannot go, are there, or are not well. "
        f"No clear word since. Please call {phone or who}."
    )


def wrote_after_the_end(code: str, first_name: str, text: str, phone: str) -> str:
    who = specialist(first_name)
    return one_segment(f"ALARM {code}: it is over, and {who} wrote {quoted(text, 40)}. {please_call(who, phone)}")


def danger(code: str, who: str, phone: str, who_comes: str = "", *, said: str = "") -> str:
    """`code` is empty when it is about no call-out; `who_comes` is a sentence such as "Ana is coming, ETA 02:39." What
    they `said` tells a cry from an idiom, and whom to send."""
    about = f" {code}" if code else ""
    comes, reply = f"{who_comes} " if who_comes else "", f"When you have it reply {code} OK." if code else ""
    text = f"DANGER{about}: {who} may be in danger. Call {who} now: {phone}. {comes}{reply}".rstrip()
    space = 160 - len(text) - len(' "".')
    return one_segment(f"{text} {quoted(said, space)}." if said and space > _FEWEST else text)


def scene_unsafe(code: str, phone: str, who_comes: str = "") -> str:
    """`phone` is the officer's; `who_comes` is a sentence such as "Ana is coming.", and they have been told."""
    told = f" {who_comes} They are told to stay away." if who_comes else ""
    officer = f" The officer: {phone}." if phone else ""
    return one_segment(f"DANGER {code}: the caller says that the scene is not safe.{told}{officer}")


def scene_safe(code: str, phone: str = "") -> str:
    """`phone` is the officer's."""
    officer = f" The officer: {phone}." if phone else ""
    return one_segment(f"{code}: the caller now says that the scene is safe.{officer}")


def unknown_sender(number: str, text: str) -> str:
    """`number` is the whole one if its sender cries for help, and otherwise its last four digits."""
    who = f"number {number}" if number.startswith("+") else f"number ending in {shortened(number, 4)}"
    return one_segment(f"An unknown {who} wrote: {quoted(text, 90)}.")


def many_strangers(numbers: int) -> str:
    """`numbers` have texted within the hour."""
    return one_segment(f"{numbers} unknown numbers have texted within the hour. For an hour you get only emergencies.")


def many_unlisted(numbers: int) -> str:
    """`numbers` unlisted numbers that have a call-out have texted within the hour."""
    return one_segment(
        f"Callers from {numbers} unlisted numbers text too much. For an hour you get only the first words of each, and "
        "emergencies. Please call them."
    )


def carrier(reason: str) -> str:
    return one_segment(f"ALARM: texts or calls may not go out. {first_up(shortened(reason, 90))}.")


def work_is_late(seconds: int) -> str:
    return one_segment(f"ALARM: the service is {seconds} seconds behind with pages. Check the call-outs by hand now.")


def calls_refused(agency: str, why: str, *, proven: bool) -> str:
    """`why` in a word or two. A caller who is not `proven` only claims to be the agency."""
    who = agency_name(agency) if proven else f"somebody who says they are {agency_name(agency)}"
    return one_segment(f"Call-outs are refused: {who} calls again and again ({why}). Please call them.")


def too_many_callouts(agency: str) -> str:
    return one_segment(
        f"ALARM: more call-outs come in than are paged at once. {agency_name(agency)} is told to send again. "
        "Look who sends them and phone them."
    )


def codes_guessed(tries: int) -> str:
    """`tries` wrong ones within the hour, by all callers together."""
    return one_segment(
        f"ALARM hotline: callers have keyed in {tries} wrong PINs or codes within the hour. "
        "Please look at the calls; perhaps change the PINs."
    )


def our_mistake(code: str) -> str:
    """`code` is empty where no call-out is known."""
    return one_segment(
        f"ALARM {code or 'service'}: a step fails in the service. Check by hand who is paged; it is tried again."
    )


def clock_set_back(minutes: int) -> str:
    return one_segment(
        f"ALARM: the service's clock was set back by {minutes_text(minutes)}. Paging goes on, but check its times."
    )


def clocks_apart(node: str, seconds: int) -> str:
    """`node` is machine:port, or empty."""
    return one_segment(
        f"ALARM: the clocks of two nodes are {seconds} seconds apart. "
        f"Check them, that of {shortened(node or 'one', 40)} first."
    )


def rescued(code: str, phone: str = "") -> str:
    """`phone` is the officer's."""
    return one_segment(
        f"ALARM {shortened(code, 12)}: a fault had stopped this call-out. It goes on now. "
        f"Please look after it{f'; the officer: {phone}' if phone else ''}."
    )


def owner_asked(code: str, why: str) -> str:
    """To whoever has the alarm; `why` it goes on, such as "nobody is on the way yet". `code` is empty when it is about
    no call-out."""
    about, ok = (f" {code}", f"{code} OK") if code else ("", "OK")
    return one_segment(
        f"ALARM{about}: you have this alarm, and {why}. Please reply {ok}, or press 1, if you are still at it."
    )


def owner_silent(code: str, first_name: str, phone: str, why: str) -> str:
    """`why` the alarm goes on, as in `owner_asked`."""
    who = shown_name(first_name, "the coordinator")
    return one_segment(
        f"ALARM {code}: {who} had this alarm and does not answer. {first_up(why)}. "
        f"Please reply {code} OK to have it{f' or call {phone}' if phone else ''}."
    )


def coverage_gap(rotation: str, starts_at: datetime, *, is_manned: bool = False) -> str:
    """`is_manned`: somebody is on call, whose training is over."""
    who = "Nobody qualified" if is_manned else "Nobody"
    return one_segment(
        f"{who} is on call for {shortened(rotation, 30)} from {local_day_and_time(starts_at)}. Please fill the gap."
    )


_MOST_AREAS = 3


def out_of_reach(areas: Sequence[str], target: timedelta) -> str:
    shown = [shortened(name, 20) for name in areas[:_MOST_AREAS]]
    more = [f"{len(areas) - _MOST_AREAS} more"] if len(areas) > _MOST_AREAS else []
    return one_segment(
        f"Nobody on call could be in {listed([*shown, *more])} "
        f"within {target // timedelta(minutes=1)} minutes tonight. Please see On call."
    )
