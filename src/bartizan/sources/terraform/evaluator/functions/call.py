# SPDX-License-Identifier: Apache-2.0
"""How a function is called: how many arguments it takes, of which types, and what is done with
nulls, unknown values and marks before it is asked.

Source: https://github.com/zclconf/go-cty/blob/main/docs/functions.md
"""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError, unknown
from bartizan.sources.terraform.evaluator.elements import bare_mark, deep_mark, unmarked
from bartizan.sources.terraform.evaluator.functions.place import Function, Place, UnreadError
from bartizan.sources.terraform.evaluator.kind import Kind


class Parameter(Struct, frozen=True):
    """What a function takes in one place."""

    kind: Kind
    null: bool = False
    """It takes null."""
    parts: bool = False
    """It takes a value of which parts are unknown, though not one that is unknown itself."""
    unknown: bool = False
    """It takes an unknown value too."""
    marked: bool = False
    """It looks after marks itself; else its result is sensitive where any part of this is."""


_UNTOLD = "an argument is sensitive, so what is wrong is not told"

Body: TypeAlias = Callable[..., Datum]


def function(
    *parameters: Parameter, rest: Parameter | None = None, result: Kind, place: bool = False
) -> Callable[[Body], Function]:
    """Make a function of Terraform of one that takes the converted arguments; `rest` says what
    any further ones are, `result` the type of an unknown result, `place` that it takes the place
    of the call as `place`.
    """

    def made(body: Body) -> Function:
        def call(arguments: Sequence[Datum], where: Place) -> Datum:
            taken = _taken(parameters, rest, arguments)
            marks = [
                bare_mark(one)
                for one, takes in zip(arguments, taken, strict=True)
                if not takes.marked
            ]
            given = [_argument(one, takes) for one, takes in zip(arguments, taken, strict=True)]
            for one, takes in zip(given, taken, strict=True):
                if not _enough(one, takes):
                    why = next(one.unknowns()).why
                    return unknown(result, why).marked(*map(bare_mark, arguments))
            try:
                found = body(*given, place=where) if place else body(*given)
            except UnreadError as error:
                found = unknown(result, str(error))
            except RefusedError:
                if any(map(deep_mark, arguments)):
                    raise RefusedError(_UNTOLD) from None
                raise
            if found.why and any(map(deep_mark, arguments)):
                found = replace(found, why=_UNTOLD)
            return found.marked(*marks)

        call.__doc__ = body.__doc__
        return call

    return made


def _taken(
    parameters: Sequence[Parameter], rest: Parameter | None, arguments: Sequence[Datum]
) -> Sequence[Parameter]:
    beyond = len(arguments) - len(parameters)
    if beyond < 0 or (beyond and rest is None):
        raise RefusedError(f"{len(parameters)} arguments are expected, not {len(arguments)}")
    return [*parameters, *([rest] * beyond if rest else [])]


def _argument(one: Datum, takes: Parameter) -> Datum:
    given = converted(one, takes.kind)
    if given.null and not takes.null:
        raise RefusedError("an argument must not be null")
    return given if takes.marked else unmarked(given)


def _enough(one: Datum, takes: Parameter) -> bool:
    """Whether enough of an argument is known."""
    return takes.unknown or (one.known if takes.parts else one.wholly_known)
