"""What happens to every request on its way in and out."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import set_script_prefix

from mila.kernel.refusal import Refusal
from mila.partners import queries as partners
from mila.partners.models import Brand
from mila.sites.maps import tiles_origin

Answer = Callable[[HttpRequest], HttpResponse]

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        f"img-src 'self' data: {tiles_origin()}".rstrip(),
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)


# The tour of a demonstration shows pages of the house in frames of its own.
POLICY_OF_DEMONSTRATION = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


def security_headers(get_response: Answer) -> Answer:
    """Put a strict content security policy on every answer, and keep pages out of shared caches."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policy = POLICY_OF_DEMONSTRATION if settings.DEMONSTRATION else POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer


def brand_in_front(get_response: Answer) -> Answer:
    """Find the brand in front: by the host it is served under, by the path `/b/<slug>/`, else the operator's own.

    The path prefix moves into the script name, so that every address a page makes stays inside the brand.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        request.brand = _brand(request)  # type: ignore[attr-defined]
        return get_response(request)

    return answer


class RefusalsBecomeAnswers:
    """Turns a refusal that no page caught into a page with its sentence and status."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; anything else stays an error."""
        if not isinstance(exception, Refusal):
            return None
        return render(request, "refused.html", {"refusal": exception}, status=exception.status)


def _brand(request: HttpRequest) -> Brand:
    set_script_prefix(request.META.get("SCRIPT_NAME") or "/")
    host = request.get_host().split(":")[0].lower()
    found = partners.brand_at(host)
    if found.host != host and request.path_info.startswith("/b/"):
        _, _, slug, *rest = request.path_info.split("/", 3)
        brand = partners.brand_of_slug(slug)
        if brand is not None:
            prefix = f"/b/{slug}/"
            request.path_info = "/" + "".join(rest)
            set_script_prefix(prefix)
            return brand
    return found
