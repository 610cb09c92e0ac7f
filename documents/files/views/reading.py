"""Looking at a file, page by page, and taking it away. What is shown are pictures that we drew, or plain text."""

import re
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from clients.chart import tab_url
from clients.rules import right_to
from documents import rules
from documents.files import pdfs, storing
from documents.files.choices import FileType
from documents.files.errors import FileRefused
from documents.files.models import ClientFile, FileVersion
from mentalspace.core import audit, clock, formatting
from mentalspace.core.gates import requires

# Were it ever anything but what it is said to be, nothing in it runs.
LOCKED_UP = "default-src 'none'; sandbox"


@requires(rules.can_see_file)
@require_safe
def file_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """One file: the current version or the one asked for, a page at a time, and all versions."""
    seen = rules.can_see_file.scope(request.user).select_related("client", "added_by", "voided_by")
    file = get_object_or_404(seen, pk=pk)
    versions = list(file.versions.select_related("added_by").order_by("-number"))
    shown = _asked(request, "version", len(versions), len(versions))
    version = next(each for each in versions if each.number == shown)
    page = _asked(request, "page", 1, version.pages)
    _look(request, file, "client_file.viewed", version=version.number)
    context = {
        "title": file.title,
        "file": file,
        "version": version,
        "page": page,
        "lost": not storing.is_there(version),
        "text": _text(version),
        "page_url": f"{reverse('documents:file_page', args=[version.pk])}?page={page}",
        "before": page - 1,
        "after": page + 1 if page < version.pages else 0,
        "versions": [_line(each, len(versions)) for each in versions],
        "facts": _facts(file, version),
        "tab_url": tab_url(file.client, "files"),
        "may_change": rules.can_change_file(request.user, file),
        "voided": formatting.instant(file.voided_at, clock.zone()) if file.voided_at else "",
    }
    return render(request, "documents/files/file_detail.html", context)


@requires(rules.can_see_file)
@require_safe
def file_page(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A page as a picture: of a PDF drawn here, of a picture itself, which was made anew when it came."""
    version = _version(request, pk)
    page = _asked(request, "page", 1, version.pages)
    data, kind = _stored(version), version.content_type
    if kind == FileType.TEXT:
        raise Http404
    if kind == FileType.PDF:
        try:
            data, kind = pdfs.draw(data, page), FileType.PNG
        except FileRefused as error:
            raise Http404 from error
    _look(request, version.file, "client_file.shown", version=version.number, page=page)
    return _locked_up(HttpResponse(data, content_type=kind), f'inline; filename="page-{page}"')


@requires(rules.can_see_file)
@require_safe
def file_download(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A version as it is kept, to be saved and never opened here."""
    version = _version(request, pk)
    data = _stored(version)
    _look(request, version.file, "client_file.downloaded", version=version.number)
    words = re.sub(r"[^A-Za-z0-9]+", "-", version.file.title).strip("-")[:80] or "file"
    name = (
        f"{words}.{version.ending}" if version.number == 1 else f"{words}-v{version.number}.{version.ending}"
    )
    return _locked_up(HttpResponse(data, content_type=version.content_type), f'attachment; filename="{name}"')


def _version(request: ActorRequest, pk: UUID) -> FileVersion:
    seen = rules.can_see_file_version.scope(request.user).select_related("file__client")
    found: FileVersion = get_object_or_404(seen, pk=pk)
    return found


def _stored(version: FileVersion) -> bytes:
    try:
        return storing.read(version)
    except FileNotFoundError as error:
        raise Http404 from error


def _text(version: FileVersion) -> str:
    if not version.is_text or not storing.is_there(version):
        return ""
    return storing.read(version).decode(errors="replace")


def _asked(request: ActorRequest, name: str, usual: int, most: int) -> int:
    """A number of the address, from 1 on; the usual one where it is none of those there are."""
    given = request.GET.get(name, "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 6 else usual
    return number if 1 <= number <= most else usual


def _look(request: ActorRequest, file: ClientFile, verb: str, **seen: int) -> None:
    audit.look(
        actor=request.user,
        verb=verb,
        obj=file,
        client_id=file.client_id,
        right=right_to(request.user, file.client),
        changes={name: ["", value] for name, value in seen.items()},
    )


def _locked_up(response: HttpResponse, how: str) -> HttpResponse:
    response["Content-Disposition"] = how
    response["Content-Security-Policy"] = LOCKED_UP
    return response


def _line(version: FileVersion, newest: int) -> dict[str, Any]:
    return {
        "version": version,
        "is_current": version.number == newest,
        "when": formatting.instant(version.added_at, clock.zone()),
        "by": version.added_by.full_name,
        "size": formatting.size(version.size),
    }


def _facts(file: ClientFile, version: FileVersion) -> list[tuple[str, str]]:
    pages = f", {version.pages} pages" if version.pages > 1 else ""
    found = [
        ("Kind", file.get_kind_display()),
        ("Date of the paper", formatting.date(file.dated_on)),
        ("In the chart since", formatting.instant(file.created_at, clock.zone())),
        ("Put there by", file.added_by.full_name),
        (
            "Version shown",
            f"{version.number}: {version.get_content_type_display()}{pages}, {formatting.size(version.size)}",
        ),
        ("How it came", version.get_origin_display()),
        ("Came as", version.name),
        ("Note", file.note),
    ]
    return [(label, said) for label, said in found if said]
