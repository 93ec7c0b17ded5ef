"""Orders of recommended products, as the brands' shops tell them, and the commission that they carry."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, ServiceCall
from mila.kernel.ids import new_id
from mila.partners.models import Brand, Product
from mila.payments.models.bank import Claim


class SaleState(models.TextChoices):
    """Where a sale stands: with CONFIRMED its commission is booked, with STANDS it is released."""

    ORDERED = "ordered", _("Ordered")
    CONFIRMED = "confirmed", _("Confirmed")
    STANDS = "stands", _("Sold for good")
    CANCELLED = "cancelled", _("Cancelled")
    RETURNED = "returned", _("Returned")


OVER = (SaleState.CANCELLED, SaleState.RETURNED)


class Sale(models.Model):
    """An order of a product that the helper of an assignment recommended, in minor units with value added tax.

    `suggestion` is the recommendation, `order_id` the shop's own number. `commission` is what the brand pays the
    operator, net of tax; `share` of it is the helper's, owed by `claim`. `due_at` is the end of the return window.
    `returned` is what of the amount came back so far, for which the two `…_back` were taken back.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="sales")
    order_id = models.CharField(max_length=80)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="sales")
    suggestion = models.UUIDField()
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="sales")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="sales")
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=9, choices=SaleState.choices, default=SaleState.ORDERED)
    commission = models.PositiveIntegerField(default=0)
    share = models.PositiveIntegerField(default=0)
    returned = models.PositiveIntegerField(default=0)
    commission_back = models.PositiveIntegerField(default=0)
    share_back = models.PositiveIntegerField(default=0)
    claim = models.OneToOneField(Claim, on_delete=models.PROTECT, null=True, related_name="sale")
    told_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["brand", "order_id"], name="a_shop_s_order_once_a_brand"),
            models.UniqueConstraint(
                fields=["suggestion"],
                condition=~Q(state__in=["cancelled", "returned"]),
                name="a_recommendation_has_one_sale_that_counts",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="a_sale_sells"),
            models.CheckConstraint(
                condition=Q(share__lte=F("commission"), commission__lte=F("amount")),
                name="a_sale_shares_what_it_brings",
            ),
            models.CheckConstraint(
                condition=Q(state="returned", returned=F("amount"))
                | (~Q(state="returned") & Q(returned__lt=F("amount"))),
                name="what_came_back_whole_is_returned",
            ),
            models.CheckConstraint(
                condition=Q(commission_back__lte=F("commission"), share_back__lte=F("share")),
                name="no_more_is_taken_back_than_was_brought",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", due_at__isnull=False) | (~Q(state="confirmed") & Q(due_at=None)),
                name="a_confirmed_sale_waits_for_its_end",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=["ordered", "confirmed"])
                | Q(ended_at__isnull=False, state__in=["stands", "cancelled", "returned"]),
                name="a_sale_that_ended_ended",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["confirmed", "stands"]) | Q(confirmed_at__isnull=False),
                name="a_sale_stands_by_the_brand_s_word",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=False) | Q(commission=0, share=0, claim=None),
                name="nothing_is_earned_before_the_brand_s_word",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="sales_due"),
            models.Index(fields=["brand", "-told_at", "-id"], name="sales_of_a_brand"),
        ]

    @property
    def commission_left(self) -> int:
        """What the brand pays for what was kept, in minor units."""
        return self.commission - self.commission_back

    @property
    def share_left(self) -> int:
        """What the helper has of it."""
        return self.share - self.share_back

    @property
    def part_back(self) -> int:
        """What came back while the rest was kept, in minor units."""
        return self.returned if self.returned < self.amount else 0
