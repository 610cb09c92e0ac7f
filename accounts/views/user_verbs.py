"""What an administrator does to an account: a question, then the deed. One view, made once for each verb."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts import mail, queries, rules, services
from accounts.http import ActorRequest
from accounts.models import User
from mentalspace.core.errors import DomainError
from mentalspace.core.gates import requires
from mentalspace.core.once import once

Question = Callable[[User, str], dict[str, Any]]


def asking(
    question: Question, verb: Callable[..., Any], done: str, *, mails: bool = False
) -> Callable[..., HttpResponseBase]:
    """The view that asks, calls the verb and goes to the person's page, where a refusal is said too.

    `question` gives the page's words for a user and their name, `done` says what has happened to `{name}` or
    `{email}`. A verb that `mails` a link is told what links begin with.
    """

    @requires(rules.can_manage_users)
    @require_http_methods(["GET", "HEAD", "POST"])
    @once
    def view(request: ActorRequest, pk: UUID) -> HttpResponse:
        user = get_object_or_404(queries.user_rows(request.user), pk=pk)
        name = queries.name_of(user)
        back = reverse("accounts:user_detail", args=[user.pk])
        if request.method != "POST":
            return render(request, "ui/confirm.html", question(user, name) | {"cancel_url": back})
        further = {"base_url": mail.base_url(request)} if mails else {}
        try:
            verb(actor=request.user, user_id=user.pk, **further)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, done.format(name=name, email=user.email))
        return redirect(back)

    return view


def _disabling(user: User, name: str) -> dict[str, Any]:
    return {
        "title": f"Disable {name}",
        "text": f"{name} ({user.email}) is signed out at the next click and may not sign in until enabled again.",
        "details": [
            "Everything they wrote stays.",
            "Their appointments stay booked.",
            "Messages to them wait.",
        ],
        "confirm_label": "Disable sign-in",
        "danger": True,
    }


def _enabling(user: User, name: str) -> dict[str, Any]:
    return {
        "title": f"Let {name} sign in again",
        "text": f"{name} ({user.email}) signs in with the password they had, and has the same roles as before.",
        "confirm_label": "Enable sign-in",
    }


def _sending_link(user: User, name: str) -> dict[str, Any]:
    page = {
        "details": ["The link works once and expires.", "A link mailed earlier stops working."],
        "cancel_label": "Cancel",
    }
    if not user.has_usable_password():
        return page | {
            "title": f"Invite {name}",
            "text": f"{user.email} gets a link to choose a password and set up a second factor.",
            "confirm_label": "Mail the invitation",
        }
    return page | {
        "title": f"Mail {name} a password link",
        "text": f"{user.email} gets a link to choose a new password. Until it is used, the present one works.",
        "confirm_label": "Mail the link",
    }


def _revoking(user: User, name: str) -> dict[str, Any]:
    return {
        "title": f"Revoke the invitation of {name}",
        "text": f"The link that was mailed to {user.email} stops working. You can invite them again at any time.",
        "confirm_label": "Revoke the invitation",
        "danger": True,
    }


def _beginning_anew(user: User, name: str) -> dict[str, Any]:
    return {
        "title": f"Let {name} begin anew",
        "text": "Only for somebody who lost their phone or passkey and has no recovery code left."
        " Make sure that it is they who ask: call them, or see them.",
        "details": [
            "Their second factors and recovery codes stop working.",
            "They are signed out everywhere, and their password stops working.",
            f"A link is mailed to {user.email}, by which they choose a password and set up a second factor.",
        ],
        "confirm_label": "Let them begin anew",
        "danger": True,
    }


user_disable = asking(_disabling, services.disable_user, "{name} may no longer sign in.")
user_enable = asking(_enabling, services.enable_user, "{name} may sign in again.")
user_send_link = asking(_sending_link, services.send_reset_link, "A link was mailed to {email}.", mails=True)
user_revoke_invitation = asking(
    _revoking, services.revoke_invitation, "The invitation of {name} was revoked."
)
user_reset_second_factors = asking(
    _beginning_anew,
    services.reset_second_factors,
    "{name} begins anew; a link was mailed to {email}.",
    mails=True,
)
