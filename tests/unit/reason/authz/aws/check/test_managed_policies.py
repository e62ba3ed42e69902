# SPDX-License-Identifier: Apache-2.0
"""The vendor's own policies are the largest collection that is known to be in force: what is
called an error there is either a false one, or named here with the reason why it is true.
"""

import json
from collections import Counter

import pytest

from bartizan.model.policy_check import CheckedPolicy, Level
from bartizan.reason.authz.aws.check.checker import check
from tests.fakes.managed_policies import documents

TRUE_ERRORS = {
    # The quotas are for policies of customers: a copy of one of these cannot be kept.
    "policy-size": 10_240,
}


def _checked(name: str) -> CheckedPolicy:
    return check(json.dumps(documents()[name]).encode(), name=name, kind="identity")


def _errors(name: str) -> list[str]:
    return [f.rule for f in _checked(name).findings if f.level is Level.ERROR]


def _size(name: str) -> int:
    return len(json.dumps(documents()[name], separators=(",", ":")))


def _expected(name: str) -> list[str]:
    return [rule for rule, most in TRUE_ERRORS.items() if _size(name) > most]


def test_a_tenth_of_the_vendors_policies_have_no_false_error_and_are_checked_whole() -> None:
    for name in list(documents())[::10]:
        assert (name, _errors(name)) == (name, _expected(name))
        assert (name, _checked(name).unchecked) == (name, ())


@pytest.mark.slow
def test_the_vendors_policies_have_no_false_error_and_are_checked_whole() -> None:
    for name in documents():
        assert (name, _errors(name)) == (name, _expected(name))
        assert (name, _checked(name).unchecked) == (name, ())


@pytest.mark.parametrize(
    ("name", "rule", "told"),
    [
        # The log group's part of the ARN is missing.
        ("AWSGlueConsoleFullAccess", "action-without-resource", "`logs:GetLogEvents`"),
        # Topics are named in a statement of their own; these ones are about clusters.
        ("AWSMSKReplicatorExecutionRole", "action-without-resource", "`kafka-cluster:"),
        ("AWSIoTFleetHubFederationAccess", "action-without-resource", "`cloudwatch:"),
        ("AdministratorAccess", "allows-everything", "allows everything"),
        ("PowerUserAccess", "allow-with-not-action", "also those that do not exist yet"),
        ("IAMFullAccess", "privilege-technique", "`iam-administrator-by-role`"),
        ("AmazonEKSServiceRolePolicy", "redundant-statement", "covers all that statement 14"),
    ],
)
def test_slips_of_the_vendor_are_found(name: str, rule: str, told: str) -> None:
    counted = Counter(f.rule for f in _checked(name).findings)
    messages = [f.message for f in _checked(name).findings if f.rule == rule]

    assert counted[rule]
    assert any(told in message for message in messages)
