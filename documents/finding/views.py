"""Finding words in one chart. What was looked for is in no address and no log; that somebody looked is."""

from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients.chart import frame, get_client
from documents import rules
from documents.chart import can_read, document_row
from documents.finding.search import find
from mentalspace.core import audit
from mentalspace.core.forms.text import plain
from mentalspace.core.gates import requires

SHOWN = 50


class FindForm(forms.Form):
    """A word, several, or a phrase in quotation marks."""

    words = forms.CharField(max_length=200, error_messages={"required": "Write what to look for."})

    def clean_words(self) -> str:
        """Without control characters."""
        return plain(self.cleaned_data["words"])


@requires(rules.can_see_document)
@require_http_methods(["GET", "HEAD", "POST"])
def document_find(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """Documents with the sentences that were looked for."""
    client = get_client(request.user, client_id)
    if not can_read(request.user, client):
        raise Http404
    form = FindForm(request.POST if request.method == "POST" else None)
    context = frame(request, client, "documents") | {"form": form}
    if form.is_valid():
        words = form.cleaned_data["words"]
        found = find(request.user, client, words)
        audit.record(
            actor=request.user,
            verb="documents.searched",
            obj=client,
            client_id=client.pk,
            changes={"found": ["", len(found)]},
        )
        context |= {
            "words": words,
            "rows": [document_row(request.user, each.document) | {"found": each} for each in found[:SHOWN]],
            "count": len(found),
        }
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "documents/document_find.html", context, status=status)
