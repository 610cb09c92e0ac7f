"""The accounting of disclosures as a paper for the client."""

from collections.abc import Iterable
from typing import Any

from clients.models import Client
from documents.disclosures.models import Disclosure
from mentalspace.core import clock, formatting


def account_paper(client: Client, rows: Iterable[Disclosure], period: str) -> dict[str, Any]:
    """Data of `documents/pdf/disclosures.typ`: what stands, day by day."""
    standing = [row for row in rows if row.voided_at is None]
    about = [("Client", client.legal_name), ("Client number", f"C-{client.number}")]
    return {
        "title": "Accounting of disclosures",
        "about": about,
        "facts": [
            *about,
            ("Date of birth", formatting.date(client.date_of_birth)),
            ("Period", period),
            ("Made on", formatting.date(clock.today())),
            ("Disclosures", formatting.number(len(standing))),
        ],
        "rows": [_line(row) for row in standing],
    }


def _line(row: Disclosure) -> list[str]:
    to_whom = "\n".join(part for part in (row.recipient, row.address) if part)
    what = f"{row.get_kind_display()}: {row.what}"
    why = f"{row.purpose}\n{row.get_ground_display()}"
    return [formatting.instant_date(row.released_at, clock.zone()), to_whom, what, why]
