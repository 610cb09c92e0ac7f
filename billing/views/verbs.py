"""The shape that the verbs' pages share: a form or a question, the verb, and where it leads."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.http import ActorRequest
from mentalspace.core.errors import DomainError, NotPermitted
from mentalspace.core.forms import add_domain_error

Deed = Callable[[dict[str, Any]], tuple[str, str]]


def answer(
    request: ActorRequest,
    form: forms.BaseForm,
    deed: Deed,
    page: dict[str, Any],
    template: str = "ui/form_page.html",
) -> HttpResponse:
    """Show the form; when it is posted and fits, do the deed, which answers (what happened, where to go).

    A refusal comes back on the same page, at the field, with everything typed still there.
    """
    if request.method == "POST" and form.is_valid():
        try:
            said, target = deed(form.cleaned_data)
        except NotPermitted:
            raise
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, said)
            return redirect(target)
    status = 422 if form.is_bound else 200
    return render(request, template, {"form": form, **page}, status=status)


def ask(request: ActorRequest, form: forms.BaseForm, deed: Deed, page: dict[str, Any]) -> HttpResponse:
    """The same, as a question before something is taken back."""
    return answer(request, form, deed, page, "ui/confirm.html")
