"""What the lists of this app share: cells, columns of money, and finding people."""

from typing import Any

from django.db.models import Q, QuerySet

from billing import rules
from billing.links import account_url
from clients.models import Client
from mentalspace.core import formatting
from mentalspace.core.lists import (
    Cell,
    Column,
)
from staff.models import Staff


def client_cell(client: Client) -> Cell:
    return Cell(client.display_name, account_url(client.pk), sub=f"C-{client.number}")


def money_column(key: str, label: str, **options: Any) -> Column:
    """Dollars, at the end, a number in the spreadsheet."""
    return Column(key, label, align="end", total_cell=formatting.money, **options)


def by_person(text: str, prefix: str) -> Q:
    """Every word is the beginning of the client's first, preferred or last name, or the client's number."""
    found = Q()
    for word in text.split()[:4]:
        names = (
            Q(**{f"{prefix}__{field}__plain__startswith": word})
            for field in ("first_name", "last_name", "preferred_name")
        )
        any_name = Q()
        for name in names:
            any_name |= name
        number = word.upper().removeprefix("C-")
        if number.isascii() and number.isdigit() and len(number) < 10:
            any_name |= Q(**{f"{prefix}__number": int(number)})
        found &= any_name
    return found


def clinicians(request: Any) -> QuerySet[Staff]:
    """Those who may be filtered by: for a clinician only themselves."""
    everybody = Staff.objects.filter(takes_appointments=True).order_by("last_name", "first_name")
    if request is None or rules.can_see_balances(request.user):
        return everybody
    return everybody.filter(user=request.user)
