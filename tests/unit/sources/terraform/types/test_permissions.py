# SPDX-License-Identifier: Apache-2.0
"""Statements of functions' policies, as AWS writes them."""

import json
from typing import Any

import pytest

from tests.fakes.new_objects import laid
from tests.fakes.terraform_plan import change

GRANT = {
    "function_name": "f", "statement_id": "s", "action": "lambda:InvokeFunction",
    "principal": "*",
}  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "condition"),
    [
        # The two are what the vendor's guide prints for the options of these names.
        (
            {"principal_org_id": "o-1"},
            {"StringEquals": {"aws:PrincipalOrgID": "o-1"}},
        ),
        (
            {"invoked_via_function_url": True},
            {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
        ),
        (
            {"principal_org_id": "o-1", "source_account": "222222222222"},
            {"StringEquals": {"aws:PrincipalOrgID": "o-1", "AWS:SourceAccount": "222222222222"}},
        ),
        ({}, None),
    ],
)
def test_a_permission_is_limited_as_its_arguments_say(
    arguments: dict[str, Any], condition: object
) -> None:
    found = laid(change("aws_lambda_permission.p", after={**GRANT, **arguments}))

    (record,) = found.overlay.of("AWS::Lambda::FunctionPolicy")
    (statement,) = json.loads(str(record.body["Policy"]))["Statement"]
    assert statement.get("Condition") == condition
