"""The audit log as administrators read it."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentalspace.core import audit, clock
from mentalspace.core.models import AuditEvent
from mentalspace.workspace.audit_words import GROUPS, SENTENCES, changes_in_words, sentence
from tests.cast import Cast
from tests.clients.factories import ClientFactory

pytestmark = pytest.mark.django_db


def read(cast: Cast, **query: str) -> str:
    browser = Browser()
    browser.force_login(cast.admin)
    return browser.get(reverse("workspace:audit_log"), query).content.decode()


def test_a_row_names_its_client_and_leads_to_the_chart_and_to_all_about_the_client(cast: Cast) -> None:
    client = ClientFactory.create(first_name="Nell", last_name="Nightshade")
    other = ClientFactory.create(first_name="Olly", last_name="Otter")
    audit.record(actor=cast.admin, verb="client.viewed", obj=client, client_id=client.pk)
    audit.record(actor=cast.admin, verb="client.viewed", obj=other, client_id=other.pk)
    page = read(cast)
    assert reverse("clients:client_detail", args=[client.pk]) in page
    assert f"?client={client.pk}" in page
    for query in ({"client": str(client.pk)}, {"q": "nell"}, {"q": f"C-{client.number}"}):
        found = read(cast, **query)
        assert "Nell Nightshade" in found
        assert "Olly Otter" not in found


def test_names_cost_one_query_for_all_rows(cast: Cast) -> None:
    counts = []
    for _ in range(2):
        client = ClientFactory.create()
        audit.record(actor=cast.admin, verb="client.viewed", obj=client, client_id=client.pk)
        with CaptureQueriesContext(connection) as asked:
            read(cast)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": ["active", "inactive"]}, "status: active → inactive"),
        ({"number": [None, "INV-1000"]}, "number: INV-1000"),
        ({"phone": ["4045550100", ""]}, "phone: 4045550100 → none"),
        ({"policy_number": ["", ""]}, "policy number"),
    ],
)
def test_changes_in_words(changes: dict[str, object], words: str) -> None:
    assert changes_in_words(changes) == words


def test_an_event_reads_as_a_sentence() -> None:
    assert sentence(AuditEvent(verb="document.cosigned")) == "Co-signed a document"
    assert sentence(AuditEvent(verb="page.viewed", page="scheduling:schedule")) == "Opened the calendar"
    assert sentence(AuditEvent(verb="page.viewed", page="billing:payment_detail")) == "Opened the payment"


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("scheduling_appointmentevent_changelist", "the list of appointment events"),
        ("clients_careteammember_change", "one of the care team members"),
        ("accounts_user_history", "the history of one of the users"),
        ("index", "the first page"),
        ("jsi18n", "a page"),
    ],
)
def test_pages_of_the_database_administration_are_named_in_words(page: str, words: str) -> None:
    event = AuditEvent(verb="page.viewed", page=f"admin:{page}")
    assert sentence(event) == f"Opened {words} in the database administration"


# Verbs put together while the code runs, and what else of the code looks like a verb and is none.
MADE = {
    "psychotherapy_note.started", "psychotherapy_note.opened", "psychotherapy_note.saved",
    "psychotherapy_note.destroyed", "fee.confirmed", "fee.waived",
}  # fmt: skip
NONE = {"appointment.client_id", "document.client_id", "thread.client_id", "measure.client_id", "file.client_id",
        "consent.client_id", "request.client_id",
        "documents.urls", "staff.urls", "documents.keep_signed_sessions", "documents.make_seal_key"}  # fmt: skip


def verbs_in_code() -> set[str]:
    """Every text in the code that reads like `thing.happened` of a thing that the log knows."""
    root = Path(__file__).parents[2]
    things = {verb.partition(".")[0] for verb in SENTENCES}
    found: set[str] = set()
    for file in root.rglob("*.py"):
        parts = file.relative_to(root).parts
        if parts[0] in {"tests", ".venv", "tools"} or "migrations" in parts or file.name == "audit_words.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                match = re.fullmatch(r"([a-z_]+)\.(?!pdf$|json$)[a-z_]+", node.value)
                if match and match[1] in things:
                    found.add(node.value)
            if isinstance(node, ast.keyword) and node.arg == "verb" and isinstance(node.value, ast.Constant):
                verb = str(node.value.value)
                # Scheduling says the rest of its verbs alone.
                found.add(verb if "." in verb else f"appointment.{verb}")
    return found - NONE - {"bench.written"}


def test_every_verb_of_the_code_has_a_sentence_and_every_sentence_a_verb() -> None:
    assert verbs_in_code() - SENTENCES.keys() == set()
    assert SENTENCES.keys() - verbs_in_code() - MADE == set()
    assert len(SENTENCES) == sum(len(group.verbs) for group in GROUPS)


def test_pages_follow_each_other_without_a_gap_and_say_no_total(cast: Cast) -> None:
    now = clock.now()
    AuditEvent.objects.bulk_create(
        # Several of the same instant, where a page ends too.
        AuditEvent(
            actor=cast.biller,
            verb="bill.created",
            request_id=f"r{place:04}",
            at=now - timedelta(days=place // 7),
        )
        for place in range(75)
    )
    browser = Browser()
    browser.force_login(cast.admin)
    query = {"actor": str(cast.biller.pk), "action": "bill.created"}
    url, seen, pages = f"{reverse('workspace:audit_log')}?{urlencode(query)}", [], 0
    while url:
        page = browser.get(url).context["list"]
        seen += [row.request_id for row in page._cut[0]]
        url, pages = page.next_url, pages + 1
    expected = AuditEvent.objects.filter(verb="bill.created").order_by("-at", "-pk")
    assert seen == list(expected.values_list("request_id", flat=True))
    assert pages == 3


def test_the_log_is_found_by_outcome_action_and_request(cast: Cast) -> None:
    audit.record(actor=cast.biller, verb="page.refused", outcome=audit.Outcome.REFUSED)
    audit.record(actor=cast.therapist, verb="document.signed")
    assert "Signed a document" not in rows_of(cast, outcome="refused")
    assert "Was refused" in rows_of(cast, outcome="refused")
    assert "Signed a document" in rows_of(cast, action="documents")
    assert "Was refused" not in rows_of(cast, action="documents")
    event = AuditEvent.objects.get(verb="document.signed")
    AuditEvent.objects.create(verb="bill.created", request_id="abc123def456")
    assert "Made a bill" in rows_of(cast, q="abc123def456")
    assert "Signed a document" not in rows_of(cast, q="abc123def456")
    assert event.outcome == "done"


def test_a_client_is_found_on_lists_too_and_the_event_names_everybody(cast: Cast) -> None:
    one, two = ClientFactory.create(last_name="Nightshade"), ClientFactory.create(last_name="Otter")
    event = audit.record(actor=cast.biller, verb="page.searched", clients=[one.pk, two.pk])
    assert "2 clients" in rows_of(cast, client=str(one.pk))
    browser = Browser()
    browser.force_login(cast.admin)
    page = browser.get(reverse("workspace:audit_event", args=[event.pk])).content.decode()
    assert f'<a href="{reverse("workspace:audit_readers", args=[one.pk])}">{one.display_name}</a>' in page
    assert "Otter" in page


def rows_of(cast: Cast, **query: str) -> str:
    """The table's body: the filter offers every sentence."""
    return read(cast, **query).partition("<tbody>")[2].partition("</tbody>")[0]
