"""The view and its changing pieces, rendered from the templates beside this file."""

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dispatch.inbound.web.assets import Assets
from dispatch.inbound.web.views import Templates

_HERE = Path(__file__).parent
PHONES_ASSETS = Assets(_HERE, "/phones")
TEMPLATES = Templates(_HERE, PHONES_ASSETS)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the view that changes; its `version` tells whether the browser has it already."""

    id: str
    html: str

    @property
    def version(self) -> str:
        return f"{zlib.crc32(self.html.encode()):08x}"


def piece(id_: str, macro: str, **values: Any) -> Piece:
    """What a macro of `_phone.html` makes of `values`."""
    return Piece(id_, TEMPLATES.piece("_phone.html", macro, **values))
