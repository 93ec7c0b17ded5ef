"""Puts a message on paper: the words from its template, the facts and the button from one layout for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.template import Context, Engine

from mila.messaging.facts import Fact
from mila.messaging.rules import paragraphs
from mila.partners.models import Brand, SupportContact

# An engine of its own: what a letter says must not hang on the doors' tags and context.
ENGINE = Engine(dirs=[str(Path(__file__).parent / "templates")], libraries={"i18n": "django.templatetags.i18n"})


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a row of links, each an answer that the page it opens shows chosen; the page alone stores it."""

    label: str
    said: str
    link: str


@dataclass(frozen=True, slots=True)
class Content:
    """What a letter holds: the template of its words, what they speak of, and where its button leads."""

    template: str
    brand: Brand
    link: str
    label: str
    support: SupportContact | None
    words: Mapping[str, object] = field(default_factory=dict)
    facts: Sequence[Fact] = ()
    choices: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A rendered letter; an SMS has text alone."""

    subject: str
    text: str
    html: str


def write_mail(content: Content, language: str) -> Paper:
    """Return the mail in the active language: the first paragraph of its template is subject and headline."""
    subject, *body = paragraphs(_render(f"{content.template}.mail.txt", _words(content), escape=False))
    sheet = {"content": content, "headline": subject, "paragraphs": body, "language": language}
    text = _render("layout.txt", sheet, escape=False).strip() + "\n"
    return Paper(subject, text, _render("layout.html", sheet, escape=True))


def write_sms(content: Content) -> Paper:
    """Return the SMS in the active language: one paragraph."""
    return Paper("", " ".join(paragraphs(_render(f"{content.template}.sms.txt", _words(content), escape=False))), "")


def write_push(content: Content) -> Paper:
    """Return the word to a device in the active language: a title, a text, and as its last line what it opens."""
    title, *body = paragraphs(_render(f"{content.template}.push.txt", _words(content), escape=False))
    return Paper(title, "\n".join(body), "")


def _words(content: Content) -> dict[str, object]:
    return {"brand": content.brand.name, "link": content.link, **content.words}


def _render(template: str, words: Mapping[str, object], *, escape: bool) -> str:
    found = ENGINE.get_template(f"messaging/{template}")
    return found.render(Context(dict(words), autoescape=escape))
