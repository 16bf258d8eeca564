"""What one of our people reads who texts where they start from; in English or Spanish."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from dispatch.rules.facts.moments import LOCAL
from dispatch.rules.facts.roster import Area
from dispatch.rules.wording.alphabet import shortened
from dispatch.rules.wording.languages import Words, text
from dispatch.rules.wording.times import local_day_and_time

_MOST = 24  # letters of a name: what comes after it must fit into the same text


def starts_there(area: Area, until: datetime, waits: Sequence[str]) -> Words:
    """`waits` as for `starts_from`."""
    still, aun = _still(waits)
    return text(
        f"Noted: you start from {_named(area)} until {local_day_and_time(until)}.{still}",
        f"Anotado: sale desde {_named(area)} hasta {_dia(until)}.{aun}",
    )


def starts_from(area: Area | None, until: datetime | None, waits: Sequence[str]) -> Words:
    """To somebody who asks. `waits` has a code, or "" where none is needed, for each call-out that still pages them."""
    still, aun = _still(waits)
    if area is None:
        return text(
            f"We do not know where you start from now. Reply FROM and an area, such as FROM LBH.{still}",
            f"No sabemos desde dónde sale ahora. Responda DESDE y una zona, como DESDE LBH.{aun}",
        )
    when, cuando = ("until " + local_day_and_time(until), "hasta " + _dia(until)) if until else ("now", "ahora")
    return text(
        f"You start from {_named(area)} {when}. FROM and another area changes it.{still}",
        f"Sale desde {_named(area)} {cuando}. DESDE y otra zona lo cambia.{aun}",
    )


def no_such_area(said: str, like_it: Sequence[Area]) -> Words:
    """`like_it` are those that come nearest, if any does."""
    name = shortened(said, 20)
    near = ", ".join(f"{area.code} ({shortened(area.name, 14)})" for area in like_it)
    meant = f"Did you mean {near}?" if near else "A coordinator can tell you the areas."
    quiso = f"¿Quiso decir {near}?" if near else "Un coordinador le dice las zonas."
    return text(
        f"No area is called {name}; nothing changed. {meant}",
        f"Ninguna zona se llama {name}; nada cambió. {quiso}",
    )


def _named(area: Area) -> str:
    return f"{shortened(area.name, _MOST)} ({area.code})"


_DIAS = ("lun", "mar", "mié", "jue", "vie", "sáb", "dom")


def _dia(moment: datetime) -> str:
    there = moment.astimezone(ZoneInfo(LOCAL))
    return f"el {_DIAS[there.weekday()]} {there.day} a las {there:%H:%M}"


def _still(waits: Sequence[str]) -> tuple[str, str]:
    if not waits:
        return "", ""
    put = f"{waits[0]} " if waits[0] else ""
    return (
        f" Your page still waits: reply {put}1 or {put}2.",
        f" El llamado aún espera: responda {put}1 o {put}2.",
    )
