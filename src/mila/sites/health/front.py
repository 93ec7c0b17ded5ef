"""The watchers' pages, answered before any other work is done for the request."""

import os
from collections.abc import Callable
from ipaddress import ip_address
from secrets import compare_digest

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from mila.sites.health.figures import exposition
from mila.sites.health.signs import signs
from mila.sites.now import now

Answer = Callable[[HttpRequest], HttpResponse]


def watchers_first(get_response: Answer) -> Answer:
    """Answer the watchers; let everybody else pass."""

    def answer(request: HttpRequest) -> HttpResponse:
        page = PAGES.get(request.path_info)
        if page is None:
            return get_response(request)
        response = page(request) if request.method in ("GET", "HEAD") else HttpResponse(status=405)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def live(request: HttpRequest) -> HttpResponse:
    """Answer that this process answers; nothing else is asked."""
    return JsonResponse({"live": True})


def ready(request: HttpRequest) -> HttpResponse:
    """Answer whether the whole service can work, sign by sign: 503 where one is missing."""
    found = signs(now())
    fine = all(sign == "ok" for sign in found.values())
    return JsonResponse({"ready": fine, **found}, status=200 if fine else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the figures for Prometheus, to whoever has the token; to others there is no such page."""
    if not _may_see(request):
        return HttpResponse(status=404)
    return HttpResponse(generate_latest(_counted()) + exposition(now()), content_type=CONTENT_TYPE_LATEST)


PAGES: dict[str, Answer] = {"/health/live": live, "/health/ready": ready, "/metrics": metrics}


def _counted() -> CollectorRegistry:
    """Return what was counted: by all processes where they share a place for it, else by this one."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return REGISTRY
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return shared


def _may_see(request: HttpRequest) -> bool:
    if token := settings.MILA_METRICS_TOKEN:
        return compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    return settings.MODE != "production" and _is_near(request)


def _is_near(request: HttpRequest) -> bool:
    # Behind a proxy everybody seems near; a proxy says for whom it asks.
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
