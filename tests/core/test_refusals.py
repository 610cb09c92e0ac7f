"""What a refused deed leads to: a sentence in the form, or a 403."""

import pytest
from django import forms

from mentalspace.core.errors import DomainError, NotPermitted
from mentalspace.core.forms import add_domain_error


class Form(forms.Form):
    day = forms.CharField(required=False)


def test_a_refusal_stands_at_the_field_that_caused_it() -> None:
    form = Form({"day": "Monday"})
    add_domain_error(form, DomainError("Choose another day.", field="day"))
    assert form.errors == {"day": ["Choose another day."]}


def test_a_refusal_about_no_field_of_the_form_stands_on_top() -> None:
    form = Form({"day": "Monday"})
    add_domain_error(form, DomainError("It is too late.", field="hour"))
    assert form.non_field_errors() == ["It is too late."]


def test_what_a_role_may_not_do_is_no_fault_of_the_form() -> None:
    with pytest.raises(NotPermitted):
        add_domain_error(Form({}), NotPermitted())
