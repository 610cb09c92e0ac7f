"""A form takes effect once: pressing twice, going back or sending it again repeats the answer, not the deed."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpResponseBase, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from mentalspace.core.ids import read_id
from mentalspace.core.models import FormSubmission

FIELD = "_once"


def once_field() -> SafeString:
    """A hidden field that makes the form around it take effect once."""
    return format_html('<input type="hidden" name="{}" value="{}">', FIELD, uuid.uuid4())


def once(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Let each rendered form of this view succeed once.

    The form's key is inserted in the transaction that does the work: a second copy waits for the first and is then
    redirected to where the first one went. A form that was refused (no redirect) gives its key back.
    """

    @wraps(view)
    def guarded(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        key = read_id(request.POST.get(FIELD)) if request.method == "POST" else None
        if key is None:
            return view(request, *args, **kwargs)
        user_id = request.user.pk if request.user.is_authenticated else None
        with transaction.atomic():
            try:
                with transaction.atomic():
                    submission = FormSubmission.objects.create(key=key, user_id=user_id)
            except IntegrityError:
                earlier = FormSubmission.objects.filter(key=key, user=user_id).first()
                return HttpResponseRedirect(
                    earlier.location if earlier and earlier.location else request.path
                )
            response = view(request, *args, **kwargs)
            location = response.headers.get("Location") or response.headers.get("HX-Redirect")
            if location:
                submission.location = location[:500]
                submission.save(update_fields=["location"])
            else:
                submission.delete()
            return response

    return guarded
