"""What a form is bound to."""

from django.http import HttpRequest, QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """The posted data, also when nothing at all was posted: such a form is faulty, not fresh."""
    return request.POST if request.method == "POST" else None
