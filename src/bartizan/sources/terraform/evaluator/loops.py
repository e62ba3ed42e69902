# SPDX-License-Identifier: Apache-2.0
"""What goes over the elements of a value: `for`, splats, and loops in templates.

Sources: https://developer.hashicorp.com/terraform/language/expressions/for and
https://developer.hashicorp.com/terraform/language/expressions/splat
"""

from collections.abc import Callable, Iterator

from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    list_datum,
    mapping,
    number,
    sequence,
    text,
    unknown,
)
from bartizan.sources.terraform.evaluator.expression import (
    ELEMENT,
    Conditional,
    Expression,
    For,
    Splat,
    parts,
)
from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    STRING,
    Collection,
    Primitive,
    Tuple,
    list_of,
)
from bartizan.sources.terraform.evaluator.letters import written
from bartizan.sources.terraform.evaluator.scope import Scope

Evaluate = Callable[[Expression, Scope], Datum]


def elements(source: Datum) -> Iterator[tuple[Datum, Datum]]:
    """Yield key and value of each element of a known collection, tuple or object; those of a set
    are their own keys.
    """
    if isinstance(source.value, dict):
        for name, value in source.value.items():
            yield text(name), value
    elif isinstance(source.value, tuple):
        keyless = isinstance(source.kind, Collection) and source.kind.name == "set"
        for place, value in enumerate(source.value):
            yield value if keyless else number(place), value


def looped(loop: For, scope: Scope, evaluate: Evaluate) -> Datum:
    """Return what a `for` makes.

    Raises:
        RefusedError: it goes over what has no elements, or gives a key twice.
    """
    source = evaluate(loop.source, scope)
    if source.null:
        raise RefusedError("a loop over null")
    if isinstance(source.kind, Primitive) and source.kind != DYNAMIC:
        raise RefusedError("a loop over what has no elements")
    if not source.known:
        return unknown(DYNAMIC, source.why).marked(source)
    made = _Made(marks=[source])
    if loop.condition is not None:
        # A condition is looked at once even where there is no element.
        blank = dict.fromkeys(loop.names, unknown())
        told = evaluate(loop.condition, scope.given(**blank))
        if converted(told, BOOL).null:
            raise RefusedError("a condition that is null")
        if not source.weight > 1 and told.kind == DYNAMIC and _chooses(loop.condition):
            scope.budget.doubts += 1
            return unknown(DYNAMIC, "a condition of a loop over nothing").marked(source)
    for key, value in elements(source):
        # Names are in the order in which they stand there; the last is the value's.
        given = dict(zip(reversed(loop.names), (value, key), strict=False))
        _add(made, loop, scope.given(**given), evaluate)
    return made.whole(loop)


def _chooses(expression: Expression) -> bool:
    """Tell whether the type of an expression may rest on what is not known of it."""
    return isinstance(expression, Conditional) or any(map(_chooses, parts(expression)))


class _Made:
    """What a loop has made so far."""

    def __init__(self, marks: list[Datum]) -> None:
        self.marks = marks
        self.values: list[Datum] = []
        self.groups: dict[str, list[Datum]] = {}
        self.hidden: Datum | None = None

    def whole(self, loop: For) -> Datum:
        if self.hidden is not None:
            return unknown(DYNAMIC, self.hidden.why).marked(*self.marks)
        if loop.key is None:
            return sequence(self.values).marked(*self.marks)
        if loop.grouped:
            held = {name: sequence(values) for name, values in self.groups.items()}
        else:
            held = {name: values[0] for name, values in self.groups.items()}
        return mapping(held).marked(*self.marks)


def _add(made: _Made, loop: For, scope: Scope, evaluate: Evaluate) -> None:
    if loop.condition is not None:
        told = converted(evaluate(loop.condition, scope), BOOL)
        if told.null:
            raise RefusedError("a condition that is null")
        made.marks.append(told)
        if not isinstance(told.value, bool):
            made.hidden = told
            return
        if not told.value:
            return
    if loop.key is None:
        made.values.append(evaluate(loop.value, scope))
        return
    key = evaluate(loop.key, scope)
    if key.null:
        raise RefusedError("a key that is null")
    key = converted(key, STRING)
    made.marks.append(key)
    if not isinstance(key.value, str):
        made.hidden = key
        return
    value = evaluate(loop.value, scope)
    held = made.groups.setdefault(key.value, [])
    if held and not loop.grouped:
        given = "that is sensitive" if key.sensitive else f"`{key.value[:100]}`"
        raise RefusedError(f"the key {given} is given twice")
    held.append(value)


def splat(expression: Splat, scope: Scope, evaluate: Evaluate) -> Datum:
    """Return what a splat makes: of a value without elements as if it were alone in a tuple.

    Raises:
        RefusedError: it is of a null list, or of an element what is made of it is refused.
    """
    source = evaluate(expression.source, scope)
    kind = source.kind
    listed = isinstance(kind, Tuple) or (isinstance(kind, Collection) and kind.name != "map")
    if source.null and listed:
        raise RefusedError("a splat of null")
    if source.null:
        return sequence([]).marked(source)
    if not source.known:
        # What is no list may turn out to be null, and then there is no element.
        told = isinstance(kind, Collection) and listed
        of = _kind(expression, source, scope, evaluate) if told else None
        return unknown(of or DYNAMIC, source.why).marked(source)
    held = [value for _, value in elements(source)] if listed else [source]
    made = [evaluate(expression.each, scope.given(**{ELEMENT: one})) for one in held]
    if not listed or not isinstance(kind, Collection):
        return sequence(made).marked(source)
    kinds = {one.kind for one in made}
    if not kinds and (of := _kind(expression, source, scope, evaluate)) is not None:
        kinds = {of.element}
    if len(kinds) != 1:
        scope.budget.doubts += 1
        return unknown(DYNAMIC, "a splat whose elements' type is not clear").marked(source)
    return list_datum(kinds.pop(), made).marked(source)


def _kind(expression: Splat, source: Datum, scope: Scope, evaluate: Evaluate) -> Collection | None:
    """Return the type of the splat of a list or set, by what is made of an element of which only
    the type is known; None where that is refused.
    """
    element = source.kind.element if isinstance(source.kind, Collection) else DYNAMIC
    try:
        made = evaluate(expression.each, scope.given(**{ELEMENT: unknown(element)}))
    except RefusedError:
        return None
    return list_of(made.kind)


def joined(pieces: Datum) -> Datum:
    """Return the texts of a tuple, one after another.

    Raises:
        RefusedError: one is null or no text.
    """
    texts = []
    for part in pieces.parts():
        if part.null:
            raise RefusedError("null in a text")
        found = converted(part, STRING)
        if not isinstance(found.value, str):
            return unknown(STRING, found.why).marked(pieces, *pieces.parts())
        texts.append(found.value)
    if not pieces.known:
        return unknown(STRING, pieces.why).marked(pieces)
    return written("".join(texts)).marked(pieces, *pieces.parts())
