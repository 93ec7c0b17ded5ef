"""Ending sessions, and the record of what happened to somebody's ways in."""

from datetime import datetime
from uuid import UUID

from mila.accounts.models import Account, SecurityEvent, SecurityEventKind


def end_session(*, account: Account, number: UUID) -> None:
    """End one of the account's sessions; nothing happens where it is not one of theirs."""
    account.sessions.filter(number=number).delete()


def end_other_sessions(*, account: Account, this: str) -> None:
    """End all sessions of the account but the one with the key `this`."""
    account.sessions.exclude(session_key=this).delete()


def end_sessions(*, account: Account) -> None:
    """End all sessions of the account, on every device."""
    account.sessions.all().delete()


def record(*, account: Account, kind: SecurityEventKind, device: str, at: datetime) -> SecurityEvent:
    """Keep what the account's own person did to their ways in."""
    return SecurityEvent.objects.create(account=account, kind=kind, device=device[:60], at=at)


def record_by(*, account: Account, kind: SecurityEventKind, reason: str, at: datetime) -> SecurityEvent:
    """Keep what the operator did to the account's ways in, and why."""
    return SecurityEvent.objects.create(account=account, kind=kind, by_operator=True, reason=reason[:400], at=at)
