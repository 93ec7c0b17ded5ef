"""Rows of what happens between accepting and signing off."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mila.booking.models import Assignment, Party, Quote, ServiceCall
from mila.crowd.models import Helper
from mila.kernel.ids import new_id
from mila.visit.parcels import PickUp  # noqa: F401 - its rows are found here
from mila.visit.products import Suggestion  # noqa: F401 - so are these
from mila.visit.rules import CAUSE_WORDS, CONSEQUENCES, Cause, Consequence


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
    """A step of the visit's checklist that the helper ticked; `number` is what was measured, where the step asks."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="steps_done")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    number = models.DecimalField(max_digits=9, decimal_places=2, null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["call", "code"], name="a_step_is_ticked_once")]


class Photo(models.Model):
    """A photo for a step: made smaller, without the camera's notes; the helper, the customer and the desk see it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="photos")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    jpeg = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["call", "at"], name="photos_of_a_call")]


class VisitNote(models.Model):
    """What the helper wrote down during the visit; the customer and the desk read it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="visit_notes")
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="+")
    words = models.CharField(max_length=1000)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["call", "at"], name="notes_of_a_call")]


class Position(models.Model):
    """Where a helper was on the way or on site: at most every 30 seconds, erased after 30 days (product: Position)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="positions")
    latitude = models.FloatField()
    longitude = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["assignment", "-at"], name="last_position_of_a_visit"),
            models.Index(fields=["at"], name="positions_to_erase"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="a_position_is_on_earth",
            ),
        ]


class TapOutcome(models.TextChoices):
    """What came of a tap that a phone kept: applied now, done already, or refused."""

    APPLIED = "applied"
    STOOD = "stood"
    REFUSED = "refused"


class KeptTap(models.Model):
    """A tap that a helper's phone kept until it had a network, and what came of it (decision 0026).

    `key` is made on the phone, so that sending it again changes nothing. `tapped_at` is the time that counts;
    `said_at` is what the phone said, where that could not be believed. `answer` is the refusal in words.
    A refused tap stays in sight until the helper puts it away.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    helper = models.ForeignKey(Helper, on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="kept_taps")
    key = models.UUIDField()
    name = models.CharField(max_length=20)
    facts = models.JSONField()
    tapped_at = models.DateTimeField()
    said_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=TapOutcome.choices)
    answer = models.CharField(max_length=300, blank=True)
    put_away_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["helper", "key"], name="a_tap_counts_once"),
            models.CheckConstraint(condition=~Q(outcome="refused") | ~Q(answer=""), name="a_refused_tap_says_why"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["call", "helper"],
                condition=Q(outcome="refused", put_away_at=None),
                name="refused_taps_in_sight",
            ),
        ]


class Introduction(models.Model):
    """How helper and client made sure of one another at the door: a code each way, or the badge (product: Arrive).

    `client_code` is shown to the client and typed by the helper, `helper_code` the other way round. Both are four
    digits, good for this visit only, and carry no right but that of being recognised.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="introduction")
    client_code = models.CharField(max_length=4)
    helper_code = models.CharField(max_length=4)
    client_tries = models.PositiveSmallIntegerField(default=0)
    helper_tries = models.PositiveSmallIntegerField(default=0)
    client_checked_at = models.DateTimeField(null=True)
    helper_checked_at = models.DateTimeField(null=True)
    badge_shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(client_code=models.F("helper_code")), name="door_codes_differ"),
            models.CheckConstraint(
                condition=Q(client_tries__lte=5, helper_tries__lte=5), name="a_door_code_has_five_tries"
            ),
        ]


class Absence(models.Model):
    """A client who does not open: from `since` on the helper waits and calls; `ended_at` when somebody opened."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="absence")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)


class CheckOut(models.Model):
    """A visit that ended without the work: its cause, which decides who pays whom and what happens next."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="check_out")
    cause = models.CharField(max_length=20, choices=[(cause, CAUSE_WORDS[cause]) for cause in Cause])
    words = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    @property
    def consequence(self) -> Consequence:
        """What follows from the cause."""
        return CONSEQUENCES[Cause(self.cause)]


class CodePurpose(models.TextChoices):
    """What a one-time code says yes to."""

    SIGN_OFF = "sign_off"
    CANCEL = "cancel"
    TERMS = "terms"
    CHANGE = "change"
    FOLLOW_UP = "follow_up"


class OneTimeCode(models.Model):
    """A code sent to the customer's own phone or mail address; only its salted hash is kept (REL-19).

    `about` is the seal of the quote that it says yes to, or the further visit; `party` is whose phone or address it
    went to.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="codes")
    purpose = models.CharField(max_length=10, choices=CodePurpose.choices)
    digest = models.CharField(max_length=64)
    sent_to = models.CharField(max_length=12)
    about = models.CharField(max_length=64, blank=True)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
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

    CODE = "code", _("One-time code")
    BY_HAND = "by_hand", _("Signature on the helper’s phone (weaker evidence)")
    SILENCE = "silence", _("No objection within 24 hours")


class SignOff(models.Model):
    """The customer's yes to the final price of a call: which quote, how, when, with what evidence.

    `party` is whose code it was, `name` what was typed on the helper's phone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    call = models.OneToOneField(ServiceCall, on_delete=models.PROTECT, related_name="sign_off")
    quote = models.ForeignKey(Quote, on_delete=models.PROTECT, related_name="+")
    quote_seal = models.CharField(max_length=64)
    method = models.CharField(max_length=10, choices=SignOffMethod.choices)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    evidence = models.JSONField()
    at = models.DateTimeField()


class TalkLine(models.Model):
    """A message between the helper of an assignment and the client: a usual phrase by its code, or free text.

    Bound to the assignment, so that whoever comes instead does not read it; `told_at` is when the other was told of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="talk")
    call = models.ForeignKey(ServiceCall, on_delete=models.PROTECT, related_name="talk")
    by = models.CharField(max_length=10)
    phrase = models.CharField(max_length=20, blank=True)
    text = models.CharField(max_length=1000, blank=True)
    language = models.CharField(max_length=2)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(by__in=["customer", "provider"]), name="two_sides_talk"),
            models.CheckConstraint(
                condition=(Q(phrase="") & ~Q(text="")) | (~Q(phrase="") & Q(text="")), name="a_line_says_one_thing"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["assignment", "at"], name="talk_in_order")]
