"""Again with the same helper: a new booking that asks for them first."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mila.booking import queries as booking
from mila.dispatch.wishes import may_be_wished_for
from mila.sites.customer import draft as drafts
from mila.sites.customer.page import call_or_404, not_sold, of_brand, to_status
from mila.sites.customer.pages.choosing import price_of
from mila.sites.customer.shop import choose
from mila.sites.customer.story import RATEABLE


@require_POST
def book_again(request: HttpRequest, key: str) -> HttpResponse:
    """Begin a booking of the same service with the helper who came; nothing of the earlier one's people is copied.

    The link of a call reads it and proves nobody: address and contact are asked for, or come from this visitor's own
    earlier booking. Who cannot be asked for any more is said so.
    """
    asked, call = of_brand(request), call_or_404(key)
    met, package = booking.last_assignment(call), booking.packages(call)[0].code
    if call.stage not in RATEABLE or met is None or not may_be_wished_for(helper=met.helper, call=call):
        messages.info(
            request,
            _("This helper takes no new visits from here at the moment. Others nearby are glad to come instead."),
        )
        return to_status(call)
    choose(asked, call.country_id)
    if price_of(request, package) is None:
        return not_sold(request)
    return redirect(f"customer:{drafts.begin_with(asked, package, met.helper).next_page}")
