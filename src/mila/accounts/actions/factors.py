"""The second factor: an app that shows codes (RFC 6238), and recovery codes on paper."""

import secrets
from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from mila.accounts.models import Account, Authenticator, RecoveryCode
from mila.accounts.queries import needs_two_factors
from mila.accounts.sealing import seal, unseal
from mila.kernel.refusal import Refusal

SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
CODES, LETTERS = 10, 10
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # without what looks alike on paper


class CodeWrong(Refusal):
    """The code is not right, or was used."""

    code = "code_wrong"
    status = 422
    sentence = _("This code is not right. Codes change every 30 seconds and work once.")
    field = "code"


class LastWayIn(Refusal):
    """Without it the person could not come in any more."""

    code = "last_way_in"
    status = 409
    sentence = _("This is your last way in. Add another one first.")


def begin_app() -> str:
    """Return the sealed secret of an app that somebody is about to add."""
    return seal(secrets.token_bytes(SECRET_BYTES))


def app_secret(sealed: str) -> TOTP:
    """Return the generator of codes behind a sealed secret."""
    # SHA-1 is what the apps can do; the code is a truncated HMAC, for which it is sound.
    return TOTP(unseal(sealed), DIGITS, SHA1(), SECONDS, enforce_key_length=True)  # noqa: S303


@transaction.atomic
def confirm_app(*, account: Account, sealed: str, code: str, at: datetime) -> None:
    """Add the app, instead of an earlier one, once it shows the right code. Refuses a wrong code."""
    step = _step_of(sealed, code, at)
    given = {"sealed": sealed, "made_at": at, "last_step": step}
    Authenticator.objects.update_or_create(account=account, defaults=given)


@transaction.atomic
def use_app_code(*, account: Account, code: str, at: datetime) -> None:
    """Spend a code of the account's app; one half minute early or late is forgiven. Refuses wrong and spent ones."""
    app = Authenticator.objects.select_for_update().filter(account=account).first()
    if app is None:
        raise CodeWrong
    step = _step_of(app.sealed, code, at)
    if step <= app.last_step:
        raise CodeWrong
    app.last_step = step
    app.save(update_fields=["last_step"])


@transaction.atomic
def remove_app(*, account: Account) -> None:
    """Forget the app. Refuses where no passkey would be left to somebody who needs two factors."""
    Account.objects.select_for_update().get(pk=account.pk)
    if needs_two_factors(account) and not account.passkeys.exists():
        raise LastWayIn
    Authenticator.objects.filter(account=account).delete()


@transaction.atomic
def make_recovery_codes(*, account: Account) -> list[str]:
    """Return ten new recovery codes, to be shown once; earlier ones work no more."""
    Account.objects.select_for_update().get(pk=account.pk)
    codes = ["".join(secrets.choice(ALPHABET) for _n in range(LETTERS)) for _m in range(CODES)]
    account.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(account=account, code_hash=_hashed(account, one)) for one in codes])
    return [f"{one[:5]}-{one[5:]}" for one in codes]


def use_recovery_code(*, account: Account, code: str, at: datetime) -> None:
    """Spend one of the account's recovery codes, however it is written. Refuses wrong and spent ones."""
    typed = "".join(letter for letter in code.lower() if letter.isalnum())
    unused = account.recovery_codes.filter(code_hash=_hashed(account, typed), used_at=None)
    if not unused.update(used_at=at):
        raise CodeWrong


def _step_of(sealed: str, code: str, at: datetime) -> int:
    generator, present = app_secret(sealed), int(at.timestamp()) // SECONDS
    typed = "".join(code.split()).encode()
    for step in (present, present - 1, present + 1):
        try:
            generator.verify(typed, step * SECONDS)
        except InvalidToken:
            continue
        return step
    raise CodeWrong


def _hashed(account: Account, code: str) -> str:
    return salted_hmac(f"mila.recovery.{account.pk}", code, algorithm="sha256").hexdigest()
