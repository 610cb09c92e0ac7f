"""Nothing in a spreadsheet that a spreadsheet would run."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentalspace.core.lists import safe_value
from mentalspace.core.lists.export import UNSEEN


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+14045550134", "'+14045550134"),
        ("-cmd", "'-cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("\n=1", "'\n=1"),
        ("\xa0=1", "'\xa0=1"),
        ("\u200b\ufeff+1", "'\u200b\ufeff+1"),
        ("\u3000\uff1d1", "'\u3000\uff1d1"),
        ("\uff0bSUM", "'\uff0bSUM"),
        ("\uff0d2", "'\uff0d2"),
        ("\uff20A1", "'\uff20A1"),
        ("-5.00", "-5.00"),
        ("O'Hara", "O'Hara"),
        ("a=b", "a=b"),
        (Decimal("-5.00"), Decimal("-5.00")),
        (7, 7),
        (True, "Yes"),
        (None, ""),
        (dt.date(2026, 3, 14), "03/14/2026"),
        (dt.time(14, 30), "2:30 PM"),
    ],
)
def test_cells(value, cell):
    assert safe_value(value) == cell


def test_instants_must_be_brought_to_a_zone_first():
    with pytest.raises(TypeError):
        safe_value(dt.datetime(2026, 3, 14, tzinfo=dt.UTC))


@given(st.text())
def test_no_text_begins_a_formula(text):
    cell = str(safe_value(text))
    assert not cell.lstrip(" ").startswith(("\t", "\r", "\n"))
    assert not cell.lstrip(UNSEEN).startswith(("=", "+", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"))
    assert not cell.lstrip(" ").startswith("-") or cell.replace(".", "").lstrip("-").isdigit()
