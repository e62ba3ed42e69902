# SPDX-License-Identifier: Apache-2.0
from typing import Any

import pytest

from bartizan.model.facts.estate import Association, Store
from bartizan.model.facts.policy import Attachment, Policy
from bartizan.sources.aws.expression import search
from bartizan.sources.aws.services.ssm import SERVICE
from tests.fakes.service_records import ACCOUNT, REGION, aws_record, rows_of

_ARN = f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/app/password"


@pytest.mark.parametrize(
    "item",
    [
        {"Name": "/app/password"},
        {"Name": "app/password"},
        {"Name": "other", "ARN": _ARN},
    ],
)
def test_the_arn_of_a_parameter_has_one_slash_before_its_name(item: dict[str, Any]) -> None:
    root = {"item": item, "account": ACCOUNT, "region": REGION, "partition": "aws"}

    assert search(SERVICE.calls[0].id, root) == _ARN


def test_a_parameter_is_a_store_with_the_key_that_its_reader_needs() -> None:
    found = rows_of(
        SERVICE,
        Store,
        aws_record("AWS::SSM::Parameter", _ARN, {"Name": "/app/password", "KeyId": "k"}),
        aws_record("AWS::SSM::Parameter", f"{_ARN}2", {"KeyId": "alias/aws/ssm"}),
        aws_record("AWS::SSM::ParameterTags", _ARN, {"TagList": [{"Key": "a", "Value": "b"}]}),
    )

    assert [(row.key, row.tags) for row in found] == [
        (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k", {"a": "b"}),
        ("", {}),
    ]


def test_no_call_asks_for_the_value_of_a_parameter() -> None:
    assert not [call for call in SERVICE.calls if call.operation.startswith("GetParameter")]


def test_a_parameter_may_have_several_policies() -> None:
    record = aws_record(
        "AWS::SSM::ParameterPolicies",
        _ARN,
        {"Policies": [{"PolicyId": "1", "Policy": "{}"}, {"PolicyId": "2"}]},
    )

    assert [(row.id, row.document) for row in rows_of(SERVICE, Policy, record)] == [
        (f"{_ARN}#resource", "{}"),
        (f"{_ARN}#resource/2", None),
    ]
    assert {row.target for row in rows_of(SERVICE, Attachment, record)} == {_ARN}


_PLACE = f"arn:aws:ssm:eu-west-1:{ACCOUNT}"


def association(**body: Any) -> Association:  # noqa: ANN401 - as the API answers
    """Return the fact of an association, beside which there is an automation called `auto`."""
    auto = {"Name": "auto", "DocumentType": "Automation"}
    found = rows_of(
        SERVICE,
        Association,
        aws_record("AWS::SSM::Document", f"{_PLACE}:document/auto", auto),
        aws_record("AWS::SSM::Association", f"{_PLACE}:association/1", body),
    )
    return found[0]


@pytest.mark.parametrize(
    ("name", "document"),
    [
        ("patch", f"{_PLACE}:document/patch"),
        ("arn:aws:ssm:eu-west-1:222222222222:document/patch",) * 2,
        ("AWS-RunPatchBaseline", ""),
        ("AmazonCloudWatch-ManageAgent", ""),
        ("arn:aws:ssm:eu-west-1::document/AWS-RunShellScript", ""),
    ],
)
def test_an_association_names_its_document_by_name_or_by_arn(name: str, document: str) -> None:
    assert association(Name=name).document == document


def test_an_association_says_which_version_runs_where() -> None:
    targets = [
        {"Key": "tag:Env", "Values": ["prod", "test"]},
        {"Key": "InstanceIds", "Values": ["*"]},
    ]

    row = association(Name="patch", DocumentVersion="$LATEST", Targets=targets)
    old = association(Name="patch", InstanceId="i-1")
    shared = "arn:aws:ssm:eu-west-1:222222222222:document/patch"
    abroad = association(Name=shared, DocumentVersion="$LATEST")

    assert (row.version, row.targets) == (
        "$LATEST",
        ("InstanceIds=*", "tag:Env=prod", "tag:Env=test"),
    )
    assert (old.version, old.targets) == ("$DEFAULT", ("InstanceIds=i-1",))
    # State Manager runs the default version of what another account shares.
    assert abroad.version == "$DEFAULT"


def test_what_runs_in_the_service_itself_runs_on_no_host() -> None:
    with pytest.raises(IndexError):
        association(Name="auto")
