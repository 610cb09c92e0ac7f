"""What a clinical form is: data, in versions. A document is always shown with the version it was written with.

Definitions are kept in `form_versions` (see `documents.designs`); those that come with the project are written down in
`documents.forms_data`.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from documents.choices import ClientFormType, DocumentType

OTHER = "other"
KEY = r"^[a-z][a-z0-9_]*$"
# The record reads diagnoses by this key, whatever form they were entered in.
DIAGNOSES = "diagnoses"
LONGEST_KEY = 60


class Kind(StrEnum):
    ONE = "one"  # one choice
    MANY = "many"  # many choices
    SHORT = "short"  # a line of text
    LONG = "long"  # paragraphs
    DATE = "date"
    TIME = "time"
    NUMBER = "number"
    SCALE = "scale"  # whole numbers side by side
    DIAGNOSIS = "diagnosis"  # ICD-10-CM codes in order
    ITEMS = "items"  # a list of groups of fields
    GOALS = "goals"  # the treatment plan's open goals, each with its change


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Choice(_Part):
    """`value` is stored, `label` is read. The value `other` always opens a text field."""

    value: str = Field(pattern=KEY)
    label: str


class FormField(_Part):
    """One question. `safe` lists the choices of a risk question that say "no risk"."""

    key: str = Field(pattern=KEY)
    label: str
    kind: Kind
    required: bool = False
    help: str = ""
    choices: tuple[Choice, ...] = ()
    rows: int = 3
    minimum: float | None = None
    maximum: float | None = None
    unit: str = ""
    carry: bool = False  # "carry forward from the last note" copies it
    safe: tuple[str, ...] = ()
    required_at_risk: bool = False
    hidden: bool = False
    item: str = ""  # what one entry of a list is called
    fields: tuple["FormField", ...] = ()

    @model_validator(mode="after")
    def fits_its_kind(self) -> Self:
        """Choices where there is something to choose, fields where there is a list."""
        if (self.kind in {Kind.ONE, Kind.MANY}) != bool(self.choices):
            raise ValueError(f"{self.key}: choices belong to questions with choices.")
        if (self.kind in {Kind.ITEMS, Kind.GOALS}) != bool(self.fields):
            raise ValueError(f"{self.key}: fields belong to lists.")
        if not set(self.safe) <= {choice.value for choice in self.choices}:
            raise ValueError(f"{self.key}: unknown answer without risk.")
        if (self.kind == Kind.DIAGNOSIS) != (self.key == DIAGNOSES):
            raise ValueError(f"{self.key}: diagnoses are asked once, under their own key.")
        return self

    @property
    def other_key(self) -> str:
        """Where the text beside "other" is kept."""
        return f"{self.key}_other"

    @property
    def has_other(self) -> bool:
        return any(choice.value == OTHER for choice in self.choices)

    def label_of(self, value: str) -> str:
        """A stored choice in words; one that a later edit took away reads as it was stored."""
        return next((choice.label for choice in self.choices if choice.value == value), value)


class FormSection(_Part):
    """Questions under a heading, folded or open at first. What is `shared` is written once for a whole group."""

    key: str = Field(pattern=KEY)
    title: str
    fields: tuple[FormField, ...]
    text: str = ""
    folded: bool = False
    shared: bool = False


class FormDefinition(_Part):
    """A form at one version."""

    key: str = Field(pattern=KEY)
    version: int = Field(ge=1)
    type: DocumentType | ClientFormType
    title: str
    sections: tuple[FormSection, ...]
    plan_section: str = ""  # what the next session starts from

    @model_validator(mode="after")
    def keys_are_unique(self) -> Self:
        """Answers are kept by key, so a key names one question of the whole form."""
        keys = [field.key for field in self.fields()] + [
            field.other_key for field in self.fields() if field.has_other
        ]
        if len(keys) != len(set(keys)):
            raise ValueError(f"{self.key}: two questions share a key.")
        return self

    def fields(self) -> Iterator[FormField]:
        """All questions, in order."""
        for section in self.sections:
            yield from section.fields

    def section_of(self, key: str) -> FormSection | None:
        return next((section for section in self.sections if section.key == key), None)
