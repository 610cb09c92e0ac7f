"""Service codes: by hand and from a file, all of it or nothing."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from billing import services
from billing.errors import CodeTaken, ImportRefused
from billing.models import ServiceCode
from billing.services.codes import read_codes
from mentalspace.core.errors import NotPermitted, StaleVersion
from tests.billing.factories import ServiceCodeFactory

GOOD = '\ufeffCode,Label,Fee,Min minutes\n90834,Talk 45,$150.00,38\nh0004,"Counselling, 15 min",31,\n'


def test_import_adds_changes_and_leaves(cast):
    ServiceCodeFactory.create(label="Old")
    made = services.import_codes(actor=cast.biller, text=GOOD)
    assert (made.created, made.changed, made.unchanged) == (1, 1, 0)
    assert list(ServiceCode.objects.order_by("code").values_list("code", "label", "fee")) == [
        ("90834", "Talk 45", Decimal("150.00")),
        ("H0004", "Counselling, 15 min", Decimal("31.00")),
    ]
    again = services.import_codes(actor=cast.biller, text=GOOD)
    assert (again.created, again.changed, again.unchanged) == (0, 0, 2)


@pytest.mark.parametrize(
    ("lines", "line", "sentence"),
    [
        ("code,label\n90834,Talk", 1, "missing: fee"),
        ("code,label,fee,colour\n", 1, "Unknown columns: colour"),
        ("code,label,fee\n", 1, "no lines"),
        ("code,label,fee\n90834,Talk,abc", 2, "“abc” is no fee"),
        ("code,label,fee\n90834,Talk,1.005", 2, "more than two decimals"),
        ("code,label,fee\n90834,Talk,NaN", 2, "is no fee"),
        ("code,label,fee\n90834,Talk,-1", 2, "is no fee"),
        ("code,label,fee\n,Talk,1", 2, "code is missing"),
        ("code,label,fee\n1,,1", 2, "label is missing"),
        ("code,label,fee\n1,A,1\n1,B,2", 3, "twice"),
        ("code,label,fee\n1,A,1,000", 2, "more values than columns"),
        ("code,label,fee,min_minutes,max_minutes\n1,A,1,50,40", 2, "fewer than the least"),
        ("code,label,fee,min_minutes\n1,A,1,an hour", 2, "no number of minutes"),
        ("code,label,fee,unit_rule\n1,A,1,weekly", 2, "no unit rule"),
        ("", 1, "missing: code, label, fee"),
    ],
)
def test_a_faulty_line_is_named(lines, line, sentence):
    with pytest.raises(ImportRefused) as caught:
        read_codes(lines)
    assert [at for at, text in caught.value.faults if sentence in text] == [line]


def test_one_bad_line_imports_nothing_and_keeps_what_was_typed(cast, client):
    client.force_login(cast.biller)
    text = "code,label,fee\n90834,Talk,150\n90837,Talk 60,free"
    answer = client.post(reverse("billing:service_code_import"), {"text": text})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Line 3: “free” is no fee" in page
    assert "90837,Talk 60,free" in page
    assert not ServiceCode.objects.exists()


def test_import_of_a_file(cast, client):
    client.force_login(cast.biller)
    url = reverse("billing:service_code_import")
    file = SimpleUploadedFile("codes.csv", GOOD.encode())
    assert client.post(url, {"file": file, "text": ""}).status_code == 302
    assert ServiceCode.objects.count() == 2
    answer = client.post(url, {"file": SimpleUploadedFile("codes.csv", b"\xff\xfe\x00"), "text": ""})
    assert "not plain text in UTF-8" in answer.content.decode()


def test_form_says_what_is_wrong_and_keeps_it(cast, client):
    client.force_login(cast.biller)
    values = {
        "code": "90 834",
        "label": "Talk",
        "fee": "12,5",
        "min_minutes": "50",
        "max_minutes": "40",
        "unit_rule": "count",
    }
    answer = client.post(reverse("billing:service_code_create"), values)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "A code is letters and digits without spaces" in page
    assert "Enter an amount in dollars and cents" in page
    assert "cannot be fewer" in page
    assert 'value="90 834"' in page


def test_code_is_unique_and_only_billers_keep_it(cast):
    ServiceCodeFactory.create()
    with pytest.raises(CodeTaken):
        services.create_code(actor=cast.biller, code=" 90834 ", label="Again", fee=Decimal(1))
    with pytest.raises(NotPermitted):
        services.create_code(actor=cast.front_desk, code="1", label="No", fee=Decimal(1))


def test_two_people_editing_one_code(cast, client):
    code = ServiceCodeFactory.create()
    services.update_code(actor=cast.admin, code_id=code.pk, version=1, fee=Decimal(155))
    with pytest.raises(StaleVersion):
        services.update_code(actor=cast.biller, code_id=code.pk, version=1, fee=Decimal(165))
    client.force_login(cast.biller)
    url = reverse("billing:service_code_edit", args=[code.pk])
    stale = {"code": "90834", "label": "Mine", "fee": "165.00", "unit_rule": "per_session", "version": "1"}
    answer = client.post(url, stale)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody changed this" in page
    assert "Mine" in page
    assert "$155.00" in page
    client.post(url, {**stale, "version": "2"})
    code.refresh_from_db()
    assert (code.label, code.fee) == ("Mine", Decimal(165))


def test_retired_code_cannot_be_billed_and_comes_back(cast, client):
    code = ServiceCodeFactory.create()
    client.force_login(cast.biller)
    client.post(reverse("billing:service_code_deactivate", args=[code.pk]))
    code.refresh_from_db()
    assert code.is_active is False
    client.post(reverse("billing:service_code_activate", args=[code.pk]))
    code.refresh_from_db()
    assert code.is_active is True
