"""Consents: asked for, signed once by everybody who was named, kept as they were signed, withdrawn beside that."""

import io
import json
import re
import zipfile
from datetime import date, timedelta

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from documents import verification
from documents.consents import asking, errors, packets, sealing, signing, withdrawing, wording
from documents.consents.asking import Signer
from documents.consents.choices import Audience, Relation
from documents.models import Consent, ConsentSignature, Packet, PacketRequest, PacketSigner, SealKey
from mentalspace.core import clock
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent

CLARA = Signer("Clara Cole", "clara@clients.example")
MOTHER = Signer("Mona Cole", "mona@families.example", Relation.PARENT)
FATHER = Signer("Fred Cole", "fred@families.example", Relation.PARENT)
TELEHEALTH = {
    "f-telehealth_place": "12 Pine St",
    "f-telehealth_phone": "404 555 0134",
    "f-telehealth_private": "yes",
}
ANSWERS = {name.removeprefix("f-"): value for name, value in TELEHEALTH.items()}
BORN = date(1990, 4, 5)


@pytest.fixture(autouse=True)
def address(settings, cast):
    settings.PUBLIC_URL = "https://practice.example.com"
    cast.client.date_of_birth = BORN
    cast.client.save()


def ask(cast, *signers, forms=("consent_telehealth",), actor=None, **how):
    return asking.ask(
        actor=actor or cast.front_desk,
        client_id=cast.client.pk,
        form_keys=forms,
        signers=signers or (CLARA,),
        **how,
    )


def path_of(place=-1):
    found = re.search(r"https://practice\.example\.com(/p/[\w-]+/)", str(mail.outbox[place].body))
    assert found
    return found[1]


def sign(consent, signer, name="Clara Cole", answers=ANSWERS, **rest):
    consent = Consent.objects.select_related("client").get(pk=consent.pk)
    seen = rest.pop("seen", None) or wording.seen(consent, signing.form_of(consent))
    return signing.sign(
        signer_id=signer.pk, consent_id=consent.pk, seen=seen, name=name, answers=answers, **rest
    )


def only(request):
    return request.consents.get(), list(request.signers.order_by("created_at", "pk"))


def test_the_mail_says_nothing_about_health_and_its_token_is_not_kept(cast):
    ask(cast)
    (sent,) = mail.outbox
    assert sent.to == ["clara@clients.example"]
    words = f"{sent.subject} {sent.body}".lower()
    telling = ("health", "therap", "treat", "consent", "clara", "cole", "counsel", "client", "patient")
    assert [word for word in telling if word in words] == []
    assert path_of().split("/")[2] not in str(list(PacketSigner.objects.values()))


def test_a_client_opens_fills_in_and_signs_on_a_phone(client, cast):
    request = ask(cast)
    path, (consent, _signers) = path_of(), only(request)
    form_path = f"{path}{consent.pk}/"
    assert "Telehealth" not in client.get(path).content.decode()
    assert client.get(form_path)["Location"] == path
    wrong = client.post(path, {"date_of_birth": "04/06/1990"})
    assert (wrong.status_code, "not the date of birth" in wrong.content.decode()) == (422, True)
    assert client.post(path, {"date_of_birth": "04/05/1990"})["Location"] == path
    assert "Consent to telehealth" in client.get(path).content.decode()
    page = client.get(form_path).content.decode()
    assert "I agree that Clara Cole is treated by" in page
    client.post(f"{form_path}save/", {"f-telehealth_place": "12 Pine St"})
    assert 'value="12 Pine St"' in client.get(form_path).content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen
    posted = {"seen": seen[1], "name": "Clara Cole", "agrees": "on", "drawn": "M10 10L20 20"}
    lacking = client.post(form_path, posted | {"f-telehealth_place": "12 Pine St"})
    assert (lacking.status_code, "Choose an answer." in lacking.content.decode()) == (422, True)
    assert client.post(form_path, posted | TELEHEALTH)["Location"] == path
    assert "Nothing is left to sign" in client.get(path).content.decode()
    copy = client.get(f"{form_path}copy/")
    assert (copy["Content-Type"], copy.content[:5]) == ("application/pdf", b"%PDF-")
    consent.refresh_from_db()
    (signature,) = consent.signatures.all()
    assert (signature.name, signature.drawn, signature.address) == ("Clara Cole", "M10 10L20 20", "127.0.0.1")
    assert consent.holds_on(clock.today())
    request.refresh_from_db()
    assert request.finished_at is not None
    verbs = AuditEvent.objects.filter(client_id=cast.client.pk).values_list("verb", flat=True)
    assert {"packet.asked", "packet.sent", "packet.refused", "packet.opened", "consent.filled", "consent.signed",
            "packet.viewed", "consent.copied"} <= set(verbs)  # fmt: skip


def test_somebody_elses_browser_must_say_the_birthday_too(client, cast, django_user_model):
    consent, _signers = only(ask(cast))
    path = path_of()
    client.post(path, {"date_of_birth": "04/05/1990"})
    client.cookies.clear()
    assert client.get(f"{path}{consent.pk}/")["Location"] == path
    assert "Consent to telehealth" not in client.get(path).content.decode()


def test_birthdays_are_not_guessed(client, cast):
    ask(cast)
    path = path_of()
    for day in range(1, 6):
        client.post(path, {"date_of_birth": f"01/{day:02}/1990"})
    refused = client.post(path, {"date_of_birth": "04/05/1990"}).content.decode()
    assert "tried too often" in refused


def test_both_guardians_sign_the_same_text(cast):
    cast.client.date_of_birth = clock.today() - timedelta(days=365 * 12)
    cast.client.save()
    consent, (mother, father) = only(ask(cast, MOTHER, FATHER))
    first = wording.seen(consent, signing.form_of(consent))
    sign(consent, mother, "Mona Cole")
    consent.refresh_from_db()
    assert (consent.signed_at, consent.settled_at is not None) == (None, True)
    with pytest.raises(errors.TextChanged):
        sign(consent, father, "Fred Cole", seen=first, answers=ANSWERS | {"telehealth_place": "Elsewhere"})
    sign(consent, father, "Fred Cole", answers=ANSWERS | {"telehealth_place": "Elsewhere"})
    consent.refresh_from_db()
    assert consent.signed_at is not None
    assert consent.answers["telehealth_place"] == "12 Pine St"
    assert [each.relation for each in consent.signatures.order_by("pk")] == ["parent", "parent"]
    with pytest.raises(errors.SignedAlready):
        sign(consent, mother)


def test_a_minor_needs_somebody_else(cast):
    cast.client.date_of_birth = clock.today() - timedelta(days=365 * 12)
    cast.client.save()
    with pytest.raises(errors.GuardianNeeded):
        ask(cast)


@pytest.mark.parametrize("end", ["expired", "revoked", "sent again", "handed over"])
def test_a_link_that_is_over_signs_nothing(client, cast, the_day, end):
    request = ask(cast)
    consent, (signer,) = only(request)
    path = path_of()
    client.post(path, {"date_of_birth": "04/05/1990"})
    if end == "expired":
        the_day.shift(timedelta(days=15))
    elif end == "revoked":
        asking.revoke(actor=cast.front_desk, request_id=request.pk)
    elif end == "sent again":
        asking.send_again(actor=cast.front_desk, signer_id=signer.pk)
    else:
        asking.hand_over(actor=cast.front_desk, signer_id=signer.pk)
    client.post(f"{path}{consent.pk}/", TELEHEALTH | {"name": "Clara", "agrees": "on", "seen": "x"})
    assert client.get(path).status_code == (410 if end in ("expired", "revoked") else 404)
    assert not ConsentSignature.objects.exists()
    if end in ("expired", "revoked"):
        with pytest.raises(errors.LinkClosed):
            sign(consent, signer)


def test_a_form_is_declined_with_or_without_a_reason(cast):
    request = ask(cast)
    consent, (signer,) = only(request)
    signing.decline(signer_id=signer.pk, consent_id=consent.pk, reason="I come to the office.")
    request.refresh_from_db()
    assert request.finished_at is not None
    with pytest.raises(errors.SignedAlready):
        sign(consent, signer)


def test_what_is_signed_is_sealed_and_the_database_keeps_it(cast):
    consent, (signer,) = only(ask(cast))
    signature = sign(consent, signer)
    consent = Consent.objects.get(pk=consent.pk)
    assert sealing.faults(consent, [signature]) == []
    for change in ("answers = ''", "content = ''", "expires_on = NULL", "signed_at = NULL", "title = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE consents SET {change}")
    for table in ("consents", "consent_signatures"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    consent.content = [{"title": "Something else", "lines": []}]
    assert sealing.faults(consent, [signature]) == [sealing.CHANGED]
    assert sealing.faults(consent, []) == [sealing.MISSING]


def test_the_signed_text_stays_when_form_and_practice_change(cast):
    consent, (signer,) = only(ask(cast))
    sign(consent, signer)
    cast.client.last_name = "Married"
    cast.client.save()
    consent = Consent.objects.get(pk=consent.pk)
    assert "Clara Cole is treated" in wording.plain(consent.content)
    assert "12 Pine St" in wording.plain(consent.content)


def test_a_consent_holds_for_its_time_and_until_it_is_withdrawn(cast, the_day):
    consent, (signer,) = only(ask(cast))
    sign(consent, signer)
    consent.refresh_from_db()
    today = clock.today()
    assert consent.expires_on == today.replace(year=today.year + 1) - timedelta(days=1)
    assert not consent.holds_on(consent.expires_on + timedelta(days=1))
    with pytest.raises(errors.DayDoesNotFit):
        withdrawing.withdraw(
            actor=cast.therapist, consent_id=consent.pk, day=today + timedelta(days=1), reason="x"
        )
    withdrawing.withdraw(actor=cast.therapist, consent_id=consent.pk, day=today, reason="By letter.")
    consent.refresh_from_db()
    assert (consent.holds_on(today), consent.withdrawal, consent.withdrawn_on) == (False, "By letter.", today)
    with pytest.raises(errors.DoesNotHold):
        withdrawing.withdraw(actor=cast.therapist, consent_id=consent.pk, day=today, reason="Again.")


@pytest.mark.parametrize(
    ("said", "ends"),
    [
        ({"release_until": "2027-03-01"}, date(2027, 3, 1)),
        ({}, None),
        ({"release_event": "The trial ends"}, None),
    ],
)
def test_a_release_ends_on_the_day_that_it_names(cast, the_day, said, ends):
    consent, (signer,) = only(ask(cast, forms=("release_of_information",)))
    answers = {
        "release_to": "Dr. Pat Prescriber", "release_direction": "the_practice_may_tell_them",
        "release_what": ["medicines"], "release_part2": "not_included", "release_purpose": "coordination_of_care",
    }  # fmt: skip
    sign(consent, signer, answers=answers | said)
    consent.refresh_from_db()
    today = clock.today()
    assert consent.expires_on == (ends or today.replace(year=today.year + 1) - timedelta(days=1))


def test_a_release_that_has_ended_already_is_not_signed(cast):
    consent, (signer,) = only(ask(cast, forms=("release_of_information",)))
    with pytest.raises(errors.AnswersMissing):
        sign(consent, signer, answers={"release_until": "2020-01-01"})


def test_who_serves_the_client_asks_and_nobody_else(cast):
    for actor in (cast.admin, cast.front_desk, cast.therapist, cast.supervisor):
        ask(cast, actor=actor)
    for actor in (cast.biller, cast.stranger):
        with pytest.raises(NotPermitted):
            ask(cast, actor=actor)


def test_the_chart_says_what_is_missing(client, cast):
    client.force_login(cast.front_desk)
    page = client.get(reverse("clients:client_tab", args=[cast.client.pk, "consents"])).content.decode()
    assert "3 missing" in page
    assert "Consent to treatment, Financial responsibility and cancellation policy" in page
    consent, (signer,) = only(ask(cast, forms=("privacy_receipt",)))
    sign(consent, signer, answers={"notice_received": "i_received_it", "contact_ways": ["text"]})
    page = client.get(reverse("clients:client_tab", args=[cast.client.pk, "consents"])).content.decode()
    assert "2 missing" in page
    assert "Mona" not in page


def test_a_minor_and_an_adult_need_different_packets(client, cast):
    cast.client.date_of_birth = clock.today() - timedelta(days=365 * 12)
    cast.client.save()
    client.force_login(cast.front_desk)
    page = client.get(reverse("clients:client_tab", args=[cast.client.pk, "consents"])).content.decode()
    assert "Guardian’s consent to treatment of a minor" in page
    assert "Consent to treatment," not in page


def test_the_desk_asks_on_a_page(client, cast):
    client.force_login(cast.front_desk)
    url = reverse("documents:packet_ask", args=[cast.client.pk])
    packet = Packet.objects.get(name="New adult client")
    assert f'value="{packet.pk}" selected' in client.get(url).content.decode()
    posted = {"packet": str(packet.pk), "way": "mail", "name_1": "Clara Cole", "relation_1": "client",
              "relation_2": "parent", "relation_3": "parent"}  # fmt: skip
    assert client.post(url, posted).status_code == 422
    client.post(url, posted | {"email_1": "clara@clients.example"})
    (request,) = PacketRequest.objects.all()
    assert request.name == "New adult client"
    assert list(request.consents.order_by("position").values_list("form_key", "months")) == [
        ("consent_treatment", 12), ("privacy_receipt", 0), ("financial_agreement", 12)]  # fmt: skip


def test_signing_on_the_practices_device_signs_its_person_out(client, cast):
    request = ask(cast, by_mail=False)
    assert mail.outbox == []
    _consent, (signer,) = only(request)
    client.force_login(cast.front_desk)
    answer = client.post(reverse("documents:packet_hand_over", args=[signer.pk]))
    assert "_auth_user_id" not in client.session
    assert "Consent to telehealth" in client.get(answer["Location"]).content.decode()


def test_an_administrator_keeps_packets(client, cast):
    client.force_login(cast.admin)
    posted = {"name": "Telehealth start", "audience": Audience.EVERYONE, "required": "on",
              "months_consent_telehealth": "24"}  # fmt: skip
    client.post(reverse("documents:packet_create"), posted)
    packet = Packet.objects.get(name="Telehealth start")
    assert list(packet.forms.values_list("form_key", "months")) == [("consent_telehealth", 24)]
    url = reverse("documents:packet_edit", args=[packet.pk])
    stale = client.post(url, posted | {"version": "9"})
    assert stale.status_code == 422
    client.post(url, posted | {"version": "1", "months_privacy_receipt": "0"})
    assert packet.forms.count() == 2
    client.post(reverse("documents:packet_retire", args=[packet.pk]))
    packet.refresh_from_db()
    assert not packet.is_active
    with pytest.raises(errors.NameTaken):
        packets.save_packet(
            actor=cast.admin,
            name="telehealth",
            audience="everyone",
            required=False,
            months={"privacy_receipt": 0},
        )


def test_the_practice_reads_prints_and_withdraws(client, cast):
    consent, (signer,) = only(ask(cast))
    sign(consent, signer, drawn="M1 1L9 9")
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:consent_detail", args=[consent.pk])).content.decode()
    assert "Clara Cole" in page
    assert "12 Pine St" in page
    paper = client.get(reverse("documents:consent_pdf", args=[consent.pk]))
    assert paper.content[:5] == b"%PDF-"
    day = f"{clock.today():%m/%d/%Y}"
    client.post(reverse("documents:consent_withdraw", args=[consent.pk]), {"day": day, "reason": "By phone."})
    assert (
        "Withdrawn on" in client.get(reverse("documents:consent_detail", args=[consent.pk])).content.decode()
    )
    client.force_login(cast.stranger)
    assert client.get(reverse("documents:consent_detail", args=[consent.pk])).status_code == 404


def test_the_nightly_check_finds_what_was_changed_behind_the_application(cast):
    consent, (signer,) = only(ask(cast))
    sign(consent, signer)
    assert list(verification.broken_consents(lambda done: None)) == []
    forged = PacketSigner.objects.create(request=consent.request, name="Somebody")
    ConsentSignature.objects.create(
        consent=consent, signer=forged, name="Somebody", relation="client", digest="0" * 64,
        key=SealKey.objects.get(), seal="AAAA",
    )  # fmt: skip
    (found,) = verification.broken_consents(lambda done: None)
    assert (found.document, found.faults) == (str(consent.pk), (sealing.CHANGED, sealing.BROKEN))


def test_the_exported_chart_holds_consents(client, cast):
    consent, (signer,) = only(ask(cast))
    sign(consent, signer, drawn="M1 1L9 9")
    client.force_login(cast.admin)
    answer = client.post(
        reverse("documents:chart_export", args=[cast.client.pk]), {"form": "zip", "to": "client"}
    )
    held = zipfile.ZipFile(io.BytesIO(answer.getvalue()))
    (kept,) = json.loads(held.read("consents.json"))
    assert (kept["form_key"], "12 Pine St" in kept["text"]) == ("consent_telehealth", True)
    assert [each["name"] for each in kept["signatures"]] == ["Clara Cole"]
