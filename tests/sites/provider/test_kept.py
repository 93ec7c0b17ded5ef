"""What a phone kept without a network: sent once, in order, applied by the same verbs; and what could not be."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.factories import a_confirmed_call, a_helper, by, by_helper
from tests.sites.provider.conftest import a_phone, in_three_days
from tests.sites.provider.test_at_work import a_jpeg
from tests.story import fresh, stage, steps

from mila.booking.models import ServiceCall, Stage
from mila.booking.queries import current_quote
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.kernel.occasion import Who
from mila.sites.now import now
from mila.visit.models import KeptTap, Photo, StepDone, VisitNote
from mila.visit.queries import introduction
from mila.visit.rules import heard

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
CODES = ("introduce", "tutorial", "tidy_up")


@pytest.fixture
def call(luca: Helper) -> ServiceCall:
    """A visit of Luca's for which he set out an hour ago."""
    held = a_confirmed_call(luca, now(), starts_at=in_three_days())
    ServiceCall.objects.filter(pk=held.pk).update(visit_starts_at=now())
    journey.set_out(call_id=held.pk, now=by_helper(luca, now() - 60 * MINUTE))
    held.assignments.update(accepted_at=now() - timedelta(days=1))
    return fresh(held)


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def tap(call: ServiceCall, name: str, minutes_ago: float = 0, /, **facts: str) -> dict[str, object]:
    """Return an entry of a phone whose clock is right."""
    at = ms(now() - minutes_ago * MINUTE)
    return {"key": str(uuid4()), "call": str(call.pk), "name": name, "facts": facts, "tapped_ms": at, "offset_ms": 0}


def post(phone: Client, said: object, **more: object) -> tuple[int, bytes]:
    person = phone.get("/app/kept/").json()["person"]
    form = {"entries": json.dumps(said), "sent_ms": str(ms(now())), "person": person}
    answer = phone.post("/app/kept/", {**form, **more})
    return answer.status_code, answer.content


def answers(phone: Client, entries: object, **more: object) -> list[dict[str, object]]:
    """Return what came of each entry."""
    found: list[dict[str, object]] = json.loads(post(phone, entries, **more)[1])["answers"]
    return found


def outcomes(phone: Client, entries: object, **more: object) -> list[object]:
    return [answer["outcome"] for answer in answers(phone, entries, **more)]


def a_whole_visit(call: ServiceCall) -> list[dict[str, object]]:
    held = call.assignments.get(state="active")
    row = introduction(held)
    assert row
    return [
        tap(call, "arrive", 50),
        tap(call, "client-code", 49, code=row.client_code),
        tap(call, "begin-work", 48),
        *(tap(call, "tick", 40, code=code, done="1") for code in CODES),
        tap(call, "note", 21, words="Router stands in the hall."),
        tap(call, "finish", 20),
    ]


def test_a_visit_without_a_network_is_applied_at_the_times_of_the_taps(phone: Client, call: ServiceCall) -> None:
    assert set(outcomes(phone, a_whole_visit(call))) == {"applied"}
    assert stage(call) == Stage.DONE
    arrived = call.diary.get(step="arrive").at
    assert abs(arrived - (now() - 50 * MINUTE)) < MINUTE
    assert {abs(row.at - (now() - 40 * MINUTE)) < MINUTE for row in StepDone.objects.all()} == {True}
    assert now() - fresh(call).since < MINUTE, "the client's day to sign off begins when the client can know"


def test_sending_it_again_changes_nothing(phone: Client, call: ServiceCall) -> None:
    entries = a_whole_visit(call)
    first = answers(phone, entries)
    lines = call.diary.count()
    assert answers(phone, entries) == first
    assert call.diary.count() == lines
    assert VisitNote.objects.count() == 1
    assert KeptTap.objects.count() == len(entries)


def test_a_hundred_taps_are_taken_at_once_and_no_more(phone: Client, call: ServiceCall) -> None:
    entries = [tap(call, "arrive", 50)]
    entries += [tap(call, "tick", 40, code="introduce", done=str(number % 2)) for number in range(99)]
    assert len(outcomes(phone, entries)) == 100
    assert KeptTap.objects.filter(outcome="applied").count() == 100
    assert not StepDone.objects.exists(), "the last tap took the tick back"
    assert post(phone, [*entries, entries[0]])[0] == 400


def test_two_phones_of_one_helper_do_nothing_twice(phone: Client, luca: Helper, call: ServiceCall) -> None:
    other = a_phone(luca)
    assert outcomes(phone, [tap(call, "arrive", 30), tap(call, "badge", 29)]) == ["applied"] * 2
    both = [tap(call, name, 28) for name in ("set-out", "arrive", "badge", "begin-work")]
    assert outcomes(other, both) == ["stood", "stood", "applied", "applied"]
    assert outcomes(phone, [tap(call, "begin-work", 27)]) == ["stood"]
    assert [steps(call).count(step) for step in ("set_out", "arrive", "begin_work")] == [1, 1, 1]


def test_what_is_refused_stays_in_sight_until_it_is_put_away(phone: Client, call: ServiceCall) -> None:
    outcome = outcomes(phone, [tap(call, "begin-work", 30), tap(call, "arrive", 29)])
    assert outcome == ["refused", "applied"], "out of order: what can be applied is"
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    assert "could not be applied" in page
    assert "Begin the work" in page
    assert "tap_refused" in steps(call)
    phone.post(f"/app/visits/{call.id}/badge/")
    phone.post(f"/app/visits/{call.id}/kept/again/")
    assert stage(call) == Stage.WORKING
    assert "could not be applied" not in phone.get(f"/app/visits/{call.id}/").content.decode()


def test_putting_away_takes_it_out_of_sight_and_leaves_the_row(phone: Client, luca: Helper, call: ServiceCall) -> None:
    outcomes(phone, [tap(call, "finish", 30)])
    row = KeptTap.objects.get()
    stranger = a_phone(a_helper("Sara"))
    away = f"/app/visits/{call.id}/kept/{row.pk}/put-away/"
    assert stranger.post(away).status_code == 404
    phone.post(away)
    assert "could not be applied" not in phone.get(f"/app/visits/{call.id}/").content.decode()
    assert KeptTap.objects.get().put_away_at


def test_a_wrong_code_is_found_out_later_and_kept_nowhere(phone: Client, call: ServiceCall) -> None:
    right = call.assignments.get(state="active").introduction.client_code
    wrong = "0000" if right != "0000" else "1111"
    entries = [tap(call, "arrive", 30), tap(call, "client-code", 29, code=wrong), tap(call, "begin-work", 28)]
    assert outcomes(phone, entries) == ["applied", "refused", "refused"]
    assert KeptTap.objects.get(name="client-code").facts == {}
    assert call.assignments.get(state="active").introduction.client_tries == 1
    phone.post(f"/app/visits/{call.id}/client-code/", {"code": right})
    phone.post(f"/app/visits/{call.id}/kept/again/")
    assert stage(call) == Stage.WORKING


def test_a_visit_that_was_cancelled_meanwhile_says_so(phone: Client, call: ServiceCall) -> None:
    journey.cancel_by_desk(call_id=call.id, reason="ill", now=by(Who.DESK, now()))
    found = answers(phone, [tap(call, "arrive", 10), tap(call, "badge", 9)])
    assert {answer["outcome"] for answer in found} == {"refused"}
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    assert "was cancelled" in page
    assert "could not be applied" in page
    assert steps(call).count("tap_refused") == 2, "the desk reads of it"


def test_nobody_sends_for_another_s_visit(call: ServiceCall) -> None:
    found = answers(a_phone(a_helper("Sara")), [tap(call, "arrive", 10)])
    assert [(answer["outcome"], answer["stays"]) for answer in found] == [("refused", True)]
    assert not KeptTap.objects.exists()
    assert stage(call) == Stage.ON_THE_WAY


def test_photos_come_with_their_entry_and_what_is_refused_stays_on_the_phone(phone: Client, call: ServiceCall) -> None:
    outcomes(phone, [tap(call, "arrive", 30)])
    good, bad = tap(call, "photo", 20, code="introduce"), tap(call, "photo", 19, code="introduce")
    sent = {f"photo-{good['key']}": a_jpeg((90, 60))}
    found = answers(phone, [good, bad], **sent)
    assert [(answer["outcome"], answer["stays"]) for answer in found] == [("applied", False), ("refused", True)]
    assert outcomes(phone, [good], **{f"photo-{good['key']}": a_jpeg((90, 60))}) == ["applied"]
    assert Photo.objects.count() == 1


def test_words_like_a_password_never_reach_a_row(phone: Client, call: ServiceCall) -> None:
    outcomes(phone, [tap(call, "arrive", 30)])
    entry = tap(call, "note", 20, words="Passwort: Sonnenschein7")
    (found,) = answers(phone, [entry])
    assert (found["outcome"], found["stays"], found["code"]) == ("refused", True, "looks_like_password")
    assert not KeptTap.objects.filter(name="note").exists()
    entry["facts"] = {"words": "Passwort: Sonnenschein7", "is_no_password": "1"}
    assert outcomes(phone, [entry]) == ["applied"], "the same entry, and the helper's word"


def test_the_client_s_code_is_taken_on_the_helper_s_phone(phone: Client, luca: Helper, call: ServiceCall) -> None:
    outcomes(phone, a_whole_visit(call))
    phone.post(f"/app/visits/{call.id}/send-code/")
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    assert f"/app/visits/{call.id}/sign-off/" in page
    wrong = phone.post(f"/app/visits/{call.id}/sign-off/", {"code": "12"})
    assert wrong.status_code == 422
    code = call.codes.get()
    for guess in ("x", "12"):
        assert outcomes(phone, [tap(call, "sign-off", 0, code=guess)]) == ["refused"]
    code.refresh_from_db()
    assert code.tries == 3
    assert stage(call) == Stage.DONE


def test_a_signature_without_a_network_is_weaker_evidence_of_the_price_that_was_shown(
    phone: Client, call: ServiceCall
) -> None:
    seal = current_quote(call).seal
    entries = a_whole_visit(call)
    assert outcomes(phone, [*entries, tap(call, "sign", 10, seal="x", name="Anna Canary")])[-1] == "refused"
    assert outcomes(phone, [tap(call, "sign", 9, seal=seal, name="")]) == ["refused"]
    assert outcomes(phone, [tap(call, "sign", 9, seal=seal, name="Anna Canary")]) == ["applied"]
    assert call.sign_off.method == "by_hand"


@pytest.mark.parametrize(
    ("wrong_by", "offset", "believed"),
    [
        (timedelta(), 0, True),
        (timedelta(hours=2), -7_200_000, True),  # the phone knew that it was two hours fast
        (timedelta(hours=2), None, True),  # it did not, and its age tells
        (timedelta(days=400), 5, True),  # the age is believed where the offset cannot be
    ],
)
def test_a_wrong_clock_does_not_make_a_wrong_time(
    phone: Client, call: ServiceCall, wrong_by: timedelta, offset: int | None, believed: object
) -> None:
    entry = tap(call, "arrive", 30)
    entry |= {"tapped_ms": ms(now() + wrong_by - 30 * MINUTE), "offset_ms": offset}
    outcomes(phone, [entry], sent_ms=str(ms(now() + wrong_by)))
    row = KeptTap.objects.get()
    assert abs(row.tapped_at - (now() - 30 * MINUTE)) < MINUTE
    assert (row.said_at is None) is believed


def test_a_time_that_cannot_be_is_said(phone: Client, call: ServiceCall) -> None:
    entry = tap(call, "finish", 60 * 24 * 9)
    outcomes(phone, [entry])
    row = KeptTap.objects.get()
    assert row.said_at
    assert row.tapped_at >= call.since
    assert "which cannot be" in phone.get(f"/app/visits/{call.id}/").content.decode()


def test_the_first_word_that_can_be_true_counts() -> None:
    at = now()
    early, late = at - 60 * MINUTE, at
    assert heard([at - 90 * MINUTE, at - 30 * MINUTE], earliest=early, latest=late).at == at - 30 * MINUTE
    assert heard([at + MINUTE], earliest=early, latest=late).at == at
    assert heard([], earliest=early, latest=late) == heard([at + 99 * MINUTE], earliest=early, latest=late)
    assert heard([at - 99 * MINUTE], earliest=early, latest=late).at == early


HOSTILE: list[Mapping[str, object] | object] = [
    {},
    None,
    "x",
    {"key": "x", "call": "y"},
    {"facts": {"code": "\0" * 9}},
    {"facts": [1], "tapped_ms": "now", "offset_ms": 10**30},
    {"facts": {"code": "\ud800", "words": {"a": 1}}, "tapped_ms": -1},
    {"name": "fly"},
    {"name": "tick", "facts": {"code": "x" * 9999, "done": "1"}, "tapped_ms": 10**14},
]


@pytest.mark.parametrize("given", HOSTILE)
def test_what_no_verb_can_read_is_answered_and_stops_nothing(phone: Client, call: ServiceCall, given: object) -> None:
    entry = {**tap(call, "arrive", 5), "name": "check-out", **given} if isinstance(given, dict) else given
    assert outcomes(phone, [entry, tap(call, "arrive", 4)]) == ["refused", "applied"]


@pytest.mark.parametrize("sent", ["", "{", "{}", "null", '"x"'])
def test_what_is_no_list_is_refused(phone: Client, call: ServiceCall, sent: str) -> None:
    assert post(phone, [], entries=sent)[0] == 400


def test_what_somebody_else_left_on_a_phone_waits_for_that_person(phone: Client, call: ServiceCall) -> None:
    assert post(phone, [tap(call, "arrive", 3)], person="somebody-else")[0] == 409
    assert stage(call) == Stage.ON_THE_WAY


def test_the_phone_asks_whose_app_it_is_before_it_sends(phone: Client, call: ServiceCall) -> None:
    said = phone.get("/app/kept/").json()
    assert abs(said["now"] - ms(now())) < 60_000
    assert said["token"]
    assert said["person"] == phone.get("/app/").headers["Mila-Person"]
    assert a_phone(a_helper("Sara")).get("/app/kept/").json()["person"] != said["person"]


def test_waiting_at_a_closed_door_counts_by_the_taps(phone: Client, luca: Helper, call: ServiceCall) -> None:
    entries = [
        tap(call, "arrive", 30),
        tap(call, "closed", 29),
        tap(call, "contact", 25, outcome="no_answer"),
        tap(call, "check-out", 15, cause="client_absent"),
    ]
    assert outcomes(phone, entries) == ["applied"] * 4
    assert stage(call) == Stage.CANCELLED
    again = tap(call, "check-out", 14, cause="client_absent")
    assert outcomes(a_phone(luca), [again]) == ["stood"]
