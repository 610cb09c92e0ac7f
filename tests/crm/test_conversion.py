"""A lead becomes one client, once, and the two stay tied."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections, transaction
from django.urls import reverse

from clients.errors import EmailTaken, LooksLikeAnother
from clients.models import CareTeamMember, Client, ClientProfile
from crm import services
from crm.errors import LeadConverted, LeadLost
from crm.models import Lead, LeadActivity
from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.crm.signing_in import signed_in


def convert(cast: Cast, lead: Lead, **facts: object) -> Client:
    names = {"first_name": lead.first_name, "last_name": lead.last_name}
    return services.convert_lead(actor=cast.front_desk, lead_id=lead.pk, **{**names, **facts})  # type: ignore[arg-type]


def form_of(lead: Lead, **facts: object) -> dict[str, object]:
    known = {name: getattr(lead, name) for name in ("first_name", "last_name", "phone", "email")}
    return {**known, "language": "English", "status": "active", **facts}


def test_client_profile_and_tie_come_together(cast: Cast, lead: Lead) -> None:
    client = convert(cast, lead, phone=lead.phone, status="waitlist")
    lead.refresh_from_db()
    assert (lead.status, lead.converted_to_client, lead.converted_client) == ("converted", True, client)
    assert (lead.notes, lead.follow_up_on) == ("Evenings only.", None)
    assert lead.converted_at is not None
    assert (client.full_name if hasattr(client, "full_name") else client.legal_name) == "Lena Lindqvist"
    assert (client.status, client.created_by) == ("waitlist", cast.front_desk.staff)
    assert ClientProfile.objects.filter(client=client).count() == 1
    assert AuditEvent.objects.get(verb="lead.status_changed").client_id == client.pk


def test_somebody_alike_stops_it_until_told_apart(cast: Cast, lead: Lead) -> None:
    with pytest.raises(LooksLikeAnother):
        convert(cast, lead, first_name="Clara", last_name="Cole")
    assert not Lead.objects.filter(converted_to_client=True).exists()
    client = convert(cast, lead, first_name="Clara", last_name="Cole", is_another_person=True)
    assert client != cast.client


def test_nothing_stays_of_a_conversion_that_fails(cast: Cast, lead: Lead) -> None:
    cast.client.email = "lena@example.com"
    cast.client.save()
    with pytest.raises(EmailTaken):
        convert(cast, lead, email="lena@example.com", is_another_person=True)
    lead.refresh_from_db()
    assert (lead.status, Client.objects.count()) == ("new", 2)


def test_a_lost_lead_is_reopened_first(cast: Cast, lead: Lead) -> None:
    services.lose_lead(actor=cast.admin, lead_id=lead.pk, reason="no_response")
    with pytest.raises(LeadLost):
        convert(cast, lead)


def test_linking_changes_nothing_about_the_client(cast: Cast, lead: Lead) -> None:
    before = Client.objects.filter(pk=cast.client.pk).values().get()
    services.link_lead(actor=cast.front_desk, lead_id=lead.pk, client_id=cast.client.pk)
    assert Client.objects.filter(pk=cast.client.pk).values().get() == before
    lead.refresh_from_db()
    assert lead.converted_client == cast.client


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one_client(cast: Cast, lead: Lead) -> None:
    def attempt(actor: object) -> str:
        try:
            services.convert_lead(actor=actor, lead_id=lead.pk, first_name="Lena", last_name="Lindqvist")  # type: ignore[arg-type]
        except LeadConverted:
            return "refused"
        finally:
            connections.close_all()
        return "converted"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(attempt, [cast.admin, cast.front_desk] * 2))
    assert outcomes == ["converted", "refused", "refused", "refused"]
    assert Client.objects.filter(last_name="Lindqvist").count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "status = 'new', converted_to_client = false, converted_client_id = NULL, converted_at = NULL",
        "notes = 'other'",
        "assigned_to = NULL",
        "updated_at = now()",
    ],
)
def test_the_database_keeps_a_converted_lead(cast: Cast, lead: Lead, change: str) -> None:
    convert(cast, lead)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_leads SET {change} WHERE id = %s", [lead.pk])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM crm_leads WHERE id = %s", [lead.pk])


@pytest.mark.parametrize("table", ["crm_lead_activities", "crm_lead_status_changes"])
def test_the_database_keeps_the_story(cast: Cast, lead: Lead, table: str) -> None:
    services.log_activity(actor=cast.admin, lead_id=lead.pk, kind="call", outcome="reached")
    for statement in (f"UPDATE {table} SET note = 'other'", f"DELETE FROM {table}"):
        with (
            pytest.raises(DatabaseError, match=r"permission denied|never change"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
    assert LeadActivity.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        "status = 'converted'",
        "status = 'lost'",
        "status = 'sold'",
        "source = 'rumour'",
        "email = 'Upper@example.com'",
        "converted_to_client = true",
    ],
)
def test_the_database_refuses_half_a_state(cast: Cast, lead: Lead, change: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE crm_leads SET {change}")


# By page


def test_the_page_fills_in_what_the_lead_told(cast: Cast, lead: Lead) -> None:
    shown = signed_in(cast.front_desk).get(reverse("crm:lead_convert", args=[lead.pk])).content.decode()
    for value in ("Lena", "Lindqvist", "(404) 555-0181", "lena@example.com"):
        assert f'value="{value}"' in shown
    assert "We may know this person already" not in shown


def test_converting_by_page_with_a_clinician(cast: Cast, lead: Lead) -> None:
    data = form_of(lead, date_of_birth="3/14/1991", clinician=cast.therapist.staff.pk)
    answer = signed_in(cast.front_desk).post(reverse("crm:lead_convert", args=[lead.pk]), data)
    client = Client.objects.get(last_name="Lindqvist")
    assert answer.headers["Location"] == reverse("clients:client_detail", args=[client.pk])
    assert CareTeamMember.objects.get(client=client).staff == cast.therapist.staff
    assert (client.status, f"{client.date_of_birth:%Y-%m-%d}") == ("active", "1991-03-14")


def test_pressing_twice_or_from_an_old_page_converts_once(cast: Cast, lead: Lead) -> None:
    browser, url = signed_in(cast.front_desk), reverse("crm:lead_convert", args=[lead.pk])
    data = form_of(lead, _once="8b7b2a80-2f53-4f2b-9d2c-d6f3a0f6a001")
    answers = [
        browser.post(url, data),
        browser.post(url, data),
        browser.post(url, form_of(lead)),
        browser.get(url),
    ]
    client = Client.objects.get(last_name="Lindqvist")
    chart = reverse("clients:client_detail", args=[client.pk])
    assert [answer.headers["Location"] for answer in answers] == [chart] * 4


def test_a_likeness_is_shown_confirmed_for_exactly_those_seen_and_kept(cast: Cast, lead: Lead) -> None:
    browser, url = signed_in(cast.front_desk), reverse("crm:lead_convert", args=[lead.pk])
    data = form_of(lead, first_name="Clara", last_name="Cole", street="1 Example Street")
    first = browser.post(url, data)
    shown = first.content.decode()
    assert first.status_code == 422
    assert "It is this client" in shown
    assert 'value="1 Example Street"' in shown
    assert "Compare the clients listed, and confirm" in shown
    # The box alone is not enough: it stands for the clients that were listed.
    assert browser.post(url, {**data, "is_another_person": "on"}).status_code == 422
    seen = {"is_another_person": "on", "compared": str(cast.client.pk)}
    assert browser.post(url, {**data, **seen}).status_code == 302
    assert Client.objects.filter(last_name="Cole").count() == 2


def test_linking_asks_once_more_and_then_ties(cast: Cast, lead: Lead) -> None:
    browser, url = signed_in(cast.front_desk), reverse("crm:lead_link", args=[lead.pk])
    shown = browser.get(f"{url}?client={cast.client.pk}").content.decode()
    assert "Clara Cole" in shown
    assert f"Link to C-{cast.client.number} and close the lead" in shown
    answer = browser.post(url, {"client": cast.client.pk})
    assert answer.headers["Location"] == reverse("clients:client_detail", args=[cast.client.pk])
    again = browser.post(url, {"client": cast.other_client.pk})
    assert again.headers["Location"] == reverse("clients:client_detail", args=[cast.client.pk])
    for unknown in ("", "nonsense", "8b7b2a80-2f53-4f2b-9d2c-d6f3a0f6a001"):
        other = Lead.objects.create(first_name="A", last_name="B", phone="+14045550100")
        assert browser.get(f"{reverse('crm:lead_link', args=[other.pk])}?client={unknown}").status_code == 404


def test_a_lost_lead_leads_to_reopening(cast: Cast, lead: Lead) -> None:
    services.lose_lead(actor=cast.admin, lead_id=lead.pk, reason="no_response")
    answer = signed_in(cast.admin).get(reverse("crm:lead_convert", args=[lead.pk]))
    assert answer.headers["Location"] == reverse("crm:lead_reopen", args=[lead.pk])


def test_the_chart_says_where_the_client_came_from(cast: Cast, lead: Lead) -> None:
    client = convert(cast, lead)
    url = reverse("clients:client_detail", args=[client.pk])
    way = reverse("crm:lead_detail", args=[lead.pk])
    for actor, finds in ((cast.front_desk, True), (cast.biller, False)):
        shown = signed_in(actor).get(url).content.decode()
        assert "Provider referral · Dr. Example" in shown
        assert (way in shown) is finds
    assert (
        "Came from a lead"
        not in signed_in(cast.admin)
        .get(reverse("clients:client_detail", args=[cast.client.pk]))
        .content.decode()
    )
    assert f"C-{client.number}" in signed_in(cast.admin).get(way).content.decode()
