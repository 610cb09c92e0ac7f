"""Every address of Django's admin: shut to all but administrators, and open to them as each screen says."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import RequestFactory
from django.urls import NoReverseMatch, reverse

from tests.architecture.asking import Answer, ask
from tests.architecture.practice import Practice
from tests.architecture.urls import ADMIN_URLS, nothing

pytestmark = pytest.mark.django_db
# One of a role, one of two roles, and those without any: whose clients they are plays no part in this door, and
# test_gates asks every role at it.
SHUT_OUT = ("anonymous", "therapist", "clinical_lead", "disabled")
OF_A_ROW = ("change", "delete", "history")
# Addresses of the admin that show nothing, or lead to the application's own pages.
WITHOUT_RECORDS = {"login", "logout", "password_change", "password_change_done", "jsi18n"}
ARGUMENTS: dict[str, dict[str, Any]] = {
    "app_list": {"app_label": "clients"},
    "view_on_site": {"content_type_id": 1, "object_id": "1"},
}


def addresses(world: Practice) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each address by its name, once with a record where it takes one and once with none."""
    for name, pattern in ADMIN_URLS:
        if not name.startswith("admin:") or not pattern.name or pattern.name in WITHOUT_RECORDS:
            continue
        model, _, page = pattern.name.rpartition("_")
        kind = next((each for each in admin.site._registry if _named(each) == model), None)
        if kind is not None and page in OF_A_ROW:
            row = world.households[0].get(kind) or kind._default_manager.first()
            for pk in ([row.pk] if row else []) + [nothing(kind)]:
                yield name, reverse(name, args=[pk]), {"pk": pk}
        else:
            try:
                yield name, reverse(name, kwargs=ARGUMENTS.get(pattern.name, {})), {}
            except NoReverseMatch:
                raise AssertionError(f"{name} takes something that nobody classified") from None


def _named(model: type[Model]) -> str:
    return f"{model._meta.app_label}_{model._meta.model_name}"


def reached(world: Practice, name: str, only: set[str] | None = None) -> list[tuple[Any, ...]]:
    """Addresses that answer this persona with anything but the one refusal, whatever they name."""
    wrong: list[tuple[Any, ...]] = []
    refusals: dict[str, Answer] = {}
    doors = (reverse("accounts:sign_in"), reverse("admin:login"))
    for url_name, url, ids in addresses(world):
        if only is not None and url_name not in only:
            continue
        for method in ("get", "post"):
            answer = ask(world.personas[name], method, url, ids)
            if answer.status not in {302, 403} or answer.wrote:
                wrong.append((url_name, method, answer.status))
            elif answer.status == 302:
                if not answer.headers["Location"].startswith(doors):
                    wrong.append((url_name, method, answer.headers["Location"]))
            elif answer.shown != refusals.setdefault(method, answer).shown:
                wrong.append((url_name, method, "refused in other words"))
    return wrong


@pytest.mark.parametrize("name", SHUT_OUT)
def test_nobody_but_an_administrator_is_answered(world: Practice, name: str) -> None:
    """The same refusal for every address, with a record and without one."""
    assert reached(world, name) == []


def test_a_planted_hole_is_found(world: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test of the test: an admin that lets in whoever is signed in."""
    monkeypatch.setattr(admin.site, "has_permission", lambda request: request.user.is_active)
    assert {name for name, *_ in reached(world, "biller", {"admin:index"})} == {"admin:index"}


def test_administrators_may_there_what_each_screen_says(world: Practice) -> None:
    """What a screen forbids is forbidden by its address too, not only by a missing button."""
    persona, wrong = world.personas["admin"], []
    request = RequestFactory().get("/admin/")
    request.user = persona.user  # type: ignore[assignment]
    for model, screen in admin.site._registry.items():
        row = world.households[0].get(model) or model._default_manager.first()
        lists = ask(persona, "get", reverse(f"admin:{_named(model)}_changelist"), {})
        if lists.status != 200:
            wrong.append((_named(model), "list", lists.status))
        add = ask(persona, "get", reverse(f"admin:{_named(model)}_add"), {}).status
        if (add == 403) == screen.has_add_permission(request):
            wrong.append((_named(model), "add", add))
        if row is None:
            continue
        for page, may in (
            ("change", screen.has_view_permission(request, row)),
            ("delete", screen.has_delete_permission(request, row)),
        ):
            status = ask(persona, "get", reverse(f"admin:{_named(model)}_{page}", args=[row.pk]), {}).status
            if status != (200 if may else 403):
                wrong.append((_named(model), page, status))
    assert wrong == []
