"""What a browser is called in a list of sessions, so that its owner knows it."""

import re

# The first that fits: each of these claims to be those below it as well.
_BROWSERS = (
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Samsung Internet", r"SamsungBrowser/"),
    ("Firefox", r"Firefox/|FxiOS/"),
    ("Chrome", r"Chrome/|CriOS/|Chromium/"),
    ("Safari", r"Safari/"),
)
_SYSTEMS = (
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Macintosh"),
    ("ChromeOS", r"CrOS"),
    ("Linux", r"Linux"),
)


def browser_name(agent: str) -> str:
    """Such as "Firefox on Linux"; what a browser says may be anything, so it is never more than that."""
    browser = next((name for name, sign in _BROWSERS if re.search(sign, agent)), "A browser")
    system = next((name for name, sign in _SYSTEMS if re.search(sign, agent)), None)
    return f"{browser} on {system}" if system else browser
