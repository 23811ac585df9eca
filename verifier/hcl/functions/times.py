"""formatdate, timeadd and timecmp, over RFC 3339 timestamps."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from itertools import groupby

from verifier.hcl.errors import EvaluationError, NotModelled
from verifier.hcl.functions.signature import of_contents, text
from verifier.hcl.types import NUMBER, STRING

_TIMESTAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d{1,2}):(\d\d):(\d\d)(?:[.,](\d+))?(?:Z|([+-])(\d\d):(\d\d))", re.ASCII
)
_DURATION = re.compile(r"(\d*\.?\d*)(ns|us|µs|μs|ms|s|m|h)", re.ASCII)
_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}
_LARGEST = 2**63 - 1
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_NOON = 12


def _timestamp(source: str) -> tuple[datetime, Fraction]:
    """The time, and its fraction of a second."""
    found = _TIMESTAMP.fullmatch(source)
    if found is None:
        raise EvaluationError(f"{source!r} is not a timestamp such as 2018-01-02T23:12:01Z")
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    zone = UTC
    if found[8]:
        hours, minutes = int(found[9]), int(found[10])
        if hours > 24 or minutes > 59:
            raise EvaluationError(f"{source!r} has an offset that does not exist")
        offset = timedelta(hours=hours, minutes=minutes)
        if offset >= timedelta(hours=24):
            raise NotModelled("an offset of a day or more is not modelled")
        zone = timezone(offset if found[8] == "+" else -offset)
    try:
        moment = datetime(year, month, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        raise EvaluationError(f"{source!r} is not a time that exists") from None
    digits = found[7] or "0"
    return moment, Fraction(int(digits), 10 ** len(digits))


def _written(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + _offset(moment, colon=True, utc="Z")


def _offset(moment: datetime, *, colon: bool, utc: str) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    if minutes == 0 and utc:
        return utc
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours:02}{':' if colon else ''}{rest:02}"


def _duration(source: str) -> int:
    """Nanoseconds."""
    sign = -1 if source.startswith("-") else 1
    rest = source[1:] if source[:1] in ("+", "-") else source
    if rest == "0":
        return 0
    total, at = Fraction(0), 0
    while at < len(rest):
        found = _DURATION.match(rest, at)
        if found is None or found[1] in ("", "."):
            break
        total += int(Fraction(found[1] if not found[1].endswith(".") else found[1] + "0") * _UNITS[found[2]])
        at = found.end()
    if at < len(rest) or not rest or total > _LARGEST:
        raise EvaluationError(f"{source!r} is not a duration such as 1h30m")
    return sign * int(total)


def _timeadd(timestamp: str, duration: str) -> str:
    moment, fraction = _timestamp(timestamp)
    nanoseconds = int(fraction * 10**9) + _duration(duration)
    try:
        return _written(moment + timedelta(seconds=nanoseconds // 10**9))
    except OverflowError:
        raise NotModelled("the result lies before the year 1 or after 9999") from None


def _timecmp(first: str, second: str) -> int:
    left, right = _timestamp(first), _timestamp(second)
    return (left > right) - (left < right)


def _formatdate(layout: str, timestamp: str) -> str:
    moment, _ = _timestamp(timestamp)
    return "".join(_verb(word, moment) for word in _words(layout))


def _words(layout: str) -> list[tuple[str, bool]]:
    """The pieces of the layout, and for each whether it is literal text."""
    words: list[tuple[str, bool]] = []
    at = 0
    while at < len(layout):
        if layout[at] == "'":
            literal, at = _quoted(layout, at)
            words.append((literal, True))
            continue
        run = next("".join(same) for _, same in groupby(layout[at:]))
        is_letter = run[0].isascii() and run[0].isalpha()
        words.append((run, not is_letter))
        at += len(run)
    return words


def _quoted(layout: str, at: int) -> tuple[str, int]:
    pieces: list[str] = []
    at += 1
    while True:
        end = layout.find("'", at)
        if end < 0:
            raise EvaluationError("the format has a literal without a closing '")
        pieces.append(layout[at:end])
        at = end + 1
        if not layout.startswith("'", at):
            return "".join(pieces), at
        pieces.append("'")
        at += 1


def _verb(word: tuple[str, bool], moment: datetime) -> str:  # noqa: C901 - one case a verb
    verb, literal = word
    if literal:
        return verb
    twelve = moment.hour % _NOON or _NOON
    match verb:
        case "YYYY":
            return f"{moment.year:04}"
        case "YY":
            return f"{moment.year % 100:02}"
        case "MMMM":
            return _MONTHS[moment.month - 1]
        case "MMM":
            return _MONTHS[moment.month - 1][:3]
        case "MM" | "M":
            return str(moment.month).rjust(len(verb), "0")
        case "DD" | "D":
            return str(moment.day).rjust(len(verb), "0")
        case "EEEE":
            return _DAYS[moment.weekday()]
        case "EEE":
            return _DAYS[moment.weekday()][:3]
        case "hh" | "h":
            return str(moment.hour).rjust(len(verb), "0")
        case "HH" | "H":
            return str(twelve).rjust(len(verb), "0")
        case "AA":
            return "AM" if moment.hour < _NOON else "PM"
        case "aa":
            return "am" if moment.hour < _NOON else "pm"
        case "mm" | "m":
            return str(moment.minute).rjust(len(verb), "0")
        case "ss" | "s":
            return str(moment.second).rjust(len(verb), "0")
        case "ZZZZZ":
            return _offset(moment, colon=True, utc="")
        case "ZZZZ":
            return _offset(moment, colon=False, utc="")
        case "ZZZ":
            return _offset(moment, colon=False, utc="UTC")
        case "Z":
            return _offset(moment, colon=True, utc="Z")
    raise EvaluationError(f"{verb!r} means nothing in a date format; put literal letters between single quotes")


FUNCTIONS = (
    of_contents("formatdate", _formatdate, STRING, text("format"), text("time")),
    of_contents("timeadd", _timeadd, STRING, text("timestamp"), text("duration")),
    of_contents("timecmp", _timecmp, NUMBER, text("timestamp_a"), text("timestamp_b")),
)
