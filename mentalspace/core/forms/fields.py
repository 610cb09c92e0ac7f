"""Fields that read what people in a practice type, and say in a sentence what they expected instead."""

import datetime as dt
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError

from mentalspace.core import formatting
from mentalspace.core.forms.widgets import DateInput, MoneyInput, TimeInput

US_DATE = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})", re.ASCII)
ISO_DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
SHORT_YEAR = re.compile(r"\d{1,2}\s*[/.\-]\s*\d{1,2}\s*[/.\-]\s*\d{2}", re.ASCII)
CLOCK = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(?:([ap])\.?(?:m\.?)?)?", re.ASCII | re.IGNORECASE)
AMOUNT = re.compile(r"-?\d+(\.\d*)?|-?\.\d+", re.ASCII)
GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
Bound = dt.date | Callable[[], dt.date] | None


class DateField(forms.Field):
    """A day, typed as MM/DD/YYYY or picked, or as ISO. `earliest` and `latest` may be functions (`clock.today`)"""

    widget = DateInput
    default_error_messages = {
        "required": "Enter a date.",
        "invalid": "Enter the date as month, day and year, for example 03/14/2026.",
        "short_year": "Write the year with four digits, for example 03/14/2026.",
        "no_such_day": "There is no such day in the calendar.",
        "early": "The date must be %(bound)s or later.",
        "late": "The date must be %(bound)s or earlier.",
    }

    def __init__(
        self, *, earliest: Bound = dt.date(1900, 1, 1), latest: Bound = dt.date(2199, 12, 31), **kwargs: Any
    ) -> None:
        self.earliest, self.latest = earliest, latest
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or a ValidationError in one sentence."""
        if value is None or isinstance(value, dt.date):
            return value.date() if isinstance(value, dt.datetime) else value
        text = str(value).strip()
        if not text:
            return None
        if match := US_DATE.fullmatch(text):
            month, day, year = (int(part) for part in match.groups())
        elif match := ISO_DATE.fullmatch(text):
            year, month, day = (int(part) for part in match.groups())
        else:
            code = "short_year" if SHORT_YEAR.fullmatch(text) else "invalid"
            raise ValidationError(self.error_messages[code], code=code)
        try:
            return dt.date(year, month, day)
        except ValueError:
            raise ValidationError(self.error_messages["no_such_day"], code="no_such_day") from None

    def validate(self, value: dt.date | None) -> None:
        """Present if required, and between the bounds."""
        super().validate(value)
        if value is None:
            return
        earliest = self.earliest() if callable(self.earliest) else self.earliest
        latest = self.latest() if callable(self.latest) else self.latest
        if earliest and value < earliest:
            raise ValidationError(
                self.error_messages["early"] % {"bound": formatting.date(earliest)}, code="early"
            )
        if latest and value > latest:
            raise ValidationError(
                self.error_messages["late"] % {"bound": formatting.date(latest)}, code="late"
            )

    def prepare_value(self, value: Any) -> Any:
        """A stored day as it is typed; what was typed wrongly stays as it is."""
        return formatting.date(value) if isinstance(value, dt.date) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares days, not spellings."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True


class TimeField(forms.Field):
    """A wall time: `2:30 PM`, `2:30pm`, `230p`, `14:30`. A lone `2:30` is refused: it may be either half of the day."""

    widget = TimeInput
    default_error_messages = {
        "required": "Enter a time.",
        "invalid": "Enter the time as hours and minutes, for example 2:30 PM.",
        "half": "Add AM or PM, for example %(example)s.",
    }

    def to_python(self, value: Any) -> dt.time | None:
        """The time, or a ValidationError in one sentence."""
        if value is None or isinstance(value, dt.time):
            return value
        text = str(value).strip()
        if not text:
            return None
        match = CLOCK.fullmatch(text)
        if match is None or (match[2] is None and match[3] is None):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
        if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if not half and len(match[1]) == 1 and hour:
            example = f"{hour}:{minute:02d} {'AM' if hour >= 7 else 'PM'}"
            raise ValidationError(self.error_messages["half"] % {"example": example}, code="half")
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        return dt.time(hour, minute)

    def prepare_value(self, value: Any) -> Any:
        """A stored time on the twelve-hour clock."""
        return formatting.time(value) if isinstance(value, dt.time) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares times to the minute, not spellings."""
        try:
            before = self.to_python(initial)
            return (before and before.replace(second=0, microsecond=0)) != self.to_python(data)
        except ValidationError:
            return True


class PhoneField(forms.CharField):
    """A phone number, stored as E.164 (`+14045550134`); without a country it is one of the US."""

    default_error_messages = {
        "required": "Enter a phone number.",
        "invalid": "Enter a phone number with its area code, for example (404) 555-0134.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The keyboard for phones, and formatting on leaving the field."""
        return {**super().widget_attrs(widget), "inputmode": "tel", "autocomplete": "off", "data-phone": ""}

    def to_python(self, value: Any) -> str:
        """E.164, or a ValidationError."""
        text = super().to_python(value)
        if not text:
            return ""
        try:
            number = phonenumbers.parse(text, "US")
        except phonenumbers.NumberParseException:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not phonenumbers.is_valid_number(number) or number.extension:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def prepare_value(self, value: Any) -> Any:
        """`(404) 555-0134`; what was typed wrongly stays as it is."""
        return formatting.phone(value) if isinstance(value, str) and value.startswith("+1") else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares numbers, not spellings."""
        try:
            return (initial or "") != self.to_python(data)
        except ValidationError:
            return True


class ZipField(forms.CharField):
    """A US ZIP code, `30309` or `30309-1234`."""

    default_error_messages = {
        "invalid": "Enter a ZIP code of five digits, for example 30309, or nine: 30309-1234."
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Digits first on phones."""
        return {**super().widget_attrs(widget), "inputmode": "numeric", "data-zip": "", "maxlength": "10"}

    def to_python(self, value: Any) -> str:
        """Five digits, or five and four."""
        text = super().to_python(value)
        if not text:
            return ""
        match = re.fullmatch(r"(\d{5})(?:[\s-]?(\d{4}))?", text, re.ASCII)
        if match is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return f"{match[1]}-{match[2]}" if match[2] else match[1]


class MoneyField(forms.Field):
    """An amount in dollars: `1234.5`, `$1,234.50`. Not more than two decimals, and never rounded for the person."""

    widget = MoneyInput
    default_error_messages = {
        "required": "Enter an amount.",
        "invalid": "Enter an amount in dollars and cents, for example 125.00.",
        "decimals": "Use at most two decimals: cents are the smallest unit.",
        "minimum": "The amount must be at least %(bound)s.",
        "maximum": "The amount must be at most %(bound)s.",
    }

    def __init__(
        self,
        *,
        minimum: Decimal | int | None = 0,
        maximum: Decimal | int | None = Decimal("99999999.99"),
        **kwargs: Any,
    ) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """The amount with two decimals, or a ValidationError."""
        if value is None or isinstance(value, Decimal):
            return value
        text = str(value).strip().replace(formatting.MINUS, "-").replace(" ", "")
        if not text:
            return None
        text = re.sub(r"^(-?)\$", r"\1", text)
        if GROUPED.fullmatch(text):
            text = text.replace(",", "")
        if len(text) > 30 or not AMOUNT.fullmatch(text):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        amount = Decimal(text)
        if amount != amount.quantize(formatting.CENT):
            raise ValidationError(self.error_messages["decimals"], code="decimals")
        return amount.quantize(formatting.CENT)

    def validate(self, value: Decimal | None) -> None:
        """Present if required, and between the bounds."""
        super().validate(value)
        if value is None:
            return
        if self.minimum is not None and value < self.minimum:
            raise ValidationError(
                self.error_messages["minimum"] % {"bound": formatting.money(self.minimum)}, code="minimum"
            )
        if self.maximum is not None and value > self.maximum:
            raise ValidationError(
                self.error_messages["maximum"] % {"bound": formatting.money(self.maximum)}, code="maximum"
            )

    def prepare_value(self, value: Any) -> Any:
        """`1,234.50`; what was typed wrongly stays as it is."""
        return f"{value:,.2f}" if isinstance(value, Decimal) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares amounts, not spellings."""
        try:
            return self.to_python(initial) != self.to_python(data)
        except ValidationError:
            return True
