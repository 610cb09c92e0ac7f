"""Forms and their versions: which there are, what they look like, which are in use."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from documents import rendering, rules
from documents.badges import form_badge
from documents.choices import FormState, form_type
from documents.definitions import FormDefinition, FormField, Kind
from documents.designs import catalogue, outline, queries, services
from documents.designs.comparing import compare
from documents.designs.forms import NewForm, VersionedForm
from documents.designs.lists import FormList
from documents.designs.views.finding import draft_of, edit_url, sent_version, version_of
from mentalspace.core import formatting
from mentalspace.core.cells import Action
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import answer, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once

LIST = "documents:form_list"
GOAL = {"goal_id": "g1", "goal": "An open goal of the treatment plan"}


@requires(rules.can_change_forms)
@require_safe
def form_list(request: ActorRequest) -> HttpResponseBase:
    """All forms."""
    new = Action("New form", reverse("documents:form_create"), icon="plus", primary=True)
    return FormList(request, queries.families(), page_actions=[new]).respond()


@requires(rules.can_change_forms)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def form_create(request: ActorRequest) -> HttpResponse:
    """A form of the practice's own, empty or like another."""
    menu = catalogue.menu()
    form = NewForm(posted(request), offered=list(menu), initial={"like": request.GET.get("like", "")})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        made = services.create_form(
            actor=request.user,
            title=values["title"],
            kind=form_type(values["kind"]),
            like=menu.get(values["like"]),
        )
        return "The form was begun. It is used once you publish it.", edit_url(made.pk)

    return answer(request, form, deed, {"title": "New form", "cancel_url": reverse(LIST)})


@requires(rules.can_see_form)
@require_safe
def form_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A form with its versions."""
    here = version_of(request.user, pk)
    (family,) = queries.families(here.key)
    form = here.form
    current = family.in_use.version.number if family.in_use else None
    rows = [
        {
            "row": row,
            "badge": form_badge(row.version.state),
            "is_draft": row.version.state == FormState.DRAFT,
            "can_use": row.version.state == FormState.RETIRED,
            "can_compare": current not in (None, row.version.number),
        }
        for row in family.rows
    ]
    context = {
        "title": form.title,
        "version": here,
        "kind": form.type.label,
        "rows": rows,
        "current": current,
        "in_use": family.in_use,
        "draft": family.draft,
        "breadcrumbs": [("Forms", reverse(LIST))],
    }
    return render(request, "documents/form_detail.html", context)


@requires(rules.can_see_form)
@require_safe
def form_preview(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A version as clinicians see it; nothing can be saved in it."""
    row = version_of(request.user, pk)
    form = row.form
    context = {
        "title": form.title,
        "version": row,
        "badge": form_badge(row.state),
        "panels": rendering.panels(form, one_entry_each(form), goals=[GOAL]),
        "breadcrumbs": [("Forms", reverse(LIST)), (form.title, reverse("documents:form_detail", args=[pk]))],
    }
    return render(request, "documents/form_preview.html", context)


@requires(rules.can_see_form)
@require_safe
def form_compare(request: ActorRequest, pk: UUID, number: int) -> HttpResponse:
    """What this version says that another of the same form does not."""
    row = version_of(request.user, pk)
    (family,) = queries.families(row.key)
    other = family.numbered(number)
    if other is None:
        raise Http404
    before, after = sorted([other.version, row], key=lambda each: each.number)
    lines = compare(before.form, after.form)
    context = {
        "title": f"Versions {before.number} and {after.number}",
        "before": before,
        "after": after,
        "lines": lines,
        "changed": sum(1 for line in lines if line.mark),
        "breadcrumbs": [
            ("Forms", reverse(LIST)),
            (row.form.title, reverse("documents:form_detail", args=[pk])),
        ],
    }
    return render(request, "documents/form_compare.html", context)


@requires(rules.can_change_forms)
@require_POST
@once
def form_begin(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Begin the next version, from this one; or go on with the draft there is."""
    made = services.begin_version(actor=request.user, form_id=version_of(request.user, pk).pk)
    return redirect(edit_url(made.pk))


@requires(rules.can_change_forms)
@require_http_methods(["GET", "HEAD", "POST"])
def form_publish(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a draft in use, after a question."""
    row = draft_of(request.user, pk)
    faults = outline.faults(row.form)
    form = VersionedForm(posted(request), initial={"version": row.version})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.publish_form(actor=request.user, form_id=row.pk, version=sent_version(request.POST))
        return "The form is in use.", reverse("documents:form_detail", args=[pk])

    page = {
        "title": f"Publish version {row.number}?",
        "text": "What is begun from now on is written with it. Drafts that were begun before keep their version. Once "
        "published, a version never changes.",
        "details": faults,
        "confirm_label": "Publish",
        "cancel_url": edit_url(pk),
    }
    return ask(request, form, deed, page)


@requires(rules.can_change_forms)
@require_http_methods(["GET", "HEAD", "POST"])
def form_retire(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Offer it no more, after a question."""
    row = version_of(request.user, pk)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.retire_form(actor=request.user, form_id=row.pk)
        return "The form is offered no more.", reverse("documents:form_detail", args=[pk])

    page = {
        "title": f"Retire {row.form.title}?",
        "text": "Nothing new can be begun with it. What was written with it stays, and drafts can be finished.",
        "confirm_label": "Retire the form",
        "cancel_url": reverse("documents:form_detail", args=[pk]),
    }
    return ask(request, forms.Form(posted(request)), deed, page)


@requires(rules.can_change_forms)
@require_POST
def form_use(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a version that was published before in use again."""
    row = version_of(request.user, pk)
    try:
        services.use_form(actor=request.user, form_id=row.pk)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, f"Version {formatting.number(row.number)} is in use.")
    return redirect("documents:form_detail", pk=pk)


@requires(rules.can_change_forms)
@require_http_methods(["GET", "HEAD", "POST"])
def form_discard(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away, after a question."""
    row = draft_of(request.user, pk)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.discard_form(actor=request.user, form_id=row.pk)
        return "The draft of the form was discarded.", reverse(LIST)

    page = {
        "title": "Discard this draft of the form?",
        "text": "What you changed is lost. The version in use stays as it is.",
        "confirm_label": "Discard the draft",
        "danger": True,
        "cancel_url": edit_url(pk),
    }
    return ask(request, forms.Form(posted(request)), deed, page)


def one_entry_each(form: FormDefinition) -> dict[str, Any]:
    """Answers that show one empty entry of every list."""

    def entry(fields: tuple[FormField, ...]) -> dict[str, Any]:
        return {each.key: [entry(each.fields)] for each in fields if each.kind == Kind.ITEMS}

    return entry(tuple(form.fields()))
