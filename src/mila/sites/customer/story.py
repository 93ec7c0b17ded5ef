"""What each stage of a call means to the customer, in honest words."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mila.booking.models import Stage

S = Stage

WITH_HELPER = (S.ACCEPTED, S.CONTACTED, S.CONFIRMED)
AT_WORK = (S.ON_THE_WAY, S.ARRIVED, S.WORKING)
MOVABLE = (S.REQUESTED, *WITH_HELPER, S.STRANDED)
OVER = (S.CANCELLED, S.ABANDONED, S.UNSERVED)
FINAL = (*OVER, S.CLOSED)
RATEABLE = (S.SIGNED_OFF, S.UNPAID, S.CHARGED, S.CLOSED)
CANCELLABLE = (S.DRAFTED, S.REQUESTED, *WITH_HELPER, S.PAUSED, S.ON_THE_WAY, S.ARRIVED, S.STRANDED)
MAY_SEE_WORK = (S.ARRIVED, S.WORKING, S.DONE, *RATEABLE)
SEES_HELPER = (*WITH_HELPER, S.PAUSED, *AT_WORK, S.DONE, *RATEABLE)
TOLD_OF_SEARCH = (S.REQUESTED, *WITH_HELPER, S.STRANDED, S.UNSERVED)
MAY_CHANGE = (S.CONTACTED, S.CONFIRMED, *AT_WORK, S.DONE)
MAY_PHONE = (*WITH_HELPER, S.PAUSED, *AT_WORK)
SEES_FACE = (*MAY_PHONE, S.DONE)

COURSE: tuple[tuple[str | Promise, str, tuple[Stage, ...], tuple[str, ...]], ...] = (
    (gettext_lazy("Order"), "list", (S.DRAFTED,), ("secure",)),
    (gettext_lazy("Looking for somebody"), "search", (S.REQUESTED,), ("search_opened",)),
    (gettext_lazy("Helper found"), "user", (S.ACCEPTED, S.CONTACTED), ("accept", "assign")),
    (gettext_lazy("Confirmed"), "calendar", (S.CONFIRMED, S.PAUSED), ("confirm", "contact")),
    (gettext_lazy("On the way"), "car", (S.ON_THE_WAY,), ("set_out",)),
    (gettext_lazy("At work"), "tools", (S.ARRIVED, S.WORKING), ("finish",)),
    (gettext_lazy("Sign-off"), "sign", (S.DONE,), ("sign_off", "sign_off_by_silence")),
    (gettext_lazy("Payment"), "wallet", (S.SIGNED_OFF, S.UNPAID), ("charge", "bill_brand")),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a headline is made of; `name` is the helper's first name.

    `alone` is who was wished for with nobody else; `waits_for_choice` once that one cannot come.
    """

    name: str
    asked: int
    desk_told: bool
    rests_until: str
    replacing: bool
    declined: bool
    objected: bool
    wished_for: str
    alone: str = ""
    waits_for_choice: bool = False
    waits_at_door: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """The headline of the page, a sentence or two below it, and its icon."""

    title: str
    text: str
    icon: str


def tell(stage: Stage, facts: Facts) -> Told:
    """Return what the stage means, said to the customer."""
    if stage == S.DONE and facts.objected:
        sentence = _("We look into it and get in touch with you. Nothing is charged until you sign off.")
        return Told(_("You told us that something is not right"), sentence, "warning")
    if stage in SEES_HELPER:
        return _about_visit(stage, facts)
    if stage == S.REQUESTED:
        return Told(_("We are looking for somebody near you"), _search(facts), "search")
    if stage == S.DRAFTED:
        return Told(_("One more step: how you pay"), _means(facts), "wallet")
    return _over(stage)


def _about_visit(stage: Stage, facts: Facts) -> Told:
    name = {"name": facts.name}
    before = _("You can call if there is anything.")
    at_door = before if facts.waits_at_door else _("Go over the work together before it begins.")
    told = {
        S.ACCEPTED: (_("%(name)s is coming"), _("%(name)s will call you soon to go over the work."), "user"),
        S.CONTACTED: (_("%(name)s is coming"), _("You have spoken; %(name)s confirms a day before."), "user"),
        S.CONFIRMED: (_("%(name)s has confirmed"), _("You need not do anything until the visit."), "calendar"),
        S.PAUSED: (
            _("Your visit is paused"),
            _("The bank has not reserved the amount. Secure the payment, and the visit goes on."),
            "warning",
        ),
        S.ON_THE_WAY: (_("%(name)s is on the way"), before, "car"),
        S.ARRIVED: (_("%(name)s is at your door"), at_door, "door"),
        S.WORKING: (_("%(name)s is at work"), _("Here you see what is done already."), "tools"),
        S.DONE: (
            _("The work is done: please sign off"),
            _("Check the work and the price. After that, you pay."),
            "sign",
        ),
        S.SIGNED_OFF: (_("Thank you"), _("You have signed off. The payment is being collected."), "wallet"),
        S.UNPAID: (
            _("The payment did not go through"),
            _("Please pay with another means. It takes a minute."),
            "warning",
        ),
        S.CHARGED: (_("All done, and paid"), _("Thank you for your trust."), "check"),
        S.CLOSED: (_("All done"), _("Thank you for your trust."), "check"),
    }
    title, text, icon = told[stage]
    extra = " " + _("In case it does not work out, we are looking for somebody else at the same time.")
    return Told(title % name, text % name + (extra if facts.replacing else ""), icon)


def _search(facts: Facts) -> str:
    if facts.rests_until:
        sentence = _("At night we wake nobody: the search goes on at %(time)s. You can close this page.")
        return sentence % {"time": facts.rests_until}
    if facts.desk_told:
        return _("Still searching: everybody nearby has been asked. We keep asking, and our team knows about it.")
    if facts.wished_for or facts.alone:
        return _by_name(facts)
    if not facts.asked:
        return _("The first helper is being asked. You can close this page; we will write to you.")
    return _("One after another is asked and has two minutes to answer. You can close this page; we will write to you.")


def _by_name(facts: Facts) -> str:
    if facts.waits_for_choice:
        sentence = _("%(name)s cannot come at this time, and nobody else was asked. Please choose how we go on.")
    elif facts.alone:
        sentence = _("%(name)s is asked, and nobody else. We write to you.")
    else:
        sentence = _("%(name)s is asked first, and alone. If it does not suit, we ask others nearby.")
    return sentence % {"name": facts.alone or facts.wished_for}


def _means(facts: Facts) -> str:
    if facts.declined:
        return _(
            "The bank did not accept these means of payment. Nothing was charged. Please try again or take others."
        )
    return _("Nothing is charged now: you pay after the work, when you have signed off. Then the search begins.")


def _over(stage: Stage) -> Told:
    told = {
        S.STRANDED: (
            _("Sorry, this visit has not worked out"),
            _("Our team knows and is looking for another solution. Call us, or cancel; nothing was charged."),
            "warning",
        ),
        S.CANCELLED: (_("This booking is cancelled"), _("Nobody comes. We hope to see you again."), "x"),
        S.ABANDONED: (
            _("This booking was not completed"),
            _("No means of payment was saved in time. Nothing was charged; you can book again at any time."),
            "clock",
        ),
        S.UNSERVED: (
            _("We are sorry: nobody was free"),
            _("We asked everybody who fits, and nobody could come. Nothing was charged. Another time may work."),
            "calendar",
        ),
    }
    return Told(*told[stage])


def place_on_course(stage: Stage) -> int | None:
    """Return how many steps of the course are behind the call; None where it went another way."""
    for number, (_name, _icon, stages, _steps) in enumerate(COURSE):
        if stage in stages:
            return number
    return len(COURSE) if stage in (S.CHARGED, S.CLOSED) else None
