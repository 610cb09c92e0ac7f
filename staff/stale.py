"""A form that somebody else overtook: what they stored stands beside what was typed, and nothing is lost."""

from typing import Any

from django import forms

from mentalspace.core import formatting
from staff.models import Staff


def keep_both(form: forms.Form, staff: Staff) -> list[tuple[str, str]]:
    """What is stored now where it differs from what was typed, as (label, text).

    The form takes the new version, so that saving again is a decision made with both in view.
    """
    staff.refresh_from_db()
    rows = []
    for name, typed in form.cleaned_data.items():
        if name == "version":
            continue
        now = getattr(staff, name)
        if now != typed:
            rows.append((str(form.fields[name].label or form[name].label), _words(staff, name, now)))
    given: Any = form.data
    data = given.copy()
    data["version"] = str(staff.version)
    form.data = data
    return rows or [("Nothing", "Somebody saved the same.")]


def _words(staff: Staff, name: str, value: Any) -> str:
    if name == "phone":
        return formatting.phone(value) or "(empty)"
    if isinstance(value, list):
        return ", ".join(value) or "(empty)"
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if name == "license_expires_on":
        return formatting.date(value) or "(empty)"
    display = getattr(staff, f"get_{name}_display", None)
    return str(display() if display else value or "") or "(empty)"
