"""Inputs with the right keyboard on phones; scripts add pickers and tidy what was typed."""

from typing import Any

from django import forms


class DateInput(forms.TextInput):
    """Typed as MM/DD/YYYY; a script puts a calendar button beside it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {
            "placeholder": "MM/DD/YYYY",
            "inputmode": "numeric",
            "autocomplete": "off",
            "data-date": "",
            "maxlength": "20",
        }
        super().__init__(
            {**usual, **(attrs or {}), "class": f"is-date {(attrs or {}).get('class', '')}".strip()}
        )


class TimeInput(forms.TextInput):
    """Typed as 2:30 PM."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"placeholder": "2:30 PM", "autocomplete": "off", "data-time": "", "maxlength": "12"}
        super().__init__(
            {**usual, **(attrs or {}), "class": f"is-time {(attrs or {}).get('class', '')}".strip()}
        )


class MoneyInput(forms.TextInput):
    """An amount behind a dollar sign."""

    template_name = "core/widgets/money.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"inputmode": "decimal", "autocomplete": "off", "data-money": "", "maxlength": "20"}
        super().__init__(
            {**usual, **(attrs or {}), "class": f"is-money {(attrs or {}).get('class', '')}".strip()}
        )
