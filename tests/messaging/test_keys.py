import pytest
from tests.messaging.rows import NOW, a_brand, a_call, a_party, an_account, later, the_message

from mila.messaging import actions
from mila.messaging.models import Message

pytestmark = pytest.mark.django_db


def test_a_sign_in_link_goes_to_the_account_once_per_link() -> None:
    a_brand()
    account = an_account("luca@helpers.example", "en")
    for path in ("/app/sign-in/one/", "/app/sign-in/one/", "/app/sign-in/two/"):
        actions.send_sign_in_link(account=account, url_path=path, now=NOW)
    first, second = Message.objects.order_by("id")
    assert "http://127.0.0.1:8000/app/sign-in/one/" in first.text
    assert "/app/sign-in/two/" in second.text
    assert "15 minutes" in first.text


def test_a_code_goes_to_the_payers_mail_with_the_price_it_says_yes_to() -> None:
    assert actions.send_code(call=a_call(), code="482913", purpose="sign_off", now=NOW) == "mail"
    text = the_message("paul.canary@example.org").text
    assert "482913" in text
    assert "118.90" in text


def test_a_code_goes_to_the_phone_where_there_is_no_mail() -> None:
    call = a_call()
    call.payer = a_party(call.brand, "Rosa", phone="+41790000001")
    assert actions.send_code(call=call, code="482913", purpose="cancel", now=NOW) == "sms"
    assert "482913" in the_message("+41790000001").text


def test_a_second_code_is_a_second_message() -> None:
    call = a_call()
    actions.send_code(call=call, code="111111", purpose="cancel", now=NOW)
    actions.send_code(call=call, code="222222", purpose="cancel", now=later(seconds=40))
    assert Message.objects.count() == 2
