"""An id sent along, in a form or behind the question mark, is judged as one in the address is.

Which fields take ids is found in the forms; ids that views read by themselves are found in their source. Each is sent
to every address that a person may open, once naming a record out of their sight and once naming none: the answers and
what was written must be the same. Then whole forms are sent that would succeed but for that one id.
"""

import ast
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path, reverse

from accounts.models import User
from clients import rules as client_rules
from clients.models import Client
from mentalspace.core.gates import anonymous, requires
from mentalspace.core.ids import read_id
from scheduling.models import Appointment
from staff.models import Staff
from tests.architecture.asking import Answer, ask, cases, sees
from tests.architecture.practice import Persona, Practice
from tests.architecture.test_matrix import urlconf
from tests.architecture.urls import NEVER_THE_SAME, gate_of, nothing, own_urls

pytestmark = pytest.mark.django_db
# Ids that views read by themselves, and fields that check an id as text: what they stand for.
READ_BY_HAND: dict[str, type[Model]] = {
    "appointment": Appointment,
    "client": Client,
    "including": Appointment,
    "selected": Appointment,
    "staff": Staff,
    "to": User,
}
# Of what a request makes, and of a chart on a page.
NEW = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|plot-\d+")
ASKED = ("therapist", "biller")


def _forms(kind: type[Any] = forms.BaseForm) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _forms(each)


def _fields() -> dict[str, type[Model]]:
    """Every field of the application's forms that takes the id of a record, with its model."""
    own = {
        app.name for app in apps.get_app_configs() if (settings.BASE_DIR / app.name.split(".")[0]).is_dir()
    }
    found: dict[str, type[Model]] = {}
    for form in _forms():
        if form.__module__.split(".")[0] in {name.split(".")[0] for name in own}:
            for name, field in getattr(form, "base_fields", {}).items():
                if isinstance(field, forms.ModelChoiceField) and field.queryset is not None:
                    found[name] = field.queryset.model
    return found


def _read_by_hand() -> set[str]:
    """What is handed to `read_id` or `read_ids` straight from a request."""
    found = set()
    for app in apps.get_app_configs():
        if not (settings.BASE_DIR / app.name.split(".")[0]).is_dir() or app.name == "mentalspace.core":
            continue
        for source in Path(app.path).rglob("*.py"):
            if not any(part.startswith("views") for part in source.relative_to(app.path).parts):
                continue
            for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"read_id", "read_ids"}:
                    found |= {
                        part.value
                        for part in ast.walk(node)
                        if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    }
    return found


def _out_of_sight(world: Practice, persona: Persona, model: type[Model]) -> Model | None:
    rows = [rows[model] for rows in world.households if model in rows]
    return next((row for row in rows if not sees(persona.user, row)), None)


def test_every_id_that_a_view_reads_by_itself_is_classified() -> None:
    assert _read_by_hand() - set(READ_BY_HAND) == set()


def steady(answer: Answer) -> tuple[Any, ...]:
    """The answer without the ids of rows that are made anew, and of a paper only that it came."""
    is_paper = answer.headers.get("Content-Type", "").startswith("application/pdf")
    headers = {key: NEW.sub("", held) for key, held in answer.headers.items()}
    return answer.status, "" if is_paper else NEW.sub("", answer.body), headers, answer.wrote


def told_apart(world: Practice, persona: Persona, urls: Any) -> list[tuple[Any, ...]]:
    """Addresses that answer an id out of sight otherwise than one of nothing, or write something else."""
    fields = {**_fields(), **READ_BY_HAND}
    hidden = {key: row for key, model in fields.items() if (row := _out_of_sight(world, persona, model))}
    theirs = {key: str(row.pk) for key, row in hidden.items()}
    none = {key: str(nothing(type(row))) for key, row in hidden.items()}
    wrong = []
    for url_name, pattern in urls:
        gate = gate_of(pattern)
        if gate is anonymous or not gate(persona.user) or url_name in NEVER_THE_SAME:
            continue
        seen = (real for real, other in cases(world, url_name, pattern) if real.rows or real == other)
        case = next((real for real in seen if all(sees(persona.user, row) for row in real.rows)), None)
        if case is None:
            continue
        url = reverse(url_name, kwargs=case.kwargs)
        for method in ("get", "post"):
            first = ask(persona, method, url, dict(theirs), theirs)
            if first.status == 405 and not first.wrote:
                continue
            second = ask(persona, method, url, dict(none), none)
            if steady(first) != steady(second):
                wrong.append((url_name, method, first.status, second.status))
    return wrong


@pytest.mark.parametrize("name", ASKED)
def test_an_id_out_of_sight_is_answered_as_one_of_nothing(world: Practice, name: str) -> None:
    assert told_apart(world, world.personas[name], own_urls()) == []


@requires(client_rules.can_see_client)
def hole_in_form(request: HttpRequest) -> HttpResponse:
    """Minds who asks, and takes whatever client the form names."""
    key = read_id(request.POST.get("client"))
    if key and (client := Client.objects.filter(pk=key).first()):
        client.save(update_fields=["pronouns"])
    return HttpResponse("Saved.")


def test_a_planted_hole_is_found(world: Practice) -> None:
    with override_settings(ROOT_URLCONF=urlconf(path("hole/", hole_in_form, name="hole"))):
        urls = [found for found in own_urls() if found[0] == "hole"]
        assert told_apart(world, world.personas["therapist"], urls) == [("hole", "post", 200, 200)]


def _whole_forms(
    world: Practice, persona: Persona, client: Any, session: Any
) -> dict[str, tuple[str, dict[str, Any]]]:
    """Forms as a person fills them in, about this client and this session."""
    own = persona.user.staff if persona.user else None
    assert isinstance(own, Staff)
    at = {"date": "12/09/2026", "start": "10:00 AM", "minutes": "50", "location": "telehealth"}
    return {
        "booking": (
            reverse("scheduling:appointment_create"),
            {"client": client, "staff": own.pk, "type": "individual", **at},
        ),
        "group": (
            reverse("scheduling:group_session_create"),
            {"clients": [client], "staff": own.pk, **at},
        ),
        "message": (
            reverse("messaging:message_create"),
            {
                "receivers": [world.personas["front_desk"].user.pk],  # type: ignore[union-attr]
                "client": client,
                "category": "clinical",
                "urgency": "normal",
                "subject": "Next visit",
                "content": "Please call.",
            },
        ),
        "document": (
            f"{reverse('documents:document_create')}?client={client}",
            {"form_key": "free", "title": "Letter", "appointment": session or ""},
        ),
    }


@pytest.mark.parametrize("form", ["booking", "group", "message", "document"])
def test_a_whole_form_about_a_client_out_of_sight_is_one_about_nobody(world: Practice, form: str) -> None:
    """The same form about one's own client takes effect, so nothing but the client stands in its way."""
    persona = world.personas["therapist"]
    mine, other = (rows[Client].pk for rows in world.households)
    missing = uuid.UUID(int=7)
    answers = {}
    for which, client in (("own", mine), ("another's", other), ("nobody", missing)):
        url, data = _whole_forms(world, persona, client, "")[form]
        answers[which] = ask(persona, "post", url, {"client": client}, data)
    assert answers["own"].wrote, f"the form itself is not accepted: {answers['own'].status}"
    assert answers["another's"].shown == answers["nobody"].shown
    assert (answers["another's"].wrote, answers["nobody"].wrote) == (frozenset(), frozenset())


def test_nobody_books_into_a_colleagues_calendar(world: Practice) -> None:
    """Colleagues are seen, so their id is no secret; booking for them is still refused and writes nothing."""
    persona = world.personas["therapist"]
    url, data = _whole_forms(world, persona, world.households[0][Client].pk, "")["booking"]
    answer = ask(persona, "post", url, {}, data | {"staff": world.households[1][Staff].pk})
    assert (answer.status, answer.wrote) == (422, frozenset())


def test_a_draft_of_ones_own_is_not_hung_on_anothers_session(world: Practice) -> None:
    persona = world.personas["therapist"]
    mine, other = world.households
    data = {"form_key": "free", "title": "Letter"}
    url = f"{reverse('documents:document_create')}?client={mine[Client].pk}"
    theirs, none = (
        ask(persona, "post", url, {"appointment": session}, data | {"appointment": session})
        for session in (other[Appointment].pk, uuid.UUID(int=7))
    )
    assert theirs.shown == none.shown
    assert (theirs.wrote, none.wrote) == (frozenset(), frozenset())
