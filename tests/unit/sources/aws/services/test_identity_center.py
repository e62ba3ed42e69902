# SPDX-License-Identifier: Apache-2.0
import pytest

from bartizan.model.facts.organization import Assignment
from bartizan.model.record import Json
from bartizan.sources.aws.expression import search
from bartizan.sources.aws.services.identity_center import SERVICE
from tests.fakes.service_records import ACCOUNT, aws_record, rows_of

_INSTANCE = "arn:aws:sso:::instance/ssoins-1"
_SET = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"


def test_an_assignment_names_its_permission_set_and_instance() -> None:
    body: dict[str, Json] = {
        "AccountId": "222222222222",
        "PermissionSetArn": _SET,
        "PrincipalType": "GROUP",
        "PrincipalId": "g-1",
    }
    (found,) = rows_of(
        SERVICE,
        Assignment,
        aws_record("AWS::SSO::Assignment", f"{_SET}#222222222222#GROUP#g-1", body),
        aws_record("AWS::SSO::PermissionSet", _SET, {"Name": "Admin"}),
    )

    assert (found.account, found.permission_set_name) == ("222222222222", "Admin")
    assert (found.instance, found.instance_account) == (_INSTANCE, ACCOUNT)
    assert (found.holder_type, found.holder) == ("GROUP", "g-1")


def test_an_assignment_of_a_set_that_could_not_be_read_stays() -> None:
    (found,) = rows_of(
        SERVICE, Assignment, aws_record("AWS::SSO::Assignment", f"{_SET}#2#USER#u", {})
    )

    assert (found.permission_set, found.permission_set_name) == (_SET, "")


def test_only_the_owner_of_an_instance_is_asked_what_is_in_it() -> None:
    conditions = [call.when for call in SERVICE.calls if call.each == "AWS::SSO::Instance"]
    asked = [
        search(when, {"parent": {"OwnerAccountId": owner}, "account": ACCOUNT})
        for when in conditions
        for owner in (ACCOUNT, "222222222222")
    ]

    assert asked == [True, False] * 3


@pytest.mark.parametrize("arn", [_SET, f"{_INSTANCE}/ps-1"])
def test_the_instance_of_a_permission_set_is_read_off_its_arn(arn: str) -> None:
    (call,) = (one for one in SERVICE.calls if one.operation == "DescribePermissionSet")
    root = {"parent": {"PermissionSetArn": arn}, "partition": "aws"}

    assert search(call.parameters["InstanceArn"], root) == _INSTANCE
