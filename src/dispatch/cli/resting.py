"""`dispatch overrule-rest`."""

from typing import Annotated

import typer

from dispatch.actions.roster import overrule_rest as overruling
from dispatch.cli.deployment import act
from dispatch.cli.operator import operator
from dispatch.rules.facts.actors import Source
from dispatch.rules.wording.times import local_day_and_time


def overrule_rest(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The id, name or first name of somebody who rests.")],
) -> None:
    """Have somebody paged who rests after a call-out at night."""
    person, until = act(overruling.overrule_rest, name, operator(), Source.CLI)
    typer.echo(f"{person.name} is paged as the policy says, and would have rested until {local_day_and_time(until)}.")
