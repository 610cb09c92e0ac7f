"""The list of notes: what stands in it, for whom, in which order, and what it costs."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents import queries
from documents.choices import DocumentType
from documents.services import save_draft, sign_document, start_document
from scheduling.choices import AppointmentStatus
from tests.documents.conftest import CANARY, SOAP
from tests.scheduling.factories import AppointmentFactory

URL = "/notes/"


def held(cast, hours_ago, staff=None, client=None):
    start = datetime(2026, 3, 4, 13, tzinfo=UTC) - timedelta(hours=hours_ago)
    return AppointmentFactory.create(
        staff=staff or cast.therapist.staff,
        client=client or cast.client,
        start_time=start,
        end_time=start + timedelta(minutes=50),
        status=AppointmentStatus.COMPLETED,
        completed_at=start + timedelta(minutes=50),
    )


def order_of(text, *words):
    places = [text.index(word) for word in words]
    return places == sorted(places)


def test_everything_that_needs_attention_the_worst_first(client, cast, waiting):
    held(cast, 3)
    held(cast, 24 * 10)
    start_document(actor=cast.therapist, appointment=held(cast, 5), type=DocumentType.PROGRESS_NOTE)
    client.force_login(cast.admin)
    text = client.get(URL).content.decode()
    table = text[text.index("<tbody>") :]
    assert order_of(table, "Not written, overdue", "Needs writing", "Draft", "Awaiting co-signature")


def test_signed_ones_on_asking(client, cast, signed):
    client.force_login(cast.therapist)
    assert "<tbody>" not in client.get(URL).content.decode()
    for state in ("signed", ""):
        text = client.get(URL, {"state": state}).content.decode()
        assert 'class="tag tone-success"' in text
        assert reverse("documents:document_detail", args=[signed.pk]) in text


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("overdue", {"Overdue", "Not written, overdue"}),
        ("unwritten", {"Not written, overdue", "Needs writing"}),
        ("draft", {"Draft", "Overdue"}),
        ("awaiting", {"Awaiting co-signature"}),
    ],
)
def test_states(client, cast, waiting, state, shown):
    held(cast, 3)
    held(cast, 24 * 10)
    start_document(actor=cast.therapist, appointment=held(cast, 5), type=DocumentType.PROGRESS_NOTE)
    start_document(actor=cast.therapist, appointment=held(cast, 24 * 12), type=DocumentType.PROGRESS_NOTE)
    client.force_login(cast.admin)
    text = client.get(URL, {"state": state}).content.decode()
    table = text[text.index("<tbody>") :]
    words = {"Not written, overdue", ">Overdue<", "Needs writing", ">Draft<", "Awaiting co-signature"}
    assert {word.strip("<>") for word in words if word in table} == shown


def test_work_that_waits_is_ones_own(client, cast, waiting):
    client.force_login(cast.therapist)
    assert "<tbody>" not in client.get(URL).content.decode()
    assert "Awaiting co-signature" in client.get(URL, {"state": ""}).content.decode()


def test_filters_reach_both_kinds(client, cast, waiting):
    mine = held(cast, 3)
    client.force_login(cast.admin)
    other = held(cast, 30, staff=cast.stranger.staff, client=cast.other_client)
    start_mine, start_other = (
        reverse("clients:client_detail", args=[each.client_id]) for each in (mine, other)
    )
    by_client = client.get(URL, {"client": cast.client.pk}).content.decode()
    assert start_mine in by_client
    assert start_other not in by_client[by_client.index("<tbody>") :]
    by_staff = client.get(URL, {"clinician": cast.stranger.staff.pk}).content.decode()
    assert start_other in by_staff
    assert start_mine not in by_staff[by_staff.index("<tbody>") :]
    by_day = client.get(URL, {"day_from": "03/04/2026"}).content.decode()
    assert start_other not in by_day[by_day.index("<tbody>") :]
    until = client.get(URL, {"day_to": "03/03/2026"}).content.decode()
    assert start_mine not in until[until.index("<tbody>") :]
    assert start_other in until
    by_type = client.get(URL, {"type": "progress_note"}).content.decode()
    assert "Awaiting co-signature" in by_type[by_type.index("<tbody>") :]
    searched = client.get(URL, {"q": "Cole"}).content.decode()
    assert start_mine in searched
    assert start_other not in searched[searched.index("<tbody>") :]


def test_a_bad_filter_is_said(client, cast):
    client.force_login(cast.therapist)
    answer = client.get(URL, {"day_from": "tomorrow", "state": "nonsense", "client": "x", "sort": "y"})
    assert answer.status_code == 200
    assert "From was left out" in answer.content.decode()


def test_each_sees_their_own(client, cast, waiting):
    held(cast, 3)
    for who, expected in ((cast.therapist, True), (cast.supervisor, True), (cast.stranger, False)):
        client.force_login(who)
        assert ("Clara Cole" in client.get(URL).content.decode()) is expected


def test_supervisor_may_cosign_from_the_row(client, cast, waiting):
    client.force_login(cast.supervisor)
    assert reverse("documents:document_cosign", args=[waiting.pk]) in client.get(URL).content.decode()
    client.force_login(cast.admin)
    assert reverse("documents:document_cosign", args=[waiting.pk]) not in client.get(URL).content.decode()


def test_region_for_htmx(client, cast, waiting):
    client.force_login(cast.supervisor)
    answer = client.get(URL, headers={"HX-Request": "true", "HX-Target": "list"})
    assert answer.content.decode().lstrip().startswith('<div id="list"')


def test_the_address_and_the_file_keep_the_filters(client, cast, waiting):
    held(cast, 3)
    client.force_login(cast.admin)
    chosen = {"state": "awaiting", "type": "progress_note", "clinician": str(cast.associate.staff.pk)}
    answer = client.get(URL, chosen, headers={"HX-Request": "true", "HX-Target": "list"})
    assert dict(parse_qsl(urlsplit(answer["HX-Push-Url"]).query)) == chosen
    rows = b"".join(client.get(URL, {**chosen, "format": "csv"}).streaming_content).decode().splitlines()
    assert [row.split(",")[3] for row in rows[1:]] == [cast.associate.staff.full_name]


def test_csv_holds_no_clinical_text(client, cast, draft):
    save_draft(actor=cast.therapist, document_id=draft.pk, version=draft.version, answers=SOAP, title=CANARY)
    sign_document(actor=cast.therapist, document_id=draft.pk)
    client.force_login(cast.therapist)
    answer = client.get(URL, {"state": "", "format": "csv"})
    rows = b"".join(answer.streaming_content).decode().splitlines()
    assert rows[0] == "\ufeffClient,Note,Date,Clinician,Due,State"
    assert rows[1] == "Clara Cole,Progress note,03/04/2026,Thea Therapist,,Signed"
    assert CANARY not in "\n".join(rows)


def count(client, url):
    """What a page asks: not what the session and the audit trail write."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return sum(query["sql"].startswith("SELECT") for query in captured)


@pytest.mark.parametrize("query", ["", "?state=", "?state=signed", "?q=Cole"])
def test_cost_does_not_grow(client, cast, signed, query):
    held(cast, 3)
    client.force_login(cast.therapist)
    count(client, URL + query)
    one = count(client, URL + query)
    for hours in (30, 60):
        made = start_document(
            actor=cast.therapist, appointment=held(cast, hours), type=DocumentType.PROGRESS_NOTE
        )
        save_draft(actor=cast.therapist, document_id=made.pk, version=made.version, answers=SOAP)
        sign_document(actor=cast.therapist, document_id=made.pk)
        held(cast, hours + 5)
        start_document(
            actor=cast.therapist, appointment=held(cast, hours + 10), type=DocumentType.PROGRESS_NOTE
        )
    assert count(client, URL + query) == one
    assert one <= 12


def test_cost_of_the_pages(client, cast, signed, waiting, make_plan):
    make_plan()
    client.force_login(cast.therapist)
    draft = start_document(actor=cast.therapist, appointment=held(cast, 30), type=DocumentType.PROGRESS_NOTE)
    client.get(URL)
    for name, pk in (
        ("document_detail", signed.pk),
        ("document_edit", draft.pk),
        ("document_sign", draft.pk),
    ):
        assert count(client, reverse(f"documents:{name}", args=[pk])) <= 11, name
    for slug in ("documents", "plan"):
        assert count(client, reverse("clients:client_tab", args=[cast.client.pk, slug])) <= 12, slug
    client.force_login(cast.supervisor)
    assert count(client, reverse("documents:cosign_list")) <= 10


def test_queries_for_the_apps_above(cast, signed, waiting):
    session = signed.appointment
    assert list(type(session).objects.filter(queries.signed_session_note())) == [session]
    alone = held(cast, 40)
    assert list(queries.sessions_without_note(cast.therapist)) == [alone]
    assert list(queries.sessions_without_note(cast.stranger)) == []
    assert list(queries.sessions_without_note(cast.biller)) == []
    assert list(queries.unsigned_documents(cast.supervisor)) == [waiting]
    assert list(queries.unsigned_documents(cast.therapist)) == []
    assert list(queries.cosign_queue(cast.supervisor)) == [waiting]
    assert list(queries.cosign_queue(cast.therapist)) == []
    assert list(queries.overdue_documents(cast.supervisor)) == []


def test_search_finds_only_what_one_may_read(cast, signed, waiting):
    badges = {hit.badge for hit in queries.search_hits(cast.therapist, "progress")}
    assert badges == {"Signed", "Awaiting co-signature"}
    assert [hit.badge for hit in queries.search_hits(cast.associate, "PROGRESS")] == ["Awaiting co-signature"]
    for who in (cast.stranger, cast.biller, cast.front_desk):
        assert queries.search_hits(who, "progress") == []
    assert queries.search_hits(cast.therapist, "  ") == []
