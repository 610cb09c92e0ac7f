"""The one door: signing in and out, for the application and for Django's admin alike."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import kept_forms, services
from accounts.adapters import REFUSED
from accounts.errors import TooManyTries
from accounts.forms import SignInForm
from accounts.http import ActorRequest, before_second_factor
from accounts.models import User
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import anyone_signed_in, public, requires
from mentalspace.core.places import came_from, is_ours, shown_on


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password; a refusal does not tell which was wrong. A second factor comes after."""
    if request.headers.get("HX-Request") == "true":
        return _whole_page(request)
    if request.user.is_authenticated:
        return redirect(_target(request))
    form = SignInForm(posted(request))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and (response := _come_in(request, form)):
            return response
    context = {
        "title": "Sign in",
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def _come_in(request: HttpRequest, form: SignInForm) -> HttpResponse | None:
    """Where to go now, or None with the refusal on the form."""
    try:
        user = get_adapter().authenticate(request, **form.cleaned_data)
    except TooManyTries as error:
        add_domain_error(form, error)
        return None
    if user is None:
        form.add_error(None, REFUSED)
        return None
    response: HttpResponse = perform_login(request, user, email=user.email, redirect_url=_target(request))
    return response


@before_second_factor
@requires(anyone_signed_in)
@require_POST
def sign_out(request: ActorRequest) -> HttpResponse:
    """End this session."""
    services.record_sign_out(user=request.user)
    logout(request)
    messages.success(request, "You are signed out.")
    return redirect("accounts:sign_in")


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def admin_sign_in(request: HttpRequest) -> HttpResponse:
    """Django's admin has no password form of its own: who is not signed in comes through the one door.

    Raises PermissionDenied for somebody who is signed in and no administrator, who would otherwise go in circles.
    """
    target = request.GET.get("next") or reverse("admin:index")
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('accounts:sign_in')}?{urlencode({'next': target})}")
    if not isinstance(request.user, User) or not request.user.is_staff:
        raise PermissionDenied
    return redirect(target if is_ours(request, target) else reverse("admin:index"))


def _target(request: HttpRequest) -> str:
    """Where the person wanted to go, if that is a page of ours; else home."""
    return came_from(request, resolve_url(settings.LOGIN_REDIRECT_URL))


def _whole_page(request: HttpRequest) -> HttpResponse:
    """For a region that htmx asked for after the session ended: the door as a page, and back to where one was."""
    back = kept_forms.page_of(request) or shown_on(request) or "/"
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = f"{reverse('accounts:sign_in')}?{urlencode({'next': back})}"
    return response
