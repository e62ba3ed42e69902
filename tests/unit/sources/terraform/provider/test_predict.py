# SPDX-License-Identifier: Apache-2.0
"""What follows of an object from what the code says of it."""

import pytest

from bartizan.sources.terraform.place import Place
from bartizan.sources.terraform.provider.predict import Prediction, Provided, replacing
from bartizan.sources.terraform.provider.schema import of_types
from bartizan.sources.terraform.value import Hidden, Value

HERE = Place(account="111111111111", region="eu-west-1")
TOKEN = "predicted-0000"


def _told(
    type_: str, place: Place = HERE, token: str = TOKEN, of_all: Value = None, **values: Value
) -> dict[str, Value]:
    block = of_types("hashicorp/aws", resources=[type_], data=()).resources[type_]
    whole: dict[str, Value] = {name: values.get(name) for name in block.attributes}
    whole |= {name: values.get(name, []) for name in block.blocks}
    provided = Provided(place=place, tags=of_all)
    return Prediction(
        type=type_, block=block, values=whole, provided=provided, token=token
    ).complete()


# Each format of an ARN is that of the service's page in the Service Authorization Reference.
@pytest.mark.parametrize(
    ("type_", "values", "arn"),
    [
        ("aws_iam_role", {"name": "r"}, "iam::111111111111:role/r"),
        ("aws_iam_role", {"name": "r", "path": "/a/b/"}, "iam::111111111111:role/a/b/r"),
        ("aws_s3_bucket", {"bucket": "b"}, "s3:::b"),
        ("aws_sqs_queue", {"name": "q"}, "sqs:eu-west-1:111111111111:q"),
        ("aws_kms_alias", {"name": "alias/k"}, "kms:eu-west-1:111111111111:alias/k"),
        ("aws_ssm_parameter", {"name": "/a/b"}, "ssm:eu-west-1:111111111111:parameter/a/b"),
        (
            "aws_ecs_service",
            {"name": "web", "cluster": "arn:aws:ecs:eu-west-1:111111111111:cluster/main"},
            "ecs:eu-west-1:111111111111:service/main/web",
        ),
        (
            "aws_cloudwatch_event_rule",
            {"name": "daily"},
            "events:eu-west-1:111111111111:rule/daily",
        ),
        (
            "aws_cloudwatch_event_rule",
            {"name": "daily", "event_bus_name": "own"},
            "events:eu-west-1:111111111111:rule/own/daily",
        ),
        (
            "aws_lambda_function",
            {"function_name": "f"},
            "lambda:eu-west-1:111111111111:function:f",
        ),
        (
            "aws_iam_openid_connect_provider",
            {"url": "https://x.y/z"},
            "iam::111111111111:oidc-provider/x.y/z",
        ),
        ("aws_vpc", {}, "ec2:eu-west-1:111111111111:vpc/vpc-predicted-0000"),
    ],
)
def test_an_arn_follows_from_the_name_and_the_place(
    type_: str, values: dict[str, Value], arn: str
) -> None:
    assert _told(type_, HERE, TOKEN, None, **values)["arn"] == f"arn:aws:{arn}"


def test_an_arn_is_unknown_where_its_account_is() -> None:
    found = _told("aws_iam_role", place=Place(region="eu-west-1"), name="r")

    assert found["arn"] is Hidden.UNKNOWN
    assert found["id"] == "r"


def test_an_arn_is_unknown_where_its_name_is() -> None:
    assert _told("aws_iam_role", name=Hidden.UNKNOWN)["arn"] is Hidden.UNKNOWN


def test_what_only_aws_makes_up_is_unknown_where_nothing_is_to_be_predicted() -> None:
    found = _told("aws_vpc", token="")

    assert found["id"] is Hidden.UNKNOWN
    assert found["owner_id"] == "111111111111"


def test_a_name_that_the_provider_makes_up_begins_as_the_code_says() -> None:
    assert _told("aws_iam_role", name_prefix="x-")["name"] == f"x-{TOKEN}"


def test_an_object_has_the_tags_of_its_provider_and_its_own_win() -> None:
    found = _told("aws_vpc", of_all={"a": "1", "b": "1"}, tags={"b": "2"})

    assert found["tags_all"] == {"a": "1", "b": "2"}


def test_defaults_are_told_and_all_else_that_the_provider_may_fill_in_is_unknown() -> None:
    found = _told("aws_kms_key")

    assert found["is_enabled"] is True
    assert found["policy"] is Hidden.UNKNOWN
    assert found["deletion_window_in_days"] is None


def test_nested_blocks_keep_what_they_say_and_lack_what_aws_tells() -> None:
    found = _told("aws_instance", root_block_device=[{"volume_size": 8, "volume_id": None}])

    device = found["root_block_device"]
    assert isinstance(device, list)
    assert isinstance(device[0], dict)
    assert device[0]["volume_size"] == 8
    assert device[0]["volume_id"] is Hidden.UNKNOWN


def test_another_name_makes_another_role_and_not_another_user() -> None:
    for type_, changed in (("aws_iam_role", ["name"]), ("aws_iam_user", [])):
        block = of_types("hashicorp/aws", resources=[type_], data=()).resources[type_]

        assert (
            replacing(type_, block, {"name": "a", "path": "/"}, {"name": "b", "path": "/"})
            == changed
        )
