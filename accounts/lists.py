"""Lists about people who sign in."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse

from accounts import queries
from accounts.choices import Role
from accounts.models import User
from accounts.pages import active_badge, role_badges
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Badge, Cell, EmptyState, email_cell
from mentalspace.core.lists import Column, ListPage


class UserFilter(django_filters.FilterSet):
    role = django_filters.ChoiceFilter(
        label="Role", choices=Role.choices, empty_label="Any role", method="with_role"
    )
    active = django_filters.ChoiceFilter(
        label="Sign-in",
        field_name="is_active",
        choices=[("true", "Active"), ("false", "Disabled")],
        empty_label="Active or disabled",
        method="may_sign_in",
    )

    def with_role(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return queries.with_role(people, value)

    def may_sign_in(self, people: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return people.filter(is_active=value == "true")


class UserList(ListPage):
    title = "Users"
    subtitle = "Who may sign in, and as what."
    search_label = "Name or e-mail"
    filterset_class = UserFilter
    default_sort = "name"
    empty = EmptyState("Nobody yet", "People who may sign in appear here.", icon="users")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A spreadsheet is written after the request's own time zone has ended.
        zone = clock.zone()
        self.columns = [
            Column(
                "name",
                "Name",
                cell=lambda user: Cell(
                    queries.name_of(user), url=reverse("accounts:user_detail", args=[user.pk])
                ),
                sort=[Lower(Coalesce(F("last_name"), F("email"))), Lower("first_name")],
            ),
            Column("email", "E-mail", cell=lambda user: email_cell(user.email), sort="email"),
            Column("role", "Main role", cell=lambda user: Role(user.role).label, sort="role"),
            Column("further_roles", "Further roles", cell=_further_roles, hide="narrow"),
            Column("is_active", "Sign-in", cell=active_badge, sort="is_active"),
            Column(
                "second_factor",
                "Second factor",
                cell=lambda user: "Yes" if user.has_second_factor else Badge("None", "warning"),
                sort="has_second_factor",
            ),
            Column(
                "last_login",
                "Last signed in",
                cell=lambda user: formatting.instant(user.last_login, zone) or "Never",
                sort="last_login",
                descending_first=True,
                nulls_last=True,
                nowrap=True,
                hide="narrow",
            ),
        ]

    def search(self, source: QuerySet[User], text: str) -> QuerySet[User]:
        return queries.matching(source, text)

    def actions(self, row: User) -> Sequence[Action]:
        return [
            Action("Edit", reverse("accounts:user_edit", args=[row.pk]), "edit", about=queries.name_of(row))
        ]

    def row_classes(self, row: User) -> str:
        return "" if row.is_active else "is-quiet"


def _further_roles(user: User) -> str:
    return ", ".join(badge.text for badge in role_badges(user)[1:])
