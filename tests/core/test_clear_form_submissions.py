"""Keys of sent forms are kept for a week, and forgotten after it."""

import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from mentalspace.core import clock
from mentalspace.core.models import FormSubmission


@pytest.mark.django_db
def test_old_keys_are_forgotten_and_young_ones_kept() -> None:
    for days in (1, 6, 8, 30):
        FormSubmission.objects.create(key=uuid.uuid4(), created_at=clock.now() - timedelta(days=days))
    out = StringIO()
    call_command("clear_form_submissions", stdout=out)
    assert out.getvalue() == "2 form keys cleared.\n"
    assert FormSubmission.objects.count() == 2
