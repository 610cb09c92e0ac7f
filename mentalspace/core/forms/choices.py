"""Choosing one of many: a select that becomes a box to search in, where scripts run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from mentalspace.core.places import asked_from, came_from


@dataclass(frozen=True, slots=True)
class Option:
    """A choice the search address answers with, rendered by `ui/options.html`."""

    value: str
    label: str
    sub: str = ""


class SearchSelect(forms.Select):
    """One of many, searched at `url` (its view answers with `options_response`); without a url, among its own choices.

    With a url only what is chosen is rendered, never the thousands that could be.
    """

    template_name = "core/widgets/search_select.html"

    def __init__(
        self, url: str = "", *, placeholder: str = "Type to search", attrs: dict[str, Any] | None = None
    ) -> None:
        self.url, self.placeholder = url, placeholder
        super().__init__(attrs)

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> Any:
        """With a search address, the choices are those chosen already; without one, all of them."""
        if not self.url:
            return super().optgroups(name, value, attrs)
        chosen = [text for text in value if text]
        groups = [(None, [self.create_option(name, "", "", False, 0)], 0)]
        for index, (key, label) in enumerate(self._labels(chosen), start=1):
            option = self.create_option(name, key, label, True, index)
            groups.append((None, [option], index))
        return groups

    def _labels(self, chosen: list[str]) -> list[tuple[Any, str]]:
        """Chosen values with their labels: one query for a model's, none if nothing is chosen."""
        if not chosen:
            return []
        choices: Any = self.choices
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
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"]["attrs"].update(
            {"data-combobox": self.url or "", "data-placeholder": self.placeholder}
        )
        context["url"] = self.url
        return context


class SearchSelectMultiple(SearchSelect):
    """Several of many."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """All that were chosen."""
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """A list with nothing chosen is not sent at all."""
        return False


def options_response(request: HttpRequest, options: Sequence[Option], title: str = "Choose") -> HttpResponse:
    """The answer of a `SearchSelect`'s address: options under the box or, without scripts, a page of links.

    Each link leads back to the form with the choice as `?<field>=<value>`, so the form's view takes its initial values
    from the address.
    """
    if request.headers.get("HX-Request") == "true":
        response = render(request, "ui/options.html", {"options": options})
    else:
        back = came_from(request, asked_from(request) or "/")
        field = request.GET.get("field", "")
        links = [(_with(back, field, option.value), option) for option in options]
        context = {
            "title": title,
            "links": links,
            "back": back,
            "field": field,
            "text": request.GET.get("q", ""),
        }
        response = render(request, "ui/options_page.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _with(url: str, name: str, value: str) -> str:
    """The address with one parameter set."""
    parts = urlsplit(url)
    query = QueryDict(parts.query, mutable=True)
    query[name] = value
    return urlunsplit(("", "", parts.path, urlencode(list(query.items())), ""))
