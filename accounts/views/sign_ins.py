"""The one door: signing in and out, for the application and for Django's admin alike."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate, login, logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import queries, services
from accounts.choices import ROLE_HELP, Role
from accounts.forms import SignInForm
from accounts.http import ActorRequest
from accounts.models import User
from accounts.pages import role_badges, sign_in_entries
from accounts.panels import PersonLink, people
from mentalspace.core.forms import posted
from mentalspace.core.gates import anyone_signed_in, public, requires
from mentalspace.core.places import came_from, is_ours, shown_on

REFUSED = "This e-mail address and password do not fit together, or the account may not sign in."


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for e-mail and password; a refusal does not tell which of them was wrong."""
    if request.headers.get("HX-Request") == "true":
        return _whole_page(request)
    if request.user.is_authenticated:
        return redirect(_target(request))
    form = SignInForm(posted(request))
    if request.method == "POST" and form.is_valid():
        user = authenticate(request, **form.cleaned_data)
        if isinstance(user, User):
            login(request, user)
            services.record_sign_in(user=user)
            return redirect(_target(request))
        services.record_refused_sign_in(email=form.cleaned_data["email"])
        form.add_error(None, REFUSED)
    context = {
        "title": "Sign in",
        "form": form,
        "next": request.POST.get("next") or request.GET.get("next", ""),
    }
    return render(request, "accounts/sign_in.html", context, status=422 if form.errors else 200)


@requires(anyone_signed_in)
@require_POST
def sign_out(request: ActorRequest) -> HttpResponse:
    """End this session."""
    services.record_sign_out(user=request.user)
    logout(request)
    messages.success(request, "You are signed out.")
    return redirect("accounts:sign_in")


@requires(anyone_signed_in)
@require_GET
def account(request: ActorRequest) -> HttpResponse:
    """About oneself: roles, recent sign-ins, and where to change what."""
    user = request.user
    links = [(link, url) for link in people.of(PersonLink) if link.own and (url := link.url(user))]
    context = {
        "title": "My account",
        "name": queries.name_of(user),
        "facts": [("E-mail", user.email), ("Roles", role_badges(user))],
        "roles": [(Role(role).label, ROLE_HELP[Role(role)]) for role in Role.values if role in user.roles],
        "links": links,
        "entries": sign_in_entries(queries.own_sign_ins(user.pk)),
    }
    return render(request, "accounts/account.html", context)


@public
@never_cache
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
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = (
        f"{reverse('accounts:sign_in')}?{urlencode({'next': shown_on(request) or '/'})}"
    )
    return response
