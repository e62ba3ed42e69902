# SPDX-License-Identifier: Apache-2.0
"""Functions whose results are not told: what they return is known when the plan is applied, or
is other each time, or is not worked out here.

Each is described at https://developer.hashicorp.com/terraform/language/functions/NAME
"""

from collections.abc import Mapping, Sequence

from bartizan.sources.terraform.evaluator.datum import Datum, RefusedError, unknown
from bartizan.sources.terraform.evaluator.elements import bare_mark
from bartizan.sources.terraform.evaluator.functions.place import Function, Place
from bartizan.sources.terraform.evaluator.kind import DYNAMIC, STRING, Kind


def _unread(name: str, fewest: int, most: int, kind: Kind) -> Function:
    def call(arguments: Sequence[Datum], _place: Place) -> Datum:
        if not fewest <= len(arguments) <= most:
            raise RefusedError(f"{fewest} arguments are expected, not {len(arguments)}")
        return unknown(kind, f"{name}()").marked(*map(bare_mark, arguments))

    return call


FUNCTIONS: Mapping[str, Function] = {
    "base64gzip": _unread("base64gzip", 1, 1, STRING),
    "bcrypt": _unread("bcrypt", 1, 2, STRING),
    "ephemeralasnull": _unread("ephemeralasnull", 1, 1, DYNAMIC),
    "plantimestamp": _unread("plantimestamp", 0, 0, STRING),
    "rsadecrypt": _unread("rsadecrypt", 2, 2, STRING),
    "timestamp": _unread("timestamp", 0, 0, STRING),
    "uuid": _unread("uuid", 0, 0, STRING),
    "yamlencode": _unread("yamlencode", 1, 1, STRING),
}
