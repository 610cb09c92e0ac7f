"""Releases of ICD-10-CM."""

from django.db import models

from mentalspace.core import clock


class Icd10Release(models.Model):
    """The billable codes of one release, compressed; what was loaded never changes.

    A process opens it once. Text is a line per code: the code without its dot, its words and further terms, by tabs.
    """

    valid_from = models.DateField(primary_key=True, help_text="The first day on which its codes are valid.")
    valid_until = models.DateField(help_text="The last day, unless a later release begins before.")
    source = models.CharField(max_length=255, help_text="The publisher’s file it was read from.")
    codes = models.BinaryField(help_text="Lines of text, by zlib.")
    size = models.PositiveIntegerField(help_text="How many codes.")
    loaded_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "icd10_releases"
        verbose_name = "ICD-10-CM release"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(valid_until__gte=models.F("valid_from")), name="icd10_releases_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"ICD-10-CM from {self.valid_from:%Y-%m-%d}"
