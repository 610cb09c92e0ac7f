"""What a client sees who follows a link to questionnaires, without signing in.

The page asks and thanks. It names nobody, neither the client nor the practice, and shows no score.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from documents import client_links
from documents.measures import links
from documents.measures.errors import LinkClosed
from documents.measures.forms import AnswersForm
from documents.models import MeasureLink
from mentalspace.core.forms import posted
from mentalspace.core.gates import public


@public
@require_http_methods(["GET", "HEAD", "POST"])
def questionnaire(request: HttpRequest, token: str) -> HttpResponse:
    """The questions while the link is open; thanks once they are answered."""
    link = links.link_of(token)
    if link is None or not link.is_open:
        return _closed(request, link)
    asked = links.asked_by(link)
    form = AnswersForm(posted(request), instruments=asked)
    if request.method == "POST" and form.is_valid():
        try:
            links.answer_by_link(token=token, answers={each.key: form.answers_to(each) for each in asked})
        except LinkClosed:
            return _closed(request, links.link_of(token))
        return redirect("documents:questionnaire", token=token)
    status = 422 if form.is_bound else 200
    context = _scene(link) | {"form": form, "title": "A few questions"}
    return render(request, "documents/measures/questionnaire.html", context, status=status)


def _closed(request: HttpRequest, link: MeasureLink | None) -> HttpResponse:
    """Answered, taken back, expired or never sent. Who asks for such links again and again is kept waiting."""
    allowed = client_links.allows_stray()
    scene = _scene(link) | {"title": "This link cannot be used"}
    if not allowed:
        return render(
            request, "documents/measures/questionnaire_closed.html", scene | {"tries": True}, status=429
        )
    if link is not None and link.answered_at:
        return render(
            request, "documents/measures/questionnaire_answered.html", scene | {"title": "Thank you"}
        )
    return render(
        request,
        "documents/measures/questionnaire_closed.html",
        scene,
        status=410 if link is not None else 404,
    )


def _scene(link: MeasureLink | None) -> dict[str, Any]:
    asked = links.asked_by(link) if link else []
    return client_links.frame() | {"crisis": any(each.asks_of_suicide for each in asked)}
