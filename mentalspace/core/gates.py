"""Every view names who may open it, in one decorator; a test walks the URLs and fails on a view that names nobody.

A gate answers for the page as such (403 when a role may not open it at all). Which records a person sees is decided by
the querysets of the app's `rules.py`: what is invisible is a 404, the same as what does not exist.
"""

from collections.abc import Callable
from functools import wraps
from inspect import getclosurevars
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from mentalspace.core.errors import NotPermitted
from mentalspace.core.policy import ObjectPermission

Gate = Callable[[Any], bool]
View = Callable[..., HttpResponseBase]


def require(allowed: bool) -> None:
    """Stop a verb that its actor may not do. Raises NotPermitted."""
    if not allowed:
        raise NotPermitted


def requires(rule: Gate | ObjectPermission[Any]) -> Callable[[View], View]:
    """Open the view only to people for whom the rule can hold; of which rows it holds, the view asks."""
    gate = rule.gate if isinstance(rule, ObjectPermission) else rule

    def decorate(view: View) -> View:
        @wraps(view)
        def gated(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not gate(request.user):
                raise PermissionDenied
            try:
                return view(request, *args, **kwargs)
            except NotPermitted as error:
                raise PermissionDenied(error.message) from error

        gated.gate, gated.rule = gate, rule  # type: ignore[attr-defined]
        return gated

    return decorate


def methods_of(view: Callable[..., Any] | None) -> frozenset[str]:
    """The methods that a view names (`require_safe` and its like); none for a view that names none."""
    while view is not None:
        if named := getclosurevars(view).nonlocals.get("request_method_list"):
            return frozenset(named)
        view = getattr(view, "__wrapped__", None)
    return frozenset()


def anyone_signed_in(user: Any) -> bool:
    """Whoever is signed in: pages about the person themselves."""
    return bool(user.is_authenticated)


def anonymous(user: Any) -> bool:
    """Also who is not signed in: signing in, resetting a password, the health check."""
    return True


def public(view: View) -> View:
    """Open the view to people who are not signed in."""
    return login_not_required(requires(anonymous)(view))


def background(view: View) -> View:
    """What a page asks by itself, such as saving a draft: it is answered, but does not keep a session from ending."""
    view.background = True  # type: ignore[attr-defined]
    return view
