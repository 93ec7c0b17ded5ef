"""What a helper may prepare at a visit for the next one: packages within the skills, times at which nothing else is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from mila.booking.actions import PriceOffer
from mila.booking.models import Assignment
from mila.countries import queries as countries
from mila.dispatch import queries, wishes
from mila.dispatch.actions.lengthening import able_to
from mila.dispatch.supply import Wanted
from mila.dispatch.windows import WINDOW_MINUTES, possible_starts
from mila.partners import queries as partners
from mila.partners.models import Price


def packages_to_follow(held: Assignment, *, at: datetime) -> list[Price]:
    """Return the prices of what the brand sells today and this helper can do, where nothing has to be brought along.

    Where something is fetched at a branch, the client's own order has to be named, which only the client can.
    """
    call = held.call
    sold = partners.prices(brand=call.brand, country=call.country_id, on=countries.day_in(call.country, at))
    open_to_them = [one for one in sold if held.provider.tier in one.tiers and not one.package.pick_up_item]
    able = set(able_to(held.helper, [one.package for one in open_to_them], call=call))
    return [one for one in open_to_them if one.package in able]


def starts_to_follow(held: Assignment, offer: PriceOffer, *, at: datetime) -> list[datetime]:
    """Return the starts of arrival windows of the next two weeks at which the helper is free for what is offered."""
    return free_of(held, offer, starts=possible_starts(countries.zone(held.call.country), at), at=at)


def free_of(held: Assignment, offer: PriceOffer, *, starts: Sequence[datetime], at: datetime) -> list[datetime]:
    """Return those of the starts at which the helper works and can be at the address of the visit in time."""
    call = held.call
    needs = queries.needs_of(
        brand=call.brand,
        packages=tuple(line.package for line in offer.lines if line.package),
        tiers=offer.tiers,
        language=call.site_contact.language,
        on=countries.day_in(call.country, at),
    )
    wanted = Wanted(replace(needs, point=call.address.point, accuracy_m=call.address.accuracy_m), call.country_id)
    free = wishes.starts_of(helper=held.helper_id, wanted=wanted, starts=starts, window_minutes=WINDOW_MINUTES, at=at)
    return [start for start in starts if start in free]
