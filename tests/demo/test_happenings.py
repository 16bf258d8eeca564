"""What the demo's terminal shows of a night that does not go well."""

from datetime import timedelta

from demo import sample
from demo.told_happenings import HappeningsWatch, Notes
from dispatch.terminal.happenings import Happening, HappeningKind
from tests.demo.conftest import PageInTown
from twilio_simulator import Behaviour

_SECOND = timedelta(seconds=1)


def _watch(phones: PageInTown) -> HappeningsWatch:
    return HappeningsWatch(phones.town.carrier, sample.names(phones.town.roster))


async def test_what_reaches_nobody_is_shown_with_the_reason(phones: PageInTown) -> None:
    """A dead phone, an opt-out and a voicemail each have their line, under the person's name."""
    watch = _watch(phones)
    happenings: list[Happening] = []
    phones.town.carrier.on_change.append(lambda: happenings.extend(watch.look()))
    phones.town.phone_of("ana").behave(Behaviour.UNREACHABLE)
    phones.town.phone_of("ben").behave(Behaviour.OPTED_OUT)
    phones.town.phone_of("cleo").behave(Behaviour.VOICEMAIL)
    await phones.call_out()
    await phones.town.pass_time(900 * _SECOND)

    seen = {(happening.kind, happening.who, happening.text) for happening in happenings}
    assert (HappeningKind.TEXT_LOST, "Ana", "undelivered (30003)") in seen
    assert (HappeningKind.CALL_LOST, "Ana", "cannot be reached") in seen
    assert (HappeningKind.TEXT_LOST, "Ben", "refused by the carrier") in seen
    assert (HappeningKind.CALL_OUT, "Cleo", "voicemail answers") in seen
    assert watch.look() == []


async def test_a_call_is_shown_as_it_goes(phones: PageInTown) -> None:
    """Ringing, answering, what is said, the keys and the end come in the order in which they happened."""
    watch = _watch(phones)
    await phones.call_out()
    await phones.town.pass_time(61 * _SECOND)
    watch.look()
    ana = phones.town.phone_of("ana")
    marks = []
    await ana.answer()
    await phones.town.settle()
    marks += [happening.kind for happening in watch.look()]
    await ana.press("1")
    await phones.town.settle()
    marks += [
        happening.kind
        for happening in watch.look()
        if happening.who == "Ana" and happening.kind is not HappeningKind.TEXT_OUT
    ]
    await ana.hang_up()
    marks += [happening.kind for happening in watch.look() if happening.who == "Ana"]
    assert marks[:2] == [HappeningKind.CALL_OUT, HappeningKind.SAID]
    assert HappeningKind.KEYS in marks
    assert marks[-1] is HappeningKind.CALL_OUT


async def test_notes_are_told_once(phones: PageInTown) -> None:
    """The timeline's entries come once each, under the call-out's code."""
    notes = Notes(phones.town.service.database)
    callout = await phones.call_out()
    first = await notes.look()
    assert [happening.who for happening in first] == [callout["code"]] * len(first)
    assert any("paging Ana" in happening.text for happening in first)
    assert await notes.look() == []
