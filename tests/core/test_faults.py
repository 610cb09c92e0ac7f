"""`core.forms.faults`: the summary on top of a form."""

from typing import Any

from django import forms

from mentalspace.core.forms import PageForm
from mentalspace.core.forms.faults import faults_of


class Visit(PageForm):
    first = forms.CharField()
    second = forms.CharField()
    nowhere = forms.CharField(error_messages={"required": "Missing."})

    def layout(self) -> list[Any]:
        return ["second", "first"]


def test_faults_stand_in_the_order_of_the_page() -> None:
    faults = faults_of(Visit({}))
    assert [(fault.label, fault.target) for fault in faults] == [
        ("Second", "id_second"),
        ("First", "id_first"),
        ("Nowhere", "id_nowhere"),
    ]
