"""Guide: the client rates; one reminder; two hours later the question whether the brand is recommended."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.test import Client
from tests.factories import a_helper, by
from tests.sites.desk.conftest import desk
from tests.story import a_signed_off_call, bank_runs, clock_runs, clock_runs_until, told

from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.messaging.facts import status_page
from mila.quality.actions import NothingToAnswer, ScoreWrong
from mila.quality.models import Rating, Recommendation
from mila.quality.rules import Promoters
from mila.sites.now import now

pytestmark = pytest.mark.django_db

__all__ = ["desk"]

HOURS, MINUTE = timedelta(hours=2), timedelta(minutes=1)


def test_the_question_is_asked_once_two_hours_after_the_sign_off() -> None:
    call = a_signed_off_call(a_helper())
    clock_runs(call.since + HOURS - MINUTE)
    assert told(call, "ask_to_recommend") == []
    with pytest.raises(NothingToAnswer):
        journey.recommend(call_id=call.id, score=9, now=by(Who.CUSTOMER, call.since))
    bank_runs(call.since)
    clock_runs_until(call.since + timedelta(days=30))
    (mail,) = told(call, "ask_to_recommend")
    assert mail.made_at == call.since + HOURS
    assert (mail.recipient, mail.language) == ("anna@customers.example", "de")
    assert mail.html.count("recommend/?score=") == 11


def test_the_last_answer_counts_and_stays_within_zero_and_ten() -> None:
    call = a_signed_off_call(a_helper())
    clock_runs(call.since + HOURS)
    customer = by(Who.CUSTOMER, call.since + HOURS)
    for wrong in (-1, 11):
        with pytest.raises(ScoreWrong):
            journey.recommend(call_id=call.id, score=wrong, now=customer)
    for score in (3, 3, 10):
        journey.recommend(call_id=call.id, score=score, now=customer)
    assert list(Recommendation.objects.values_list("score", flat=True)) == [10]


def test_one_reminder_to_rate_and_no_more() -> None:
    silent, rated = a_signed_off_call(a_helper("Luca")), None
    bank_runs(silent.since)
    clock_runs_until(silent.since + timedelta(days=20))
    assert len(told(silent, "remind_to_rate")) == 1
    rated = a_signed_off_call(a_helper("Mia", level=5))
    bank_runs(rated.since)
    journey.rate(call_id=rated.id, stars=5, axes={}, text="", now=by(Who.CUSTOMER, rated.since))
    clock_runs_until(rated.since + timedelta(days=20))
    assert told(rated, "remind_to_rate") == []


def test_looking_at_a_link_from_the_mail_stores_nothing(client: Client) -> None:
    call = a_signed_off_call(a_helper())
    bank_runs(call.since)
    clock_runs(call.since + HOURS)
    (receipt,) = told(call, "send_receipt")
    assert f"{status_page(call)}rate/?stars=4" in receipt.html
    page = client.get(f"/s/{call.status_key}/rate/?stars=4").content.decode()
    assert 'value="4" checked' in page
    chosen = client.get(f"/s/{call.status_key}/recommend/?score=9", headers={"accept-language": "en"}).content.decode()
    assert "Send 9" in chosen
    assert not Rating.objects.exists()
    assert list(Recommendation.objects.values_list("score", flat=True)) == [None]
    client.post(f"/s/{call.status_key}/rate/", {"stars": "4"})
    client.post(f"/s/{call.status_key}/recommend/", {"score": "9"})
    assert Rating.objects.get().stars == 4
    assert Recommendation.objects.get().score == 9


def test_eleven_equal_buttons_and_a_wrong_answer_is_said(client: Client) -> None:
    call = a_signed_off_call(a_helper())
    clock_runs(call.since + HOURS)
    page = client.get(f"/s/{call.status_key}/recommend/").content.decode()
    assert page.count('class="btn secondary num" name="score"') == 11
    for wrong in ("11", "x", ""):
        assert client.post(f"/s/{call.status_key}/recommend/", {"score": wrong}).status_code == 422


def test_nps_is_promoters_minus_detractors(desk: Client) -> None:
    call = a_signed_off_call(a_helper())
    clock_runs(call.since + HOURS)
    assert Promoters(10, 7, 1).score == 60
    assert Promoters(0, 0, 0).score is None
    ranges = [Promoters(n, n // 2, n // 4).range or (0, 0) for n in (4, 40, 400)]
    assert all(high - low > best - worst for (low, high), (worst, best) in pairwise(ranges))
    low, high = Promoters(2, 2, 0).range or (0, 0)
    assert low < 50 < high == 100  # two answers alike are not yet certain, and none is beyond what there is
    journey.recommend(call_id=call.id, score=9, now=by(Who.CUSTOMER, call.since + HOURS))
    Recommendation.objects.update(asked_at=now(), answered_at=now())  # the page reads the clock
    page = desk.get("/desk/voices/?days=30", headers={"accept-language": "en"}).content.decode()
    assert "<b>100.0</b>" in page
    assert "1 of 1 asked" in page
