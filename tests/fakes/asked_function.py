# SPDX-License-Identifier: Apache-2.0
"""Functions of Terraform's language, asked with values of Python."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from bartizan.sources.terraform.evaluator.datum import (
    Datum,
    RefusedError,
    mapping,
    null,
    number,
    sequence,
    text,
    truth,
    unknown,
)
from bartizan.sources.terraform.evaluator.functions import FUNCTIONS
from bartizan.sources.terraform.evaluator.functions.place import Place
from tests.fakes.terraform_node import NOWHERE

REFUSED = "(refused)"
UNKNOWN = "(unknown)"


def datum_of(value: object) -> Datum:  # noqa: PLR0911 - one for each type
    """Return what code would write for a value; `UNKNOWN` is one, of a type that is not told."""
    match value:
        case Datum():
            return value
        case None:
            return null()
        case bool():
            return truth(value)
        case str():
            return unknown(why="x") if value == UNKNOWN else text(value)
        case int() | Fraction():
            return number(value)
        case float():
            return number(Fraction(str(value)))
        case list():
            return sequence([datum_of(one) for one in value])
        case Mapping():
            return mapping({name: datum_of(one) for name, one in value.items()})
        case _:
            raise TypeError(value)


def secret(value: object) -> Datum:
    """Return a value that code calls sensitive."""
    return datum_of(value).marked(Datum(truth(value=True).kind, value=True, sensitive=True))


def ask(name: str, *arguments: object, place: Place = NOWHERE) -> Datum:
    """Return what a function returns."""
    return FUNCTIONS[name]([datum_of(one) for one in arguments], place)


def plain(datum: Datum) -> Any:  # noqa: ANN401 - any value of Python
    """Return a value of Python; whole numbers as such, and `UNKNOWN` for what is."""
    if not datum.known:
        return UNKNOWN
    if isinstance(datum.value, tuple):
        return [plain(one) for one in datum.value]
    if isinstance(datum.value, Mapping):
        return {name: plain(one) for name, one in datum.value.items()}
    if isinstance(datum.value, Fraction):
        return int(datum.value) if datum.value.denominator == 1 else float(datum.value)
    return datum.value


def said(name: str, *arguments: object, place: Place = NOWHERE) -> Any:  # noqa: ANN401
    """Return what a function returns as a value of Python, or `REFUSED`."""
    try:
        return plain(ask(name, *arguments, place=place))
    except RefusedError:
        return REFUSED
