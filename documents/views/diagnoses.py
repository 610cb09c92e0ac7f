"""Searching a diagnosis while writing."""

import datetime as dt

from django.http import JsonResponse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from documents import rules
from documents.icd10 import search
from mentalspace.core import clock
from mentalspace.core.gates import requires


@requires(rules.can_write_documents)
@require_safe
def diagnosis_search(request: ActorRequest) -> JsonResponse:
    """`?q=`, and with `on` the day of the document: `{found: ["F41.1 …"]}`, the likeliest first."""
    found = search.find(request.GET.get("q", "")[:100], _day(request.GET.get("on", "")))
    return JsonResponse({"found": [str(each) for each in found]})


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return clock.today()
