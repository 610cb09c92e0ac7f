"""The forms of a profile's sections."""

from typing import Any

import pytest

from clients import services
from clients.models import Client, ClientProfile
from tests.cast import Cast
from tests.clients.conftest import SignIn, mark

SECTIONS = {
    "insurance/new/": ("admin", "front_desk", "therapist", "biller"),
    "insurance/0/edit/": ("admin", "front_desk", "therapist", "biller"),
    "insurance/0/remove/": ("admin", "front_desk", "therapist", "biller"),
    "contacts/edit/": ("admin", "front_desk", "therapist"),
    "medical-history/edit/": ("admin", "therapist", "supervisor"),
    "intake/edit/": ("admin", "front_desk", "therapist"),
    "custom-fields/edit/": ("admin", "front_desk", "therapist"),
}


def rows(prefix: str, *entries: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """A formset as a browser posts it."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(entries), f"{prefix}-INITIAL_FORMS": initial}
    for index, entry in enumerate(entries):
        data |= {f"{prefix}-{index}-{name}": value for name, value in entry.items()}
    return data


def coverage(**facts: Any) -> dict[str, Any]:
    return {
        "rank": "primary",
        "provider": "Alpha",
        "insured_relationship": "self",
        **rows("authorisations"),
        **facts,
    }


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(
    "name", ["admin", "front_desk", "therapist", "supervisor", "associate", "biller", "stranger"]
)
def test_who_opens_which_section(sign_in: SignIn, full: Client, section: str, name: str) -> None:
    status = sign_in(name).get(f"/clients/{full.pk}/{section}").status_code
    if name in SECTIONS[section]:
        assert status == 200
    else:
        assert status in {403, 404}
    if name == "stranger":
        assert status == 404


def test_a_coverage_with_authorisations_is_added(sign_in: SignIn, cast: Cast) -> None:
    seen = services.section_mark(ClientProfile(client=cast.client), "insurance_info")
    answer = sign_in("biller").post(
        f"/clients/{cast.client.pk}/insurance/new/",
        coverage(
            seen=seen, copay="$20", effective_from="1/1/2026", insured_relationship="spouse", insured_name="Carl Cole",
            **rows("authorisations", {"number": "A-1", "sessions": "12", "used": ""}, {"number": "", "sessions": ""}),
        ),
    )  # fmt: skip
    assert answer.headers["Location"] == f"/clients/{cast.client.pk}/profile/#insurance"
    stored = ClientProfile.objects.get(client=cast.client).insurance_info[0]
    assert (stored["copay"], stored["effective_from"]) == ("20.00", "2026-01-01")
    assert stored["primary_insured"]["name"] == "Carl Cole"
    assert [(item["number"], item["sessions"], item["used"]) for item in stored["authorisations"]] == [
        ("A-1", 12, 0)
    ]


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"provider": ""}, "Fill this in."),
        ({"effective_from": "2/1/2026", "effective_to": "1/1/2026"}, "Coverage cannot end before it starts."),
        ({"insured_relationship": "child"}, "Enter the name of the person who holds the policy."),
        ({"copay": "12.345"}, "Use at most two decimals"),
        ({}, "Peach State Medicaid is the primary coverage without dates, so at any time."),
        (rows("authorisations", {"number": "A-1", "sessions": "0"}), "greater than or equal to 1"),
        (rows("authorisations", {"number": "A-1", "sessions": "5", "valid_from": "2/1/2026", "valid_to": "1/1/2026"}),
         "The authorization cannot end before it starts."),
    ],
)  # fmt: skip
def test_a_coverage_is_refused_kindly(
    sign_in: SignIn, full: Client, facts: dict[str, Any], sentence: str
) -> None:
    data = coverage(seen=mark(full, "insurance_info"), plan="KEPT-PLAN") | facts
    page = sign_in("front_desk").post(f"/clients/{full.pk}/insurance/new/", data).content.decode()
    assert sentence in page
    assert "KEPT-PLAN" in page
    assert len(ClientProfile.objects.get(client=full).insurance_info) == 1


def test_a_coverage_is_edited_and_removed(sign_in: SignIn, full: Client) -> None:
    browser = sign_in("biller")
    url = f"/clients/{full.pk}/insurance/0/"
    assert 'value="PSM-1"' in browser.get(f"{url}edit/").content.decode()
    browser.post(f"{url}edit/", coverage(seen=mark(full, "insurance_info"), policy_number="PSM-2"))
    assert ClientProfile.objects.get(client=full).insurance_info[0]["policy_number"] == "PSM-2"
    browser.post(f"{url}remove/", {"seen": mark(full, "insurance_info")})
    assert ClientProfile.objects.get(client=full).insurance_info == []
    assert browser.get(f"{url}edit/").status_code == 404


def test_contacts_are_added_changed_and_taken_out(sign_in: SignIn, full: Client) -> None:
    browser, url = sign_in("front_desk"), f"/clients/{full.pk}/contacts/edit/"
    entries = (
        {"name": "Carl Cole", "phone": "(404) 555-0160", "DELETE": "on"},
        {"name": "Mia Cole", "relationship": "Sister", "phone": "404 555 0161", "may_disclose": "on"},
        {"name": ""},
    )
    browser.post(url, {"seen": mark(full, "emergency_contact"), **rows("contacts", *entries, initial=1)})
    assert ClientProfile.objects.get(client=full).emergency_contact == [
        {"name": "Mia Cole", "relationship": "Sister", "phone": "+14045550161", "may_disclose": True}
    ]
    bad = rows("contacts", {"name": "", "phone": "(404) 555-0199"}, {"name": "KEPT", "phone": "12"})
    page = browser.post(url, {"seen": mark(full, "emergency_contact"), **bad}).content.decode()
    assert "Fill this in." in page
    assert "Enter a phone number with its area code" in page
    assert "KEPT" in page


def test_medical_history_takes_lines(sign_in: SignIn, full: Client) -> None:
    browser, url = sign_in("therapist"), f"/clients/{full.pk}/medical-history/edit/"
    browser.post(
        url,
        {
            "seen": mark(full, "medical_history"),
            "medications": " One 5 mg\r\n\r\nTwo 10 mg ",
            "allergies": "Penicillin",
        },
    )
    stored = ClientProfile.objects.get(client=full).medical_history
    assert stored["medications"] == ["One 5 mg", "Two 10 mg"]
    assert stored["conditions"] == []
    page = browser.post(url, {"seen": "x", "conditions": "ok\n" + "x" * 301}).content.decode()
    assert "Line 2 is longer than 300 characters." in page


def test_intake_and_further_fields_are_saved(sign_in: SignIn, cast: Cast, full: Client) -> None:
    browser, base = sign_in("front_desk"), f"/clients/{full.pk}"
    browser.post(
        f"{base}/intake/edit/",
        {
            "seen": mark(full, "intake"),
            "intake_date": "1/5/2026",
            "intake_staff": str(cast.therapist.staff.pk),
        },
    )
    browser.post(
        f"{base}/custom-fields/edit/", {"seen": mark(full, "custom_fields"), "custom_2": "Dr. Example"}
    )
    profile = ClientProfile.objects.get(client=full)
    assert (str(profile.intake_date), profile.intake_staff) == ("2026-01-05", cast.therapist.staff)
    assert profile.custom_fields == {"Referred by": "Dr. Example"}
    assert "Dr. Example" in browser.get(f"{base}/profile/").content.decode()
    late = browser.post(f"{base}/intake/edit/", {"seen": mark(full, "intake"), "intake_date": "1/5/2099"})
    assert "The date must be" in late.content.decode()


def test_a_section_changed_meanwhile_comes_back_with_what_was_typed(sign_in: SignIn, full: Client) -> None:
    browser, url = sign_in("front_desk"), f"/clients/{full.pk}/contacts/edit/"
    stale = {"seen": "0" * 16, **rows("contacts", {"name": "TYPED", "phone": ""})}
    answer = browser.post(url, stale)
    page = answer.content.decode()
    assert "Somebody changed this since you opened it." in page
    assert "TYPED" in page
    again = {**stale, "seen": answer.context["form"]["seen"].value()}
    assert browser.post(url, again).status_code == 302
    assert ClientProfile.objects.get(client=full).emergency_contact[0]["name"] == "TYPED"


@pytest.mark.parametrize("section", [name for name in SECTIONS if "remove" not in name])
def test_a_form_sent_empty_is_answered_and_changes_nothing(
    sign_in: SignIn, full: Client, section: str
) -> None:
    """Where a field is wanted, it is named; where none is, the form does not say which state it was opened in."""
    before = ClientProfile.objects.values().get(client=full)
    nothing_wanted = section.startswith(("medical-history", "intake", "custom-fields"))
    answer = sign_in("admin").post(f"/clients/{full.pk}/{section}", {})
    assert answer.status_code == (409 if nothing_wanted else 422)
    assert ClientProfile.objects.values().get(client=full) == before
