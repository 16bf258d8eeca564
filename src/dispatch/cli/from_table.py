"""A command made from a table of the roster's file: a key that the table gets is an option of the command at once."""

from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Annotated, Any

import typer

from dispatch.cli.changing import LeaveGaps, Yes
from dispatch.roster_file.models import Table


def command_from(table: type[Table], do: Callable[..., None], *, named: str, called: Mapping[str, str]) -> Any:
    """A key with a docstring can be given: an argument where the file must have it, otherwise an option that may be
    `called` otherwise. Before them stands the table's name, which is `named` in the help. `do` gets what was given."""
    hints: dict[str, Any] = {str(table.named_by): Annotated[str, _argument(str(table.named_by), named)]}
    defaults: dict[str, Any] = {}
    for key, field in table.model_fields.items():
        if field.description and field.is_required():
            hints[key] = Annotated[str, _argument(key, field.description)]
        elif field.description:
            kind = list[str] if isinstance(field.default, frozenset | tuple) else str
            flag = called.get(key, f"--{key.replace('_', '-')}")
            hints[key] = Annotated[kind | None, typer.Option(flag, metavar="VALUE", help=field.description)]
            defaults[key] = None
    hints |= {"yes": Yes, "leave_gaps": LeaveGaps}
    defaults |= {"yes": False, "leave_gaps": False}

    def command(*, yes: bool, leave_gaps: bool, **given: object) -> None:
        do({key: value for key, value in given.items() if value}, yes=yes, leave_gaps=leave_gaps)

    command.__signature__ = Signature(  # type: ignore[attr-defined]  # what typer reads, with the annotations
        [
            Parameter(key, Parameter.KEYWORD_ONLY, default=defaults.get(key, Parameter.empty), annotation=hint)
            for key, hint in hints.items()
        ]
    )
    command.__annotations__ = hints
    command.__name__, command.__doc__ = do.__name__, do.__doc__
    return command


def _argument(key: str, help: str) -> Any:
    return typer.Argument(metavar=key.upper(), help=help)
