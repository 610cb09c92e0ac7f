"""Dates and times as an American practice writes them."""

from datetime import date, datetime, time

import pytest
from django import forms
from django.utils import formats


def test_dates_and_times_are_shown_the_american_way() -> None:
    assert formats.date_format(date(2026, 3, 9)) == "03/09/2026"
    assert formats.time_format(time(14, 5)) == "2:05 PM"
    assert formats.date_format(datetime(2026, 3, 9, 9, 30), "DATETIME_FORMAT") == "03/09/2026 9:30 AM"


@pytest.mark.parametrize("typed", ["03/09/2026", "3/9/2026", "3/9/26", "2026-03-09"])
def test_a_typed_date_is_month_first_or_iso(typed: str) -> None:
    assert forms.DateField().clean(typed) == date(2026, 3, 9)


@pytest.mark.parametrize("typed", ["2:05 PM", "02:05 pm", "14:05"])
def test_a_typed_time_is_of_either_clock(typed: str) -> None:
    assert forms.TimeField().clean(typed) == time(14, 5)
