from django.urls import path

from scheduling import views
from scheduling.feed import views as feed_views
from scheduling.groups.urls import urlpatterns as group_urls
from scheduling.requests.urls import urlpatterns as request_urls
from scheduling.series.urls import urlpatterns as series_urls
from scheduling.waitlist.urls import urlpatterns as waitlist_urls

app_name = "scheduling"
urlpatterns = [
    path("schedule/", views.schedule, name="schedule"),
    path("schedule/live/", views.schedule_live, name="schedule_live"),
    path("schedule/sheet/", views.day_sheet, name="day_sheet"),
    path("appointments/", views.appointment_list, name="appointment_list"),
    path("appointments/client-time/", views.client_time, name="client_time"),
    path("appointments/new/", views.appointment_create, name="appointment_create"),
    path("appointments/<uuid:pk>/", views.appointment_detail, name="appointment_detail"),
    path("appointments/<uuid:pk>/edit/", views.appointment_edit, name="appointment_edit"),
    path("appointments/<uuid:pk>/move/", views.appointment_move, name="appointment_move"),
    path("appointments/<uuid:pk>/drag/", views.appointment_drag, name="appointment_drag"),
    path("appointments/<uuid:pk>/reschedule/", views.appointment_reschedule, name="appointment_reschedule"),
    path("appointments/<uuid:pk>/confirm/", views.appointment_confirm, name="appointment_confirm"),
    path("appointments/<uuid:pk>/check-in/", views.appointment_check_in, name="appointment_check_in"),
    path("appointments/<uuid:pk>/start/", views.appointment_start, name="appointment_start"),
    path("appointments/<uuid:pk>/complete/", views.appointment_complete, name="appointment_complete"),
    path("appointments/<uuid:pk>/no-show/", views.appointment_no_show, name="appointment_no_show"),
    path("appointments/<uuid:pk>/cancel/", views.appointment_cancel, name="appointment_cancel"),
    path("appointments/<uuid:pk>/reopen/", views.appointment_reopen, name="appointment_reopen"),
    path("appointments/<uuid:pk>/undo/", views.appointment_undo, name="appointment_undo"),
    path("schedule/feed/", feed_views.feed, name="feed"),
    path("schedule/feed/renew/", feed_views.feed_renew, name="feed_renew"),
    path("schedule/feed/change/", feed_views.feed_change, name="feed_change"),
    path("schedule/feed/end/", feed_views.feed_end, name="feed_end"),
    path("calendar/<slug:token>.ics", feed_views.feed_file, name="feed_file"),
    path("reminders/", views.reminder_list, name="reminder_list"),
    path("reminders/<int:pk>/send/", views.reminder_send, name="reminder_send"),
    # What a client gets to see: short, and nothing in it tells what it is about.
    path("a/<slug:token>/", views.reminder_answer, name="reminder_answer"),
    path("a/<slug:token>/confirm/", views.reminder_confirm, name="reminder_confirm"),
    path("a/<slug:token>/cancel/", views.reminder_cancel, name="reminder_cancel"),
    *group_urls,
    path("schedule/to-move/", views.displaced_list, name="displaced_list"),
    path("schedule/find/", views.find_a_time, name="find_a_time"),
    path("rooms/", views.room_list, name="room_list"),
    path("rooms/new/", views.room_create, name="room_create"),
    path("rooms/<uuid:pk>/edit/", views.room_edit, name="room_edit"),
    *series_urls,
    *waitlist_urls,
    *request_urls,
    path("holidays/", views.closure_list, name="closure_list"),
    path("holidays/new/", views.closure_create, name="closure_create"),
    path("holidays/federal/", views.closure_federal, name="closure_federal"),
    path("holidays/<uuid:pk>/edit/", views.closure_edit, name="closure_edit"),
    path("holidays/<uuid:pk>/delete/", views.closure_delete, name="closure_delete"),
]
