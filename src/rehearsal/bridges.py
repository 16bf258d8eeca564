"""People who are joined on the phone, as the carrier joins them: who is with whom, and who is alone.

The law: nobody is joined without having pressed a key for it, so no voicemail ever is; nobody speaks with somebody
about another call-out; and nobody is left alone in silence.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dispatch.rules.facts.pages import Purpose
from rehearsal.law import Violated
from rehearsal.ledger import Ledger
from rehearsal.stage import RehearsalStage
from twilio_simulator import PhoneCall
from twilio_simulator.conference import Conference

ALONE_AT_MOST = timedelta(seconds=60)
"""How long somebody may be alone in a conference while nothing stops the service from leading them out of it."""
_LOOK_AFTER = timedelta(seconds=15)
# The keys that join, by the purpose of the page; on any other page it is 4, in the menu.
_KEYS = {Purpose.JOIN: "14", Purpose.ALARM: "2"}
_ASKED = ("wants to speak with you. Press 1 to be joined", "quiere hablar con usted. Oprima 1")

# What a page or a hotline call is about: its call-out, or the call itself while there is none.
_PAGE = (
    "SELECT p.purpose, coalesce(p.callout, h.callout, h.id) FROM page p LEFT JOIN alarm l ON l.id = p.alarm"
    " LEFT JOIN hotline_call h ON h.id = l.call WHERE p.id = $1"
)
_CALL = "SELECT h.trust, coalesce(h.callout, h.id) FROM hotline_call h WHERE h.carrier_id = $1"
_TO_COME = (
    "SELECT b.callout, p.sid FROM phone_call b JOIN page p ON p.id = b.id WHERE b.state = 'joined'"
    " AND b.conference = $1 AND b.party <> 'officer' ORDER BY b.id"
)
_LEFT = (
    "SELECT b.callout, b.id, b.state, coalesce(p.sid, h.carrier_id) FROM phone_call b LEFT JOIN page p ON p.id = b.id"
    " LEFT JOIN hotline_call h ON h.id = b.id WHERE b.state <> 'over'"
)


def asks_to_join(words: str) -> bool:
    """Whether these words tell a caller that somebody wants to speak with them."""
    return any(asked in words for asked in _ASKED)


@dataclass(slots=True)
class Bridges:
    """What has been seen of each conference so far."""

    stage: RehearsalStage
    ledger: Ledger
    _together: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _began: set[str] = field(default_factory=set)
    _alone: dict[str, datetime] = field(default_factory=dict)
    """Since when each call is alone in its conference, or since when nothing stops the service from ending that."""
    _struck: int = 0
    _looks: bool = False
    _flinches: set[int] = field(default_factory=set)

    def flinch(self, number: int) -> None:
        """The next time the officer of this call-out waits in a conference, whoever was to join them hangs up."""
        self._flinches.add(number)

    async def check(self) -> None:
        """After each step."""
        conferences = list(self.stage.carrier.exchange.conferences)
        for conference in conferences:
            sids = tuple(present.call.sid for present in conference.participants)
            if self._together.get(conference.sid) != sids:
                self._together[conference.sid] = sids
                await self._check_people(conference)
                if len(sids) == 1 and not conference.started:
                    await self._nobody_comes(conference)
            if conference.started and conference.sid not in self._began:
                self._began.add(conference.sid)
                self.ledger.counts["joined"] += 1
        self._check_alone(conferences)
        self._look_later()

    async def _check_people(self, conference: Conference) -> None:
        about = {}
        for present in conference.participants:
            call = present.call
            purpose, about[call.sid] = await self._known(call)
            self._check_key(call, purpose, about[call.sid])
        if len(set(about.values())) > 1:
            of = next(iter(about.values()))
            raise Violated("nobody speaks with somebody about another call-out", of, f"{about}")

    async def _nobody_comes(self, conference: Conference) -> None:
        for callout, sid in await self.stage.books.told(_TO_COME, conference.name):
            number = next((number for number in self._flinches if self.ledger.promised.get(number) == callout), None)
            call = self.stage.carrier.exchange.get(sid)
            if number is not None and call is not None and not call.ended and call.conference is None:
                self._flinches.discard(number)
                self.ledger.counts["hung up before they were joined"] += 1
                self.stage.carrier.hangs_up(call, 0)

    async def _known(self, call: PhoneCall) -> tuple[str | None, str]:
        """The purpose of the page, None for a call on the hotline; and what the call is about."""
        if call.direction == "inbound":
            found = [(None, about) for _, about in await self.stage.books.told(_CALL, call.sid)]
        else:
            assert call.status_callback is not None, "every call of ours asks for its news"
            page = call.status_callback.url.partition("#")[0].rpartition("/")[2]
            found = await self.stage.books.told(_PAGE, page)
        if not found:
            raise Violated("whoever is joined is on a call that we know", None, call.sid)
        return found[0]

    @staticmethod
    def _check_key(call: PhoneCall, purpose: str | None, about: str) -> None:
        wanted = "1" if purpose is None else _KEYS.get(Purpose(purpose), "4")
        asked = purpose is not None or any(map(asks_to_join, call.heard))
        if call.by_machine or not asked or not set(wanted) & set(call.digits):
            who = "a voicemail" if call.by_machine else f"{call.phone.number}, who pressed {call.digits or 'nothing'}"
            raise Violated("nobody is joined who has pressed no key for it", about, who)

    # ---- nobody is left alone ----

    def _check_alone(self, conferences: list[Conference]) -> None:
        struck, now = self.stage.troubles.struck.total(), self.stage.now
        alone = {
            conference.participants[0].call.sid: conference
            for conference in conferences
            if len(conference.participants) == 1
        }
        excused = struck != self._struck or not self.stage.is_well
        self._struck = struck
        for sid, since in self._alone.items():
            # This counts for somebody who has hung up meanwhile, too.
            if not excused and now - max(since, self.stage.well_since) > ALONE_AT_MOST:
                span = (now - max(since, self.stage.well_since)).total_seconds()
                raise Violated("nobody is left alone in a conference", None, f"{sid}, for {span:.0f} s")
        self._alone = {sid: now if excused else self._alone.get(sid, now) for sid in alone}

    def _look_later(self) -> None:
        """The service looks at whoever is joined by the wall clock; here a look is planned while somebody is."""
        if self._looks or self.stage.seen is None or not self.stage.seen.on_the_phone:
            return
        self._looks = True

        async def look() -> None:
            self._looks = False
            await self.stage.look_at_bridges()

        self.stage.later(_LOOK_AFTER, look)

    async def check_over(self) -> None:
        """At the end nobody is thought to be on the phone who is not."""
        for callout, leg, state, sid in await self.stage.books.told(_LEFT):
            call = self.stage.carrier.exchange.get(sid) if sid is not None else None
            if call is None or call.ended:
                raise Violated("at the end nobody is thought to be on the phone who is not", callout, f"{leg} {state}")
