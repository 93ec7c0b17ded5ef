"""Rows of what happens between accepting and signing off."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from mila.booking.models import Quote, ServiceCall
from mila.crowd.models import Helper
from mila.kernel.ids import new_id


class ContactOutcome(models.TextChoices):
    """What came of a call to the client."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    LEFT_MESSAGE = "left_message"


TO_GO_OVER = ("scope", "price", "date", "time", "place")  # guide: discuss these when calling the client


class ContactAttempt(models.Model):
    """A helper's attempt to reach the client."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="contact_attempts")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=12, choices=ContactOutcome.choices)
    at = models.DateTimeField()


class StepDone(models.Model):
    """A step of the visit's checklist that the helper ticked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="steps_done")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["call", "code"], name="a_step_is_ticked_once")]


class CodePurpose(models.TextChoices):
    """What a one-time code says yes to."""

    SIGN_OFF = "sign_off"
    CANCEL = "cancel"


class OneTimeCode(models.Model):
    """A code sent to the customer's own phone or mail address; only its salted hash is kept (REL-19)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="codes")
    purpose = models.CharField(max_length=10, choices=CodePurpose.choices)
    digest = models.CharField(max_length=64)
    sent_to = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(tries__lte=5), name="a_code_has_five_tries")]


class Objection(models.Model):
    """The customer's word that something is not right: from then on silence is no yes, and the desk decides."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="objection")
    words = models.CharField(max_length=2000)
    at = models.DateTimeField()


class SignOffMethod(models.TextChoices):
    """How the customer signed off."""

    CODE = "code"
    SILENCE = "silence"


class SignOff(models.Model):
    """The customer's yes to the final price of a call: which quote, how, when, with what evidence."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="sign_off")
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="+")
    quote_seal = models.CharField(max_length=64)
    method = models.CharField(max_length=10, choices=SignOffMethod.choices)
    evidence = models.JSONField()
    at = models.DateTimeField()
