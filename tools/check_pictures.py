"""Fail when a picture in the documents is older than the view that it shows: `python -m tools.check_pictures`.

A view is made of templates, a style sheet and a script. `tools.take_pictures` writes the digest of those beside the
pictures that it takes, so finding an old one needs no browser.
"""

import hashlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jinja2 import Environment, FileSystemLoader
from jinja2.meta import find_referenced_templates

_ROOT = Path(__file__).resolve().parent.parent
IMAGES = _ROOT / "docs" / "images"
WEB = _ROOT / "src" / "dispatch" / "inbound" / "web"
_PHONE = 375
_ASSET = re.compile(r"""asset\("([^"]+\.(?:css|js))"\)""")


@dataclass(frozen=True, slots=True)
class Picture:
    """`path` is what is shown; `open` means the view of the call-out that is open.

    `templates` are those that the view's Python names; what they extend and import is found from them.
    """

    name: str
    path: str
    templates: tuple[str, ...]
    width: int = 1280
    height: int = 800
    scheme: Literal["dark", "light"] = "dark"


_BOARD = ("board.html", "pieces/board.html")
PICTURES = (
    Picture("board", "/", _BOARD, height=640),
    Picture("board-on-a-phone", "/", _BOARD, _PHONE, 780),
    Picture("callout", "open", ("one_callout.html", "pieces/callout.html"), height=900),
    Picture("response-times", "/response-times", ("response_times.html",), height=1000, scheme="light"),
)


def digest(picture: Picture, web: Path = WEB) -> str:
    """Of what `picture` shows, and how. A file that is only moved changes nothing."""
    sources = _sources(picture, web)
    assets = {web / "files" / name for source in sources for name in _ASSET.findall(source)}
    parts = sorted([*sources, *(file.read_text("utf-8") for file in assets)])
    how = f"{picture.path} {picture.width} {picture.height} {picture.scheme}"
    return hashlib.sha256("\0".join([how, *parts]).encode()).hexdigest()


def _sources(picture: Picture, web: Path) -> list[str]:
    environment = Environment(loader=FileSystemLoader(web / "templates"), autoescape=True)
    sources: dict[str, str] = {}
    wanted = list(picture.templates)
    while wanted:
        name = wanted.pop()
        if name not in sources:
            sources[name] = (web / "templates" / name).read_text("utf-8")
            wanted += [found for found in find_referenced_templates(environment.parse(sources[name])) if found]
    return list(sources.values())


def write_digests(pictures: tuple[Picture, ...] = PICTURES, images: Path = IMAGES, web: Path = WEB) -> None:
    """Say beside the pictures what they were taken from."""
    _file(images).write_text("".join(f"{digest(one, web)}  {one.name}.png\n" for one in pictures), "utf-8")


def old(pictures: tuple[Picture, ...] = PICTURES, images: Path = IMAGES, web: Path = WEB) -> list[str]:
    """The names of the pictures that show another view than the code has, or that nobody has taken yet."""
    taken = set(_file(images).read_text("utf-8").splitlines()) if _file(images).exists() else set()
    return [one.name for one in pictures if f"{digest(one, web)}  {one.name}.png" not in taken]


def _file(images: Path) -> Path:
    return images / "taken-from.txt"


def main() -> int:
    found = old()
    for name in found:
        print(f"docs/images/{name}.png is older than the view that it shows: run `python -m tools.take_pictures`")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
