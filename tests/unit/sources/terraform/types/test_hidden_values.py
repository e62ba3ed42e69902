# SPDX-License-Identifier: Apache-2.0
"""What a plan hides of an object is told by its attribute, wherever something rests on it."""

import copy

import pytest

from bartizan.model.facts.estate import Store
from tests.fakes.hidden_plan import Place, hiding
from tests.fakes.new_objects import facts, laid, new, operations
from tests.fakes.terraform_plan import Described, change

_BOX: Described = {"bucket": "new-box", "arn": "arn:aws:s3:::new-box", "id": "new-box"}
_DEFAULT = "apply_server_side_encryption_by_default"
_RULE: Described = {_DEFAULT: [{"sse_algorithm": "aws:kms", "kms_master_key_id": "k"}]}
_ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
_NEW = "hidden"


@pytest.mark.parametrize(
    ("type_", "values", "place", "told"),
    [
        ("aws_kms_key", {"is_enabled": True}, ("is_enabled",), "is_enabled"),
        ("aws_lb_target_group", {"name": "g", "port": 80, "protocol": "TCP",
                                 "preserve_client_ip": "true"},
         ("preserve_client_ip",), "preserve_client_ip"),
        ("aws_datapipeline_pipeline_definition",
         {"pipeline_id": "df-1", "pipeline_object": [
             {"id": "a", "name": "a", "field": [{"key": "role", "string_value": "r"}]}]},
         ("pipeline_object", 0, "field", 0, "key"), "pipeline_object[0].field[0].key"),
        ("aws_codebuild_project", {"name": "b", "source": [{"type": "NO_SOURCE"}]},
         ("source", 0), "source[0]"),
        ("aws_sqs_queue", {"name": "q", "region": "eu-north-1"}, ("region",), "region"),
        ("aws_s3_bucket", {"bucket": "b"}, ("bucket",), "bucket"),
        ("aws_iam_role", {"name": "n", "assume_role_policy": "{}"}, ("name",), "name"),
        ("aws_iam_instance_profile", {"name": "n"}, ("name",), "name"),
        ("aws_lambda_function", {"function_name": "f", "role": "r"}, ("function_name",),
         "function_name"),
        ("aws_sfn_state_machine", {"name": "n", "role_arn": "r"}, ("name",), "name"),
    ],
)  # fmt: skip
def test_what_an_answer_rests_on_is_told(
    type_: str, values: Described, place: Place, told: str
) -> None:
    known = laid(new(f"{type_}.{_NEW}", **values))
    held = copy.deepcopy(values)
    unknown = hiding(held, place)
    one = change(
        f"{type_}.{_NEW}",
        after=held,
        unknown={**unknown, "id": True, "arn": True},
        computed=("id", "arn"),
    )

    found = laid(one)

    assert set(operations(found)) - set(operations(known)) == {f"{type_}.{_NEW}.{told}"}


@pytest.mark.parametrize(
    ("type_", "values"),
    [
        ("aws_iam_role", {"name_prefix": "n", "assume_role_policy": "{}"}),
        ("aws_security_group", {"vpc_id": "vpc-1", "ingress": [], "egress": []}),
    ],
)
def test_a_name_that_aws_makes_up_is_no_gap(type_: str, values: Described) -> None:
    one = new(f"{type_}.{_NEW}", "name", **values)
    one["change"]["after_unknown"]["name"] = True

    assert operations(laid(one)) == []


@pytest.mark.parametrize(
    ("type_", "values", "place"),
    [
        ("aws_secretsmanager_secret", {"name": "s", "kms_key_id": "k"}, ("kms_key_id",)),
        ("aws_sqs_queue", {"name": "s", "kms_master_key_id": "k"}, ("kms_master_key_id",)),
        ("aws_ssm_parameter", {"name": "s", "type": "SecureString", "key_id": "k"}, ("key_id",)),
        ("aws_ssm_parameter", {"name": "s", "type": "SecureString"}, ("type",)),
        ("aws_dynamodb_table",
         {"name": "s", "server_side_encryption": [{"enabled": True, "kms_key_arn": "k"}]},
         ("server_side_encryption", 0, "kms_key_arn")),
        ("aws_dynamodb_table",
         {"name": "s", "server_side_encryption": [{"enabled": True, "kms_key_arn": "k"}]},
         ("server_side_encryption", 0, "enabled")),
        ("aws_ebs_snapshot", {"volume_id": "v", "encrypted": True, "kms_key_id": "k"},
         ("kms_key_id",)),
        (_ENCRYPTION, {"bucket": "new-box", "rule": [_RULE]},
         ("rule", 0, _DEFAULT, 0, "kms_master_key_id")),
        (_ENCRYPTION, {"bucket": "new-box", "rule": [_RULE]},
         ("rule", 0, _DEFAULT, 0, "sse_algorithm")),
        (_ENCRYPTION, {"bucket": "new-box", "rule": [_RULE]}, ("rule",)),
    ],
)  # fmt: skip
def test_a_key_that_is_hidden_is_not_taken_for_none(
    type_: str, values: Described, place: Place
) -> None:
    address, held = f"{type_}.{_NEW}", copy.deepcopy(values)
    unknown = hiding(held, place)
    one = change(
        address,
        after=held,
        unknown={**unknown, "id": True, "arn": True},
        computed=("id", "arn"),
    )

    found = laid(change("aws_s3_bucket.b", after=_BOX), one)

    told = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    stores = {row.key for row in facts(found).rows(Store) if address in row.key}
    assert {one.partition("key/")[2] for one in stores} == {address + told}
    assert operations(found) == [address + told]


def test_a_new_key_is_found_by_what_it_encrypts() -> None:
    key = new("aws_kms_key.k", "key_id", policy="{}")
    secret = new(
        "aws_secretsmanager_secret.s",
        name="s",
        refers={"kms_key_id": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}},
    )

    found = laid(key, secret)

    assert operations(found) == []
    assert [row.key for row in facts(found).rows(Store) if row.name == "s"] == [
        one.id for one in found.overlay.of("AWS::KMS::Key")
    ]
