"""Rows of ratings, recommendations, guarantee cases and messages to the Help Center."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account
from mila.booking.models import ServiceCall
from mila.countries.models import Country
from mila.crowd.models import Helper
from mila.kernel.ids import new_id, new_key
from mila.partners.models import Brand

AXES = ("knows_product", "quality", "on_time", "friendly")


class Rating(models.Model):
    """A customer's rating of a visit: overall stars 1–5 and four optional axes 1–5."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="rating")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="ratings")
    stars = models.PositiveSmallIntegerField()
    axes = models.JSONField(default=dict)
    text = models.TextField(blank=True, max_length=2000)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="one_to_five_stars")]
        indexes: ClassVar = [models.Index(fields=["helper", "-at"], name="ratings_of_a_helper")]


class Recommendation(models.Model):
    """The question whether the customer would recommend the brand, 0–10, asked once per visit (product: Rate, NPS).

    `due_at` is when it is asked, empty once it was; `score` is empty until it is answered.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="recommendation")
    due_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(score=None) | Q(score__range=(0, 10)), name="zero_to_ten"),
            models.CheckConstraint(
                condition=Q(score=None, answered_at=None) | Q(score__isnull=False, answered_at__isnull=False),
                name="an_answer_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None, asked_at__isnull=False) | Q(due_at__isnull=False, asked_at=None),
                name="a_question_waits_or_was_asked",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="questions_due"),
            models.Index(fields=["answered_at"], condition=Q(answered_at__isnull=False), name="questions_answered"),
        ]


class CaseState(models.TextChoices):
    """Whether a case is open or decided."""

    OPEN = "open", _("Open")
    DECIDED = "decided", _("Decided")


class Outcome(models.TextChoices):
    """How a case ends."""

    REDO = "redo", _("Somebody else does it again")
    FULL = "full", _("All of the price goes back")
    PART = "part", _("A part of the price goes back")
    NONE = "none", _("Nothing is owed")


class Bearer(models.TextChoices):
    """Who carries the helper's share of what a case costs."""

    HELPER = "helper", _("The helper")
    OPERATOR = "operator", _("The house")


class GuaranteeCase(models.Model):
    """Something is not right with a visit: the customer's words, the helper's, and the desk's decision with its reason.

    `disputed` and `refunded` are parts of the price in minor units; `due_at` is when the clock notes the helper's
    silence; `decide_by` is the desk's own deadline; `redo` is the call that puts it right.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=8, choices=CaseState.choices, default=CaseState.OPEN)
    words = models.CharField(max_length=2000)
    disputed = models.PositiveIntegerField()
    opened_at = models.DateTimeField()
    hear_by = models.DateTimeField()
    decide_by = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=2000, blank=True)
    answered_at = models.DateTimeField(null=True)
    silent_at = models.DateTimeField(null=True)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    bearer = models.CharField(max_length=8, choices=Bearer.choices, blank=True)
    refunded = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=2000, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    redo = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, null=True, related_name="redo_of")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["call"], condition=Q(state="open"), name="one_open_case_a_call"),
            models.CheckConstraint(
                condition=Q(state="open", outcome="", decided_at=None)
                | (Q(state="decided", decided_at__isnull=False, due_at=None) & ~Q(outcome="") & ~Q(reason="")),
                name="a_decision_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(refunded=0) | Q(outcome__in=["full", "part"]), name="only_refunds_give_money_back"
            ),
            models.CheckConstraint(condition=Q(redo=None) | Q(outcome="redo"), name="only_a_redo_has_its_call"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="cases_due"),
            models.Index(fields=["decide_by"], condition=Q(state="open"), name="cases_open"),
        ]


class CasePhoto(models.Model):
    """A photo in a case, of the customer or the helper: made smaller, without the camera's notes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(GuaranteeCase, on_delete=models.PROTECT, related_name="photos")
    by = models.CharField(max_length=10)
    jpeg = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    at = models.DateTimeField()


class InquiryState(models.TextChoices):
    """Where a message to the Help Center stands: OPEN waits for the desk, ANSWERED for the person."""

    OPEN = "open", _("Waits for an answer")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class Inquiry(models.Model):
    """What somebody asked the Help Center: a customer about a call, a helper, or anybody; followed to its end.

    `key` is the secret of the page on which the person reads on; `submission_key` makes a repeated submit write once.
    `answer_by` is the desk's deadline, counted anew from each word of the person; `owner` looks after it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    key = models.CharField(max_length=40, unique=True, default=new_key)
    submission_key = models.CharField(max_length=80, unique=True)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    country = models.ForeignKey(Country, on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, null=True, related_name="inquiries")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, null=True, related_name="inquiries")
    name = models.CharField(max_length=120)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=8, choices=InquiryState.choices, default=InquiryState.OPEN)
    opened_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True)
    owner = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(email="", phone=""), name="who_asks_can_be_answered"),
            models.CheckConstraint(
                condition=Q(state="open", answer_by__isnull=False) | (~Q(state="open") & Q(answer_by=None)),
                name="an_open_inquiry_has_its_deadline",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) | (~Q(state="closed") & Q(closed_at=None)),
                name="a_closed_inquiry_has_its_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["answer_by"], condition=Q(state="open"), name="inquiries_open"),
            models.Index(fields=["-answered_at"], condition=Q(state="answered"), name="inquiries_answered"),
            models.Index(fields=["-closed_at"], condition=Q(state="closed"), name="inquiries_closed"),
            models.Index(fields=["email", "-opened_at"], name="inquiries_by_email"),
        ]

    @property
    def last_words(self) -> str:
        """What was written last, of the lines that were read along."""
        return max(self.lines.all(), key=lambda line: (line.at, line.id)).words


class InquiryLine(models.Model):
    """What one side wrote: the person, or somebody at the desk."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    inquiry = models.ForeignKey(Inquiry, on_delete=models.PROTECT, related_name="lines")
    by = models.CharField(max_length=10)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(words=""), name="a_line_has_words")]
        indexes: ClassVar = [models.Index(fields=["inquiry", "at"], name="lines_of_an_inquiry")]
