"""Members of staff, with weekday hours from nine to five."""

import factory
from factory.django import DjangoModelFactory

from staff.models import Staff
from tests.accounts.factories import UserFactory

NINE_TO_FIVE = {
    "weekly": {day: [{"from": "09:00", "to": "17:00"}] for day in ("mon", "tue", "wed", "thu", "fri")},
    "exceptions": [],
}


class StaffFactory(DjangoModelFactory[Staff]):
    class Meta:
        model = Staff

    user = factory.SubFactory(UserFactory)
    first_name = factory.Sequence(lambda n: f"Staff{n}")
    last_name = "Example"
    credential = "LCSW"
    takes_appointments = True
    availability = NINE_TO_FIVE
