"""Reading the interface's own description, so that the documentation can never say anything else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mila.booking.times import AlreadyAsked, NothingAsked
from mila.journey.actions import NoRecommendation, NoSupply, TimeTaken, TimeTooSoon, TooLateToSeek
from mila.kernel.refusal import Refusal
from mila.payments.actions import OrderedAlready, OrderTaken, ReturnUnfit, SaleDiffers, TotalUnfit
from mila.sites.api.problems import Problem

Schema = dict[str, Any]
DEEPEST = 3
OF_TIMES: tuple[type[Refusal], ...] = (AlreadyAsked, NothingAsked, NoSupply, TimeTaken, TimeTooSoon, TooLateToSeek)
OF_SALES: tuple[type[Refusal], ...] = (
    NoRecommendation,
    OrderTaken,
    OrderedAlready,
    SaleDiffers,
    TotalUnfit,
    ReturnUnfit,
)


@dataclass(frozen=True, slots=True)
class Field:
    """A member of a body or a parameter, with its path from the top."""

    name: str
    kind: str
    required: bool
    says: str


@dataclass(frozen=True, slots=True)
class Operation:
    """An address with a method, as the documentation shows it."""

    name: str
    method: str
    path: str
    summary: str
    paragraphs: list[str]
    parameters: list[Field]
    takes: list[Field]
    gives: list[Field]
    answers: list[str]
    example: str


def groups(schema: Schema) -> list[tuple[str, list[Operation]]]:
    """Return the operations under their headings, in the order of the interface."""
    found: dict[str, list[Operation]] = {}
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            found.setdefault(told["tags"][0], []).append(_operation(schema, path, method, told))
    return list(found.items())


def problems_known() -> list[type[Refusal]]:
    """Return the door's own problems and what the journey refuses about times and sales, by status."""
    return sorted([*Problem.__subclasses__(), *OF_TIMES, *OF_SALES], key=lambda kind: (kind.status, kind.code))


def example_of(schema: Schema, shape: Schema) -> Any:  # noqa: ANN401 - any JSON
    """Return an example of a shape: what its members name as examples, and of the rest what is required."""
    shape = _resolved(schema, shape)
    if "examples" in shape:
        return shape["examples"][0]
    for one_of in ("oneOf", "anyOf"):
        if one_of in shape:
            return example_of(schema, shape[one_of][0])
    if shape.get("type") == "object":
        wanted = shape.get("required", [])
        members = shape.get("properties", {})
        shown = {name: member for name, member in members.items() if name in wanted or "examples" in member}
        return {name: example_of(schema, member) for name, member in shown.items()}
    if shape.get("type") == "array":
        return [example_of(schema, shape["items"])]
    return shape.get("const", shape.get("default", ""))


def _operation(schema: Schema, path: str, method: str, told: Schema) -> Operation:
    takes = _content(told.get("requestBody", {}))
    gives = next(_content(answer) for status, answer in told["responses"].items() if int(status) < 400)
    parameters = [_parameter(schema, one) for one in told.get("parameters", [])]
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=told["summary"],
        paragraphs=[" ".join(part.split()) for part in told.get("description", "").split("\n\n") if part.strip()],
        parameters=parameters,
        takes=list(_fields(schema, takes)) if takes else [],
        gives=list(_fields(schema, gives)),
        answers=[str(status) for status in told["responses"]],
        example=_curl(schema, path, method, told, takes),
    )


def _curl(schema: Schema, path: str, method: str, told: Schema, takes: Schema) -> str:
    lines = [f'curl -X {method.upper()} "{schema["servers"][0]["url"]}{path}"', '  -H "Authorization: Bearer $KEY"']
    if any(one["in"] == "header" for one in told.get("parameters", [])):
        lines.append('  -H "Idempotency-Key: $(uuidgen)"')
    if takes:
        body = json.dumps(example_of(schema, takes), ensure_ascii=False)
        lines += ['  -H "Content-Type: application/json"', f"  -d '{body}'"]
    return " \\\n".join(lines)


def _content(told: Schema) -> Schema:
    contents: list[Schema] = list(told.get("content", {}).values())
    shape: Schema = contents[0]["schema"] if contents else {}
    return shape


def _parameter(schema: Schema, told: Schema) -> Field:
    shape = told["schema"]
    says = told.get("description") or shape.get("description", "")
    return Field(f"{told['name']} ({told['in']})", _kind(schema, shape), bool(told.get("required")), says)


def _fields(schema: Schema, shape: Schema, prefix: str = "", depth: int = 0) -> Iterator[Field]:
    shape = _resolved(schema, shape)
    required = shape.get("required", [])
    for name, member in shape.get("properties", {}).items():
        yield Field(prefix + name, _kind(schema, member), name in required, member.get("description", ""))
        inner, mark = _inner(schema, member)
        if depth < DEEPEST and inner:
            yield from _fields(schema, inner, f"{prefix}{name}{mark}.", depth + 1)


def _inner(schema: Schema, member: Schema) -> tuple[Schema, str]:
    """Return the shape of the objects inside a member, if it holds any, and how its path is marked."""
    for shape in _choices(member):
        found = _resolved(schema, shape)
        if found.get("type") == "object":
            return found, ""
        if found.get("type") == "array" and "$ref" in found.get("items", {}):
            return found["items"], "[]"
    return {}, ""


def _choices(member: Schema) -> list[Schema]:
    found: list[Schema] = member.get("oneOf") or member.get("anyOf") or [member]
    return found


def _kind(schema: Schema, member: Schema) -> str:
    kinds = [_resolved(schema, shape) for shape in _choices(member)]
    return " or ".join(dict.fromkeys(_word(kind) for kind in kinds))


def _word(shape: Schema) -> str:
    if "enum" in shape:
        return " or ".join(f"“{value}”" for value in shape["enum"])
    if "const" in shape:
        return f"“{shape['const']}”"
    return str(shape.get("format") or shape.get("type", "any"))


def _resolved(schema: Schema, shape: Schema) -> Schema:
    while "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]]
    return shape
