"""Writes messages into the outbox: once per occasion and person, however often the occasion is played again."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise, SimpleLazyObject

from mila.booking import queries as booking
from mila.booking.models import ServiceCall
from mila.booking.sheet import sheet_of
from mila.kernel.occasion import Occasion
from mila.messaging.facts import Fact, Telling, status_page, support_of
from mila.messaging.lasting import lasting
from mila.messaging.letters import Choice, Content, Paper, write_mail, write_push, write_sms
from mila.messaging.models import Channel, Message
from mila.messaging.recipients import Recipient

Facts = Callable[[Telling], list[Fact]]
Choices = Callable[[Telling], list[Choice]]


def no_facts(_telling: Telling) -> list[Fact]:
    """Return the empty table of a letter whose words say all."""
    return []


def write(
    *, to: Recipient, content: Callable[[str], Content], call: ServiceCall | None, once: str, at: datetime
) -> None:
    """Put a message into the outbox, unless the person was told on the same occasion, which `once` names."""
    with translation.override(to.language):
        made = content(to.language)
        paper = _paper(made, to)
    message = Message(
        key=f"{made.template}:{call.id if call else '-'}:{to.id}:{once}",
        call=call,
        account=to.account,
        device=to.device,
        channel=to.channel,
        recipient=to.to,
        template=made.template,
        language=to.language,
        subject=paper.subject,
        text=paper.text,
        html=paper.html,
        made_at=at,
        due_at=at,
        use_by=at + lasting(made.template).span,
    )
    sheet = sheet_of(call) if call else None
    if sheet:
        sheet.add(message)
    else:
        Message.objects.bulk_create([message], ignore_conflicts=True)


def no_choices(_telling: Telling) -> list[Choice]:
    """Return the empty row of a letter that has one button alone."""
    return []


@dataclass(frozen=True, slots=True)
class Saying:
    """Something to be said about a call: the template of its words, the label of its button, its table of facts.

    `once` names the occasion; without it, the call's stay in its stage is one occasion. `page` is the part of the
    status page that the button opens, `choices` a row of answers above it.
    """

    template: str
    label: str | Promise
    facts: Facts = no_facts
    once: str = ""
    words: Mapping[str, object] = field(default_factory=dict)
    page: str = ""
    choices: Choices = no_choices


def tell(saying: Saying, *, to: Iterable[Recipient], call: ServiceCall, now: Occasion) -> None:
    """Tell people of a call something, each in their language, with a button to the status page."""

    def content(language: str) -> Content:
        telling = Telling(call, language, now.at)
        return Content(
            template=saying.template,
            brand=call.brand,
            link=status_page(call) + saying.page,
            label=str(saying.label),
            support=support_of(call),
            words=_words(telling) | dict(saying.words),
            facts=saying.facts(telling),
            choices=saying.choices(telling),
        )

    for recipient in to:
        write(to=recipient, content=content, call=call, once=saying.once or stay(call), at=now.at)


def stay(call: ServiceCall) -> str:
    """Return the name of the call's present stay in its stage."""
    return f"{call.since:%Y%m%dT%H%M%S%f}"


def moment(now: Occasion) -> str:
    """Return the name of a moment, for what may be repeated within a stay."""
    return f"{now.at:%Y%m%dT%H%M%S%f}"


def _words(telling: Telling) -> dict[str, object]:
    # Asked for only by the templates that say them.
    return {
        "helper": SimpleLazyObject(telling.helper_name),
        "when": SimpleLazyObject(lambda: telling.when().value),
        "what": SimpleLazyObject(lambda: telling.what().value),
        "expected": SimpleLazyObject(telling.expected),
        "total": SimpleLazyObject(telling.total),
        "brand_pays": SimpleLazyObject(lambda: booking.brand_pays(telling.call)),
        "order_number": telling.call.order_number,
    }


def _paper(content: Content, to: Recipient) -> Paper:
    if to.channel == Channel.MAIL:
        return write_mail(content, to.language)
    return write_push(content) if to.channel == Channel.PUSH else write_sms(content)
