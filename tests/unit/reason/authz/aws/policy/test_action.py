# SPDX-License-Identifier: Apache-2.0
import fnmatch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bartizan.reason.authz.aws.policy.action import any_action

texts = st.text("aB:*?", max_size=6)
actions = st.text("ab:", min_size=1, max_size=6)


@given(st.lists(texts, max_size=4), actions)
def test_some_pattern_matches_where_one_of_them_does(patterns: list[str], action: str) -> None:
    wanted = any(fnmatch.fnmatchcase(action, pattern.lower()) for pattern in patterns)

    assert any_action(tuple(patterns), action) == wanted


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [("S3:Get*", True), ("*:GetObject", True), ("?3:get*", True), ("", False)],
)
def test_a_pattern_is_found_among_many_however_it_begins(pattern: str, matched: bool) -> None:  # noqa: FBT001
    others = tuple(f"ec2:Action{number}" for number in range(100))

    assert any_action((*others, pattern), "s3:getobject") is matched
