"""Fields about clients: choosing one, choosing a clinician, a state, lines of text."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.urls import reverse_lazy

from accounts.choices import CLINICAL_ROLES
from accounts.models import User
from clients import rules
from clients.models import Client
from mentalspace.core import formatting
from mentalspace.core.forms import SearchSelect
from staff.choices import StaffStatus
from staff.models import Staff

STATES = {
    "AL": "Alabama", "AK": "Alaska", "AZ": "Arizona", "AR": "Arkansas", "CA": "California", "CO": "Colorado",
    "CT": "Connecticut", "DE": "Delaware", "DC": "District of Columbia", "FL": "Florida", "GA": "Georgia",
    "HI": "Hawaii", "ID": "Idaho", "IL": "Illinois", "IN": "Indiana", "IA": "Iowa", "KS": "Kansas", "KY": "Kentucky",
    "LA": "Louisiana", "ME": "Maine", "MD": "Maryland", "MA": "Massachusetts", "MI": "Michigan", "MN": "Minnesota",
    "MS": "Mississippi", "MO": "Missouri", "MT": "Montana", "NE": "Nebraska", "NV": "Nevada", "NH": "New Hampshire",
    "NJ": "New Jersey", "NM": "New Mexico", "NY": "New York", "NC": "North Carolina", "ND": "North Dakota",
    "OH": "Ohio", "OK": "Oklahoma", "OR": "Oregon", "PA": "Pennsylvania", "PR": "Puerto Rico", "RI": "Rhode Island",
    "SC": "South Carolina", "SD": "South Dakota", "TN": "Tennessee", "TX": "Texas", "UT": "Utah", "VT": "Vermont",
    "VA": "Virginia", "VI": "Virgin Islands", "WA": "Washington", "WV": "West Virginia", "WI": "Wisconsin",
    "WY": "Wyoming", "GU": "Guam", "AS": "American Samoa", "MP": "Northern Mariana Islands",
    "AA": "Armed Forces Americas", "AE": "Armed Forces Europe", "AP": "Armed Forces Pacific",
}  # fmt: skip
_BY_NAME = {name.lower(): code for code, name in STATES.items()}


class ClientChoiceField(forms.ModelChoiceField):
    """One client, searched as one types. Offers nobody until `limit_to` says whose clients they are:

    class BookingForm(PageForm):
        client = ClientChoiceField()

        def __init__(self, *args, actor, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["client"].limit_to(actor)
    """

    default_error_messages = {
        "required": "Choose a client.",
        "invalid_choice": "This client is not among those you may choose. Search by name and pick from the list.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Client.objects.none())
        kwargs.setdefault(
            "widget",
            SearchSelect(
                # A lazy address: forms are read before URLs are.
                reverse_lazy("clients:client_choices"),  # type: ignore[arg-type]
                placeholder="Name, date of birth, phone or number",
            ),
        )
        super().__init__(**kwargs)

    def limit_to(self, actor: User, queryset: QuerySet[Client] | None = None) -> None:
        """Accept the clients the actor serves, or those of `queryset`; one read in an emergency is no choice."""
        self.queryset = rules.served_clients(actor) if queryset is None else queryset

    def label_from_instance(self, obj: Client) -> str:
        """`Clara Cole (C-1042, 03/14/1990)`."""
        born = f", {formatting.date(obj.date_of_birth)}" if obj.date_of_birth else ""
        return f"{obj.display_name} (C-{obj.number}{born})"


def active_clinicians() -> QuerySet[Staff]:
    """Who can be on a care team."""
    roles = sorted(CLINICAL_ROLES)
    return Staff.objects.filter(
        Q(user__role__in=roles) | Q(user__further_roles__overlap=roles), status=StaffStatus.ACTIVE
    ).order_by("last_name", "first_name", "pk")


class ClinicianField(forms.ModelChoiceField):
    """One of the practice's active clinicians; a list to search in, which is also a plain one."""

    default_error_messages = {
        "required": "Choose a clinician.",
        "invalid_choice": "This person is not an active clinician of the practice. Pick one from the list.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", active_clinicians())
        kwargs.setdefault("widget", SearchSelect(placeholder="Type a name"))
        super().__init__(**kwargs)

    def label_from_instance(self, obj: Staff) -> str:
        """As a signature prints it."""
        return obj.name_with_credential


class StateField(forms.CharField):
    """A US state, by its two letters or its name; stored as two letters."""

    default_error_messages = {"invalid": "Enter the state by its two letters, for example GA."}

    def to_python(self, value: Any) -> str:
        """Two letters, or a ValidationError."""
        text = " ".join(str(super().to_python(value)).split())
        if not text:
            return ""
        code = _BY_NAME.get(text.lower(), text.upper().replace(".", ""))
        if code not in STATES:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return code


class LinesField(forms.CharField):
    """Several short entries, one a line."""

    widget = forms.Textarea
    longest, most = 300, 100

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        """A stored list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The entries, without blank lines."""
        entries = [line.strip() for line in super().clean(value).splitlines() if line.strip()]
        if len(entries) > self.most:
            raise ValidationError(f"Enter at most {self.most} lines.", code="many")
        for number, entry in enumerate(entries, start=1):
            if len(entry) > self.longest:
                raise ValidationError(
                    f"Line {number} is longer than {self.longest} characters. Shorten it or split it.",
                    code="long",
                )
        return entries
