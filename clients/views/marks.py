"""Flags and tags of a client, and the practice's list of tags."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from clients import rules, services
from clients.chart import OVERVIEW, get_client, tab_url
from clients.forms import AddTagForm, RaiseFlagForm, ReasonForm, TagForm
from clients.lists import TagList
from clients.models import Tag
from mentalspace.core import formatting
from mentalspace.core.cells import Action
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import require, requires
from mentalspace.core.once import once

METHODS = ["GET", "HEAD", "POST"]


@requires(rules.can_flag_administrative)
@require_http_methods(METHODS)
@once
def flag_raise(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a warning above the chart."""
    client = get_client(request.user, pk)
    require(rules.can_flag_administrative(request.user, client))
    form = RaiseFlagForm(posted(request), actor=request.user, client=client)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.raise_flag(actor=request.user, client_id=pk, **values)
        return "The flag was raised.", tab_url(client, OVERVIEW)

    page = {"title": f"Raise a flag for {client.display_name}", "cancel_url": tab_url(client, OVERVIEW)}
    return answer(request, form, deed, page, "clients/flag_raise.html")


@requires(rules.can_see_client)
@require_http_methods(METHODS)
def flag_resolve(request: ActorRequest, pk: UUID, flag_pk: UUID) -> HttpResponse:
    """Take a warning down, with a reason."""
    client = get_client(request.user, pk)
    flag = get_object_or_404(rules.visible_flags(request.user), client=client, pk=flag_pk)
    require(rules.to_raise_flag(flag.kind)(request.user, client))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.resolve_flag(actor=request.user, flag_id=flag_pk, **values)
        return "The flag was resolved.", tab_url(client, OVERVIEW)

    page = {
        "title": f"Resolve “{flag.get_kind_display()}” for {client.display_name}",
        "text": "The flag leaves the chart's head; it stays in the history with your reason.",
        "confirm_label": "Resolve flag",
        "cancel_label": "Keep the flag",
        "cancel_url": tab_url(client, OVERVIEW),
    }
    return answer(request, ReasonForm(posted(request)), deed, page, "clients/flag_resolve.html")


@requires(rules.can_tag_client)
@require_http_methods(METHODS)
def tag_add(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give the client a tag of the practice's list."""
    client = get_client(request.user, pk)
    require(rules.can_tag_client(request.user, client))
    form = AddTagForm(posted(request), client=client)
    if request.method == "POST" and form.is_valid():
        services.tag_client(actor=request.user, client_id=pk, tag_id=form.cleaned_data["tag"].pk)
        messages.success(request, "The tag was added.")
        return redirect("clients:client_detail", client.pk)
    context = {
        "title": f"Add a tag to {client.display_name}",
        "form": form,
        "nothing_to_add": not form.fields["tag"].queryset,  # type: ignore[attr-defined]
        "manage_url": reverse("clients:tag_list") if rules.can_manage_tags(request.user) else "",
        "cancel_url": tab_url(client, OVERVIEW),
    }
    return render(request, "clients/tag_add.html", context)


@requires(rules.can_tag_client)
@require_http_methods(METHODS)
def tag_remove(request: ActorRequest, pk: UUID, tag_pk: UUID) -> HttpResponse:
    """Take a tag off the client."""
    client = get_client(request.user, pk)
    require(rules.can_tag_client(request.user, client))
    tag = get_object_or_404(client.tags, pk=tag_pk)
    if request.method == "POST":
        services.untag_client(actor=request.user, client_id=pk, tag_id=tag_pk)
        messages.success(request, "The tag was removed.")
        return redirect("clients:client_detail", client.pk)
    context = {
        "title": f"Remove “{tag.name}” from {client.display_name}",
        "text": "The tag can be added again at any time.",
        "confirm_label": "Remove tag",
        "cancel_url": tab_url(client, OVERVIEW),
    }
    return render(request, "clients/tag_remove.html", context)


@requires(rules.can_manage_tags)
@require_safe
def tag_list(request: ActorRequest) -> HttpResponseBase:
    """The practice's tags, with how many clients have each."""
    actions = [Action("New tag", reverse("clients:tag_create"), icon="plus", primary=True, dialog=True)]
    return TagList(request, Tag.objects.annotate(bearers=Count("clients")), page_actions=actions).respond(
        {"breadcrumbs": [("Clients", reverse("clients:client_list"))]}
    )


@requires(rules.can_manage_tags)
@require_http_methods(METHODS)
@once
def tag_create(request: ActorRequest) -> HttpResponse:
    """A new tag."""

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.create_tag(actor=request.user, **values)
        return "The tag was created.", reverse("clients:tag_list")

    page = {"title": "New tag", "cancel_url": reverse("clients:tag_list")}
    return answer(request, TagForm(posted(request)), deed, page, "clients/tag_create.html")


@requires(rules.can_manage_tags)
@require_http_methods(METHODS)
def tag_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Rename or recolor a tag, for every client that has it."""
    tag = get_object_or_404(Tag, pk=pk)
    form = TagForm(posted(request), initial={"name": tag.name, "color": tag.color})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.update_tag(actor=request.user, tag_id=pk, **values)
        return "The tag was saved.", reverse("clients:tag_list")

    page = {"title": f"Edit the tag “{tag.name}”", "cancel_url": reverse("clients:tag_list")}
    return answer(request, form, deed, page, "clients/tag_edit.html")


@requires(rules.can_manage_tags)
@require_http_methods(METHODS)
def tag_delete(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take a tag off the list and off every client."""
    tag: Any = get_object_or_404(Tag.objects.annotate(bearers=Count("clients")), pk=pk)
    if request.method == "POST":
        services.delete_tag(actor=request.user, tag_id=pk)
        messages.success(request, "The tag was deleted.")
        return redirect("clients:tag_list")
    context = {
        "title": f"Delete the tag “{tag.name}”",
        "text": f"It disappears from {formatting.plural(tag.bearers, 'client')}. This cannot be undone.",
        "danger": True,
        "confirm_label": "Delete tag",
        "cancel_url": reverse("clients:tag_list"),
    }
    return render(request, "clients/tag_delete.html", context)
