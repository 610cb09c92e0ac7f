"""Administrators' pages about people who sign in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import mail, queries, rules, services
from accounts.forms import UserForm, role_explanations
from accounts.http import ActorRequest
from accounts.lists import UserList
from accounts.models import User
from accounts.pages import active_badge, history_entries, invitation_words, role_badges
from accounts.panels import Beginning, PersonLink, people
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


@requires(rules.can_manage_users)
@require_safe
def user_list(request: ActorRequest) -> HttpResponseBase:
    """Everybody who may sign in, and who no longer may."""
    beginnings = [
        Action(each.label, each.url(), each.icon, primary=True)
        for each in people.of(Beginning)
        if each.allowed(request.user)
    ]
    rows: QuerySet[User] = queries.user_rows(request.user).annotate(
        first_name=F("staff__first_name"), last_name=F("staff__last_name")
    )
    return UserList(
        request,
        rows,
        page_actions=beginnings,
        on_export=lambda page: audit.record(actor=request.user, verb="users.exported"),
    ).respond()


@requires(rules.can_manage_users)
@require_safe
def user_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """One account: roles, last sign-in, and what was changed of it."""
    user = get_object_or_404(queries.user_rows(request.user), pk=pk)
    return render(request, "accounts/user_detail.html", _detail(request, user))


@requires(rules.can_manage_users)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def user_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The address and the roles."""
    user = get_object_or_404(queries.user_rows(request.user), pk=pk)
    back = reverse("accounts:user_detail", args=[user.pk])

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.update_user(actor=request.user, user_id=user.pk, **values)
        return f"The account of {queries.name_of(user)} was saved.", back

    page = {
        "title": f"Account of {queries.name_of(user)}",
        "breadcrumbs": [("Users", reverse("accounts:user_list"))],
        "explanations": role_explanations(),
        "cancel_url": back,
    }
    return answer(request, UserForm.of(user, posted(request)), deed, page, "accounts/user_edit.html")


@requires(rules.can_manage_users)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def user_disable(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Keep somebody from signing in, after a question."""
    user = get_object_or_404(queries.user_rows(request.user), pk=pk)
    name = queries.name_of(user)
    if request.method == "POST":
        return _do(
            request,
            user,
            f"{name} may no longer sign in.",
            lambda: services.disable_user(actor=request.user, user_id=user.pk),
        )
    context = {
        "title": f"Disable {name}",
        "text": f"{name} ({user.email}) is signed out at the next click and may not sign in until enabled again.",
        "details": [
            "Everything they wrote stays.",
            "Their appointments stay booked.",
            "Messages to them wait.",
        ],
        "confirm_label": "Disable sign-in",
        "danger": True,
        "cancel_url": reverse("accounts:user_detail", args=[user.pk]),
    }
    return render(request, "ui/confirm.html", context)


@requires(rules.can_manage_users)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def user_enable(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let somebody sign in again, after a question."""
    user = get_object_or_404(queries.user_rows(request.user), pk=pk)
    name = queries.name_of(user)
    if request.method == "POST":
        return _do(
            request,
            user,
            f"{name} may sign in again.",
            lambda: services.enable_user(actor=request.user, user_id=user.pk),
        )
    context = {
        "title": f"Let {name} sign in again",
        "text": f"{name} ({user.email}) signs in with the password they had, and has the same roles as before.",
        "confirm_label": "Enable sign-in",
        "cancel_url": reverse("accounts:user_detail", args=[user.pk]),
    }
    return render(request, "ui/confirm.html", context)


@requires(rules.can_manage_users)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def user_send_link(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Mail a link to choose a password, after a question."""
    user = get_object_or_404(queries.user_rows(request.user), pk=pk)
    name = queries.name_of(user)
    if request.method == "POST":
        base = mail.base_url(request)
        return _do(
            request,
            user,
            f"A link was mailed to {user.email}.",
            lambda: services.send_reset_link(actor=request.user, user_id=user.pk, base_url=base),
        )
    return render(request, "ui/confirm.html", _question_of_link(user, name))


@requires(rules.can_manage_users)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def user_revoke_invitation(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Make a mailed invitation void, after a question."""
    user = get_object_or_404(queries.user_rows(request.user), pk=pk)
    name = queries.name_of(user)
    if request.method == "POST":
        return _do(
            request,
            user,
            f"The invitation of {name} was revoked.",
            lambda: services.revoke_invitation(actor=request.user, user_id=user.pk),
        )
    context = {
        "title": f"Revoke the invitation of {name}",
        "text": f"The link that was mailed to {user.email} stops working. You can invite them again at any time.",
        "confirm_label": "Revoke the invitation",
        "danger": True,
        "cancel_url": reverse("accounts:user_detail", args=[user.pk]),
    }
    return render(request, "ui/confirm.html", context)


@requires(rules.can_manage_users)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def user_reset_second_factors(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Let somebody who lost phone, passkeys and recovery codes begin anew, after a question."""
    user = get_object_or_404(queries.user_rows(request.user), pk=pk)
    name = queries.name_of(user)
    if request.method == "POST":
        base = mail.base_url(request)
        return _do(
            request,
            user,
            f"{name} begins anew; a link was mailed to {user.email}.",
            lambda: services.reset_second_factors(actor=request.user, user_id=user.pk, base_url=base),
        )
    context = {
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
        "cancel_url": reverse("accounts:user_detail", args=[user.pk]),
    }
    return render(request, "ui/confirm.html", context)


def _question_of_link(user: User, name: str) -> dict[str, Any]:
    details = ["The link works once and expires.", "A link mailed earlier stops working."]
    page = {"details": details, "cancel_label": "Cancel"} | {
        "cancel_url": reverse("accounts:user_detail", args=[user.pk])
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


def _do(request: ActorRequest, user: User, done: str, verb: Any) -> HttpResponse:
    """Do it, say so, and go to the person's page; a refusal is said there too."""
    try:
        verb()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, done)
    return redirect("accounts:user_detail", pk=user.pk)


def _actions(user: User, *, own: bool) -> list[Action]:
    def asking(label: str, name: str, icon: str, *, danger: bool = False) -> Action:
        return Action(label, reverse(f"accounts:{name}", args=[user.pk]), icon, dialog=True, danger=danger)

    if not user.is_active:
        return [asking("Enable sign-in", "user_enable", "user-check")]
    actions = []
    if user.has_usable_password():
        actions.append(asking("Mail password link", "user_send_link", "mail-forward"))
    elif user.reset_expire is None:
        actions.append(asking("Send invitation", "user_send_link", "mail-forward"))
    else:
        actions.append(asking("Send invitation again", "user_send_link", "mail-forward"))
        actions.append(asking("Revoke invitation", "user_revoke_invitation", "ban"))
    if not own and user.has_second_factor:  # type: ignore[attr-defined]
        actions.append(
            asking("Reset second factor", "user_reset_second_factors", "shield-exclamation", danger=True)
        )
    if not own:
        actions.append(asking("Disable sign-in", "user_disable", "ban", danger=True))
    return actions


def _detail(request: ActorRequest, user: User) -> dict[str, Any]:
    zone = clock.zone()
    invitation = invitation_words(user)
    return {
        "title": queries.name_of(user),
        "breadcrumbs": [("Users", reverse("accounts:user_list"))],
        "person": user,
        "badge": active_badge(user),
        "actions": _actions(user, own=user.pk == request.user.pk),
        "links": [(link, url) for link in people.of(PersonLink) if (url := link.url(user))],
        "facts": [
            ("E-mail", user.email),
            ("Roles", role_badges(user)),
            *([("Invitation", invitation)] if invitation else []),
            ("Password", "Chosen" if user.has_usable_password() else "Not chosen yet"),
            ("Second factor", "Set up" if user.has_second_factor else "None yet"),  # type: ignore[attr-defined]
            ("Last signed in", formatting.instant(user.last_login, zone) or "Never"),
            ("Created", formatting.instant(user.created_at, zone)),
        ],
        "entries": history_entries(queries.history_of(user.pk)),
    }
