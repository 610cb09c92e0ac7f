"""Who is not signed in is led to the door, and afterwards back to a page."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url

from mentalspace.core.places import asked_from

READS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInMiddleware(LoginRequiredMiddleware):
    """Django's, except that an action asked for after the session ended leads back to the page it was pressed on.

    The address of an action is no page: to be sent there by signing in would end before nothing.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method in READS:
            return super().handle_no_permission(request, view_func)
        messages.warning(request, "You were signed out before this arrived. Sign in and send it again.")
        back = asked_from(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
        return redirect_to_login(back, resolve_url(self.get_login_url(view_func)))
