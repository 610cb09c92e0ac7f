"""Numbers as people type them into forms."""

from decimal import Decimal, InvalidOperation

from mentalspace.core import formatting


def as_number(text: object) -> Decimal | None:
    """A stored or typed number; None where it is none."""
    try:
        value = Decimal(str(text).strip().replace(",", "").removesuffix("%").replace(formatting.MINUS, "-"))
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value) < 10**9 and len(str(text)) < 30 else None
