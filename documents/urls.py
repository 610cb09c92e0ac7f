from django.urls import path

from documents.consents.urls import urlpatterns as consent_urls
from documents.designs.urls import urlpatterns as form_urls
from documents.disclosures.urls import urlpatterns as disclosure_urls
from documents.export.urls import urlpatterns as export_urls
from documents.files.urls import urlpatterns as file_urls
from documents.finding.urls import urlpatterns as find_urls
from documents.groups.urls import urlpatterns as group_urls
from documents.measures.own.urls import urlpatterns as instrument_urls
from documents.measures.urls import urlpatterns as measure_urls
from documents.plans.urls import urlpatterns as plan_urls
from documents.snippets.urls import urlpatterns as snippet_urls
from documents.views import (
    diagnoses,
    editor,
    lists,
    mending,
    reading,
    seal_keys,
    signing,
    starting,
    supervising,
    unlocking,
)

app_name = "documents"
urlpatterns = [
    path("notes/", lists.note_list, name="note_list"),
    path("notes/<uuid:pk>/start/", starting.note_start, name="note_start"),
    path("documents/new/", starting.document_create, name="document_create"),
    path("documents/<uuid:pk>/", reading.document_detail, name="document_detail"),
    path("documents/<uuid:pk>/pdf/", reading.document_pdf, name="document_pdf"),
    path("documents/<uuid:pk>/addendum/", reading.document_addendum, name="document_addendum"),
    path("documents/<uuid:pk>/edit/", editor.document_edit, name="document_edit"),
    path("documents/<uuid:pk>/autosave/", editor.document_autosave, name="document_autosave"),
    path("documents/<uuid:pk>/resolve/", editor.document_resolve, name="document_resolve"),
    path("documents/<uuid:pk>/carry/", editor.document_carry, name="document_carry"),
    path("documents/<uuid:pk>/review/", editor.document_review, name="document_review"),
    path("documents/<uuid:pk>/sign/", signing.document_sign, name="document_sign"),
    path("documents/<uuid:pk>/cosign/", signing.document_cosign, name="document_cosign"),
    path("documents/<uuid:pk>/return/", signing.document_return, name="document_return"),
    path("documents/<uuid:pk>/error/", mending.document_error, name="document_error"),
    path("documents/<uuid:pk>/versions/", mending.document_versions, name="document_versions"),
    path("documents/<uuid:pk>/discard/", starting.document_discard, name="document_discard"),
    path("documents/<uuid:pk>/unlock/", unlocking.document_unlock, name="document_unlock"),
    path("diagnoses/", diagnoses.diagnosis_search, name="diagnosis_search"),
    path("cosign/", signing.cosign_list, name="cosign_list"),
    path("cosign/read/", supervising.reading_list, name="reading_list"),
    path("cosign/read/tick/", supervising.readings_tick, name="readings_tick"),
    path("documents/<uuid:pk>/read/", supervising.document_read, name="document_read"),
    path("seal-keys/", seal_keys.seal_key_list, name="seal_key_list"),
    path("seal-keys/public-keys.txt", seal_keys.seal_key_file, name="seal_key_file"),
    path("seal-keys/verify_document.py", seal_keys.seal_program, name="seal_program"),
    path("unlock-requests/", unlocking.unlock_list, name="unlock_list"),
    path("unlock-requests/<int:pk>/approve/", unlocking.unlock_approve, name="unlock_approve"),
    path("unlock-requests/<int:pk>/decline/", unlocking.unlock_decline, name="unlock_decline"),
    *measure_urls,
    *consent_urls,
    *disclosure_urls,
    *instrument_urls,
    *plan_urls,
    *group_urls,
    *file_urls,
    *find_urls,
    *export_urls,
    *form_urls,
    *snippet_urls,
]
