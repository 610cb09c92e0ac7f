"""An invoice as it was issued, formatted for its page and its PDF. Everything comes from the snapshot."""

from datetime import date
from decimal import Decimal
from typing import Any

from billing.choices import InvoiceStatus
from billing.models import Invoice
from mentalspace.core import formatting


def _money(text: str) -> str:
    return formatting.money(Decimal(text))


def invoice_paper(invoice: Invoice) -> dict[str, Any]:
    """Strings only. The letterhead is the practice's as it was on the day of issue."""
    saved = invoice.snapshot
    address = saved["client"].get("address") or {}
    place = ", ".join(part for part in (address.get("city", ""), address.get("state", "")) if part)
    lines = [_line(each) for each in saved["lines"]]
    return {
        "practice": {
            **saved["practice"],
            "phone": formatting.phone(saved["practice"]["phone"]),
            "logo": None,
        },
        "number": invoice.number,
        "client": saved["client"]["name"],
        "client_number": f"C-{saved['client']['number']}",
        "address": [
            part
            for part in (address.get("street", ""), f"{place} {address.get('zip_code', '')}".strip())
            if part
        ],
        "issued": formatting.date(invoice.invoice_date),
        "due": formatting.date(invoice.due_date),
        "void": invoice.status == InvoiceStatus.VOID,
        "void_reason": invoice.void_reason,
        "lines": lines,
        "rows": [list(line["cells"]) for line in lines],
        "total_charges": _money(saved["total_charges"]),
        "total_insurance": _money(saved["total_insurance"]),
        "total_adjustments": _money(saved["total_adjustments"]),
        "total_paid": _money(saved["total_paid"]),
        "total_due": _money(saved["total_due"]),
        "is_paid": Decimal(saved["total_due"]) == 0,
        "note": saved.get("note", ""),
    }


def _line(saved: dict[str, Any]) -> dict[str, Any]:
    what = " ".join(part for part in (saved["code"], saved["description"]) if part)
    if saved["units"] > 1:
        what = f"{what} × {saved['units']}"
    if saved["clinician"]:
        what = f"{what}, {saved['clinician']}"
    cells = (
        formatting.date(date.fromisoformat(saved["date"])),
        what,
        _money(saved["charge"]),
        _money(saved["insurance"]),
        _money(saved["adjustments"]),
        _money(saved["paid"]),
        _money(saved["due"]),
    )
    return {"bill": saved["bill"], "cells": cells}
