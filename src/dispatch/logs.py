"""What the service logs, on standard error: readable text on a terminal, otherwise one JSON object a line.

Every log, the libraries' too, passes `without_what_is_private`: not everybody who reads logs may see phone numbers,
meeting places and texts. We log none of these, but errors of libraries quote the values that they choke on. Libraries
log from WARNING up, whatever the level is, because some of them write whole requests at DEBUG.
"""

import json
import logging
import os
import re
import sys
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Four forms: E.164, whose plus sign may be URL-encoded; the North American way of writing; other ways of writing; and
# any run of as many digits as a phone number has. No UUID, date or SID looks like one of these.
_PHONE = re.compile(
    r"""(?: \+ | %2B ) \d{7,15} (?!\d)
      | (?<![\w-]) (?: \+? 1 [ .-]? )? \(? \d{3} \)? [ .-]? \d{3} [ .-]? \d{4} (?![\w-])
      | \+ \d (?: [ ().-]{0,2} \d ){6,14}
      | (?<![\w-]) \d{10,15} (?![\w-])""",
    re.VERBOSE | re.IGNORECASE,
)
# What a library's error quotes from its input, up to where its own words go on. In a `repr`, lines end in \\n.
# PostgreSQL shows the whole row that broke a constraint, asyncpg the value that does not fit its column.
_ENDS = r"(?= (?:\n|\\n)+ (?: HINT: | \[SQL | The\ above\ | During\ handling\ ) | \Z )"
_QUOTED = re.compile(
    rf"""(?P<words> DETAIL:\ + | invalid\ input\ for\ query\ argument\ \$\d+:\ ) .+? {_ENDS}
      | (?P<codec> Unicode(?:En|De)codeError\('[\w-]+',\ ) b?(?: '(?:\\.|[^'\\])*' | "(?:\\.|[^"\\])*" )
      | (?P<field> input_value=) .*? (?=,\ input_type=)
      | (?P<link> /(?:a|calendar|let-in|me|n|o|r|wall|welcome)/) [\w-]{{10,}}
      | (?P<key> \b(?:agency|coordinator|whsec)_) [\w+/=-]{{20,}}""",
    re.VERBOSE | re.DOTALL,
)
_DIGIT = re.compile(r"\d")
_DIGITS_SHOWN = 2


def configure(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log to `stream` (by default standard error), our own from `level` up."""
    stream = stream or sys.stderr
    for_people = stream.isatty()
    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="%H:%M:%S" if for_people else "iso", utc=not for_people),
    ]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=first,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,  # plain: a prettier one prints local variables
                without_what_is_private,
                _steps_one_by_one(_for_terminal())
                if for_people
                else structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    at_once = [] if for_people else [_StepsAtOnce(handler)]
    structlog.configure(
        processors=[*at_once, *first, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(_number(level)),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logging.basicConfig(handlers=[handler], level=max(logging.WARNING, _number(level)), force=True)
    logging.getLogger("dispatch").setLevel(level)
    # It warns of every run that it leaves out because the last one still goes on; a job that hangs is an error of ours.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
    logging.captureWarnings(True)


STEPS = "dispatch.steps"
_WRITTEN_BY_PEOPLE = ("by", "owner")  # fields of a step: the name in a coordinator's key is whatever an operator typed


class _StepsAtOnce:
    """Writes the steps of call-outs as JSON by itself, a line each. There are a dozen for each call-out, and their
    fields are ids, codes and moments (`store.engine.log_lines`); structlog's processors took four times as long.

    All that a commit says goes out in one write: during a write the thread releases Python's lock, and then waits for
    it behind the database's thread. With a write for each line, logging took a fourteenth of what a call-out costs.
    """

    _stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)

    def __init__(self, handler: logging.StreamHandler[TextIO]) -> None:
        self._handler = handler

    def __call__(self, logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        if logger.name != STEPS:
            return event
        common = self._stamp(logger, method, {"level": "info", "logger": STEPS})
        self._write("".join(self._line({"event": said, **fields, **common}) for said, fields in event["steps"]))
        raise structlog.DropEvent

    def _line(self, step: EventDict) -> str:
        for name in _WRITTEN_BY_PEOPLE:
            if name in step:
                step[name] = _mask_again(step[name])
        return _as_json(step) + self._handler.terminator

    def _write(self, written: str) -> None:
        handler = self._handler
        handler.acquire()
        try:
            handler.stream.write(written)
            handler.flush()
        except Exception:  # a full disk or a closed pipe stops no page, as with every other line
            handler.handleError(logging.makeLogRecord({"name": STEPS, "msg": "steps"}))
        finally:
            handler.release()


def _as_written(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value)


_as_json = json.JSONEncoder(ensure_ascii=False, default=_as_written).encode


def _number(level: str) -> int:
    return logging.getLevelNamesMapping()[level]


def _for_terminal() -> Processor:
    return structlog.dev.ConsoleRenderer(
        colors="NO_COLOR" not in os.environ, exception_formatter=structlog.dev.plain_traceback
    )


def _steps_one_by_one(render: Processor) -> Processor:
    """A line for each step of a call-out, as `render` writes any other entry."""

    def write(logger: WrappedLogger, method: str, event: EventDict) -> str:
        if event.get("logger") != STEPS:
            return str(render(logger, method, event))
        steps = event.pop("steps")
        lines = ({**event, "event": said, **fields} for said, fields in steps)
        return "\n".join(str(render(logger, method, line)) for line in lines)

    return write


def without_what_is_private(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask phone numbers, links, keys and whatever errors quote, in every value of a log entry."""
    return {key: _masked(value) for key, value in event.items()}


def _masked(value: object) -> object:
    match value:
        case None | bool() | float():
            return value
        case str():
            return _mask(value)
        case int():
            masked = _mask(str(value))
            return value if masked == str(value) else masked
        case date():
            return value.isoformat()
        case Mapping():
            return {_mask(str(key)): _masked(member) for key, member in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(member) for member in value]
        case _:
            return _mask(repr(value))  # the log would write its repr anyway


def _mask(text: str) -> str:
    return mask_phones(_QUOTED.sub(lambda found: f"{found[found.lastgroup or 0]}(hidden)", text))


@lru_cache(maxsize=1024)
def _mask_again(text: str) -> str:
    return _mask(text)


def mask_phones(text: str) -> str:
    """`text` with every phone number hidden except for its last two digits: +15625550101 becomes +*********01."""
    return _PHONE.sub(_hide, text)


def _hide(found: re.Match[str]) -> str:
    mark, digits = (found[0][:3], found[0][3:]) if found[0][0] == "%" else ("", found[0])
    hidden = len(_DIGIT.findall(digits)) - _DIGITS_SHOWN
    return mark + _DIGIT.sub("*", digits, count=hidden)
