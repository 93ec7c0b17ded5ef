"""The helper's own profile, how points work, and the description of the app for the phone."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.views.decorators.http import require_safe

from mila.crowd import queries as crowd
from mila.quality import queries as quality
from mila.sites.door import HelperRequest, helper_only
from mila.sites.provider.shell import show


@require_safe
@helper_only
def me(request: HelperRequest) -> HttpResponse:
    """Show what the house knows of the helper, and what decides about offers."""
    helper = request.helper
    context = {
        "helper": helper,
        "skills": crowd.skills_of(helper.id),
        "hours": [(WEEKDAYS[span.weekday], span) for span in crowd.hours_of(helper.id)],
        "stars": quality.stars(helper.id),
    }
    return show(request, "provider/me.html", context, tab="me")


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the app, so that a phone can install it."""
    icon = {"src": static("mila/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    home = reverse("provider:home")
    described = {
        "name": "Mila",
        "short_name": "Mila",
        "id": home,
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "background_color": "#f7f4ee",
        "theme_color": "#0e5a5e",
        "icons": [icon],
    }
    return JsonResponse(described, content_type="application/manifest+json")
