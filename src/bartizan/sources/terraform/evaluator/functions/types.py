# SPDX-License-Identifier: Apache-2.0
"""Functions that convert types and marks.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

from collections.abc import Callable, Mapping

from msgspec.structs import replace

from bartizan.sources.terraform.evaluator.convert import converted
from bartizan.sources.terraform.evaluator.datum import Datum, truth, unknown
from bartizan.sources.terraform.evaluator.functions.call import Parameter, function
from bartizan.sources.terraform.evaluator.functions.place import Function
from bartizan.sources.terraform.evaluator.kind import (
    BOOL,
    DYNAMIC,
    NUMBER,
    STRING,
    Kind,
    list_of,
    map_of,
    set_of,
)

_ANY = Parameter(DYNAMIC, null=True, unknown=True, marked=True)


def _to(kind: Kind) -> Function:
    def body(value: Datum) -> Datum:
        return converted(value, kind)

    return function(_ANY, result=kind)(body)


def _sensitive(value: Datum) -> Datum:
    return replace(value, sensitive=True)


def _nonsensitive(value: Datum) -> Datum:
    return replace(value, sensitive=False)


def _issensitive(value: Datum) -> Datum:
    if value.known or value.sensitive:
        return truth(value.sensitive)
    return unknown(BOOL, value.why)


_MARKS: Mapping[str, Callable[[Datum], Datum]] = {
    "issensitive": _issensitive,
    "nonsensitive": _nonsensitive,
    "sensitive": _sensitive,
}

FUNCTIONS: Mapping[str, Function] = {
    "tobool": _to(BOOL),
    "tolist": _to(list_of(DYNAMIC)),
    "tomap": _to(map_of(DYNAMIC)),
    "tonumber": _to(NUMBER),
    "toset": _to(set_of(DYNAMIC)),
    "tostring": _to(STRING),
    **{
        name: function(_ANY, result=BOOL if name == "issensitive" else DYNAMIC)(body)
        for name, body in _MARKS.items()
    },
}
