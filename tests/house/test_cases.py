# SPDX-License-Identifier: Apache-2.0
"""Every rule of AWS authorization and networks has its cases: a plain one, its near miss."""

from collections import defaultdict

from tests.fakes import network_case
from tests.fakes.authorization_case import cases, rules

KINDS = {"plain", "near-miss", "trap"}
FEWEST = 3


def test_every_rule_has_cases_of_every_kind() -> None:
    kinds: dict[str, list[str]] = defaultdict(list)
    for case in cases():
        kinds[case.rule].append(case.kind)

    assert [rule for rule in rules() if set(kinds[rule]) != KINDS] == []
    assert [rule for rule in rules() if len(kinds[rule]) < FEWEST] == []


def test_every_case_names_a_rule_of_the_list_and_a_kind() -> None:
    listed = rules()

    assert {case.rule for case in cases()} == set(listed)
    assert {case.kind for case in cases()} == KINDS
    assert all(page.startswith("https://docs.aws.amazon.com/") for page in listed.values())


def test_every_rule_of_networks_has_a_hit_and_a_near_miss_and_a_line_in_the_list() -> None:
    kinds: dict[str, set[str]] = defaultdict(set)
    for case in network_case.cases():
        kinds[case.rule].add(case.kind)

    assert [rule for rule, held in kinds.items() if held != {"hit", "near-miss"}] == []
    assert set(kinds) == set(network_case.rules())
    assert len(network_case.rules()) == len(set(network_case.rules()))
