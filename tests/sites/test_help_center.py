"""The Help Center: whoever writes is answered by a person, within a day, and can go on."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import a_confirmed_call, a_helper, a_price, a_requested_call, an_account
from tests.sites.customer.conftest import in_three_days
from tests.sites.provider.conftest import a_phone

from mila.accounts.models import DeskSeat
from mila.messaging.models import Message
from mila.quality.models import Inquiry
from mila.sites.now import now

pytestmark = pytest.mark.django_db
ANNA = {"name": "Anna", "email": "Anna@customers.example", "words": "Is there help on Sundays?"}


@pytest.fixture
def dana() -> Client:
    account = an_account("dana@mila.example")
    DeskSeat.objects.create(account=account, name="Dana", role="agent")
    desk = Client(headers={"accept-language": "en"})
    desk.force_login(account)
    return desk


@pytest.fixture
def anna() -> Client:
    a_price()
    return Client(headers={"accept-language": "en"})


def key_of(page: str) -> str:
    return str(re.findall(r'name="key" value="([^"]+)"', page)[0])


def seen(row: Inquiry, words: str = "") -> dict[str, str]:
    """Return the desk's form as its page has it now, filled in."""
    last = row.lines.order_by("-at", "-id").first()
    assert last is not None
    return {"words": words, "seen": str(last.pk)}


def test_anybody_writes_from_the_foot_of_the_site(anna: Client) -> None:
    assert 'href="/help/"' in anna.get("/book/").content.decode()
    key = key_of(anna.get("/help/").content.decode())
    answers = [anna.post("/help/", {**ANNA, "key": key}) for _ in range(2)]
    row = Inquiry.objects.get()
    assert {answer["Location"] for answer in answers} == {f"/help/{row.key}/"}
    assert row.answer_by == row.opened_at + timedelta(days=1)
    assert not Message.objects.exists(), "the address was only typed"
    assert "Is there help on Sundays?" in anna.get(f"/help/{row.key}/").content.decode()


def test_what_is_missing_is_said_beside_its_field(anna: Client) -> None:
    answer = anna.post("/help/", {"name": "Anna", "email": "nowhere", "words": " "})
    assert answer.status_code == 422
    assert answer.content.decode().count('class="error"') == 2


def test_a_program_that_fills_in_everything_writes_nothing(anna: Client) -> None:
    assert anna.post("/help/", {**ANNA, "website": "https://spam.example"}).status_code == 302
    assert not Inquiry.objects.exists()


def test_who_writes_very_often_is_asked_to_call(anna: Client) -> None:
    codes = [anna.post("/help/", {**ANNA, "words": f"Hello {number}"}).status_code for number in range(6)]
    assert codes == [302] * 5 + [429]
    others = [anna.post("/help/", {**ANNA, "email": f"a{n}@customers.example"}).status_code for n in range(12)]
    assert others[-1] == 429


def test_a_message_about_a_call_is_the_booker_s_and_shows_nobody_what_was_written(anna: Client) -> None:
    call = a_requested_call(now(), starts_at=in_three_days())
    at = f"/s/{call.status_key}/help/"
    assert at in anna.get(f"/s/{call.status_key}/").content.decode()
    anna.post(at, {"words": "I do not like dogs", "key": key_of(anna.get(at).content.decode())})
    row = Inquiry.objects.get()
    assert (row.call, row.email) == (call, "anna@customers.example")
    again = anna.get(at).content.decode()
    assert row.key not in again
    assert "dogs" not in again


def test_the_desk_answers_and_the_person_goes_on(anna: Client, dana: Client) -> None:
    anna.post("/help/", ANNA)
    row = Inquiry.objects.get()
    assert "Anna" in dana.get("/desk/help/").content.decode()
    dana.post(f"/desk/help/{row.id}/take/")
    assert dana.post(f"/desk/help/{row.id}/", seen(row, "")).status_code == 422
    said = seen(row, "Yes, from ten to four.")
    for _ in range(2):
        assert dana.post(f"/desk/help/{row.id}/", said).status_code == 302
    letter = Message.objects.get()
    assert (letter.template, letter.recipient) == ("answer_inquiry", "anna@customers.example")
    assert "Yes, from ten to four." in letter.text
    assert "Sundays" not in letter.text
    assert f"/help/{row.key}/" in letter.text
    row.refresh_from_db()
    assert (row.state, row.answer_by, row.owner) == ("answered", None, an_account("dana@mila.example"))
    for _ in range(2):
        anna.post(f"/help/{row.key}/", {"words": "Thank you, and on Mondays?"})
    row.refresh_from_db()
    assert row.state == "open"
    assert row.answer_by is not None
    assert row.lines.count() == 3
    dana.post(f"/desk/help/{row.id}/", {**seen(row, "The same."), "close": "1"})
    row.refresh_from_db()
    assert row.state == "closed"
    assert "closed" in anna.get(f"/help/{row.key}/").content.decode()


def test_what_was_written_meanwhile_is_read_before_it_is_answered_or_closed(anna: Client, dana: Client) -> None:
    anna.post("/help/", ANNA)
    row = Inquiry.objects.get()
    before = seen(row, "Yes.")
    anna.post(f"/help/{row.key}/", {"words": "And it is urgent."})
    for address in (f"/desk/help/{row.id}/", f"/desk/help/{row.id}/close/"):
        answer = dana.post(address, before, headers={"accept-language": "en"})
        assert answer.status_code == 409
        assert "Something was written meanwhile" in answer.content.decode()
        assert "And it is urgent." in answer.content.decode()
    assert dana.post(f"/desk/help/{row.id}/close/", {}).status_code == 409
    row.refresh_from_db()
    assert (row.state, Message.objects.count()) == ("open", 0)


def test_a_step_back_and_other_words_are_added(anna: Client) -> None:
    for words in ("Do you come on Sundays?", "Do you come on Sundays?", "Do you come on Mondays?"):
        anna.post("/help/", {**ANNA, "words": words, "key": "5f0c9d5e-6a0f-4c5e-9a7e-3a1f0a6c2b11"})
    row = Inquiry.objects.get()
    assert [line.words[-8:] for line in row.lines.order_by("at", "id")] == ["Sundays?", "Mondays?"]


def test_what_was_closed_long_ago_is_over(anna: Client, dana: Client) -> None:
    anna.post("/help/", ANNA)
    row = Inquiry.objects.get()
    dana.post(f"/desk/help/{row.id}/close/", seen(row))
    Inquiry.objects.update(closed_at=now() - timedelta(days=31))
    assert anna.post(f"/help/{row.key}/", {"words": "Hello?"}).status_code == 409


def test_a_helper_writes_about_a_visit_and_reads_the_answer_in_the_app(dana: Client) -> None:
    luca = a_helper("Luca")
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    phone = a_phone(luca)
    assert f"/app/help/?visit={call.id}" in phone.get(f"/app/visits/{call.id}/").content.decode()
    assert "/app/help/" in phone.get("/app/me/").content.decode()
    phone.post("/app/help/", {"words": "The bell is broken", "visit": str(call.id)})
    row = Inquiry.objects.get()
    assert (row.helper, row.call) == (luca, call)
    assert call.order_number in dana.get(f"/desk/help/{row.id}/").content.decode()
    assert str(row.id) in dana.get(f"/desk/calls/{call.id}/").content.decode()
    dana.post(f"/desk/help/{row.id}/", seen(row, "Please knock."))
    assert f"/app/help/{row.id}/" in Message.objects.get(template="answer_inquiry").text
    assert "Please knock." in phone.get(f"/app/help/{row.id}/").content.decode()
    assert Client().get(f"/help/{row.key}/").status_code == 404


def test_a_helper_does_not_read_or_name_what_is_another_s() -> None:
    luca = a_helper("Luca")
    call = a_confirmed_call(luca, now(), starts_at=in_three_days())
    a_phone(a_helper("Sara")).post("/app/help/", {"words": "Whose is it?", "visit": str(call.id)})
    row = Inquiry.objects.get()
    assert row.call is None
    assert a_phone(luca).get(f"/app/help/{row.id}/").status_code == 404


def test_a_password_is_asked_about_first() -> None:
    a_price()
    phone, said = a_phone(a_helper("Luca")), {"words": "Passwort: hunter22"}
    assert phone.post("/app/help/", said).status_code == 422
    assert phone.post("/app/help/", {**said, "is_no_password": "on"}).status_code == 302
