"""The app as the phone has it: what installs it, what works without a network, and being rung."""

import hashlib
import json
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.sites.door import HelperRequest, helper_only
from mila.sites.now import now

SHELL = (
    *("mila.css", "app.css", "icons.svg", "mark.svg"),
    *("mila.js", "app.js", "pocket.js", "proposal.js", "signature.js", "vendor/htmx.min.js"),
)
ICONS = (("app-192", "192x192", "any"), ("app-512", "512x512", "any"), ("maskable-512", "512x512", "maskable"))


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """Describe the app, so that a phone can install it."""
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
        "icons": [
            {"src": _icon(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }
    return JsonResponse(described, content_type="application/manifest+json")


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """Answer with the app's service worker: its facts, and the file that does the work; new facts, new version."""
    home = reverse("provider:home")
    facts: dict[str, object] = {
        "shell": [static(f"mila/{name}") for name in SHELL],
        "static": settings.STATIC_URL,
        "home": home,
        "visits": f"{home}visits/",
        "offers": reverse("provider:offers"),
        "offline": reverse("provider:offline"),
        "icon": _icon("app-192"),
        "badge": _icon("badge-96"),
    }
    work = static("mila/worker.js")
    version = hashlib.sha256(json.dumps([facts, work]).encode()).hexdigest()[:12]
    body = f"const house = {json.dumps(facts | {'version': version})};\nimportScripts({json.dumps(work)});\n"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8")


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    """Answer with the page that stands for those that a phone has not kept."""
    return render(request, "provider/offline.html")


@require_POST
@helper_only
def ring(request: HelperRequest) -> HttpResponse:
    """Ring this device when an offer is made; in the demonstration, a device that is read in the mailbox."""
    account, at = request.helper.account, now()
    given = {name: request.POST.get(name, "")[:2000] for name in ("endpoint", "p256dh", "auth")}
    try:
        if settings.MODE == "production" or given["endpoint"]:
            messaging.add_device(account=account, at=at, **given)
        else:
            messaging.add_stand_in_device(account=account, at=at)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("This device rings when an offer is made to you."))
    return redirect("provider:me")


@require_POST
@helper_only
def ring_no_more(request: HelperRequest, device_id: UUID) -> HttpResponse:
    """Ring a device no more."""
    messaging.remove_device(account=request.helper.account, device_id=device_id)
    messages.success(request, _("This device does not ring any more."))
    return redirect("provider:me")


def _icon(name: str) -> str:
    return static(f"mila/icons/{name}.png")
