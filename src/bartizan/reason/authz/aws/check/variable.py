# SPDX-License-Identifier: Apache-2.0
"""Rules about policy variables: where they stand for nothing, or only look like ones.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterator

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws import catalogue
from bartizan.reason.authz.aws.check.condition_key import known_key, of_provider
from bartizan.reason.authz.aws.check.nearest import nearest
from bartizan.reason.authz.aws.check.rule import GUIDE, Hit, Rule
from bartizan.reason.authz.aws.check.subject import Subject, Text
from bartizan.reason.authz.aws.policy.arn_pattern import resource_tokens
from bartizan.reason.authz.aws.policy.wildcard import Variable, tokens

_PAGE = f"{GUIDE}reference_policies_variables.html"
_VARIABLE = re.compile(r"\$\{[^${}]*\}")
_FAMILIES = ("string", "arn")


def _places(subject: Subject) -> Iterator[tuple[str, Text]]:
    """Yield every text that may hold variables, with the element that it is of."""
    for stated in subject.stated:
        for text in stated.resources:
            subject.spend()
            yield "Resource", text
        for test in stated.tests:
            if test.family.startswith(_FAMILIES):
                for text in test.values:
                    subject.spend()
                    yield "Condition", text


def _old(subject: Subject) -> Iterator[Hit]:
    if subject.current:
        return
    for _, text in _places(subject):
        found = _VARIABLE.search(text.value)
        if found and ":" in found.group():
            yield Hit(
                at=text.at,
                message=f"`{found.group()[:100]}` is plain text in this version of the language",
            )


def _named(subject: Subject) -> Iterator[tuple[str, Text, Variable]]:
    if not subject.current:
        return
    for element, text in _places(subject):
        if "${" in text.value:
            for piece in tokens(text.value, variables=True):
                if isinstance(piece, Variable):
                    yield element, text, piece


def _unknown(subject: Subject) -> Iterator[Hit]:
    for _, text, variable in _named(subject):
        if known_key(variable.key) is None and not of_provider(variable.key):
            subject.spend(15_000)
            prefix = variable.key.partition(":")[0].lower()
            close = nearest(variable.key, catalogue.condition_keys(prefix))
            yield Hit(
                at=text.at,
                message=f"`${{{variable.key[:100]}}}` is no variable that is known",
                fix=f"write `${{{close}}}`" if close else "",
            )


def _many(subject: Subject) -> Iterator[Hit]:
    for _, text, variable in _named(subject):
        key = catalogue.condition_key(variable.key)
        if key is not None and key.multivalued:
            message = f"`${{{variable.key[:100]}}}` may have many values and is no variable"
            yield Hit(at=text.at, message=message)


def _head(subject: Subject) -> Iterator[Hit]:
    if not subject.current:
        return
    for element, text in _places(subject):
        variable = element == "Resource" and "${" in text.value and text.value.startswith("arn:")
        if variable and resource_tokens(text.value) is None:
            yield Hit(
                at=text.at,
                message="a variable stands before the fifth colon of an ARN, where none may be",
            )


def _open(subject: Subject) -> Iterator[Hit]:
    if not subject.current:
        return
    for _, text in _places(subject):
        rest = _VARIABLE.sub("", text.value.replace("${$}", ""))
        if "${" in rest:
            yield Hit(at=text.at, message="`${` has no `}` that closes it, so it is plain text")


_HOME = '"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/'

RULES = (
    Rule(
        id="variable-in-old-version",
        level=Level.ERROR,
        title="A variable is used without the version that knows variables",
        why="Without `Version` `2012-10-17` the text is taken letter for letter, so it matches "
        "nothing that was meant.",
        fix='write `"Version": "2012-10-17"` at the top',
        page=f"{GUIDE}reference_policies_elements_version.html",
        wrong='{"Version": "2008-10-17", "Statement": {' + _HOME + '${aws:username}/*"}}',
        right='{"Version": "2012-10-17", "Statement": {' + _HOME + '${aws:username}/*"}}',
        find=_old,
    ),
    Rule(
        id="unknown-variable",
        level=Level.WARNING,
        title="A variable has a name that is not known",
        why="Every variable is a condition key. Where a request does not carry the key, and the "
        "variable has no default, the pattern matches nothing.",
        fix="write a condition key that requests carry",
        page=_PAGE,
        wrong="{" + _HOME + '${aws:user}/*"}',
        right="{" + _HOME + '${aws:username}/*"}',
        find=_unknown,
    ),
    Rule(
        id="variable-of-many-values",
        level=Level.ERROR,
        title="A variable is a key that may have many values",
        why="Only keys of one value can be variables; the pattern matches nothing.",
        fix="compare the key in a condition with a set operator",
        page=_PAGE,
        wrong="{" + _HOME + '${aws:TagKeys}/*"}',
        right="{" + _HOME + '${aws:PrincipalTag/team}/*"}',
        find=_many,
    ),
    Rule(
        id="variable-in-arn-head",
        level=Level.WARNING,
        title="A variable stands before the fifth colon of a resource's ARN",
        why="The vendor has variables only in the last part of an ARN, and does not say that one "
        "before it matches anything.",
        fix="write the value, or `*` with a condition such as `aws:ResourceAccount`",
        page=_PAGE,
        wrong='{"Effect": "Allow", "Action": "sqs:SendMessage", '
        '"Resource": "arn:aws:sqs:*:${aws:PrincipalAccount}:q"}',
        right='{"Effect": "Allow", "Action": "sqs:SendMessage", '
        '"Resource": "arn:aws:sqs:*:111111111111:${aws:PrincipalTag/team}"}',
        find=_head,
    ),
    Rule(
        id="variable-not-closed",
        level=Level.ERROR,
        title="A variable is not closed",
        why="Without its closing brace it is plain text, so it matches nothing that was meant.",
        fix="close it with `}`",
        page=_PAGE,
        wrong="{" + _HOME + '${aws:username/*"}',
        right="{" + _HOME + '${aws:username}/*"}',
        find=_open,
    ),
)
