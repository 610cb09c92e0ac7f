"""The lists of clients, of tags and of emergency accesses."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.models import User
from accounts.queries import name_of
from accounts.rules import is_clinician
from clients import queries, rules
from clients.chart import LABEL_COLOURS, SEVERITY_TONES, STATUS_TONES
from clients.choices import CareRole, ClientStatus, FlagKind, Verdict
from clients.forms.fields import active_clinicians
from clients.models import CareTeamMember, Client, ClientFlag, EmergencyAccess, Tag
from clients.queries.search import FIRST, LAST
from mentalspace.core import cells, clock, formatting
from mentalspace.core.lists import (
    Action,
    Cell,
    Column,
    DayFromFilter,
    DayToFilter,
    EmptyState,
    ListPage,
)
from staff.models import Staff
from staff.rules import answers_for

LABEL = '<span class="label label-{}">{}</span>'
QUIET = frozenset({ClientStatus.INACTIVE, ClientStatus.DISCHARGED, ClientStatus.DECEASED})


class ClientFilter(django_filters.FilterSet):
    """Status, clinician, tag, flag; each offers only what the person may know of."""

    status = django_filters.ChoiceFilter(
        choices=ClientStatus.choices, empty_label="Any status", label="Status"
    )
    clinician = django_filters.ModelChoiceFilter(
        queryset=Staff.objects.none(), method="treated_by", empty_label="Any clinician", label="Clinician"
    )
    role = django_filters.ChoiceFilter(
        choices=CareRole.choices, method="in_role", empty_label="Any role", label="Clinician’s role"
    )
    tag = django_filters.ModelChoiceFilter(
        queryset=Tag.objects.none(), method="with_tag", empty_label="Any tag", label="Tag"
    )
    flag = django_filters.ChoiceFilter(
        choices=[], method="with_flag", empty_label="Any or none", label="Flag"
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor: User = self.request.user
        self.filters["clinician"].queryset = _clinicians_for(actor)
        self.filters["tag"].queryset = Tag.objects.order_by("name")
        kinds = rules.listed_flag_kinds(actor)
        self.filters["flag"].extra["choices"] = [
            (kind.value, kind.label) for kind in FlagKind if kind in kinds
        ]

    def treated_by(self, rows: QuerySet[Any], name: str, staff: Staff) -> QuerySet[Any]:
        return rows.filter(Exists(rules.current_assignments().filter(client_id=OuterRef("pk"), staff=staff)))

    def in_role(self, rows: QuerySet[Any], name: str, role: str) -> QuerySet[Any]:
        """The clinician chosen, or without a choice anybody, is on the care team as this."""
        team = rules.current_assignments().filter(client_id=OuterRef("pk"), role=role)
        staff = self.form.cleaned_data.get("clinician")
        return rows.filter(Exists(team.filter(staff=staff) if staff else team))

    def with_tag(self, rows: QuerySet[Any], name: str, tag: Tag) -> QuerySet[Any]:
        return rows.filter(
            Exists(Tag.clients.through.objects.filter(client_id=OuterRef("pk"), tag_id=tag.pk))
        )

    def with_flag(self, rows: QuerySet[Any], name: str, kind: str) -> QuerySet[Any]:
        standing = ClientFlag.objects.filter(client_id=OuterRef("pk"), kind=kind, resolved_at__isnull=True)
        return rows.filter(Exists(standing))


def _clinicians_for(actor: User) -> QuerySet[Staff]:
    """Everybody's clinicians for those who see all clients; oneself and supervisees for a clinician."""
    if rules.sees_all_clients(actor):
        treated = CareTeamMember.objects.filter(staff_id=OuterRef("pk"))
        return Staff.objects.filter(Exists(treated)).order_by("last_name", "first_name", "pk")
    return active_clinicians().filter(answers_for(actor)) if is_clinician(actor) else Staff.objects.none()


def _name(row: dict[str, Any]) -> str:
    return f"{row['preferred_name'] or row['first_name']} {row['last_name']}"


def _name_cell(row: dict[str, Any]) -> Cell:
    legal = f"Legal name {row['first_name']} {row['last_name']}" if row["preferred_name"] else ""
    sub = " · ".join(part for part in (legal, row["pronouns"]) if part)
    badges = [
        cells.Badge(FlagKind(flag["kind"]).label, SEVERITY_TONES[flag["severity"]], "flag")
        for flag in row["flagged"]
    ]
    return Cell(_name(row), url=reverse("clients:client_detail", args=[row["pk"]]), sub=sub, badge=badges)


def _born_cell(row: dict[str, Any]) -> Cell:
    age = formatting.age(row["date_of_birth"], clock.today())
    return Cell(formatting.date(row["date_of_birth"]), sub=f"Age {age}" if age else "")


def _clinician_cell(row: dict[str, Any]) -> Cell:
    names = row["clinicians"]
    return Cell(names[0] if names else "", sub=formatting.listed(names[1:]))


def _colour(tag_colour: str) -> str:
    return LABEL_COLOURS.get(tag_colour, tag_colour)


def _tag_labels(row: dict[str, Any]) -> SafeString:
    return format_html_join(" ", LABEL, ((_colour(tag["color"]), tag["name"]) for tag in row["tagged"]))


class ClientList(ListPage):
    """Clients the person may see, by name."""

    title = "Clients"
    search_label = "Name, date of birth, phone, e-mail or number"
    filterset_class = ClientFilter
    default_sort = "name"
    csv_name = "clients"
    empty = EmptyState(
        "No clients yet", "Clients appear here once they are created or assigned to you.", icon="users"
    )
    columns = [
        Column("name", "Name", cell=_name_cell, sort=(LAST, FIRST), csv=_name),
        Column("number", "Number", cell=lambda row: f"C-{row['number']}", sort="number", nowrap=True),
        Column("born", "Date of birth", cell=_born_cell, sort="date_of_birth", nulls_last=True,
               csv=lambda row: row["date_of_birth"]),
        Column("phone", "Phone", cell=lambda row: formatting.phone(row["phone"]), nowrap=True),
        Column("clinicians", "Clinicians", cell=_clinician_cell, csv=lambda row: ", ".join(row["clinicians"])),
        Column("status", "Status", sort="status",
               cell=lambda row: cells.Badge(ClientStatus(row["status"]).label, STATUS_TONES[row["status"]])),
        Column("tags", "Tags", cell=_tag_labels, csv=lambda row: ", ".join(tag["name"] for tag in row["tagged"]),
               hide="narrow"),
    ]  # fmt: skip

    def search(self, source: QuerySet[Any], text: str) -> QuerySet[Any]:
        return queries.matching(source, text)

    def client_of(self, row: dict[str, Any]) -> UUID:
        key: UUID = row["pk"]
        return key

    def row_classes(self, row: dict[str, Any]) -> str:
        return "is-quiet" if row["status"] in QUIET else ""


def _tag_label(tag: Tag) -> SafeString:
    return format_html(LABEL, _colour(tag.color), tag.name)


def _bearers_cell(tag: Any) -> Cell:
    return Cell(formatting.number(tag.bearers), url=f"{reverse('clients:client_list')}?tag={tag.pk}")


class TagList(ListPage):
    """The practice's tags."""

    title = "Tags"
    subtitle = "Free, colored words for clients. A tag that is deleted disappears from every client."
    default_sort = "name"
    can_export = False
    empty = EmptyState("No tags yet", "For instance court-mandated or grant-funded.", icon="tags")
    columns = [
        Column("name", "Tag", sort="name", cell=_tag_label, csv=lambda tag: tag.name),
        Column("color", "Color", cell=lambda tag: tag.get_color_display()),
        Column("bearers", "Clients", sort="bearers", align="end", descending_first=True,
               cell=_bearers_cell),
    ]  # fmt: skip

    def actions(self, row: Tag) -> Sequence[Action]:
        return [
            Action(
                "Edit", reverse("clients:tag_edit", args=[row.pk]), icon="edit", dialog=True, about=row.name
            ),
            Action(
                "Delete",
                reverse("clients:tag_delete", args=[row.pk]),
                icon="trash",
                dialog=True,
                danger=True,
                about=row.name,
            ),
        ]


class EmergencyFilter(django_filters.FilterSet):
    """What lasts, what waits for a review, what was found; and when it began."""

    state = django_filters.ChoiceFilter(
        choices=[
            ("open", "Open now"),
            ("unreviewed", "Not reviewed"),
            *((verdict.value, f"Reviewed: {verdict.label.lower()}") for verdict in Verdict),
        ],
        method="in_state",
        empty_label="All",
        label="State",
    )
    first = DayFromFilter("began_at", instant=True, label="From")
    last = DayToFilter("began_at", instant=True, label="To")

    def in_state(self, rows: QuerySet[EmergencyAccess], name: str, value: str) -> QuerySet[EmergencyAccess]:
        if value == "open":
            return rows.filter(rules.LASTING.where())
        return rows.filter(verdict="" if value == "unreviewed" else value)


def emergency_badge(access: EmergencyAccess) -> cells.Badge:
    """Open, waiting, or what the review found."""
    if access.verdict:
        appropriate = access.verdict == Verdict.APPROPRIATE
        return cells.Badge(access.get_verdict_display(), "success" if appropriate else "danger")
    if rules.lasts(access):
        return cells.Badge("Open now", "danger", "lock-open")
    return cells.Badge("Not reviewed", "warning")


class EmergencyList(ListPage):
    """Who opened which chart in an emergency, and what was made of it."""

    title = "Emergency access"
    subtitle = (
        "Charts that clinicians opened without being on the care team, to read them. Each waits for a review."
    )
    search_label = "Client, by name or number"
    filterset_class = EmergencyFilter
    default_sort = "-began"
    csv_name = "emergency-access"
    empty = EmptyState(
        "No emergency access",
        "When a clinician opens a chart in an emergency, it appears here.",
        icon="lock-open",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A spreadsheet is written after the request's own time zone has ended.
        zone = clock.zone()
        self.columns = [
            Column("began", "Began", sort="began_at", descending_first=True, nowrap=True,
                   cell=lambda access: Cell(formatting.instant(access.began_at, zone),
                                            url=reverse("clients:emergency_detail", args=[access.pk]))),
            Column("ended", "Ends", nowrap=True, cell=lambda access: formatting.instant(access.over_at, zone)),
            Column("who", "Clinician", cell=lambda access: name_of(access.user)),
            Column("client", "Client",
                   cell=lambda access: Cell(access.client.display_name, sub=f"C-{access.client.number}")),
            Column("reason", "Reason", hide="narrow"),
            Column("review", "Review", cell=emergency_badge),
            Column("reviewed_by", "Reviewed by", hide="narrow",
                   cell=lambda access: name_of(access.reviewed_by) if access.reviewed_by else ""),
            Column("note", "Note", hide="narrow"),
        ]  # fmt: skip

    def search(self, source: QuerySet[EmergencyAccess], text: str) -> QuerySet[EmergencyAccess]:
        return source.filter(client__in=queries.matching(Client.objects.all(), text).values("pk"))

    def row_classes(self, row: EmergencyAccess) -> str:
        return "is-quiet" if row.verdict else ""
