"""Staying signed in, and what waits for somebody who was not."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render, resolve_url
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import kept_forms
from accounts.http import ActorRequest
from accounts.sessions import seconds_left
from mentalspace.core.gates import anyone_signed_in, background, public, requires


@background
@public
@never_cache
@require_safe
def session_state(request: HttpRequest) -> JsonResponse:
    """`{"seconds": 540}` until the session ends if nothing more is asked for; 0 for who is not signed in."""
    return JsonResponse({"seconds": seconds_left(request.session) if request.user.is_authenticated else 0})


@requires(anyone_signed_in)
@require_POST
def session_stay(request: ActorRequest) -> HttpResponse:
    """Begin the idle time anew: somebody pressed "Stay signed in", or was typing."""
    return JsonResponse({"seconds": seconds_left(request.session)})


@requires(anyone_signed_in)
@require_http_methods(["GET", "HEAD", "POST"])
def kept_form(request: ActorRequest) -> HttpResponse:
    """What was typed into a form that has no page of its own, to be copied; or it is thrown away."""
    kept = kept_forms.waiting(request)
    if request.method == "POST" or kept is None:
        kept_forms.forget(request)
        return redirect(kept["page"] if kept and kept["page"] else resolve_url(settings.LOGIN_REDIRECT_URL))
    context = {
        "title": "What you had typed",
        "rows": kept_forms.readable(kept),
        "page": kept["page"],
    }
    return render(request, "accounts/kept_form.html", context)
