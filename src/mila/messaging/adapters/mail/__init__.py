"""Mail over SMTP."""

from contextlib import ExitStack
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from smtplib import SMTP, SMTP_SSL, SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from socket import socket
from typing import Self
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend

from mila.kernel.patience import patience
from mila.messaging.ports import CarrierAway, CarrierRefused, Letter, NotYet

PATIENCE_SECONDS = 30  # for the whole talk, well within the lease of a message
WAIT_SECONDS = 10  # for one answer of it


class Line(SMTP):
    """A talk with a mail server that ends after a while, however slowly it is answered."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket:
        self.patience = ExitStack()
        found: socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self.sock = found
        self.patience.enter_context(patience(PATIENCE_SECONDS, lambda: self.sock))
        return found

    def close(self) -> None:
        """Hang up."""
        self.patience.close()
        super().close()


class SecretLine(Line, SMTP_SSL):
    """A talk that is encrypted from the first byte."""


class Post(EmailBackend):
    """Django's way to a mail server, over lines that end."""

    @property
    def connection_class(self) -> type[SMTP]:
        """The kind of line."""
        return SecretLine if self.use_ssl else Line


@dataclass(frozen=True, slots=True)
class MailServer:
    """A mail server; `tls` starts encryption on the open connection, `ssl` encrypts it from the first byte."""

    host: str
    port: int
    user: str
    password: str
    tls: bool
    ssl: bool
    sender: str

    @property
    def shows_letters(self) -> bool:
        """Its letters are read by people."""
        return False

    @classmethod
    def at(cls, url: str, *, sender: str) -> Self:
        """Return the server of `smtp://user:password@host:port?tls=1`, or of an `smtps://` address."""
        parts = urlsplit(url)
        ssl = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (465 if ssl else 587),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls=parse_qs(parts.query).get("tls") == ["1"] and not ssl,
            ssl=ssl,
            sender=sender,
        )

    def carry(self, letter: Letter) -> None:
        """Send the letter; its Message-ID is ours, so that a second delivery can be known as one."""
        if not self.host:
            raise CarrierAway("no mail server is set up (MILA_MAIL_URL)")
        try:
            self._mail(letter).send()
        except SMTPRecipientsRefused as refused:
            code, answer = next(iter(refused.recipients.values()))
            raise _fault(code, answer) from refused
        except SMTPDataError as fault:
            raise _fault(fault.smtp_code, fault.smtp_error) from fault
        except SMTPResponseException as fault:
            raise CarrierAway(f"mail server: {fault.smtp_code} {_said(fault.smtp_error)}") from fault
        except (SMTPException, OSError) as fault:
            raise CarrierAway(f"mail server: {fault}") from fault

    def _mail(self, letter: Letter) -> EmailMultiAlternatives:
        address = parseaddr(self.sender)[1]
        host = address.rpartition("@")[2]
        mail = EmailMultiAlternatives(
            subject=letter.subject,
            body=letter.text,
            from_email=formataddr((letter.sender, address)) if letter.sender else self.sender,
            to=[letter.recipient],
            headers={
                "Message-ID": f"<{letter.id}@{host}>",
                "Auto-Submitted": "auto-generated",
                "Content-Language": letter.language,
            },
            connection=Post(
                host=self.host,
                port=self.port,
                username=self.user,
                password=self.password,
                use_tls=self.tls,
                use_ssl=self.ssl,
                timeout=WAIT_SECONDS,
            ),
        )
        mail.attach_alternative(letter.html, "text/html")
        return mail


def _said(answer: bytes | str) -> str:
    return answer.decode(errors="replace") if isinstance(answer, bytes) else answer


def _fault(code: int, answer: bytes | str) -> Exception:
    sentence = f"mail server: {code} {_said(answer)}"
    if code == 421:  # it closes the line, whoever the letter is for
        return CarrierAway(sentence)
    # Wrong credentials (53x) are the operator's to mend, not the letter's fault.
    return CarrierRefused(sentence) if 550 <= code <= 559 else NotYet(sentence)
