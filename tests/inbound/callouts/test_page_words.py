"""What a view words by a meaning of ours has a word for each: one that is missing would fail the view."""

import importlib
import pkgutil
from enum import StrEnum
from pathlib import Path

import jinja2
from jinja2 import nodes

import dispatch
from dispatch import rules
from dispatch.inbound.web.callout.shaped import SENT_FOR
from dispatch.rules.facts.pages import Purpose

_TEMPLATES = sorted(Path(dispatch.__path__[0]).rglob("*.html"))


def test_each_purpose_has_a_word() -> None:
    """But for those that ask somebody to take it, which are listed by step."""
    assert {one for one in Purpose if not one.pages} == set(SENT_FOR)


def test_a_templates_words_leave_out_nothing_that_they_are_about() -> None:
    """A dictionary of a template whose keys are all of one of our kinds has them all."""
    for module in pkgutil.walk_packages(rules.__path__, f"{rules.__name__}."):
        importlib.import_module(module.name)
    kinds = [frozenset(kind) for kind in StrEnum.__subclasses__() if kind.__module__.startswith(rules.__name__)]
    found = [(file.name, keys) for file in _TEMPLATES for keys in _dictionaries(file)]
    assert [keys for _, keys in found if keys in kinds], "none is about a kind of ours"
    assert not [(name, keys) for name, keys in found if any(keys < kind for kind in kinds)]


def _dictionaries(file: Path) -> list[frozenset[str]]:
    """The keys of each that has more than one: a single word may be of any kind by chance."""
    tree = jinja2.Environment(autoescape=True).parse(file.read_text("utf-8"))
    pairs = [one.items for one in tree.find_all(nodes.Dict)]
    found = [frozenset(pair.key.value for pair in some if isinstance(pair.key, nodes.Const)) for some in pairs]
    return [keys for keys in found if len(keys) > 1]
