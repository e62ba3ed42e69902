# SPDX-License-Identifier: Apache-2.0
import json
from typing import Any

import pytest

from bartizan.errors import UsageError
from bartizan.sources.terraform.place import Place, given, places
from bartizan.sources.terraform.plan import Plan, read
from tests.fakes.terraform_plan import REGION, change, plan

ARN = "arn:aws:iam::222222222222:role/r"


def planned(*changes: dict[str, Any], expressions: dict[str, Any] | None = None) -> Plan:
    whole = json.loads(plan(*changes, account=""))
    whole["configuration"]["provider_config"]["aws"]["expressions"] |= expressions or {}
    return read(json.dumps(whole).encode(), "p")


def test_the_role_that_a_provider_assumes_tells_its_account() -> None:
    role = [{"role_arn": {"constant_value": "arn:aws:iam::333333333333:role/deploy"}}]

    found = places(planned(expressions={"assume_role": role}), {})

    assert found["aws"] == Place(account="333333333333", region=REGION)


def test_objects_that_are_there_already_tell_the_account() -> None:
    found = places(planned(change("aws_iam_role.r", before={"arn": ARN}, after={"arn": ARN})), {})

    assert found["aws"].account == "222222222222"


def test_objects_in_two_accounts_tell_nothing() -> None:
    other = ARN.replace("2" * 12, "4" * 12)
    changes = [
        change("aws_iam_role.r", before={"arn": ARN}, after={"arn": ARN}),
        change("aws_iam_role.s", before={"arn": other}, after={"arn": other}),
    ]

    assert places(planned(*changes), {})["aws"].account == ""


def test_data_about_the_things_of_others_tells_nothing() -> None:
    prior = {
        "values": {
            "root_module": {
                "resources": [
                    {
                        "address": "data.aws_iam_role.other",
                        "type": "aws_iam_role",
                        "mode": "data",
                        "values": {"arn": ARN},
                    }
                ]
            }
        }
    }
    whole = json.loads(plan(account="")) | {"prior_state": prior}

    assert places(read(json.dumps(whole).encode(), "p"), {})["aws"].account == ""


def test_the_word_of_the_user_comes_first() -> None:
    said = given({"aws": "555555555555/us-east-1"})
    one = change("aws_iam_role.r", before={"arn": ARN}, after={"arn": ARN})

    assert places(planned(one), said)["aws"] == Place(account="555555555555", region="us-east-1")


def test_what_is_no_account_is_refused() -> None:
    with pytest.raises(UsageError, match="no account id"):
        given({"aws": "prod"})
