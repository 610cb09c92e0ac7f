"""What somebody sees and does about their own account."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts import queries, second_factors, services
from accounts.choices import ROLE_HELP, Role
from accounts.http import ActorRequest
from accounts.models import Session
from accounts.pages import factor_rows, role_badges, session_rows, sign_in_entries
from accounts.panels import PersonLink, people
from accounts.sessions import digest
from mentalspace.core.gates import anyone_signed_in, requires


@requires(anyone_signed_in)
@require_safe
def account(request: ActorRequest) -> HttpResponse:
    """Roles, second factors, sessions, recent sign-ins, and where to change what."""
    user = request.user
    links = [(link, url) for link in people.of(PersonLink) if link.own and (url := link.url(user))]
    context = {
        "title": "My account",
        "name": queries.name_of(user),
        "facts": [("E-mail", user.email), ("Roles", role_badges(user))],
        "roles": [(Role(role).label, ROLE_HELP[Role(role)]) for role in Role.values if role in user.roles],
        "links": links,
        "sessions": session_rows(queries.own_sessions(user), digest(request.session.session_key or "")),
        "entries": sign_in_entries(queries.own_sign_ins(user.pk)),
        **_factors(user),
    }
    return render(request, "accounts/account.html", context)


@requires(anyone_signed_in)
@require_POST
def session_end(request: ActorRequest, key: str) -> HttpResponse:
    """Sign one of one's browsers out."""
    try:
        services.end_session(actor=request.user, session_key=key)
    except Session.DoesNotExist as error:
        raise Http404 from error
    messages.success(request, "That browser is signed out.")
    return redirect("accounts:account")


@requires(anyone_signed_in)
@require_POST
def sessions_end_others(request: ActorRequest) -> HttpResponse:
    """Sign all one's browsers out but this one."""
    services.end_other_sessions(actor=request.user, session_key=digest(request.session.session_key or ""))
    messages.success(request, "You are signed in here and nowhere else.")
    return redirect("accounts:account")


def _factors(user: Any) -> dict[str, Any]:
    own = queries.own_factors(user)
    factors = [each for each in own if each.type in second_factors.FACTORS]
    codes = next((each for each in own if each.type == Authenticator.Type.RECOVERY_CODES), None)
    return {
        "factors": factor_rows(factors, removable=len(factors) > 1 or not second_factors.is_required()),
        "has_app": any(each.type == Authenticator.Type.TOTP for each in own),
        "codes_left": second_factors.codes_left(codes) if codes else 0,
        "has_codes": codes is not None,
    }
