"""The page that every section of a profile is edited on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.http import ActorRequest
from clients.chart import tab_url
from clients.forms import SectionForm
from clients.models import Client, ClientProfile
from clients.services import section_mark
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms import add_domain_error

# Where each stored section stands on the profile's page.
ANCHORS = {
    "insurance_info": "insurance",
    "emergency_contact": "contacts",
    "medical_history": "medical",
    "intake": "intake",
    "custom_fields": "further",
}


@dataclass
class SectionPage:
    """One section of a client's profile, opened to be changed. `stale` once somebody else changed it meanwhile."""

    request: ActorRequest
    client: Client
    section: str
    stale: bool = False

    @property
    def back(self) -> str:
        """The section on the profile."""
        return f"{tab_url(self.client, 'profile')}#{ANCHORS[self.section]}"

    def mark(self) -> str:
        """The mark of the section as it stands in the database."""
        stored = ClientProfile.objects.filter(client=self.client).first()
        return section_mark(stored or ClientProfile(client=self.client), self.section)

    def answer(
        self,
        form: SectionForm,
        save: Callable[[], None],
        page: dict[str, Any],
        template: str = "clients/profile_section.html",
        said: str = "The profile was saved.",
    ) -> HttpResponse:
        """Saved and back to the profile, or the form once more with what was typed. Raises NotPermitted."""
        formset = page.get("formset")
        valid = form.is_valid() & (formset is None or formset.is_valid())
        if self.request.method == "POST" and valid and self._saved(form, save):
            messages.success(self.request, said)
            return redirect(self.back)
        context = {
            "subtitle": self.client.display_name,
            "breadcrumbs": [
                ("Clients", reverse("clients:client_list")),
                (self.client.display_name, self.back),
            ],
            "form": form,
            "stale": self.stale,
            "cancel_url": self.back,
        }
        status = 409 if self.stale else 422 if form.is_bound else 200
        return render(self.request, template, context | page, status=status)

    def _saved(self, form: SectionForm, save: Callable[[], None]) -> bool:
        try:
            save()
        except DomainError as error:
            if isinstance(error, StaleVersion):
                self.stale = True
                form.reopen(self.mark())
            add_domain_error(form, error)
            return False
        return True
