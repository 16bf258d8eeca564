"""The page and its changing pieces, rendered from the templates beside this file."""

import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dispatch.inbound.web import pages

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the page that changes; its `version` tells whether the browser has it already."""

    id: str
    html: str

    @property
    def version(self) -> str:
        return f"{zlib.crc32(self.html.encode()):08x}"


def piece(id_: str, macro: str, **values: Any) -> Piece:
    """What a macro of `_phone.html` makes of `values`."""
    return Piece(id_, str(getattr(_macros(), macro)(**values)).strip())


def whole_page(**values: Any) -> str:
    return _environment().get_template("phones.html").render(**values)


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader([HERE, Path(pages.__file__).parent / "templates"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _macros() -> Any:
    return _environment().get_template("_phone.html").module
