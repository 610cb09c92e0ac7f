"""The second factor: shown after the password, and once more before something about signing in is changed.

The steps are allauth's; their pages, names and words are the application's.
"""

from typing import Any

from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from accounts import second_factors, services
from accounts.forms import ConfirmByCodeForm, ConfirmByPasswordForm, SecondStepForm
from accounts.http import ActorRequest, before_second_factor, page_with_form
from mentalspace.core.gates import anyone_signed_in, public, requires
from mentalspace.core.places import came_from

UNSUITED = "This passkey did not work. Try again, or use another way."


class _Answering:
    """422 for a form that was refused, as everywhere."""

    request: HttpRequest

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponseBase:
        if self.request.method == "POST":
            kwargs.setdefault("status", 422)
        return super().render_to_response(context, **kwargs)  # type: ignore[misc]


@method_decorator(sensitive_post_parameters(), name="dispatch")
class SecondStepView(_Answering, AuthenticateView):
    form_class = SecondStepForm
    template_name = "accounts/second_step.html"

    def form_invalid(self, form: Any) -> HttpResponse:
        services.record_refused_second_factor(user=self.stage.login.user)
        response: HttpResponse = super().form_invalid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kinds = _kinds(self.stage.login.user)
        return {
            **super().get_context_data(**kwargs),
            "title": "Second step",
            "has_app": Authenticator.Type.TOTP in kinds,
            "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
            "passkey_refused": bool(self.webauthn_form and self.webauthn_form.errors),
        }


class PasskeySignInView(LoginWebAuthnView):
    """Instead of e-mail and password: the device has asked for a finger, a face or a PIN."""

    def form_invalid(self, form: Any) -> HttpResponse:
        form.errors["credential"] = form.error_class([UNSUITED])
        response: HttpResponse = super().form_invalid(form)
        return response


class _Confirming(_Answering):
    """Before something about signing in is changed."""

    def form_valid(self, form: Any) -> HttpResponse:
        request: HttpRequest = self.request
        if not isinstance(form, ConfirmByPasswordForm):
            second_factors.note_shown(request, request.user)
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = super().get_context_data(**kwargs)  # type: ignore[misc]
        return {
            **given,
            "title": "Is it you?",
            "next": came_from(self.request, ""),
            "ways": given["reauthentication_alternatives"],
        }


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ConfirmByPasswordView(_Confirming, ReauthenticateView):
    form_class = ConfirmByPasswordForm
    template_name = "accounts/confirm_by_password.html"


class ConfirmByCodeView(_Confirming, ReauthenticateByCodeView):
    form_class = ConfirmByCodeForm
    template_name = "accounts/confirm_by_code.html"


class ConfirmByPasskeyView(_Confirming, ReauthenticateWebAuthnView):
    template_name = "accounts/confirm_by_passkey.html"


second_step = never_cache(public(page_with_form(SecondStepView.as_view())))
passkey_sign_in = never_cache(public(page_with_form(PasskeySignInView.as_view())))
_confirming = [
    before_second_factor(requires(anyone_signed_in)(page_with_form(view.as_view())))
    for view in (ConfirmByPasswordView, ConfirmByCodeView, ConfirmByPasskeyView)
]
confirm_by_password, confirm_by_code, confirm_by_passkey = _confirming


@before_second_factor
@requires(anyone_signed_in)
@require_safe
def second_factor(request: ActorRequest) -> HttpResponse:
    """Where who signed in by password alone is led: to set a second factor up, or to show the one they have."""
    if second_factors.was_shown(request):
        return redirect(second_factors.way_on(request))
    if second_factors.has_one(request.user):
        kinds = _kinds(request.user)
        by_app = Authenticator.Type.TOTP in kinds
        return redirect("accounts:confirm_by_code" if by_app else "accounts:confirm_by_passkey")
    context = {
        "title": "Set up a second factor",
        "required": second_factors.is_required(),
        "sign_out_url": reverse("accounts:sign_out"),
    }
    return render(request, "accounts/second_factor.html", context)


def _kinds(user: Any) -> set[str]:
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
