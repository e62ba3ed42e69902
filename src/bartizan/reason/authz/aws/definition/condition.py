# SPDX-License-Identifier: Apache-2.0
"""Whether the conditions of a statement hold for one request.

Sources:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from collections.abc import Sequence

from bartizan.reason.authz.aws.definition.context import Surroundings
from bartizan.reason.authz.aws.definition.truth import Maybe, Truth, all_of, any_of, negation
from bartizan.reason.authz.aws.definition.variable import resolve, unresolved_under_negation
from bartizan.reason.authz.aws.policy.arn_pattern import like_arn
from bartizan.reason.authz.aws.policy.document import ConditionTest
from bartizan.reason.authz.aws.policy.operator import Kind, Operator, Quantifier, operator
from bartizan.reason.authz.aws.policy.wildcard import Token, literal, matcher, tokens


def conditions_hold(
    tests: Sequence[ConditionTest], surroundings: Surroundings, *, variables: bool
) -> Truth:
    """Return whether all tests hold: operators and keys are joined by AND.

    `variables` is false for documents of version 2008-10-17.
    """
    return all_of(_holds(test, surroundings, variables=variables) for test in tests)


def _holds(test: ConditionTest, surroundings: Surroundings, *, variables: bool) -> Truth:
    known = operator(test.operator)
    if known is None:
        message = f"unknown condition operator `{test.operator}` in a document that was read"
        raise ValueError(message)
    values = surroundings.values(test.key)
    if isinstance(values, Maybe):
        return values
    # (1) `Null` asks for presence alone: true means that the key is not there.
    if known.kind is Kind.NULL:
        there = "false" if values else "true"
        return any_of(known.compare(wanted, there) for wanted in test.values)
    # (2) An absent key.
    if values is None:
        return _absent(known)
    # (3) A set operator takes the request's values one by one; no values, or only empty ones,
    # are an empty set.
    if known.quantifier is not None:
        given = [value for value in values if value]
        each = (_matches(known, test, value, surroundings, variables=variables) for value in given)
        return all_of(each) if known.quantifier is Quantifier.ALL else any_of(each)
    # (4) A key that may have many values needs a set operator, else nothing matches.
    if len(values) > 1 or surroundings.multivalued(test.key):
        return False
    return _matches(known, test, values[0], surroundings, variables=variables)


def _absent(known: Operator) -> bool:
    """Section "Important" of the operators' page, and the pages of the set operators: without
    the key a positive operator does not hold and a negated one does; `IfExists` and
    `ForAllValues` hold, `ForAnyValue` does not, nor with `IfExists`; docs/labs/set-operators.md.
    """
    if known.quantifier is not None:
        return known.quantifier is Quantifier.ALL
    return known.negated or known.if_exists


def _matches(
    known: Operator,
    test: ConditionTest,
    given: str,
    surroundings: Surroundings,
    *,
    variables: bool,
) -> Truth:
    """Return whether one value of the request passes: any value of the policy matches, or for a
    negated operator none does.
    """
    found: list[Truth] = []
    unresolved = False
    for wanted in test.values:
        pieces = _pieces(known, wanted, surroundings, variables=variables)
        if pieces is None:
            unresolved = True
        else:
            found.append(pieces if isinstance(pieces, Maybe) else _compare(known, pieces, given))
    matched = any_of(found)
    if unresolved and known.negated:
        matched = any_of((matched, unresolved_under_negation(test.key)))
    return negation(matched) if known.negated else matched


def _pieces(
    known: Operator, wanted: str, surroundings: Surroundings, *, variables: bool
) -> tuple[Token, ...] | Maybe | None:
    """Return the policy's value with its variables filled in. Section "Condition element" of the
    page on variables: they are for string and ARN operators only.
    """
    if known.kind is Kind.VALUE:
        return (wanted,)
    pieces = tokens(wanted, variables=variables)
    return resolve(pieces, surroundings)


def _compare(known: Operator, pieces: tuple[Token, ...], given: str) -> bool:
    if known.kind is Kind.PATTERN:
        return matcher(pieces)(given)
    if known.kind is Kind.ARN:
        return like_arn(pieces, given)
    return known.compare(literal(pieces), given)
