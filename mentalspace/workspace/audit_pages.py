"""Which pages the audit log does not hold, and why; every other one is an event, whoever writes it tomorrow.

What such a page changes is an event all the same: that is the verb's own doing. So is a refusal.
"""

_DOOR = "before signing in: shows nothing; the sign-in itself is an event"
_OWN = "about the person who asks, and nobody else"
_LINK = "shows a time to whoever holds the link of a reminder; what they answer is an event"
_OUTSIDE = "free times, for whoever looks; what they send is an event"
_QUESTIONS = "asks the holder of a link and shows nothing; what they answer is an event"
_PRACTICE = "how the practice works, about nobody"
_DATABASE = "names of tables, no rows"

UNRECORDED = {
    "health": "says whether the application runs",
    "workspace:root": "leads to Home or to the door",
    "accounts:sign_in": _DOOR,
    "accounts:passkey_sign_in": _DOOR,
    "accounts:second_step": _DOOR,
    "accounts:admin_sign_in": _DOOR,
    "accounts:password_reset": _DOOR,
    "accounts:password_reset_confirm": _DOOR,
    "accounts:second_factor": _OWN,
    "accounts:session_state": _OWN,
    "accounts:session_stay": _OWN,
    "accounts:session_end": _OWN,
    "accounts:sessions_end_others": _OWN,
    "accounts:kept_form": _OWN,
    "accounts:confirm_by_password": _OWN,
    "accounts:confirm_by_code": _OWN,
    "accounts:confirm_by_passkey": _OWN,
    "accounts:totp_add": _OWN,
    "accounts:passkey_add": _OWN,
    "accounts:second_factor_remove": _OWN,
    "accounts:recovery_codes": _OWN,
    "accounts:recovery_codes_make": _OWN,
    "accounts:sign_out": _OWN,
    "accounts:admin_sign_out": _OWN,
    "accounts:account": _OWN,
    "accounts:password_change": _OWN,
    "accounts:admin_password_change": _OWN,
    "workspace:administration": "doors to other pages",
    "workspace:report_list": "names of reports, no figures",
    "workspace:settings": _PRACTICE,
    "workspace:settings_section": _PRACTICE,
    "clients:tag_list": _PRACTICE,
    "clients:tag_create": _PRACTICE,
    "clients:tag_edit": _PRACTICE,
    "clients:tag_delete": _PRACTICE,
    "scheduling:feed": _OWN,
    "scheduling:feed_renew": _OWN,
    "scheduling:feed_change": _OWN,
    "scheduling:feed_end": _OWN,
    "scheduling:feed_file": "asked for by a calendar program; an event of its own, at most one an hour",
    "scheduling:reminder_answer": _LINK,
    "scheduling:reminder_confirm": _LINK,
    "scheduling:reminder_cancel": _LINK,
    "scheduling:booking_times": _OUTSIDE,
    "scheduling:booking_details": _OUTSIDE,
    "scheduling:booking_sent": _OUTSIDE,
    "scheduling:room_list": _PRACTICE,
    "scheduling:room_create": _PRACTICE,
    "scheduling:room_edit": _PRACTICE,
    "scheduling:closure_list": _PRACTICE,
    "scheduling:closure_create": _PRACTICE,
    "scheduling:closure_edit": _PRACTICE,
    "scheduling:closure_delete": _PRACTICE,
    "scheduling:closure_federal": _PRACTICE,
    "billing:service_code_list": _PRACTICE,
    "billing:service_code_create": _PRACTICE,
    "billing:service_code_import": _PRACTICE,
    "billing:service_code_edit": _PRACTICE,
    "billing:service_code_activate": _PRACTICE,
    "billing:service_code_deactivate": _PRACTICE,
    "documents:diagnosis_search": "codes of a published list, about nobody",
    "documents:questionnaire": _QUESTIONS,
    "documents:seal_key_list": "public keys",
    "documents:seal_key_file": "public keys",
    "documents:seal_program": "a program",
    "staff:photo": "a colleague's picture, which stands on every page they wrote",
    "admin:index": _DATABASE,
    "admin:app_list": _DATABASE,
    "admin:jsi18n": "words of the interface",
}
# Its author alone knows about whom a psychotherapy note is: the log says that somebody worked on one, no more.
DISCREET = {"psychotherapy"}
