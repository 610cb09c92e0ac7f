"""Setting second factors up and taking them away, each by its owner."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import second_factors, services
from accounts.forms import PasskeyAddForm, TotpAddForm
from accounts.http import ActorRequest, before_second_factor, page_with_form
from accounts.services.second_factors import NAMES
from accounts.sessions import digest
from mentalspace.core.errors import DomainError
from mentalspace.core.gates import anyone_signed_in, requires

BACK = "accounts:account"


class _Adding:
    """A new second factor is noted in the transaction that makes it; the next page shows the recovery codes, if new."""

    request: HttpRequest
    kind: str

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        request: Any = self.request
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        made = (
            Authenticator.objects.select_for_update().filter(user=request.user, type=self.kind).latest("pk")
        )
        # The code that proved the app works is used up by it.
        second_factors.refused_as_used(made)
        second_factors.note_shown(request, request.user)
        key = digest(request.session.session_key or "")
        services.record_second_factor_added(actor=request.user, authenticator=made, session_key=key)
        return response

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponseBase:
        kwargs.setdefault("status", 422 if self.request.method == "POST" else 200)
        return super().render_to_response(context, **kwargs)  # type: ignore[misc]


class TotpAddView(_Adding, ActivateTOTPView):
    kind = Authenticator.Type.TOTP
    form_class = TotpAddForm
    template_name = "accounts/totp_add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = super().get_context_data(**kwargs)
        secret = given["form"].secret
        grouped = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return {
            **given,
            "title": "Set up an authenticator app",
            "secret": grouped,
            "cancel_url": second_factors.way_back(self.request),
        }


class PasskeyAddView(_Adding, AddWebAuthnView):
    kind = Authenticator.Type.WEBAUTHN
    form_class = PasskeyAddForm
    template_name = "accounts/passkey_add.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = super().get_context_data(**kwargs)
        # A key that signs in by itself, without the address being typed.
        options = begin_registration(self.request.user, True)
        return {
            **given,
            "js_data": {"creation_options": options},
            "title": "Create a passkey",
            "cancel_url": second_factors.way_back(self.request),
        }


class RecoveryCodesView(ViewRecoveryCodesView):
    template_name = "accounts/recovery_codes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "title": "Recovery codes",
            "way_on": second_factors.way_on(self.request),
        }


class RecoveryCodesMakeView(GenerateRecoveryCodesView):
    template_name = "accounts/recovery_codes_make.html"

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        request: Any = self.request
        response: HttpResponse = super().form_valid(form)
        services.record_recovery_codes_made(actor=request.user)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "title": "New recovery codes",
            "cancel_url": reverse(BACK),
        }


totp_add = before_second_factor(requires(anyone_signed_in)(page_with_form(TotpAddView.as_view())))
passkey_add = before_second_factor(requires(anyone_signed_in)(page_with_form(PasskeyAddView.as_view())))
recovery_codes = requires(anyone_signed_in)(require_safe(RecoveryCodesView.as_view()))
recovery_codes_make = requires(anyone_signed_in)(page_with_form(RecoveryCodesMakeView.as_view()))


@requires(anyone_signed_in)
@reauthentication_required(app="allauth.mfa")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_remove(request: ActorRequest, pk: int) -> HttpResponse:
    """Take an authenticator app or a passkey away, after a question."""
    chosen = get_object_or_404(Authenticator, pk=pk, user=request.user, type__in=second_factors.FACTORS)
    name = NAMES[Authenticator.Type(chosen.type)]
    if request.method == "POST":
        try:
            services.remove_second_factor(actor=request.user, authenticator_id=pk)
        except Authenticator.DoesNotExist as error:
            raise Http404 from error
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, f"The {name} was removed.")
        return redirect(BACK)
    context = {
        "title": f"Remove the {name}",
        "text": "From then on it no longer signs you in. Take it off the device too.",
        "confirm_label": "Remove it",
        "danger": True,
        "cancel_url": reverse(BACK),
    }
    return render(request, "ui/confirm.html", context)
