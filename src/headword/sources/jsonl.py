"""JSON lines, and files that are one JSON array."""

import json
from collections.abc import Iterator
from functools import partial
from typing import Any

from headword.core.errors import DataError
from headword.core.opening import Stream, short, text_of
from headword.sources.rows import Rows, batched, require_some, rows_of_records

_decode = json.JSONDecoder().raw_decode


def read_jsonl(stream: Stream, batch_size: int) -> Iterator[Rows]:
    """Read one JSON object a line; blank lines are passed over. A file that is one JSON array is read whole.

    Raises
    ------
    DataError
        If a line is not UTF-8, not JSON, or not an object.
    """
    array = stream.head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"[")
    objects = _of_array(stream) if array else _of_lines(stream)
    unit, n_rows = ("element" if array else "line"), 0
    for batch in batched(objects, batch_size):
        numbers, records = zip(*batch, strict=True)
        n_rows += len(records)
        yield rows_of_records(records, partial(_place, unit, numbers))
    require_some(n_rows, stream.name)


def _place(unit: str, numbers: tuple[int, ...], i: int) -> str:
    return f"{unit} {numbers[i]}"


def _of_lines(stream: Stream) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(stream.lines(), 1):
        packed = line.strip()
        if not packed:
            continue
        try:
            text = str(packed, "utf-8")
            value, end = _decode(text)
        except (ValueError, RecursionError) as error:
            text_of(line, stream.name, number)
            raise DataError(f"{stream.name}, line {number}: {_syntax(error, packed)}") from error
        if end != len(text):
            raise DataError(
                f"{stream.name}, line {number}: more text after the JSON value, at character {end + 1}: "
                f"{short(text[end:], 40)}; JSON lines hold one object a line"
            )
        if type(value) is not dict:
            raise DataError(f"{stream.name}, line {number}: expected a JSON object, found {_kind(value)}")
        yield number, value


def _of_array(stream: Stream) -> Iterator[tuple[int, dict[str, Any]]]:
    packed = b"".join(stream.lines())
    try:
        values = json.loads(str(packed, "utf-8"))
    except (ValueError, RecursionError) as error:
        number = getattr(error, "lineno", packed[: getattr(error, "start", 0)].count(b"\n") + 1)
        line = packed.split(b"\n")[number - 1]
        text_of(line, stream.name, number)
        raise DataError(f"{stream.name}, line {number}: {_syntax(error, line)}") from error
    for number, value in enumerate(values, 1):
        if type(value) is not dict:
            raise DataError(f"{stream.name}, element {number}: expected a JSON object, found {_kind(value)}")
        yield number, value


def _syntax(error: Exception, line: bytes) -> str:
    if isinstance(error, json.JSONDecodeError):
        text = str(line, "utf-8")
        near = text[max(error.colno - 21, 0) : error.colno + 19]
        hint = "; JSON lines hold a whole object on every line" if text in ("{", "[") else ""
        return f"not JSON: {error.msg} at character {error.colno}, near {short(near)}{hint}"
    if isinstance(error, RecursionError):
        return "the JSON value is nested too deeply"
    return f"not usable JSON: {str(error).partition(';')[0]}"


def _kind(value: object) -> str:
    kinds = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false"}
    return f"{kinds.get(type(value), 'null')} ({short(value, 40)})"
