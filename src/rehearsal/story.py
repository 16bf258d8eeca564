"""Draws a story from a seed: call-outs, what people do about them, and what goes wrong meanwhile."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from random import Random

from demo import sample
from dispatch.rules.facts.people import Role
from dispatch.rules.facts.roster import AgencyKind, Roster
from rehearsal.bridging import answered, bridged
from rehearsal.events import (
    Act,
    Again,
    Away,
    Behave,
    CancelCallOut,
    Change,
    Chase,
    CloseCallOut,
    Coordinate,
    Dial,
    Event,
    Import,
    Invent,
    Jump,
    Kill,
    Mumble,
    Open,
    Outage,
    Own,
    PickUp,
    ReplyByText,
    Say,
    TestPage,
    Trouble,
    Watch,
    Whom,
)
from rehearsal.meant import Meant
from rehearsal.phoning import phoned, repeated, silent, with_phones
from rehearsal.schedule_editors import edits
from rehearsal.shift_testing import tested
from rehearsal.swappers import swaps
from twilio_simulator import (
    BeforeCreateAnswers,
    Behaviour,
    Doomed,
    Doubled,
    HangAfterAccepting,
    Late,
    LoseAnswer,
    Lost,
    Refuse,
    RefuseConnection,
    ServerError,
    Swapped,
    TooManyRequests,
    Unparsable,
)
from twilio_simulator.faults import Effect


class Family(StrEnum):
    """A kind of fault, as the command line names it."""

    REQUESTS = "requests"  # requests to the carrier fail, or their answers are lost
    CALLBACKS = "callbacks"  # the carrier's callbacks are lost, late, doubled, swapped, invented
    OUTAGES = "outages"  # the carrier is away for minutes
    KILLS = "kills"  # the process is killed
    DATABASE = "database"  # the database is lost, before or after a commit
    CLOCK = "clock"  # the clock jumps


EVERY_FAMILY = frozenset(Family)

# How many of each there are for one call-out, on average.
_TROUBLES, _CALLBACK_TROUBLES, _OUTAGES, _KILLS, _AWAYS, _JUMPS, _INVENTED = 0.3, 0.2, 0.02, 0.12, 0.12, 0.04, 0.1
_OWNED = 0.4  # how often a coordinator says "I have it", and then says it again
_COORDINATED = 0.5  # how often a coordinator gives a command, and then one more
_RANG = 0.25  # how often one says that they rang the officer, and then says it again
_SHORT, _LATE = 0.2, 0.15  # how often somebody goes only if nobody else does; how often a yes comes too late
_ONLY_IF = ("L", "L 40", "l 20", "L 15", "only if nobody else", "solo si no hay nadie", "only if no one else, 30 min")
# What whoever goes only if nobody else does says later, asked again or not.
_THEN = (("1 25", Meant.GO), ("1", Meant.GO), ("omw", Meant.LEAVE), ("no", Meant.CANNOT), ("2", Meant.CANNOT))
_ALONG = (
    *(("1 20", Meant.GO), ("1", Meant.GO), ("omw", Meant.LEAVE), ("omw 25", Meant.LEAVE), ("1 90", Meant.GO)),
    *(("no", Meant.CANNOT), ("2", Meant.CANNOT), ("25", Meant.LATER)),
)
# The commands, and the weight of each.
_DONE = {
    "page_person": 5,
    "next_step": 4,
    "assign": 6,
    "add_partner": 4,
    "set_eta": 4,
    "correct_stamp": 6,
    "change_details": 2,
    "tell_specialist": 2,
    "tell_officer": 2,
    "cancel": 1,
    "close": 1,
}
_BEHAVIOURS, _IMPORTS, _WORDS, _WATCHES, _TEST_PAGES = 0.25, 0.08, 0.15, 0.1, 0.02

_EDITS = 0.4  # of the schedule
_SWAPS = 3.0  # texts about shifts

_LONGEST_WHOLE, _LONGEST_PARTLY = 3.0, 15.0  # minutes

_NONSENSE = (
    "what?",
    "who is this",
    "😴",
    "maybe",
    "1 2 3",
    "Q7Q 1",
    "",
    "call me",
    "25",
    "eta 30",
    "HOME",
    "DONE",
    "HERE",
)
# What they mean by it once their night has come so far.
_MEANT = {
    "omw": Meant.LEAVE,
    "omw 15": Meant.LEAVE,
    "omw 40": Meant.LEAVE,
    "eta 25": Meant.LATER,
    "here": Meant.ARRIVED,
    "done": Meant.DONE,
    "home": Meant.HOME,
}
# What somebody says who is asked and goes.
_ANSWERS = ("1", "1 20", "yes", "Y 45", "1 90", "omw", "omw 15", "ok", "1", "here", "omw in 10", "salgo en 5", "k 9m")
_MUMBLES = 0.4  # how often they mumble, and then mumble again
# What somebody writes by a slip minutes after HERE: an old text, or the wrong word.
_SLIPS = ("home", "HOME", "im home", "home safe", "en casa", "omw", "omw 20", "on my way")
_SLIPPED = 0.3
_STRANGER = "+13105550{:03}"


def roster_for(seed: int) -> Roster:
    """The sample town; in some seeds there are fewer coordinators and partners to tell, or coordinators have a rotation
    of their own."""
    chance = Random(f"roster {seed}")
    partners = chance.choice((0, 0, 0, 1, 2))
    coordinators = chance.randint(1, 2)
    people = [person for person in sample.ROSTER.people if Role.SPECIALIST in person.roles]
    people += [person for person in sample.ROSTER.people if Role.COORDINATOR in person.roles][:coordinators]
    told = [agency for agency in sample.ROSTER.agencies if agency.kind is AgencyKind.PARTNER][:partners]
    agencies = (*map(with_phones, sample.ROSTER.callers), *told)
    rotations = sample.ROSTER.rotations
    if coordinators > 1 and seed % 2:
        own = tuple(person.id for person in people if person.is_coordinator)
        rotations += (replace(rotations[-1], name="coordinators", members=own, takes_alarms=True),)
    return replace(sample.ROSTER, people=tuple(people), rotations=rotations, agencies=agencies)


def draw(seed: int, callouts: int, families: frozenset[Family] = EVERY_FAMILY) -> list[Event]:
    """The story of a seed, in order. Leaving a family out does not change what people do."""
    people = _People(Random(f"people {seed}"), callouts)
    events = [*people.events()]
    opened = [(event.act.number, event.at) for event in events if isinstance(event.act, Open)]
    events += _owned(Random(f"owners {seed}"), opened)
    events += _coordinated(Random(f"coordinators {seed}"), opened)
    length = max((at for _, at in opened), default=0.0) + 1800.0
    calls = list(_phoned(seed, callouts, length))
    dialled = [(event.act.number, event.at) for event in calls if isinstance(event.act, Dial)]
    events += calls
    events += silent(Random(f"silent floods {seed}"), callouts, length)
    events += _rang(Random(f"coordinators who rang {seed}"), [*opened, *dialled])
    events += _limited(Random(f"only if nobody else {seed}"), [*opened, *dialled])
    events += _late(Random(f"late yeses {seed}"), [*opened, *dialled])
    events += bridged(Random(f"bridge {seed}"), opened)
    events += bridged(Random(f"bridge of phoned {seed}"), dialled, phoned=True)
    events += answered(Random(f"answers on the hotline {seed}"), dialled)
    how_many = _how_many(Random(f"how many edits {seed}"), _EDITS * callouts)
    events += [Event(at, act) for at, act in edits(Random(f"edits {seed}"), how_many, length)]
    how_many = _how_many(Random(f"how many swaps {seed}"), _SWAPS * callouts)
    events += [Event(at, act) for at, act in swaps(Random(f"swaps {seed}"), roster_for(seed), how_many, length)]
    specialists = [person.id for person in roster_for(seed).people if person.is_specialist]
    events += tested(Random(f"tests of shifts {seed}"), seed, specialists, length)
    if Family.CALLBACKS in families:
        events += repeated(Random(f"calls brought twice {seed}"), callouts, length)
    for family in sorted(families):
        chance = Random(f"{family} {seed}")
        events += _spread(chance, callouts, length, _OF_FAMILY[family])
    return sorted(events, key=lambda event: event.at)


def _phoned(seed: int, callouts: int, length: float) -> Iterator[Event]:
    """Officers who phone, and what everybody does about the call-outs that their calls open, if they do."""
    people = _People(Random(f"answers to phoned {seed}"), callouts)
    chance = Random(f"coordinators of phoned {seed}")

    def followed(number: int, at: float) -> Iterator[Event]:
        yield from people.followed(number, at)
        yield from _owned(chance, [(number, at)])
        yield from _coordinated(chance, [(number, at)])

    yield from phoned(Random(f"hotline {seed}"), callouts, length, followed)


def _owned(chance: Random, opened: list[tuple[int, float]]) -> Iterator[Event]:
    """Coordinators who say that they have the alarm: one or both, once or again, early, late or too late."""
    for number, at in opened:
        while chance.random() < _OWNED:
            at += chance.expovariate(1 / 900)
            text = chance.choice(("OK", "ok", "I have it", "1", "lo tengo", "who is near?"))
            yield Event(at, Own(number, chance.random() < 0.5, text))


def _coordinated(chance: Random, opened: list[tuple[int, float]]) -> Iterator[Event]:
    """What coordinators do from the screen, soon or late, whether it makes sense by then or not."""
    for number, at in opened:
        while chance.random() < _COORDINATED:
            at += chance.expovariate(1 / 600)
            (do,) = chance.choices(tuple(_DONE), tuple(_DONE.values()))
            yield Event(at, Coordinate(number, do, chance.randrange(1 << 30), chance.random() < 0.2))


def _rang(chance: Random, opened: list[tuple[int, float]]) -> Iterator[Event]:
    """Coordinators who say that they rang the officer, whether that was promised or not."""
    for number, at in opened:
        while chance.random() < _RANG:
            at += chance.expovariate(1 / 900)
            yield Event(at, Coordinate(number, "rang_officer", chance.randrange(1 << 30), chance.random() < 0.2))


def _limited(chance: Random, opened: list[tuple[int, float]]) -> Iterator[Event]:
    """Whoever is paged goes only if nobody else does, says it again or not, and then goes or not."""
    for number, at in opened:
        if chance.random() >= _SHORT:
            continue
        at += chance.expovariate(1 / 45)
        for _ in range(chance.randint(1, 3)):
            yield Event(
                at, ReplyByText(number, Whom.PAGED, chance.choice(_ONLY_IF), Meant.SHORT, chance.random() < 0.5)
            )
            at += chance.expovariate(1 / 200)
        if chance.random() < 0.5:
            text, meant = chance.choice(_THEN)
            at += chance.uniform(5, 1200)
            yield Event(at, ReplyByText(number, Whom.SHORT, text, meant, chance.random() < 0.5))


def _late(chance: Random, opened: list[tuple[int, float]]) -> Iterator[Event]:
    """A yes that comes too late, and what those say who are asked along; and where somebody starts from."""
    for number, at in opened:
        if chance.random() >= _LATE:
            continue
        at += chance.expovariate(1 / 30)
        text = chance.choice(("1 70", "1 90", "yes 80", "1 120"))
        yield Event(at, ReplyByText(number, Whom.PAGED, text, Meant.GO, chance.random() < 0.7))
        for _ in range(chance.randint(0, 3)):
            at += chance.expovariate(1 / 60)
            said, meant = chance.choice(_ALONG)
            yield Event(at, ReplyByText(number, Whom.ALONG, said, meant, chance.random() < 0.5))
        if chance.random() < 0.3:
            who = chance.choice([person.id for person in sample.ROSTER.people if Role.SPECIALIST in person.roles])
            yield Event(at, Say(who, chance.choice(("FROM LBH", "desde Pasadena", "FROM"))))
        if chance.random() < 0.2:
            refusal = ReplyByText(number, Whom.HOLDER, "no", Meant.CANNOT, chance.random() < 0.8)
            yield Event(at + chance.uniform(5, 900), refusal)


# ---- people --------------------------------------------------------------------------------------------------------


class _People:
    def __init__(self, chance: Random, callouts: int) -> None:
        self.chance, self.callouts = chance, callouts
        self.specialists = [person.id for person in sample.ROSTER.people if Role.SPECIALIST in person.roles]

    def events(self) -> Iterator[Event]:
        chance = self.chance
        at, number, burst = 60.0, 0, 0
        gap = chance.choice((900.0, 1800.0, 3600.0))
        while number < self.callouts:
            number += 1
            yield from self._callout(number, at)
            burst = burst - 1 if burst else (chance.randint(2, 6) if chance.random() < 0.04 else 0)
            at += chance.uniform(0, 20) if burst else chance.expovariate(1 / gap)
        length = at + 1800
        draws: tuple[tuple[float, Callable[[], Act]], ...] = (
            (_BEHAVIOURS, self._behave),
            (_IMPORTS, self._import),
            (_WORDS, self._words),
            (_WATCHES, Watch),
            (_TEST_PAGES, lambda: TestPage(chance.choice(self.specialists))),
        )
        for rate, draw_one in draws:
            for _ in range(_how_many(chance, rate * self.callouts)):
                yield Event(chance.uniform(0, length), draw_one())

    def _callout(self, number: int, at: float) -> Iterator[Event]:
        chance = self.chance
        key = f"key-{number}" if chance.random() < 0.8 else None
        officer = f"+15625551{chance.randint(0, 40):03}"
        agency = chance.choice(("LBPD", "LBPD", "LAPD", "LASD"))
        yield Event(at, Open(number, agency, officer, key, chance.choice((None, "400 W Broadway", "Pier 7"))))
        if key and chance.random() < 0.15:
            yield Event(at + chance.uniform(0, 600), Again(number))
        if chance.random() < 0.12:
            yield Event(at + chance.uniform(0, 4000), Change(number, chance.choice(("Memorial", "Central station"))))
        if chance.random() < 0.12:
            yield Event(at + chance.expovariate(1 / 900), CancelCallOut(number))
        yield from self.followed(number, at)

    def followed(self, number: int, at: float) -> Iterator[Event]:
        """What everybody does about a call-out that opens at this moment."""
        yield from self._mumbled(number, Whom.PAGED, at + 1, at + 90)
        yield from self._answers(number, at)
        closed = at + self.chance.uniform(4500, 7200)
        yield from self._chased(number, at, closed)
        yield Event(closed, CloseCallOut(number))

    def _answers(self, number: int, at: float) -> Iterator[Event]:
        """How it is answered: at once, late, declined, let go, by two at once, by phone, never, or twice."""
        chance = self.chance
        how = chance.choices(
            ("at once", "late", "declined", "let go", "two", "phone", "never", "twice"), (66, 4, 8, 5, 4, 6, 2, 5)
        )[0]
        taken = at + chance.expovariate(1 / 30)
        take = self._take(number, Whom.PAGED)
        match how:
            case "at once":
                yield Event(taken, take)
            case "late":
                taken = at + chance.uniform(250, 900)
                yield Event(taken, self._take(number, chance.choice((Whom.FIRST, Whom.PAGED))))
            case "declined":
                for _ in range(chance.randint(1, 6)):
                    yield Event(
                        taken,
                        self._refuse(number, Whom.PAGED),
                    )
                    taken += chance.uniform(1, 90)
                yield Event(taken, take)
            case "let go":
                yield Event(taken, take)
                for _ in range(chance.randint(1, 3)):
                    taken += chance.uniform(5, 900)
                    yield Event(taken, self._refuse(number, Whom.HOLDER))
                    taken += chance.uniform(5, 300)
                    yield Event(taken, self._take(number, chance.choice((Whom.PAGED, Whom.OTHER, Whom.FIRST))))
            case "two":
                taken = at + chance.uniform(300, 700)
                yield Event(taken, self._take(number, Whom.FIRST))
                yield Event(taken, self._take(number, Whom.PAGED))
                if chance.random() < 0.7:
                    yield Event(
                        taken + chance.uniform(5, 200),
                        ReplyByText(number, Whom.SECOND, "omw", Meant.LEAVE, self._coded()),
                    )
            case "phone":
                presses = chance.choice(
                    (("1", "20#"), ("1", ""), ("2",), ("9", "1", "15#"), ("5", "1"), (), ("1", "999#"))
                )
                yield Event(at + chance.uniform(2, 60), PickUp(number, Whom.PAGED, presses))
                taken = at + chance.uniform(400, 900)
                yield Event(taken, take)
            case "twice":
                yield Event(taken, take)
                yield Event(
                    taken + chance.uniform(0, 60), ReplyByText(number, Whom.HOLDER, "1", Meant.GO, self._coded())
                )
                yield Event(taken + chance.uniform(0, 900), self._take(number, Whom.FIRST))
            case _:
                return
        yield from self._drive(number, taken, Whom.HOLDER)
        if how == "two":
            yield from self._drive(number, taken + chance.uniform(0, 300), Whom.SECOND)
        if chance.random() < 0.05:
            yield Event(
                taken + chance.uniform(0, 3600),
                self._refuse(number, Whom.HOLDER),
            )

    def _chased(self, number: int, at: float, closed: float) -> Iterator[Event]:
        """A coordinator sees to it in the end: one left unanswered for hours shows nothing new, and takes long."""
        chance = self.chance
        patience = at + chance.uniform(1500, 4500)
        at += chance.uniform(900, 1500)
        while at < closed:
            yield Event(at, Chase(number, holder=at > patience))
            at += chance.uniform(300, 900)

    def _drive(self, number: int, taken: float, whom: Whom) -> Iterator[Event]:
        """They leave, arrive, finish and come home; each text may be forgotten, sent early or sent twice, and before
        each they may mumble."""
        chance = self.chance
        at = taken
        for text, spread, kept in (("omw", 300, 0.9), ("here", 1200, 0.9), ("done", 1500, 0.95), ("home", 900, 0.97)):
            before, at = at, at + chance.uniform(0, spread)
            yield from self._mumbled(number, whom, before, at)
            if chance.random() < kept:
                yield Event(at, ReplyByText(number, whom, text, _MEANT[text], self._coded()))
            if chance.random() < 0.05:
                yield Event(at + chance.uniform(0, 60), ReplyByText(number, whom, text, _MEANT[text], self._coded()))
            if chance.random() < 0.08:
                early = chance.choice(("done", "home", "here", "eta 25", "omw 40"))
                yield Event(at, ReplyByText(number, whom, early, _MEANT[early]))
            if text == "here" and chance.random() < _SLIPPED:
                yield Event(at + chance.uniform(30, 600), self._slip(number, whom))

    def _mumbled(self, number: int, whom: Whom, since: float, until: float) -> Iterator[Event]:
        while self.chance.random() < _MUMBLES:
            yield Event(self.chance.uniform(since, until), Mumble(number, whom, self.chance.randrange(1 << 30)))

    def _slip(self, number: int, whom: Whom) -> ReplyByText:
        text = self.chance.choice(_SLIPS)
        # OMW is true of somebody who has not said HERE. HOME is true of nobody so soon, and `Meanings.say` knows that.
        meant = Meant.LEAVE if "way" in text or "omw" in text else Meant.HOME
        return ReplyByText(number, whom, text, meant, self._coded())

    def _take(self, number: int, whom: Whom) -> ReplyByText:
        text = self.chance.choice(_ANSWERS)
        return ReplyByText(number, whom, text, _MEANT.get(text, Meant.GO), self._coded())

    def _refuse(self, number: int, whom: Whom) -> ReplyByText:
        return ReplyByText(number, whom, self.chance.choice(("2", "no", "can't")), Meant.CANNOT, self._coded())

    def _coded(self) -> bool:
        return self.chance.random() < 0.95

    def _behave(self) -> Behave:
        chance = self.chance
        behaviour = chance.choices(
            (
                Behaviour.LEFT_TO_RING, Behaviour.ANSWERS, Behaviour.VOICEMAIL, Behaviour.BUSY, Behaviour.SWITCHED_OFF,
                Behaviour.UNREACHABLE, Behaviour.LANDLINE, Behaviour.OPTED_OUT, Behaviour.INVALID,
            ),
            (50, 12, 10, 8, 8, 5, 3, 2, 2),
        )[0]  # fmt: skip
        presses = chance.choice(((), ("1", "30#"), ("2",), ("9", "9"))) if behaviour is Behaviour.ANSWERS else ()
        after, minutes = chance.choice((1.0, 3.0, 20.0, 90.0)), chance.expovariate(1 / 60)
        return Behave(chance.choice(self.specialists), behaviour, after, minutes, presses, chance.random() < 0.5)

    def _import(self) -> Import:
        chance = self.chance
        change = chance.choice(("add", "replace", "remove", "nobody", "leave"))
        rotation = chance.choice(("primary", "backup"))
        return Import(change, rotation, chance.choice(self.specialists), chance.uniform(0.1, 6))

    def _words(self) -> Say:
        chance = self.chance
        who = chance.choice(self.specialists)
        match chance.choices(("nonsense", "stop", "start", "stranger"), (5, 2, 4, 2))[0]:
            case "stop":
                return Say(who, "STOP")
            case "start":
                return Say(who, "START")
            case "stranger":
                return Say(_STRANGER.format(chance.randint(0, 20)), chance.choice(("hello", "1", "STOP")))
            case _:
                return Say(who, chance.choice(_NONSENSE))


# ---- faults --------------------------------------------------------------------------------------------------------


def _request_trouble(chance: Random) -> Act:
    effect: Effect = chance.choice(
        (
            Refuse(chance.choice((21211, 21610, 21614, 20003, 21408, 30007, 20429))),
            RefuseConnection(),
            LoseAnswer(),
            HangAfterAccepting(),
            ServerError(500),
            ServerError(503, accepted=True),
            TooManyRequests(),
            Unparsable(),
            BeforeCreateAnswers(),
            Doomed(chance.choice(("failed", "undelivered")), chance.choice((30003, 30005, 30006, 30007, 30008, 30034))),
        )
    )
    hang = isinstance(effect, HangAfterAccepting)
    probability = chance.choice((0.1, 0.2)) if hang else chance.choice((0.2, 0.5, 1.0))
    # When everything fails, each page is tried again and again; after a while that shows nothing new, and takes long.
    minutes = min(chance.expovariate(1 / 6), _LONGEST_WHOLE if probability == 1.0 else _LONGEST_PARTLY)
    return Trouble(effect, probability, minutes, chance.choice(("create", "create", "create", "any")))


def _callback_trouble(chance: Random) -> Act:
    if chance.random() < _INVENTED / (_INVENTED + _CALLBACK_TROUBLES):
        status = chance.choice(("delivered", "failed", "undelivered", "completed", "busy", "in-progress"))
        return Invent(chance.random() < 0.5, status, chance.random())
    effect: Effect = chance.choice((Lost(), Late(chance.choice((5.0, 60.0, 600.0))), Doubled(), Swapped()))
    on = chance.choice(("status", "status", "any"))
    probability = 0.3 if on == "any" and isinstance(effect, Lost) else chance.choice((0.3, 0.7, 1.0))
    return Trouble(effect, probability, chance.expovariate(1 / 20), on)


def _jump(chance: Random) -> Act:
    return Jump(-chance.uniform(0.5, 8) if chance.random() < 0.5 else chance.uniform(1, 600))


def _kill(chance: Random) -> Act:
    down = chance.choice((0.0, 0.0, 0.0, 3.0, 25.0, 400.0))
    return Kill(chance.randint(1, 25), chance.random() < 0.5, down)


def _away(chance: Random) -> Act:
    return Away(chance.randint(1, 25), chance.random() < 0.5, chance.choice((1, 1, 1, 2, 5)))


_OF_FAMILY: dict[Family, tuple[float, Callable[[Random], Act]]] = {
    Family.REQUESTS: (_TROUBLES, _request_trouble),
    Family.CALLBACKS: (_CALLBACK_TROUBLES + _INVENTED, _callback_trouble),
    Family.OUTAGES: (_OUTAGES, lambda chance: Outage(min(chance.expovariate(1 / 4), 12.0))),
    Family.KILLS: (_KILLS, _kill),
    Family.DATABASE: (_AWAYS, _away),
    Family.CLOCK: (_JUMPS, _jump),
}


def _spread(
    chance: Random, callouts: int, length: float, how: tuple[float, Callable[[Random], Act]]
) -> Iterator[Event]:
    rate, draw_one = how
    for _ in range(_how_many(chance, rate * callouts)):
        yield Event(chance.uniform(0, length), draw_one(chance))


def _how_many(chance: Random, wanted: float) -> int:
    """A whole number that is `wanted` on average."""
    return int(wanted) + (chance.random() < wanted % 1)
