"""`dispatch overrule-rest`."""

from typing import Annotated

import typer

from dispatch.actions.roster import overrule_rest as overruling
from dispatch.cli.operator import operate
from dispatch.rules.wording.times import local_day_and_time


def overrule_rest(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The id, name or first name of somebody who rests.")],
) -> None:
    """Have somebody paged who rests after a call-out at night."""
    person, until = operate(overruling.overrule_rest, name)
    typer.echo(f"{person.name} is paged as the policy says, and would have rested until {local_day_and_time(until)}.")
