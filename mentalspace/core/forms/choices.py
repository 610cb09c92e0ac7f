"""Choosing one of many: a select that becomes a box to search in, where scripts run."""

from dataclasses import dataclass
from typing import Any

from django import forms


@dataclass(frozen=True, slots=True)
class Option:
    """A choice the search address answers with, rendered by `ui/options.html`."""

    value: str
    label: str
    sub: str = ""


class _Search:
    """Renders only what is chosen, never the thousands that could be."""

    template_name = "core/widgets/search_select.html"

    def __init__(
        self, url: str = "", *, placeholder: str = "Type to search", attrs: dict[str, Any] | None = None
    ) -> None:
        self.url, self.placeholder = url, placeholder
        super().__init__(attrs)

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """With a search address, the choices are those chosen already; without one, all of them."""
        if not self.url:
            return super().optgroups(name, value, attrs)  # type: ignore[misc]
        chosen = [text for text in value if text]
        groups = [(None, [self.create_option(name, "", "", set(), 0)], 0)]  # type: ignore[attr-defined]
        for index, (key, label) in enumerate(self._labels(chosen), start=1):
            option = self.create_option(name, key, label, {str(key)}, index)  # type: ignore[attr-defined]
            groups.append((None, [option], index))
        return groups

    def _labels(self, chosen: list[str]) -> list[tuple[Any, str]]:
        """Chosen values with their labels: one query for a model's, none if nothing is chosen."""
        if not chosen:
            return []
        choices: Any = self.choices  # type: ignore[attr-defined]
        field = getattr(choices, "field", None)
        if field is None or not hasattr(choices, "queryset"):
            return [(key, label) for key, label in choices if str(key) in chosen]
        valid = []
        for text in chosen:
            try:
                valid.append(choices.queryset.model._meta.pk.to_python(text))
            except (forms.ValidationError, ValueError):
                continue
        return [(item.pk, field.label_from_instance(item)) for item in choices.queryset.filter(pk__in=valid)]

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Adds what the script needs."""
        context: dict[str, Any] = super().get_context(name, value, attrs)  # type: ignore[misc]
        context["widget"]["attrs"].update(
            {"data-combobox": self.url or "", "data-placeholder": self.placeholder}
        )
        context["url"] = self.url
        return context


class SearchSelect(_Search, forms.Select):
    """One of many, searched at `url` (answers `?q=` with `ui/options.html`); without a url, among its own choices."""


class SearchSelectMultiple(_Search, forms.SelectMultiple):
    """Several of many."""
