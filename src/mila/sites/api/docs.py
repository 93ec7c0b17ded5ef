"""The documentation of the API as a page, written from the interface's own description."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mila.partners.rules import DEMONSTRATION_SECRET
from mila.sites.api import reading
from mila.sites.api.interface import interface


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show what can be asked and what is answered; in a demonstration with a key to try it."""
    page = {
        "groups": reading.groups(interface.get_openapi_schema()),
        "problems": reading.problems_known(),
        "base": f"{settings.PUBLIC_URL}/api/v1",
        "secret": DEMONSTRATION_SECRET if settings.DEMONSTRATION else "",
    }
    return render(request, "api/docs.html", page)
