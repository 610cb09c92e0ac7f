"""The forms that come with the project, each in all of its versions, the oldest first.

`documents.designs` loads them into the database, which is where forms are read. A form whose wording changes gets a
further version here; the ones before it stay, so that what was written with them renders for ever.
"""

from documents.definitions import FormDefinition
from documents.forms_data import consents, discharge, intake, plan, progress, safety, short_notes, write_ups

SHIPPED: tuple[FormDefinition, ...] = (
    *progress.FORMS,
    *intake.FORMS,
    *plan.FORMS,
    *discharge.FORMS,
    *safety.FORMS,
    *short_notes.FORMS,
    *write_ups.FORMS,
    *consents.FORMS,
)
