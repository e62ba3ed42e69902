# SPDX-License-Identifier: Apache-2.0
"""Condition tests, and which values of a key pass some of them and fail others.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from bartizan.reason.authz.aws.diff.glob import ANY_TEXT, Holes, spell
from bartizan.reason.authz.aws.diff.texts import Texts, arn, like, union
from bartizan.reason.authz.aws.policy.document import ConditionTest
from bartizan.reason.authz.aws.policy.operator import Kind, Operator, Quantifier, operator
from bartizan.reason.authz.aws.policy.wildcard import Variable, Wild, literal, tokens

Values: TypeAlias = tuple[str, ...] | None
"""What a request holds for a key; None where it is absent."""
_TEXTUAL = frozenset({Kind.TEXT, Kind.PATTERN, Kind.ARN})


class Test(Struct, frozen=True, eq=False):
    """One operator with one key and its values, ready to be reasoned about."""

    name: str
    """The operator in lower case."""
    key: str
    """In lower case."""
    values: tuple[str, ...]
    """Sorted; those without meaning here as written."""
    texts: Texts | None
    """What the values cover, for operators on text; None for the others."""

    @property
    def operator(self) -> Operator:
        """What the operator does."""
        return known(self.name)

    @property
    def exact(self) -> bool:
        """It is decided by the values of its own key."""
        return self.texts is None or self.texts.exact

    @property
    def vague(self) -> bool:
        """Nobody knows for sure which values it covers."""
        return self.texts is not None and bool(self.texts.vague)

    def holds(self, given: Values, *, many: bool) -> bool:
        """Return whether the request passes; `many` is for keys that take many values."""
        taken = self.operator
        if taken.kind is Kind.NULL:
            there = "false" if given else "true"
            return any(taken.compare(wanted, there) for wanted in self.values)
        if not given:
            if taken.quantifier is not None:
                return taken.quantifier is Quantifier.ALL
            return taken.negated or taken.if_exists
        if taken.quantifier is not None:
            each = (self.passes(value) for value in given if value)
            return all(each) if taken.quantifier is Quantifier.ALL else any(each)
        return not many and self.passes(given[0])

    def passes(self, value: str) -> bool:
        """Return whether one value passes."""
        return self.covers(value) is not self.operator.negated

    def covers(self, value: str) -> bool:
        """Return whether one value is certainly among those listed, negation aside."""
        if self.texts is not None:
            return any(pattern.matches(value) for pattern in self.texts.certain())
        return any(self.operator.compare(wanted, value) for wanted in self.values)

    def is_listed(self, value: str, *, want: bool) -> bool:
        """Return whether one value certainly is, or is not, among those listed."""
        if want or not self.vague or self.texts is None:
            return self.covers(value) is want
        return not any(pattern.matches(value) for pattern in self.texts.possible())


def known(name: str) -> Operator:
    """Return the operator of a document that was read."""
    found = operator(name)
    if found is None:
        message = f"unknown condition operator `{name}` in a document that was read"
        raise ValueError(message)
    return found


def test_of(written: ConditionTest, holes: Holes, *, variables: bool) -> Test:
    """Take a condition of a document of the given version apart."""
    taken = known(written.operator)
    texts = None
    if taken.kind in _TEXTUAL:
        texts = _texts(taken, written.values, holes, variables=variables)
    name, key = written.operator.lower(), written.key.lower()
    return Test(name, key, tuple(sorted(set(written.values))), texts)


def _texts(taken: Operator, values: Sequence[str], holes: Holes, *, variables: bool) -> Texts:
    found = []
    fold = taken.compare("a", "A")
    for value in values:
        pieces = tokens(value, variables=variables)
        if taken.kind is Kind.ARN:
            found.append(arn(pieces, holes))
        elif taken.kind is Kind.PATTERN:
            found.append(like(pieces, holes))
        elif not any(isinstance(piece, Variable) for piece in pieces):
            found.append(_spelled(literal(pieces), fold=fold))
        elif fold:
            found.append(Texts(vague=(ANY_TEXT,)))
        else:
            # Wildcards are plain text to these operators.
            plain = tuple(p.value if isinstance(p, Wild) else p for p in pieces)
            found.append(like(plain, holes))
    return union(found)


def _spelled(text: str, *, fold: bool) -> Texts:
    if fold and not text.isascii():
        # Which letters of other scripts are the same in lower case is not modelled.
        return Texts(sure=(spell(text),), vague=(ANY_TEXT,))
    return Texts(sure=(spell(text, fold=fold),))
