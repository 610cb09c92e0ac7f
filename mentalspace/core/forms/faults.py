"""What is wrong with a form, for the summary on top, and how a refused deed comes back to the form."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet

from mentalspace.core.errors import DomainError, NotPermitted


@dataclass(frozen=True, slots=True)
class Fault:
    """One error; `target` is the id of the input it is about, empty for the whole form."""

    text: str
    target: str = ""
    label: str = ""


def faults_of(form: Any) -> list[Fault]:
    """The faults of a bound form or formset, in the order in which its fields stand on the page."""
    if isinstance(form, BaseFormSet):
        if not form.is_bound:
            return []
        found = [Fault(str(error)) for error in form.non_form_errors()]
        return found + [fault for row in form.forms for fault in faults_of(row)]
    if not isinstance(form, forms.BaseForm) or not form.is_bound:
        return []
    found = [Fault(str(error)) for error in form.non_field_errors()]
    for name in _names(form):
        if errors := form.errors.get(name):
            bound = form[name]
            label = "" if isinstance(bound.field.widget, forms.CheckboxInput) else str(bound.label)
            found += [Fault(str(error), _target(bound), label) for error in errors]
    return found


def add_domain_error(form: forms.BaseForm, error: DomainError) -> None:
    """Show why a verb refused: at the field that caused it, or on top.

    What a role may never do is no fault of the form: NotPermitted is raised again, for the gate to answer with a 403.
    """
    if isinstance(error, NotPermitted):
        raise error
    field = error.field if error.field in form.fields else None
    form.add_error(field, error.message)


def _names(form: forms.BaseForm) -> list[str]:
    """The names of the fields as they are laid out, then those that stand nowhere."""
    layout = getattr(getattr(form, "helper", None), "layout", None)
    laid_out = [pointer.name for pointer in layout.get_field_names()] if layout else []
    return list(dict.fromkeys([name for name in laid_out if name in form.fields] + list(form.fields)))


def _target(bound: forms.BoundField) -> str:
    """The first input of the field: radio buttons and checkboxes have one id each."""
    if isinstance(bound.field.widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return f"{bound.auto_id}_0"
    return bound.id_for_label or bound.auto_id
