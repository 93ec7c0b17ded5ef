import pytest
from django.test import Client
from tests.factories import a_brand, an_account

from mila.accounts.models import DeskSeat


@pytest.fixture
def desk(client: Client) -> Client:
    """Dana, who sits at the desk."""
    a_brand()
    account = an_account("dana@mila.example")
    DeskSeat.objects.create(account=account, name="Dana", role="agent")
    client.force_login(account)
    return client
