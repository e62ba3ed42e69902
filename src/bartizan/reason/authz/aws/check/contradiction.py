# SPDX-License-Identifier: Apache-2.0
"""Rules about conditions of one statement that no request can meet together.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-logic-multiple-context-keys-or-values.html
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from msgspec import Struct

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.check.condition_value import family
from bartizan.reason.authz.aws.check.pattern import cost, meets
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Stated, Subject, Test
from bartizan.reason.authz.aws.policy.comparison import moment, number
from bartizan.reason.authz.aws.policy.wildcard import glob

_LOGIC = f"{GUIDE}reference_policies_condition-logic-multiple-context-keys-or-values.html"


def _contradictions(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        for one, other in _pairs(stated, subject):
            if _exclude(one, other, subject):
                yield Hit(
                    at=other.at,
                    message=f"`{one.said.operator}` and `{other.said.operator}` on "
                    f"`{one.said.key[:100]}` never hold together, so the statement never applies",
                    related=((one.at, "the other condition"),),
                )


def _pairs(stated: Stated, subject: Subject) -> Iterator[tuple[Test, Test]]:
    """Yield two conditions at a time on one key that has one value."""
    by_key: dict[str, list[Test]] = {}
    for test in stated.tests:
        by_key.setdefault(test.key, []).append(test)
    for key, tests in by_key.items():
        known = catalogue.condition_key(key)
        if known is None or not known.multivalued:
            plain = [test for test in tests if test.operator.quantifier is None and test.values]
            for pair in combinations(plain, 2):
                subject.spend()
                yield pair


def needs_presence(test: Test) -> bool:
    """Return whether a condition, without set operator, fails where its key is absent."""
    if test.family == "null":
        return all(text.value.lower() == "false" for text in test.values)
    return not test.operator.negated and not test.operator.if_exists


def _exclude(one: Test, other: Test, subject: Subject) -> bool:
    """Return whether no value, and not the absence of one, meets both."""
    if "null" in {one.family, other.family}:
        null, rest = (one, other) if one.family == "null" else (other, one)
        absent = all(text.value.lower() == "true" for text in null.values)
        return absent and needs_presence(rest)
    if not (needs_presence(one) or needs_presence(other)):
        return False
    kinds = {family(one), family(other)}
    if kinds == {"bool"}:
        mine, theirs = ({t.value.lower() for t in test.values} for test in (one, other))
        return mine.isdisjoint(theirs)
    if kinds in ({"numeric"}, {"date"}):
        bounds = [_Range.of(test) for test in (one, other)]
        return all(bounds) and _apart(bounds)
    if kinds <= {"string", "arn"} and not _has_variable(one, other):
        return _texts_exclude(one, other, subject)
    return False


def _has_variable(*tests: Test) -> bool:
    return any("${" in text.value for test in tests for text in test.values)


def _texts_exclude(one: Test, other: Test, subject: Subject) -> bool:
    if one.operator.negated and other.operator.negated:
        return False
    if one.operator.negated or other.operator.negated:
        wanted, barred = (other, one) if one.operator.negated else (one, other)
        return _all_barred(wanted, barred, subject)
    folded = any("ignorecase" in test.family for test in (one, other))
    for mine in one.values:
        for theirs in other.values:
            subject.spend(cost(mine.value, theirs.value))
            a, b = mine.value, theirs.value
            if meets(a.lower(), b.lower()) if folded else meets(a, b):
                return False
    return True


def _all_barred(wanted: Test, barred: Test, subject: Subject) -> bool:
    """Return whether each value that `wanted` admits is one that `barred` does not."""
    if wanted.family != "stringequals" or barred.family not in {
        "stringnotequals",
        "stringnotlike",
    }:
        return False
    for text in wanted.values:
        subject.spend(len(barred.values))
        patterns = [one.value for one in barred.values]
        if barred.family == "stringnotequals":
            if text.value not in patterns:
                return False
        elif not any(glob(pattern)(text.value) for pattern in patterns):
            return False
    return True


class _Range(Struct, frozen=True):
    """Numbers that a condition admits: all between two bounds."""

    low: Decimal | None
    high: Decimal | None
    open: bool
    """The bounds themselves are not among them."""

    @classmethod
    def of(cls, test: Test) -> "_Range | None":
        """Return the numbers; None where that is not one range or not readable."""
        read = number if family(test) == "numeric" else moment
        values = [read(text.value) for text in test.values]
        found = [value for value in values if value is not None]
        if len(found) != len(values) or test.operator.negated:
            return None
        way = test.family.removeprefix("numeric").removeprefix("date")
        if way.startswith("less"):
            return cls(None, max(found), open=way == "lessthan")
        if way.startswith("greater"):
            return cls(min(found), None, open=way == "greaterthan")
        return cls(min(found), max(found), open=False)


def _apart(ranges: list["_Range | None"]) -> bool:
    known = [one for one in ranges if one is not None]
    lows = [(one.low, one.open) for one in known if one.low is not None]
    highs = [(one.high, one.open) for one in known if one.high is not None]
    return any(
        low > high or (low == high and (low_open or high_open))
        for low, low_open in lows
        for high, high_open in highs
    )


def _same_key(subject: Subject) -> Iterator[Hit]:
    for stated in subject.stated:
        seen: dict[tuple[str, str], Test] = {}
        for test in stated.tests:
            mark = (test.said.operator.lower(), test.key)
            first = seen.setdefault(mark, test)
            if first is not test and first.said.key != test.said.key:
                yield Hit(
                    at=test.key_at,
                    message=f"`{test.said.key[:100]}` and `{first.said.key[:100]}` are one key",
                    related=((first.key_at, "where it stands first"),),
                )


def _s3(condition: str) -> str:
    return (
        '{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*", '
        f'"Condition": {condition}}}'
    )


RULES = (
    Rule(
        id="contradictory-conditions",
        level=Level.ERROR,
        title="Two conditions of a statement never hold together",
        why="All conditions of a statement must hold, so it never applies: an Allow grants "
        "nothing, and a Deny protects nothing.",
        fix="put the alternatives into one list of values, or into two statements",
        page=_LOGIC,
        wrong=_s3(
            '{"StringEquals": {"aws:PrincipalTag/team": "red"}, '
            '"StringLike": {"aws:PrincipalTag/team": "blue-*"}}'
        ),
        right=_s3('{"StringLike": {"aws:PrincipalTag/team": ["red", "blue-*"]}}'),
        find=_contradictions,
    ),
    Rule(
        id="duplicate-condition-key",
        level=Level.ERROR,
        title="One key stands twice under an operator, in different case",
        why="Condition keys have no case, so it is one key with two lists of values; the vendor "
        "refuses that.",
        fix="put the values into one list",
        page=f"{GUIDE}access-analyzer-reference-policy-checks.html",
        wrong=_s3(
            '{"StringEquals": {"aws:PrincipalTag/team": "red", "aws:principaltag/team": "blue"}}'
        ),
        right=_s3('{"StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]}}'),
        find=_same_key,
    ),
)
