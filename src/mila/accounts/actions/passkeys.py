"""Passkeys (WebAuthn): asking a browser for one, adding it, coming in by it."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from mila.accounts.actions.factors import LastWayIn
from mila.accounts.models import Account, Authenticator, Passkey
from mila.accounts.queries import needs_two_factors
from mila.kernel.refusal import Refusal

AT_MOST, NAME_AT_MOST, ANSWER_AT_MOST = 20, 60, 20_000
VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """For whom a passkey is: a domain, and the one address under it from which the browser may answer."""

    domain: str
    origin: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a browser answered, in JSON, to a challenge for a relying party."""

    party: RelyingParty
    challenge: bytes
    text: str


class PasskeyUnfit(Refusal):
    """What the browser answered cannot be used as a new passkey."""

    code = "passkey_unfit"
    status = 422
    sentence = _("That did not work: the passkey was not added. Please try once more.")


class PasskeyUnknown(Refusal):
    """What the browser answered opens no account."""

    code = "passkey_unknown"
    status = 422
    sentence = _("That did not work: this passkey opens no account here.")


def options_to_add(*, account: Account, party: RelyingParty, challenge: bytes) -> str:
    """Return in JSON what the browser is asked for to make a passkey that verifies its person."""
    known = [PublicKeyCredentialDescriptor(id=bytes(one.credential)) for one in account.passkeys.all()]
    options = generate_registration_options(
        rp_id=party.domain,
        rp_name="Mila",
        user_id=account.pk.bytes,
        user_name=account.email,
        challenge=challenge,
        exclude_credentials=known,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
    )
    return options_to_json(options)


def options_to_use(*, party: RelyingParty, challenge: bytes) -> str:
    """Return in JSON what the browser is asked for to show any of its passkeys; no account is named."""
    options = generate_authentication_options(rp_id=party.domain, challenge=challenge, user_verification=VERIFIED)
    return options_to_json(options)


def add_passkey(*, account: Account, answer: Answer, name: str, at: datetime) -> Passkey:
    """Add the passkey that the browser made for the challenge. Refuses what is not one, and more than 20."""
    if len(answer.text) > ANSWER_AT_MOST or account.passkeys.count() >= AT_MOST:
        raise PasskeyUnfit
    try:
        made = verify_registration_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_rp_id=answer.party.domain,
            expected_origin=answer.party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as fault:
        raise PasskeyUnfit from fault
    if Passkey.objects.filter(credential=made.credential_id).exists():
        raise PasskeyUnfit
    return Passkey.objects.create(
        account=account,
        credential=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        name=name.strip()[:NAME_AT_MOST] or str(_("Passkey")),
        made_at=at,
    )


@transaction.atomic
def use_passkey(*, answer: Answer, at: datetime) -> Account:
    """Return the account whose passkey answered the challenge. Refuses unknown ones, and copies of a key."""
    passkey = _passkey_of(answer.text)
    try:
        shown = verify_authentication_response(
            credential=answer.text,
            expected_challenge=answer.challenge,
            expected_rp_id=answer.party.domain,
            expected_origin=answer.party.origin,
            credential_public_key=bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as fault:
        raise PasskeyUnknown from fault
    passkey.sign_count, passkey.used_at = shown.new_sign_count, at
    passkey.save(update_fields=["sign_count", "used_at"])
    return passkey.account


def rename_passkey(*, account: Account, passkey_id: UUID, name: str) -> None:
    """Give one of the account's passkeys another name; nothing happens where it is not theirs, or the name empty."""
    if wanted := name.strip()[:NAME_AT_MOST]:
        account.passkeys.filter(pk=passkey_id).update(name=wanted)


@transaction.atomic
def remove_passkey(*, account: Account, passkey_id: UUID) -> bool:
    """Forget one of the account's passkeys, and tell whether there was one. Refuses to take the last way in.

    Who needs two factors keeps another passkey or an app with a password; all others keep the link by mail.
    """
    account = Account.objects.select_for_update().get(pk=account.pk)
    others = account.passkeys.exclude(pk=passkey_id).exists()
    has_app = Authenticator.objects.filter(account=account).exists() and account.has_usable_password()
    if needs_two_factors(account) and not others and not has_app:
        raise LastWayIn
    removed, _rows = account.passkeys.filter(pk=passkey_id).delete()
    return removed > 0


def _passkey_of(answer: str) -> Passkey:
    try:
        credential = base64url_to_bytes(str(json.loads(answer[:ANSWER_AT_MOST])["id"]))
    except (ValueError, KeyError, TypeError) as fault:
        raise PasskeyUnknown from fault
    rows = Passkey.objects.select_for_update(of=("self",)).select_related("account")
    passkey = rows.filter(credential=credential, account__is_active=True).first()
    if passkey is None:
        raise PasskeyUnknown
    return passkey
