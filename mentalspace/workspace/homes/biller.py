"""Home of the biller."""

from typing import Any

from django.urls import reverse

from billing.choices import BillStatus, Owes
from billing.queries.ageing import bucket_bounds, open_by_age
from billing.queries.balances import unapplied_total
from billing.queries.fees import fee_proposals
from billing.queries.work import held_sessions, ready_to_bill
from mentalspace.core import formatting
from mentalspace.core.cells import EmptyState, Stat
from mentalspace.workspace.homes import shared
from mentalspace.workspace.homes.parts import Home, Line, Panel, first_of
from mentalspace.workspace.homes.scene import Scene
from mentalspace.workspace.reports.base import address

SHOWN = 8


def biller_home(scene: Scene) -> Home:
    """What can be billed, what cannot and why, money without a bill, and what is owed."""
    return Home(
        stats=figures(),
        main=[ready(scene), held(scene)],
        side=[fees(scene), shared.unread(scene)],
    )


def figures() -> list[Stat]:
    """Money in figures, each open to its rows."""
    ages = open_by_age()
    return [
        Stat(
            "Ready to bill",
            formatting.number(ready_to_bill().count()),
            reverse("billing:bill_ready"),
            icon="receipt",
        ),
        Stat(
            "Open balance",
            formatting.money(ages["client_owed"] + ages["insurance_owed"]),
            address("billing:bill_list", owed_by="anyone"),
            icon="hourglass",
        ),
        *(
            _owed_long(who, owes, ages)
            for who, owes in (("Clients", Owes.CLIENT), ("Insurers", Owes.INSURANCE))
        ),
        Stat(
            "Denied claims",
            formatting.number(ages["denied"]),
            address("billing:bill_list", status=BillStatus.DENIED.value),
            tone="danger" if ages["denied"] else "neutral",
            icon="circle-x",
        ),
        Stat(
            "Not applied",
            formatting.money(unapplied_total()),
            reverse("billing:payment_list") + "?left=yes",
            icon="wallet",
        ),
    ]


def _owed_long(who: str, owes: Owes, ages: dict[str, Any]) -> Stat:
    """What one party has owed for longest."""
    old = list(bucket_bounds())[-1]
    owed = ages[f"{owes.value}_{old.number}"]
    return Stat(
        f"{who} owe, {old.label[0].lower()}{old.label[1:]}",
        formatting.money(owed),
        address("billing:bill_list", owed_by=owes.value, bucket=old.number),
        tone="danger" if owed else "neutral",
        icon="alert-circle",
    )


def ready(scene: Scene) -> Panel:
    """Sessions that can be billed now, oldest first."""
    sessions, total = first_of(
        ready_to_bill().select_related("client", "staff").order_by("start_time"), SHOWN
    )
    lines = [
        Line(
            session.client.display_name,
            reverse("billing:bill_create", args=[session.pk]),
            " · ".join(
                (
                    session.billing_code,
                    formatting.instant_date(session.start_time, scene.zone),
                    session.staff.full_name,
                )
            ),
        )
        for session in sessions
    ]
    return Panel(
        "Ready to bill",
        EmptyState(
            "Everything is billed", "Completed sessions with a signed note appear here.", icon="receipt"
        ),
        lines,
        reverse("billing:bill_ready"),
        "Bill them",
        "receipt",
        total=total,
    )


def held(scene: Scene) -> Panel:
    """Sessions that cannot be billed yet; the page says why."""
    sessions, total = first_of(
        held_sessions().select_related("client", "staff").order_by("start_time"), SHOWN
    )
    lines = [
        Line(
            session.client.display_name,
            reverse("billing:bill_checks", args=[session.pk]),
            f"{formatting.instant_date(session.start_time, scene.zone)} · {session.staff.full_name}",
        )
        for session in sessions
    ]
    return Panel(
        "Not ready to bill",
        EmptyState(
            "Nothing waits",
            "Completed sessions that cannot be billed yet appear here, with the reason.",
            icon="circle-check",
        ),
        lines,
        reverse("billing:bill_held"),
        "All, with the reason",
        "clock-pause",
        total=total,
    )


def fees(scene: Scene) -> Panel:
    """Proposed fees for late cancellations and missed sessions."""
    proposals, total = first_of(fee_proposals(open_only=True), SHOWN)
    lines = [
        Line(
            proposal.client.display_name,
            reverse("billing:fee_list"),
            f"{proposal.get_kind_display()} · {formatting.money(proposal.amount)}",
        )
        for proposal in proposals
    ]
    return Panel(
        "Proposed fees",
        EmptyState(
            "No fee waits for you",
            "Late cancellations and missed sessions propose their fee here.",
            icon="cash",
        ),
        lines,
        reverse("billing:fee_list"),
        "Decide",
        "cash",
        total=total,
    )
