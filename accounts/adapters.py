"""Where allauth asks the application: limits, who may come in, what is encrypted, and what things are called."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

from accounts import devices, second_factors, services
from accounts.errors import TooManyTries
from accounts.models import User
from mentalspace.core import practice
from mentalspace.core.crypto.texts import open_text, seal_text

REFUSED = "This e-mail address and password do not fit together, or the account may not sign in."


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_password": "This is not your password.",
        "too_many_login_attempts": TooManyTries.message,
        "rate_limited": TooManyTries.message,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are invited."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Address and password. Raises TooManyTries before anything is looked up."""
        attempt = services.begin_attempt(
            email=credentials["email"],
            address=request.META.get("REMOTE_ADDR", ""),
            known_as=devices.known_as(request, credentials["email"]),
        )
        user = authenticate(request, **credentials)
        if not isinstance(user, User):
            services.record_refused_sign_in(email=credentials["email"])
            return None
        attempt.succeeded()
        return user

    def reauthenticate(self, user: Any, password: str) -> bool:
        return bool(user.check_password(password))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """As a wrong password: nothing tells that there is such an account."""
        messages.error(request, REFUSED)
        return redirect("accounts:sign_in")

    def login(self, request: HttpRequest, user: Any) -> None:
        """The trail first: nobody comes in unrecorded."""
        if not user.is_active:
            raise PermissionDenied
        services.record_sign_in(user=user)
        super().login(request, user)
        if any(each["method"] == "mfa" for each in get_authentication_records(request, user)):
            second_factors.note_shown(request, user)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().post_login(request, user, **kwargs)
        if not second_factors.is_missing(request):
            devices.remember(request, response, user.email)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Not where the second factor was shown minutes ago, and not while somebody sets up their first."""
        request = context.request
        if second_factors.was_shown_lately(request):
            return False
        return not (second_factors.is_missing(request) and not second_factors.has_one(request.user))

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Who has a second factor shows that one: the password alone must not be enough to take it away."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        stronger = [each for each in methods if each["id"] != "reauthenticate"]
        return stronger or methods

    def get_client_ip(self, request: HttpRequest) -> str:
        """Never a forwarded address, which whoever asks writes themselves."""
        return request.META.get("REMOTE_ADDR") or "unknown"


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or was used already. Enter the one that your app shows now.",
    }

    def encrypt(self, text: str) -> str:
        """The authenticator app's key and the seed of recovery codes, bound to whose they are."""
        return seal_text(text, purpose=self._purpose())

    def decrypt(self, encrypted_text: str) -> str:
        return open_text(encrypted_text, purpose=self._purpose())

    def _purpose(self) -> str:
        return f"second factor of {second_factors.owner.get() or context.request.user.pk}"

    def get_totp_issuer(self) -> str:
        return practice.get(practice.PracticeProfile).name

    def _get_site_name(self) -> str:
        return practice.get(practice.PracticeProfile).name

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Passkeys belong to the public host name, whatever name the request came by."""
        host = urlsplit(settings.PUBLIC_URL).hostname or context.request.get_host().partition(":")[0]
        return {"id": host, "name": self._get_site_name()}

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        return devices.describe(context.request)
