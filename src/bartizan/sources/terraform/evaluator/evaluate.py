# SPDX-License-Identifier: Apache-2.0
"""Evaluates expressions: Terraform's own value, or one that is unknown.

Source: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#expressions
"""

from msgspec.structs import replace

from bartizan.errors import InputError
from bartizan.sources.terraform.evaluator.access import attribute, element
from bartizan.sources.terraform.evaluator.call import call
from bartizan.sources.terraform.evaluator.convert import converted, vague
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    mapping,
    null,
    sequence,
    unknown,
)
from bartizan.sources.terraform.evaluator.expression import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Joined,
    Literal,
    ObjectOf,
    Reference,
    Splat,
    Template,
    TupleOf,
    Unary,
    Variable,
)
from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    STRING,
    Collection,
    Kind,
)
from bartizan.sources.terraform.evaluator.letters import written
from bartizan.sources.terraform.evaluator.loops import joined, looped, splat
from bartizan.sources.terraform.evaluator.operators import binary, kind_of, unary
from bartizan.sources.terraform.evaluator.scope import Scope
from bartizan.sources.terraform.evaluator.unify import open_kind, unified

_OWN_NAMES = frozenset({"var", "local", "each", "count", "path", "terraform", "module", "self"})
"""First names of references that are not to objects or data."""


def evaluate(expression: Expression, scope: Scope) -> Datum:
    """Return the value of an expression.

    Raises:
        RefusedError: Terraform surely refuses it.
        InputError: it names what the module does not have, or its value is too large.
        SourceError: it takes too long.
    """
    scope.budget.step()
    return scope.budget.hold(_value(expression, scope))


def _value(expression: Expression, scope: Scope) -> Datum:  # noqa: C901, PLR0911, PLR0912 - one line to each form
    match expression:
        case Literal(value):
            return value
        case Variable(name):
            return _own(name, scope)
        case Reference():
            return scope.resolve(expression)
        case Attribute(source, name):
            return _attribute(source, name, scope)
        case Index(source, key):
            return element(evaluate(source, scope), evaluate(key, scope))
        case Splat():
            return splat(expression, scope, evaluate)
        case Call():
            return call(expression, scope, evaluate)
        case Unary(operator, operand):
            held = evaluate(operand, scope)
            return scope.sure(unary(operator, held), held)
        case Binary(operator, left, right):
            held, other = evaluate(left, scope), evaluate(right, scope)
            return scope.sure(binary(operator, held, other), held, other)
        case Conditional():
            return _conditional(expression, scope)
        case TupleOf(elements):
            return sequence([evaluate(one, scope) for one in elements])
        case ObjectOf():
            return _object(expression, scope)
        case For():
            return looped(expression, scope, evaluate)
        case Template(parts):
            return _template([evaluate(one, scope) for one in parts])
        case Joined(source):
            return joined(looped(source, scope, evaluate))


def _attribute(source: Expression, name: str, scope: Scope) -> Datum:
    held = evaluate(source, scope)
    try:
        return attribute(held, name)
    except RefusedError as error:
        named = source.source if isinstance(source, Index) else source
        if isinstance(named, Reference) and named.names[0] not in _OWN_NAMES:
            # What objects have is looked at before anything is evaluated, `try` or not.
            why = f"terraform refuses the code: {error}"
            raise InputError(why, at=named.place) from error
        raise


def _own(name: str, scope: Scope) -> Datum:
    if name not in scope.own:
        raise RefusedError(f"nothing gives `{name}` a value")
    return scope.own[name]


def _conditional(expression: Conditional, scope: Scope) -> Datum:
    """Both arms are evaluated, as the result has a type that both can be, and is sensitive where
    one of them is; what is wrong with the one that is not taken is passed over.
    """
    arms = _arm(expression.yes, scope), _arm(expression.no, scope)
    told = converted(evaluate(expression.condition, scope), BOOL)
    if told.null:
        raise RefusedError("a condition that is null")
    yes, no = ((one.kind if isinstance(one, Datum) else one[1]) for one in arms)
    shared = _shared(arms[0], arms[1], yes, no)
    scope.budget.doubts += shared is None
    marks = told, *(one for one in arms if isinstance(one, Datum))
    if isinstance(told.value, bool):
        taken = arms[0 if told.value else 1]
        if not isinstance(taken, Datum):
            raise taken[0]
        if shared is None:
            return unknown(DYNAMIC, "a condition whose other side is not known").marked(*marks)
        return _as(taken, shared).marked(*marks)
    return unknown(DYNAMIC if shared is None else shared, told.why).marked(*marks)


_Arm = Datum | tuple[RefusedError, Kind | None]
"""Its value; or why it is refused, and the type that it has nevertheless, if that is sure."""


def _arm(expression: Expression, scope: Scope) -> _Arm:
    try:
        return evaluate(expression, scope)
    except RefusedError as error:
        return error, _refused_kind(expression, scope)


def _refused_kind(expression: Expression, scope: Scope) -> Kind | None:
    """Return the type that Terraform takes an expression to have which it refuses."""
    match expression:
        case Unary(operator) | Binary(operator):
            return kind_of(operator)
        case Template() | Joined():
            return STRING
        case Variable() | Call():
            return DYNAMIC
        case Attribute(source):
            return _behind(source, scope)
        case Index(source, key):
            return _behind(source, scope) if _taken(key, scope) else None
        case _:
            # It may be in parts what it would be as a whole.
            return None


def _behind(source: Expression, scope: Scope) -> Kind | None:
    """Return the type of what is refused behind a source, or with it."""
    return DYNAMIC if _taken(source, scope) else _only_dynamic(_refused_kind(source, scope))


def _only_dynamic(kind: Kind | None) -> Kind | None:
    return kind if kind == DYNAMIC else None


def _taken(expression: Expression, scope: Scope) -> bool:
    try:
        evaluate(expression, scope)
    except RefusedError:
        return False
    return True


def _shared(one: _Arm, other: _Arm, yes: Kind | None, no: Kind | None) -> Kind | None:
    """Return the type of a condition's result, `DYNAMIC` where it is that of the arm that is
    taken; None where it cannot be told.

    Raises:
        RefusedError: there is no type that both arms can be.
    """
    for arm, kind in ((one, no), (other, yes)):
        if isinstance(arm, Datum) and arm.null and arm.kind == DYNAMIC:
            return kind
    if (
        yes is None
        or no is None
        or any(isinstance(arm, Datum) and vague(arm) for arm in (one, other))
    ):
        return None
    if DYNAMIC in (yes, no):
        return DYNAMIC
    if yes != no and any(map(open_kind, (yes, no))) and not _of_elements(yes, no):
        # Terraform finds no common type of most that leave parts open, and of some it does.
        return None
    found = unified((yes, no))
    if found is None:
        raise RefusedError("the two sides of a condition have no type in common")
    return found


def _of_elements(yes: Kind, no: Kind) -> bool:
    """Tell whether two types are lists, sets or maps alike, one of which is empty."""
    return (
        isinstance(yes, Collection)
        and isinstance(no, Collection)
        and yes.name == no.name
        and DYNAMIC in (yes.element, no.element)
    )


def _as(taken: Datum, kind: Kind) -> Datum:
    if taken.null and taken.kind == DYNAMIC:
        return replace(null(kind), sensitive=taken.sensitive)
    return taken if kind == DYNAMIC else converted(taken, kind)


def _object(expression: ObjectOf, scope: Scope) -> Datum:
    held: dict[str, Datum] = {}
    marks = []
    hidden: Datum | None = None
    for key, value in expression.members:
        name = evaluate(key, scope)
        if name.null:
            raise RefusedError("a key that is null")
        name = converted(name, STRING)
        found = evaluate(value, scope)
        marks.append(name)
        if isinstance(name.value, str):
            held[name.value] = found
        else:
            hidden = name
    if hidden is not None:
        return unknown(DYNAMIC, hidden.why).marked(*marks)
    return mapping(held).marked(*marks)


def _template(parts: list[Datum]) -> Datum:
    texts = []
    hidden: Datum | None = None
    for part in parts:
        if part.null:
            raise RefusedError("null in a text")
        if not part.known:
            hidden = hidden or part
            continue
        found = converted(part, STRING)
        if isinstance(found.value, str):
            texts.append(found.value)
        else:
            hidden = hidden or found
    if hidden is not None:
        return unknown(STRING, hidden.why).marked(*parts)
    return written("".join(texts)).marked(*parts)
