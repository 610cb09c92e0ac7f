"""Leads."""

import factory
from factory.django import DjangoModelFactory

from crm.models import Lead


class LeadFactory(DjangoModelFactory[Lead]):
    class Meta:
        model = Lead

    first_name = factory.Sequence(lambda n: f"Lead{n}")
    last_name = "Inquirer"
    phone = "+14045550177"
