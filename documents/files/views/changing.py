"""Putting files into a chart, naming them, adding versions, and saying that one is in the wrong place."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients.chart import tab_url
from documents import rules
from documents.files import services
from documents.files.forms import LabelForm, MoveForm, ReasonForm, UploadForm, VersionForm
from documents.files.models import ClientFile
from mentalspace.core import audit
from mentalspace.core.forms import answer, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once

SAME = "documents/files/file_form.html"


@requires(rules.can_add_office_file)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def file_create(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """One file or several."""
    client = get_object_or_404(rules.can_add_office_file.scope(request.user), pk=client_id)
    audit.saw(client.pk)
    kinds = rules.kinds_to_add(request.user, client)
    form = UploadForm(posted(request), _files(request), kinds=kinds)
    back = tab_url(client, "files")

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        made = services.upload_files(
            actor=request.user,
            client_id=client.pk,
            label=form.label(),
            uploads=form.sent(),
            again=values["again"],
        )
        one = len(made) == 1
        page = reverse("documents:file_detail", args=[made[0].pk]) if one else back
        return ("The file is in the chart." if one else f"{len(made)} files are in the chart."), page

    page = {"title": "New files", "subtitle": client.display_name, "cancel_url": back}
    return answer(request, form, deed, page, SAME)


@requires(rules.can_change_file)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def file_replace(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A further version."""
    file, back = _changeable(request, pk)
    form = VersionForm(posted(request), _files(request))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        (sent,) = form.sent()
        version = services.add_version(actor=request.user, file_id=file.pk, upload=sent)
        return f"Version {version.number} is the current one. The earlier ones stay.", back

    page = _page("New version", file, back)
    return answer(request, form, deed, page, SAME)


@requires(rules.can_change_file)
@require_http_methods(["GET", "HEAD", "POST"])
def file_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """What it is, and what it is called."""
    file, back = _changeable(request, pk)
    kinds = rules.kinds_to_add(request.user, file.client) | {file.kind}
    initial = {name: getattr(file, name) for name in ("kind", "title", "dated_on", "note")}
    form = LabelForm(posted(request), kinds=kinds, initial=initial)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.change_file(actor=request.user, file_id=file.pk, label=form.label())
        return "Saved.", back

    return answer(request, form, deed, _page("Edit the file’s label", file, back))


@requires(rules.can_change_file)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def file_void(request: ActorRequest, pk: UUID) -> HttpResponse:
    """It stays where it is and counts no more."""
    file, back = _changeable(request, pk)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.void_file(actor=request.user, file_id=file.pk, **values)
        return "Marked as entered in error. The file stays where it is, struck out.", back

    page = _page("Entered in error", file, back) | {
        "intro": "The file can still be read, with your reason. This cannot be taken back.",
        "danger": True,
    }
    return ask(request, ReasonForm(posted(request)), deed, page)


@requires(rules.can_change_file)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def file_move(request: ActorRequest, pk: UUID) -> HttpResponse:
    """To the chart it belongs to."""
    file, back = _changeable(request, pk)
    form = MoveForm(posted(request))
    field: Any = form.fields["client"]
    field.limit_to(request.user, rules.to_add_file(file.kind).scope(request.user))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        moved = services.move_file(
            actor=request.user, file_id=file.pk, client_id=values["client"].pk, reason=values["reason"]
        )
        return "Moved. In the wrong chart it is marked as entered in error.", reverse(
            "documents:file_detail", args=[moved.pk]
        )

    page = _page("Move to another client", file, back) | {
        "intro": "All versions go to the other chart. Here the file stays, marked as entered in error with your "
        "reason; who may open this chart can still read it.",
    }
    return answer(request, form, deed, page)


def _files(request: ActorRequest) -> Any:
    return request.FILES if request.method == "POST" else None


def _changeable(request: ActorRequest, pk: UUID) -> tuple[ClientFile, str]:
    """The file and its page. One that no longer changes is not there."""
    rows = (
        rules.can_change_file.scope(request.user)
        if request.method != "POST"
        else rules.can_see_file.scope(request.user)
    )
    file = get_object_or_404(rows.select_related("client"), pk=pk)
    audit.saw(file.client_id)
    return file, reverse("documents:file_detail", args=[file.pk])


def _page(title: str, file: ClientFile, back: str) -> dict[str, Any]:
    return {"title": title, "subtitle": f"{file.title} · {file.client.display_name}", "cancel_url": back}
