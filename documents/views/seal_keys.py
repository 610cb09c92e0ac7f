"""The public keys of the practice's seals, for administrators to hand out with the program that checks papers."""

from pathlib import Path

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from documents import rules, verify_document
from documents.seals import keys
from mentalspace.core.gates import requires


@requires(rules.can_see_seal_key)
@require_safe
def seal_key_list(request: ActorRequest) -> HttpResponse:
    """Which keys sealed, from when to when, and what to hand to somebody who has to check a paper."""
    context = {
        "title": "Document seals",
        "breadcrumbs": [("Administration", reverse("workspace:administration"))],
        "keys": keys.every(),
    }
    return render(request, "documents/seal_key_list.html", context)


@requires(rules.can_see_seal_key)
@require_safe
def seal_key_file(request: ActorRequest) -> HttpResponse:
    """The file of public keys; nothing in it is secret."""
    return _file(keys.key_file(keys.every()), "text/plain", "public-keys.txt")


@requires(rules.can_see_seal_key)
@require_safe
def seal_program(request: ActorRequest) -> HttpResponse:
    """The program as it stands in the project."""
    source = Path(verify_document.__file__).read_text(encoding="utf-8")
    return _file(source, "text/x-python", "verify_document.py")


def _file(text: str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
