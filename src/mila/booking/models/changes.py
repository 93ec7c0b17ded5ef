"""Changes of what was booked: asked for by the helper, approved by who pays, and the evidence of the yes."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account
from mila.booking.models.assignments import Assignment
from mila.booking.models.calls import Party, ServiceCall
from mila.booking.models.quotes import Quote
from mila.kernel.ids import new_id


class ChangeReason(models.TextChoices):
    """Why what was booked has to change."""

    WRONG_PACKAGE = "wrong_package", _("Another package is needed than the one booked")
    ONE_MORE = "one_more", _("One more package is wished for")
    MORE_WORK = "more_work", _("It is more work than expected")
    LESS_WORK = "less_work", _("It is less work than expected")


class ChangeState(models.TextChoices):
    """Where a change stands. ASKED waits for the payer, SECURING for the bank, SHORT for other means of payment."""

    ASKED = "asked"
    SECURING = "securing"
    SHORT = "short"
    APPROVED = "approved"
    DECLINED = "declined"
    UNCOVERED = "uncovered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    OVERTAKEN = "overtaken"


OPEN = (ChangeState.ASKED, ChangeState.SECURING, ChangeState.SHORT)


class ChangeRequest(models.Model):
    """Another price for other work, beside the call: what was agreed before binds until who pays has approved it.

    `base` is the quote that it would follow and `seal` the one that the new quote would have, so that a yes is to
    this content after that quote and to nothing else. `offer` is the price as JSON, `total` its gross sum in minor
    units, `minutes` the work of the whole visit. While it is open, `due_at` is when the clock goes on without an
    answer; `quote` is what it has become.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="changes")
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="changes")
    base = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=14, choices=ChangeReason.choices)
    words = models.CharField(max_length=500)
    offer = models.JSONField()
    currency = models.CharField(max_length=3)
    total = models.PositiveIntegerField()
    minutes = models.PositiveSmallIntegerField()
    seal = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ChangeState.choices, default=ChangeState.ASKED)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    quote = models.OneToOneField(Quote, on_delete=models.PROTECT, null=True, related_name="change")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["call"], condition=Q(state__in=["asked", "securing", "short"]), name="one_open_change"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["asked", "securing", "short"], due_at__isnull=False, ended_at=None)
                | (~Q(state__in=["asked", "securing", "short"]) & Q(due_at=None, ended_at__isnull=False)),
                name="an_open_change_runs_out",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", quote__isnull=False) | (~Q(state="approved") & Q(quote=None)),
                name="an_approved_change_is_a_quote",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="changes_due"),
            models.Index(fields=["call", "-asked_at"], name="changes_of_a_call"),
        ]

    @property
    def difference(self) -> int:
        """What it costs more than before, in minor units; negative where it costs less."""
        return self.total - self.base.total


class ConsentMethod(models.TextChoices):
    """How somebody said yes to a price: the strength of the evidence."""

    CODE = "code", _("One-time code")
    BY_HAND = "by_hand", _("Signature on the helper’s phone (weaker evidence)")
    DESK = "desk", _("Agreed with the brand by our team")


class Consent(models.Model):
    """The yes to a change: who, how, when, to which seal, from which device; the database never changes it.

    `party` is whose code it was; `name` is what was typed by hand; `by` is who of the desk took the brand's yes down.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    change = models.OneToOneField(ChangeRequest, on_delete=models.PROTECT, related_name="consent")
    method = models.CharField(max_length=8, choices=ConsentMethod.choices)
    seal = models.CharField(max_length=64)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    evidence = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(method="code", party__isnull=False)
                | (Q(method="by_hand") & ~Q(name=""))
                | Q(method="desk", by__isnull=False),
                name="a_consent_is_somebodys",
            )
        ]
