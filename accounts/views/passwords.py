"""Changing one's password, and choosing a new one by a mailed link."""

from collections.abc import Callable
from contextvars import copy_context
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import mail, queries, services
from accounts.defaults import SignInDefaults
from accounts.errors import ResetLinkInvalid
from accounts.forms import PasswordChangeForm, ResetConfirmForm, ResetForm
from accounts.http import ActorRequest
from accounts.sessions import digest
from mentalspace.core import practice
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import anyone_signed_in, public, requires


class AnswerFirst(HttpResponse):
    """An answer that does some work after the last byte has left, so that its timing tells nothing about the work."""

    def __init__(self, content: Any, then: Callable[[], None]) -> None:
        super().__init__(content)
        # With the request's id and address, which the audit trail wants.
        context = copy_context()
        self._then: Callable[[], None] | None = lambda: context.run(then)

    def close(self) -> None:
        """Called by the server when the answer has been sent; the connections close after it."""
        then, self._then = self._then, None
        try:
            if then:
                then()
        finally:
            super().close()


@requires(anyone_signed_in)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_change(request: ActorRequest) -> HttpResponse:
    """This session goes on under a new key; the person's others end."""
    form = PasswordChangeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            user = services.change_password(
                actor=request.user,
                current_password=given["current_password"],
                new_password=given["new_password"],
                session_key=digest(request.session.session_key or ""),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, "Your password was changed. Other sessions of yours have ended.")
            return redirect("accounts:account")
    context = {"title": "Change password", "form": form, "cancel_url": "/account/"}
    return render(request, "accounts/password_change.html", context, status=422 if form.errors else 200)


@public
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a link by mail. The answer is the same, and as quick, whether or not anybody has this address."""
    form = ResetForm(posted(request))
    if request.method == "POST" and form.is_valid():
        email, base = form.cleaned_data["email"], mail.base_url(request)
        address = request.META.get("REMOTE_ADDR", "")
        minutes = practice.get(SignInDefaults).reset_minutes
        page = render_to_string(
            "accounts/password_reset_sent.html", {"title": "Look into your mail", "minutes": minutes}, request
        )
        return AnswerFirst(
            page, then=lambda: services.request_reset(email=email, base_url=base, address=address)
        )
    return render(
        request,
        "accounts/password_reset.html",
        {"title": "Forgot your password?", "form": form},
        status=422 if form.errors else 200,
    )


@public
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_reset_confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a new password. Looking at the page does not use the link up; setting the password does."""
    user = queries.user_for_link(token)
    if user is None:
        return _invalid(request)
    form = ResetConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.reset_password(token=token, new_password=form.cleaned_data["new_password"])
        except ResetLinkInvalid:
            return _invalid(request)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, "Your new password is set. Sign in with it.")
            return redirect("accounts:sign_in")
    context = {"title": "Choose a new password", "form": form, "email": user.email}
    response = render(
        request, "accounts/password_reset_confirm.html", context, status=422 if form.errors else 200
    )
    # The address is the secret.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _invalid(request: HttpRequest) -> HttpResponse:
    context = {"title": "This link is no longer valid"}
    return render(request, "accounts/password_reset_invalid.html", context, status=410)
