"""What is said about other times for a visit, and about a visit that pauses because no money is held."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import Assignment, ProposalState, ServiceCall, TimeProposal
from mila.kernel.occasion import Occasion
from mila.messaging.actions.to_helper import tell_released_helper
from mila.messaging.actions.writing import Facts, Saying, moment, tell, write
from mila.messaging.facts import Fact, Telling, support_of, visit_page
from mila.messaging.letters import Content
from mila.messaging.recipients import account, devices, payer, who_waits

SEE_BOOKING = _("See your booking")
CHOOSE = _("Choose")
ANSWER = _("Answer")
OPEN_VISIT = _("Open the visit")
SECURE = _("Secure your visit")


def ask_helper_for_time(call: ServiceCall, proposal: TimeProposal, now: Occasion) -> None:
    """Ask the helper, by mail and on every device, whether the visit may move to the time that the client wishes."""
    once, held = str(proposal.id), proposal.assignment
    _tell_helper("ask_helper_for_time", ANSWER, call, held, once, now, wished=proposal.starts)

    def content(_language: str) -> Content:
        return Content("ask_helper_for_time", call.brand, visit_page(call), "", None)

    for device in devices(held.helper):
        write(to=device, content=content, call=call, once=once, at=now.at)


def tell_helper_time_stays(call: ServiceCall, now: Occasion) -> None:
    """Tell the helper that the client has taken the request back, and the time stays."""
    held = booking.active_assignment(call)
    if held is not None:
        _tell_helper("tell_helper_time_stays", OPEN_VISIT, call, held, moment(now), now)


def ask_customer_to_choose(call: ServiceCall, proposal: TimeProposal, now: Occasion) -> None:
    """Tell who waits that the helper cannot come at the new time, or has not answered, and that they choose."""
    words: dict[str, object] = {"silent": proposal.state == ProposalState.SILENT}
    once = f"{proposal.id}-{proposal.state}"
    saying = Saying("ask_customer_to_choose", CHOOSE, _present(proposal.starts), once, words)
    tell(saying, to=who_waits(call), call=call, now=now)


def tell_proposed_times(call: ServiceCall, proposal: TimeProposal, now: Occasion) -> None:
    """Tell who waits which times the helper proposes."""
    saying = Saying("tell_proposed_times", CHOOSE, _wished(proposal.starts), str(proposal.id))
    tell(saying, to=who_waits(call), call=call, now=now)


def ask_for_other_times(call: ServiceCall, now: Occasion) -> None:
    """Ask the helper to propose other times, since none of the earlier was approved."""
    held = booking.active_assignment(call)
    if held is not None:
        _tell_helper("ask_for_other_times", OPEN_VISIT, call, held, moment(now), now)


def tell_of_new_time(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits, and the helper where there is one, the time that binds from now on."""
    saying = Saying("tell_of_new_time", SEE_BOOKING, _present(()), moment(now))
    tell(saying, to=who_waits(call), call=call, now=now)
    held = booking.active_assignment(call)
    if held is not None:
        _tell_helper("give_new_time", OPEN_VISIT, call, held, moment(now), now)


def tell_of_search_at_time(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits that somebody is sought for the new time; tell the helper who is free again."""
    saying = Saying("tell_of_search_at_time", SEE_BOOKING, _present(()), moment(now))
    tell(saying, to=who_waits(call), call=call, now=now)
    tell_released_helper(call, now)


def tell_of_pause(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits, who pays and the helper that the visit pauses until the money is secured."""
    saying = Saying("tell_of_pause", SECURE, _present(()), moment(now))
    to = {one.to.lower(): one for one in [payer(call), *who_waits(call)]}
    tell(saying, to=to.values(), call=call, now=now)
    held = booking.active_assignment(call)
    if held is not None:
        _tell_helper("tell_helper_of_pause", OPEN_VISIT, call, held, moment(now), now)


def tell_customer_visit_goes_on(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits that the visit goes on."""
    saying = Saying("tell_visit_goes_on", SEE_BOOKING, _present(()), moment(now))
    tell(saying, to=who_waits(call), call=call, now=now)


def tell_visit_goes_on(call: ServiceCall, now: Occasion) -> None:
    """Tell who waits and the helper that the money is secured and the visit goes on."""
    tell_customer_visit_goes_on(call, now)
    held = booking.active_assignment(call)
    if held is not None:
        _tell_helper("tell_helper_visit_goes_on", OPEN_VISIT, call, held, moment(now), now)


def _present(wished: Sequence[datetime]) -> Facts:
    return lambda telling: [telling.what(), telling.when(), *_times(telling, wished), telling.order_number()]


def _wished(starts: Sequence[datetime]) -> Facts:
    return lambda telling: [telling.what(), *_times(telling, starts), telling.order_number()]


def _times(telling: Telling, starts: Sequence[datetime]) -> list[Fact]:
    return [Fact(gettext("Another time"), telling.window(start)) for start in starts]


def _tell_helper(  # noqa: PLR0913, PLR0917 - who is told what, on which occasion
    template: str,
    label: str | Promise,
    call: ServiceCall,
    held: Assignment,
    once: str,
    now: Occasion,
    wished: Sequence[datetime] = (),
) -> None:
    def content(language: str) -> Content:
        telling = Telling(call, language, now.at)
        facts = _present(wished)(telling)
        return Content(template, call.brand, visit_page(call), str(label), support_of(call), facts=facts)

    write(to=account(held.helper.account), content=content, call=call, once=once, at=now.at)
