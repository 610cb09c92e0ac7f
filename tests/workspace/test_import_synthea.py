"""Each row of a Synthea export is stored or reported; a second run changes nothing, a broken file stores nothing."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from clients.models import CareTeamMember, Client, ClientProfile
from scheduling.models import Appointment
from staff.models import Staff

pytestmark = pytest.mark.django_db

FILES = {
    "organizations": "Id,NAME,CITY,STATE\norg-1,HOPE CLINIC,BOSTON,MA\n",
    "providers": "Id,ORGANIZATION,NAME,SPECIALITY\ndoc-1,org-1,Víctor493 Noriega353,GENERAL PRACTICE\n"
    "doc-2,org-9,Nobody1 Nowhere2,AUDIOLOGIST\n",
    "payers": "Id,NAME\npay-1,Medicaid\npay-0,NO_INSURANCE\n",
    "patients": "Id,BIRTHDATE,DEATHDATE,FIRST,LAST,GENDER,ADDRESS,CITY,STATE,ZIP\n"
    "pat-1,1990-03-14,,Maynard46,Mosciski958,M,1 Elm Street,Somerville,Massachusetts,02155\n"
    "pat-2,1950-01-01,2000-06-01,Zoë7,Ünal8,F,2 Oak Street,Boston,Massachusetts,\n"
    "pat-3,not a date,,Bad,Date,F,,,,\n",
    "payer_transitions": "PATIENT,MEMBERID,START_YEAR,END_YEAR,PAYER,SECONDARY_PAYER,OWNERSHIP,OWNERNAME\n"
    "pat-1,m-1,2020-01-10T00:00:00Z,2021-01-10T00:00:00Z,pay-1,,Guardian,Gail7 Mosciski958\n"
    "pat-1,m-1,2021-01-10T00:00:00Z,2022-01-10T00:00:00Z,pay-1,,Guardian,Gail7 Mosciski958\n"
    "pat-1,,2022-01-10T00:00:00Z,2023-01-10T00:00:00Z,pay-0,,,\n",
    "encounters": "Id,START,STOP,PATIENT,PROVIDER,ENCOUNTERCLASS,DESCRIPTION\n"
    "enc-1,2021-05-03T14:00:00Z,2021-05-03T14:30:00Z,pat-1,doc-1,ambulatory,Encounter for symptom\n"
    "enc-2,2021-05-03T14:15:00Z,2021-05-03T14:45:00Z,pat-1,doc-1,ambulatory,Encounter for symptom\n"
    "enc-3,2001-05-03T14:15:00Z,2001-05-03T14:45:00Z,pat-2,doc-1,ambulatory,Death certification\n"
    "enc-4,2021-05-04T14:15:00Z,2021-05-09T14:45:00Z,pat-1,doc-1,inpatient,Stay\n"
    "enc-5,2021-06-01T14:15:00Z,2021-06-01T14:45:00Z,pat-9,doc-1,wellness,Check-up\n",
    "conditions": "START,STOP,PATIENT,DESCRIPTION\n"
    "2011-08-09,,pat-1,Perennial allergic rhinitis\n"
    "2012-01-02,2012-02-03,pat-1,Acute viral pharyngitis (disorder)\n",
}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def run(directory: Path, **options: object) -> tuple[str, list[str]]:
    out, err = StringIO(), StringIO()
    call_command("import_synthea", directory, stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue().splitlines()


def test_what_can_be_is_imported_and_the_rest_reported_with_file_line_and_reason(export: Path) -> None:
    out, reported = run(export)
    assert reported == [
        "encounters.csv:3: not imported: it overlaps another encounter of the same client.",
        "encounters.csv:4: not imported: it is after the client's death.",
        "encounters.csv:5: not imported: it lasts longer than a day: an inpatient stay is no appointment.",
        "encounters.csv:6: not imported: there is no patient pat-9.",
        "patients.csv:4: not imported: its birth date “not a date” is not a date.",
        "providers.csv:3: not imported: there is no organization org-9.",
    ]
    assert "encounters.csv: 1 imported, 0 already there, 4 reported" in out
    client = Client.objects.get(first_name="Maynard46")
    assert (client.last_name, client.email, client.address["state"], client.status) == (
        "Mosciski958",
        None,
        "MA",
        "active",
    )
    dead = Client.objects.get(first_name="Zoë7")
    assert (dead.status, str(dead.deceased_on), dead.address["zip_code"]) == ("deceased", "2000-06-01", "")
    profile = ClientProfile.objects.get(client=client)
    assert [
        (each["provider"], each["effective_from"], each["effective_to"]) for each in profile.insurance_info
    ] == [("Medicaid", "2020-01-10", "2022-01-09")]
    assert profile.insurance_info[0]["primary_insured"]["relationship"] == "child"
    assert profile.medical_history["conditions"] == [
        "Perennial allergic rhinitis (since 08/09/2011)",
        "Acute viral pharyngitis (disorder) (01/02/2012 to 02/03/2012)",
    ]
    visit = Appointment.objects.get()
    assert (visit.status, visit.is_billable, visit.imported_at is None) == ("completed", False, False)
    assert CareTeamMember.objects.get().staff == Staff.objects.get(first_name="Víctor493")


def test_imported_providers_cannot_sign_in(export: Path) -> None:
    run(export)
    user = User.objects.get()
    assert (user.is_active, user.has_usable_password()) == (False, False)


def test_a_second_run_changes_nothing(export: Path) -> None:
    run(export)
    before = [
        list(model.objects.order_by("pk").values())
        for model in (User, Staff, Client, ClientProfile, Appointment)
    ]
    out, _ = run(export)
    after = [
        list(model.objects.order_by("pk").values())
        for model in (User, Staff, Client, ClientProfile, Appointment)
    ]
    assert after == before
    assert "patients.csv: 0 imported, 2 already there, 1 reported" in out


def test_a_dry_run_stores_nothing(export: Path) -> None:
    out, reported = run(export, dry_run=True)
    assert out.startswith("Dry run: nothing was stored.")
    assert len(reported) == 6
    assert Client.objects.count() == 0


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("conditions", None, "conditions.csv is missing in"),
        ("patients", "Id,FIRST\n1,2\n", "patients.csv: the column BIRTHDATE is missing."),
        (
            "conditions",
            FILES["conditions"] + "2012-01-02,,pat-1\n",
            "conditions.csv, line 4: the row has not as many values",
        ),
        ("encounters", FILES["encounters"] + 'x,"open\n', "encounters.csv"),
        ("payers", b"Id,NAME\npay-1,Caf\xe9\n", "payers.csv is not UTF-8 text"),
    ],
)
def test_a_broken_file_imports_nothing(
    export: Path, file: str, text: str | bytes | None, sentence: str
) -> None:
    path = export / f"{file}.csv"
    if text is None:
        path.unlink()
    elif isinstance(text, bytes):
        path.write_bytes(text)
    else:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match="Nothing was imported") as raised:
        run(export)
    assert sentence in str(raised.value)
    assert [model.objects.count() for model in (User, Staff, Client, Appointment)] == [0, 0, 0, 0]
