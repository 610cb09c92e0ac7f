"""What people type, and what they are told when it cannot be read."""

import datetime as dt
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from mentalspace.core import formatting
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import (
    DateField,
    Fault,
    MoneyField,
    PageForm,
    PhoneField,
    SearchSelect,
    TimeField,
    ZipField,
    add_domain_error,
    faults_of,
)


def sentence(field, text):
    """What the person is told."""
    with pytest.raises(ValidationError) as refused:
        field.clean(text)
    return refused.value.messages


@pytest.mark.parametrize(
    "text", ["03/14/2026", "3/14/2026", " 3-14-2026 ", "2026-03-14", "03.14.2026", "3 / 14 / 2026"]
)
def test_days_are_read(text):
    assert DateField().clean(text) == dt.date(2026, 3, 14)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("03/14/26", "Write the year with four digits, for example 03/14/2026."),
        ("14/03/2026", "There is no such day in the calendar."),
        ("02/29/2025", "There is no such day in the calendar."),
        ("tomorrow", "Enter the date as month, day and year, for example 03/14/2026."),
        ("٠٣/١٤/٢٠٢٦", "Enter the date as month, day and year, for example 03/14/2026."),
        ("03/14/0026", "The date must be 01/01/1900 or later."),
        ("", "Enter a date."),
    ],
)
def test_other_days_are_refused_in_a_sentence(text, said):
    assert sentence(DateField(), text) == [said]


def test_bounds_may_be_functions():
    assert sentence(DateField(latest=lambda: dt.date(2026, 3, 14)), "03/15/2026") == [
        "The date must be 03/14/2026 or earlier."
    ]


@given(st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2199, 12, 31)))
def test_every_day_survives_being_shown_and_typed(day):
    assert DateField().clean(formatting.date(day)) == day


@pytest.mark.parametrize("text", ["2:30 PM", "2:30pm", "230p", "2.30 p.m.", "14:30", "1430", "02:30 PM"])
def test_times_are_read(text):
    assert TimeField().clean(text) == dt.time(14, 30)


@pytest.mark.parametrize(
    ("text", "time"),
    [("12 AM", dt.time(0)), ("12:05 pm", dt.time(12, 5)), ("9a", dt.time(9)), ("00:15", dt.time(0, 15))],
)
def test_edges_of_the_clock(text, time):
    assert TimeField().clean(text) == time


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2:30", "Add AM or PM, for example 2:30 PM."),
        ("9:00", "Add AM or PM, for example 9:00 AM."),
        ("25:00", "Enter the time as hours and minutes, for example 2:30 PM."),
        ("2:75 PM", "Enter the time as hours and minutes, for example 2:30 PM."),
        ("14:30 PM", "Enter the time as hours and minutes, for example 2:30 PM."),
        ("noonish", "Enter the time as hours and minutes, for example 2:30 PM."),
        ("14", "Enter the time as hours and minutes, for example 2:30 PM."),
    ],
)
def test_other_times_are_refused_in_a_sentence(text, said):
    assert sentence(TimeField(), text) == [said]


@given(st.times())
def test_every_time_survives_being_shown_and_typed(moment):
    minute = moment.replace(second=0, microsecond=0)
    assert TimeField().clean(formatting.time(minute)) == minute


@pytest.mark.parametrize(
    "text", ["(404) 555-0134", "404.555.0134", "4045550134", "1-404-555-0134", "+1 404 555 0134"]
)
def test_phones_are_stored_in_one_form_and_shown_in_one(text):
    field = PhoneField()
    assert field.clean(text) == "+14045550134"
    assert field.prepare_value("+14045550134") == "(404) 555-0134"


@pytest.mark.parametrize("text", ["555-0134", "12", "404555013x4", "+999 1", "0" * 39])
def test_other_phones_are_refused(text):
    assert sentence(PhoneField(), text) == [
        "Enter a phone number with its area code, for example (404) 555-0134."
    ]


def test_foreign_phones_are_kept_international():
    assert PhoneField().clean("+44 20 7946 0958") == "+442079460958"
    assert formatting.phone("+442079460958") == "+44 20 7946 0958"


@pytest.mark.parametrize(
    ("text", "code"), [("30309", "30309"), ("303091234", "30309-1234"), (" 30309-1234 ", "30309-1234")]
)
def test_zip_codes(text, code):
    assert ZipField().clean(text) == code


@pytest.mark.parametrize("text", ["3030", "30309-12", "ABCDE", "٣٠٣٠٩"])
def test_other_zip_codes_are_refused(text):
    assert sentence(ZipField(), text) == [
        "Enter a ZIP code of five digits, for example 30309, or nine: 30309-1234."
    ]


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1234.5", "1234.50"),
        ("$1,234.50", "1234.50"),
        ("$ 0", "0.00"),
        (".5", "0.50"),
        ("1,000,000", "1000000.00"),
    ],
)
def test_amounts_are_read(text, amount):
    assert str(MoneyField().clean(text)) == amount


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("1.005", "Use at most two decimals: cents are the smallest unit."),
        ("-5", "The amount must be at least $0.00."),
        ("1,23", "Enter an amount in dollars and cents, for example 125.00."),
        ("1e5", "Enter an amount in dollars and cents, for example 125.00."),
        ("NaN", "Enter an amount in dollars and cents, for example 125.00."),
        ("9" * 40, "Enter an amount in dollars and cents, for example 125.00."),
        ("99999999999", "The amount must be at most $99,999,999.99."),
    ],
)
def test_other_amounts_are_refused_in_a_sentence(text, said):
    assert sentence(MoneyField(), text) == [said]


def test_amounts_below_zero_where_they_are_allowed():
    assert MoneyField(minimum=None).clean("-$5.00") == Decimal("-5.00")
    assert MoneyField(minimum=None).clean("−5") == Decimal("-5.00")


@given(st.decimals(min_value=0, max_value=99999999, places=2))
def test_every_amount_survives_being_shown_and_typed(amount):
    assert MoneyField().clean(formatting.money(amount)) == amount


class Person(PageForm):
    """A form of the kit."""

    name = forms.CharField(label="Name", max_length=20)
    born = DateField(label="Date of birth", required=False)
    way = forms.ChoiceField(
        label="Way", choices=[("", "---------"), ("e", "E-mail"), ("t", "Text")], widget=forms.RadioSelect
    )
    password = forms.CharField(label="Password", required=False, strip=False)


def person(**fields):
    """The form as posted."""
    data = QueryDict(mutable=True)
    data.update({"way": "e", "name": "Jo", **fields})
    return Person(data)


def test_text_arrives_composed_and_without_nul():
    form = person(name=" Jose\u0301\x00 ")
    assert form.is_valid()
    assert form.cleaned_data["name"] == "José"


def test_passwords_arrive_as_typed():
    form = person(password="e\u0301 ")
    assert form.is_valid()
    assert form.cleaned_data["password"] == "e\u0301 "


@pytest.mark.parametrize("text", ["a\x1bb", "a\x07b", "a\u202eb"])
def test_invisible_characters_are_refused(text):
    form = person(name=text)
    assert form.errors["name"] == [
        "This text holds an invisible control character. Type it again, or paste it as plain text."
    ]


def test_faults_lead_to_their_inputs():
    form = Person(QueryDict("born=13/45/2026"))
    assert faults_of(form) == [
        Fault("Fill this in.", "id_name", "Name"),
        Fault("There is no such day in the calendar.", "id_born", "Date of birth"),
        Fault("Choose one.", "id_way_0", "Way"),
    ]


def test_a_refused_deed_stands_at_its_field_or_on_top():
    form = person()
    add_domain_error(form, DomainError("Somebody has this name.", field="name"))
    add_domain_error(form, DomainError("The day is full.", field="elsewhere"))
    assert faults_of(form) == [Fault("The day is full."), Fault("Somebody has this name.", "id_name", "Name")]


def test_what_was_typed_wrongly_is_still_there():
    assert Person(QueryDict("born=3/14/26"))["born"].value() == "3/14/26"


def test_stored_values_are_shown_as_they_are_typed():
    assert Person(initial={"born": dt.date(2026, 3, 4)})["born"].value() == "03/04/2026"


def test_long_choices_render_only_what_is_chosen():
    field = forms.ChoiceField(
        choices=[(str(n), f"Choice {n}") for n in range(500)], widget=SearchSelect("/find/")
    )
    html = field.widget.render("pick", "7")
    assert html.count("<option") == 2
    assert '<option value="7" selected>Choice 7</option>' in html
