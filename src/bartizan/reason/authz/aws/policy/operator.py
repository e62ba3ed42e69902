# SPDX-License-Identifier: Apache-2.0
"""The condition operators, one entry each, and the prefixes and suffix that change them.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from enum import Enum
from functools import lru_cache

from msgspec import Struct

from bartizan.reason.authz.aws.policy.comparison import (
    Compare,
    in_network,
    moment,
    number,
    ordered,
    same_bytes,
    same_truth,
)


class Kind(Enum):
    """How an operator reads the policy's value."""

    TEXT = "text"
    """Plain text with variables, compared by `compare`."""
    PATTERN = "pattern"
    """Text with variables and wildcards."""
    ARN = "arn"
    """An ARN with variables and wildcards, compared segment by segment."""
    VALUE = "value"
    """A value of some other type; variables are not for these."""
    NULL = "null"
    """Whether the key is there at all."""


class Quantifier(Enum):
    """What a set operator asks of the request's values."""

    ALL = "forallvalues:"
    ANY = "foranyvalue:"


class Operator(Struct, frozen=True, kw_only=True):
    """An operator as written in a policy, taken apart."""

    kind: Kind
    compare: Compare
    """For kinds without wildcards; those with them are matched by pattern."""
    negated: bool = False
    quantifier: Quantifier | None = None
    if_exists: bool = False


def _same(policy: str, request: str) -> bool:
    return policy == request


def _same_folded(policy: str, request: str) -> bool:
    return policy.lower() == request.lower()


def _sizes(family: str, read: str) -> dict[str, Operator]:
    """Return the six operators that compare by size."""
    reader = number if read == "number" else moment
    holds = {
        "equals": lambda sign: sign == 0,
        "lessthan": lambda sign: sign < 0,
        "lessthanequals": lambda sign: sign <= 0,
        "greaterthan": lambda sign: sign > 0,
        "greaterthanequals": lambda sign: sign >= 0,
    }
    found = {
        family + name: Operator(kind=Kind.VALUE, compare=ordered(reader, test))
        for name, test in holds.items()
    }
    equals = found[f"{family}equals"].compare
    found[f"{family}notequals"] = Operator(kind=Kind.VALUE, compare=equals, negated=True)
    return found


_BASE = {
    "stringequals": Operator(kind=Kind.TEXT, compare=_same),
    "stringnotequals": Operator(kind=Kind.TEXT, compare=_same, negated=True),
    "stringequalsignorecase": Operator(kind=Kind.TEXT, compare=_same_folded),
    "stringnotequalsignorecase": Operator(kind=Kind.TEXT, compare=_same_folded, negated=True),
    "stringlike": Operator(kind=Kind.PATTERN, compare=_same),
    "stringnotlike": Operator(kind=Kind.PATTERN, compare=_same, negated=True),
    **_sizes("numeric", "number"),
    **_sizes("date", "moment"),
    "bool": Operator(kind=Kind.VALUE, compare=same_truth),
    "binaryequals": Operator(kind=Kind.VALUE, compare=same_bytes),
    "ipaddress": Operator(kind=Kind.VALUE, compare=in_network),
    "notipaddress": Operator(kind=Kind.VALUE, compare=in_network, negated=True),
    "arnequals": Operator(kind=Kind.ARN, compare=_same),
    "arnlike": Operator(kind=Kind.ARN, compare=_same),
    "arnnotequals": Operator(kind=Kind.ARN, compare=_same, negated=True),
    "arnnotlike": Operator(kind=Kind.ARN, compare=_same, negated=True),
    "null": Operator(kind=Kind.NULL, compare=same_truth),
}
_IF_EXISTS = "ifexists"


@lru_cache(1 << 10)
def operator(name: str) -> Operator | None:
    """Take `ForAnyValue:StringLikeIfExists` apart; None for what is no operator.

    `Null` takes neither the suffix (section "...IfExists condition operators") nor a prefix.
    """
    rest = name.lower()
    quantifier = next((q for q in Quantifier if rest.startswith(q.value)), None)
    if quantifier is not None:
        rest = rest[len(quantifier.value) :]
    base = _BASE.get(rest.removesuffix(_IF_EXISTS))
    if base is None:
        return None
    if_exists = rest.endswith(_IF_EXISTS)
    if base.kind is Kind.NULL and (if_exists or quantifier is not None):
        return None
    return Operator(
        kind=base.kind,
        compare=base.compare,
        negated=base.negated,
        quantifier=quantifier,
        if_exists=if_exists,
    )
