"""Taking a chart out of the application, by those who may; each time is an event of the audit log."""

import hashlib
import io
import tempfile
from typing import IO, Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients.chart import tab_url
from documents import rules
from documents.choices import DocumentType
from documents.disclosures import releases, services
from documents.disclosures.choices import DisclosureKind
from documents.disclosures.forms import RecipientForm
from documents.disclosures.services import Leaving, Recipient
from documents.export.choosing import Chosen
from documents.export.folder import write_zip
from documents.export.paper import chart_pdf
from mentalspace.core import audit, clock, formatting
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import DateField, Section, Together, add_domain_error, posted
from mentalspace.core.gates import requires

PDF, FOLDER = "pdf", "zip"
# Larger ones go to a file without a name, which the system forgets when it is sent.
IN_MEMORY = 50 * 1024 * 1024
LOST = "A file of this chart is not in the storage any more. Bring it back from a backup, or export without files."
TYPES = {PDF: "application/pdf", FOLDER: "application/zip"}


class ExportForm(RecipientForm):
    """What of the chart, as what, to whom and why."""

    submit_label = "Export"
    form = forms.ChoiceField(
        label="As",
        choices=[(PDF, "One PDF with contents"), (FOLDER, "A ZIP folder: the PDF, JSON for programs, files")],
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

    with_files = forms.BooleanField(
        label="With the chart’s files",
        required=False,
        initial=True,
        help_text="In the ZIP folder with all versions; the PDF lists them.",
    )

    def layout(self) -> list[Any]:
        return [
            *self.recipient_layout(),
            Section("What leaves", "form", "kinds", Together("first", "last"), "drafts", "with_files"),
        ]

    def clean(self) -> dict[str, Any]:
        """The days are in order."""
        values = super().clean() or self.cleaned_data
        first, last = values.get("first"), values.get("last")
        if first and last and first > last:
            self.add_error("last", "The last day is before the first.")
        return values

    @property
    def chosen(self) -> dict[str, Any]:
        """What of the chart."""
        return {name: self.cleaned_data[name] for name in ("kinds", "first", "last", "drafts", "with_files")}


@requires(rules.can_export_chart)
@require_http_methods(["GET", "HEAD", "POST"])
def chart_export(request: ActorRequest, client_id: UUID) -> HttpResponseBase:
    """The form; posted, the file."""
    client = get_object_or_404(rules.can_export_chart.scope(request.user), pk=client_id)
    form = ExportForm(posted(request), releases=releases.in_force(releases.signed(client)))
    if request.method == "POST" and form.is_valid():
        chosen = Chosen(request.user, client, **form.chosen)
        try:
            return _exported(chosen, form.cleaned_data["form"], form.to_whom)
        except FileNotFoundError:
            form.add_error("with_files", LOST)
        except DomainError as error:
            add_domain_error(form, error)
    page = {
        "title": "Export the chart",
        "subtitle": client.display_name,
        "form": form,
        "intro": "Documents with signatures and addenda, consents, appointments, measures, files. Psychotherapy notes "
        "are no part of it. The export is recorded as a disclosure; whoever has the file can read everything in it.",
        "cancel_url": tab_url(client, "documents"),
        "action_url": reverse("documents:chart_export", args=[client.pk]),
    }
    return render(request, "documents/export/chart_export.html", page, status=422 if form.errors else 200)


def _exported(chosen: Chosen, how: str, recipient: Recipient) -> FileResponse:
    """The file, accounted for before it leaves. Raises FileNotFoundError, NotPermitted and what else a disclosure is
    refused for.
    """
    client = chosen.client
    with transaction.atomic():
        disclosure = services.prepared(chosen.actor, client, _leaving(chosen, how), recipient)
        made = _made(chosen, how)
        disclosure.digest = hashlib.file_digest(made, "sha256").hexdigest()  # type: ignore[arg-type]
        made.seek(0)
        services.keep(chosen.actor, disclosure)
        audit.record(
            actor=chosen.actor,
            verb="chart.exported",
            obj=client,
            client_id=client.pk,
            changes={
                "as": ["", how],
                "ground": ["", disclosure.ground],
                "documents": ["", len(chosen.records)],
                "files": ["", len(chosen.papers)],
                "kinds": ["", ", ".join(sorted(chosen.kinds)) or "all"],
            },
        )
    return _file(made, how, f"chart-C-{client.number}-{clock.today():%Y-%m-%d}.{how}")


def _leaving(chosen: Chosen, how: str) -> Leaving:
    """What was chosen, in words."""
    kinds = [DocumentType(kind).label for kind in chosen.kinds]
    days = [
        f"from {formatting.date(chosen.first)}" if chosen.first else "",
        f"until {formatting.date(chosen.last)}" if chosen.last else "",
    ]
    part = bool(kinds or chosen.first or chosen.last)
    words = [
        formatting.listed(kinds) or "All kinds of documents",
        *days,
        "with drafts" if chosen.drafts else "without drafts",
        ("with files" if chosen.with_files else "without files") if how == FOLDER else "files listed",
    ]
    kind = DisclosureKind.CHART_PART if part else DisclosureKind.WHOLE_CHART
    return Leaving(kind, f"{how.upper()}: {', '.join(word for word in words if word)}"[: services.LONGEST])


def _made(chosen: Chosen, how: str) -> IO[bytes]:
    """The file, in memory while it is small, else where nobody finds it by a name. Raises FileNotFoundError."""
    if how == PDF:
        return io.BytesIO(chart_pdf(chosen))
    size = sum(version.size for file in chosen.papers for version in file.versions.all())
    made: IO[bytes] = io.BytesIO() if size <= IN_MEMORY else tempfile.TemporaryFile()  # noqa: SIM115 - sent, then closed
    try:
        write_zip(chosen, made)
    except BaseException:
        made.close()
        raise
    made.seek(0)
    return made


def _file(made: IO[bytes], how: str, name: str) -> FileResponse:
    response = FileResponse(made, content_type=TYPES[how], as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response
