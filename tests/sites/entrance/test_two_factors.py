"""The desk: two factors, always; the way back; and guessers who wait while the owner does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories import a_brand, a_helper
from tests.sites.entrance.desk import EMAIL, PASSWORD, dana, give_password, next_code, set_up, take_link

from mila.accounts.models import Account, Authenticator, Brake, RecoveryCode, SecurityEvent, Session
from mila.accounts.ways import LINK, PRESS
from mila.messaging.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_front() -> None:
    a_brand()


def test_on_the_first_way_in_a_second_factor_is_set_up(client: Client) -> None:
    dana()
    assert take_link(client) == "/sign-in/begin/"
    assert client.get("/desk/").status_code == 302
    codes = set_up(client)
    assert len(codes) == 10
    assert client.get("/desk/").status_code == 200
    assert not RecoveryCode.objects.filter(code_hash__in=codes).exists()


def test_nobody_comes_to_the_desk_by_a_link_alone(client: Client) -> None:
    account = dana()
    client.force_login(account, backend=LINK)
    assert client.get("/desk/").headers["Location"] == "/sign-in/?next=/desk/"
    client.force_login(account, backend=LINK)
    assert client.get("/security/").status_code == 302


def test_password_and_code_lead_in(client: Client) -> None:
    account = dana()
    set_up(client)
    other = Client()
    assert give_password(other) == 302
    assert other.get("/desk/").status_code == 302
    answer = other.post("/sign-in/code/", {"code": next_code(account)})
    assert answer.headers["Location"] == "/desk/"
    assert other.get("/desk/").status_code == 200


def test_a_code_works_once(client: Client) -> None:
    account = dana()
    set_up(client)
    code = next_code(account)
    for status in (302, 422):
        other = Client()
        give_password(other)
        assert other.post("/sign-in/code/", {"code": code}).status_code == status


def test_a_password_alone_and_a_code_alone_are_nothing(client: Client) -> None:
    account = dana()
    set_up(client)
    assert Client().post("/sign-in/code/", {"code": next_code(account)}).headers["Location"] == "/sign-in/"
    other = Client()
    give_password(other)
    assert other.get("/security/app/").headers["Location"].startswith("/sign-in/")
    assert other.post("/security/password/", {"password": "another long one"}).status_code == 302
    assert Account.objects.get(pk=account.pk).check_password(PASSWORD)


def test_wrong_words_are_the_same_for_everybody(client: Client) -> None:
    dana()
    set_up(client)
    a_helper("Luca").account.set_password(PASSWORD)
    for email in (EMAIL, "nobody@mila.example", "luca@helpers.example"):
        answer = Client().post("/sign-in/password/", {"email": email, "password": "wrong words here"})
        assert answer.status_code == 422
        assert b"do not belong together" in answer.content


def test_a_helper_has_no_password(client: Client) -> None:
    account = a_helper("Luca").account
    account.set_password(PASSWORD)
    account.save()
    answer = client.post("/sign-in/password/", {"email": account.email, "password": PASSWORD})
    assert answer.status_code == 422


def test_a_guesser_waits_and_the_owner_does_not(client: Client) -> None:
    account = dana()
    set_up(client)
    guesser = Client()
    statuses = [give_password(guesser, "wrong words here") for _n in range(8)]
    assert statuses[-1] == 429
    assert give_password(guesser) == 429, "the right words, from a stranger's browser"
    client.post("/sign-out/")
    assert give_password(client) == 302, "the owner's own browser"
    assert take_link(Client()) == "/sign-in/code/", "a link always works"
    assert client.post("/sign-in/code/", {"code": next_code(account)}).headers["Location"] == "/desk/"


def test_unknown_addresses_are_slowed_down_alike() -> None:
    dana()
    statuses = [
        Client().post("/sign-in/password/", {"email": "nobody@mila.example", "password": "x"}).status_code
        for _n in range(7)
    ]
    assert statuses == [422] * 5 + [429] * 2
    assert "nobody@mila.example" not in str(list(Brake.objects.values_list()))


def test_guessing_codes_is_slowed_down(client: Client) -> None:
    dana()
    set_up(client)
    guesser = Client()
    give_password(guesser)
    statuses = [guesser.post("/sign-in/code/", {"code": "000000"}).status_code for _n in range(7)]
    assert statuses == [422] * 5 + [429] * 2


def test_a_forgotten_password_is_replaced_by_link_and_code(client: Client) -> None:
    account = dana()
    set_up(client)
    other = Client()
    assert take_link(other) == "/sign-in/code/"
    assert other.post("/sign-in/code/", {"code": next_code(account)}).headers["Location"] == "/security/password/"
    assert other.get("/desk/").status_code == 302
    other.post("/security/password/", {"password": "nine boats in the fog"})
    assert other.get("/desk/").status_code == 200
    assert client.get("/desk/").status_code == 302, "the other device is signed out"


def test_a_lost_phone_is_replaced_by_a_recovery_code_which_works_once(client: Client) -> None:
    dana()
    codes = set_up(client)
    for status in (302, 422):
        other = Client()
        give_password(other)
        assert other.post("/sign-in/code/", {"code": codes[0].upper().replace("-", " ")}).status_code == status
    assert Message.objects.filter(template="tell_security_event", subject="A recovery code was used").exists()


@pytest.mark.parametrize("password", ["short", "password1234", "dana@mila.example"])
def test_weak_passwords_are_refused(client: Client, password: str) -> None:
    account = dana()
    take_link(client)
    client.get("/security/app/")
    Authenticator.objects.create(account=account, sealed=client.session["app"], made_at=account.created_at, last_step=0)
    client.post("/sign-in/code/", {"code": next_code(account)})
    answer = client.post("/security/password/", {"password": password})
    assert answer.status_code == 422
    assert b'id="id_password_error"' in answer.content


def test_the_secret_of_the_app_is_sealed(client: Client) -> None:
    dana()
    take_link(client)
    letters = client.get("/security/app/").context["letters"].replace(" ", "")
    assert len(letters) == 32
    assert letters not in client.session["app"]


@pytest.mark.parametrize(("away", "lasted"), [(31, 31), (1, 12 * 60 + 1)])
def test_a_session_at_the_desk_ends_by_itself(client: Client, away: int, lasted: int) -> None:
    dana()
    set_up(client)
    row = Session.objects.exclude(account=None).get()
    seen, begun = row.last_seen_at - timedelta(minutes=away), row.signed_in_at - timedelta(minutes=lasted)
    Session.objects.filter(pk=row.pk).update(last_seen_at=seen, signed_in_at=begun)
    assert client.get("/desk/").status_code == 302
    assert client.get("/desk/queue/", headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_a_helper_stays_signed_in_between_visits(client: Client) -> None:
    luca = a_helper("Luca")
    take_link(client, luca.account.email)
    two_weeks = timedelta(days=14)
    row = Session.objects.get(account=luca.account)
    Session.objects.filter(pk=row.pk).update(last_seen_at=row.last_seen_at - two_weeks)
    assert client.get("/app/").status_code == 200
    assert Session.objects.get(pk=row.pk).last_seen_at >= row.last_seen_at


def test_sessions_are_seen_and_ended_one_by_one(client: Client) -> None:
    luca = a_helper("Luca")
    phone = Client(headers={"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"})
    take_link(phone, luca.account.email)
    take_link(client, luca.account.email)
    page = client.get("/security/").content.decode()
    assert "Firefox · Linux" in page
    assert "127.0.0.1" not in page
    number = Session.objects.get(device="Firefox · Linux").number
    assert client.post(f"/security/sessions/{number}/end/").status_code == 302
    assert phone.get("/app/").status_code == 302
    assert client.get("/app/").status_code == 200


def test_nobody_ends_somebody_elses_session(client: Client) -> None:
    luca, sara = a_helper("Luca"), a_helper("Sara")
    theirs = Client()
    take_link(theirs, sara.account.email)
    take_link(client, luca.account.email)
    number = Session.objects.get(account=sara.account).number
    assert client.post(f"/security/sessions/{number}/end/").status_code == 404
    client.post("/security/sessions/end-others/")
    assert theirs.get("/app/").status_code == 200


def test_signing_in_gives_the_browser_another_key(client: Client) -> None:
    luca = a_helper("Luca")
    client.get("/book/")
    client.post("/language/", {"language": "de"})
    take_link(client, luca.account.email)
    first = client.session.session_key
    take_link(client, luca.account.email)
    assert client.session.session_key != first


def test_ways_in_change_only_after_a_fresh_sign_in(client: Client) -> None:
    dana()
    set_up(client)
    Session.objects.update(signed_in_at=Session.objects.first().signed_in_at - timedelta(minutes=16))  # type: ignore[union-attr]
    assert "again=1" in client.get("/security/password/").headers["Location"]
    assert client.post("/security/recovery/").status_code == 302
    assert client.get("/security/").status_code == 200


def test_what_happened_is_told_by_mail(client: Client) -> None:
    account = dana()
    set_up(client)
    told = set(Message.objects.filter(template="tell_security_event").values_list("subject", flat=True))
    assert {"Your password was changed", "An app for codes was added to your account"} <= told
    assert (
        SecurityEvent.objects.filter(account=account).count()
        == Message.objects.exclude(template="send_sign_in_link").count()
    )


def test_the_press_of_the_demonstration_lets_nobody_in_elsewhere(client: Client, settings: Any) -> None:
    settings.DEMONSTRATION = True
    client.force_login(dana(), backend=PRESS)
    assert client.get("/desk/").status_code == 200
    settings.DEMONSTRATION = False
    assert client.get("/desk/").status_code == 302
