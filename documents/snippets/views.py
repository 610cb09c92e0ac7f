"""Texts to keep: one's own and the practice's; and what the editor of a note offers."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from documents import rules
from documents.designs import catalogue
from documents.snippets import services
from documents.snippets.forms import SnippetForm
from documents.snippets.lists import SnippetList
from documents.snippets.models import Snippet
from mentalspace.core.cells import Action
from mentalspace.core.forms import answer, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once

LIST = "documents:snippet_list"


@requires(rules.can_open_snippets)
@require_safe
def snippet_list(request: ActorRequest) -> HttpResponseBase:
    """One's own texts and the practice's."""
    rows = rules.can_see_snippet.scope(request.user).select_related("staff")
    new = Action("New text", reverse("documents:snippet_create"), icon="plus", primary=True, dialog="panel")
    return SnippetList(request, rows, page_actions=[new]).respond()


@requires(rules.can_write_documents)
@require_safe
def snippets_offered(request: ActorRequest) -> JsonResponse:
    """For the editor of a note: `{snippets: [{name, text, question}]}`; one's own hide the practice's of that name."""
    rows = rules.can_see_snippet.scope(request.user)
    offered: dict[str, Snippet] = {}
    for row in sorted(rows, key=lambda each: (each.staff_id is None, each.name.lower())):
        offered.setdefault(row.name.lower(), row)
    found = sorted(offered.values(), key=lambda each: each.name.lower())
    return JsonResponse(
        {"snippets": [{"name": row.name, "text": row.text, "question": row.question} for row in found]}
    )


@requires(rules.can_open_snippets)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def snippet_create(request: ActorRequest) -> HttpResponse:
    """A further text."""
    form = _form(request)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        shared = values.pop("shared", not rules.can_write_documents(request.user))
        services.create_snippet(actor=request.user, shared=shared, **values)
        return "The text is kept.", reverse(LIST)

    return answer(request, form, deed, {"title": "New text", "cancel_url": reverse(LIST)})


@requires(rules.can_change_snippet)
@require_http_methods(["GET", "HEAD", "POST"])
def snippet_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Other words, another name."""
    row = get_object_or_404(rules.can_change_snippet.scope(request.user), pk=pk)
    form = _form(request, {"name": row.name, "question": row.question, "text": row.text})
    form.fields.pop("shared", None)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.update_snippet(actor=request.user, snippet_id=row.pk, **values)
        return "The text was saved.", reverse(LIST)

    return answer(request, form, deed, {"title": f"Edit {row.name}", "cancel_url": reverse(LIST)})


@requires(rules.can_change_snippet)
@require_http_methods(["GET", "HEAD", "POST"])
def snippet_remove(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Keep it no more, after a question."""
    row = get_object_or_404(rules.can_change_snippet.scope(request.user), pk=pk)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.remove_snippet(actor=request.user, snippet_id=row.pk)
        return "The text was removed.", reverse(LIST)

    page = {
        "title": f"Remove {row.name}?",
        "text": "Notes in which it was used stay as they are.",
        "confirm_label": "Remove the text",
        "danger": True,
        "cancel_url": reverse(LIST),
    }
    return ask(request, forms.Form(posted(request)), deed, page)


def _form(request: ActorRequest, initial: dict[str, str] | None = None) -> SnippetForm:
    return SnippetForm(
        posted(request),
        initial=initial,
        menu=catalogue.menu(),
        can_share=rules.can_share_snippets(request.user),
        must_share=not rules.can_write_documents(request.user),
    )
