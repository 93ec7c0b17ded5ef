"""Sessions as the framework keeps them, with whose they are, since when, on what device: so that they can be shown."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import QuerySet

from mila.accounts.models import Session
from mila.sites.now import unpushed
from mila.worded import worded

DEVICE, NETWORK = "device", "network"


class SessionStore(DatabaseStore):
    """The framework's store over our own rows; `row` is the row as it was read, if it was."""

    row: Session | None = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return whose rows they are."""
        return Session

    def _get_session_from_db(self) -> Session | None:
        self.row = next(iter(_sessions(str(self.session_key), unpushed())), None)
        if self.row is None:
            self._session_key = None
        return self.row

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be written: its times go on as long as the same account uses the same key."""
        made = Session(
            session_key=self._get_or_create_session_key(),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
            account_id=UUID(data[SESSION_KEY]) if SESSION_KEY in data else None,
            device=data.get(DEVICE, ""),
            network=data.get(NETWORK, ""),
            signed_in_at=unpushed(),
            last_seen_at=unpushed(),
        )
        before = self.row
        if before and (before.session_key, before.account_id) == (made.session_key, made.account_id):
            made.number, made.signed_in_at = before.number, before.signed_in_at
            made.last_seen_at = before.last_seen_at
        self.row = made
        return made


@worded
def _sessions(key: str, at: datetime) -> QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=at)
