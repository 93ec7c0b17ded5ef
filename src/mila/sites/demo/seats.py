"""Who plays a helper: a person who has signed in, or the simulation."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from mila.booking.models import ServiceCall
from mila.crowd.actions import go_available
from mila.crowd.models import Helper
from mila.dispatch import supply
from mila.dispatch.queries import call_facts
from mila.sites.demo.models import Seat

# Whom every visitor may want to be: left to people, but for stories.
LEFT_TO_PEOPLE = frozenset({"luca@friends.example", "sara@pros.example"})
ENOUGH = 3
READY_FOR = timedelta(hours=2)


def is_played(helper: Helper, *, in_story: bool) -> bool:
    """Tell whether the simulation acts for the helper: never for one whom a person has signed in as since."""
    seat = Seat.objects.filter(helper=helper).first()
    signed_in_at = helper.account.last_login
    if seat is not None:
        return seat.signed_in_at == signed_in_at
    return signed_in_at is None and (in_story or helper.account.email not in LEFT_TO_PEOPLE)


def give_to_simulation(helper: Helper) -> None:
    """Let the simulation act for the helper, until a person signs in as them."""
    helper.account.refresh_from_db(fields=["last_login"])
    Seat.objects.update_or_create(helper=helper, defaults={"signed_in_at": helper.account.last_login})


def have_somebody_ready(call: ServiceCall, *, at: datetime) -> None:
    """Switch *available now* on for the nearest who fit the call and are played, so that a story finds somebody.

    Whom a visitor has left in the middle of a visit does not come, and a push of the clock ends who was available.
    """
    for helper in islice(_played_and_free(call, at), ENOUGH):
        until = max(helper.available_until or at, at + READY_FOR)
        go_available(helper=helper, until=until, position=helper.home)


def _played_and_free(call: ServiceCall, at: datetime) -> Iterator[Helper]:
    contact = call.site_contact
    wanted = supply.Wanted(call_facts(call), call.country_id, email=contact.email, phone=contact.phone)
    free = [one.id for one in supply.who_fit(wanted, at=at) if not one.jobs]
    helpers = Helper.objects.select_related("account").in_bulk(free)
    return (helpers[one] for one in free if is_played(helpers[one], in_story=True))
