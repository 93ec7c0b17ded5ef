"""What a headline of the status page is made of, read from the rows."""

from mila.booking import queries as booking
from mila.booking.models import Assignment, Search, SearchPurpose, ServiceCall, Stage
from mila.journey.ribs import one_if_any
from mila.payments.models import Means, MeansState
from mila.sites.customer.story import Facts
from mila.sites.now import now
from mila.sites.templatetags.words import clock_time
from mila.visit import queries as visit


def facts_of(call: ServiceCall, held: Assignment | None) -> Facts:
    """Return what the headline of the call's page is made of."""
    search = one_if_any(call, "searches", lambda: booking.running_search(call))
    means = Means.objects.filter(call=call).first() if call.stage == Stage.DRAFTED else None
    return Facts(
        name=held.helper.first_name if held else "",
        asked=call.offers.filter(search=search).count() if search else 0,
        desk_told=bool(search and search.desk_told_at),
        rests_until=_rests_until(search),
        replacing=bool(search and search.purpose == SearchPurpose.REPLACEMENT),
        declined=bool(means and means.state == MeansState.DECLINED),
        wished_for=_wished_for(call) if call.stage == Stage.REQUESTED else "",
        alone=call.preferred_helper.first_name if call.only_preferred and call.preferred_helper else "",
        waits_for_choice=bool(search and booking.is_left_to_choose(call, search)),
        waits_at_door=bool(held and call.stage == Stage.ARRIVED and visit.waits_since(held)),
        objected=call.stage == Stage.DONE and visit.has_objected(call),
    )


def _wished_for(call: ServiceCall) -> str:
    """Return whom the customer wishes for, while that helper is being asked or waited for, and nobody else was."""
    wished = call.preferred_helper
    if wished is None or call.offers.exclude(helper=wished).exists():
        return ""
    said_no = call.offers.filter(helper=wished).exclude(state__in=("made", "open")).exists()
    return "" if said_no else wished.first_name


def _rests_until(search: Search | None) -> str:
    """Return when the search goes on in the morning, as a clock shows it; empty by day."""
    until = search.rests_until if search else None
    return clock_time(until) if until and until > now() else ""
