"""What mends a chart: marking a document as entered in error, and the texts that were signed and returned."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from documents import errors, integrity, rules, services, versions
from documents.badges import document_badge
from documents.services.mending import LONGEST_REASON
from documents.views.finding import visible_document
from mentalspace.core import clock, formatting
from mentalspace.core.forms import PageForm, answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


class ErrorForm(PageForm):
    """Why it does not belong here."""

    submit_label = "Mark as entered in error"
    reason = forms.CharField(
        label="Reason",
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": errors.ErrorReasonNeeded.message},
        help_text="For example “written in the wrong chart”. The document stays and can be read, struck out and with "
        "this reason; it leaves work lists, diagnoses and the plan. This cannot be taken back.",
    )


@requires(rules.can_mark_in_error)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def document_error(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Mark a document as entered in error."""
    document = visible_document(request.user, pk)
    back = reverse("documents:document_detail", args=[pk])
    if request.method != "POST" and not rules.can_mark_in_error(request.user, document):
        return redirect(back)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.mark_in_error(actor=request.user, document_id=pk, **values)
        return "Marked as entered in error. The document stays where it is, struck out.", back

    subtitle = f"{document.title} · {document.client.display_name}, {formatting.date(document.service_date)}"
    page = {"title": "Entered in error", "subtitle": subtitle, "cancel_url": back, "danger": True}
    return answer(request, ErrorForm(posted(request)), deed, page)


@requires(rules.can_see_document)
@require_safe
def document_versions(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Every text that was signed, and two of them compared word by word; the last two unless others are named."""
    document = visible_document(request.user, pk)
    services.record_reading(actor=request.user, document=document, verb="document.viewed")
    found = versions.versions_of(integrity.record_of(document))
    old, new = (_chosen(request, name, found, place) for name, place in (("old", -2), ("new", -1)))
    context = {
        "document": document,
        "badge": document_badge(document),
        "breadcrumbs": [(document.title, reverse("documents:document_detail", args=[pk]))],
        "versions": [(each, _label(each)) for each in found],
        "old": old,
        "new": new,
        "pieces": list(versions.compared(old.text, new.text))
        if len(found) > 1
        else [versions.Piece(new.text)],
        "same": old.text == new.text,
    }
    return render(request, "documents/document_versions.html", context)


def _chosen(request: ActorRequest, name: str, found: list[versions.Version], place: int) -> versions.Version:
    """The version of that number, or the one at this place from the end."""
    asked = request.GET.get(name, "")
    numbered = {str(each.number): each for each in found}
    return numbered.get(asked) or found[max(place, -len(found))]


def _label(version: versions.Version) -> str:
    """`Version 1, signed 03/04/2026 10:00 AM by Ada Okafor, returned`; the newest may not be signed yet."""
    signature = version.signature
    signed = (
        f"signed {formatting.instant(signature.signed_at, clock.zone())} by {signature.printed_name}"
        if signature
        else "not signed yet"
    )
    return f"Version {version.number}, {signed}{', returned' if version.review else ''}"
