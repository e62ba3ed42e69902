# SPDX-License-Identifier: Apache-2.0
import re

import pytest

from bartizan.model.policy_check import Level
from bartizan.reason.authz.aws.check.checker import check
from bartizan.reason.authz.aws.check.rule import TYPES, Rule
from bartizan.reason.authz.aws.check.rules import RULES
from tests.fakes.policy_document import document


def _found(rule: Rule, example: str) -> list[str]:
    policy = check(document(example), name="example", kind=rule.types[0])
    return [finding.rule for finding in policy.findings]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_its_wrong_example_and_not_its_right_one(rule: Rule) -> None:
    assert rule.id in _found(rule, rule.wrong)
    assert rule.id not in _found(rule, rule.right)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_what_a_rule_advises_is_no_error(rule: Rule) -> None:
    policy = check(document(rule.right), name="example", kind=rule.types[0])

    assert [f.rule for f in policy.findings if f.level is Level.ERROR] == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_all_that_a_reader_needs(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.id)
    assert rule.page.startswith("https://")
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.fix
    assert not rule.fix.endswith(".")
    assert set(rule.types) <= set(TYPES)


def test_no_two_rules_have_one_id() -> None:
    ids = [rule.id for rule in RULES]

    assert sorted(set(ids)) == sorted(ids)
