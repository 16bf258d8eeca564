"""Draw what an officer hears on the hotline, and what each key leads to, into docs/hotline.md, from the table."""

import sys
from collections.abc import Iterator

from dispatch.rules.hotline.menu import MENU
from dispatch.rules.hotline.stages import Key, Prompt, Stage
from tools.drawing import DOCS, Drawing, main


def drawing() -> str:
    """The menu as a Mermaid diagram with the nearest stage that each answer leads to, and as a table."""
    return "\n".join(
        [
            "```mermaid",
            "stateDiagram-v2",
            *(f"    {stage} --> {to}: {', '.join(keys)}" for stage in MENU for to, keys in _ways(stage).items()),
            "```",
            "",
            "| at | key | means | leads to |",
            "| --- | --- | --- | --- |",
            *(
                f"| {stage} | {name} | {key.means} | {_to(key)} |"
                for stage, prompt in MENU.items()
                for name, key in _answers(prompt)
            ),
        ]
    )


def _answers(prompt: Prompt) -> Iterator[tuple[str, Key]]:
    """Every answer of a prompt. Keys that mean alike, such as a number of children, are one."""
    seen: dict[tuple[str, tuple[Stage, ...]], list[str]] = {}
    named: dict[tuple[str, tuple[Stage, ...]], Key] = {}
    for name, key in prompt.keys.items():
        alike = (key.means.rstrip("0123456789").strip() or "how many", key.to)
        seen.setdefault(alike, []).append(name)
        named[alike] = key
    for alike, names in seen.items():
        shown = names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
        means = named[alike].means if len(names) == 1 else alike[0]
        yield shown, Key(means, named[alike].rule, named[alike].to)
    if prompt.number is not None:
        yield "digits, #", prompt.number
    yield "nothing", prompt.silence


def _ways(stage: Stage) -> dict[Stage, list[str]]:
    ways: dict[Stage, list[str]] = {}
    for name, key in _answers(MENU[stage]):
        for to in key.to[:1]:
            ways.setdefault(to, []).append(name)
    return ways


def _to(key: Key) -> str:
    first, others = key.to[:1], key.to[1:]
    if not first:
        return "the call ends"
    return str(first[0]) + (f", or {', '.join(others)}" if others else "")


DRAWINGS = (Drawing(DOCS / "hotline.md", "hotline", drawing),)

if __name__ == "__main__":
    sys.exit(main(DRAWINGS))
