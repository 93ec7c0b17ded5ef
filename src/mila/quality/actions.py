"""Rating a visit, and recommending the brand."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from mila.booking import queries as booking
from mila.booking.models import ServiceCall, Stage
from mila.kernel.occasion import Occasion
from mila.kernel.refusal import Refusal
from mila.quality.models import AXES, Rating, Recommendation
from mila.quality.rules import ASKED_AFTER

RATEABLE = (Stage.SIGNED_OFF, Stage.UNPAID, Stage.CHARGED, Stage.CLOSED)


class NothingToRate(Refusal):
    """There is no signed-off visit to rate, or it has a rating."""

    code = "nothing_to_rate"
    sentence = _("This visit cannot be rated, or has been rated already.")


class StarsWrong(Refusal):
    """Stars go from one to five."""

    code = "stars_wrong"
    status = 422
    sentence = _("Choose from one to five stars.")
    field = "stars"


class NothingToAnswer(Refusal):
    """Nobody has asked yet whether the brand is recommended."""

    code = "nothing_to_answer"
    sentence = _("There is no question to answer yet: we ask two hours after the visit is signed off.")


class ScoreWrong(Refusal):
    """A recommendation goes from zero to ten."""

    code = "score_wrong"
    status = 422
    sentence = _("Choose a number from 0 to 10.")
    field = "score"


def rate(*, call: ServiceCall, stars: int, axes: Mapping[str, int], text: str, now: Occasion) -> Rating:
    """Write the customer's rating of a locked, signed-off call, once; the same answer again returns the first."""
    known = {axis: given for axis, given in axes.items() if axis in AXES}
    if not all(1 <= given <= 5 for given in (stars, *known.values())):
        raise StarsWrong
    earlier = Rating.objects.filter(call=call).first()
    if earlier is not None and earlier.stars == stars:
        return earlier
    assignment = booking.last_assignment(call)
    if earlier is not None or assignment is None or call.stage not in RATEABLE:
        raise NothingToRate
    return Rating.objects.create(
        call=call, helper=assignment.helper, stars=stars, axes=known, text=text[:2000], at=now.at
    )


def plan_question(call: ServiceCall, now: Occasion) -> None:
    """Ask in two hours whether the brand is recommended, once per call (product: NPS two hours later)."""
    Recommendation.objects.get_or_create(call=call, defaults={"due_at": now.at + ASKED_AFTER})


def ask_question(*, call: ServiceCall, now: Occasion) -> bool:
    """Note that the question is asked now; tell whether it was due."""
    due = Recommendation.objects.filter(call=call, due_at__lte=now.at)
    return bool(due.update(due_at=None, asked_at=now.at))


def recommend(*, call: ServiceCall, score: int, now: Occasion) -> Recommendation:
    """Write how likely the customer of a locked call recommends the brand, 0–10; a later answer takes its place.

    Refuses other numbers, and an answer before the question was asked.
    """
    if not 0 <= score <= 10:
        raise ScoreWrong
    row = Recommendation.objects.filter(call=call, asked_at__isnull=False).first()
    if row is None:
        raise NothingToAnswer
    row.score, row.answered_at = score, now.at
    row.save(update_fields=["score", "answered_at"])
    return row
