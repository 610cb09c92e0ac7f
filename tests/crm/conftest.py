"""An inquiry, as the front desk took it down."""

import pytest

from crm import services
from crm.models import Lead
from tests.cast import Cast


@pytest.fixture
def lead(cast: Cast) -> Lead:
    return services.create_lead(
        actor=cast.front_desk,
        first_name="Lena",
        last_name="Lindqvist",
        phone="+14045550181",
        email="Lena@example.com",
        source="provider_referral",
        source_detail="Dr. Example",
        notes="Evenings only.",
        assigned_to=cast.front_desk.staff,
    )
