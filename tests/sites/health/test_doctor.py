import io
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import Tags, run_checks
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import override_settings
from tests.factories import a_brand, a_country, a_price

from mila.sites.health import findings
from mila.sites.health.findings import Weight

pytestmark = pytest.mark.django_db
SOUND: dict[str, Any] = {
    "MODE": "production",
    "SECRET_KEY": "qv0Xh3mZ8sLr2Tn6Wb9Ke4Yc1Ud7Jf5Ga0Pi8RoQw7",
    "PUBLIC_URL": "https://visits.example",
    "ALLOWED_HOSTS": ["visits.example"],
    "MILA_BANK": "real",
    "MILA_MAIL_URL": "smtp://mail.example:587",
    "MILA_SMS_URL": "https://sms.example",
    "MILA_METRICS_TOKEN": "token-of-the-watcher-1",
}


@pytest.fixture(autouse=True)
def production(tmp_path: Path) -> Any:
    a_price(a_brand())
    tmp_path.chmod(0o711)
    with override_settings(**SOUND, STATE=tmp_path):
        yield


def doctor(**options: object) -> str:
    said = io.StringIO()
    call_command("doctor", stdout=said, **options)
    return said.getvalue()


def found(weight: Weight) -> list[str]:
    return [one.sentence for one in findings.findings() if one.weight == weight]


def test_a_sound_installation_has_nothing_to_mend() -> None:
    assert "Not checked: whether this machine's clock" in doctor()
    assert found(Weight.FATAL) + found(Weight.FAULT) == []


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("SECRET_KEY", "short", "MILA_SECRET_KEY"),
        ("SECRET_KEY", "a" * 60, "MILA_SECRET_KEY"),
        ("PUBLIC_URL", "http://visits.example", "https://"),
        ("ALLOWED_HOSTS", ["*"], "MILA_HOSTS"),
        ("DEBUG", True, "DEBUG"),
        ("MILA_BANK", "test", "MILA_BANK"),
        ("MILA_BANK", "", "MILA_BANK"),
        ("MILA_MAIL_URL", "", "MILA_MAIL_URL"),
    ],
)
def test_unsafe_settings_forbid_to_start_production(name: str, value: object, word: str) -> None:
    with override_settings(**{name: value}):
        (sentence,) = found(Weight.FATAL)
        assert word in sentence
        with pytest.raises(CommandError, match="1 to be mended"):
            doctor(before_start=True)
    with override_settings(**{name: value}, MODE="demonstration"):
        assert word in doctor()


def test_a_state_folder_that_others_may_write_or_read_is_found(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0o644)
    assert ["can be written" in found(Weight.FATAL)[0], "is open to others" in found(Weight.FATAL)[1]] == [True, True]


def test_waiting_migrations_are_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'doors'")
    assert "migrations wait, the first is doors.0001_heartbeat" in found(Weight.FATAL)[0]


def test_a_database_too_old_for_this_version_is_found_and_not_migrated() -> None:
    with connection.cursor() as cursor:
        cursor.execute("delete from django_migrations where app = 'visit' and name = '0012_further_visits'")
    (sentence,) = found(Weight.FATAL)
    assert "lacks visit.0012_further_visits and 0 more" in sentence
    (said,) = run_checks(tags=[Tags.database], databases=["default"])  # which `migrate` looks at first
    assert "Start the last version before" in said.msg


def test_a_ledger_that_does_not_balance_is_found() -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(
            "insert into payments_entry (id, posting_id, account, amount, currency)"
            " values (gen_random_uuid(), gen_random_uuid(), 'psp:clearing', 5, 'CHF')"
        )
    assert found(Weight.FATAL) == ["The ledger does not balance: 5 CHF (minor units) too much."]
    with connection.cursor() as cursor:
        cursor.execute("truncate payments_entry")


def test_who_cannot_work_is_found_and_stops_no_start() -> None:
    a_brand("empty", is_own=False)
    a_country().legal_entities.all().delete()
    sentences = found(Weight.FAULT)
    assert sentences[0].startswith("CH has no legal entity")
    assert sentences[1].startswith("The brand empty has no price")
    doctor(before_start=True)
    with pytest.raises(CommandError):
        doctor()
