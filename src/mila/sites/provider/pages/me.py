"""The helper's own profile, how points work, and the devices that ring."""

from django.conf import settings
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from mila.crowd import queries as crowd
from mila.messaging import queries as messaging
from mila.messaging.adapters import signer
from mila.quality import queries as quality
from mila.sites.door import HelperRequest, helper_only
from mila.sites.photos import in_the_page
from mila.sites.provider.shell import show


@require_safe
@helper_only
def me(request: HelperRequest) -> HttpResponse:
    """Show what the house knows of the helper, and what decides about offers."""
    helper = request.helper
    face = crowd.own_face(helper.id)
    context = {
        "helper": helper,
        "face": face,
        "photo": in_the_page(face),
        "skills": crowd.skills_of(helper.id),
        "hours": crowd.hours_of(helper.id),
        "stars": quality.stars(helper.id),
        "devices": messaging.devices_of(helper.account),
        # Elsewhere a device is a stand-in, and the browser is asked for nothing.
        "push_key": signer().public if settings.MODE == "production" else "",
    }
    return show(request, "provider/me.html", context, tab="me")
