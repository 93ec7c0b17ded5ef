"""Drafting the points anew, and activating a draft: two people, and a moment in the future."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from mila.countries.models import Country
from mila.dispatch.models import Weights
from mila.dispatch.points import faults_of
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.partners.models import Brand


class WeightsWrong(Refusal):
    """A value is out of its bounds; `field` of the refusal names it."""

    code = "weights_wrong"
    status = 422
    sentence = _("This value is out of its bounds.")


class NewcomersFall(Refusal):
    """Newcomer points would fall by more than ratings add."""

    code = "newcomers_fall"
    status = 422
    sentence = _("Newcomer points would fall by more than a five-star rating adds. Give fewer, or more per star.")
    field = "newcomer"


class Activated(Refusal):
    """A version that was activated is never changed."""

    code = "weights_activated"
    sentence = _("This version was activated already and cannot be changed any more.")


class SamePerson(Refusal):
    """Who drafted a version may not activate it."""

    code = "weights_take_two"
    status = 403
    sentence = _("Somebody else has to activate what you drafted.")


class NotAhead(Refusal):
    """A version begins in the future, at a moment that no other version of the same calls has taken."""

    code = "weights_not_ahead"
    status = 422
    sentence = _("Choose a moment in the future at which no other version begins.")
    field = "holds_from"


def draft_weights(
    *, brand: Brand | None, country: Country | None, values: Mapping[str, int], reason: str, now: Occasion
) -> Weights:
    """Write a draft for a brand's calls in a country; None means all. Refuses values that may not be published."""
    _check(values)
    with transaction.atomic():
        last = Weights.objects.select_for_update().order_by("-version").first()
        return Weights.objects.create(
            version=last.version + 1 if last else 1,
            brand=brand,
            country=country,
            values=dict(values),
            reason=reason[:500],
            drafted_by_id=now.actor,
            drafted_at=now.at,
        )


def change_draft(*, weights: Weights, values: Mapping[str, int], reason: str, now: Occasion) -> Weights:
    """Write other values into a draft, whose drafter is from then on who changed it. Refuses activated versions."""
    _check(values)
    with transaction.atomic():
        row = _draft(weights)
        row.values, row.reason = dict(values), reason[:500]
        row.drafted_by_id, row.drafted_at = now.actor, now.at
        row.save()
    return row


def discard_draft(*, weights: Weights) -> None:
    """Throw a draft away. Refuses activated versions."""
    with transaction.atomic():
        _draft(weights).delete()


def activate_weights(*, weights: Weights, holds_from: datetime, now: Occasion) -> Weights:
    """Let a draft hold from a moment in the future on. Refuses its own drafter, the past, and a moment that is taken.

    Searches that run keep the version with which they began.
    """
    with transaction.atomic():
        row = _draft(weights)
        _check(row.values)
        if row.drafted_by_id == now.actor:
            raise SamePerson
        if holds_from <= now.at:
            raise NotAhead
        row.activated_by_id, row.activated_at, row.holds_from = now.actor, now.at, holds_from
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as fault:
            raise NotAhead from fault
    return row


def _draft(weights: Weights) -> Weights:
    row = Weights.objects.select_for_update().filter(pk=weights.pk).first()
    if row is None or row.holds_from is not None:
        raise Activated
    return row


def _check(values: Mapping[str, object]) -> None:
    wrong = faults_of(values)
    if wrong == ["newcomer"] and not faults_of({**values, "newcomer": 0}):
        raise NewcomersFall
    if wrong:
        raise WeightsWrong(field=wrong[0])
