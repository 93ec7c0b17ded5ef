"""A visit that puts an earlier one right: the same work at the same place, at no cost to the customer."""

from mila.booking import actions as bookings
from mila.booking import queries as booking
from mila.booking.actions import PriceOffer
from mila.booking.models import Address, Assignment, Exclusion, LineKind, ServiceCall, Stage, TimeWish
from mila.booking.rules import PricedLine
from mila.kernel.occasion import Occasion
from mila.partners.models import ContractModel, Payer


def write_redo(*, call: ServiceCall, key: str, pay: int, now: Occasion) -> ServiceCall:
    """Write the call that does the work of another again; its time is to be agreed with the helper.

    `pay` in minor units is what the helper gets, from the house. The payer of the quote is the brand, at a price of
    nothing, so that no means of payment is asked for. The caller enters it into its first stage.
    """
    made = ServiceCall.objects.create(
        submission_key=key,
        brand=call.brand,
        country=call.country,
        booker=call.booker,
        payer=call.payer,
        site_contact=call.site_contact,
        address=_copied(call.address),
        language=call.language,
        notes=call.notes,
        time_wish=TimeWish.TO_AGREE,
        minutes=call.minutes,
        booked_at=now.at,
        stage=Stage.DRAFTED,
        since=now.at,
    )
    bookings.add_quote(call=made, offer=_free(call, pay), now=now)
    return made


def keep_apart(*, redo: ServiceCall, met: Assignment, now: Occasion) -> None:
    """Let somebody else come to the redo than who came first, until it is over."""
    Exclusion.objects.create(
        helper=met.helper,
        call=redo,
        email=redo.booker.email.lower(),
        phone=redo.booker.phone,
        by=now.by,
        at=now.at,
    )


def let_meet_again(call: ServiceCall, now: Occasion) -> None:
    """End what kept the first helper away from a redo."""
    call.exclusions.filter(by="desk").delete()


def _copied(address: Address) -> Address:
    copy = Address.objects.get(pk=address.pk)
    copy.pk = Address._meta.pk.get_default()
    copy._state.adding = True
    copy.save()
    return copy


def _free(call: ServiceCall, pay: int) -> PriceOffer:
    quote = booking.current_quote(call)
    return PriceOffer(
        contract_model=ContractModel.PRINCIPAL,
        payer_kind=Payer.BRAND,
        tiers=tuple(quote.tiers),
        currency=quote.currency,
        lines=tuple(
            PricedLine(LineKind(line.kind), line.package_id, line.description, 0, "standard")
            for line in quote.lines.order_by("position")
            if line.kind == LineKind.PACKAGE
        ),
        provider_pay=pay,
        minutes=call.minutes,
    )
