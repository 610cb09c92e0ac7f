"""Who is not signed in is led to the door, and afterwards back to a page."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import resolve_url

from accounts import kept_forms, second_factors
from mentalspace.core.gates import methods_of
from mentalspace.core.places import asked_from, shown_on

READS = frozenset({"GET", "HEAD", "OPTIONS"})


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, except that a browser keeps the cookie of a session that ran out: it opens nothing any more.

    It tells whose text it is that arrives too late (`accounts.kept_forms`). Signing out takes it away as ever.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie["max-age"] == 0 and not request.session.modified:
            del answer.cookies[settings.SESSION_COOKIE_NAME]
        return answer


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's, except that a form sent after the session ended is kept, and signing in leads back to its page.

    The address of an action is no page: to be sent there by signing in would end before nothing.
    """

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        answer = super().process_view(request, view_func, view_args, view_kwargs)
        if answer is None and request.user.is_authenticated:
            _give_back(request)
        return answer

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponse:
        by_itself = getattr(view_func, "background", False)
        if by_itself and request.headers.get("HX-Request") == "true":
            # The page stays as it is, with what is being typed into it; its own clock says that the session has ended.
            return HttpResponse(status=204)
        if request.method in READS:
            return super().handle_no_permission(request, view_func)
        page = shown_on(request) or asked_from(request)
        back = page or resolve_url(settings.LOGIN_REDIRECT_URL)
        has_page = "GET" in methods_of(view_func)
        if by_itself or not kept_forms.keep(request, page, has_page=has_page):
            messages.warning(request, "You were signed out before this arrived. Sign in and send it again.")
        else:
            messages.warning(
                request, "You were signed out before this arrived. What you typed is kept: sign in."
            )
            back = kept_forms.page_of(request)
        return redirect_to_login(back, resolve_url(self.get_login_url(view_func)))


def _give_back(request: HttpRequest) -> None:
    """Fill this page's form with what its reader had typed before they were signed out; forget it once it is sent."""
    if request.method in READS:
        request.typed_before = typed = kept_forms.typed_before(request)  # type: ignore[attr-defined]
        if typed is not None:
            messages.info(request, "What you had typed is here again. Nothing was sent yet.")
    elif (kept := kept_forms.waiting(request)) and kept["path"] == request.path:
        kept_forms.forget(request)


class SecondFactorMiddleware:
    """Who signed in by password alone reaches nothing but the pages on which the second factor is set up or shown."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        # The same mark that Django's own middleware reads: such a view shows nothing that a stranger may not see.
        is_public = not getattr(view, "login_required", True)
        if (
            is_public
            or getattr(view, "before_second_factor", False)
            or not second_factors.is_missing(request)
        ):
            return None
        door = resolve_url("accounts:second_factor")
        if request.headers.get("HX-Request") == "true":
            return HttpResponse(status=204, headers={"HX-Redirect": door})
        if request.method in READS:
            request.session[second_factors.AFTER] = request.get_full_path()
        return HttpResponseRedirect(door)
