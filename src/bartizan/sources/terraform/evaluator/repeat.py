# SPDX-License-Identifier: Apache-2.0
"""How often a block stands for something: `count` and `for_each`.

Sources: https://developer.hashicorp.com/terraform/language/meta-arguments/count and
https://developer.hashicorp.com/terraform/language/meta-arguments/for_each
"""

from collections.abc import Mapping
from fractions import Fraction

from msgspec import Struct

from bartizan.errors import InputError
from bartizan.sources.terraform.evaluator.configuration import Body
from bartizan.sources.terraform.evaluator.datum import Datum, mapping, number, sequence, text
from bartizan.sources.terraform.evaluator.decode import converted_at, refused, value
from bartizan.sources.terraform.evaluator.kind import NUMBER, Collection
from bartizan.sources.terraform.evaluator.large import HINT, TooLargeError
from bartizan.sources.terraform.evaluator.scope import Scope

MOST = 100_000
"""How often one block may be repeated."""


class Repetition(Struct, frozen=True):
    """One of the things that a block stands for."""

    key: int | str | None = None
    """Its index; None for none."""
    value: Datum | None = None
    """`each.value`."""

    def named(self, name: tuple[str, ...]) -> Datum | None:
        """Return `each.key`, `each.value` or `count.index`; None where there is none."""
        if name == ("count", "index") and isinstance(self.key, int):
            return number(self.key)
        if name == ("each", "key") and isinstance(self.key, str):
            return text(self.key)
        return self.value if name == ("each", "value") else None


ONCE = Repetition()


def repetitions(body: Body, scope: Scope) -> list[Repetition]:
    """Return the things that a block stands for, in the order of their keys.

    Raises:
        TooLargeError: there are too many.
        InputError: how many there are is not known, or refused by Terraform.
    """
    count, each = body.expression("count"), body.expression("for_each")
    if count is not None and each is not None:
        raise refused("`count` and `for_each` in one block", body.at)
    if count is not None:
        return _counted(body, value(count, scope, body.at_argument("count")))
    if each is not None:
        return _keyed(body, value(each, scope, body.at_argument("for_each")))
    return [ONCE]


def gathered(body: Body, held: Mapping[int | str | None, Datum]) -> Datum:
    """Return what the name of a block stands for: its one thing, or all by their keys."""
    if "count" in body.arguments:
        return sequence(list(held.values()))
    if "for_each" in body.arguments:
        return mapping({str(key): one for key, one in held.items()})
    return held[None]


def _counted(body: Body, given: Datum) -> list[Repetition]:
    at = body.at_argument("count")
    told = converted_at(given, NUMBER, at)
    if told.null or told.sensitive:
        raise refused("`count` is null or sensitive", at)
    if not isinstance(told.value, Fraction):
        raise _untold("count", told, body)
    if told.value.denominator != 1 or told.value < 0:
        raise refused("`count` is no whole number from 0 on", at)
    if told.value > MOST:
        raise TooLargeError(f"`count` is more than {MOST:,}", at=at, hint=HINT)
    return [Repetition(place) for place in range(int(told.value))]


def _keyed(body: Body, given: Datum) -> list[Repetition]:
    at = body.at_argument("for_each")
    kind = given.kind
    if given.null or given.sensitive:
        raise refused("`for_each` is null or sensitive", at)
    if not given.known:
        raise _untold("for_each", given, body)
    if len(list(given.parts())) > MOST:
        raise TooLargeError(f"`for_each` has more than {MOST:,} elements", at=at, hint=HINT)
    if isinstance(given.value, dict):
        return [Repetition(name, one) for name, one in given.value.items()]
    if not isinstance(kind, Collection) or kind.name != "set":
        raise refused("`for_each` is no map and no set of texts", at)
    found = []
    for one in given.parts():
        if not one.known:
            raise _untold("for_each", one, body)
        if not isinstance(one.value, str):
            raise refused("`for_each` is no set of texts", at)
        found.append(Repetition(one.value, one))
    return found


def _untold(name: str, given: Datum, body: Body) -> InputError:
    why = f": it rests on {given.why}" if given.why else ""
    return InputError(
        f"`{name}` is not known{why}",
        at=body.at_argument(name),
        hint="it rests on the estate, on an account, or on what Terraform alone can tell; "
        "try `--account aws=ID`, or install `terraform`",
    )
