"""What staff adds to the pages about people who sign in."""

from django.urls import reverse

from accounts.models import User
from accounts.panels import Beginning, PersonLink
from staff.rules import can_create_staff


def profile_url(user: User) -> str | None:
    """The person's page; software's own administrators may have none."""
    staff = getattr(user, "staff", None)
    return reverse("staff:staff_detail", args=[staff.pk]) if staff else None


LINKS = (
    Beginning("New person", "user-plus", 10, can_create_staff, lambda: reverse("staff:staff_create")),
    PersonLink("Staff profile", "id-badge", 10, profile_url),
)
