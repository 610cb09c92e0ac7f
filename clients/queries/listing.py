"""The rows of the client list."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Concat, JSONObject

from accounts.models import User
from clients import rules
from clients.choices import CareRole
from clients.models import Client, ClientFlag, Tag

COLUMNS = (
    "pk", "number", "first_name", "last_name", "preferred_name", "pronouns", "date_of_birth", "phone", "email",
    "status",
)  # fmt: skip


def client_rows(actor: User) -> QuerySet[Client, dict[str, Any]]:
    """Visible clients as dictionaries, with clinicians, flags and tags: one query however many rows."""
    return (
        rules.visible_clients(actor)
        .annotate(
            clinicians=ArraySubquery(_clinicians()),
            flagged=ArraySubquery(_flags(actor)),
            tagged=ArraySubquery(_tags()),
        )
        .values(*COLUMNS, "clinicians", "flagged", "tagged")
    )


def _clinicians() -> QuerySet[Any, Any]:
    rank = Case(*(When(role=role, then=Value(at)) for at, role in enumerate(CareRole.values)))
    return (
        rules.current_assignments()
        .filter(client_id=OuterRef("pk"))
        .order_by(rank, "starts_on", "pk")
        .values_list(Concat(F("staff__first_name"), Value(" "), F("staff__last_name")))
    )


def _flags(actor: User) -> QuerySet[Any, Any]:
    return (
        ClientFlag.objects.filter(
            client_id=OuterRef("pk"),
            resolved_at__isnull=True,
            kind__in=sorted(rules.listed_flag_kinds(actor)),
        )
        .order_by("created_at", "pk")
        .values_list(JSONObject(kind="kind", severity="severity"))
    )


def _tags() -> QuerySet[Any, Any]:
    return (
        Tag.objects.filter(clients=OuterRef("pk"))
        .order_by("name")
        .values_list(JSONObject(name="name", color="color"))
    )
