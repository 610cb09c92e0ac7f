"""Taking a chart out of the application, by those who may; each time is an event of the audit log."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients.chart import tab_url
from documents import rules
from documents.choices import DocumentType
from documents.export.choosing import Chosen
from documents.export.folder import chart_zip
from documents.export.paper import chart_pdf
from mentalspace.core import audit, clock
from mentalspace.core.forms import DateField, PageForm, Together, posted
from mentalspace.core.gates import requires

PDF, FOLDER = "pdf", "zip"
TYPES = {PDF: "application/pdf", FOLDER: "application/zip"}


class ExportForm(PageForm):
    """What of the chart, and as what."""

    submit_label = "Export"
    form = forms.ChoiceField(
        label="As",
        choices=[(PDF, "One PDF with contents"), (FOLDER, "A ZIP folder: the PDF, and JSON for programs")],
        initial=PDF,
        widget=forms.RadioSelect,
    )
    kinds = forms.MultipleChoiceField(
        label="Only these kinds of documents",
        choices=DocumentType.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen means all.",
    )
    first = DateField(label="From", required=False)
    last = DateField(label="To", required=False)
    drafts = forms.BooleanField(
        label="With drafts, which say that they are not signed", required=False, initial=True
    )

    def layout(self) -> list[Any]:
        return ["form", "kinds", Together("first", "last"), "drafts"]

    def clean(self) -> dict[str, Any]:
        """The days are in order."""
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and first > last:
            self.add_error("last", "The last day is before the first.")
        return values


@requires(rules.can_export_chart)
@require_http_methods(["GET", "HEAD", "POST"])
def chart_export(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """The form; posted, the file."""
    client = get_object_or_404(rules.can_export_chart.scope(request.user), pk=client_id)
    form = ExportForm(posted(request))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        how = values.pop("form")
        chosen = Chosen(request.user, client, **values)
        made = chart_pdf(chosen) if how == PDF else chart_zip(chosen)
        audit.record(
            actor=request.user,
            verb="chart.exported",
            obj=client,
            client_id=client.pk,
            changes={
                "as": ["", how],
                "documents": ["", len(chosen.records)],
                "kinds": ["", ", ".join(sorted(chosen.kinds)) or "all"],
            },
        )
        return _file(made, how, f"chart-C-{client.number}-{clock.today():%Y-%m-%d}.{how}")
    page = {
        "title": "Export the chart",
        "subtitle": client.display_name,
        "form": form,
        "intro": "Documents with their signatures and addenda, appointments and measures. Psychotherapy notes are no "
        "part of it. The export is recorded; whoever has the file can read everything in it.",
        "cancel_url": tab_url(client, "documents"),
        "action_url": reverse("documents:chart_export", args=[client.pk]),
    }
    return render(request, "documents/export/chart_export.html", page, status=422 if form.errors else 200)


def _file(made: bytes, how: str, name: str) -> HttpResponse:
    response = HttpResponse(made, content_type=TYPES[how])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
