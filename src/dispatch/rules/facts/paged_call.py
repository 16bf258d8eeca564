"""A call that we placed: who has picked it up, and what it is about."""

from dataclasses import dataclass
from enum import StrEnum

from dispatch.rules.facts.actors import ActorKind
from dispatch.rules.facts.alarms import Alarm
from dispatch.rules.facts.bridge import Bridge
from dispatch.rules.facts.callout import Details
from dispatch.rules.facts.loaded import Lazy, Unloaded
from dispatch.rules.facts.pages import Page
from dispatch.rules.facts.people import Person
from dispatch.rules.facts.roster import Roster
from dispatch.rules.facts.situation import Situation


class PagedStage(StrEnum):
    """Where in a call somebody is: it says what the next key means."""

    PAGE = "page"  # 1 take it, 2 decline, 9 repeat
    ETA = "eta"  # minutes, then #
    MENU = "menu"  # 3 the place, 4 the officer, 9 repeat
    REMINDER = "reminder"  # 1 on my way, 2 cannot go
    TEST = "test"  # any key
    ALARM = "alarm"  # 1 I have it, 2 and the officer, 9 repeat
    CALLER = "caller"  # 1 page now, 2 the caller, 3 no call-out, 9 repeat: somebody has phoned the hotline
    DISMISS = "dismiss"  # 3 once more: no call-out
    JOIN = "join"  # 1 be joined
    JOINING = "joining"  # waits for the officer; any key ends it

    @property
    def pressed_by(self) -> ActorKind:
        """As what somebody acts who presses a key here: a coordinator may be paged as well."""
        asks_coordinators = {PagedStage.ALARM, PagedStage.CALLER, PagedStage.DISMISS}
        return ActorKind.COORDINATOR if self in asks_coordinators else ActorKind.SPECIALIST


@dataclass(frozen=True, slots=True)
class PagedCall:
    """Somebody has picked up `page`.

    `situation` is None when the page is about no call-out, `person` when it is for nobody in the roster. `alarms` are
    the open ones about the same call-out; about none, the one that it tells of.
    """

    page: Page
    person: Person | None
    situation: Situation | None
    roster: Roster
    alarms: tuple[Alarm, ...]
    bridge: Bridge
    details: Lazy[Details] = Unloaded("PagedCall.details", "answer_call, for keys that `needs_details` names,")

    @property
    def alarm(self) -> Alarm | None:
        """The alarm that it tells of, while its trouble goes on."""
        return next((alarm for alarm in self.alarms if alarm.id == self.page.alarm), None)

    @property
    def is_on_it(self) -> bool:
        """Whether this person has the call-out or comes as a partner."""
        if self.situation is None or self.person is None:
            return False
        return self.situation.callout.is_on_it(self.person.id)
