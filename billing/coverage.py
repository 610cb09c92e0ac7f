"""Who pays for a day: the client's coverage on it, and how a fee splits into the insurer's and the client's part."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from billing.models import ZERO
from clients.models import Client


@dataclass(frozen=True, slots=True)
class Parts:
    """A proposed split of a fee; the two parts add up to it. `payer` is empty for self-pay."""

    insurance_amount: Decimal
    client_amount: Decimal
    payer: str = ""


def insurance_of(client: Client) -> list[dict[str, Any]]:
    """The coverages on file; none without a profile. Load `profile` with the client."""
    profile = getattr(client, "profile", None)
    return list(profile.insurance_info) if profile is not None else []


def coverage_on(insurance_info: Iterable[Mapping[str, Any]], day: date) -> Mapping[str, Any] | None:
    """The first-ranked coverage in force on `day`, or None: the client pays."""
    ranks = ("primary", "secondary", "tertiary")
    valid = [
        each
        for each in insurance_info
        if (not each.get("effective_from") or str(each["effective_from"]) <= day.isoformat())
        and (not each.get("effective_to") or str(each["effective_to"]) >= day.isoformat())
    ]
    return min(valid, key=lambda each: ranks.index(each.get("rank", "primary")), default=None)


def propose_parts(fee: Decimal, coverage: Mapping[str, Any] | None) -> Parts:
    """Insured: the copay is the client's, the rest the insurer's. Self-pay: all of it is the client's."""
    if coverage is None:
        return Parts(ZERO, fee)
    copay = min(Decimal(str(coverage.get("copay") or "0.00")), fee)
    return Parts(fee - copay, copay, str(coverage["provider"]))


def forbids_missed_fees(insurance_info: Iterable[Mapping[str, Any]], day: date, payers: Iterable[str]) -> str:
    """The name of a payer in force on `day` whose members may not be charged for a missed visit; empty if none."""
    words = [name.casefold() for name in payers]
    for each in insurance_info:
        if coverage_on([each], day) is None:
            continue
        text = f"{each.get('provider', '')} {each.get('plan', '')}".casefold()
        if any(word in text for word in words):
            return str(each.get("provider", ""))
    return ""
