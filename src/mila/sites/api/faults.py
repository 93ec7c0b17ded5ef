"""From what the validation found to problem details, in plain and translated words."""

from collections.abc import Mapping, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mila.sites.api.problems import Fault, IdempotencyKeyMissing, Invalid, NotFound, ParameterInvalid, Problem

IDEMPOTENCY_KEY = "Idempotency-Key"
WORDS: Mapping[str, Promise] = {
    "missing": gettext_lazy("This is missing."),
    "extra_forbidden": gettext_lazy("This is not known here."),
    "string_type": gettext_lazy("This has to be a text."),
    "int_type": gettext_lazy("This has to be a whole number."),
    "bool_type": gettext_lazy("This has to be true or false."),
    "string_too_long": gettext_lazy("This is too long."),
    "string_too_short": gettext_lazy("This is too short."),
    "too_long": gettext_lazy("These are too many."),
    "too_short": gettext_lazy("These are too few."),
}


def problem_of(errors: Sequence[Mapping[str, object]]) -> Problem:
    """Return the problem that the errors of a validation are, each with its place.

    An address that names nothing is not found; parameters are answered with 400, the body with 422.
    """
    places = [_place(error) for error in errors]
    faults = [Fault(_pointer(place), _why(error)) for place, error in zip(places, errors, strict=True)]
    kinds = {place[0] for place in places}
    if "path" in kinds:
        return NotFound()
    if any(place == ("header", IDEMPOTENCY_KEY) and error["type"] == "missing" for place, error in _pairs(errors)):
        return IdempotencyKeyMissing(faults=faults)
    return Invalid(faults=faults) if kinds == {"body"} else ParameterInvalid(faults=faults)


def _pairs(errors: Sequence[Mapping[str, object]]) -> list[tuple[tuple[str, ...], Mapping[str, object]]]:
    return [(_place(error), error) for error in errors]


def _place(error: Mapping[str, object]) -> tuple[str, ...]:
    found = error["loc"]
    return tuple(str(part) for part in found) if isinstance(found, tuple) else ("body",)


def _pointer(place: tuple[str, ...]) -> str:
    """Return a JSON pointer into the body (RFC 6901), or the name of the parameter."""
    if place[0] != "body":
        return place[-1]
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in place[2:])


def _why(error: Mapping[str, object]) -> str:
    found = WORDS.get(str(error["type"]))
    return str(found) if found else _("This is not valid.")
