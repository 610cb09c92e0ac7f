"""What people type about staff, by noun."""

from staff.forms.hours import AbsenceForm, WeekForm
from staff.forms.people import PhotoForm, ProfileForm, StaffCreateForm, StaffForm, StatusForm

__all__ = [
    "AbsenceForm",
    "PhotoForm",
    "ProfileForm",
    "StaffCreateForm",
    "StaffForm",
    "StatusForm",
    "WeekForm",
]
