"""What is open, by age: of clients, and of insurers. Every figure opens the bills it adds up."""

from typing import Any

from django.db.models import Sum
from django.db.models.functions import Lower
from django.http import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from billing import queries, rules
from billing.choices import Owes
from billing.home import bills_url
from billing.links import account_url
from billing.lists import money_column
from mentalspace.core import formatting
from mentalspace.core.cells import Tab
from mentalspace.core.gates import requires
from mentalspace.core.lists import Cell, Column, EmptyState, ListPage


class _AgeingList(ListPage):
    """Buckets as columns; `owes` says whose part, `narrow` the filter that opens a row's bills."""

    owes: str = Owes.CLIENT
    default_sort = "-owed"
    tiebreak = ()
    template_name = "billing/ageing.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = (
            self.who(),
            *map(self.bucket_column, queries.bucket_bounds()),
            self.owed_column(),
            *self.more(),
        )

    def who(self) -> Column:
        raise NotImplementedError

    def narrow(self, row: Any) -> dict[str, str]:
        raise NotImplementedError

    def more(self) -> tuple[Column, ...]:
        return ()

    def bucket_column(self, bucket: queries.Bucket) -> Column:
        key = f"bucket_{bucket.number}"

        def cell(row: Any) -> Cell:
            if not row[key]:
                return Cell(formatting.EN_DASH)
            filters = {"owed_by": self.owes, "bucket": str(bucket.number), **self.narrow(row)}
            return Cell(formatting.money(row[key]), bills_url(**filters))

        return money_column(
            key,
            bucket.label,
            cell=cell,
            csv=lambda row: row[key],
            sort=key,
            total=Sum(key),
            descending_first=True,
        )

    def owed_column(self) -> Column:
        def cell(row: Any) -> Cell:
            return Cell(formatting.money(row["owed"]), bills_url(owed_by=self.owes, **self.narrow(row)))

        return money_column(
            "owed",
            "Total",
            cell=cell,
            csv=lambda row: row["owed"],
            sort="owed",
            total=Sum("owed"),
            descending_first=True,
        )


class ClientAgeing(_AgeingList):
    title = "Aging by client"
    subtitle = (
        "The clients’ parts, from the day they became the client’s. Credit is shown beside it, not taken off."
    )
    region_id = "ageing"
    owes = Owes.CLIENT.value
    empty = EmptyState(
        "No client owes anything", "Open client parts of bills appear here by age.", icon="hourglass"
    )

    def who(self) -> Column:
        def cell(row: Any) -> Cell:
            name = f"{row['client__preferred_name'] or row['client__first_name']} {row['client__last_name']}"
            return Cell(name, account_url(row["client_id"]), sub=f"C-{row['client__number']}")

        return Column(
            "client", "Client", cell=cell, sort=(Lower("client__last_name"), Lower("client__first_name"))
        )

    def narrow(self, row: Any) -> dict[str, str]:
        return {"client": str(row["client_id"])}

    def more(self) -> tuple[Column, ...]:
        def cell(row: Any) -> Cell:
            if not row["credit"]:
                return Cell(formatting.EN_DASH)
            url = f"{reverse('billing:payment_list')}?left=yes&client={row['client_id']}"
            return Cell(formatting.money(row["credit"]), url)

        return (
            money_column(
                "credit",
                "Credit",
                cell=cell,
                csv=lambda row: row["credit"],
                sort="credit",
                total=Sum("credit"),
            ),
        )


class PayerAgeing(_AgeingList):
    title = "Aging by insurer"
    subtitle = "The insurers’ parts, from the day a claim was first sent, or else from the service."
    region_id = "ageing"
    owes = Owes.INSURANCE.value
    empty = EmptyState(
        "No insurer owes anything", "Open insurer parts of bills appear here by age.", icon="hourglass"
    )

    def who(self) -> Column:
        return Column(
            "payer", "Insurer", cell=lambda row: Cell(row["payer"] or "No insurer named"), sort=Lower("payer")
        )

    def narrow(self, row: Any) -> dict[str, str]:
        return {"payer": row["payer"] or "-"}


def _tabs(active: str) -> list[Tab]:
    return [
        Tab("Clients", reverse("billing:ageing"), active == "client"),
        Tab("Insurers", reverse("billing:ageing_payers"), active == "payer"),
    ]


@requires(rules.can_open_billing)
@require_safe
def ageing(request: ActorRequest) -> HttpResponseBase:
    """Clients."""
    return ClientAgeing(request, queries.ageing_by_client()).respond({"tabs": _tabs("client")})


@requires(rules.can_open_billing)
@require_safe
def ageing_payers(request: ActorRequest) -> HttpResponseBase:
    """Insurers."""
    return PayerAgeing(request, queries.ageing_by_payer()).respond({"tabs": _tabs("payer")})
