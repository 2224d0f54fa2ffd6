"""Reading dates as sources write them."""

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

_MONTHS = dict(jan=1, feb=2, mar=3, apr=4, may=5, jun=6, jul=7, aug=8, sep=9, oct=10, nov=11, dec=12)  # noqa: C408
_YEAR = re.compile(r"\d{4}")
_YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})")
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_DAY_MONTH_NAME = re.compile(
    r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*\.?[-, ]+(\d{4})\b(?:\s+(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?)?"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_date(value: object) -> float | None:
    """Return the moment as seconds since 1970 (UTC), None if `value` is no date.

    Read are dates and times of ISO 8601 (`2007-04-05`, `2007-04-05T10:00:00Z`, `2007-04`, `20070405`), slashes or dots
    in their place, a year alone (text or number: the first of January), `26-FEB-1987 15:02:20.00`, `5 April 2007`, and
    the dates of e-mail. A moment without a zone is taken as UTC; of day-month-name dates whatever stands behind a
    legible time, or an illegible time, is passed over.

    Examples
    --------
    >>> parse_date("1970-01-02"), parse_date("2-JAN-1970 00:00:30.50"), parse_date(1970), parse_date("soon")
    (86400.0, 86430.5, 0.0, None)
    """
    if isinstance(value, datetime):
        return _seconds(value)
    if isinstance(value, date):
        return _seconds(datetime(value.year, value.month, value.day))
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    try:
        return _from_text(text)
    except (ValueError, OverflowError, TypeError):
        return None


def _from_text(text: str) -> float:
    if _YEAR.fullmatch(text):
        return _seconds(datetime(int(text), 1, 1))
    if match := _YEAR_MONTH.fullmatch(text):
        return _seconds(datetime(int(match[1]), int(match[2]), 1))
    if match := _YEAR_MONTH_DAY.fullmatch(text):
        return _seconds(datetime(int(match[1]), int(match[2]), int(match[3])))
    if match := _DAY_MONTH_NAME.match(text):
        return _from_named_month(match)
    if not text[:1].isdigit():
        return _seconds(parsedate_to_datetime(text))
    return _seconds(datetime.fromisoformat(text))


def _from_named_month(match: re.Match[str]) -> float:
    day = _seconds(datetime(int(match[3]), _MONTHS.get(match[2].lower(), 0), int(match[1])))
    if match[4] is None:
        return day
    hours, minutes, seconds = int(match[4]), int(match[5]), float(match[6] or 0)
    return day + 3600 * hours + 60 * minutes + seconds if hours < 24 and minutes < 60 else day


def _seconds(moment: datetime) -> float:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - _EPOCH) / timedelta(seconds=1)
