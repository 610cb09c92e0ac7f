from django.urls import path

from psychotherapy.views import notes, writing

# No client's id stands in a path: paths end in logs.
app_name = "psychotherapy"
urlpatterns = [
    path("psychotherapy-notes/", notes.psychotherapy_note_list, name="psychotherapy_note_list"),
    path("psychotherapy-notes/new/", notes.psychotherapy_note_create, name="psychotherapy_note_create"),
    path("psychotherapy-notes/<uuid:pk>/", writing.psychotherapy_note_edit, name="psychotherapy_note_edit"),
    path(
        "psychotherapy-notes/<uuid:pk>/autosave/",
        writing.psychotherapy_note_autosave,
        name="psychotherapy_note_autosave",
    ),
    path(
        "psychotherapy-notes/<uuid:pk>/destroy/",
        writing.psychotherapy_note_destroy,
        name="psychotherapy_note_destroy",
    ),
]
