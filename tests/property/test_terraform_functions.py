# SPDX-License-Identifier: Apache-2.0
"""Theorems about the functions of Terraform's language."""

from collections.abc import Mapping, Sequence

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    list_datum,
    map_datum,
    mapping,
    sequence,
    unknown,
)
from bartizan.sources.terraform.evaluator.elements import same, unmarked
from bartizan.sources.terraform.evaluator.functions import FUNCTIONS
from bartizan.sources.terraform.evaluator.kind import DYNAMIC, Collection, Kind, Object, Tuple
from tests.fakes.dice import Dice, dice, seeded
from tests.fakes.terraform_calls import SHAPES, value
from tests.fakes.terraform_node import NOWHERE

_PURE = sorted(name for name in SHAPES if not name.startswith(("file", "abs")))


def _less(datum: Datum, throws: Dice) -> Datum:  # noqa: PLR0911 - one for each form of value
    """Return a value of which less is known."""
    if throws.chance(25):
        return unknown(throws.one((datum.kind, DYNAMIC)), "x").marked(datum)
    if datum.null or not throws.chance(70):
        return datum
    kind, held = datum.kind, datum.value
    if isinstance(kind, Collection):
        inner = [_inner(one, kind.element, throws) for one in datum.parts()]
        if kind.name == "set":
            return datum if all(one.wholly_known for one in inner) else unknown(kind, "x")
        if isinstance(held, Mapping):
            return map_datum(kind.element, dict(zip(held, inner, strict=True))).marked(datum)
        return list_datum(kind.element, inner).marked(datum)
    parts = [_less(one, throws) for one in datum.parts()]
    if isinstance(held, Mapping):
        return mapping(dict(zip(held, parts, strict=True))).marked(datum)
    return sequence(parts).marked(datum) if isinstance(held, tuple) else datum


def _inner(datum: Datum, kind: Kind, throws: Dice) -> Datum:
    return unknown(kind, "x") if throws.chance(30) else datum


def _answer(name: str, arguments: Sequence[Datum]) -> Datum | None:
    try:
        return FUNCTIONS[name](arguments, NOWHERE)
    except RefusedError:
        return None


def _admits(less: Datum, more: Datum) -> bool:
    """Whether one value may turn out to be the other."""
    if not less.known:
        return _fits(less.kind, more.kind)
    if not more.known:
        # What it is told of may rest on less than the whole of what is known.
        return True
    if less.null or more.null or not isinstance(less.value, Mapping | tuple):
        return same(unmarked(less), unmarked(more))
    left, right = [*less.parts()], [*more.parts()]
    fits = _fits(less.kind, more.kind)
    return fits and len(left) == len(right) and all(map(_admits, left, right))


def _fits(less: Kind, more: Kind) -> bool:
    if DYNAMIC in (less, more):
        return True
    match less, more:
        case Collection(), Collection():
            return less.name == more.name and _fits(less.element, more.element)
        case Tuple(), Tuple():
            return len(less.elements) == len(more.elements) and all(
                map(_fits, less.elements, more.elements)
            )
        case Object(), Object():
            return [name for name, _ in less.attributes] == [
                name for name, _ in more.attributes
            ] and all(
                _fits(one, other)
                for (_, one), (_, other) in zip(less.attributes, more.attributes, strict=True)
            )
        case _:
            return less == more


def _arguments(name: str, throws: Dice) -> list[Datum]:
    """Draw arguments that mostly fit."""
    found = []
    for draw in SHAPES[name]:
        try:
            found.append((value if throws.chance(10) else draw)(throws).answer(NOWHERE))
        except RefusedError:
            assume(condition=False)
    return found


@settings(max_examples=200)
@given(st.sampled_from(_PURE), dice(), st.integers(0, 2**32))
def test_knowing_less_never_gives_another_result_of_a_function(
    name: str, throws: Dice, seed: int
) -> None:
    more = _arguments(name, throws)
    hidden = seeded(seed)
    less = [_less(one, hidden) for one in more]

    with_less, with_more = _answer(name, less), _answer(name, more)

    if with_less is None:
        assert with_more is None
    elif with_more is None:
        assert less == more or not with_less.wholly_known
    else:
        assert _admits(with_less, with_more)
        assert with_less.sensitive or not with_more.sensitive or not with_less.known
