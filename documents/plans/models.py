"""How often the plan of a client is reviewed, where that is not as often as the practice's."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from mentalspace.core import clock

SHORTEST, LONGEST = 7, 400


class PlanInterval(models.Model):
    """Days from a client's plan to its review; who has none has the practice's setting."""

    client = models.OneToOneField(
        "clients.Client", on_delete=models.PROTECT, primary_key=True, related_name="plan_interval"
    )
    days = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(SHORTEST), MaxValueValidator(LONGEST)]
    )
    set_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    set_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "plan_intervals"
        verbose_name = "interval of plan reviews"
        verbose_name_plural = "intervals of plan reviews"
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=SHORTEST, days__lte=LONGEST), name="plan_intervals_days"
            )
        ]

    def __str__(self) -> str:
        return f"{self.days} days"
