"""What is said, asked for and signed without a network: messages, changes of the price, the client's hand."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from tests.changes import a_second_package, price
from tests.factories import a_confirmed_call, a_helper, by_helper
from tests.sites.provider.conftest import a_phone, in_three_days
from tests.sites.provider.test_kept import MINUTE, a_whole_visit, answers, outcomes, post, tap
from tests.story import bank_runs, fresh, stage, told

from mila.booking.models import ChangeRequest, ChangeState, ConsentMethod, ServiceCall, Stage
from mila.booking.queries import current_quote
from mila.catalog.models import Package
from mila.crowd.models import Helper
from mila.journey import actions as journey
from mila.sites.now import now
from mila.visit.models import KeptTap, SignOffMethod, StepDone, TalkLine

pytestmark = pytest.mark.django_db
DRAWN = "M1 1 L9 9"
HAND = {"name": "Anna Canary", "agreed": "on", "drawing": DRAWN}
EXTRA = {"reason": "more_work", "words": "Kabel.", "keep": "1", "extra": "Kabelkanal", "language": "de"}


@pytest.fixture
def call(luca: Helper) -> ServiceCall:
    """A visit of Luca's that may be changed, its money held, for which he set out an hour ago."""
    a_second_package()
    held = a_confirmed_call(luca, now(), starts_at=in_three_days())
    ServiceCall.objects.filter(pk=held.pk).update(visit_starts_at=now())
    bank_runs(in_three_days())
    journey.set_out(call_id=held.pk, now=by_helper(luca, now() - 60 * MINUTE))
    held.assignments.update(accepted_at=now() - timedelta(days=1))
    return fresh(held)


def inside(phone: Client, call: ServiceCall) -> None:
    assert outcomes(phone, [tap(call, "arrive", 50), tap(call, "badge", 49), tap(call, "begin-work", 48)])


def the_rest(call: ServiceCall) -> list[dict[str, object]]:
    """Return the taps that end the work."""
    return [*(tap(call, "tick", 20, code=code, done="1") for code in ("introduce", "tutorial", "tidy_up")),
            tap(call, "finish", 19)]  # fmt: skip


def test_a_message_waits_for_the_network_and_comes_once(phone: Client, call: ServiceCall) -> None:
    entries = [tap(call, "say", 30, phrase="ten_late"), tap(call, "say", 29, text="Hinter dem Haus?", language="de")]
    assert outcomes(phone, entries) == outcomes(phone, entries) == ["applied", "applied"]
    assert list(TalkLine.objects.order_by("at").values_list("phrase", "text")) == [
        ("ten_late", ""),
        ("", "Hinter dem Haus?"),
    ]
    assert {row.facts.get("text") for row in KeptTap.objects.all()} == {None}, "only the two sides read it"
    (refused,) = answers(phone, [tap(call, "say", 5, text="Passwort: Sonnenschein7")])
    assert (refused["outcome"], refused["stays"]) == ("refused", True)
    assert not KeptTap.objects.filter(outcome="refused").exists()


def test_a_change_and_the_client_s_hand_are_kept_and_applied_in_order(phone: Client, call: ServiceCall) -> None:
    inside(phone, call)
    asked = tap(call, "change", 40, **EXTRA, amount="39.55")
    total = str(price(call) + 3955)
    yes = tap(call, "agree", 39, of=str(asked["key"]), total=total, **HAND)
    assert outcomes(phone, [asked, yes]) == ["applied", "applied"]
    bank_runs(now())
    change = ChangeRequest.objects.get()
    assert (change.state, str(price(call))) == (ChangeState.APPROVED, total)
    assert (change.consent.method, change.consent.evidence["drawing"]) == (ConsentMethod.BY_HAND, DRAWN)
    assert "drawing" not in KeptTap.objects.get(name="agree").facts, "the evidence has it"


def test_the_client_signs_for_the_price_that_the_phone_showed(phone: Client, call: ServiceCall) -> None:
    inside(phone, call)
    asked = tap(call, "change", 40, **EXTRA, amount="39")
    follows = {"of": str(asked["key"]), "total": str(price(call) + 3900), **HAND}
    assert outcomes(phone, [asked, tap(call, "agree", 39, **follows)]) == ["applied", "applied"]
    waiting = [*the_rest(call), tap(call, "sign", 18, **follows)]
    status, body = post(phone, waiting)
    assert status == 200
    assert b"not covered the new price yet" in body
    assert not KeptTap.objects.filter(name__in=("finish", "sign")).exists(), "they wait until the bank has answered"
    bank_runs(now())
    assert set(outcomes(phone, waiting)) == {"applied"}
    assert stage(call) in {Stage.SIGNED_OFF, Stage.CHARGED}
    signed = fresh(call).sign_off
    assert (signed.method, signed.evidence["drawing"], signed.quote.total) == (
        SignOffMethod.BY_HAND,
        DRAWN,
        price(call),
    )


def test_the_steps_of_an_added_package_come_with_the_page_and_are_ticked_after_it(
    phone: Client, call: ServiceCall
) -> None:
    printer = Package.objects.get(code="printer")
    printer.steps = [*printer.steps, {"code": "ink", "text": {"en": "Fill in the ink"}}]
    printer.save()
    inside(phone, call)
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    assert "Fill in the ink" in page.split('<template data-steps-of="printer">')[1]
    asked = tap(call, "change", 40, **EXTRA | {"extra": "", "reason": "one_more"}, add_1="printer")
    yes = tap(call, "agree", 39, of=str(asked["key"]), total=str(price(call) + 3900), **HAND)
    assert outcomes(phone, [asked, yes]) == ["applied", "applied"]
    waiting = [tap(call, "tick", 30, code="ink", done="1"), *the_rest(call)]
    assert answers(phone, waiting) == [], "the bank is being asked: all of it waits"
    bank_runs(now())
    assert set(outcomes(phone, waiting)) == {"applied"}
    assert StepDone.objects.filter(call=call, code="ink").exists()
    assert stage(call) == Stage.DONE


def test_a_step_that_no_package_has_is_refused(phone: Client, call: ServiceCall) -> None:
    inside(phone, call)
    assert outcomes(phone, [tap(call, "tick", 30, code="ink", done="1")]) == ["refused"]


def test_a_signature_for_more_than_fifty_is_refused_and_the_client_is_asked_for_a_code(
    phone: Client, call: ServiceCall
) -> None:
    inside(phone, call)
    asked = tap(call, "change", 40, **EXTRA, amount="50.01")
    yes = tap(call, "agree", 39, of=str(asked["key"]), total=str(price(call) + 5001), **HAND)
    found = answers(phone, [asked, yes])
    assert [answer["outcome"] for answer in found] == ["applied", "refused"]
    assert "too much for a signature" in str(found[1]["said"])
    assert ChangeRequest.objects.get().state == ChangeState.ASKED
    assert len(told(call, "ask_for_change")) == 1
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    assert "Let the client approve it with the code" in page


def test_nobody_agrees_to_another_total_than_was_shown(phone: Client, call: ServiceCall) -> None:
    inside(phone, call)
    asked = tap(call, "change", 40, **EXTRA, amount="39")
    yes = tap(call, "agree", 39, of=str(asked["key"]), total="1", **HAND)
    assert outcomes(phone, [asked, yes]) == ["applied", "refused"]
    assert ChangeRequest.objects.get().state == ChangeState.ASKED


def test_what_follows_a_refused_change_is_refused_and_says_so(phone: Client, call: ServiceCall) -> None:
    asked = tap(call, "change", 40, **EXTRA, amount="nine")
    yes = tap(call, "agree", 39, of=str(asked["key"]), total="9390", **HAND)
    unknown = tap(call, "agree", 38, of=str(uuid4()), total="9390", **HAND)
    found = answers(phone, [asked, yes, unknown, tap(call, "agree", 37, of="x", **HAND)])
    assert {answer["outcome"] for answer in found} == {"refused"}
    assert "that this belongs to" in str(found[1]["said"])
    assert not ChangeRequest.objects.exists()


def test_a_change_out_of_season_is_refused_and_stays_in_sight(phone: Client, call: ServiceCall) -> None:
    entries = a_whole_visit(call)
    assert outcomes(phone, [*entries, tap(call, "change", 10, **EXTRA, amount="39")])[-1] == "refused"
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    assert "Change of scope and price" in page
    assert "Until then do what was booked" in page


def test_a_change_is_taken_back_and_the_work_goes_on(phone: Client, call: ServiceCall) -> None:
    inside(phone, call)
    entries = [tap(call, "change", 40, **EXTRA, amount="39"), *the_rest(call)]
    assert outcomes(phone, entries)[-1] == "refused", "it waits for an answer"
    assert outcomes(phone, [tap(call, "take-back", 10), tap(call, "finish", 9)]) == ["applied", "applied"]
    assert ChangeRequest.objects.get().state == ChangeState.WITHDRAWN
    assert stage(call) == Stage.DONE


def test_a_drawing_is_lines_and_nothing_else(phone: Client, call: ServiceCall) -> None:
    outcomes(phone, a_whole_visit(call))
    seal = current_quote(call).seal
    evil = tap(call, "sign", 5, seal=seal, name="Anna Canary", drawing='M1 1"/><script>')
    assert outcomes(phone, [evil]) == ["applied"]
    assert "drawing" not in fresh(call).sign_off.evidence


def test_who_measured_last_by_the_time_of_the_tap_has_measured(phone: Client, luca: Helper, call: ServiceCall) -> None:
    inside(phone, call)
    other = a_phone(luca)
    assert outcomes(other, [tap(call, "tick", 10, code="introduce", done="1")]) == ["applied"]
    (late,) = answers(phone, [tap(call, "tick", 30, code="introduce", done="0")])
    assert late["outcome"] == "stood", "the other phone ticked it after that"
    assert "was faster" in str(late["said"])
    assert StepDone.objects.filter(call=call).exists()
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    assert "What your phone has sent" in page
    assert "was done already" in page


def test_the_page_carries_what_is_needed_without_a_network(phone: Client, call: ServiceCall) -> None:
    page = phone.get(f"/app/visits/{call.id}/").content.decode()
    for part in ('data-tap="change"', 'data-tap="agree"', 'data-tap="say"', 'data-tap="sign"', "data-signature"):
        assert part in page, part
    assert "&quot;by_hand&quot;: " + str(price(call) + 5000) in page


def test_another_phone_hears_that_the_checklist_goes_on(phone: Client, luca: Helper, call: ServiceCall) -> None:
    inside(phone, call)
    page = a_phone(luca).get(f"/app/visits/{call.id}/").content.decode()
    look = page.split('hx-get="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert phone.get(look).status_code == 204
    assert "HX-Refresh" not in phone.get(look).headers
    outcomes(phone, [tap(call, "tick", 0, code="introduce", done="1")])
    assert phone.get(look).headers["HX-Refresh"] == "true"


def test_words_like_a_password_are_in_no_row_whatever_they_belong_to(phone: Client, call: ServiceCall) -> None:
    inside(phone, call)
    secret = "Passwort: Sonnenschein7"
    for entry in (tap(call, "change", 9, **EXTRA | {"words": secret}, amount="39"),
                  tap(call, "check-out", 8, cause="unsafe", words=secret)):  # fmt: skip
        (found,) = answers(phone, [entry])
        assert (found["outcome"], found["stays"], found["code"]) == ("refused", True, "looks_like_password")
    assert not KeptTap.objects.filter(name__in=("change", "check-out")).exists()
    assert stage(call) == Stage.WORKING


def test_somebody_else_s_change_is_nobody_s_to_sign(phone: Client, call: ServiceCall) -> None:
    inside(phone, call)
    asked = tap(call, "change", 40, **EXTRA, amount="39")
    outcomes(phone, [asked])
    yes = tap(call, "agree", 5, of=str(asked["key"]), total=str(price(call) + 3900), **HAND)
    assert outcomes(a_phone(a_helper("Sara")), [yes]) == ["refused"]
    assert ChangeRequest.objects.get().state == ChangeState.ASKED
