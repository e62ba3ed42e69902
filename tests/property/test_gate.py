# SPDX-License-Identifier: Apache-2.0
"""Theorems of judging changes: what only denies opens nothing."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bartizan.model.gate import Judgement
from tests.fakes.gate_case import CASES, judged

ACTIONS = st.sampled_from(
    ["*", "iam:*", "sts:AssumeRole", "iam:PassRole", "lambda:*", "s3:GetObject", "ec2:Run*"]
)
RESOURCES = st.sampled_from(
    ["*", "arn:aws:iam::111111111111:role/*", "arn:aws:s3:::customers/*", "arn:aws:lambda:*"]
)
CONDITIONS = st.sampled_from(
    [
        {},
        {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "false"}}},
        {"Condition": {"StringNotEquals": {"aws:PrincipalAccount": "111111111111"}}},
        {"Condition": {"IpAddress": {"aws:SourceIp": "198.51.100.0/24"}}},
    ]
)
ROLES = {
    name: sorted(
        held["name"]
        for address, held in case["base"].items()
        if address.startswith("aws_iam_role.")
    )
    for name, case in CASES.items()
}
"""Case to the names of its roles."""


@pytest.mark.parametrize("kind", ["Action", "NotAction"])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_a_change_that_only_denies_opens_nothing(kind: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(sorted(name for name, held in ROLES.items() if held)))
    statement = {
        "Effect": "Deny",
        kind: data.draw(ACTIONS),
        "Resource": data.draw(RESOURCES),
        **data.draw(CONDITIONS),
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    role = data.draw(st.sampled_from(ROLES[case]))

    found = judged(
        CASES[case]["base"],
        {"aws_iam_role_policy.deny": {"name": "deny", "role": role, "policy": document}},
    )

    assert found.judgement is Judgement.CLEAN
    assert found.comparison.appeared == ()
