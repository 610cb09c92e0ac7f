"""What stands around every tab of a client's chart: header, flags, tabs, menus.

`get_client` reads the client with profile, open flags, tags, care team and what the header's facts need in two queries;
`frame` then asks none of its own. Pages of other apps that stand in the chart use both.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import OuterRef, Prefetch, QuerySet
from django.db.models.functions import JSONObject
from django.shortcuts import get_object_or_404
from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients import rules
from clients.choices import CLINICAL_FLAGS, CareRole, ClientStatus, CoverageRank, FlagKind, Severity
from clients.models import CareTeamMember, Client, ClientFlag, ClientProfile, Tag
from clients.panels import Action, Card, Fact, FactSource, Tab, chart
from clients.queries.coverage import coverage_on
from mentalspace.core import cells, clock, formatting

STATUS_TONES: dict[str, cells.Tone] = {
    ClientStatus.INQUIRY: "info",
    ClientStatus.WAITLIST: "warning",
    ClientStatus.ACTIVE: "success",
    ClientStatus.INACTIVE: "neutral",
    ClientStatus.DISCHARGED: "neutral",
    ClientStatus.DECEASED: "neutral",
}
SEVERITY_TONES: dict[str, cells.Tone] = {
    Severity.LOW: "info",
    Severity.MODERATE: "warning",
    Severity.HIGH: "danger",
    Severity.CRITICAL: "danger",
}
# The kit's labels have other names for two of a tag's colours.
LABEL_COLOURS = {"yellow": "amber", "gray": "grey"}
OVERVIEW = "overview"


@dataclass(frozen=True, slots=True)
class ShownCard:
    """A card of the overview with its context at hand."""

    template: str
    context: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ShownFlag:
    """A flag in the banner."""

    text: str
    note: str
    tone: cells.Tone
    severity: str
    since: str
    resolve_url: str


def chart_clients(actor: User) -> QuerySet[Client]:
    """Clients whose chart the actor may open, with all that the header and the own tabs need."""
    team = CareTeamMember.objects.select_related("staff", "assigned_by").order_by("-starts_on", "pk")
    facts = {
        name: column for source in chart.of(FactSource) for name, column in source.columns(actor).items()
    }
    return (
        rules.visible_with_access(actor)
        .select_related("profile__intake_staff")
        .prefetch_related(
            Prefetch("care_team", team),
        )
        .annotate(open_flags=ArraySubquery(_open_flags()), worn_tags=ArraySubquery(_worn_tags()), **facts)
    )


def _open_flags() -> QuerySet[Any, Any]:
    columns = {name: name for name in ("id", "kind", "severity", "note", "created_at")}
    flags = ClientFlag.objects.filter(client_id=OuterRef("pk"), resolved_at__isnull=True)
    return flags.order_by("created_at", "pk").values_list(JSONObject(**columns))


def _worn_tags() -> QuerySet[Any, Any]:
    columns = {name: name for name in ("id", "name", "color")}
    return Tag.objects.filter(clients=OuterRef("pk")).order_by("name").values_list(JSONObject(**columns))


def get_client(actor: User, pk: UUID) -> Client:
    """The client, or 404 for whom the actor may not know of."""
    return get_object_or_404(chart_clients(actor), pk=pk)


def profile_of(client: Client) -> ClientProfile:
    """The client's profile; an empty one where an import made none."""
    try:
        return client.profile
    except ClientProfile.DoesNotExist:
        return ClientProfile(client=client)


def tab_url(client: Client, slug: str) -> str:
    """The address of a tab."""
    if slug == OVERVIEW:
        return reverse("clients:client_detail", args=[client.pk])
    return reverse("clients:client_tab", args=[client.pk, slug])


def frame(request: ActorRequest, client: Client, active: str) -> dict[str, Any]:
    """The context that `clients/chart.html` needs around a tab, for a client from `get_client`; `active` is a slug."""
    actor = request.user
    team = care_team(client)
    today = clock.today()
    return {
        "client": client,
        "title": client.display_name,
        "chart_names": _other_names(client),
        "chart_facts": _facts(actor, client, team, today),
        "chart_status": status_badge(client.status),
        "chart_flags": _flags(actor, client),
        "chart_tags": _tags(actor, client),
        "chart_tabs": _tabs(actor, client, active),
        "chart_new": _new_actions(actor, client),
        "chart_change": _change_actions(actor, client, team, today),
        "care_team": team,
        "profile": profile_of(client),
        "can_see_clinical": rules.can_see_clinical(actor, client),
    }


def status_badge(status: str) -> cells.Badge:
    """The status as a word in its colour."""
    return cells.Badge(ClientStatus(status).label, STATUS_TONES[status])


def care_team(client: Client) -> list[CareTeamMember]:
    """Everybody who is, was or will be on the care team; the latest first, the primary before others."""
    order = list(CareRole.values)
    return sorted(client.care_team.all(), key=lambda member: order.index(member.role))


def is_current(member: CareTeamMember, today: dt.date) -> bool:
    """Does the assignment hold today?"""
    return member.starts_on <= today and (member.ends_on is None or member.ends_on >= today)


def shown_cards(request: ActorRequest, client: Client, column: str) -> list[ShownCard]:
    """The overview's cards of one column that the actor may see."""
    actor = request.user
    return [
        ShownCard(card.template, card.context(request, client))
        for card in chart.of(Card)
        if card.column == column and card.allowed(actor, client)
    ]


def _other_names(client: Client) -> str:
    legal = f"Legal name {client.legal_name}" if client.preferred_name else ""
    return " · ".join(part for part in (legal, client.pronouns) if part)


def _facts(actor: User, client: Client, team: list[CareTeamMember], today: dt.date) -> list[Fact]:
    facts = [
        Fact("Born", _born(client, today)),
        Fact("Number", f"C-{client.number}"),
        Fact("Clinicians", _clinicians(team, today), tab_url(client, "care-team")),
        _insurance_fact(client, today),
    ]
    for source in chart.of(FactSource):
        if source.allowed(actor, client):
            fact = source.fact(actor, client)
            if fact is not None:
                facts.append(fact)
    return facts


def _born(client: Client, today: dt.date) -> str:
    if client.date_of_birth is None:
        return "Not recorded"
    until = client.deceased_on or today
    age = formatting.age(client.date_of_birth, until)
    died = f", died {formatting.date(client.deceased_on)}" if client.deceased_on else ""
    return f"{formatting.date(client.date_of_birth)} ({age}){died}"


def _clinicians(team: list[CareTeamMember], today: dt.date) -> str:
    current = [member for member in team if is_current(member, today)]
    names = [member.staff.name_with_credential for member in current[:2]]
    more = f" +{len(current) - 2}" if len(current) > 2 else ""
    return (" · ".join(names) + more) or "None assigned"


def _insurance_fact(client: Client, today: dt.date) -> Fact:
    held = coverage_on(profile_of(client), today)
    url = f"{tab_url(client, 'profile')}#insurance"
    if not held:
        return Fact("Insurance", "Self-pay or not recorded", url)
    further = formatting.listed(
        f"{CoverageRank(coverage.rank).label.lower()} {coverage.provider}" for coverage in held[1:]
    )
    return Fact("Insurance", held[0].provider + (f", {further}" if further else ""), url)


def _flags(actor: User, client: Client) -> list[ShownFlag]:
    kinds = rules.flag_kinds(actor, client)
    flags = [_flag(client, row) for row in client.open_flags if row["kind"] in kinds]  # type: ignore[attr-defined]
    zone = clock.zone()
    order = list(Severity.values)
    risk, other = rules.can_flag_risk(actor, client), rules.can_flag_administrative(actor, client)
    return [
        ShownFlag(
            text=FlagKind(flag.kind).label,
            note=flag.note,
            tone=SEVERITY_TONES[flag.severity],
            severity=Severity(flag.severity).label,
            since=formatting.instant_date(flag.created_at, zone),
            resolve_url=reverse("clients:flag_resolve", args=[client.pk, flag.pk])
            if (risk if flag.kind in CLINICAL_FLAGS else other)
            else "",
        )
        for flag in sorted(flags, key=lambda flag: -order.index(flag.severity))
    ]


def _flag(client: Client, row: dict[str, Any]) -> ClientFlag:
    """The flag that the database wrote into the client's row, its note still sealed as any other read of it."""
    note = ClientFlag._meta.get_field("note").from_db_value(row["note"], None, connection)
    created_at = dt.datetime.fromisoformat(row["created_at"])
    return ClientFlag(
        id=UUID(row["id"]),
        client=client,
        kind=row["kind"],
        severity=row["severity"],
        note=note,
        created_at=created_at,
    )


def _tags(actor: User, client: Client) -> list[dict[str, str]]:
    removes = rules.can_tag_client(actor, client)
    tags: list[dict[str, str]] = client.worn_tags  # type: ignore[attr-defined]
    return [
        {
            "label": tag["name"],
            "colour": LABEL_COLOURS.get(tag["color"], tag["color"]),
            "remove_url": reverse("clients:tag_remove", args=[client.pk, tag["id"]]) if removes else "",
        }
        for tag in tags
    ]


def _tabs(actor: User, client: Client, active: str) -> list[cells.Tab]:
    return [
        cells.Tab(tab.label, tab_url(client, tab.slug), active=tab.slug == active, icon=tab.icon)
        for tab in chart.of(Tab)
        if tab.allowed(actor, client)
    ]


def _new_actions(actor: User, client: Client) -> list[cells.Action]:
    return [
        cells.Action(action.label, action.url(client), icon=action.icon)
        for action in chart.of(Action)
        if action.allowed(actor, client)
    ]


def _change_actions(
    actor: User, client: Client, team: list[CareTeamMember], today: dt.date
) -> list[cells.Action]:
    """What the actor may change about this client, for the header's second menu."""

    def url(name: str) -> str:
        return reverse(f"clients:{name}", args=[client.pk])

    actions = []
    if rules.can_edit_demographics(actor, client):
        actions.append(cells.Action("Edit demographics", url("client_edit"), icon="edit"))
    if rules.can_change_status(actor, client):
        actions.append(
            cells.Action("Change status", url("client_status"), icon="switch-horizontal", dialog=True)
        )
    if rules.can_flag_administrative(actor, client):
        actions.append(cells.Action("Raise a flag", url("flag_raise"), icon="flag", dialog=True))
    if rules.can_tag_client(actor, client):
        actions.append(cells.Action("Add a tag", url("tag_add"), icon="tag", dialog=True))
    if rules.can_assign_clinicians(actor, client):
        actions.append(
            cells.Action("Assign a clinician", url("clinician_assign"), icon="user-plus", dialog=True)
        )
        if any(member.role == CareRole.PRIMARY and is_current(member, today) for member in team):
            actions.append(
                cells.Action(
                    "Hand over to another clinician",
                    url("primary_hand_over"),
                    icon="switch-horizontal",
                    dialog=True,
                )
            )
    return actions
