"""A list as a spreadsheet: the rows streamed as they are read, and nothing in them that a spreadsheet would run."""

import csv
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.http import StreamingHttpResponse

from mentalspace.core import formatting
from mentalspace.core.lists.columns import Column

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
# Also as the wide letters of Asian keyboards, which spreadsheets read alike.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
STARTS_A_CELL = ("\t", "\r", "\n")
# A spreadsheet may drop these before it looks at what the cell begins with.
UNSEEN = (
    " \t\r\n\v\f\x1c\x1d\x1e\x1f\x85\xa0\xad\u1680\u180e\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
    + "".join(map(chr, range(0x2000, 0x2010)))
)
PLAIN_NUMBER = re.compile(r"-?\d{1,15}(\.\d+)?")


class _Echo:
    """A file that hands each written line back, for `csv.writer` to stream through."""

    def write(self, line: str) -> str:
        return line


def safe_value(value: Any) -> str | int | Decimal | float:
    """A cell for a spreadsheet: numbers stay numbers, text that looks like a formula gets a leading apostrophe."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, (int, float, Decimal)):
        return value
    if isinstance(value, dt.datetime):
        raise TypeError("Format instants in the column's csv, in the practice's zone.")
    if isinstance(value, dt.date):
        return formatting.date(value)
    if isinstance(value, dt.time):
        return formatting.time(value)
    text = str(value).replace("\x00", "")
    begins = text.lstrip(" ").startswith(STARTS_A_CELL) or text.lstrip(UNSEEN).startswith(STARTS_A_FORMULA)
    if begins and not PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def stream(columns: Sequence[Column], rows: Iterable[Any], filename: str) -> StreamingHttpResponse:
    """The response; the byte order mark tells Excel that it is UTF-8."""
    kept = [column for column in columns if column.csv is not False]
    response = StreamingHttpResponse(_lines(kept, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _lines(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow([safe_value(column.label) for column in columns])
    for row in rows:
        yield writer.writerow([safe_value(column.plain(row)) for column in columns])
