# SPDX-License-Identifier: Apache-2.0
"""A member of an organisation whose tree is code, with a role that may do all."""

import json

from tests.fakes.aws_records import ACCOUNT
from tests.fakes.gate_case import MANAGEMENT
from tests.fakes.hidden_plan import Objects
from tests.fakes.statements import allow, deny

ROLE = f"arn:aws:iam::{ACCOUNT}:role/vendor"


def written(*statements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


GUARD = f"arn:aws:organizations::{MANAGEMENT}:policy/o-1/service_control_policy"
UNGUARDED: Objects = {
    "aws_iam_role.vendor": {
        "name": "vendor", "path": "/", "arn": ROLE, "unique_id": "AROAVENDOR",
        "assume_role_policy": written({
            "Effect": "Allow", "Action": "sts:AssumeRole",
            "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
        }),
    },
    "aws_iam_role_policy.vendor": {"name": "p", "role": "vendor", "policy": written(allow("*"))},
    **{
        f"aws_organizations_organizational_unit.{name}": {
            "id": f"ou-{name}", "name": name, "parent_id": "r-1",
            "arn": f"arn:aws:organizations::{MANAGEMENT}:ou/o-1/ou-{name}",
        }
        for name in ("one", "two")
    },
    "aws_organizations_policy.n": {
        "name": "n", "type": "SERVICE_CONTROL_POLICY", "arn": f"{GUARD}/p-n", "id": "p-n",
        "content": written(deny("*")),
    },
    "aws_organizations_policy.m": {
        "name": "m", "type": "SERVICE_CONTROL_POLICY", "arn": f"{GUARD}/p-m", "id": "p-m",
        "content": written(deny("glacier:*")),
    },
    "aws_organizations_policy_attachment.e": {"policy_id": "p-FullAWSAccess",
                                              "target_id": ACCOUNT},
    "aws_organizations_policy_attachment.n": {"policy_id": "p-n", "target_id": "ou-one"},
    "aws_organizations_account.own": {
        "id": ACCOUNT, "name": "own", "parent_id": "ou-two",
        "arn": f"arn:aws:organizations::{MANAGEMENT}:account/o-1/{ACCOUNT}",
    },
}  # fmt: skip
GUARDED: Objects = {**UNGUARDED, "aws_organizations_account.own": {
    **UNGUARDED["aws_organizations_account.own"], "parent_id": "ou-one",
}}  # fmt: skip
"""The same under a unit with a guardrail that allows nothing."""
