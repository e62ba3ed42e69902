# SPDX-License-Identifier: Apache-2.0
"""Calls of functions, those included that Terraform evaluates itself: `try`, `can`,
`templatefile`.

Source: https://developer.hashicorp.com/terraform/language/functions
"""

from collections.abc import Iterator

from msgspec import structs

from bartizan.errors import InputError, Location
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import bare_mark, unmarked
from bartizan.sources.terraform.evaluator.expression import (
    Attribute,
    Call,
    Expression,
    Index,
    Literal,
    Reference,
    Variable,
    parts,
)
from bartizan.sources.terraform.evaluator.functions import FUNCTIONS
from bartizan.sources.terraform.evaluator.functions.place import UnreadError
from bartizan.sources.terraform.evaluator.kind import BOOL, DYNAMIC, Collection, Tuple
from bartizan.sources.terraform.evaluator.loops import Evaluate
from bartizan.sources.terraform.evaluator.parse import file_template
from bartizan.sources.terraform.evaluator.scope import Scope
from bartizan.sources.terraform.evaluator.stand_in import told

_UNMODELLED = frozenset({"templatestring"})


def call(expression: Call, scope: Scope, evaluate: Evaluate) -> Datum:
    """Return what a function returns; unknown where that cannot be told.

    Raises:
        InputError: there is no such function.
        RefusedError: Terraform surely refuses the call.
    """
    name = expression.name
    if name in ("try", "can"):
        return _attempted(expression, scope, evaluate)
    if name in _UNMODELLED or name.startswith("provider::"):
        scope.budget.doubts += 1
        return unknown(DYNAMIC, f"function `{name}`")
    if name != "templatefile" and name not in FUNCTIONS:
        raise InputError(f"there is no function `{name[:100]}`", at=expression.place)
    arguments = [evaluate(one, scope) for one in expression.arguments]
    if expression.expanded:
        last = arguments.pop()
        rest = _expanded(last)
        if rest is None:
            return unknown(DYNAMIC, last.why).marked(last)
        arguments += rest
    if name == "templatefile":
        return _templatefile(arguments, expression.place, scope, evaluate)
    return _of_function(expression, arguments, scope)


def _of_function(expression: Call, arguments: list[Datum], scope: Scope) -> Datum:
    name = expression.name
    returned, made_up = told(name, lambda given: FUNCTIONS[name](given, scope.place), arguments)
    found = scope.sure(returned, *arguments)
    known = all(one.wholly_known for one in arguments)
    # What is made of a stand-in not even Terraform could tell: that has no reason.
    if known and not made_up and not found.known and not found.why:
        return structs.replace(found, why=f"{expression.place}: `{name}`")
    return found


def _expanded(last: Datum) -> list[Datum] | None:
    """Return the arguments that a list stands for; None where they are not known."""
    if last.null:
        raise RefusedError("null in the place of arguments")
    kind = last.kind
    listed = isinstance(kind, Tuple) or (isinstance(kind, Collection) and kind.name != "map")
    if not listed and kind != DYNAMIC:
        raise RefusedError("no list in the place of arguments")
    return [one.marked(last) for one in last.parts()] if last.known else None


def _attempted(expression: Call, scope: Scope, evaluate: Evaluate) -> Datum:
    """Return the first argument that is not refused, or whether it is refused.

    Nothing is told of an argument that rests on what is unknown, whether it is refused or not.
    """
    if not expression.arguments or expression.expanded:
        return unknown(DYNAMIC, f"{expression.place}: `{expression.name}`")
    if expression.name == "can" and len(expression.arguments) > 1:
        raise RefusedError("`can` takes one argument")
    for argument in expression.arguments:
        hidden = next(_hidden(argument, scope, evaluate), None)
        found: Datum | None = None
        doubts = scope.budget.doubts
        if hidden is None:
            try:
                found = evaluate(argument, scope)
            except RefusedError:
                if expression.name == "can":
                    return truth(False)  # noqa: FBT003 - a value
                continue
            hidden = next(found.unknowns(), None)
        if hidden is not None or found is None or scope.budget.doubts > doubts:
            why = hidden.why if hidden else ""
            kind = BOOL if expression.name == "can" else DYNAMIC
            return unknown(kind, why).marked(*((found,) if found else ()))
        return truth(True) if expression.name == "can" else found  # noqa: FBT003 - a value
    raise RefusedError("all arguments of `try` are refused")


def _hidden(expression: Expression, scope: Scope, evaluate: Evaluate) -> Iterator[Datum]:
    """Yield the unknown values that an expression rests on."""
    try:
        if isinstance(expression, Attribute | Index | Reference | Variable) and _path(expression):
            if _root(expression, scope):
                yield from evaluate(expression, scope).unknowns()
            return
    except RefusedError:
        return
    for part in parts(expression):
        yield from _hidden(part, scope, evaluate)


def _path(expression: Expression) -> bool:
    """Tell whether it is a name with attributes and written indices behind it."""
    match expression:
        case Reference() | Variable():
            return True
        case Attribute(source):
            return _path(source)
        case Index(source, Literal()):
            return _path(source)
        case _:
            return False


def _root(expression: Expression, scope: Scope) -> bool:
    """Tell whether its name is given outside of it, and not by a loop in it."""
    while isinstance(expression, Attribute | Index):
        expression = expression.source
    return isinstance(expression, Reference) or (
        isinstance(expression, Variable) and expression.name in scope.own
    )


def _templatefile(arguments: list[Datum], at: Location, scope: Scope, evaluate: Evaluate) -> Datum:
    if len(arguments) != 2:  # noqa: PLR2004 - a path and values
        raise RefusedError("`templatefile` takes a path and values")
    path, given = arguments
    marks = [bare_mark(path), bare_mark(given)]
    if path.null or given.null:
        raise RefusedError("`templatefile` with null")
    values = unmarked(given).value
    if scope.templated or not isinstance(path.value, str) or not isinstance(values, dict):
        why = path.why or given.why or f"{at}: `templatefile`"
        return unknown(DYNAMIC, why).marked(*marks)
    try:
        content = scope.place.bytes_of(path.value)
        text = None if content is None else content.decode()
    except (UnreadError, UnicodeDecodeError) as error:
        told = "a name that is sensitive" if path.sensitive else str(error)
        return unknown(DYNAMIC, f"{at}: `templatefile`: {told}").marked(*marks)
    if text is None:
        told = "of a name that is sensitive" if path.sensitive else f"`{path.value[:200]}`"
        raise RefusedError(f"there is no file {told}")
    inner = structs.replace(scope, own=values, templated=True)
    return evaluate(file_template(path.value, text), inner).marked(*marks)
