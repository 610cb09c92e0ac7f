"""Where a person came from and goes back to. An address that a browser sends is followed only if it is ours."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def is_ours(request: HttpRequest, url: str) -> bool:
    """Whether the address leads to this site, so that a link from elsewhere cannot send people away."""
    return url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )


def came_from(request: HttpRequest, otherwise: str) -> str:
    """The page named by `next`, in the form or the address, if it is one of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if is_ours(request, wanted) else otherwise


def asked_from(request: HttpRequest) -> str:
    """The page whose link or button was pressed; empty where the browser does not say, or it is not ours."""
    referer = request.headers.get("Referer", "")
    return _path(request, referer) if is_ours(request, referer) else ""


def shown_on(request: HttpRequest) -> str:
    """The page on which htmx shows what it asks for; empty without htmx, which no other site can send along."""
    return _path(request, request.headers.get("HX-Current-URL", ""))


def _path(request: HttpRequest, url: str) -> str:
    """An address without its host; empty for what is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    here = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return here if is_ours(request, here) else ""
