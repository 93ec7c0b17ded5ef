"""A further visit that the helper prepares and the client books. Each verb is one transaction under the call's lock.

Preparing asks; only the client's yes, with a code of their own, books. The new call is one like any other: its own
quote, its own means of payment, and the helper who prepared it is asked first, alone and for longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from mila.booking import actions as bookings
from mila.booking import follow_ups
from mila.booking import queries as booking
from mila.booking.actions import AddressGiven, BookingGiven, PersonGiven, PriceOffer, TimeGiven
from mila.booking.follow_ups import NoFollowUp, NotTheTime, Prepared
from mila.booking.lines import NotSold
from mila.booking.models import (
    Address,
    Assignment,
    FollowUp,
    FollowUpState,
    Party,
    ServiceCall,
    Stage,
    TimeWish,
)
from mila.booking.models.follow_ups import MOST_PACKAGES, MOST_STARTS
from mila.countries import queries as countries
from mila.dispatch import actions as dispatch
from mila.dispatch import following, wishes
from mila.dispatch.windows import NOTICE, WINDOW_MINUTES
from mila.journey import machine
from mila.journey.actions.bookings import write_booking
from mila.journey.actions.choices import TimeGone
from mila.journey.actions.visits import NotYourVisit
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.messaging import actions as messaging
from mila.visit import actions as visit
from mila.visit.models import CodePurpose


class TimesUnchosen(Refusal):
    """A further visit has one to three times, at which the helper is free."""

    code = "times_unchosen"
    status = 422
    sentence = _("Please choose one to three times at which you are free.")
    field = "starts"


class PackagesUnchosen(Refusal):
    """A further visit has one to three packages of the brand, within the helper's skills."""

    code = "packages_unchosen"
    status = 422
    sentence = _("Please choose one to three services of the list.")
    field = "packages"


class PriceMoved(Refusal):
    """The visit costs something other than what the client was shown."""

    code = "price_moved"
    sentence = _("The price has just changed. Please look at it again before you order.")


class NotToBeAskedFor(Refusal):
    """The helper is not at work any more, or one side does not wish to meet the other; which it is stays unsaid."""

    code = "not_to_be_asked_for"
    sentence = _("This helper takes no new visits from here at the moment. Others nearby are glad to come instead.")


@dataclass(frozen=True, slots=True)
class Yes:
    """What the client says yes to: the start of one of the times, the total as it was shown, in minor units.

    `early_start` is the version of the declaration where the law asks for one; with `others_welcome` somebody else
    is asked where the helper cannot come after all.
    """

    start: datetime
    shown_total: int
    early_start: str = ""
    others_welcome: bool = False


def price_to_follow(call: ServiceCall, packages: Sequence[str], *, at: datetime) -> PriceOffer:
    """Return what the packages cost together today: the platform's price, as for any booking. Refuses as `book`."""
    on = countries.day_in(call.country, at)
    return bookings.price_booking(brand=call.brand, country=call.country, packages=tuple(packages), on=on)


def prepare_follow_up(
    *, call_id: UUID, packages: Sequence[str], starts: Sequence[datetime], note: str, now: Occasion
) -> FollowUp:
    """Prepare a further visit for the client, as the helper; nothing is booked, and the client is asked.

    Preparing the same again changes nothing. Refuses strangers, other times than from the arrival to some days after
    the visit, a second one beside an open one, what is not sold or not within the skills, and times at which the
    helper is not free.
    """
    with transaction.atomic():
        call, held = _held(call_id, now)
        if not follow_ups.may_prepare(held, now.at):
            raise NotTheTime
        offer = _offer(held, packages, now)
        chosen = tuple(sorted(set(starts)))
        known = follow_ups.open_follow_up(call)
        if not chosen or (known is None and not _fit(held, offer, chosen, now)):
            raise TimesUnchosen
        until = follow_ups.runs_out(call=call, starts=chosen, notice=NOTICE, at=now.at)
        prepared = Prepared(tuple(dict.fromkeys(packages)), chosen, WINDOW_MINUTES, note.strip()[:500])
        made = follow_ups.ask(held=held, prepared=prepared, until=until, now=now)
        if known is None:
            messaging.offer_follow_up(call, made, offer, now)
        return made


def withdraw_follow_up(*, call_id: UUID, now: Occasion) -> None:
    """Take a prepared visit back, as the helper, before the client has confirmed it. Refuses one that is over."""
    with transaction.atomic():
        call, _held_by = _held(call_id, now)
        found = follow_ups.open_follow_up(call)
        if found is None:
            raise NoFollowUp
        follow_ups.end(found, FollowUpState.WITHDRAWN, now=now)


def decline_follow_up(*, call_id: UUID, follow_up_id: UUID, now: Occasion) -> None:
    """Say no to a prepared visit, as the client; doing so again changes nothing. Refuses one that is over otherwise."""
    with transaction.atomic():
        call = machine.lock(call_id)
        known = call.follow_ups.filter(pk=follow_up_id).first()
        if known is not None and known.state == FollowUpState.DECLINED:
            return
        found = _to_answer(call, follow_up_id, now)
        follow_ups.end(found, FollowUpState.DECLINED, now=now)
        messaging.tell_helper_of_follow_up(call, found, now)


def confirm_follow_up(*, call_id: UUID, follow_up_id: UUID, yes: Yes, code: str, now: Occasion) -> ServiceCall:
    """Book the prepared visit, as the client, with a one-time code; once, however often it is said.

    Returns the new call, drafted until a means of payment is saved. Refuses what is over, another price than the one
    shown, a time that is gone, a visit within the withdrawal period without its declaration, and a wrong code.
    """
    booked = None
    with transaction.atomic():
        call = machine.lock(call_id)
        known = call.follow_ups.select_related("booked").filter(pk=follow_up_id).first()
        if known is not None and known.booked is not None:
            return known.booked
        found = _to_answer(call, follow_up_id, now)
        offer = _must_hold(call, found, yes, now)
        if visit.code_matches(call=call, purpose=CodePurpose.FOLLOW_UP, code=code, now=now):
            given = _as_given(call, found, offer, yes)
            booked = write_booking(given, now)
            follow_ups.confirm(found, booked=booked, now=now)
            messaging.tell_helper_of_follow_up(call, found, now)
    if booked is None:  # the try is written and counts, so the refusal comes after the transaction
        raise visit.CodeWrong
    return booked


def lapse_follow_up(*, call_id: UUID, now: Occasion) -> None:
    """Go on without the client's answer, as the clock: nothing is booked."""
    with transaction.atomic():
        call = machine.lock(call_id)
        row = call.follow_ups.filter(state=FollowUpState.ASKED, due_at__lte=now.at)
        found = row.select_related("assignment__helper__account").first()
        if found is not None:
            found.call = call
            follow_ups.end(found, FollowUpState.LAPSED, now=now)
            messaging.tell_helper_of_follow_up(call, found, now)


def let_others_be_asked(*, call_id: UUID, now: Occasion) -> ServiceCall:
    """Let others be asked for a visit that was wished for with one helper alone; saying so again changes nothing."""
    with transaction.atomic():
        call = machine.lock(call_id)
        if not call.only_preferred:
            return call
        if call.stage != Stage.REQUESTED:
            raise machine.WrongStage
        dispatch.let_others_be_asked(call, now)
        return call


def times_left(call: ServiceCall, found: FollowUp, offer: PriceOffer, *, at: datetime) -> list[datetime]:
    """Return those of the prepared times that are not too near, and at which the helper is still free."""
    ahead = [start for start in found.starts if start >= at + NOTICE]
    found.assignment.call = call
    return following.free_of(found.assignment, offer, starts=ahead, at=at)


def _must_hold(call: ServiceCall, found: FollowUp, yes: Yes, now: Occasion) -> PriceOffer:
    """Return the price as it is today. Refuses what is not what the client was shown."""
    offer = price_to_follow(call, found.packages, at=now.at)
    if offer.total != yes.shown_total:
        raise PriceMoved
    if not wishes.may_be_wished_for(helper=found.assignment.helper, call=call):
        raise NotToBeAskedFor
    if yes.start not in times_left(call, found, offer, at=now.at):
        raise TimeGone(field="start")
    return offer


def _to_answer(call: ServiceCall, follow_up_id: UUID, now: Occasion) -> FollowUp:
    found = follow_ups.asked_follow_up(call, now.at)
    if found.pk != follow_up_id:
        raise NoFollowUp
    found.call = call
    return found


def _held(call_id: UUID, now: Occasion) -> tuple[ServiceCall, Assignment]:
    call = machine.lock(call_id)
    held = booking.last_assignment(call)
    if held is None or held.helper_id != now.actor:
        raise NotYourVisit
    held.call = call
    return call, held


def _offer(held: Assignment, packages: Sequence[str], now: Occasion) -> PriceOffer:
    able = {price.package_id for price in following.packages_to_follow(held, at=now.at)}
    if not 1 <= len(set(packages)) <= MOST_PACKAGES or not set(packages) <= able:
        raise PackagesUnchosen
    try:
        return price_to_follow(held.call, tuple(dict.fromkeys(packages)), at=now.at)
    except NotSold as refusal:
        raise NotSold(refusal.sentence, field="packages") from refusal


def _fit(held: Assignment, offer: PriceOffer, starts: tuple[datetime, ...], now: Occasion) -> bool:
    return 1 <= len(starts) <= MOST_STARTS and set(starts) <= set(following.starts_to_follow(held, offer, at=now.at))


def _as_given(call: ServiceCall, found: FollowUp, offer: PriceOffer, yes: Yes) -> BookingGiven:
    """Return the booking of the prepared visit: the same people at the same address, under a key of its own."""
    booker, payer, contact = _person(call.booker), _person(call.payer), _person(call.site_contact)
    return BookingGiven(
        submission_key=f"follow-up:{found.pk}",
        brand=call.brand,
        country=call.country,
        packages=tuple(line.package for line in offer.lines if line.package),
        booker=replace(booker, language=call.language),
        address=_address(call.address),
        time=TimeGiven(TimeWish.SLOT, (yes.start,), found.window_minutes),
        payer=payer if call.payer_id != call.booker_id else None,
        site_contact=contact if call.site_contact_id != call.booker_id else None,
        notes=found.note,
        early_start=yes.early_start,
        preferred_helper=found.assignment.helper_id,
        only_preferred=not yes.others_welcome,
    )


def _person(party: Party) -> PersonGiven:
    return PersonGiven(party.name, party.email, party.phone, party.language)


def _address(row: Address) -> AddressGiven:
    return AddressGiven(
        street=row.street,
        house_number=row.house_number,
        postcode=row.postcode,
        town=row.town,
        region=row.region,
        latitude=row.latitude,
        longitude=row.longitude,
        accuracy_m=row.accuracy_m,
        floor=row.floor,
        has_lift=row.has_lift,
    )
