"""Keeps the demonstration inside the demonstration."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import get_script_prefix
from django.urls.resolvers import RoutePattern
from django.views.decorators.cache import never_cache

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def demonstration_only(
    page: Page[P],
) -> Page[P]:
    """Find nothing (404) outside demonstration mode."""

    @wraps(page)
    @never_cache
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.DEMONSTRATION:
            raise Http404
        return page(request, *args, **kwargs)

    return guarded


class OwnFront(RoutePattern):
    """An address that exists only in a demonstration and under no brand's path; elsewhere the next door has it."""

    def match(self, path: str) -> tuple[str, tuple[Any, ...], dict[str, int | str]] | None:
        """Match as any route does, where the demonstration itself is in front."""
        in_front = settings.DEMONSTRATION and get_script_prefix() == "/"
        return super().match(path) if in_front else None
