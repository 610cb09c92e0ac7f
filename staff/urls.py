from django.urls import path

from staff import views

app_name = "staff"
urlpatterns = [
    path("staff/", views.staff_list, name="staff_list"),
    path("staff/new/", views.staff_create, name="staff_create"),
    path("staff/licenses/", views.license_list, name="license_list"),
    path("staff/photos/<slug:name>/", views.photo, name="photo"),
    path("staff/time-off/", views.time_off_list, name="time_off_list"),
    path("staff/<uuid:pk>/", views.staff_detail, name="staff_detail"),
    path("staff/<uuid:pk>/edit/", views.staff_edit, name="staff_edit"),
    path("staff/<uuid:pk>/profile/", views.staff_profile, name="staff_profile"),
    path("staff/<uuid:pk>/status/", views.staff_status, name="staff_status"),
    path("staff/<uuid:pk>/photo/", views.staff_photo, name="staff_photo"),
    path("staff/<uuid:pk>/photo/remove/", views.staff_photo_remove, name="staff_photo_remove"),
    path("staff/<uuid:pk>/availability/", views.availability, name="availability"),
    path("staff/<uuid:pk>/availability/edit/", views.availability_edit, name="availability_edit"),
    path("staff/<uuid:pk>/availability/add/", views.exception_add, name="exception_add"),
    path("staff/<uuid:pk>/availability/remove/<str:key>/", views.exception_remove, name="exception_remove"),
    path("staff/<uuid:pk>/availability/answer/<str:key>/", views.time_off_answer, name="time_off_answer"),
    # Last: whatever tab an app above has registered.
    path("staff/<uuid:pk>/<slug:slug>/", views.staff_tab, name="staff_tab"),
]
