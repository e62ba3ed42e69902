# SPDX-License-Identifier: Apache-2.0
"""Values of variables: what is given, else a default, as the type that the code asks for.

Source: https://developer.hashicorp.com/terraform/language/values/variables
"""

import json
from collections.abc import Mapping
from fractions import Fraction

from bartizan.errors import InputError, Location
from bartizan.model.record import Json
from bartizan.sources.terraform.evaluator.configuration import Body
from bartizan.sources.terraform.evaluator.constraint import ANY, Constraint, constraint
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    mapping,
    null,
    number,
    sequence,
    text,
    truth,
)
from bartizan.sources.terraform.evaluator.decode import refused, value
from bartizan.sources.terraform.evaluator.kind import Primitive
from bartizan.sources.terraform.evaluator.large import TooLargeError
from bartizan.sources.terraform.evaluator.parse import bare, expression
from bartizan.sources.terraform.evaluator.scope import Scope
from bartizan.sources.terraform.source.syntax import Argument, File, arguments

Given = Datum | str
"""What is given: a value, or text of the command line whose reading rests on the type."""


def constrained(body: Body, scope: Scope) -> Constraint:
    """Return the type that a variable has.

    Raises:
        InputError: it is none.
    """
    argument = body.arguments.get("type")
    if argument is None:
        return ANY
    at = body.at_argument("type")
    return constraint(
        bare(argument.file, argument.value), lambda written: value(written, scope, at), at
    )


def taken(body: Body, given: Given | None, scope: Scope) -> Datum:
    """Return the value of a variable of which `given` is what is given, None for nothing.

    Raises:
        InputError: it needs a value and has none, or the value does not fit.
    """
    told = constrained(body, scope)
    name = body.labels[0]
    default = body.expression("default")
    fallback = None
    if default is not None:
        at = body.at_argument("default")
        fallback = _fitted(told, value(default, scope, at), at)
    if isinstance(given, str):
        given = _written(given, told, body, scope)
    if given is None:
        if fallback is None:
            raise InputError(
                f"terraform refuses the code: the variable `{name}` has no value",
                at=body.at,
                hint="give it: `--var NAME=VALUE` or `--var-file FILE`",
            )
        return fallback
    found = _fitted(told, given, body.at)
    if found.null and not _flag(body, "nullable", scope, default=True):
        if fallback is None:
            raise refused(f"the variable `{name}` may not be null", body.at)
        return fallback
    return found


def sensitive(body: Body, scope: Scope) -> bool:
    """Tell whether a variable or output is called sensitive."""
    return _flag(body, "sensitive", scope, default=False)


def _flag(body: Body, name: str, scope: Scope, *, default: bool) -> bool:
    written = body.expression(name)
    if written is None:
        return default
    found = value(written, scope, body.at_argument(name)).value
    return found if isinstance(found, bool) else default


def _fitted(told: Constraint, given: Datum, at: Location) -> Datum:
    try:
        return told.taken(given)
    except RefusedError as error:
        raise refused(str(error), at) from error


def _written(given: str, told: Constraint, body: Body, scope: Scope) -> Datum:
    """Read text of the command line: as it is for a text, number or truth value, else as code."""
    primitive = isinstance(told.kind, Primitive) and told.kind.name != "dynamic"
    if primitive or "type" not in body.arguments:
        return text(given)
    name = f"value of `{body.labels[0]}`"
    file = File.parse(name, f"x = {given}\n".encode())
    held = arguments(file)
    if file.broken is not None or set(held) != {"x"}:
        raise InputError("no value of the language", at=Location(name))
    return _constant(file, held["x"], scope, Location(name))


def of_file(file: File, scope: Scope) -> Mapping[str, Datum]:
    """Return the values that a file of values holds.

    Raises:
        InputError: it is no such file.
    """
    if (place := file.broken) is not None:
        raise InputError("no file of values", at=Location(file.name, place.line))
    found = {}
    for name, argument in arguments(file).items():
        at = Location(file.name, argument.node.start_point.row + 1)
        found[name] = _constant(file, argument, scope, at)
    return found


def _constant(file: File, argument: Argument, scope: Scope, at: Location) -> Datum:
    """Return a value that is given; what is wrong with one is not told, as it may be a secret."""
    try:
        return value(expression(file, argument.value), scope, at)
    except TooLargeError:
        raise
    except InputError:
        raise InputError("no value of the language", at=at) from None


def of_json(told: Json) -> Datum:
    """Return a value that is written in JSON."""
    if isinstance(told, bool):
        return truth(told)
    if isinstance(told, int | float):
        return number(Fraction(json.dumps(told)))
    if isinstance(told, str):
        return text(told)
    if isinstance(told, list):
        return sequence([of_json(one) for one in told])
    if isinstance(told, dict):
        return mapping({name: of_json(one) for name, one in told.items()})
    return null()
