"""Every request leaves one line in the log and one observation for the watchers; neither knows its address."""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from typing import Any
from uuid import uuid4

from django.db import connection
from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from mila.sites.logs import request_id

Answer = Callable[[HttpRequest], HttpResponse]

log = logging.getLogger("mila.requests")
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
ELSEWHERE = "(no page)"
SECONDS = Histogram(
    "mila_request_seconds",
    "Time to answer a request, by its route.",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10),
)


class _DatabaseTime:
    """Counts what a request asks of the database, and how long the answers take."""

    def __init__(self) -> None:
        self.queries, self.seconds = 0, 0.0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: ANN401, FBT001
        began = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.queries += 1
            self.seconds += perf_counter() - began


def one_line_a_request(get_response: Answer) -> Answer:
    """Log and measure every answer; its `X-Request-ID` is the one that came in, or a new one."""

    def answer(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        known = given if SAFE_ID.fullmatch(given) else uuid4().hex
        database, began = _DatabaseTime(), perf_counter()
        token = request_id.set(known)
        try:
            with connection.execute_wrapper(database):
                response = get_response(request)
            _tell(request, response, database, perf_counter() - began)
        finally:
            request_id.reset(token)
        response.headers["X-Request-ID"] = known
        return response

    return answer


def _tell(request: HttpRequest, response: HttpResponse, database: _DatabaseTime, seconds: float) -> None:
    match = request.resolver_match
    route = f"/{match.route}" if match else ELSEWHERE
    method = request.method if request.method in METHODS else "OTHER"
    SECONDS.labels(method, route, str(response.status_code)).observe(seconds)
    facts = {
        "method": method,
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "db_ms": round(database.seconds * 1000, 1),
        "db_queries": database.queries,
        "brand": getattr(getattr(request, "brand", None), "slug", ""),
        "role": _role(request),
    }
    log.info("request", extra={"facts": facts})


def _role(request: HttpRequest) -> str:
    if hasattr(request, "seat"):
        return "desk"
    if hasattr(request, "counter"):
        return "counter"
    return "helper" if hasattr(request, "helper") else "visitor"
