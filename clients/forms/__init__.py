"""Input about clients."""

from clients.forms.care_team import AssignForm, EndForm, HandOverForm
from clients.forms.demographics import ClientCreateForm, DemographicsForm, StatusForm
from clients.forms.emergencies import EmergencyForm, ReviewForm
from clients.forms.fields import ClientChoiceField, ClinicianField
from clients.forms.marks import AddTagForm, RaiseFlagForm, ReasonForm, TagForm
from clients.forms.profile import (
    AuthorisationFormSet,
    ContactsForm,
    CoverageForm,
    CustomFieldsForm,
    EmergencyContactFormSet,
    IntakeForm,
    MedicalHistoryForm,
    SectionForm,
)

__all__ = [
    "AddTagForm",
    "AssignForm",
    "AuthorisationFormSet",
    "ClientChoiceField",
    "ClientCreateForm",
    "ClinicianField",
    "ContactsForm",
    "CoverageForm",
    "CustomFieldsForm",
    "DemographicsForm",
    "EmergencyContactFormSet",
    "EmergencyForm",
    "EndForm",
    "HandOverForm",
    "IntakeForm",
    "MedicalHistoryForm",
    "RaiseFlagForm",
    "ReasonForm",
    "ReviewForm",
    "SectionForm",
    "StatusForm",
    "TagForm",
]
