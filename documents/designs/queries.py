"""Forms for administrators: their versions, and how many documents were written with each."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from documents.choices import FormState
from documents.definitions import FormDefinition
from documents.designs.models import FormVersion
from documents.models import Document


@dataclass(frozen=True, slots=True)
class Row:
    """A version, with how many documents refer to it."""

    version: FormVersion
    form: FormDefinition
    documents: int


@dataclass(frozen=True, slots=True)
class Family:
    """A form with all its versions, the newest first."""

    rows: list[Row]

    @property
    def shown(self) -> Row:
        """The version in use, else the newest."""
        return self.in_use or self.rows[0]

    @property
    def in_use(self) -> Row | None:
        return next((row for row in self.rows if row.version.state == FormState.PUBLISHED), None)

    @property
    def draft(self) -> Row | None:
        return next((row for row in self.rows if row.version.state == FormState.DRAFT), None)

    @property
    def documents(self) -> int:
        return sum(row.documents for row in self.rows)

    def numbered(self, number: int) -> Row | None:
        return next((row for row in self.rows if row.version.number == number), None)


def families(key: str = "") -> list[Family]:
    """All forms, or one, in the order of menus: two queries."""
    written = Document.objects.exclude(form_key="").values_list("form_key", "form_version")
    versions = FormVersion.objects.select_related("published_by").order_by("position", "key", "-number")
    if key:
        written, versions = written.filter(form_key=key), versions.filter(key=key)
    counts = Counter({(form, number): count for form, number, count in written.annotate(Count("pk"))})
    by_key: dict[str, list[Row]] = {}
    for version in versions:
        row = Row(version, version.form, counts[version.key, version.number])
        by_key.setdefault(version.key, []).append(row)
    first = {form: min(row.version.position for row in rows) for form, rows in by_key.items()}
    return [Family(by_key[form]) for form in sorted(by_key, key=lambda form: (first[form], form))]
