"""Administrators' pages about people who sign in."""

from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts import queries, rules, services
from accounts.forms import UserForm, role_explanations
from accounts.http import ActorRequest
from accounts.lists import UserList
from accounts.models import User
from accounts.pages import active_badge, history_entries, invitation_words, role_badges
from accounts.panels import Beginning, PersonLink, people
from mentalspace.core import audit, clock, formatting
from mentalspace.core.cells import Action
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
