from django.urls import path

from messaging import views

app_name = "messaging"
urlpatterns = [
    path("messages/", views.inbox, name="inbox"),
    path("messages/sent/", views.sent, name="sent"),
    path("messages/archived/", views.archived, name="archived"),
    path("messages/new/", views.message_create, name="message_create"),
    path("messages/archive/", views.threads_archive, name="threads_archive"),
    path("messages/mark-read/", views.threads_mark_read, name="threads_mark_read"),
    path("messages/<uuid:pk>/", views.thread_detail, name="thread_detail"),
    path("messages/<uuid:pk>/reply/", views.thread_reply, name="thread_reply"),
    path("messages/<uuid:pk>/reply-all/", views.thread_reply_all, name="thread_reply_all"),
    path("messages/<uuid:pk>/archive/", views.thread_archive, name="thread_archive"),
    path("messages/<uuid:pk>/unarchive/", views.thread_unarchive, name="thread_unarchive"),
    path("messages/<uuid:pk>/mark-unread/", views.thread_mark_unread, name="thread_mark_unread"),
]
