"""The practice's service codes: kept by hand, or read from a file, all of it or nothing."""

import csv
import io
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from billing import rules
from billing.choices import UnitRule
from billing.errors import CodeTaken, ImportRefused
from billing.models import ServiceCode
from mentalspace.core import audit
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require

COLUMNS = ("code", "label", "fee", "min_minutes", "max_minutes", "unit_rule")
NEEDED = ("code", "label", "fee")
MOST_LINES = 5_000


@dataclass(frozen=True)
class Imported:
    """How many codes a file added, changed, and held unchanged."""

    created: int
    changed: int
    unchanged: int


@transaction.atomic
def create_code(*, actor: User, **fields: Any) -> ServiceCode:
    """Raises NotPermitted, CodeTaken."""
    require(rules.can_manage_bills(actor))
    fields["code"] = fields["code"].strip().upper()
    if ServiceCode.objects.filter(code=fields["code"]).exists():
        raise CodeTaken
    code = ServiceCode.objects.create(**fields)
    audit.record(
        actor=actor,
        verb="service_code.created",
        obj=code,
        changes={"code": ["", code.code], "fee": ["", str(code.fee)]},
    )
    return code


@transaction.atomic
def update_code(*, actor: User, code_id: UUID, version: int, **fields: Any) -> ServiceCode:
    """Bills keep what they charged; only new ones use the new fee.

    Raises NotPermitted, StaleVersion, CodeTaken.
    """
    require(rules.can_manage_bills(actor))
    code = ServiceCode.objects.select_for_update().get(pk=code_id)
    if code.version != version:
        raise StaleVersion
    if "code" in fields:
        fields["code"] = fields["code"].strip().upper()
        if ServiceCode.objects.filter(code=fields["code"]).exclude(pk=code.pk).exists():
            raise CodeTaken
    return _change(actor, code, fields)


@transaction.atomic
def set_code_active(*, actor: User, code_id: UUID, is_active: bool) -> ServiceCode:
    """Take a code out of use, or bring it back. Raises NotPermitted."""
    require(rules.can_manage_bills(actor))
    code = ServiceCode.objects.select_for_update().get(pk=code_id)
    return _change(actor, code, {"is_active": is_active})


@transaction.atomic
def import_codes(*, actor: User, text: str) -> Imported:
    """Read codes from CSV with a header line (code, label, fee; further: min_minutes, max_minutes, unit_rule).

    Codes that exist are changed, others added; nothing is if any line is wrong. Raises NotPermitted, ImportRefused.
    """
    require(rules.can_manage_bills(actor))
    rows = read_codes(text)
    existing = {code.code: code for code in ServiceCode.objects.select_for_update().filter(code__in=rows)}
    created = changed = unchanged = 0
    for name, fields in rows.items():
        code = existing.get(name)
        if code is None:
            create_code(actor=actor, **fields)
            created += 1
        elif audit.changed_fields(code, fields):
            _change(actor, code, fields)
            changed += 1
        else:
            unchanged += 1
    return Imported(created, changed, unchanged)


def read_codes(text: str) -> dict[str, dict[str, Any]]:
    """The fields of each code in a CSV text. Raises ImportRefused with every faulty line."""
    try:
        return _read_codes(text)
    except csv.Error:
        # A cell without an end, most often because its closing quote is missing.
        raise ImportRefused(
            [(1, "The file cannot be read as CSV. A quotation mark may be missing.")]
        ) from None


def _read_codes(text: str) -> dict[str, dict[str, Any]]:
    reader = csv.DictReader(io.StringIO(text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}")), skipinitialspace=True)
    header = [(name or "").strip().lower().replace(" ", "_") for name in reader.fieldnames or []]
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise ImportRefused(
            [(1, f"The first line must name the columns code, label and fee; missing: {', '.join(missing)}.")]
        )
    unknown = [name for name in header if name and name not in COLUMNS]
    if unknown:
        named = ", ".join(name[:40] for name in unknown[:5]) + (" and more" if len(unknown) > 5 else "")
        raise ImportRefused([(1, f"Unknown columns: {named}. Known are {', '.join(COLUMNS)}.")])
    reader.fieldnames = header
    rows: dict[str, dict[str, Any]] = {}
    faults: list[tuple[int, str]] = []
    for raw in reader:
        line = reader.line_num
        if line > MOST_LINES:
            raise ImportRefused([(line, f"A file may have at most {MOST_LINES:,} lines.")])
        if not any(value for value in raw.values() if isinstance(value, str) and value.strip()):
            continue
        fields, problems = _row(raw)
        if fields["code"] in rows:
            problems.append(f"{fields['code']} stands in the file twice.")
        faults += [(line, problem) for problem in problems]
        rows[fields["code"]] = fields
    if not rows and not faults:
        faults = [(1, "The file has no lines after the first.")]
    if faults:
        raise ImportRefused(faults)
    return rows


def _row(raw: dict[Any, Any]) -> tuple[dict[str, Any], list[str]]:
    """One line's values, and what is wrong with them."""
    problems: list[str] = []
    if raw.get(None):
        problems.append("There are more values than columns; put text with commas in quotation marks.")
    text = {name: (raw.get(name) or "").strip() for name in COLUMNS}
    code, label = text["code"].upper(), text["label"]
    if not code or len(code) > 20:
        problems.append("The code is missing." if not code else "The code has more than 20 characters.")
    if not label or len(label) > 120:
        problems.append("The label is missing." if not label else "The label has more than 120 characters.")
    fee = _money(text["fee"], problems)
    low, high = (_minutes(text[name], name, problems) for name in ("min_minutes", "max_minutes"))
    if low is not None and high is not None and high < low:
        problems.append("The most minutes are fewer than the least.")
    rule = text["unit_rule"] or UnitRule.PER_SESSION
    if rule not in UnitRule.values:
        problems.append(f"“{rule}” is no unit rule; known are {', '.join(UnitRule.values)}.")
    fields = {
        "code": code,
        "label": label,
        "fee": fee,
        "min_minutes": low,
        "max_minutes": high,
        "unit_rule": str(rule),
    }
    return fields, problems


def _money(text: str, problems: list[str]) -> Decimal:
    plain = text.replace("$", "").replace(",", "").strip()
    try:
        fee = Decimal(plain)
    except InvalidOperation:
        fee = Decimal("NaN")
    if not fee.is_finite() or fee < 0 or fee >= Decimal("1000000"):
        problems.append(f"“{text}” is no fee; write it like 125.00." if text else "The fee is missing.")
        return Decimal("0.00")
    if fee != fee.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP):
        problems.append(f"“{text}” has more than two decimals.")
    return fee.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _minutes(text: str, name: str, problems: list[str]) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or int(text) > 1440:
        problems.append(f"“{text}” is no number of minutes ({name}).")
        return None
    return int(text)


def _change(actor: User, code: ServiceCode, fields: dict[str, Any]) -> ServiceCode:
    changes = audit.changed_fields(code, fields)
    if not changes:
        return code
    for name, value in fields.items():
        setattr(code, name, value)
    code.version += 1
    code.save(update_fields=[*fields, "version", "updated_at"])
    audit.record(actor=actor, verb="service_code.changed", obj=code, changes=changes)
    return code
