"""The pages of leads, as the front desk meets them."""

import csv
import io
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm import services
from crm.models import Lead, LeadActivity
from mentalspace.core import clock
from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.crm.factories import LeadFactory
from tests.crm.signing_in import signed_in

BOARD, LIST, NEW = (reverse(f"crm:{name}") for name in ("lead_board", "lead_list", "lead_create"))
HTMX = {"HX-Request": "true"}


def url(name: str, lead: Lead) -> str:
    return reverse(f"crm:{name}", args=[lead.pk])


def page(browser: Browser, address: str, **headers: str) -> str:
    answer = browser.get(address, headers=headers or None)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def desk(cast: Cast) -> Browser:
    return signed_in(cast.front_desk)


# Who


@pytest.mark.parametrize("role", ["supervisor", "therapist", "associate", "biller"])
def test_leads_are_no_page_for_others(cast: Cast, lead: Lead, role: str) -> None:
    browser = signed_in(getattr(cast, role))
    for address in (
        BOARD,
        LIST,
        NEW,
        reverse("crm:lead_sources"),
        url("lead_detail", lead),
        url("lead_convert", lead),
    ):
        assert browser.get(address).status_code == 403


@pytest.mark.parametrize(
    "name", ["detail", "edit", "assign", "follow_up", "lose", "reopen", "convert", "link"]
)
def test_an_unknown_lead_is_not_there(desk: Browser, name: str) -> None:
    assert desk.get(reverse(f"crm:lead_{name}", args=[uuid4()])).status_code == 404


# The board


def test_the_board_shows_stages_owner_source_and_what_is_late(cast: Cast, lead: Lead, desk: Browser) -> None:
    Lead.objects.filter(pk=lead.pk).update(follow_up_on=clock.today() - timedelta(days=3))
    shown = page(desk, BOARD)
    for words in (
        "Lena Lindqvist",
        "Provider referral · Dr. Example",
        "(404) 555-0181",
        "Overdue 3 days",
        "Flora Frontdesk",
    ):
        assert words in shown
    for label in ("New", "Contacted", "Qualified", "Consultation", "Converted", "Lost"):
        assert f">{label}</h2>" in shown


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lindqvist", True),
        ("q=555-0181", True),
        ("q=nobody", False),
        ("source=website", False),
        ("source=provider_referral", True),
    ],
)
def test_the_board_filters_by_address(lead: Lead, desk: Browser, query: str, found: bool) -> None:
    assert ("Lena Lindqvist" in page(desk, f"{BOARD}?{query}")) is found


def test_the_board_filters_by_owner(cast: Cast, lead: Lead, desk: Browser) -> None:
    assert "Lena Lindqvist" in page(desk, f"{BOARD}?owner={cast.front_desk.staff.pk}")
    assert "Lena Lindqvist" not in page(desk, f"{BOARD}?owner={cast.admin.staff.pk}")
    assert desk.get(f"{BOARD}?owner=nonsense&source=nonsense").status_code == 200


def test_closed_leads_leave_the_board_after_a_while(cast: Cast, lead: Lead, desk: Browser) -> None:
    services.lose_lead(actor=cast.admin, lead_id=lead.pk, reason="no_response")
    assert "Lena Lindqvist" in page(desk, BOARD)
    Lead.objects.filter(pk=lead.pk).update(status_changed_at=clock.now() - timedelta(days=31))
    assert "Lena Lindqvist" not in page(desk, BOARD)
    assert "Lena Lindqvist" in page(desk, LIST)


@pytest.mark.parametrize("address", [BOARD, LIST])
def test_more_leads_ask_no_more_of_the_database(cast: Cast, desk: Browser, address: str) -> None:
    def inquire() -> None:
        made = LeadFactory.create(assigned_to=cast.admin.staff, follow_up_on=clock.today())
        services.log_activity(actor=cast.admin, lead_id=made.pk, kind="call", outcome="no_answer")

    counts = []
    for number in (1, 2):
        for _ in range(number):
            inquire()
        with CaptureQueriesContext(connection) as asked:
            page(desk, address)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def test_a_column_ends_and_says_how_many_more(desk: Browser, cast: Cast) -> None:
    LeadFactory.create_batch(52)
    shown = page(desk, BOARD)
    assert "2 more in the list" in shown
    assert shown.count("data-card") == 50


def test_a_dropped_card_answers_with_the_board(lead: Lead, desk: Browser) -> None:
    answer = desk.post(url("lead_move", lead), {"status": "qualified"}, headers=HTMX)
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert shown.lstrip().startswith('<div id="board"')
    assert "Moved to qualified." in answer.headers["HX-Trigger"]
    lead.refresh_from_db()
    assert lead.status == "qualified"


def test_the_board_after_a_drop_keeps_the_filters_of_the_page(cast: Cast, lead: Lead, desk: Browser) -> None:
    LeadFactory.create(first_name="Wendy", source="website")
    headers = {**HTMX, "HX-Current-URL": f"http://testserver{BOARD}?source=provider_referral"}
    shown = desk.post(url("lead_move", lead), {"status": "contacted"}, headers=headers).content.decode()
    assert "Lena" in shown
    assert "Wendy" not in shown


def test_the_cards_menu_moves_without_scripts(lead: Lead, desk: Browser) -> None:
    answer = desk.post(url("lead_move", lead), {"status": "contacted", "next": f"{BOARD}?q=l"})
    assert answer.headers["Location"] == f"{BOARD}?q=l"
    assert desk.post(url("lead_move", lead), {"status": "lost"}).headers["Location"] == url("lead_lose", lead)
    assert desk.post(url("lead_move", lead), {"status": "converted"}).headers["Location"] == url(
        "lead_convert", lead
    )
    refused = desk.post(url("lead_move", lead), {"status": "converted"}, headers=HTMX)
    assert refused.headers["HX-Redirect"] == url("lead_convert", lead)
    assert desk.post(url("lead_move", lead), {"status": "nonsense"}).status_code == 302
    lead.refresh_from_db()
    assert lead.status == "contacted"


def test_a_card_that_was_converted_meanwhile_stays(cast: Cast, lead: Lead, desk: Browser) -> None:
    services.link_lead(actor=cast.admin, lead_id=lead.pk, client_id=cast.client.pk)
    answer = desk.post(url("lead_move", lead), {"status": "contacted"}, headers=HTMX)
    assert answer.status_code == 200
    assert "stays as it is" in answer.headers["HX-Trigger"]


def test_dragging_out_of_lost_reopens_there(cast: Cast, lead: Lead, desk: Browser) -> None:
    services.lose_lead(actor=cast.admin, lead_id=lead.pk, reason="no_response")
    desk.post(url("lead_move", lead), {"status": "consultation"}, headers=HTMX)
    lead.refresh_from_db()
    assert (lead.status, lead.lost_reason) == ("consultation", "")


# The list


def test_filters_of_the_list(cast: Cast, lead: Lead, desk: Browser) -> None:
    today = clock.today()
    services.set_follow_up(actor=cast.admin, lead_id=lead.pk, follow_up_on=today)
    lost = LeadFactory.create(first_name="Lorna", last_name="Lost", source="website")
    services.move_lead(actor=cast.admin, lead_id=lost.pk, status="qualified")
    services.lose_lead(actor=cast.admin, lead_id=lost.pk, reason="insurance")
    late = LeadFactory.create(first_name="Lara", last_name="Late", follow_up_on=today - timedelta(days=1))
    names = {"Lena Lindqvist": lead, "Lorna Lost": lost, "Lara Late": late}
    for query, found in (
        ("", set(names)),
        ("status=open", {"Lena Lindqvist", "Lara Late"}),
        ("status=lost", {"Lorna Lost"}),
        ("source=website", {"Lorna Lost"}),
        (f"owner={cast.front_desk.staff.pk}", {"Lena Lindqvist"}),
        ("owner=null", {"Lorna Lost", "Lara Late"}),
        ("follow_up=due", {"Lena Lindqvist", "Lara Late"}),
        ("follow_up=overdue", {"Lara Late"}),
        ("follow_up=week", {"Lena Lindqvist", "Lara Late"}),
        ("follow_up=none", set()),
        ("reached=qualified", {"Lorna Lost"}),
        ("reached=converted", set()),
        ("since=01/01/2199", set()),
        ("q=lorna", {"Lorna Lost"}),
        ("q=(404) 555-0181", {"Lena Lindqvist"}),
        ("q=dr.", {"Lena Lindqvist"}),
    ):
        shown = page(desk, f"{LIST}?{query}")
        assert {name for name in names if f">{name}</a>" in shown} == found, query


def test_the_list_as_fragment_and_spreadsheet(cast: Cast, lead: Lead, desk: Browser) -> None:
    assert "<html" not in page(desk, LIST, **HTMX, **{"HX-Target": "list"})
    answer = desk.get(f"{LIST}?format=csv").getvalue().decode().lstrip("\ufeff")
    head, line = list(csv.reader(io.StringIO(answer)))
    assert head == ["Name", "Stage", "Source", "Owner", "Follow-up", "Last activity", "Came in"]
    assert line[:4] == ["Lena Lindqvist", "New", "Provider referral", "Flora Frontdesk"]
    assert AuditEvent.objects.filter(verb="lead.list_exported").count() == 1


@pytest.mark.parametrize(
    "sort", ["name", "-status", "source", "owner", "-follow_up", "activity", "created", "nonsense"]
)
def test_every_column_sorts(lead: Lead, desk: Browser, sort: str) -> None:
    assert "Lena Lindqvist" in page(desk, f"{LIST}?sort={sort}")


# One lead


def typed(**facts: object) -> dict[str, object]:
    return {
        "first_name": "Nora", "last_name": "New", "phone": "404.555.0190", "email": "", "notes": "", "source": "phone",
        "source_detail": "", "assigned_to": "", "follow_up_on": "", **facts,
    }  # fmt: skip


def test_logging_a_phone_inquiry(cast: Cast, desk: Browser) -> None:
    shown = page(desk, NEW)
    assert '<option value="phone" selected>' in shown
    assert f'<option value="{cast.front_desk.staff.pk}" selected>' in shown
    answer = desk.post(NEW, typed(notes="Anxious about school", follow_up_on="12/31/2199"))
    made = Lead.objects.get()
    assert answer.headers["Location"] == url("lead_detail", made)
    assert (made.phone, made.source, made.created_by) == ("+14045550190", "phone", cast.front_desk.staff)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"phone": ""}, "Enter a phone number or an e-mail address"),
        ({"phone": "12"}, "Enter a phone number with its area code"),
        ({"email": "nora@"}, "Enter an e-mail address, for example name@example.com."),
        ({"follow_up_on": "01/01/2020"}, "The follow-up date has passed."),
        ({"follow_up_on": "13/45/2020"}, "There is no such day in the calendar."),
        ({"source": "rumour"}, "Select a valid choice."),
    ],
)
def test_bad_input_is_said_at_the_field_and_kept(
    desk: Browser, facts: dict[str, object], sentence: str
) -> None:
    answer = desk.post(NEW, typed(notes="What she said", **facts))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in shown
    assert "What she said</textarea>" in shown
    assert not Lead.objects.exists()


def test_the_hint_while_typing_knows_clients_and_leads(cast: Cast, lead: Lead, desk: Browser) -> None:
    address = reverse("crm:lead_duplicates")
    shown = desk.post(address, {"first_name": "Lena", "last_name": "Lindqvist"}).content.decode()
    assert "We may know this person already" in shown
    assert url("lead_detail", lead) in shown
    shown = desk.post(address, {"phone": "(404) 555-0134"}).content.decode()
    assert "Clara Cole" in shown
    assert "Same phone" in shown
    for nothing in ({}, {"first_name": "Len"}, {"phone": "40"}):
        assert desk.post(address, nothing).content.decode().strip() == ""


def test_the_lead_shows_its_story(cast: Cast, lead: Lead, desk: Browser) -> None:
    services.log_activity(
        actor=cast.admin, lead_id=lead.pk, kind="meeting", outcome="reached", note="Came by"
    )
    services.lose_lead(actor=cast.admin, lead_id=lead.pk, reason="other", note="Moves away")
    shown = page(desk, url("lead_detail", lead))
    for words in (
        "Came by",
        "New to contacted",
        "Marked lost",
        "Other: Moves away",
        "Inquiry came in",
        "Evenings only.",
    ):
        assert words in shown
    assert url("lead_reopen", lead) in shown


def test_a_lead_costs_the_same_however_long_its_story(cast: Cast, lead: Lead, desk: Browser) -> None:
    counts = []
    for number in (1, 2):
        for _ in range(number):
            services.log_activity(actor=cast.admin, lead_id=lead.pk, kind="call", outcome="no_answer")
        with CaptureQueriesContext(connection) as asked:
            page(desk, url("lead_detail", lead))
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12


def activity(**facts: object) -> dict[str, object]:
    return {
        "kind": "call", "outcome": "no_answer", "note": "", "happened_on": "01/05/2026", "happened_time": "2:30 PM",
        "follow_up_on": "", **facts,
    }  # fmt: skip


def test_logging_activity_by_page_once(lead: Lead, desk: Browser) -> None:
    data = activity(_once=str(uuid4()))
    answers = [desk.post(url("activity_create", lead), data) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {url("lead_detail", lead)}
    logged = LeadActivity.objects.get()
    assert clock.local(logged.happened_at).strftime("%m/%d/%Y %H:%M") == "01/05/2026 14:30"


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("activity_create", activity(kind="gossip"), "Select a valid choice."),
        ("activity_create", activity(happened_time="2:30"), "Add AM or PM"),
        ("activity_create", activity(happened_on="01/01/2199"), "The date must be"),
        ("activity_create", activity(follow_up_on="01/05/2026"), "The follow-up date has passed."),
        ("lead_lose", {"reason": ""}, "Say why the lead was lost"),
        ("lead_lose", {"reason": "other", "note": ""}, "Say in a few words what the other reason was."),
        ("lead_follow_up", {"follow_up_on": "01/05/2026"}, "The follow-up date has passed."),
        (
            "lead_assign",
            {"assigned_to": str(uuid4())},
            "Choose somebody of the front desk or an administrator.",
        ),
        ("lead_reopen", {"status": "new"}, "A lead that is new cannot become new."),
    ],
)
def test_small_forms_say_what_is_wrong(
    lead: Lead, desk: Browser, name: str, data: dict[str, object], sentence: str
) -> None:
    answer = desk.post(url(name, lead), data)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_small_forms_do_what_they_say(cast: Cast, lead: Lead, desk: Browser) -> None:
    day = clock.today() + timedelta(days=9)
    for name, data in (
        ("lead_assign", {"assigned_to": cast.admin.staff.pk}),
        ("lead_follow_up", {"follow_up_on": f"{day:%m/%d/%Y}"}),
        ("lead_lose", {"reason": "insurance"}),
        ("lead_reopen", {"status": "qualified"}),
    ):
        assert "data-dialog-content" in page(desk, url(name, lead))
        assert desk.post(url(name, lead), data).headers["Location"] == url("lead_detail", lead)
    lead.refresh_from_db()
    assert (lead.assigned_to, lead.status, lead.follow_up_on) == (cast.admin.staff, "qualified", None)


def test_a_converted_lead_is_looked_at_only(cast: Cast, lead: Lead, desk: Browser) -> None:
    services.link_lead(actor=cast.admin, lead_id=lead.pk, client_id=cast.client.pk)
    shown = page(desk, url("lead_detail", lead))
    assert "The lead stays as it was." in shown
    assert url("lead_edit", lead) not in shown
    assert desk.get(url("lead_edit", lead)).headers["Location"] == url("lead_detail", lead)
    answer = desk.post(url("lead_lose", lead), {"reason": "insurance"}, follow=True)
    assert "stays as it is" in answer.content.decode()


def edit_form(browser: Browser, lead: Lead) -> dict[str, object]:
    form = browser.get(url("lead_edit", lead)).context["form"]
    return {**form.as_typed(), "version": lead.version, "opened": form.initial["opened"]}


def test_two_edits_of_different_fields_are_merged(cast: Cast, lead: Lead, desk: Browser) -> None:
    data = edit_form(desk, lead) | {"notes": "Evenings, online."}
    services.update_lead(actor=cast.admin, lead_id=lead.pk, version=1, phone="+14045550188")
    answer = desk.post(url("lead_edit", lead), data)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "You changed different things: save again to keep both." in shown
    again = edit_data(answer)
    assert (again["phone"], again["notes"]) == ("(404) 555-0188", "Evenings, online.")
    assert desk.post(url("lead_edit", lead), again).status_code == 302
    lead.refresh_from_db()
    assert (lead.phone, lead.notes, lead.version) == ("+14045550188", "Evenings, online.", 3)


def test_two_edits_of_one_field_are_shown_side_by_side(cast: Cast, lead: Lead, desk: Browser) -> None:
    data = edit_form(desk, lead) | {"notes": "Mine", "source": "website"}
    services.update_lead(actor=cast.admin, lead_id=lead.pk, version=1, notes="Theirs", source="event")
    answer = desk.post(url("lead_edit", lead), data)
    shown = answer.content.decode()
    assert "You both changed these." in shown
    for words in (">Theirs</td>", ">Mine</td>", ">Event</td>", ">Website</td>"):
        assert words in shown
    desk.post(url("lead_edit", lead), edit_data(answer))
    lead.refresh_from_db()
    assert (lead.notes, lead.source) == ("Mine", "website")


def edit_data(answer: object) -> dict[str, object]:
    form = answer.context["form"]  # type: ignore[attr-defined]
    return {name: form.data.get(name, "") for name in form.fields}


@pytest.mark.parametrize("name", ["convert", "lose", "assign", "follow_up", "reopen", "move", "edit"])
def test_a_form_sent_empty_is_answered(lead: Lead, desk: Browser, name: str) -> None:
    assert desk.post(url(f"lead_{name}", lead)).status_code in {200, 302, 422}
    assert desk.post(NEW).status_code == 422
    assert desk.post(url("activity_create", lead)).status_code == 422


def test_a_dialog_leads_back_to_the_page_under_it(lead: Lead, desk: Browser) -> None:
    headers = {"X-Dialog": "true", "Referer": f"http://testserver{BOARD}?source=phone"}
    action = desk.get(url("lead_lose", lead), headers=headers).context["action_url"]
    assert desk.post(action, {"reason": "other"}).context["action_url"] == action
    assert desk.post(action, {"reason": "insurance"}).headers["Location"] == f"{BOARD}?source=phone"
    elsewhere = f"{url('lead_reopen', lead)}?next=https://elsewhere.example.com/"
    assert desk.post(elsewhere, {"status": "new"}).headers["Location"] == url("lead_detail", lead)
