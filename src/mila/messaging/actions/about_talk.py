"""That helper and client have written to one another: never what, since locked screens show it to anybody."""

from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ServiceCall
from mila.kernel.occasion import Occasion
from mila.messaging.actions.writing import Saying, tell, write
from mila.messaging.facts import Telling, support_of
from mila.messaging.letters import Content
from mila.messaging.recipients import account, devices, who_waits

READ = _("Read and answer")


def tell_customer_of_line(call: ServiceCall, line_id: UUID, now: Occasion) -> None:
    """Tell who waits that the helper has written."""
    saying = Saying("tell_customer_of_line", READ, lambda telling: [telling.order_number()], str(line_id))
    tell(saying, to=who_waits(call), call=call, now=now)


def tell_helper_of_line(held: Assignment, line_id: UUID, now: Occasion) -> None:
    """Tell the helper that the client has written: on every device, and by mail where there is none."""
    call, rung = held.call, devices(held.helper)
    link = f"{settings.PUBLIC_URL}/app/visits/{call.id}/talk/"

    def content(language: str) -> Content:
        telling = Telling(call, language, now.at)
        facts = [telling.what(), telling.when(), telling.order_number()]
        return Content("tell_helper_of_line", call.brand, link, str(READ), support_of(call), facts=facts)

    for one in rung or [account(held.helper.account)]:
        write(to=one, content=content, call=call, once=str(line_id), at=now.at)
