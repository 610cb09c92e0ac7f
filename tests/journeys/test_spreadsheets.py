"""Every list of the application as a spreadsheet, with formulas wherever the database takes them: none would run."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.apps import apps
from django.db import Error, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Left
from django.test import Client as Visitor

from accounts.choices import Role
from accounts.models import User
from mentalspace.core.lists.export import PLAIN_NUMBER, UNSEEN
from tests.journeys.addresses import Samples, pages
from tests.journeys.conftest import login_of

pytestmark = pytest.mark.django_db

ROOMS = ("staff", "clients", "messaging", "scheduling", "documents", "billing", "crm")
FORMULA = "=1+"
RUNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Some roles see other columns, and some lists only one role exports.
ROLES = (Role.ADMIN, Role.BILLER, Role.FRONT_DESK, Role.THERAPIST)


def poison() -> set[str]:
    """Let each text column begin with a formula, where no constraint forbids it; the columns."""
    poisoned = set()
    # Who signs in, and with which session, must stay as they are.
    for model in (model for app in ROOMS for model in apps.get_app_config(app).get_models()):
        for column in model._meta.concrete_fields:
            if (
                type(column) not in (models.CharField, models.TextField)
                or column.choices
                or column.primary_key
            ):
                continue
            longest = (column.max_length or 500) - len(FORMULA)
            try:
                with transaction.atomic():
                    model._base_manager.exclude(**{f"{column.name}__in": [""]}).update(
                        **{column.name: Concat(Value(FORMULA), Left(F(column.name), longest))}
                    )
                    poisoned.add(f"{model._meta.db_table}.{column.column}")
            except (Error, ValueError):
                continue
    return poisoned


def runs(cell: str) -> bool:
    """Whether a spreadsheet would compute this cell."""
    return cell.lstrip(UNSEEN).startswith(RUNS) and not PLAIN_NUMBER.fullmatch(cell)


def spreadsheet(visitor: Visitor, address: str) -> tuple[int, str | None]:
    """The answer's status, and the text of the spreadsheet of this address, if there is one.

    Some poisoned columns hold words of the program, which a page cannot do without: those answer 500. As every
    request has a transaction of its own in production, none of them spoils the next here.
    """
    with transaction.atomic():
        answer = visitor.get(address)
        is_spreadsheet = answer.headers.get("Content-Type", "").startswith("text/csv")
        text = b"".join(answer).decode("utf-8-sig") if is_spreadsheet else None
        transaction.set_rollback(True)
    return answer.status_code, text


def test_no_cell_of_any_list_runs(demo: None) -> None:
    emails = {role: login_of(role) for role in ROLES}
    visitors = {role: Visitor(raise_request_exception=False) for role in ROLES}
    for role, visitor in visitors.items():
        visitor.force_login(User.objects.get(email=emails[role]))
    samples = Samples()
    addresses = {
        f"{found[0]}?format=csv": title
        for name, pattern in pages()
        for title, found in samples.kinds(name, pattern)
        if found
    }
    assert {"clients.first_name", "clients.last_name", "staff.last_name", "crm_leads.name"} & poison()
    exported, wrong, formulas = set(), [], 0
    for address, title in addresses.items():
        for role, visitor in visitors.items():
            status, text = spreadsheet(visitor, address)
            if text is None and status == 200:
                # What is a page for one role is a spreadsheet for none.
                break
            if text is None:
                continue
            exported.add(re.sub(r" .*", "", title))
            for row in csv.reader(io.StringIO(text)):
                wrong += [f"{role} {address}: {cell!r}" for cell in row if runs(cell)]
                formulas += sum(FORMULA in cell for cell in row)
    assert wrong == []
    assert {"clients:client_list", "crm:lead_list", "staff:staff_list"} <= exported
    assert len(exported) > 12
    # Formulas did reach the spreadsheets, or nothing was tried.
    assert formulas > 100


@pytest.mark.parametrize("cell", ["=1", " =1", "\t=1", "\u3000\uff1d1", "+1-2", "@SUM(A1)"])
def test_the_test_knows_a_formula(cell: str) -> None:
    assert runs(cell)
    assert not runs(f"'{cell}")
