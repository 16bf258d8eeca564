"""Links and codes in what we text: what is kept of them once a text has left."""

import importlib
import pkgutil

import pytest

import dispatch.rules
from dispatch.rules.access import sign_in
from dispatch.rules.access.texted_secrets import blanked, has_link, relinked
from dispatch.rules.people import number_texts
from tests.each import each

TOKEN = "aB3" * 7
PATHS = sorted(
    {
        path
        for module in pkgutil.walk_packages(dispatch.rules.__path__, "dispatch.rules.")
        if "{token}" in (path := str(getattr(importlib.import_module(module.name), "PATH", "")))
    }
    | {sign_in.WELCOME, sign_in.WALL, sign_in.LET_IN}
)


@pytest.mark.parametrize("path", PATHS)
def test_no_token_is_kept_whichever_door_it_opens(path: str) -> None:
    """Drawn from the paths that there are; what stands around the link stays, and so does which kind of link it was."""
    said = f'ALARM: https://dispatch.example{path.format(token=TOKEN)} "not needed".'
    kept = blanked(said)
    assert kept == said.replace(TOKEN, "[link]")
    assert blanked(kept) == kept
    assert has_link(said)
    assert has_link(kept)
    for text in (said, kept):
        assert relinked(text, "cD4") == said.replace(TOKEN, "cD4")


def test_there_are_paths_to_draw_from() -> None:
    """A new kind of link has a `PATH` of its own."""
    assert len(PATHS) >= 9


@pytest.mark.parametrize("said", [number_texts.code("012345"), number_texts.code("012345").spanish])
def test_no_code_is_kept(said: str) -> None:
    """Whoever reads the database would verify a stranger's phone as a specialist's."""
    assert blanked(said) == said.replace("012345", "[code]")


@each(said=["LBPD call-out K7Q. Reply 1", "1234567 is no code", "Ring 911. https://example.org", "she is w/o/shoes"])
def test_what_is_no_secret_stays(said: str) -> None:
    """Numbers to ring, and addresses that open nothing."""
    assert (blanked(said), has_link(said)) == (said, False)
