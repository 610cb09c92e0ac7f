"""The shape that most pages with a form share: the form or a question, the verb, and where it leads."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from mentalspace.core.errors import DomainError
from mentalspace.core.forms.faults import add_domain_error

Deed = Callable[[dict[str, Any]], tuple[str, str]]


def answer(
    request: HttpRequest,
    form: forms.BaseForm,
    deed: Deed,
    page: dict[str, Any],
    template: str = "ui/form_page.html",
) -> HttpResponse:
    """Show the form; when it is posted and fits, do the deed, which answers (what happened, where to go).

    A refusal comes back on the same page, at the field, with everything typed still there. Raises NotPermitted.
    """
    if request.method == "POST" and form.is_valid():
        try:
            said, target = deed(form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, said)
            return redirect(target)
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **page}, status=status)


def ask(request: HttpRequest, form: forms.BaseForm, deed: Deed, page: dict[str, Any]) -> HttpResponse:
    """The same, as a question before something is taken back."""
    return answer(request, form, deed, page, "ui/confirm.html")
