"""Style sheets, scripts and pictures of views, under names that change with what is in them.

The law: what is at an address never changes. So a browser keeps it for a year and asks for it once, and a hash that
fits nothing here is 404: another version's file under it would be kept for a year as well.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from fastapi.responses import Response

from dispatch.inbound.http.problem import NoSuchFile

# Spelt out: what `mimetypes` says depends on the machine, and browsers run no script of another type (nosniff).
_KINDS = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "X-Content-Type-Options": "nosniff",
    # Not "same-origin": a view in a sandbox has an origin of its own. They are public, and the same for everybody.
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@dataclass(frozen=True, slots=True)
class _Asset:
    address: str
    kind: str
    content: bytes


class Assets:
    """The files of `folder` that views use, served below `at`. They are read and hashed at their first use."""

    def __init__(self, folder: Path, at: str) -> None:
        self._folder, self._at = folder, at

    @cached_property
    def _by_name(self) -> dict[str, _Asset]:
        return {file.name: self._read(file) for file in sorted(self._folder.iterdir()) if file.suffix.lower() in _KINDS}

    @cached_property
    def _by_address(self) -> dict[str, _Asset]:
        return {asset.address: asset for asset in self._by_name.values()}

    def _read(self, file: Path) -> _Asset:
        content = file.read_bytes()
        digest = hashlib.sha256(content).hexdigest()[:12]
        return _Asset(f"{self._at}/{file.stem}.{digest}{file.suffix}", _KINDS[file.suffix], content)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def address(self, name: str) -> str:
        """Where a view finds `name`, such as /assets/ui.0123456789ab.css. Raises KeyError when there is none."""
        return self._by_name[name].address

    async def answer(self, file: str) -> Response:
        """The file with this name and hash. Raises `NoSuchFile`."""
        asset = self._by_address.get(f"{self._at}/{file}")
        if asset is None:
            raise NoSuchFile("there is no such file, or no longer; load the web page again")
        return Response(asset.content, media_type=asset.kind, headers=_HEADERS)
