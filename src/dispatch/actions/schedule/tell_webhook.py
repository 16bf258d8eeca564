"""A change of the schedule, as programs are told of it: by the API, and by a webhook to the deployment's own URL."""

import json
from typing import Any

from dispatch.actions.apply_standalone import send_standalone
from dispatch.actions.context import Context
from dispatch.rules.decisions import SendPage
from dispatch.rules.facts.pages import Purpose
from dispatch.rules.facts.people import Channel
from dispatch.rules.facts.roster import Roster
from dispatch.rules.schedule.foreseeing import ForeseenChange
from dispatch.rules.wording.times import utc_iso
from dispatch.store.transaction import Transaction

SCHEDULE_CHANGED = "schedule.changed"


def tell_webhook(tx: Transaction, context: Context, made: ForeseenChange, version: int, edit: str) -> None:
    """Written with the change, as every page; sent, signed and tried again as the agencies' webhooks are."""
    if context.own_webhook is None:
        return
    data = {"version": version, "edit": edit, "on_call": on_call_otherwise(made)}
    body = json.dumps({"type": SCHEDULE_CHANGED, "timestamp": utc_iso(context.now), "data": data})
    send_standalone(tx, context, SendPage(Purpose.AGENCY, Channel.WEBHOOK, context.own_webhook.url, body, context.now))


def on_call_otherwise(made: ForeseenChange) -> list[dict[str, Any]]:
    """Names and times, and no number."""
    return [
        {
            "rotation": one.rotation,
            "starts_at": utc_iso(one.starts_at),
            "ends_at": utc_iso(one.ends_at),
            "before": _named(made.before, one.before),
            "after": _named(made.after, one.after),
        }
        for one in made.preview.differences
    ]


def _named(roster: Roster, people: tuple[str, ...]) -> list[dict[str, str]]:
    return [{"person": one, "name": roster.name_of(one)} for one in people]
