"""What clients add to a clinician's page: the caseload."""

from typing import Any

from accounts.http import ActorRequest
from clients import rules
from clients.chart import OVERVIEW, status_badge, tab_url
from mentalspace.core import clock, formatting
from staff.models import Staff
from staff.panels import Tab
from staff.rules import can_see_caseload


def caseload(request: ActorRequest, staff: Staff) -> dict[str, Any]:
    """Whom the clinician treats today, and since when; of these, whom the viewer serves too. One query."""
    actor = request.user
    served: Any = rules.served_clients(actor).only("pk")
    assignments = (
        rules.current_assignments()
        .filter(staff=staff, client__in=served)
        .select_related("client")
        .order_by("client__last_name", "client__first_name", "pk")
    )
    today = clock.today()
    return {
        "caseload": [
            {
                "name": assignment.client.display_name,
                "url": tab_url(assignment.client, OVERVIEW),
                "number": f"C-{assignment.client.number}",
                "age": formatting.age(assignment.client.date_of_birth, today),
                "status": status_badge(assignment.client.status),
                "role": assignment.get_role_display(),
                "since": formatting.date(assignment.starts_on),
                "until": formatting.date(assignment.ends_on),
            }
            for assignment in assignments
        ]
    }


CASELOAD = Tab("caseload", "Caseload", "users", 40, can_see_caseload, "clients/staff_caseload.html", caseload)
